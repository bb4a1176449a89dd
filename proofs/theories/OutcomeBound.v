(** * The outcome program and its dual certificate (theory.md 5.1, 5.2, 5.4)

    The outcome of play is obedient; so numbers that one can multiply out prove what
    she gets at least in every equilibrium. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

Section OutcomeBound.
Variables (R : realFieldType) (G : game R).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).
Implicit Types (C : profile G) (s : strategy G) (r : response G).

(** An outcome: wherever the observations are [xa] and [xb], a distribution. *)
Definition is_outcome (sigma : XA -> XB -> A -> R) :=
  (forall xa xb a, 0 <= sigma xa xb a) /\ forall xa xb, \sum_a sigma xa xb a = 1.

(** An outcome is obedient if, where she takes [a], no [a'] is better on average. *)
Definition obedient (sigma : XA -> XB -> A -> R) := forall xa a a',
  0 <= \sum_xb sigma xa xb a * (W u xa xb a - W u xa xb a').

(** Multipliers of the outcome program: [pi] of the points, [kappa] of obedience,
    [lambda] of what the agents have.  They are feasible if the inequality of 5.4 holds
    at every point for every action. *)
Record multipliers := Multipliers {
  pi : XA -> XB -> R;
  kappa : XA -> A -> A -> R;
  lambda : agent -> R }.
Definition feasible (m : multipliers) := [/\
  forall xa a a', 0 <= kappa m xa a a',
  forall i, 0 <= lambda m i
  & forall xa xb a,
    pi m xa xb + \sum_a' kappa m xa a a' * (W u xa xb a - W u xa xb a')
    + \sum_i lambda m i * W (U i) xa xb a <= W u xa xb a].

(** Agents secure [D] together, with weights [lam], if each of them has a deviation
    such that what the deviators get, weighted, is at least [D] in sum; agent [i]
    secures [d] if he has a deviation by which he gets at least [d].  Here [P] says of
    which profiles this is required. *)
Definition secure_together (P : profile G -> Prop) r (lam : agent -> R) D :=
  forall C, P C -> exists c : agent -> rule G, D <= \sum_i lam i *
    worth (replace C i (c i)) (r (Some i) (replace C i (c i))) (U i).
Definition secures (P : profile G -> Prop) r i d := forall C, P C ->
  exists c, d <= worth (replace C i c) (r (Some i) (replace C i c)) (U i).
Definition every (C : profile G) := True.

(** ** Obedience *)

Lemma outcome_is_outcome C s : is_outcome (outcome C s).
Proof. by split=> *; [apply: outcome_ge0 | apply: outcome_sum1]. Qed.

(** If doing something else at an [xa], instead of what she does, never is worth more to her,
    what she does is obedient. *)
Lemma obedient_if C s :
  (forall f, worth C (instead (fun _ xa _ => f xa) s) u <= worth C s u) ->
  obedient (outcome C s).
Proof.
move=> best xa a a'.
(* She could take [a'] at [xa] wherever she takes [a], and change nothing else. *)
pose f xa' b := if (xa' == xa) && (b == a) then a' else b.
(* "When she takes" That is worth no more to her.  The paper compares conversation by
   conversation; here all conversations after which she takes [a] are changed at once. *)
have := best f; rewrite worth_instead -subr_ge0 -sumrB (bigD1 xa) //=.
(* After another observation than [xa] nothing has changed: those terms vanish. *)
rewrite [X in _ + X]big1 ?addr0 => [|xa' /negPf ne]; last first.
  by rewrite -sumrB big1 // => xb _; rewrite -sumrB big1 // => b _; rewrite /f ne subrr.
(* "Add this up" At [xa] what is left is the difference between [a] and [a'], as often as she
   takes [a]. *)
have E xb : \sum_b outcome C s xa xb b * W u xa xb b -
    \sum_b outcome C s xa xb b * W u xa xb (f xa b)
  = outcome C s xa xb a * (W u xa xb a - W u xa xb a').
  rewrite -sumrB (bigD1 a) //= big1 ?addr0 => [|b /negPf ne].
    by rewrite /f !eqxx -mulrBr.
  by rewrite /f ne andbF subrr.
by rewrite -sumrB; under eq_bigr do rewrite E.
Qed.

(** Theorem 5.1 for the Bayesian user. *)
Theorem obedience_bayes C s : optimal C s -> obedient (outcome C s).
Proof.
(* No strategy at all is worth more to her than an optimal one, so neither is this change. *)
by move=> opt; apply: obedient_if => f; apply: opt.
Qed.

(** What she does if she draws [l] for certain. *)
Definition certain s l :=
  Strategy (sure R l) (fun=> ask s l) (fun=> choose s l).

Lemma worth_certain C s l f :
  worth C (certain s l) f
  = \sum_xa \sum_xb \sum_a played C s l xa xb a * W f xa xb a.
Proof.
do 3![apply: eq_bigr => ? _]; congr (_ * _).
rewrite /outcome sum_sure /played; elim: (rounds G) (start G) => [|n IH] h //=.
by apply: eq_bigr => q _; apply: eq_bigr => m _; rewrite IH.
Qed.

Lemma worth_draw C s f : worth C s f = \sum_l draw s l * worth C (certain s l) f.
Proof.
rewrite /worth /expect.
under [RHS]eq_bigr do rewrite -/(expect f _) -/(worth C _ f) worth_certain mulr_sumr.
rewrite [RHS]exchange_big /=; apply: eq_bigr => xa _.
under [RHS]eq_bigr do rewrite mulr_sumr.
rewrite [RHS]exchange_big /=; apply: eq_bigr => xb _.
under [RHS]eq_bigr do rewrite mulr_sumr.
rewrite [RHS]exchange_big /=; apply: eq_bigr => a _.
by rewrite mulr_suml; apply: eq_bigr => l _; rewrite mulrA.
Qed.

(** Whatever she draws, the user who picks gets as much. *)
Lemma worth_each C s pick l : best_alone C s pick -> 0 < draw s l ->
  worth C (certain s l) u = worth C s u.
Proof.
case=> alone best; pose gap l := draw s l * (worth C s u - worth C (certain s l) u).
have le l' : 0 < draw s l' -> worth C (certain s l') u <= worth C s u.
  by move=> dl; apply: (best (pick l')) => l''; apply: alone.
have gap0 : forall l, gap l = 0.
  apply: sum_eq0 => [l'|].
    have [dl|] := boolP (0 < draw s l'); first by rewrite mulr_ge0 ?mass_ge0 ?subr_ge0 ?le.
    by rewrite lt0r mass_ge0 andbT negbK => /eqP dl; rewrite /gap dl mul0r.
  under eq_bigr do rewrite /gap mulrBr.
  by rewrite sumrB -worth_draw -mulr_suml mass_sum1 mul1r subrr.
move=> dl; apply/esym/eqP; rewrite -subr_eq0.
by have /eqP := gap0 l; rewrite mulf_eq0 gt_eqF.
Qed.

(** Theorem 5.1 for the user who picks. *)
Theorem obedience_best_ai C s pick : best_alone C s pick -> obedient (outcome C s).
Proof.
move=> best; apply: obedient_if => f.
rewrite worth_draw [leRHS]worth_draw; apply: ler_sum => l _ /=.
have [dl|] := boolP (0 < draw s l); last first.
  by rewrite lt0r mass_ge0 andbT negbK => /eqP ->; rewrite !mul0r.
rewrite (worth_each best dl) ler_wpmul2l ?mass_ge0 //.
case: best => alone best; apply: (best (pick l)) => l'.
exact: (@hears_instead _ _ f (certain s l)) (alone l dl).
Qed.

(** ** The certificate *)

(** Weights [lam] of payoffs [f], and multipliers [kap] of obedience, that at every point
    stay below the numbers [g], do so on average. *)
Lemma weighted_bound (I : finType) (p : XA -> XB -> R) (kap : XA -> A -> A -> R)
    (lam : I -> R) (f : I -> A -> state G -> R) (g : XA -> XB -> A -> R) sigma :
  (forall xa a a', 0 <= kap xa a a') ->
  (forall xa xb a, p xa xb + \sum_a' kap xa a a' * (W u xa xb a - W u xa xb a')
     + \sum_i lam i * W (f i) xa xb a <= g xa xb a) ->
  is_outcome sigma -> obedient sigma ->
  (\sum_xa \sum_xb p xa xb) + \sum_i lam i * expect (f i) sigma
    <= \sum_xa \sum_xb \sum_a sigma xa xb a * g xa xb a.
Proof.
move=> kap0 row [sig0 sig1] obey.
(* The terms with [kappa], multiplied by [sigma] and added up. *)
pose K := \sum_xa \sum_xb \sum_a sigma xa xb a *
  \sum_a' kap xa a a' * (W u xa xb a - W u xa xb a').
(* "On the left" Obedience says that each of the sums over [xb] is at least 0, and [kappa] is
   not negative: so this can be added on the left. *)
have K0 : 0 <= K.
  apply: sumr_ge0 => xa _; rewrite exchange_big /=; apply: sumr_ge0 => a _.
  under eq_bigr do rewrite mulr_sumr.
  rewrite exchange_big /=; apply: sumr_ge0 => a' _.
  under eq_bigr do rewrite mulrCA.
  by rewrite -mulr_sumr mulr_ge0.
rewrite expect_sum -[leLHS]addr0; apply: le_trans (ler_add (lexx _) K0) _.
(* "Multiply by" Both sides are sums over the points; it is enough to look at one. *)
rewrite -!big_split /=; apply: ler_sum => xa _.
rewrite -!big_split /=; apply: ler_sum => xb _.
(* There [pi] counts once, as the probabilities of her actions sum to 1. *)
rewrite -[p xa xb]mul1r -(sig1 xa xb) mulr_suml -!big_split /=.
(* For one action it is the inequality of the certificate, times a probability. *)
apply: ler_sum => a _; rewrite -!mulrDr ler_wpmul2l // addrAC.
exact: row.
Qed.

(** Theorem 5.4: feasible multipliers, obedience and what the agents have bound what she
    has. *)
Theorem multipliers_bound m sigma : feasible m -> is_outcome sigma -> obedient sigma ->
  (\sum_xa \sum_xb pi m xa xb) + \sum_i lambda m i * expect (U i) sigma
    <= expect u sigma.
Proof.
(* These are the weights of the agents' payoffs, and the payoffs on the right are hers. *)
by case=> kap0 _ row; apply: weighted_bound kap0 row.
Qed.

(** Multipliers prove that no equilibrium has the actions [never]: with 1 for these in place
    of her payoffs, times the probability of the point, they leave nothing for them. *)
Definition excludes (never : {set XA * A}) (m : multipliers) D := [/\
  forall xa a a', 0 <= kappa m xa a a',
  forall i, 0 <= lambda m i,
  forall xa xb a,
    pi m xa xb + \sum_a' kappa m xa a a' * (W u xa xb a - W u xa xb a')
    + \sum_i lambda m i * W (U i) xa xb a <= - (point xa xb * ((xa, a) \in never)%:R)
  & 0 <= (\sum_xa \sum_xb pi m xa xb) + D].

Theorem excluded never m D sigma : excludes never m D -> is_outcome sigma -> obedient sigma ->
  D <= \sum_i lambda m i * expect (U i) sigma ->
  forall xa xb a, (xa, a) \in never -> 0 < point xa xb -> sigma xa xb a = 0.
Proof.
case=> kap0 _ row enough out obey have_D xa xb a no pos.
have term0 x y b : 0 <= sigma x y b * (point x y * ((x, b) \in never)%:R).
  by rewrite mulr_ge0 ?out.1 // mulr_ge0 ?ler0n // sumr_ge0 // => z _; apply: mass_ge0.
pose total := \sum_x \sum_y \sum_b sigma x y b * (point x y * ((x, b) \in never)%:R).
have total0 : total = 0.
  apply/eqP; rewrite eq_le; apply/andP; split; last by do 3![apply: sumr_ge0 => ? _].
  rewrite -oppr_ge0; apply: le_trans enough _.
  apply: (@le_trans _ _ ((\sum_x \sum_y pi m x y) + \sum_i lambda m i * expect (U i) sigma)).
    by rewrite ler_add2l.
  apply: le_trans (weighted_bound kap0 row out obey) _.
  rewrite -sumrN; apply: ler_sum => x _; rewrite -sumrN; apply: ler_sum => y _.
  by rewrite -sumrN; apply: ler_sum => b _; rewrite mulrN.
have xa0 := sum_eq0 (fun x => sumr_ge0 _ (fun y _ => sumr_ge0 _ (fun b _ => term0 x y b)))
  total0 xa.
have xb0 := sum_eq0 (fun y => sumr_ge0 _ (fun b _ => term0 xa y b)) xa0 xb.
have /eqP := sum_eq0 (term0 xa xb) xb0 a.
by rewrite no mulr1 mulf_eq0 (gt_eqF pos) orbF => /eqP.
Qed.

(** What the agents secure by deviations they have in a gamma-equilibrium, but for [gamma]. *)
Lemma deviations_bound (P : profile G -> Prop) r m D gamma C : P C -> feasible m ->
  secure_together P r (lambda m) D -> equilibrium gamma r C ->
  obedient (outcome C (r None C)) ->
  (\sum_xa \sum_xb pi m xa xb) + D - gamma * (\sum_i lambda m i)
    <= worth C (r None C) u.
Proof.
move=> PC feas sec eqm obey.
(* The deviations [c], after which the agents have at least [D] together. *)
have [c Dc] := sec C PC.
have lam0 : forall i, 0 <= lambda m i by case: feas.
(* "So the outcome of an equilibrium" The certificate bounds her expectation by what the agents
   have in the equilibrium. *)
apply: le_trans (multipliers_bound feas (outcome_is_outcome _ _) obey).
(* It remains to compare what they have in it with [D]. *)
rewrite -addrA ler_add2l ler_subl_addr; apply: le_trans Dc _.
rewrite [gamma * _]mulrC mulr_suml -big_split /=; apply: ler_sum => i _.
(* No agent gains more than [gamma] by his deviation: that is what an equilibrium is. *)
rewrite -mulrDr; apply: ler_wpmul2l; [exact: lam0 | exact: eqm].
Qed.

(** Theorem 5.2 with 5.4, for the Bayesian user: the numbers of a certificate bound what
    she gets in every gamma-equilibrium. *)
Theorem bayes_bound r m D gamma C : bayes r -> feasible m ->
  secure_together every r (lambda m) D -> equilibrium gamma r C ->
  (\sum_xa \sum_xb pi m xa xb) + D - gamma * (\sum_i lambda m i)
    <= worth C (r None C) u.
Proof.
(* "Whatever is said" The outcome of play is a distribution over her actions at each point, and
   it is obedient because she is Bayesian. *)
move=> rb feas sec eqm; apply: (deviations_bound _ feas sec eqm) => //.
by apply: obedience_bayes; apply: rb.
Qed.

(** The same for the user who picks, with deviations to rules that are worth [v] to her,
    which need secure something only where she has less than [v]. *)
Theorem best_ai_bound r pick m D gamma v C : best_ai r pick -> feasible m ->
  secure_together (fun C => worth C (r None C) u < v) r (lambda m) D ->
  equilibrium gamma r C ->
  v <= worth C (r None C) u \/
  (\sum_xa \sum_xb pi m xa xb) + D - gamma * (\sum_i lambda m i)
    <= worth C (r None C) u.
Proof.
move=> rb feas sec eqm; have [|lt] := leP v (worth C (r None C) u); first by left.
right; apply: (deviations_bound lt feas sec eqm).
exact: obedience_best_ai (rb None C).
Qed.

(** Where every agent secures something by himself, they secure the sum together. *)
Lemma secure_each (P : profile G -> Prop) r (lam d : agent -> R) : (forall i, 0 <= lam i) ->
  (forall i, 0 < lam i -> secures P r i (d i)) ->
  secure_together P r lam (\sum_i lam i * d i).
Proof.
move=> lam0 sec C PC.
have /fin_all_exists[c dc] i : exists c, 0 < lam i ->
    d i <= worth (replace C i c) (r (Some i) (replace C i c)) (U i).
  have [/sec /(_ C PC)[c dc]|] := boolP (0 < lam i); first by exists c.
  by exists (C i).
exists c; apply: ler_sum => i _.
have [/dc le|] := boolP (0 < lam i); first by rewrite ler_wpmul2l.
by rewrite lt0r lam0 andbT negbK => /eqP ->; rewrite !mul0r.
Qed.


(** The two for a certificate whose agents secure something each by himself. *)
Corollary bayes_bound_each r m (d : agent -> R) gamma C : bayes r -> feasible m ->
  (forall i, 0 < lambda m i -> secures every r i (d i)) -> equilibrium gamma r C ->
  (\sum_xa \sum_xb pi m xa xb) + (\sum_i lambda m i * d i)
    - gamma * (\sum_i lambda m i) <= worth C (r None C) u.
Proof.
move=> rb feas sec; apply: bayes_bound => //.
by apply: secure_each sec; case: feas.
Qed.

(** Theorem 5.2 itself: what the outcome program proves holds in every equilibrium. *)
Theorem outcome_program r (d : agent -> R) gamma b C : bayes r ->
  (forall i, secures every r i (d i)) -> equilibrium gamma r C ->
  (forall sigma, is_outcome sigma -> obedient sigma ->
     (forall i, d i - gamma <= expect (U i) sigma) -> b <= expect u sigma) ->
  b <= worth C (r None C) u.
Proof.
move=> rb sec eqm; apply; first exact: outcome_is_outcome.
  by apply: obedience_bayes; apply: rb.
move=> i; have [//|c le] := sec i C; rewrite ler_subl_addr.
exact: le_trans le (eqm i c).
Qed.

End OutcomeBound.

Print Assumptions obedience_bayes.
Print Assumptions obedience_best_ai.
Print Assumptions multipliers_bound.
Print Assumptions excluded.
Print Assumptions bayes_bound.
Print Assumptions bayes_bound_each.
Print Assumptions best_ai_bound.
Print Assumptions outcome_program.
