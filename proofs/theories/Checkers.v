(** * All checks as one, and that it is right

    Evidence of any kind goes to the check that reads it.  This is what is translated to a
    program in proofs/extraction. *)

From Coq Require Import ZArith QArith_base.
From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Arithmetic Instance Checker CheckerSound.
From Alignment Require Import SignalsChecker TeamChecker OfferedTalk CommonRule Pieces Conflicts.
From Alignment Require Import OneOfUsers.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Inductive evidence :=
  | Checked (c : certificate)
  | SomeBySignals (whose : user) (v : Q) (e : signals)
  | TeamByDividing (members : seq nat) (v : Q) (steps : seq nat)
  | SomeByTelling (whose : user) (v : Q) (steps : seq nat)
  | EveryByOffers (whose : user) (v : Q) (p : program) (os : seq offer)
  | SomeByCommonRule (whose : user) (v : Q) (e : common)
  | EveryByPieces (whose : user) (v : Q) (start : evidence) (xs : seq piece)
  | InConflict (members : seq nat) (apart together : Q)
  | ForOneUser (hers : seq nat) (v : Q) (p : program).

Definition same_user whose whose' :=
  match whose, whose' with
  | BayesianUser, BayesianUser | PickingUser, PickingUser => true
  | _, _ => false
  end.

Fixpoint check_any (g : instance) (e : evidence) : option claim :=
  match e with
  | Checked c => check g c
  | SomeBySignals whose v e => check_signals g whose v e
  | TeamByDividing members v steps => check_team g members v steps
  | SomeByTelling whose v steps => check_told g whose v steps
  | EveryByOffers whose v p os => check_offers g whose p os v
  | SomeByCommonRule whose v e => check_common g whose v e
  | EveryByPieces whose v start xs =>
      if check_any g start is Some (EveryEquilibrium whose' lo) then
        proved (same_user whose whose' && pieces_hold g whose lo xs v) (EveryEquilibrium whose v)
      else None
  | InConflict members apart together => check_conflict g members apart together
  | ForOneUser hers v p => check_one_user g hers p v
  end.

Theorem check_any_sound (R : realFieldType) (lots words : finType) g (law : lawful g) e q :
  enough g lots words -> check_any g e = Some q -> holds R law lots words q.
Proof.
move=> fit; elim: e q => [c|whose v e|members v steps|whose v steps|whose v p os|whose v e
  |whose v start IH xs|members apart together|hers v p] q /=.
- exact: check_sound.
- exact: check_signals_sound.
- exact: check_team_sound.
- exact: check_told_sound.
- exact: check_offers_sound.
- exact: check_common_sound.
- case: (check_any g start) IH => // -[] // whose' lo base /proved_some[/andP[same ok] <-].
  apply: (pieces_sound fit ok); apply: base.
  by case: whose whose' same {ok} => [] [].
- exact: check_conflict_sound.
exact: check_one_user_sound.
Qed.

Print Assumptions check_any_sound.
