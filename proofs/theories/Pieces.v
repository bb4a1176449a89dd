(** * Bounds that are improved piece by piece: the check, and that it is right (theory.md 6.5)

    There is one round in which only the agents speak, and the alphabet is rich.  Where she
    has at least [lo] in every equilibrium, the numbers of a piece show that she has at
    least [hi].  The check is computation with integers and fractions, as in Checker.v. *)

From Coq Require Import ZArith QArith_base.
From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound BestAI Prices Climb Perturbed.
From Alignment Require Import Arithmetic Instance Checker CheckerLemmas CheckerSound OfferedTalk.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.
Delimit Scope Z_scope with Z.   (* mathcomp's integers and rationals are not used *)
Delimit Scope Q_scope with Q.

(** ** The certificate *)

(** Two offers of an agent: by a word he recommends an action for each x_A.  He recommends
    with these chances, given what he sees, over one denominator; the perturbation makes her follow
    where she need not.  Where she has [x] he then secures [level + slope * (x - lo)]. *)
Record two_offers := TwoOffers {
  recommends : seq (seq nat);      (* by word and x_A *)
  sent_over : Z;
  sent_low : seq (seq Z);          (* by what he sees and word *)
  sent_high : seq (seq Z);
  perturbations : seq (seq Z);
  level : Q;
  slope : Q }.

(** A piece: where it ends, multipliers of its program, that of what she has at least, and
    the offers of each agent. *)
Record piece := Piece {
  upper : Q;
  improves : program;
  from_lower : Z;                  (* over program_over *)
  offers_of : seq two_offers }.

(** ** The check *)
Definition no_offers := TwoOffers [::] 1 [::] [::] [::] 0%Q 0%Q.
Definition two_of x i := nth no_offers (offers_of x) i.
Definition words_of o := size (recommends o).
Definition recommends_to o m xa := nth 0%N (nth [::] (recommends o) m) xa.

(** What an action is worth by a word, and where he sees the same. *)
Definition by_word g i (w : seq (seq (seq Z))) (p : seq (seq Z)) m xa a :=
  total (agent_observations g) (fun xb => at2 p (seen g i xb) m * at3 w xa xb a)%Z.
Definition in_cell g i (w : seq (seq (seq Z))) o xa a :=
  total (agent_observations g) (fun xb => if seen g i xb == o then at3 w xa xb a else 0%Z).
Definition alike g i w xa a b := all_below (agent_observations g) (fun o =>
  in_cell g i w o xa a =? in_cell g i w o xa b)%Z.

Definition lawful_offers g o :=
  (0 <? sent_over o)%Z && all_below (agent_observations g) (fun c =>
    [&& all_below (words_of o) (fun m => (0 <=? at2 (sent_low o) c m)%Z
          && (0 <=? at2 (sent_high o) c m)%Z && (0 <=? at2 (perturbations o) c m)%Z),
     (total (words_of o) (at2 (sent_low o) c) =? sent_over o)%Z,
     (total (words_of o) (at2 (sent_high o) c) =? sent_over o)%Z
     & (total (words_of o) (at2 (perturbations o) c) <=? sent_over o)%Z]).
Definition she_follows g i (w : seq (seq (seq Z))) o :=
  all_below (words_of o) (fun m => all_below (user_observations g) (fun xa =>
    let b := recommends_to o m xa in
    (b < actions g)%N && all_below (actions g) (fun a =>
      alike g i w xa a b ||
      [&& (by_word g i w (sent_low o) m xa a <=? by_word g i w (sent_low o) m xa b)%Z,
       (by_word g i w (sent_high o) m xa a <=? by_word g i w (sent_high o) m xa b)%Z
       & (by_word g i w (perturbations o) m xa a <? by_word g i w (perturbations o) m xa b)%Z]))).

(** What he gets at the worst, and what she gets. *)
Definition worst_given g i w (wi : seq (seq (seq Z))) o p :=
  total (user_observations g) (fun xa => total (words_of o) (fun m =>
    let b := recommends_to o m xa in
    least_of (actions g) (fun a => alike g i w xa a b) (by_word g i wi p m xa)
             (by_word g i wi p m xa b))).
Definition given_to_her g i w o p :=
  total (user_observations g) (fun xa => total (words_of o) (fun m =>
    by_word g i w p m xa (recommends_to o m xa))).

(** A fraction is at most a number over the offers' denominators. *)
Definition at_most g o (q : Q) z := (Qnum q * (sent_over o * grain g) <=? Zpos (Qden q) * z)%Z.
Definition offers_hold g (w : seq (seq (seq Z))) ws lo hi i o :=
  let wi := nth [::] ws i in
  [&& cells_named g i, (words_of o <= actions g)%N, lawful_offers g o, she_follows g i w o
   & [&& at_most g o (level o) (worst_given g i w wi o (sent_low o)),
      at_most g o (level o + slope o * (hi + - lo))%Q (worst_given g i w wi o (sent_high o))
      & (number_of_agents g == 1%N) ||
        at_most g o lo (given_to_her g i w o (sent_low o)) &&
        at_most g o hi (given_to_her g i w o (sent_high o))]].

(** The inequality at every point for every action: what is left of her payoff is the
    multiplier that remains and the slopes. *)
Definition of_agents g (F : nat -> Q) : Q :=
  foldr (fun i => Qplus (F i)) 0%Q (iota 0 (number_of_agents g)).
Definition times_lambda x (F : nat -> Q) i :=
  (inject_Z (multiplier (deviation_of (improves x) i)) * F i)%Q.
Definition left_of_her g x : Q :=
  (inject_Z (program_over (improves x) - from_lower x)
   + of_agents g (times_lambda x (fun i => slope (two_of x i))))%Q.
Definition piece_row g w ws x :=
  let q := left_of_her g x in
  all_below (user_observations g) (fun xa => all_below (agent_observations g) (fun xb =>
    all_below (actions g) (fun a =>
      Zpos (Qden q) * of_program g (improves x) w ws xa xb a <=? Qnum q * at3 w xa xb a)%Z)).

Definition sum_marginal g p := total (user_observations g) (fun xa =>
  total (agent_observations g) (at2 (marginal p) xa)).
Definition piece_reaches g lo x := Qle_bool
  (upper x * inject_Z (program_over (improves x)))
  (Qmake (sum_marginal g (improves x)) (Z.to_pos (grain g))
   + of_agents g (times_lambda x (fun i =>
       level (two_of x i) + - (slope (two_of x i) * lo) + - slack g))
   + inject_Z (from_lower x) * lo)%Q.

Definition piece_holds g whose lo x :=
  let w := user_worths g in
  let ws := all_agent_worths g in
  let p := improves x in
  [&& (length g == 1%N) && (user_messages g == 1%N), hears_one g whose,
   if agent_words g is None then true else false,
   (Qnum lo * Zpos (Qden (upper x)) <? Qnum (upper x) * Zpos (Qden lo))%Z
   & [&& signed_program g p, (0 <=? from_lower x)%Z,
      piece_row g w ws x, piece_reaches g lo x
      & all_below (number_of_agents g) (fun i =>
          ~~ deviates p i || offers_hold g w ws lo (upper x) i (two_of x i))]].
Fixpoint pieces_hold g whose lo xs (v : Q) :=
  if xs is x :: xs' then piece_holds g whose lo x && pieces_hold g whose (upper x) xs' v
  else Qle_bool v lo.

(** ** It is right *)

Section Fractions.
Variable R : realFieldType.
Notation num := (number R).
Let den0 (q : Q) : num (Zpos (Qden q)) != 0. Proof. by rewrite gt_eqF ?number_pos. Qed.

Lemma rationalD p q : rational R (p + q) = rational R p + rational R q.
Proof.
by rewrite /rational (addf_div _ _ (den0 p) (den0 q)) -!numberM -numberD.
Qed.
Lemma rationalM p q : rational R (p * q) = rational R p * rational R q.
Proof. by rewrite /rational mulf_div -!numberM. Qed.
Lemma rationalN q : rational R (- q) = - rational R q.
Proof. by rewrite /rational /= numberN mulNr. Qed.
Lemma rationalZ z : rational R (inject_Z z) = num z.
Proof. by rewrite /rational /= divr1. Qed.
Lemma rational_leb p q : Qle_bool p q -> rational R p <= rational R q.
Proof.
rewrite /Qle_bool => /(number_le R); rewrite !numberM => le.
by rewrite ler_pdivr_mulr ?number_pos // mulrAC ler_pdivl_mulr ?number_pos.
Qed.
End Fractions.

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

Lemma number_of_agents_total F : rational R (of_agents g F) = \sum_(i < number_of_agents g) rational R (F i).
Proof.
rewrite -(big_mkord xpredT (fun i => rational R (F i))) unlock /index_iota subn0 /of_agents.
by elim: (iota 0 _) => [|i s IH] /=; rewrite ?rationalD ?IH // /rational /= mul0r.
Qed.

Variables (whose : user) (lo : Q) (x : piece).
Hypothesis ok : piece_holds g whose lo x.
Notation p := (improves x).
Notation hi := (upper x).
Notation lam := (lambda (multipliers_of R law lots words p)).
Let K0 : 0 < num (grain g). Proof. exact: grain_gt0. Qed.
Let signed : signed_program g p. Proof. by case/and5P: ok => _ _ _ _ /and5P[]. Qed.
Let M0 : 0 < num (program_over p). Proof. exact: (over_gt0 R signed). Qed.
Let one_round : rounds G = 1%N.
Proof. by case/and5P: ok => /andP[/eqP]. Qed.
Let silent (q : question G) : q = quiet.
Proof. by case/and5P: ok => /andP[_ /eqP one] _ _ _ _; apply: only_question. Qed.

Section Offers.
Variables (i : agent).
Notation o := (two_of x i).
Hypothesis held : offers_hold g (user_worths g) (all_agent_worths g) lo hi i o.

Let named : cells_named g i. Proof. by case/and5P: held. Qed.
Let over0 : 0 < num (sent_over o).
Proof. by case/and5P: held => _ _ /andP[pos _] _ _; apply: number_gt0. Qed.

Definition chance_of (t : seq (seq Z)) (c : view G) (m : 'I_(words_of o)) : R :=
  num (at2 t c m) / num (sent_over o).

Lemma chances_ge0 t : [\/ t = sent_low o, t = sent_high o | t = perturbations o] ->
  forall c m, 0 <= chance_of t c m.
Proof.
move=> is_in c m; rewrite divr_ge0 ?(ltW over0) // number_ge0 //.
case/and5P: held => _ _ /andP[_ /all_belowP/(_ c)/and4P[/all_belowP/(_ m) pos _ _ _]] _ _.
by move: pos; case/andP => /andP[l h] n; case: is_in => ->.
Qed.

Lemma chances_sum t c : \sum_m chance_of t c m = num (total (words_of o) (at2 t c)) / num (sent_over o).
Proof. by rewrite -mulr_suml number_total. Qed.

Lemma low_one c : \sum_m chance_of (sent_low o) c m = 1.
Proof.
case/and5P: held => _ _ /andP[_ /all_belowP/(_ c)/and4P[_ /(number_eq R) E _ _]] _ _.
by rewrite chances_sum E divff ?gt_eqF.
Qed.
Lemma high_one c : \sum_m chance_of (sent_high o) c m = 1.
Proof.
case/and5P: held => _ _ /andP[_ /all_belowP/(_ c)/and4P[_ _ /(number_eq R) E _]] _ _.
by rewrite chances_sum E divff ?gt_eqF.
Qed.
Lemma perturbation_one c : \sum_m chance_of (perturbations o) c m <= 1.
Proof.
case/and5P: held => _ _ /andP[_ /all_belowP/(_ c)/and4P[_ _ _ /(number_le R) E]] _ _.
by rewrite chances_sum ler_pdivr_mulr // mul1r.
Qed.

(** Words: those that recommend, then one for all that he may see. *)
Definition code (w0 : words) (t : 'I_(words_of o) + view G) : word G :=
  word_number w0 (match t with inl m => m : nat | inr c => (words_of o + (c : 'I__))%N end).
Lemma code_inj w0 : injective (code w0).
Proof.
have many : (words_of o + agent_observations g <= #|words|)%N.
  case/and5P: held => _ few _ _ _; case/and5P: ok => _ _ rich _ _.
  case/andP: fit => _; case: (agent_words g) rich => // _ le.
  by apply: leq_trans le; rewrite addnC leq_add2l.
have below (t : 'I_(words_of o) + view G) :
    (match t with inl m => m : nat | inr c => (words_of o + (c : 'I__))%N end < #|words|)%N.
  apply: leq_trans many; case: t => [m|c]; first exact: leq_trans (ltn_ord m) (leq_addr _ _).
  by rewrite ltn_add2l.
move=> t t' /eqP; rewrite nth_uniq -?cardE ?enum_uniq ?below // => /eqP.
case: t t' => [m|c] [m'|c'] /=.
- by move/val_inj->.
- by move=> E; have := ltn_ord m; rewrite E ltnNge leq_addr.
- by move=> E; have := ltn_ord m'; rewrite -E ltnNge leq_addr.
by move/eqP; rewrite eqn_add2l => /eqP/val_inj ->.
Qed.

Definition recommended (m : 'I_(words_of o)) (xa : XA) : A :=
  insubd (some_action G) (recommends_to o m xa).
Lemma val_recommended m xa : recommended m xa = recommends_to o m xa :> nat.
Proof.
case/and5P: held => _ _ _ /all_belowP/(_ m)/all_belowP/(_ xa)/andP[lt _] _.
by rewrite /recommended insubdK.
Qed.

Lemma if_told_word table t xa m a : if_told i (chance_of t) (pay table) xa m a
  = num (by_word g i (worths g table) t m (xa : 'I__) (a : 'I__)) / (num (sent_over o) * num (grain g)).
Proof.
rewrite /if_told number_total mulr_suml; apply: eq_bigr => xb _.
rewrite W_worths numberM invfM mulrACA /chance_of.
by rewrite -(@val_seen R g law lots words i xb named).
Qed.

Lemma in_cell_sum (c : view G) (xa : XA) (a : A) :
  \sum_(xb | sees i xb == c) W u xa xb a
  = num (in_cell g i (user_worths g) (c : 'I__) xa a) / num (grain g).
Proof.
rewrite number_total mulr_suml big_mkcond /=; apply: eq_bigr => xb _.
rewrite -val_eqE /= -[X in X == _]/(nat_of_ord (sees i xb)).
rewrite (@val_seen R g law lots words i xb named).
by case: eqP => _; rewrite ?mul0r // W_user.
Qed.

Lemma alike_same xa a b : same_to_her i xa a b <->
  alike g i (user_worths g) (xa : 'I__) (a : 'I__) (b : 'I__).
Proof.
have cancel (y z : Z) : num y / num (grain g) = num z / num (grain g) -> (y =? z)%Z.
  move=> E; have {}E : num y = num z by apply: (mulIf _ E); rewrite invr_neq0 // gt_eqF.
  have le y' z' : num y' = num z' -> (y' <= z')%Z.
    by move=> E'; apply/Z.leb_spec0; rewrite -(number_leE R) E'.
  by apply/Z.eqb_spec/Z.le_antisymm; apply: le.
split=> [same|/all_belowP same c]; last first.
  by rewrite !in_cell_sum (number_eq R (same c)).
by apply/all_belowP => c; apply: cancel; rewrite -!in_cell_sum; apply: same.
Qed.

Lemma follows_it m xa a : same_to_her i xa a (recommended m xa) \/
  [/\ if_told i (chance_of (sent_low o)) u xa m a
        <= if_told i (chance_of (sent_low o)) u xa m (recommended m xa),
      if_told i (chance_of (sent_high o)) u xa m a
        <= if_told i (chance_of (sent_high o)) u xa m (recommended m xa)
    & if_told i (chance_of (perturbations o)) u xa m a
        < if_told i (chance_of (perturbations o)) u xa m (recommended m xa)].
Proof.
have -> : u = pay (utility g) by [].
case/and5P: held => _ _ _ /all_belowP/(_ m)/all_belowP/(_ xa)/andP[_ /all_belowP/(_ a) best] _.
move: best; cbv zeta; rewrite -val_recommended => /orP[same|/and3P[l h n]]; first by left; apply/alike_same.
right; have D0 : 0 < num (sent_over o) * num (grain g) by apply: mulr_gt0.
by split; rewrite !if_told_word ?ler_pmul2r ?ltr_pmul2r ?invr_gt0 // ?number_leE ?number_ltE.
Qed.

Lemma at_mostP q z : at_most g o q z ->
  rational R q <= num z / (num (sent_over o) * num (grain g)).
Proof.
move=> /(number_le R) le; apply: rational_le; first exact: mulr_gt0.
by move: le; rewrite !numberM.
Qed.

Lemma worst_gives t e : at_most g o e
    (worst_given g i (user_worths g) (nth [::] (all_agent_worths g) i) o t) ->
  gets_at_least i recommended (chance_of t) (rational R e).
Proof.
move=> /at_mostP le f same; apply: le_trans le _.
have -> : U i = pay (nth [::] (agent_utilities g) i) by [].
rewrite number_total mulr_suml; apply: ler_sum => xa _.
rewrite number_total mulr_suml; apply: ler_sum => m _.
rewrite if_told_word ler_pmul2r ?invr_gt0 ?mulr_gt0 // number_leE.
rewrite nth_tabulate // -/(agent_worths g i); apply/Z.leb_spec0.
cbv zeta; rewrite -val_recommended; apply: (@le_least_of (actions g) _ _ _ (f xa m)) => //.
by apply/alike_same.
Qed.

Lemma her_given t : to_her i recommended (chance_of t)
  = num (given_to_her g i (user_worths g) o t) / (num (sent_over o) * num (grain g)).
Proof.
rewrite number_total mulr_suml; apply: eq_bigr => xa _.
rewrite number_total mulr_suml; apply: eq_bigr => m _.
have -> : u = pay (utility g) by [].
by rewrite if_told_word val_recommended.
Qed.

Lemma lo_hi : rational R lo < rational R hi.
Proof. by case/and5P: ok => _ _ _ lt _; apply: rational_lt. Qed.

Lemma offers_line (r : response G) pick : best_ai r pick ->
  frontier_secures r (rational R lo) (rational R hi) i
    (rational R (level o) - rational R (slope o) * rational R lo) (- rational R (slope o)).
Proof.
move=> rb; have [l0 _] := some_lot fit.
have [w0 _] : exists w0 : words, true.
  have : (0 < #|words|)%N.
    case/and5P: ok => _ _ rich _ _; case/andP: fit => _.
    case: (agent_words g) rich => // _; apply: leq_trans.
    by rewrite addn_gt0 actions_gt0 // orbT.
  by case/card_gt0P=> w _; exists w.
case/and5P: (held) => _ _ _ _ /and3P[low high her].
have low_gives := worst_gives low; have high_gives := worst_gives high.
have heard : (rational R lo <= to_her i recommended (chance_of (sent_low o)) /\
    rational R hi <= to_her i recommended (chance_of (sent_high o))) \/ forall j : agent, j = i.
  case/orP: her => [/eqP one|/andP[l h]]; [right | left].
    by move=> j; apply: (only_agent i one j).
  by rewrite !her_given; split; apply: at_mostP.
have sec := @offers_secure R G l0 quiet i silent one_round _ recommended _ _ _ _ (@code_inj w0)
  (chances_ge0 (Or31 _ _ erefl)) low_one (chances_ge0 (Or32 _ _ erefl)) high_one
  (chances_ge0 (Or33 _ _ erefl)) perturbation_one
  follows_it _ _ low_gives high_gives r pick _ _ rb lo_hi heard.
have E : (rational R (level o + slope o * (hi + - lo)) - rational R (level o))
    / (rational R hi - rational R lo) = rational R (slope o).
  rewrite rationalD rationalM rationalD rationalN addrC addKr mulfK // subr_eq0 gt_eqF //.
  exact: lo_hi.
by move: sec; cbv zeta; rewrite E.
Qed.
End Offers.

(** ** The inequality *)
Definition betas (i : agent) : R := - rational R (slope (two_of x i)).
Definition alphas (i : agent) : R :=
  rational R (level (two_of x i)) - rational R (slope (two_of x i)) * rational R lo.
Definition rho : R := num (from_lower x) / num (program_over p).

Lemma fraction_le (q : Q) (z w : Z) : (Zpos (Qden q) * z <=? Qnum q * w)%Z ->
  num z <= rational R q * num w.
Proof.
move=> /(number_le R); rewrite !numberM => le.
by rewrite /rational mulrAC ler_pdivl_mulr ?number_pos // [leLHS]mulrC.
Qed.

Lemma left_is : rational R (left_of_her g x)
  = num (program_over p) * (1 - rho - \sum_i lam i * betas i).
Proof.
rewrite rationalD rationalZ numberB number_of_agents_total !mulrBr mulr1 /rho.
rewrite [_ * (_ / _)]mulrC divfK ?gt_eqF //; congr (_ + _).
rewrite mulr_sumr -sumrN; apply: eq_bigr => i _.
rewrite /times_lambda rationalM rationalZ /betas /= mulrN mulrN opprK mulrA.
by rewrite [num (program_over p) * _]mulrC divfK ?gt_eqF.
Qed.

Lemma collect (Z B k m n w : R) : 0 < k -> 0 < m -> Z <= m * (1 - n - B) * w ->
  Z / (k * m) + B * (w / k) + n * (w / k) <= w / k.
Proof.
move=> k0 m0 le; rewrite -addrA -mulrDl.
rewrite -ler_subr_addr -[X in X - _]mul1r -mulrBl ler_pdivr_mulr ?mulr_gt0 //.
apply: le_trans le _; rewrite opprD addrA [1 - B - n]addrAC; set E := 1 - n - B.
by rewrite mulrA -[E * (w / k) * k]mulrA divfK ?gt_eqF // -mulrA mulrC.
Qed.

Lemma row_holds : piece_feasible (multipliers_of R law lots words p) betas rho.
Proof.
case/and5P: ok => _ _ _ _ /and5P[_ tau0 /all_belowP row _ _].
split=> [||| xa xb a].
- exact: (kap_ge0 signed).
- exact: (lam_ge0 signed).
- by rewrite divr_ge0 ?(ltW M0) ?number_ge0.
have {row}/all_belowP/(_ xb)/all_belowP/(_ a)/fraction_le := row xa.
rewrite left_is => le.
under [X in _ + _ + X + _]eq_bigr do rewrite mulrDr.
rewrite big_split addrA left_side /=.
have -> : \sum_(i : agent) lam i * (betas i * W u xa xb a) = (\sum_i lam i * betas i) * W u xa xb a.
  by rewrite mulr_suml; apply: eq_bigr => i _; rewrite mulrA.
by rewrite W_worths; apply: collect le.
Qed.

(** ** The improvement *)
Lemma reaches_it : rational R hi <=
  (\sum_xa \sum_xb pi (multipliers_of R law lots words p) xa xb)
  + \sum_i lam i * (alphas i - rational R (slack g)) + rho * rational R lo.
Proof.
case/and5P: ok => _ _ _ _ /and5P[_ _ _ /(rational_leb R) le _].
move: le; rewrite !rationalD !rationalM !rationalZ number_of_agents_total => le.
rewrite -(ler_pmul2r M0); apply: le_trans le _; rewrite !mulrDl le_eqVlt; apply/orP; left; apply/eqP.
congr (_ + _ + _); last by rewrite /rho mulrAC divfK ?gt_eqF.
  rewrite /rational /sum_marginal /Qnum /Qden Z2Pos.id; last first.
    by apply/Z.ltb_spec0; rewrite -(number_ltE R).
  rewrite number_total !mulr_suml; apply: eq_bigr => xa _; rewrite number_total !mulr_suml.
  by apply: eq_bigr => xb _; rewrite /= invfM mulrA divfK ?gt_eqF.
rewrite mulr_suml; apply: eq_bigr => i _.
rewrite /times_lambda rationalM rationalZ !rationalD !rationalN rationalM /alphas /=.
by rewrite [RHS]mulrAC divfK ?gt_eqF.
Qed.

Lemma improved (r : response G) pick C : best_ai r pick ->
  equilibrium (rational R (slack g)) r C ->
  rational R lo <= worth C (r None C) u -> rational R hi <= worth C (r None C) u.
Proof.
move=> rb eqm; apply: (climb rb row_holds _ eqm reaches_it) => i pos.
apply: (offers_line _ rb).
case/and5P: ok => _ _ _ _ /and5P[_ _ _ _ /all_belowP/(_ i)].
by rewrite (lambda_deviates pos).
Qed.

Lemma improves_claim : holds R law lots words (EveryEquilibrium whose lo) ->
  holds R law lots words (EveryEquilibrium whose hi).
Proof.
case/and5P: ok => _ alone _ _ _; move: alone improved.
case: whose => /= [/eqP one|_] better base; last first.
  by move=> r pick C rb obeys eqm; apply: (better _ _ _ rb eqm); apply: (base _ _ _ rb obeys eqm).
move=> r C rb obeys eqm.
have lt : (0 < number_of_agents g)%N by rewrite one.
pose i : agent := Ordinal lt; pose pick : picking G := fun _ _ _ => i.
have rp : best_ai r pick.
  move=> o C'; split=> [l _ xa h h' E|j s _]; last exact: rb.
  suff -> : h = h' by split.
  by apply/ffunP => j; apply: E; rewrite inE (only_agent i one j).
by apply: (better _ _ _ rp eqm); apply: (base _ _ rb obeys eqm).
Qed.
End Sound.

Theorem pieces_sound (R : realFieldType) (lots words : finType) g (law : lawful g) whose lo xs v :
  enough g lots words -> pieces_hold g whose lo xs v ->
  holds R law lots words (EveryEquilibrium whose lo) ->
  holds R law lots words (EveryEquilibrium whose v).
Proof.
move=> fit; elim: xs lo => [|x xs IH] lo /=; last first.
  case/andP=> ok rest base; apply: IH rest _; exact: (@improves_claim R g law lots words fit _ _ _ ok base).
move=> /(rational_leb R) le; case: whose => base.
  by move=> r C rb obeys eqm; apply: le_trans le (base _ _ rb obeys eqm).
by move=> r pick C rb obeys eqm; apply: le_trans le (base _ _ _ rb obeys eqm).
Qed.

Print Assumptions pieces_sound.
