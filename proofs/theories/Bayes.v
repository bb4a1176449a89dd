(** * G1: the guarantee for the Bayesian user (theory.md 4.1, 4.4)

    For conversations of any length, private observations and gamma-equilibria. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Hull Revealing.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

Section Bayes.
Variables (R : realFieldType) (G : game R).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).
Variables (r : response G) (w : agent -> R) (c eps gamma : R) (C : profile G).
Hypotheses (r_bayes : bayes r) (aligned : near (G := G) w c eps).
Hypothesis in_equilibrium : equilibrium gamma r C.

(** It is enough that agents of positive weight secure what one outcome gives them that
    is worth OPT to her. *)
Theorem guarantee_secured nu : is_outcome nu -> expect u nu = OPT G ->
  (forall i, 0 < w i -> secures (@every R G) r i (expect (U i) nu)) ->
  OPT G - eps *+ 2 - gamma <= worth C (r None C) u.
Proof.
move=> nu_out u_nu sec.
(* "And $u(\nu)" OPT is what [nu] is worth to her. *)
rewrite -u_nu.
(* "[The shift lemma]" It asks that no agent of positive weight has more under [nu]; the outcome
   [mu] is that of the equilibrium. *)
apply: (shift aligned (outcome_is_outcome _ _) nu_out).
(* "An agent $i$ of positive weight" By the deviation [d] he has at least what [nu] gives him,
   and in equilibrium he does not gain by it. *)
move=> i weighs; have [d le] := sec i weighs C I.
exact: le_trans le (in_equilibrium i d).
Qed.

(** The same for agents who secure it together. *)
Theorem guarantee_secured_together nu : is_outcome nu -> expect u nu = OPT G ->
  secure_together (@every R G) r w (\sum_i w i * expect (U i) nu) ->
  OPT G - eps *+ 2 - gamma <= worth C (r None C) u.
Proof.
move=> nu_out <- sec; have [d le] := sec C I; have eps0 := near_ge0 aligned.
have [[w0 w1] _] := aligned.
have mu_out := outcome_is_outcome C (r None C).
apply: le_trans (shift_together (gamma := gamma) aligned mu_out nu_out _).
  by rewrite !ler_add2r ler_add2l ler_opp2 ler_pimulr ?mulrn_wge0 // distance_le1.
apply: le_trans le _; rewrite -[gamma]mul1r -w1 mulr_suml -big_split /=.
apply: ler_sum => i _; rewrite -mulrDr; apply: ler_wpmul2l; first exact: w0.
exact: in_equilibrium.
Qed.

(** G1 if her best action is unique at every point. *)
Theorem G1_unique : unique_best G ->
  (forall i, 0 < w i -> exists T, teaches i T) ->
  OPT G - eps *+ 2 - gamma <= worth C (r None C) u.
Proof.
move=> uniq teach.
(* "If her best action is unique" The outcome [nu] takes the best action at every point. *)
pose t := @best_table R G.
apply: (guarantee_secured (nu := table_outcome t)).
(* It is an outcome: one action is taken, for certain. *)
- split=> [xa xb a|xa xb]; first exact: ler0n.
  exact: (sure_sum1 R (t xa xb)).
(* It is worth OPT to her. *)
- by rewrite expect_table right_OPT //; apply: best_table_right.
(* Every agent of positive weight can teach her, and so secures what it gives him. *)
move=> i /teach[T teachT]; rewrite expect_table.
by apply: (secures_unique r_bayes uniq _ teachT); apply: best_table_right.
Qed.

(** G1 under the tie rule [belief], for agents who can separate the observations. *)
Theorem G1_belief : ties_by_belief r (@all_agents R G) ->
  (forall i, 0 < w i -> exists T : rule G, separates i T) ->
  OPT G - eps *+ 2 - gamma <= worth C (r None C) u.
Proof.
move=> [phi by_phi] sep; have [[w0 w1] _] := aligned.
have [j wj] : exists j, 0 < w j.
  case: (pickP (fun j => 0 < w j)) => [j wj|none]; first by exists j.
  move/eqP: w1; rewrite big1 => [|i _]; first by rewrite eq_sym oner_eq0.
  by apply/eqP; move: (none i); rewrite lt0r w0 andbT => /negbFE.
have [T sepT] := sep j wj; pose dev i S := replace C i S.
pose nu := outcome (dev j T) (r (Some j) (dev j T)).
have known xa xb : 0 < point xa xb -> nu xa xb =1 phi xa (knows xb).
  exact: (outcome_belief by_phi (Some j) (replace_same _ _ _) sepT).
apply: (guarantee_secured (nu := nu)) => [||i /sep[S sepS] C' _].
- exact: outcome_is_outcome.
- exact: (separates_teaches sepT (replace_same _ _ _) (r_bayes (Some j) _)).
exists S; rewrite /worth (@eq_expect _ _ _ _ nu) // => xa xb a pos.
by rewrite known // (outcome_belief by_phi (Some i) (replace_same _ _ _) sepS).
Qed.

(** G1 under the tie rule [order], for agents who can separate the observations. *)
Theorem G1_order : ties_by_order r (@all_agents R G) ->
  (forall i, 0 < w i -> exists T : rule G, separates i T) ->
  OPT G - eps *+ 2 - gamma <= worth C (r None C) u.
Proof.
move=> ord sep; pose t := @first_table R G.
apply: (guarantee_secured (nu := table_outcome t)).
- split=> [xa xb a|xa xb]; first exact: ler0n.
  exact: (sure_sum1 R (t xa xb)).
- by rewrite expect_table right_OPT // => xa xb _; case: (first_tableP xa xb).
move=> i /sep[T sepT]; rewrite expect_table.
by apply: (secures_order ord sepT) => xa xb _; apply: first_tableP.
Qed.

(** G1 under the tie rule [favour-speaker], whatever the best actions that the agents'
    rules make her take. *)
Theorem G1_favour t : ties_favour_speaker r -> right (G := G) t ->
  (forall i, 0 < w i -> exists T, enables i T t) ->
  OPT G - eps *+ 2 - gamma <= worth C (r None C) u.
Proof.
move=> fav best en; apply: (guarantee_secured (nu := table_outcome t)).
- split=> [xa xb a|xa xb]; first exact: ler0n.
  exact: (sure_sum1 R (t xa xb)).
- by rewrite expect_table right_OPT.
by move=> i /en[T enT]; rewrite expect_table; apply: (secures_favour fav best enT).
Qed.

End Bayes.

Print Assumptions G1_unique.
Print Assumptions G1_belief.
Print Assumptions G1_order.
Print Assumptions G1_favour.
