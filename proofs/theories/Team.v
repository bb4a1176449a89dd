(** * G3 with TEAM (theory.md 3.1, 4.3)

    Where all agents see the same, they have one TEAM, and the user who picks has at least
    that less twice the hull distance. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Hull Revealing BestAI Induction Alone.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

Section Team.
Variables (R : realFieldType) (G : game R).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Implicit Types (c : rule G) (i j : agent) (C : profile G).

(** Backward induction finds what a rule is worth to her alone. *)
Lemma worth_alone_gain (some_lot : lot G) (some_question : question G) i c :
  worth_alone i c
    (\sum_xa gain_alone some_question u i c xa (rounds G) [::]).
Proof.
have eq C : worth (replace C i c) (alone some_lot some_question u i c) u
    = \sum_xa gain_alone some_question u i c xa (rounds G) [::].
  by rewrite -{2}(replace_same C i c) alone_worth replace_same.
split=> [|C s H].
  by exists (alone some_lot some_question u i c); split=> // l; apply: alone_hears.
have := alone_best some_lot some_question u (replace C i c) H.
by rewrite replace_same eq.
Qed.

Lemma worth_alone_unique i c v v' : worth_alone i c v -> worth_alone i c v' -> v = v'.
Proof.
move=> [[s [H E]] le] [[s' [H' E']] le'].
apply/eqP; rewrite eq_le -(E (fun=> c)) le' //= (E (fun=> c)) -(E' (fun=> c)).
exact: le.
Qed.

(** Agents whose rules are the same are worth the same to her. *)
Lemma worth_alone_same i c j c' v : strategy G -> same_rule i c j c' ->
  worth_alone i c v -> worth_alone j c' v.
Proof.
move=> s E worth_i; have [l _] := dist_inhabited (draw s).
have [q _] := someone_asks s i.
rewrite (worth_alone_unique worth_i (worth_alone_gain l q i c)).
under eq_bigr do rewrite (gain_same q u _ _ _ E).
exact: worth_alone_gain.
Qed.

(** A rule that is worth OPT to her alone teaches her, whatever the others say. *)
Lemma worth_alone_teaches i c : worth_alone i c (OPT G) -> teaches i c.
Proof.
move=> [[s [_ worth_s]] _] C s' Ci best; apply/eqP; rewrite eq_le worth_le_OPT /=.
rewrite -(worth_s C); apply: le_trans (best s); rewrite le_eqVlt; apply/orP; left; apply/eqP.
by apply: worth_ext => j; rewrite /replace; case: eqP => // ->.
Qed.

(** There is no TEAM above OPT, and it is OPT if an agent can tell her a best action. *)
Lemma TEAM_le_OPT i v : TEAM i v -> v <= OPT G.
Proof.
by case=> [[c [[s [_ E]] _]] _]; rewrite -(E (fun=> c)); apply: worth_le_OPT.
Qed.

Theorem TEAM_OPT i c p t : strategy G -> right (G := G) t -> tells i c p t ->
  TEAM i (OPT G).
Proof.
move=> s best tell; split; first by exists c; apply: tells_worth_alone s best tell.
by move=> c' v [[s' [_ E]] _]; rewrite -(E (fun=> c)); apply: worth_le_OPT.
Qed.

(** G3 with TEAM. *)
Theorem G3_TEAM (r : response G) pick w (k : R) eps gamma C j v : best_ai r pick ->
  anonymous r pick -> near (G := G) w k eps -> 0 <= gamma -> equilibrium gamma r C ->
  (forall i i' xb, sees i xb = sees i' xb) -> TEAM j v ->
  v - eps *+ 2 - gamma <= worth C (r None C) u.
Proof.
move=> rb unnamed aligned gamma0 eqm same [[T T_v] _].
have all i i' : same_rule i T i' T by move=> xb p q a; rewrite (same i i').
apply: (G3 rb unnamed (T := fun=> T) _ _ aligned gamma0 eqm) => // i _.
exact: worth_alone_same (r None C) (all j i) T_v.
Qed.

End Team.

Print Assumptions worth_alone_gain.
Print Assumptions TEAM_OPT.
Print Assumptions G3_TEAM.
