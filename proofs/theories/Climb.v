(** * Bounds that are improved piece by piece (theory.md 6.5, bound improvement)

    Of an equilibrium that is worth [x] to the user who picks, with [a <= x < b], more is
    known: every agent has nearly as much as the best rule gives him that is worth more
    than [x] to her.  Instead of a limit there is an error [e], as small as one likes. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound BestAI.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

Section Climb.
Variables (R : realFieldType) (G : game R).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).
Implicit Types (r : response G) (C : profile G).

(** A piece: what agent [i] can secure where she has [x] is [alpha i - beta i * x], for
    [a <= x < b]; the frontier of 6.5 is linear on it. *)
Definition frontier_secures r (a b : R) i (alpha beta : R) := forall C (e : R), 0 < e ->
  a <= worth C (r None C) u -> worth C (r None C) u < b ->
  exists c, alpha - beta * worth C (r None C) u - e
    <= worth (replace C i c) (r (Some i) (replace C i c)) (U i).

(** Multipliers of a piece: those of the outcome program, and [rho] of what she has at
    least. *)
Definition piece_feasible (m : multipliers G) (beta : agent -> R) (rho : R) := [/\
  forall xa a a', 0 <= kappa m xa a a',
  forall i, 0 <= lambda m i,
  0 <= rho
  & forall xa xb a,
    pi m xa xb + \sum_a' kappa m xa a a' * (W u xa xb a - W u xa xb a')
    + \sum_i lambda m i * (W (U i) xa xb a + beta i * W u xa xb a)
    + rho * W u xa xb a <= W u xa xb a].

(** What is smaller than a number by any error however small, is not greater. *)
Lemma le_by_errors (x y k : R) : 0 <= k -> (forall e, 0 < e -> x - k * e <= y) -> x <= y.
Proof.
move=> k0 small; rewrite leNgt; apply/negP => lt.
have k1 : 0 < k + 1 by rewrite ltr_paddl ?ltr01.
pose e := (x - y) / (k + 1); have e0 : 0 < e by rewrite divr_gt0 ?subr_gt0.
have := small e e0; rewrite leNgt => /negP; apply.
rewrite ltr_subr_addr -ltr_subr_addl.
apply: (@lt_le_trans _ _ ((k + 1) * e)); first by rewrite ltr_pmul2r // ltr_addl ltr01.
by rewrite /e mulrC divfK // gt_eqF.
Qed.

(** Feasible multipliers of a piece bound what an obedient outcome is worth to her. *)
Lemma piece_bound m beta rho a sigma (low : agent -> R) :
  piece_feasible m beta rho -> is_outcome sigma -> obedient sigma -> a <= expect u sigma ->
  (forall i, 0 < lambda m i -> low i <= expect (U i) sigma + beta i * expect u sigma) ->
  (\sum_xa \sum_xb pi m xa xb) + \sum_i lambda m i * low i + rho * a <= expect u sigma.
Proof.
case=> kap0 lam0 rho0 row out obey ge_a ge_low.
pose f (z : agent + unit) b y := if z is inl i then U i b y + beta i * u b y else u b y.
pose lam (z : agent + unit) := if z is inl i then lambda m i else rho.
have one (F : unit -> R) : \sum_x F x = F tt.
  by rewrite (bigD1 tt) //= big1 ?addr0 // => -[].
apply: le_trans (weighted_bound (p := pi m) (lam := lam) (f := f) kap0 _ out obey); last first.
  move=> xa xb b; rewrite big_sumType /= one /= addrA; apply: le_trans (row xa xb b).
  rewrite ler_add2r ler_add2l le_eqVlt; apply/orP; left; apply/eqP.
  by apply: eq_bigr => i _; rewrite -W_add.
rewrite big_sumType /= one /= -addrA ler_add2l; apply: ler_add; last by rewrite ler_wpmul2l.
apply: ler_sum => i _; have [pos|] := boolP (0 < lambda m i).
  by rewrite ler_wpmul2l // expect_add; apply: ge_low.
by rewrite lt0r lam0 andbT negbK => /eqP ->; rewrite !mul0r.
Qed.

(** Theorem 6.5 (bound improvement): where she has at least [a] in an equilibrium, and the
    numbers of the piece from [a] to [b] prove [b], she has at least [b]. *)
Theorem climb r pick m alpha beta rho a b gamma C : best_ai r pick ->
  piece_feasible m beta rho ->
  (forall i, 0 < lambda m i -> frontier_secures r a b i (alpha i) (beta i)) ->
  equilibrium gamma r C ->
  b <= (\sum_xa \sum_xb pi m xa xb) + \sum_i lambda m i * (alpha i - gamma) + rho * a ->
  a <= worth C (r None C) u -> b <= worth C (r None C) u.
Proof.
move=> rb feas front eqm enough ge_a; rewrite leNgt; apply/negP => lt_b.
have lam0 : forall i, 0 <= lambda m i by case: feas.
have obey := obedience_best_ai (rb None C).
have out := outcome_is_outcome C (r None C).
suff : b <= worth C (r None C) u by rewrite leNgt lt_b.
apply: le_trans enough _.
apply: (@le_by_errors _ _ (\sum_i lambda m i)) => [|e e0]; first exact: sumr_ge0.
apply: le_trans (piece_bound (low := fun i => alpha i - gamma - e) feas out obey ge_a _).
  rewrite addrAC ler_add2r -addrA ler_add2l mulr_suml -sumrB; apply: ler_sum => i _.
  by rewrite -mulrBr.
move=> i pos; have [c le] := front i pos C e e0 ge_a lt_b.
have := le_trans le (eqm i c); rewrite -/(worth C (r None C) (U i)) -/(worth C (r None C) u).
rewrite -ler_subl_addr => H; rewrite -ler_subl_addr.
by rewrite (AC 4%AC (1*4*3*2)%AC).
Qed.

End Climb.

Print Assumptions climb.
