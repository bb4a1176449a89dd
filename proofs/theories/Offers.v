(** * Different offers to a user who picks (theory.md 6.7 and 6.12)

    Under the tie rule [any] she stays with the rule that she has unless a deviation is
    worth more to her. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Revealing BestAI Induction Alone.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

Section Offers.
Variables (R : realFieldType) (G : game R).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).
Variables (some_lot : lot G) (some_question : question G).
Implicit Types (C : profile G) (c : rule G) (s : strategy G) (i j : agent).

(** The strategy [s] hears agent [i] only. *)
Definition hears_only s i := forall l, hears s l [set i].

(** The user picks agent [w] and plays [s]; if agent [w] deviates to what is worth less,
    she falls back on agent [z], and plays [t]. *)
Variables (C : profile G) (w z : agent) (s t : strategy G).
Hypotheses (hears_w : hears_only s w) (hears_z : hears_only t z) (z_other : z != w).

(** Nothing that she could hear from one agent is worth more than [s], and nothing that
    she could hear from one agent but [w] is worth more than [t]. *)
Hypothesis s_best : forall j s', hears_only s' j -> worth C s' u <= worth C s u.
Hypothesis t_best : forall j s', j != w -> hears_only s' j -> worth C s' u <= worth C t u.

(** Whom she falls back on if agent [i] deviates. *)
Definition back_on (o : option agent) : agent * strategy G :=
  if o == Some w then (z, t) else (w, s).

Lemma back_on_hears o : hears_only (back_on o).2 (back_on o).1.
Proof. by rewrite /back_on; case: ifP. Qed.

(** If somebody has deviated she may turn from what she would do to something else, where
    this is worth as much to her. *)
Variable turn : option agent -> strategy G -> strategy G.
Hypothesis turn_hears : forall o s' i, hears_only s' i -> hears_only (turn o s') i.
Definition turned o C' s' := if worth C' s' u <= worth C' (turn o s') u then turn o s' else s'.

Let favourite := favourite some_lot some_question w.
Let alone := alone some_lot some_question u.
Definition stays o C' := worth C' (back_on o).2 u
  == worth C' (alone (favourite C') (C' (favourite C'))) u.

