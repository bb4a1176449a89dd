(** * One agent's conversations: what he can get by any rule (theory.md 6.10, 6.18)

    Whatever he says, the outcome is obedient and worth at least as much to her as
    ignoring him. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

Section Conversation.
Variables (R : realFieldType) (G : game R).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).
Implicit Types (C : profile G) (s : strategy G).

(** ** Ignoring an agent *)

(** A number that does not depend on [m i] has the same expectation whatever agent [i]
    draws from. *)
Lemma joint_but (I T : finType) (D D' : I -> dist R T) i (F : {ffun I -> T} -> R) :
  (forall j, j != i -> D j =1 D' j) ->
  (forall m m' : {ffun I -> T}, (forall j, j != i -> m j = m' j) -> F m = F m') ->
  \sum_(m : {ffun I -> T}) (\prod_j D j (m j)) * F m
  = \sum_(m : {ffun I -> T}) (\prod_j D' j (m j)) * F m.
Proof.
move=> same free; have [t0 _] := dist_inhabited (D i).
pose put (m : {ffun I -> T}) b := [ffun j => if j == i then b else m j].
have split (E : I -> dist R T) : \sum_(m : {ffun I -> T}) (\prod_j E j (m j)) * F m
    = \sum_(m : {ffun I -> T} | m i == t0) (\prod_(j | j != i) E j (m j)) * F m.
  rewrite (partition_big (fun m : {ffun I -> T} => m i) predT) //=.
  transitivity (\sum_b \sum_(m : {ffun I -> T} | m i == t0)
      E i b * ((\prod_(j | j != i) E j (m j)) * F m)).
    apply: eq_bigr => b _.
    rewrite (reindex_onto (fun m => put m b) (fun m => put m t0)) /=; last first.
      by move=> m /eqP mi; apply/ffunP => j; rewrite !ffunE; case: eqP => // ->.
    apply: eq_big => [m|m _].
      rewrite ffunE !eqxx /=; apply/eqP/eqP => [<-|mi]; first by rewrite ffunE eqxx.
      by apply/ffunP => j; rewrite !ffunE; case: eqP => // ->.
    rewrite (bigD1 i) //= ffunE eqxx -mulrA; congr (_ * (_ * _)).
      by apply: eq_bigr => j /negPf ne; rewrite ffunE ne.
    by apply: free => j /negPf ne; rewrite ffunE ne.
  rewrite exchange_big /=; apply: eq_bigr => m _.
  by rewrite -mulr_suml mass_sum1 mul1r.
rewrite !split; apply: eq_bigr => m _; congr (_ * _).
by apply: eq_bigr => j ne; apply: same.
Qed.

(** She ignores agent [i] if she asks and chooses by what the others say. *)
Definition ignores s i := forall l, hears s l [set~ i].

Lemma taken_ignoring C C' s l xa xb i n (h h' : transcript G) a :
  (forall j, j != i -> C j = C' j) ->
  ignores s i -> (forall j, j != i -> h j = h' j) ->
  taken C s l xa xb n h a = taken C' s l xa xb n h' a.
Proof.
move=> same ign; elim: n h h' => [|n IH] h h' E /=.
  by case: (ign l xa h h') => [j|_ ->] //; rewrite !inE => /E.
apply: eq_bigr => q _.
have -> : ask s l xa h q = ask s l xa h' q.
  by case: (ign l xa h h') => [j|-> _] //; rewrite !inE => /E.
pose F m := taken C' s l xa xb n (grow h' q m) a.
transitivity (\sum_(m : {ffun agent -> word G}) ask s l xa h' q *
    ((\prod_j C j (sees j xb) (h j) (q j) (m j)) * F m)).
  apply: eq_bigr => m _; rewrite -mulrA; congr (_ * (_ * _)).
  by apply: IH => j ji; rewrite !ffunE E.
rewrite -mulr_sumr (@joint_but _ _ (fun j => C j (sees j xb) (h j) (q j))
    (fun j => C' j (sees j xb) (h' j) (q j)) i).
- by rewrite mulr_sumr; apply: eq_bigr => m _; rewrite mulrA.
- by move=> j ji b; rewrite same // E.
move=> m m' Em; rewrite /F -(IH (grow h q m)) => [|j ji]; last by rewrite !ffunE E.
by apply: IH => j ji; rewrite !ffunE E // Em.
Qed.

(** What she gets by ignoring him does not depend on his rule. *)
Lemma worth_ignoring C s i c f : ignores s i -> worth (replace C i c) s f = worth C s f.
Proof.
move=> ign; do 3![apply: eq_bigr => ? _]; congr (_ * _).
apply: eq_bigr => l _; congr (_ * _).
by apply: taken_ignoring ign _ => // j ji; rewrite /replace (negPf ji).
Qed.

(** ** The certificate *)

(** Numbers of the points, multipliers of obedience, and one of what she gets by ignoring
    agent [i], that cover what any rule could give him. *)
Definition ceiling i (pi : XA -> XB -> R) (kappa : XA -> A -> A -> R) (phi : R) :=
  [/\ forall xa a a', 0 <= kappa xa a a', 0 <= phi
    & forall xa xb a, W (U i) xa xb a
        + \sum_a' kappa xa a a' * (W u xa xb a - W u xa xb a') + phi * W u xa xb a
        <= pi xa xb].

(** Theorem 6.10: no rule gives agent [i] more than the numbers say. *)
Theorem ceiling_bound i pi kappa phi C c s s0 : ceiling i pi kappa phi ->
  ignores s0 i -> optimal (replace C i c) s ->
  worth (replace C i c) s (U i) <= (\sum_xa \sum_xb pi xa xb) - phi * worth C s0 u.
Proof.
move=> [kap0 phi0 row] ign opt; set C' := replace C i c.
have obey := obedience_bayes opt.
have [out0 out1] := outcome_is_outcome C' s.
have floor : worth C s0 u <= worth C' s u by rewrite -(worth_ignoring _ c _ ign); apply: opt.
have K0 : 0 <= \sum_xa \sum_xb \sum_a outcome C' s xa xb a *
    \sum_a' kappa xa a a' * (W u xa xb a - W u xa xb a').
  apply: sumr_ge0 => xa _; rewrite exchange_big /=; apply: sumr_ge0 => a _.
  under eq_bigr do rewrite mulr_sumr.
  rewrite exchange_big /=; apply: sumr_ge0 => a' _.
  under eq_bigr do rewrite mulrCA.
  by rewrite -mulr_sumr mulr_ge0.
rewrite ler_subr_addr; apply: (@le_trans _ _ (worth C' s (U i) + phi * worth C' s u)).
  by rewrite ler_add2l ler_wpmul2l.
rewrite -[leLHS]addr0; apply: le_trans (ler_add (lexx _) K0) _.
rewrite mulr_sumr -!big_split /=; apply: ler_sum => xa _.
rewrite mulr_sumr -!big_split /=; apply: ler_sum => xb _.
rewrite -[pi xa xb]mul1r -(out1 xa xb) mulr_suml mulr_sumr -!big_split /=.
apply: ler_sum => a _; rewrite mulrCA -!mulrDr; apply: ler_wpmul2l; first exact: out0.
by rewrite addrAC.
Qed.

(** Theorem 6.18 with it: a profile of conversation rules is a gamma-equilibrium if nobody
    has less than that, up to gamma. *)
Theorem ceiling_equilibrium (r : response G) C gamma pi kappa phi (s0 : agent -> strategy G) :
  bayes r -> (forall i, ceiling i (pi i) (kappa i) (phi i)) ->
  (forall i, ignores (s0 i) i) ->
  (forall i, (\sum_xa \sum_xb pi i xa xb) - phi i * worth C (s0 i) u
     <= worth C (r None C) (U i) + gamma) ->
  equilibrium gamma r C.
Proof.
move=> rb ceil ign enough i c; apply: le_trans (enough i).
by apply: (ceiling_bound (ceil i) (ign i)); apply: rb.
Qed.

End Conversation.

Print Assumptions ceiling_bound.
Print Assumptions ceiling_equilibrium.
