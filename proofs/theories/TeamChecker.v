(** * What agents can tell her together: the check, and that it is right (theory.md 3.1)

    Where words are few all ways to divide what she and the agents may have observed are
    tried, by her questions and by their words, round by round.  The check is computation with integers, as in
    Checker.v. *)

From Coq Require Import ZArith QArith_base.
From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Revealing Induction Alone Team TeamValue.
From Alignment Require Import Arithmetic Instance Checker CheckerLemmas CheckerSound.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.
Delimit Scope Z_scope with Z.   (* mathcomp's integers are not used *)

(** ** The check

    Observations of the agents are in one class if there is a way from each of them to the
    same one, by steps between two that a member cannot tell apart; a certificate lists the
    next step of each.  The members can say in which class what they observe is. *)
Definition step_of steps xb := nth 0%N steps xb : nat.
Definition class_of g steps xb := iter (agent_observations g) (step_of steps) xb.

Definition classes g members steps :=
  all_below (agent_observations g) (fun xb =>
    [&& (step_of steps xb < agent_observations g)%N,
     class_of g steps (class_of g steps xb) == class_of g steps xb,
     has (fun i => seen g i xb == seen g i (step_of steps xb)) members
     & all (fun i => all_below (agent_observations g) (fun xb' =>
         (seen g i xb != seen g i xb') || (class_of g steps xb == class_of g steps xb'))) members]).

Definition names_of g steps :=
  filter (fun k => class_of g steps k == k) (iota 0 (agent_observations g)).

(** The greatest of [F 0], ..., [F (m - 1)], each of which is computed once only: here much is
    to be tried. *)
Definition best_of m (F : nat -> Z) := foldr (fun k => Z.max (F k)) (F 0%N) (iota 1 m.-1).

(** The greatest number by an assignment of one of [m] numbers to each of a list; those that
    are not in the list are assigned by [f]. *)
Fixpoint most_assigned m (s : seq nat) (F : (nat -> nat) -> Z) (f : nat -> nat) : Z :=
  if s is x :: s' then
    best_of m (fun k => most_assigned m s' F (fun y => if y == x then k else f y))
  else F f.

Definition sum_of (s : seq nat) (F : nat -> Z) := foldr (fun i => Z.add (F i)) 0%Z s.
Definition assigned (f : nat -> nat) m (s : seq nat) := filter (fun x => f x == m) s.

(** What an action is worth where the agents' observations are in a class. *)
Definition worths_within g steps (w : seq (seq (seq Z))) :=
  tabulate (user_observations g) (fun xa => tabulate (agent_observations g) (fun k =>
    tabulate (actions g) (fun a => total (agent_observations g) (fun xb =>
      if class_of g steps xb == k then at3 w xa xb a else 0%Z)))).

(** What is left are [xs] of what she may have observed, and the classes [ks]. *)
Fixpoint divided_sum g words (w : seq (seq (seq Z))) n (xs ks : seq nat) : Z :=
  if n is n'.+1 then
    most_assigned (user_messages g) xs (fun f => total (user_messages g) (fun q =>
      most_assigned words ks (fun h => total words (fun m =>
        divided_sum g words w n' (assigned f q xs) (assigned h m ks))) (fun=> 0%N))) (fun=> 0%N)
  else sum_of xs (fun xa => best_of (actions g) (fun a => sum_of ks (fun k => at3 w xa k a))).

Definition team_sum g steps words :=
  divided_sum g words (worths_within g steps (user_worths g)) (length g)
    (iota 0 (user_observations g)) (names_of g steps).

(** Where there is a word for every class they tell it, in one round. *)
Definition told_sum g steps :=
  let w := worths_within g steps (user_worths g) in
  total (user_observations g) (fun xa => total (agent_observations g) (fun k =>
    if class_of g steps k == k then greatest (actions g) (at3 w xa k) else 0%Z)).
Definition team_is g (v : Q) steps :=
  if agent_words g is Some words then is_over v (team_sum g steps words) (grain g)
  else (length g == 1%N) && is_over v (told_sum g steps) (grain g).

Definition team_has g members (v : Q) steps :=
  [&& if agent_words g is Some words then (0 < words)%N else true, members != [::],
   all (fun i => (i < number_of_agents g)%N && cells_named g i) members,
   classes g members steps & team_is g v steps].

Definition check_team g members (v : Q) steps : option claim :=
  proved (lawful g && team_has g members v steps) (Team members v).

(** An equilibrium of one agent who wants what she wants: he tells her what is best. *)
Definition wants_the_same g := (number_of_agents g == 1%N) &&
  all_below (actions g) (fun a => all_below (states g) (fun y =>
    at2 (agent_utility g 0) a y =? at2 (utility g) a y)%Z).
Definition check_told g whose (v : Q) steps : option claim :=
  proved [&& lawful g, wants_the_same g, (0 <=? Qnum (slack g))%Z,
    if ties g is Any then true else false & team_has g [:: 0%N] v steps] (SomeEquilibrium whose v).

(** ** Assignments *)
Lemma best_of_greatest m F : best_of m F = greatest m F.
Proof.
have max x z : Z.max x z = if (z <=? x)%Z then x else z.
  by case: Z.leb_spec => le; [apply: Z.max_l | apply: Z.max_r; apply: Z.lt_le_incl].
case: m => [//|m]; rewrite /greatest /most_of /best_of /=.
have -> : foldr (fun k => Z.max (F k)) (F 0%N) (iota 1 m)
    = foldr (fun k z => if (z <=? F k)%Z then F k else z) (F 0%N) (iota 1 m).
  by elim: (iota 1 m) => //= k s ->; apply: max.
set z := foldr _ _ _; have : (F 0%N <= z)%Z.
  rewrite /z; elim: (iota 1 m) => [|k s IH] /=; first exact: Z.le_refl.
  by case: Z.leb_spec => // le; apply: Z.le_trans IH le.
by case: Z.leb_spec => // le ge; apply: Z.le_antisymm.
Qed.

Lemma most_assigned_ge m s F f (h : nat -> nat) : (forall x, x \in s -> (h x < m)%N) ->
  exists f', [/\ forall x, x \in s -> f' x = h x, forall x, x \notin s -> f' x = f x
    & (F f' <= most_assigned m s F f)%Z].
Proof.
elim: s f => [|x s IH] f below /=; first by exists f; split=> //; apply: Z.le_refl.
have [y is_in|f' [on off le]] := IH (fun y => if y == x then h x else f y).
  by apply: below; rewrite inE is_in orbT.
exists f'; split=> [y|y|].
- rewrite inE => /predU1P[->|/on //]; have [/on //|/off ->] := boolP (x \in s).
  by rewrite eqxx.
- by rewrite inE negb_or => /andP[/negPf ne /off ->]; rewrite ne.
rewrite best_of_greatest; apply: Z.le_trans le _; pose M k := most_assigned m s F (fun y => if y == x then k else f y).
by apply: (@le_most_of m M (M 0%N)); apply: below; rewrite mem_head.
Qed.

Lemma most_assigned_is m s F f : (0 < m)%N ->
  exists f', [/\ forall x, x \in s -> (f' x < m)%N, forall x, x \notin s -> f' x = f x
    & most_assigned m s F f = F f'].
Proof.
move=> pos; elim: s f => [|x s IH] f /=; first by exists f.
pose M k := most_assigned m s F (fun y => if y == x then k else f y).
have [k lt E] : exists2 k, (k < m)%N & greatest m M = M k.
  by rewrite /greatest; case: (most_of_in m M (M 0%N)) => [->|[k lt ->]]; [exists 0%N | exists k].
have [f' [on off Ef]] := IH (fun y => if y == x then k else f y).
exists f'; split=> [y|y|]; last by rewrite best_of_greatest -[LHS]/(greatest m M) E.
- rewrite inE => /predU1P[->|/on //]; have [/on //|/off ->] := boolP (x \in s).
  by rewrite eqxx.
by rewrite inE negb_or => /andP[/negPf ne /off ->]; rewrite ne.
Qed.

Lemma number_sum_of (R : realFieldType) n s F : uniq s -> {subset s <= [pred x | x < n]%N} ->
  number R (sum_of s F) = \sum_(i < n | (i : nat) \in s) number R (F i).
Proof.
move=> uniq_s below.
rewrite -(big_mkord (fun i => i \in s) (fun i => number R (F i))) -big_filter.
have -> : number R (sum_of s F) = \sum_(i <- s) number R (F i).
  elim: (s) => [|x s' IH]; first by rewrite big_nil.
  by rewrite big_cons /= numberD IH.
apply: perm_big; apply: uniq_perm => // [|x]; first by rewrite filter_uniq ?iota_uniq.
rewrite mem_filter mem_index_iota /=; case is_in: (x \in s) => //=.
by have := below x is_in.
Qed.

Section Numbered.
Variables (R : realFieldType) (T : finType) (t0 : T) (m : nat).
Hypothesis card : m = #|T|.
Notation num := (number R).
Notation nr t := (index t (enum T)).

Lemma nr_lt t : (nr t < m)%N.
Proof. by rewrite card cardE index_mem mem_enum. Qed.

Lemma nr_eq t t' : (nr t == nr t') = (t == t').
Proof. by rewrite -!enum_rank_index val_eqE (inj_eq enum_rank_inj). Qed.

Lemma number_total_over F : num (total m F) = \sum_t num (F (nr t)).
Proof.
rewrite number_total card (reindex (@enum_rank T)) /=; last exact: onW_bij (@enum_rank_bij T).
by apply: eq_bigr => t _; rewrite enum_rank_index.
Qed.

Lemma highest_assigned n (s : seq nat) (F : {ffun 'I_n -> T} -> R)
    (F' : (nat -> nat) -> Z) f0 d : 0 < d ->
  {subset s <= [pred x | x < n]%N} ->
  (forall (f : {ffun 'I_n -> T}) (h : nat -> nat), (forall x : 'I_n, (x : nat) \in s -> h x = nr (f x)) ->
     F f = num (F' h) / d) ->
  highest [ffun=> t0] F = num (most_assigned m s F' f0) / d.
Proof.
move=> d0 below same; apply/eqP; rewrite eq_le; apply/andP; split.
  rewrite /highest; set f := [arg max_(f > _) _]%O.
  pose h x := if insub x is Some x' then nr (f x') else 0%N.
  have [x /below lt|f' [on _ le]] := @most_assigned_ge m s F' f0 h.
    by rewrite /h insubT; apply: nr_lt.
  rewrite (same f f') => [|x /on ->]; last by rewrite /h valK.
  by rewrite ler_pmul2r ?invr_gt0 // number_leE; apply/Z.leb_spec0.
have pos : (0 < m)%N by rewrite card; apply/card_gt0P; exists t0.
have [f' [on _ ->]] := most_assigned_is s F' f0 pos.
rewrite -(same [ffun x : 'I_n => nth t0 (enum T) (f' x)]) ?highest_ge // => x /on lt.
by rewrite ffunE index_uniq ?enum_uniq // -cardE -card.
Qed.

End Numbered.

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

Variables (members : seq nat) (v : Q) (steps : seq nat).
Hypothesis ok : team_has g members v steps.

Let checked : [&& (0 < #|words|)%N, members != [::],
     all (fun i => (i < number_of_agents g)%N && cells_named g i) members,
     classes g members steps & team_is g v steps].
Proof.
case/and5P: ok => pos -> -> -> ->; rewrite !andbT; case/andP: fit => _.
case: (agent_words g) pos => [m pos /eqP -> //|_]; apply: leq_trans.
by rewrite addn_gt0 (actions_gt0 law) orbT.
Qed.

Lemma first_word : exists w0 : words, true.
Proof. by case/and5P: checked => /card_gt0P[w0 _]; exists w0. Qed.

Let class_ok (xb : XB) : [&& (step_of steps xb < agent_observations g)%N,
     class_of g steps (class_of g steps xb) == class_of g steps xb,
     has (fun i => seen g i xb == seen g i (step_of steps xb)) members
     & all (fun i => all_below (agent_observations g) (fun xb' =>
         (seen g i xb != seen g i xb') || (class_of g steps xb == class_of g steps xb'))) members].
Proof. by case/and5P: checked => _ _ _ /all_belowP/(_ xb). Qed.

Definition step (xb : XB) : XB := insubd xb (step_of steps xb).
Definition class (xb : XB) : XB := iter (agent_observations g) step xb.

Lemma val_step xb : step xb = step_of steps xb :> nat.
Proof. by case/and4P: (class_ok xb) => lt _ _ _; rewrite /step insubdK. Qed.

Lemma val_steps n xb : iter n step xb = iter n (step_of steps) xb :> nat.
Proof. by elim: n => //= n <-; rewrite val_step. Qed.
Lemma val_class xb : class xb = class_of g steps xb :> nat. Proof. exact: val_steps. Qed.

Lemma class_named xb : class (class xb) = class xb.
Proof. by apply/val_inj => /=; rewrite !val_class; case/and4P: (class_ok xb) => _ /eqP. Qed.

Definition is_member (i : agent) := (i : nat) \in members.

Lemma member_cells i : is_member i -> cells_named g i.
Proof. by case/and5P: checked => _ _ /allP named _ _ /named /andP[]. Qed.

Lemma member_class i (xb xb' : XB) : is_member i -> sees i xb = sees i xb' -> class xb = class xb'.
Proof.
move=> is_in E; apply/val_inj; rewrite /= !val_class.
case/and4P: (class_ok xb) => _ _ _ /allP/(_ _ is_in)/all_belowP/(_ xb').
have /(congr1 val) := E; rewrite -[val _]/(nat_of_ord _) -[X in _ = X]/(nat_of_ord _).
rewrite !(@val_seen R g law lots words) ?member_cells // => ->.
by rewrite eqxx => /eqP.
Qed.

Lemma within_sum (xa : XA) (k : XB) (a : A) : within class xa k a
  = num (at3 (worths_within g steps (user_worths g)) xa k a) / num (grain g).
Proof.
rewrite /within /at3 /at2 /at1 !nth_tabulate // number_total mulr_suml big_mkcond /=.
apply: eq_bigr => xb _; rewrite -val_eqE /= -[X in X == _]/(nat_of_ord _) val_class.
by case: eqP => _; [apply: W_user | rewrite mul0r].
Qed.

Lemma divided_computed (w0 : words) n xs ks : uniq xs -> uniq ks ->
  {subset xs <= [pred x | x < user_observations g]%N} ->
  {subset ks <= [pred x | x < agent_observations g]%N} ->
  divided quiet (w0 : word G) class n (fun xa : XA => (xa : nat) \in xs)
    (fun k => ((k : nat) \in ks)%:R)
  = num (divided_sum g #|words| (worths_within g steps (user_worths g)) n xs ks) / num (grain g).
Proof.
have d0 : 0 < num (grain g) by apply: grain_gt0.
have all_in (s : seq nat) m (h : nat -> nat) N : {subset s <= [pred x | x < N]%N} ->
    {subset assigned h m s <= [pred x | x < N]%N}.
  by move=> sub x; rewrite mem_filter => /andP[_ /sub].
elim: n xs ks => [|n IH] xs ks uniq_xs uniq_ks xs_in ks_in.
  rewrite /= (number_sum_of _ _ uniq_xs xs_in) mulr_suml; apply: eq_bigr => xa _.
  pose b (k : XB) : R := ((k : nat) \in ks)%:R.
  rewrite best_of_greatest -[highest _ _]/(most (G := G) (counted class b xa)).
  apply: most_greatest => // a; rewrite (number_sum_of _ _ uniq_ks ks_in) mulr_suml.
  rewrite [RHS]big_mkcond /=; apply: eq_bigr => k _.
  by rewrite /b; case: ifP => _; rewrite ?mul0r // mul1r within_sum.
rewrite dividedS [divided_sum _ _ _ _ _ _]/=.
have card_q : user_messages g = #|[finType of question G]| by rewrite card_ord.
have card_w : #|words| = #|word G| by [].
apply: (@highest_assigned R _ quiet _ card_q (user_observations g) xs _ _ _ _ d0 xs_in) => f h Eh.
rewrite (number_total_over R card_q) mulr_suml; apply: eq_bigr => q _.
apply: (@highest_assigned R _ w0 _ card_w (agent_observations g) ks _ _ _ _ d0 ks_in) => f' h' Eh'.
rewrite (number_total_over R card_w) mulr_suml /of_words.
apply: eq_bigr => w _; rewrite -IH ?filter_uniq //; try exact: all_in.
apply: divided_ext => [|xa|k _]; first exact: class_named.
  rewrite /asked /= mem_filter andbC; case is_in: (_ \in xs); last by rewrite !andbF.
  by rewrite !andbT Eh // nr_eq.
rewrite /TeamValue.told mem_filter; case is_in: (_ \in ks); last by rewrite andbF mul0r.
rewrite andbT mul1r Eh' //; congr (_%:R); congr nat_of_bool.
by rewrite nr_eq eq_sym.
Qed.

(** Where there is a word for every class. *)
Lemma told_value_is (w0 : words) : agent_words g = None ->
  (length g == 1%N) && is_over v (told_sum g steps) (grain g) ->
  team_value quiet (w0 : word G) class = rational R v.
Proof.
move=> rich /andP[/eqP one over].
have many : (#|XB| <= #|words|)%N.
  rewrite card_ord; case/andP: fit => _; rewrite rich; apply: leq_trans; exact: leq_addr.
pose g0 : {ffun XB -> word G} := [ffun k : XB => nth w0 (enum words) k].
have inj : injective g0.
  move=> k k' /eqP; rewrite !ffunE nth_uniq ?enum_uniq -?cardE //.
  - by move/eqP/val_inj.
  - by apply: leq_trans many; rewrite card_ord.
  by apply: leq_trans many; rewrite card_ord.
rewrite -(is_overP (grain_gt0 R law) over) /team_value (_ : rounds G = 1%N) //.
rewrite (enough_words quiet (w0 : word G) class inj) number_total mulr_suml.
apply: eq_bigr => xa _; rewrite number_total mulr_suml; apply: eq_bigr => k _.
rewrite /all_names /is_name -val_eqE /= -[X in X == _]/(nat_of_ord (class k)) val_class.
case: ifP => _; last by rewrite !mul0r.
rewrite mul1r -[highest _ _]/(most (G := G) (within class xa k)).
by apply: most_greatest => [|a]; [apply: grain_gt0 | apply: within_sum].
Qed.

(** What is computed is TEAM. *)
Lemma team_value_is (w0 : words) : team_value quiet (w0 : word G) class = rational R v.
Proof.
case/and5P: checked => _ _ _ _; rewrite /team_is.
case E : (agent_words g) => [m|]; last exact: told_value_is.
have -> : m = #|words| by case/andP: fit => _; rewrite E => /eqP.
move=> over; rewrite -(is_overP (grain_gt0 R law) over) /team_sum -(divided_computed w0).
- apply: divided_ext => [|xa|k named_k]; first exact: class_named.
    by rewrite mem_iota /= ltn_ord.
  rewrite /all_names named_k mem_filter mem_iota /= ltn_ord andbT -val_class.
  by rewrite -(eqP named_k) class_named eqxx.
- exact: iota_uniq.
- by rewrite filter_uniq ?iota_uniq.
- by move=> x; rewrite mem_iota.
by move=> x; rewrite mem_filter mem_iota => /andP[_].
Qed.

(** Rules that all members can offer say the same throughout a class. *)
Lemma offered_within (T : agent -> rule G) : offered_by_all is_member T ->
  forall i, is_member i -> forall xb p q, T i (sees i xb) p q =1 T i (sees i (class xb)) p q.
Proof.
move=> offered i is_i.
have next xb p q : T i (sees i xb) p q =1 T i (sees i (step xb)) p q.
  move=> w; case/and4P: (class_ok xb) => _ _ /hasP[j is_j /eqP E] _.
  have lt : (j < number_of_agents g)%N by case/and5P: checked => _ _ /allP/(_ _ is_j)/andP[].
  pose j' : agent := Ordinal lt; have is_j' : is_member j' by [].
  have {}E : sees j' xb = sees j' (step xb).
    apply/val_inj; rewrite -[LHS]/(nat_of_ord _) -[RHS]/(nat_of_ord _).
    by rewrite !(@val_seen R g law lots words j') ?member_cells // val_step.
  by rewrite (offered i j' is_i is_j') E (offered i j' is_i is_j').
have steps_same n xb p q : T i (sees i xb) p q =1 T i (sees i (iter n step xb)) p q.
  by elim: n => //= n IH w; rewrite IH; apply: next.
by move=> xb p q; apply: steps_same.
Qed.

Theorem team_sound : holds R law lots words (Team members v).
Proof.
have [w0 _] := first_word; have [l0 _] := some_lot fit.
have [i0 is_i0] : exists i : agent, is_member i.
  case/and5P: checked => _ _ + _ _; rewrite /is_member.
  have : members != [::] by case/and5P: checked.
  case: members => [//|j js] _ /andP[/andP[lt _] _].
  by exists (Ordinal lt : agent); rewrite inE eqxx.
rewrite /= -(team_value_is w0); split; last first.
  move=> T v' [offered /(_ i0 is_i0)].
  exact: (@worth_team R G l0 quiet w0 class class_named _ i0 v' (offered_within offered is_i0)).
exists (team_rule quiet w0 class); split=> [i j is_i is_j xb p q w|i is_i].
  by rewrite !(@team_rule_says R G quiet w0 class is_member member_class).
exact: (@team_rule_worth R G l0 quiet w0 class class_named is_member member_class).
Qed.

(** The rule that does it, and the only member can do no better. *)
Lemma shared_worth (l0 : lots) (w0 : words) i : is_member i ->
  worth_alone i (team_rule quiet (w0 : word G) class i) (rational R v).
Proof.
rewrite -(team_value_is w0).
exact: (@team_rule_worth R G l0 quiet w0 class class_named is_member member_class).
Qed.

Lemma alone_no_more (i : agent) C s : members = [:: i : nat] -> (forall l, hears s l [set i]) ->
  worth C s u <= rational R v.
Proof.
move=> only hear; have [l0 _] := some_lot fit; have [w0 _] := first_word.
have gain := @worth_alone_gain R G l0 quiet i (C i); have [_ le] := gain.
have -> : worth C s u = worth (replace C i (C i)) s u.
  by apply: worth_ext => j; rewrite /replace; case: eqP => // ->.
apply: le_trans (le C s hear) _; rewrite -(team_value_is w0).
apply: (@worth_team R G l0 quiet w0 class class_named _ i _ _ gain).
have is_i : is_member i by rewrite /is_member only inE.
apply: (offered_within (T := fun=> C i)) => // j j'; rewrite /is_member only !inE.
by move=> /eqP/val_inj -> /eqP/val_inj -> xb p q.
Qed.

(** If there is one agent, and he wants what she wants, he is content with the best rule. *)
Theorem told_sound whose : wants_the_same g -> (0 <=? Qnum (slack g))%Z ->
  (if ties g is Any then true else false) -> members = [:: 0%N] ->
  holds R law lots words (SomeEquilibrium whose v).
Proof.
case/andP=> /eqP one equal slack_ok any only_member.
have lt0 : (0 < number_of_agents g)%N by rewrite one.
pose i : agent := Ordinal lt0.
have only (j : agent) : j = i by apply: only_agent.
have is_i : is_member i by rewrite /is_member only_member inE.
have [l0 _] := some_lot fit; have [w0 _] := first_word.
pose C : profile G := team_rule quiet w0 class.
have all_hear (s : strategy G) l j : hears s l [set j].
  move=> xa h h' E; suff -> : h = h' by split.
  by apply/ffunP => j'; apply: E; rewrite (only j) (only j') inE.
have within (c : rule G) xb p q : c (sees i xb) p q =1 c (sees i (class xb)) p q.
  apply: (offered_within (T := fun=> c)) => // j j' _ _ xb' p' q'.
  by rewrite (only j) (only j').
have wants (a : A) y : U i a y = u a y.
  have /all_belowP/(_ a)/all_belowP/(_ y)/Z.eqb_eq E := equal.
  by rewrite /= /payoff E.
have [r [rb eqm attains]] := @aligned_equilibrium R G l0 quiet w0 class class_named is_member
  member_class _ i only is_i within wants (slack_ge0 R slack_ok).
rewrite team_value_is in attains.
case: whose; first by exists r, C; split=> //; rewrite /obeys_ties; case: (ties g) any.
exists r, (fun _ _ _ => i), C; split=> //; last first.
  by rewrite /obeys_ties_picking; case: (ties g) any.
by move=> o C'; split=> [l _|j s' _]; [apply: all_hear | apply: rb].
Qed.

End Sound.

(** What the checks say is true. *)
Theorem check_team_sound (R : realFieldType) (lots words : finType) g (law : lawful g)
    members v steps q : enough g lots words -> check_team g members v steps = Some q ->
  holds R law lots words q.
Proof. by move=> fit /proved_some[/andP[_ ok] <-]; apply: team_sound ok. Qed.

Theorem check_told_sound (R : realFieldType) (lots words : finType) g (law : lawful g)
    whose v steps q : enough g lots words -> check_told g whose v steps = Some q ->
  holds R law lots words q.
Proof.
move=> fit /proved_some[/and5P[_ wants slack_ok any ok] <-].
exact: told_sound ok whose wants slack_ok any _.
Qed.

Print Assumptions check_team_sound.
Print Assumptions check_told_sound.
