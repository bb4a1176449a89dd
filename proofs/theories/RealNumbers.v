(** * The exponential function of the real numbers (for theory.md 3.2 and 4.2)

    The real numbers of Rocq's library, with the base e or any other base greater than 1.
    What [Print Assumptions] lists here are the axioms of that library and of
    mathcomp-analysis, which makes it an ordered field of mathcomp. *)

From Coq Require Import Reals Psatz.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.analysis Require Import Rstruct.
From Alignment Require Import Game Play OutcomeBound Announcement Quantal.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.
Delimit Scope R_scope with coqR.

Section Base.
Variable b : R.
Hypothesis b_gt1 : 1 < b.

Fact ln_gt0 : 0 < ln b.
Proof.
by have := ln_increasing 1 b Rlt_0_1 (elimT (RltP _ _) b_gt1); rewrite ln_1 => /RltP.
Qed.
Fact power_add x y : Rpower b (x + y) = Rpower b x * Rpower b y.
Proof. exact: Rpower_plus. Qed.
Fact power_tangent x : 1 + ln b * x <= Rpower b x.
Proof. by rewrite mulrC; apply/RleP; apply: exp_ineq1_le. Qed.
Definition power : exponential [realFieldType of R] :=
  Exponential ln_gt0 power_add power_tangent.

(** Theorem 3.2: with [m] actions QR is at least OPT less log_b (m) / eta. *)
Theorem QR_near_OPT_base (eta : R) (G : game [realFieldType of R]) : 0 < eta ->
  OPT G - (ln #|action G|%:R / ln b) / eta <= QR power eta G.
Proof.
move=> eta0; apply: QR_near_OPT => //=.
have m0 : (0 < #|action G|%:R :> R) by rewrite ltr0n; apply/card_gt0P; exists (some_action G).
rewrite /Rpower (_ : Rmult _ _ = ln #|action G|%:R); last first.
  by apply: divfK; rewrite gt_eqF // ln_gt0.
by apply: exp_ln; apply/RltP.
Qed.
End Base.

(** The base e. *)
Fact e_gt1 : 1 < exp 1.
Proof.
have /RleP := exp_ineq1_le 1; apply: lt_le_trans.
have pos : (1 < 1 + 1 :> R) by rewrite ltr_addl ltr01.
exact: pos.
Qed.
Definition natural := power e_gt1.
Lemma naturalE x : natural x = exp x.
Proof. by rewrite /natural /= /Rpower ln_exp Rmult_1_r. Qed.

(** The tangent of G2 is the hyperbolic tangent, of half the argument. *)
Lemma tanh_exp x : (tanh (x / 2) = (exp x - 1) / (exp x + 1))%coqR.
Proof.
have p0 := exp_pos (x / 2)%coqR.
have -> : exp x = (exp (x / 2) * exp (x / 2))%coqR by rewrite -exp_plus; congr exp; field.
rewrite /tanh /sinh /cosh exp_Ropp; field.
by split; apply: Rgt_not_eq => //; nra.
Qed.

Theorem tanh_natural (x : R) : tanh_half natural x = tanh (x / 2)%coqR.
Proof.
rewrite /tanh_half !naturalE tanh_exp RdivE //; apply/eqP => z.
have p0 := exp_pos x; have z0 : (exp x + 1 = 0)%coqR := z; lra.
Qed.

Theorem QR_near_OPT_natural (eta : R) (G : game [realFieldType of R]) : 0 < eta ->
  OPT G - ln #|action G|%:R / eta <= QR natural eta G.
Proof.
move=> eta0; have := QR_near_OPT_base e_gt1 G eta0.
by rewrite ln_exp divr1.
Qed.

(** G2 in the real numbers, as it stands in theory.md. *)
Theorem G2_natural (eta : R) (G : game [realFieldType of R]) script (r : response G)
    w c eps gamma C (L : finType) (cell : 'I_(agents G) -> agent_observation G -> L) delta
    (lo hi : 'I_(agents G) -> R) :
  0 < eta -> quantal natural eta script r -> near w c eps -> equilibrium gamma r C ->
  0 <= delta ->
  (forall i, 0 < w i -> exists T label, announces (cell i) i T label) ->
  (forall i xa xb xb' a, 0 < w i -> 0 < point xa xb -> 0 < point xa xb' ->
     cell i xb' = cell i xb -> `|informed xa xb a - informed xa xb' a| <= delta) ->
  (forall i a y, lo i <= agent_payoff i a y <= hi i) ->
  QR natural eta G - eps *+ 2
    - (\sum_i w i * (hi i - lo i)) * tanh (eta * delta / 2)%coqR - gamma
    <= worth C (r None C) (@user_payoff _ G).
Proof.
move=> eta0 rq aligned eqm delta0 ann near range.
rewrite -[tanh _]tanh_natural.
exact: (G2 eta0 rq aligned eqm delta0 ann near range).
Qed.

Print Assumptions QR_near_OPT_natural.
Print Assumptions G2_natural.
