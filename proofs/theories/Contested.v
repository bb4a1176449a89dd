(** * Contested margins where she is indifferent nowhere (theory.md 5.5, second part; 5.7)

    If she did not know enough, some agent could say a little more: towards an observation,
    by a remark that is always made there and more rarely elsewhere, as far as to where she
    would first do something else.  Beyond that those who can tell the observation from the
    rest would gain together; so there is no such point, and what she does is best at every
    observation that is possible ([contested_OPT]).  Shifts show that she is indifferent nowhere
    ([contested_without_ties], Indifference.v). *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Revealing Induction Prices Rich Signals.
From Alignment Require Import Remarks Indifference.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

Section Contested.
Variables (R : realFieldType) (G : game R).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).

(** Agent [i] can tell the observation [x] from all others that occur. *)
Definition tells_from_rest i (x : XB) := forall xa xb, 0 < point xa xb ->
  sees i xb = sees i x -> xb = x.

(** Agents with weights [w] contest all margins towards [x]: wherever it is possible and two
    actions are best for her, one is better at [x], and together they have strictly more by
    it, unless no equilibrium has the other. *)
Definition contested (never : {set XA * A}) x (w : agent -> R) := forall xa q a b,
  (forall xb, 0 <= q xb) -> x \in possible_at q xa ->
  a \in best_at q xa -> b \in best_at q xa -> a != b -> W u xa x a <= W u xa x b ->
  W u xa x a != W u xa x b /\
  ((xa, a) \notin never ->
     \sum_i w i * valued q (U i) xa a < \sum_i w i * valued q (U i) xa b).
End Contested.

Section Equilibrium.
Variables (R : realFieldType) (G : game R) (quiet : question G) (V : finType).
Hypotheses (silent : forall q : question G, q = quiet) (one_round : rounds G = 1%N).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).
Notation before := (with_words G V).
Notation messages := {ffun agent -> V}.
Notation weighed := (weighed (G := before) quiet).
Notation after := (after (G := before) quiet).
Notation reply := (reply (G := before) quiet).
Notation sent := (sent (G := before) quiet).
Notation heard_at := (heard_at (G := before) quiet).
Notation average := (average (G := before) quiet).

Variables (r : rich_response G V) (C : profile before) (s : strategy before) (ties : tie_rule).
Hypotheses (rb : rich_bayes r) (opt : optimal C s) (eqm : rich_equilibrium 0 r C s).
Hypothesis tied_right : obeys_ties quiet r C s ties.
Variable never : {set XA * A}.
Hypothesis unused : not_taken quiet C s never.

(** ** If she is indifferent nowhere *)
Section Nowhere.
Hypothesis nowhere : forall xa t a c, heard_at C xa t -> is_best (after C u xa t) a ->
  is_best (after C u xa t) c -> a = c.

Section Towards.
Variables (x : XB) (w : agent -> R).
Hypotheses (w0 : forall i, 0 <= w i) (apart : forall i, 0 < w i -> tells_from_rest (G := G) i x).
Hypothesis contest : contested never x w.

(** A remark that is always made at [x], and elsewhere with probability [m]. *)
Definition toward (m : R) (xb : XB) : R := if xb == x then 1 else m.
Definition worth_at f xa t a := sent C x t * W (G := G) f xa x a.
Definition slope f xa t a := after C f xa t a - worth_at f xa t a.

Lemma weighed_toward m f xa t a :
  weighed C (toward m) f xa t a = worth_at f xa t a + m * slope f xa t a.
Proof.
rewrite /slope /worth_at /Prices.after /Remarks.weighed (bigD1 x) //= [X in m * (X - _)](bigD1 x) //=.
rewrite /toward eqxx mulr1 [X in m * X]addrAC subrr add0r; congr (_ + _).
by rewrite [RHS]mulr_sumr; apply: eq_bigr => xb /negPf ->; rewrite mulrAC mulrC.
Qed.

Lemma weighed_less m e f xa t a :
  weighed C (toward (m - e)) f xa t a = weighed C (toward m) f xa t a - e * slope f xa t a.
Proof. by rewrite !weighed_toward mulrBl addrA. Qed.

Lemma diff_less m e f xa t a b :
  weighed C (toward (m - e)) f xa t a - weighed C (toward (m - e)) f xa t b
  = weighed C (toward m) f xa t a - weighed C (toward m) f xa t b
    - e * (slope f xa t a - slope f xa t b).
