(** * Rich alphabets: what the user does with more words (theory.md 1.2, 4.3, 5.2)

    Words that nobody says change nothing; so the theorems about finitely many words, also
    those about the user who picks, hold with a rich alphabet. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Hull Revealing BestAI Induction Alone Rich.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

Section Words.
Variables (R : realFieldType) (G : game R) (V W : finType) (e : embedding V W).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation GV := (with_words G V).
Notation GW := (with_words G W).
Notation questions := {ffun agent -> question G}.

(** Transcripts in the words [V] and in the words [W]. *)
Definition up (h : transcript GV) : transcript GW :=
  [ffun i => map (fun qm => (qm.1, into e qm.2)) (h i)].
Definition down (h : transcript GW) : transcript GV :=
  [ffun i => map (fun qm => (qm.1, back e qm.2)) (h i)].

Lemma up_back (p : private GV) :
  map (fun qm => (qm.1, back e qm.2)) (map (fun qm => (qm.1, into e qm.2)) p) = p.
Proof. by elim: p => //= -[q m] p /= ->; rewrite into_back. Qed.

Lemma upK : cancel up down.
Proof. by move=> h; apply/ffunP => i; rewrite !ffunE up_back. Qed.

Definition up_words (m : {ffun agent -> V}) : {ffun agent -> W} := [ffun i => into e (m i)].

Lemma up_grow h (q : questions) (m : {ffun agent -> V}) :
  grow (G := GW) (up h) q (up_words m) = up (grow (G := GV) h q m).
Proof. by apply/ffunP => i; rewrite !ffunE map_rcons. Qed.

(** A strategy in the words [W] as one in the words [V], and conversely. *)
Definition pull (s : strategy GW) : strategy GV :=
  @Strategy R GV (draw s) (fun l xa h => ask s l xa (up h)) (fun l xa h => choose s l xa (up h)).
Definition push_strategy (s : strategy GV) : strategy GW :=
  @Strategy R GW (draw s) (fun l xa h => ask s l xa (down h))
    (fun l xa h => choose s l xa (down h)).

(** Draws that are carried into more words. *)
Lemma joint_push (D : agent -> dist R V) (F : {ffun agent -> W} -> R) :
  \sum_(m : {ffun agent -> W}) (\prod_i push (into e) (D i) (m i)) * F m
  = \sum_(m : {ffun agent -> V}) (\prod_i D i (m i)) * F (up_words m).
Proof.
rewrite [RHS](partition_big up_words predT) //=; apply: eq_bigr => m _.
transitivity ((\sum_(m' | up_words m' == m) \prod_i D i (m' i)) * F m); last first.
  by rewrite mulr_suml; apply: eq_bigr => m' /eqP ->.
congr (_ * _); rewrite /push /= (bigA_distr_big_dep (fun i v => into e v == m i)) /=.
apply: eq_bigl => m'; apply/familyP/eqP => [all|<- i]; last by rewrite unfold_in ffunE.
by apply/ffunP => i; rewrite ffunE; apply/eqP; apply: all.
Qed.

Lemma taken_pull (C : profile GV) s l xa xb n h a :
  taken (lift e C) s l xa xb n (up h) a = taken C (pull s) l xa xb n h a.
Proof.
elim: n h => [|n IH] h //=; apply: eq_bigr => q _.
under eq_bigr do rewrite -mulrA; under [RHS]eq_bigr do rewrite -mulrA.
rewrite -!mulr_sumr; congr (_ * _).
pose D i := C i (sees i xb) (h i) (q i).
transitivity (\sum_(m : {ffun agent -> W}) (\prod_i push (into e) (D i) (m i))
    * taken (lift e C) s l xa xb n (grow (G := GW) (up h) q m) a).
  apply: eq_bigr => m _; congr (_ * _); apply: eq_bigr => i _.
  by rewrite /lift /lift_rule /D ffunE up_back.
rewrite (joint_push D (fun m => taken (lift e C) s l xa xb n (grow (G := GW) (up h) q m) a)).
by apply: eq_bigr => m _; rewrite up_grow IH.
Qed.

Lemma up_start : up (start GV) = start GW.
Proof. by apply/ffunP => i; rewrite !ffunE. Qed.

Lemma worth_pull (C : profile GV) s f : worth (lift e C) s f = worth C (pull s) f.
Proof.
do 3![apply: eq_bigr => ? _]; congr (_ * _); apply: eq_bigr => l _; congr (_ * _).
by rewrite /played -up_start taken_pull.
Qed.

Lemma worth_push (C : profile GV) s f : worth (lift e C) (push_strategy s) f = worth C s f.
Proof.
rewrite worth_pull; do 3![apply: eq_bigr => ? _]; congr (_ * _).
apply: eq_bigr => l _; congr (_ * _); rewrite /played.
elim: (rounds _) (start _) => [|n IH] h /=; first by rewrite upK.
by apply: eq_bigr => q _; apply: eq_bigr => m _; rewrite upK IH.
Qed.

Lemma hears_pull s l S : hears s l S -> hears (pull s) l S.
Proof.
move=> H xa h h' E; apply: (H xa (up h) (up h')) => i iS.
by rewrite !ffunE E.
Qed.

Lemma hears_push s l S : hears s l S -> hears (push_strategy s) l S.
Proof.
move=> H xa h h' E; apply: (H xa (down h) (down h')) => i iS.
by rewrite !ffunE E.
Qed.

(** What was best for her, remains best. *)
Theorem push_optimal (C : profile GV) s : optimal C s -> optimal (lift e C) (push_strategy s).
Proof. by move=> opt s'; rewrite worth_push worth_pull; apply: opt. Qed.

Theorem push_best_alone (C : profile GV) s pick :
  best_alone C s pick -> best_alone (lift e C) (push_strategy s) pick.
