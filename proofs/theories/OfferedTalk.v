(** * Conversations that an agent could offer: the check, and that it is right (theory.md 5.2)

    A deviation is a rule without lots that may answer what she asks.  What it is worth to
    her is found by backward induction, and so is what it surely gives him: with a great
    multiple of her payoff less his as payoffs, her best replies are worth most where they
    are worst for him.  The check is computation with integers, as in Checker.v. *)

From Coq Require Import ZArith QArith_base.
From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Revealing BestAI Induction Alone Team.
From Alignment Require Import TeamValue Arithmetic Instance Checker CheckerLemmas CheckerSound.
From Alignment Require Import TeamChecker.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.
Delimit Scope Z_scope with Z.   (* mathcomp's integers are not used *)

(** ** The certificate *)

(** A conversation is over, or has for each question of hers the words for what he may see,
    and how it goes on after each word. *)
Inductive talk := Over | Answers (by_question : seq (seq nat * seq talk)).

(** A talk that an agent offers, and a multiple of her payoffs. *)
Record offer := Offer { offered : talk; tilt : Z }.

(** ** The check *)
Definition answers t q := if t is Answers l then nth ([::], [::]) l q else ([::], [::]).
Definition goes_on t q m := nth Over (answers t q).2 m.

(** The word for what he sees; where no word that exists is given, the first. *)
Definition word_for g t q o :=
  let m := nth 0%N (answers t q).1 o in if (m < known_words g)%N then m else 0%N.

(** What payoffs are worth at most, by all replies of hers, where [xbs] are left. *)
Fixpoint heard_sum g i (w : seq (seq (seq Z))) n t xa (xbs : seq nat) : Z :=
  if n is n'.+1 then
    greatest (user_messages g) (fun q => total (known_words g) (fun m =>
      heard_sum g i w n' (goes_on t q m) xa
        (filter (fun xb => word_for g t q (seen g i xb) == m) xbs)))
  else greatest (actions g) (fun a => sum_of xbs (fun xb => at3 w xa xb a)).
Definition talk_sum g i w t := total (user_observations g) (fun xa =>
  heard_sum g i w (length g) t xa (iota 0 (agent_observations g))).

(** A multiple of her payoffs, less his. *)
Definition tilted g i (z : Z) :=
  tabulate (actions g) (fun a => tabulate (states g) (fun y =>
    z * at2 (utility g) a y - at2 (agent_utility g i) a y)%Z).
Definition worst_reply g w i (o : offer) :=
  (tilt o * talk_sum g i w (offered o) - talk_sum g i (worths g (tilted g i (tilt o))) (offered o))%Z.

(** What best actions surely give him, at each point. *)
Definition worst_best g (w wi : seq (seq (seq Z))) :=
  total (user_observations g) (fun xa => total (agent_observations g) (fun xb =>
    let best := greatest (actions g) (at3 w xa xb) in
    least_of (actions g) (fun a => best <=? at3 w xa xb a)%Z (at3 wi xa xb)
             (greatest (actions g) (at3 wi xa xb)))).

(** A user who hears one agent replies to him as is best for her; one who hears several takes
    best actions where the rule alone is worth OPT to her. *)
Definition hears_one g whose := if whose is PickingUser then true else number_of_agents g == 1%N.
Definition no_offer := Offer Over 0.
Definition offer_of os i := nth no_offer os i.
Definition secured_by_offer g whose w ws os i :=
  if hears_one g whose then worst_reply g w i (offer_of os i)
  else worst_best g w (nth [::] ws i).
Definition secured_by_offers g whose w (ws : seq (seq (seq (seq Z)))) p os :=
  total (number_of_agents g) (fun i =>
    if (multiplier (deviation_of p i) =? 0)%Z then 0%Z else
    multiplier (deviation_of p i) * secured_by_offer g whose w ws os i)%Z.

(** What she has picked is worth no less than what is claimed, or not worth the offer. *)
Definition offer_suffices g whose w os v i :=
  let z := talk_sum g i w (offered (offer_of os i)) in
  cells_named g i && match whose with
  | PickingUser => (Qnum v * grain g <=? Zpos (Qden v) * z)%Z
  | BayesianUser => (number_of_agents g == 1%N) || (z =? optimum g)%Z
  end.
Definition offers_suffice g whose p os v :=
  let w := user_worths g in
  let ws := all_agent_worths g in
  [&& (0 < known_words g)%N, feasible_program g w ws p,
   reaches g (secured_by_offers g whose w ws p os) p v
   & all_below (number_of_agents g) (fun i =>
       ~~ deviates p i || offer_suffices g whose w os v i)].
Definition check_offers g whose p os (v : Q) : option claim :=
  proved (lawful g && offers_suffice g whose p os v) (EveryEquilibrium whose v).

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
Notation quiet := (some_question R law lots words).
Notation pay table := (payoff R table : A -> state G -> R).

Lemma highest_greatest n (t : 'I_n) (F : 'I_n -> R) (F' : nat -> Z) d : 0 < d ->
  (forall x : 'I_n, F x = num (F' x) / d) -> highest t F = num (greatest n F') / d.
Proof.
move=> d0 E; apply/eqP; rewrite eq_le; apply/andP; split.
  by rewrite /highest E ler_pmul2r ?invr_gt0 // number_leE; apply/Z.leb_spec0/le_most_of.
have [k lt ->] : exists2 k, (k < n)%N & greatest n F' = F' k.
  rewrite /greatest; have [->|[k lt ->]] := most_of_in n F' (F' 0%N); last by exists k.
  by exists 0%N => //; apply: leq_ltn_trans (ltn_ord t).
by rewrite -(E (Ordinal lt)) highest_ge.
Qed.

Section Talk.
Variables (w0 : words) (i : agent).
Hypotheses (named : cells_named g i) (some_words : (0 < known_words g)%N).
Notation n_th := (@word_number words w0).
Notation nr w := (index w (enum words)).

Fixpoint after_talk t (p : private G) : talk :=
  if p is (q, w) :: p' then after_talk (goes_on t (q : 'I__) (nr w)) p' else t.