(** Her response: she stays where this is as good as anything else. *)
Definition stay : response G := fun o C' =>
  if stays o C' then (back_on o).2 else turned o C' (alone (favourite C') (C' (favourite C'))).
Definition stay_pick : picking G := fun o C' _ =>
  if stays o C' then (back_on o).1 else favourite C'.

Lemma stay_best_ai : best_ai stay stay_pick.
Proof.
move=> o C'; have [hear best] := favourite_best some_lot some_question w C'.
rewrite /stay /stay_pick; case: ifP => [/eqP E|_]; rewrite ?/turned.
  by split=> [l _|i s' H]; [exact: back_on_hears | rewrite E; apply: best H].
case: ifP => [le|_]; last by split.
split=> [l _|i s' H]; last exact: le_trans (best i s' H) le.
by apply: turn_hears => l'; apply: alone_hears.
Qed.

Lemma stay_path : stay None C = s.
Proof.
rewrite /stay; suff -> : stays None C by [].
have [hear best] := favourite_best some_lot some_question w C.
rewrite /stays /back_on /=; apply/eqP/le_anti/andP; split; first exact: best hears_w.
by apply: (s_best (j := favourite C)) => l; apply: alone_hears.
Qed.

(** Whoever deviates, she is worth at least as much with whom she falls back on as with
    any other but the deviator. *)
Lemma back_on_other i : (back_on (Some i)).1 != i.
Proof.
rewrite /back_on; case: (Some i =P Some w) => [[->] |ne] /=; first exact: z_other.
by apply/eqP => wi; apply: ne; rewrite wi.
Qed.

Lemma worth_other i c j s' f : j != i -> hears_only s' j ->
  worth (replace C i c) s' f = worth C s' f.
Proof.
by move=> ji H; apply: worth_alone_eq H; rewrite /replace (negPf ji).
Qed.

Lemma back_on_best i c j s' : j != i -> hears_only s' j ->
  worth (replace C i c) s' u <= worth (replace C i c) (back_on (Some i)).2 u.
Proof.
move=> ji H; rewrite (worth_other c _ ji H).
rewrite (worth_other c _ (back_on_other i) (@back_on_hears _)).
rewrite /back_on; case: (Some i =P Some w) => [[iw]|_] /=; last exact: s_best H.
by apply: t_best H; rewrite -iw.
Qed.

(** Theorem 6.12 under [any]: such offers are a gamma-equilibrium if no agent gains more
    than gamma by a rule that is worth more to her than what she falls back on, and agent
    [w] does not gain by being left. *)
Theorem stay_equilibrium gamma :
  (forall i c s', hears_only s' i ->
     worth (replace C i c) s' u <= worth (replace C i c) (turn (Some i) s') u) ->
  (forall i c s', best_to i c C (turn (Some i) s') ->
     worth C (back_on (Some i)).2 u < worth (replace C i c) (turn (Some i) s') u ->
     worth (replace C i c) (turn (Some i) s') (U i) <= worth C s (U i) + gamma) ->
  (forall i, worth C (back_on (Some i)).2 (U i) <= worth C s (U i) + gamma) ->
  equilibrium gamma stay C.
Proof.
move=> good no_gain no_loss i c; rewrite stay_path; set C' := replace C i c; rewrite /stay.
case: ifP => [_|moves].
  by rewrite (worth_other c _ (back_on_other i) (@back_on_hears _)).
have [hear best] := favourite_best some_lot some_question w C'.
rewrite -/favourite -/alone in hear best.
have more : worth C (back_on (Some i)).2 u < worth C' (alone (favourite C') (C' (favourite C'))) u.
  rewrite -(worth_other c _ (back_on_other i) (@back_on_hears _)) -/C'.
  by rewrite lt_neqAle -/(stays (Some i) C') moves /=; apply: best (@back_on_hears _).
have is_i : favourite C' = i.
  apply/eqP; apply: contraTT more => ne; rewrite -leNgt.
  rewrite -(worth_other c _ (back_on_other i) (@back_on_hears _)).
  by apply: back_on_best ne _ => l; apply: alone_hears.
rewrite is_i in more best *; have hears_i : hears_only (alone i (C' i)) i.
  by move=> l; apply: alone_hears.
have le := good i c _ hears_i; rewrite /turned le.
apply: no_gain; last exact: lt_le_trans more le.
by split=> [l|s' H]; [apply: turn_hears | apply: le_trans (best i s' H) le].
Qed.

Corollary turning_equilibrium gamma :
  (forall i c s', hears_only s' i ->
     worth (replace C i c) s' u <= worth (replace C i c) (turn (Some i) s') u) ->
  (forall i c s', best_to i c C (turn (Some i) s') ->
     worth C (back_on (Some i)).2 u < worth (replace C i c) (turn (Some i) s') u ->
     worth (replace C i c) (turn (Some i) s') (U i) <= worth C s (U i) + gamma) ->
  (forall i, worth C (back_on (Some i)).2 (U i) <= worth C s (U i) + gamma) ->
  exists r pick, [/\ best_ai r pick, r None C = s & equilibrium gamma r C].
Proof.
move=> good no_gain no_loss; exists stay, stay_pick.
by split; [exact: stay_best_ai | exact: stay_path | exact: stay_equilibrium].
Qed.

End Offers.

(** The same if she does not turn to anything else. *)
Corollary offers_equilibrium (R : realFieldType) (G : game R) (some_lot : lot G)
    (some_question : question G) (C : profile G) (w z : 'I_(agents G)) (s t : strategy G) gamma :
  hears_only s w -> hears_only t z -> z != w ->
  (forall j s', hears_only s' j ->
     worth C s' (@user_payoff R G) <= worth C s (@user_payoff R G)) ->
  (forall j s', j != w -> hears_only s' j ->
     worth C s' (@user_payoff R G) <= worth C t (@user_payoff R G)) ->
  (forall i c s', best_to i c C s' ->
     worth C (back_on w z s t (Some i)).2 (@user_payoff R G)
       < worth (replace C i c) s' (@user_payoff R G) ->
     worth (replace C i c) s' (@agent_payoff R G i) <= worth C s (@agent_payoff R G i) + gamma) ->
  (forall i, worth C (back_on w z s t (Some i)).2 (@agent_payoff R G i)
     <= worth C s (@agent_payoff R G i) + gamma) ->
  exists r pick, [/\ best_ai r pick, r None C = s & equilibrium gamma r C].
Proof.
move=> hw hz zw best best' no_gain no_loss.
by apply: (@turning_equilibrium _ _ some_lot some_question C w z s t hw hz zw best best' (fun=> id)).
Qed.

(** Theorem 6.7 (a common rule): if two agents offer rules to which she responds alike,
    worth to her at least what any agent alone could offer her, this is an equilibrium,
    whatever the others offer. *)
Theorem common_rule (R : realFieldType) (G : game R) (C : profile G) (w z : 'I_(agents G))
    (s t : strategy G) :
  hears_only s w -> hears_only t z -> z != w ->
  (forall f, worth C s f = worth C t f) ->
  (forall j c s', hears_only s' j ->
     worth (replace C j c) s' (@user_payoff R G) <= worth C s (@user_payoff R G)) ->
  exists r pick, [/\ best_ai r pick, r None C = s & equilibrium 0 r C].
Proof.
move=> hw hz zw same most.
have [l _] := dist_inhabited (draw s); have [q _] := someone_asks s w.
have best j s' : hears_only s' j ->
    worth C s' (@user_payoff R G) <= worth C s (@user_payoff R G).
  move=> H; have := most j (C j) s' H; rewrite (worth_ext (C' := C)) // => i.
  by rewrite /replace; case: eqP => // ->.
apply: (offers_equilibrium l q hw hz zw best).
- by move=> j s' _ H; rewrite -same; apply: best H.
- move=> i c s' [H _]; rewrite ltNge; have -> : worth (replace C i c) s'
      (@user_payoff R G) <= worth C (back_on w z s t (Some i)).2 (@user_payoff R G).
    by rewrite /back_on; case: (Some i =P Some w) => _ /=; rewrite -?same; apply: most H.
  by [].
by move=> i; rewrite addr0 /back_on; case: (Some i =P Some w) => _ /=; rewrite ?same.
Qed.

Print Assumptions offers_equilibrium.
Print Assumptions common_rule.
