(** * A common signal as an equilibrium of a user who picks (theory.md 6.7, 6.12, 7.1)

    There is one round in which only the agents speak, and all agents offer the same
    rule: silence, for example.  Whoever deviates is picked only if his rule is worth more
    to her; and dual prices, as if the others said nothing, prove that he then gains
    nothing. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Revealing Prices BestAI Induction Alone.
From Alignment Require Import Offers SamePick Signals.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

Section SignalsPicked.
Variables (R : realFieldType) (G : game R).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).
Notation messages := {ffun agent -> word G}.
Implicit Types (C : profile G) (c : rule G) (s : strategy G) (i j : agent).

Variables (quiet : question G) (unsaid : word G) (some_lot : lot G).
Hypotheses (silent : forall q : question G, q = quiet) (one_round : rounds G = 1%N).
Notation reply := (reply quiet).
Notation signal := (@signal R G quiet).
Notation her_alone := (alone some_lot quiet u).

(** Nobody says anything. *)
Definition say_nothing : profile G := fun _ _ _ _ => sure R unsaid.
Definition nothing_said : messages := [ffun=> unsaid].

(** ** Hearing one agent *)

(** What an action is worth where agent [i] says a word, by his rule; and the strategy of
    hearing him only. *)
Definition worth_told i c f xa b a := \sum_xb signal c (sees i xb) b * W (G := G) f xa xb a.
Definition hear i (p : XA -> word G -> A) : strategy G :=
  plays quiet unsaid some_lot [ffun z : XA * messages => p z.1 (z.2 i)].

Lemma hear_hears i p : hears_only (hear i p) i.
Proof.
move=> l xa h h' /(_ i); rewrite inE eqxx => /(_ isT) E; split=> // a.
by rewrite /= /sure /= !ffunE /= E.
Qed.

Lemma worth_hear C i p f :
  worth C (hear i p) f = \sum_xa \sum_b worth_told i (C i) f xa b (p xa b).
Proof.
rewrite (worth_plays _ _ silent one_round); apply: eq_bigr => xa _.
rewrite /after exchange_big [RHS]exchange_big; apply: eq_bigr => xb _ /=.
rewrite -(joint_one (fun j => C j (sees j xb) [::] quiet) i (fun b => W f xa xb (p xa b))).
by apply: eq_bigr => m _; rewrite ffunE.
Qed.

Lemma value_told i c xa b q : value_alone u i c xa [:: (q, b)] =1 worth_told i c u xa b.
Proof. by move=> a; apply: eq_bigr => xb _; rewrite (silent q) /= mulr1. Qed.

Lemma worth_alone_told C i :
  worth C (her_alone i (C i)) u = \sum_xa \sum_b most (worth_told i (C i) u xa b).
Proof.
rewrite alone_worth one_round; apply: eq_bigr => xa _ /=; apply: eq_bigr => b _.
by rewrite /most (arg_max_ext _ (value_told i (C i) xa b _)) value_told.
Qed.

(** Where she takes the first of the actions that are best for her. *)
Lemma alone_first C i p : (forall xa b, is_first (worth_told i (C i) u xa b) (p xa b)) ->
  forall f, worth C (her_alone i (C i)) f = worth C (hear i p) f.
Proof.
move=> first f; rewrite /hear (worth_plays _ _ silent one_round) (worth_signal silent one_round).
apply: eq_bigr => xa _; apply: eq_bigr => m _; rewrite -sum_one; apply: eq_bigr => a _.
congr (_ * _); rewrite /Prices.reply sum_sure /= /sure /= !ffunE /=; congr (_ == _)%:R.
apply: is_first_unique _ (first xa (m i)).
by apply: is_first_ext (best_action_first _); apply: value_told.
Qed.

(** ** If the others say nothing, she loses nothing by hearing one agent only *)
Definition others_silent i (h : transcript G) : transcript G := [ffun j =>
  if j == i then h i else if h i is [::] then [::] else [:: (quiet, unsaid)]].
