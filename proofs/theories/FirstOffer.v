(** * What an offer secures under the tie rule [order] (for theory.md 5.2)

    Where an agent spells what he sees, the user who picks him takes the first of the
    actions that are best for her in the cell that he has spelled. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Revealing BestAI.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

Section FirstOffer.
Variables (R : realFieldType) (G : game R).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).
Variables (r : response G) (pick : picking G).
Hypotheses (r_best : best_ai r pick) (first : ties_by_order r (picked pick)).

(** What agent [i] spells in all rounds. *)
Variables (i : agent) (w : view G -> nat -> word G).
Definition spelled_out xb : seq (word G) := [seq w (sees i xb) n | n <- iota 0 (rounds G)].

Lemma says_spelling o past (h : private G) : says (spell w) o past h
  = ([seq w o n | n <- iota (size past) (size h)] == map snd h)%:R :> R.
Proof.
elim: h past => [|[q m] h IH] past //=.
by rewrite IH size_rcons eqseq_cons eq_sym -mulnb natrM.
Qed.

(** The action that she takes after [xa] and what was spelled. *)
Variable t : XA -> seq (word G) -> A.
Hypothesis t_first : forall xa xb, 0 < point xa xb ->
  is_first (fun a => \sum_(xb' | spelled_out xb' == spelled_out xb) W u xa xb' a)
    (t xa (spelled_out xb)).

Lemma played_first C l xa xb a : pick (Some i) (replace C i (spell w)) l = i ->
  0 < draw (r (Some i) (replace C i (spell w))) l -> 0 < point xa xb ->
  played (replace C i (spell w)) (r (Some i) (replace C i (spell w))) l xa xb a
  = (a == t xa (spelled_out xb))%:R.
Proof.
set C' := replace C i (spell w) => is_i dl pos.
apply: (taken_reached (P := under_way C' xb)).
- by move=> n h q m way _; apply: under_way_grow.
- move=> h [len said]; have {}len : complete h by move=> j; rewrite -(len j) addn0.
  have heard xb' : says (C' i) (sees i xb') [::] (h i) = (spelled_out xb' == spelled_out xb)%:R.
    have E xb0 : says (C' i) (sees i xb0) [::] (h i) = (spelled_out xb0 == map snd (h i))%:R.
      by rewrite /C' replace_same says_spelling len.
    have := said i; rewrite !E; case: eqP => [<- //|_]; by rewrite ltxx.
  have likely_i xb' : likely C' [set i] xb' h = (spelled_out xb' == spelled_out xb)%:R.
    by rewrite /likely big_set1 heard.
  have value_i b : value C' [set i] xa h b
      = \sum_(xb' | spelled_out xb' == spelled_out xb) W u xa xb' b.
    rewrite /value [RHS]big_mkcond; apply: eq_bigr => xb' _; rewrite likely_i.
    by case: eqP => _; rewrite ?mul1r ?mul0r.
  have poss : possible C' [set i] xa h by exists xb; rewrite likely_i eqxx mulr1.
  have only b : 0 < choose (r (Some i) C') l xa h b -> b = t xa (spelled_out xb).
    have := first (o := Some i) (C := C') (l := l) (xa := xa) (h := h) (a := b) len dl.
    rewrite /picked is_i => /(_ poss) is1 /is1 {}is1.
    apply: is_first_unique (is_first_ext value_i is1) _; exact: t_first.
  have zero b : b != t xa (spelled_out xb) -> choose (r (Some i) C') l xa h b = 0.
    move=> ne; apply/eqP; apply: contraNT ne => nz; apply/eqP/only.
    by rewrite lt0r nz mass_ge0.
  have [->|/zero -> //] := eqVneq a (t xa (spelled_out xb)).
  have := mass_sum1 (choose (r (Some i) C') l xa h).
  by rewrite (bigD1 (t xa (spelled_out xb))) //= big1 ?addr0.
exact: under_way_start.
Qed.

(** So he secures what these actions give him. *)
Theorem secures_first v : worth_alone i (spell w) v ->
  secures (below r v) r i (\sum_xa \sum_xb W (U i) xa xb (t xa (spelled_out xb))).
Proof.
move=> offer C lt; exists (spell w); set C' := replace C i (spell w); set s := r _ _.
rewrite -(expect_table (U i) (fun xa xb => t xa (spelled_out xb))) /worth.
rewrite le_eqVlt; apply/orP; left; apply/eqP/esym/eq_expect => xa xb a pos.
transitivity (\sum_l draw s l * table_outcome (fun xa xb => t xa (spelled_out xb)) xa xb a).
  apply: eq_bigr => l _; have [dl|] := boolP (0 < draw s l); last first.
    by rewrite lt0r mass_ge0 andbT negbK => /eqP ->; rewrite !mul0r.
  have [is_i _] := is_picked r_best offer lt dl.
  by rewrite /s (played_first _ is_i dl pos).
by rewrite -mulr_suml mass_sum1 mul1r.
Qed.

End FirstOffer.

Print Assumptions secures_first.
