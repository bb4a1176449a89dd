(** * Integers, and what they stand for in an ordered field

    The checker computes with integers over common denominators.  [number z] is the
    integer [z] in an ordered field, [rational q] a fraction.  Tables of integers are
    lists of lists; what is not in a list is 0. *)

From Coq Require Import ZArith QArith_base.
From mathcomp Require Import all_ssreflect all_algebra.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.
Delimit Scope Z_scope with Z.   (* mathcomp's integers are not used *)

(** ** Computing *)

(** The sum and the product of [F 0], ..., [F (n - 1)], whether all of them hold, and the list
    of them. *)
Definition total (n : nat) (F : nat -> Z) : Z := foldr (fun i => Z.add (F i)) 0%Z (iota 0 n).
Definition product (n : nat) (F : nat -> Z) : Z := foldr (fun i => Z.mul (F i)) 1%Z (iota 0 n).
Definition all_below (n : nat) (P : nat -> bool) := all P (iota 0 n).
Definition some_below (n : nat) (P : nat -> bool) := has P (iota 0 n).
Definition tabulate (T : Type) (n : nat) (F : nat -> T) := map F (iota 0 n).

(** The entries of lists of one, two, three and four dimensions. *)
Definition at1 (l : seq Z) i := nth 0%Z l i.
Definition at2 (l : seq (seq Z)) i := at1 (nth [::] l i).
Definition at3 (l : seq (seq (seq Z))) i := at2 (nth [::] l i).

(** The least and the most of [F i] over the [i] for which [P] holds; [d] if there are
    none. *)
Definition least_of (n : nat) (P : nat -> bool) (F : nat -> Z) (d : Z) :=
  foldr (fun i z => if P i then if (F i <=? z)%Z then F i else z else z) d (iota 0 n).
Definition most_of (n : nat) (F : nat -> Z) (d : Z) :=
  foldr (fun i z => if (z <=? F i)%Z then F i else z) d (iota 0 n).

(** ** Meaning *)

Section Meaning.
Variable R : realFieldType.

Definition number (z : Z) : R :=
  match z with
  | Z0 => 0
  | Zpos p => (Pos.to_nat p)%:R
  | Zneg p => - (Pos.to_nat p)%:R
  end.

Definition rational (q : Q) : R := number (Qnum q) / number (Zpos (Qden q)).

Lemma number_pos p : 0 < number (Zpos p).
Proof. by rewrite ltr0n; apply/ssrnat.ltP/Pos2Nat.is_pos. Qed.

Lemma numberN z : number (- z) = - number z.
Proof. by case: z => [|p|p] /=; rewrite ?oppr0 ?opprK. Qed.

Lemma number_sub p q : number (Z.pos_sub p q) = (Pos.to_nat p)%:R - (Pos.to_nat q)%:R.
Proof.
rewrite Z.pos_sub_spec; case: Pos.compare_spec => [->|lt|lt] /=; first by rewrite subrr.
  rewrite Pos2Nat.inj_sub // minusE natrB ?opprB //.
  by apply/ltnW/ssrnat.ltP/Pos2Nat.inj_lt.
rewrite Pos2Nat.inj_sub // minusE natrB //.
by apply/ltnW/ssrnat.ltP/Pos2Nat.inj_lt.
Qed.

Lemma numberD x y : number (x + y) = number x + number y.
Proof.
case: x y => [|p|p] [|q|q]; rewrite ?add0r ?addr0 //=.
- by rewrite Pos2Nat.inj_add plusE natrD.
- exact: number_sub.
- by rewrite number_sub addrC.
by rewrite Pos2Nat.inj_add plusE natrD opprD.
Qed.

Lemma numberB x y : number (x - y) = number x - number y.
Proof. by rewrite -numberN -numberD. Qed.

Lemma numberM x y : number (x * y) = number x * number y.
Proof.
by case: x y => [|p|p] [|q|q] /=;
  rewrite ?mul0r ?mulr0 // Pos2Nat.inj_mul multE natrM ?mulrN ?mulNr ?opprK.
Qed.

Lemma number_ge0 z : (0 <=? z)%Z -> 0 <= number z.
Proof. by case: z => [|p|p] //= _; apply: ler0n. Qed.

Lemma number_le x y : (x <=? y)%Z -> number x <= number y.
Proof.
move=> /Z.leb_le le; rewrite -subr_ge0 -numberB; apply: number_ge0.
by apply/Z.leb_le; rewrite -Z.le_0_sub in le.
Qed.

Lemma number_gt0 z : (0 <? z)%Z -> 0 < number z.
Proof. by case: z => [|p|p] //= _; apply: number_pos. Qed.

Lemma number_lt x y : (x <? y)%Z -> number x < number y.
Proof.
move=> /Z.ltb_lt lt; rewrite -subr_gt0 -numberB; apply: number_gt0.
by apply/Z.ltb_lt/Z.lt_0_sub.
Qed.

Lemma number_leE x y : (number x <= number y) = (x <=? y)%Z.
Proof.
apply/idP/idP => [|/number_le //]; apply: contraTT; rewrite -Z.ltb_antisym -ltNge.
exact: number_lt.
Qed.

Lemma number_ltE x y : (number x < number y) = (x <? y)%Z.
Proof. by rewrite ltNge number_leE Z.ltb_antisym. Qed.

Lemma number_eq x y : (x =? y)%Z -> number x = number y.
Proof. by move=> /Z.eqb_eq ->. Qed.

Lemma number_abs z : number (Z.abs z) = `|number z|.
Proof.
case: z => [|p|p] /=; rewrite ?normr0 ?normrN //; exact/esym/ger0_norm/ler0n.
Qed.

Lemma number_total n F : number (total n F) = \sum_(i < n) number (F i).
Proof.
rewrite -(big_mkord xpredT (fun i => number (F i))) unlock /index_iota subn0 /total.
by elim: (iota 0 n) => [|i s IH] //=; rewrite numberD IH.
Qed.

Lemma number_product n F : number (product n F) = \prod_(i < n) number (F i).
Proof.
rewrite -(big_mkord xpredT (fun i => number (F i))) unlock /index_iota subn0 /product.
by elim: (iota 0 n) => [|i s IH] //=; rewrite numberM IH.
Qed.

(** Fractions are compared by their cross products. *)
Lemma rational_le q x d : 0 < d :> R -> number (Qnum q) * d <= number (Zpos (Qden q)) * x ->
  rational q <= x / d.
Proof.
move=> d0 le; rewrite /rational ler_pdivr_mulr ?number_pos // mulrAC ler_pdivl_mulr //.
by rewrite [leRHS]mulrC.
Qed.

Lemma rational_eq q x d : 0 < d :> R -> number (Qnum q) * d = number (Zpos (Qden q)) * x ->
  rational q = x / d.
Proof.
move=> d0 E; apply: (mulIf (lt0r_neq0 d0)).
rewrite divfK ?gt_eqF // /rational mulrAC E mulrAC divff ?mul1r // gt_eqF //.
exact: number_pos.
Qed.

Lemma rational_lt p q : (Qnum p * Zpos (Qden q) <? Qnum q * Zpos (Qden p))%Z ->
  rational p < rational q.
Proof.
move=> /number_lt; rewrite !numberM => lt.
by rewrite ltr_pdivr_mulr ?number_pos // mulrAC ltr_pdivl_mulr ?number_pos.
Qed.

End Meaning.

Section Lists.

Lemma all_belowP n (P : nat -> bool) : reflect (forall i : 'I_n, P i) (all_below n P).
Proof.
apply: (iffP allP) => [all i|all i]; first by apply: all; rewrite mem_iota /= add0n.
by rewrite mem_iota /= add0n => lt; apply: (all (Ordinal lt)).
Qed.

Lemma some_belowP n (P : nat -> bool) : reflect (exists i : 'I_n, P i) (some_below n P).
Proof.
apply: (iffP hasP) => [[i]|[i Pi]]; last by exists (i : nat); rewrite // mem_iota /= add0n.
by rewrite mem_iota /= add0n => lt Pi; exists (Ordinal lt).
Qed.

Lemma nth_tabulate T (d : T) n F i : (i < n)%N -> nth d (tabulate n F) i = F i.
Proof. by by move=> lt; rewrite /tabulate (nth_map 0%N) ?size_iota // nth_iota. Qed.

Lemma le_least_of n (P : nat -> bool) F d i : (i < n)%N -> P i -> (least_of n P F d <= F i)%Z.
Proof.
move=> lt Pi; have : i \in iota 0 n by rewrite mem_iota.
rewrite /least_of; elim: (iota 0 n) => [|j s IH] //=.
rewrite inE => /orP[/eqP <-|/IH le].
  by rewrite Pi; case: Z.leb_spec => ? //; [exact: Z.le_refl | exact: Z.lt_le_incl].
case: (P j) => //; case: Z.leb_spec => // le'; exact: Z.le_trans le' le.
Qed.

Lemma le_most_of n F d i : (i < n)%N -> (F i <= most_of n F d)%Z.
Proof.
move=> lt; have : i \in iota 0 n by rewrite mem_iota.
rewrite /most_of; elim: (iota 0 n) => [|j s IH] //=.
rewrite inE => /orP[/eqP <-|/IH le].
  by case: Z.leb_spec => ? //; [exact: Z.le_refl | exact: Z.lt_le_incl].
case: Z.leb_spec => // le'; exact: Z.le_trans le le'.
Qed.

Lemma most_of_in n F d : most_of n F d = d \/ exists2 i, (i < n)%N & most_of n F d = F i.
Proof.
have : {subset iota 0 n <= [pred i | i < n]%N} by move=> i; rewrite mem_iota inE.
rewrite /most_of; elim: (iota 0 n) => [|j s IH] sub /=; first by left.
case: Z.leb_spec => _; first by right; exists j => //; apply: sub; rewrite mem_head.
by apply: IH => i is_in; apply: sub; rewrite inE is_in orbT.
Qed.

End Lists.
