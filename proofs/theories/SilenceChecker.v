(** * Silence as an equilibrium: the check, and that it is right (theory.md 6.9, 7.1)

    There is one round, she has nothing to say, and ties are broken in any way.  The check is
    computation with integers, as in Checker.v. *)

From Coq Require Import ZArith QArith_base.
From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Revealing Prices Induction Silence SilencePicks.
From Alignment Require Import Arithmetic Instance Checker CheckerLemmas Persuasion CheckerSound.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.
Delimit Scope Z_scope with Z.   (* mathcomp's integers are not used *)

(** ** The certificate *)

(** What she turns to if an agent deviates, by x_A and the action that she would take; and
    prices and multipliers that no rule of his is worth more to him. *)
Record breaking := Breaking {
  turns : seq (seq nat);
  asked_over : Z;
  asked : seq Z;              (* of what he sees, over all three units *)
  grounds : seq (seq nat * seq (seq Z)) }.  (* kappa of x_A and an action, for strategies *)

(** What she takes if nobody says anything, by x_A; and every agent. *)
Record silence_kept := SilenceKept { takes : seq nat; breakings : seq breaking }.

(** ** The check *)
Definition nobody := Breaking [::] 0 [::] [::].
Definition breaking_of e i := nth nobody (breakings e) i.
Definition take_of e xa := nth 0%N (takes e) xa.
Definition turn_of d xa a := nth 0%N (nth [::] (turns d) xa) a.
Definition may_take g d xa a := some_below (actions g) (fun b => turn_of d xa b == a).

Definition sum_seen g i (w : seq (seq (seq Z))) o xa a :=
  total (agent_observations g) (fun xb => if seen g i xb == o then at3 w xa xb a else 0%Z).
Definition sum_alone g (w : seq (seq (seq Z))) xa a :=
  total (agent_observations g) (fun xb => at3 w xa xb a).
Definition sum_taken g e w := total (user_observations g) (fun xa => sum_alone g w xa (take_of e xa)).

Definition nothing_to_say g := [&& length g == 1%N, user_messages g == 1%N,
  (if ties g is Any then true else false) & (0 < known_words g)%N].
Definition takes_best g w e := all_below (user_observations g) (fun xa =>
  (take_of e xa < actions g)%N && all_below (actions g) (fun a =>
    sum_alone g w xa a <=? sum_alone g w xa (take_of e xa))%Z).
Definition turns_well g (w : seq (seq (seq Z))) d :=
  all_below (user_observations g) (fun xa => all_below (actions g) (fun a =>
    (turn_of d xa a < actions g)%N && all_below (agent_observations g) (fun xb =>
      at3 w xa xb a <=? at3 w xa xb (turn_of d xa a))%Z)).
Definition asked_enough g i d w wi (s : seq nat) :=
  let k := reason_of (grounds d) s in
  all_below (user_observations g) (fun xa =>
    all_below (actions g) (fun a => 0 <=? at2 k xa a)%Z)
  && (~~ all_below (user_observations g) (fun xa => may_take g d xa (nth 0%N s xa))
      || all_below (agent_observations g) (fun o =>
        total (user_observations g) (fun xa =>
          let a := nth 0%N s xa in
          asked_over d * sum_seen g i wi o xa a
          + total (actions g) (fun b => at2 k xa b * (sum_seen g i w o xa a - sum_seen g i w o xa b)))
        <=? at1 (asked d) o)%Z).
Definition stays_silent g w e i :=
  let d := breaking_of e i in
  let wi := agent_worths g i in
  [&& (0 <? asked_over d)%Z, cells_named g i, turns_well g w d,
   every_plan g (user_observations g) [::] (asked_enough g i d w wi)
   & (Zpos (Qden (slack g)) * total (agent_observations g) (at1 (asked d))
      <=? asked_over d * (Zpos (Qden (slack g)) * sum_taken g e wi
                          + Qnum (slack g) * grain g))%Z].
Definition silence_holds g (v : Q) e :=
  let w := user_worths g in
  [&& nothing_to_say g, takes_best g w e, is_over v (sum_taken g e w) (grain g)
   & all_below (number_of_agents g) (stays_silent g w e)].

(** What it says of an instance. *)
Definition someone_to_pick g whose :=
  if whose is PickingUser then (0 < number_of_agents g)%N && (0 <=? Qnum (slack g))%Z else true.
Definition check_silence g whose (v : Q) e : option claim :=
  proved [&& lawful g, silence_holds g v e & someone_to_pick g whose] (SomeEquilibrium whose v).

(** ** It is right *)
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
Hypothesis fit : enough g lots words.
Variables (v : Q) (e : silence_kept).
Hypothesis ok : silence_holds g v e.
Notation quiet := (some_question R law lots words).

Let K0 : 0 < num (grain g). Proof. exact: grain_gt0. Qed.
Let talk : nothing_to_say g. Proof. by case/and4P: ok. Qed.

Lemma its_one_round : rounds G = 1%N. Proof. by case/and4P: talk => /eqP. Qed.
Lemma she_is_silent (q : question G) : q = quiet.
Proof. by case/and4P: talk => _ /eqP E _ _; apply: only_question. Qed.
Lemma there_is_a_word : exists w0 : words, true.
Proof. by case/and4P: talk => _ _ _ pos; apply: (known_word fit). Qed.

Let silent_agent (i : agent) : stays_silent g (user_worths g) e i.
Proof. by case/and4P: ok => _ _ _ /all_belowP/(_ i). Qed.

Definition t_of (xa : XA) : A := insubd (some_action G) (take_of e xa).
Definition turn_to (i : agent) (xa : XA) (a : A) : A :=
  insubd (some_action G) (turn_of (breaking_of e i) xa a).
Definition may (i : agent) (xa : XA) (a : A) : bool := may_take g (breaking_of e i) xa a.

Lemma val_t (xa : XA) : t_of xa = take_of e xa :> nat.
Proof.
case/and4P: ok => _ /all_belowP/(_ xa)/andP[lt _] _ _.
by rewrite /t_of insubdK.
Qed.
Lemma val_turn i (xa : XA) (a : A) : turn_to i xa a = turn_of (breaking_of e i) xa a :> nat.
Proof.
case/and5P: (silent_agent i) => _ _ /all_belowP/(_ xa)/all_belowP/(_ a)/andP[lt _] _ _.
by rewrite /turn_to insubdK.
Qed.

Lemma turn_may i xa a : may i xa (turn_to i xa a).
Proof.
by rewrite /may /may_take val_turn; apply/hasP; exists (a : nat); rewrite ?mem_iota //= ltn_ord.
Qed.

Lemma turn_no_worse i : no_worse (turn_to i).
Proof.
move=> xa xb a; have -> : u = payoff R (utility g) by [].
rewrite !W_worths ler_pmul2r ?invr_gt0 // number_leE val_turn.
case/and5P: (silent_agent i) => _ _ /all_belowP/(_ xa)/all_belowP/(_ a)/andP[_ le] _ _.
exact: (all_belowP _ _ le xb).
Qed.

Lemma alone_sum table (xa : XA) (a : A) : alone (payoff R table : A -> state G -> R) xa a
  = num (sum_alone g (worths g table) xa a) / num (grain g).
Proof.
rewrite /alone number_total mulr_suml; apply: eq_bigr => xb _.
exact: W_worths.
Qed.

Lemma t_is_best (xa : XA) (a : A) : alone u xa a <= alone u xa (t_of xa).
Proof.
have -> : u = payoff R (utility g) by [].
rewrite !alone_sum ler_pmul2r ?invr_gt0 // number_leE val_t.
by case/and4P: ok => _ /all_belowP/(_ xa)/andP[_ /all_belowP/(_ a)].
Qed.

Lemma sum_t table : \sum_xa alone (payoff R table : A -> state G -> R) xa (t_of xa)
  = num (sum_taken g e (worths g table)) / num (grain g).
Proof.
rewrite /sum_taken number_total mulr_suml; apply: eq_bigr => xa _.
by rewrite alone_sum val_t.
Qed.

Lemma where_sum (i : agent) table o (xa : XA) (a : A) :
  worth_where i (payoff R table : A -> state G -> R) o xa a
  = num (sum_seen g i (worths g table) o xa a) / num (grain g).
Proof.
case/and5P: (silent_agent i) => _ named _ _ _.
rewrite /worth_where number_total mulr_suml big_mkcond /=; apply: eq_bigr => xb _.
rewrite -(@val_seen R g law lots words i xb named) -val_eqE /=.
by case: eqP => _; [apply: W_worths | rewrite mul0r].
Qed.

Definition plan_of (p : {ffun XA -> A}) : seq nat := [seq nat_of_ord (p xa) | xa <- enum XA].
Definition price (i : agent) (o : view G) : R :=
  num (at1 (asked (breaking_of e i)) o) / (num (grain g) * num (asked_over (breaking_of e i))).
Definition kappa_for (i : agent) (p : {ffun XA -> A}) (xa : XA) (a : A) : R :=
  num (at2 (reason_of (grounds (breaking_of e i)) (plan_of p)) xa a)
  / num (asked_over (breaking_of e i)).

Lemma nth_plan p (xa : XA) : nth 0%N (plan_of p) xa = p xa.
Proof. by rewrite (nth_map xa) ?size_enum_ord // -[in RHS](nth_ord_enum xa xa). Qed.

Lemma plan_asked (i : agent) (p : {ffun XA -> A}) : asked_enough g i (breaking_of e i) (user_worths g) (agent_worths g i) (plan_of p).
Proof.
case/and5P: (silent_agent i) => _ _ _ /every_planP/(_ (plan_of p)) all _.
apply: all; first by rewrite size_map size_enum_ord.
by apply/allP => a /mapP[xa _ ->].
Qed.

Lemma prices_cover_silence i : silent_covers (may i) i (price i) (kappa_for i).
Proof.
have over0 : 0 < num (asked_over (breaking_of e i)).
  by case/and5P: (silent_agent i) => pos _ _ _ _; apply: number_gt0.
split=> [p xa a|o p inside].
  rewrite divr_ge0 ?(ltW over0) ?number_ge0 //.
  by have /andP[/all_belowP/(_ xa)/all_belowP/(_ a) pos _] := plan_asked i p.
have /andP[_ /orP[out|/all_belowP/(_ o)/(number_le R) le]] := plan_asked i p.
  by case/negP: out; apply/all_belowP => xa; rewrite nth_plan; apply: inside.
rewrite /price ler_pdivl_mulr ?mulr_gt0 //; apply: le_trans le.
rewrite number_total mulr_suml le_eqVlt; apply/orP; left; apply/eqP.
apply: eq_bigr => xa _; cbv zeta; rewrite nth_plan numberD numberM number_total.
have -> : U i = payoff R (agent_utility g i) by [].
rewrite mulrDl where_sum; congr (_ + _).
  by rewrite mulrA divfK ?gt_eqF // mulrC.
rewrite mulr_suml; apply: eq_bigr => b _.
have -> : u = payoff R (utility g) by [].
rewrite !where_sum -mulrBl /kappa_for mulf_div numberM numberB.
by rewrite [num (asked_over _) * _]mulrC divfK // mulf_neq0 ?gt_eqF.
Qed.

Lemma asked_sum i : \sum_o price i o
  <= \sum_xa alone (U i) xa (t_of xa) + rational R (slack g).
Proof.
have -> : U i = payoff R (agent_utility g i) by [].
rewrite sum_t -mulr_suml -(number_total R _ (at1 (asked (breaking_of e i)))).
case/and5P: (silent_agent i) => /(number_gt0 R) pos _ _ _ /(number_le R).
rewrite !(numberD, numberM) -!(numberM R (whole g)) -/(grain g).
set S := num (total _ _); set M := num (asked_over _); set D := num (Zpos _).
set K := num (grain g); set V := num (sum_taken _ _ _); set E := num (Qnum _).
have D0 : 0 < D by apply: number_pos.
have K0' : 0 < K by [].
move=> le; rewrite ler_pdivr_mulr ?mulr_gt0 //.
have -> : (V / K + rational R (slack g)) * (K * M) = M * (D * V + E * K) / D.
  rewrite /rational -/D -/E addf_div ?gt_eqF // [D * V]mulrC invfM.
  rewrite -[LHS]mulrA (_ : K^-1 / D * (K * M) = M / D); last first.
    by rewrite mulrACA mulVf ?gt_eqF // mul1r mulrC.
  by rewrite mulrA [M * _]mulrC.
by rewrite ler_pdivl_mulr // mulrC.
Qed.

Lemma worth_claimed : \sum_xa alone u xa (t_of xa) = rational R v.
Proof.
have E : u = payoff R (utility g) by [].
rewrite [in LHS]E sum_t; case/and4P: ok => _ _ over _.
exact: is_overP over.
Qed.

Lemma no_tie_rule : is_true (if ties g is Any then true else false).
Proof. by case/and4P: talk. Qed.

Theorem silence_picking : someone_to_pick g PickingUser ->
  holds R law lots words (SomeEquilibrium PickingUser v).
Proof.
case/andP=> some_agent slack_ok; have gamma0 := slack_ge0 R slack_ok.
have [w0 _] := there_is_a_word; have [l0 _] := some_lot fit.
have [r [pick [rb eqm worth_r]]] := @silence_equilibrium_picking R G quiet w0 l0
  (Ordinal some_agent : agent) she_is_silent its_one_round t_of turn_to may t_is_best turn_no_worse
  turn_may (rational R (slack g)) price kappa_for gamma0 prices_cover_silence asked_sum.
exists r, pick, (@say_nothing R G w0); split=> //; last by rewrite worth_r worth_claimed.
by move: no_tie_rule; rewrite /obeys_ties_picking; case: (ties g).
Qed.

Theorem silence_sound : holds R law lots words (SomeEquilibrium BayesianUser v).
Proof.
have [w0 _] := there_is_a_word; have [l0 _] := some_lot fit.
have [r [rb eqm worth_r]] := @silence_equilibrium R G quiet w0 l0 she_is_silent its_one_round
  t_of turn_to may t_is_best turn_no_worse turn_may (rational R (slack g)) price kappa_for prices_cover_silence asked_sum.
exists r, (@say_nothing R G w0); split=> //; last by rewrite worth_r worth_claimed.
by move: no_tie_rule; rewrite /obeys_ties; case: (ties g).
Qed.

End Sound.

(** What the check says is true. *)
Theorem check_silence_sound (R : realFieldType) (lots words : finType) g (law : lawful g)
    whose v e q : enough g lots words -> check_silence g whose v e = Some q ->
  holds R law lots words q.
Proof.
move=> fit /proved_some[/and3P[_ ok some] <-]; case: whose some => some.
  exact: silence_sound ok.
exact: silence_picking ok some.
Qed.

Print Assumptions check_silence_sound.
