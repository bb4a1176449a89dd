(** * Dual prices: no deviation gains (theory.md 6.1, 6.9), and full revelation (6.7)

    In one round in which only the agents speak, numbers that one can multiply out
    prove that no rule of an agent gives him more than they say. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Revealing.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

Section Prices.
Variables (R : realFieldType) (G : game R).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).
Notation messages := {ffun agent -> word G}.

(** There is one round, and she has one thing to say, [quiet]. *)
Variable quiet : question G.
Hypotheses (silent : forall q : question G, q = quiet) (one_round : rounds G = 1%N).

(** What she heard, and with which probability an agent sends a message. *)
Definition heard (m : messages) : transcript G := grow (start G) [ffun=> quiet] m.
Definition signal (c : rule G) o b := c o [::] quiet b.

(** What she does after the messages [m]. *)
Definition reply (s : strategy G) xa m a := \sum_l draw s l * choose s l xa (heard m) a.

(** What [a] is worth by the payoffs [f] after the messages [m], times the probability of
    these. *)
Definition after (C : profile G) f xa (m : messages) a :=
  \sum_xb (\prod_j signal (C j) (sees j xb) (m j)) * W f xa xb a.

Lemma reply_ge0 s xa m a : 0 <= reply s xa m a.
Proof. by apply: sumr_ge0 => l _; rewrite mulr_ge0 ?mass_ge0. Qed.
Lemma reply_sum1 s xa m : \sum_a reply s xa m a = 1.
Proof.
rewrite exchange_big /= -[RHS](mass_sum1 (draw s)); apply: eq_bigr => l _.
by rewrite -mulr_sumr mass_sum1 mulr1.
Qed.
Definition reply_dist s xa m : dist R A := Dist (reply_ge0 s xa m) (reply_sum1 s xa m).

Lemma outcome_signal C s xa xb a : outcome C s xa xb a
  = \sum_(m : messages) (\prod_j signal (C j) (sees j xb) (m j)) * reply s xa m a.
Proof.
rewrite /outcome; under [RHS]eq_bigr do rewrite mulr_sumr.
rewrite [RHS]exchange_big /=; apply: eq_bigr => l _.
rewrite /played one_round /= (bigD1 [ffun=> quiet]) //= [X in _ * (_ + X)]big1 ?addr0; last first.
  by move=> q /eqP[]; apply/ffunP => j; rewrite ffunE; apply: silent.
have -> : ask s l xa (start G) [ffun=> quiet] = 1.
  have := mass_sum1 (ask s l xa (start G)); rewrite (bigD1 [ffun=> quiet]) //= big1 ?addr0 //.
  by move=> q /eqP[]; apply/ffunP => j; rewrite ffunE; apply: silent.
rewrite mulr_sumr; apply: eq_bigr => m _; rewrite mul1r mulrCA; congr (_ * _).
by apply: eq_bigr => j _; rewrite !ffunE.
Qed.

Lemma worth_signal C s f : worth C s f
  = \sum_xa \sum_(m : messages) \sum_a reply s xa m a * after C f xa m a.
Proof.
apply: eq_bigr => xa _; rewrite exchange_big /= [RHS]exchange_big /=.
apply: eq_bigr => a _; under [RHS]eq_bigr do rewrite mulr_sumr.
rewrite [RHS]exchange_big /=; apply: eq_bigr => xb _.
rewrite outcome_signal mulr_suml; apply: eq_bigr => m _.
by rewrite mulrCA mulrA.
Qed.

Lemma heard_inj : injective heard.
Proof.
move=> m m' /ffunP E; apply/ffunP => j; have := E j.
by rewrite !ffunE /= => -[].
Qed.

(** What she does after messages is best after them. *)
Lemma obeys C s xa m a a' : optimal C s ->
  0 <= reply s xa m a * (after C u xa m a - after C u xa m a').
Proof.
move=> opt; pose f xa' h b := if [&& xa' == xa, h == heard m & b == a] then a' else b.
have := opt (instead (fun _ => f) s); rewrite -subr_ge0 !worth_signal -sumrB.
have push_reply xa' m' (F : A -> R) :
    \sum_b reply (instead (fun _ => f) s) xa' m' b * F b
    = \sum_b reply s xa' m' b * F (f xa' (heard m') b).
  rewrite [RHS](partition_big (f xa' (heard m')) predT) //=; apply: eq_bigr => b _.
  transitivity ((\sum_(a0 | f xa' (heard m') a0 == b) reply s xa' m' a0) * F b).
    congr (_ * _); rewrite [RHS]exchange_big /=; apply: eq_bigr => l _.
    by rewrite -mulr_sumr.
  by rewrite mulr_suml; apply: eq_bigr => a0 /eqP <-.