Proof. by rewrite !weighed_less mulrBr !opprD !opprK addrACA. Qed.

Lemma toward1 f xa t a : weighed C (toward 1) f xa t a = after C f xa t a.
Proof. by rewrite weighed_toward mul1r addrC subrK. Qed.

Lemma toward_ge0 m xb : 0 <= m -> 0 <= toward m xb.
Proof. by move=> m0; rewrite /toward; case: ifP => // _; apply: ler01. Qed.

(** If [x] is not possible, the remark changes nothing. *)
Lemma impossible f xa t a : ~~ (0 < point (G := G) xa x * sent C x t) -> worth_at f xa t a = 0.
Proof.
rewrite /worth_at; have [pos|/W_impossible -> _] := boolP (0 < point (G := G) xa x).
  by rewrite pmulr_rgt0 // lt0r sent_ge0 andbT negbK => /eqP ->; rewrite mul0r.
exact: mulr0.
Qed.

(** What she takes is better for her than anything else. *)
Lemma takes_best_at xa t a : heard_at C xa t -> 0 < reply s xa t a ->
  forall b, b != a -> after C u xa t b < after C u xa t a.
Proof.
move=> heard taken b ne; have best := takes_best silent one_round opt taken.
rewrite lt_neqAle best andbT; apply: contraNneq ne => E.
apply/eqP/(nowhere heard) => //; move=> c; rewrite E; exact: best.
Qed.

(** Where two actions are best after the remark, which is made everywhere, [x] is possible. *)
Lemma tied_toward m xa t a b : 0 < m -> heard_at C xa t ->
  is_best (weighed C (toward m) u xa t) a -> is_best (weighed C (toward m) u xa t) b -> a != b ->
  0 < point (G := G) xa x * sent C x t.
Proof.
move=> m0 heard best_a best_b; apply: contraNT => no; apply/eqP.
have E c : weighed C (toward m) u xa t c = m * after C u xa t c.
  by rewrite weighed_toward /slope impossible // add0r subr0.
apply: (nowhere heard) => c; first by have := best_a c; rewrite !E ler_pmul2l.
by have := best_b c; rewrite !E ler_pmul2l.
Qed.

(** Then one of them is better at [x], and together the agents have more by it. *)
Lemma contest_toward m xa t a b : 0 < m -> heard_at C xa t ->
  is_best (weighed C (toward m) u xa t) a -> is_best (weighed C (toward m) u xa t) b -> a != b ->
  worth_at u xa t a <= worth_at u xa t b ->
  worth_at u xa t a < worth_at u xa t b /\
  ((xa, a) \notin never -> \sum_i w i * weighed C (toward m) (U i) xa t a
     < \sum_i w i * weighed C (toward m) (U i) xa t b).
Proof.
move=> m0 heard best_a best_b ne; have can := tied_toward m0 heard best_a best_b ne.
have sent0 : 0 < sent C x t.
  rewrite lt0r sent_ge0 andbT; apply: contraTneq can => ->.
  by rewrite mulr0 ltxx.
rewrite ler_pmul2l // ltr_pmul2l // => le.
pose q xb := sent C xb t * toward m xb.
have q0 xb : 0 <= q xb by rewrite mulr_ge0 ?sent_ge0 ?toward_ge0 // ltW.
have possible : x \in possible_at (G := G) q xa by rewrite inE /q /toward eqxx mulr1.
have best c : is_best (weighed C (toward m) u xa t) c -> c \in best_at (G := G) q xa.
  by move=> best_c; apply/best_atP.
have [ne_x gain] := contest q0 possible (best _ best_a) (best _ best_b) ne le.
by split; [rewrite lt_neqAle ne_x | apply: gain].
Qed.

(** What she takes is best at [x], wherever it is possible. *)
Theorem best_towards xa t a : 0 < point (G := G) xa x * sent C x t -> 0 < reply s xa t a ->
  is_best (W (G := G) u xa x) a.
Proof.
move=> can taken b0; rewrite leNgt; apply/negP => better.
have heard : heard_at C xa t by apply/existsP; exists x; rewrite mulr1.
have sent0 : 0 < sent C x t.
  rewrite lt0r sent_ge0 andbT; apply: contraTneq can => ->.
  by rewrite mulr0 ltxx.
