(** * Backward induction (theory.md 1.6): the Bayesian user has a best response

    So the theorems about her are about something. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Revealing.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

Section Induction.
Variables (R : realFieldType) (G : game R).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation questions := {ffun agent -> question G}.
Notation messages := {ffun agent -> word G}.

(** There is something to draw and to ask. *)
Variables (some_lot : lot G) (some_question : question G).
Implicit Types (C : profile G) (h : transcript G).

(** The greatest of finitely many numbers. *)
Definition best_questions (f : questions -> R) : questions :=
  [arg max_(q > [ffun=> some_question]) f q]%O.

Lemma best_questionsP f q : f q <= f (best_questions f).
Proof. by rewrite /best_questions; case: arg_maxP => // q' _; apply. Qed.

Definition best_action (f : A -> R) : A := [arg max_(a > some_action G) f a]%O.

(** What she can still get where [n] rounds are left and [h] was said, times the
    probability of the answers in [h] if she asks the questions in [h]. *)
Fixpoint gain C xa n h : R :=
  if n is n'.+1 then
    let f (q : questions) := \sum_(m : messages) gain C xa n' (grow h q m) in
    f (best_questions f)
  else most (value C setT xa h).

(** How many rounds are left. *)
Definition left h : nat := (rounds G - \max_i size (h i))%N.

(** She asks what can still get her most, and takes what is worth most. *)
Definition best_reply C : strategy G := Strategy
  (sure R some_lot)
  (fun _ xa h => sure R (best_questions
     (fun q => \sum_(m : messages) gain C xa (left h).-1 (grow h q m))))
  (fun _ xa h => sure R (best_action (value C setT xa h))).

(** What a strategy gets from there on. *)
Definition gets C s l xa n h : R := \sum_a \sum_xb
  likely C setT xb h * taken C s l xa xb n h a * W u xa xb a.

Lemma likely_grow C xb h (q : questions) (m : messages) :
  likely C setT xb (grow h q m)
  = likely C setT xb h * \prod_i C i (sees i xb) (h i) (q i) (m i).
Proof.
rewrite /likely -!(eq_bigl _ _ (fun i => esym (in_setT i))) -big_split /=.
by apply: eq_bigr => i _; rewrite ffunE says_rcons.
Qed.

Lemma gets_end C s l xa h :
  gets C s l xa 0 h = \sum_a choose s l xa h a * value C setT xa h a.
Proof.
apply: eq_bigr => a _; rewrite /value mulr_sumr; apply: eq_bigr => xb _ /=.
by rewrite mulrCA mulrA.
Qed.

Lemma gets_round C s l xa n h : gets C s l xa n.+1 h
  = \sum_(q : questions) ask s l xa h q * \sum_(m : messages) gets C s l xa n (grow h q m).
Proof.
pose X a xb (q : questions) (m : messages) := ask s l xa h q * (likely C setT xb (grow h q m)
  * taken C s l xa xb n (grow h q m) a * W u xa xb a).
transitivity (\sum_a \sum_xb \sum_q \sum_m X a xb q m).
  apply: eq_bigr => a _; apply: eq_bigr => xb _ /=.
  rewrite [likely _ _ _ _ * _]mulr_sumr mulr_suml; apply: eq_bigr => q _.
  rewrite [likely _ _ _ _ * _]mulr_sumr mulr_suml; apply: eq_bigr => m _.
  rewrite /X likely_grow !mulrA; congr (_ * _ * _).
  by rewrite [likely _ _ _ _ * _]mulrC.
transitivity (\sum_a \sum_q \sum_m \sum_xb X a xb q m).
  apply: eq_bigr => a _; rewrite exchange_big /=; apply: eq_bigr => q _.
  exact: exchange_big.
rewrite exchange_big /=; apply: eq_bigr => q _; rewrite mulr_sumr exchange_big /=.
apply: eq_bigr => m _; rewrite mulr_sumr; apply: eq_bigr => a _.
by rewrite mulr_sumr.
Qed.

(** No strategy gets more. *)
Lemma gets_le C s l xa n h : gets C s l xa n h <= gain C xa n h.
Proof.
elim: n h => [|n IH] h.
  rewrite gets_end -[leRHS]mul1r -(mass_sum1 (choose s l xa h)) mulr_suml.
  by apply: ler_sum => a _; rewrite ler_wpmul2l ?mass_ge0 // most_ge.
rewrite gets_round /= -[leRHS]mul1r -[X in _ <= X * _](mass_sum1 (ask s l xa h)) mulr_suml.
apply: ler_sum => q _; rewrite ler_wpmul2l ?mass_ge0 //.
pose f (q : questions) := \sum_(m : messages) gain C xa n (grow h q m).
by apply: le_trans (best_questionsP f q); apply: ler_sum => m _; apply: IH.
Qed.

Lemma left_is h n : (forall i, size (h i) + n = rounds G)%N -> (0 < agents G)%N -> left h = n.
Proof.
rewrite /left => len lt; pose i0 : agent := Ordinal lt.
have same i : size (h i) = size (h i0).
  by apply/eqP; rewrite -(eqn_add2r n) !len.
suff -> : \max_i size (h i) = size (h i0) by rewrite -(len i0) addKn.
apply/eqP; rewrite eqn_leq leq_bigmax andbT; apply/bigmax_leqP => i _.
by rewrite same.
Qed.

(** She gets all that she can. *)
Lemma best_reply_gets C l xa n h : (forall i, size (h i) + n = rounds G)%N ->
  gets C (best_reply C) l xa n h = gain C xa n h.
Proof.
elim: n h => [|n IH] h len; first by rewrite gets_end sum_sure.
rewrite gets_round sum_sure /=.
pose f n' (q : questions) := \sum_(m : messages) gain C xa n' (grow h q m).
transitivity (f n (best_questions (f (left h).-1))).
  apply: eq_bigr => m _; apply: IH => i.
  by rewrite ffunE size_rcons addSnnS.
case: (posnP (agents G)) => [none|some]; last by rewrite (left_is len some).
suff -> : best_questions (f (left h).-1) = best_questions (f n) by [].
by apply/ffunP => i; have := ltn_ord i; rewrite {2}none.
Qed.

Lemma worth_gets C s : worth C s u
  = \sum_xa \sum_l draw s l * gets C s l xa (rounds G) (start G).
Proof.
apply: eq_bigr => xa _; rewrite /gets.
under [RHS]eq_bigr do rewrite mulr_sumr.
rewrite exchange_big /= [RHS]exchange_big /=; apply: eq_bigr => a _.
under [RHS]eq_bigr do rewrite mulr_sumr.
rewrite [RHS]exchange_big /=; apply: eq_bigr => xb _.
rewrite mulr_suml; apply: eq_bigr => l _; rewrite !mulrA; congr (_ * _).
rewrite /likely big1 ?mulr1 // => i _.
by rewrite ffunE.
Qed.

(** Theorem 1.6: what backward induction finds is optimal. *)
Theorem best_reply_optimal C : optimal C (best_reply C).
Proof.
move=> s; rewrite !worth_gets; apply: ler_sum => xa _.
rewrite sum_sure best_reply_gets => [|i]; last by rewrite ffunE.
rewrite -[leRHS]mul1r -(mass_sum1 (draw s)) mulr_suml; apply: ler_sum => l _.
by rewrite ler_wpmul2l ?mass_ge0 // gets_le.
Qed.

(** So there is a Bayesian response. *)
Corollary bayes_exists : exists r : response G, bayes r.
Proof. by exists (fun _ => best_reply) => o C; apply: best_reply_optimal. Qed.

(** ** Ties

    The first of the actions that are worth most is taken: so what backward induction
    finds obeys the tie rules [order] and [belief]. *)

Lemma ohead_first (T : eqType) (P : pred T) (s : seq T) x y :
  ohead (filter P s) = Some x -> P y -> y \in s -> (index x s <= index y s)%N.
Proof.
elim: s => //= z s IH; case: ifP => [_ [->]|Pz]; first by rewrite eqxx.
move=> hd Py; have Px : P x.
  have : x \in filter P s by case: (filter P s) hd => //= x' s' [->]; rewrite mem_head.
  by rewrite mem_filter => /andP[].
rewrite inE; case: eqP => [yz|_] /=; first by rewrite -yz Py in Pz.
case: eqP => [zx|_]; first by rewrite zx Px in Pz.
by case: eqP => [zy|_ ys]; [rewrite zy Py in Pz | apply: IH].
Qed.

Lemma enum_rank_index (T : finType) (x : T) : enum_rank x = index x (enum T) :> nat.
Proof.
rewrite -{2}(nth_enum_rank x x) index_uniq ?enum_uniq // -cardE.
exact: ltn_ord.
Qed.

Lemma best_action_first (f : A -> R) : is_first f (best_action f).
Proof.
have best : is_best f (best_action f).
  by move=> b; rewrite /best_action; case: arg_maxP => // a _; apply.
split=> // b best_b; move: best; rewrite /best_action /Order.arg_max /extremum /=.
set P := fun a => _; rewrite /pick; case E : (ohead (enum P)) => [a|] /= best.
  rewrite !enum_rank_index; apply: (ohead_first (P := P)); last by rewrite mem_enum.
    by rewrite -E enumT.
  by apply/forallP => c; apply: best_b.
have : b \in enum P by rewrite mem_enum; apply/forallP => c; apply: best_b.
by case: (enum P) E.
Qed.

Lemma likely_total_gt0 C S xa (h : transcript G) : possible C S xa h ->
  0 < \sum_xb point xa xb * likely C S xb h.
Proof.
have ge0 xb : 0 <= point xa xb * likely C S xb h.
  rewrite mulr_ge0 ?sumr_ge0 // => [y _|]; first exact: mass_ge0.
  by apply: prodr_ge0 => i _; apply: says_ge0.
case=> xb pos; rewrite (bigD1 xb) //=; apply: ltr_paddr => //.
by apply: sumr_ge0 => xb' _.
Qed.

(** What an action is worth by a belief. *)
Definition by_belief xa (q : {ffun XB -> R}) a :=
  \sum_xb q xb * (W u xa xb a / point xa xb).

Lemma value_belief C S xa (h : transcript G) a : possible C S xa h -> value C S xa h a
  = (\sum_xb point xa xb * likely C S xb h) * by_belief xa (posterior C S xa h) a.
Proof.
move=> /likely_total_gt0 pos; rewrite mulr_sumr; apply: eq_bigr => xb _.
rewrite ffunE [RHS]mulrA [X in _ = X * _]mulrCA divff ?gt_eqF // mulr1.
have [p|no] := boolP (0 < point xa xb); last by rewrite W_impossible // mul0r !mulr0.
by rewrite [point _ _ * _]mulrC -mulrA [point _ _ * _]mulrCA divff ?gt_eqF // mulr1.
Qed.

Lemma arg_max_scale (f g : A -> R) k : 0 < k -> (forall a, f a = k * g a) ->
  best_action f = best_action g.
Proof.
move=> pos E; rewrite /best_action /Order.arg_max /extremum; congr (odflt _ _).
by apply: eq_pick => a /=; apply: eq_forallb => b; rewrite !E ler_pmul2l.
Qed.

(** So it is a Bayesian response under the tie rules [any], [order] and [belief], all at
    once. *)
Theorem best_reply_ties : let r : response G := fun _ => best_reply in
  ties_by_order r (@all_agents R G) /\ ties_by_belief r (@all_agents R G).
Proof.
split=> [o C l xa h a _ _ _|].
  by rewrite /= /sure /=; case: eqP => [-> _|_]; [apply: best_action_first | rewrite ltxx].
exists (fun xa q a => (a == best_action (by_belief xa q))%:R) => o C l xa h _ _ pos a /=.
rewrite (@arg_max_scale _ (by_belief xa (posterior C setT xa h)) _ (likely_total_gt0 pos)) // => b.
exact: value_belief.
Qed.

Corollary first_response : exists r : response G,
  [/\ bayes r, ties_by_order r (@all_agents R G) & ties_by_belief r (@all_agents R G)].
Proof.
have [ord bel] := best_reply_ties.
by exists (fun _ => best_reply); split=> // o C; apply: best_reply_optimal.
Qed.

(** And one that plays a given optimal strategy as long as nobody deviates. *)
Theorem response_with C s : optimal C s ->
  exists r : response G, [/\ bayes r, r None C = s & forall i, r (Some i) = best_reply].
Proof.
move=> opt.
pose r (o : option agent) C' := if (o == None) && (worth C' s u == worth C' (best_reply C') u)
               then s else best_reply C'.
exists r; split=> [o C'||i] //.
  rewrite /r; case: ifP => [/andP[_ /eqP E] s'|_]; last exact: best_reply_optimal.
  by rewrite E; apply: best_reply_optimal.
have : worth C s u = worth C (best_reply C) u.
  by apply/eqP; rewrite eq_le opt best_reply_optimal.
by rewrite /r => ->; rewrite !eqxx.
Qed.

(** And she gets at least NOINFO, for she may ignore what she hears (3.1). *)
Theorem noinfo_le C s : optimal C s -> NOINFO G <= worth C s u.
Proof.
move=> opt.
pose act xa := best_action (fun a => \sum_xb W u xa xb a).
apply: le_trans (opt (instead (fun _ xa _ _ => act xa) s)).
rewrite (worth_instead (fun xa _ => act xa)); apply: ler_sum => xa _.
rewrite /most -/(best_action _) -/(act xa); apply: ler_sum => xb _.
by rewrite -mulr_suml outcome_sum1 mul1r.
Qed.

End Induction.

Print Assumptions best_reply_optimal.
Print Assumptions bayes_exists.
Print Assumptions first_response.
Print Assumptions response_with.
Print Assumptions noinfo_le.
