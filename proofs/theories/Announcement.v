(** * Agents who cannot tell her enough (theory.md 5.6), and offers that pool (5.2)

    Whoever announces a cell of what he sees makes her obedient inside every cell. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Hull Revealing BestAI.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

Section Announcement.
Variables (R : realFieldType) (G : game R).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).
Implicit Types (C : profile G) (s : strategy G) (r : response G).

(** The rule [c] of agent [i] announces the cell of what the agents observe, if this can be
    read off what he has said. *)
Variables (L : finType) (cell : XB -> L).
Definition announces i c (label : private G -> L) := forall xb h,
  size h = rounds G -> 0 < says c (sees i xb) [::] h -> label h = cell xb.

(** Obedient inside every cell: where she takes [a], no [a'] is better on average over the
    cell. *)
Definition obedient_inside (sigma : XA -> XB -> A -> R) := forall xa e a a',
  0 <= \sum_(xb | cell xb == e) sigma xa xb a * (W u xa xb a - W u xa xb a').

Section Obeys.
Variables (i : agent) (C : profile G) (label : private G -> L).
Hypothesis announced : announces i (C i) label.
Variable f : XA -> L -> A -> A.
Definition instead_label s := instead (fun _ xa h => f xa (label (h i))) s.

Lemma taken_instead_label s l xa xb n h b : under_way C xb n h ->
  taken C (instead_label s) l xa xb n h b
  = \sum_(a | f xa (cell xb) a == b) taken C s l xa xb n h a.
Proof.
elim: n h => [|n IH] h way /=.
  have [len said] := way; rewrite (announced (xb := xb)) //.
  by rewrite -(len i) addn0.
rewrite [RHS]exchange_big /=; apply: eq_bigr => q _.
rewrite [RHS]exchange_big /=; apply: eq_bigr => m _.
rewrite -mulr_sumr.
have [/forallP now|/forallPn[j]] :=
    boolP [forall j, 0 < C j (sees j xb) (h j) (q j) (m j)].
  by rewrite IH //; apply: under_way_grow.
rewrite lt0r mass_ge0 andbT negbK => /eqP z.
by rewrite (bigD1 j) //= z mul0r mulr0 !mul0r.
Qed.

Lemma worth_instead_label s v : worth C (instead_label s) v
  = \sum_xa \sum_xb \sum_a outcome C s xa xb a * W v xa xb (f xa (cell xb) a).
Proof.
apply: eq_bigr => xa _; apply: eq_bigr => xb _.
rewrite [RHS](partition_big (f xa (cell xb)) predT) //=; apply: eq_bigr => b _.
transitivity ((\sum_(a | f xa (cell xb) a == b) outcome C s xa xb a) * W v xa xb b).
  congr (_ * _); rewrite [RHS]exchange_big /=; apply: eq_bigr => l _.
  rewrite -mulr_sumr /played taken_instead_label //; exact: under_way_start.
by rewrite mulr_suml; apply: eq_bigr => a /eqP <-.
Qed.
End Obeys.

Lemma obedient_inside_if i C label s : announces i (C i) label ->
  (forall f, worth C (instead_label i label f s) u <= worth C s u) ->
  obedient_inside (outcome C s).
Proof.
move=> ann best xa e a a'.
pose f xa' e' b := if [&& xa' == xa, e' == e & b == a] then a' else b.
have := best f; rewrite (worth_instead_label ann) -subr_ge0 -sumrB (bigD1 xa) //=.
rewrite [X in _ + X]big1 ?addr0 => [|xa' /negPf ne]; last first.
  by rewrite -sumrB big1 // => xb _; rewrite -sumrB big1 // => b _; rewrite /f ne subrr.
have E xb : \sum_b outcome C s xa xb b * W u xa xb b -
    \sum_b outcome C s xa xb b * W u xa xb (f xa (cell xb) b)
  = if cell xb == e then outcome C s xa xb a * (W u xa xb a - W u xa xb a') else 0.
  rewrite -sumrB (bigD1 a) //= big1 ?addr0 => [|b /negPf ne]; last first.
    by rewrite /f ne !andbF subrr.
  by rewrite /f !eqxx /= andbT; case: ifP => _; rewrite ?subrr // -mulrBr.
by rewrite -sumrB; under eq_bigr do rewrite E; rewrite -big_mkcond.
Qed.

(** What she does after the announcement is obedient inside the cells: if she is Bayesian,
    or if it is best for her among all that hears only him. *)
Theorem announced_bayes i C label s : announces i (C i) label -> optimal C s ->
  obedient_inside (outcome C s).
Proof. by move=> ann opt; apply: (obedient_inside_if ann) => f; apply: opt. Qed.

Theorem announced_alone i c C label s : announces i c label -> best_to i c C s ->
  obedient_inside (outcome (replace C i c) s).
Proof.
move=> ann [hear best]; apply: (@obedient_inside_if i _ label); first by rewrite replace_same.
move=> f; apply: best => l xa h h' E.
have [Ea Ec] := hear l xa h h' E; split=> // b /=.
by rewrite (E i) ?inE //; apply: eq_bigr.
Qed.

(** ** The certificate of 5.6 *)

(** Numbers of every point, and multipliers of obedience inside the cells, that prove what
    an outcome is worth at least by the payoffs [f]. *)
Definition proves (f : A -> state G -> R) (pi : XA -> XB -> R)
    (kappa : XA -> L -> A -> A -> R) :=
  (forall xa e a a', 0 <= kappa xa e a a') /\
  forall xa xb a, pi xa xb + \sum_a' kappa xa (cell xb) a a' * (W u xa xb a - W u xa xb a')
    <= W f xa xb a.

Theorem proves_le f pi kappa sigma : proves f pi kappa -> is_outcome sigma ->
  obedient_inside sigma -> \sum_xa \sum_xb pi xa xb <= expect f sigma.
Proof.
move=> [kap0 row] [sig0 sig1] obey; apply: ler_sum => xa _.
pose K xb a := \sum_a' kappa xa (cell xb) a a' * (W u xa xb a - W u xa xb a').
have K0 : 0 <= \sum_xb \sum_a sigma xa xb a * K xb a.
  rewrite (partition_big cell predT) //=; apply: sumr_ge0 => e _.
  rewrite exchange_big /=; apply: sumr_ge0 => a _.
  have -> : \sum_(xb | cell xb == e) sigma xa xb a * K xb a = \sum_a' kappa xa e a a' *
      \sum_(xb | cell xb == e) sigma xa xb a * (W u xa xb a - W u xa xb a').
    under [RHS]eq_bigr do rewrite mulr_sumr.
    rewrite [RHS]exchange_big /=; apply: eq_bigr => xb /eqP <-.
    by rewrite mulr_sumr; apply: eq_bigr => a' _; rewrite mulrCA.
  by apply: sumr_ge0 => a' _; rewrite mulr_ge0.
rewrite -[leLHS]addr0; apply: le_trans (ler_add (lexx _) K0) _.
rewrite -big_split /=; apply: ler_sum => xb _.
rewrite -[pi xa xb]mul1r -(sig1 xa xb) mulr_suml -big_split /=.
apply: ler_sum => a _; rewrite -mulrDr; apply: ler_wpmul2l; first exact: sig0.
exact: row.
Qed.

(** What a Bayesian user's obedience secures for whoever announces. *)
Theorem secures_announced r i c label pi kappa : bayes r -> announces i c label ->
  proves (U i) pi kappa -> secures (@every R G) r i (\sum_xa \sum_xb pi xa xb).
Proof.
move=> rb ann pr C _; exists c; apply: proves_le pr (outcome_is_outcome _ _) _.
by apply: (announced_bayes (i := i) (label := label)); rewrite ?replace_same //; apply: rb.
Qed.

(** What an offer to the user who picks secures, whatever she does where actions tie. *)
Theorem secures_announced_offer r pick i c label v pi kappa : best_ai r pick ->
  worth_alone i c v -> announces i c label -> proves (U i) pi kappa ->
  secures (below r v) r i (\sum_xa \sum_xb pi xa xb).
Proof.
move=> rb offer ann pr; apply: (secures_offer rb offer) => C s best.
exact: proves_le pr (outcome_is_outcome _ _) (announced_alone ann best).
Qed.

(** What agents secure together who offer one rule, if she treats them alike. *)
Theorem secure_announced_together r pick (T : agent -> rule G) v w
    (label : agent -> private G -> L) pi kappa :
  best_ai r pick -> anonymous r pick ->
  (forall i, 0 < w i -> worth_alone i (T i) v) ->
  (forall i j, 0 < w i -> 0 < w j -> same_rule i (T i) j (T j)) ->
  (forall i, 0 <= w i) -> (exists i, 0 < w i) ->
  (forall i, 0 < w i -> announces i (T i) (label i)) ->
  proves (fun a y => \sum_i w i * U i a y) pi kappa ->
  secure_together (below r v) r w (\sum_xa \sum_xb pi xa xb).
Proof.
move=> rb unnamed offers common w0 some ann pr.
apply: (secure_offers_together rb unnamed offers common w0 some) => j C s wj best.
rewrite expect_mixture; apply: (proves_le pr); first exact: outcome_is_outcome.
exact: announced_alone (ann j wj) best.
Qed.

End Announcement.

(** Spelling announces what is spelled. *)
Section Spelling.
Variables (R : realFieldType) (G : game R) (w : view G -> nat -> word G) (i : 'I_(agents G)).
Definition spelled (o : view G) : {ffun 'I_(rounds G) -> option (word G)} :=
  [ffun n => Some (w o (n : 'I_(rounds G)))].
Definition read (h : private G) : {ffun 'I_(rounds G) -> option (word G)} :=
  [ffun n => nth None (map (fun qm => Some qm.2) h) (n : 'I_(rounds G))].

Theorem spell_announces : announces (fun xb => spelled (sees i xb)) i (spell w) read.
Proof.
move=> xb h len /says_spell said; apply/ffunP => n; rewrite !ffunE.
have lt : (n < size h)%N by rewrite len.
have := said n lt; rewrite add0n => ->; rewrite (map_comp Some snd).
by rewrite (nth_map (w (sees i xb) 0%N)) ?size_map.
Qed.
End Spelling.

Print Assumptions announced_bayes.
Print Assumptions announced_alone.
Print Assumptions secures_announced.
Print Assumptions secures_announced_offer.
Print Assumptions secure_announced_together.
Print Assumptions spell_announces.