(* How much more [b] is worth to her than [a], at [x] and by how much that changes. *)
pose T := [finType of XA * messages * A * A].
pose h (z : T) := worth_at u z.1.1.1 z.1.1.2 z.2 - worth_at u z.1.1.1 z.1.1.2 z.1.2.
pose k (z : T) := slope u z.1.1.1 z.1.1.2 z.2 - slope u z.1.1.1 z.1.1.2 z.1.2.
have less_at n (z : T) : weighed C (toward n) u z.1.1.1 z.1.1.2 z.2
    - weighed C (toward n) u z.1.1.1 z.1.1.2 z.1.2 = h z + n * k z.
  by rewrite !weighed_toward opprD addrACA -mulrBr.
pose turns (z : T) := [&& heard_at C z.1.1.1 z.1.1.2, 0 < reply s z.1.1.1 z.1.1.2 z.1.2 & 0 < h z].
have before_lt0 z : turns z -> h z + k z < 0.
  move=> /and3P[heard' taken' pos]; rewrite -[k z]mul1r -less_at !toward1 subr_lt0.
  by apply: takes_best_at => //; apply: contraTneq pos; rewrite /h => ->; rewrite subrr ltxx.
have k_gt0 z : turns z -> 0 < - k z.
  move=> turns_z; have /and3P[_ _ pos] := turns_z.
  rewrite oppr_gt0; have := before_lt0 z turns_z; rewrite -ltr_subr_addl sub0r => /lt_trans.
  by apply; rewrite oppr_lt0.
pose root (z : T) := h z / - k z.
pose z0 : T := (xa, t, a, b0).
have turns0 : turns z0 by rewrite /turns /h /= heard taken subr_gt0 /worth_at ltr_pmul2l.
(* The least shift at which she would do something else. *)
have [z turns_z most] := @arg_maxP _ _ _ z0 turns root turns0.
set m := root z in most *.
have /and3P[heard_z taken_z h_z] := turns_z.
have m0 : 0 < m by rewrite divr_gt0 ?k_gt0.
have m1 : m < 1.
  by rewrite ltr_pdivr_mulr ?k_gt0 // mul1r -subr_lt0 opprK before_lt0.
