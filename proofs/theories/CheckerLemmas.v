(** * What the checker's parts compute is true

    CheckerSound.v puts it together. *)

From Coq Require Import ZArith QArith_base.
From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Hull Revealing BestAI FirstOffer Prices Induction Alone Team Offers.
From Alignment Require Import SamePick Arithmetic Instance Checker.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.
Delimit Scope Z_scope with Z.   (* mathcomp's integers are not used *)

Section Sound.
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

(** ** What actions are worth *)

Lemma at3_worths table xa xb a :
  (xa < user_observations g)%N -> (xb < agent_observations g)%N -> (a < actions g)%N ->
  at3 (worths g table) xa xb a
  = total (states g) (fun y => at3 (joint g) xa xb y * at2 table a y)%Z.
Proof. by move=> la lb lc; rewrite /at3 /at2 /at1 !nth_tabulate. Qed.

Lemma grain_gt0 : 0 < num (grain g).
Proof. by rewrite numberM mulr_gt0 ?(whole_gt0 R law) ?(unit_gt0 R law). Qed.

Lemma W_worths table (xa : XA) (xb : XB) (a : A) :
  W (G := G) (payoff R table) xa xb a = num (at3 (worths g table) xa xb a) / num (grain g).
Proof.
rewrite at3_worths // number_total mulr_suml; apply: eq_bigr => y _.
by rewrite /= /chance /payoff /= !numberM invfM mulrACA.
Qed.

Lemma W_user (xa : XA) (xb : XB) (a : A) :
  W u xa xb a = num (at3 (user_worths g) xa xb a) / num (grain g).
Proof. exact: W_worths. Qed.

Lemma W_agent (i : agent) (xa : XA) (xb : XB) (a : A) :
  W (U i) xa xb a = num (at3 (agent_worths g i) xa xb a) / num (grain g).
Proof. exact: W_worths. Qed.

Lemma W_agents (i : agent) (xa : XA) (xb : XB) (a : A) :
  W (U i) xa xb a = num (at3 (nth [::] (all_agent_worths g) i) xa xb a) / num (grain g).
Proof. by rewrite nth_tabulate //; apply: W_agent. Qed.

(** ** Benchmarks *)

Lemma most_greatest (f : A -> R) (F : nat -> Z) d : 0 < d ->
  (forall a : A, f a = num (F a) / d) -> most f = num (greatest (actions g) F) / d.
Proof.
move=> d0 E; apply/eqP; rewrite eq_le; apply/andP; split.
  by rewrite /most E ler_pmul2r ?invr_gt0 // number_leE; apply/Z.leb_spec0/le_most_of.
rewrite /greatest; have [->|[a lt ->]] := most_of_in (actions g) F (F 0%N).
  by rewrite -(E (Ordinal (actions_gt0 law))) most_ge.
by rewrite -(E (Ordinal lt)) most_ge.
Qed.

Lemma OPT_optimum : OPT G = num (optimum g) / num (grain g).
Proof.
rewrite number_total mulr_suml; apply: eq_bigr => xa _.
rewrite number_total mulr_suml; apply: eq_bigr => xb _.
exact: most_greatest grain_gt0 (W_user xa xb).
Qed.

Lemma NOINFO_no_information : NOINFO G = num (no_information g) / num (grain g).
Proof.
rewrite number_total mulr_suml; apply: eq_bigr => xa _.
apply: most_greatest grain_gt0 _ => a; rewrite number_total mulr_suml.
by apply: eq_bigr => xb _; apply: W_user.
Qed.

Lemma is_overP q z d : 0 < num d -> is_over q z d -> num z / num d = rational R q.
Proof.
move=> d0 /(number_eq R); rewrite !numberM => E.
exact/esym/rational_eq.
Qed.

(** ** Hull distance *)

Lemma payoff_user (a : A) (y : Y) : u a y = num (at2 (utility g) a y) / num (unit g).
Proof. by []. Qed.
Lemma payoff_agent (i : agent) (a : A) (y : Y) :
  U i a y = num (at2 (agent_utility g i) a y) / num (unit g).
Proof. by []. Qed.

Lemma near_distance e m : mixture_near g e m -> exists w c, near (G := G) w c (rational R e).
Proof.
case/and4P=> M0 /all_belowP w0 /(number_eq R) w1 /all_belowP close.
have {}M0 := number_gt0 R M0; have U0 := unit_gt0 R law.
exists (fun i => num (at1 (weight m) i) / num (weights_over m)).
exists (num (offset m) / (num (weights_over m) * num (unit g))).
split; first split.
- by move=> i; rewrite divr_ge0 ?(ltW M0) ?number_ge0.
- by rewrite -mulr_suml -(number_total R _ (at1 (weight m))) w1 divff ?gt_eqF.
move=> a y; have {close}/all_belowP/(_ y)/(number_le R) := close a.
set MU := num (weights_over m) * num (unit g); have MU0 : 0 < MU by apply: mulr_gt0.
rewrite !numberM number_abs !(numberD, numberB, numberM) number_total -/MU => le.
set S := \sum_i _ in le.
have mix : \sum_(i : agent) num (at1 (weight m) i) / num (weights_over m) * U i a y = S / MU.
  rewrite mulr_suml; apply: eq_bigr => i _.
  by rewrite payoff_agent numberM mulrACA -invfM.
rewrite [\sum_(i : agent) _]mix; have -> : u a y = num (weights_over m) * num (at2 (utility g) a y) / MU.
  by rewrite payoff_user /MU invfM mulrACA divff ?mul1r // gt_eqF.
rewrite -mulrDl -mulrBl normrM (gtr0_norm (x := MU^-1)) ?invr_gt0 //.
rewrite ler_pdivr_mulr // /rational mulrAC ler_pdivl_mulr ?number_pos //.
by rewrite [leLHS]mulrC.
Qed.

Lemma against_sum (F : nat -> nat -> Z) :
  num (sum_witness g F) = \sum_(a : A) \sum_(y : Y) num (F a y).
Proof.
by rewrite number_total; apply: eq_bigr => a _; rewrite number_total.
Qed.

Lemma none_nearer_distance e m w c e' :
  none_nearer g e m -> near (G := G) w c e' -> rational R e <= e'.
Proof.
case/and4P=> N0 /(number_eq R) m0 /(number_le R) m1 /all_belowP short close.
have {}N0 := number_gt0 R N0; have U0 := unit_gt0 R law.
rewrite against_sum in m0; rewrite against_sum in m1.
pose M (a : A) (y : Y) := num (at2 (mass_at m) a y) / num (witness_over m).
apply: (witness (m := M) _ _ _ close); rewrite /M.
- under eq_bigr do rewrite -mulr_suml.
  by rewrite -mulr_suml m0 mul0r.
- have abs (a : A) (y : Y) : `|num (at2 (mass_at m) a y) / num (witness_over m)|
    = num (Z.abs (at2 (mass_at m) a y)) / num (witness_over m).
    by rewrite normrM normfV (gtr0_norm N0) number_abs.
  under eq_bigr do under eq_bigr do rewrite abs.
  under eq_bigr do rewrite -mulr_suml.
  by rewrite -mulr_suml ler_pdivr_mulr // mul1r.
move=> i; have {short}/(number_le R) := short i.
rewrite !numberM against_sum => le.
rewrite -/M; have -> : against u M - against (U i) M
  = (\sum_(a : A) \sum_(y : Y) num (at2 (mass_at m) a y *
       (at2 (utility g) a y - at2 (agent_utility g i) a y)))
    / (num (witness_over m) * num (unit g)).
  rewrite /against -sumrB mulr_suml; apply: eq_bigr => a _.
  rewrite -sumrB mulr_suml; apply: eq_bigr => y _.
  by rewrite payoff_user payoff_agent -mulrBr -mulrBl numberM numberB mulrACA -invfM.
by apply: rational_le => //; apply: mulr_gt0.
Qed.

(** ** What a deviation secures *)

(** Words are numbered. *)
Definition word_number (w0 : words) n : words := nth w0 (enum words) n.
Definition spelling_rule w0 d : rule G :=
  spell (fun (o : view G) n => word_number w0 (spelled d o n)).

Hypothesis fit : enough g lots words.

Lemma known_words_le : (known_words g <= #|words|)%N.
Proof.
rewrite /known_words; case/andP: fit => _.
case: (agent_words g) => [n /eqP -> //|]; exact: leq_trans (leq_addr _ _).
Qed.

Lemma known_word : (0 < known_words g)%N -> exists w0 : words, true.
Proof. by move=> pos; case/card_gt0P: (leq_trans pos known_words_le) => w0 _; exists w0. Qed.

(** Where she has one message only she has one question, and is silent. *)
Definition some_question : question G := Ordinal (user_messages_gt0 law).
Lemma only_question : user_messages g = 1%N -> forall q : question G, q = some_question.
Proof.
move=> one q; apply/val_inj => /=; apply/eqP; rewrite -leqn0 -ltnS -[X in (_ < X)%N]one.
exact: ltn_ord.
Qed.

(** Where there is one agent only he is everyone. *)
Lemma only_agent (i : agent) : number_of_agents g = 1%N -> forall j : agent, j = i.
Proof.
move=> one j; have zero (k : agent) : k = 0%N :> nat.
  by apply/eqP; rewrite -leqn0 -ltnS -[X in (_ < X)%N]one; apply: ltn_ord.
by apply/val_inj; rewrite /= !zero.
Qed.

Lemma word_number_inj w0 m n : (m < known_words g)%N -> (n < known_words g)%N ->
  word_number w0 m = word_number w0 n -> m = n.
Proof.
move=> lm ln /eqP; have le := known_words_le; rewrite nth_uniq -?cardE ?enum_uniq //.
- by move/eqP.
- exact: leq_trans lm le.
exact: leq_trans ln le.
Qed.

Lemma val_seen i (xb : XB) : cells_named g (i : agent) -> sees i xb = seen g i xb :> nat.
Proof. by move=> /all_belowP/(_ xb) lt; rewrite /= /cell insubdK. Qed.

Lemma occurs_point (xa : XA) (xb : XB) : 0 < point xa xb -> occurs g xa xb.
Proof.
rewrite /point /= /chance /= -mulr_suml -(number_total R _ (at3 (joint g) xa xb)).
by rewrite pmulr_lgt0 ?invr_gt0 ?(whole_gt0 R law) // -[0]/(num 0%Z) number_ltE.
Qed.

Definition table_of d (xa : XA) (xb : XB) : A :=
  insubd (some_action G) (tell d xa xb).

Section Deviation.
Variables (d : deviation) (i : agent).
Hypothesis teach : teaches_her g (user_worths g) i d.

Lemma table_told (xa : XA) (xb : XB) : table_of d xa xb = tell d xa xb :> nat.
Proof.
case/and5P: teach => _ _ /all_belowP/(_ xa)/all_belowP/(_ xb)/andP[lt _] _ _.
by rewrite /table_of insubdK.
Qed.

Lemma table_right : right (table_of d).
Proof.
move=> xa xb _ a; case/and5P: teach => _ _ /all_belowP/(_ xa)/all_belowP/(_ xb)/andP[_].
move=> /all_belowP/(_ a) le _ _.
by rewrite !W_user ler_pmul2r ?invr_gt0 ?grain_gt0 // number_leE table_told.
Qed.

(** Where he says the same, she takes the same. *)
Lemma told_alike w0 (xa : XA) (xb xb' : XB) : 0 < point xa xb -> 0 < point xa xb' ->
  (forall n, (n < length g)%N -> word_number w0 (spelled d (sees i xb : XB) n)
     = word_number w0 (spelled d (sees i xb' : XB) n)) ->
  table_of d xa xb = table_of d xa xb'.
Proof.
move=> /occurs_point occ /occurs_point occ' same.
case/and5P: (teach) => _ /all_belowP exist _ /all_belowP told named.
apply/val_inj; rewrite /= -[LHS]/(nat_of_ord _) -[RHS]/(nat_of_ord _) !table_told.
have {told}/all_belowP/(_ xb') := told xb; case/orP => [/negP[]|].
  apply/all_belowP => n; rewrite -!val_seen //; apply/eqP/(word_number_inj (w0 := w0)).
  - by have /all_belowP := exist (sees i xb); apply.
  - by have /all_belowP := exist (sees i xb'); apply.
  exact: same.
by move/all_belowP/(_ xa); rewrite occ occ' => /eqP.
Qed.

Lemma deviation_tells w0 p : tells (G := G) i (spelling_rule w0 d) p (table_of d).
Proof.
by apply: spell_tells => xa xb xb' occ occ' same; apply: (told_alike (w0 := w0)).
Qed.

Lemma surely_le (xa : XA) (xb : XB) (a : A) : is_best (W u xa xb) a ->
  num (surely g (user_worths g) (nth [::] (all_agent_worths g) i) d xa xb) / num (grain g)
    <= W (U i) xa xb a.
Proof.
move=> best; rewrite W_agents ler_pmul2r ?invr_gt0 ?grain_gt0 // number_leE.
apply/Z.leb_spec0/le_least_of => //; have := best (table_of d xa xb).
by rewrite !W_user ler_pmul2r ?invr_gt0 ?grain_gt0 // number_leE table_told.
Qed.

End Deviation.

Lemma words_separate_of w0 d i : teaches_her g (user_worths g) (i : agent) d ->
  words_separate g i d -> separates (G := G) i (spelling_rule w0 d).
Proof.
case/and5P=> _ /all_belowP exist _ _ named /all_belowP sep.
move=> xa xb xb' h len /occurs_point occ /occurs_point occ' /says_spell said /says_spell said'.
have {sep}/all_belowP/(_ xb') := sep xb; rewrite -orbA => /or3P[/eqP E|/negP[]|].
- exact: val_inj.
- apply/all_belowP => n; rewrite -!val_seen //; apply/eqP/(word_number_inj (w0 := w0)).
  + by have /all_belowP := exist (sees i xb); apply.
  + by have /all_belowP := exist (sees i xb'); apply.
  have lt : (n < size h)%N by rewrite len.
  have := said n lt; have := said' n lt; rewrite !add0n => -> ->.
  by apply: set_nth_default; rewrite size_map.
by move/all_belowP/(_ xa); rewrite occ occ'.
Qed.

(** ** The outcome program *)

Section Multipliers.
Variable p : program.
Hypothesis signed : signed_program g p.

Lemma over_gt0 : 0 < num (program_over p).
Proof. by case/andP: signed => pos _; apply: number_gt0. Qed.

Definition multipliers_of : multipliers G := Multipliers
  (fun (xa : XA) (xb : XB) => num (at2 (marginal p) xa xb)
     / (num (grain g) * num (program_over p)))
  (fun (xa : XA) (a b : A) => num (at3 (obedience p) xa a b) / num (program_over p))
  (fun i : agent => num (multiplier (deviation_of p i)) / num (program_over p)).

Lemma kap_ge0 xa a b : 0 <= kappa multipliers_of xa a b.
Proof.
case/andP: signed => _ /andP[/all_belowP/(_ xa)/all_belowP/(_ a)/all_belowP/(_ b) pos _].
by rewrite divr_ge0 ?(ltW over_gt0) ?number_ge0.
Qed.

Lemma lam_ge0 i : 0 <= lambda multipliers_of i.
Proof.
case/andP: signed => _ /andP[_ /all_belowP/(_ i) pos].
by rewrite divr_ge0 ?(ltW over_gt0) ?number_ge0.
Qed.

(** The left side of the inequality of theory.md 5.4. *)
Lemma left_side (xa : XA) (xb : XB) (a : A) :
  pi multipliers_of xa xb
  + \sum_b kappa multipliers_of xa a b * (W u xa xb a - W u xa xb b)
  + \sum_i lambda multipliers_of i * W (U i) xa xb a
  = num (of_program g p (user_worths g) (all_agent_worths g) xa xb a)
    / (num (grain g) * num (program_over p)).
Proof.
rewrite /of_program !numberD !number_total !mulrDl; congr (_ + _ + _).
  rewrite mulr_suml; apply: eq_bigr => b _.
  rewrite !W_user -mulrBl numberM numberB [num (grain g) * _]mulrC invfM.
  by rewrite mulrACA.
rewrite mulr_suml; apply: eq_bigr => i _.
by rewrite W_agents numberM [num (grain g) * _]mulrC invfM mulrACA.
Qed.

Lemma unit_of_program : 0 < num (grain g) * num (program_over p).
Proof. by rewrite mulr_gt0 ?grain_gt0 ?over_gt0. Qed.

Lemma multipliers_feasible : at_most_hers g (user_worths g) (all_agent_worths g) p ->
  feasible multipliers_of.
Proof.
move=> /all_belowP row; split=> [||xa xb a]; [exact: kap_ge0 | exact: lam_ge0 |].
have {row}/all_belowP/(_ xb)/all_belowP/(_ a)/(number_le R) := row xa.
rewrite left_side numberM => le; rewrite ler_pdivr_mulr ?unit_of_program // W_user.
by rewrite mulrA divfK ?gt_eqF ?grain_gt0 // mulrC.
Qed.

Lemma bound_reached z v : reaches g z p v -> rational R v <=
  (\sum_xa \sum_xb pi multipliers_of xa xb) + num z / (num (grain g) * num (program_over p))
  - rational R (slack g) * (\sum_i lambda multipliers_of i).
Proof.
move=> /(number_le R) le.
have M0 := over_gt0; have K0 := grain_gt0; have D0 := number_pos R (Qden (slack g)).
rewrite !(numberB, numberD, numberM) -!(numberM R (whole g)) -/(grain g) in le.
set DD := num (Zpos (Qden (slack g))) in D0 le.
set K := num (grain g) in K0 le *; set M := num (program_over p) in M0 le *.
apply: le_trans (rational_le _ le) _; first by rewrite !mulr_gt0.
rewrite mulrBl; apply: ler_sub.
  rewrite invfM mulrACA divff ?gt_eqF // mul1r mulrDl; apply: ler_add => //.
  rewrite number_total mulr_suml; apply: ler_sum => xa _.
  by rewrite number_total mulr_suml.
rewrite /rational -/DD number_total -!mulr_suml.
rewrite [DD * _]mulrC invfM [K * M]mulrC invfM.
rewrite le_eqVlt; apply/orP; left; apply/eqP.
rewrite [K * \sum_(_ < _) _]mulrC -!mulrA; congr (_ * _).
by rewrite [K * _]mulrCA mulVKf ?gt_eqF // [LHS]mulrC -mulrA.
Qed.

Lemma lambda_deviates (i : agent) : 0 < lambda multipliers_of i -> deviates p i.
Proof.
by rewrite /deviates; case: Z.eqb_spec => // zero; rewrite /= zero mul0r ltxx.
Qed.

End Multipliers.

Section Program.
Variables (whose : user) (p : program).
Hypotheses (feas : signed_program g p) (teaching : deviators_teach g (user_worths g) p).
Notation the_multipliers := (multipliers_of p).

Definition secured_by (i : agent) : R :=
  \sum_(xa : XA) \sum_(xb : XB)
    num (surely g (user_worths g) (nth [::] (all_agent_worths g) i) (deviation_of p i) xa xb)
    / num (grain g).

Lemma lambda_gt0 (i : agent) : 0 < lambda the_multipliers i ->
  teaches_her g (user_worths g) i (deviation_of p i).
Proof.
move/all_belowP/(_ i)/orP: teaching => [/Z.eqb_eq zero|//].
by rewrite /= zero mul0r ltxx.
Qed.

(** What is secured, as it is computed. *)
Definition D : R := num (secured_by_ties g whose (user_worths g) (all_agent_worths g) p)
  / (num (grain g) * num (program_over p)).

(** What each agent secures by himself. *)
Lemma secured_le : num (secured g (user_worths g) (all_agent_worths g) p)
    / (num (grain g) * num (program_over p))
  <= \sum_i lambda the_multipliers i * secured_by i.
Proof.
rewrite number_total mulr_suml; apply: ler_sum => i _.
cbv zeta; case E: (_ =? 0)%Z.
  by rewrite /= (number_eq R E) !mul0r.
rewrite numberM [num (grain g) * _]mulrC invfM mulrACA ler_wpmul2l //.
  exact: lam_ge0 feas i.
rewrite number_total mulr_suml; apply: ler_sum => xa _.
by rewrite number_total mulr_suml.
Qed.

Lemma secure_less (P : profile G -> Prop) r (lam : agent -> R) d d' : d <= d' ->
  secure_together P r lam d' -> secure_together P r lam d.
Proof. by move=> le sec C PC; have [c dc] := sec C PC; exists c; apply: le_trans dc. Qed.

(** Together: the least of the weighted sum over best actions. *)
Definition low_together (xa : XA) (xb : XB) : R :=
  let sum a := total (number_of_agents g) (fun i =>
    multiplier (deviation_of p i) * at3 (nth [::] (all_agent_worths g) i) xa xb a)%Z in
  num (least_of (actions g)
         (fun a => greatest (actions g) (at3 (user_worths g) xa xb)
                   <=? at3 (user_worths g) xa xb a)%Z sum (greatest (actions g) sum))
  / (num (grain g) * num (program_over p)).

Lemma low_together_le (xa : XA) (xb : XB) a : is_best (W u xa xb) a ->
  low_together xa xb <= \sum_i lambda the_multipliers i * W (U i) xa xb a.
Proof.
move=> best; rewrite /low_together; set sum := fun a : nat => total _ _.
have -> : \sum_i lambda the_multipliers i * W (U i) xa xb a
    = num (sum a) / (num (grain g) * num (program_over p)).
  rewrite number_total mulr_suml; apply: eq_bigr => i _.
  by rewrite W_agents numberM [num (grain g) * _]mulrC invfM mulrACA.
rewrite ler_pmul2r ?invr_gt0 ?(unit_of_program feas) // number_leE.
apply/Z.leb_spec0/le_least_of => //.
rewrite -(number_leE R) -(ler_pmul2r (x := (num (grain g))^-1)) ?invr_gt0 ?grain_gt0 //.
rewrite -(most_greatest grain_gt0 (W_user xa xb)) -W_user.
by rewrite -(most_best best).
Qed.

Lemma sum_low_together : num (secured_together g (user_worths g) (all_agent_worths g) p)
    / (num (grain g) * num (program_over p)) = \sum_xa \sum_xb low_together xa xb.
Proof.
rewrite number_total mulr_suml; apply: eq_bigr => xa _.
by rewrite number_total mulr_suml.
Qed.

Lemma a_word i d : teaches_her g (user_worths g) i d -> exists w0 : words, true.
Proof. by case/and5P=> pos _ _ _ _; apply: known_word. Qed.

Lemma deviator : someone_deviates g p ->
  exists2 i : agent, 0 < lambda the_multipliers i & exists w0 : words, true.
Proof.
case/some_belowP=> i dev; exists i; last first.
  move/all_belowP/(_ i)/orP: teaching => [zero|/a_word //].
  by rewrite /deviates zero in dev.
case/andP: feas => _ /andP[_ /all_belowP/(_ i) pos].
rewrite divr_gt0 ?(over_gt0 feas) //; apply: number_gt0; move: pos dev; rewrite /deviates.
by case: (multiplier _).
Qed.

Lemma secured_each r : bayes r -> secure_together (@every R G) r (lambda the_multipliers)
  (\sum_i lambda the_multipliers i * secured_by i).
Proof.
move=> rb; apply: secure_each (lam_ge0 feas) _ => i lam; have teach := lambda_gt0 lam.
have [w0 _] := a_word teach.
apply: (secures_any rb _ (surely_le teach)) => C s.
have [q _] := someone_asks s i.
have tell : tells i (spelling_rule w0 (deviation_of p i)) (fun _ _ => q)
    (table_of (deviation_of p i)) by apply: deviation_tells.
exact: (tells_teaches (table_right teach) tell).
Qed.

(** An agent's rule, whatever the words. *)
Definition rule_by w0 i : rule G := spelling_rule w0 (deviation_of p i).

Lemma first_of d i : teaches_her g (user_worths g) (i : agent) d ->
  told_is_first g (user_worths g) d ->
  forall xa xb, is_first (W u xa xb) (table_of d xa xb).
Proof.
move=> teach /all_belowP first xa xb; split=> [b|b best].
  have [pos|no] := boolP (0 < point xa xb); first exact: (table_right teach pos b).
  by rewrite !W_impossible.
rewrite leqNgt; apply/negP; rewrite !enum_rank_ord /= => lt.
have {first}/all_belowP/(_ xb) := first xa; rewrite (table_told teach) in lt.
move=> /all_belowP/(_ (Ordinal lt)) /=; have := best (table_of d xa xb).
rewrite !W_user ler_pmul2r ?invr_gt0 ?grain_gt0 // number_leE (table_told teach).
by rewrite Z.leb_antisym => /negP no /no.
Qed.

(** What they give where she takes the first of the actions that are best. *)
Definition given_first (i : agent) : R :=
  \sum_xa \sum_xb W (U i) xa xb (table_of (deviation_of p i) xa xb).
Lemma sum_first : num (secured_first g (all_agent_worths g) p) / (num (grain g) * num (program_over p))
  <= \sum_i lambda the_multipliers i * given_first i.
Proof.
rewrite number_total mulr_suml; apply: ler_sum => i _.
have [lam|] := boolP (0 < lambda the_multipliers i); last first.
  rewrite lt0r (lam_ge0 feas) andbT negbK => /eqP zero; rewrite zero mul0r numberM.
  rewrite [num (grain g) * _]mulrC invfM mulrACA.
  by move: zero; rewrite /= => ->; rewrite mul0r.
rewrite numberM [num (grain g) * _]mulrC invfM mulrACA ler_wpmul2l ?(lam_ge0 feas) //.
rewrite number_total mulr_suml; apply: ler_sum => xa _.
rewrite number_total mulr_suml; apply: ler_sum => xb _.
by rewrite W_agents (table_told (lambda_gt0 lam)).
Qed.

Lemma secured_bayes r : whose = BayesianUser -> bayes r -> obeys_ties r ->
  secure_together (@every R G) r (lambda the_multipliers) D.
Proof.
move=> who rb obeys.
have each : secure_together (@every R G) r (lambda the_multipliers)
    (num (secured g (user_worths g) (all_agent_worths g) p)
     / (num (grain g) * num (program_over p))).
  exact: secure_less secured_le (secured_each rb).
rewrite /D /secured_by_ties who; move: obeys; rewrite /obeys_ties.
case: (ties g) => // obeys.
  case: ifP => // /andP[/deviator[_ _ [w0 _]] separate]; rewrite sum_low_together.
  apply: (@secure_belief R G r rb (lambda the_multipliers) (rule_by w0) low_together obeys).
  - exact: lam_ge0 feas.
  - move=> i lam; apply: words_separate_of; first exact: lambda_gt0.
    by move/all_belowP/(_ i): separate; rewrite (lambda_deviates lam).
  - by move=> xa xb a; apply: low_together_le.
case: ifP => // /and3P[/deviator[_ _ [w0 _]] /all_belowP separate /all_belowP first].
apply: secure_less sum_first (secure_each (lam_ge0 feas) _) => i lam.
have teach := lambda_gt0 lam; apply: (@secures_order R G r i (rule_by w0 i) (table_of (deviation_of p i)) obeys).
  apply: words_separate_of teach _.
  by have := separate i; rewrite (lambda_deviates lam).
move=> xa xb _; apply: (first_of teach).
by have := first i; rewrite (lambda_deviates lam).
Qed.

Hypothesis row : at_most_hers g (user_worths g) (all_agent_worths g) p.
Variable v : Q.
Hypothesis reached : reaches g (secured_by_ties g whose (user_worths g) (all_agent_worths g) p) p v.
Let program_reached := bound_reached feas reached.

Theorem every_bayes (r : response G) C : whose = BayesianUser -> bayes r -> obeys_ties r ->
  equilibrium (rational R (slack g)) r C -> rational R v <= worth C (r None C) u.
Proof.
move=> who rb obeys eqm; apply: le_trans program_reached _.
exact: (bayes_bound rb (multipliers_feasible feas row) (secured_bayes who rb obeys) eqm).
Qed.

(** The user who picks. *)
Lemma offer_alone w0 (i : agent) (s0 : strategy G) : 0 < lambda the_multipliers i ->
  worth_alone i (rule_by w0 i) (OPT G).
Proof.
move=> /lambda_gt0 teach; have [q _] := someone_asks s0 i.
have tell : tells i (rule_by w0 i) (fun _ _ => q) (table_of (deviation_of p i)).
  exact: deviation_tells.
exact: tells_worth_alone s0 (table_right teach) tell.
Qed.

Lemma best_to_attains c (i : agent) C s : worth_alone i c (OPT G) -> best_to i c C s ->
  worth (replace C i c) s u = OPT G.
Proof.
move=> [[s' [hear' E]] _] [_ best]; apply/eqP; rewrite eq_le worth_le_OPT /=.
by rewrite -(E C); apply: best.
Qed.

(** Under [order] she takes the first of the actions that are best wherever he says the same. *)
Lemma picks_first (w0 : words) r pick (i : agent) : best_ai r pick -> ties_by_order r (picked pick) ->
  0 < lambda the_multipliers i -> told_is_first g (user_worths g) (deviation_of p i) ->
  secures (below r (OPT G)) r i (given_first i).
Proof.
move=> rb ord lam first; have teach := lambda_gt0 lam; set d := deviation_of p i in teach first.
pose w (o : view G) n : word G := word_number w0 (spelled d (o : XB) n).
pose t (xa : XA) said : A := if [pick xb : XB | (0 < point xa xb) && (spelled_out i w xb == said)] is
  Some xb then table_of d xa xb else some_action G.
have alike (xa : XA) (xb xb' : XB) : 0 < point xa xb -> 0 < point xa xb' ->
    spelled_out i w xb' = spelled_out i w xb -> table_of d xa xb' = table_of d xa xb.
  move=> pos pos' E; apply: (told_alike teach (w0 := w0)) => // n lt.
  have := congr1 (fun s => nth w0 s n) E.
  by rewrite /spelled_out !(nth_map 0%N) ?size_iota // nth_iota.
have t_at (xa : XA) (xb : XB) : 0 < point xa xb -> t xa (spelled_out i w xb) = table_of d xa xb.
  move=> pos; rewrite /t; case: pickP => [xb' /andP[pos' /eqP E]|/(_ xb)]; first exact: alike.
  by rewrite pos eqxx.
have offer : worth_alone i (spell w) (OPT G) by exact: (offer_alone w0 (r None (fun=> spell w)) lam).
rewrite (_ : given_first i = \sum_(xa : XA) \sum_(xb : XB) W (U i) xa xb (t xa (spelled_out i w xb))).
  apply: (secures_first rb ord _ offer) => xa xb pos; rewrite t_at //.
  pose a := table_of d xa xb.
  have le xb' b : spelled_out i w xb' == spelled_out i w xb -> W u xa xb' b <= W u xa xb' a.
    move=> /eqP E; have [pos'|no] := boolP (0 < point xa xb'); last by rewrite !W_impossible.
    by rewrite /a -(alike xa xb xb') //; apply: (table_right teach pos').
  split=> [b|b best]; first by apply: ler_sum => xb' E; apply: le.
  have [_ rank] := first_of teach first xa xb; apply: rank => c.
  apply: le_trans (le xb c (eqxx _)) _; rewrite -subr_le0 le_eqVlt; apply/orP; left; apply/eqP.
  have less xb' : 0 <= if spelled_out i w xb' == spelled_out i w xb then W u xa xb' a - W u xa xb' b else 0.
    by case: ifP => // E; rewrite subr_ge0 le.
  have := sum_eq0 less _ xb; rewrite eqxx; apply; apply/eqP.
  rewrite eq_le sumr_ge0 ?andbT // -big_mkcond sumrB subr_le0; exact: best.
apply: eq_bigr => xa _; apply: eq_bigr => xb _.
have [pos|no] := boolP (0 < point xa xb); first by rewrite t_at.
by rewrite !W_impossible.
Qed.

Theorem every_best_ai (r : response G) pick C : whose = PickingUser -> best_ai r pick ->
  obeys_ties_picking r pick -> rational R v <= OPT G ->
  equilibrium (rational R (slack g)) r C -> rational R v <= worth C (r None C) u.
Proof.
move=> who rb obeys opt eqm; pose s0 := r None C.
have each : secure_together (below r (OPT G)) r (lambda the_multipliers)
    (num (secured g (user_worths g) (all_agent_worths g) p)
     / (num (grain g) * num (program_over p))).
  apply: secure_less secured_le (secure_each (lam_ge0 feas) _) => i lam.
  have teach := lambda_gt0 lam; have [w0 _] := a_word teach.
  have alone := offer_alone w0 s0 lam.
  apply: (secures_offer rb alone) => C' s best.
  apply: expect_low (outcome_is_outcome _ _) _ => xa xb a.
  by move=> /(best_if_OPT (best_to_attains alone best)); apply: surely_le.
have sec : secure_together (below r (OPT G)) r (lambda the_multipliers) D.
  have together : anonymous r pick ->
      someone_deviates g p && all_say_the_same g p ->
      secure_together (below r (OPT G)) r (lambda the_multipliers)
        (num (secured_together g (user_worths g) (all_agent_worths g) p)
         / (num (grain g) * num (program_over p))).
    move=> unnamed /andP[/deviator[i0 lam0 [w0 _]] /all_belowP same].
    have offers i : 0 < lambda the_multipliers i -> worth_alone i (rule_by w0 i) (OPT G).
      exact: offer_alone s0.
    have common i j : 0 < lambda the_multipliers i -> 0 < lambda the_multipliers j ->
        same_rule i (rule_by w0 i) j (rule_by w0 j).
      move=> lam lam' xb past q a.
      have /and5P[_ _ _ _ named] := lambda_gt0 lam; have /and5P[_ _ _ _ named'] := lambda_gt0 lam'.
      have {same}/all_belowP/(_ j) := same i.
      rewrite !lambda_deviates //= => /all_belowP/(_ xb)/eqP same.
      by rewrite /rule_by /spelling_rule /spell /spelled (val_seen _ named) (val_seen _ named') same.
    rewrite sum_low_together.
    apply: (secure_offers_together rb unnamed offers common) (lam_ge0 feas) _ _; first by exists i0.
    move=> j C' s lam best; have attains := best_to_attains (offers j lam) best.
    rewrite (expect_sum _ (fun i => U i)).
    have [sig0 sig1] := outcome_is_outcome (replace C' j (rule_by w0 j)) s.
    apply: ler_sum => xa _; apply: ler_sum => xb _.
    rewrite -[leLHS]mul1r -(sig1 xa xb) mulr_suml; apply: ler_sum => a _.
    have [pos|] := boolP (0 < outcome (replace C' j (rule_by w0 j)) s xa xb a).
      by rewrite ler_wpmul2l //; apply: low_together_le; apply: best_if_OPT attains _ _ _ pos.
    by rewrite lt0r sig0 andbT negbK => /eqP ->; rewrite !mul0r.
  rewrite /D /secured_by_ties who; move: obeys; rewrite /obeys_ties_picking.
  case: (ties g) => // -[ord unnamed]; first by case: ifP => // /(together unnamed).
  case: ifP => [/andP[/deviator[_ _ [w0 _]] /all_belowP first]|_].
    apply: secure_less sum_first (secure_each (lam_ge0 feas) _) => i lam.
    by apply: (picks_first w0 rb ord lam); have := first i; rewrite (lambda_deviates lam).
  by case: ifP => // /(together unnamed).
have [ge|le] := best_ai_bound rb (multipliers_feasible feas row) sec eqm.
  exact: le_trans opt ge.
exact: le_trans program_reached le.
Qed.

End Program.

Lemma at_most_optimumP v : at_most_optimum g v -> rational R v <= OPT G.
Proof.
move=> le; rewrite OPT_optimum; apply: rational_le grain_gt0 _.
by rewrite -!numberM; apply: number_le.
Qed.

(** ** TEAM *)

Lemma some_lot : exists l : lots, true.
Proof. by case/andP: fit => /card_gt0P[l _] _; exists l. Qed.

Theorem team members ds v : team_teaches g members ds v ->
  holds R law lots words (Team members v).
Proof.
case/and4P=> over; case: members => [//|i0 members] _ /allP teach /allP same.
have [l _] := some_lot; have /andP[lt0 /and5P[pos _ _ _ _]] := teach i0 (mem_head _ _).
have [w0 _] := known_word pos.
have opt : OPT G = rational R v by rewrite OPT_optimum; apply: is_overP grain_gt0 over.
pose T (i : agent) : rule G := spelling_rule w0 (nth silence ds i).
pose s0 : strategy G := @best_reply R G l some_question T.
rewrite /= -opt; split; last first.
  move=> T' v' [_ /(_ (Ordinal lt0) (mem_head _ _))[[s [_ E]] _]].
  by rewrite -(E T'); apply: worth_le_OPT.
exists T; split=> [i j /= is_i is_j xb past q a|i /= is_i].
  have /andP[_ /and5P[_ _ _ _ named_i]] := teach i is_i.
  have /andP[_ /and5P[_ _ _ _ named_j]] := teach j is_j.
  have {same}/allP/(_ _ is_j)/all_belowP/(_ xb)/eqP same := same i is_i.
  by rewrite /T /spelling_rule /spell /spelled (val_seen _ named_i) (val_seen _ named_j) same.
have /andP[_ teach_i] := teach i is_i.
have tell : tells i (T i) (fun _ _ => some_question) (table_of (nth silence ds i)).
  exact: deviation_tells.
exact: tells_worth_alone s0 (table_right teach_i) tell.
Qed.

(** ** Full revelation *)

Lemma slack_ge0 : (0 <=? Qnum (slack g))%Z -> 0 <= rational R (slack g).
Proof. by move=> pos; rewrite divr_ge0 ?number_ge0 ?(ltW (number_pos _ _)). Qed.

Lemma unique_best_of d i : teaches_her g (user_worths g) (i : agent) d ->
  unique_best_action g (user_worths g) d -> unique_best G.
Proof.
move=> teach /all_belowP uniq xa xb.
suff only c : 0 < point xa xb -> is_best (W u xa xb) c -> c = table_of d xa xb.
  by move=> a b pos /(only _ pos) -> /(only _ pos) ->.
move=> /occurs_point occ /(_ (table_of d xa xb)).
have {uniq}/all_belowP/(_ xb) := uniq xa; rewrite occ /= => /all_belowP/(_ c).
case/orP => [/eqP E _|lt]; first by apply/val_inj; rewrite /= [RHS](table_told teach).
rewrite !W_user ler_pmul2r ?invr_gt0 ?grain_gt0 // number_leE (table_told teach).
by rewrite Z.leb_antisym lt.
Qed.

Lemma optimum_is v : is_optimum g v -> OPT G = rational R v.
Proof.
by case/andP => _ over; rewrite OPT_optimum; apply: is_overP grain_gt0 over.
Qed.

(** If two agents separate the observations she takes the first of her best actions, whoever
    deviates. *)
Lemma full_revelation_first (r : response G) C (i j : agent) : i != j ->
  ties_by_order r (@all_agents R G) -> separates i (C i) -> separates j (C j) ->
  equilibrium 0 r C /\ worth C (r None C) u = OPT G.
Proof.
move=> ij ord sep_i sep_j; pose t := @first_table R G.
have first xa xb : is_first (W u xa xb) (t xa xb) by apply: first_tableP.
have play o C' k f : separates k (C' k) -> worth C' (r o C') f = expect f (table_outcome t).
  move=> sep; apply: eq_expect => xa xb a pos.
  exact: (outcome_order ord o (erefl (C' k)) sep pos).
split; last first.
  rewrite (play None C i) // expect_table; apply: right_OPT => xa xb _.
  by case: (first xa xb).
move=> i' c; rewrite addr0 (play None C i) //.
have [k ki sep] : exists2 k, k != i' & separates k (C k).
  by have [<-|ne] := eqVneq i i'; [exists j; rewrite 1?eq_sym | exists i].
by rewrite (play (Some i') _ k) // /replace (negPf ki).
Qed.

Section Teachers.
Variables (t : teachers) (v : Q).
Hypothesis two : two_teach g (user_worths g) t.

Definition spelled_profile w0 : profile G := fun i => spelling_rule w0 (rule_of t i).

Lemma two_agents : exists i j : agent, [/\ i = first_teacher t :> nat,
  j = second_teacher t :> nat & i != j].
Proof.
case/and5P: two => li lj ne _ _.
by exists (Ordinal li), (Ordinal lj); split.
Qed.

Lemma some_word : exists w0 : words, true.
Proof.
case/and5P: two => _ _ _ /and5P[pos _ _ _ _] _.
by case/card_gt0P: (leq_trans pos known_words_le) => w0 _; exists w0.
Qed.

Theorem some_bayes : revealed_to_all g t v -> holds R law lots words (SomeEquilibrium BayesianUser v).
Proof.
case/and4P=> opt _ no_favour how.
have [w0 _] := some_word; have [l _] := some_lot.
have [i [j [Ei Ej ij]]] := two_agents; rewrite -Ei -Ej in how.
have [r [rb ord bel]] := @first_response R G l some_question.
have ties_obeyed : obeys_ties r by rewrite /obeys_ties; case: (ties g) no_favour.
exists r, (spelled_profile w0).
have [eqm attains] : equilibrium 0 r (spelled_profile w0) /\
    worth (spelled_profile w0) (r None (spelled_profile w0)) u = OPT G.
  case/and5P: two => _ _ _; rewrite -Ei -Ej => teach_i teach_j.
  case/orP: how => [uniq|/andP[sep_i sep_j]]; last first.
    by apply: (full_revelation_first (i := i) (j := j)) => //; apply: words_separate_of.
  have unique := unique_best_of teach_i uniq.
  have tell_i : tells i (spelled_profile w0 i) (fun _ _ => some_question)
    (table_of (rule_of t i)) by apply: deviation_tells.
  have ti : teaches i (spelled_profile w0 i).
    exact: tells_teaches (table_right teach_i) tell_i.
  have tell_j : tells j (spelled_profile w0 j) (fun _ _ => some_question)
    (table_of (rule_of t j)) by apply: deviation_tells.
  have tj : teaches j (spelled_profile w0 j).
    exact: tells_teaches (table_right teach_j) tell_j.
  split; first by apply: (@full_revelation R G r rb _ i j ij unique).
  exact: ti (erefl _) (rb None _).
split=> //; last by rewrite attains; apply: optimum_is.
move=> k c; apply: le_trans (eqm k c) _; rewrite ler_add2l.
by case/andP: opt => pos _; apply: slack_ge0.
Qed.

(** In the same words, she plays against the rule in the same way. *)
Lemma some_same_rule : is_optimum g v -> spelled_alike g t ->
  exists (r : response G) pick C, [/\ best_ai r pick,
    (ties_by_order r (picked pick) /\ ties_by_belief r (picked pick)) /\ anonymous r pick,
    equilibrium (rational R (slack g)) r C & worth C (r None C) u = rational R v].
Proof.
move=> opt /all_belowP same.
have [w0 _] := some_word; have [l _] := some_lot.
have [i [j [Ei Ej ij]]] := two_agents; rewrite -Ei -Ej in same.
case/and5P: two => _ _ _; rewrite -Ei -Ej => teach_i teach_j.
have /and5P[_ _ _ _ named_i] := teach_i; have /and5P[_ _ _ _ named_j] := teach_j.
pose C := spelled_profile w0.
have rule_same : same_rule i (C i) j (C j).
  move=> xb past q a; rewrite /C /spelled_profile /spelling_rule /spell /spelled.
  by rewrite (val_seen _ named_i) (val_seen _ named_j) (eqP (same xb)).
pose s0 : strategy G := @best_reply R G l some_question C.
have tell_i : tells i (C i) (fun _ _ => some_question) (table_of (rule_of t i)).
  exact: deviation_tells.
have attains : worth C (@alone R G l some_question u i (C i)) u = OPT G.
  have offer := tells_worth_alone s0 (table_right teach_i) tell_i.
  rewrite (worth_alone_unique offer (@worth_alone_gain R G l some_question i (C i))).
  exact: alone_worth.
pose prefers (o : option agent) := if o == Some i then j else i.
have stays o : prefers o = if o == Some i then j else i by [].
have best k : worth C (@alone R G l some_question u k (C k)) u
    <= worth C (@alone R G l some_question u i (C i)) u by rewrite attains worth_le_OPT.
have eqm := same_rule_equilibrium i ij rule_same stays best attains.
exists (@by_preference R G l some_question i prefers), (@preferred R G l some_question i prefers), C.
split; [exact: preferred_best | | |].
- split; last exact: preferred_anonymous.
  by split; [exact: preferred_order | exact: preferred_belief].
- move=> k c; apply: le_trans (eqm k c) _; rewrite ler_add2l.
  by case/andP: opt => pos _; apply: slack_ge0.
by rewrite (preferred_path i stays best) attains; apply: optimum_is.
Qed.

Theorem some_best_ai : revealed_to_one g t v -> holds R law lots words (SomeEquilibrium PickingUser v).
Proof.
case/and3P=> opt _ how; move: how; case E : (ties g) => same //; last first.
- have [r [pick [C [rb [[ord _] anon] eqm value]]]] := some_same_rule opt same.
  by exists r, pick, C; split=> //; rewrite /obeys_ties_picking E.
- have [r [pick [C [rb [[_ bel] anon] eqm value]]]] := some_same_rule opt same.
  by exists r, pick, C; split=> //; rewrite /obeys_ties_picking E.
have [w0 _] := some_word; have [l _] := some_lot.
have [i [j [Ei Ej ij]]] := two_agents; rewrite -Ei -Ej in same.
case/and5P: two => _ _ _; rewrite -Ei -Ej => teach_i teach_j.
set C := spelled_profile w0; pose ask_any := (fun (_ : XA) (_ : private G) => some_question).
pose s0 : strategy G := @best_reply R G l some_question C.
pose heeds k d := heed s0 k (spelling_rule w0 d) ask_any (table_of d).
have tell_i : tells i (C i) ask_any (table_of (rule_of t i)) by apply: deviation_tells.
have tell_j : tells j (C j) ask_any (table_of (rule_of t j)) by apply: deviation_tells.
have play_i f : worth C (heeds i (rule_of t i)) f = expect f (table_outcome (table_of (rule_of t i))).
  by apply: eq_expect => xa xb a pos; apply: heed_outcome.
have play_j f : worth C (heeds j (rule_of t j)) f = expect f (table_outcome (table_of (rule_of t j))).
  by apply: eq_expect => xa xb a pos; apply: heed_outcome.
have attains : worth C (heeds i (rule_of t i)) u = OPT G.
  by rewrite play_i expect_table; apply: right_OPT (table_right teach_i).
have alike f : worth C (heeds i (rule_of t i)) f = worth C (heeds j (rule_of t j)) f.
  rewrite play_i play_j; apply: eq_expect => xa xb a _; rewrite /table_outcome.
  suff -> : table_of (rule_of t i) xa xb = table_of (rule_of t j) xa xb by [].
  apply/val_inj; rewrite /= [LHS](table_told teach_i) [RHS](table_told teach_j).
  by move/all_belowP/(_ xa)/all_belowP/(_ xb)/eqP: same.
have hear_i : hears_only (heeds i (rule_of t i)) i by move=> l'; apply: heed_hears.
have hear_j : hears_only (heeds j (rule_of t j)) j by move=> l'; apply: heed_hears.
have ji : j != i by rewrite eq_sym.
have most k c s' : hears_only s' k ->
    worth (replace C k c) s' u <= worth C (heeds i (rule_of t i)) u.
  by move=> _; rewrite attains; apply: worth_le_OPT.
have [r [pick [rb path eqm]]] := common_rule hear_i hear_j ji alike most.
exists r, pick, C; split=> //.
- by rewrite /obeys_ties_picking E.
- move=> k c; apply: le_trans (eqm k c) _; rewrite ler_add2l.
  by case/andP: opt => pos _; apply: slack_ge0.
by rewrite path attains; apply: optimum_is.
Qed.
End Teachers.

End Sound.
