(** * Offers that she strictly follows (theory.md 6.5)

    In one round in which only the agents speak, an agent recommends something to her by
    each word.  Where following is merely as good as something else, a little of another
    rule makes it better; so an agent secures what she gives him by following a mixture of
    two offers, but for an error as small as one likes. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Revealing BestAI Prices Induction Alone.
From Alignment Require Import Team Climb MixedOffers.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

Section Heard.
Variables (R : realFieldType) (G : game R).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).
Variables (some_lot : lot G) (quiet : question G) (i : agent).
Hypotheses (silent : forall q : question G, q = quiet) (one_round : rounds G = 1%N).
Implicit Types (C : profile G) (c : rule G) (s : strategy G).

(** What she does after a word of agent [i], and what an action is worth then. *)
Definition answer s xa b a := reply quiet s xa [ffun=> b] a.
Definition meaning c f xa b a := \sum_xb signal quiet c (sees i xb) b * W f xa xb a.

Lemma answer_heard s xa (m : {ffun agent -> word G}) a : (forall l, hears s l [set i]) ->
  reply quiet s xa m a = answer s xa (m i) a.
Proof. by move=> H; apply: (reply_alone quiet xa a H); rewrite ffunE. Qed.

Lemma worth_heard C c s f : (forall l, hears s l [set i]) ->
  worth (replace C i c) s f = \sum_xa \sum_b \sum_a answer s xa b a * meaning c f xa b a.
Proof.
move=> H; rewrite (worth_signal silent one_round); apply: eq_bigr => xa _.
rewrite exchange_big [RHS]exchange_big /=; apply: eq_bigr => a _.
under eq_bigr do rewrite answer_heard // /after mulr_sumr.
under [RHS]eq_bigr do rewrite /meaning mulr_sumr.
rewrite exchange_big [RHS]exchange_big /=; apply: eq_bigr => xb _.
pose D j := replace C i c j (sees j xb) [::] quiet.
have := joint_one D i (fun b => answer s xa b a * W f xa xb a).
rewrite {2}/D replace_same => E.
rewrite [RHS](_ : _ = \sum_b c (sees i xb) [::] quiet b * (answer s xa b a * W f xa xb a)).
  by rewrite -E; apply: eq_bigr => m _; rewrite mulrCA.
by apply: eq_bigr => b _; rewrite mulrCA.
Qed.

Lemma answer_ge0 s xa b a : 0 <= answer s xa b a. Proof. exact: reply_ge0. Qed.
Lemma answer_sum1 s xa b : \sum_a answer s xa b a = 1. Proof. exact: reply_sum1. Qed.

(** A best reply takes what is best after each word. *)
Lemma answer_best C c s xa b a : best_to i c C s -> 0 < answer s xa b a ->
  forall a', meaning c u xa b a' <= meaning c u xa b a.
Proof.
case=> H best pos.
pose good (b : word G) xa := best_action (meaning c u xa b).
pose s' : strategy G := Strategy (sure R some_lot) (fun _ _ _ => sure R [ffun=> quiet])
  (fun _ xa h => sure R (if h i is (_, b) :: _ then good b xa else some_action G)).
have H' l : hears s' l [set i].
  move=> xa' h h' E; split=> // a' /=.
  by rewrite (E i) // inE.
have ans xa' b' a' : answer s' xa' b' a' = (a' == good b' xa')%:R.
  by rewrite /answer /reply sum_sure /= /sure /= !ffunE.
have := best s' H'; rewrite !worth_heard // => le.
pose gap xa b a := answer s xa b a * (most (meaning c u xa b) - meaning c u xa b a).
have gap0 x y z : 0 <= gap x y z.
  by rewrite mulr_ge0 ?answer_ge0 // subr_ge0 most_ge.
have zero : \sum_xa \sum_b \sum_a gap xa b a = 0.
  apply/eqP; rewrite eq_le; apply/andP; split; last by do 3![apply: sumr_ge0 => ? _].
  move: le; rewrite -subr_ge0 -oppr_le0 opprB -!sumrB; apply: le_trans.
  apply: ler_sum => x _; rewrite -sumrB; apply: ler_sum => y _.
  rewrite [X in _ <= X - _](_ : _ = most (meaning c u x y)); last first.
    rewrite (bigD1 (good y x)) //= big1 ?addr0 => [|z /negPf ne].
      by rewrite ans eqxx mul1r.
    by rewrite ans ne mul0r.
  rewrite -[X in _ <= X - _]mul1r -(answer_sum1 s x y) mulr_suml -sumrB.
  by apply: ler_sum => z _; rewrite -mulrBr.