rewrite (bigD1 xa) //= [X in _ + X]big1 ?addr0; last first.
  move=> xa' /negPf ne; apply/eqP; rewrite subr_eq0; apply/eqP.
  apply: eq_bigr => m' _; rewrite push_reply.
  by apply: eq_bigr => b _; rewrite /f ne.
rewrite -sumrB (bigD1 m) //= [X in _ + X]big1 ?addr0; last first.
  move=> m' /negPf ne; apply/eqP; rewrite subr_eq0 push_reply; apply/eqP.
  by apply: eq_bigr => b _; rewrite /f (inj_eq heard_inj) ne andbF.
rewrite push_reply -sumrB (bigD1 a) //= [X in _ + X]big1 ?addr0; last first.
  by move=> b /negPf ne; rewrite /f ne !andbF subrr.
by rewrite /f !eqxx -mulrBr.
Qed.

(** ** One agent's rule against those of the others

    The user comes to agent [i] as a type: what she observed, and the messages [t] of the
    others (his own entry in [t] is not used; it is fixed to be [unsaid]). *)
Variables (i : agent) (C : profile G) (unsaid : word G).
Definition of_others (t : messages) := t i == unsaid.
Definition with_own (t : messages) b : messages := [ffun j => if j == i then b else t j].

Lemma with_own_own t b b' : with_own (with_own t b) b' = with_own t b'.
Proof. by apply/ffunP => j; rewrite !ffunE; case: eqP. Qed.

(** What [a] is worth by [f] where agent [i] sees [o] and she is of type [xa], [t], times
    the probability of that. *)
Definition meets f (o : view G) xa (t : messages) a := \sum_(xb | sees i xb == o)
  (\prod_(j | j != i) signal (C j) (sees j xb) (t j)) * W f xa xb a.

(** A strategy of hers: an action for each type. *)
Definition plan := {ffun XA * messages -> A}.

(** Dual prices of what agent [i] sees, with multipliers [kappa] of her obedience for
    each strategy, cover what any rule of his could give by the payoffs [f]. *)
Definition covered f (price : view G -> R) (kappa : plan -> XA -> messages -> A -> R) o
    (s : plan) := \sum_xa \sum_(t | of_others t)
    (meets f o xa t (s (xa, t))
     + \sum_a kappa s xa t a * (meets u o xa t (s (xa, t)) - meets u o xa t a))
    <= price o.
Definition covers f (price : view G -> R) (kappa : plan -> XA -> messages -> A -> R) :=
  (forall s xa t a, 0 <= kappa s xa t a) /\ forall o s, covered f price kappa o s.

(** What she may do, after each observation and messages of the others, and that she does
    nothing else. *)
Definition within (may : XA -> messages -> A -> bool) (s : plan) :=
  forall z, may z.1 (with_own z.2 unsaid) (s z).
Definition keeps (may : XA -> messages -> A -> bool) s :=
  forall xa m a, 0 < reply s xa m a -> may xa (with_own m unsaid) a.

(** With each word he makes her follow a strategy.  There may be other prices and other
    multipliers for each choice of them. *)
Definition followed := {ffun word G -> plan}.
Definition covers_followed may f (price : followed -> view G -> R)
    (kappa : followed -> word G -> XA -> messages -> A -> R) :=
  (forall q b xa t a, 0 <= kappa q b xa t a) /\
  forall q : followed, (forall b, within may (q b)) -> forall b o,
    covered f (price q) (fun=> kappa q b) o (q b).
Definition covers_within may f (price : view G -> R)
    (kappa : plan -> XA -> messages -> A -> R) :=
  (forall s xa t a, 0 <= kappa s xa t a) /\
  forall o s, within may s -> covered f price kappa o s.

Lemma sum_messages (F : messages -> R) :
  \sum_m F m = \sum_b \sum_(t | of_others t) F (with_own t b).
Proof.
rewrite (partition_big (fun m : messages => m i) predT) //=; apply: eq_bigr => b _.
rewrite (reindex_onto (fun t => with_own t b) (fun m => with_own m unsaid)) /=.
  apply: eq_bigl => t; rewrite ffunE !eqxx /=; rewrite /of_others.
  apply/eqP/eqP => [<-|ti]; first by rewrite ffunE eqxx.
  by apply/ffunP => j; rewrite !ffunE; case: eqP => // ->.
move=> m /eqP mi; apply/ffunP => j; rewrite !ffunE.
by case: eqP => // ->.
Qed.

Lemma after_own c f xa t b a :
  after (replace C i c) f xa (with_own t b) a = \sum_o signal c o b * meets f o xa t a.
Proof.
rewrite /after (partition_big (sees i) predT) //=; apply: eq_bigr => o _.
rewrite mulr_sumr; apply: eq_bigr => xb /eqP <-.
rewrite mulrA; congr (_ * _); rewrite (bigD1 i) //= replace_same ffunE eqxx.
congr (_ * _); apply: eq_bigr => j /negPf ne.
by rewrite /replace ffunE ne.
Qed.

