(** * G2: the guarantee for the quantal user (theory.md 3.2, 4.2, 4.4)

    Over any ordered field with an exponential function [e] of some base: it turns sums
    into products and lies above its tangent at 0, whose slope is [slope].  (For the base
    e the slope is 1; for the base b it is the logarithm of b.) *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Hull Revealing Induction Announcement Odds.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

(** ** Definitions *)
Record exponential (R : realFieldType) := Exponential {
  e :> R -> R;
  slope : R;
  slope_gt0 : 0 < slope;
  e_add : forall x y, e (x + y) = e x * e y;
  e_tangent : forall x, 1 + slope * x <= e x }.

Section Definitions.
Variables (R : realFieldType) (E : exponential R) (eta : R) (G : game R).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).

(** She takes [a] with a probability proportional to [E (eta * g a)]. *)
Definition softmax (g : A -> R) a := E (eta * g a) / \sum_b E (eta * g b).

(** Her expectation of [u] if she knows [xa] and [xb], and after what was said in [h]. *)
Definition informed xa xb a := W u xa xb a / point xa xb.
Definition expects C xa h a :=
  value C setT xa h a / \sum_xb point xa xb * likely (G := G) C setT xb h.

(** The quantal user asks by a script and responds to what she expects. *)
Definition quantal (script : XA -> transcript G -> {ffun agent -> question G})
    (r : response G) := forall o C l xa h,
  (forall q, ask (r o C) l xa h q = (q == script xa h)%:R) /\
  (complete h -> possible C setT xa h ->
     choose (r o C) l xa h =1 softmax (expects C xa h)).

(** What she does if she knows [xa] and [xb], and what this is worth to her. *)
Definition informed_outcome xa xb a := softmax (informed xa xb) a.
Definition QR := expect u informed_outcome.

(** The hyperbolic tangent of [x / 2] (in the base of [E]). *)
Definition tanh_half x := (E x - 1) / (E x + 1).
End Definitions.

Section Exponential.
Variables (R : realFieldType) (E : exponential R).

Lemma e_gt0 x : 0 < E x.
Proof.
have ne0 : E x != 0.
  have : E (x - x) != 0.
    rewrite subrr gt_eqF //; apply: (@lt_le_trans _ _ 1); first exact: ltr01.
    by have := e_tangent E 0; rewrite mulr0 addr0.
  by rewrite e_add mulf_eq0 negb_or => /andP[].
rewrite lt0r ne0 /= [x]splitr e_add -expr2; exact: sqr_ge0.
Qed.

Lemma e0 : E 0 = 1.
Proof.
have := e_add E 0 0; rewrite addr0 => /(congr1 (fun z => z / E 0)).
by rewrite mulfK ?divff // gt_eqF // e_gt0.
Qed.

Lemma e_opp x : E (- x) = (E x)^-1.
Proof.
apply: (mulfI (x := E x)); first by rewrite gt_eqF // e_gt0.
by rewrite -e_add subrr e0 divff // gt_eqF // e_gt0.
Qed.

Lemma e_le : {homo E : x y / x <= y}.
Proof.
move=> x y le; rewrite -(subrK x y) e_add -[leLHS]mul1r ler_pmul2r ?e_gt0 //.
apply: le_trans (e_tangent E (y - x)).
by rewrite ler_addl mulr_ge0 ?subr_ge0 // ltW // slope_gt0.
Qed.

Lemma e_ge1 x : 0 <= x -> 1 <= E x.
Proof. by move=> /e_le; rewrite e0. Qed.

Lemma tanh_half_ge0 x : 0 <= x -> 0 <= tanh_half E x.
Proof.
move=> x0; rewrite /tanh_half divr_ge0 ?subr_ge0 ?e_ge1 //.
by rewrite addr_ge0 ?ler01 ?ltW ?e_gt0.
Qed.

