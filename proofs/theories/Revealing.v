(** * What a deviation reveals, and what it secures (theory.md 4.1 and 5.2)

    An agent who tells her enough makes her attain OPT, whatever the others say; what
    he has then depends on how she breaks ties. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

Section Revealing.
Variables (R : realFieldType) (G : game R).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).
Implicit Types (C : profile G) (s : strategy G) (r : response G).

(** ** Words *)

(** A table says which action is taken where; it is right if this action is best
    wherever the observations are possible. *)
Definition table := XA -> XB -> A.
Definition right (t : table) := forall xa xb, 0 < point xa xb -> is_best (W u xa xb) (t xa xb).
Definition table_outcome (t : table) xa xb a : R := (a == t xa xb)%:R.

(** The rule [c] of agent [i] lets her do what the table says: whatever the others'
    rules are, some strategy of hers does it wherever the observations are possible. *)
Definition enables i c (t : table) := forall C, C i = c -> exists s,
  forall xa xb, 0 < point xa xb -> outcome C s xa xb =1 table_outcome t xa xb.

(** She asks agent [i] what the plan says, given what was said between them. *)
Definition plan := XA -> private G -> question G.
Fixpoint follows (p : private G -> question G) (past h : private G) : bool :=
  if h is (q, m) :: h' then (q == p past) && follows p (rcons past (q, m)) h' else true.

(** The rule [c] of agent [i] tells her what the table says if she asks by the plan: two
    observations after which he may have said the same ask for the same action. *)
