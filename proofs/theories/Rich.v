(** * Rich alphabets (theory.md 1.2)

    With a rich alphabet a rule has finitely many words, and there is no bound on how many:
    an equilibrium is one against deviations that use any finite set of words in which
    those of the profile are found again. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Hull Revealing Bayes Induction Prices.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

(** ** Definitions *)
Section Definitions.
Variables (R : realFieldType) (G : game R).
Notation agent := 'I_(agents G).
Notation U := (@agent_payoff R G).

(** The same game with other words. *)
Definition with_words (V : finType) : game R := @Game R
  (state G) (action G) (some_action G) (user_observation G) (agent_observation G)
  (agents G) (view G) (@sees R G) (question G) V (rounds G) (lot G) (prior G)
  (@user_payoff R G) (@agent_payoff R G).

(** The words [V] are found again among the words [W]: each goes [into] one, from which
    it comes [back]. *)
Record embedding (V W : finType) := Embedding {
  into : V -> W;
  back : W -> V;
  into_back : cancel into back }.

(** A rule in the words [V] is a rule in the words [W]. *)
Definition lift_rule V W (e : embedding V W) (c : rule (with_words V)) : rule (with_words W) :=
  fun o h q => push (into e) (c o (map (fun qm => (qm.1, back e qm.2)) h) q).
Definition lift V W (e : embedding V W) (C : profile (with_words V)) : profile (with_words W) :=
  fun i => lift_rule e (C i).

(** What the user does after a deviation of an agent from rules in the words [V] to one in
    the words [W], whatever these are. *)
Definition rich_response V := forall W, embedding V W ->
  agent -> profile (with_words W) -> strategy (with_words W).
Definition rich_bayes V (r : rich_response V) := forall W (e : embedding V W) i C,
  optimal C (r W e i C).

(** The rules are [C], and she plays [s]: no agent gains more than [gamma] by any rule in
    any finite set of words. *)
Definition rich_equilibrium gamma V (r : rich_response V) (C : profile (with_words V)) s :=
  forall W (e : embedding V W) i (c : rule (with_words W)),
  worth (replace (lift e C) i c) (r W e i (replace (lift e C) i c)) (U i)
    <= worth C s (U i) + gamma.

(** Such an equilibrium is one in any set of words in which those of the profile are found
    again, if she does the same there where nobody has deviated: what is proved of
    equilibria in finitely many words holds of it. *)
Theorem rich_transfer gamma V (r : rich_response V) W (e : embedding V W)
    (C : profile (with_words V)) s (r' : response (with_words W)) :
  (forall i, r' (Some i) = r W e i) ->
  (forall f, worth (lift e C) (r' None (lift e C)) f = worth C s f) ->
  rich_equilibrium gamma r C s -> equilibrium gamma r' (lift e C).
Proof. by move=> after same eqm i c; rewrite same after; apply: eqm. Qed.
End Definitions.

Section Bounds.
Variables (R : realFieldType) (G : game R).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).

(** ** The bound of 5.2, where agents may use any words *)

(** What the agents get by deviations, weighted, they have in the equilibrium, but for
    [gamma]. *)
Lemma rich_have V (r : rich_response G V) (lam : agent -> R) D gamma
    (C : profile (with_words G V)) s W (e : embedding V W)
    (c : agent -> rule (with_words G W)) :
  (forall i, 0 <= lam i) -> rich_equilibrium gamma r C s ->
  D <= \sum_i lam i * worth (replace (lift e C) i (c i))
         (r W e i (replace (lift e C) i (c i))) (U i) ->
  D - gamma * (\sum_i lam i) <= \sum_i lam i * worth C s (U i).
Proof.
move=> lam0 eqm Dc; rewrite ler_subl_addr; apply: le_trans Dc _.
rewrite [gamma * _]mulrC mulr_suml -big_split /=; apply: ler_sum => i _.
rewrite -mulrDr; apply: ler_wpmul2l; [exact: lam0 | exact: eqm].
Qed.

Theorem rich_bound V (r : rich_response G V) (m : multipliers G) D gamma
    (C : profile (with_words G V)) s W (e : embedding V W)
    (c : agent -> rule (with_words G W)) :
  optimal C s -> feasible m -> rich_equilibrium gamma r C s ->
  D <= \sum_i lambda m i * worth (replace (lift e C) i (c i))
         (r W e i (replace (lift e C) i (c i))) (U i) ->
  (\sum_xa \sum_xb pi m xa xb) + D - gamma * (\sum_i lambda m i) <= worth C s u.
Proof.
move=> opt feas eqm Dc; have lam0 : forall i, 0 <= lambda m i by case: feas.
have out := outcome_is_outcome C s; have obey := obedience_bayes opt.
apply: le_trans (multipliers_bound (G := G) feas out obey).
by rewrite -addrA ler_add2l; apply: rich_have lam0 eqm Dc.
Qed.

(** What she does after deviations in the words [W], as a response (agent [i0] stands for
    nobody): what it secures is said in Revealing.v, under each tie rule. *)
Definition deviations V (r : rich_response G V) (i0 : agent) W (e : embedding V W) :
    response (with_words G W) := fun o => r W e (odflt i0 o).

Theorem rich_bound_secured V (r : rich_response G V) i0 (m : multipliers G) D gamma
    (C : profile (with_words G V)) s W (e : embedding V W) :
  optimal C s -> feasible m -> rich_equilibrium gamma r C s ->
  secure_together (G := with_words G W) (@every R _) (deviations r i0 e) (lambda m) D ->
  (\sum_xa \sum_xb pi m xa xb) + D - gamma * (\sum_i lambda m i) <= worth C s u.
Proof.
move=> opt feas eqm /(_ (lift e C) I)[c Dc].
exact: rich_bound opt feas eqm Dc.
Qed.

(** ** G1, where agents may use any words *)
Theorem rich_G1 V (r : rich_response G V) w c eps gamma (C : profile (with_words G V)) s0 :
  rich_bayes r -> near (G := G) w c eps -> unique_best G -> rich_equilibrium gamma r C s0 ->
  (forall i, 0 < w i -> exists W (_ : embedding V W) (T : rule (with_words G W)),
     teaches (G := with_words G W) i T) ->
  OPT G - eps *+ 2 - gamma <= worth C s0 u.
Proof.
move=> rb aligned uniq eqm teach; pose t := @best_table R G.
have right_t := @best_table_right R G.
have out := outcome_is_outcome C s0.
have t_out : is_outcome (G := G) (table_outcome t).
  by split=> [xa xb a|xa xb]; [exact: ler0n | exact: (sure_sum1 R (t xa xb))].
rewrite -(right_OPT right_t) -expect_table.
apply: (shift aligned out t_out) => i /teach[W [e [T teach_T]]].
have := eqm W e i T; apply: le_trans.
have uniq_W : unique_best (with_words G W) := uniq.
pose C' : profile (with_words G W) := replace (G := with_words G W) (lift e C) i T.
pose s := r W e i C'.
have C'i : C' i = T by apply: replace_same.
have opt := best_if_OPT (teach_T C' s C'i (rb W e i C')).
rewrite -/C' -/s.
rewrite le_eqVlt; apply/orP; left; apply/eqP/esym.
apply: (eq_expect (G := G)) => xa xb a pos.
have zero b : b != t xa xb -> outcome C' s xa xb b = 0.
  move=> ne; apply/eqP; apply: contraNT ne => nz; apply/eqP.
  apply: (uniq_W xa xb) => //; last exact: right_t.
  by apply: opt; rewrite lt0r nz outcome_ge0.
rewrite /table_outcome; have [->|/zero -> //] := eqVneq a (t xa xb).
have := outcome_sum1 C' s xa xb.
by rewrite (bigD1 (t xa xb)) //= big1 ?addr0.
Qed.

(** With a rich alphabet an agent can say all that he sees. *)
Section Reveal.
Variables (V : finType) (some_word : V).
Definition all_words : finType := [finType of V + view G].
Definition old_words : embedding V all_words := @Embedding V all_words inl
  (fun w => if w is inl v then v else some_word) (fun=> erefl).
Definition reveal : rule (with_words G all_words) :=
  spell (G := with_words G all_words) (fun o _ => inr o).

Theorem reveal_tells i p (t : table G) : (0 < rounds G)%N ->
  (forall xa xb xb', 0 < point xa xb -> 0 < point xa xb' -> sees i xb = sees i xb' ->
     t xa xb = t xa xb') ->
  tells (G := with_words G all_words) i reveal p t.
Proof.
move=> some same; apply: spell_tells => xa xb xb' pos pos' /(_ 0%N some) [].
exact: same.
Qed.
End Reveal.

End Bounds.

(** ** Dual prices, where the deviator may use any words *)
Section Prices.
Variables (R : realFieldType) (G : game R).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation U := (@agent_payoff R G).
Variables (quiet : question G) (V : finType) (i : agent) (unsaid : V).
Variables (C : profile (with_words G V)) (W : finType) (e : embedding V W).
Notation messages X := {ffun agent -> X}.

Let up (t : messages V) : messages W := [ffun j => into e (t j)].
Let down (t : messages W) : messages V := [ffun j => back e (t j)].

Lemma up_down t : down (up t) = t.
Proof. by apply/ffunP => j; rewrite !ffunE into_back. Qed.

Lemma signal_lift (c : rule (with_words G V)) o b :
  signal (G := with_words G W) quiet (lift_rule e c) o (into e b)
  = signal (G := with_words G V) quiet c o b.
Proof.
rewrite /signal /= (bigD1 b) //= big1 ?addr0 // => b' /andP[/eqP E].
by rewrite -(into_back e b) -E into_back eqxx.
Qed.

Lemma signal_other (c : rule (with_words G V)) o b : into e (back e b) != b ->
  signal (G := with_words G W) quiet (lift_rule e c) o b = 0.
Proof.
move=> ne; apply: big1 => b' /eqP E; move: ne.
by rewrite -E into_back eqxx.
Qed.

Lemma meets_up f o xa (t : messages V) a :
  meets (G := with_words G W) quiet i (lift e C) f o xa (up t) a
  = meets (G := with_words G V) quiet i C f o xa t a.
Proof.
apply: eq_bigr => xb _; congr (_ * _); apply: eq_bigr => j _.
by rewrite ffunE signal_lift.
Qed.

Lemma meets_other f o xa (t : messages W) a : t i = into e unsaid -> up (down t) != t ->
  meets (G := with_words G W) quiet i (lift e C) f o xa t a = 0.
Proof.
move=> ti ne; have [j ji nj] : exists2 j, j != i & into e (back e (t j)) != t j.
  have /existsP[j nj] : [exists j, into e (back e (t j)) != t j].
    rewrite -negb_forall; apply: contraNN ne => /forallP all.
    by apply/eqP/ffunP => j; rewrite !ffunE; apply/eqP.
  exists j => //; apply: contraNneq nj => ->.
  by rewrite ti into_back.
apply: big1 => xb _; rewrite (bigD1 j) //= /lift signal_other // !mul0r //.
Qed.

Let restrict (s : plan (with_words G W)) : plan (with_words G V) :=
  [ffun z => s (z.1, up z.2)].

(** What covers a rule in the words of the others, covers one in any words. *)
Lemma covers_lift f price kappa :
  covers (G := with_words G V) quiet i C unsaid f price kappa ->
  covers (G := with_words G W) quiet i (lift e C) (into e unsaid) f price
    (fun s xa t => kappa (restrict s) xa (down t)).
Proof.
move=> [kap0 cover]; split=> [s xa t a|o s]; first exact: kap0.
apply: le_trans (cover o (restrict s)); apply: ler_sum => xa _.
rewrite le_eqVlt; apply/orP; left; apply/eqP.
rewrite (bigID (fun t : messages W => up (down t) == t)) /= [X in _ + X]big1 ?addr0.
  rewrite (reindex_onto up down) => [|t /andP[_ /eqP] //].
  apply: eq_big => [t|t _].
    rewrite up_down !eqxx !andbT /of_others ffunE.
    by rewrite (can_eq (into_back e)).
  rewrite !meets_up ffunE /= up_down; congr (_ + _); apply: eq_bigr => a _.
  by rewrite !meets_up.
move=> t /andP[/eqP ti ne]; rewrite meets_other // add0r big1 // => a _.
by rewrite !meets_other // subrr mulr0.
Qed.

(** Theorem 6.1 with a rich alphabet. *)
Theorem rich_prices_bound f price kappa (c : rule (with_words G W)) s :
  (forall q : question G, q = quiet) -> rounds G = 1%N ->
  covers (G := with_words G V) quiet i C unsaid f price kappa ->
  optimal (G := with_words G W) (replace (G := with_words G W) (lift e C) i c) s ->
  worth (replace (G := with_words G W) (lift e C) i c) s f <= \sum_o price o.
Proof.
move=> silent one cover opt.
exact: (prices_bound (G := with_words G W) silent one (covers_lift cover) opt).
Qed.
End Prices.

Section Equilibria.
Variables (R : realFieldType) (G : game R).
Notation agent := 'I_(agents G).
Notation U := (@agent_payoff R G).

(** Theorem 6.9 (first part) with a rich alphabet. *)
Theorem rich_prices_equilibrium (V : finType) (r : rich_response G V) (quiet : question G)
    (unsaid : V) gamma (C : profile (with_words G V)) s (price : agent -> view G -> R)
    (kappa : agent -> plan (with_words G V) -> user_observation G ->
       {ffun agent -> V} -> action G -> R) :
  rich_bayes r -> (forall q : question G, q = quiet) -> rounds G = 1%N ->
  (forall i, covers (G := with_words G V) quiet i C unsaid (U i) (price i) (kappa i)) ->
  (forall i, \sum_o price i o <= worth C s (U i) + gamma) ->
  rich_equilibrium gamma r C s.
Proof.
move=> rb silent one cover enough W e i c; apply: le_trans (enough i).
exact: (rich_prices_bound (e := e) silent one (cover i) (rb W e i _)).
Qed.

(** So there is a response, under the tie rules [any], [order] and [belief] at once, with
    which [C] and [s] are an equilibrium. *)
Corollary rich_some_equilibrium (i0 : agent) (some_lot : lot G) (quiet : question G)
    (V : finType) (unsaid : V) gamma (C : profile (with_words G V)) s
    (price : agent -> view G -> R)
    (kappa : agent -> plan (with_words G V) -> user_observation G ->
       {ffun agent -> V} -> action G -> R) :
  (forall q : question G, q = quiet) -> rounds G = 1%N ->
  (forall i, covers (G := with_words G V) quiet i C unsaid (U i) (price i) (kappa i)) ->
  (forall i, \sum_o price i o <= worth C s (U i) + gamma) ->
  exists r : rich_response G V, [/\ rich_bayes r, rich_equilibrium gamma r C s
    & forall W (e : embedding V W), ties_by_order (deviations r i0 e) (@all_agents R _)
             /\ ties_by_belief (deviations r i0 e) (@all_agents R _)].
Proof.
move=> silent one cover enough.
pose r W (_ : embedding V W) (_ : agent) := @best_reply R (with_words G W) some_lot quiet.
have rb : rich_bayes r by move=> W e i C'; apply: best_reply_optimal.
exists r; split=> // [|W e]; first exact: rich_prices_equilibrium rb silent one cover enough.
by case: (best_reply_ties (G := with_words G W) some_lot quiet).
Qed.
End Equilibria.

Print Assumptions rich_transfer.
Print Assumptions rich_bound.
Print Assumptions rich_bound_secured.
Print Assumptions rich_G1.
Print Assumptions reveal_tells.
Print Assumptions rich_prices_bound.
Print Assumptions rich_prices_equilibrium.
Print Assumptions rich_some_equilibrium.
