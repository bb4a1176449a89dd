(** * Silence as an equilibrium of a user who picks one agent (theory.md 6.9, 6.12, 7.1)

    Nobody says anything, so it is all one whom she picks.  Whoever deviates is picked only
    if his rule is worth more to her than silence; and then ties are broken as she likes. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Revealing Prices Induction Alone.
From Alignment Require Import Silence.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

Section SilencePicks.
Variables (R : realFieldType) (G : game R).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).
Notation messages := {ffun agent -> word G}.
Implicit Types (C : profile G) (c : rule G) (s : strategy G) (i j : agent).

Variables (quiet : question G) (some_word : word G) (some_lot : lot G) (first_agent : agent).
Hypotheses (silent : forall q : question G, q = quiet) (one_round : rounds G = 1%N).
Notation silence := (@say_nothing R G some_word).
Notation take := (take quiet some_lot).

(** What she does without hearing anybody is worth the same whatever the rules are. *)
Lemma worth_take_any t C f : worth C (take t) f = \sum_xa alone f xa (t xa).
Proof.
have out xa xb a : outcome C (take t) xa xb a = (a == t xa)%:R.
  rewrite (outcome_signal silent one_round).
  under eq_bigr do rewrite reply_take.
  rewrite -mulr_suml (joint_sum1 (fun j => C j (sees j xb) [::] quiet)).
  by rewrite mul1r.
apply: eq_bigr => xa _; apply: eq_bigr => xb _.
rewrite (bigD1 (t xa)) //= big1 ?addr0; first by rewrite out eqxx mul1r.
by move=> a /negPf ne; rewrite out ne mul0r.
Qed.

Lemma take_hears t l S : hears (take t) l S.
Proof. by move=> xa h h' _; split. Qed.

(** What she hears if agent [i] says [w] and nobody else says anything, and what she does. *)
Definition hears_word i w : messages := with_own i (nothing_said some_word) w.
Definition nobody_else i c : profile G := replace (@say_nothing R G some_word) i c.

Lemma outcome_heard i c s xa xb a : outcome (nobody_else i c) s xa xb a
  = \sum_w signal quiet c (sees i xb) w * reply quiet s xa (hears_word i w) a.
Proof.
rewrite (outcome_signal silent one_round) (sum_messages i some_word); apply: eq_bigr => w _.
have none : of_others i some_word (nothing_said some_word : messages) by rewrite /of_others ffunE.
have prod t : \prod_j signal quiet (nobody_else i c j) (sees j xb) (with_own i t w j)
    = signal quiet c (sees i xb) w * \prod_(j | j != i) (t j == some_word)%:R.
  rewrite (bigD1 i) //= /nobody_else replace_same ffunE eqxx; congr (_ * _).
  by apply: eq_bigr => j /negPf ne; rewrite /replace ne ffunE ne.
rewrite (bigD1 (nothing_said some_word)) //= [X in _ + X]big1 ?addr0 => [|t /andP[/eqP ti ne]].
  by rewrite prod [X in _ * X * _]big1 ?mulr1 // => j _; rewrite ffunE eqxx.
rewrite prod [X in _ * X * _](_ : _ = 0) ?mulr0 ?mul0r //.
apply/eqP/prodf_eq0; case: (pickP (fun j => t j != some_word)) => [j nj|all].
  by exists j; [apply: contraNneq nj => ->; rewrite ti | rewrite (negPf nj)].
by case/eqP: ne; apply/ffunP => j; rewrite ffunE; apply/eqP/negbFE/all.
Qed.

(** ** If the others say nothing, she loses nothing by hearing one agent only *)
Definition others_silent i (h : transcript G) : transcript G := [ffun j =>
  if j == i then h i else if h i is [::] then [::] else [:: (quiet, some_word)]].
Definition hearing_one i s : strategy G := Strategy (draw s)
  (fun l xa h => ask s l xa (others_silent i h))
  (fun l xa h => choose s l xa (others_silent i h)).

Lemma hearing_one_hears i s l : hears (hearing_one i s) l [set i].
Proof.
move=> xa h h' /(_ i); rewrite inE eqxx => /(_ isT) E.
have same : others_silent i h = others_silent i h' by apply/ffunP => j; rewrite !ffunE E.
by rewrite /= same.
Qed.

Lemma worth_hearing_one i c s f :
  worth (replace silence i c) (hearing_one i s) f = worth (replace silence i c) s f.
Proof.
apply: eq_bigr => xa _; apply: eq_bigr => xb _; apply: eq_bigr => a _; congr (_ * _).
rewrite !outcome_heard; apply: eq_bigr => w _; congr (_ * _).
rewrite /reply /=; suff -> : others_silent i (heard quiet (hears_word i w))
    = heard quiet (hears_word i w) by [].
