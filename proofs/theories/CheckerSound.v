(** * What the checker says is true *)

From Coq Require Import ZArith QArith_base.
From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Arithmetic Instance Checker CheckerLemmas.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.
Delimit Scope Z_scope with Z.   (* mathcomp's integers are not used *)

Lemma proved_some b q q' : proved b q = Some q' -> b /\ q = q'.
Proof. by case: b => // -[]. Qed.

(** Where the checker says something, the instance is lawful. *)
Theorem check_lawful g c q : check g c = Some q -> lawful g.
Proof. by case: c => [e m|x|x|members x ds|[] v p|[] v t] /= /proved_some[/andP[]]. Qed.

(** What it says is true: in every ordered field, with whatever lots, and with as many words as
    the instance has. *)
Theorem check_sound (R : realFieldType) (lots words : finType) g (law : lawful g) c q :
  enough g lots words -> check g c = Some q -> holds R law lots words q.
Proof.
move=> fit; case: c => [e m|x|x|members x ds|[] v p|[] v t] /= /proved_some[/andP[_ ok] <-] /=.
- case/andP: ok => near none; split; first exact: near_distance near.
  by move=> w c e' close; apply: none_nearer_distance none close.
- by rewrite OPT_optimum; apply: is_overP (grain_gt0 _ law) ok.
- by rewrite NOINFO_no_information; apply: is_overP (grain_gt0 _ law) ok.
- exact: (@team R g law lots words fit _ _ _ ok).
- case/and3P: ok => /andP[feas row] reached teach r C rb obeys.
  exact: (every_bayes fit feas teach row reached (erefl _) rb obeys).
- case/andP: ok => /and3P[/andP[feas row] reached teach] le r pick C rb obeys.
  by apply: (every_best_ai fit feas teach row reached (erefl _) rb obeys); apply: at_most_optimumP.
- by have /and4P[_ two _ _] := ok; apply: (@some_bayes R g law lots words fit _ _ two ok).
by have /and3P[_ two _] := ok; apply: (@some_best_ai R g law lots words fit _ _ two ok).
Qed.

Print Assumptions check_sound.