(** Theorem 6.1, where she may take some actions only, and where words are few. *)
Theorem prices_bound_followed may f price kappa most c s : covers_followed may f price kappa ->
  (forall q : followed, (forall b, within may (q b)) -> \sum_o price q o <= most) ->
  keeps may s -> optimal (replace C i c) s -> worth (replace C i c) s f <= most.
Proof.
move=> [kap0 cover] top keep opt; set C' := replace C i c.
pose V g b xa t a := after C' g xa (with_own t b) a.
pose P b (p : plan) := \prod_z reply_dist s z.1 (with_own z.2 b) (p z).
have P0 b p : 0 <= P b p.
  exact: (joint_ge0 (fun z => reply_dist s z.1 (with_own z.2 b))).
have P1 b : \sum_p P b p = 1.
  exact: (joint_sum1 (fun z => reply_dist s z.1 (with_own z.2 b))).
pose F b (p : plan) := \sum_xa \sum_(t | of_others t) V f b xa t (p (xa, t)).
have by_plan b : \sum_xa \sum_(t | of_others t) \sum_a
      reply s xa (with_own t b) a * V f b xa t a = \sum_p P b p * F b p.
  under [RHS]eq_bigr do rewrite mulr_sumr.
  rewrite [RHS]exchange_big /=; apply: eq_bigr => xa _.
  under [RHS]eq_bigr do rewrite mulr_sumr.
  rewrite [RHS]exchange_big /=; apply: eq_bigr => t _.
  exact/esym/(joint_one (fun z => reply_dist s z.1 (with_own z.2 b)) (xa, t)).
pose Q (q : followed) := \prod_b P b (q b).
have Q0 q : 0 <= Q q by apply: prodr_ge0.
have obeyed (q : followed) b xa t a :
    0 <= Q q * (V u b xa t (q b (xa, t)) - V u b xa t a).
  rewrite /Q (bigD1 b) //= mulrAC mulr_ge0 ?prodr_ge0 // /P (bigD1 (xa, t)) //=.
  by rewrite mulrAC mulr_ge0 ?obeys // prodr_ge0 // => z _; apply: reply_ge0.
have each (q : followed) : Q q * (\sum_b F b (q b)) <= Q q * most.
  have [/forallP may_q|/forallPn[b /forallPn[z out]]] :=
      boolP [forall b, [forall z, may z.1 (with_own z.2 unsaid) (q b z)]]; last first.
    suff -> : Q q = 0 by rewrite !mul0r.
    apply/eqP/prodf_eq0; exists b => //; apply/prodf_eq0; exists z => //.
    apply: contraNT out => nz.
    by rewrite -(with_own_own z.2 b); apply: keep; rewrite lt0r nz reply_ge0.
  have {}may_q b : within may (q b) by move=> z; apply/(forallP (may_q b)).
  apply: (@le_trans _ _ (Q q * \sum_b \sum_o signal c o b * price q o)); last first.
    rewrite ler_wpmul2l // exchange_big /=; apply: le_trans (top q may_q).
    by apply: ler_sum => o _; rewrite -mulr_suml mass_sum1 mul1r.
  rewrite !mulr_sumr; apply: ler_sum => b _.
  pose K xa t := \sum_a kappa q b xa t a * (V u b xa t (q b (xa, t)) - V u b xa t a).
  apply: (@le_trans _ _ (Q q * (\sum_xa \sum_(t | of_others t)
      (V f b xa t (q b (xa, t)) + K xa t)))).
    rewrite !mulr_sumr; apply: ler_sum => xa _; rewrite !mulr_sumr.
    apply: ler_sum => t _; rewrite mulrDr ler_addl mulr_sumr.
    by apply: sumr_ge0 => a _; rewrite mulrCA mulr_ge0.
  rewrite ler_wpmul2l //.
  apply: (@le_trans _ _ (\sum_o signal c o b * (\sum_xa \sum_(t | of_others t)
     (meets f o xa t (q b (xa, t)) + \sum_a kappa q b xa t a *
        (meets u o xa t (q b (xa, t)) - meets u o xa t a))))); last first.
    by apply: ler_sum => o _; rewrite ler_wpmul2l ?mass_ge0 //; apply: cover may_q _ _.
  under [leRHS]eq_bigr do rewrite mulr_sumr.
  rewrite [leRHS]exchange_big /=; apply: ler_sum => xa _.
  under [leRHS]eq_bigr do rewrite mulr_sumr.
  rewrite [leRHS]exchange_big /=; apply: ler_sum => t _.
  under [leRHS]eq_bigr do rewrite mulrDr.
  rewrite big_split /= /K /V after_own ler_add2l.
  under [leRHS]eq_bigr do rewrite mulr_sumr.
  rewrite [leRHS]exchange_big /=.
  apply: ler_sum => a _; rewrite /K /V !after_own -sumrB mulr_sumr.
  by apply: ler_sum => o _; rewrite -mulrBr mulrCA.
