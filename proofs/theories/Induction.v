(** * Backward induction (theory.md 1.6): the Bayesian user has a best response

    So the theorems about her are about something. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Revealing.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

Section Induction.
Variables (R : realFieldType) (G : game R).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation questions := {ffun agent -> question G}.
Notation messages := {ffun agent -> word G}.

(** There is something to draw and to ask. *)
Variables (some_lot : lot G) (some_question : question G).
Implicit Types (C : profile G) (h : transcript G).

(** The greatest of finitely many numbers. *)
Definition best_questions (f : questions -> R) : questions :=
  [arg max_(q > [ffun=> some_question]) f q]%O.

Lemma best_questionsP f q : f q <= f (best_questions f).
Proof. by rewrite /best_questions; case: arg_maxP => // q' _; apply. Qed.

Definition best_action (f : A -> R) : A := [arg max_(a > some_action G) f a]%O.

(** What she can still get where [n] rounds are left and [h] was said, times the
    probability of the answers in [h] if she asks the questions in [h]. *)
Fixpoint gain C xa n h : R :=
  if n is n'.+1 then
    let f (q : questions) := \sum_(m : messages) gain C xa n' (grow h q m) in
    f (best_questions f)
  else most (value C setT xa h).

(** How many rounds are left. *)
Definition left h : nat := (rounds G - \max_i size (h i))%N.

(** She asks what can still get her most, and takes what is worth most. *)
Definition best_reply C : strategy G := Strategy
  (sure R some_lot)
  (fun _ xa h => sure R (best_questions
     (fun q => \sum_(m : messages) gain C xa (left h).-1 (grow h q m))))
  (fun _ xa h => sure R (best_action (value C setT xa h))).

(** What a strategy gets from there on. *)
Definition gets C s l xa n h : R := \sum_a \sum_xb
  likely C setT xb h * taken C s l xa xb n h a * W u xa xb a.

Lemma likely_grow C xb h (q : questions) (m : messages) :
  likely C setT xb (grow h q m)
  = likely C setT xb h * \prod_i C i (sees i xb) (h i) (q i) (m i).
Proof.
rewrite /likely -!(eq_bigl _ _ (fun i => esym (in_setT i))) -big_split /=.
by apply: eq_bigr => i _; rewrite ffunE says_rcons.
Qed.

Lemma gets_end C s l xa h :
  gets C s l xa 0 h = \sum_a choose s l xa h a * value C setT xa h a.
Proof.
apply: eq_bigr => a _; rewrite /value mulr_sumr; apply: eq_bigr => xb _ /=.
by rewrite mulrCA mulrA.
Qed.

Lemma gets_round C s l xa n h : gets C s l xa n.+1 h
  = \sum_(q : questions) ask s l xa h q * \sum_(m : messages) gets C s l xa n (grow h q m).
Proof.
pose X a xb (q : questions) (m : messages) := ask s l xa h q * (likely C setT xb (grow h q m)
  * taken C s l xa xb n (grow h q m) a * W u xa xb a).
transitivity (\sum_a \sum_xb \sum_q \sum_m X a xb q m).
  apply: eq_bigr => a _; apply: eq_bigr => xb _ /=.
  rewrite [likely _ _ _ _ * _]mulr_sumr mulr_suml; apply: eq_bigr => q _.
  rewrite [likely _ _ _ _ * _]mulr_sumr mulr_suml; apply: eq_bigr => m _.
  rewrite /X likely_grow !mulrA; congr (_ * _ * _).
  by rewrite [likely _ _ _ _ * _]mulrC.
transitivity (\sum_a \sum_q \sum_m \sum_xb X a xb q m).
  apply: eq_bigr => a _; rewrite exchange_big /=; apply: eq_bigr => q _.
  exact: exchange_big.
rewrite exchange_big /=; apply: eq_bigr => q _; rewrite mulr_sumr exchange_big /=.
apply: eq_bigr => m _; rewrite mulr_sumr; apply: eq_bigr => a _.
by rewrite mulr_sumr.
Qed.

(** No strategy gets more. *)
Lemma gets_le C s l xa n h : gets C s l xa n h <= gain C xa n h.
Proof.
elim: n h => [|n IH] h.
  rewrite gets_end -[leRHS]mul1r -(mass_sum1 (choose s l xa h)) mulr_suml.
  by apply: ler_sum => a _; rewrite ler_wpmul2l ?mass_ge0 // most_ge.
rewrite gets_round /= -[leRHS]mul1r -[X in _ <= X * _](mass_sum1 (ask s l xa h)) mulr_suml.
apply: ler_sum => q _; rewrite ler_wpmul2l ?mass_ge0 //.
pose f (q : questions) := \sum_(m : messages) gain C xa n (grow h q m).
by apply: le_trans (best_questionsP f q); apply: ler_sum => m _; apply: IH.
Qed.

Lemma left_is h n : (forall i, size (h i) + n = rounds G)%N -> (0 < agents G)%N -> left h = n.
Proof.
rewrite /left => len lt; pose i0 : agent := Ordinal lt.
have same i : size (h i) = size (h i0).
  by apply/eqP; rewrite -(eqn_add2r n) !len.
suff -> : \max_i size (h i) = size (h i0) by rewrite -(len i0) addKn.
apply/eqP; rewrite eqn_leq leq_bigmax andbT; apply/bigmax_leqP => i _.
by rewrite same.
Qed.

(** She gets all that she can. *)
Lemma best_reply_gets C l xa n h : (forall i, size (h i) + n = rounds G)%N ->
  gets C (best_reply C) l xa n h = gain C xa n h.
Proof.
elim: n h => [|n IH] h len; first by rewrite gets_end sum_sure.
rewrite gets_round sum_sure /=.
pose f n' (q : questions) := \sum_(m : messages) gain C xa n' (grow h q m).
transitivity (f n (best_questions (f (left h).-1))).
  apply: eq_bigr => m _; apply: IH => i.
  by rewrite ffunE size_rcons addSnnS.
case: (posnP (agents G)) => [none|some]; last by rewrite (left_is len some).
suff -> : best_questions (f (left h).-1) = best_questions (f n) by [].
by apply/ffunP => i; have := ltn_ord i; rewrite {2}none.
Qed.

Lemma worth_gets C s : worth C s u
  = \sum_xa \sum_l draw s l * gets C s l xa (rounds G) (start G).
Proof.
apply: eq_bigr => xa _; rewrite /gets.
under [RHS]eq_bigr do rewrite mulr_sumr.
rewrite exchange_big /= [RHS]exchange_big /=; apply: eq_bigr => a _.
under [RHS]eq_bigr do rewrite mulr_sumr.
rewrite [RHS]exchange_big /=; apply: eq_bigr => xb _.
rewrite mulr_suml; apply: eq_bigr => l _; rewrite !mulrA; congr (_ * _).
rewrite /likely big1 ?mulr1 // => i _.
by rewrite ffunE.
Qed.

(** Theorem 1.6: what backward induction finds is optimal. *)
Theorem best_reply_optimal C : optimal C (best_reply C).
Proof.
move=> s; rewrite !worth_gets; apply: ler_sum => xa _.
rewrite sum_sure best_reply_gets => [|i]; last by rewrite ffunE.
rewrite -[leRHS]mul1r -(mass_sum1 (draw s)) mulr_suml; apply: ler_sum => l _.
by rewrite ler_wpmul2l ?mass_ge0 // gets_le.
Qed.

(** So there is a Bayesian response. *)
Corollary bayes_exists : exists r : response G, bayes r.
Proof. by exists (fun _ => best_reply) => o C; apply: best_reply_optimal. Qed.

(** And she gets at least NOINFO, for she may ignore what she hears (3.1). *)
Theorem noinfo_le C s : optimal C s -> NOINFO G <= worth C s u.
Proof.
move=> opt.
pose act xa := best_action (fun a => \sum_xb W u xa xb a).
apply: le_trans (opt (instead (fun _ xa _ _ => act xa) s)).
rewrite (worth_instead (fun xa _ => act xa)); apply: ler_sum => xa _.
rewrite /most -/(best_action _) -/(act xa); apply: ler_sum => xb _.
by rewrite -mulr_suml outcome_sum1 mul1r.
Qed.

End Induction.

Print Assumptions best_reply_optimal.
Print Assumptions bayes_exists.
Print Assumptions noinfo_le.