Definition hearing_one i s : strategy G := Strategy (draw s)
  (fun l xa h => ask s l xa (others_silent i h))
  (fun l xa h => choose s l xa (others_silent i h)).

Lemma hearing_one_hears i s : hears_only (hearing_one i s) i.
Proof.
move=> l xa h h' /(_ i); rewrite inE eqxx => /(_ isT) E.
have same : others_silent i h = others_silent i h' by apply/ffunP => j; rewrite !ffunE E.
by rewrite /= same.
Qed.

Lemma worth_hearing_one i c s f :
  worth (replace say_nothing i c) (hearing_one i s) f = worth (replace say_nothing i c) s f.
Proof.
rewrite !(worth_signal silent one_round); apply: eq_bigr => xa _; apply: eq_bigr => m _.
apply: eq_bigr => a _; have [E|ne] := eqVneq m (with_own i nothing_said (m i)).
  congr (_ * _); rewrite /Prices.reply /=; apply: eq_bigr => l _; congr (_ * _).
  congr (choose s l xa _ a); apply/ffunP => j; rewrite !ffunE.
  have [-> //|ji] := eqVneq j i.
  by rewrite {2}E !ffunE (negPf ji).
suff -> : after quiet (replace say_nothing i c) f xa m a = 0 by rewrite !mulr0.
rewrite /after big1 // => xb _.
case: (pickP (fun j => (j != i) && (m j != unsaid))) => [j /andP[ji mj]|all].
  by rewrite (bigD1 j) //= /replace (negPf ji) /Prices.signal /= (negPf mj) !mul0r.
case/eqP: ne; apply/ffunP => j; rewrite !ffunE; have [-> //|ji] := eqVneq j i.
by apply/eqP; have := all j; rewrite ji /= => /negbFE.
Qed.

Lemma worth_silence C i c s f : hears_only s i ->
  worth (replace C i c) s f = worth (replace say_nothing i c) s f.
Proof. by move=> H; apply: (worth_alone_eq _ _ H); rewrite !replace_same. Qed.

Lemma best_to_optimal i c C s : best_to i c C s -> optimal (replace say_nothing i c) s.
Proof.
move=> [hear_i best] s'; rewrite -worth_hearing_one -!(worth_silence C) //.
  exact: best (@hearing_one_hears i s').
exact: hearing_one_hears.
Qed.

(** ** The equilibrium *)
Section Equilibrium.
Variables (C : profile G) (w z : agent) (p : XA -> word G -> A) (gamma : R).
Hypotheses (other : z != w) (alike : forall j, same_rule j (C j) w (C w)) (gamma0 : 0 <= gamma).
Variables (may : agent -> XA -> messages -> A -> bool)
  (price : agent -> followed G -> view G -> R)
  (kappa : agent -> followed G -> word G -> XA -> messages -> A -> R).
Hypotheses
  (cover : forall i, covers_followed quiet i say_nothing unsaid (may i) (U i) (price i) (kappa i))
  (enough : forall i (q : followed G), (forall b, within i unsaid (may i) (q b)) ->
     \sum_o price i q o <= worth C (hear w p) (U i) + gamma).

Lemma told_alike j f xa b a : worth_told j (C j) f xa b a = worth_told w (C w) f xa b a.
Proof. by apply: eq_bigr => xb _; congr (_ * _); apply: alike. Qed.

Lemma worth_alike j f : worth C (hear j p) f = worth C (hear w p) f.
Proof.
by rewrite !worth_hear; do 2![apply: eq_bigr => ? _]; apply: told_alike.
Qed.

Lemma no_offer_gains i c s : best_to i c C s -> keeps quiet i unsaid (may i) s ->
  worth (replace C i c) s (U i) <= worth C (hear w p) (U i) + gamma.
Proof.
move=> best keep; rewrite worth_silence; last by case: best.
apply: (prices_bound_followed silent one_round (cover i) _ keep (best_to_optimal best)).
exact: enough.
Qed.

(** Under the tie rule [any], where she may turn to other actions. *)
Theorem picked_equilibrium (turn : agent -> XA -> A -> dist R A) :
  (forall xa b a, worth_told w (C w) u xa b a <= worth_told w (C w) u xa b (p xa b)) ->
  (forall i, turns_well quiet unsaid i say_nothing (fun xa _ => turn i xa)) ->
  (forall i xa t a b, 0 < turn i xa a b -> may i xa t b) ->
  exists r pick, [/\ best_ai r pick, r None C = hear w p & equilibrium gamma r C].
Proof.
move=> best well inside.
have s_best j s : hears_only s j -> worth C s u <= worth C (hear w p) u.
  move=> H; apply: le_trans (alone_best some_lot quiet u C H) _.
  rewrite worth_alone_told worth_hear; apply: ler_sum => xa _; apply: ler_sum => b _.
  by rewrite /most told_alike; apply: best.
pose turn_to (o : option agent) s :=
  if o is Some i then turned unsaid i (fun xa _ => turn i xa) s else s.
have turn_hears o s i : hears_only s i -> hears_only (turn_to o s) i.
  case: o => //= j H l xa h h' E; have [asks E'] := H l xa h h' E; split=> // b /=.
  by apply: eq_bigr => a _; rewrite E'.
have t_best j s : j != w -> hears_only s j -> worth C s u <= worth C (hear z p) u.
  by move=> _ H; rewrite worth_alike; apply: s_best H.
apply: (turning_equilibrium some_lot quiet (@hear_hears w p) (@hear_hears z p) other s_best t_best
  turn_hears).
- move=> i c s H; rewrite !worth_silence //; first exact: turned_worth.
  exact: (turn_hears (Some i)).
- move=> i c s best_s _; apply: no_offer_gains best_s _.
  exact/turned_keeps/inside.
move=> i; rewrite /back_on; case: ifP => _ /=; rewrite ?worth_alike ler_addl //.
Qed.

(** Under [belief] and [order]. *)
Theorem preferred_common : (forall i xa t a, may i xa t a) ->
  (forall xa b, is_first (worth_told w (C w) u xa b) (p xa b)) ->
  let prefers (o : option agent) := if o == Some w then z else w in
  let r := by_preference some_lot quiet w prefers in
  worth C (r None C) u = worth C (hear w p) u /\ equilibrium gamma r C.
Proof.
move=> all first prefers r.
have same j f : worth C (her_alone j (C j)) f = worth C (hear w p) f.
  rewrite (@alone_first C j p) ?worth_alike // => xa b.
  by apply: is_first_ext (first xa b) => a; rewrite told_alike.
have stays o : prefers o = if o == Some w then z else w by [].
have best k : worth C (her_alone k (C k)) u <= worth C (her_alone w (C w)) u by rewrite !same.
have wz : w != z by rewrite eq_sym.
have wz_same : same_rule w (C w) z (C z) by move=> xb past q a; rewrite alike.
split; first by rewrite /r (preferred_path w stays best) same.
apply: (preferred_equilibrium w wz wz_same stays best gamma0) => k c _; rewrite same.
apply: no_offer_gains; last by move=> xa m a _; apply: all.
split=> [l|s H]; first exact: alone_hears.
exact: alone_best H.
Qed.

(** There is one agent only. *)
Theorem preferred_single : (forall j, j = w) -> (forall i xa t a, may i xa t a) ->
  (forall xa b, is_first (worth_told w (C w) u xa b) (p xa b)) ->
  let r := by_preference some_lot quiet w (fun=> w) in
  worth C (r None C) u = worth C (hear w p) u /\ equilibrium gamma r C.
Proof.
move=> only all first r; have E o C' : r o C' = her_alone w (C' w).
  by rewrite /r /by_preference (only (whom _ _ _ _ _ _)).
split=> [|i c]; rewrite !E (alone_first first) // (only i).
apply: no_offer_gains; last by move=> xa m a _; apply: all.
by split=> [l|s H]; [exact: alone_hears | exact: alone_best H].
Qed.

End Equilibrium.
End SignalsPicked.

Print Assumptions picked_equilibrium.
Print Assumptions preferred_common.
Print Assumptions preferred_single.
