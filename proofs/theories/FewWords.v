(** * Too few words: what one agent can tell her at best (theory.md 3.1, 7.1)

    There is one round, and she has nothing to say.  Rules that draw lots are no better for
    her than the best rule that does not; so where words are few, TEAM is found by trying
    the rules that draw none.  An agent who wants what she wants is content with the best of
    them. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Revealing Prices Induction Silence.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

Section FewWords.
Variables (R : realFieldType) (G : game R).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).
Notation messages := {ffun agent -> word G}.
Notation naming := {ffun view G -> word G}.
Implicit Types (C : profile G) (c : rule G) (s : strategy G) (f : naming).

Variables (quiet : question G) (some_word : word G) (some_lot : lot G) (i : agent).
Hypotheses (silent : forall q : question G, q = quiet) (one_round : rounds G = 1%N).

(** The rule that names what he sees by a word, and what she can make of it at best. *)
Definition names f : rule G := fun o _ _ => sure R (f o).
Definition named f xa w a := \sum_(xb | f (sees i xb) == w) W u xa xb a.
Definition naming_value f := \sum_xa \sum_w most (named f xa w).

(** What she hears if he says [w] and nobody else says anything; and what she has by a
    strategy if he names what he sees. *)
Definition hears_word w : messages := with_own i (nothing_said some_word) w.
Definition has s f := \sum_xa \sum_xb \sum_a
  reply quiet s xa (hears_word (f (sees i xb))) a * W u xa xb a.
Definition nobody_else c : profile G := replace (@say_nothing R G some_word) i c.

Lemma outcome_heard c s xa xb a : outcome (nobody_else c) s xa xb a
  = \sum_w signal quiet c (sees i xb) w * reply quiet s xa (hears_word w) a.
Proof.
rewrite (outcome_signal silent one_round) (sum_messages i some_word); apply: eq_bigr => w _.
have none : of_others i some_word (nothing_said some_word : messages) by rewrite /of_others ffunE.
have prod t : \prod_j signal quiet (nobody_else c j) (sees j xb) (with_own i t w j)
    = signal quiet c (sees i xb) w * \prod_(j | j != i) (t j == some_word)%:R.
  rewrite (bigD1 i) //= /nobody_else replace_same ffunE eqxx; congr (_ * _).
  by apply: eq_bigr => j /negPf ne; rewrite /replace ne ffunE ne.
rewrite (bigD1 (nothing_said some_word)) //= [X in _ + X]big1 ?addr0 => [|t /andP[/eqP ti ne]].
  by rewrite prod [X in _ * X * _]big1 ?mulr1 // => j _; rewrite ffunE eqxx.
rewrite prod [X in _ * X * _](_ : _ = 0) ?mulr0 ?mul0r //.
apply/eqP/prodf_eq0; case: (pickP (fun j => t j != some_word)) => [j nj|all].
  by exists j; [apply: contraNneq nj => ->; rewrite ti | rewrite (negPf nj)].
by case/eqP: ne; apply/ffunP => j; rewrite ffunE; apply/eqP/negbFE/all.
Qed.

(** A rule that draws lots is a mixture of rules that do not. *)
Lemma worth_mixture c s : worth (nobody_else c) s u
  = \sum_(f : naming) (\prod_o signal quiet c o (f o)) * has s f.
Proof.
rewrite /has; under [RHS]eq_bigr do rewrite mulr_sumr.
rewrite [RHS]exchange_big /=; apply: eq_bigr => xa _.
under [RHS]eq_bigr do rewrite mulr_sumr.
rewrite [RHS]exchange_big /=; apply: eq_bigr => xb _.
pose F w := \sum_a reply quiet s xa (hears_word w) a * W u xa xb a.
rewrite (joint_one (fun o => c o [::] quiet) (sees i xb) F).
under eq_bigr do rewrite outcome_heard mulr_suml.
rewrite exchange_big /=; apply: eq_bigr => w _; rewrite mulr_sumr.
by apply: eq_bigr => a _; rewrite mulrA.
Qed.

Lemma has_words s f : has s f
  = \sum_xa \sum_w \sum_a reply quiet s xa (hears_word w) a * named f xa w a.
Proof.
apply: eq_bigr => xa _; rewrite (partition_big (fun xb => f (sees i xb)) predT) //=.
apply: eq_bigr => w _; rewrite /named; under [RHS]eq_bigr do rewrite mulr_sumr.
by rewrite [RHS]exchange_big /=; apply: eq_bigr => xb /eqP ->.
Qed.

Lemma has_le s f : has s f <= naming_value f.
Proof.
rewrite has_words; apply: ler_sum => xa _; apply: ler_sum => w _.
rewrite -[leRHS]mul1r -(reply_sum1 quiet s xa (hears_word w)) mulr_suml.
by apply: ler_sum => a _; rewrite ler_wpmul2l ?reply_ge0 ?most_ge.
Qed.

