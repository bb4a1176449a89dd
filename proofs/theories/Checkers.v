(** * All checks as one, and that it is right

    Evidence of any kind goes to the check that reads it.  This is what is translated to a
    program in proofs/extraction. *)

From Coq Require Import ZArith QArith_base.
From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Arithmetic Instance Checker CheckerSound.
From Alignment Require Import SilenceChecker FewWordsChecker.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Inductive evidence :=
  | Checked (c : certificate)
  | InSilence (whose : user) (v : Q) (e : silence_kept)
  | TeamByNaming (members : seq nat) (v : Q) (spoken : seq nat)
  | SomeByNaming (whose : user) (v : Q) (spoken : seq nat).

Definition check_any (g : instance) (e : evidence) : option claim :=
  match e with
  | Checked c => check g c
  | InSilence whose v e => check_silence g whose v e
  | TeamByNaming members v spoken => check_few_words_team g members v spoken
  | SomeByNaming whose v spoken => check_few_words g whose v spoken
  end.

Theorem check_any_sound (R : realFieldType) (lots words : finType) g (law : lawful g) e q :
  enough g lots words -> check_any g e = Some q -> holds R law lots words q.
Proof.
move=> fit; case: e => [c|whose v e|members v spoken|whose v spoken] /=.
- exact: check_sound.
- exact: check_silence_sound.
- exact: check_few_words_team_sound.
exact: check_few_words_sound.
Qed.

Print Assumptions check_any_sound.
