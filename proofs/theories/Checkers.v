(** * All checks as one, and that it is right

    Evidence of any kind goes to the check that reads it.  This is what is translated to a
    program in proofs/extraction. *)

From Coq Require Import ZArith QArith_base.
From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Arithmetic Instance Checker CheckerSound.
From Alignment Require Import SilenceChecker TeamChecker OfferedTalk CommonRule.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Inductive evidence :=
  | Checked (c : certificate)
  | InSilence (whose : user) (v : Q) (e : silence_kept)
  | TeamByDividing (members : seq nat) (v : Q) (steps : seq nat)
  | SomeByTelling (whose : user) (v : Q) (steps : seq nat)
  | EveryByOffers (whose : user) (v : Q) (p : program) (os : seq offer)
  | SomeByCommonRule (whose : user) (v : Q) (e : common).

Definition check_any (g : instance) (e : evidence) : option claim :=
  match e with
  | Checked c => check g c
  | InSilence whose v e => check_silence g whose v e
  | TeamByDividing members v steps => check_team g members v steps
  | SomeByTelling whose v steps => check_told g whose v steps
  | EveryByOffers whose v p os => check_offers g whose p os v
  | SomeByCommonRule whose v e => check_common g whose v e
  end.

Theorem check_any_sound (R : realFieldType) (lots words : finType) g (law : lawful g) e q :
  enough g lots words -> check_any g e = Some q -> holds R law lots words q.
Proof.
move=> fit; case: e => [c|whose v e|members v steps|whose v steps|whose v p os|whose v e] /=.
- exact: check_sound.
- exact: check_silence_sound.
- exact: check_team_sound.
- exact: check_told_sound.
- exact: check_offers_sound.
exact: check_common_sound.
Qed.

Print Assumptions check_any_sound.
