(** * Facts about play

    Outcomes are distributions; what she does instead of an action changes the
    outcome accordingly; and if she hears one agent only, the others do not matter. *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

(** ** Distributions *)
Section Distributions.
Variable R : realFieldType.

Lemma mass_le1 (T : finType) (d : dist R T) t : d t <= 1.
Proof.
rewrite -(mass_sum1 d) (bigD1 t) //= ler_addl.
by apply: sumr_ge0 => *; apply: mass_ge0.
Qed.

(** The distribution that is certain of [t]. *)
Fact sure_ge0 (T : finType) (t t' : T) : 0 <= (t' == t)%:R :> R.
Proof. exact: ler0n. Qed.
Fact sure_sum1 (T : finType) (t : T) : \sum_t' (t' == t)%:R = 1 :> R.
Proof. by rewrite (bigD1 t) //= eqxx big1 ?addr0 // => t' /negPf ->. Qed.
Definition sure (T : finType) (t : T) : dist R T := Dist (sure_ge0 t) (sure_sum1 t).

Lemma sum_sure (T : finType) (t : T) (F : T -> R) : \sum_t' sure t t' * F t' = F t.
Proof.
rewrite (bigD1 t) //= eqxx mul1r big1 ?addr0 // => t' /negPf /= ->.
by rewrite mul0r.
Qed.

(** The distribution of [f t], where [t] is drawn from [d]. *)
Fact push_ge0 (S T : finType) (f : S -> T) (d : dist R S) t :
  0 <= \sum_(s | f s == t) d s.
Proof. by apply: sumr_ge0 => *; apply: mass_ge0. Qed.
Fact push_sum1 (S T : finType) (f : S -> T) (d : dist R S) :
  \sum_t \sum_(s | f s == t) d s = 1.
Proof. by rewrite -(mass_sum1 d) (partition_big f predT). Qed.
Definition push (S T : finType) (f : S -> T) (d : dist R S) : dist R T :=
  Dist (push_ge0 f d) (push_sum1 f d).

(** Independent draws. *)
Lemma joint_ge0 (I T : finType) (D : I -> dist R T) (m : {ffun I -> T}) :
  0 <= \prod_i D i (m i).
Proof. by apply: prodr_ge0 => *; apply: mass_ge0. Qed.

Lemma joint_sum1 (I T : finType) (D : I -> dist R T) :
  \sum_(m : {ffun I -> T}) \prod_i D i (m i) = 1.
Proof.
rewrite -(bigA_distr_bigA (fun i t => D i t)) big1 // => i _.
exact: mass_sum1.
Qed.

Lemma joint_one (I T : finType) (D : I -> dist R T) i (F : T -> R) :
  \sum_(m : {ffun I -> T}) (\prod_j D j (m j)) * F (m i) = \sum_t D i t * F t.
Proof.
pose E j t := if j == i then D j t * F t else D j t.
transitivity (\sum_(m : {ffun I -> T}) \prod_j E j (m j)).
  apply: eq_bigr => m _; rewrite (bigD1 i) //= [RHS](bigD1 i) //= /E eqxx mulrAC.
  by congr (_ * _); apply: eq_bigr => j /negPf ->.
rewrite -(bigA_distr_bigA E) (bigD1 i) //= [X in _ * X]big1 ?mulr1.
  by apply: eq_bigr => t _; rewrite /E eqxx.
by move=> j ji; rewrite /E (negPf ji) mass_sum1.
Qed.

(** A number that is at least 0 in sum of such numbers. *)
Lemma sum_eq0 (T : finType) (F : T -> R) :
  (forall t, 0 <= F t) -> \sum_t F t = 0 -> forall t, F t = 0.
Proof.
by move=> F0 /eqP; rewrite psumr_eq0 // => /allP E t; apply/eqP/E; rewrite mem_index_enum.
Qed.

Lemma dist_inhabited (T : finType) (d : dist R T) : exists t, 0 < d t.
Proof.
case: (pickP (fun t => 0 < d t)) => [t dt|none]; first by exists t.
have := mass_sum1 d; rewrite big1 => [/eqP|t _]; first by rewrite eq_sym oner_eq0.
by apply/eqP; move: (none t); rewrite lt0r mass_ge0 andbT => /negbFE.
Qed.

End Distributions.

Section Play.
Variables (R : realFieldType) (G : game R).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).
Implicit Types (C : profile G) (s : strategy G) (h : transcript G).

(** ** Outcomes are distributions *)
Lemma taken_ge0 C s l xa xb n h a : 0 <= taken C s l xa xb n h a.
Proof.
elim: n h => [|n IH] h /=; first exact: mass_ge0.
apply: sumr_ge0 => q _; apply: sumr_ge0 => m _.
by rewrite !mulr_ge0 ?mass_ge0 ?joint_ge0.
Qed.

