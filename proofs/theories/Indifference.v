(** * Where she is indifferent in no equilibrium (theory.md 5.7)

    An agent who can tell all agent observations apart can make a remark that is rare, and
    the rarer the earlier an observation stands in some order.  So where he makes none, which
    is nearly always, beliefs shift a little towards the first observation of the order, much
    less towards the second, and so on; ties are then broken as is best at the first of them
    that is possible.  That costs nothing, hence gives him nothing in an equilibrium: weighted
    sums of what such shifts give, which are negative at no tie, are positive at none.

    Ties at which she takes what no equilibrium has need not be looked at; multipliers of the
    outcome program prove which actions these are ([never_taken], theory.md 5.5).

    So what an agent can count on (Remarks.v) follows from what holds at the ties that could
    exist ([counts_anywhere]), and with it the bound of rare remarks in every equilibrium. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Revealing Induction Prices Rich Signals.
From Alignment Require Import Remarks.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

(** ** Ties, and how shifts break them *)
Section Ties.
Variables (R : realFieldType) (G : game R).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).
Implicit Types (q : XB -> R) (o : seq XB) (xa : XA) (a : A).

(** What [a] is worth by [f], if what was said has the likelihoods [q], times the probability
    of that: so after [xa] they stand for a belief. *)
Definition valued q f xa a := \sum_xb q xb * W f xa xb a.

(** The observations [X] that are possible then, and the actions [T] that are best for her. *)
Definition possible_at q xa : {set XB} := [set xb | 0 < point xa xb * q xb].
Definition best_at q xa : {set A} := [set a | [forall b, valued q u xa b <= valued q u xa a]].

(** Actions that no equilibrium has, each after an observation of hers. *)
Variable never : {set XA * A}.

(** A tie that could exist: something is possible, she takes [a], which is best for her and
    not [never] taken, and something else is best, too (perhaps what is never taken); under
    [Order] she takes the first of what is best. *)
Definition could_tie ties xa q a := [/\ forall xb, 0 <= q xb, possible_at q xa != set0,
  a \in best_at q xa /\ (xa, a) \notin never, exists2 b, b \in best_at q xa & b != a
  & if ties is Order then is_first (valued q u xa) a else True].

(** Numbers of which the first that is not 0, along an order, is positive. *)
Fixpoint ahead (g : XB -> R) o :=
  if o is xb :: o' then (0 < g xb) || (g xb == 0) && ahead g o' else false.

(** Of the actions [T] those that are best at the first observation of the order that is in
    [X], of these those that are best at the second, and so on ([R] in 5.7). *)
Definition broken o xa (T : {set A}) (X : {set XB}) : {set A} :=
  [set a in T | [forall c in T,
     ~~ ahead (fun xb => W u xa xb c - W u xa xb a) [seq xb <- o | xb \in X]]].

(** The agent tells all observations apart that occur. *)
Definition tells_apart i := forall xa xa' xb xb', 0 < point xa xb -> 0 < point xa' xb' ->
  sees i xb = sees i xb' -> xb = xb'.

Lemma best_atP q xa a : reflect (is_best (valued q u xa) a) (a \in best_at q xa).
Proof. by rewrite inE; apply: forallP. Qed.

(** Finitely many numbers that are ahead are positive with weights that fall off quickly. *)
Lemma ahead_weights (Z : finType) (g : Z -> XB -> R) o :
  exists d : XB -> R, forall z, ahead (g z) o -> 0 < \sum_xb d xb * g z xb.
Proof.
elim: o => [|x o [d pos]]; first by exists (fun=> 0).
have [e e0 less] := small_enough (fun z => g z x) (fun z => - \sum_xb d xb * g z xb).
exists (fun xb => (xb == x)%:R + e * d xb) => z.
have -> : \sum_xb ((xb == x)%:R + e * d xb) * g z xb
    = g z x + e * (\sum_xb d xb * g z xb).
  rewrite mulr_sumr -(sum_sure x (g z)) -big_split.
  by apply: eq_bigr => xb _; rewrite mulrDl mulrA.
