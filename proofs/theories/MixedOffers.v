(** * Mixing two offers (for theory.md 6.5)

    In one round in which only the agents speak, an agent who can offer two rules in
    different words can offer a mixture of them: it is worth to her the mixture of what
    they are worth, and so it is to him.  So what he can secure is linear between two
    offers. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound BestAI Prices Climb.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

Section Mix.
Variables (R : realFieldType) (T : finType) (x : R) (d d' : dist R T).
Hypothesis share : 0 <= x <= 1.
Fact mix_ge0 t : 0 <= (1 - x) * d t + x * d' t.
Proof.
by case/andP: share => x0 x1; rewrite addr_ge0 // mulr_ge0 ?mass_ge0 ?subr_ge0.
Qed.
Fact mix_sum1 : \sum_t ((1 - x) * d t + x * d' t) = 1.
Proof. by rewrite big_split /= -!mulr_sumr !mass_sum1 !mulr1 subrK. Qed.
Definition mix := Dist mix_ge0 mix_sum1.
End Mix.

Section MixedOffers.
Variables (R : realFieldType) (G : game R).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).
Variable quiet : question G.
Hypotheses (silent : forall q : question G, q = quiet) (one_round : rounds G = 1%N).
Implicit Types (C : profile G) (c : rule G) (s : strategy G) (i : agent).

(** The rules [c] and [c'], mixed. *)
Definition mix_rule x (share : 0 <= x <= 1) c c' : rule G :=
  fun o h q => mix (c o h q) (c' o h q) share.

(** What anything is worth against a mixture is the mixture of what it is worth. *)
Lemma worth_mix x (share : 0 <= x <= 1) C i c c' s f :
  worth (replace C i (mix_rule share c c')) s f
  = (1 - x) * worth (replace C i c) s f + x * worth (replace C i c') s f.
Proof.
rewrite !(worth_signal silent one_round) !mulr_sumr -big_split /=.
apply: eq_bigr => xa _; rewrite !mulr_sumr -big_split /=.
apply: eq_bigr => m _; rewrite !mulr_sumr -big_split /=.
apply: eq_bigr => a _; rewrite !(mulrCA _ (reply _ _ _ _ _)) -mulrDr; congr (_ * _).
rewrite /after !mulr_sumr -big_split /=; apply: eq_bigr => xb _.
rewrite !mulrA -mulrDl; congr (_ * _).
have own c0 : \prod_j signal quiet (replace C i c0 j) (sees j xb) (m j)
    = signal quiet c0 (sees i xb) (m i)
      * \prod_(j | j != i) signal quiet (C j) (sees j xb) (m j).
  rewrite (bigD1 i) //= replace_same; congr (_ * _).
  by apply: eq_bigr => j /negPf ne; rewrite /replace ne.
by rewrite !own !mulrA -mulrDl.
Qed.

(** The rules use different words: [c] uses those that are [left], [c'] the others. *)
Variables (i : agent) (c c' : rule G) (left : pred (word G)).
Hypotheses (c_left : forall o b, ~~ left b -> signal quiet c o b = 0)
           (c_right : forall o b, left b -> signal quiet c' o b = 0).

(** What was said in the one round. *)
Variable unsaid : word G.
Definition said (h : transcript G) : {ffun agent -> word G} :=
  [ffun j => if h j is (_, b) :: _ then b else unsaid].

Lemma said_heard m : said (heard quiet m) = m.
Proof. by apply/ffunP => j; rewrite !ffunE. Qed.

(** After a word of [c] she does what [s] says, after another what [s'] says. *)
Definition join s s' : strategy G := Strategy (draw s) (ask s) (fun _ xa h =>
  if left (said h i) then reply_dist quiet s xa (said h)
  else reply_dist quiet s' xa (said h)).

Lemma reply_join s s' xa m a : reply quiet (join s s') xa m a
  = if left (m i) then reply quiet s xa m a else reply quiet s' xa m a.
Proof.
rewrite /reply /=; under eq_bigr do rewrite said_heard.
by rewrite -mulr_suml mass_sum1 mul1r; case: ifP.
Qed.

Lemma reply_alone s xa (m m' : {ffun agent -> word G}) a :
  (forall l, hears s l [set i]) -> m i = m' i ->
  reply quiet s xa m a = reply quiet s xa m' a.
Proof.
move=> H E; apply: eq_bigr => l _; congr (_ * _).
case: (H l xa (heard quiet m) (heard quiet m')) => [j|_ -> //].
by rewrite inE => /eqP ->; rewrite !ffunE E.
Qed.

Lemma join_hears s s' : (forall l, hears s l [set i]) -> (forall l, hears s' l [set i]) ->
  forall l, hears (join s s') l [set i].
Proof.
move=> H H' l xa h h' E; split; first by case: (H l xa h h' E).
have E' : said h i = said h' i by rewrite !ffunE (E i) // inE.
move=> a; rewrite /= E'.
by case: ifP => _ /=; [rewrite (reply_alone _ _ H E') | rewrite (reply_alone _ _ H' E')].
Qed.

Lemma after_unsaid C c0 f xa (m : {ffun agent -> word G}) a :
  (forall o, signal quiet c0 o (m i) = 0) ->
  after quiet (replace C i c0) f xa m a = 0.
Proof.
move=> none; apply: big1 => xb _.
by rewrite (bigD1 i) //= replace_same none !mul0r.
Qed.

Lemma join_left C s s' f :
  worth (replace C i c) (join s s') f = worth (replace C i c) s f.
Proof.
rewrite !(worth_signal silent one_round); do 3![apply: eq_bigr => ? _].
rewrite reply_join; case: ifP => // /negbT no.
by rewrite after_unsaid ?mulr0 // => o; apply: c_left.
Qed.

Lemma join_right C s s' f :
  worth (replace C i c') (join s s') f = worth (replace C i c') s' f.
Proof.
rewrite !(worth_signal silent one_round); do 3![apply: eq_bigr => ? _].
rewrite reply_join; case: ifP => // yes.
by rewrite after_unsaid ?mulr0 // => o; apply: c_right.
Qed.

(** ** A mixture of two offers *)
Variables (v v' d d' : R).
Hypotheses (offer : worth_alone i c v) (offer' : worth_alone i c' v').
Hypotheses
  (gives : forall C s, best_to i c C s -> d <= worth (replace C i c) s (U i))
  (gives' : forall C s, best_to i c' C s -> d' <= worth (replace C i c') s (U i)).

Theorem mix_worth_alone x (share : 0 <= x <= 1) :
  worth_alone i (mix_rule share c c') ((1 - x) * v + x * v').
Proof.
have [[s [H E]] le] := offer; have [[s' [H' E']] le'] := offer'.
case/andP: (share) => x0 x1; split=> [|C s0 H0].
  exists (join s s'); split=> [|C]; first exact: join_hears.
  by rewrite worth_mix join_left join_right E E'.
by rewrite worth_mix ler_add // ler_wpmul2l ?subr_ge0 ?le ?le'.
Qed.

Theorem mix_gives x (share : 0 <= x <= 1) C s : 0 < x -> x < 1 ->
  best_to i (mix_rule share c c') C s ->
  (1 - x) * d + x * d' <= worth (replace C i (mix_rule share c c')) s (U i).
Proof.
move=> x0 x1 [H best]; have y0 : 0 < 1 - x by rewrite subr_gt0.
have [[t [Ht E]] le] := offer; have [[t' [Ht' E']] le'] := offer'.
have := best _ (join_hears Ht Ht'); rewrite !worth_mix join_left join_right E E' => ge.
have l := le C s H; have l' := le' C s H.
have eq : worth (replace C i c) s u = v.
  apply/eqP; rewrite eq_le l /= leNgt; apply/negP => lt; move: ge; apply/negP.
  by rewrite -ltNge ltr_le_add // ?ltr_pmul2l ?ler_pmul2l.
have eq' : worth (replace C i c') s u = v'.
  apply/eqP; rewrite eq_le l' /= leNgt; apply/negP => lt; move: ge; apply/negP.
  by rewrite -ltNge ler_lt_add // ?ltr_pmul2l ?ler_pmul2l.
apply: ler_add; rewrite ler_pmul2l //.
  by apply: gives; split=> // s' Hs'; rewrite eq; apply: le.
by apply: gives'; split=> // s' Hs'; rewrite eq'; apply: le'.
Qed.

(** ** The frontier between two offers *)

(** Between what the two are worth to her, he secures what lies on the line. *)
Theorem line_secures (r : response G) pick : best_ai r pick -> v < v' ->
  let beta := (d - d') / (v' - v) in
  frontier_secures r v v' i (d + beta * v) beta.
Proof.
move=> rb lt beta C e e0 ge_v lt_v'; set y := worth C _ u in ge_v lt_v' *.
have gap0 : 0 < v' - v by rewrite subr_gt0.
pose k := `|beta| + 1; have k0 : 0 < k by rewrite ltr_paddl ?normr_ge0 ?ltr01.
pose h := Num.min ((v' - y) / 2%:R) (e / k).
have h0 : 0 < h by rewrite lt_minr !divr_gt0 ?subr_gt0 ?ltr0n.
have h_lt : y + h < v'.
  rewrite -ltr_subr_addl; apply: (@le_lt_trans _ _ ((v' - y) / 2%:R)).
    by rewrite /h le_minl lexx.
  by rewrite ltr_pdivr_mulr ?ltr0n // ltr_pmulr ?subr_gt0 // ltr1n.
have h_e : beta * h <= e.
  apply: (@le_trans _ _ (k * h)); first by rewrite ler_pmul2r // ler_paddr ?ler01 ?ler_norm.
  apply: (@le_trans _ _ (k * (e / k))); first by rewrite ler_pmul2l // /h le_minl lexx orbT.
  by rewrite mulrC divfK // gt_eqF.
pose x := (y + h - v) / (v' - v).
have x0 : 0 < x by rewrite divr_gt0 // subr_gt0; apply: le_lt_trans ge_v _; rewrite ltr_addl.
have x1 : x < 1 by rewrite ltr_pdivr_mulr // mul1r ltr_add2r.
have share : 0 <= x <= 1 by rewrite !ltW.
have is_x : x * (v' - v) = y + h - v by rewrite divfK // gt_eqF.
have worth_x : (1 - x) * v + x * v' = y + h.
  by rewrite mulrBl mul1r -addrA [- _ + _]addrC -mulrBr is_x addrC subrK.
have offer_x := mix_worth_alone share; rewrite worth_x in offer_x.
have below_C : below r (y + h) C by rewrite /below -/y ltr_addl.
have sec := secures_offer rb offer_x (fun C' s' => @mix_gives x share C' s' x0 x1).
have [c0 le_c0] := sec C below_C; exists c0; apply: le_trans le_c0.
have -> : (1 - x) * d + x * d' = d + beta * v - beta * y - beta * h.
  have -> : (1 - x) * d + x * d' = d - x * (d - d').
    by rewrite mulrBl mul1r mulrBr opprB addrA addrAC.
  have -> : x * (d - d') = beta * (y + h - v).
    by rewrite -is_x mulrCA /beta divfK // gt_eqF.
  by rewrite mulrBr mulrDr opprB opprD !addrA.
by rewrite ler_add2l ler_opp2.
Qed.

End MixedOffers.

Print Assumptions mix_worth_alone.
Print Assumptions mix_gives.
Print Assumptions line_secures.