Lemma taken_sum1 C s l xa xb n h : \sum_a taken C s l xa xb n h a = 1.
Proof.
elim: n h => [|n IH] h /=; first exact: mass_sum1.
rewrite exchange_big /= -[RHS](mass_sum1 (ask s l xa h)); apply: eq_bigr => q _.
pose D i := C i (sees i xb) (h i) (q i).
transitivity (\sum_(m : {ffun agent -> word G}) ask s l xa h q * \prod_i D i (m i)).
  rewrite exchange_big /=; apply: eq_bigr => m _.
  by rewrite -mulr_sumr IH mulr1.
by rewrite -mulr_sumr joint_sum1 mulr1.
Qed.

Lemma outcome_ge0 C s xa xb a : 0 <= outcome C s xa xb a.
Proof. by apply: sumr_ge0 => l _; rewrite mulr_ge0 ?mass_ge0 ?taken_ge0. Qed.

Lemma outcome_sum1 C s xa xb : \sum_a outcome C s xa xb a = 1.
Proof.
rewrite exchange_big /= -[RHS](mass_sum1 (draw s)); apply: eq_bigr => l _.
by rewrite -mulr_sumr taken_sum1 mulr1.
Qed.

(** ** Doing something else instead

    [instead f s] is to do [f l xa h a] where [s] says [a]. *)
Definition instead (f : lot G -> XA -> transcript G -> A -> A) s :=
  Strategy (draw s) (ask s) (fun l xa h => push (f l xa h) (choose s l xa h)).

Lemma taken_instead (f : XA -> A -> A) C s l xa xb n h b :
  taken C (instead (fun _ xa _ => f xa) s) l xa xb n h b
  = \sum_(a | f xa a == b) taken C s l xa xb n h a.
Proof.
elim: n h => [|n IH] h //=.
rewrite [RHS]exchange_big /=; apply: eq_bigr => q _.
rewrite [RHS]exchange_big /=; apply: eq_bigr => m _.
by rewrite IH mulr_sumr.
Qed.

Lemma outcome_instead (f : XA -> A -> A) C s xa xb b :
  outcome C (instead (fun _ xa _ => f xa) s) xa xb b
  = \sum_(a | f xa a == b) outcome C s xa xb a.
Proof.
rewrite /outcome [RHS]exchange_big /=; apply: eq_bigr => l _.
by rewrite /played taken_instead mulr_sumr.
Qed.

Lemma worth_instead (f : XA -> A -> A) C s v :
  worth C (instead (fun _ xa _ => f xa) s) v
  = \sum_xa \sum_xb \sum_a outcome C s xa xb a * W v xa xb (f xa a).
Proof.
apply: eq_bigr => xa _; apply: eq_bigr => xb _.
rewrite [RHS](partition_big (f xa) predT) //=; apply: eq_bigr => b _.
rewrite outcome_instead mulr_suml; apply: eq_bigr => a /eqP <- //.
Qed.

Lemma hears_instead (f : XA -> A -> A) s l S :
  hears s l S -> hears (instead (fun _ xa _ => f xa) s) l S.
Proof.
move=> H xa h h' /(H xa) [E1 E2]; split=> // b /=.
by apply: eq_bigr.
Qed.

(** ** Rules that agree lead to the same *)
Lemma taken_ext C C' s l xa xb n h a :
  (forall i p q, C i (sees i xb) p q =1 C' i (sees i xb) p q) ->
  taken C s l xa xb n h a = taken C' s l xa xb n h a.
Proof.
move=> E; elim: n h => [|n IH] h //=.
apply: eq_bigr => q _; apply: eq_bigr => m _; rewrite IH; congr (_ * _ * _).
by apply: eq_bigr => i _; rewrite E.
Qed.

Lemma worth_ext C C' s f : (forall i, C i = C' i) -> worth C s f = worth C' s f.
Proof.
move=> E; do 3![apply: eq_bigr => ? _]; congr (_ * _).
by apply: eq_bigr => l _; congr (_ * _); apply: taken_ext => i p q t; rewrite E.
Qed.

Lemma replace_same C i c : replace C i c i = c.
Proof. by rewrite /replace eqxx. Qed.

(** ** Hearing one agent only

    The rules of the other agents do not matter. *)
Lemma taken_alone C C' s l xa xb i n h h' a : C i = C' i -> hears s l [set i] ->
  h i = h' i -> taken C s l xa xb n h a = taken C' s l xa xb n h' a.
