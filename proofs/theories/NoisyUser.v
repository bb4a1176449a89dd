(** * A noisy user who knows everything (theory.md 3.1, 7.1)

    Where nothing that the agents observe matters to her, nothing that they say changes what
    a quantal user does: she gets QR, which is less than OPT. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Revealing Quantal.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

Section Informed.
Variables (R : realFieldType) (E : exponential R) (eta : R) (G : game R).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).

(** What an action is worth after [xa] is the same, whatever the agents observe. *)
Hypothesis informed_already : forall xa xb xb' a,
  informed (G := G) xa xb a = informed xa xb' a.
Variables (script : XA -> transcript G -> {ffun agent -> question G}) (r : response G).
Hypothesis r_quantal : quantal E eta script r.

Lemma expects_informed C xa xb h a : possible C setT xa h ->
  expects (G := G) C xa h a = informed xa xb a.
Proof.
move=> poss; rewrite expects_average //.
under eq_bigr do rewrite (informed_already xa _ xb).
by rewrite -mulr_suml posterior_sum1 // mul1r.
Qed.

Lemma outcome_informed o C xa xb a : 0 < point xa xb ->
  outcome C (r o C) xa xb a = informed_outcome E eta xa xb a.
Proof.
move=> pos; rewrite /outcome.
suff each l : played C (r o C) l xa xb a = informed_outcome E eta xa xb a.
  by under eq_bigr do rewrite each; rewrite -mulr_suml mass_sum1 mul1r.
apply: (taken_reached (P := under_way C xb)).
- by move=> n h q m way _; apply: under_way_grow.
- move=> h [len said]; have {}len : complete h by move=> j; rewrite -(len j) addn0.
  have poss : possible C setT xa h by exists xb; rewrite mulr_gt0 ?likely_gt0.
  have [_ soft] := r_quantal o C l xa h; rewrite soft // /informed_outcome /softmax.
  rewrite (expects_informed xb) //; congr (_ / _); apply: eq_bigr => b _.
  by rewrite (expects_informed xb).
exact: under_way_start.
Qed.

(** Whatever the rules are, everybody gets what is played where she knows everything. *)
Theorem informed_worth o C f : worth C (r o C) f = expect f (informed_outcome E eta (G := G)).
Proof. by apply: eq_expect => xa xb a; apply: outcome_informed. Qed.

(** So all rules are an equilibrium, and in each she gets QR. *)
Theorem informed_equilibrium C :
  equilibrium 0 r C /\ worth C (r None C) u = QR E eta G.
Proof. by split=> [i c|]; rewrite !informed_worth // addr0. Qed.
End Informed.

(** ** The hasty shopper (instances/counterexamples/full_rationality.toml)

    There is one state, good bread is worth 1 and bad bread 0, to her and to both agents.
    They may say any finite number of words. *)
Section Hasty.
Variables (R : realFieldType) (E : exponential R) (words : finType).
Hypothesis base_two : E 1 = 2%:R.

Definition today (p : unit * unit * unit) : R := 1.
Fact today_ge0 p : 0 <= today p. Proof. exact: ler01. Qed.
Fact today_sum1 : \sum_p today p = 1.
Proof. by rewrite (bigD1 (tt, tt, tt)) //= big1 ?addr0 // => -[[[] []] []]. Qed.
Definition bread (good : bool) (y : unit) : R := good%:R.

Definition hasty : game R := @Game R
  [finType of unit] [finType of bool] true [finType of unit] [finType of unit]
  2 [finType of unit] (fun _ xb => xb) [finType of unit] words 1
  [finType of unit] (Dist today_ge0 today_sum1) bread (fun _ => bread).
Notation u := (@user_payoff R hasty).

Lemma sum_one (F : unit -> R) : \sum_x F x = F tt.
Proof. by rewrite (bigD1 tt) //= big1 ?addr0 // => -[]. Qed.
Lemma W_hasty xa xb a : W u xa xb a = a%:R.
Proof. by rewrite /W sum_one mul1r. Qed.
Lemma point_hasty xa xb : point (G := hasty) xa xb = 1.
Proof. by rewrite /point sum_one. Qed.

Lemma OPT_hasty : OPT hasty = 1.
Proof.
rewrite /OPT !sum_one; apply/eqP; rewrite eq_le; apply/andP; split.
  by rewrite /most W_hasty; case: [arg max_(_ > _) _]%O; rewrite ?ler01.
by apply: le_trans (most_ge (W u tt tt) true); rewrite W_hasty.
Qed.

Lemma QR_hasty : QR E 1 hasty = 2%:R / 3%:R.
Proof.
rewrite /QR /expect !sum_one big_bool !W_hasty /= mulr0 mulr1 addr0.
rewrite /informed_outcome /softmax big_bool /informed !W_hasty point_hasty !divr1 !mul1r.
have E1 : E (nat_of_bool true)%:R = 2%:R by exact: base_two.
have E0 : E (nat_of_bool false)%:R = 1 by exact: e0.
rewrite E1 E0; congr (_ / _); exact/esym/(natrD _ 2 1).
Qed.

(** The hull distance is 0, and OPT less twice a tolerance of 1/20 is claimed, which is 9/10; but
    whatever the rules are, they are an equilibrium in which she gets 2/3. *)
Theorem without_full_rationality script (r : response hasty) C : quantal E 1 script r ->
  [/\ hull_distance hasty 0, equilibrium 0 r C
    & worth C (r None C) u < OPT hasty - (20%:R^-1) *+ 2].
Proof.
move=> rq; have [|eqm value] := informed_equilibrium _ rq C.
  by move=> xa [] [] a.
split=> //.
  split=> [|w c e close]; last first.
    by case: close => _ /(_ true tt); apply: le_trans (normr_ge0 _).
  exists (fun i => if i == ord0 then 1 else 0), 0; split.
    split=> [i|]; first by case: ifP; rewrite ?ler01.
    by rewrite big_ord_recl /= big_ord_recl big_ord0 /= !addr0.
  move=> a y; rewrite big_ord_recl /= big_ord_recl big_ord0 /= mul1r mul0r !addr0.
  by rewrite subrr normr0.
rewrite value OPT_hasty QR_hasty.
rewrite ltr_subr_addr -(ltr_pmul2r (_ : 0 < 60%:R)) ?ltr0n // mulrDl mul1r.
have sixty : 60%:R = 20%:R * 3%:R :> R by rewrite -natrM.
have -> : 2%:R / 3%:R * 60%:R = 40%:R :> R.
  by rewrite sixty mulrCA divfK ?pnatr_eq0 // -natrM.
have -> : 20%:R^-1 *+ 2 * 60%:R = 6%:R :> R.
  by rewrite -[_ *+ 2]mulr_natr sixty mulrACA mulVf ?pnatr_eq0 // mul1r -natrM.
by rewrite -natrD ltr_nat.
Qed.
End Hasty.

Print Assumptions informed_worth.
Print Assumptions informed_equilibrium.
Print Assumptions without_full_rationality.
