(** * G3: the guarantee for the user who picks the best AI (theory.md 4.3, 4.4)

    And what an offered rule secures, for the bound of 5.2. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Hull.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

Section BestAI.
Variables (R : realFieldType) (G : game R).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).
Variables (r : response G) (pick : picking G).
Hypothesis r_best : best_ai r pick.

(** She is worth less than [v] where the rules are [C]. *)
Definition below v C := worth C (r None C) u < v.

(** Against the rule [c] of agent [i] the strategy [s] is best for her among those that
    hear only him. *)
Definition best_to i (c : rule G) C s := (forall l, hears s l [set i]) /\
  forall s', (forall l, hears s' l [set i]) ->
    worth (replace C i c) s' u <= worth (replace C i c) s u.

(** A rule that is worth more to her alone than what she has gets its agent picked,
    whatever she draws, and she best-responds to it. *)
Lemma is_picked i c v C l : worth_alone i c v -> below v C ->
  let C' := replace C i c in 0 < draw (r (Some i) C') l ->
  pick (Some i) C' l = i /\ best_to i c C (certain (r (Some i) C') l).
Proof.
move=> [[s0 [hear0 worth0]] _] lt C' dl.
have best := r_best (Some i) C'; have [alone most] := best.
have same := worth_each best dl.
have le_v : v <= worth C' (r (Some i) C') u.
  by rewrite -(worth0 C); apply: most hear0.
have hear : forall l', hears (certain (r (Some i) C') l) l' [set pick (Some i) C' l].
  by move=> l'; apply: alone.
