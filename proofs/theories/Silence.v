(** * Silence as an equilibrium (theory.md 6.9, 7.1)

    Nobody says anything; one agent's dual prices then speak of what she observes only.
    Where actions are worth the same to her, she may turn to one of them when a certain
    agent has deviated: ties are broken by who has spoken. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Revealing Prices Induction.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

Section Silence.
Variables (R : realFieldType) (G : game R).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).
Notation messages := {ffun agent -> word G}.
Implicit Types (C : profile G) (s : strategy G).

(** ** Turning to other actions

    If [turn xa a] is worth at least as much to her as [a], wherever she observes [xa], she
    may take it instead. *)
Definition no_worse (turn : XA -> A -> A) := forall xa xb a,
  W u xa xb a <= W u xa xb (turn xa a).
Definition turned (turn : XA -> A -> A) s := instead (fun _ xa _ => turn xa) s.

Lemma turned_worth turn C s : no_worse turn -> worth C s u <= worth C (turned turn s) u.
Proof.
move=> good; rewrite worth_instead; apply: ler_sum => xa _; apply: ler_sum => xb _.
by apply: ler_sum => a _; rewrite ler_wpmul2l ?outcome_ge0.
Qed.

Lemma turned_optimal turn C s : no_worse turn -> optimal C s -> optimal C (turned turn s).
Proof. by move=> good opt s'; apply: le_trans (opt s') (turned_worth C s good). Qed.

(** ** One silent round *)
Variables (quiet : question G) (some_word : word G) (some_lot : lot G).
Hypotheses (silent : forall q : question G, q = quiet) (one_round : rounds G = 1%N).

Definition nothing_said : messages := [ffun=> some_word].
Definition say_nothing : profile G := fun _ _ _ _ => sure R some_word.
Definition take (t : XA -> A) : strategy G :=
  Strategy (sure R some_lot) (fun _ _ _ => sure R [ffun=> quiet]) (fun _ xa _ => sure R (t xa)).

Lemma reply_take t xa m a : reply quiet (take t) xa m a = (a == t xa)%:R.
Proof. by rewrite /reply sum_sure. Qed.

(** What an action is worth to whoever has the payoffs [f], after [xa]. *)
Definition alone f xa a := \sum_xb W (G := G) f xa xb a.

Lemma after_nothing f xa m a :
  after quiet say_nothing f xa m a = (m == nothing_said)%:R * alone f xa a.
Proof.
rewrite /after mulr_sumr; apply: eq_bigr => xb _; congr (_ * _).
rewrite /signal /say_nothing /= /sure /=.
have [->|/eqP ne] := eqVneq m nothing_said.
  by rewrite big1 // => j _; rewrite ffunE eqxx.
apply/eqP/prodf_eq0; case: (pickP (fun j => m j != some_word)) => [j nj|all].
  by exists j => //; rewrite (negPf nj).
by case: ne; apply/ffunP => j; rewrite ffunE; apply/eqP/negbFE/all.
Qed.

Lemma worth_nothing s f : worth say_nothing s f
  = \sum_xa \sum_a reply quiet s xa nothing_said a * alone f xa a.
Proof.
rewrite (worth_signal silent one_round); apply: eq_bigr => xa _.
rewrite (bigD1 nothing_said) //= [X in _ + X]big1 ?addr0 => [|m /negPf ne].
  by apply: eq_bigr => a _; rewrite after_nothing eqxx mul1r.
by rewrite big1 // => a _; rewrite after_nothing ne mul0r mulr0.
Qed.

Lemma worth_take t f : worth say_nothing (take t) f = \sum_xa alone f xa (t xa).
Proof.
rewrite worth_nothing; apply: eq_bigr => xa _.
rewrite (bigD1 (t xa)) //= big1 ?addr0; first by rewrite reply_take eqxx mul1r.
by move=> a /negPf ne; rewrite reply_take ne mul0r.
Qed.

(** What is best after [xa] is best for her if nobody says anything. *)
Lemma take_optimal t : (forall xa a, alone u xa a <= alone u xa (t xa)) ->
  optimal say_nothing (take t).
Proof.
move=> best s; rewrite worth_take worth_nothing; apply: ler_sum => xa _.
rewrite -[leRHS]mul1r -(reply_sum1 quiet s xa nothing_said) mulr_suml.
by apply: ler_sum => a _; rewrite ler_wpmul2l ?reply_ge0.
Qed.

(** ** Prices *)

(** What an action is worth where agent [i] sees [o], after [xa]. *)
Definition worth_where i f (o : view G) xa a := \sum_(xb | sees i xb == o) W (G := G) f xa xb a.

