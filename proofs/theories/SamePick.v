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

(** Two agents offer the same rule, and she has no better one.  Whoever deviates, she stays
    with one of the two unless his rule is worth more to her. *)
Variables (C : profile G) (i j : agent).
Hypotheses (ij : i != j) (same : same_rule i (C i) j (C j)).
Hypothesis stays_with : forall o, prefers o = if o == Some i then j else i.
Notation worth_of C k := (worth C (her_alone k (C k))).
Hypothesis best_offer : forall k, worth_of C k u <= worth_of C i u.

Lemma alike l l' xa xb a : played C (her_alone i (C i)) l xa xb a = played C (her_alone j (C j)) l' xa xb a.
Proof.
by apply: (@taken_same R G some_lot some_question u C C i j l l' xa xb _ _ _ a same); rewrite !ffunE.
Qed.

Lemma alike_worth f : worth_of C i f = worth_of C j f.
Proof. by do 3![apply: eq_bigr => ? _]; congr (_ * _); apply: eq_bigr => l _; rewrite (alike l l). Qed.

Lemma preferred_worth o f : worth_of C (prefers o) f = worth_of C i f.
Proof. by rewrite stays_with; case: ifP => _; rewrite -?alike_worth. Qed.

Lemma other_worth k c m f : m != k -> worth_of (replace C k c) m f = worth_of C m f.
Proof.
move=> mk; have R_m : replace C k c m = C m by rewrite /replace (negPf mk).
by rewrite R_m; apply: (worth_alone_eq (i := m) _ R_m) => l; exact: alone_hears.
Qed.

Lemma prefers_other k : prefers (Some k) != k.
Proof.
rewrite stays_with; case: (Some k =P Some i) => [[->]|ne]; first by rewrite eq_sym.
by apply/eqP => E; apply: ne; rewrite E.
Qed.

Lemma preferred_path : by_preference None C = her_alone i (C i).
Proof.
have P : prefers None = i by rewrite stays_with.
suff E : whom None C = i by rewrite /by_preference E.
rewrite /whom P; case: eqP => // ne; case: ne; apply/eqP; rewrite eq_le best_offer andbT.
by have [_ best] := favourite_best some_lot some_question some_agent C; apply: (best i) => l; apply: alone_hears.
Qed.

Theorem preferred_equilibrium gamma : 0 <= gamma ->
  (forall k c, worth_of C i u < worth_of (replace C k c) k u ->
     worth_of (replace C k c) k (U k) <= worth_of C i (U k) + gamma) ->
  equilibrium gamma by_preference C.
Proof.
move=> gamma0 no_gain k c; rewrite preferred_path /by_preference /whom.
rewrite (other_worth _ _ (prefers_other k)) preferred_worth; case: eqP => [_|/eqP moves].
  by rewrite (other_worth _ _ (prefers_other k)) preferred_worth ler_addl.
set C' := replace C k c in moves *; set m := favourite C' in moves *.
have more : worth_of C i u < worth_of C' m u.
  rewrite lt_neqAle moves -(preferred_worth (Some k)) -(other_worth c _ (prefers_other k)).
  have [_ best] := favourite_best some_lot some_question some_agent C'.
  by apply: (best (prefers (Some k))) => l; apply: alone_hears.
have is_k : m = k.
  by apply/eqP; apply: contraTT more => ne; rewrite -leNgt other_worth.
by rewrite is_k in more *; apply: no_gain.
Qed.

(** Rules that are worth as much to her as anything could be are an equilibrium. *)
Theorem same_rule_equilibrium : worth_of C i u = OPT G -> equilibrium 0 by_preference C.
Proof.
move=> attains; apply: preferred_equilibrium => // k c.
by rewrite attains ltNge worth_le_OPT.
Qed.

End SamePick.

Print Assumptions preferred_equilibrium.
Print Assumptions same_rule_equilibrium.
Print Assumptions preferred_belief.
Print Assumptions preferred_order.
