(** * Offers to a user who picks, with a rich alphabet (theory.md 6.1, 6.12)

    What an offer can give is bounded by dual prices of a program without the others'
    messages; and where these allow no gain, offers are an equilibrium under [any]. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound BestAI Prices Offers Rich RichPlay.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

Section RichOffers.
Variables (R : realFieldType) (G : game R).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).
Variables (some_lot : lot G) (some_question : question G).
Variables (V : finType) (C : profile (with_words G V)) (w z : agent).
Variables (s t : strategy (with_words G V)).
Hypotheses (hears_w : hears_only s w) (hears_z : hears_only t z) (z_other : z != w).
Hypothesis s_best : forall j (s' : strategy (with_words G V)), hears_only s' j ->
  worth C s' u <= worth C s u.
Hypothesis t_best : forall j (s' : strategy (with_words G V)), j != w ->
  hears_only s' j -> worth C s' u <= worth C t u.

Notation GW W := (with_words G W).

(** Theorem 6.12 under [any], where agents may use any words. *)
Theorem rich_offers_equilibrium gamma :
  (forall W (e : embedding V W) i (c : rule (GW W)) s',
     best_to (G := GW W) i c (lift e C) s' ->
     worth C (back_on (G := GW V) w z s t (Some i)).2 u
       < worth (replace (G := GW W) (lift e C) i c) s' u ->
     worth (replace (G := GW W) (lift e C) i c) s' (U i) <= worth C s (U i) + gamma) ->
  (forall i, worth C (back_on (G := GW V) w z s t (Some i)).2 (U i) <= worth C s (U i) + gamma) ->
  exists (r : rich_response G V) pick, rich_best_ai r pick /\ rich_equilibrium gamma r C s.
Proof.
move=> no_gain no_loss.
pose S W (e : embedding V W) := push_strategy e s.
pose T W (e : embedding V W) := push_strategy e t.
pose r : rich_response G V := fun W e i =>
  @stay R (GW W) some_lot some_question w z (S W e) (T W e) (fun=> id) (Some i).
pose pick : rich_picking G V := fun W e i =>
  @stay_pick R (GW W) some_lot some_question w z (S W e) (T W e) (Some i).
have hS W e : hears_only (G := GW W) (S W e) w by move=> l; apply: hears_push.
have hT W e : hears_only (G := GW W) (T W e) z by move=> l; apply: hears_push.
exists r, pick; split=> [W e i C'|W e i c].
  exact: (stay_best_ai (G := GW W) some_lot some_question (hS W e) (hT W e)
    (turn := fun=> id) (fun _ _ _ H => H) (Some i)).
have bS j s' : hears_only (G := GW W) s' j ->
    worth (lift e C) s' u <= worth (lift e C) (S W e) u.
  move=> H; rewrite worth_push worth_pull; apply: (s_best (j := j)) => l.
  exact: hears_pull.
have bT j s' : j != w -> hears_only (G := GW W) s' j ->
    worth (lift e C) s' u <= worth (lift e C) (T W e) u.
  move=> jw H; rewrite worth_push worth_pull; apply: (t_best jw) => l.
  exact: hears_pull.
have back f i0 : worth (lift e C) (back_on (G := GW W) w z (S W e) (T W e) (Some i0)).2 f
    = worth C (back_on (G := GW V) w z s t (Some i0)).2 f.
  by rewrite /back_on; case: ifP => _; apply: worth_push.
rewrite -(worth_push e).
have path : stay (G := GW W) some_lot some_question w z (S W e) (T W e) (fun=> id) None
    (lift e C) = S W e.
  exact: (stay_path (G := GW W) some_lot some_question z (T W e) (hS W e) bS).
have := @stay_equilibrium R (GW W) some_lot some_question (lift e C) w z (S W e) (T W e)
  (hS W e) (hT W e) z_other bS bT (fun=> id) (fun _ _ _ H => H) gamma.
rewrite /equilibrium path; apply=> [//|i0 c0 s' best|i0].
  by rewrite back worth_push; apply: no_gain.
by rewrite back worth_push; apply: no_loss.
Qed.

End RichOffers.

(** ** What an offer can give

    In one round in which only the agents speak.  She hears agent [i] only, so her type is
    what she has observed. *)
Section OfferPrices.
Variables (R : realFieldType) (G : game R).
Notation XA := (user_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation GW W := (with_words G W).
Variable quiet : question G.
Hypotheses (silent : forall q : question G, q = quiet) (one_round : rounds G = 1%N).
Variable i : agent.

(** What [a] is worth by [f] where agent [i] sees [o] and she has observed [xa], times the
    probability of that. *)
Definition meets_alone f (o : view G) xa a : R := \sum_(xb | sees i xb == o) W f xa xb a.

(** Dual prices and multipliers for each strategy, an action for each [xa]. *)
Definition covers_offer f (price : view G -> R) (kappa : {ffun XA -> A} -> XA -> A -> R) :=
  (forall p xa a, 0 <= kappa p xa a) /\
  forall o (p : {ffun XA -> A}), \sum_xa (meets_alone f o xa (p xa)
    + \sum_a kappa p xa a * (meets_alone u o xa (p xa) - meets_alone u o xa a)) <= price o.

(** All others are silent: they have one word. *)
Let unit_words : finType := [finType of unit].
Let mute : profile (GW unit_words) := fun _ _ _ _ => sure R tt.

Lemma meets_mute f o xa (t : {ffun agent -> unit}) a :
  meets (G := GW unit_words) quiet i mute f o xa t a = meets_alone f o xa a.
Proof.
by apply: eq_bigr => xb _; rewrite big1 ?mul1r // => j _; case: (t j).
Qed.

Lemma covers_mute f price kappa : covers_offer f price kappa ->
  covers (G := GW unit_words) quiet i mute tt f price
    (fun s xa t => kappa [ffun xa => s (xa, t)] xa).
Proof.
move=> [kap0 cover]; split=> [s xa t a|o s]; first exact: kap0.
pose t0 : {ffun agent -> unit} := [ffun=> tt].
apply: le_trans (cover o [ffun xa => s (xa, t0)]); apply: ler_sum => xa _.
rewrite (bigD1 t0) /=; last by rewrite /of_others ffunE.
rewrite [X in _ + X]big1 ?addr0; last first.
  move=> t /eqP ne; case: ne.
  by apply/ffunP => j; case: (t j); case: (t0 j).
rewrite !meets_mute ffunE le_eqVlt; apply/orP; left; apply/eqP; congr (_ + _).
by apply: eq_bigr => a _; rewrite !meets_mute.
Qed.

Section Words.
Variables (V : finType) (some_word : V).
Let mute_words : embedding unit_words V :=
  @Embedding unit_words V (fun=> some_word) (fun=> tt) (fun x => let: tt := x in erefl).
Let muted : profile (GW V) := lift mute_words mute.

Lemma signal_muted (j : agent) o b :
  signal (G := GW V) quiet (muted j) o b = (b == some_word)%:R.
Proof.
rewrite -[LHS]/(\sum_(x : unit | some_word == b) (x == tt)%:R).
rewrite [some_word == b]eq_sym; case: (b == some_word); last by rewrite big_pred0.
by rewrite (bigD1 tt) //= big1 ?addr0 // => -[].
Qed.

(** She hears agent [i] only if she takes all others to be silent. *)
Definition mask (m : {ffun agent -> V}) : {ffun agent -> V} :=
  [ffun j => if j == i then m j else some_word].
Definition said_alone (h : transcript (GW V)) : {ffun agent -> V} :=
  [ffun j => if j == i then if h j is (_, b) :: _ then b else some_word else some_word].
Definition ignoring_others (s : strategy (GW V)) : strategy (GW V) := @Strategy R (GW V)
  (draw s) (fun _ _ _ => sure R [ffun=> quiet])
  (fun l xa h => choose s l xa (heard (G := GW V) quiet (said_alone h))).

Lemma ignoring_hears s : hears_only (ignoring_others s) i.
Proof.
move=> l xa h h' E; split=> // a /=.
suff -> : said_alone h = said_alone h' by [].
apply/ffunP => j; rewrite !ffunE; case: eqP => // ->.
by rewrite E ?inE.
Qed.

Lemma ignoring_worth (c : rule (GW V)) s f :
  worth (replace (G := GW V) muted i c) (ignoring_others s) f
  = worth (replace (G := GW V) muted i c) s f.
Proof.
rewrite !(worth_signal (G := GW V) silent one_round).
apply: eq_bigr => xa _; apply: eq_bigr => m _; apply: eq_bigr => a _.
have -> : reply (G := GW V) quiet (ignoring_others s) xa m a
    = reply (G := GW V) quiet s xa (mask m) a.
  apply: eq_bigr => l _; congr (_ * _); rewrite /=; congr (choose _ _ _ (heard _ _) _).
  by apply/ffunP => j; rewrite !ffunE /=; case: eqP => // _; rewrite ffunE.
have [-> //|] := eqVneq (mask m) m.
move=> ne; suff z g : after (G := GW V) quiet (replace (G := GW V) muted i c) g xa m a = 0.
  by rewrite !z !mulr0.
have [j ji nj] : exists2 j, j != i & m j != some_word.
  have /existsP[j nj] : [exists j, mask m j != m j].
    rewrite -negb_forall; apply: contraNN ne => /forallP all.
    by apply/eqP/ffunP => j; apply/eqP.
  move: nj; rewrite ffunE; case: (j =P i) => [_|/eqP ji nj]; first by rewrite eqxx.
  by exists j; rewrite // eq_sym.
apply: big1 => xb _; rewrite (bigD1 j) //= /replace (negPf ji) signal_muted.
by rewrite (negPf nj) !mul0r.
Qed.

Lemma alone_optimal (c : rule (GW V)) C s : best_to (G := GW V) i c C s ->
  optimal (replace (G := GW V) muted i c) s.
Proof.
move=> [H best] s'; rewrite -(ignoring_worth c s').
have same (s0 : strategy (GW V)) f : hears_only s0 i -> worth (replace (G := GW V) muted i c) s0 f
    = worth (replace (G := GW V) C i c) s0 f.
  by move=> H0; apply: worth_alone_eq H0; rewrite !replace_same.
by rewrite !same //; [apply: best; apply: ignoring_hears | apply: ignoring_hears].
Qed.

(** No rule that agent [i] could offer gives more than the prices say, in any words. *)
Theorem offer_prices f price kappa (c : rule (GW V)) C s : covers_offer f price kappa ->
  best_to (G := GW V) i c C s -> worth (replace (G := GW V) C i c) s f <= \sum_o price o.
Proof.
move=> cover best; have [H _] := best.
have -> : worth (replace (G := GW V) C i c) s f = worth (replace (G := GW V) muted i c) s f.
  by apply: worth_alone_eq H; rewrite !replace_same.
exact: (rich_prices_bound (e := mute_words) silent one_round (covers_mute cover)
  (alone_optimal best)).
Qed.

(** So with prices of his payoffs and [phi] times hers together, an offer that is worth more
    than [v] to her gives him at most the sum of the prices less [phi * v]: this is what
    [rich_offers_equilibrium] asks for. *)
Corollary offer_gain phi price kappa (c : rule (GW V)) C s v : 0 <= phi ->
  covers_offer (fun a y => agent_payoff i a y + phi * u a y) price kappa ->
  best_to (G := GW V) i c C s -> v < worth (replace (G := GW V) C i c) s u ->
  worth (replace (G := GW V) C i c) s (@agent_payoff R G i) <= \sum_o price o - phi * v.
Proof.
move=> phi0 cover best /ltW more; rewrite ler_subr_addr.
apply: le_trans (offer_prices cover best).
rewrite /worth (expect_add (G := GW V) (@agent_payoff R G i) u) ler_add2l.
exact: ler_wpmul2l.
Qed.
End Words.
End OfferPrices.

Print Assumptions rich_offers_equilibrium.
Print Assumptions offer_prices.
Print Assumptions offer_gain.