Definition talk_rule t : rule G := fun o p q =>
  sure R (n_th (word_for g (after_talk t p) (q : 'I__) (o : 'I__))).

Lemma word_for_lt t q o : (word_for g t q o < known_words g)%N.
Proof. by rewrite /word_for; case: ifP. Qed.

Lemma nr_word m : (m < known_words g)%N -> nr (n_th m) = m.
Proof.
move=> lt; rewrite /word_number index_uniq ?enum_uniq // -cardE.
exact: leq_trans lt (known_words_le fit).
Qed.

(** What was not said is worth nothing. *)
Lemma unsaid f c xa n p : (forall xb, says c (sees i xb) [::] p = 0) ->
  gain_alone quiet f i c xa n p = 0.
Proof.
elim: n p => [|n IH] p none /=.
  by rewrite /most /value_alone big1 // => xb _; rewrite none mul0r.
by apply: big1 => w _; apply: IH => xb; rewrite says_rcons none mul0r.
Qed.

(** She is told in one word or another. *)
Lemma sum_known (F : words -> R) : (forall w, (known_words g <= nr w)%N -> F w = 0) ->
  \sum_w F w = \sum_(m < known_words g) F (n_th m).
Proof.
move=> none; rewrite (reindex (@enum_val words predT)) /=; last exact: onW_bij (@enum_val_bij words).
rewrite (big_ord_widen #|words| (fun m => F (n_th m)) (known_words_le fit)).
rewrite [LHS](bigID (fun m : 'I_#|words| => m < known_words g)%N) /= [X in _ + X]big1 ?addr0.
  by apply: eq_bigr => m _; rewrite (enum_val_nth w0).
move=> m; rewrite -leqNgt => le; apply: none.
by rewrite (enum_val_nth w0) index_uniq ?enum_uniq // -cardE; apply: ltn_ord.
Qed.

Lemma gain_heard table t (c : rule G) xa n p (xbs : seq nat) : uniq xbs ->
  {subset xbs <= [pred x | x < agent_observations g]%N} ->
  (forall xb past q, c (sees i xb) (p ++ past) q =1 talk_rule t (sees i xb) past q) ->
  (forall xb : XB, says c (sees i xb) [::] p = ((xb : nat) \in xbs)%:R) ->
  gain_alone quiet (pay table) i c xa n p
  = num (heard_sum g i (worths g table) n t (xa : 'I__) xbs) / num (grain g).
Proof.
have d0 : 0 < num (grain g) by apply: grain_gt0.
elim: n t p xbs => [|n IH] t p xbs uniq_xbs below speaks so_far.
  apply: most_greatest => // a; rewrite (number_sum_of _ _ uniq_xbs below) mulr_suml.
  rewrite [RHS]big_mkcond /=; apply: eq_bigr => xb _; rewrite so_far.
  by case: ifP => _; rewrite ?mul0r // mul1r W_worths.
pose F q := \sum_w gain_alone quiet (pay table) i c xa n (rcons p (q, w)).
rewrite -[LHS]/(highest (T := question G) quiet F).
rewrite [heard_sum _ _ _ _ _ _ _]/=; apply: highest_greatest => // q; rewrite /F.
have spoken xb w : says c (sees i xb) [::] (rcons p (q, w))
    = ((xb : nat) \in filter (fun xb => word_for g t q (seen g i xb) == nr w) xbs)%:R.
  rewrite says_rcons so_far -[[::] ++ p]cats0 speaks /talk_rule /= /sure /= mem_filter.
  rewrite -(@val_seen R g law lots words i xb named) andbC.
  case is_in: (_ \in xbs); rewrite ?mul0r // mul1r; congr (_%:R); congr nat_of_bool.
  have lt := word_for_lt t q (sees i xb : 'I__); apply/eqP/eqP => [->|E].
    by rewrite nr_word.
  by rewrite E /word_number nth_index ?mem_enum.
rewrite sum_known => [|w le]; last first.
  apply: unsaid => xb; rewrite spoken mem_filter; case: eqP => //= E.
  by move: le; rewrite -E leqNgt word_for_lt.
rewrite number_total mulr_suml; apply: eq_bigr => m _.
apply: IH => [||xb past q'|xb].
- by rewrite filter_uniq.
- by move=> x; rewrite mem_filter => /andP[_ /below].
- by rewrite cat_rcons => w; rewrite speaks /talk_rule /= nr_word.
by rewrite spoken nr_word.
Qed.

Lemma sum_gain_talk table t :
  \sum_xa gain_alone quiet (pay table) i (talk_rule t) xa (rounds G) [::]
  = num (talk_sum g i (worths g table) t) / num (grain g).
Proof.
rewrite number_total mulr_suml; apply: eq_bigr => xa _; apply: gain_heard => //.
- exact: iota_uniq.
- by move=> x; rewrite mem_iota.
by move=> xb; rewrite mem_iota /= ltn_ord.
Qed.

(** What it is worth to her. *)
Lemma talk_worth (l0 : lots) t : worth_alone i (talk_rule t)
  (num (talk_sum g i (user_worths g) t) / num (grain g)).
Proof.
rewrite -(sum_gain_talk (utility g) t).
exact: (@worth_alone_gain R G l0 quiet i (talk_rule t)).
Qed.

Lemma best_to_worth (l0 : lots) t C s : best_to i (talk_rule t) C s ->
  worth (replace C i (talk_rule t)) s u = num (talk_sum g i (user_worths g) t) / num (grain g).
Proof.
case=> hear most; have [[s' [hear' E]] le] := talk_worth l0 t.
by apply/eqP; rewrite eq_le le //= -(E C) most.
Qed.

(** What he gets by it at the worst, whatever best reply she plays. *)
Lemma tilted_payoff z (a : A) (y : state G) :
  payoff R (tilted g i z) a y = num z * u a y - U i a y.
Proof.
rewrite /payoff /at2 /at1 !nth_tabulate // numberB numberM mulrBl mulrA.
by [].
Qed.

Lemma worst_reply_le (l0 : lots) o C s : best_to i (talk_rule (offered o)) C s ->
  num (worst_reply g (user_worths g) i o) / num (grain g)
    <= worth (replace C i (talk_rule (offered o))) s (U i).
Proof.
move=> best; set C' := replace _ _ _; have [hear _] := best.
have most : worth C' s (pay (tilted g i (tilt o)))
    <= num (talk_sum g i (worths g (tilted g i (tilt o))) (offered o)) / num (grain g).
  rewrite -sum_gain_talk; have <- : C' i = talk_rule (offered o) by apply: replace_same.
  rewrite -(@alone_worth R G l0 quiet _ C' i).
  exact: (@alone_best R G l0 quiet _ C' s i hear).
have split : worth C' s (pay (tilted g i (tilt o))) + worth C' s (U i)
    = num (tilt o) * worth C' s u.
  rewrite -[worth C' s (U i)]mul1r -expect_add.
  transitivity (expect (fun a y => u a y + (num (tilt o) - 1) * u a y) (outcome C' s)).
    do 3![apply: eq_bigr => ? _]; congr (_ * _); apply: eq_bigr => y _; congr (_ * _).
    by rewrite tilted_payoff mul1r subrK mulrBl mul1r addrC subrK.
  by rewrite expect_add mulrBl mul1r addrC subrK.
rewrite numberB numberM mulrBl -mulrA -(best_to_worth l0 best) -/C' -split.
by rewrite ler_subl_addr addrC ler_add2l.
Qed.

End Talk.

(** ** The bound *)
Variables (whose : user) (p : program) (os : seq offer) (v : Q).
Hypothesis ok : offers_suffice g whose p os v.
Notation lam := (lambda (multipliers_of R law lots words p)).

Let feas : signed_program g p.
Proof. by case/and4P: ok => _ /andP[]. Qed.
Let row : feasible (multipliers_of R law lots words p).
Proof. by case/and4P: ok => _ /andP[_ at_most] _ _; apply: multipliers_feasible. Qed.
Let some_known : (0 < known_words g)%N.
Proof. by case/and4P: ok. Qed.

Definition gives (i : agent) : R :=
  num (secured_by_offer g whose (user_worths g) (all_agent_worths g) os i) / num (grain g).

Lemma offer_ok (i : agent) : 0 < lam i -> offer_suffices g whose (user_worths g) os v i.
Proof.
move=> /lambda_deviates dev; case/and4P: ok => _ _ _ /all_belowP/(_ i).
by rewrite dev.
Qed.

Lemma offers_bound (P : profile G -> Prop) r :
  (forall i : agent, 0 < lam i -> secures P r i (gives i)) ->
  secure_together P r lam (num (secured_by_offers g whose (user_worths g) (all_agent_worths g) p os)
    / (num (grain g) * num (program_over p))).
Proof.
move=> each; apply: secure_less (secure_each (lam_ge0 feas) each).
rewrite number_total mulr_suml; apply: ler_sum => i _; rewrite /gives.
case: Z.eqb_spec => [zero|_]; first by rewrite /= zero !mul0r.
by rewrite numberM [num (grain g) * _]mulrC invfM mulrACA.
Qed.

Theorem offers_picking : whose = PickingUser ->
  holds R law lots words (EveryEquilibrium PickingUser v).
Proof.
move=> who r pick C rb _ eqm; have [w0 _] := known_word fit some_known; have [l0 _] := some_lot fit.
have sec : secure_together (below r (rational R v)) r lam
    (num (secured_by_offers g whose (user_worths g) (all_agent_worths g) p os)
     / (num (grain g) * num (program_over p))).
  apply: offers_bound => i /offer_ok; rewrite /offer_suffices who => /andP[named le].
  pose o := offer_of os i; pose c := talk_rule w0 (offered o).
  have worth_c := talk_worth w0 named some_known l0 (offered o).
  have le_v : rational R v <= num (talk_sum g i (user_worths g) (offered o)) / num (grain g).
    by apply: rational_le (grain_gt0 _ law) _; rewrite -!numberM number_le.
  move=> C' lt; have lt' := lt_le_trans lt le_v.
  apply: (secures_offer rb worth_c _ lt') => C'' s best.
  rewrite /gives /secured_by_offer who /=.
  exact: worst_reply_le best.
have [ge|le] := best_ai_bound rb row sec eqm; first exact: ge.
by apply: le_trans le; apply: bound_reached => //; case/and4P: ok.
Qed.

Theorem offers_bayes : whose = BayesianUser ->
  holds R law lots words (EveryEquilibrium BayesianUser v).
Proof.
move=> who r C rb _ eqm; have [w0 _] := known_word fit some_known; have [l0 _] := some_lot fit.
have sec : secure_together (@every R G) r lam
    (num (secured_by_offers g whose (user_worths g) (all_agent_worths g) p os)
     / (num (grain g) * num (program_over p))).
  apply: offers_bound => i /offer_ok; rewrite /offer_suffices who => /andP[named enough].
  pose o := offer_of os i; pose c := talk_rule w0 (offered o).
  rewrite /gives /secured_by_offer who /hears_one.
  case: eqP enough => [one _ C' _|_ /= is_opt]; [exists c|].
    apply: worst_reply_le => //; split=> [l|s' _]; last exact: rb.
    move=> xa h h' E; suff -> : h = h' by split.
    by apply/ffunP => j; apply: E; rewrite inE (only_agent i one j).
  have opt : worth_alone i c (OPT G).
    by rewrite OPT_optimum -(number_eq R is_opt); apply: talk_worth.
  have teach := worth_alone_teaches opt.
  pose low (xa : XA) (xb : XB) : R :=
    let best := greatest (actions g) (at3 (user_worths g) xa xb) in
    num (least_of (actions g) (fun a => best <=? at3 (user_worths g) xa xb a)%Z
           (at3 (nth [::] (all_agent_worths g) i) xa xb)
           (greatest (actions g) (at3 (nth [::] (all_agent_worths g) i) xa xb))) / num (grain g).
  have -> : num (worst_best g (user_worths g) (nth [::] (all_agent_worths g) i)) / num (grain g)
      = \sum_xa \sum_xb low xa xb.
    rewrite number_total mulr_suml; apply: eq_bigr => xa _.
    by rewrite number_total mulr_suml.
  apply: (secures_any rb teach) => xa xb a best.
  rewrite W_agents ler_pmul2r ?invr_gt0 ?grain_gt0 // number_leE.
  apply/Z.leb_spec0/le_least_of => //.
  rewrite -(number_leE R) -(ler_pmul2r (x := (num (grain g))^-1)) ?invr_gt0 ?grain_gt0 //.
  rewrite -(most_greatest (grain_gt0 R law) (W_user xa xb)) -W_user.
  by rewrite -(most_best best).
apply: le_trans (bayes_bound rb row sec eqm).
by apply: bound_reached => //; case/and4P: ok.
Qed.

End Sound.

(** What the check says is true. *)
Theorem check_offers_sound (R : realFieldType) (lots words : finType) g (law : lawful g)
    whose p os v q : enough g lots words -> check_offers g whose p os v = Some q ->
  holds R law lots words q.
Proof.
move=> fit /proved_some[/andP[_ ok] <-]; case: whose ok => ok.
  exact: (@offers_bayes R g law lots words fit _ p os v ok (erefl _)).
exact: (@offers_picking R g law lots words fit _ p os v ok (erefl _)).
Qed.

Print Assumptions check_offers_sound.
