(** * Rare remarks (theory.md 5.7, and the last step of 5.10)

    What an agent says he can also say with a remark added, now and then.  In an equilibrium
    that gives him no more; so numbers that one can multiply out prove what she gets at
    least.  Words are as many as one likes ([with_words]), there is one round, and she is
    silent.

    An agent can count on his remarks ([counts_on]) if their likelihoods have a constant
    sum: he makes one of them always.  Or if they are rare, and where he makes none she does
    not leave what she took: that has to be so at the ties of the equilibrium that is looked
    at.  Where she is indifferent nowhere there are none, so that he can count on everything
    ([counts_nowhere]).  As the remarks are made with small probabilities, neither prices nor
    Farkas' lemma are needed.  Which ties no equilibrium has is said in Indifference.v. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Revealing Induction Prices Rich Signals.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

(** ** Numbers *)
Section Numbers.
Variable R : realFieldType.

Lemma sum_option (T : finType) (F : option T -> R) :
  \sum_k F k = F None + \sum_n F (Some n).
Proof.
rewrite (bigD1 None) //=; congr (_ + _).
rewrite (reindex_omap (@Some T) id) => [|[n|] //].
by apply: eq_bigl => n; rewrite /= eqxx.
Qed.

(** Finitely many positive numbers are greater than small multiples of others. *)
Lemma small_enough (T : finType) (gap f : T -> R) :
  exists2 e, 0 < e & forall z, 0 < gap z -> e * f z < gap z.
Proof.
pose S := 1 + \sum_z `|f z / gap z|.
have S0 : 0 < S by rewrite ltr_paddr ?ltr01 // sumr_ge0.
exists S^-1; first by rewrite invr_gt0.
move=> z gz; rewrite mulrC ltr_pdivr_mulr // -ltr_pdivr_mull // mulrC.
apply: le_lt_trans (ler_norm _) _.
rewrite /S (bigD1 z) //= addrCA ltr_addl ltr_paddr ?ltr01 // sumr_ge0 //.
Qed.

(** What is at most any small multiple of a number is at most 0. *)
Lemma vanishing (x y : R) : (forall h, 0 < h -> x <= h * y) -> x <= 0.
Proof.
move=> small; rewrite leNgt; apply/negP => x0.
have y0 : 0 < y by apply: lt_le_trans x0 _; rewrite -[y]mul1r; apply: small; apply: ltr01.
have h0 : 0 < x / 2%:R / y by rewrite !divr_gt0 ?ltr0n.
have := small _ h0; rewrite divfK ?gt_eqF // ler_pdivl_mulr ?ltr0n //.
by rewrite mulr_natr mulr2n ger_addl leNgt x0.
Qed.

Lemma exchange_le (x y z t : R) : (x - z <= y - t) = (x - y <= z - t).
Proof. by rewrite !ler_subl_addr ![_ - _ + _]addrAC [z + y]addrC. Qed.

(** If all that is drawn from [p] is worth at most all that is drawn from [q]. *)
Lemma draws_le (T : finType) (p q : dist R T) (F : T -> R) :
  (forall t t', 0 < p t -> 0 < q t' -> F t <= F t') -> \sum_t p t * F t <= \sum_t q t * F t.
Proof.
move=> le; rewrite -[leLHS]mul1r -(mass_sum1 q) mulr_suml; apply: ler_sum => t' _.
have [qt'|] := boolP (0 < q t'); last first.
  by rewrite lt0r mass_ge0 andbT negbK => /eqP ->; rewrite !mul0r.
rewrite ler_wpmul2l ?mass_ge0 // -[leRHS]mul1r -(mass_sum1 p) mulr_suml; apply: ler_sum => t _.
have [pt|] := boolP (0 < p t); first by rewrite ler_wpmul2l ?mass_ge0 ?le.
by rewrite lt0r mass_ge0 andbT negbK => /eqP ->; rewrite !mul0r.
Qed.

(** What is drawn from [p] is worth at most so much, or costs at most so much. *)
Lemma draws_norm (T : finType) (p : dist R T) (F : T -> R) :
  `|\sum_t p t * F t| <= \sum_t `|F t|.
Proof.
apply: le_trans (ler_norm_sum _ _ _) _; apply: ler_sum => t _.
by rewrite normrM ger0_norm ?mass_ge0 // ler_pimull ?mass_le1.
Qed.

End Numbers.

(** ** Beliefs *)

(** What is proved under [Any] holds under [belief], too (1.4). *)
Inductive tie_rule := Any | Order | Favour_speaker.

Section Beliefs.
Variables (R : realFieldType) (G : game R) (quiet : question G).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).
Notation messages := {ffun agent -> word G}.
Notation after := (after quiet).
Notation reply := (reply quiet).
Variables (C : profile G) (s : strategy G).
Implicit Types (l : XB -> R) (t : messages).

(** How likely the joint message [t] is where the agents observed [xb]. *)
Definition sent xb t := \prod_j signal quiet (C j) (sees j xb) (t j).

(** What [a] is worth by [f] after [xa], the joint message [t] and something more that is
    said with the likelihoods [l], times the probability of that: in 5.7, at [v_t o l]. *)
Definition weighed l f xa t a := \sum_xb sent xb t * l xb * W f xa xb a.

(** All this is possible; and [t] is possible after [xa]. *)
Definition reachable l xa t := [exists xb, 0 < point xa xb * (sent xb t * l xb)].
Definition heard_at xa t := reachable (fun=> 1) xa t.

(** She is indifferent after [t]: she takes [a], and [b] is best, too. *)
Definition tie xa t a b := [/\ heard_at xa t, 0 < reply s xa t a,
  is_best (after C u xa t) b & b != a].

(** What she may take after a deviation of an agent, where actions are worth [f] to her and
    [g] to him; and of this what is worst for him ([b_t] in 5.7).  Under [Any] that is the
    worst of her best actions, under [Order] the first, under [Favour_speaker] the best. *)
Definition may_take (ties : tie_rule) (f g : A -> R) a := match ties with
  | Any => is_best f a
  | Order => is_first f a
  | Favour_speaker => is_best f a /\ forall b, is_best f b -> g b <= g a
  end.
Definition sure_of ties f g a :=
  may_take ties f g a /\ forall b, may_take ties f g b -> g a <= g b.

(** Only what actions are worth relative to each other matters. *)
Lemma may_take_scale ties k (f g f' g' : A -> R) a : 0 < k ->
  (forall b, f' b = k * f b) -> (forall b, g' b = k * g b) ->
  may_take ties f' g' a -> may_take ties f g a.
Proof.
move=> k0 Ef Eg; have best b : is_best f' b <-> is_best f b.
  by split=> top c; have := top c; rewrite !Ef ler_pmul2l.
case: ties => /= [/best //|first|[/best top most]].
  exact: is_first_scale k0 (is_first_ext Ef first).
by split=> // b /best /most; rewrite !Eg ler_pmul2l.
Qed.

Lemma may_take_best ties f g a : may_take ties f g a -> is_best f a.
Proof. by case: ties => [|[]|[]]. Qed.

Lemma sure_of_scale ties k (f g f' g' : A -> R) a : 0 < k ->
  (forall b, f' b = k * f b) -> (forall b, g' b = k * g b) ->
  sure_of ties f g a -> sure_of ties f' g' a.
Proof.
move=> k0 Ef Eg [may least]; split=> [|b].
  have ki : 0 < k^-1 by rewrite invr_gt0.
  by apply: may_take_scale ki _ _ may => b; rewrite ?Ef ?Eg mulKf ?gt_eqF.
by move/(may_take_scale k0 Ef Eg)/least; rewrite !Eg ler_pmul2l.
Qed.

Lemma sure_exists ties f g : exists a, sure_of ties f g a.
Proof.
pose worst (h : A -> R) := [arg min_(a < best_action f | [forall b, f b <= f a]) h a]%O.
have worstP h : is_best f (worst h) /\ forall b, is_best f b -> h (worst h) <= h b.
  rewrite /worst; case: arg_minP => [|a /forallP best least].
    by apply/forallP; case: (best_action_first f).
  by split=> // b best_b; apply: least; apply/forallP.
case: ties => /=.
- by exists (worst g); apply: worstP.
- exists (best_action f); split=> [|b first]; first exact: best_action_first.
  by rewrite (is_first_unique first (best_action_first f)).
have [best least] := worstP (fun a => - g a); exists (worst (fun a => - g a)).
have top b : is_best f b -> g b <= g (worst (fun a => - g a)) by move/least; rewrite ler_opp2.
by split=> // b [best_b]; apply.
Qed.

(** A sum over what she observes, hears and takes; and what [f] is worth together with
    a remark of the likelihoods [l], if she takes [b] after it, and if she takes what she
    takes without it. *)
Definition average (F : XA -> messages -> A -> R) :=
  \sum_xa \sum_t \sum_a reply s xa t a * F xa t a.
Definition got l f (b : XA -> messages -> A) := \sum_xa \sum_t weighed l f xa t (b xa t).
Definition kept l f := average (weighed l f).

Lemma sent_ge0 xb t : 0 <= sent xb t.
Proof. by apply: prodr_ge0 => j _; apply: mass_ge0. Qed.

Lemma sent_sum1 xb : \sum_t sent xb t = 1.
Proof. exact: (joint_sum1 (fun j => C j (sees j xb) [::] quiet)). Qed.

Lemma weighed_ext l l' f xa t a : l =1 l' -> weighed l f xa t a = weighed l' f xa t a.
Proof. by move=> E; apply: eq_bigr => xb _; rewrite E. Qed.

Lemma weighed1 f xa t a : weighed (fun=> 1) f xa t a = after C f xa t a.
Proof. by apply: eq_bigr => xb _; rewrite mulr1. Qed.

Lemma weighedZ k l f xa t a : weighed (fun xb => k * l xb) f xa t a = k * weighed l f xa t a.
Proof. by rewrite mulr_sumr; apply: eq_bigr => xb _; rewrite [_ * (k * _)]mulrCA -!mulrA. Qed.

Lemma weighedD l l' f xa t a :
  weighed (fun xb => l xb + l' xb) f xa t a = weighed l f xa t a + weighed l' f xa t a.
Proof. by rewrite -big_split; apply: eq_bigr => xb _; rewrite mulrDr mulrDl. Qed.

Lemma weighed_sum (N : finType) (l : N -> XB -> R) f xa t a :
  weighed (fun xb => \sum_n l n xb) f xa t a = \sum_n weighed (l n) f xa t a.
Proof.
rewrite [RHS]exchange_big /=; apply: eq_bigr => xb _.
by rewrite -mulr_suml -mulr_sumr.
Qed.

Lemma weighed0 l f xa t a : (forall xb, l xb = 0) -> weighed l f xa t a = 0.
Proof. by move=> E; apply: big1 => xb _; rewrite E mulr0 mul0r. Qed.

Lemma point_ge0 xa xb : 0 <= point (G := G) xa xb.
Proof. by apply: sumr_ge0 => y _; apply: mass_ge0. Qed.

Lemma weighed_unreachable l f xa t a : (forall xb, 0 <= l xb) -> ~~ reachable l xa t ->
  weighed l f xa t a = 0.
Proof.
move=> l0 /existsPn no; apply: big1 => xb _; have := no xb.
have [p|/W_impossible -> _] := boolP (0 < point xa xb); last by rewrite mulr0.
by rewrite pmulr_rgt0 // lt0r mulr_ge0 ?sent_ge0 // andbT negbK => /eqP ->; rewrite mul0r.
Qed.

Lemma reachable_heard l xa t : (forall xb, 0 <= l xb) -> reachable l xa t -> heard_at xa t.
Proof.
move=> l0 /existsP[xb pos]; apply/existsP; exists xb; rewrite mulr1.
rewrite lt0r mulr_ge0 ?point_ge0 ?sent_ge0 // andbT.
by apply: contraTneq pos => z; rewrite mulrA z mul0r ltxx.
Qed.

Lemma average_le F F' : (forall xa t a, 0 < reply s xa t a -> F xa t a <= F' xa t a) ->
  average F <= average F'.
Proof.
move=> le; apply: ler_sum => xa _; apply: ler_sum => t _; apply: ler_sum => a _.
have [pos|] := boolP (0 < reply s xa t a); first by rewrite ler_wpmul2l ?reply_ge0 ?le.
by rewrite lt0r reply_ge0 andbT negbK => /eqP ->; rewrite !mul0r.
Qed.

Lemma averageD F F' :
  average (fun xa t a => F xa t a + F' xa t a) = average F + average F'.
Proof.
rewrite -big_split; apply: eq_bigr => xa _; rewrite -big_split; apply: eq_bigr => t _.
by rewrite -big_split; apply: eq_bigr => a _; rewrite mulrDr.
Qed.

Lemma averageB F F' :
  average (fun xa t a => F xa t a - F' xa t a) = average F - average F'.
Proof.
rewrite -sumrB; apply: eq_bigr => xa _; rewrite -sumrB; apply: eq_bigr => t _.
by rewrite -sumrB; apply: eq_bigr => a _; rewrite mulrBr.
Qed.

Lemma averageZ k F : average (fun xa t a => k * F xa t a) = k * average F.
Proof. by do 3![rewrite mulr_sumr; apply: eq_bigr => ? _]; rewrite mulrCA. Qed.

Lemma average_sum (J : finType) F :
  average (fun xa t a => \sum_(j : J) F j xa t a) = \sum_j average (F j).
Proof.
do 3![rewrite [RHS]exchange_big /=; apply: eq_bigr => ? _].
exact: mulr_sumr.
Qed.

(** What does not depend on what she takes. *)
Lemma average_sure F : average (fun xa t _ => F xa t) = \sum_xa \sum_t F xa t.
Proof.
by apply: eq_bigr => xa _; apply: eq_bigr => t _; rewrite -mulr_suml reply_sum1 mul1r.
Qed.

Lemma kept1 f : (forall q : question G, q = quiet) -> rounds G = 1%N ->
  kept (fun=> 1) f = worth C s f.
Proof.
move=> silent one; rewrite (worth_signal silent one).
by do 3![apply: eq_bigr => ? _]; rewrite weighed1.
Qed.

Lemma keptZ k l f : kept (fun xb => k * l xb) f = k * kept l f.
Proof. by do 3![rewrite mulr_sumr; apply: eq_bigr => ? _]; rewrite weighedZ mulrCA. Qed.

Lemma kept_sum (N : finType) (l : N -> XB -> R) f :
  kept (fun xb => \sum_n l n xb) f = \sum_n kept (l n) f.
Proof.
do 3![rewrite [RHS]exchange_big /=; apply: eq_bigr => ? _].
by rewrite weighed_sum mulr_sumr.
Qed.

Lemma gotZ k l f b : got (fun xb => k * l xb) f b = k * got l f b.
Proof. by do 2![rewrite mulr_sumr; apply: eq_bigr => ? _]; rewrite weighedZ. Qed.

End Beliefs.

(** ** Adding remarks *)
Section Adding.
Variables (R : realFieldType) (G : game R) (quiet : question G) (V N : finType).
Hypotheses (silent : forall q : question G, q = quiet) (one_round : rounds G = 1%N).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).
Notation before := (with_words G V).

(** A word, with a remark or without. *)
Definition remarked : finType := [finType of V * option N].
Notation now := (with_words G remarked).
Definition unremarked : embedding V remarked :=
  @Embedding V remarked (fun v => (v, None)) fst (fun=> erefl).
Notation messages X := {ffun agent -> X}.
Notation weighed := (weighed (G := before) quiet).
Notation kept := (kept (G := before) quiet).

Variables (C : profile before) (i : agent) (l : N -> view G -> R) (e : R).
Hypotheses (e0 : 0 < e) (l0 : forall n o, 0 <= l n o).
Hypothesis small : forall o, e * (\sum_n l n o) <= 1.

(** How often he makes a remark, or none. *)
Definition share (o : view G) (k : option N) : R :=
  if k is Some n then e * l n o else 1 - e * (\sum_n l n o).
Fact share_ge0 o k : 0 <= share o k.
Proof. by case: k => [n|] /=; rewrite ?subr_ge0 // mulr_ge0 // ltW. Qed.
Fact adding_ge0 o (w : remarked) : 0 <= C i o [::] quiet w.1 * share o w.2.
Proof. by rewrite mulr_ge0 ?mass_ge0 ?share_ge0. Qed.
Fact adding_sum1 o : \sum_(w : remarked) C i o [::] quiet w.1 * share o w.2 = 1.
Proof.
rewrite -(pair_bigA _ (fun v k => C i o [::] quiet v * share o k)) /=.
under eq_bigr do rewrite -mulr_sumr sum_option /= -mulr_sumr subrK mulr1.
exact: mass_sum1.
Qed.

(** He says what he says, and adds a remark. *)
Definition adding : rule now := fun o _ _ => Dist (adding_ge0 o) (adding_sum1 o).
Definition dev : profile now := replace (G := now) (lift unremarked C) i adding.

(** The joint message [t], to which he adds [k]. *)
Definition plus (t : messages V) k : messages remarked :=
  [ffun j => (t j, if j == i then k else None)].
Definition lik (k : option N) (xb : XB) := share (sees i xb) k.

Lemma signal_dev xb t k :
  \prod_j signal (G := now) quiet (dev j) (sees j xb) (plus t k j)
  = sent (G := before) quiet C xb t * lik k xb.
Proof.
rewrite (bigD1 i) //= /sent [in RHS](bigD1 i) //= mulrAC.
rewrite /dev replace_same ffunE eqxx /signal /=; congr (_ * _).
apply: eq_bigr => j /negPf ne; rewrite /replace ne ffunE ne.
exact: (signal_lift quiet unremarked (C j) (sees j xb) (t j)).
Qed.

Lemma after_dev f xa t k a :
  after (G := now) quiet dev f xa (plus t k) a = weighed C (lik k) f xa t a.
Proof. by apply: eq_bigr => xb _; rewrite signal_dev. Qed.

(** What is said without remarks; with a remark of somebody else it is not said at all. *)
Definition bare (m : messages remarked) : messages V := [ffun j => (m j).1].

Lemma bare_plus t k : bare (plus t k) = t.
Proof. by apply/ffunP => j; rewrite !ffunE. Qed.

Lemma plus_bare (m : messages remarked) : (forall j, j != i -> (m j).2 = None) ->
  plus (bare m) (m i).2 = m.
Proof.
move=> only; apply/ffunP => j; rewrite !ffunE.
by case: eqP => [->|/eqP /only E]; [case: (m i) | rewrite -E; case: (m j)].
Qed.

Lemma after_others f xa (m : messages remarked) a : plus (bare m) (m i).2 != m ->
  after (G := now) quiet dev f xa m a = 0.
Proof.
move=> ne; have [j ji nj] : exists2 j, j != i & (m j).2 != None.
  apply/exists_inP; apply: contraNT ne; rewrite negb_exists_in => /forall_inP all.
  by apply/eqP/plus_bare => j /all; rewrite negbK => /eqP.
apply: big1 => xb _; rewrite (bigD1 j) //= /dev /replace (negPf ji).
rewrite [signal _ _ _ _](@signal_other _ _ _ _ _ unremarked) ?mul0r //=.
by apply: contraNneq nj => <-.
Qed.

(** What anything is worth then. *)
Lemma worth_dev s f : worth dev s f = \sum_xa \sum_t \sum_k \sum_a
  reply (G := now) quiet s xa (plus t k) a * weighed C (lik k) f xa t a.
Proof.
rewrite (worth_signal (G := now) silent one_round); apply: eq_bigr => xa _.
rewrite (bigID (fun m : messages remarked => plus (bare m) (m i).2 == m)) /=.
rewrite [X in _ + X]big1 ?addr0 => [|m ne]; last first.
  by apply: big1 => a _; rewrite after_others ?mulr0.
rewrite [RHS]pair_bigA /= (reindex_onto (fun z => plus z.1 z.2) (fun m => (bare m, (m i).2)))
   => [|m /eqP //] /=.
apply: eq_big => [[t k]|[t k] _] /=; last by apply: eq_bigr => a _; rewrite after_dev.
by rewrite bare_plus ffunE eqxx /= !eqxx.
Qed.

(** What she takes is best at the belief; under [order] it is the first such action. *)
Lemma best_after s xa t k b : optimal dev s -> 0 < reply (G := now) quiet s xa (plus t k) b ->
  is_best (weighed C (lik k) u xa t) b.
Proof.
move=> opt pos a; rewrite -!(after_dev u) -subr_ge0.
by have := obeys (G := now) silent one_round xa (plus t k) b a opt; rewrite pmulr_rge0.
Qed.

Lemma first_after (r : response now) xa t k a :
  ties_by_order r (@all_agents R now) -> reachable (G := before) quiet C (lik k) xa t ->
  0 < reply (G := now) quiet (r (Some i) dev) xa (plus t k) a ->
  is_first (G := before) (weighed C (lik k) u xa t) a.
Proof.
move=> first /existsP[xb can] pos.
have /existsP[d] : [exists d, 0 < draw (r (Some i) dev) d
    * choose (r (Some i) dev) d xa (heard (G := now) quiet (plus t k)) a].
  apply: contraTT pos => /existsPn no; rewrite -leNgt -oppr_ge0 -sumrN.
  by apply: sumr_ge0 => d _; rewrite oppr_ge0 leNgt no.
have [drawn|] := boolP (0 < draw (r (Some i) dev) d); last first.
  by rewrite lt0r mass_ge0 andbT negbK => /eqP ->; rewrite mul0r ltxx.
rewrite pmulr_rgt0 // => chosen.
have len : complete (heard (G := now) quiet (plus t k)).
  by move=> j; rewrite !ffunE /= one_round.
have poss : possible dev (@all_agents R now (Some i) dev d) xa (heard (G := now) quiet (plus t k)).
  exists xb; move: can; rewrite -signal_dev; congr (0 < _ * _).
  by apply: eq_big => j; rewrite ?inE // => _; rewrite !ffunE /= mulr1.
apply: is_first_ext (first (Some i) dev d xa _ a len drawn poss chosen) => a'.
by rewrite -after_dev; apply: value_after.
Qed.

(** How likely remark [n] is where the agents observed [xb], but for the factor [e]; and all
    remarks together. *)
Definition own n (xb : XB) := l n (sees i xb).
Definition together xb := \sum_n own n xb.

Lemma weighed_remark n f xa t a :
  weighed C (lik (Some n)) f xa t a = e * weighed C (own n) f xa t a.
Proof. exact: (weighedZ (G := before) quiet C e (own n)). Qed.

Lemma weighed_none f xa t a : weighed C (lik None) f xa t a
  = after (G := before) quiet C f xa t a - e * weighed C together f xa t a.
Proof.
rewrite -mulNr -weighedZ -weighed1 -weighedD.
by apply: weighed_ext => xb; rewrite /lik /= mulNr.
Qed.

(** What he has by his remarks is no more than without them, if she does what she did where
    he makes none. *)
Lemma remarks_gain s s' f :
  worth dev s' f <= worth C s f ->
  (forall xa t, \sum_a reply (G := before) quiet s xa t a * weighed C (lik None) f xa t a
     <= \sum_a reply (G := now) quiet s' xa (plus t None) a * weighed C (lik None) f xa t a) ->
  \sum_n \sum_xa \sum_t \sum_a
    reply (G := now) quiet s' xa (plus t (Some n)) a * weighed C (own n) f xa t a
  <= \sum_n kept C s (own n) f.
Proof.
move=> le same; rewrite -(ler_pmul2l e0).
pose none := \sum_xa \sum_t \sum_a
  reply (G := now) quiet s' xa (plus t None) a * weighed C (lik None) f xa t a.
have with_remarks : worth dev s' f = none + e * (\sum_n \sum_xa \sum_t \sum_a
    reply (G := now) quiet s' xa (plus t (Some n)) a * weighed C (own n) f xa t a).
  rewrite worth_dev [X in _ + e * X]exchange_big mulr_sumr -big_split.
  apply: eq_bigr => xa _ /=; rewrite [X in _ + e * X]exchange_big mulr_sumr -big_split.
  apply: eq_bigr => t _ /=; rewrite sum_option mulr_sumr; congr (_ + _).
  apply: eq_bigr => n _; rewrite mulr_sumr; apply: eq_bigr => a _.
  by rewrite weighed_remark mulrCA.
have without : worth C s f - e * (\sum_n kept C s (own n) f) <= none.
  rewrite -kept_sum -(kept1 (G := before) C s f silent one_round) mulr_sumr -sumrB.
  apply: ler_sum => xa _; rewrite mulr_sumr -sumrB; apply: ler_sum => t _.
  apply: le_trans (same xa t); rewrite mulr_sumr -sumrB; apply: ler_sum => a _.
  by rewrite weighed_none weighed1 mulrBr mulrCA.
move: le; rewrite with_remarks => le; rewrite -(ler_add2l none).
by apply: le_trans le _; rewrite -ler_subl_addr.
Qed.
End Adding.

(** ** What proves a bound *)
Section Multipliers.
Variables (R : realFieldType) (G : game R).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).

(** Remarks [n], each of an [author]; sets of observations; and multipliers of a choice [c]
    of what she takes on path, [c None], and after each remark. *)
Variables (N : finType) (author : N -> agent) (l : N -> view G -> R).
Variables (K : finType) (S : K -> {set XB}).
Variables (pi : XA -> XB -> R) (lam : agent -> R)
  (kappa : XA -> {ffun option N -> A} -> option N -> A -> R)
  (kappa_S : XA -> {ffun option N -> A} -> K -> A -> R).

Notation of_author n := (own (author n) l n).
Definition made (n : option N) xb : R := if n is Some n then of_author n xb else 1.

(** They prove a bound: the inequality of 5.7, with the rows of 5.10. *)
Definition sufficient := [/\ forall xa c n a, 0 <= kappa xa c n a,
  forall xa c k a, 0 <= kappa_S xa c k a, forall i, 0 <= lam i
  & forall xa xb (c : {ffun option N -> A}),
     pi xa xb + \sum_i lam i * W (U i) xa xb (c None)
     + (\sum_n \sum_a kappa xa c n a * made n xb * (W u xa xb (c n) - W u xa xb a)
        + \sum_k \sum_a kappa_S xa c k a * (xb \in S k)%:R * (W u xa xb (c None) - W u xa xb a))
     <= W u xa xb (c None) + \sum_n of_author n xb
          * (W (U (author n)) xa xb (c (Some n)) - W (U (author n)) xa xb (c None))].
End Multipliers.

(** ** What remarks are worth *)
Section Price.
Variables (R : realFieldType) (G : game R) (quiet : question G) (V : finType).
Hypotheses (silent : forall q : question G, q = quiet) (one_round : rounds G = 1%N).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).
Notation before := (with_words G V).
Notation now N := (with_words G (remarked V N)).
Notation messages := {ffun agent -> V}.
Notation weighed := (weighed (G := before) quiet).
Notation kept := (kept (G := before) quiet).
Notation got := (got (G := before) quiet).
Notation after := (after (G := before) quiet).
Notation reply := (reply (G := before) quiet).
Notation reply_now N := (Prices.reply (G := now N) quiet).
Notation reachable := (reachable (G := before) quiet).
Notation heard_at := (heard_at (G := before) quiet).
Notation tie := (tie (G := before) quiet).
Notation is_best := (@is_best R before).
Notation dev := (dev quiet).

Variables (r : rich_response G V) (C : profile before) (s : strategy before) (ties : tie_rule).
Hypotheses (rb : rich_bayes r) (opt : optimal C s) (eqm : rich_equilibrium 0 r C s).

(** Her responses, and what she does where nobody deviates, obey the tie rule. *)
Definition obeys_ties := match ties with
  | Any => True
  | Order => (forall W (e : embedding V W) i, ties_by_order (deviations r i e) (@all_agents R _))
      /\ forall xa t a, heard_at C xa t -> 0 < reply s xa t a -> is_first (after C u xa t) a
  | Favour_speaker => forall W (e : embedding V W) i, ties_favour_speaker (deviations r i e)
  end.
Hypothesis tied_right : obeys_ties.

(** What she may take when agent [i] has said more, with the likelihoods [l], and the worst
    of it for him. *)
Definition may_follow i l xa t :=
  may_take (G := before) ties (weighed C l u xa t) (weighed C l (U i) xa t).
Definition follows_surely i l xa t :=
  sure_of (G := before) ties (weighed C l u xa t) (weighed C l (U i) xa t).

Lemma takes_best xa t a : 0 < reply s xa t a -> is_best (after C u xa t) a.
Proof.
move=> taken b; have := obeys (G := before) silent one_round xa t a b opt.
by rewrite pmulr_rge0 // subr_ge0.
Qed.

Lemma tie_equal xa t a b : tie C s xa t a b -> after C u xa t a = after C u xa t b.
Proof. by case=> _ taken best _; apply/eqP; rewrite eq_le best takes_best. Qed.

(** ** One agent *)
Section One.
Variables (i : agent) (N : finType) (l : N -> view G -> R).
Hypothesis l0 : forall n o, 0 <= l n o.
Notation own := (own i l).
Notation together := (together i l).
Notation lik := (lik i l).

(** After the deviation he has no more than before, and she takes what the tie rule allows. *)
Lemma deviates e (e0 : 0 < e) (small : forall o, e * (\sum_n l n o) <= 1) :
  let D := dev C i e0 l0 small in exists s', [/\ optimal D s',
    worth D s' (U i) <= worth C s (U i)
    & forall xa t k a, reachable C (lik e k) xa t ->
      0 < reply_now N s' xa (plus i t k) a -> may_follow i (lik e k) xa t a].
Proof.
move=> D; have le : worth D (r (unremarked V N) i D) (U i) <= worth C s (U i).
  by have := eqm (unremarked V N) i (adding quiet C i e0 l0 small); rewrite addr0.
have opt' : optimal D (r (unremarked V N) i D) by apply: rb.
move: tied_right; rewrite /obeys_ties /may_follow /may_take; case: ties.
- move=> _; exists (r (unremarked V N) i D); split=> // xa t k a _ pos.
  exact (best_after silent one_round opt' pos).
- case=> first _; exists (r (unremarked V N) i D); split=> // xa t k a can pos.
  exact (first_after one_round (first _ _ i) can pos).
(* If ties favour the speaker he has at least what the best of her best actions give him. *)
move=> favour; pose f (z : XA * messages * option N) := weighed C (lik e z.2) u z.1.1 z.1.2.
pose g (z : XA * messages * option N) := weighed C (lik e z.2) (U i) z.1.1 z.1.2.
have /fin_all_exists[best bestP] z : exists a, may_take (G := before) Favour_speaker (f z) (g z) a.
  by have [a []] := sure_exists (G := before) Favour_speaker (f z) (g z); exists a.
have [some_lot _] := dist_inhabited (draw s).
have [[[_ xb] _] _] := dist_inhabited (prior G).
have [unsaid _] := dist_inhabited (adding quiet C i e0 l0 small (sees i xb) [::] quiet).
pose p : plan (now N) := [ffun z => best (z.1, bare z.2, (z.2 i).2)].
have p_plus xa t k : p (xa, plus i t k) = best (xa, t, k).
  by rewrite ffunE /= bare_plus ffunE eqxx.
have opt_p : optimal D (plays (G := now N) quiet unsaid some_lot p).
  apply: (plays_optimal (G := now N)) => // xa m a.
  have [E|ne] := eqVneq (plus i (bare m) (m i).2) m; last by rewrite !after_others.
  by rewrite -E p_plus !after_dev; case: (bestP (xa, bare m, (m i).2)) => + _; apply.
exists (plays (G := now N) quiet unsaid some_lot p); split=> //.
  by apply: le_trans le; apply: (favour _ (unremarked V N) i i D).
move=> xa t k a _; rewrite reply_plays p_plus.
by case: eqP => [-> _|_]; [apply: (bestP (xa, t, k)) | rewrite ltxx].
Qed.

(** What she takes after each remark, where it is possible. *)
Variable b : N -> XA -> messages -> A.
Hypothesis sure_b : forall n xa t, reachable C (own n) xa t ->
  follows_surely i (own n) xa t (b n xa t).
Let no_gain := \sum_n got C (own n) (U i) (b n) <= \sum_n kept C s (own n) (U i).

(** He gains nothing by remarks if without them he has no less than before. *)
Lemma price_if e (e0 : 0 < e) (small : forall o, e * (\sum_n l n o) <= 1) :
  (forall xa t a c, reachable C (lik e None) xa t -> 0 < reply s xa t a ->
    may_follow i (lik e None) xa t c ->
    weighed C (lik e None) (U i) xa t a <= weighed C (lik e None) (U i) xa t c) -> no_gain.
Proof.
move=> same; have [s' [opt' le takes]] := deviates e0 small.
have lik0 k xb : 0 <= lik e k xb by apply: share_ge0.
have own0 n xb : 0 <= own n xb by apply: l0.
apply: le_trans (remarks_gain silent one_round le _) => [|xa t]; last first.
  have [can|no] := boolP (reachable C (lik e None) xa t); last first.
    by rewrite !big1 // => a _; rewrite weighed_unreachable ?mulr0.
  apply: (draws_le (p := reply_dist (G := before) quiet s xa t)
    (q := reply_dist (G := now N) quiet s' xa (plus i t None))) => a c taken taken'.
  by apply: same => //; apply: takes.
apply: ler_sum => n _; apply: ler_sum => xa _; apply: ler_sum => t _.
have [can|no] := boolP (reachable C (own n) xa t); last first.
  by rewrite !weighed_unreachable // big1 // => a _; rewrite weighed_unreachable ?mulr0.
have can' : reachable C (lik e (Some n)) xa t.
  move: can => /existsP[xb pos]; apply/existsP; exists xb.
  by rewrite [sent _ _ _ _ * _]mulrCA [point xa xb * _]mulrCA pmulr_rgt0.
rewrite -[leLHS](sum_sure (b n xa t)).
apply: (draws_le (q := reply_dist (G := now N) quiet s' xa (plus i t (Some n)))) => a c.
rewrite /= /sure /=; case: eqP => [-> _|_]; last by rewrite ltxx.
move=> /(takes _ _ _ _ can') may; apply: (sure_b can).2.
by apply: (may_take_scale e0 _ _ may) => a'; apply: weighed_remark.
Qed.

(** First, if there are remarks only, since the likelihoods have a constant sum. *)
Lemma price_constant k : (forall o, \sum_n l n o = k) -> no_gain.
Proof.
move=> sum_k; have k0 : 0 <= k.
  have [[[_ xb] _] _] := dist_inhabited (prior G).
  by rewrite -(sum_k (sees i xb)) sumr_ge0.
move: k0; rewrite le_eqVlt => /orP[/eqP E|pos].
  have zero n xb : own n xb = 0.
    by apply: (sum_eq0 (F := fun n => l n (sees i xb))) => [n'|]; rewrite ?l0 ?sum_k.
  rewrite /no_gain !big1 // => n _; apply: big1 => xa _; apply: big1 => t _.
    by apply: big1 => a _; rewrite weighed0 ?mulr0.
  exact: weighed0.
have small o : k^-1 * (\sum_n l n o) <= 1 by rewrite sum_k mulVf ?gt_eqF.
have k0 : 0 < k^-1 by rewrite invr_gt0.
apply: (price_if k0 small) => xa t a c _ _ _.
have none xb : lik k^-1 None xb = 0 by rewrite /Remarks.lik /= sum_k mulVf ?gt_eqF // subrr.
by rewrite !weighed0.
Qed.

(** Second, if remarks are rare.  Without one, only actions that tie with what she took may
    be as good now; and whether they are, is decided by the remarks together. *)
Lemma rarely : exists e (e0 : 0 < e) (small : forall o, e * (\sum_n l n o) <= 1),
  forall xa t a c, heard_at C xa t -> 0 < reply s xa t a -> c != a ->
    weighed C (lik e None) u xa t a <= weighed C (lik e None) u xa t c -> tie C s xa t a c.
Proof.
pose T := [finType of XA * messages * A * A + view G].
pose gap (z : T) : R := match z with
  | inl (xa, t, a, c) => after C u xa t a - after C u xa t c
  | inr _ => 1 end.
pose f (z : T) : R := match z with
  | inl (xa, t, a, c) => weighed C together u xa t a - weighed C together u xa t c
  | inr o => \sum_n l n o end.
have [e e0 less] := small_enough gap f.
have small o : e * (\sum_n l n o) <= 1 by apply/ltW/(less (inr o)); apply: ltr01.
exists e, e0, small => xa t a c heard taken ne.
rewrite !weighed_none exchange_le -mulrBr.
have [pos|] := boolP (0 < after C u xa t a - after C u xa t c).
  by rewrite leNgt (less (inl (xa, t, a, c))).
rewrite -leNgt subr_le0 => le _; split=> // c'; apply: le_trans le; exact: takes_best.
Qed.

Lemma none_le e xa t a c : 0 < e -> tie C s xa t a c ->
  (weighed C (lik e None) u xa t c <= weighed C (lik e None) u xa t a)
    = (weighed C together u xa t a <= weighed C together u xa t c) /\
  (weighed C (lik e None) u xa t a <= weighed C (lik e None) u xa t c)
    = (weighed C together u xa t c <= weighed C together u xa t a).
Proof.
move=> e0 /tie_equal E; rewrite !weighed_none E.
by rewrite !ler_add2l !ler_opp2 !ler_pmul2l.
Qed.

(** At every tie they pull her towards what she took; under [Any] strictly. *)
Definition pulled (L : XB -> R) xa t a c := match ties with
  | Any => weighed C L u xa t a < weighed C L u xa t c
  | _ => weighed C L u xa t a <= weighed C L u xa t c
  end.

Lemma price_rare : (forall xa t a c, tie C s xa t a c -> pulled together xa t a c) -> no_gain.
Proof.
move=> pull; have [e [e0 [small near]]] := rarely.
apply: (price_if e0 small) => xa t a c can taken may.
have lik0 xb : 0 <= lik e None xb by apply: (share_ge0 e0 l0 small).
have heard := reachable_heard (G := before) lik0 can.
have best : (forall a', tie C s xa t a a' ->
      weighed C together u xa t a <= weighed C together u xa t a') ->
    is_best (weighed C (lik e None) u xa t) a.
  move=> weak a'; have [-> //|ne] := eqVneq a' a; rewrite leNgt; apply/negP => lt.
  have tied := near xa t a a' heard taken ne (ltW lt).
  by move: lt; rewrite ltNge (none_le e0 tied).1 weak.
have [-> //|ne] := eqVneq c a.
move: (pull xa t a) may tied_right; rewrite /may_follow /pulled /may_take /obeys_ties.
case: ties => {}pull may right.
- have tied := near xa t a c heard taken ne (may a).
  by have := pull c tied; rewrite ltNge -(none_le e0 tied).2 may.
- have [_ _ best_c _] := near xa t a c heard taken ne (may.1 a).
  suff E : c = a by rewrite E.
  apply/enum_rank_inj/val_inj/eqP; rewrite eqn_leq (may.2 a (best pull)).
  exact: (right.2 xa t a heard taken).2.
by apply: may.2; apply: best.
Qed.
End One.

(** What an agent can count on (5.7): 1, or 2 to 4.  The likelihoods together pull her
    towards what she takes, or leave the tie; under [Any] there is a direction [d] (of any
    signs) that decides ties in favour of it.  Without ties, any does. *)
Definition counts_on i (N : finType) (l : N -> view G -> R) :=
  (exists k, forall o, \sum_n l n o = k) \/
  exists d : view G -> R, forall xa t a c, tie C s xa t a c ->
    weighed C (together i l) u xa t a <= weighed C (together i l) u xa t c /\
    if ties is Any then weighed C (fun xb => d (sees i xb)) u xa t c
                        < weighed C (fun xb => d (sees i xb)) u xa t a else True.

(** Where she is indifferent nowhere, he can count on everything. *)
Lemma counts_nowhere i (N : finType) (l : N -> view G -> R) :
  (forall xa t a c, heard_at C xa t -> is_best (after C u xa t) a ->
     is_best (after C u xa t) c -> a = c) -> counts_on i l.
Proof.
move=> nowhere; right; exists (fun=> 0) => xa t a c tied.
have [heard taken best /eqP[]] := tied.
exact: nowhere heard best (takes_best taken).
Qed.

(** Remarks on which he can count give him no more than he has without them. *)
Theorem remark_price i (N : finType) (l : N -> view G -> R) (b : N -> XA -> messages -> A) :
  (forall n o, 0 <= l n o) -> counts_on i l ->
  (forall n xa t, reachable C (own i l n) xa t -> follows_surely i (own i l n) xa t (b n xa t)) ->
  \sum_n got C (own i l n) (U i) (b n) <= \sum_n kept C s (own i l n) (U i).
Proof.
move=> l0 [[k sum_k]|[d decided]] sure_b; first exact: price_constant sure_b _ sum_k.
have [weak|any] : (forall xa t a c, tie C s xa t a c -> pulled (together i l) xa t a c)
    \/ ties = Any.
- rewrite /pulled; case: ties decided => decided; [by right | left.. ] => xa t a c /decided[] //.
- exact: price_rare sure_b weak.
(* One more remark, much rarer, decides the ties; it costs as little as one likes. *)
pose k := \sum_o `|d o|; pose m o := k - d o.
have m0 o : 0 <= m o.
  rewrite subr_ge0; apply: le_trans (ler_norm _) _.
  by rewrite /k (bigD1 o) //= ler_addl sumr_ge0.
pose own_m xb := m (sees i xb).
have /fin_all_exists[bm sure_m] (z : XA * messages) : exists a, follows_surely i own_m z.1 z.2 a.
  exact: sure_exists.
rewrite -subr_le0; apply: (vanishing (y := kept C s own_m (U i) -
  got C own_m (U i) (fun xa t => bm (xa, t)))) => h h0.
pose l' (n : option N) o := if n is Some n then l n o else h * m o.
pose b' (n : option N) xa t := if n is Some n then b n xa t else bm (xa, t).
have l'0 n o : 0 <= l' n o by case: n => [n|] /=; [apply: l0 | rewrite mulr_ge0 // ltW].
have pull xa t a c : tie C s xa t a c -> pulled (together i l') xa t a c.
  move=> tied; have := decided xa t a c tied; rewrite /pulled any => -[le lt].
  have E a0 : weighed C (together i l') u xa t a0
      = h * (k * after C u xa t a0 - weighed C (fun xb => d (sees i xb)) u xa t a0)
        + weighed C (together i l) u xa t a0.
    rewrite -weighed1 -weighedZ -mulN1r -weighedZ -weighedD -weighedZ -weighedD.
    apply: weighed_ext => xb; rewrite /together sum_option; congr (_ + _).
    by rewrite /own /= /m mulr1 mulN1r.
  rewrite !E; apply: ltr_le_add => //; rewrite ltr_pmul2l // (tie_equal tied).
  by rewrite ltr_add2l ltr_opp2.
have sure_b' n xa t : reachable C (own i l' n) xa t ->
    follows_surely i (own i l' n) xa t (b' n xa t).
  case: n => [n|_]; first exact: sure_b.
  apply: sure_of_scale h0 _ _ (sure_m (xa, t)) => a /=;
    exact: (weighedZ (G := before) quiet C h own_m).
have := price_rare l'0 sure_b' pull; rewrite !sum_option.
rewrite [X in X + _ <= _](gotZ (G := before) quiet C h own_m).
rewrite [X in _ <= X + _](keptZ (G := before) quiet C s h own_m).
by rewrite mulrBr ler_subr_addl addrA ler_subl_addr.
Qed.

(** ** The bound *)

(** A set of observations is steady (5.10) if she would do the same if she were told it. *)
Definition steady (S : {set XB}) := forall xa t a, 0 < reply s xa t a ->
  is_best (weighed C (fun xb => (xb \in S)%:R) u xa t) a.

(** Each author can count on all of his remarks together, and the sets are steady. *)
Section Bound.
Variables (N : finType) (author : N -> agent) (l : N -> view G -> R).
Hypotheses (l0 : forall n o, 0 <= l n o)
  (count : forall i, counts_on i (fun n o => if author n == i then l n o else 0)).
Variables (K : finType) (S : K -> {set XB}).
Hypothesis steady_S : forall k, steady (S k).
Variables (pi : XA -> XB -> R) (lam : agent -> R)
  (kappa : XA -> {ffun option N -> A} -> option N -> A -> R)
  (kappa_S : XA -> {ffun option N -> A} -> K -> A -> R).
Hypothesis enough : sufficient author l S pi lam kappa kappa_S.
Notation of_author n := (own (author n) l n).
Notation made := (made author l).

Section Answers.
Variable b : N -> XA -> messages -> A.
Hypothesis sure_b : forall n xa t, follows_surely (author n) (of_author n) xa t (b n xa t).

(** Together the remarks give their authors no more. *)
Lemma remark_prices : \sum_n got C (of_author n) (U (author n)) (b n)
  <= \sum_n kept C s (of_author n) (U (author n)).
Proof.
rewrite (partition_big author predT) //= [leRHS](partition_big author predT) //=.
apply: ler_sum => i _; pose li n o := if author n == i then l n o else 0.
have li0 n o : 0 <= li n o by rewrite /li; case: ifP.
have own_li n xb : own i li n xb = if author n == i then of_author n xb else 0.
  by rewrite /own /li; case: eqP => [->|].
have got_li n : got C (own i li n) (U i) (b n)
    = if author n == i then got C (of_author n) (U (author n)) (b n) else 0.
  case: eqP (own_li n) => [<-|_] E; do 2![apply: eq_bigr || apply: big1; move=> ? _].
    exact: weighed_ext.
  exact: weighed0.
have kept_li n : kept C s (own i li n) (U i)
    = if author n == i then kept C s (of_author n) (U (author n)) else 0.
  case: eqP (own_li n) => [<-|_] E; do 3![apply: eq_bigr || apply: big1; move=> ? _].
    by congr (_ * _); apply: weighed_ext.
  by rewrite weighed0 ?mulr0.
rewrite big_mkcond [leRHS]big_mkcond /=.
under eq_bigr do rewrite -got_li; under [leRHS]eq_bigr do rewrite -kept_li.
apply: (remark_price li0 (count i)) => n xa t can.
have A : author n = i.
  by apply/eqP; move: can => /existsP[xb]; rewrite own_li; case: eqP; rewrite // !mulr0 ltxx.
apply: (sure_of_scale ltr01 _ _ (sure_b n xa t)) => a; rewrite mul1r ?A;
  by apply: weighed_ext => xb; rewrite own_li A eqxx.
Qed.

Lemma weighed_diff (x : R) L f xa t a c :
  \sum_xb sent (G := before) quiet C xb t * (x * L xb * (W f xa xb a - W f xa xb c))
  = x * (weighed C L f xa t a - weighed C L f xa t c).
Proof.
rewrite /Remarks.weighed -sumrB mulr_sumr; apply: eq_bigr => xb _.
by rewrite -mulrBr !mulrA [_ * x]mulrC.
Qed.

(** What is best at beliefs leaves out what stands with multipliers. *)
Lemma obedience_ge0 xa t (J : finType) (kap : J -> A -> R) (L : J -> XB -> R) (c : J -> A) :
  (forall j a, 0 <= kap j a) -> (forall j, is_best (weighed C (L j) u xa t) (c j)) ->
  0 <= \sum_xb sent (G := before) quiet C xb t
         * \sum_j \sum_a kap j a * L j xb * (W u xa xb (c j) - W u xa xb a).
Proof.
move=> k0 best; under eq_bigr do rewrite mulr_sumr.
rewrite exchange_big /=; apply: sumr_ge0 => j _; under eq_bigr do rewrite mulr_sumr.
rewrite exchange_big /=; apply: sumr_ge0 => a _.
by rewrite weighed_diff mulr_ge0 // subr_ge0; apply: best.
Qed.

(** The rows, for one joint message and what she takes after it. *)
Lemma row_after xa t a : 0 < reply s xa t a ->
  \sum_xb sent (G := before) quiet C xb t * pi xa xb + \sum_i lam i * after C (U i) xa t a
  <= after C u xa t a + \sum_n (weighed C (of_author n) (U (author n)) xa t (b n xa t)
                                - weighed C (of_author n) (U (author n)) xa t a).
Proof.
have [kap0 kap_S0 _ row] := enough; move=> taken.
pose c : {ffun option N -> A} := [ffun n => if n is Some n then b n xa t else a].
have cN : c None = a by rewrite ffunE.
have cS n : c (Some n) = b n xa t by rewrite ffunE.
have best n : is_best (weighed C (made n) u xa t) (c n).
  case: n => [n|]; first by rewrite cS; apply: may_take_best (sure_b n xa t).1.
  by rewrite cN => a'; rewrite !weighed1; apply: takes_best.
have best_S k : is_best (weighed C (fun xb => (xb \in S k)%:R) u xa t) a by apply: steady_S.
have nonneg := addr_ge0 (obedience_ge0 (kap0 xa c) best) (obedience_ge0 (kap_S0 xa c) best_S).
have := @ler_sum _ _ (index_enum XB) predT _ _ (fun xb _ =>
  ler_wpmul2l (sent_ge0 (G := before) quiet C xb t) (row xa xb c)).
rewrite cN; under eq_bigr do rewrite !mulrDr; rewrite !big_split /= => rows.
apply: le_trans (le_trans _ rows) _.
  rewrite -[leLHS]addr0; apply: ler_add nonneg.
  rewrite ler_add2l le_eqVlt; apply/orP; left; apply/eqP.
  under [RHS]eq_bigr do rewrite mulr_sumr; rewrite [RHS]exchange_big /=.
  by apply: eq_bigr => i _; rewrite mulr_sumr; apply: eq_bigr => xb _; rewrite mulrCA.
under eq_bigr do rewrite mulrDr; rewrite big_split ler_add2l -big_split le_eqVlt.
apply/orP; left; apply/eqP; under eq_bigr do rewrite mulr_sumr.
rewrite exchange_big /=; apply: eq_bigr => n _; rewrite cS -[RHS]mul1r -weighed_diff.
by apply: eq_bigr => xb _; rewrite mul1r.
Qed.

(** And added up. *)
Lemma rows_together : (\sum_xa \sum_xb pi xa xb) + \sum_i lam i * worth C s (U i) <= worth C s u.
Proof.
have E f : average (G := before) quiet s (after C f) = worth C s f.
  by rewrite (worth_signal (G := before) silent one_round).
have := average_le row_after; rewrite !averageD average_sure E !average_sum.
have -> : \sum_xa \sum_t \sum_xb sent (G := before) quiet C xb t * pi xa xb
    = \sum_xa \sum_xb pi xa xb.
  apply: eq_bigr => xa _; rewrite exchange_big; apply: eq_bigr => xb _.
  by rewrite -mulr_suml sent_sum1 mul1r.
move=> rows; apply: le_trans (le_trans _ rows) _.
  by rewrite ler_add2l; apply: ler_sum => i _; rewrite averageZ E.
rewrite -[leRHS]addr0 ler_add2l -subr_le0 subr0.
under eq_bigr do rewrite averageB average_sure.
by rewrite sumrB subr_le0; apply: remark_prices.
Qed.
End Answers.

(** The theorem on rare remarks, with the further rows of steady sets, for what the agents get
    together by deviations in any words [V']; and for what they secure (Revealing.v). *)
Theorem remark_bound D V' (e : embedding V V') (d : agent -> rule (with_words G V')) :
  D <= \sum_i lam i * worth (replace (G := with_words G V') (lift e C) i (d i))
         (r e i (replace (G := with_words G V') (lift e C) i (d i))) (U i) ->
  (\sum_xa \sum_xb pi xa xb) + D <= worth C s u.
Proof.
have [_ _ lam0 _] := enough; move=> /(rich_have lam0 eqm); rewrite mul0r subr0 => have_D.
have /fin_all_exists[b sure_b] (z : N * XA * messages) :
    exists a, follows_surely (author z.1.1) (of_author z.1.1) z.1.2 z.2 a.
  exact: sure_exists.
apply: le_trans (rows_together (fun n xa t => sure_b (n, xa, t))).
by rewrite ler_add2l.
Qed.

Corollary remark_bound_secured D i0 V' (e : embedding V V') :
  secure_together (G := with_words G V') (@every R _) (deviations r i0 e) lam D ->
  (\sum_xa \sum_xb pi xa xb) + D <= worth C s u.
Proof. by move=> /(_ (lift e C) I)[d]; apply: remark_bound. Qed.
End Bound.
End Price.

Print Assumptions counts_nowhere.
Print Assumptions remark_price.
Print Assumptions remark_bound.
Print Assumptions remark_bound_secured.
