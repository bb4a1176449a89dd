(** * What one of several users gets: the check, and that it is right (theory.md 5.8)

    The outcome program of all users, whose right side counts what she gets only.  The
    check is computation with integers, as in Checker.v. *)

From Coq Require Import ZArith QArith_base.
From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound.
From Alignment Require Import Arithmetic Instance Checker CheckerLemmas CheckerSound Pieces.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.
Delimit Scope Z_scope with Z.   (* mathcomp's integers and rationals are not used *)
Delimit Scope Q_scope with Q.

(** ** The check *)
Definition at_most_on g (hers : seq nat) w ws p :=
  all_below (user_observations g) (fun xa => all_below (agent_observations g) (fun xb =>
    all_below (actions g) (fun a => of_program g p w ws xa xb a
      <=? if xa \in hers then program_over p * at3 w xa xb a else 0)%Z)).
Definition share_on g (hers : seq nat) :=
  total (user_observations g) (fun xa => if xa \in hers then
    total (agent_observations g) (fun xb => total (states g) (at3 (joint g) xa xb))
  else 0%Z).
Definition one_user_holds g hers p (v : Q) :=
  let w := user_worths g in
  let ws := all_agent_worths g in
  [&& signed_program g p && (0 <? share_on g hers)%Z, deviators_teach g w p,
   at_most_on g hers w ws p
   & reaches g (secured_by_ties g BayesianUser w ws p) p
       (v * Qmake (share_on g hers) (Z.to_pos (whole g)))%Q].
Definition check_one_user g hers p v : option claim :=
  proved (lawful g && one_user_holds g hers p v) (OneUser hers v).

(** ** It is right *)

(** Multipliers whose inequality has other numbers on the right bound their expectation. *)
Section Bound.
Variables (R : realFieldType) (G : game R).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).

