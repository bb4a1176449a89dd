(** * Given signals as an equilibrium (theory.md 6.1, 6.9, 7.1)

    In one round in which only the agents speak she knows what each says how often; and
    dual prices prove that no other rule of an agent gives him more.  Silence is the
    signal of one word.  Where actions are worth the same to her she may turn to some of
    them, in lots, when a certain agent has deviated: ties are broken by who has spoken. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Revealing Prices Induction.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

(** The distribution of what is drawn from [f t], where [t] is drawn from [d]. *)
Section Mixtures.
Variables (R : realFieldType) (S T : finType) (d : dist R S) (f : S -> dist R T).
Fact mixed_ge0 t : 0 <= \sum_s d s * f s t.
Proof. by apply: sumr_ge0 => s _; rewrite mulr_ge0 ?mass_ge0. Qed.
Fact mixed_sum1 : \sum_t \sum_s d s * f s t = 1.
Proof.
rewrite exchange_big /= -[RHS](mass_sum1 d); apply: eq_bigr => s _.
by rewrite -mulr_sumr mass_sum1 mulr1.
Qed.
Definition mixed : dist R T := Dist mixed_ge0 mixed_sum1.
End Mixtures.

Section Signals.
Variables (R : realFieldType) (G : game R).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).
Notation messages := {ffun agent -> word G}.
Implicit Types (C : profile G) (c : rule G) (s : strategy G) (i j : agent).

Variables (quiet : question G) (unsaid : word G) (some_lot : lot G).
Hypotheses (silent : forall q : question G, q = quiet) (one_round : rounds G = 1%N).
Notation after := (after quiet).
Notation reply := (reply quiet).
Notation meets := (meets quiet).

(** What was said in a transcript, and the strategy of doing what a plan says. *)
Definition said (h : transcript G) : messages :=
  [ffun j => if h j is (_, b) :: _ then b else unsaid].
Definition plays (p : plan G) : strategy G := Strategy (sure R some_lot)
  (fun _ _ _ => sure R [ffun=> quiet]) (fun _ xa h => sure R (p (xa, said h))).

Lemma said_heard m : said (heard quiet m) = m.
Proof. by apply/ffunP => j; rewrite !ffunE. Qed.

Lemma sum_one (p : A) (F : A -> R) : \sum_a (a == p)%:R * F a = F p.
Proof. exact: (sum_sure p). Qed.

Lemma reply_plays p xa m a : reply (plays p) xa m a = (a == p (xa, m))%:R.
Proof. by rewrite /Prices.reply sum_sure /= said_heard. Qed.

Lemma worth_plays C p f :
  worth C (plays p) f = \sum_xa \sum_(m : messages) after C f xa m (p (xa, m)).
Proof.
rewrite (worth_signal silent one_round); apply: eq_bigr => xa _; apply: eq_bigr => m _.
by under eq_bigr do rewrite reply_plays; rewrite sum_one.
Qed.

Lemma plays_optimal C (p : plan G) : (forall xa m a, after C u xa m a <= after C u xa m (p (xa, m))) ->
  optimal C (plays p).
Proof.
move=> best s; rewrite worth_plays (worth_signal silent one_round).
apply: ler_sum => xa _; apply: ler_sum => m _.
rewrite -[leRHS]mul1r -(reply_sum1 quiet s xa m) mulr_suml.
by apply: ler_sum => a _; rewrite ler_wpmul2l ?reply_ge0.
Qed.

(** ** Turning to other actions

    She draws what she takes instead of an action; it depends on what she observed and on
    what the agents but [i] said. *)
Definition turned (i : agent) (turn : XA -> messages -> A -> dist R A) s := Strategy (draw s) (ask s)
  (fun l xa h => mixed (choose s l xa h) (turn xa (with_own i (said h) unsaid))).

Lemma reply_turned i turn s xa m b : reply (turned i turn s) xa m b
  = \sum_a reply s xa m a * turn xa (with_own i m unsaid) a b.
Proof.
rewrite /Prices.reply /=; under [RHS]eq_bigr do rewrite mulr_suml.
rewrite [RHS]exchange_big /=; apply: eq_bigr => l _.
by rewrite said_heard mulr_sumr; apply: eq_bigr => a _; rewrite mulrA.
Qed.

Definition turns_well i C (turn : XA -> messages -> A -> dist R A) := forall o xa t a,
  of_others i unsaid t -> meets i C u o xa t a <= \sum_b turn xa t a b * meets i C u o xa t b.

Lemma turned_worth i C turn c s : turns_well i C turn ->
  worth (replace C i c) s u <= worth (replace C i c) (turned i turn s) u.