Proof.
move=> [hear best]; split=> [l dl|i s' H]; first by apply: hears_push; apply: hear.
by rewrite worth_push worth_pull; apply: (best i) => l; apply: hears_pull.
Qed.

End Words.

(** ** A response that plays a given strategy as long as nobody deviates *)
Section Extend.
Variables (R : realFieldType) (G : game R).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).

Lemma extend_bayes (C : profile G) s (r : agent -> profile G -> strategy G) :
  agent -> optimal C s -> (forall i C', optimal C' (r i C')) ->
  exists r' : response G, [/\ bayes r', r' None C = s & forall i, r' (Some i) = r i].
Proof.
move=> i0 opt r_opt; have [l _] := dist_inhabited (draw s).
have [q _] := someone_asks s i0.
have [r0 [r0_bayes r0_C _]] := response_with l q opt.
exists (fun o => if o is Some i then r i else r0 None).
by split=> // -[i|] C'; [apply: r_opt | apply: r0_bayes].
Qed.

Lemma extend_best_ai (C : profile G) s pick0 (r : agent -> profile G -> strategy G) pick :
  agent -> best_alone C s pick0 -> (forall i C', best_alone C' (r i C') (pick i C')) ->
  exists (r' : response G) pick', [/\ best_ai r' pick', r' None C = s
    & forall i, r' (Some i) = r i /\ pick' (Some i) = pick i].
Proof.
move=> i0 best r_best; have [l _] := dist_inhabited (draw s).
have [q _] := someone_asks s i0.
pose fav := favourite l q i0; pose alone := alone l q u.
pose keeps C' := worth C' s u == worth C' (alone (fav C') (C' (fav C'))) u.
exists (fun o C' => if o is Some i then r i C' else
    if keeps C' then s else alone (fav C') (C' (fav C'))).
exists (fun o C' => if o is Some i then pick i C' else
    if keeps C' then pick0 else fun=> fav C').
split=> // [[i|] C'|]; first exact: r_best.
  have [hear most] := favourite_best l q i0 C'; have [hear0 _] := best.
  case: ifP => [/eqP E|_]; last by split.
  by split=> // i s' H; rewrite E; apply: most H.
suff -> : keeps C by [].
have [hear most] := favourite_best l q i0 C; have [hear0 most0] := best.
apply/eqP/le_anti/andP; split; last first.
  by apply: (most0 (fav C)) => l'; apply: alone_hears.
have [l0 dl] := dist_inhabited (draw s).
rewrite -(worth_each best dl); apply: (most (pick0 l0)) => l'.
exact: hear0.
Qed.
End Extend.

(** ** G3 and the bound for the user who picks, with a rich alphabet *)
Section BestAI.
Variables (R : realFieldType) (G : game R).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).

(** What she does after deviations, and whom she picks. *)
Definition rich_picking V := forall W, embedding V W ->
  agent -> profile (with_words G W) -> lot G -> agent.
Definition rich_best_ai V (r : rich_response G V) (pick : rich_picking V) :=
  forall W (e : embedding V W) i (C : profile (with_words G W)),
  best_alone C (r W e i C) (pick W e i C).

(** Whatever holds of every equilibrium in the words [W] holds of [C] and [s]. *)
Theorem rich_best_ai_transfer gamma V (r : rich_response G V) pick W (e : embedding V W)
    (C : profile (with_words G V)) s pick0 (i0 : agent) :
  rich_best_ai r pick -> best_alone C s pick0 -> rich_equilibrium gamma r C s ->
  exists (r' : response (with_words G W)) pick',
    [/\ best_ai r' pick', equilibrium gamma r' (lift e C),
        forall f, worth (lift e C) (r' None (lift e C)) f = worth C s f
      & forall i, r' (Some i) = r W e i /\ pick' (Some i) = pick W e i].
Proof.
move=> rb best eqm.
have [r' [pick' [r'_best r'_C r'_dev]]] :=
  extend_best_ai (G := with_words G W) i0 (push_best_alone e best) (rb W e).
exists r', pick'; have same f : worth (lift e C) (r' None (lift e C)) f = worth C s f.
  by rewrite r'_C worth_push.
split=> //; apply: (rich_transfer (r := r) (s := s)) => // i.
by case: (r'_dev i).
Qed.

(** The bound of 5.2, where agents offer rules in the words [W]. *)
Theorem rich_best_ai_bound gamma V (r : rich_response G V) pick W (e : embedding V W)
    (C : profile (with_words G V)) s pick0 (i0 : agent) (m : multipliers G) D v :
  rich_best_ai r pick -> best_alone C s pick0 -> rich_equilibrium gamma r C s ->
  feasible m ->
  (forall (r' : response (with_words G W)) pick', best_ai r' pick' ->
     (forall i, r' (Some i) = r W e i /\ pick' (Some i) = pick W e i) ->
     secure_together (below r' v) r' (lambda m) D) ->
  v <= worth C s u \/
  (\sum_xa \sum_xb pi m xa xb) + D - gamma * (\sum_i lambda m i) <= worth C s u.
Proof.
move=> rb best eqm feas sec.
have [r' [pick' [r'_best r'_eqm same r'_dev]]] := rich_best_ai_transfer e i0 rb best eqm.
rewrite -(same u).
pose m' := @Multipliers R (with_words G W) (pi m) (kappa m) (lambda m).
exact: (best_ai_bound (m := m') r'_best feas (sec r' pick' r'_best r'_dev) r'_eqm).
Qed.
End BestAI.

Print Assumptions push_optimal.
Print Assumptions push_best_alone.
Print Assumptions rich_best_ai_transfer.
Print Assumptions rich_best_ai_bound.
