(** * The user who picks has a best response, too (theory.md 1.3, 1.6)

    Backward induction against one agent; then she picks the best. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Revealing Induction.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

Lemma arg_max_ext (R : realFieldType) (T : finType) (t : T) (F F' : T -> R) :
  F =1 F' -> [arg max_(x > t) F x]%O = [arg max_(x > t) F' x]%O.
Proof.
move=> E; rewrite /Order.arg_max /extremum; congr (odflt _ _); apply: eq_pick => x /=.
by apply: eq_forallb => y; rewrite !E.
Qed.

Section Alone.
Variables (R : realFieldType) (G : game R).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Variables (some_lot : lot G) (some_question : question G) (some_agent : agent).
Implicit Types (C : profile G) (c : rule G) (p : private G) (h : transcript G).

Section Payoff.
Variable f : A -> state G -> R.

(** Here [f] are any payoffs, as if they were hers. *)

(** What an action is worth after what agent [i] has said. *)
Definition value_alone i c xa p a := \sum_xb says c (sees i xb) [::] p * W f xa xb a.

Definition best_question (F : question G -> R) := [arg max_(q > some_question) F q]%O.
Lemma best_questionP F q : F q <= F (best_question F).
Proof. by rewrite /best_question; case: arg_maxP => // q' _; apply. Qed.

(** What she can still get from agent [i] where [n] rounds are left. *)
Fixpoint gain_alone i c xa n p : R :=
  if n is n'.+1 then
    let F q := \sum_m gain_alone i c xa n' (rcons p (q, m)) in F (best_question F)
  else most (value_alone i c xa p).

Definition next i c xa p q := \sum_m gain_alone i c xa (rounds G - size p).-1 (rcons p (q, m)).
Definition alone i c : strategy G := Strategy
  (sure R some_lot)
  (fun _ xa h => sure R [ffun=> best_question (next i c xa (h i))])
  (fun _ xa h => sure R (best_action (value_alone i c xa (h i)))).

Lemma alone_hears i c l : hears (alone i c) l [set i].
Proof.
move=> xa h h' /(_ i); rewrite inE eqxx => /(_ isT) E.
by split=> a /=; rewrite E.
Qed.

Definition gets_alone C s i l xa n (h : transcript G) : R := \sum_a \sum_xb
  says (C i) (sees i xb) [::] (h i) * taken C s l xa xb n h a * W f xa xb a.

Lemma gets_alone_end C s i l xa h :
  gets_alone C s i l xa 0 h = \sum_a choose s l xa h a * value_alone i (C i) xa (h i) a.
Proof.
apply: eq_bigr => a _; rewrite /value_alone mulr_sumr; apply: eq_bigr => xb _ /=.
by rewrite mulrCA mulrA.
Qed.

Lemma gets_alone_round C s i l xa n h : hears s l [set i] ->
  gets_alone C s i l xa n.+1 h = \sum_q ask s l xa h q *
    \sum_m gets_alone C s i l xa n (grow h q [ffun=> m]).
Proof.
move=> H.
pose X a xb q m := ask s l xa h q *
  (says (C i) (sees i xb) [::] (grow h q [ffun=> m] i)
   * taken C s l xa xb n (grow h q [ffun=> m]) a * W f xa xb a).
transitivity (\sum_a \sum_xb \sum_q \sum_m X a xb q m).
  apply: eq_bigr => a _; apply: eq_bigr => xb _ /=.
  rewrite [says _ _ _ _ * _]mulr_sumr mulr_suml; apply: eq_bigr => q _.
  pose F m := taken C s l xa xb n (grow h q [ffun=> m]) a.
  have -> : \sum_(m : {ffun agent -> word G}) ask s l xa h q
        * (\prod_j C j (sees j xb) (h j) (q j) (m j)) * taken C s l xa xb n (grow h q m) a
      = ask s l xa h q * \sum_m C i (sees i xb) (h i) (q i) m * F m.
    rewrite -(joint_one (fun j => C j (sees j xb) (h j) (q j))) mulr_sumr.
    apply: eq_bigr => m _; rewrite -mulrA; congr (_ * (_ * _)).
    by apply: (taken_alone _ _ _ _ (erefl (C i)) H); rewrite !ffunE.
  rewrite mulr_sumr [says _ _ _ _ * _]mulr_sumr mulr_suml; apply: eq_bigr => m _.
  rewrite /X !ffunE says_rcons /F !mulrA; congr (_ * _ * _).
  by rewrite [says _ _ _ _ * _]mulrC.
transitivity (\sum_a \sum_q \sum_m \sum_xb X a xb q m).
  apply: eq_bigr => a _; rewrite exchange_big /=; apply: eq_bigr => q _.
  exact: exchange_big.
rewrite exchange_big /=; apply: eq_bigr => q _; rewrite mulr_sumr exchange_big /=.
apply: eq_bigr => m _; rewrite mulr_sumr; apply: eq_bigr => a _.
by rewrite mulr_sumr.
Qed.

Lemma gets_alone_le C s i l xa n h : hears s l [set i] ->
  gets_alone C s i l xa n h <= gain_alone i (C i) xa n (h i).
Proof.
move=> H; elim: n h => [|n IH] h.
  rewrite gets_alone_end -[leRHS]mul1r -(mass_sum1 (choose s l xa h)) mulr_suml.
  by apply: ler_sum => a _; rewrite ler_wpmul2l ?mass_ge0 // most_ge.
rewrite gets_alone_round //= -[leRHS]mul1r -[X in _ <= X * _](mass_sum1 (ask s l xa h)).
rewrite mulr_suml; apply: ler_sum => q _; rewrite ler_wpmul2l ?mass_ge0 //.
pose F q := \sum_m gain_alone i (C i) xa n (rcons (h i) (q, m)).
apply: le_trans (best_questionP F (q i)); apply: ler_sum => m _.
by apply: le_trans (IH _) _; rewrite !ffunE.
Qed.

Lemma alone_gets C i l xa n h : (size (h i) + n = rounds G)%N ->
  gets_alone C (alone i (C i)) i l xa n h = gain_alone i (C i) xa n (h i).
Proof.
elim: n h => [|n IH] h len; first by rewrite gets_alone_end sum_sure.
rewrite gets_alone_round; last exact: alone_hears.
rewrite sum_sure /= /next -len addKn /=; apply: eq_bigr => m _.
rewrite IH !ffunE //= ?size_rcons ?addSnnS //.
Qed.

Lemma worth_gets_alone C s i : worth C s f
  = \sum_xa \sum_l draw s l * gets_alone C s i l xa (rounds G) (start G).
Proof.
apply: eq_bigr => xa _; rewrite /gets_alone.
under [RHS]eq_bigr do rewrite mulr_sumr.
rewrite exchange_big /= [RHS]exchange_big /=; apply: eq_bigr => a _.
under [RHS]eq_bigr do rewrite mulr_sumr.
rewrite [RHS]exchange_big /=; apply: eq_bigr => xb _.
rewrite mulr_suml; apply: eq_bigr => l _; rewrite !mulrA; congr (_ * _).
by rewrite ffunE /= mulr1.
Qed.

(** No strategy that hears only agent [i] is worth more. *)
Lemma alone_best C s i : (forall l, hears s l [set i]) ->
  worth C s f <= worth C (alone i (C i)) f.
Proof.
move=> H; rewrite !(worth_gets_alone _ _ i); apply: ler_sum => xa _.
rewrite sum_sure alone_gets ?ffunE //.
rewrite -[leRHS]mul1r -(mass_sum1 (draw s)) mulr_suml; apply: ler_sum => l _.
rewrite ler_wpmul2l ?mass_ge0 //; apply: le_trans (gets_alone_le _ _ _ _ (H l)) _.
by rewrite ffunE.
Qed.

Lemma alone_worth C i :
  worth C (alone i (C i)) f = \sum_xa gain_alone i (C i) xa (rounds G) [::].
Proof.
rewrite (worth_gets_alone _ _ i); apply: eq_bigr => xa _.
by rewrite sum_sure alone_gets ffunE.
Qed.

(** Her response does not depend on who offers a rule. *)
Lemma says_same (c c' : rule G) o o' past p : (forall past q, c o past q =1 c' o' past q) ->
  says c o past p = says c' o' past p.
Proof.
by move=> E; elim: p past => //= -[q m] p IH past; rewrite E IH.
Qed.

Lemma gain_same i c j c' xa n p : same_rule i c j c' ->
  gain_alone i c xa n p = gain_alone j c' xa n p.
Proof.
move=> E; elim: n p => [|n IH] p /=.
  have V : value_alone i c xa p =1 value_alone j c' xa p.
    move=> a; apply: eq_bigr => xb _; congr (_ * _); apply: says_same => past q.
    exact: E.
  by rewrite /most V (arg_max_ext _ V).
pose F q := \sum_m gain_alone i c xa n (rcons p (q, m)).
pose F' q := \sum_m gain_alone j c' xa n (rcons p (q, m)).
rewrite -[LHS]/(F (best_question F)) -[RHS]/(F' (best_question F')).
have V : F =1 F' by move=> q; apply: eq_bigr => m _; rewrite IH.
by rewrite /best_question (arg_max_ext _ V) V.
Qed.

Lemma taken_same C C' i j l l' xa xb n h h' a : same_rule i (C i) j (C' j) -> h i = h' j ->
  taken C (alone i (C i)) l xa xb n h a = taken C' (alone j (C' j)) l' xa xb n h' a.