have gap_eq0 : gap xa b a = 0.
  have /eqP z1 := sum_eq0 (fun x => sumr_ge0 _ (fun y _ => sumr_ge0 _ (fun z _ => gap0 x y z))) zero xa.
  have z2 := sum_eq0 (fun y => sumr_ge0 _ (fun z _ => gap0 xa y z)) (eqP z1) b.
  exact: (sum_eq0 (gap0 xa b) z2 a).
move/eqP: gap_eq0; rewrite /gap mulf_eq0 gt_eqF //= subr_eq0 => /eqP <- a'.
exact: most_ge.
Qed.

(** What is drawn is told by a word of its own. *)
Section Told.
Variables (T : finType) (code : T -> word G).
Hypothesis code_inj : injective code.

Lemma push_code (d : dist R T) t : push code d (code t) = d t.
Proof.
rewrite /push /= (bigD1 t) //= big1 ?addr0 // => t' /andP[/eqP/code_inj -> ].
by rewrite eqxx.
Qed.

Lemma sum_push (d : dist R T) (F : word G -> R) :
  \sum_b push code d b * F b = \sum_t d t * F (code t).
Proof.
rewrite [RHS](partition_big code predT) //=; apply: eq_bigr => b _.
by rewrite mulr_suml; apply: eq_bigr => t /eqP ->.
Qed.
End Told.

(** ** Recommendations

    There are [n] recommendations, each a word of its own, and a word for all that an agent
    may see.  He gives recommendation [m] with the probability [low o m] where he sees [o],
    or with [high o m]; and a little of [perturbation o m], where what is left is told. *)
