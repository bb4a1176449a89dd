(** * The checker

    [check g c] reads a certificate [c] about the instance [g] and says what it proves,
    if anything.  All of this is computation with integers; CheckerSound.v proves that
    what it says is true.  Numbers of a certificate are integers over a common
    denominator, which it names. *)

From Coq Require Import ZArith QArith_base.
From mathcomp Require Import all_ssreflect.
From Alignment Require Import Arithmetic Instance.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Delimit Scope Z_scope with Z.   (* mathcomp's integers are not used *)

(** ** Certificates *)

(** Hull distance: weights of the agents and the offset, and the witness. *)
Record mixture := Mixture {
  weights_over : Z;
  weight : seq Z;             (* of agent i, over weights_over *)
  offset : Z;                 (* over weights_over and the unit of utilities *)
  witness_over : Z;
  mass_at : seq (seq Z) }.    (* of an action and a state, over witness_over *)

(** What an agent could say instead: a word for what he sees, in each round; and what she
    takes then, where the observations are x_A and x_B. *)
Record deviation := Deviation {
  multiplier : Z;                 (* lambda, over program_over *)
  spelling : seq (seq nat);
  told : seq (seq nat) }.

(** Multipliers of the outcome program (theory.md 5.4). *)
Record program := Program {
  program_over : Z;
  marginal : seq (seq Z);         (* pi of x_A and x_B, over all three units *)
  obedience : seq (seq (seq Z));  (* kappa of x_A and two actions, over program_over *)
  deviations : seq deviation }.   (* agent by agent *)

(** Two agents who each tell her what is best; the rules of all are spellings. *)
Record teachers := Teachers { first_teacher : nat; second_teacher : nat; rules : seq deviation }.

Inductive certificate :=
  | ProvesHullDistance (e : Q) (m : mixture)
  | ProvesOptimum (x : Q)
  | ProvesNoInformation (x : Q)
  | ProvesTeam (members : seq nat) (x : Q) (rules : seq deviation)
  | ProvesEvery (whose : user) (v : Q) (p : program)
  | ProvesSome (whose : user) (v : Q) (t : teachers).

(** ** What actions are worth

    In multiples of 1/(whole unit): what an action is worth at x_A and x_B, times the
    probability of these (the W of Game.v). *)
Definition grain g : Z := whole g * unit g.
Definition worths g (table : seq (seq Z)) : seq (seq (seq Z)) :=
  tabulate (user_observations g) (fun xa => tabulate (agent_observations g) (fun xb =>
    tabulate (actions g) (fun a =>
      total (states g) (fun y => at3 (joint g) xa xb y * at2 table a y)%Z))).
Definition user_worths g := worths g (utility g).
Definition agent_utility g i := nth [::] (agent_utilities g) i.
Definition agent_worths g i := worths g (agent_utility g i).

(** The fraction [q] is [z] over [d]. *)
Definition is_over (q : Q) (z d : Z) := (Qnum q * d =? Zpos (Qden q) * z)%Z.

(** ** Benchmarks *)
Definition greatest n F := most_of n F (F 0%N).
Definition optimum g :=
  let w := user_worths g in
  total (user_observations g) (fun xa => total (agent_observations g) (fun xb =>
    greatest (actions g) (at3 w xa xb))).
Definition no_information g :=
  let w := user_worths g in
  total (user_observations g) (fun xa => greatest (actions g) (fun a =>
    total (agent_observations g) (fun xb => at3 w xa xb a))).

(** ** Hull distance *)
Definition mixture_near g (e : Q) m :=
  [&& (0 <? weights_over m)%Z,
   all_below (number_of_agents g) (fun i => 0 <=? at1 (weight m) i)%Z,
   (total (number_of_agents g) (at1 (weight m)) =? weights_over m)%Z
   & all_below (actions g) (fun a => all_below (states g) (fun y =>
       Zpos (Qden e) * Z.abs (
         total (number_of_agents g) (fun i => at1 (weight m) i * at2 (agent_utility g i) a y)
         + offset m - weights_over m * at2 (utility g) a y)
       <=? Qnum e * (weights_over m * unit g))%Z)].
Definition sum_witness g (F : nat -> nat -> Z) :=
  total (actions g) (fun a => total (states g) (fun y => F a y)).
Definition none_nearer g (e : Q) m :=
  [&& (0 <? witness_over m)%Z,
   (sum_witness g (at2 (mass_at m)) =? 0)%Z,
   (sum_witness g (fun a y => Z.abs (at2 (mass_at m) a y)) <=? witness_over m)%Z
   & all_below (number_of_agents g) (fun i =>
       Qnum e * (witness_over m * unit g) <=? Zpos (Qden e) *
       sum_witness g (fun a y => at2 (mass_at m) a y *
         (at2 (utility g) a y - at2 (agent_utility g i) a y)))%Z].

(** ** Every equilibrium *)

(** How many words there are at least. *)
Definition known_words g :=
  if agent_words g is Some n then n else agent_observations g.

(** A deviation tells her what to take: this is best, and where he may have said the same
    it is the same action. *)
Definition spelled (d : deviation) o n := nth 0%N (nth [::] (spelling d) o) n.
Definition tell (d : deviation) xa xb := nth 0%N (nth [::] (told d) xa) xb.
Definition seen g i xb := nth 0%N (nth [::] (cells g) i) xb.
Definition occurs g xa xb := (0 <? total (states g) (at3 (joint g) xa xb))%Z.

Definition words_exist g (d : deviation) :=
  all_below (agent_observations g) (fun o => all_below (length g) (fun n =>
    spelled d o n < known_words g)%N).
Definition told_is_best g (w : seq (seq (seq Z))) (d : deviation) :=
  all_below (user_observations g) (fun xa => all_below (agent_observations g) (fun xb =>
    (tell d xa xb < actions g)%N &&
    all_below (actions g) (fun a => at3 w xa xb a <=? at3 w xa xb (tell d xa xb))%Z)).
Definition same_words g i (d : deviation) xb xb' :=
  all_below (length g) (fun n => spelled d (seen g i xb) n == spelled d (seen g i xb') n).
Definition told_by_words g i (d : deviation) :=
  all_below (agent_observations g) (fun xb => all_below (agent_observations g) (fun xb' =>
    ~~ same_words g i d xb xb' ||
    all_below (user_observations g) (fun xa =>
      [|| ~~ occurs g xa xb, ~~ occurs g xa xb' | tell d xa xb == tell d xa xb']))).
Definition cells_named g i :=
  all_below (agent_observations g) (fun xb => seen g i xb < agent_observations g)%N.
Definition teaches_her g w i d :=
  [&& (0 < known_words g)%N, words_exist g d, told_is_best g w d, told_by_words g i d
   & cells_named g i].

(** What the deviation surely gives the agent: at each point the least of a best action. *)
Definition surely g (w wi : seq (seq (seq Z))) (d : deviation) xa xb :=
  let best := at3 w xa xb (tell d xa xb) in
  least_of (actions g) (fun a => best <=? at3 w xa xb a)%Z (at3 wi xa xb)
           (at3 wi xa xb (tell d xa xb)).
Definition silence := Deviation 0 [::] [::].
Definition deviation_of p i := nth silence (deviations p) i.
Definition secured g w (ws : seq (seq (seq (seq Z)))) p :=
  total (number_of_agents g) (fun i =>
    let d := deviation_of p i in
    if (multiplier d =? 0)%Z then 0%Z else
    multiplier d *
      total (user_observations g) (fun xa => total (agent_observations g) (fun xb =>
        surely g w (nth [::] ws i) d xa xb)))%Z.

(** The inequality of theory.md 5.4, at every point for every action. *)
Definition of_program g p (w : seq (seq (seq Z))) (ws : seq (seq (seq (seq Z)))) xa xb a :=
  (at2 (marginal p) xa xb
   + total (actions g) (fun b => at3 (obedience p) xa a b * (at3 w xa xb a - at3 w xa xb b))
   + total (number_of_agents g) (fun i =>
       multiplier (deviation_of p i) * at3 (nth [::] ws i) xa xb a))%Z.
Definition at_most_hers g (w : seq (seq (seq Z))) ws p :=
  all_below (user_observations g) (fun xa => all_below (agent_observations g) (fun xb =>
    all_below (actions g) (fun a =>
      of_program g p w ws xa xb a <=? program_over p * at3 w xa xb a)%Z)).
Definition signs g p :=
  all_below (user_observations g) (fun xa => all_below (actions g) (fun a =>
    all_below (actions g) (fun b => 0 <=? at3 (obedience p) xa a b)%Z))
  && all_below (number_of_agents g) (fun i => 0 <=? multiplier (deviation_of p i))%Z.

(** Where ties are broken by belief, or whoever offers a rule is treated alike, what the
    deviations secure together: at each point the least, over best actions, of the weighted
    sum; they must tell her all observations, or the same. *)
Definition words_separate g i d :=
  all_below (agent_observations g) (fun xb => all_below (agent_observations g) (fun xb' =>
    (xb == xb') || ~~ same_words g i d xb xb' ||
    all_below (user_observations g) (fun xa => ~~ occurs g xa xb || ~~ occurs g xa xb'))).
Definition deviates p i := ~~ (multiplier (deviation_of p i) =? 0)%Z.
Definition someone_deviates g p := some_below (number_of_agents g) (deviates p).
Definition all_separate g p := all_below (number_of_agents g) (fun i =>
  ~~ deviates p i || words_separate g i (deviation_of p i)).
Definition all_say_the_same g p :=
  all_below (number_of_agents g) (fun i => all_below (number_of_agents g) (fun j =>
    ~~ deviates p i || ~~ deviates p j || all_below (agent_observations g) (fun xb =>
      nth [::] (spelling (deviation_of p i)) (seen g i xb)
      == nth [::] (spelling (deviation_of p j)) (seen g j xb)))).
Definition secured_together g (w : seq (seq (seq Z))) (ws : seq (seq (seq (seq Z)))) p :=
  total (user_observations g) (fun xa => total (agent_observations g) (fun xb =>
    let best := greatest (actions g) (at3 w xa xb) in
    let sum a := total (number_of_agents g) (fun i =>
      multiplier (deviation_of p i) * at3 (nth [::] ws i) xa xb a)%Z in
    least_of (actions g) (fun a => best <=? at3 w xa xb a)%Z sum (greatest (actions g) sum))).

(** Where ties are broken by order: what she takes then. *)
Definition told_is_first g (w : seq (seq (seq Z))) d :=
  all_below (user_observations g) (fun xa => all_below (agent_observations g) (fun xb =>
    all_below (tell d xa xb) (fun a => at3 w xa xb a <? at3 w xa xb (tell d xa xb))%Z)).
Definition all_first g w p := all_below (number_of_agents g) (fun i =>
  ~~ deviates p i || told_is_first g w (deviation_of p i)).
Definition secured_first g (ws : seq (seq (seq (seq Z)))) p :=
  total (number_of_agents g) (fun i => multiplier (deviation_of p i) *
    total (user_observations g) (fun xa => total (agent_observations g) (fun xb =>
      at3 (nth [::] ws i) xa xb (tell (deviation_of p i) xa xb))))%Z.

(** What the deviations secure, by her tie rule and for each kind of user. *)
Definition secured_by_ties g whose w ws p :=
  match ties g, whose with
  | Belief, BayesianUser =>
      if someone_deviates g p && all_separate g p
      then secured_together g w ws p else secured g w ws p
  | Order, BayesianUser =>
      if [&& someone_deviates g p, all_separate g p & all_first g w p]
      then secured_first g ws p else secured g w ws p
  | Order, PickingUser =>
      if someone_deviates g p && all_first g w p then secured_first g ws p else
      if someone_deviates g p && all_say_the_same g p
      then secured_together g w ws p else secured g w ws p
  | Belief, PickingUser =>
      if someone_deviates g p && all_say_the_same g p
      then secured_together g w ws p else secured g w ws p
  | _, _ => secured g w ws p
  end.

(** The bound: pi, what the deviations secure, less gamma for each multiplier. *)
Definition reaches g (s : Z) p (v : Q) :=
  let pi := total (user_observations g) (fun xa =>
    total (agent_observations g) (at2 (marginal p) xa)) in
  let lambda := total (number_of_agents g) (fun i => multiplier (deviation_of p i)) in
  (Qnum v * (Zpos (Qden (slack g)) * (grain g * program_over p))
   <=? Zpos (Qden v) * (Zpos (Qden (slack g)) * (pi + s)
                        - Qnum (slack g) * (grain g * lambda)))%Z.

Definition all_agent_worths g := tabulate (number_of_agents g) (agent_worths g).
Definition signed_program g p := (0 <? program_over p)%Z && signs g p.
Definition feasible_program g (w : seq (seq (seq Z))) ws p :=
  signed_program g p && at_most_hers g w ws p.
Definition deviators_teach g w p := all_below (number_of_agents g) (fun i =>
  let d := deviation_of p i in (multiplier d =? 0)%Z || teaches_her g w i d).
Definition outcome_program g whose p v :=
  let w := user_worths g in
  let ws := all_agent_worths g in
  [&& feasible_program g w ws p, reaches g (secured_by_ties g whose w ws p) p v
   & deviators_teach g w p].

(** ** TEAM, where it is OPT

    All of the agents say the same, and this tells her what is best. *)
Definition team_teaches g members ds (v : Q) :=
  let w := user_worths g in
  [&& is_over v (optimum g) (grain g), members != [::],
   all (fun i => (i < number_of_agents g)%N && teaches_her g w i (nth silence ds i)) members
   & all (fun i => all (fun j => all_below (agent_observations g) (fun xb =>
       nth [::] (spelling (nth silence ds i)) (seen g i xb)
       == nth [::] (spelling (nth silence ds j)) (seen g j xb))) members) members].

(** ** Some equilibrium: full revelation

    Two agents teach her what is best, so that no one of them matters.  If there are
    several best actions the Bayesian user must know all observations from each of them,
    and the user who picks must be told the same by both, in the same words where she plays
    against a rule in the same way whoever offers it. *)
Definition unique_best_action g (w : seq (seq (seq Z))) d :=
  all_below (user_observations g) (fun xa => all_below (agent_observations g) (fun xb =>
    ~~ occurs g xa xb || all_below (actions g) (fun a =>
      (a == tell d xa xb) || (at3 w xa xb a <? at3 w xa xb (tell d xa xb))%Z))).
Definition tell_the_same g d d' :=
  all_below (user_observations g) (fun xa => all_below (agent_observations g) (fun xb =>
    tell d xa xb == tell d' xa xb)).
Definition rule_of t i := nth silence (rules t) i.
Definition spelled_alike g t :=
  let: (i, j) := (first_teacher t, second_teacher t) in
  all_below (agent_observations g) (fun xb =>
    nth [::] (spelling (rule_of t i)) (seen g i xb)
    == nth [::] (spelling (rule_of t j)) (seen g j xb)).
Definition two_teach g w t :=
  let: (i, j) := (first_teacher t, second_teacher t) in
  [&& (i < number_of_agents g)%N, (j < number_of_agents g)%N, i != j,
   teaches_her g w i (rule_of t i) & teaches_her g w j (rule_of t j)].
Definition is_optimum g (v : Q) :=
  (0 <=? Qnum (slack g))%Z && is_over v (optimum g) (grain g).
Definition revealed_to_all g t v :=
  let w := user_worths g in
  let: (i, j) := (first_teacher t, second_teacher t) in
  [&& is_optimum g v, two_teach g w t, ~~ if ties g is FavourSpeaker then true else false
   & unique_best_action g w (rule_of t i)
     || words_separate g i (rule_of t i) && words_separate g j (rule_of t j)].
Definition revealed_to_one g t v :=
  let w := user_worths g in
  let: (i, j) := (first_teacher t, second_teacher t) in
  [&& is_optimum g v, two_teach g w t
   & match ties g with
     | Any => tell_the_same g (rule_of t i) (rule_of t j)
     | FavourSpeaker => false
     | Belief | Order => spelled_alike g t
     end].

(** ** The check *)
Definition proved (b : bool) (q : claim) := if b then Some q else None.
Definition at_most_optimum g (v : Q) := (Qnum v * grain g <=? Zpos (Qden v) * optimum g)%Z.

Definition check (g : instance) (c : certificate) : option claim :=
  match c with
  | ProvesHullDistance e m =>
      proved (lawful g && (mixture_near g e m && none_nearer g e m)) (HullDistance e)
  | ProvesOptimum x => proved (lawful g && is_over x (optimum g) (grain g)) (Optimum x)
  | ProvesNoInformation x =>
      proved (lawful g && is_over x (no_information g) (grain g)) (NoInformation x)
  | ProvesTeam members x ds =>
      proved (lawful g && team_teaches g members ds x) (Team members x)
  | ProvesEvery BayesianUser v p =>
      proved (lawful g && outcome_program g BayesianUser p v) (EveryEquilibrium BayesianUser v)
  | ProvesEvery PickingUser v p =>
      proved (lawful g && (outcome_program g PickingUser p v && at_most_optimum g v))
             (EveryEquilibrium PickingUser v)
  | ProvesSome BayesianUser v t =>
      proved (lawful g && revealed_to_all g t v) (SomeEquilibrium BayesianUser v)
  | ProvesSome PickingUser v t =>
      proved (lawful g && revealed_to_one g t v) (SomeEquilibrium PickingUser v)
  end.
