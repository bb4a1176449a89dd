(** * Each dropped hypothesis by its shipped counterexample (theory.md 7.1)

    Written by `python -m proofs.dropped` from the files in instances/counterexamples and
    their certificates.  Each module has a game, and what is proved of it by computation;
    its last theorem says that she gets less than is claimed in some equilibrium.  What the
    noisy user gets is in NoisyUser.v. *)

From Coq Require Import ZArith QArith_base.
From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Arithmetic Instance Checker SignalsChecker.
From Alignment Require Import OfferedTalk CommonRule Pieces Checkers.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.
Delimit Scope Z_scope with Z.
Delimit Scope Q_scope with Q.

Module Hull.
(** ** The game *)
Definition the_instance : instance := Instance
  2 (* states: sound, bad *)
  2 (* actions: buy, leave *)
  1 (* what she may observe: nothing *)
  2 (* what agents may observe: sound, bad *)
  2%Z (* probabilities are over this: *)
  [:: [:: [:: 1; 0]; [:: 0; 1]]]%Z (* by her observation, the agents', and state *)
  1%Z (* utilities are over this: *)
  [:: [:: 1; (-1)]; [:: 0; 0]]%Z (* hers, by action and state *)
  [:: [:: [:: 1; 1]; [:: 0; 0]]; [:: [:: 1; 1]; [:: 0; 0]]]%Z (* the agents', likewise: seller, second seller *)
  [:: [:: 0; 1]; [:: 0; 1]]%N (* what each agent sees of an observation *)
  1 (* rounds *)
  1 (* messages of hers *)
  None (* words of an agent; None: enough *)
  Any (* ties *)
  (0 # 1)%Q (* gamma: what agents may gain in an equilibrium *).

Lemma the_instance_is_lawful : lawful the_instance.
Proof. vm_cast_no_check (erefl true). Qed.

(** ** What is proved of it

    Numbers come from any ordered field, for example the rationals.  There are lots for
    her to draw, and at least as many words as there are
    actions and observations of the agents. *)
Section Theorems.
Variables (R : realFieldType) (lots words : finType).
Hypothesis fit : enough the_instance lots words.
Notation G := (game_of R the_instance_is_lawful lots words).

(** The hull distance is 1. *)
Definition hull_distance_of_the_game_evidence : evidence :=
  Checked (ProvesHullDistance (1 # 1)%Q 
    (Mixture 1%Z [:: 1; 0]%Z (-1)%Z 2%Z [:: [:: 1; (-1)]; [:: 0; 0]]%Z)).

Lemma hull_distance_of_the_game_is_checked :
  check_any the_instance hull_distance_of_the_game_evidence = Some (HullDistance (1 # 1)%Q).
Proof. vm_cast_no_check (erefl (Some (HullDistance (1 # 1)%Q))). Qed.

Theorem hull_distance_of_the_game : hull_distance G (rational R (1 # 1)%Q).
Proof. exact: (check_any_sound R the_instance_is_lawful fit hull_distance_of_the_game_is_checked). Qed.

(** If she knows all observations she gets 1/2: OPT is 1/2. *)
Definition optimum_of_the_game_evidence : evidence :=
  Checked (ProvesOptimum (1 # 2)%Q).

Lemma optimum_of_the_game_is_checked :
  check_any the_instance optimum_of_the_game_evidence = Some (Optimum (1 # 2)%Q).
Proof. vm_cast_no_check (erefl (Some (Optimum (1 # 2)%Q))). Qed.

Theorem optimum_of_the_game : OPT G = rational R (1 # 2)%Q.
Proof. exact: (check_any_sound R the_instance_is_lawful fit optimum_of_the_game_is_checked). Qed.

(** In some equilibrium with the Bayesian user she gets 0. *)
Definition some_equilibrium_evidence : evidence :=
  SomeBySignals BayesianUser (0 # 1)%Q (Signals 1%Z [:: Voice 1 [:: [:: 1]; [:: 1]]%Z; Voice 1 [:: [:: 1]; [:: 1]]%Z] [:: 0]%N 
    [:: Facing 1%Z [::]%Z
      [:: Asking [::]%N [:: 1; 1]%Z [::]]; Facing 1%Z [::]%Z
      [:: Asking [::]%N [:: 1; 1]%Z [::]]]).

Lemma some_equilibrium_is_checked :
  check_any the_instance some_equilibrium_evidence = Some (SomeEquilibrium BayesianUser (0 # 1)%Q).
Proof. vm_cast_no_check (erefl (Some (SomeEquilibrium BayesianUser (0 # 1)%Q))). Qed.

Theorem some_equilibrium : exists (r : response G) (C : profile G),
  bayes r /\
  equilibrium (rational R (0 # 1)%Q) r C /\
  worth C (r None C) (@user_payoff R G) = rational R (0 # 1)%Q.
Proof. have [r [C [best _ eqm value]]] := (check_any_sound R the_instance_is_lawful fit some_equilibrium_is_checked); exists r, C; exact: (conj best (conj eqm value)). Qed.

(** She gets less than claimed in some equilibrium. *)
Theorem less_than_claimed : hull_distance G (rational R (1 # 1)%Q) /\
  exists (r : response G) (C : profile G),
  bayes r /\ equilibrium (rational R (0 # 1)%Q) r C /\
  worth C (r None C) (@user_payoff R G) < OPT G.
Proof.
split; first exact: hull_distance_of_the_game.
have [r [C [best [eqm value]]]] := some_equilibrium; exists r, C.
split=> //; split=> //; rewrite value.
rewrite optimum_of_the_game.
exact: rational_lt.
Qed.

End Theorems.

Definition what_is_proved := (I, @hull_distance_of_the_game, @optimum_of_the_game, @some_equilibrium).

End Hull.
(** Without (hull): the agents' payoffs are 1 away from hers, not 0. *)
Definition without_hull := @Hull.less_than_claimed.

Module Identical.
(** ** The game *)
Definition the_instance : instance := Instance
  2 (* states: ill, well *)
  3 (* actions: wait, first_brand, second_brand *)
  1 (* what she may observe: nothing *)
  2 (* what agents may observe: ill, well *)
  2%Z (* probabilities are over this: *)
  [:: [:: [:: 1; 0]; [:: 0; 1]]]%Z (* by her observation, the agents', and state *)
  1%Z (* utilities are over this: *)
  [:: [:: 0; 1]; [:: 1; 0]; [:: 1; 0]]%Z (* hers, by action and state *)
  [:: [:: [:: 0; 1]; [:: 2; 0]; [:: 0; 0]]; [:: [:: 0; 1]; [:: 0; 0]; [:: 2; 0]]]%Z (* the agents', likewise: first assistant, second assistant *)
  [:: [:: 0; 1]; [:: 0; 1]]%N (* what each agent sees of an observation *)
  1 (* rounds *)
  1 (* messages of hers *)
  None (* words of an agent; None: enough *)
  Any (* ties *)
  (0 # 1)%Q (* gamma: what agents may gain in an equilibrium *).

Lemma the_instance_is_lawful : lawful the_instance.
Proof. vm_cast_no_check (erefl true). Qed.

(** ** What is proved of it

    Numbers come from any ordered field, for example the rationals.  There are lots for
    her to draw, and at least as many words as there are
    actions and observations of the agents. *)
Section Theorems.
Variables (R : realFieldType) (lots words : finType).
Hypothesis fit : enough the_instance lots words.
Notation G := (game_of R the_instance_is_lawful lots words).

(** The hull distance is 0. *)
Definition hull_distance_of_the_game_evidence : evidence :=
  Checked (ProvesHullDistance (0 # 1)%Q 
    (Mixture 2%Z [:: 1; 1]%Z 0%Z 1%Z [:: [:: 0; 0]; [:: 0; 0]; [:: 0; 0]]%Z)).

Lemma hull_distance_of_the_game_is_checked :
  check_any the_instance hull_distance_of_the_game_evidence = Some (HullDistance (0 # 1)%Q).
Proof. vm_cast_no_check (erefl (Some (HullDistance (0 # 1)%Q))). Qed.

Theorem hull_distance_of_the_game : hull_distance G (rational R (0 # 1)%Q).
Proof. exact: (check_any_sound R the_instance_is_lawful fit hull_distance_of_the_game_is_checked). Qed.

(** If she knows all observations she gets 1: OPT is 1. *)
Definition optimum_of_the_game_evidence : evidence :=
  Checked (ProvesOptimum (1 # 1)%Q).

Lemma optimum_of_the_game_is_checked :
  check_any the_instance optimum_of_the_game_evidence = Some (Optimum (1 # 1)%Q).
Proof. vm_cast_no_check (erefl (Some (Optimum (1 # 1)%Q))). Qed.

Theorem optimum_of_the_game : OPT G = rational R (1 # 1)%Q.
Proof. exact: (check_any_sound R the_instance_is_lawful fit optimum_of_the_game_is_checked). Qed.

(** In some equilibrium with the Bayesian user she gets 1/2. *)
Definition some_equilibrium_evidence : evidence :=
  SomeBySignals BayesianUser (1 # 2)%Q (Signals 1%Z [:: Voice 1 [:: [:: 1]; [:: 1]]%Z; Voice 1 [:: [:: 1]; [:: 1]]%Z] [:: 0]%N 
    [:: Facing 1%Z [:: [:: [::]; [:: 0; 0; 1]; [::]]]%Z
      [:: Asking [::]%N [:: 0; 1]%Z [::]]; Facing 1%Z [:: [:: [::]; [::]; [:: 0; 1; 0]]]%Z
      [:: Asking [::]%N [:: 0; 1]%Z [::]]]).

Lemma some_equilibrium_is_checked :
  check_any the_instance some_equilibrium_evidence = Some (SomeEquilibrium BayesianUser (1 # 2)%Q).
Proof. vm_cast_no_check (erefl (Some (SomeEquilibrium BayesianUser (1 # 2)%Q))). Qed.

Theorem some_equilibrium : exists (r : response G) (C : profile G),
  bayes r /\
  equilibrium (rational R (0 # 1)%Q) r C /\
  worth C (r None C) (@user_payoff R G) = rational R (1 # 2)%Q.
Proof. have [r [C [best _ eqm value]]] := (check_any_sound R the_instance_is_lawful fit some_equilibrium_is_checked); exists r, C; exact: (conj best (conj eqm value)). Qed.

(** She gets less than claimed in some equilibrium. *)
Theorem less_than_claimed : hull_distance G (rational R (0 # 1)%Q) /\
  exists (r : response G) (C : profile G),
  bayes r /\ equilibrium (rational R (0 # 1)%Q) r C /\
  worth C (r None C) (@user_payoff R G) < OPT G.
Proof.
split; first exact: hull_distance_of_the_game.
have [r [C [best [eqm value]]]] := some_equilibrium; exists r, C.
split=> //; split=> //; rewrite value.
rewrite optimum_of_the_game.
exact: rational_lt.
Qed.

End Theorems.

Definition what_is_proved := (I, @hull_distance_of_the_game, @optimum_of_the_game, @some_equilibrium).

End Identical.
(** Without (identical): whoever tells her the truth sees her take the other. *)
Definition without_identical := @Identical.less_than_claimed.

Module LearningAlphabet.
(** ** The game *)
Definition the_instance : instance := Instance
  3 (* states: north_open, east_open, south_open *)
  3 (* actions: north, east, south *)
  1 (* what she may observe: nothing *)
  3 (* what agents may observe: north_open, east_open, south_open *)
  3%Z (* probabilities are over this: *)
  [:: [:: [:: 1; 0; 0]; [:: 0; 1; 0]; [:: 0; 0; 1]]]%Z (* by her observation, the agents', and state *)
  1%Z (* utilities are over this: *)
  [:: [:: 1; 0; 0]; [:: 0; 1; 0]; [:: 0; 0; 1]]%Z (* hers, by action and state *)
  [:: [:: [:: 1; 0; 0]; [:: 0; 1; 0]; [:: 0; 0; 1]]]%Z (* the agents', likewise: guide *)
  [:: [:: 0; 1; 2]]%N (* what each agent sees of an observation *)
  1 (* rounds *)
  1 (* messages of hers *)
  (Some 2%N) (* words of an agent; None: enough *)
  Any (* ties *)
  (0 # 1)%Q (* gamma: what agents may gain in an equilibrium *).

Lemma the_instance_is_lawful : lawful the_instance.
Proof. vm_cast_no_check (erefl true). Qed.

(** ** What is proved of it

    Numbers come from any ordered field, for example the rationals.  There are lots for
    her to draw, and the agents have 2 words. *)
Section Theorems.
Variables (R : realFieldType) (lots words : finType).
Hypothesis fit : enough the_instance lots words.
Notation G := (game_of R the_instance_is_lawful lots words).

(** The hull distance is 0. *)
Definition hull_distance_of_the_game_evidence : evidence :=
  Checked (ProvesHullDistance (0 # 1)%Q 
    (Mixture 1%Z [:: 1]%Z 0%Z 1%Z [:: [:: 0; 0; 0]; [:: 0; 0; 0]; [:: 0; 0; 0]]%Z)).

Lemma hull_distance_of_the_game_is_checked :
  check_any the_instance hull_distance_of_the_game_evidence = Some (HullDistance (0 # 1)%Q).
Proof. vm_cast_no_check (erefl (Some (HullDistance (0 # 1)%Q))). Qed.

Theorem hull_distance_of_the_game : hull_distance G (rational R (0 # 1)%Q).
Proof. exact: (check_any_sound R the_instance_is_lawful fit hull_distance_of_the_game_is_checked). Qed.

(** If she knows all observations she gets 1: OPT is 1. *)
Definition optimum_of_the_game_evidence : evidence :=
  Checked (ProvesOptimum (1 # 1)%Q).

Lemma optimum_of_the_game_is_checked :
  check_any the_instance optimum_of_the_game_evidence = Some (Optimum (1 # 1)%Q).
Proof. vm_cast_no_check (erefl (Some (Optimum (1 # 1)%Q))). Qed.

Theorem optimum_of_the_game : OPT G = rational R (1 # 1)%Q.
Proof. exact: (check_any_sound R the_instance_is_lawful fit optimum_of_the_game_is_checked). Qed.

(** In some equilibrium with the Bayesian user she gets 2/3. *)
Definition some_equilibrium_evidence : evidence :=
  SomeByTelling BayesianUser (2 # 3)%Q [:: 0; 1; 2]%N.

Lemma some_equilibrium_is_checked :
  check_any the_instance some_equilibrium_evidence = Some (SomeEquilibrium BayesianUser (2 # 3)%Q).
Proof. vm_cast_no_check (erefl (Some (SomeEquilibrium BayesianUser (2 # 3)%Q))). Qed.

Theorem some_equilibrium : exists (r : response G) (C : profile G),
  bayes r /\
  equilibrium (rational R (0 # 1)%Q) r C /\
  worth C (r None C) (@user_payoff R G) = rational R (2 # 3)%Q.
Proof. have [r [C [best _ eqm value]]] := (check_any_sound R the_instance_is_lawful fit some_equilibrium_is_checked); exists r, C; exact: (conj best (conj eqm value)). Qed.

(** She gets less than claimed in some equilibrium. *)
Theorem less_than_claimed : hull_distance G (rational R (0 # 1)%Q) /\
  exists (r : response G) (C : profile G),
  bayes r /\ equilibrium (rational R (0 # 1)%Q) r C /\
  worth C (r None C) (@user_payoff R G) < OPT G.
Proof.
split; first exact: hull_distance_of_the_game.
have [r [C [best [eqm value]]]] := some_equilibrium; exists r, C.
split=> //; split=> //; rewrite value.
rewrite optimum_of_the_game.
exact: rational_lt.
Qed.

End Theorems.

Definition what_is_proved := (I, @hull_distance_of_the_game, @optimum_of_the_game, @some_equilibrium).

End LearningAlphabet.
(** Without (learning): there are three roads, and two words. *)
Definition without_learning_alphabet := @LearningAlphabet.less_than_claimed.

Module LearningQuestion.
(** ** The game *)
Definition the_instance : instance := Instance
  2 (* states: safe, unsafe *)
  2 (* actions: go, stay *)
  2 (* what she may observe: hiker; sailor *)
  3 (* what agents may observe: calm, windy, foggy *)
  5%Z (* probabilities are over this: *)
  [:: [:: [:: 1; 0]; [:: 1; 0]; [:: 0; 1]]; [:: [:: 1; 0]; [:: 0; 1]; [:: 0; 0]]]%Z (* by her observation, the agents', and state *)
  1%Z (* utilities are over this: *)
  [:: [:: 1; (-1)]; [:: 0; 0]]%Z (* hers, by action and state *)
  [:: [:: [:: 1; (-1)]; [:: 0; 0]]]%Z (* the agents', likewise: forecaster *)
  [:: [:: 0; 1; 2]]%N (* what each agent sees of an observation *)
  1 (* rounds *)
  1 (* messages of hers *)
  (Some 2%N) (* words of an agent; None: enough *)
  Any (* ties *)
  (0 # 1)%Q (* gamma: what agents may gain in an equilibrium *).

Lemma the_instance_is_lawful : lawful the_instance.
Proof. vm_cast_no_check (erefl true). Qed.

(** ** What is proved of it

    Numbers come from any ordered field, for example the rationals.  There are lots for
    her to draw, and the agents have 2 words. *)
Section Theorems.
Variables (R : realFieldType) (lots words : finType).
Hypothesis fit : enough the_instance lots words.
Notation G := (game_of R the_instance_is_lawful lots words).

(** The hull distance is 0. *)
Definition hull_distance_of_the_game_evidence : evidence :=
  Checked (ProvesHullDistance (0 # 1)%Q 
    (Mixture 1%Z [:: 1]%Z 0%Z 1%Z [:: [:: 0; 0]; [:: 0; 0]]%Z)).

Lemma hull_distance_of_the_game_is_checked :
  check_any the_instance hull_distance_of_the_game_evidence = Some (HullDistance (0 # 1)%Q).
Proof. vm_cast_no_check (erefl (Some (HullDistance (0 # 1)%Q))). Qed.

Theorem hull_distance_of_the_game : hull_distance G (rational R (0 # 1)%Q).
Proof. exact: (check_any_sound R the_instance_is_lawful fit hull_distance_of_the_game_is_checked). Qed.

(** If she knows all observations she gets 3/5: OPT is 3/5. *)
Definition optimum_of_the_game_evidence : evidence :=
  Checked (ProvesOptimum (3 # 5)%Q).

Lemma optimum_of_the_game_is_checked :
  check_any the_instance optimum_of_the_game_evidence = Some (Optimum (3 # 5)%Q).
Proof. vm_cast_no_check (erefl (Some (Optimum (3 # 5)%Q))). Qed.

Theorem optimum_of_the_game : OPT G = rational R (3 # 5)%Q.
Proof. exact: (check_any_sound R the_instance_is_lawful fit optimum_of_the_game_is_checked). Qed.

(** In some equilibrium with the Bayesian user she gets 2/5. *)
Definition some_equilibrium_evidence : evidence :=
  SomeByTelling BayesianUser (2 # 5)%Q [:: 0; 1; 2]%N.

Lemma some_equilibrium_is_checked :
  check_any the_instance some_equilibrium_evidence = Some (SomeEquilibrium BayesianUser (2 # 5)%Q).
Proof. vm_cast_no_check (erefl (Some (SomeEquilibrium BayesianUser (2 # 5)%Q))). Qed.

Theorem some_equilibrium : exists (r : response G) (C : profile G),
  bayes r /\
  equilibrium (rational R (0 # 1)%Q) r C /\
  worth C (r None C) (@user_payoff R G) = rational R (2 # 5)%Q.
Proof. have [r [C [best _ eqm value]]] := (check_any_sound R the_instance_is_lawful fit some_equilibrium_is_checked); exists r, C; exact: (conj best (conj eqm value)). Qed.

(** She gets less than claimed in some equilibrium. *)
Theorem less_than_claimed : hull_distance G (rational R (0 # 1)%Q) /\
  exists (r : response G) (C : profile G),
  bayes r /\ equilibrium (rational R (0 # 1)%Q) r C /\
  worth C (r None C) (@user_payoff R G) < OPT G.
Proof.
split; first exact: hull_distance_of_the_game.
have [r [C [best [eqm value]]]] := some_equilibrium; exists r, C.
split=> //; split=> //; rewrite value.
rewrite optimum_of_the_game.
exact: rational_lt.
Qed.

End Theorems.

Definition what_is_proved := (I, @hull_distance_of_the_game, @optimum_of_the_game, @some_equilibrium).

End LearningQuestion.
(** Without (learning): she cannot say what only she knows. *)
Definition without_learning_question := @LearningQuestion.less_than_claimed.

Module LearningSplit.
(** ** The game *)
Definition the_instance : instance := Instance
  2 (* states: butler, somebody_else *)
  2 (* actions: accuse, let_go *)
  1 (* what she may observe: nothing *)
  3 (* what agents may observe: gardener, cook, butler *)
  3%Z (* probabilities are over this: *)
  [:: [:: [:: 0; 1]; [:: 0; 1]; [:: 1; 0]]]%Z (* by her observation, the agents', and state *)
  1%Z (* utilities are over this: *)
  [:: [:: 1; (-1)]; [:: 0; 0]]%Z (* hers, by action and state *)
  [:: [:: [:: 1; (-1)]; [:: 0; 0]]; [:: [:: 1; (-1)]; [:: 0; 0]]]%Z (* the agents', likewise: witness of the garden, witness of the kitchen *)
  [:: [:: 0; 1; 1]; [:: 0; 1; 0]]%N (* what each agent sees of an observation *)
  1 (* rounds *)
  1 (* messages of hers *)
  None (* words of an agent; None: enough *)
  Any (* ties *)
  (0 # 1)%Q (* gamma: what agents may gain in an equilibrium *).

Lemma the_instance_is_lawful : lawful the_instance.
Proof. vm_cast_no_check (erefl true). Qed.

(** ** What is proved of it

    Numbers come from any ordered field, for example the rationals.  There are lots for
    her to draw, and at least as many words as there are
    actions and observations of the agents. *)
Section Theorems.
Variables (R : realFieldType) (lots words : finType).
Hypothesis fit : enough the_instance lots words.
Notation G := (game_of R the_instance_is_lawful lots words).

(** The hull distance is 0. *)
Definition hull_distance_of_the_game_evidence : evidence :=
  Checked (ProvesHullDistance (0 # 1)%Q 
    (Mixture 1%Z [:: 1; 0]%Z 0%Z 1%Z [:: [:: 0; 0]; [:: 0; 0]]%Z)).

Lemma hull_distance_of_the_game_is_checked :
  check_any the_instance hull_distance_of_the_game_evidence = Some (HullDistance (0 # 1)%Q).
Proof. vm_cast_no_check (erefl (Some (HullDistance (0 # 1)%Q))). Qed.

Theorem hull_distance_of_the_game : hull_distance G (rational R (0 # 1)%Q).
Proof. exact: (check_any_sound R the_instance_is_lawful fit hull_distance_of_the_game_is_checked). Qed.

(** If she knows all observations she gets 1/3: OPT is 1/3. *)
Definition optimum_of_the_game_evidence : evidence :=
  Checked (ProvesOptimum (1 # 3)%Q).

Lemma optimum_of_the_game_is_checked :
  check_any the_instance optimum_of_the_game_evidence = Some (Optimum (1 # 3)%Q).
Proof. vm_cast_no_check (erefl (Some (Optimum (1 # 3)%Q))). Qed.

Theorem optimum_of_the_game : OPT G = rational R (1 # 3)%Q.
Proof. exact: (check_any_sound R the_instance_is_lawful fit optimum_of_the_game_is_checked). Qed.

(** In some equilibrium with the Bayesian user she gets 0. *)
Definition some_equilibrium_evidence : evidence :=
  SomeBySignals BayesianUser (0 # 1)%Q (Signals 1%Z [:: Voice 1 [:: [:: 1]; [:: 1]; [:: 1]]%Z; Voice 1 [:: [:: 1]; [:: 1]; [:: 1]]%Z] [:: 1]%N 
    [:: Facing 1%Z [::]%Z
      [:: Asking [::]%N [:: 0; 0; 0]%Z [::]]; Facing 1%Z [::]%Z
      [:: Asking [::]%N [:: 0; 0; 0]%Z [::]]]).

Lemma some_equilibrium_is_checked :
  check_any the_instance some_equilibrium_evidence = Some (SomeEquilibrium BayesianUser (0 # 1)%Q).
Proof. vm_cast_no_check (erefl (Some (SomeEquilibrium BayesianUser (0 # 1)%Q))). Qed.

Theorem some_equilibrium : exists (r : response G) (C : profile G),
  bayes r /\
  equilibrium (rational R (0 # 1)%Q) r C /\
  worth C (r None C) (@user_payoff R G) = rational R (0 # 1)%Q.
Proof. have [r [C [best _ eqm value]]] := (check_any_sound R the_instance_is_lawful fit some_equilibrium_is_checked); exists r, C; exact: (conj best (conj eqm value)). Qed.

(** She gets less than claimed in some equilibrium. *)
Theorem less_than_claimed : hull_distance G (rational R (0 # 1)%Q) /\
  exists (r : response G) (C : profile G),
  bayes r /\ equilibrium (rational R (0 # 1)%Q) r C /\
  worth C (r None C) (@user_payoff R G) < OPT G.
Proof.
split; first exact: hull_distance_of_the_game.
have [r [C [best [eqm value]]]] := some_equilibrium; exists r, C.
split=> //; split=> //; rewrite value.
rewrite optimum_of_the_game.
exact: rational_lt.
Qed.

End Theorems.

Definition what_is_proved := (I, @hull_distance_of_the_game, @optimum_of_the_game, @some_equilibrium).

End LearningSplit.
(** Without (learning): each agent sees a part that is worthless. *)
Definition without_learning_split := @LearningSplit.less_than_claimed.

Module Anonymous.
(** ** The game *)
Definition the_instance : instance := Instance
  2 (* states: ill, well *)
  3 (* actions: wait, first_brand, second_brand *)
  1 (* what she may observe: nothing *)
  2 (* what agents may observe: ill, well *)
  2%Z (* probabilities are over this: *)
  [:: [:: [:: 1; 0]; [:: 0; 1]]]%Z (* by her observation, the agents', and state *)
  1%Z (* utilities are over this: *)
  [:: [:: 0; 1]; [:: 1; 0]; [:: 1; 0]]%Z (* hers, by action and state *)
  [:: [:: [:: 0; 1]; [:: 2; 0]; [:: 0; 0]]; [:: [:: 0; 1]; [:: 0; 0]; [:: 2; 0]]]%Z (* the agents', likewise: first assistant, second assistant *)
  [:: [:: 0; 1]; [:: 0; 1]]%N (* what each agent sees of an observation *)
  1 (* rounds *)
  1 (* messages of hers *)
  None (* words of an agent; None: enough *)
  Any (* ties *)
  (0 # 1)%Q (* gamma: what agents may gain in an equilibrium *).

Lemma the_instance_is_lawful : lawful the_instance.
Proof. vm_cast_no_check (erefl true). Qed.

(** ** What is proved of it

    Numbers come from any ordered field, for example the rationals.  There are lots for
    her to draw, and at least as many words as there are
    actions and observations of the agents. *)
Section Theorems.
Variables (R : realFieldType) (lots words : finType).
Hypothesis fit : enough the_instance lots words.
Notation G := (game_of R the_instance_is_lawful lots words).

(** The hull distance is 0. *)
Definition hull_distance_of_the_game_evidence : evidence :=
  Checked (ProvesHullDistance (0 # 1)%Q 
    (Mixture 2%Z [:: 1; 1]%Z 0%Z 1%Z [:: [:: 0; 0]; [:: 0; 0]; [:: 0; 0]]%Z)).

Lemma hull_distance_of_the_game_is_checked :
  check_any the_instance hull_distance_of_the_game_evidence = Some (HullDistance (0 # 1)%Q).
Proof. vm_cast_no_check (erefl (Some (HullDistance (0 # 1)%Q))). Qed.

Theorem hull_distance_of_the_game : hull_distance G (rational R (0 # 1)%Q).
Proof. exact: (check_any_sound R the_instance_is_lawful fit hull_distance_of_the_game_is_checked). Qed.

(** By a rule that first assistant and second assistant can offer she gets at most 1: that is their TEAM. *)
Definition team_of_0_and_1_evidence : evidence :=
  Checked (ProvesTeam [:: 0; 1]%N (1 # 1)%Q
    [:: Deviation 0%Z [:: [:: 0]; [:: 1]]%N [:: [:: 1; 0]]%N; Deviation 0%Z [:: [:: 0]; [:: 1]]%N [:: [:: 1; 0]]%N]).

Lemma team_of_0_and_1_is_checked :
  check_any the_instance team_of_0_and_1_evidence = Some (Team [:: 0; 1]%N (1 # 1)%Q).
Proof. vm_cast_no_check (erefl (Some (Team [:: 0; 1]%N (1 # 1)%Q))). Qed.

Theorem team_of_0_and_1 :
  TEAM_of (G := G) (fun i => (i : nat) \in [:: 0; 1]%N) (rational R (1 # 1)%Q).
Proof. exact: (check_any_sound R the_instance_is_lawful fit team_of_0_and_1_is_checked). Qed.

(** In some equilibrium with the user who picks the best AI she gets 1/2. *)
Definition some_equilibrium_when_she_picks_evidence : evidence :=
  SomeBySignals PickingUser (1 # 2)%Q (Signals 2%Z [:: Voice 2 [:: [:: 1; 1]; [:: 1; 1]]%Z; Voice 2 [:: [:: 1; 1]; [:: 1; 1]]%Z] [:: 1; 2]%N 
    [:: Facing 1%Z [:: [:: [::]; [:: 0; 0; 1]; [::]]]%Z
      [:: Asking [::]%N [:: 0; 4]%Z [::]]; Facing 1%Z [:: [:: [::]; [::]; [:: 0; 1; 0]]]%Z
      [:: Asking [::]%N [:: 0; 4]%Z [::]]]).

Lemma some_equilibrium_when_she_picks_is_checked :
  check_any the_instance some_equilibrium_when_she_picks_evidence = Some (SomeEquilibrium PickingUser (1 # 2)%Q).
Proof. vm_cast_no_check (erefl (Some (SomeEquilibrium PickingUser (1 # 2)%Q))). Qed.

Theorem some_equilibrium_when_she_picks : exists (r : response G) pick (C : profile G),
  best_ai r pick /\
  equilibrium (rational R (0 # 1)%Q) r C /\
  worth C (r None C) (@user_payoff R G) = rational R (1 # 2)%Q.
Proof. have [r [pick [C [best _ eqm value]]]] := (check_any_sound R the_instance_is_lawful fit some_equilibrium_when_she_picks_is_checked); exists r, pick, C; exact: (conj best (conj eqm value)). Qed.

(** She gets less than claimed in some equilibrium. *)
Theorem less_than_claimed : hull_distance G (rational R (0 # 1)%Q) /\
  TEAM_of (G := G) (fun i => (i : nat) \in [:: 0; 1]%N) (rational R (1 # 1)%Q) /\
  exists (r : response G) pick (C : profile G),
  best_ai r pick /\ equilibrium (rational R (0 # 1)%Q) r C /\
  worth C (r None C) (@user_payoff R G) < rational R (1 # 1)%Q.
Proof.
split; first exact: hull_distance_of_the_game.
split; first exact: team_of_0_and_1.
have [r [pick [C [best [eqm value]]]]] := some_equilibrium_when_she_picks; exists r, pick, C.
split=> //; split=> //; rewrite value.
exact: rational_lt.
Qed.

End Theorems.

Definition what_is_proved := (I, @hull_distance_of_the_game, @team_of_0_and_1, @some_equilibrium_when_she_picks).

End Anonymous.
(** Without (anonymous): what she does depends on who offers a rule. *)
Definition without_anonymous := @Anonymous.less_than_claimed.

Module Equilibrium.
(** ** The game *)
Definition the_instance : instance := Instance
  2 (* states: works, broken *)
  2 (* actions: use, leave *)
  1 (* what she may observe: nothing *)
  2 (* what agents may observe: works, broken *)
  2%Z (* probabilities are over this: *)
  [:: [:: [:: 1; 0]; [:: 0; 1]]]%Z (* by her observation, the agents', and state *)
  1%Z (* utilities are over this: *)
  [:: [:: 1; (-1)]; [:: 0; 0]]%Z (* hers, by action and state *)
  [:: [:: [:: 1; (-1)]; [:: 0; 0]]]%Z (* the agents', likewise: inspector *)
  [:: [:: 0; 1]]%N (* what each agent sees of an observation *)
  1 (* rounds *)
  1 (* messages of hers *)
  None (* words of an agent; None: enough *)
  Any (* ties *)
  (1 # 1)%Q (* gamma: what agents may gain in an equilibrium *).

Lemma the_instance_is_lawful : lawful the_instance.
Proof. vm_cast_no_check (erefl true). Qed.

(** ** What is proved of it

    Numbers come from any ordered field, for example the rationals.  There are lots for
    her to draw, and at least as many words as there are
    actions and observations of the agents. *)
Section Theorems.
Variables (R : realFieldType) (lots words : finType).
Hypothesis fit : enough the_instance lots words.
Notation G := (game_of R the_instance_is_lawful lots words).

(** The hull distance is 0. *)
Definition hull_distance_of_the_game_evidence : evidence :=
  Checked (ProvesHullDistance (0 # 1)%Q 
    (Mixture 1%Z [:: 1]%Z 0%Z 1%Z [:: [:: 0; 0]; [:: 0; 0]]%Z)).

Lemma hull_distance_of_the_game_is_checked :
  check_any the_instance hull_distance_of_the_game_evidence = Some (HullDistance (0 # 1)%Q).
Proof. vm_cast_no_check (erefl (Some (HullDistance (0 # 1)%Q))). Qed.

Theorem hull_distance_of_the_game : hull_distance G (rational R (0 # 1)%Q).
Proof. exact: (check_any_sound R the_instance_is_lawful fit hull_distance_of_the_game_is_checked). Qed.

(** If she knows all observations she gets 1/2: OPT is 1/2. *)
Definition optimum_of_the_game_evidence : evidence :=
  Checked (ProvesOptimum (1 # 2)%Q).

Lemma optimum_of_the_game_is_checked :
  check_any the_instance optimum_of_the_game_evidence = Some (Optimum (1 # 2)%Q).
Proof. vm_cast_no_check (erefl (Some (Optimum (1 # 2)%Q))). Qed.

Theorem optimum_of_the_game : OPT G = rational R (1 # 2)%Q.
Proof. exact: (check_any_sound R the_instance_is_lawful fit optimum_of_the_game_is_checked). Qed.

(** In some equilibrium with the Bayesian user she gets 0. *)
Definition some_equilibrium_evidence : evidence :=
  SomeBySignals BayesianUser (0 # 1)%Q (Signals 1%Z [:: Voice 1 [:: [:: 1]; [:: 1]]%Z] [:: 1]%N 
    [:: Facing 1%Z [::]%Z
      [:: Asking [::]%N [:: 1; 0]%Z [::]]]).

Lemma some_equilibrium_is_checked :
  check_any the_instance some_equilibrium_evidence = Some (SomeEquilibrium BayesianUser (0 # 1)%Q).
Proof. vm_cast_no_check (erefl (Some (SomeEquilibrium BayesianUser (0 # 1)%Q))). Qed.

Theorem some_equilibrium : exists (r : response G) (C : profile G),
  bayes r /\
  equilibrium (rational R (1 # 1)%Q) r C /\
  worth C (r None C) (@user_payoff R G) = rational R (0 # 1)%Q.
Proof. have [r [C [best _ eqm value]]] := (check_any_sound R the_instance_is_lawful fit some_equilibrium_is_checked); exists r, C; exact: (conj best (conj eqm value)). Qed.

(** She gets less than claimed in some equilibrium. *)
Theorem less_than_claimed : hull_distance G (rational R (0 # 1)%Q) /\
  exists (r : response G) (C : profile G),
  bayes r /\ equilibrium (rational R (1 # 1)%Q) r C /\
  worth C (r None C) (@user_payoff R G) < OPT G.
Proof.
split; first exact: hull_distance_of_the_game.
have [r [C [best [eqm value]]]] := some_equilibrium; exists r, C.
split=> //; split=> //; rewrite value.
rewrite optimum_of_the_game.
exact: rational_lt.
Qed.

End Theorems.

Definition what_is_proved := (I, @hull_distance_of_the_game, @optimum_of_the_game, @some_equilibrium).

End Equilibrium.
(** Without equilibrium: gains of up to 1 are left alone. *)
Definition without_equilibrium := @Equilibrium.less_than_claimed.

Print Assumptions without_hull.
Print Assumptions without_identical.
Print Assumptions without_learning_alphabet.
Print Assumptions without_learning_question.
Print Assumptions without_learning_split.
Print Assumptions without_anonymous.
Print Assumptions without_equilibrium.