Proof.
move=> E; elim: n h h' => [|n IH] h h' hi /=.
  have V : value_alone i (C i) xa (h i) =1 value_alone j (C' j) xa (h' j).
    move=> b; rewrite hi; apply: eq_bigr => xb' _; congr (_ * _).
    by apply: says_same => past q; apply: E.
  by rewrite /sure /= /best_action (arg_max_ext _ V).
have V : next i (C i) xa (h i) =1 next j (C' j) xa (h' j).
  by move=> q; apply: eq_bigr => m _; rewrite hi (gain_same _ _ _ E).
pose q0 := best_question (next j (C' j) xa (h' j)).
have step (D : profile G) k l0 (g : transcript G) : best_question (next k (D k) xa (g k)) = q0 ->
  \sum_q \sum_(m : {ffun agent -> word G})
    sure R [ffun=> best_question (next k (D k) xa (g k))] q
    * (\prod_b D b (sees b xb) (g b) (q b) (m b))
    * taken D (alone k (D k)) l0 xa xb n (grow g q m) a
  = \sum_m D k (sees k xb) (g k) q0 m
    * taken D (alone k (D k)) l0 xa xb n (grow g [ffun=> q0] [ffun=> m]) a.
  move=> ->; pose F m := taken D (alone k (D k)) l0 xa xb n (grow g [ffun=> q0] [ffun=> m]) a.
  rewrite (bigD1 [ffun=> q0]) //= [X in _ + X]big1 ?addr0; last first.
    by move=> q /negPf ne; apply: big1 => m _; rewrite ne !mul0r.
  have <- := joint_one (fun b => D b (sees b xb) (g b) q0) k F.
  apply: eq_bigr => m _; rewrite eqxx mul1r; congr (_ * _).
    by apply: eq_bigr => b _; rewrite ffunE.
  apply: (@taken_alone _ _ D D _ _ _ _ k _ _ _ _ (erefl _)); last by rewrite !ffunE.
  exact: alone_hears.
