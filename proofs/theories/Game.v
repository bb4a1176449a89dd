(** * The conversation game (theory.md 1, 2.1 and 3.1)

    Definitions only: what a game is, what agents and user do in it, and what it
    means that she responds to them well and that they are in equilibrium.
    Numbers come from any ordered field [R], for example the rationals.
    [\sum_xa ...] is a finite sum over all [xa], and [[ffun i => ...]] a table. *)

From mathcomp Require Import all_ssreflect all_algebra.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

(** A distribution over a finite set gives each element a number that is at least
    0, and these sum to 1. *)
Record dist (R : realFieldType) (T : finType) := Dist {
  mass :> T -> R;
  mass_ge0 : forall t, 0 <= mass t;
  mass_sum1 : \sum_t mass t = 1 }.

(** A game (theory.md 1.1): who knows what, who wants what, and how they talk. *)
Record game (R : realFieldType) := Game {
  state : finType;                       (* y: what it is all about *)
  action : finType;                      (* a: what the user may do in the end *)
  some_action : action;                  (* there is an action *)
  user_observation : finType;            (* x_A: what the user observes *)
  agent_observation : finType;           (* x_B: what the agents observe *)
  agents : nat;                          (* k: there are agents 0, ..., k - 1 *)
  view : finType;                        (* what an agent may see of x_B *)
  sees : 'I_agents -> agent_observation -> view;
  question : finType;                    (* what the user may ask an agent *)
  word : finType;                        (* what an agent may answer *)
  rounds : nat;                          (* R: how often they talk *)
  lot : finType;                         (* what she may draw lots from *)
  prior : dist R [finType of user_observation * agent_observation * state];
  user_payoff : action -> state -> R;    (* u *)
  agent_payoff : 'I_agents -> action -> state -> R }.   (* U_i *)

Section Play.
Variables (R : realFieldType) (G : game R).

Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation Y := (state G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).

(** A private history is what the user asked one agent and what he answered, round
    by round; a transcript has the private histories with all agents. *)
Definition private := seq (question G * word G).
Definition transcript := {ffun agent -> private}.

(** Before the first round nothing has been said. *)
Definition start : transcript := [ffun=> [::]].

(** A round adds to each private history her question and the agent's answer. *)
Definition grow (h : transcript) (q : {ffun agent -> question G})
    (m : {ffun agent -> word G}) : transcript :=
  [ffun i => rcons (h i) (q i, m i)].

(** A transcript is complete when all rounds are over. *)
Definition complete (h : transcript) := forall i, size (h i) = rounds G.

(** A conversation rule (1.2) says with which probabilities an agent answers, given
    what he sees, what was said between him and her, and what she asks now. *)
Definition rule := view G -> private -> question G -> dist R (word G).
Definition profile := agent -> rule.

(** A strategy of the user: she may draw lots, then she asks, and at last she
    chooses an action, given what she drew and observed and all that was said. *)
Record strategy := Strategy {
  draw : dist R (lot G);
  ask : lot G -> XA -> transcript -> dist R [finType of {ffun agent -> question G}];
  choose : lot G -> XA -> transcript -> dist R A }.

(** The probability that [a] is taken in the end, when she drew [l], the observations
    are [xa] and [xb], [n] rounds are left and [h] was said.  All agents answer at
    once, each for himself. *)
Fixpoint taken (C : profile) (s : strategy) l xa xb n (h : transcript) a : R :=
  if n is n'.+1 then
    \sum_(q : {ffun agent -> question G}) \sum_(m : {ffun agent -> word G})
      ask s l xa h q * (\prod_i C i (sees i xb) (h i) (q i) (m i))
      * taken C s l xa xb n' (grow h q m) a
  else choose s l xa h a.

(** What she does after drawing [l], and the outcome (1.5): with what probability
    [a] is taken where the observations are [xa] and [xb]. *)
Definition played C s l xa xb a := taken C s l xa xb (rounds G) start a.
Definition outcome C s xa xb a := \sum_l draw s l * played C s l xa xb a.

(** [W f xa xb a] is what [a] is worth, by the payoffs [f], where the observations
    are [xa] and [xb], times the probability of that. *)
Definition W (f : A -> Y -> R) xa xb a := \sum_y prior G (xa, xb, y) * f a y.

(** The expectation of [f] under an outcome [sigma], and under what is played. *)
Definition expect f (sigma : XA -> XB -> A -> R) :=
  \sum_xa \sum_xb \sum_a sigma xa xb a * W f xa xb a.
Definition worth C s f := expect f (outcome C s).

(** The profile in which agent [i] has changed his rule to [c]. *)
Definition replace (C : profile) i (c : rule) : profile :=
  fun j => if j == i then c else C j.

(** ** The user's response (1.3, 1.4)

    A response says what she does if the rules are [C]: [r None C] when nobody has
    deviated, and [r (Some i) C] after a deviation of agent [i]. *)
Definition response := option agent -> profile -> strategy.

(** A strategy is optimal if no other is worth more to her.  The Bayesian user plays
    optimal strategies, and breaks ties as she likes (the tie rule [any]). *)
Definition optimal C s := forall s', worth C s' u <= worth C s u.
Definition bayes (r : response) := forall o C, optimal C (r o C).

(** [hears s l S]: after drawing [l] she asks and chooses by what the agents in [S]
    have said. *)
Definition hears s l (S : {set agent}) :=
  forall xa (h h' : transcript), (forall i, i \in S -> h i = h' i) ->
    ask s l xa h =1 ask s l xa h' /\ choose s l xa h =1 choose s l xa h'.

(** The user who picks the best AI hears one agent, whom she picks before she has
    seen [xa], possibly by lot, and no way to hear only one agent is worth more. *)
Definition best_alone C s (pick : lot G -> agent) :=
  (forall l, 0 < draw s l -> hears s l [set pick l]) /\
  forall i s', (forall l, hears s' l [set i]) -> worth C s' u <= worth C s u.
Definition picking := option agent -> profile -> lot G -> agent.
Definition best_ai (r : response) (pick : picking) :=
  forall o C, best_alone C (r o C) (pick o C).

(** How likely are the answers in [h] of an agent with rule [c], who sees [o]? *)
Fixpoint says (c : rule) (o : view G) (past h : private) : R :=
  if h is (q, m) :: h' then c o past q m * says c o (rcons past (q, m)) h' else 1.
Definition likely (C : profile) (S : {set agent}) xb (h : transcript) :=
  \prod_(i in S) says (C i) (sees i xb) [::] (h i).

(** The probability of the observations, and hers that the agents observed [xb], after
    [xa] and what the agents in [S] say in [h]. *)
Definition point xa xb := \sum_y prior G (xa, xb, y).
Definition possible C S xa h := exists xb, 0 < point xa xb * likely C S xb h.
Definition posterior C S xa h : {ffun XB -> R} :=
  [ffun xb => point xa xb * likely C S xb h
              / \sum_xb' point xa xb' * likely C S xb' h].

(** Whom she hears: everybody, or whom she picked. *)
Definition hearing := option agent -> profile -> lot G -> {set agent}.
Definition all_agents : hearing := fun _ _ _ => setT.
Definition picked (pick : picking) : hearing := fun o C l => [set pick o C l].

(** The tie rule [belief]: what she does is a function [phi] of what she has observed
    and believes. *)
Definition ties_by_belief (r : response) (H : hearing) :=
  exists phi : XA -> {ffun XB -> R} -> A -> R, forall o C l xa h,
    complete h -> 0 < draw (r o C) l -> possible C (H o C l) xa h ->
    choose (r o C) l xa h =1 phi xa (posterior C (H o C l) xa h).

(** The tie rule [order]: she takes the first of the actions that are best for her. *)
Definition value C S xa h a := \sum_xb likely C S xb h * W u xa xb a.
Definition is_best (f : A -> R) a := forall b, f b <= f a.
Definition is_first (f : A -> R) a :=
  is_best f a /\ forall b, is_best f b -> (enum_rank a <= enum_rank b)%N.
Definition ties_by_order (r : response) (H : hearing) := forall o C l xa h a,
  complete h -> 0 < draw (r o C) l -> possible C (H o C l) xa h ->
  0 < choose (r o C) l xa h a -> is_first (value C (H o C l) xa h) a.

(** The tie rule [favour-speaker] of a Bayesian user: she chooses among optimal
    strategies in favour of the agent who has deviated. *)
Definition ties_favour_speaker (r : response) := forall i C s,
  optimal C s -> worth C s (U i) <= worth C (r (Some i) C) (U i).

(** Under [belief] and [order] a user who picks plays against a rule in the same way
    whoever offers it (the hypothesis [anonymous] of 4.3). *)
Definition same_rule i (c : rule) j (c' : rule) :=
  forall xb p q, c (sees i xb) p q =1 c' (sees j xb) p q.
Definition anonymous (r : response) (pick : picking) := forall o C l o' C' l',
  0 < draw (r o C) l -> 0 < draw (r o' C') l' ->
  same_rule (pick o C l) (C (pick o C l)) (pick o' C' l') (C' (pick o' C' l')) ->
  forall xa xb a, played C (r o C) l xa xb a = played C' (r o' C') l' xa xb a.

(** ** Equilibrium (1.5)

    In a gamma-equilibrium no agent gains more than [gamma] by any rule, given her
    response; an equilibrium is a 0-equilibrium. *)
Definition equilibrium (gamma : R) (r : response) C := forall i c,
  worth (replace C i c) (r (Some i) (replace C i c)) (U i)
    <= worth C (r None C) (U i) + gamma.

(** ** Benchmarks (3.1)

    OPT is what she gets if she knows [xa] and [xb]; NOINFO, if she knows [xa] only. *)
Definition most (f : A -> R) := f [arg max_(a > some_action G) f a]%O.
Definition OPT := \sum_xa \sum_xb most (W u xa xb).
Definition NOINFO := \sum_xa most (fun a => \sum_xb W u xa xb a).

(** A rule [c] of agent [i] is worth [v] to her alone if that is the most that she gets
    by hearing only him; [v] is the TEAM of agent [i] if no rule of his is worth more. *)
Definition worth_alone i c v :=
  (exists s, (forall l, hears s l [set i]) /\
             forall C, worth (replace C i c) s u = v) /\
  forall C s, (forall l, hears s l [set i]) -> worth (replace C i c) s u <= v.
Definition TEAM i v :=
  (exists c, worth_alone i c v) /\ forall c v', worth_alone i c v' -> v' <= v.

(** ** Alignment (2.1)

    The mixture of the agents' payoffs with weights [w] is within [eps] of hers, up to
    a constant [c]; the hull distance is the least such [eps]. *)
Definition weights (w : agent -> R) := (forall i, 0 <= w i) /\ \sum_i w i = 1.
Definition near (w : agent -> R) c eps := weights w /\
  forall a y, `|\sum_i w i * U i a y + c - u a y| <= eps.
Definition hull_distance e :=
  (exists w c, near w c e) /\ forall w c e', near w c e' -> e <= e'.

(** ** Hypotheses of the guarantees (4.1)

    Her best action is unique wherever the observations are possible. *)
Definition unique_best := forall xa xb a b,
  0 < point xa xb -> is_best (W u xa xb) a -> is_best (W u xa xb) b -> a = b.

(** Agent [i] teaches her by his rule [c]: she attains OPT, whatever the others say. *)
Definition teaches i c := forall C s, C i = c -> optimal C s -> worth C s u = OPT.

(** By his rule [c] agent [i] separates the observations: whatever he may have said
    when all is said, at most one [xb] is possible. *)
Definition separates i c := forall xa xb xb' h,
  size h = rounds G -> 0 < point xa xb -> 0 < point xa xb' ->
  0 < says c (sees i xb) [::] h -> 0 < says c (sees i xb') [::] h -> xb = xb'.

End Play.
