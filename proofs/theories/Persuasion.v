(** * One agent's signal is an equilibrium, if prices say so (theory.md 6.1)

    There is one agent, one round, and she has nothing to say. *)

From Coq Require Import ZArith QArith_base.
From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Revealing Prices Induction.
From Alignment Require Import Arithmetic Instance Checker CheckerLemmas.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.
Delimit Scope Z_scope with Z.   (* mathcomp's integers are not used *)

(** What holds of every plan holds of each. *)
Lemma every_planP g n start P : every_plan g n start P ->
  forall s, size s = n -> all (fun a => a < actions g)%N s -> P (start ++ s).
Proof.
elim: n start => [|n IH] start /= H s len ok; first by rewrite (size0nil len) cats0.
case: s len ok => [|a s] //= [len] /andP[lt ok].
have /all_belowP/(_ (Ordinal lt))/IH := H; rewrite -cat_rcons; exact.
Qed.

Section Persuasion.
Variables (R : realFieldType) (g : instance) (law : lawful g) (lots words : finType).
Notation G := (game_of R law lots words).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation Y := (state G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).
Notation num := (number R).
Hypothesis fit : enough g lots words.

Variables (p : signal) (v : Q).
Hypothesis ok : persuades g p v.

Let one : one_agent g. Proof. by case/and5P: ok. Qed.
Lemma agent_gt0 : (0 < number_of_agents g)%N.
Proof. by case/and5P: one => /eqP ->. Qed.
Definition he : agent := Ordinal agent_gt0.
Lemma only_he (i : agent) : i = he.
Proof. by case/and5P: one => /eqP E _ _ _ _; apply: only_agent. Qed.
Lemma one_round : rounds G = 1%N. Proof. by case/and5P: one => _ /eqP. Qed.
Notation quiet := (some_question R law lots words).
Lemma silent (q : question G) : q = quiet.
Proof. by case/and5P: one => _ _ /eqP E _ _; apply: only_question. Qed.

Let over0 : 0 < num (chances_over p).
Proof. by case/and5P: ok => _ /andP[pos _] _ _ _; apply: number_gt0. Qed.
Let price0 : 0 < num (prices_over p).
Proof. by case/and5P: ok => _ /andP[_ pos] _ _ _; apply: number_gt0. Qed.
Let K0 : 0 < num (grain g). Proof. exact: grain_gt0. Qed.

Lemma a_word : exists w0 : words, true.
Proof. by case/and5P: ok => _ _ /andP[pos _] _ _; apply: (known_word fit). Qed.

Section WithWord.
Variables (w0 : words) (l0 : lots).
Notation n_th := (@word_number words w0).

Lemma index_word n : (n < words_used p)%N -> index (n_th n) (enum words) = n.
Proof.
move=> lt; rewrite /word_number index_uniq ?enum_uniq // -cardE.
case/and5P: ok => _ _ /andP[_ le] _ _.
exact: leq_trans lt (leq_trans le (known_words_le fit)).
Qed.

(** His rule, and her strategy. *)
Definition chance_says (o : view G) (n : 'I_(words_used p)) : R :=
  num (at2 (chances p) o n) / num (chances_over p).
Fact chance_says_ge0 o n : 0 <= chance_says o n.
Proof.
case/and5P: ok => _ _ _ /andP[/all_belowP/(_ o)/andP[_ /all_belowP/(_ n) pos] _] _.
by rewrite divr_ge0 ?(ltW over0) ?number_ge0.
Qed.
Fact chance_says_sum1 o : \sum_n chance_says o n = 1.
Proof.
case/and5P: ok => _ _ _ /andP[/all_belowP/(_ o)/andP[/(number_eq R) sum _] _] _.
by rewrite -mulr_suml -(number_total R _ (at2 (chances p) o)) sum divff ?gt_eqF.
Qed.
Definition his_rule : rule G := fun o _ _ =>
  push (fun n : 'I_(words_used p) => n_th n) (Dist (chance_says_ge0 o) (chance_says_sum1 o)).
Definition signals : profile G := fun=> his_rule.

Definition act_of (w : words) (xa : XA) : A :=
  insubd (some_action G) (reply_of p (index w (enum words)) xa).
Definition answer (xa : XA) (h : private G) : A :=
  if h is (_, w) :: _ then act_of w xa else some_action G.
Definition her_strategy : strategy G := Strategy (sure R (l0 : lot G))
  (fun _ _ _ => sure R [ffun=> quiet]) (fun _ xa h => sure R (answer xa (h he))).

Lemma reply_her xa (m : {ffun agent -> word G}) a :
  reply quiet her_strategy xa m a = (a == act_of (m he) xa)%:R.
Proof. by rewrite /reply sum_sure /= /sure /= /answer !ffunE. Qed.

Lemma single_prod (F : agent -> R) : \prod_j F j = F he.
Proof. by rewrite (bigD1 he) //= big1 ?mulr1 // => j; rewrite (only_he j) eqxx. Qed.

Notation after_table table n xa a :=
  (num (after_word g p (worths g table) n xa a) / (num (chances_over p) * num (grain g))).

Lemma val_seen_he (xb : XB) : sees he xb = seen g 0 xb :> nat.
Proof. by case/and5P: one => _ _ _ _ named; apply: (@val_seen R g law lots words he xb named). Qed.

Lemma after_words table xa (m : {ffun agent -> word G}) (a : A) :
  after quiet signals (payoff R table) xa m a
  = \sum_(n : 'I_(words_used p) | n_th n == m he) after_table table n xa a.
Proof.
rewrite /after; under eq_bigr do rewrite single_prod /signal /signals /his_rule /= mulr_suml.
rewrite exchange_big /=; apply: eq_bigr => n _.
rewrite number_total mulr_suml; apply: eq_bigr => xb _.
rewrite /chance_says W_worths numberM invfM mulrACA; congr (_ * _ * _).
by rewrite val_seen_he.
Qed.

Lemma sum_words (F : words -> R) : \sum_(m : {ffun agent -> word G}) F (m he) = \sum_w F w.
Proof.
rewrite (reindex (fun w : words => [ffun=> w] : {ffun agent -> word G})) /=.
  by apply: eq_bigr => w _; rewrite ffunE.
exists (fun m => m he) => [w _|m _]; first by rewrite ffunE.
by apply/ffunP => j; rewrite ffunE (only_he j).
Qed.

(** What payoffs are worth if he sends these signals and she replies so. *)
Lemma worth_signals table : worth signals her_strategy (payoff R table)
  = num (got g p (worths g table)) / (num (chances_over p) * num (grain g)).
Proof.
rewrite (worth_signal silent one_round) number_total mulr_suml; apply: eq_bigr => xa _.
pose F w := \sum_(n : 'I_(words_used p) | n_th n == w) after_table table n xa (act_of w xa).
transitivity (\sum_(m : {ffun agent -> word G}) F (m he)).
  apply: eq_bigr => m _; rewrite (bigD1 (act_of (m he) xa)) //= big1 ?addr0.
    by rewrite reply_her eqxx mul1r after_words.
  by move=> a /negPf ne; rewrite reply_her ne mul0r.
rewrite sum_words /F number_total mulr_suml.
rewrite [RHS](partition_big (fun n : 'I_(words_used p) => n_th n) predT) //=.
apply: eq_bigr => w _; apply: eq_bigr => n /eqP <-; congr (num (after_word _ _ _ _ _ _) / _).
rewrite /act_of index_word // insubdK //.
case/and5P: ok => _ _ _ /andP[_ /all_belowP/(_ n)/all_belowP/(_ xa)/andP[lt _]] _.
exact: lt.
Qed.

Lemma her_optimal : optimal signals her_strategy.
Proof.
move=> s'; rewrite !(worth_signal silent one_round); apply: ler_sum => xa _.
apply: ler_sum => m _.
have -> : \sum_a reply quiet her_strategy xa m a * after quiet signals u xa m a
    = after quiet signals u xa m (act_of (m he) xa).
  rewrite (bigD1 (act_of (m he) xa)) //= big1 ?addr0; first by rewrite reply_her eqxx mul1r.
  by move=> a /negPf ne; rewrite reply_her ne mul0r.
rewrite -[leRHS]mul1r -(reply_sum1 quiet s' xa m) mulr_suml; apply: ler_sum => a _.
apply: ler_wpmul2l; first exact: reply_ge0.
rewrite !after_words; apply: ler_sum => n /eqP <-.
rewrite ler_pmul2r ?invr_gt0 ?mulr_gt0 // number_leE.
case/and5P: ok => _ _ _ /andP[_ /all_belowP/(_ n)/all_belowP/(_ xa)/andP[lt /all_belowP/(_ a) le]] _.
by rewrite /act_of index_word // insubdK.
Qed.

(** ** No signal is worth more to him *)
Notation unsaid := (w0 : word G).
Definition nothing_said : {ffun agent -> word G} := [ffun=> w0].

Lemma of_others_nothing t : of_others he unsaid t = (t == nothing_said).
Proof.
apply/eqP/eqP => [E|->]; last by rewrite ffunE.
by apply/ffunP => j; rewrite ffunE (only_he j).
Qed.

Lemma meets_where table (o : view G) xa t (a : A) :
  meets quiet he signals (payoff R table) o xa t a
  = num (where_seen g (worths g table) o xa a) / num (grain g).
Proof.
rewrite /meets number_total mulr_suml big_mkcond /=; apply: eq_bigr => xb _.
rewrite -val_seen_he -val_eqE /=; case: eqP => _; last by rewrite mul0r.
rewrite big1 ?mul1r ?W_worths // => j.
by rewrite (only_he j) eqxx.
Qed.

Definition strategy_of (s : plan G) : seq nat :=
  [seq nat_of_ord (s (xa, nothing_said)) | xa <- enum XA].
Definition price_of (o : view G) : R := num (at1 (prices p) o) / (num (grain g) * num (prices_over p)).
Definition kappa_of (s : plan G) (xa : XA) (t : {ffun agent -> word G}) (a : A) : R :=
  num (at2 (reason_of (reasons p) (strategy_of s)) xa a) / num (prices_over p).

Lemma strategy_priced s :
  priced g p (user_worths g) (agent_worths g 0) (strategy_of s).
Proof.
case/and5P: ok => _ _ _ _ /and3P[/every_planP/(_ (strategy_of s)) all _ _].
apply: all; first by rewrite size_map size_enum_ord.
by apply/allP => a /mapP[xa _ ->].
Qed.

Lemma nth_strategy s (xa : XA) : nth 0%N (strategy_of s) xa = s (xa, nothing_said).
Proof.
rewrite (nth_map xa) ?size_enum_ord // -[in RHS](nth_ord_enum xa xa).
by [].
Qed.

Lemma prices_cover : covers quiet he signals unsaid (U he) price_of kappa_of.
Proof.
split=> [s xa t a|o s].
  rewrite divr_ge0 ?(ltW price0) ?number_ge0 //.
  by have /andP[/all_belowP/(_ xa)/all_belowP/(_ a) pos _] := strategy_priced s.
rewrite /covered; under eq_bigr do rewrite (big_pred1 _ (of_others_nothing)).
have /andP[_ /all_belowP/(_ o)/(number_le R) le] := strategy_priced s.
rewrite /price_of ler_pdivl_mulr ?mulr_gt0 //; apply: le_trans le.
rewrite number_total mulr_suml le_eqVlt; apply/orP; left; apply/eqP.
apply: eq_bigr => xa _; cbv zeta; rewrite nth_strategy numberD numberM number_total.
have -> : U he = payoff R (agent_utility g 0) by [].
rewrite mulrDl meets_where; congr (_ + _).
  by rewrite mulrA divfK ?gt_eqF // mulrC.
rewrite mulr_suml; apply: eq_bigr => b _.
have -> : u = payoff R (utility g) by [].
rewrite !meets_where -mulrBl /kappa_of mulf_div numberM numberB.
by rewrite [num (prices_over p) * _]mulrC divfK // mulf_neq0 ?gt_eqF.
Qed.

Lemma signal_equilibrium (r : response G) : bayes r -> r None signals = her_strategy ->
  equilibrium (rational R (slack g)) r signals.
Proof.
move=> rb path i c; rewrite (only_he i) path.
apply: le_trans (prices_bound silent one_round prices_cover (rb _ _)) _.
have -> : U he = payoff R (agent_utility g 0) by [].
rewrite worth_signals -mulr_suml -(number_total R _ (at1 (prices p))).
case/and5P: ok => _ _ _ _ /and3P[_ _ /(number_le R)].
rewrite !(numberD, numberM) -!(numberM R (whole g)) -/(grain g).
set S := num (total _ _); set O := num (chances_over p); set M := num (prices_over p).
set D := num (Zpos _); set K := num (grain g); set V := num (got _ _ _); set E := num (Qnum _).
have [O0 M0 K0' D0] : [/\ 0 < O, 0 < M, 0 < K & 0 < D] by split=> //; apply: number_pos.
move=> le; rewrite ler_pdivr_mulr ?mulr_gt0 //.
have -> : (V / (O * K) + rational R (slack g)) * (K * M)
    = M * (D * V + E * (O * K)) / (D * O).
  rewrite /rational -/D -/E addf_div ?mulf_neq0 ?gt_eqF // [D * V]mulrC.
  move: (V * D + _) => X; rewrite mulrAC [M * X]mulrC; apply/eqP.
  have nz x : 0 < x -> x != 0 :> R by move=> ?; rewrite gt_eqF.
  rewrite eqr_div; try by rewrite !mulf_neq0 ?nz.
  apply/eqP; rewrite -!mulrA; congr (_ * _).
  by rewrite [LHS]mulrCA; congr (_ * _); rewrite [RHS]mulrCA [D * O]mulrC.
by rewrite ler_pdivl_mulr ?mulr_gt0 // mulrC -mulrA.
Qed.

End WithWord.

Theorem persuaded whose : holds R law lots words (SomeEquilibrium whose v).
Proof.
have [w0 _] := a_word; have [l0 _] := some_lot fit.
have opt := her_optimal w0 l0; have [r [rb path _]] := @response_with R G l0 quiet _ _ opt.
have eqm := signal_equilibrium rb path.
have attains : worth (signals w0) (r None (signals w0)) u = rational R v.
  have -> : u = payoff R (utility g) by [].
  rewrite path worth_signals -numberM; case/and5P: ok => _ _ _ _ /and3P[_ over _].
  by apply: is_overP over; rewrite numberM mulr_gt0.
have any : is_true (if ties g is Any then true else false) by case/and5P: one => _ _ _ any _; exact: any.
case: whose.
  exists r, (signals w0); split=> //.
  by rewrite /obeys_ties; case: (ties g) any.
exists r, (fun _ _ _ => he), (signals w0); split=> //; last first.
  by rewrite /obeys_ties_picking; case: (ties g) any.
move=> o C'; split=> [l _ xa h h' same|i s' _]; last exact: rb.
suff -> : h = h' by split.
by apply/ffunP => i; apply: same; rewrite inE (only_he i).
Qed.

End Persuasion.