rewrite (step C i l h) ?(step C' j l' h') //; last by rewrite /best_question (arg_max_ext _ V).
apply: eq_bigr => m _; rewrite hi E; congr (_ * _).
by apply: IH; rewrite !ffunE hi.
Qed.

End Payoff.

(** She picks the agent who is worth most to her. *)
Notation her_alone := (alone u).

Definition favourite C := [arg max_(i > some_agent) worth C (her_alone i (C i)) u]%O.

Lemma favourite_best C : best_alone C (her_alone (favourite C) (C (favourite C)))
  (fun=> favourite C).
Proof.
split=> [l _|i s H]; first exact: alone_hears.
apply: le_trans (alone_best u C H) _.
by rewrite /favourite; case: arg_maxP => // j _; apply.
Qed.

(** So there is a response of the user who picks, even an anonymous one. *)
Theorem best_ai_exists : exists (r : response G) pick, best_ai r pick /\ anonymous r pick.
Proof.
exists (fun _ C => her_alone (favourite C) (C (favourite C))), (fun _ C _ => favourite C).
split=> [o C|o C l o' C' l' _ _ E xa xb a]; first exact: favourite_best.
have nil i j : start G i = start G j by rewrite !ffunE.
exact: (@taken_same u C C' _ _ l l' xa xb (rounds G) _ _ a E (nil _ _)).
Qed.

End Alone.

Print Assumptions favourite_best.
Print Assumptions best_ai_exists.