Lemma tanh_half_le : {homo tanh_half E : x y / x <= y}.
Proof.
move=> x y /e_le le; have pos z : 0 < E z + 1 by rewrite addr_gt0 ?ltr01 ?e_gt0.
have split z : tanh_half E z = 1 - 2%:R / (E z + 1).
  apply: (mulIf (x := E z + 1)); first by rewrite gt_eqF.
  by rewrite mulrBl !divfK ?gt_eqF // mul1r mulr2n opprD addrA addrK.
rewrite !split ler_add2l ler_opp2 ler_pmul2l ?ltr0n // lef_pinv ?posrE //.
by rewrite ler_add2r.
Qed.
End Exponential.

Section Quantal.
Variables (R : realFieldType) (E : exponential R) (eta : R) (G : game R).
Hypothesis eta_gt0 : 0 < eta.
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).
Notation softmax := (softmax E eta).
Implicit Types (g : A -> R) (C : profile G).

Lemma total_gt0 g : 0 < \sum_b E (eta * g b).
Proof.
rewrite (bigD1 (some_action G)) //=; apply: ltr_paddr; last exact: e_gt0.
by apply: sumr_ge0 => b _; apply/ltW/e_gt0.
Qed.

Lemma softmax_ge0 g a : 0 <= softmax g a.
Proof. by rewrite divr_ge0 ?ltW ?e_gt0 ?total_gt0. Qed.

Lemma softmax_sum1 g : \sum_a softmax g a = 1.
Proof. by rewrite -mulr_suml divff // gt_eqF ?total_gt0. Qed.

Lemma informed_is_outcome : is_outcome (informed_outcome E eta (G := G)).
Proof. by split=> *; [apply: softmax_ge0 | apply: softmax_sum1]. Qed.

(** There is such a response, whatever the script. *)
Lemma quantal_exists (script : XA -> transcript G -> {ffun agent -> question G}) :
  lot G -> exists r : response G, quantal E eta script r.
Proof.
move=> l0; exists (fun _ C => Strategy (sure R l0) (fun _ xa h => sure R (script xa h))
  (fun _ xa h => Dist (softmax_ge0 (expects C xa h)) (softmax_sum1 (expects C xa h)))).
by move=> o C l xa h; split.
Qed.

(** ** How much a change of her expectations moves her *)
Theorem softmax_gap g g' D (V : A -> R) lo hi :
  (forall a b, (g a - g b) - (g' a - g' b) <= D) -> (forall a, lo <= V a <= hi) ->
  \sum_a softmax g a * V a - \sum_a softmax g' a * V a
    <= (hi - lo) * tanh_half E (eta * D / 2%:R).
Proof.
move=> near range; pose S a := softmax g' a < softmax g a.
have D0 : 0 <= D.
  by apply: le_trans (near (some_action G) (some_action G)); rewrite !subrr.
have both F : \sum_a F a = \sum_(a | S a) F a + \sum_(a | ~~ S a) F a :> R.
  by rewrite (bigID S).