have at_z : h z + m * k z = 0 by rewrite -[k z]opprK mulrN divfK ?subrr // gt_eqF ?k_gt0.
(* There all that she takes is best yet. *)
have best_m xa' t' a' : heard_at C xa' t' -> 0 < reply s xa' t' a' ->
    is_best (weighed C (toward m) u xa' t') a'.
  move=> heard' taken' b; rewrite -subr_le0 (less_at m (xa', t', a', b)); set y := (_, _, _, _).
  have [pos|] := boolP (0 < h y).
    have turns_y : turns y by rewrite /turns /= heard' taken'.
    by rewrite -[k y]opprK mulrN subr_le0 -ler_pdivr_mulr ?k_gt0 //; apply: most turns_y.
  rewrite -leNgt => le; have [k0|k0] := leP (k y) 0.
    by rewrite -[0]addr0 ler_add // mulr_ge0_le0 // ltW.
  apply: (@le_trans _ _ (h y + k y)); first by rewrite ler_add2l ger_pmull // ltW.
  rewrite -[k y]mul1r -less_at !toward1 subr_le0.
  exact: (takes_best silent one_round opt taken').
(* A little beyond: what was better before is still better. *)
pose gap (y : T + T + unit) : R := match y with
  | inl (inl (xa, t, a, b)) => weighed C (toward m) u xa t a - weighed C (toward m) u xa t b
  | inl (inr (xa, t, a, b)) => \sum_i w i * weighed C (toward m) (U i) xa t a
      - \sum_i w i * weighed C (toward m) (U i) xa t b
  | inr _ => m end.
pose change (y : T + T + unit) : R := match y with
  | inl (inl (xa, t, a, b)) => slope u xa t a - slope u xa t b
  | inl (inr (xa, t, a, b)) => \sum_i w i * slope (U i) xa t a - \sum_i w i * slope (U i) xa t b
  | inr _ => 1 end.
have [e e0 less] := small_enough gap change.
pose n := m - e.
have n0 : 0 < n by rewrite subr_gt0 -[e]mulr1; apply: (less (inr tt)).
have stays xa' t' a' b : weighed C (toward m) u xa' t' b < weighed C (toward m) u xa' t' a' ->
    weighed C (toward n) u xa' t' b < weighed C (toward n) u xa' t' a'.
  move=> lt; rewrite -subr_gt0 diff_less subr_gt0.
  by apply: (less (inl (inl (xa', t', a', b)))); rewrite /= subr_gt0.
have stays_best xa' t' c : is_best (weighed C (toward n) u xa' t') c ->
    is_best (weighed C (toward m) u xa' t') c.
  move=> best b; rewrite leNgt; apply/negP => /stays; rewrite ltNge => /negP[]; exact: best.
have only xa' t' c c' : heard_at C xa' t' -> is_best (weighed C (toward n) u xa' t') c ->
    is_best (weighed C (toward n) u xa' t') c' -> c = c'.
  have wlog_le c1 c2 : heard_at C xa' t' -> is_best (weighed C (toward n) u xa' t') c1 ->
      is_best (weighed C (toward n) u xa' t') c2 -> worth_at u xa' t' c1 <= worth_at u xa' t' c2 ->
      c1 = c2.
    move=> heard' best1 best2 le; apply/eqP; apply/negP => /negP ne.
    have [b1 b2] := (stays_best _ _ _ best1, stays_best _ _ _ best2).
    have [lt _] := contest_toward m0 heard' b1 b2 ne le.
    have E_m : weighed C (toward m) u xa' t' c2 - weighed C (toward m) u xa' t' c1 = 0.
      by apply/eqP; rewrite subr_eq0 eq_le b1 b2.
    have : weighed C (toward n) u xa' t' c2 - weighed C (toward n) u xa' t' c1 = 0.
      by apply/eqP; rewrite subr_eq0 eq_le best1 best2.
    rewrite diff_less E_m sub0r => /eqP; rewrite oppr_eq0 mulf_eq0 (gt_eqF e0) /= => /eqP same.
    move: E_m; rewrite (less_at m (xa', t', c1, c2)) /h /k /= same mulr0 addr0 => /eqP.
    by rewrite subr_eq0 gt_eqF.
  move=> heard' best1 best2; have [le|/ltW le] := leP (worth_at u xa' t' c) (worth_at u xa' t' c').
    exact: wlog_le.
  by apply/esym/wlog_le.
pose b xa' t' := best_action (G := G) (weighed C (toward n) u xa' t').
have best_b xa' t' : is_best (weighed C (toward n) u xa' t') (b xa' t').
  by have [] := best_action_first (G := G) (weighed C (toward n) u xa' t').
have unheard f xa' t' a' : ~~ heard_at C xa' t' -> weighed C (toward n) f xa' t' a' = 0.
  have l0 xb : 0 <= toward n xb by apply/toward_ge0/ltW.
  by move=> no; apply: weighed_unreachable => //; apply: contraNN no; apply: reachable_heard.
(* No agent of positive weight gains by such a remark. *)
have no_gain i : 0 < w i -> \sum_xa \sum_t weighed C (toward n) (U i) xa t (b xa t)
    <= average s (weighed C (toward n) (U i)).
  move=> wi; pose l (_ : 'I_1) (o : view G) : R := if o == sees i x then 1 else n.
  have l0 j o : 0 <= l j o by rewrite /l; case: ifP => _; [apply: ler01 | apply: ltW].
  have E f xa' t' a' : weighed C (own i l ord0) f xa' t' a' = weighed C (toward n) f xa' t' a'.
    apply: eq_bigr => xb _; have [pos|no] := boolP (0 < point (G := G) xa' xb); last first.
      have W0 : W (G := before) f xa' xb a' = 0 := W_impossible (G := G) f a' no.
      by rewrite W0 !mulr0.
    congr (_ * _ * _); rewrite /own /l /toward; have [->|/eqP ne] := eqVneq xb x.
      by rewrite eqxx.
    by case: eqP => // same; case: ne; apply: apart pos same.
  have /fin_all_exists[c sure_c] (y : XA * messages) : exists a,
      follows_surely quiet C ties i (own i l ord0) y.1 y.2 a by apply: sure_exists.
  have counted : counts_on quiet C s ties i l by apply: counts_nowhere nowhere.
  have := remark_price silent one_round rb opt eqm tied_right l0 counted
    (b := fun _ xa t => c (xa, t)).
  have -> : \sum_j got (G := before) quiet C (own i l j) (U i) (fun xa t => c (xa, t))
      = \sum_xa \sum_t weighed C (toward n) (U i) xa t (b xa t).
    rewrite big_ord1; apply: eq_bigr => xa' _; apply: eq_bigr => t' _; rewrite E.
    have [heard'|no] := boolP (heard_at C xa' t'); last by rewrite !unheard.
    congr (weighed _ _ _ _ _ _); apply: only heard' _ (best_b _ _) => a'.
    have := may_take_best (sure_c (xa', t')).1 a'; by rewrite !E.
  have -> : \sum_j kept (G := before) quiet C s (own i l j) (U i) = average s (weighed C (toward n) (U i)).
    by rewrite big_ord1; do 3![apply: eq_bigr => ? _]; rewrite E.
  by apply=> j xa' t' _; rewrite ord1; apply: (sure_c (xa', t')).
(* But together they do. *)
pose part i xa' t' a' := weighed C (toward n) (U i) xa' t' (b xa' t')
  - weighed C (toward n) (U i) xa' t' a'.
pose F xa' t' a' := \sum_i w i * part i xa' t' a'.
have total : average s F <= 0.
  have -> : average s F = \sum_i w i * average s (part i).
    rewrite -(eq_bigr _ (fun i _ => averageZ (G := before) quiet s (w i) (part i))).
    exact: (average_sum (G := before) quiet s (fun i xa' t' a' => w i * part i xa' t' a')).
  rewrite -oppr_ge0 -sumrN; apply: sumr_ge0 => i _; rewrite oppr_ge0.
  have [wi|] := boolP (0 < w i); last by rewrite lt0r w0 andbT negbK => /eqP ->; rewrite mul0r.
  rewrite mulr_ge0_le0 //.
  rewrite (averageB (G := before) quiet s
    (fun xa' t' _ => weighed C (toward n) (U i) xa' t' (b xa' t'))).
  by rewrite average_sure subr_le0 no_gain.
have F_gt0 xa' t' a' : heard_at C xa' t' -> 0 < reply s xa' t' a' -> a' != b xa' t' ->
    0 < F xa' t' a'.
  move=> heard' taken' ne; have best_a := best_m _ _ _ heard' taken'.
  have best_b' := stays_best _ _ _ (best_b xa' t'); pose y : T := (xa', t', a', b xa' t').
  have tie0 : h y + m * k y = 0.
    by rewrite -less_at /=; apply/eqP; rewrite subr_eq0 eq_le best_a best_b'.
  have lt1 : h y + k y < 0.
    rewrite -[k y]mul1r -less_at !toward1 subr_lt0.
    by apply: takes_best_at => //; rewrite eq_sym.
  have le : worth_at u xa' t' a' <= worth_at u xa' t' (b xa' t').
    rewrite -subr_ge0 -/(h y) leNgt; apply/negP => h_y.
    have k0 : 0 < k y.
      by move/eqP: tie0; rewrite addrC addr_eq0 => /eqP E; rewrite -(pmulr_rgt0 _ m0) E oppr_gt0.
    move: lt1; rewrite ltNge => /negP[]; rewrite -tie0 ler_add2l ger_pmull //.
    exact: ltW.
  have [_ /(_ (unused heard' taken')) gain] := contest_toward m0 heard' best_a best_b' ne le.
  have -> : F xa' t' a' = gap (inl (inr (xa', t', b xa' t', a')))
      - e * change (inl (inr (xa', t', b xa' t', a'))).
    rewrite /= -!sumrB [e * _]mulr_sumr -sumrB; apply: eq_bigr => i _.
    by rewrite /part diff_less !mulrBr ![w i * (e * _)]mulrCA.
  by rewrite subr_gt0; apply: less; rewrite /= subr_gt0.
have term0 xa' t' a' : 0 <= reply s xa' t' a' * F xa' t' a'.
  have [taken'|] := boolP (0 < reply s xa' t' a'); last first.
    by rewrite lt0r reply_ge0 andbT negbK => /eqP ->; rewrite mul0r.
  rewrite mulr_ge0 ?reply_ge0 //; have [heard'|no] := boolP (heard_at C xa' t'); last first.
    by rewrite /F big1 // => i _; rewrite /part !unheard // subrr mulr0.
  have [->|ne] := eqVneq a' (b xa' t'); last exact/ltW/F_gt0.
  by rewrite /F big1 // => i _; rewrite /part subrr mulr0.
have zero : average s F = 0.
  by apply/eqP; rewrite eq_le total; do 3![apply: sumr_ge0 => ? _].
have zero_z : reply s z.1.1.1 z.1.1.2 z.1.2 * F z.1.1.1 z.1.1.2 z.1.2 = 0.
  have xa0 := sum_eq0 (fun x => sumr_ge0 _ (fun y _ =>
    sumr_ge0 _ (fun y' _ => term0 x y y'))) zero z.1.1.1.
  have t0 := sum_eq0 (fun y => sumr_ge0 _ (fun y' _ => term0 _ y y')) xa0 z.1.1.2.
  exact: sum_eq0 (term0 _ _) t0 z.1.2.
have ne_z : z.1.2 != b z.1.1.1 z.1.1.2.
  apply/eqP => E; have := best_b z.1.1.1 z.1.1.2 z.2; rewrite -E -subr_le0 less_at.
  rewrite mulrBl addrA at_z sub0r oppr_le0 pmulr_rge0 // => k0.
  by have := k_gt0 z turns_z; rewrite oppr_gt0 ltNge k0.
by move/eqP: zero_z; rewrite mulf_eq0 !gt_eqF ?F_gt0.
Qed.
End Towards.

(** All that is possible is contested: she has OPT. *)
Theorem contested_OPT : (forall xa x, 0 < point (G := G) xa x -> exists w : agent -> R,
    [/\ forall i, 0 <= w i, forall i, 0 < w i -> tells_from_rest (G := G) i x
      & contested never x w]) ->
  worth C s u = OPT G.
Proof.
move=> all; apply: eq_bigr => xa _; apply: eq_bigr => x _.
rewrite -[RHS]mul1r -(outcome_sum1 C s xa x) mulr_suml; apply: eq_bigr => a _.
have [pos|no] := boolP (0 < point (G := G) xa x); last first.
  have W0 b : W (G := G) u xa x b = 0 by apply: W_impossible.
  by rewrite /most W0 [X in _ * X](W0 a) !mulr0.
have [w [w0 apart contest]] := all xa x pos.
rewrite (outcome_signal (G := before) (quiet := quiet) silent one_round) !mulr_suml.
apply: eq_bigr => t _; have [said|] := boolP (0 < sent C x t); last first.
  by rewrite lt0r sent_ge0 andbT negbK /Remarks.sent => /eqP ->; rewrite !mul0r.
have [taken|] := boolP (0 < reply s xa t a); last first.
  by rewrite lt0r reply_ge0 andbT negbK => /eqP ->; rewrite !mulr0 !mul0r.
congr (_ * _); apply: (most_best (G := G)).
exact: (best_towards w0 apart contest (mulr_gt0 pos said) taken).
Qed.
End Nowhere.

(** ** Where no equilibrium has ties *)

(** Without ties she is indifferent nowhere. *)
Lemma without_ties : (forall xa t a c, ~ tie (G := before) quiet C s xa t a c) ->
  forall xa t a c, heard_at C xa t -> is_best (after C u xa t) a ->
    is_best (after C u xa t) c -> a = c.
Proof.
move=> none xa t a c heard best_a best_c.
have [a' taken] := dist_inhabited (reply_dist (G := before) quiet s xa t).
have E d : is_best (after C u xa t) d -> d = a'.
  move=> best; have [//|ne] := eqVneq d a'.
  by case: (none xa t a' d); split.
by rewrite (E a best_a) (E c best_c).
Qed.

(** The last theorem of 5.7: shifts give something at all ties that could exist (none is open),
    and margins are contested, with weights of their own for each observation. *)
Theorem contested_without_ties (K : finType) (who : K -> agent) (towards : K -> seq XB)
    (v : K -> R) :
  (forall k, 0 <= v k) -> (forall k, 0 < v k -> tells_apart (G := G) (who k)) ->
  (forall xa q a, could_tie never ties xa q a -> positive_at who towards v xa q a) ->
  (forall xa x, 0 < point (G := G) xa x -> exists w : agent -> R,
    [/\ forall i, 0 <= w i, forall i, 0 < w i -> tells_from_rest (G := G) i x
      & contested never x w]) ->
  worth C s u = OPT G.
Proof.
move=> v0 apart closed margins.
have nonneg : never_negative never who towards v ties.
  by move=> xa q a could b turned; apply/ltW; exact: (closed _ _ _ could).
have none xa t a c : ~ tie (G := before) quiet C s xa t a c.
  move=> tied; have could := tie_could silent one_round opt tied_right unused tied.
  have := indifference silent one_round rb opt eqm tied_right unused v0 apart nonneg tied.
  by case; exact: (closed _ _ _ could).
exact: (contested_OPT (without_ties none) margins).
Qed.
End Equilibrium.

Print Assumptions contested_OPT.
Print Assumptions contested_without_ties.
