(** * What agents can tell her together, in conversations (theory.md 3.1)

    TEAM is found by dividing.  At each time what has been said leaves some of what she may
    have observed and some of what the agents may; a question divides the former, a word the
    latter.  Rules that draw lots are no better for her. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Revealing Induction Alone Team.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

(** The greatest of some numbers. *)
Definition highest (R : realFieldType) (T : finType) (t : T) (F : T -> R) : R :=
  F [arg max_(x > t) F x]%O.

Lemma highest_ge (R : realFieldType) (T : finType) (t : T) (F : T -> R) x :
  F x <= highest t F.
Proof. by rewrite /highest; case: arg_maxP => // y _; apply. Qed.

Lemma highest_ext (R : realFieldType) (T : finType) (t : T) (F F' : T -> R) :
  F =1 F' -> highest t F = highest t F'.
Proof. by move=> E; rewrite /highest (arg_max_ext t E) E. Qed.

Section TeamValue.
Variables (R : realFieldType) (G : game R).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Implicit Types (c : rule G) (i : agent) (S : pred XA) (b : XB -> R) (p : private G).

Variables (some_lot : lot G) (some_question : question G) (some_word : word G).

(** Observations of the agents that they cannot tell apart form a class, which is named by one
    of them. *)
Variable class : XB -> XB.

(** ** Dividing

    What an action is worth, if the classes [k] count by [b k]. *)
Definition within xa k a := \sum_(xb | class xb == k) W u xa xb a.
Definition counted b xa a := \sum_k b k * within xa k a.

Definition asked S (f : {ffun XA -> question G}) q : pred XA := fun xa => S xa && (f xa == q).
Definition told b (g : {ffun XB -> word G}) w : XB -> R := fun k => b k * (w == g k)%:R.

Fixpoint divided n S b : R :=
  if n is n'.+1 then
    highest [ffun=> some_question] (fun f => \sum_q
      highest [ffun=> some_word] (fun g => \sum_w divided n' (asked S f q) (told b g w)))
  else \sum_(xa | S xa) highest (some_action G) (counted b xa).

(** What a way to answer a question, and a way to ask, come to. *)
Definition of_words n S b q g := \sum_w divided n (asked S q.1 q.2) (told b g w).
Definition of_asks n S b f := \sum_q highest [ffun=> some_word] (of_words n S b (f, q)).

Lemma dividedS n S b : divided n.+1 S b = highest [ffun=> some_question] (of_asks n S b).
Proof. by []. Qed.

(** What mixtures of numbers are worth is no more than the mixture of what they are worth. *)
Section Mixtures.
Variables (I : finType) (d : I -> R).
Hypothesis d0 : forall j, 0 <= d j.

Lemma highest_mixture (T : finType) (t : T) (F : T -> R) (Fs : I -> T -> R) :
  (forall x, F x <= \sum_j d j * Fs j x) -> highest t F <= \sum_j d j * highest t (Fs j).
Proof.
move=> le; apply: le_trans (le _) _; apply: ler_sum => j _.
by apply: ler_wpmul2l; [apply: d0 | apply: highest_ge].
Qed.

Lemma sum_mixture (T : finType) (P : pred T) (F : T -> R) (Fs : I -> T -> R) :
  (forall x, F x <= \sum_j d j * Fs j x) ->
  \sum_(x | P x) F x <= \sum_j d j * \sum_(x | P x) Fs j x.
Proof.
move=> le; under [leRHS]eq_bigr do rewrite mulr_sumr.
by rewrite [leRHS]exchange_big /=; apply: ler_sum => x _; apply: le.
Qed.

Lemma divided_mixture (bs : I -> XB -> R) n S b : (forall k, b k = \sum_j d j * bs j k) ->
  divided n S b <= \sum_j d j * divided n S (bs j).
Proof.
elim: n S b bs => [|n IH] S b bs E.
  apply: sum_mixture => xa.
  apply: highest_mixture => a.
  rewrite le_eqVlt; apply/orP; left; apply/eqP.
  rewrite /counted; under [RHS]eq_bigr do rewrite mulr_sumr.
  rewrite exchange_big /=; apply: eq_bigr => k _; rewrite E mulr_suml.
  by apply: eq_bigr => j _; rewrite mulrA.
rewrite dividedS; under eq_bigr do rewrite dividedS.
apply: highest_mixture => f; apply: sum_mixture => q; apply: highest_mixture => g.
apply: sum_mixture => w; apply: IH => k; rewrite /told E mulr_suml.
by apply: eq_bigr => j _; rewrite mulrA.
Qed.
End Mixtures.

(** Only the names of classes count. *)
Hypothesis named : forall xb, class (class xb) = class xb.
Definition is_name k := class k == k.

Lemma divided_ext n S S' b b' : S =1 S' -> (forall k, is_name k -> b k = b' k) ->
  divided n S b = divided n S' b'.
Proof.
elim: n S S' b b' => [|n IH] S S' b b' ES Eb.
  apply: eq_big => // xa _; apply: highest_ext => a; apply: eq_bigr => k _.
  have [/Eb -> //|no] := boolP (is_name k).
  rewrite /within big_pred0 ?mulr0 // => xb; apply/eqP => E.
  by move: no; rewrite /is_name -E named eqxx.
rewrite !dividedS; apply: highest_ext => f; apply: eq_bigr => q _; apply: highest_ext => g.
apply: eq_bigr => w _; apply: IH => [xa|k is_k]; first by rewrite /asked ES.
by rewrite /told Eb.
Qed.

(** Words that are drawn by lot divide no better than words that are not. *)
Lemma drawn_words (D : XB -> dist R (word G)) n S b :
  \sum_w divided n S (fun k => b k * D k w)
    <= highest [ffun=> some_word] (fun g => \sum_w divided n S (told b g w)).
Proof.
pose F g := \sum_w divided n S (told b g w).
apply: (@le_trans _ _ (\sum_w \sum_(g : {ffun XB -> word G})
    (\prod_k D k (g k)) * divided n S (told b g w))).
  apply: ler_sum => w _; apply: divided_mixture => [g|k]; first exact: joint_ge0.
  rewrite (joint_one D k (fun t => b k * (w == t)%:R)) (bigD1 w) //= eqxx mulr1 mulrC.
  by rewrite big1 ?addr0 // => t /negPf ne; rewrite eq_sym ne !mulr0.
rewrite exchange_big /= -[leRHS]mul1r -[X in _ <= X * _](joint_sum1 D) mulr_suml; apply: ler_sum => g _.
rewrite -mulr_sumr; apply: ler_wpmul2l; first exact: joint_ge0.
exact: (highest_ge _ F).
Qed.

(** ** No rule is worth more *)
Section Bound.
Variables (c : rule G) (i : agent).
Hypothesis same : forall xb p q, c (sees i xb) p q =1 c (sees i (class xb)) p q.

Lemma value_counted xa p a : value_alone u i c xa p a
  = counted (fun k => says c (sees i k) [::] p) xa a.
Proof.
rewrite /value_alone (partition_big class predT) //=; apply: eq_bigr => k _.
rewrite mulr_sumr; apply: eq_bigr => xb /eqP <-; congr (_ * _).
by apply: says_same => past q; apply: same.
Qed.

Lemma gain_divided n S p : \sum_(xa | S xa) gain_alone some_question u i c xa n p
  <= divided n S (fun k => says c (sees i k) [::] p).
Proof.
elim: n S p => [|n IH] S p.
  by apply: ler_sum => xa _; rewrite /= /most value_counted; apply: highest_ge.
rewrite dividedS; pose F xa q := \sum_w gain_alone some_question u i c xa n (rcons p (q, w)).
pose f := [ffun xa => best_question some_question (F xa)].
rewrite (eq_bigr (fun xa => F xa (f xa))) => [|xa _]; last by rewrite ffunE.
rewrite (partition_big f predT) //=.
apply: le_trans (highest_ge _ _ f); apply: ler_sum => q _.
rewrite (eq_bigr (fun xa => F xa q)) => [|xa /andP[_ /eqP <-] //].
rewrite exchange_big /=.
apply: le_trans (drawn_words (fun k => c (sees i k) p q) n (asked S f q) _).
apply: ler_sum => w _; apply: le_trans (IH _ _) _.
rewrite le_eqVlt; apply/orP; left; apply/eqP; apply: divided_ext => // k _.
exact: says_rcons.
Qed.

End Bound.

(** ** A rule that is worth as much

    He says the words by which the best question is best answered. *)
Definition best_asks n S b := [arg max_(f > [ffun=> some_question]) of_asks n S b f]%O.
Definition best_words n S b q :=
  [arg max_(g > [ffun=> some_word]) of_words n S b (best_asks n S b, q) g]%O.

Fixpoint answer n S b p q k : word G :=
  match n, p with
  | 0, _ => some_word
  | n'.+1, [::] => best_words n' S b q k
  | n'.+1, (q', w) :: p' => answer n' (asked S (best_asks n' S b) q')
      (told b (best_words n' S b q') w) p' q k
  end.

Lemma divided_attained n S b p c i :
  (forall xb past q, c (sees i xb) (p ++ past) q =1 sure R (answer n S b past q (class xb))) ->
  (forall xb, says c (sees i xb) [::] p = b (class xb)) ->
  divided n S b <= \sum_(xa | S xa) gain_alone some_question u i c xa n p.
Proof.
elim: n S b p => [|n IH] S b p speaks so_far.
  apply: ler_sum => xa _; rewrite /= /highest.
  set a := [arg max_(a > _) _]%O; apply: le_trans (most_ge _ a).
  rewrite /value_alone (partition_big class predT) //= /counted.
  apply: ler_sum => k _; rewrite mulr_sumr; apply: ler_sum => xb /eqP <-.
  by rewrite so_far.
rewrite dividedS /highest -/(best_asks n S b); set f := best_asks n S b.
pose F xa q := \sum_w gain_alone some_question u i c xa n (rcons p (q, w)).
apply: (@le_trans _ _ (\sum_(xa | S xa) F xa (f xa))); last first.
  by apply: ler_sum => xa _; apply: (best_questionP some_question (F xa)).
rewrite (partition_big f predT) //=; apply: ler_sum => q _.
rewrite (eq_bigr (fun xa => F xa q)) => [|xa /andP[_ /eqP <-] //].
rewrite exchange_big /= /highest -/(best_words n S b q); apply: ler_sum => w _.
apply: IH => [xb past q'|xb].
  by rewrite cat_rcons; apply: speaks.
rewrite says_rcons so_far; congr (_ * _).
by rewrite -[[::] ++ p]cats0 speaks.
Qed.

(** ** TEAM *)
Variable members : pred agent.
Hypothesis told_apart : forall i xb xb', members i -> sees i xb = sees i xb' -> class xb = class xb'.

Definition all_names k : R := (is_name k)%:R.
Definition team_value := divided (rounds G) predT all_names.
Definition team_rule (i : agent) : rule G := fun o p q => sure R
  (if [pick xb | sees i xb == o] is Some xb
   then answer (rounds G) predT all_names p q (class xb) else some_word).

Lemma team_rule_says i xb p q : members i -> team_rule i (sees i xb) p q
  =1 sure R (answer (rounds G) predT all_names p q (class xb)).
Proof.
move=> is_in w; rewrite /team_rule; case: pickP => [xb' /eqP E|/(_ xb)]; last by rewrite eqxx.
by rewrite (told_apart is_in E).
Qed.

Theorem worth_team c i v : (forall xb p q, c (sees i xb) p q =1 c (sees i (class xb)) p q) ->
  worth_alone i c v -> v <= team_value.
Proof.
move=> same /(worth_alone_unique (worth_alone_gain some_lot some_question i c)) <-.
apply: le_trans (gain_divided same _ predT _) _.
rewrite le_eqVlt; apply/orP; left; apply/eqP; apply: divided_ext => // k.
by rewrite /all_names => ->.
Qed.

Theorem team_rule_worth i : members i -> worth_alone i (team_rule i) team_value.
Proof.
move=> is_in.
have worth_i := worth_alone_gain some_lot some_question i (team_rule i).
rewrite (_ : team_value = \sum_xa gain_alone some_question u i (team_rule i) xa (rounds G) [::]) //.
apply/eqP; rewrite eq_le; apply/andP; split; last first.
  apply: worth_team worth_i => xb p q w.
  by rewrite !team_rule_says // named.
apply: (divided_attained (p := [::])) => [xb past q|xb]; first exact: team_rule_says.
by rewrite /all_names /is_name named eqxx.
Qed.

(** If there is one agent, and he wants what she wants, he is content with the best rule. *)
Theorem aligned_equilibrium gamma i : (forall j, j = i) -> members i ->
  (forall c xb p q, c (sees i xb) p q =1 c (sees i (class xb)) p q) ->
  (forall a y, agent_payoff i a y = u a y) -> 0 <= gamma ->
  exists r : response G, [/\ bayes r, equilibrium gamma r team_rule
    & worth team_rule (r None team_rule) u = team_value].
Proof.
move=> only is_in same wants gamma0.
have hear (s : strategy G) l : hears s l [set i].
  move=> xa h h' E; suff -> : h = h' by split.
  by apply/ffunP => j; apply: E; rewrite (only j) inE.
have no_more C s : worth C s u <= team_value.
  have gain := worth_alone_gain some_lot some_question i (C i); have [_ le] := gain.
  apply: le_trans (worth_team (same (C i)) gain).
  rewrite -(worth_ext (C := replace C i (C i))) => [|j]; first exact: le (hear s).
  by rewrite (only j) replace_same.
have [[s [_ worth_s]] _] := team_rule_worth is_in.
have {}worth_s : worth team_rule s u = team_value.
  by rewrite -(worth_s team_rule); apply: worth_ext => j; rewrite (only j) replace_same.
have opt : optimal team_rule s by move=> s'; rewrite worth_s; apply: no_more.
have [r [rb path _]] := response_with some_lot some_question opt.
have hers C s' : worth C s' (agent_payoff i) = worth C s' u.
  do 3![apply: eq_bigr => ? _]; congr (_ * _); apply: eq_bigr => y _; congr (_ * _).
  exact: wants.
exists r; split=> // [j c|]; last by rewrite path.
rewrite (only j) !hers path worth_s; apply: le_trans (no_more _ _) _.
by rewrite ler_addl.
Qed.

(** ** Where there is a word for every class

    In one round the members then tell her the class. *)
Lemma enough_words (g0 : {ffun XB -> word G}) : injective g0 ->
  divided 1 predT all_names
  = \sum_xa \sum_k all_names k * highest (some_action G) (within xa k).
Proof.
move=> inj; have b0 k : 0 <= all_names k by apply: ler0n.
pose best xa k := highest (some_action G) (within xa k).
have words_le xa (g : {ffun XB -> word G}) :
    \sum_w highest (some_action G) (counted (told all_names g w) xa)
      <= \sum_k all_names k * best xa k.
  have -> : \sum_k all_names k * best xa k = \sum_w \sum_k told all_names g w k * best xa k.
    rewrite exchange_big; apply: eq_bigr => k _; rewrite -mulr_suml; congr (_ * _).
    rewrite /told -mulr_sumr (bigD1 (g k)) //= eqxx big1 ?addr0 ?mulr1 // => w /negPf ->.
    by [].
  apply: ler_sum => w _; apply: ler_sum => k _; apply: ler_wpmul2l.
    by rewrite mulr_ge0 ?ler0n.
  exact: (highest_ge _ (within xa k)).
have words_ge xa : \sum_k all_names k * best xa k
    <= \sum_w highest (some_action G) (counted (told all_names g0 w) xa).
  rewrite (partition_big g0 predT) //=; apply: ler_sum => w _.
  case: (pickP (fun k => g0 k == w)) => [k /eqP <-|none]; last first.
    rewrite big_pred0 //; apply: le_trans (highest_ge _ _ (some_action G)).
    by rewrite /counted big1 // => k _; rewrite /told eq_sym none mulr0 mul0r.
  rewrite (bigD1 k) //= [X in _ + X]big1 ?addr0 => [|k' /andP[/eqP/inj ->]]; last by rewrite eqxx.
  apply: le_trans (highest_ge _ _ (best_action (within xa k))).
  rewrite /counted (bigD1 k) //= big1 ?addr0 => [|k' /negPf ne]; first by rewrite /told eqxx mulr1.
  by rewrite /told (inj_eq inj) eq_sym ne mulr0 mul0r.
rewrite dividedS; apply/eqP; rewrite eq_le; apply/andP; split.
  rewrite /highest; set f := [arg max_(f > _) _]%O.
  rewrite [leRHS](partition_big f predT) //=; apply: ler_sum => q _.
  rewrite /highest; set g := [arg max_(g > _) _]%O.
  by rewrite /of_words exchange_big /=; apply: ler_sum => xa _; apply: words_le.
apply: le_trans (highest_ge _ _ [ffun=> some_question]).
rewrite [leLHS](partition_big (fun=> some_question) predT) //=; apply: ler_sum => q _.
apply: le_trans (highest_ge _ _ g0); rewrite /of_words [leRHS]exchange_big /=.
rewrite (eq_bigl (asked predT [ffun=> some_question] q)) => [|xa]; last by rewrite /asked ffunE.
by apply: ler_sum => xa _; apply: words_ge.
Qed.

End TeamValue.

Print Assumptions enough_words.
Print Assumptions aligned_equilibrium.
Print Assumptions worth_team.
Print Assumptions team_rule_worth.
