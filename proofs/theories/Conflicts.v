(** * Agents in conflict: the check, and that it is right (theory.md 4.3)

    What is worst for each by himself, and what is worst for all together, among her best
    responses where she knows all observations.  The check is computation with integers, as
    in Checker.v. *)

From Coq Require Import ZArith QArith_base.
From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play Revealing Induction.
From Alignment Require Import Arithmetic Instance Checker CheckerLemmas CheckerSound OfferedTalk.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.
Delimit Scope Z_scope with Z.   (* mathcomp's integers are not used *)

(** ** The check *)

(** The sum of the members' payoffs. *)
Definition joined g (members : seq nat) :=
  tabulate (actions g) (fun a => tabulate (states g) (fun y =>
    total (number_of_agents g) (fun i =>
      if i \in members then at2 (agent_utility g i) a y else 0%Z))).
Definition conflict_holds g members (apart together : Q) :=
  let w := user_worths g in
  [&& all (fun i => (i < number_of_agents g)%N) members,
   is_over apart (total (number_of_agents g) (fun i =>
     if i \in members then worst_best g w (agent_worths g i) else 0%Z)) (grain g),
   is_over together (worst_best g w (worths g (joined g members))) (grain g)
   & (Qnum apart * Zpos (Qden together) <? Qnum together * Zpos (Qden apart))%Z].
Definition check_conflict g members apart together : option claim :=
  proved (lawful g && conflict_holds g members apart together) (Conflict members apart together).

(** ** It is right *)
Lemma least_of_in n (P : nat -> bool) F d :
  least_of n P F d = d \/ exists i, [/\ (i < n)%N, P i & least_of n P F d = F i].
Proof.
have : {subset iota 0 n <= [pred i | i < n]%N} by move=> i; rewrite mem_iota inE.
rewrite /least_of; elim: (iota 0 n) => [|j s IH] sub /=; first by left.
have {}IH := IH (fun i is_in => sub i (mem_behead (s := j :: s) is_in)).
case Pj : (P j) => //; case: Z.leb_spec => _ //.
by right; exists j; split=> //; apply: sub; rewrite mem_head.
Qed.

Section Sound.
Variables (R : realFieldType) (g : instance) (law : lawful g) (lots words : finType).
Notation G := (game_of R law lots words).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).
Notation num := (number R).
Notation pay table := (payoff R table : A -> state G -> R).
Let K0 : 0 < num (grain g). Proof. exact: grain_gt0. Qed.

Definition good (xa : XA) (xb : XB) (a : A) : bool :=
  (greatest (actions g) (at3 (user_worths g) xa xb) <=? at3 (user_worths g) xa xb a)%Z.

Lemma goodP xa xb a : reflect (is_best (W u xa xb) a) (good xa xb a).
Proof.
have E : good xa xb a = (most (W u xa xb) <= W u xa xb a).
  rewrite (most_greatest K0 (W_user xa xb)) W_user ler_pmul2r ?invr_gt0 //.
  by rewrite number_leE.
rewrite E; apply: (iffP idP) => [|best]; first exact: is_best_most.
by rewrite -(most_best best).
Qed.

(** The least of a payoff over best actions, at a point. *)
Definition least_best table (xa : XA) (xb : XB) : Z :=
  least_of (actions g) (fun a => greatest (actions g) (at3 (user_worths g) xa xb)
      <=? at3 (user_worths g) xa xb a)%Z
    (at3 (worths g table) xa xb) (greatest (actions g) (at3 (worths g table) xa xb)).

Lemma least_best_le table xa xb (a : A) : is_best (W u xa xb) a ->
  num (least_best table xa xb) / num (grain g) <= W (pay table) xa xb a.
Proof.
move=> /goodP best; rewrite W_worths ler_pmul2r ?invr_gt0 // number_leE.
exact/Z.leb_spec0/le_least_of.
Qed.

Lemma least_best_is table xa xb : exists2 a : A, is_best (W u xa xb) a &
  W (pay table) xa xb a = num (least_best table xa xb) / num (grain g).
Proof.
have best0 : is_best (W u xa xb) (best_action (W u xa xb)).
  by case: (best_action_first (W u xa xb)).
have [E|[i [lt best E]]] := least_of_in (actions g)
  (fun a => greatest (actions g) (at3 (user_worths g) xa xb) <=? at3 (user_worths g) xa xb a)%Z
  (at3 (worths g table) xa xb) (greatest (actions g) (at3 (worths g table) xa xb)).
  exists (best_action (W u xa xb)) => //; apply/eqP; rewrite eq_le least_best_le // andbT.
  rewrite /least_best E W_worths ler_pmul2r ?invr_gt0 // number_leE.
  exact/Z.leb_spec0/le_most_of.
by exists (Ordinal lt); [apply/goodP | rewrite W_worths /least_best E].
Qed.

Lemma at_worst_is table : @at_worst R G (pay table)
  (num (worst_best g (user_worths g) (worths g table)) / num (grain g)).
Proof.
have E : num (worst_best g (user_worths g) (worths g table)) / num (grain g)
    = \sum_xa \sum_xb num (least_best table xa xb) / num (grain g).
  rewrite number_total mulr_suml; apply: eq_bigr => xa _.
  by rewrite number_total mulr_suml.
rewrite E; split=> [|b best]; last first.
  by apply: ler_sum => xa _; apply: ler_sum => xb _; apply: least_best_le.
have /fin_all_exists[f H] (t : XA * XB) : exists a : A, is_best (W u t.1 t.2) a /\
    W (pay table) t.1 t.2 a = num (least_best table t.1 t.2) / num (grain g).
  by have [a best Ea] := least_best_is table t.1 t.2; exists a.
exists (fun xa xb => f (xa, xb)); split=> [xa xb|]; first by case: (H (xa, xb)).
by apply: eq_bigr => xa _; apply: eq_bigr => xb _; case: (H (xa, xb)).
Qed.

Lemma at_worst_ext f f' v : f =2 f' -> @at_worst R G f v -> @at_worst R G f' v.
Proof.
move=> E; have EW xa xb a : W (G := G) f xa xb a = W f' xa xb a.
  by apply: eq_bigr => y _; rewrite E.
have Es (b : XA -> XB -> A) : \sum_xa \sum_xb W (G := G) f xa xb (b xa xb)
    = \sum_xa \sum_xb W f' xa xb (b xa xb) by do 2![apply: eq_bigr => ? _].
case=> [[b [best E0]] le]; split=> [|b' /le]; first by exists b; rewrite -Es.
by rewrite Es.
Qed.

Theorem conflict_sound members apart together : conflict_holds g members apart together ->
  holds R law lots words (Conflict members apart together).
Proof.
case/and4P=> _ apart_ok together_ok lt; split; last exact: rational_lt.
  exists (fun i : agent => num (worst_best g (user_worths g) (agent_worths g i)) / num (grain g)).
    by move=> i _; apply: at_worst_is.
  rewrite -(is_overP K0 apart_ok) number_total mulr_suml big_mkcond /=; apply: eq_bigr => i _.
  by case: ifP => // _; rewrite mul0r.
rewrite -(is_overP K0 together_ok); apply: at_worst_ext (at_worst_is (joined g members)) => a y.
rewrite /payoff /at2 /at1 !nth_tabulate // number_total mulr_suml [RHS]big_mkcond /=.
by apply: eq_bigr => i _; case: ifP => // _; rewrite mul0r.
Qed.

End Sound.

(** What the check says is true. *)
Theorem check_conflict_sound (R : realFieldType) (lots words : finType) g (law : lawful g)
    members apart together q : check_conflict g members apart together = Some q ->
  holds R law lots words q.
Proof. by move=> /proved_some[/andP[_ ok] <-]; apply: conflict_sound ok. Qed.

Print Assumptions check_conflict_sound.
