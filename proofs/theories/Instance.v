(** * Instances: games given by numbers, and what may be claimed of them

    An instance is what an instance file says, in integers.  [game_of] is the game that
    it stands for, and [holds] says in the words of Game.v what a claim means.  Whoever
    reads a claim needs to trust this file and Game.v only. *)

From Coq Require Import ZArith QArith_base.
From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Arithmetic.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.
Delimit Scope Z_scope with Z.   (* mathcomp's integers are not used *)

(** ** Data *)

(** What she does where she is indifferent (theory.md 1.4). *)
Inductive tie_rule := Any | Belief | FavourSpeaker | Order.

(** States, actions, observations and agents are numbered from 0, as the file lists
    them. *)
Record instance := Instance {
  states : nat;
  actions : nat;
  user_observations : nat;
  agent_observations : nat;
  whole : Z;                           (* probabilities are multiples of 1/whole: *)
  joint : seq (seq (seq Z));           (* that of x_A, x_B and y *)
  unit : Z;                            (* utilities are multiples of 1/unit: *)
  utility : seq (seq Z);               (* hers of an action in a state *)
  agent_utilities : seq (seq (seq Z)); (* agent i's *)
  cells : seq (seq nat);               (* agent i sees the same at x_B with the same number *)
  length : nat;                        (* how many rounds there are *)
  user_messages : nat;                 (* how many messages she has; 1: she is silent *)
  agent_words : option nat;            (* how many words an agent has; None: enough *)
  ties : tie_rule;
  slack : Q }.                         (* gamma *)

Definition number_of_agents g := size (agent_utilities g).

(** The data are lawful if there are actions and messages, and probabilities that sum
    to 1. *)
Definition sum_joint g :=
  total (user_observations g) (fun xa => total (agent_observations g) (fun xb =>
    total (states g) (fun y => at3 (joint g) xa xb y))).
Definition lawful g : bool :=
  [&& (0 < actions g)%N, (0 < user_messages g)%N, (0 <? whole g)%Z, (0 <? unit g)%Z,
   (sum_joint g =? whole g)%Z
   & all_below (user_observations g) (fun xa => all_below (agent_observations g) (fun xb =>
       all_below (states g) (fun y => 0 <=? at3 (joint g) xa xb y)%Z))].

(** ** The game *)

Section GameOf.
Variables (R : realFieldType) (g : instance) (law : lawful g).

(** Her lots, and the agents' words: there must be enough of them, as said below. *)
Variables (lots words : finType).

Notation XA := 'I_(user_observations g).
Notation XB := 'I_(agent_observations g).
Notation Y := 'I_(states g).

Definition chance (t : XA * XB * Y) : R :=
  number R (at3 (joint g) t.1.1 t.1.2 t.2) / number R (whole g).

Lemma whole_gt0 : 0 < number R (whole g).
Proof. by case/and5P: law => _ _ w _ _; apply: number_gt0. Qed.
Lemma unit_gt0 : 0 < number R (unit g).
Proof. by case/and5P: law => _ _ _ w _; apply: number_gt0. Qed.

Fact chance_ge0 t : 0 <= chance t.
Proof.
case/and5P: law => _ _ _ _ /andP[_ /all_belowP/(_ t.1.1)/all_belowP/(_ t.1.2)/all_belowP pos].
by rewrite divr_ge0 ?(ltW whole_gt0) ?number_ge0 ?pos.
Qed.

Fact chance_sum1 : \sum_t chance t = 1.
Proof.
case/and5P: law => _ _ _ _ /andP[/number_eq -/(_ R) sum _].
rewrite -mulr_suml -(pair_bigA _ (fun (z : XA * XB) (y : Y) => number R (at3 (joint g) z.1 z.2 y))) /=.
rewrite -(pair_bigA _ (fun (xa : XA) (xb : XB) => \sum_(y : Y) number R (at3 (joint g) xa xb y))) /=.
rewrite -[X in X / _](_ : number R (sum_joint g) = _) ?sum ?divff ?gt_eqF ?whole_gt0 //.
rewrite -sum /sum_joint number_total; apply: eq_bigr => xa _; rewrite number_total.
by apply: eq_bigr => xb _; rewrite number_total.
Qed.

Lemma actions_gt0 : (0 < actions g)%N. Proof. by case/and5P: law. Qed.
Lemma user_messages_gt0 : (0 < user_messages g)%N. Proof. by case/and5P: law. Qed.

(** What an agent sees is named by a number below the number of observations. *)
Definition cell (i : 'I_(number_of_agents g)) (xb : XB) : XB :=
  insubd xb (nth 0%N (nth [::] (cells g) i) xb).

Definition payoff (table : seq (seq Z)) (a : 'I_(actions g)) (y : Y) : R :=
  number R (at2 table a y) / number R (unit g).

Definition game_of : game R := @Game R
  [finType of Y] [finType of 'I_(actions g)] (Ordinal actions_gt0)
  [finType of XA] [finType of XB] (number_of_agents g)
  [finType of XB] cell [finType of 'I_(user_messages g)] words (length g) lots
  (Dist chance_ge0 chance_sum1)
  (payoff (utility g)) (fun i => payoff (nth [::] (agent_utilities g) i)).

(** There are lots, and as many words as the instance says; where it says "rich", as many
    as there are observations and actions together, or more. *)
Definition enough : bool := (0 < #|lots|)%N &&
  if agent_words g is Some n then #|words| == n
  else (agent_observations g + actions g <= #|words|)%N.

(** ** Claims *)

(** The tie rule, for the Bayesian user and for the user who picks. *)
Definition obeys_ties (r : response game_of) : Prop :=
  match ties g with
  | Any => True
  | Belief => ties_by_belief r (@all_agents R game_of)
  | FavourSpeaker => ties_favour_speaker r
  | Order => ties_by_order r (@all_agents R game_of)
  end.
Definition obeys_ties_picking (r : response game_of) pick : Prop :=
  match ties g with
  | Belief => ties_by_belief r (picked pick) /\ anonymous r pick
  | Order => ties_by_order r (picked pick) /\ anonymous r pick
  | _ => True
  end.

End GameOf.

Inductive user := BayesianUser | PickingUser.
Inductive claim :=
  | HullDistance (e : Q)
  | Optimum (x : Q)
  | NoInformation (x : Q)
  | Team (members : seq nat) (x : Q)
  | EveryEquilibrium (whose : user) (v : Q)
  | SomeEquilibrium (whose : user) (v : Q)
  | Conflict (members : seq nat) (apart together : Q)
  | OneUser (hers : seq nat) (v : Q).

(** The TEAM of several agents (theory.md 3.1): the most that a rule which all of them could
    offer is worth to her, if she hears it from one of them. *)
Section TeamOf.
Variables (R : realFieldType) (G : game R) (members : pred 'I_(agents G)).
Definition offered_by_all (T : 'I_(agents G) -> rule G) := forall i j,
  members i -> members j -> same_rule i (T i) j (T j).
Definition worth_to_her (T : 'I_(agents G) -> rule G) v := offered_by_all T /\
  forall i, members i -> worth_alone i (T i) v.
Definition TEAM_of v :=
  (exists T, worth_to_her T v) /\ forall T v', worth_to_her T v' -> v' <= v.
End TeamOf.

(** Agents are in conflict (theory.md 4.3) if, where she knows all observations, none of her
    best responses is worst for each of them: each by himself gets less at his worst. *)
Section InConflict.
Variables (R : realFieldType) (G : game R) (members : pred 'I_(agents G)).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation U := (@agent_payoff R G).
Definition informed (b : XA -> XB -> action G) :=
  forall xa xb, is_best (W (@user_payoff R G) xa xb) (b xa xb).
Definition at_worst f v :=
  (exists b, informed b /\ \sum_xa \sum_xb W (G := G) f xa xb (b xa xb) = v) /\
  forall b, informed b -> v <= \sum_xa \sum_xb W f xa xb (b xa xb).
Definition in_conflict apart together :=
  [/\ (exists2 d, forall i, members i -> at_worst (U i) (d i) & \sum_(i | members i) d i = apart),
      at_worst (fun a y => \sum_(i | members i) U i a y) together
    & apart < together].
End InConflict.

(** One of several users is known by her observations: how likely these are, and what she
    gets, times this. *)
Section OfOneUser.
Variables (R : realFieldType) (G : game R) (hers : pred (user_observation G)).
Definition share_of := \sum_(xa | hers xa) \sum_xb point (G := G) xa xb.
Definition gets_of C s := \sum_(xa | hers xa) \sum_xb \sum_a
  outcome C s xa xb a * W (@user_payoff R G) xa xb a.
End OfOneUser.

(** What a claim says of the game of an instance. *)
Section Holds.
Variables (R : realFieldType) (g : instance) (law : lawful g) (lots words : finType).
Notation G := (game_of R law lots words).
Notation u := (@user_payoff R G).

Definition holds (q : claim) : Prop :=
  match q with
  | HullDistance e => hull_distance G (rational R e)
  | Optimum x => OPT G = rational R x
  | NoInformation x => NOINFO G = rational R x
  | Team members x => @TEAM_of R G (fun i => (i : nat) \in members) (rational R x)
  | EveryEquilibrium BayesianUser v => forall (r : response G) C,
      bayes r -> obeys_ties r -> equilibrium (rational R (slack g)) r C ->
      rational R v <= worth C (r None C) u
  | EveryEquilibrium PickingUser v => forall (r : response G) pick C,
      best_ai r pick -> obeys_ties_picking r pick ->
      equilibrium (rational R (slack g)) r C ->
      rational R v <= worth C (r None C) u
  | SomeEquilibrium BayesianUser v => exists (r : response G) C,
      [/\ bayes r, obeys_ties r, equilibrium (rational R (slack g)) r C
        & worth C (r None C) u = rational R v]
  | SomeEquilibrium PickingUser v => exists (r : response G) pick C,
      [/\ best_ai r pick, obeys_ties_picking r pick,
          equilibrium (rational R (slack g)) r C
        & worth C (r None C) u = rational R v]
  | Conflict members apart together =>
      @in_conflict R G (fun i => (i : nat) \in members) (rational R apart) (rational R together)
  | OneUser hers v => let mine (xa : 'I_(user_observations g)) := (xa : nat) \in hers in
      0 < @share_of R G mine /\
      forall (r : response G) C,
        bayes r -> obeys_ties r -> equilibrium (rational R (slack g)) r C ->
        rational R v <= @gets_of R G mine C (r None C) / @share_of R G mine
  end.
End Holds.
