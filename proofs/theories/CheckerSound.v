(** * What the checker says is true *)

From Coq Require Import ZArith QArith_base.
From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Hull Revealing BestAI Arithmetic Instance Checker.
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
by case: (agent_words g) => [n /eqP ->|].
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

Lemma deviation_tells w0 p : tells (G := G) i (spelling_rule w0 d) p (table_of d).
Proof.
case/and5P: teach => _ /all_belowP exist _ /all_belowP told named.
apply: spell_tells => xa xb xb' /occurs_point occ /occurs_point occ' same.
apply/val_inj; rewrite /= -[LHS]/(nat_of_ord _) -[RHS]/(nat_of_ord _) !table_told.
have {told}/all_belowP/(_ xb') := told xb; case/orP => [/negP[]|].
  apply/all_belowP => n; rewrite -!val_seen //; apply/eqP/(word_number_inj (w0 := w0)).
  - by have /all_belowP := exist (sees i xb); apply.
  - by have /all_belowP := exist (sees i xb'); apply.
  exact: same.
by move/all_belowP/(_ xa); rewrite occ occ' => /eqP.
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

(** ** The outcome program *)

Section Program.
Variables (p : program) (v : Q).
Hypothesis ok : outcome_program g p v.

Lemma over_gt0 : 0 < num (program_over p).
Proof. by case/and5P: ok => pos _ _ _ _; apply: number_gt0. Qed.

Definition the_multipliers : multipliers G := Multipliers
  (fun (xa : XA) (xb : XB) => num (at2 (marginal p) xa xb)
     / (num (grain g) * num (program_over p)))
  (fun (xa : XA) (a b : A) => num (at3 (obedience p) xa a b) / num (program_over p))
  (fun i : agent => num (multiplier (deviation_of p i)) / num (program_over p)).

Lemma multipliers_feasible : feasible the_multipliers.
Proof.
case/and5P: ok => _ /andP[/all_belowP kap0 /all_belowP lam0] /all_belowP row _ _.
have M0 := over_gt0; have K0 := grain_gt0.
split=> [xa a b|i|xa xb a] /=.
- by rewrite divr_ge0 ?(ltW M0) ?number_ge0 //; have /all_belowP/(_ a)/all_belowP := kap0 xa.
- by rewrite divr_ge0 ?(ltW M0) ?number_ge0 //; apply: lam0.
have {row}/all_belowP/(_ xb)/all_belowP/(_ a)/(number_le R) := row xa.
rewrite !numberD numberM !number_total => le.
have KM0 : 0 < num (grain g) * num (program_over p) by apply: mulr_gt0.
have -> : \sum_(b : A) num (at3 (obedience p) xa a b) / num (program_over p)
      * (W u xa xb a - W u xa xb b)
    = (\sum_(b < actions g) num (at3 (obedience p) xa a b *
         (at3 (user_worths g) xa xb a - at3 (user_worths g) xa xb b)))
      / (num (grain g) * num (program_over p)).
  rewrite mulr_suml; apply: eq_bigr => b _.
  rewrite !W_user -mulrBl numberM numberB [num (grain g) * _]mulrC invfM.
  by rewrite mulrACA.
have -> : \sum_(i : agent) num (multiplier (deviation_of p i)) / num (program_over p)
      * W (U i) xa xb a
    = (\sum_(i < number_of_agents g) num (multiplier (deviation_of p i) *
         at3 (nth [::] (all_agent_worths g) i) xa xb a))
      / (num (grain g) * num (program_over p)).
  rewrite mulr_suml; apply: eq_bigr => i _.
  by rewrite W_agents numberM [num (grain g) * _]mulrC invfM mulrACA.
rewrite W_worths -!mulrDl ler_pdivr_mulr // mulrA divfK ?gt_eqF //.
by rewrite [leRHS]mulrC.
Qed.

Definition secured_by (i : agent) : R :=
  \sum_(xa : XA) \sum_(xb : XB)
    num (surely g (user_worths g) (nth [::] (all_agent_worths g) i) (deviation_of p i) xa xb)
    / num (grain g).

Lemma lambda_gt0 (i : agent) : 0 < lambda the_multipliers i ->
  teaches_her g (user_worths g) i (deviation_of p i).
Proof.
case/and5P: ok => _ _ _ _ /all_belowP/(_ i)/orP[/Z.eqb_eq zero|//].
by rewrite /= zero mul0r ltxx.
Qed.

Lemma bound_reached : rational R v <=
  (\sum_xa \sum_xb pi the_multipliers xa xb)
  + (\sum_i lambda the_multipliers i * secured_by i)
  - rational R (slack g) * (\sum_i lambda the_multipliers i).
Proof.
have M0 := over_gt0; have K0 := grain_gt0; have D0 := number_pos R (Qden (slack g)).
case/and5P: ok => _ _ _ /(number_le R) le _.
rewrite !(numberB, numberD, numberM) -!(numberM R (whole g)) -/(grain g) in le.
set D := num (Zpos (Qden (slack g))) in D0 le.
set K := num (grain g) in K0 le; set M := num (program_over p) in M0 le.
apply: le_trans (rational_le _ le) _; first by rewrite !mulr_gt0.
rewrite mulrBl; apply: ler_sub.
- rewrite invfM mulrACA divff ?gt_eqF // mul1r mulrDl; apply: ler_add.
    rewrite number_total mulr_suml; apply: ler_sum => xa _.
    by rewrite number_total mulr_suml.
  rewrite number_total mulr_suml; apply: ler_sum => i _.
  cbv zeta; case E: (_ =? 0)%Z.
    by rewrite /= (number_eq R E) !mul0r.
  rewrite numberM [K * M]mulrC invfM mulrACA -/M ler_wpmul2l //.
    by case: multipliers_feasible => _ lam _; apply: lam.
  rewrite number_total mulr_suml; apply: ler_sum => xa _.
  by rewrite number_total mulr_suml.
rewrite /rational -/D number_total -!mulr_suml.
rewrite [D * _]mulrC invfM [K * M]mulrC invfM.
rewrite le_eqVlt; apply/orP; left; apply/eqP.
rewrite [K * \sum_(_ < _) _]mulrC -!mulrA; congr (_ * _).
by rewrite [K * _]mulrCA mulVKf ?gt_eqF // [LHS]mulrC -mulrA.
Qed.

Theorem every_bayes (r : response G) C : bayes r ->
  equilibrium (rational R (slack g)) r C -> rational R v <= worth C (r None C) u.
Proof.
move=> rb eqm; apply: le_trans bound_reached _.
apply: (bayes_bound_each rb multipliers_feasible _ eqm) => i lam.
have teach := lambda_gt0 lam.
have [w0 _] : exists w0 : words, true.
  case/and5P: teach => pos _ _ _ _.
  by case/card_gt0P: (leq_trans pos known_words_le) => w0 _; exists w0.
have [q _] := someone_asks (r None C) i.
apply: (secures_any rb _ (surely_le teach)).
have tell : tells i (spelling_rule w0 (deviation_of p i)) (fun _ _ => q)
    (table_of (deviation_of p i)) by apply: deviation_tells.
exact: tells_teaches (table_right teach) tell.
Qed.

Theorem every_best_ai (r : response G) pick C : best_ai r pick ->
  rational R v <= OPT G ->
  equilibrium (rational R (slack g)) r C -> rational R v <= worth C (r None C) u.
Proof.
move=> rb opt eqm.
have lam0 : forall i, 0 <= lambda the_multipliers i by case: multipliers_feasible.
have sec i : 0 < lambda the_multipliers i -> secures (below r (OPT G)) r i (secured_by i).
  move=> /lambda_gt0 teach.
  have [w0 _] : exists w0 : words, true.
    case/and5P: teach => pos _ _ _ _.
    by case/card_gt0P: (leq_trans pos known_words_le) => w0 _; exists w0.
  have [q _] := someone_asks (r None C) i.
  have tell : tells i (spelling_rule w0 (deviation_of p i)) (fun _ _ => q)
      (table_of (deviation_of p i)) by apply: deviation_tells.
  have alone := tells_worth_alone (r None C) (table_right teach) tell.
  apply: (secures_offer rb alone) => C' s [hear best].
  have attains : worth (replace C' i (spelling_rule w0 (deviation_of p i))) s u = OPT G.
    apply/eqP; rewrite eq_le worth_le_OPT /=; have [[s' [hear' E]] _] := alone.
    by rewrite -(E C'); apply: best.
  apply: expect_low (outcome_is_outcome _ _) _ => xa xb a /(best_if_OPT attains).
  exact: surely_le.
have [ge|le] := best_ai_bound rb multipliers_feasible (secure_each lam0 sec) eqm.
  exact: le_trans opt ge.
exact: le_trans bound_reached le.
Qed.

End Program.

Lemma at_most_optimumP v : at_most_optimum g v -> rational R v <= OPT G.
Proof.
move=> le; rewrite OPT_optimum; apply: rational_le grain_gt0 _.
by rewrite -!numberM; apply: number_le.
Qed.

End Sound.

Lemma proved_some b q q' : proved b q = Some q' -> b /\ q = q'.
Proof. by case: b => // -[]. Qed.

(** Where the checker says something, the instance is lawful. *)
Theorem check_lawful g c q : check g c = Some q -> lawful g.
Proof. by case: c => [e m|x|x|[] v p] /= /proved_some[/andP[]]. Qed.

(** What it says is true: in every ordered field, with whatever lots, and with as many words as
    the instance has. *)
Theorem check_sound (R : realFieldType) (lots words : finType) g (law : lawful g) c q :
  enough g lots words -> check g c = Some q -> holds R law lots words q.
Proof.
move=> fit; case: c => [e m|x|x|[] v p] /= /proved_some[/andP[_ ok] <-] /=.
- case/andP: ok => near none; split; first exact: near_distance near.
  by move=> w c e' close; apply: none_nearer_distance none close.
- by rewrite OPT_optimum; apply: is_overP (grain_gt0 _ law) ok.
- by rewrite NOINFO_no_information; apply: is_overP (grain_gt0 _ law) ok.
- by move=> r C rb _; apply: (every_bayes fit ok rb).
case/andP: ok => ok le r pick C rb _; apply: (every_best_ai fit ok rb).
exact: at_most_optimumP.
Qed.

Print Assumptions check_sound.
