(** * A rule that two agents offer, where ties do not depend on names (theory.md 6.7)

    Under [belief] and [order], and whoever offers a rule, the user who picks plays against
    it in the same way.  There is such a response, by backward induction; she may stay away
    from whoever has deviated where another agent is worth as much to her. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Revealing BestAI Induction Alone Offers.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

Section SamePick.
Variables (R : realFieldType) (G : game R).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).
Variables (some_lot : lot G) (some_question : question G) (some_agent : agent).
Implicit Types (C : profile G) (c : rule G) (i j : agent).

Notation her_alone := (alone some_lot some_question u).
Notation favourite := (favourite some_lot some_question some_agent).

(** Whom she would like to hear, by who has deviated; whom she hears; and what she does. *)
Variable prefers : option agent -> agent.
Definition whom o C := if worth C (her_alone (prefers o) (C (prefers o))) u
    == worth C (her_alone (favourite C) (C (favourite C))) u
  then prefers o else favourite C.
Definition by_preference : response G := fun o C => her_alone (whom o C) (C (whom o C)).
Definition preferred : picking G := fun o C _ => whom o C.

Lemma preferred_best : best_ai by_preference preferred.
Proof.
move=> o C; rewrite /by_preference /preferred /whom.
have [hear best] := favourite_best some_lot some_question some_agent C.
case: ifP => [/eqP E|_]; last by split.
by split=> [l _|i s H]; [exact: alone_hears | rewrite E; apply: best H].
Qed.

Lemma preferred_anonymous : anonymous by_preference preferred.
Proof.
move=> o C l o' C' l' _ _ E xa xb a.
have nil i j : start G i = start G j by rewrite !ffunE.
exact: (@taken_same R G some_lot some_question u C C' _ _ l l' xa xb (rounds G) _ _ a E (nil _ _)).
Qed.

Lemma value_heard C i xa (h : transcript G) :
  value_alone u i (C i) xa (h i) =1 value C [set i] xa h.
Proof. by move=> a; apply: eq_bigr => xb _; rewrite /likely big_set1. Qed.

Lemma preferred_order : ties_by_order by_preference (picked preferred).
Proof.
move=> o C l xa h a _ _ _; rewrite /= /sure /=; case: eqP => [-> _|_]; last by rewrite ltxx.
apply: is_first_ext (best_action_first _); exact: value_heard.
Qed.

Lemma preferred_belief : ties_by_belief by_preference (picked preferred).
Proof.
exists (fun xa q a => (a == best_action (by_belief xa q))%:R) => o C l xa h _ _ pos a /=.
rewrite (@arg_max_scale _ _ _ (by_belief xa (posterior C (picked preferred o C l) xa h)) _
  (likely_total_gt0 pos)) // => b.
by rewrite value_heard; apply: value_belief.
Qed.

(** Rules that are worth as much to her as anything could be are an equilibrium, if two
    agents offer the same one. *)
Variables (C : profile G) (i j : agent).
Hypotheses (ij : i != j) (same : same_rule i (C i) j (C j)).
Hypothesis attains : worth C (her_alone i (C i)) u = OPT G.
Hypothesis stays_with : forall o, prefers o = if o == Some i then j else i.

Lemma alike l l' xa xb a : played C (her_alone i (C i)) l xa xb a = played C (her_alone j (C j)) l' xa xb a.
Proof.
by apply: (@taken_same R G some_lot some_question u C C i j l l' xa xb _ _ _ a same); rewrite !ffunE.
Qed.

Lemma alike_worth f : worth C (her_alone i (C i)) f = worth C (her_alone j (C j)) f.
Proof. by do 3![apply: eq_bigr => ? _]; congr (_ * _); apply: eq_bigr => l _; rewrite (alike l l). Qed.

Lemma still_attains k c m : m != k -> worth C (her_alone m (C m)) u = OPT G ->
  worth (replace C k c) (her_alone m (replace C k c m)) u = OPT G.
Proof.
move=> mk E; have R_m : replace C k c m = C m by rewrite /replace (negPf mk).
rewrite R_m -E; apply: (worth_alone_eq (i := m) _ R_m) => l; exact: alone_hears.
Qed.

Lemma whom_preferred o C' : worth C' (her_alone (prefers o) (C' (prefers o))) u = OPT G ->
  whom o C' = prefers o.
Proof.
move=> E; rewrite /whom; case: eqP => // ne; case: ne; apply/eqP.
rewrite E eq_le worth_le_OPT andbT -E.
have [_ best] := favourite_best some_lot some_question some_agent C'.
by apply: (best (prefers o)) => l; apply: alone_hears.
Qed.

Theorem same_rule_equilibrium : equilibrium 0 by_preference C /\
  worth C (by_preference None C) u = OPT G.
Proof.
have path : whom None C = i by rewrite whom_preferred stays_with.
split; last by rewrite /by_preference path.
move=> k c; rewrite addr0 /by_preference path.
have other : prefers (Some k) != k.
  rewrite stays_with; case: (Some k =P Some i) => [[->]|ne]; first by rewrite eq_sym.
  by apply/eqP => E; apply: ne; rewrite E.
have worth_other : worth C (her_alone (prefers (Some k)) (C (prefers (Some k)))) u = OPT G.
  by rewrite stays_with; case: ifP => _; rewrite -?alike_worth.
rewrite (whom_preferred (still_attains c other worth_other)).
have R_m : replace C k c (prefers (Some k)) = C (prefers (Some k)) by rewrite /replace (negPf other).
rewrite R_m (worth_alone_eq (i := prefers (Some k)) (C' := C) _ R_m); last first.
  by move=> l; apply: alone_hears.
by rewrite stays_with; case: ifP => _; rewrite -?alike_worth.
Qed.

End SamePick.

Print Assumptions same_rule_equilibrium.
Print Assumptions preferred_belief.
Print Assumptions preferred_order.