case/orP => [/less|/andP[/eqP -> /pos]]; first by rewrite mulrN -subr_gt0 opprK.
by rewrite add0r; apply: mulr_gt0.
Qed.

(** What is impossible does not matter. *)
Lemma ahead_possible q xa a c o : (forall xb, 0 <= q xb) ->
  ahead (fun xb => q xb * (W u xa xb c - W u xa xb a)) o
  = ahead (fun xb => W u xa xb c - W u xa xb a) [seq xb <- o | xb \in possible_at q xa].
Proof.
move=> q0; elim: o => [//|x o IH] /=; rewrite inE.
have [p|no] := boolP (0 < point xa x); last first.
  rewrite !(W_impossible _ _ no) subrr mulr0 ltxx eqxx /= ltNge mulr_le0_ge0 ?q0 ?leNgt //.
have := q0 x; rewrite (pmulr_rgt0 (q x) p) le_eqVlt => /orP[/eqP <-|pos].
  by rewrite mul0r ltxx eqxx.
by rewrite pos /= pmulr_rgt0 // mulf_eq0 (gt_eqF pos) IH.
Qed.

Lemma broken_some o xa (T : {set A}) X a : a \in T -> exists b, b \in broken o xa T X.
Proof.
move=> aT; have [d pos] := ahead_weights
  (fun (z : A * A) xb => W u xa xb z.1 - W u xa xb z.2) [seq xb <- o | xb \in X].
pose F b := \sum_xb d xb * W u xa xb b.
have [b bT most] := @arg_maxP _ _ _ a (mem T) F aT; exists b.
rewrite inE [b \in T]bT; apply/forall_inP => c cT; apply/negP => /(pos (c, b)).
under eq_bigr do rewrite mulrBr; rewrite sumrB subr_gt0 ltNge => /negP[].
exact: most.
Qed.

(** ** Weighted shifts *)

(** Shifts [k] of agents, each towards an order, with weights. *)
Variables (K : finType) (who : K -> agent) (towards : K -> seq XB) (w : K -> R).

(** What she may take after shift [k], and what the shifts give together, if she takes [b k]
    instead of [a]. *)
Definition shifted k xa q := broken (towards k) xa (best_at q xa) (possible_at q xa).
Definition gains xa q a (b : K -> A) :=
  \sum_k w k * (valued q (U (who k)) xa (b k) - valued q (U (who k)) xa a).

(** The least that they give together at a tie, since each [b k] may be his worst action, is
    at least 0; it is positive. *)
Definition never_negative ties := forall xa q a, could_tie ties xa q a ->
  forall b, (forall k, b k \in shifted k xa q) -> 0 <= gains xa q a b.
Definition positive_at xa q a := forall b, (forall k, b k \in shifted k xa q) -> 0 < gains xa q a b.

End Ties.

(** ** In equilibrium *)
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
Notation single := [finType of 'I_1].
Notation now := (with_words G (remarked V single)).
Notation messages := {ffun agent -> V}.
Notation weighed := (weighed (G := before) quiet).
Notation after := (after (G := before) quiet).
Notation reply := (reply (G := before) quiet).
Notation tie := (tie (G := before) quiet).

Variables (r : rich_response G V) (C : profile before) (s : strategy before) (ties : tie_rule).
Hypotheses (rb : rich_bayes r) (opt : optimal C s) (eqm : rich_equilibrium 0 r C s).
Hypothesis tied_right : obeys_ties quiet r C s ties.

(** ** Actions that no equilibrium has *)

(** She takes none of these after anything that is said. *)
Definition not_taken (never : {set XA * A}) := forall xa t a,
  heard_at (G := before) quiet C xa t -> 0 < reply s xa t a -> (xa, a) \notin never.

(** Multipliers of the outcome program prove it (5.5). *)
Theorem never_taken never (m : multipliers G) D i0 V' (e : embedding V V') :
  excludes never m D ->
  secure_together (G := with_words G V') (@every R _) (deviations r i0 e) (lambda m) D ->
  not_taken never.
Proof.
move=> ex /(_ (lift e C) I)[c Dc] xa t a /existsP[xb]; rewrite mulr1 => can taken.
have lam0 : forall i, 0 <= lambda m i by case: ex.
have := rich_have lam0 eqm Dc; rewrite mul0r subr0 => have_D.
have [pos|/negPf no] := boolP (0 < point (G := G) xa xb); last first.
  move: can; rewrite (_ : point xa xb = 0) ?mul0r ?ltxx //.
  by apply/eqP; move: no; rewrite lt0r (point_ge0 (G := G)) andbT => /negbFE.
rewrite pmulr_rgt0 // in can; apply/negP => no.
have out := outcome_is_outcome C s; have obey := obedience_bayes opt.
have := excluded (G := G) ex out obey have_D no pos.
rewrite (outcome_signal (G := before) (quiet := quiet) silent one_round) => zero.
have term0 t' : 0 <= sent (G := before) quiet C xb t' * reply s xa t' a.
  by rewrite mulr_ge0 ?sent_ge0 ?reply_ge0.
by have /eqP := sum_eq0 term0 zero t; rewrite mulf_eq0 !gt_eqF.
Qed.

Variable never : {set XA * A}.
Hypothesis unused : not_taken never.

(** How likely the joint message [t] is. *)
Definition likely_at t xb := sent (G := before) quiet C xb t.

Lemma likely_ge0 t xb : 0 <= likely_at t xb.
Proof. exact: (sent_ge0 (G := before)). Qed.

Lemma tie_could xa t a c : tie C s xa t a c -> could_tie never ties xa (likely_at t) a.
Proof.
move=> tied; have [heard taken best ne] := tied; split; first exact: likely_ge0.
- have [xb can] := existsP heard; apply/set0Pn; exists xb.
  by move: can; rewrite inE mulr1.
- split; last exact: unused heard taken.
  exact/best_atP/(takes_best silent one_round opt taken).
- by exists c => //; apply/best_atP.
by move: tied_right; rewrite /obeys_ties; case: ties => // -[_]; apply.
Qed.

(** ** One shift *)
Section Shift.
Variables (i : agent) (o : seq XB).
Hypothesis apart : tells_apart (G := G) i.
Definition may_turn xa t :=
  broken o xa (best_at (likely_at t) xa) (possible_at (likely_at t) xa).

(** His worst of what she may take after the shift. *)
Variable b : XA -> messages -> A.
Hypothesis worst_b : forall xa t, b xa t \in may_turn xa t /\
  forall c, c \in may_turn xa t -> after C (U i) xa t (b xa t) <= after C (U i) xa t c.

(** It gives him no more than he has. *)
Lemma shift_price : \sum_xa \sum_t after C (U i) xa t (b xa t) <= worth C s (U i).
Proof.
(* Weights [d] that fall off quickly decide ties as the order does. *)
have [d decides] := ahead_weights (fun (z : XA * messages * A * A) xb =>
  likely_at z.1.1.2 xb * (W u z.1.1.1 xb z.1.2 - W u z.1.1.1 xb z.2)) o.
pose occurs xb := [exists xa, 0 < point (G := G) xa xb].
pose D v := \sum_(xb | occurs xb && (sees i xb == v)) d xb.
have DE xa xb : 0 < point (G := G) xa xb -> D (sees i xb) = d xb.
  move=> pos; have occ : occurs xb by apply/existsP; exists xa.
  rewrite /D (bigD1 xb) ?occ ?eqxx //= big1 ?addr0 // => xb'.
  move=> /andP[/andP[/existsP[xa' pos'] /eqP E] /eqP[]].
  exact: apart pos' pos E.
pose k := \sum_v `|D v|; pose m (_ : 'I_1) v := k - D v.
have m0 n v : 0 <= m n v.
  rewrite subr_ge0; apply: le_trans (ler_norm _) _.
  by rewrite /k (bigD1 v) //= ler_addl sumr_ge0.
pose own_m := own i m ord0.
have weighed_m xa t a : weighed C own_m u xa t a = k * after C u xa t a
    - \sum_xb d xb * (likely_at t xb * W (G := before) u xa xb a).
  rewrite -weighed1 -weighedZ -sumrB; apply: eq_bigr => xb _; rewrite /own_m /own /m.
  have [pos|no] := boolP (0 < point (G := G) xa xb); last first.
    have z : W (G := before) u xa xb a = 0 := W_impossible (G := G) u a no.
    by rewrite z !mulr0 subr0.
  by rewrite (DE xa) // mulr1 mulrBr mulrBl [d xb * _]mulrA [d xb * _]mulrC.
pose mass xa t := \sum_a `|weighed C own_m (U i) xa t a|.
(* It costs as little as one likes. *)
rewrite -subr_le0.
apply: (vanishing (y := \sum_xa \sum_t (mass xa t + mass xa t))) => h h0.
pose T := [finType of XA * messages * A * A + option (view G)].
pose gap (z : T) : R := match z with
  | inl (xa, t, a, c) => after C u xa t a - after C u xa t c
  | inr (Some _) => 1 | inr None => h end.
pose f (z : T) : R := match z with
  | inl (xa, t, a, c) => weighed C own_m u xa t a - weighed C own_m u xa t c
  | inr (Some v) => \sum_n m n v | inr None => 1 end.
have [e e0 less] := small_enough gap f.
have small v : e * (\sum_n m n v) <= 1 by apply/ltW/(less (inr (Some v))); apply: ltr01.
have eh : e <= h by apply/ltW; rewrite -[e]mulr1; apply: (less (inr None)).
pose C' := dev quiet C i e0 m0 small.
have opt' : optimal C' (r (unremarked V single) i C') by apply: rb.
have le : worth C' (r (unremarked V single) i C') (U i) <= worth C s (U i).
  by have := eqm (unremarked V single) i (adding quiet C i e0 m0 small); rewrite addr0.
pose p xa t n := reply_dist (G := now) quiet (r (unremarked V single) i C') xa (plus i t n).
have none f' xa t a : weighed C (lik i m e None) f' xa t a
    = after C f' xa t a - e * weighed C own_m f' xa t a.
  rewrite weighed_none; congr (_ - _ * _); apply: weighed_ext => xb.
  by rewrite /together big_ord1.
have turns xa t c : 0 < p xa t None c -> c \in may_turn xa t.
  move=> /(best_after silent one_round opt') best.
  have top : c \in best_at (G := G) (likely_at t) xa.
    apply/best_atP => a; rewrite leNgt; apply/negP => lt.
    have := less (inl (xa, t, a, c)); rewrite /= subr_gt0 => /(_ lt).
    rewrite mulrBr ltNge -exchange_le => /negP[].
    by have := best a; rewrite !none.
  rewrite inE top; apply/forall_inP => a top_a; rewrite -ahead_possible; last exact: likely_ge0.
  apply/negP => /(decides (xa, t, a, c)) /=.
  under eq_bigr do rewrite !mulrBr; rewrite sumrB subr_gt0 ltNge => /negP[].
  have E : after C u xa t a = after C u xa t c.
    by apply/eqP; rewrite eq_le (best_atP _ _ _ top) (best_atP _ _ _ top_a).
  have := best a; rewrite !none !weighed_m E ler_add2l ler_opp2 ler_pmul2l //.
  by rewrite ler_add2l ler_opp2.
have step xa t : after C (U i) xa t (b xa t) - e * (mass xa t + mass xa t)
    <= \sum_n \sum_a p xa t n a * weighed C (lik i m e n) (U i) xa t a.
  have bounds n : - mass xa t <= \sum_a p xa t n a * weighed C own_m (U i) xa t a <= mass xa t.
    by rewrite -ler_norml draws_norm.
  have worst : after C (U i) xa t (b xa t) <= \sum_a p xa t None a * after C (U i) xa t a.
    rewrite -[leLHS](sum_sure (b xa t)); apply: draws_le => a c.
    by rewrite /= /sure /=; case: eqP => [-> _|_]; [move/turns/(worst_b xa t).2 | rewrite ltxx].
  rewrite sum_option big_ord1 mulrDr opprD addrA; apply: ler_add.
    under [leRHS]eq_bigr do rewrite none mulrBr [_ * (e * _)]mulrCA.
    rewrite sumrB -mulr_sumr; apply: ler_sub worst _; rewrite ler_pmul2l //.
    by case/andP: (bounds None).
  under [leRHS]eq_bigr do rewrite weighed_remark [_ * (e * _)]mulrCA.
  rewrite -mulr_sumr -mulrN ler_pmul2l //.
  by case/andP: (bounds (Some ord0)).
have : \sum_xa \sum_t after C (U i) xa t (b xa t)
    - e * (\sum_xa \sum_t (mass xa t + mass xa t)) <= worth C s (U i).
  apply: le_trans le; rewrite (worth_dev silent one_round) mulr_sumr -sumrB.
  by apply: ler_sum => xa _; rewrite mulr_sumr -sumrB; apply: ler_sum => t _; apply: step.
rewrite ler_subl_addr [_ + e * _]addrC -ler_subl_addr => gain; apply: le_trans gain _.
rewrite ler_wpmul2r //; do 2![apply: sumr_ge0 => ? _].
by apply: addr_ge0; apply: sumr_ge0.
Qed.
End Shift.

(** ** The theorem on indifference *)
Section Shifts.
Variables (K : finType) (who : K -> agent) (towards : K -> seq XB) (w : K -> R).
Hypotheses (w0 : forall k, 0 <= w k) (apart : forall k, tells_apart (G := G) (who k)).
Hypothesis nonneg : never_negative never who towards w ties.

Theorem indifference xa t a c : tie C s xa t a c ->
  ~ positive_at who towards w xa (likely_at t) a.
Proof.
move=> tied pos; have /fin_all_exists[b worst_b] (z : K * XA * messages) : exists b,
    b \in may_turn (towards z.1.1) z.1.2 z.2 /\
    forall c', c' \in may_turn (towards z.1.1) z.1.2 z.2 ->
      after C (U (who z.1.1)) z.1.2 z.2 b <= after C (U (who z.1.1)) z.1.2 z.2 c'.
  case: z => -[k xa'] t' /=.
  have [b0 b0R] : exists b0, b0 \in may_turn (towards k) xa' t'.
    apply: (broken_some _ _ _ (a := best_action (G := G) (after C u xa' t'))).
    by apply/best_atP; case: (best_action_first (G := G) (after C u xa' t')).
  have [b bR least] := @arg_minP _ _ _ b0 (mem (may_turn (towards k) xa' t'))
    (after C (U (who k)) xa' t') b0R.
  by exists b.
pose F xa' t' a' := gains who w xa' (likely_at t') a' (fun k => b (k, xa', t')).
have F0 xa' t' a' : 0 < reply s xa' t' a' -> 0 <= F xa' t' a'.
  move=> taken; have [heard|no] := boolP (heard_at (G := before) quiet C xa' t'); last first.
    rewrite /F /gains big1 // => k _.
    have zero f x : valued (G := G) (likely_at t') f xa' x = 0.
      have := weighed_unreachable (G := before) (quiet := quiet) (C := C) f x (fun=> ler01) no.
      by rewrite weighed1.
    by rewrite !zero subrr mulr0.
  case: (pickP [pred c' in best_at (likely_at t') xa' | c' != a']) => [c' /andP[best ne]|only].
    have tied' : tie C s xa' t' a' c' by split=> //; apply/best_atP.
    apply: (nonneg (tie_could tied')) => k.
    by have [] := worst_b (k, xa', t').
  rewrite /F /gains big1 // => k _; have [] := worst_b (k, xa', t').
  rewrite inE => /andP[best _] _; have := only (b (k, xa', t')).
  by rewrite /= best => /negbFE /eqP ->; rewrite subrr mulr0.
pose his k := after C (U (who k)).
pose part k xa' t' a' := his k xa' t' (b (k, xa', t')) - his k xa' t' a'.
have total : average (G := before) quiet s F <= 0.
  have -> : average (G := before) quiet s F
      = \sum_k w k * average (G := before) quiet s (part k).
    rewrite -(eq_bigr _ (fun k _ => averageZ (G := before) quiet s (w k) (part k))).
    exact: (average_sum (G := before) quiet s (fun k xa' t' a' => w k * part k xa' t' a')).
  rewrite -oppr_ge0 -sumrN; apply: sumr_ge0 => k _; rewrite oppr_ge0 mulr_ge0_le0 //.
  rewrite (averageB (G := before) quiet s (fun xa' t' _ => his k xa' t' (b (k, xa', t')))).
  rewrite average_sure subr_le0.
  have := @shift_price _ (towards k) (@apart k) (fun xa' t' => b (k, xa', t'))
    (fun xa' t' => worst_b (k, xa', t')).
  by rewrite (worth_signal (G := before) silent one_round).
have term0 xa' t' a' : 0 <= reply s xa' t' a' * F xa' t' a'.
  have [taken|] := boolP (0 < reply s xa' t' a'); first by rewrite mulr_ge0 ?F0 // ltW.
  by rewrite lt0r reply_ge0 andbT negbK => /eqP ->; rewrite mul0r.
have zero : reply s xa t a * F xa t a = 0.
  have all0 : average (G := before) quiet s F = 0.
    by apply/eqP; rewrite eq_le total; do 3![apply: sumr_ge0 => ? _].
  have xa0 := sum_eq0 (fun x => sumr_ge0 _ (fun y _ =>
    sumr_ge0 _ (fun z _ => term0 x y z))) all0 xa.
  have t0 := sum_eq0 (fun y => sumr_ge0 _ (fun z _ => term0 xa y z)) xa0 t.
  exact: sum_eq0 (term0 xa t) t0 a.
have [_ taken _ _] := tied.
have pos' : 0 < F xa t a by apply: pos => k; have [] := worst_b (k, xa, t).
by move/eqP: zero; rewrite mulf_eq0 !gt_eqF.
Qed.

(** ** What an agent can count on in every equilibrium

    As [counts_on], but stated of all ties that could exist and at which the shifts do not give
    something together (those that are open). *)
Definition counts_anywhere i (N : finType) (l : N -> view G -> R) :=
  (exists k, forall o, \sum_n l n o = k) \/
  exists d : view G -> R, forall xa q a, could_tie never ties xa q a ->
    positive_at who towards w xa q a \/
    forall c, c \in best_at q xa -> c != a ->
      valued (fun xb => q xb * together i l xb) u xa a
        <= valued (fun xb => q xb * together i l xb) u xa c /\
      if ties is Any then valued (fun xb => q xb * d (sees i xb)) u xa c
                          < valued (fun xb => q xb * d (sees i xb)) u xa a else True.

Theorem counts_in_equilibrium i (N : finType) (l : N -> view G -> R) :
  counts_anywhere i l -> counts_on quiet C s ties i l.
Proof.
case=> [sum_k|[d decided]]; [by left | right; exists d => xa t a c tied].
have [/(indifference tied) //|counted] := decided xa _ a (tie_could tied).
case: tied => _ _ best ne; apply: counted ne.
exact/best_atP.
Qed.

(** So she has what multipliers prove (Remarks.v), in every equilibrium if it is of no steady
    sets. *)
Theorem bound_in_equilibrium (N : finType) (author : N -> agent) (l : N -> view G -> R)
    (J : finType) (S : J -> {set XB}) pi lam kappa kappa_S D i0 V' (e : embedding V V') :
  (forall n o, 0 <= l n o) ->
  (forall i, counts_anywhere i (fun n o => if author n == i then l n o else 0)) ->
  (forall j, steady quiet C s (S j)) -> sufficient author l S pi lam kappa kappa_S ->
  secure_together (G := with_words G V') (@every R _) (deviations r i0 e) lam D ->
  (\sum_xa \sum_xb pi xa xb) + D <= worth C s u.
Proof.
move=> l0 count steady_S enough secured.
apply: (remark_bound_secured silent one_round rb opt eqm tied_right l0 _ steady_S enough secured).
by move=> i; apply: counts_in_equilibrium.
Qed.
End Shifts.
End Equilibrium.

Print Assumptions never_taken.
Print Assumptions indifference.
Print Assumptions counts_in_equilibrium.
Print Assumptions bound_in_equilibrium.
