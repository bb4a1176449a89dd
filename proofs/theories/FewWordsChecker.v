(** * Too few words: the check, and that it is right (theory.md 3.1, 7.1)

    There is one round, and she has nothing to say.  All ways to name what an agent sees by
    words are tried.  The check is computation with integers, as in Checker.v. *)

From Coq Require Import ZArith QArith_base.
From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Revealing Prices Induction FewWords.
From Alignment Require Import Arithmetic Instance Checker CheckerLemmas CheckerSound.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.
Delimit Scope Z_scope with Z.   (* mathcomp's integers are not used *)

(** ** The check

    A naming lists the number of a word for all that an agent may see. *)
Definition named_sum g i (w : seq (seq (seq Z))) (f : seq nat) xa k a :=
  total (agent_observations g) (fun xb =>
    if nth 0%N f (seen g i xb) == k then at3 w xa xb a else 0%Z).
Definition naming_sum g i w words f :=
  total (user_observations g) (fun xa => total words (fun k =>
    greatest (actions g) (named_sum g i w f xa k))).

(** All lists of [n] numbers below [m]. *)
Fixpoint every_list m n (start : seq nat) (P : seq nat -> bool) : bool :=
  if n is n'.+1 then all_below m (fun k => every_list m n' (rcons start k) P) else P start.