Proof.
move=> E H; elim: n h h' => [|n IH] h h' hi /=.
  by case: (H xa h h') => [j|_ ->] //; rewrite inE => /eqP ->.
apply: eq_bigr => q _.
have [-> _] : ask s l xa h =1 ask s l xa h' /\ choose s l xa h =1 choose s l xa h'.
  by apply: H => j; rewrite inE => /eqP ->.
pose F t := taken C s l xa xb n (grow h q [ffun=> t]) a.
transitivity (\sum_(m : {ffun agent -> word G})
    ask s l xa h' q * ((\prod_j C j (sees j xb) (h j) (q j) (m j)) * F (m i))).
  apply: eq_bigr => m _; rewrite -mulrA; congr (_ * (_ * _)).
  by rewrite (IH _ (grow h' q m)) ?ffunE ?hi // /F (IH _ (grow h' q m)) // !ffunE hi.
rewrite -mulr_sumr (joint_one (fun j => C j (sees j xb) (h j) (q j))) E hi.
rewrite -(joint_one (fun j => C' j (sees j xb) (h' j) (q j))) mulr_sumr.
apply: eq_bigr => m _; rewrite -mulrA; congr (_ * (_ * _)).
by rewrite /F (IH _ (grow h' q m)) // !ffunE hi.
Qed.

Lemma played_alone C C' s l xa xb i a : C i = C' i -> hears s l [set i] ->
  played C s l xa xb a = played C' s l xa xb a.
Proof. by move=> E H; apply: (taken_alone _ _ _ _ E H). Qed.

Lemma worth_alone_eq C C' s f i : C i = C' i -> (forall l, hears s l [set i]) ->
  worth C s f = worth C' s f.
Proof.
move=> E H; do 3![apply: eq_bigr => ? _]; congr (_ * _).
by apply: eq_bigr => l _; congr (_ * _); apply: (played_alone _ _ _ E (H l)).
Qed.

(** ** Expectations *)
Lemma eq_expect f (sigma tau : XA -> XB -> A -> R) :
  (forall xa xb a, 0 < point xa xb -> sigma xa xb a = tau xa xb a) ->
  expect f sigma = expect f tau.
Proof.
move=> E; apply: eq_bigr => xa _; apply: eq_bigr => xb _; apply: eq_bigr => a _.
have [/E -> //|] := boolP (0 < point xa xb).
rewrite -leNgt => le0; suff -> : W f xa xb a = 0 by rewrite !mulr0.
have p0 : forall y, prior G (xa, xb, y) = 0.
  apply: sum_eq0 => [y|]; first exact: mass_ge0.
  apply/eqP; rewrite eq_le le0 /=; apply: sumr_ge0 => y _; exact: mass_ge0.
by apply: big1 => y _; rewrite p0 mul0r.
Qed.

Lemma expect_sum (I : finType) (w : I -> R) (f : I -> A -> state G -> R)
    (sigma : XA -> XB -> A -> R) :
  \sum_i w i * expect (f i) sigma
  = \sum_xa \sum_xb \sum_a sigma xa xb a * \sum_i w i * W (f i) xa xb a.
Proof.
under eq_bigr do rewrite mulr_sumr.
rewrite exchange_big /=; apply: eq_bigr => xa _.
under eq_bigr do rewrite mulr_sumr.
rewrite exchange_big /=; apply: eq_bigr => xb _.
under eq_bigr do rewrite mulr_sumr.
rewrite exchange_big /=; apply: eq_bigr => a _.
by rewrite mulr_sumr; apply: eq_bigr => i _; rewrite mulrCA.
Qed.

Lemma W_add f g (k : R) xa xb a :
  W (G := G) (fun a y => f a y + k * g a y) xa xb a = W f xa xb a + k * W g xa xb a.
Proof.
rewrite [k * _]mulr_sumr -big_split /=; apply: eq_bigr => y _.
by rewrite mulrDr [k * (_ * _)]mulrCA.
Qed.

Lemma expect_add f g (k : R) (sigma : XA -> XB -> A -> R) :
  expect (fun a y => f a y + k * g a y) sigma = expect f sigma + k * expect g sigma.
Proof.
rewrite /expect mulr_sumr -big_split /=; apply: eq_bigr => xa _.
rewrite mulr_sumr -big_split /=; apply: eq_bigr => xb _.
rewrite mulr_sumr -big_split /=; apply: eq_bigr => a _.
by rewrite W_add mulrDr [k * (_ * _)]mulrCA.
Qed.

Lemma prior_total : \sum_xa \sum_xb \sum_y prior G (xa, xb, y) = 1.
Proof.
rewrite -(mass_sum1 (prior G)) pair_bigA pair_bigA /=.
by apply: eq_bigr => -[[]].
Qed.

End Play.