rewrite worth_signal.
have -> : \sum_xa \sum_(m : messages) \sum_a reply s xa m a * after C' f xa m a
    = \sum_q Q q * \sum_b F b (q b).
  transitivity (\sum_xa \sum_b \sum_(t | of_others t) \sum_a
      reply s xa (with_own t b) a * V f b xa t a).
    by apply: eq_bigr => xa _; rewrite sum_messages.
  rewrite exchange_big /=; under [RHS]eq_bigr do rewrite mulr_sumr.
  rewrite [RHS]exchange_big /=; apply: eq_bigr => b _; rewrite by_plan.
  exact/esym/(joint_one (fun b => Dist (P0 b) (P1 b))).
have total : \sum_q Q q = 1 by exact: (joint_sum1 (fun b => Dist (P0 b) (P1 b))).
by rewrite -[leRHS]mul1r -total mulr_suml; apply: ler_sum => q _; apply: each.
Qed.

(** Theorem 6.1, where she may take some actions only. *)
Corollary prices_bound_within may f price kappa c s : covers_within may f price kappa ->
  keeps may s -> optimal (replace C i c) s -> worth (replace C i c) s f <= \sum_o price o.
Proof.
case=> kap0 cover; apply: (@prices_bound_followed may f (fun=> price) (fun q b => kappa (q b))) => //.
by split=> [q b|q may_q b o]; [apply: kap0 | apply: cover o _ (may_q b)].
Qed.

(** Theorem 6.1: no rule of agent [i] gives more than the sum of the prices. *)
Theorem prices_bound f price kappa c s : covers f price kappa ->
  optimal (replace C i c) s -> worth (replace C i c) s f <= \sum_o price o.
Proof.
by case=> kap0 cover; apply: (@prices_bound_within (fun _ _ _ => true) _ _ kappa).
Qed.

End Prices.

Section Equilibria.
Variables (R : realFieldType) (G : game R) (r : response G).
Hypothesis r_bayes : bayes r.
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).

(** Theorem 6.9 (first part): signals are a gamma-equilibrium if every agent has the sum
    of his prices, up to gamma. *)
Theorem prices_equilibrium (quiet : question G) (unsaid : word G) gamma C
    (price : agent -> view G -> R)
    (kappa : agent -> plan G -> user_observation G ->
       {ffun agent -> word G} -> action G -> R) :
  (forall q : question G, q = quiet) -> rounds G = 1%N ->
  (forall i, covers quiet i C unsaid (U i) (price i) (kappa i)) ->
  (forall i, \sum_o price i o <= worth C (r None C) (U i) + gamma) ->
  equilibrium gamma r C.
Proof.
move=> silent one_round cover enough i c; apply: le_trans (enough i).
exact: (prices_bound silent one_round (cover i)).
Qed.

(** Theorem 6.7: if two agents teach her everything, and her best actions are unique,
    this is an equilibrium. *)
Theorem full_revelation C i j : i != j -> unique_best G ->
  teaches i (C i) -> teaches j (C j) -> equilibrium 0 r C.
Proof.
move=> ij uniq teach_i teach_j i' c; rewrite addr0.
pose t := @best_table R G.
have best o C' k : teaches k (C k) -> C' k = C k -> forall f,
    worth C' (r o C') f = expect f (table_outcome t).
  move=> teach E f; apply: eq_expect => xa xb a pos.
  have opt := best_if_OPT (teach C' _ E (r_bayes o C')).
  have zero b : b != t xa xb -> outcome C' (r o C') xa xb b = 0.
    move=> ne; apply/eqP; apply: contraNT ne => nz; apply/eqP.
    apply: (uniq xa xb) => //; last exact: best_table_right.
    by apply: opt; rewrite lt0r nz outcome_ge0.
  rewrite /table_outcome; have [->|/zero -> //] := eqVneq a (t xa xb).
  have := outcome_sum1 C' (r o C') xa xb.
  by rewrite (bigD1 (t xa xb)) //= big1 ?addr0.
have [k tk ki] : exists2 k, teaches k (C k) & k != i'.
  have [ei|ne] := eqVneq i i'; last by exists i.
  by exists j => //; rewrite -ei eq_sym.
rewrite (best None C k tk) // (best (Some i') _ k tk) //.
by rewrite /replace (negPf ki).
Qed.

End Equilibria.

Print Assumptions prices_bound_followed.
Print Assumptions prices_bound_within.
Print Assumptions prices_bound.
Print Assumptions prices_equilibrium.
Print Assumptions full_revelation.