Definition best_naming g (v : Q) (f : seq nat) i :=
  let w := user_worths g in
  if agent_words g is Some words then
    [&& length g == 1%N, user_messages g == 1%N, (0 < words)%N && cells_named g i,
     (size f == agent_observations g) && all (fun k => k < words)%N f,
     is_over v (naming_sum g i w words f) (grain g)
     & every_list words (agent_observations g) [::] (fun f' =>
         naming_sum g i w words f' <=? naming_sum g i w words f)%Z]
  else false.

(** TEAM of agents who all see the same. *)
Definition check_few_words_team g members (v : Q) (f : seq nat) : option claim :=
  proved [&& lawful g, members != [::],
    all (fun i => (i < number_of_agents g)%N && best_naming g v f i) members
    & all (fun i => all (fun j => all_below (agent_observations g) (fun xb =>
        seen g i xb == seen g j xb)) members) members]
    (Team members v).

(** An equilibrium of one agent who wants what she wants. *)
Definition wants_the_same g := (number_of_agents g == 1%N) &&
  all_below (actions g) (fun a => all_below (states g) (fun y =>
    at2 (agent_utility g 0) a y =? at2 (utility g) a y)%Z).
Definition check_few_words g whose (v : Q) (f : seq nat) : option claim :=
  proved [&& lawful g, wants_the_same g, (0 <=? Qnum (slack g))%Z,
    if ties g is Any then true else false & best_naming g v f 0] (SomeEquilibrium whose v).

(** ** It is right *)
Lemma every_listP m n start P : every_list m n start P ->
  forall s, size s = n -> all (fun k => k < m)%N s -> P (start ++ s).
Proof.
elim: n start => [|n IH] start /= H s len ok; first by rewrite (size0nil len) cats0.
case: s len ok => [|k s] //= [len] /andP[lt ok].
have /all_belowP/(_ (Ordinal lt))/IH := H; rewrite -cat_rcons; exact.
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
Hypothesis fit : enough g lots words.
Notation quiet := (some_question R law lots words).

Section OneAgent.
Variables (v : Q) (f : seq nat) (i : agent).
Hypothesis ok : best_naming g v f i.

Lemma few_words_number : agent_words g = Some #|words|.
Proof.
move: ok; rewrite /best_naming; case E : (agent_words g) => [m|] // _.
by case/andP: fit => _; rewrite E => /eqP ->.
Qed.

Let checked : [&& length g == 1%N, user_messages g == 1%N, (0 < #|words|)%N && cells_named g i,
     (size f == agent_observations g) && all (fun k => k < #|words|)%N f,
     is_over v (naming_sum g i (user_worths g) #|words| f) (grain g)
     & every_list #|words| (agent_observations g) [::] (fun f' =>
         naming_sum g i (user_worths g) #|words| f' <=? naming_sum g i (user_worths g) #|words| f)%Z].
Proof. by move: ok; rewrite /best_naming few_words_number. Qed.

Lemma only_round : rounds G = 1%N. Proof. by case/and5P: checked => /eqP. Qed.
Lemma only_question (q : question G) : q = quiet.
Proof.
apply/val_inj => /=; case/and5P: checked => _ /eqP E _ _ _.
by apply/eqP; rewrite -leqn0 -ltnS -[X in (_ < X)%N]E; apply: ltn_ord.
Qed.
Lemma one_word : exists w0 : words, true.
Proof.
case/and5P: checked => _ _ /andP[pos _] _ _.
by case/card_gt0P: pos => w0 _; exists w0.
Qed.
Let named_cells : cells_named g i.
Proof. by case/and5P: checked => _ _ /andP[]. Qed.

(** A naming by words as a list of numbers. *)
Definition numbers_of (p : {ffun view G -> words}) : seq nat :=
  [seq index (p o) (enum words) | o <- enum XB].

Lemma nth_numbers p (o : view G) : nth 0%N (numbers_of p) o = index (p o) (enum words).
Proof. by rewrite (nth_map o) ?size_enum_ord // -[in RHS](nth_ord_enum o o). Qed.

Lemma value_numbers p : naming_value i p
  = num (naming_sum g i (user_worths g) #|words| (numbers_of p)) / num (grain g).
Proof.
rewrite /naming_value number_total mulr_suml; apply: eq_bigr => xa _.
rewrite number_total mulr_suml (reindex (@enum_val words predT)) /=; last first.
  exact: onW_bij (@enum_val_bij words).
apply: eq_bigr => k _; apply: most_greatest => [|a]; first exact: grain_gt0.
rewrite /named /named_sum number_total mulr_suml big_mkcond /=; apply: eq_bigr => xb _.
rewrite -(@val_seen R g law lots words i xb named_cells) nth_numbers.
have -> : (index (p (sees i xb)) (enum words) == k) = (p (sees i xb) == enum_val k).
  apply/eqP/eqP => [E|->].
    by rewrite (enum_val_nth (p (sees i xb))) -E nth_index ?mem_enum.
  by rewrite (enum_val_nth (enum_val k)) index_uniq ?enum_uniq // -cardE; apply: ltn_ord.
by case: eqP => _; [apply: W_user | rewrite mul0r].
Qed.

Lemma no_better p : naming_value i p <= rational R v.
Proof.
case/and5P: checked => _ _ _ _ /andP[/(is_overP (grain_gt0 R law)) <- /every_listP all].
rewrite value_numbers ler_pmul2r ?invr_gt0 ?grain_gt0 // number_leE.
apply: (all (numbers_of p)); first by rewrite size_map size_enum_ord.
by apply/allP => k /mapP[o _ ->]; rewrite cardE index_mem mem_enum.
Qed.

Definition naming_of (w0 : words) : {ffun view G -> words} :=
  [ffun o : view G => word_number w0 (nth 0%N f o)].

Lemma numbers_of_naming w0 : numbers_of (naming_of w0) = f.
Proof.
case/and5P: checked => _ _ _ /andP[/eqP len /all_nthP below] _.
apply: (@eq_from_nth _ 0%N); first by rewrite size_map size_enum_ord len.
rewrite size_map size_enum_ord => n lt.
rewrite (nth_numbers (naming_of w0) (Ordinal lt)) ffunE /= /word_number index_uniq ?enum_uniq //.
by rewrite -cardE; apply: below; rewrite len.
Qed.

Lemma value_naming w0 : naming_value i (naming_of w0) = rational R v.
Proof.
rewrite value_numbers numbers_of_naming; case/and5P: checked => _ _ _ _ /andP[over _].
exact: is_overP (grain_gt0 R law) over.
Qed.

End OneAgent.

Theorem few_words_team_sound members v f q :
  check_few_words_team g members v f = Some q -> holds R law lots words q.
Proof.
move=> /proved_some[/and4P[_ some /allP best /allP same] <-].
case: members some best same => [//|i0 members] _ best same.
have [l0 _] := some_lot fit.
have at_i (i : agent) : (i : nat) \in i0 :: members -> best_naming g v f i.
  by move=> /best /andP[].
have /andP[lt0 best0] := best i0 (mem_head _ _).
pose i1 : agent := Ordinal lt0.
have [w0 _] := @one_word v f i1 best0.
have alone (i : agent) (ok : best_naming g v f i) := @few_words_TEAM R G quiet w0 l0 i
  (only_question ok) (only_round ok) _ _ (value_naming ok w0) (no_better ok).
split; last first.
  move=> T v' [_ /(_ i1 (mem_head _ _)) worth_v'].
  exact: (proj2 (alone i1 best0)) worth_v'.
exists (fun=> @names R G (naming_of f w0)); split=> [i j is_i is_j xb p q'|i is_i]; last first.
  by case: (alone i (at_i i is_i)).
have cells k : best_naming g v f k -> cells_named g k.
  by rewrite /best_naming; case: (agent_words g) => // m /and5P[_ _ /andP[_ named_k] _ _].
have E : sees i xb = sees j xb :> nat.
  rewrite (@val_seen R g law lots words i xb (cells _ (at_i i is_i))).
  rewrite (@val_seen R g law lots words j xb (cells _ (at_i j is_j))).
  by have /allP/(_ _ is_j)/all_belowP/(_ xb)/eqP := same _ is_i.
by rewrite /names (val_inj E).
Qed.

Theorem few_words_sound whose v f q :
  check_few_words g whose v f = Some q -> holds R law lots words q.
Proof.
move=> /proved_some[/and5P[_ /andP[/eqP one equal] slack_ok any best] <-].
have lt0 : (0 < number_of_agents g)%N by rewrite one.
pose i : agent := Ordinal lt0; have {}best : best_naming g v f i by [].
have only (j : agent) : j = i.
  apply/val_inj => /=; apply/eqP; rewrite -leqn0 -ltnS -[X in (_ < X)%N]one; exact: ltn_ord.
have [l0 _] := some_lot fit; have [w0 _] := @one_word v f i best.
have gamma0 : 0 <= rational R (slack g) by apply: slack_ge0.
have same (a : A) (y : state G) : U i a y = u a y.
  have /all_belowP/(_ a)/all_belowP/(_ y)/Z.eqb_eq E := equal.
  by rewrite /= /payoff; congr (num _ / _).
have [r [rb eqm value]] := @few_words_equilibrium R G quiet w0 l0 i (only_question best)
  (only_round best) _ _ _ only same gamma0 (value_naming best w0) (no_better best).
have ties_any : is_true (if ties g is Any then true else false) by [].
case: whose.
  exists r, (fun=> @names R G (naming_of f w0)); split=> //.
  by rewrite /obeys_ties; case: (ties g) ties_any.
exists r, (fun _ _ _ => i), (fun=> @names R G (naming_of f w0)); split=> //; last first.
  by rewrite /obeys_ties_picking; case: (ties g) ties_any.
move=> o C'; split=> [l _ xa h h' heard|j s' _]; last exact: rb.
suff -> : h = h' by split.
by apply/ffunP => j; apply: heard; rewrite inE (only j).
Qed.

End Sound.

(** What the checks say is true. *)
Theorem check_few_words_team_sound (R : realFieldType) (lots words : finType) g (law : lawful g)
    members v f q : enough g lots words -> check_few_words_team g members v f = Some q ->
  holds R law lots words q.
Proof. by move=> fit; apply: few_words_team_sound. Qed.

Theorem check_few_words_sound (R : realFieldType) (lots words : finType) g (law : lawful g)
    whose v f q : enough g lots words -> check_few_words g whose v f = Some q ->
  holds R law lots words q.
Proof. by move=> fit; apply: few_words_sound. Qed.

Print Assumptions check_few_words_team_sound.
Print Assumptions check_few_words_sound.