apply/ffunP => j; rewrite ffunE; have [-> //|ne] := eqVneq j i.
by rewrite !ffunE /= (negPf ne).
Qed.

(** ** The equilibrium *)
Variables (t : XA -> A) (turn : agent -> XA -> A -> A) (may : agent -> XA -> A -> bool).
Hypotheses (t_best : forall xa a, alone u xa a <= alone u xa (t xa))
  (turn_good : forall i, no_worse (turn i)) (turn_may : forall i xa a, may i xa (turn i xa a)).

Let favourite := favourite some_lot quiet first_agent.
Let best_reply_to C := Alone.alone some_lot quiet u (favourite C) (C (favourite C)).
Definition content C := worth C (take t) u == worth C (best_reply_to C) u.

(** She is content with silence if no agent's rule is worth more to her; otherwise she picks
    such an agent, and turns to other actions if it is he who has deviated. *)
Definition content_response : response G := fun o C =>
  if content C then take t
  else if o is Some i then turned (turn i) (best_reply_to C) else best_reply_to C.
Definition content_pick : picking G := fun _ C _ =>
  if content C then first_agent else favourite C.

Lemma best_reply_best C i s : (forall l, hears s l [set i]) ->
  worth C s u <= worth C (best_reply_to C) u.
Proof. by case: (favourite_best some_lot quiet first_agent C) => _; apply. Qed.

Lemma take_le C : worth C (take t) u <= worth C (best_reply_to C) u.
Proof. by apply: (@best_reply_best C first_agent) => l; apply: take_hears. Qed.

Lemma best_reply_hears C l : hears (best_reply_to C) l [set favourite C].
Proof. exact: alone_hears. Qed.

Lemma content_best_ai : best_ai content_response content_pick.
Proof.
move=> o C; rewrite /content_response /content_pick; case: ifP => [/eqP same|_].
  split=> [l _|i s hear]; first exact: take_hears.
  by rewrite same; apply: best_reply_best hear.
case: o => [j|]; split=> [l _|i s hear].
- exact: (@hears_instead _ _ (turn j)) (best_reply_hears l).
- exact: le_trans (best_reply_best C hear) (turned_worth C _ (turn_good j)).
- exact: best_reply_hears.
exact: best_reply_best hear.
Qed.

Lemma silent_optimal : optimal silence (take t).
Proof. by apply: take_optimal. Qed.

Lemma content_path : content_response None silence = take t.
Proof.
rewrite /content_response /content; suff -> : worth silence (take t) u
    = worth silence (best_reply_to silence) u by rewrite eqxx.
apply/eqP; rewrite eq_le take_le /=.
exact: silent_optimal.
Qed.

Theorem silence_equilibrium_picking gamma price kappa : 0 <= gamma ->
  (forall i, silent_covers (may i) i (price i) (kappa i)) ->
  (forall i, \sum_o price i o <= \sum_xa alone (U i) xa (t xa) + gamma) ->
  exists r pick, [/\ best_ai r pick, equilibrium gamma r silence
    & worth silence (r None silence) u = \sum_xa alone u xa (t xa)].
Proof.
move=> gamma0 cover enough; exists content_response, content_pick; split.
- exact: content_best_ai.
- move=> i c; rewrite content_path worth_take_any; set C := replace silence i c.
  rewrite /content_response; case: ifP => [_|/negP moves].
    by rewrite worth_take_any ler_addl.
  have is_i : favourite C = i.
    apply/eqP; apply: contra_notT moves => ne; rewrite /content eq_le take_le /=.
    have -> : worth C (best_reply_to C) u = worth silence (best_reply_to C) u.
      apply: (worth_alone_eq _ _ (@best_reply_hears C)).
      by rewrite /C /replace (negPf ne).
    rewrite worth_take_any -(worth_take_any t silence).
    exact: silent_optimal.
  have opt : optimal C (turned (turn i) (best_reply_to C)).
    move=> s; rewrite /C -(worth_hearing_one i c s u).
    apply: le_trans (turned_worth _ _ (turn_good i)).
    exact: (@best_reply_best C i _ (@hearing_one_hears i s)).
  apply: le_trans (enough i).
  apply: (prices_bound_within silent one_round
    (silent_covers_within quiet some_word (cover i)) _ opt).
  exact: (@turned_keeps R G quiet turn may turn_may i).
by rewrite content_path worth_take_any.
Qed.

End SilencePicks.

Print Assumptions silence_equilibrium_picking.