pose gap := \sum_(a | S a) (softmax g a - softmax g' a).
have rest : \sum_(a | ~~ S a) (softmax g a - softmax g' a) = - gap.
  by apply/eqP; rewrite -addr_eq0 addrC -both sumrB !softmax_sum1 subrr.
apply: (@le_trans _ _ ((hi - lo) * gap)).
  rewrite mulrBl -mulrN -rest !mulr_sumr -sumrB both.
  apply: ler_add; apply: ler_sum => a Sa; rewrite -mulrBl mulrC.
    by rewrite ler_pmul2r ?subr_gt0 //; case/andP: (range a).
  have le : softmax g a - softmax g' a <= 0 by rewrite subr_le0 leNgt.
  by apply: ler_wnmul2r => //; case/andP: (range a).
rewrite ler_wpmul2l ?subr_ge0 //.
  by case/andP: (range (some_action G)); apply: le_trans.
pose t := E (eta * D / 2%:R).
have t1 : 1 <= t by apply: e_ge1; rewrite divr_ge0 ?ler0n // mulr_ge0 // ltW.
have part (h : A -> R) : \sum_(a | S a) softmax h a = (\sum_(a | S a) E (eta * h a)) /
    (\sum_(a | S a) E (eta * h a) + \sum_(a | ~~ S a) E (eta * h a)).
  by rewrite -both -mulr_suml.
rewrite /gap sumrB !part; apply: odds_gap => //.
- by apply: sumr_ge0 => a _; apply/ltW/e_gt0.
- by apply: sumr_ge0 => a _; apply/ltW/e_gt0.
- by apply: sumr_ge0 => a _; apply/ltW/e_gt0.
- by apply: sumr_ge0 => a _; apply/ltW/e_gt0.
- by rewrite -both total_gt0.
- by rewrite -both total_gt0.
rewrite !big_distrlr /= mulr_sumr; apply: ler_sum => a _.
rewrite mulr_sumr; apply: ler_sum => b _.
rewrite -!e_add; apply: e_le.
rewrite -[eta * D / _ + _]splitr -!mulrDr ler_pmul2l //.
rewrite -ler_subl_addr; apply: le_trans (near a b).
by rewrite opprB opprD [- g' a - g b]addrC addrACA.
Qed.

(** ** Announcing a cell *)

Lemma taken_average (P : nat -> transcript G -> Prop) C s l xa xb n h (V : A -> R) low :
  (forall n h q (m : {ffun agent -> word G}), P n.+1 h -> 0 < ask s l xa h q ->
     (forall i, 0 < C i (sees i xb) (h i) (q i) (m i)) -> P n (grow h q m)) ->
  (forall h, P 0%N h -> low <= \sum_a choose s l xa h a * V a) ->
  P n h -> low <= \sum_a taken C s l xa xb n h a * V a.
Proof.
move=> step last; elim: n h => [|n IH] h Ph /=; first exact: last.
under eq_bigr do rewrite mulr_suml.
rewrite exchange_big /= -[low]mul1r -[X in X * _ <= _](mass_sum1 (ask s l xa h)) mulr_suml.
apply: ler_sum => q _.
under eq_bigr do rewrite mulr_suml.
rewrite exchange_big /=.
have J := joint_sum1 (fun i => C i (sees i xb) (h i) (q i)); rewrite /= in J.
rewrite -[low]mul1r -[X in _ * (X * _) <= _]J mulr_suml mulr_sumr.
apply: ler_sum => m _; under [leRHS]eq_bigr do rewrite -!mulrA.
rewrite -mulr_sumr; have [aq|] := boolP (0 < ask s l xa h q); last first.
  by rewrite lt0r mass_ge0 andbT negbK => /eqP ->; rewrite !mul0r.
rewrite ler_pmul2l // -mulr_sumr.
have [/forallP now|/forallPn[i]] := boolP [forall i, 0 < C i (sees i xb) (h i) (q i) (m i)].
  rewrite ler_wpmul2l ?(joint_ge0 (fun i => C i (sees i xb) (h i) (q i))) //.
  by apply: IH; apply: step now.
rewrite lt0r mass_ge0 andbT negbK => /eqP z.
by rewrite (bigD1 i) //= z !mul0r.
Qed.

Lemma expects_average C xa h a : possible C setT xa h ->
  expects (G := G) C xa h a = \sum_xb posterior C setT xa h xb * informed (G := G) xa xb a.
Proof.
move=> pos; rewrite /expects /value mulr_suml; apply: eq_bigr => xb _.
rewrite ffunE [RHS]mulrAC; congr (_ / _); rewrite /informed.
have [p|no] := boolP (0 < point xa xb); last by rewrite W_impossible // mul0r !mulr0.
by rewrite [point _ _ * _]mulrC -mulrA [point _ _ * _]mulrCA divff ?gt_eqF // mulr1.
Qed.

Lemma posterior_sum1 C xa h : possible (G := G) C setT xa h ->
  \sum_xb posterior C setT xa h xb = 1.
Proof.
move=> pos; under eq_bigr do rewrite ffunE.
by rewrite -mulr_suml divff // gt_eqF // likely_total_gt0.
Qed.

(** The cell of what the agents observe, and by how much a difference of her expectations
    can change inside it. *)
Variables (L : finType) (cell : XB -> L) (D : XA -> XB -> R).
Definition within := (forall xa xb, 0 <= D xa xb) /\
  forall xa xb xb' a b, 0 < point xa xb -> 0 < point xa xb' -> cell xb' = cell xb ->
  (informed (G := G) xa xb a - informed xa xb b)
    - (informed xa xb' a - informed xa xb' b) <= D xa xb.

Lemma expects_near i C label xa xb h a b : within -> announces cell i (C i) label ->
  complete h -> (forall j, 0 < says (C j) (sees j xb) [::] (h j)) -> 0 < point xa xb ->
  (informed xa xb a - informed xa xb b)
    - (expects C xa h a - expects C xa h b) <= D xa xb.
Proof.
move=> [D0 near] ann len said pos.
have poss : possible C setT xa h by exists xb; rewrite mulr_gt0 ?likely_gt0.
have q0 xb' : 0 <= posterior C setT xa h xb'.
  rewrite ffunE divr_ge0 ?(ltW (likely_total_gt0 poss)) // mulr_ge0 ?point_ge0 //.
  by apply: prodr_ge0 => j _; apply: says_ge0.
rewrite !expects_average // -sumrB.
rewrite -[X in X - _ <= _]mul1r -[leRHS]mul1r -(posterior_sum1 poss) !mulr_suml -sumrB.
apply: ler_sum => xb' _; rewrite -!mulrBr.
have [q_pos|] := boolP (0 < posterior C setT xa h xb'); last first.
  by rewrite lt0r q0 andbT negbK => /eqP ->; rewrite !mul0r.
rewrite ler_pmul2l //.
have nz : point xa xb' * likely C setT xb' h != 0.
  by move: q_pos; rewrite ffunE; case: eqP => // ->; rewrite mul0r ltxx.
have [pz lz] : point xa xb' != 0 /\ likely C setT xb' h != 0.
  by apply/andP; rewrite -negb_or -mulf_eq0.
have pos' : 0 < point xa xb' by rewrite lt0r pz point_ge0.
have said' : 0 < says (C i) (sees i xb') [::] (h i).
  rewrite lt0r says_ge0 andbT; apply: contraNneq lz => z.
  by rewrite /likely (bigD1 i) ?inE //= z mul0r.
by apply: near => //; rewrite -(ann xb (h i)) // -(ann xb' (h i)).
Qed.

(** ** What an agent secures by announcing his cell (4.2) *)
Theorem secures_quantal script r i c label lo hi : quantal E eta script r ->
  announces cell i c label -> within ->
  (forall xa xb a, lo xa xb <= W (U i) xa xb a <= hi xa xb) ->
  secures (@every R G) r i (expect (U i) (informed_outcome E eta (G := G))
    - \sum_xa \sum_xb (hi xa xb - lo xa xb) * tanh_half E (eta * D xa xb / 2%:R)).
Proof.
move=> rq ann near range C _; exists c; set C' := replace C i c; set s := r _ _.
have annC : announces cell i (C' i) label by rewrite /C' replace_same.
rewrite /worth /expect -sumrB; apply: ler_sum => xa _.
rewrite -sumrB; apply: ler_sum => xb _.
set low := (X in X <= _).
suff each l : low <= \sum_a played C' s l xa xb a * W (U i) xa xb a.
  rewrite -[low]mul1r -(mass_sum1 (draw s)) mulr_suml.
  apply: (@le_trans _ _ (\sum_l draw s l * \sum_a played C' s l xa xb a * W (U i) xa xb a)).
    by apply: ler_sum => l _; rewrite ler_wpmul2l ?mass_ge0.
  under eq_bigr do rewrite mulr_sumr.
  rewrite exchange_big /=; apply: ler_sum => a _.
  by rewrite mulr_suml; apply: ler_sum => l _; rewrite mulrA.
have [pos|no] := boolP (0 < point xa xb); last first.
  rewrite big1 => [|a _]; last by rewrite W_impossible ?mulr0.
  rewrite /low big1 => [|a _]; last by rewrite W_impossible ?mulr0.
  rewrite sub0r oppr_le0 mulr_ge0 ?subr_ge0 //.
    by case/andP: (range xa xb (some_action G)); apply: le_trans.
  have [D0 _] := near.
  by apply: tanh_half_ge0; rewrite divr_ge0 ?ler0n // mulr_ge0 // ltW.
apply: (taken_average (P := under_way C' xb)).
- by move=> n h q m way _; apply: under_way_grow.
- move=> h [len said]; have {}len : complete h by move=> j; rewrite -(len j) addn0.
  have poss : possible C' setT xa h by exists xb; rewrite mulr_gt0 ?likely_gt0.
  have [_ soft] := rq (Some i) C' l xa h.
  under eq_bigr do rewrite soft //.
  rewrite /low ler_subl_addr -ler_subl_addl; apply: softmax_gap => [a b|a].
    exact: (@expects_near i C' label xa xb h a b near annC len said pos).
  exact: range.
exact: under_way_start.
Qed.
End Quantal.

Section Guarantee.
Variables (R : realFieldType) (E : exponential R) (eta : R) (G : game R).
Hypothesis eta_gt0 : 0 < eta.
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).

(** ** G2

    [delta] is by how much her expectation of what an action is worth can differ inside a
    cell that an agent announces, and [lo] and [hi] are the ends of his payoffs. *)
Theorem G2 script (r : response G) w c eps gamma C (L : finType) (cell : agent -> XB -> L)
    delta (lo hi : agent -> R) :
  quantal E eta script r -> near w c eps -> equilibrium gamma r C -> 0 <= delta ->
  (forall i, 0 < w i -> exists T label, announces (cell i) i T label) ->
  (forall i xa xb xb' a, 0 < w i -> 0 < point xa xb -> 0 < point xa xb' ->
     cell i xb' = cell i xb -> `|informed xa xb a - informed xa xb' a| <= delta) ->
  (forall i a y, lo i <= U i a y <= hi i) ->
  QR E eta G - eps *+ 2 - (\sum_i w i * (hi i - lo i)) * tanh_half E (eta * delta) - gamma
    <= worth C (r None C) u.
Proof.
move=> rq aligned eqm delta0 ann near range.
have [[w0 w1] _] := aligned.
pose nu := informed_outcome E eta (G := G).
pose th := tanh_half E (eta * delta).
have range_W i xa xb a : lo i * point xa xb <= W (U i) xa xb a <= hi i * point xa xb.
  rewrite /point /W !mulr_sumr; apply/andP; split; apply: ler_sum => y _.
    rewrite [lo i * _]mulrC; apply: ler_wpmul2l; first exact: mass_ge0.
    by case/andP: (range i a y).
  rewrite [hi i * _]mulrC; apply: ler_wpmul2l; first exact: mass_ge0.
  by case/andP: (range i a y).
have dev i : 0 < w i ->
    expect (U i) nu - (hi i - lo i) * th <= worth C (r None C) (U i) + gamma.
  move=> wi; have [T [label announced]] := ann i wi.
  have inside : within (cell i) (fun _ _ => delta *+ 2).
    split=> [_ _|xa xb xb' a b p p' same]; first by rewrite mulrn_wge0.
    have := near i xa xb xb' a wi p p' same; have := near i xa xb xb' b wi p p' same.
    rewrite !ler_norml => /andP[lob _] /andP[_ hia].
    rewrite mulr2n opprB [X in _ + X <= _]addrC addrACA; apply: ler_add => //.
    by rewrite addrC -opprB ler_oppl.
  have sec := secures_quantal eta_gt0 rq announced inside (range_W i).
  have [d le] := sec C I; apply: le_trans (eqm i d); apply: le_trans le.
  rewrite -/nu ler_add2l ler_opp2 -[(hi i - lo i) * th]mulr1.
  rewrite -[X in _ <= _ * X](prior_total G) mulr_sumr.
  apply: ler_sum => xa _; rewrite mulr_sumr; apply: ler_sum => xb _.
  have half : eta * (delta *+ 2) / 2%:R = eta * delta.
    by rewrite -[delta *+ 2]mulr_natr mulrA mulfK // pnatr_eq0.
  by rewrite /= half -mulrBl mulrAC.
have mu_out := outcome_is_outcome C (r None C); have eps0 := near_ge0 aligned.
have gain : \sum_i w i * expect (U i) nu <= \sum_i w i * worth C (r None C) (U i)
    + ((\sum_i w i * (hi i - lo i)) * th + gamma).
  rewrite -[gamma]mul1r -[X in _ + (_ + X * _)]w1 !mulr_suml -!big_split /=.
  apply: ler_sum => i _; rewrite -mulrA -!mulrDr.
  have [wi|] := boolP (0 < w i); last first.
    by rewrite lt0r w0 andbT negbK => /eqP ->; rewrite !mul0r.
  rewrite ler_wpmul2l // [_ * th + _]addrC addrA -ler_subl_addr; exact: dev.
apply: le_trans (shift_together aligned mu_out (informed_is_outcome E eta G) gain).
rewrite -addrA -opprD ler_add2r ler_add2l ler_opp2 ler_pimulr ?mulrn_wge0 //.
by apply: distance_le1 mu_out (informed_is_outcome E eta G).
Qed.

(** ** QR is near OPT (3.2)

    [top] is the logarithm of the number of actions. *)
Lemma softmax_near (top : R) (g : A -> R) : E top = #|A|%:R ->
  most g - top / eta <= \sum_a softmax E eta g a * g a.
Proof.
move=> top_is; have m0 : 0 < #|A|%:R :> R by rewrite -top_is e_gt0.
pose best := [arg max_(a > some_action G) g a]%O; pose d a := eta * (most g - g a).
pose k := slope E; have k0 : 0 < k := slope_gt0 E.
have d_best : d best = 0 by rewrite /d /most subrr mulr0.
have each a : k * (d a - top) * E (- d a) <= (#|A|%:R)^-1.
  have tangent : k * (d a - top) <= E (d a - top - k^-1).
    apply: le_trans (e_tangent E _); rewrite -/k [k * (_ - k^-1)]mulrBr divff ?gt_eqF //.
    by rewrite addrCA subrr addr0.
  have eq : E (d a - top - k^-1) * E (- d a) = (#|A|%:R)^-1 * E (- k^-1).
    by rewrite -top_is -e_opp -!e_add; congr (E _); rewrite addrC !addrA addNr sub0r.
  apply: (@le_trans _ _ ((#|A|%:R)^-1 * E (- k^-1))).
    by rewrite -eq ler_pmul2r ?e_gt0.
  rewrite -[leRHS]mulr1 ler_pmul2l ?invr_gt0 // -(e0 E); apply: e_le.
  by rewrite oppr_le0 invr_ge0 ltW.
have total : \sum_a k * (d a - top) * E (- d a) <= 0.
  have others : \sum_(a | a != best) (#|A|%:R)^-1 = 1 - (#|A|%:R)^-1 :> R.
    apply/eqP; rewrite eq_sym subr_eq addrC; apply/eqP.
    transitivity (\sum_(a : A) (#|A|%:R)^-1 : R); last by rewrite (bigD1 best).
    by rewrite sumr_const -[X in X *+ _]mul1r -mulrnAr -[_ *+ _]mulr_natr mulVf ?mulr1 ?gt_eqF.
  rewrite (bigD1 best) //= d_best sub0r oppr0 e0 mulr1 mulrN addrC subr_le0.
  apply: (@le_trans _ _ (\sum_(a | a != best) (#|A|%:R)^-1)); first by apply: ler_sum.
  rewrite others ler_subl_addr -top_is -e_opp addrC -ler_subl_addr.
  by apply: le_trans (e_tangent E _); rewrite mulrN.
have soft a : softmax E eta g a
    = (E (eta * most g) / \sum_b E (eta * g b)) * E (- d a).
  rewrite /softmax mulrAC -e_add; congr (E _ / _).
  by rewrite /d mulrBr opprB addrCA subrr addr0.
have ratio_gt0 : 0 < E (eta * most g) / \sum_b E (eta * g b).
  by rewrite divr_gt0 ?e_gt0 ?total_gt0.
have mean : \sum_a softmax E eta g a * (d a - top) <= 0.
  rewrite -(pmulr_rle0 _ k0) mulr_sumr.
  have eq a : k * (softmax E eta g a * (d a - top))
      = (E (eta * most g) / \sum_b E (eta * g b)) * (k * (d a - top) * E (- d a)).
    by rewrite soft -mulrA [LHS]mulrCA; congr (_ * _); rewrite mulrA mulrAC.
  by under eq_bigr do rewrite eq; rewrite -mulr_sumr pmulr_rle0.
have split_mean : \sum_a softmax E eta g a * (d a - top)
    = eta * (most g - \sum_a softmax E eta g a * g a) - top.
  under eq_bigr do rewrite mulrBr.
  rewrite sumrB -mulr_suml softmax_sum1 mul1r; congr (_ - _).
  rewrite mulrBr -[eta * most g]mulr1 -(softmax_sum1 E eta g) !mulr_sumr -sumrB.
  by apply: eq_bigr => a _; rewrite /d mulrBr mulrBr mulrC; congr (_ - _); rewrite mulrCA.
move: mean; rewrite split_mean subr_le0 mulrC -ler_pdivl_mulr // => le.
by rewrite ler_subl_addr addrC -ler_subl_addr.
Qed.

Theorem QR_near_OPT (top : R) : E top = #|A|%:R -> OPT G - top / eta <= QR E eta G.
Proof.
move=> top_is; rewrite -[top / eta]mul1r -(prior_total G) mulr_suml /QR /expect -sumrB.
apply: ler_sum => xa _; rewrite mulr_suml -sumrB; apply: ler_sum => xb _.
rewrite -/(point xa xb).
have [pos|no] := boolP (0 < point xa xb); last first.
  have -> : point xa xb = 0 by apply/eqP; move: no; rewrite lt0r point_ge0 andbT negbK.
  rewrite mul0r subr0 /most W_impossible // [leRHS]big1 // => a _.
  by rewrite W_impossible ?mulr0.
have W_is a : W u xa xb a = point xa xb * informed xa xb a.
  by rewrite /informed mulrCA divff ?mulr1 // gt_eqF.
apply: (@le_trans _ _ (point xa xb * (most (informed xa xb) - top / eta))).
  by rewrite mulrBr ler_add2r {1}/most W_is ler_pmul2l // most_ge.
apply: (@le_trans _ _ (point xa xb *
    \sum_a softmax E eta (informed xa xb) a * informed xa xb a)).
  by rewrite ler_pmul2l // softmax_near.
by rewrite mulr_sumr; apply: ler_sum => a _; rewrite W_is mulrCA.
Qed.
End Guarantee.

Print Assumptions softmax_gap.
Print Assumptions secures_quantal.
Print Assumptions G2.
Print Assumptions QR_near_OPT.
