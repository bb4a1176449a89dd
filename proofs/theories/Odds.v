(** * Two probabilities whose odds are near are near (the last step of theory.md 4.2)

    If the odds of two probabilities differ by a factor of at most [t ^ 2], they differ by
    at most [(t - 1) / (t + 1)]: this is tanh (c / 4) where [t ^ 2] is exp c. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Coq Require Import Ring.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

Section Odds.
Variable R : realFieldType.

(** Identities of polynomials are decided by Rocq's [ring]. *)
Let T : Type := R.
Let zero : T := 0.
Let one : T := 1.
Let add (x y : T) : T := x + y.
Let mul (x y : T) : T := x * y.
Let opp (x : T) : T := - x.
Let sub (x y : T) : T := x - y.
Fact R_ring : ring_theory zero one add mul sub opp (@eq T).
Proof.
by split=> //; rewrite /add /mul /opp /sub; [exact: add0r | exact: addrC | exact: addrA
  | exact: mul1r | exact: mulrC | exact: mulrA | exact: mulrDl | exact: subrr].
Qed.
Add Ring R_is_a_ring : R_ring.
Ltac named x := lazymatch x with
  | GRing.add ?a ?b => let a' := named a in let b' := named b in constr:(add a' b')
  | GRing.mul ?a ?b => let a' := named a in let b' := named b in constr:(mul a' b')
  | GRing.opp ?a => let a' := named a in constr:(opp a')
  | GRing.natmul (GRing.one _) 2 => constr:(add one one)
  | GRing.one _ => constr:(one)
  | GRing.zero _ => constr:(zero)
  | _ => constr:(x : T) end.
Ltac identity := match goal with |- ?a = ?b =>
  let a' := named a in let b' := named b in change (@eq T a' b'); ring end.

(** [x : y] and [x' : y'] are the odds. *)
Theorem odds_gap (x y x' y' t : R) : 0 <= x -> 0 <= y -> 0 <= x' -> 0 <= y' ->
  0 < x + y -> 0 < x' + y' -> 1 <= t -> x * y' <= t * t * (x' * y) ->
  x / (x + y) - x' / (x' + y') <= (t - 1) / (t + 1).
Proof.
move=> x0 y0 x'0 y'0 s0 s'0 t1 le.
have t0 : 0 < t + 1 by rewrite ltr_paddl ?ltr01 ?(le_trans ler01 t1).
have tm : 0 <= t - 1 by rewrite subr_ge0.
have -> : x / (x + y) - x' / (x' + y') = (x * y' - x' * y) / ((x + y) * (x' + y')).
  rewrite -mulNr addf_div ?gt_eqF //; congr (_ / _); identity.
rewrite ler_pdivr_mulr ?mulr_gt0 // mulrAC ler_pdivl_mulr //.
pose X := x * y'; pose Y := x' * y; pose Z := x * x' + y * y'.
have X0 : 0 <= X by rewrite mulr_ge0.
have Y0 : 0 <= Y by rewrite mulr_ge0.
have Z0 : 0 <= Z by rewrite addr_ge0 ?mulr_ge0.
suff main : 2%:R * (X - t * Y) <= (t - 1) * Z.
  rewrite -subr_ge0; rewrite -subr_ge0 in main.
  suff -> : (t - 1) * ((x + y) * (x' + y')) - (x * y' - x' * y) * (t + 1)
    = (t - 1) * Z - 2%:R * (X - t * Y) by [].
  by rewrite /X /Y /Z; identity.
have [small|big] := leP (X - t * Y) 0.
  by apply: le_trans (mulr_ge0 tm Z0); rewrite mulr_ge0_le0 ?ler0n.
rewrite -(@ler_pexpn2r _ 2) ?nnegrE ?mulr_ge0 ?ler0n ?(ltW big) //.
rewrite -subr_ge0.
have -> : ((t - 1) * Z) ^+ 2 - (2%:R * (X - t * Y)) ^+ 2
    = (t - 1) * (t - 1) * ((x * x' - y * y') * (x * x' - y * y'))
      + 2%:R * 2%:R * ((X - Y) * (t * t * Y - X)).
  by rewrite !expr2 /X /Y /Z; identity.
have YX : Y <= X.
  by rewrite -subr_ge0; apply: ltW; apply: lt_le_trans big _; rewrite ler_add2l ler_opp2 ler_pemull.
apply: addr_ge0; last by rewrite !mulr_ge0 ?ler0n ?subr_ge0.
by apply: mulr_ge0; [exact: mulr_ge0 | rewrite -expr2 sqr_ge0].
Qed.

End Odds.

Print Assumptions odds_gap.