Lemma other_bound (m : multipliers G) (right : XA -> XB -> A -> R) sigma :
  (forall xa a a', 0 <= kappa m xa a a') ->
  (forall xa xb a, pi m xa xb + \sum_a' kappa m xa a a' * (W u xa xb a - W u xa xb a')
     + \sum_i lambda m i * W (U i) xa xb a <= right xa xb a) ->
  is_outcome sigma -> obedient sigma ->
  (\sum_xa \sum_xb pi m xa xb) + \sum_i lambda m i * expect (U i) sigma
    <= \sum_xa \sum_xb \sum_a sigma xa xb a * right xa xb a.
Proof.
move=> kap0 row [sig0 sig1] obey.
pose K := \sum_xa \sum_xb \sum_a sigma xa xb a *
  \sum_a' kappa m xa a a' * (W u xa xb a - W u xa xb a').
have K0 : 0 <= K.
  apply: sumr_ge0 => xa _; rewrite exchange_big /=; apply: sumr_ge0 => a _.
  under eq_bigr do rewrite mulr_sumr.
  rewrite exchange_big /=; apply: sumr_ge0 => a' _.
  under eq_bigr do rewrite mulrCA.
  by rewrite -mulr_sumr mulr_ge0.
rewrite expect_sum -[leLHS]addr0; apply: le_trans (ler_add (lexx _) K0) _.
rewrite -!big_split /=; apply: ler_sum => xa _.
rewrite -!big_split /=; apply: ler_sum => xb _.
rewrite -[pi m xa xb]mul1r -(sig1 xa xb) mulr_suml -!big_split /=.
apply: ler_sum => a _; rewrite -!mulrDr ler_wpmul2l // addrAC.
exact: row.
Qed.
End Bound.

Section Sound.
Variables (R : realFieldType) (g : instance) (law : lawful g) (lots words : finType).
Notation G := (game_of R law lots words).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).
Notation num := (number R).
Hypothesis fit : enough g lots words.
Variables (hers : seq nat) (p : program) (v : Q).
Hypothesis ok : one_user_holds g hers p v.
Notation m := (multipliers_of R law lots words p).
Notation mine := (fun xa : XA => (xa : nat) \in hers).

Let signed : signed_program g p. Proof. by case/and4P: ok => /andP[]. Qed.
Let teaching : deviators_teach g (user_worths g) p. Proof. by case/and4P: ok. Qed.
Let share0 : 0 < num (share_on g hers).
Proof. by case/and4P: ok => /andP[_ pos] _ _ _; apply: number_gt0. Qed.

Definition right_side (xa : XA) (xb : XB) (a : A) : R := if mine xa then W u xa xb a else 0.

Lemma row_on xa xb a : pi m xa xb + \sum_a' kappa m xa a a' * (W u xa xb a - W u xa xb a')
  + \sum_i lambda m i * W (U i) xa xb a <= right_side xa xb a.
Proof.
case/and4P: ok => _ _ /all_belowP/(_ xa)/all_belowP/(_ xb)/all_belowP/(_ a)/(number_le R) le _.
rewrite left_side ler_pdivr_mulr ?(unit_of_program R law signed) //; apply: le_trans le _.
rewrite /right_side; case: ifP => _; last by rewrite mul0r.
by rewrite numberM W_user mulrA divfK ?gt_eqF ?grain_gt0 // mulrC.
Qed.

Lemma share_is : @share_of R G mine = num (share_on g hers) / num (whole g).
Proof.
rewrite /share_of number_total mulr_suml big_mkcond /=; apply: eq_bigr => xa _.
case: ifP => _; last by rewrite mul0r.
rewrite number_total mulr_suml; apply: eq_bigr => xb _.
by rewrite number_total mulr_suml.
Qed.

Theorem one_user_sound : holds R law lots words (OneUser hers v).
Proof.
have W0 : 0 < num (whole g) by apply: whole_gt0.
have share_pos : 0 < @share_of R G mine by rewrite share_is divr_gt0.
split=> // r C rb obeys eqm; rewrite ler_pdivl_mulr // -/(share_of _).
have to_share : rational R (v * Qmake (share_on g hers) (Z.to_pos (whole g)))
    = rational R v * @share_of R G mine.
  rewrite rationalM share_is; congr (_ * _); rewrite /rational /Qnum /Qden Z2Pos.id //.
  by apply/Z.ltb_spec0; rewrite -(number_ltE R).
have reached : reaches g (secured_by_ties g BayesianUser (user_worths g) (all_agent_worths g) p) p
    (v * Qmake (share_on g hers) (Z.to_pos (whole g)))%Q by case/and4P: ok.
rewrite -to_share; apply: le_trans (bound_reached R law lots words signed reached) _.
have [c Dc] := secured_bayes fit signed teaching (erefl BayesianUser) rb obeys (C := C) I.
have out := outcome_is_outcome C (r None C); have obey := obedience_bayes (rb None C).
have -> : @gets_of R G mine C (r None C)
    = \sum_xa \sum_xb \sum_a outcome C (r None C) xa xb a * right_side xa xb a.
  rewrite /gets_of big_mkcond /=; apply: eq_bigr => xa _; rewrite /right_side.
  case: ifP => _ //; apply/esym/big1 => xb _; apply: big1 => a _; exact: mulr0.
apply: le_trans (other_bound (kap_ge0 signed) row_on out obey).
rewrite -addrA ler_add2l ler_subl_addr; apply: le_trans Dc _.
rewrite [rational R _ * _]mulrC mulr_suml -big_split /=; apply: ler_sum => i _.
rewrite -mulrDr; apply: ler_wpmul2l; [exact: (lam_ge0 signed i) | exact: eqm].
Qed.

End Sound.

(** What the check says is true. *)
Theorem check_one_user_sound (R : realFieldType) (lots words : finType) g (law : lawful g)
    hers p v q : enough g lots words -> check_one_user g hers p v = Some q ->
  holds R law lots words q.
Proof.
by move=> fit /proved_some[/andP[_ ok] <-]; exact: (@one_user_sound R g law lots words fit _ _ _ ok).
Qed.

Print Assumptions check_one_user_sound.