Lemma meets_nothing i f o xa t a : of_others i some_word t ->
  meets quiet i say_nothing f o xa t a = (t == nothing_said)%:R * worth_where i f o xa a.
Proof.
move=> /eqP ti; rewrite /meets mulr_sumr; apply: eq_bigr => xb _; congr (_ * _).
rewrite /signal /say_nothing /= /sure /=.
have [->|/eqP ne] := eqVneq t nothing_said.
  by rewrite big1 // => j _; rewrite ffunE eqxx.
apply/eqP/prodf_eq0; case: (pickP (fun j => t j != some_word)) => [j nj|all].
  by exists j; [apply: contraNneq nj => ->; apply/eqP | rewrite (negPf nj)].
by case: ne; apply/ffunP => j; rewrite ffunE; apply/eqP/negbFE/all.
Qed.

(** Prices [price] of what agent [i] sees, with multipliers [kappa] of obedience, cover every
    strategy of which she may take the actions. *)
Definition silent_covers (may : XA -> A -> bool) i (price : view G -> R)
    (kappa : {ffun XA -> A} -> XA -> A -> R) :=
  (forall p xa a, 0 <= kappa p xa a) /\
  forall o (p : {ffun XA -> A}), (forall xa, may xa (p xa)) ->
    \sum_xa (worth_where i (U i) o xa (p xa)
      + \sum_a kappa p xa a * (worth_where i u o xa (p xa) - worth_where i u o xa a)) <= price o.

Lemma silent_covers_within may i price kappa : silent_covers may i price kappa ->
  covers_within quiet i say_nothing some_word may (U i) price
    (fun p xa t a => kappa [ffun xa' => p (xa', nothing_said)] xa a).
Proof.
move=> [kap0 cover]; split=> [p xa t a|o p inside]; first exact: kap0.
have := cover o [ffun xa => p (xa, nothing_said)].
rewrite /covered; under eq_bigr do rewrite ffunE.
move=> le; apply: le_trans (le _) => [|xa]; last by rewrite ffunE; apply: inside (xa, _).
apply: ler_sum => xa _.
rewrite (bigD1 nothing_said) /=; last by rewrite /of_others ffunE.
rewrite [X in _ + X]big1 ?addr0 => [|t /andP[others /negPf ne]]; last first.
  rewrite meets_nothing // ne mul0r add0r big1 // => a _.
  by rewrite !meets_nothing // ne !mul0r subrr mulr0.
have none : of_others i some_word nothing_said by rewrite /of_others ffunE.
rewrite meets_nothing // eqxx mul1r ler_add2l; apply: ler_sum => a _.
by rewrite !meets_nothing // eqxx !mul1r.
Qed.

(** ** The equilibrium

    She takes [t xa] if nobody has spoken.  If agent [i] has deviated she turns to other
    actions as [turn i] says; these she may take. *)
Variables (t : XA -> A) (turn : agent -> XA -> A -> A) (may : agent -> XA -> A -> bool).
Hypotheses (t_best : forall xa a, alone u xa a <= alone u xa (t xa))
  (turn_good : forall i, no_worse (turn i)) (turn_may : forall i xa a, may i xa (turn i xa a)).

Lemma turned_keeps i s : keeps quiet (may i) (turned (turn i) s).
Proof.
move=> xa m a; apply: contraTT => out; rewrite -leNgt le_eqVlt; apply/orP; left.
apply/eqP; rewrite /reply big1 // => l _; rewrite /= [X in _ * X]big1 ?mulr0 // => b /eqP E.
by rewrite -E turn_may in out.
Qed.

Theorem silence_equilibrium gamma price kappa :
  (forall i, silent_covers (may i) i (price i) (kappa i)) ->
  (forall i, \sum_o price i o <= \sum_xa alone (U i) xa (t xa) + gamma) ->
  exists r : response G, [/\ bayes r, equilibrium gamma r say_nothing
    & worth say_nothing (r None say_nothing) u = \sum_xa alone u xa (t xa)].
Proof.
move=> cover enough; have [r [rb path _]] := @response_with R G some_lot quiet _ _ (take_optimal t_best).
exists (fun o C => if o is Some i then turned (turn i) (r o C) else r o C); split.
- by case=> [i|] C; [apply: turned_optimal (turn_good i) (rb _ C) | apply: rb].
- move=> i c; rewrite path worth_take; apply: le_trans (enough i).
  apply: (prices_bound_within silent one_round (silent_covers_within (cover i))).
    exact: turned_keeps.
  exact: turned_optimal (turn_good i) (rb _ _).
by rewrite path worth_take.
Qed.

End Silence.

Print Assumptions silence_equilibrium.
