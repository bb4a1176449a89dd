(** * The constant 2 is the best possible (theory.md 7.2)

    For every number of agents and every eps > 0 there is a game with hull distance eps
    in which all agents could tell the user everything, and an equilibrium in which she
    gets OPT less twice eps; with a Bayesian user, and with one who picks the best AI. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Hull Revealing Bayes Induction Alone.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

Section Tight.
Variables (R : realFieldType) (eps : R) (k : nat).
Hypothesis eps_gt0 : 0 < eps.

(** There are two equally likely states, which the agents see. *)
Definition evenly (p : unit * bool * bool) : R := if p.1.2 == p.2 then 2%:R^-1 else 0.

Lemma sum_unit (F : unit -> R) : \sum_x F x = F tt.
Proof. by rewrite (bigD1 tt) //= big1 ?addr0 // => -[]. Qed.

Lemma halves : 2%:R^-1 + 2%:R^-1 = 1 :> R.
Proof. by rewrite [RHS]splitr mul1r. Qed.

Fact evenly_ge0 p : 0 <= evenly p.
Proof. by rewrite /evenly; case: ifP => //; rewrite invr_ge0 ler0n. Qed.
Fact evenly_sum1 : \sum_p evenly p = 1.
Proof.
transitivity (\sum_xa \sum_xb \sum_y evenly (xa, xb, y)).
  by rewrite !pair_bigA /=; apply: eq_bigr => -[[]].
rewrite sum_unit !big_bool /evenly /= addr0 add0r.
exact: halves.
Qed.

(** A safe action, [None], is worth 0 to her; to name the state is worth 2 eps if it is
    right, and - 3 eps if it is wrong.  To all agents what is safe or right is worth eps. *)
Definition hers (a : option bool) (y : bool) : R :=
  if a is Some b then if b == y then eps *+ 2 else - (eps *+ 3) else 0.
Definition theirs (a : option bool) (y : bool) : R :=
  if a is Some b then if b == y then eps else - (eps *+ 3) else eps.

(** There are [k + 1] agents, and one round in which each may say one of two words. *)
Definition two_states : game R := @Game R
  [finType of bool] [finType of option bool] None [finType of unit] [finType of bool]
  k.+1 [finType of bool] (fun _ xb => xb) [finType of unit] [finType of bool] 1
  [finType of unit] (Dist evenly_ge0 evenly_sum1) hers (fun _ => theirs).

Definition silence : profile two_states := fun _ _ _ _ => sure R true.

Lemma W_states f xa xb a : W (G := two_states) f xa xb a = 2%:R^-1 * f a xb.
Proof.
rewrite /W big_bool /= /evenly /=.
by case: xb; rewrite /= mul0r ?addr0 ?add0r.
Qed.

Lemma point_states xa xb : point (G := two_states) xa xb = 2%:R^-1.
Proof. by rewrite /point big_bool /= /evenly; case: xb; rewrite /= ?addr0 ?add0r. Qed.

Lemma half_gt0 : 0 < 2%:R^-1 :> R.
Proof. by rewrite invr_gt0 ltr0n. Qed.

(** To name the state is best for her, and nothing else is. *)
Lemma best_names xa xb a :
  is_best (W (G := two_states) hers xa xb) a <-> a = Some xb.
Proof.
have ge0 := ltW eps_gt0; have lt n : 0 < eps *+ n.+1 by rewrite pmulrn_lgt0.
split=> [best|-> b]; last first.
  rewrite !W_states ler_pmul2l ?half_gt0 //= eqxx.
  case: b => [b|]; last by rewrite mulrn_wge0.
  rewrite /hers; case: ifP => // _; apply: (@le_trans _ _ 0); last by rewrite mulrn_wge0.
  by rewrite oppr_le0 mulrn_wge0.
have := best (Some xb); rewrite !W_states ler_pmul2l ?half_gt0 //= eqxx.
case: a {best} => [b|] /=; last by rewrite leNgt lt.
case: eqP => [-> //|_] le; have := le_lt_trans le.
by move=> /(_ 0); rewrite oppr_lt0 lt => /(_ isT); rewrite ltNge mulrn_wge0.
Qed.

Lemma unique : unique_best two_states.
Proof. by move=> xa xb a b _ /best_names -> /best_names ->. Qed.

Lemma OPT_states : OPT two_states = eps *+ 2.
Proof.
rewrite -(@right_OPT R two_states (fun _ xb => Some xb)); last first.
  by move=> xa xb _; apply/best_names.
by rewrite sum_unit big_bool !W_states /= -mulrDl halves mul1r.
Qed.

(** Every agent could teach her: by naming the state. *)
Definition name : rule two_states := spell (G := two_states) (fun xb _ => xb).

Lemma name_separates i : separates i name.
Proof.
move=> xa xb xb' h len _ _ /says_spell said /says_spell said'.
have lt : (0 < size h)%N by rewrite len.
have E := said 0%N lt; have E' := said' 0%N lt.
case: h len {said said' lt} E E' => // -[q m] h _ /= -> -> //.
Qed.

(** Silence is worth eps to each agent, the most that he could have, ... *)
Lemma theirs_le a y : theirs a y <= eps.
Proof.
case: a => [b|] //=; case: ifP => // _; apply: (@le_trans _ _ 0); last exact: ltW.
by rewrite oppr_le0 mulrn_wge0 ?ltW.
Qed.

Lemma expect_theirs_le sigma : is_outcome (G := two_states) sigma ->
  expect (G := two_states) theirs sigma <= eps.
Proof.
move=> [sig0 sig1]; rewrite /expect sum_unit.
apply: (@le_trans _ _ (\sum_(xb : bool) 2%:R^-1 * eps)); last first.
  by rewrite big_bool /= -mulrDl halves mul1r.
apply: ler_sum => xb _; rewrite -[leRHS]mul1r -[X in _ <= X * _](sig1 tt xb) mulr_suml.
apply: ler_sum => a _; apply: ler_wpmul2l; first exact: sig0.
by rewrite W_states ler_pmul2l ?half_gt0 ?theirs_le.
Qed.

(** ... since she plays safe: what she does after silence cannot depend on the state. *)
Lemma silence_blind s xa xb xb' a :
  outcome silence s xa xb a = outcome silence s xa xb' a.
Proof. by []. Qed.

Lemma silence_safe s xa xb a : obedient (outcome silence s) ->
  outcome silence s xa xb a = (a == None)%:R.
Proof.
move=> obey.
have zero b : outcome silence s xa xb (Some b) = 0.
  apply/eqP; rewrite eq_le outcome_ge0 andbT leNgt; apply/negP => pos.
  have := obey xa (Some b) None; rewrite big_bool !W_states /=.
  rewrite (silence_blind s xa true xb) (silence_blind s xa false xb).
  rewrite !mulr0 !subr0 -mulrDr pmulr_rge0 // -mulrDr pmulr_rge0 ?half_gt0 //.
  have three : eps *+ 2 - eps *+ 3 = - eps by rewrite [_ *+ 3]mulrS opprD addrCA subrr addr0.
  case: (b); rewrite /= ?three; last rewrite addrC three.
    by rewrite oppr_ge0 leNgt eps_gt0.
  by rewrite oppr_ge0 leNgt eps_gt0.
case: a => [b|]; first exact: zero.
by have := outcome_sum1 silence s xa xb; rewrite (bigD1 None) //= big1 ?addr0 // => -[b|].
Qed.

Lemma silence_worth s f : obedient (outcome silence s) ->
  worth silence s f = \sum_(xb : bool) 2%:R^-1 * f None xb.
Proof.
move=> obey; rewrite /worth /expect sum_unit; apply: eq_bigr => xb _.
rewrite (bigD1 None) //= silence_safe // eqxx mul1r big1 ?addr0 ?W_states // => a ne.
by rewrite silence_safe // (negPf ne) mul0r.
Qed.

Lemma silence_equilibrium r : obedient (outcome silence (r None silence)) ->
  equilibrium 0 r silence /\
  worth silence (r None silence) (user_payoff (g := two_states)) = OPT two_states - eps *+ 2.
Proof.
move=> obey; split=> [i c|].
  rewrite addr0 (silence_worth _ obey) big_bool /= -mulrDl halves mul1r.
  by apply: expect_theirs_le; apply: outcome_is_outcome.
by rewrite (silence_worth _ obey) OPT_states subrr big_bool /= !mulr0 addr0.
Qed.

(** The hull distance is eps: with less, G1 would be violated. *)
Lemma hull_eps : hull_distance two_states eps.
Proof.
split=> [|w c e close].
  exists (fun i => (i == ord0)%:R), 0; split.
    by split=> [i|]; [exact: ler0n | exact: (sure_sum1 R (ord0 : 'I_k.+1))].
  move=> a y; have -> : \sum_(i < k.+1) (i == ord0)%:R * theirs a y = theirs a y.
    exact: (sum_sure (ord0 : 'I_k.+1) (fun=> theirs a y)).
  rewrite addr0; case: a => [b|] /=; last by rewrite subr0 gtr0_norm.
  case: ifP => _; first by rewrite mulr2n opprD addNKr normrN gtr0_norm.
  by rewrite subrr normr0 ltW.
have [r rb] := bayes_exists (G := two_states) tt tt.
have obey := obedience_bayes (rb None silence).
have [eqm lost] := silence_equilibrium obey.
have teach i : 0 < w i -> exists T, teaches (G := two_states) i T.
  by move=> _; exists name; apply: separates_teaches; apply: name_separates.
have := G1_unique rb close eqm unique teach.
by rewrite lost subr0 ler_add2l ler_opp2 ler_pmuln2r.
Qed.

End Tight.

(** Theorem 7.2 for the Bayesian user, however she breaks ties; her best actions are
    unique, and every agent could teach her everything. *)
Theorem tight_bayes (R : realFieldType) (eps : R) k : 0 < eps ->
  exists G : game R, agents G = k.+1 /\ hull_distance G eps /\ unique_best G /\
  (forall i, exists c : rule G, teaches i c) /\
  (exists r : response G, bayes r) /\
  exists C, forall r : response G, bayes r ->
    equilibrium 0 r C /\ worth C (r None C) (@user_payoff R G) = OPT G - eps *+ 2.
Proof.
move=> pos; exists (two_states eps k).
split=> //; split; first exact: hull_eps.
split; first exact: unique.
split=> [i|]; first by exists (@name R eps k); apply: separates_teaches; apply: name_separates.
split; first exact: (bayes_exists (G := two_states eps k) tt tt).
exists (@silence R eps k) => r rb.
by apply: silence_equilibrium => //; apply: obedience_bayes; apply: rb.
Qed.

(** Theorem 7.2 for the user who picks the best AI, where all agents could offer her a rule
    that is worth OPT. *)
Theorem tight_best_ai (R : realFieldType) (eps : R) k : 0 < eps ->
  exists G : game R, agents G = k.+1 /\ hull_distance G eps /\
  (exists c : rule G, forall i, worth_alone i c (OPT G)) /\
  (exists (r : response G) pick, best_ai r pick /\ anonymous r pick) /\
  exists C, forall (r : response G) pick, best_ai r pick ->
    equilibrium 0 r C /\ worth C (r None C) (@user_payoff R G) = OPT G - eps *+ 2.
Proof.
move=> pos; exists (two_states eps k).
split=> //; split; first exact: hull_eps.
split.
  have [r rb] := bayes_exists (G := two_states eps k) tt tt.
  exists (@name R eps k) => i; pose p (_ : unit) (_ : private (two_states eps k)) := tt.
  have tell : tells i (@name R eps k) p (@best_table R _).
    by apply: separates_tells; apply: name_separates.
  exact: tells_worth_alone (r None (@silence R eps k)) (@best_table_right R _) tell.
split; first exact: (best_ai_exists (G := two_states eps k) tt tt ord0).
exists (@silence R eps k) => r pick rb.
by apply: silence_equilibrium => //; apply: obedience_best_ai (rb None _).
Qed.

Print Assumptions tight_bayes.
Print Assumptions tight_best_ai.