have is_i : pick (Some i) C' l = i.
  apply/eqP; apply: contraTT lt => ne; rewrite /below -leNgt; apply: le_trans le_v _.
  rewrite -same (worth_alone_eq (C' := C) _ _ hear); last by rewrite /C' /replace (negPf ne).
  by have [_ most0] := r_best None C; apply: most0 hear.
split=> //; split=> [l'|s' hear']; first by rewrite -{2}is_i.
by rewrite -/C' same; apply: most hear'.
Qed.

Lemma offer_worth i c v C : worth_alone i c v -> below v C ->
  worth (replace C i c) (r (Some i) (replace C i c)) u = v.
Proof.
move=> offer lt; set C' := replace C i c; set s := r _ _.
have [l dl] := dist_inhabited (draw s).
have [_ [hear most]] := is_picked offer lt dl.
have [[s0 [hear0 worth0]] le] := offer.
rewrite -(worth_each (r_best (Some i) C') dl); apply/eqP; rewrite eq_le le //=.
by rewrite -(worth0 C); apply: most.
Qed.

(** What an agent secures by a rule, if nothing is known of her ties. *)
Theorem secures_offer i c v d : worth_alone i c v ->
  (forall C s, best_to i c C s -> d <= worth (replace C i c) s (U i)) ->
  secures (below v) r i d.
Proof.
move=> offer le C lt; exists c; rewrite worth_draw -[d]mul1r.
rewrite -(mass_sum1 (draw (r (Some i) (replace C i c)))) mulr_suml.
apply: ler_sum => l _; set s := r _ _.
have [dl|] := boolP (0 < draw s l); last first.
  by rewrite lt0r mass_ge0 andbT negbK => /eqP ->; rewrite !mul0r.
rewrite ler_wpmul2l ?mass_ge0 //; apply: le.
by case: (is_picked offer lt dl).
Qed.

(** ** Anonymous offers *)
Variables (T : agent -> rule G) (v : R) (w : agent -> R).
Hypothesis unnamed : anonymous r pick.
Hypothesis offers : forall i, 0 < w i -> worth_alone i (T i) v.
Hypothesis common : forall i j, 0 < w i -> 0 < w j -> same_rule i (T i) j (T j).

(** Whoever of them offers the rule, what is played is the same. *)
Lemma same_outcome C C' i j l : 0 < w i -> 0 < w j -> below v C -> below v C' ->
  0 < draw (r (Some j) (replace C' j (T j))) l ->
  forall xa xb a,
  outcome (replace C i (T i)) (r (Some i) (replace C i (T i))) xa xb a
  = played (replace C' j (T j)) (r (Some j) (replace C' j (T j))) l xa xb a.
Proof.
move=> wi wj lt lt' dl xa xb a.
set Ci := replace C i (T i); set Cj := replace C' j (T j).
rewrite -[RHS]mul1r -(mass_sum1 (draw (r (Some i) Ci))) mulr_suml.
apply: eq_bigr => l' _.
have [dl'|] := boolP (0 < draw (r (Some i) Ci) l'); last first.
  by rewrite lt0r mass_ge0 andbT negbK => /eqP ->; rewrite !mul0r.
congr (_ * _); apply: unnamed => //.
have [-> _] := is_picked (offers wi) lt dl'.
have [-> _] := is_picked (offers wj) lt' dl.
by rewrite /Ci /Cj !replace_same; apply: common.
Qed.

(** What agents secure together by one rule that all of them offer. *)
Theorem secure_offers_together D : (forall i, 0 <= w i) -> (exists i, 0 < w i) ->
  (forall j C s, 0 < w j -> best_to j (T j) C s ->
     D <= \sum_i w i * worth (replace C j (T j)) s (U i)) ->
  secure_together (below v) r w D.
Proof.
move=> w0 [j wj] le C lt; exists T.
pose s := r (Some j) (replace C j (T j)); have [l dl] := dist_inhabited (draw s).
have [_ best] := is_picked (offers wj) lt dl.
apply: le_trans (le j C _ wj best) _; apply: ler_sum => i _.
have [wi|] := boolP (0 < w i); last first.
  by rewrite lt0r w0 andbT negbK => /eqP ->; rewrite !mul0r.
rewrite ler_wpmul2l // worth_certain; apply: ler_sum => xa _; apply: ler_sum => xb _.
by apply: ler_sum => a _; rewrite (same_outcome wi wj lt lt dl).
Qed.

(** ** The guarantee *)

(** G3: if all agents of positive weight can offer one rule that is worth [v] to her, and
    she responds to it in the same way whoever offers it, she has at least [v] less twice
    the hull distance.  TEAM is the greatest such [v]. *)
Theorem G3 c eps gamma C : near (G := G) w c eps -> 0 <= gamma ->
  equilibrium gamma r C -> v - eps *+ 2 - gamma <= worth C (r None C) u.
Proof.
move=> aligned gamma0 eqm; have eps0 := near_ge0 aligned.
have [ge|lt] := leP v (worth C (r None C) u).
  apply: le_trans ge; rewrite -addrA ger_addl -opprD oppr_le0.
  by rewrite addr_ge0 ?mulrn_wge0.
have [[w0 w1] _] := aligned.
have [j wj] : exists j, 0 < w j.
  case: (pickP (fun j => 0 < w j)) => [j wj|none]; first by exists j.
  move/eqP: w1; rewrite big1 => [|i _]; first by rewrite eq_sym oner_eq0.
  by apply/eqP; move: (none i); rewrite lt0r w0 andbT => /negbFE.
pose dev i := replace C i (T i); pose nu := outcome (dev j) (r (Some j) (dev j)).
rewrite -[X in X - _ - _ <= _](offer_worth (offers wj) lt) -/(dev j).
apply: (shift aligned (nu := nu)) => [||i wi]; try exact: outcome_is_outcome.
apply: le_trans (eqm i (T i)); rewrite -/(dev i) /worth.
have [l dl] := dist_inhabited (draw (r (Some j) (dev j))).
rewrite le_eqVlt; apply/orP; left; apply/eqP; apply: eq_expect => xa xb a _.
by rewrite (same_outcome wi wj lt lt dl) /nu (same_outcome wj wj lt lt dl).
Qed.

End BestAI.

Print Assumptions G3.
Print Assumptions secures_offer.
Print Assumptions secure_offers_together.