Variables (n : nat) (recommended : 'I_n -> XA -> A).
Variables (low high perturbation : view G -> 'I_n -> R) (code : 'I_n + view G -> word G).
Hypotheses
  (code_inj : injective code)
  (low_ge0 : forall o m, 0 <= low o m) (low_sum1 : forall o, \sum_m low o m = 1)
  (high_ge0 : forall o m, 0 <= high o m) (high_sum1 : forall o, \sum_m high o m = 1)
  (perturbation_ge0 : forall o m, 0 <= perturbation o m) (perturbation_le1 : forall o, \sum_m perturbation o m <= 1).

(** The recommendations as rules. *)
Fact told_ge0 (p : view G -> 'I_n -> R) o : (forall m, 0 <= p o m) -> \sum_m p o m <= 1 ->
  forall t, 0 <= match t with
    | inl m => p o m
    | inr o' => (o' == o)%:R * (1 - \sum_m p o m) end.
Proof. by move=> p0 p1 [m|o'] //; rewrite mulr_ge0 ?ler0n // subr_ge0. Qed.
Fact told_sum1 (p : view G -> 'I_n -> R) o : \sum_(t : 'I_n + view G) match t with
    | inl m => p o m
    | inr o' => (o' == o)%:R * (1 - \sum_m p o m) end = 1.
Proof.
rewrite big_sumType /= [X in _ + X](bigD1 o) //= eqxx mul1r [X in _ + (_ + X)]big1 ?addr0.
  by rewrite addrC subrK.
by move=> o' /negPf ->; rewrite mul0r.
Qed.
Definition telling (p : view G -> 'I_n -> R) (p0 : forall o m, 0 <= p o m)
    (p1 : forall o, \sum_m p o m <= 1) : rule G := fun o _ _ =>
  push code (Dist (told_ge0 (p0 o) (p1 o)) (told_sum1 p o)).
Fact low_le1 o : \sum_m low o m <= 1. Proof. by rewrite low_sum1. Qed.
Fact high_le1 o : \sum_m high o m <= 1. Proof. by rewrite high_sum1. Qed.
Definition low_rule := telling low_ge0 low_le1.
Definition high_rule := telling high_ge0 high_le1.
Definition perturbation_rule := telling perturbation_ge0 perturbation_le1.

(** What recommendation [m] means. *)
Definition if_told (p : view G -> 'I_n -> R) f xa m a :=
  \sum_xb p (sees i xb) m * W f xa xb a.
Lemma meaning_telling p p0 p1 f xa m a :
  meaning (@telling p p0 p1) f xa (code (inl m)) a = if_told p f xa m a.
Proof. by apply: eq_bigr => xb _; rewrite /signal /telling push_code. Qed.

Lemma worth_telling C p p0 p1 s f : (forall l, hears s l [set i]) ->
  (forall o, \sum_m p o m = 1) ->
  worth (replace C i (@telling p p0 p1)) s f
  = \sum_xa \sum_m \sum_a answer s xa (code (inl m)) a * if_told p f xa m a.
Proof.
move=> H one; rewrite worth_heard //; apply: eq_bigr => xa _.
rewrite exchange_big [RHS]exchange_big /=; apply: eq_bigr => a _.
under eq_bigr do rewrite /meaning mulr_sumr.
under [RHS]eq_bigr do rewrite /if_told mulr_sumr.
rewrite exchange_big [RHS]exchange_big /=; apply: eq_bigr => xb _.
under eq_bigr do rewrite mulrCA.
rewrite sum_push big_sumType /= [X in _ + X]big1 ?addr0.
  by apply: eq_bigr => m _; rewrite mulrCA.
by move=> o _; rewrite one subrr mulr0 mul0r.
Qed.

(** An action is the same to her as another if it is so wherever he can tell. *)
Definition same_to_her xa a b := forall o,
  \sum_(xb | sees i xb == o) W u xa xb a = \sum_(xb | sees i xb == o) W u xa xb b.

Lemma if_told_seen p f xa m a : if_told p f xa m a
  = \sum_o p o m * \sum_(xb | sees i xb == o) W f xa xb a.
Proof.
rewrite /if_told (partition_big (sees i) predT) //=; apply: eq_bigr => o _.
by rewrite mulr_sumr; apply: eq_bigr => xb /eqP ->.
Qed.

Lemma same_if_told p xa m a b : same_to_her xa a b ->
  if_told p u xa m a = if_told p u xa m b.
Proof. by move=> same; rewrite !if_told_seen; apply: eq_bigr => o _; rewrite same. Qed.

(** She follows: whatever is not the same to her is no better by either of the two, and
    worse by what is added. *)
Hypothesis follows_it : forall m xa a, same_to_her xa a (recommended m xa) \/
  [/\ if_told low u xa m a <= if_told low u xa m (recommended m xa),
      if_told high u xa m a <= if_told high u xa m (recommended m xa)
    & if_told perturbation u xa m a < if_told perturbation u xa m (recommended m xa)].

(** What he gets at the worst. *)
Variables (d d' : R).
Definition gets_at_least p e := forall t : XA -> 'I_n -> A,
  (forall xa m, same_to_her xa (t xa m) (recommended m xa)) ->
  e <= \sum_xa \sum_m if_told p (U i) xa m (t xa m).
Hypotheses (low_gives : gets_at_least low d) (high_gives : gets_at_least high d').

(** The mixture that he offers. *)
Section Offered.
Variables (x t : R) (share : 0 <= x <= 1) (some : 0 <= t <= 1).
Hypotheses (t0 : 0 < t).
Definition mixed : rule G := mix_rule share low_rule high_rule.
Definition offered : rule G := mix_rule some mixed perturbation_rule.

Lemma meaning_offered f xa m a : meaning offered f xa (code (inl m)) a
  = (1 - t) * ((1 - x) * if_told low f xa m a + x * if_told high f xa m a)
    + t * if_told perturbation f xa m a.
Proof.
rewrite -!(@meaning_telling low low_ge0 low_le1) -!(@meaning_telling high high_ge0 high_le1).
rewrite -(@meaning_telling perturbation perturbation_ge0 perturbation_le1) /meaning !mulr_sumr -big_split /=.
rewrite mulr_sumr -big_split /=; apply: eq_bigr => xb _.
have E (e e' k w : R) : ((1 - t) * ((1 - x) * e + x * e') + t * k) * w
    = (1 - t) * ((1 - x) * (e * w) + x * (e' * w)) + t * (k * w).
  by rewrite mulrDl -!mulrA [(_ + _) * w]mulrDl -!mulrA.
exact: E.
Qed.

Lemma answer_same C s xa m a : best_to i offered C s -> 0 < answer s xa (code (inl m)) a ->
  same_to_her xa a (recommended m xa).
Proof.
move=> best pos; have [//|[le le' lt]] := follows_it m xa a.
have := answer_best best pos (recommended m xa); rewrite !meaning_offered leNgt.
case/andP: share => x0 x1; case/andP: (some) => _ t1.
move=> /negP[]; apply: ler_lt_add; last by rewrite ltr_pmul2l.
by rewrite ler_wpmul2l ?subr_ge0 // ler_add // ler_wpmul2l ?subr_ge0.
Qed.

(** Whatever she does that is the same to her, he gets at least this. *)
Lemma follows_gives C s (p : view G -> 'I_n -> R) p0 p1 e : (forall l, hears s l [set i]) ->
  (forall o, \sum_m p o m = 1) -> gets_at_least p e ->
  (forall xa m a, 0 < answer s xa (code (inl m)) a -> same_to_her xa a (recommended m xa)) ->
  e <= worth (replace C i (@telling p p0 p1)) s (U i).
Proof.
move=> H one least same; rewrite worth_telling //.
pose alike xa a b := [forall o, \sum_(xb | sees i xb == o) W u xa xb a
                                == \sum_(xb | sees i xb == o) W u xa xb b].
have alikeP xa a b : reflect (same_to_her xa a b) (alike xa a b).
  apply: (iffP forallP) => [E o|E o]; first exact/eqP/E.
  exact/eqP/E.
pose worst xa m := [arg min_(a < recommended m xa | alike xa a (recommended m xa))
  if_told p (U i) xa m a]%O.
apply: le_trans (least worst _) _ => [xa m|].
  by rewrite /worst; case: arg_minP => [|a /alikeP //]; apply/alikeP.
apply: ler_sum => xa _; apply: ler_sum => m _.
rewrite -[leLHS]mul1r -(answer_sum1 s xa (code (inl m))) mulr_suml; apply: ler_sum => a _.
have [pos|] := boolP (0 < answer s xa (code (inl m)) a); last first.
  by rewrite lt0r answer_ge0 andbT negbK => /eqP ->; rewrite !mul0r.
rewrite ler_wpmul2l ?answer_ge0 // /worst; case: arg_minP => [|b _ le].
  exact/alikeP.
by apply: le; apply/alikeP/same.
Qed.

(** No payoff is worth more or less than this. *)
Definition range f := \sum_xa \sum_xb \sum_a `|W (G := G) f xa xb a|.
Lemma range_ge0 f : 0 <= range f.
Proof. by do 3![apply: sumr_ge0 => ? _]. Qed.
Lemma worth_range C s f : - range f <= worth C s f.
Proof.
rewrite /range /worth /expect -sumrN; apply: ler_sum => xa _; rewrite -sumrN.
apply: ler_sum => xb _; rewrite -sumrN; apply: ler_sum => a _.
have le1 : outcome C s xa xb a <= 1.
  rewrite -(outcome_sum1 C s xa xb) (bigD1 a) //= ler_addl.
  by apply: sumr_ge0 => b _; apply: outcome_ge0.
rewrite ler_oppl -mulrN; apply: le_trans (ler_norm _) _.
by rewrite normrM normrN ger0_norm ?outcome_ge0 // ler_pimull.
Qed.

Lemma offered_gives C s : best_to i offered C s ->
  (1 - t) * ((1 - x) * d + x * d') - t * range (U i) <= worth (replace C i offered) s (U i).
Proof.
move=> best; have [H _] := best; rewrite !(worth_mix silent one_round).
case/andP: share => x0 x1; case/andP: (some) => _ t1.
rewrite -mulrN; apply: ler_add; rewrite ler_wpmul2l ?subr_ge0 ?(ltW t0) //; last first.
  exact: worth_range.
by apply: ler_add; rewrite ler_wpmul2l ?subr_ge0 //; apply: follows_gives H _ _ _ => // xa m a;
  apply: answer_same best.
Qed.

(** A strategy of hers that follows. *)
Definition heeds b xa : A :=
  if [pick m | code (inl m) == b] is Some m then recommended m xa else some_action G.
Definition follower : strategy G := Strategy (sure R some_lot) (fun _ _ _ => sure R [ffun=> quiet])
  (fun _ xa h => sure R (if h i is (_, b) :: _ then heeds b xa else some_action G)).

Lemma heeds_code m xa : heeds (code (inl m)) xa = recommended m xa.
Proof.
by rewrite /heeds; case: pickP => [m' /eqP/code_inj[->]|/(_ m)] //; rewrite eqxx.
Qed.

Lemma follower_hears l : hears follower l [set i].
Proof. by move=> xa h h' E; split=> // a /=; rewrite (E i) // inE. Qed.

Lemma follower_answer xa m a :
  answer follower xa (code (inl m)) a = (a == recommended m xa)%:R.
Proof.
by rewrite /answer /reply sum_sure /= /sure /= !ffunE /= heeds_code.
Qed.

Lemma follower_worth C p p0 p1 : (forall o, \sum_m p o m = 1) ->
  worth (replace C i (@telling p p0 p1)) follower u
  = \sum_xa \sum_m if_told p u xa m (recommended m xa).
Proof.
move=> one; rewrite worth_telling //; last exact: follower_hears.
apply: eq_bigr => xa _; apply: eq_bigr => m _.
rewrite (bigD1 (recommended m xa)) //= big1 ?addr0 => [|a /negPf ne].
  by rewrite follower_answer eqxx mul1r.
by rewrite follower_answer ne mul0r.
Qed.

Definition to_her p := \sum_xa \sum_m if_told p u xa m (recommended m xa).

Lemma offered_worth : exists2 v, worth_alone i offered v &
  (1 - t) * ((1 - x) * to_her low + x * to_her high) - t * range u <= v.
Proof.
exists (\sum_xa gain_alone quiet u i offered xa (rounds G) [::]).
  exact: (worth_alone_gain some_lot).
have [_ le] := worth_alone_gain some_lot quiet i offered.
pose C : profile G := fun=> offered.
apply: le_trans (le C follower follower_hears).
rewrite !(worth_mix silent one_round) [worth (replace C i low_rule) _ _]follower_worth //.
rewrite [worth (replace C i high_rule) _ _]follower_worth //.
rewrite -mulrN ler_add2l; apply: ler_wpmul2l; [exact: ltW | exact: worth_range].
Qed.

End Offered.

(** ** What he secures *)
Variables (r : response G) (pick : picking G) (lo hi : R).
Hypotheses (rb : best_ai r pick) (lo_hi : lo < hi).

(** She hears him because he offers more, or because there is nobody else. *)
Hypothesis he_is_heard :
  (lo <= to_her low /\ hi <= to_her high) \/ forall j : agent, j = i.

Lemma best_to_only C c : (forall j : agent, j = i) ->
  best_to i c C (r (Some i) (replace C i c)).
Proof.
move=> only; have [_ best] := rb (Some i) (replace C i c); split=> [l|s' H].
  move=> xa h h' E; suff -> : h = h' by split.
  by apply/ffunP => j; apply: E; rewrite (only j) inE.
exact: best H.
Qed.

Lemma small (B e t : R) : 0 <= B -> 0 < e -> 0 <= t -> t <= e / (B + 1) -> t * B <= e.
Proof.
move=> B0 e0 t0; rewrite ler_pdivl_mulr; last by rewrite ltr_paddl ?ltr01.
by apply: le_trans; rewrite ler_wpmul2l // ler_addl ler01.
Qed.

Theorem offers_secure : let slope := (d' - d) / (hi - lo) in
  frontier_secures r lo hi i (d - slope * lo) (- slope).
Proof.
move=> slope C e e0; set y := worth C _ u => ge_lo lt_hi.
have gap0 : 0 < hi - lo by rewrite subr_gt0.
have e2 : 0 < e / 2%:R by rewrite divr_gt0 ?ltr0n.
have pos1 B : 0 <= B -> 0 < B + 1 :> R by move=> B0; rewrite ltr_paddl ?ltr01.
pose h := Num.min ((hi - y) / 2%:R) (e / 2%:R / (`|slope| + 1)).
have h0 : 0 < h by rewrite lt_minr !divr_gt0 ?subr_gt0 ?ltr0n ?pos1.
have h2 : 0 < h / 2%:R by rewrite divr_gt0 ?ltr0n.
have h_hi : y + h <= hi.
  rewrite -ler_subr_addl; apply: (@le_trans _ _ ((hi - y) / 2%:R)).
    by rewrite /h le_minl lexx.
  by rewrite ler_pdivr_mulr ?ltr0n // ler_pemulr ?ler1n // subr_ge0 ltW.
have h_e : h * `|slope| <= e / 2%:R.
  by apply: small => //; [exact: ltW | rewrite /h le_minl lexx orbT].
pose x := (y + h - lo) / (hi - lo).
have x0 : 0 <= x.
  apply: divr_ge0; last exact: ltW.
  by rewrite subr_ge0; apply: le_trans ge_lo _; rewrite ler_addl ltW.
have x1 : x <= 1 by rewrite ler_pdivr_mulr // mul1r ler_add2r.
have share : 0 <= x <= 1 by rewrite x0.
have is_x : x * (hi - lo) = y + h - lo by rewrite divfK // gt_eqF.
have her_x : (1 - x) * lo + x * hi = y + h.
  by rewrite mulrBl mul1r -addrA [- _ + _]addrC -mulrBr is_x addrC subrK.
have his_x : (1 - x) * d + x * d' = d + slope * (y - lo) + slope * h.
  have -> : (1 - x) * d + x * d' = d + x * (d' - d).
    by rewrite mulrBl mul1r mulrBr -addrA [- _ + _]addrC.
  by rewrite -addrA -mulrDr addrAC -is_x mulrCA /slope divfK // gt_eqF.
pose X := d + slope * (y - lo) + slope * h.
pose t := Num.min 1 (Num.min (e / 2%:R / (`|X| + range (U i) + 1))
                             (h / 2%:R / (`|y + h| + range u + 1))).
have B0 : 0 <= `|X| + range (U i) by rewrite addr_ge0 ?normr_ge0 ?range_ge0.
have B0' : 0 <= `|y + h| + range u by rewrite addr_ge0 ?normr_ge0 ?range_ge0.
have t0 : 0 < t by rewrite !lt_minr ltr01 !divr_gt0 ?ltr0n ?pos1.
have t_e : t * (`|X| + range (U i)) <= e / 2%:R.
  by apply: small => //; [exact: ltW | rewrite /t !le_minl lexx orbT].
have t_h : t * (`|y + h| + range u) <= h / 2%:R.
  by apply: small => //; [exact: ltW | rewrite /t !le_minl lexx !orbT].
have some : 0 <= t <= 1 by rewrite (ltW t0) /t le_minl lexx.
have close (Z B E : R) : t * (`|Z| + B) <= E -> Z - E <= (1 - t) * Z - t * B.
  move=> le; rewrite mulrBl mul1r -addrA -opprD -mulrDr ler_add2l ler_opp2.
  by apply: le_trans le; rewrite ler_wpmul2l ?(ltW t0) // ler_add2r ler_norm.
have enough : d - slope * lo - - slope * y - e <= (1 - t) * ((1 - x) * d + x * d') - t * range (U i).
  rewrite his_x -/X; apply: le_trans (close _ _ _ t_e); rewrite /X.
  have -> : d - slope * lo - - slope * y = d + slope * (y - lo).
    by rewrite mulNr opprK mulrBr -addrA [- _ + _]addrC.
  move: (d + slope * (y - lo)) => Y; rewrite -[leRHS]addrA ler_add2l ler_subr_addr.
  have -> : - e + e / 2%:R = - (e / 2%:R) by rewrite {1}[e]splitr opprD addrNK.
  rewrite ler_oppl; apply: le_trans (ler_norm _) _.
  by rewrite normrN normrM (gtr0_norm h0) mulrC.
case: he_is_heard => [[w_lo w_hi]|only]; last first.
  exists (offered share some); apply: le_trans enough _.
  exact: offered_gives (best_to_only _ _ only).
have [v alone le_v] := offered_worth share some t0.
have lt_v : below r v C.
  rewrite /below -/y; apply: lt_le_trans le_v.
  apply: (@lt_le_trans _ _ ((1 - t) * (y + h) - t * range u)); last first.
    rewrite ler_add2r -her_x ler_wpmul2l ?subr_ge0 //; first by case/andP: (some).
    by apply: ler_add; rewrite ler_wpmul2l ?subr_ge0.
  apply: lt_le_trans (close _ _ _ t_h).
  by rewrite -addrA ltr_addl [h in h - _](splitr h) addrK.
have sec : secures (below r v) r i ((1 - t) * ((1 - x) * d + x * d') - t * range (U i)).
  by apply: (secures_offer rb alone) => C' s; apply: offered_gives.
by have [c le] := sec C lt_v; exists c; apply: le_trans le.
Qed.

End Heard.

Print Assumptions offers_secure.
