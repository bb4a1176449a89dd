(** * Offers to a user who picks, with a rich alphabet (theory.md 6.1, 6.12)

    What an offer can give is bounded by dual prices of a program without the others'
    messages; and where these allow no gain, offers are an equilibrium under [any]. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound BestAI Prices Offers Rich RichPlay.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

Section RichOffers.
Variables (R : realFieldType) (G : game R).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).
Variables (some_lot : lot G) (some_question : question G).
Variables (V : finType) (C : profile (with_words G V)) (w z : agent).
Variables (s t : strategy (with_words G V)).
Hypotheses (hears_w : hears_only s w) (hears_z : hears_only t z) (z_other : z != w).
Hypothesis s_best : forall j (s' : strategy (with_words G V)), hears_only s' j ->
  worth C s' u <= worth C s u.
Hypothesis t_best : forall j (s' : strategy (with_words G V)), j != w ->
  hears_only s' j -> worth C s' u <= worth C t u.

Notation GW W := (with_words G W).

(** Theorem 6.12 under [any], where agents may use any words. *)
Theorem rich_offers_equilibrium gamma :
  (forall W (e : embedding V W) i (c : rule (GW W)) s',
     best_to (G := GW W) i c (lift e C) s' ->
     worth C (back_on (G := GW V) w z s t (Some i)).2 u
       < worth (replace (G := GW W) (lift e C) i c) s' u ->
     worth (replace (G := GW W) (lift e C) i c) s' (U i) <= worth C s (U i) + gamma) ->
  (forall i, worth C (back_on (G := GW V) w z s t (Some i)).2 (U i) <= worth C s (U i) + gamma) ->
  exists (r : rich_response G V) pick, rich_best_ai r pick /\ rich_equilibrium gamma r C s.
Proof.
move=> no_gain no_loss.
pose S W (e : embedding V W) := push_strategy e s.
pose T W (e : embedding V W) := push_strategy e t.
pose r : rich_response G V := fun W e i =>
  @stay R (GW W) some_lot some_question w z (S W e) (T W e) (Some i).
pose pick : rich_picking G V := fun W e i =>
  @stay_pick R (GW W) some_lot some_question w z (S W e) (T W e) (Some i).
have hS W e : hears_only (G := GW W) (S W e) w by move=> l; apply: hears_push.
have hT W e : hears_only (G := GW W) (T W e) z by move=> l; apply: hears_push.
exists r, pick; split=> [W e i C'|W e i c].
  exact: (stay_best_ai (G := GW W) some_lot some_question (hS W e) (hT W e) (Some i)).
have bS j s' : hears_only (G := GW W) s' j ->
    worth (lift e C) s' u <= worth (lift e C) (S W e) u.
  move=> H; rewrite worth_push worth_pull; apply: (s_best (j := j)) => l.
  exact: hears_pull.
have bT j s' : j != w -> hears_only (G := GW W) s' j ->
    worth (lift e C) s' u <= worth (lift e C) (T W e) u.
  move=> jw H; rewrite worth_push worth_pull; apply: (t_best jw) => l.
  exact: hears_pull.
have back f i0 : worth (lift e C) (back_on (G := GW W) w z (S W e) (T W e) (Some i0)).2 f
    = worth C (back_on (G := GW V) w z s t (Some i0)).2 f.
  by rewrite /back_on; case: ifP => _; apply: worth_push.
rewrite -(worth_push e).
have path : stay (G := GW W) some_lot some_question w z (S W e) (T W e) None (lift e C) = S W e.
  exact: (stay_path (G := GW W) some_lot some_question z (T W e) (hS W e) bS).
have := @stay_equilibrium R (GW W) some_lot some_question (lift e C) w z (S W e) (T W e)
  (hS W e) (hT W e) z_other bS bT gamma.
rewrite /equilibrium path; apply=> [i0 c0 s' best|i0].
  by rewrite back worth_push; apply: no_gain.
by rewrite back worth_push; apply: no_loss.
Qed.

End RichOffers.