(** Whatever rule he has, she gets no more by hearing him than what the best naming is worth. *)
Theorem naming_bound v c C s : (forall f, naming_value f <= v) ->
  C i = c -> (forall l, hears s l [set i]) -> worth C s u <= v.
Proof.
move=> best Ci hear.
have -> : worth C s u = worth (nobody_else c) s u.
  by apply: worth_alone_eq hear; rewrite Ci /nobody_else replace_same.
rewrite worth_mixture -[leRHS]mul1r.
rewrite -[X in _ <= X * _](joint_sum1 (fun o => c o [::] quiet)) mulr_suml; apply: ler_sum => f _.
apply: ler_wpmul2l; first by apply: prodr_ge0 => o _; apply: mass_ge0.
exact: le_trans (has_le s f) (best f).
Qed.

(** She does what is best after the word that he has said. *)
Definition best_after f xa w := [arg max_(a > some_action G) named f xa w a]%O.
Definition word_said (h : private G) := if h is (_, w) :: _ then w else some_word.
Definition heed_word f : strategy G := Strategy (sure R some_lot)
  (fun _ _ _ => sure R [ffun=> quiet]) (fun _ xa h => sure R (best_after f xa (word_said (h i)))).

Lemma heed_word_hears f l : hears (heed_word f) l [set i].
Proof. by move=> xa h h' /(_ i); rewrite inE eqxx => /(_ isT) E; split=> a /=; rewrite ?E. Qed.

Lemma worth_heed f C : C i = names f -> worth C (heed_word f) u = naming_value f.
Proof.
move=> Ci; have -> : worth C (heed_word f) u = worth (nobody_else (names f)) (heed_word f) u.
  by apply: worth_alone_eq (@heed_word_hears f); rewrite Ci /nobody_else replace_same.
rewrite worth_mixture (bigD1 f) //= big1 ?mul1r => [|o _]; last by rewrite /signal /names /= /sure /= eqxx.
rewrite [X in _ + X]big1 ?addr0 => [|f' ne]; last first.
  suff -> : \prod_o signal quiet (names f) o (f' o) = 0 by rewrite mul0r.
  apply/eqP/prodf_eq0; case: (pickP (fun o => f' o != f o)) => [o no|all].
    by exists o => //; rewrite /signal /names /= /sure /= (negPf no).
  by case/eqP: ne; apply/ffunP => o; apply/eqP/negbFE/all.
rewrite has_words; apply: eq_bigr => xa _; apply: eq_bigr => w _.
have replied a : reply quiet (heed_word f) xa (hears_word w) a = (a == best_after f xa w)%:R.
  by rewrite /reply sum_sure /= /sure /= /word_said !ffunE eqxx.
rewrite (bigD1 (best_after f xa w)) //= big1 ?addr0 => [|a /negPf ne].
  by rewrite replied eqxx mul1r.
by rewrite replied ne mul0r.
Qed.

(** So TEAM of this agent is what the best naming is worth. *)
Theorem few_words_TEAM v f : naming_value f = v -> (forall f', naming_value f' <= v) ->
  worth_alone i (names f) v /\ forall c v', worth_alone i c v' -> v' <= v.
Proof.
move=> <- best; split; last first.
  move=> c v' [[s [hear worth_s]] _]; rewrite -(worth_s (fun=> c)).
  exact: naming_bound best (replace_same _ _ _) hear.
split; last by move=> C s hear; apply: naming_bound best (replace_same _ _ _) hear.
exists (heed_word f); split; first exact: heed_word_hears.
by move=> C; rewrite worth_heed // replace_same.
Qed.

(** If he is alone and wants what she wants, he is content with it. *)
Theorem few_words_equilibrium gamma v f : (forall j, j = i) ->
  (forall a y, U i a y = u a y) -> 0 <= gamma ->
  naming_value f = v -> (forall f', naming_value f' <= v) ->
  exists r : response G, [/\ bayes r, equilibrium gamma r (fun=> names f)
    & worth (fun=> names f) (r None (fun=> names f)) u = v].
Proof.
move=> only same gamma0 value best.
have alone s l : hears s l [set i].
  move=> xa h h' E; suff -> : h = h' by split.
  by apply/ffunP => j; rewrite (only j); apply: E; rewrite inE.
have opt : optimal (fun=> names f) (heed_word f).
  move=> s; rewrite worth_heed // value.
  exact: (naming_bound (C := fun=> names f) best (erefl _) (alone s)).
have [r [rb path _]] := @response_with R G some_lot quiet _ _ opt.
exists r; split=> // [j c|]; last by rewrite path worth_heed.
have as_hers C s : worth C s (U i) = worth C s u.
  apply: eq_bigr => xa _; apply: eq_bigr => xb _; apply: eq_bigr => a _; congr (_ * _).
  by apply: eq_bigr => y _; rewrite same.
rewrite (only j) !as_hers path worth_heed // value ler_paddr //.
exact: naming_bound best (replace_same _ _ _) (alone _).
Qed.

End FewWords.

Print Assumptions naming_bound.
Print Assumptions few_words_TEAM.
Print Assumptions few_words_equilibrium.