Definition tells i c (p : plan) (t : table) := forall xa xb xb' h,
  size h = rounds G -> follows (p xa) [::] h -> 0 < point xa xb -> 0 < point xa xb' ->
  0 < says c (sees i xb) [::] h -> 0 < says c (sees i xb') [::] h -> t xa xb = t xa xb'.

(** The rule that spells what an agent sees, one word in each round, whatever he is
    asked. *)
Definition spell (w : view G -> nat -> word G) : rule G :=
  fun o past _ => sure R (w o (size past)).

(** ** Optimality *)

Lemma slack_sum C s :
  OPT G - worth C s u
  = \sum_xa \sum_xb \sum_a outcome C s xa xb a * (most (W u xa xb) - W u xa xb a).
Proof.
rewrite -sumrB; apply: eq_bigr => xa _; rewrite -sumrB; apply: eq_bigr => xb _.
rewrite -[X in X - _]mul1r -(outcome_sum1 C s xa xb) mulr_suml -sumrB.
by apply: eq_bigr => a _; rewrite mulrBr.
Qed.

Lemma most_ge (f : A -> R) a : f a <= most f.
Proof. by rewrite /most; case: arg_maxP => // b _; apply. Qed.

Lemma most_best (f : A -> R) a : is_best f a -> f a = most f.
Proof. by move=> best; apply/eqP; rewrite eq_le most_ge /most best. Qed.

Lemma is_best_most (f : A -> R) a : most f <= f a -> is_best f a.
Proof. by move=> le b; apply: le_trans (most_ge f b) le. Qed.

Lemma slack_ge0 C s xa xb a :
  0 <= outcome C s xa xb a * (most (W u xa xb) - W u xa xb a).
Proof. by rewrite mulr_ge0 ?outcome_ge0 // subr_ge0 most_ge. Qed.

(** OPT is the most that any strategy gets her against any rules. *)
Lemma worth_le_OPT C s : worth C s u <= OPT G.
Proof.
rewrite -subr_ge0 slack_sum.
by do 3![apply: sumr_ge0 => ? _]; apply: slack_ge0.
Qed.

(** If she attains OPT she takes best actions only. *)
Lemma best_if_OPT C s : worth C s u = OPT G ->
  forall xa xb a, 0 < outcome C s xa xb a -> is_best (W u xa xb) a.
Proof.
move=> opt xa xb a pos; apply: is_best_most; rewrite -subr_le0.
(* What she has less than OPT is a sum over the points and her actions there: how often she takes
   an action, times what it is worth less than the best one.  The sum is 0. *)
move: opt => /esym/eqP; rewrite -subr_eq0 slack_sum => /eqP sum0.
(* No term is negative, so each of them is 0; that of [xa], [xb] and [a] is taken out. *)
have {}sum0 := sum_eq0 (fun xa => sumr_ge0 _ (fun xb _ =>
  sumr_ge0 _ (fun a _ => slack_ge0 C s xa xb a))) sum0 xa.
have {}sum0 := sum_eq0 (fun xb => sumr_ge0 _ (fun a _ => slack_ge0 C s xa xb a)) sum0 xb.
have /eqP := sum_eq0 (slack_ge0 C s xa xb) sum0 a.
(* She does take [a] there, so it is worth as much as the best one. *)
by rewrite mulf_eq0 gt_eqF //= => /eqP ->.
Qed.

(** What she has if her outcome is a table. *)
Lemma expect_table f t :
  expect f (table_outcome t) = \sum_xa \sum_xb W f xa xb (t xa xb).
Proof.
apply: eq_bigr => xa _; apply: eq_bigr => xb _.
exact: sum_sure.
Qed.

Lemma W_impossible f xa xb a : ~~ (0 < point xa xb) -> W (G := G) f xa xb a = 0.
Proof.
rewrite -leNgt => le0; apply: big1 => y _.
rewrite (_ : prior G (xa, xb, y) = 0) ?mul0r //.
apply: (sum_eq0 (F := fun y => prior G (xa, xb, y))) => [z|]; first exact: mass_ge0.
by apply/eqP; rewrite eq_le le0; apply: sumr_ge0 => z _; apply: mass_ge0.
Qed.

Lemma right_OPT t : right t -> \sum_xa \sum_xb W u xa xb (t xa xb) = OPT G.
Proof.
move=> best; apply: eq_bigr => xa _; apply: eq_bigr => xb _.
have [/best /most_best //|no] := boolP (0 < point xa xb).
by rewrite /most !W_impossible.
Qed.

(** If a rule lets her do what a right table says, it teaches her. *)
Theorem enables_teaches i c t : right t -> enables i c t -> teaches i c.
Proof.
move=> best en C s Ci opt; have [s' out] := en C Ci.
apply/eqP; rewrite eq_le worth_le_OPT /=; apply: le_trans (opt s').
rewrite -(right_OPT best) -expect_table /worth (@eq_expect _ _ _ _ (table_outcome t)) //.
by move=> xa xb a pos; apply: out.
Qed.

(** ** A rule that tells, enables *)

Lemma taken_reached (P : nat -> transcript G -> Prop) C s l xa xb a v n h :
  (forall n h q (m : {ffun agent -> word G}), P n.+1 h -> 0 < ask s l xa h q ->
     (forall i, 0 < C i (sees i xb) (h i) (q i) (m i)) -> P n (grow h q m)) ->
  (forall h, P 0%N h -> choose s l xa h a = v) ->
  P n h -> taken C s l xa xb n h a = v.
Proof.
move=> step last; elim: n h => [|n IH] h Ph /=; first exact: last.
transitivity (\sum_q \sum_(m : {ffun agent -> word G})
    ask s l xa h q * (\prod_i C i (sees i xb) (h i) (q i) (m i)) * v).
  apply: eq_bigr => q _; apply: eq_bigr => m _.
  have [aq|] := boolP (0 < ask s l xa h q); last first.
    by rewrite lt0r mass_ge0 andbT negbK => /eqP ->; rewrite !mul0r.
  have [/forallP all|/forallPn[i]] :=
      boolP [forall i, 0 < C i (sees i xb) (h i) (q i) (m i)].
    by rewrite IH //; apply: step.
  rewrite lt0r mass_ge0 andbT negbK => /eqP z.
  by rewrite (bigD1 i) //= z mul0r mulr0 !mul0r.
rewrite -[RHS]mul1r -[X in _ = X * _](mass_sum1 (ask s l xa h)) mulr_suml; apply: eq_bigr => q _.
rewrite -mulr_suml -mulr_sumr.
by have /= -> := joint_sum1 (fun i => C i (sees i xb) (h i) (q i)); rewrite mulr1.
Qed.

Lemma says_ge0 c o past (h : private G) : 0 <= says c o past h :> R.
Proof.
elim: h past => [|[q m] h IH] past /=; first exact: ler01.
by rewrite mulr_ge0 ?mass_ge0.
Qed.

Lemma says_rcons c o past (h : private G) q m :
  says c o past (rcons h (q, m)) = says c o past h * c o (past ++ h) q m :> R.
Proof.
elim: h past => [|[q' m'] h IH] past /=; first by rewrite cats0 mulr1 mul1r.
by rewrite IH mulrA cat_rcons.
Qed.

Lemma follows_rcons p past h q m :
  follows p past (rcons h (q, m)) = follows p past h && (q == p (past ++ h)).
Proof.
elim: h past => [|[q' m'] h IH] past /=; first by rewrite cats0 andbT.
by rewrite IH andbA cat_rcons.
Qed.

(** Where [n] rounds are left, all have said something that is possible after [xb]. *)
Definition under_way C xb n (h : transcript G) :=
  (forall i, size (h i) + n = rounds G)%N /\ forall i, 0 < says (C i) (sees i xb) [::] (h i).

Lemma under_way_start C xb : under_way C xb (rounds G) (start G).
Proof. by split=> i; rewrite ffunE //= ltr01. Qed.

Lemma under_way_grow C xb n (h : transcript G) (q : {ffun agent -> question G})
    (m : {ffun agent -> word G}) :
  under_way C xb n.+1 h -> (forall i, 0 < C i (sees i xb) (h i) (q i) (m i)) ->
  under_way C xb n (grow h q m).
Proof.
case=> len pos now; split=> i; rewrite ffunE; first by rewrite size_rcons addSnnS.
by rewrite says_rcons; apply: mulr_gt0; [apply: pos | apply: now].
Qed.

(** She asks agent [i] by the plan and does what the table says at an observation after
    which he may have said what he said.  (Any strategy [s0] has a lot to draw.) *)
Definition told i c xa (h : private G) xb :=
  (0 < point xa xb) && (0 < says c (sees i xb) [::] h).
Definition heed s0 i c (p : plan) (t : table) : strategy G := Strategy (draw s0)
  (fun _ xa h => sure R [ffun=> p xa (h i)])
  (fun _ xa h => sure R
     (if [pick xb | told i c xa (h i) xb] is Some xb then t xa xb else some_action G)).

Lemma heed_hears s0 i c p t l : hears (heed s0 i c p t) l [set i].
Proof.
move=> xa h h' /(_ i); rewrite inE eqxx => /(_ isT) E.
by split=> a /=; rewrite E.
Qed.

Lemma heed_outcome s0 i c p t C : tells i c p t -> C i = c ->
  forall xa xb, 0 < point xa xb ->
  outcome C (heed s0 i c p t) xa xb =1 table_outcome t xa xb.
Proof.
move=> tell Ci xa xb pos a; set s := heed _ _ _ _ _; rewrite /outcome.
suff E l : played C s l xa xb a = table_outcome t xa xb a.
  by under eq_bigr do rewrite E; rewrite -mulr_suml mass_sum1 mul1r.
pose P n h := under_way C xb n h /\ follows (p xa) [::] (h i).
apply: (taken_reached (P := P)) => [n h q m [way fol] /= qpos now|h [[len said] fol]|].
- split; first exact: under_way_grow.
  rewrite ffunE follows_rcons fol /=; move: qpos.
  by case: eqP => [-> _|_]; rewrite ?ltxx // ffunE.
- have {}len : size (h i) = rounds G by rewrite -(len i) addn0.
  have {}said := said i; rewrite Ci in said.
  rewrite /= /table_outcome; case: pickP => [xb' /andP[pos' said']|/(_ xb)].
    by rewrite (tell xa xb' xb (h i)).
  by rewrite /told pos said.
split; [exact: under_way_start | by rewrite ffunE].
Qed.

Theorem tells_enables i c p t : strategy G -> tells i c p t -> enables i c t.
Proof.
by move=> s0 tell C Ci; exists (heed s0 i c p t) => xa xb; apply: heed_outcome.
Qed.

(** Such a rule is worth OPT to her alone. *)
Theorem tells_worth_alone i c p t : strategy G -> right t -> tells i c p t ->
  worth_alone i c (OPT G).
Proof.
move=> s0 best tell; split; last by move=> *; apply: worth_le_OPT.
exists (heed s0 i c p t); split=> [l|C]; first exact: heed_hears.
rewrite -(right_OPT best) -expect_table; apply: eq_expect => xa xb a pos.
exact: (heed_outcome s0 tell (replace_same C i c) pos).
Qed.

(** A rule that separates the observations tells everything. *)
Lemma separates_tells i c p t : separates i c -> tells i c p t.
Proof. by move=> sep xa xb xb' h len _ pos pos' said said'; rewrite (sep xa xb xb' h). Qed.

Theorem tells_teaches i c p t : right t -> tells i c p t -> teaches i c.
Proof.
move=> best tell C s Ci opt.
exact: (enables_teaches best (tells_enables s tell) Ci opt).
Qed.

Lemma someone_asks s (i : agent) : exists q : question G, true.
Proof.
have [l _] := dist_inhabited (draw s); have [[[xa _] _] _] := dist_inhabited (prior G).
by have [q _] := dist_inhabited (ask s l xa (start G)); exists (q i).
Qed.

Definition best_table : table := fun xa xb => [arg max_(a > some_action G) W u xa xb a]%O.

Lemma best_table_right : right best_table.
Proof. by move=> xa xb _; apply: is_best_most. Qed.

Theorem separates_teaches i c : separates (G := G) i c -> teaches i c.
Proof.
move=> sep C s Ci opt; have [q _] := someone_asks s i.
have tell : tells i c (fun _ _ => q) best_table by apply: separates_tells.
exact: (tells_teaches best_table_right tell Ci opt).
Qed.

(** Spelling tells what depends on the words only. *)
Lemma says_spell w o past (h : private G) : 0 < says (spell w) o past h :> R ->
  forall n, (n < size h)%N -> w o (size past + n)%N = nth (w o 0%N) (map snd h) n.
Proof.
elim: h past => [|[q m] h IH] past //=; rewrite /sure /=.
case: eqP => [->|_]; last by rewrite mul0r ltxx.
rewrite mul1r => /IH all [|n] lt /=; first by rewrite addn0.
by rewrite -(all n) // size_rcons addSnnS.
Qed.

Lemma spell_tells i w p t :
  (forall xa xb xb', 0 < point xa xb -> 0 < point xa xb' ->
     (forall n, (n < rounds G)%N -> w (sees i xb) n = w (sees i xb') n) ->
     t xa xb = t xa xb') ->
  tells i (spell w) p t.
Proof.
move=> same xa xb xb' h len _ pos pos' /says_spell said /says_spell said'.
apply: same => // n lt; rewrite -len in lt.
rewrite -[n]add0n (said n lt) (said' n lt).
by apply: set_nth_default; rewrite size_map.
Qed.

(** ** What the deviation secures

    The user is Bayesian.  [low] says how little an agent has, at each point. *)
Variable r : response G.
Hypothesis r_bayes : bayes r.

Lemma expect_low f (low : XA -> XB -> R) sigma : is_outcome sigma ->
  (forall xa xb a, 0 < sigma xa xb a -> low xa xb <= W f xa xb a) ->
  \sum_xa \sum_xb low xa xb <= expect f sigma.
Proof.
move=> [sig0 sig1] le; apply: ler_sum => xa _; apply: ler_sum => xb _.
rewrite -[leLHS]mul1r -(sig1 xa xb) mulr_suml; apply: ler_sum => a _.
have [pos|] := boolP (0 < sigma xa xb a); first by rewrite ler_wpmul2l ?le.
by rewrite lt0r sig0 andbT negbK => /eqP ->; rewrite !mul0r.
Qed.

(** Under every tie rule: the worst of her best actions. *)
Theorem secures_any i c (low : XA -> XB -> R) : teaches i c ->
  (forall xa xb a, is_best (W u xa xb) a -> low xa xb <= W (U i) xa xb a) ->
  secures (@every R G) r i (\sum_xa \sum_xb low xa xb).
Proof.
(* His deviation is the rule [c] by which he teaches her. *)
move=> teach le C _; exists c; set C' := replace C i c.
(* She attains OPT then, so she takes best actions only. *)
have out := best_if_OPT (teach C' _ (replace_same _ _ _) (r_bayes (Some i) C')).
(* At each point he has at least what the worst of these gives him. *)
apply: expect_low => [|xa xb a /out]; [exact: outcome_is_outcome | exact: le].
Qed.

(** If her best actions are unique: what he has by these. *)
Theorem secures_unique i c t : unique_best G -> right t -> teaches i c ->
  secures (@every R G) r i (\sum_xa \sum_xb W (U i) xa xb (t xa xb)).
Proof.
move=> uniq best teach; apply: secures_any teach _ => xa xb a ab.
(* "If her best action is unique" What is not possible counts nothing. *)
have [pos|no] := boolP (0 < point xa xb); last by rewrite !W_impossible.
(* Elsewhere a best action is the one of the table. *)
by rewrite (uniq xa xb a (t xa xb)) //; apply: best.
Qed.

(** If she favours the speaker: the best of her best actions for him. *)
Theorem secures_favour i c t : ties_favour_speaker r -> right t -> enables i c t ->
  secures (@every R G) r i (\sum_xa \sum_xb W (U i) xa xb (t xa xb)).
Proof.
move=> fav best en C _; exists c; set C' := replace C i c.
have [s out] := en C' (replace_same _ _ _).
rewrite -expect_table -(@eq_expect _ _ _ (outcome C' s)) => [|xa xb a /out //].
apply: fav => s'; apply: le_trans (worth_le_OPT C' s') _.
rewrite /worth (@eq_expect _ _ _ _ (table_outcome t)) => [|xa xb a /out //].
by rewrite expect_table right_OPT.
Qed.

(** ** She knows what the agents observed *)
Implicit Types h : transcript G.

Lemma likely_gt0 C S xb h : (forall i, 0 < says (C i) (sees i xb) [::] (h i)) ->
  0 < likely C S xb h.
Proof. by move=> pos; apply: prodr_gt0. Qed.

Lemma likely_other i c C xa xb xb' h : C i = c -> separates i c -> complete h ->
  (forall i, 0 < says (C i) (sees i xb) [::] (h i)) ->
  0 < point xa xb -> 0 < point xa xb' -> xb' != xb -> likely C setT xb' h = 0.
Proof.
move=> Ci sep len pos p p' ne; rewrite /likely (bigD1 i) ?inE //=.
suff -> : says (C i) (sees i xb') [::] (h i) = 0 by rewrite mul0r.
apply/eqP; apply: contraNT ne => nz; apply/eqP.
apply: (sep xa xb' xb (h i)) => //; rewrite -Ci //.
by rewrite lt0r nz says_ge0.
Qed.

(** The belief that the agents have observed [xb] for certain. *)
Definition knows (xb : XB) : {ffun XB -> R} := [ffun xb' => (xb' == xb)%:R].

Lemma posterior_knows i c C xa xb h : C i = c -> separates i c -> complete h ->
  (forall i, 0 < says (C i) (sees i xb) [::] (h i)) -> 0 < point xa xb ->
  posterior C setT xa h = knows xb.
Proof.
move=> Ci sep len pos p.
have zero xb' : xb' != xb -> point xa xb' * likely C setT xb' h = 0.
  move=> ne; have [p'|] := boolP (0 < point xa xb').
    by rewrite (likely_other Ci sep len pos p p' ne) mulr0.
  rewrite lt0r negb_and negbK => /orP[/eqP ->|]; first by rewrite mul0r.
  by rewrite sumr_ge0 // => y _; apply: mass_ge0.
have nz : point xa xb * likely C setT xb h != 0 by rewrite mulf_neq0 ?gt_eqF ?likely_gt0.
apply/ffunP => xb'; rewrite !ffunE (bigD1 xb) //= [X in _ / (_ + X)]big1 ?addr0 //.
have [->|ne] := eqVneq xb' xb; first by rewrite divff.
by rewrite zero // mul0r.
Qed.

Lemma value_knows i c C xa xb h a : C i = c -> separates i c -> complete h ->
  (forall i, 0 < says (C i) (sees i xb) [::] (h i)) -> 0 < point xa xb ->
  value C setT xa h a = likely C setT xb h * W u xa xb a.
Proof.
move=> Ci sep len pos p; rewrite /value (bigD1 xb) //= big1 ?addr0 // => xb' ne.
have [p'|no] := boolP (0 < point xa xb').
  by rewrite (likely_other Ci sep len pos p p' ne) mul0r.
by rewrite W_impossible ?mulr0.
Qed.

(** Under [belief] all who separate the observations lead to one outcome, in which she
    does what she does when she knows. *)
Lemma outcome_belief (phi : XA -> {ffun XB -> R} -> A -> R) :
  (forall o C l xa h, complete h -> 0 < draw (r o C) l -> possible C setT xa h ->
     choose (r o C) l xa h =1 phi xa (posterior C setT xa h)) ->
  forall i c C o xa xb, C i = c -> separates i c -> 0 < point xa xb ->
  outcome C (r o C) xa xb =1 phi xa (knows xb).
Proof.
move=> by_phi i c C o xa xb Ci sep pos a.
transitivity (\sum_l draw (r o C) l * phi xa (knows xb) a); last first.
  by rewrite -mulr_suml mass_sum1 mul1r.
apply: eq_bigr => l _; have [dl|] := boolP (0 < draw (r o C) l); last first.
  by rewrite lt0r mass_ge0 andbT negbK => /eqP ->; rewrite !mul0r.
congr (_ * _); apply: (taken_reached (P := under_way C xb)).
- by move=> n h q m way _; apply: under_way_grow.
- move=> h [len said].
  have {}len : complete h by move=> j; rewrite -(len j) addn0.
  rewrite by_phi // ?(posterior_knows Ci sep len said pos) //.
  by exists xb; rewrite mulr_gt0 ?likely_gt0.
exact: under_way_start.
Qed.

(** Under [order] all who separate lead to the first of the best actions. *)
Lemma is_first_unique (f : A -> R) a b : is_first f a -> is_first f b -> a = b.
Proof.
move=> [best first] [best' first']; apply: enum_rank_inj; apply/val_inj/eqP.
by rewrite eqn_leq first //= first'.
Qed.

(** There is a first one. *)
Definition first_table : table := fun xa xb =>
  [arg min_(a < best_table xa xb | [forall b, W u xa xb b <= W u xa xb a]) enum_rank a].

Lemma first_tableP xa xb : is_first (W u xa xb) (first_table xa xb).
Proof.
rewrite /first_table; case: arg_minnP => [|a /forallP best first].
  by apply/forallP; apply: is_best_most.
by split=> // b best'; apply: first; apply/forallP.
Qed.

Lemma is_first_scale (f : A -> R) k a : 0 < k -> is_first (fun b => k * f b) a -> is_first f a.
Proof.
move=> pos [best first]; split=> [b|b best'].
  by have := best b; rewrite ler_pmul2l.
by apply: first => c; rewrite ler_pmul2l // best'.
Qed.

Lemma is_first_ext (f g : A -> R) a : f =1 g -> is_first f a -> is_first g a.
Proof.
move=> E [best first]; split=> [b|b best']; first by rewrite -!E.
by apply: first => c; rewrite !E.
Qed.

Lemma outcome_order t : ties_by_order r (@all_agents R G) ->
  forall i c C o xa xb, C i = c -> separates i c -> 0 < point xa xb ->
  is_first (W u xa xb) (t xa xb) ->
  outcome C (r o C) xa xb =1 table_outcome t xa xb.
Proof.
move=> ord i c C o xa xb Ci sep pos first a.
transitivity (\sum_l draw (r o C) l * table_outcome t xa xb a); last first.
  by rewrite -mulr_suml mass_sum1 mul1r.
apply: eq_bigr => l _; have [dl|] := boolP (0 < draw (r o C) l); last first.
  by rewrite lt0r mass_ge0 andbT negbK => /eqP ->; rewrite !mul0r.
congr (_ * _); apply: (taken_reached (P := under_way C xb)).
- by move=> n h q m way _; apply: under_way_grow.
- move=> h [len said].
  have {}len : complete h by move=> j; rewrite -(len j) addn0.
  have only b : 0 < choose (r o C) l xa h b -> b = t xa xb.
    move=> /ord; rewrite /all_agents => is1.
    have {}is1 : is_first (value C setT xa h) b.
      by apply: is1 => //; exists xb; rewrite mulr_gt0 ?likely_gt0.
    apply: is_first_unique _ first.
    apply: is_first_scale (likely_gt0 setT said) _.
    by apply: is_first_ext is1 => b'; apply: (value_knows _ Ci sep len said pos).
  have zero b : b != t xa xb -> choose (r o C) l xa h b = 0.
    move=> ne; apply/eqP; apply: contraNT ne => nz; apply/eqP/only.
    by rewrite lt0r nz mass_ge0.
  rewrite /table_outcome; have [->|/zero -> //] := eqVneq a (t xa xb).
  have := mass_sum1 (choose (r o C) l xa h).
  by rewrite (bigD1 (t xa xb)) //= big1 ?addr0.
exact: under_way_start.
Qed.

(** If she takes the first of her best actions: what he has by these. *)
Theorem secures_order i c t : ties_by_order r (@all_agents R G) -> separates i c ->
  (forall xa xb, 0 < point xa xb -> is_first (W u xa xb) (t xa xb)) ->
  secures (@every R G) r i (\sum_xa \sum_xb W (U i) xa xb (t xa xb)).
Proof.
move=> ord sep first C _; exists c; set C' := replace C i c.
rewrite -expect_table -(@eq_expect _ _ _ (outcome C' (r (Some i) C'))) // => xa xb a pos.
exact: (outcome_order ord (Some i) (replace_same C i c) sep pos (first xa xb pos)).
Qed.

(** If what she does depends on her belief: agents who all separate the observations
    have together at least what the best actions give that are worst for them
    together. *)
Theorem secure_belief (lam : agent -> R) (T : agent -> rule G) (low : XA -> XB -> R) :
  ties_by_belief r (@all_agents R G) -> (forall i, 0 <= lam i) ->
  (forall i, 0 < lam i -> separates i (T i)) ->
  (forall xa xb a, is_best (W u xa xb) a ->
     low xa xb <= \sum_i lam i * W (U i) xa xb a) ->
  secure_together (@every R G) r lam (\sum_xa \sum_xb low xa xb).
Proof.
move=> [phi by_phi] lam0 sep le C _; exists T.
pose dev i := replace C i (T i); pose sigma i := outcome (dev i) (r (Some i) (dev i)).
case: (pickP (fun i => 0 < lam i)) => [j lamj|none]; last first.
  have zero i : lam i = 0.
    by apply/eqP; move: (none i); rewrite lt0r lam0 andbT => /negbFE.
  rewrite [leRHS]big1 => [|i _]; last by rewrite zero mul0r.
  apply: (@le_trans _ _ (\sum_(xa : XA) \sum_(xb : XB) 0)); last first.
    by rewrite big1 // => xa _; rewrite big1.
  apply: ler_sum => xa _; apply: ler_sum => xb _.
  have best : is_best (W u xa xb) (best_table xa xb) by apply: is_best_most.
  by apply: le_trans (le xa xb _ best) _; rewrite big1 // => i _; rewrite zero mul0r.
have same i : 0 < lam i -> expect (U i) (sigma i) = expect (U i) (sigma j).
  move=> lami; apply: eq_expect => xa xb a pos.
  have out k : 0 < lam k -> sigma k xa xb =1 phi xa (knows xb).
    by move=> /sep sepk; apply: (outcome_belief by_phi (Some k) (replace_same _ _ _) sepk).
  by rewrite !out.
have -> : \sum_i lam i * worth (dev i) (r (Some i) (dev i)) (U i)
    = \sum_xa \sum_xb \sum_a sigma j xa xb a * \sum_i lam i * W (U i) xa xb a.
  transitivity (\sum_i lam i * expect (U i) (sigma j)).
    apply: eq_bigr => i _; have [/same <- //|] := boolP (0 < lam i).
    by rewrite lt0r lam0 andbT negbK => /eqP ->; rewrite !mul0r.
  exact: (expect_sum _ (fun i => U i)).
have opt := separates_teaches (sep j lamj) (replace_same _ _ _) (r_bayes (Some j) (dev j)).
apply: ler_sum => xa _; apply: ler_sum => xb _.
rewrite -[leLHS]mul1r -(outcome_sum1 (dev j) (r (Some j) (dev j)) xa xb) mulr_suml.
apply: ler_sum => a _; rewrite -/(sigma j).
have [pos|] := boolP (0 < sigma j xa xb a).
  by rewrite ler_wpmul2l ?outcome_ge0 // le //; apply: (best_if_OPT opt).
by rewrite lt0r outcome_ge0 andbT negbK => /eqP ->; rewrite !mul0r.
Qed.

End Revealing.

Print Assumptions tells_enables.
Print Assumptions tells_teaches.
Print Assumptions separates_teaches.
Print Assumptions spell_tells.
Print Assumptions secures_any.
Print Assumptions secures_unique.
Print Assumptions secures_favour.
Print Assumptions secures_order.
Print Assumptions secure_belief.