Proof.
move=> well; rewrite !(worth_signal silent one_round).
apply: ler_sum => xa _; apply: ler_sum => m _.
under [leRHS]eq_bigr do rewrite reply_turned mulr_suml.
rewrite exchange_big /=; apply: ler_sum => a _.
under eq_bigr do rewrite -mulrA; rewrite -mulr_sumr ler_wpmul2l ?reply_ge0 //.
have E : with_own i (with_own i m unsaid) (m i) = m.
  by rewrite with_own_own; apply/ffunP => j; rewrite ffunE; case: eqP => // ->.
rewrite -E !after_own; under [leRHS]eq_bigr do rewrite after_own mulr_sumr.
rewrite E exchange_big /=; apply: ler_sum => o _.
under eq_bigr do rewrite mulrCA; rewrite -mulr_sumr ler_wpmul2l ?mass_ge0 //.
by apply: well; rewrite /of_others ffunE eqxx.
Qed.

Lemma turned_keeps i (turn : XA -> messages -> A -> dist R A) (may : XA -> messages -> A -> bool)
    s : (forall xa t a b, 0 < turn xa t a b -> may xa t b) ->
  keeps quiet i unsaid may (turned i turn s).
Proof.
move=> inside xa m b; apply: contraTT => out; rewrite -leNgt reply_turned le_eqVlt.
apply/orP; left; apply/eqP/big1 => a _; apply/eqP; rewrite mulf_eq0; apply/orP; right.
by apply: contraNT out => nz; apply: (inside xa _ a); rewrite lt0r nz mass_ge0.
Qed.

(** ** The equilibrium *)
Section Equilibrium.
Variables (C : profile G) (p : plan G) (gamma : R).
Variables (may : agent -> XA -> messages -> A -> bool)
  (price : agent -> followed G -> view G -> R)
  (kappa : agent -> followed G -> word G -> XA -> messages -> A -> R).
Hypotheses
  (cover : forall i, covers_followed quiet i C unsaid (may i) (U i) (price i) (kappa i))
  (enough : forall i (q : followed G), (forall b, within i unsaid (may i) (q b)) ->
     \sum_o price i q o <= worth C (plays p) (U i) + gamma).

(** Theorem 6.9 (first part): under the tie rule [any]. *)
Theorem signals_equilibrium (turn : agent -> XA -> messages -> A -> dist R A) :
  (forall xa m a, after C u xa m a <= after C u xa m (p (xa, m))) ->
  (forall i, turns_well i C (turn i)) ->
  (forall i xa t a b, 0 < turn i xa t a b -> may i xa t b) ->
  exists r, [/\ bayes r, r None C = plays p & equilibrium gamma r C].
Proof.
move=> best well inside.
have [r [rb path _]] := @response_with R G some_lot quiet _ _ (plays_optimal best).
pose turn_to i C' s := let s' := turned i (turn i) s in
  if worth C' s u <= worth C' s' u then s' else s.
exists (fun o C' => if o is Some i then turn_to i C' (r o C') else r o C'); split=> //.
  case=> [i|] C'; rewrite /turn_to /=; last exact: rb.
  by case: ifP => [le s|_]; [apply: le_trans (rb _ _ s) le | apply: rb].
move=> i c; rewrite path /turn_to /= turned_worth //.
apply: (prices_bound_followed silent one_round (cover i)); first exact: enough.
  by apply: turned_keeps; apply: inside.
by move=> s; apply: le_trans (rb _ _ s) _; apply: turned_worth.
Qed.

(** Under [belief] and [order]: she takes the first of the actions that are best for her. *)
Lemma value_after xa m : value C setT xa (heard quiet m) =1 after C u xa m.
Proof.
move=> a; apply: eq_bigr => xb _; congr (_ * _); rewrite /likely.
by apply: eq_big => j; rewrite ?inE // => _; rewrite !ffunE /= mulr1.
Qed.

Theorem first_equilibrium : (forall i xa t a, may i xa t a) ->
  (forall xa m, is_first (after C u xa m) (p (xa, m))) ->
  let r : response G := fun _ => best_reply some_lot quiet in
  worth C (r None C) u = worth C (plays p) u /\ equilibrium gamma r C.
Proof.
move=> all first.
have same f : worth C (best_reply some_lot quiet C) f = worth C (plays p) f.
  rewrite worth_plays (worth_signal silent one_round); apply: eq_bigr => xa _.
  apply: eq_bigr => m _; rewrite -sum_one; apply: eq_bigr => a _; congr (_ * _).
  rewrite /Prices.reply sum_sure /= /sure /=; congr (_ == _)%:R.
  apply: is_first_unique _ (first xa m).
  by apply: is_first_ext (best_action_first _); apply: value_after.
split=> // i c; rewrite same.
apply: (prices_bound_followed silent one_round (cover i)); first exact: enough.
  by move=> *; apply: all.
exact: best_reply_optimal.
Qed.

End Equilibrium.
End Signals.

Print Assumptions signals_equilibrium.
Print Assumptions first_equilibrium.
