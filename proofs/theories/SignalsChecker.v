(** * Given signals as an equilibrium: the check, and that it is right (theory.md 6.1, 6.9, 7.1)

    There is one round, and she has nothing to say.  The Bayesian user hears all agents; of
    a user who picks all agents offer the same rule.  Prices prove that no agent has a
    better one.  The check is computation with integers, as in Checker.v. *)

From Coq Require Import ZArith QArith_base.
From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Revealing Prices BestAI Induction Alone.
From Alignment Require Import Offers SamePick Signals SignalsPicked.
From Alignment Require Import Arithmetic Instance Checker CheckerLemmas CheckerSound.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.
Delimit Scope Z_scope with Z.   (* mathcomp's integers are not used *)

(** ** The certificate *)

(** An agent's signal: how many words he uses, and with which chance he says one. *)
Record voice := Voice {
  vocabulary : nat;
  chances : seq (seq Z) }.    (* of what he sees and a word, over chances_over *)

(** Prices and multipliers that no rule by which he makes her follow certain strategies only
    is worth more to him. *)
Record asking := Asking {
  allowed : seq (seq nat);    (* these strategies; none: all *)
  asked : seq Z;              (* of what he sees, over facing_over and the scale *)
  grounds : seq (seq nat * seq (seq Z)) }.  (* kappa of a type and an action, for strategies *)

(** What follows if one agent deviates.  She comes to him as one of several types, by what
    she has observed and the others say; and may draw what she takes instead of an action. *)
Record facing := Facing {
  facing_over : Z;
  turns : seq (seq (seq Z));  (* of a type and two actions, over facing_over; none: she does not *)
  askings : seq asking }.

(** What all agents say, what she does then, by her types, and every agent. *)
Record signals := Signals {
  chances_over : Z;
  voices : seq voice;
  replies : seq nat;
  facings : seq facing }.

(** ** What is heard *)

(** All lists with numbers that are less than those of [ns]. *)
Fixpoint vectors_below (ns : seq nat) : seq (seq nat) :=
  if ns is n :: ns' then [seq w :: v | w <- iota 0 n, v <- vectors_below ns'] else [:: [::]].

(** An agent of whom no signal is given says nothing: he has one word. *)
Section Heard.
Variables (g : instance) (D : Z).
Definition says_nothing := Voice 1 (tabulate (agent_observations g) (fun=> [:: D])).
Definition voice_of vs i := nth says_nothing vs i.
Definition vectors vs :=
  vectors_below (tabulate (number_of_agents g) (fun j => vocabulary (voice_of vs j))).
Definition types vs : seq (nat * seq nat) :=
  [seq (xa, v) | xa <- iota 0 (user_observations g), v <- vectors vs].
Definition nth_type (ts : seq (nat * seq nat)) n := nth (0%N, [::]) ts n.

(** How likely a vector of words is, what an action is worth after it, and where an agent
    sees [o], in multiples of one over the scale. *)
Definition scale := iter (number_of_agents g) (Z.mul D) (grain g).
Definition weight_of vs xb (v : seq nat) := product (number_of_agents g) (fun j =>
  at2 (chances (voice_of vs j)) (seen g j xb) (nth 0%N v j)).
Definition worth_after vs (w : seq (seq (seq Z))) (z : nat * seq nat) a :=
  total (agent_observations g) (fun xb => weight_of vs xb z.2 * at3 w z.1 xb a)%Z.
Definition worth_met vs i (w : seq (seq (seq Z))) o (z : nat * seq nat) a :=
  total (agent_observations g) (fun xb =>
    if seen g i xb == o then weight_of vs xb z.2 * at3 w z.1 xb a else 0)%Z.
Definition after_table vs w : seq (seq Z) :=
  [seq tabulate (actions g) (worth_after vs w z) | z <- types vs].
Definition met_table vs i w : seq (seq (seq Z)) :=
  [seq tabulate (agent_observations g) (fun o => tabulate (actions g) (worth_met vs i w o z))
  | z <- types vs].

(** There are at least so many words; where alphabets are rich more than [known_words]. *)
Definition words_to_use :=
  if agent_words g is Some n then n else (agent_observations g + actions g)%N.
Definition lawful_voice v := (vocabulary v <= words_to_use)%N &&
  all_below (agent_observations g) (fun o => (total (vocabulary v) (at2 (chances v) o) =? D)%Z
    && all_below (vocabulary v) (fun n => 0 <=? at2 (chances v) o n)%Z).
Definition lawful_voices vs := all_below (number_of_agents g) (fun j =>
  cells_named g j && lawful_voice (voice_of vs j)).
End Heard.

(** ** The check *)
Definition any_ties g := if ties g is Any then true else false.

(** All strategies of hers, an action for each of [n] types. *)
Fixpoint every_plan g n (start : seq nat) (P : seq nat -> bool) : bool :=
  if n is n'.+1 then all_below (actions g) (fun a => every_plan g n' (rcons start a) P)
  else P start.
Fixpoint reason_of (rs : seq (seq nat * seq (seq Z))) (s : seq nat) :=
  if rs is (s', k) :: rs' then if s == s' then k else reason_of rs' s else [::].

Definition turn_weight d n a b :=
  if nth [::] (nth [::] (turns d) n) a is z :: row then at1 (z :: row) b
  else if a == b then facing_over d else 0%Z.
Definition may_take g d n b := some_below (actions g) (fun a => 0 <? turn_weight d n a b)%Z.
Definition inside g n d (s : seq nat) := all_below n (fun k => may_take g d k (nth 0%N s k)).
Definition covers x (s : seq nat) := (allowed x == [::]) || (s \in allowed x).

Definition turns_rightly g n (m : seq (seq (seq Z))) d :=
  (size (turns d) <= if any_ties g then n else 0)%N && all_below n (fun k =>
    all_below (actions g) (fun a =>
      [&& all_below (actions g) (fun b => 0 <=? turn_weight d k a b)%Z,
       (total (actions g) (turn_weight d k a) =? facing_over d)%Z
       & all_below (agent_observations g) (fun o => facing_over d * at3 m k o a
           <=? total (actions g) (fun b => turn_weight d k a b * at3 m k o b))%Z])).
Definition prices_suffice g n d (m mi : seq (seq (seq Z))) x (s : seq nat) :=
  all_below (agent_observations g) (fun o =>
    total n (fun k =>
      let a := nth 0%N s k in
      facing_over d * at3 mi k o a + total (actions g) (fun b =>
        at2 (reason_of (grounds x) s) k b * (at3 m k o a - at3 m k o b)))
    <=? at1 (asked x) o)%Z.
Definition strategies_priced g n d m mi := every_plan g n [::] (fun s =>
  ~~ inside g n d s || all (fun x => ~~ covers x s || prices_suffice g n d m mi x s) (askings d)).

(** Some prices cover all strategies, or all that he can make her follow with his words. *)
Fixpoint every_choice g n d words xs :=
  if words is words'.+1 then every_plan g n [::] (fun s =>
    ~~ inside g n d s || every_choice g n d words' [seq x <- xs | covers x s])
  else ~~ nilp xs.
Definition choices_covered g n d := has (fun x => nilp (allowed x)) (askings d)
  || if agent_words g is Some words then every_choice g n d words (askings d) else false.

(** [mine] is what the agent has, over the scale. *)
Definition within_means g D d (mine : Z) x :=
  all (fun reason => all (all (Z.leb 0)) reason.2) (grounds x)
  && (Zpos (Qden (slack g)) * total (agent_observations g) (at1 (asked x))
      <=? facing_over d * (Zpos (Qden (slack g)) * mine + Qnum (slack g) * scale g D))%Z.
Definition deterred g D vs i d w mine :=
  let n := size (types g D vs) in
  let m := met_table g D vs i w in
  let mi := met_table g D vs i (agent_worths g i) in
  [&& (0 <? facing_over d)%Z, turns_rightly g n m d,
   strategies_priced g n d m mi, choices_covered g n d & all (within_means g D d mine) (askings d)].

(** Her replies are best, and the first of the best unless ties are any. *)
Definition replies_best g D vs w (s : seq nat) :=
  let h := after_table g D vs w in
  all_below (size (types g D vs)) (fun n => (nth 0%N s n < actions g)%N
    && all_below (actions g) (fun a => (at2 h n a <=? at2 h n (nth 0%N s n))%Z)
    && (any_ties g || all_below (nth 0%N s n) (fun a => at2 h n a <? at2 h n (nth 0%N s n))%Z)).
Definition gets g D vs w (s : seq nat) :=
  let ts := types g D vs in
  total (size ts) (fun n => worth_after g D vs w (nth_type ts n) (nth 0%N s n)).

(** If there is one agent she hears all there are by picking him, and ties may be any; else the
    others are as if they said nothing. *)
Definition hears_all g whose :=
  if whose is BayesianUser then true else (number_of_agents g == 1%N) && any_ties g.
Definition voices_heard g whose e := if hears_all g whose then voices e else take 1 (voices e).
Definition voices_met g whose e i :=
  if hears_all g whose then
    set_nth (says_nothing g (chances_over e)) (voices e) i (says_nothing g (chances_over e))
  else [::].
Definition same_voices g e := all_below (number_of_agents g) (fun j =>
  let v := voice_of g (chances_over e) (voices e) j in
  let v' := voice_of g (chances_over e) (voices e) 0 in
  (vocabulary v == vocabulary v') && all_below (agent_observations g) (fun xb =>
    all_below (vocabulary v) (fun n =>
      at2 (chances v) (seen g j xb) n =? at2 (chances v') (seen g 0 xb) n)%Z)).

Definition one_silent_round g := [&& length g == 1%N, user_messages g == 1%N, (0 < known_words g)%N
  & ~~ if ties g is FavourSpeaker then true else false].
Definition no_facing := Facing 0 [::] [::].
Definition facing_of e i := nth no_facing (facings e) i.
Definition signals_hold g whose (v : Q) e :=
  let D := chances_over e in
  let w := user_worths g in
  let heard := voices_heard g whose e in
  [&& one_silent_round g, (0 <? D)%Z && lawful_voices g D (voices e),
   hears_all g whose
   || [&& (any_ties g < number_of_agents g)%N, same_voices g e & (0 <=? Qnum (slack g))%Z],
   replies_best g D heard w (replies e) && is_over v (gets g D heard w (replies e)) (scale g D)
   & all_below (number_of_agents g) (fun i => deterred g D (voices_met g whose e i) i (facing_of e i)
       w (gets g D heard (agent_worths g i) (replies e)))].
Definition check_signals g whose (v : Q) e : option claim :=
  proved (lawful g && signals_hold g whose v e) (SomeEquilibrium whose v).

(** ** Lists of numbers *)
Lemma mem_vectors v ns : (v \in vectors_below ns)
  = (size v == size ns) && all_below (size ns) (fun j => nth 0%N v j < nth 0%N ns j)%N.
Proof.
elim: ns v => [|n ns IH] [|w v] //=.
- apply/negbTE/allpairsPdep => -[x [y [_ _ //]]].
- rewrite eqSS; have -> : (w :: v \in [seq x :: y | x <- iota 0 n, y <- vectors_below ns])
      = (w < n)%N && (v \in vectors_below ns).
    apply/allpairsPdep/andP => [[x [y [lt is_v [-> ->]]]]|[lt is_v]].
      by rewrite mem_iota in lt.
    by exists w, v; rewrite mem_iota.
  rewrite IH andbCA; congr (_ && _); apply/andP/all_belowP => [[lt /all_belowP ok] [[|j] //= ltj]|ok].
    exact: (ok (Ordinal (n := size ns) ltj)).
  split; first exact: (ok ord0).
  by apply/all_belowP => j; have := ok (lift ord0 j).
Qed.

Lemma uniq_vectors ns : uniq (vectors_below ns).
Proof.
elim: ns => [|n ns IH] //=; apply: allpairs_uniq => //; first exact: iota_uniq.
by move=> [x y] [x' y'] _ _ /= [-> ->].
Qed.

(** What holds of every plan holds of each. *)
Lemma every_planP g n start P : every_plan g n start P ->
  forall s, size s = n -> all (fun a => a < actions g)%N s -> P (start ++ s).
Proof.
elim: n start => [|n IH] start /= H s len ok; first by rewrite (size0nil len) cats0.
case: s len ok => [|a s] //= [len] /andP[lt ok].
have /all_belowP/(_ (Ordinal lt))/IH := H; rewrite -cat_rcons; exact.
Qed.

(** Prices that cover all strategies of a choice. *)
Lemma every_choiceP g n d words xs : every_choice g n d words xs ->
  forall ss : seq (seq nat), size ss = words ->
  (forall s, s \in ss -> [/\ size s = n, all (fun a => a < actions g)%N s & inside g n d s]) ->
  has (fun x => all (covers x) ss) xs.
Proof.
elim: words xs => [|words IH] xs /=.
  by case: xs => // x xs _ [|] //= _ _; rewrite orTb.
move=> every [|s ss] //= [len] ok; have [ls as_ ins] := ok s (mem_head _ _).
have := every_planP every ls as_; rewrite cat0s ins /= => rest.
have ok' s' : s' \in ss -> [/\ size s' = n, all (fun a => a < actions g)%N s' & inside g n d s'].
  by move=> in_ss; apply: ok; rewrite inE in_ss orbT.
have := IH _ rest ss len ok'; elim: xs {every rest} => //= x xs IHx.
by case: ifP => /= cov; [case: (all _ ss) => //=; rewrite ?orbF | ]; exact: IHx.
Qed.

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
Notation messages := {ffun agent -> word G}.
Hypotheses (fit : enough g lots words) (talk : one_silent_round g).
Notation quiet := (some_question R law lots words).

Lemma its_one_round : rounds G = 1%N. Proof. by case/and4P: talk => /eqP. Qed.
Lemma she_is_silent (q : question G) : q = quiet.
Proof. by case/and4P: talk => _ /eqP E _ _; apply: only_question. Qed.

Variables (w0 : words) (l0 : lots) (D : Z).
Hypothesis D0 : (0 <? D)%Z.
Notation n_th := (@word_number words w0).
Notation number_of b := (index b (enum words)).
Notation unsaid := (n_th 0 : word G).
Notation S := (num (scale g D)).
Notation voice_of := (voice_of g D).
Notation vectors := (vectors g D).
Notation types := (types g D).

Lemma D_gt0 : 0 < num D. Proof. exact: number_gt0. Qed.
Lemma scaleE : S = num D ^+ number_of_agents g * num (grain g).
Proof.
by rewrite /scale; elim: (number_of_agents g) => [|n IH]; rewrite ?mul1r //= numberM IH exprS mulrA.
Qed.
Lemma scale_gt0 : 0 < S.
Proof. by rewrite scaleE mulr_gt0 ?exprn_gt0 ?D_gt0 ?grain_gt0. Qed.

(** ** Messages as vectors of numbers *)
Definition vec (m : messages) : seq nat := [seq number_of (m j) | j <- enum agent].
Definition msg (v : seq nat) : messages := [ffun j : agent => n_th (nth 0%N v j) : word G].

Lemma nth_vec m (j : agent) : nth 0%N (vec m) j = number_of (m j).
Proof. by rewrite (nth_map j) ?size_enum_ord // -[in RHS](nth_ord_enum j j). Qed.

Lemma vecK m : msg (vec m) = m.
Proof. by apply/ffunP => j; rewrite ffunE nth_vec /word_number nth_index ?mem_enum. Qed.

Lemma number_n_th n : (n < #|words|)%N -> number_of (n_th n) = n.
Proof. by move=> lt; rewrite index_uniq ?enum_uniq // -cardE. Qed.

Section Voices.
Variable vs : seq voice.
Hypothesis law_vs : lawful_voices g D vs.
Notation words_of j := (vocabulary (voice_of vs j)).

Lemma lawful_at (j : agent) : cells_named g j && lawful_voice g D (voice_of vs j).
Proof. exact: (all_belowP _ _ law_vs j). Qed.

Lemma enough_words (j : agent) : (words_of j <= #|words|)%N.
Proof.
case/and3P: (lawful_at j) => _ le _; apply: leq_trans le _; move: fit.
by rewrite /enough /words_to_use; case: (agent_words g) => [n|] /andP[_] => [/eqP ->|].
Qed.

Lemma vec_in m : (vec m \in vectors vs) = [forall j : agent, (number_of (m j) < words_of j)%N].
Proof.
rewrite mem_vectors size_map size_enum_ord size_map size_iota eqxx /=.
apply/all_belowP/forallP => all j; have := all j; by rewrite nth_vec nth_tabulate ?ltn_ord.
Qed.

Lemma msgK v : v \in vectors vs -> vec (msg v) = v.
Proof.
rewrite mem_vectors size_map size_iota => /andP[/eqP len /all_belowP all].
apply: (@eq_from_nth _ 0%N) => [|j lt]; first by rewrite size_map size_enum_ord len.
rewrite size_map size_enum_ord in lt; have := all (Ordinal lt).
rewrite -[j]/(nat_of_ord (Ordinal lt)) nth_vec ffunE nth_tabulate // => lt'.
by rewrite number_n_th // (leq_trans lt') // (enough_words (Ordinal lt)).
Qed.

Lemma sum_vectors (F : seq nat -> R) :
  \sum_(m : messages) (if vec m \in vectors vs then F (vec m) else 0) = \sum_(v <- vectors vs) F v.
Proof.
rewrite -big_mkcond; transitivity (\sum_(m in [pred m : messages | vec m \in vectors vs]) F (vec m)).
  by apply: eq_bigl => m; rewrite inE.
rewrite -big_enum /= -(big_map vec xpredT F); apply: perm_big.
apply: uniq_perm; last move=> v.
- rewrite map_inj_uniq ?enum_uniq //; exact: can_inj vecK.
- exact: uniq_vectors.
apply/mapP/idP => [[m + ->]|is_v]; first by rewrite mem_enum.
by exists (msg v); rewrite ?mem_enum ?inE msgK.
Qed.

Lemma sum_types (F : nat * seq nat -> R) :
  \sum_(n < size (types vs)) F (nth_type (types vs) n)
  = \sum_(xa : XA) \sum_(m : messages) (if vec m \in vectors vs then F (nat_of_ord xa, vec m) else 0).
Proof.
rewrite -(big_mkord xpredT (fun n => F (nth_type (types vs) n))) -(big_nth _ xpredT F).
rewrite big_allpairs (_ : iota 0 _ = index_iota 0 (user_observations g)) ?big_mkord; last first.
  by rewrite /index_iota subn0.
apply: eq_bigr => xa _.
by rewrite (sum_vectors (fun v => F (nat_of_ord xa, v))).
Qed.

(** ** What is said how often *)
Definition chance_of (v : voice) (o : nat) (b : words) : R :=
  if (number_of b < vocabulary v)%N then num (at2 (chances v) o (number_of b)) / num D else 0.

Lemma product_chances xb (m : messages) :
  \prod_(j : agent) chance_of (voice_of vs j) (sees j xb : XB) (m j)
  = if vec m \in vectors vs then num (weight_of g D vs xb (vec m)) / num D ^+ number_of_agents g
    else 0.
Proof.
rewrite vec_in; case: ifP => [/forallP all|/negbT/forallPn[j out]]; last first.
  by apply/eqP/prodf_eq0; exists j => //; rewrite /chance_of (negPf out).
rewrite number_product.
transitivity (\prod_(j : agent) (num (at2 (chances (voice_of vs j)) (seen g j xb) (nth 0%N (vec m) j))
  / num D)); last by rewrite prodf_div prodr_const card_ord.
apply: eq_bigr => j _; rewrite /chance_of all nth_vec.
by have /andP[named _] := lawful_at j; rewrite (@val_seen R g law lots words j xb named).
Qed.

(** Agents who follow these signals. *)
Definition follows (C : profile G) j := forall (o : XB) b,
  signal quiet (C j) o b = chance_of (voice_of vs j) o b.

Lemma after_heard C table xa m (a : A) : (forall j, follows C j) ->
  after quiet C (payoff R table) xa m a
  = if vec m \in vectors vs then
      num (worth_after g D vs (worths g table) (nat_of_ord xa, vec m) a) / S else 0.
Proof.
move=> all; rewrite /after.
under eq_bigr => xb _ do rewrite (eq_bigr _ (fun j _ => all j _ _)) product_chances W_worths.
case: ifP => _; last by rewrite big1 // => xb _; rewrite mul0r.
rewrite number_total mulr_suml; apply: eq_bigr => xb _.
by rewrite numberM scaleE mulf_div.
Qed.

Lemma meets_met C (i : agent) table (o : XB) xa t (a : A) : (forall j, j != i -> follows C j) ->
  voice_of vs i = says_nothing g D -> of_others i unsaid t ->
  meets quiet i C (payoff R table) o xa t a
  = if vec t \in vectors vs then
      num (worth_met g D vs i (worths g table) o (nat_of_ord xa, vec t) a) / S else 0.
Proof.
move=> others mute /eqP ti; rewrite /meets.
have prod xb : \prod_(j | j != i) signal quiet (C j) (sees j xb) (t j)
    = \prod_(j : agent) chance_of (voice_of vs j) (sees j xb : XB) (t j).
  rewrite [RHS](bigD1 i) //= {1}/chance_of mute ti /=.
  have first : number_of (n_th 0) = 0%N.
    apply: number_n_th; apply: leq_ltn_trans (leq0n (index w0 (enum words))) _.
    by rewrite cardE index_mem mem_enum.
  rewrite first /at2 nth_tabulate ?ltn_ord //= divff ?mul1r ?gt_eqF ?D_gt0 //.
  by apply: eq_bigr => j ji; apply: others.
under eq_bigr => xb _ do rewrite prod product_chances W_worths.
case: ifP => _; last by rewrite big1 // => xb _; rewrite mul0r.
have /andP[named _] := lawful_at i.
rewrite number_total mulr_suml big_mkcond; apply: eq_bigr => xb _.
rewrite -(@val_seen R g law lots words i xb named) -val_eqE /=.
by case: eqP => _; rewrite ?mul0r // numberM scaleE mulf_div.
Qed.

Section Speaks.
Variable j : agent.
Definition says (o : XB) (n : 'I_(words_of j)) : R :=
  num (at2 (chances (voice_of vs j)) o n) / num D.
Fact says_ge0 o n : 0 <= says o n.
Proof.
rewrite divr_ge0 ?(ltW D_gt0) //.
by case/and3P: (lawful_at j) => _ _ /all_belowP/(_ o)/andP[_ /all_belowP/(_ n)/(number_ge0 R)].
Qed.
Fact says_sum1 o : \sum_n says o n = 1.
Proof.
case/and3P: (lawful_at j) => _ _ /all_belowP/(_ o)/andP[/(number_eq R) sum _].
rewrite -mulr_suml -(number_total R _ (at2 (chances (voice_of vs j)) o)) sum.
by rewrite divff ?gt_eqF ?D_gt0.
Qed.
Definition speaks : rule G := fun o _ _ =>
  push (fun n : 'I_(words_of j) => n_th n) (Dist (says_ge0 o) (says_sum1 o)).
End Speaks.

Lemma speaks_follows j : follows speaks j.
Proof.
move=> o b; rewrite /signal /chance_of /=.
have n_thE (n : 'I_(words_of j)) : (n_th n == b) = (nat_of_ord n == number_of b).
  have lt := leq_trans (ltn_ord n) (enough_words j); apply/eqP/eqP => [<-|->].
    by rewrite number_n_th.
  by rewrite /word_number nth_index ?mem_enum.
case: ifP => lt; last by rewrite big_pred0 // => n; rewrite n_thE; apply/negbTE; apply: contraFN lt => /eqP <-.
by rewrite (big_pred1 (Ordinal lt)) // => n; rewrite n_thE -val_eqE.
Qed.
End Voices.

Lemma mem_types vs z : (z \in types vs) = (z.1 < user_observations g)%N && (z.2 \in vectors vs).
Proof.
apply/allpairsPdep/andP => [[x [y [lt is_v ->]]]|[lt is_v]]; first by rewrite mem_iota in lt.
by exists z.1, z.2; rewrite mem_iota; case: z lt is_v.
Qed.

Lemma uniq_types vs : uniq (types vs).
Proof.
apply: allpairs_uniq; [exact: iota_uniq | exact: uniq_vectors | by move=> [x y] [x' y'] _ _].
Qed.

Section Types.
Variable vs : seq voice.
Hypothesis law_vs : lawful_voices g D vs.
Notation place xa m := (index (nat_of_ord xa, vec m) (types vs)).

Lemma place_lt (xa : XA) m : (place xa m < size (types vs))%N = (vec m \in vectors vs).
Proof. by rewrite index_mem mem_types ltn_ord. Qed.

Lemma nth_place (xa : XA) m : vec m \in vectors vs ->
  nth_type (types vs) (place xa m) = (nat_of_ord xa, vec m).
Proof. by move=> is_v; rewrite /nth_type nth_index // mem_types ltn_ord. Qed.

(** Her plans as lists. *)
Definition strategy_of (p : plan G) : seq nat :=
  [seq (if insub z.1 is Some xa then nat_of_ord (p (xa : XA, msg z.2)) else 0%N) | z <- types vs].

Lemma nth_strategy p (xa : XA) m : vec m \in vectors vs ->
  nth 0%N (strategy_of p) (place xa m) = p (xa, m).
Proof.
move=> is_v; rewrite (nth_map (0%N, [::])) ?place_lt // -/(nth_type _ _) nth_place //=.
by rewrite (valK xa) vecK.
Qed.

Lemma strategy_good p : size (strategy_of p) = size (types vs)
  /\ all (fun a => a < actions g)%N (strategy_of p).
Proof.
split; first by rewrite size_map.
apply/allP => a /mapP[z in_types ->]; case: insubP => [xa _ _|]; first exact: ltn_ord.
by move: in_types; rewrite mem_types => /andP[->].
Qed.

Lemma sum_places (F : nat -> R) : \sum_(n < size (types vs)) F n
  = \sum_(xa : XA) \sum_(m : messages) (if vec m \in vectors vs then F (place xa m) else 0).
Proof.
rewrite -(sum_types law_vs (fun z => F (index z (types vs)))); apply: eq_bigr => n _.
by rewrite /nth_type index_uniq ?uniq_types.
Qed.

(** ** No agent has a better rule *)
Section Deterred.
Variables (C : profile G) (i : agent) (d : facing) (mine : Z).
Hypotheses (others : forall j, j != i -> follows vs C j) (mute : voice_of vs i = says_nothing g D)
  (ok : deterred g D vs i d (user_worths g) mine).
Notation met table xa t o a :=
  (at3 (met_table g D vs i (worths g table)) (place xa t) o a).
Notation over := (num (facing_over d)).

Lemma facing_gt0 : 0 < over. Proof. by case/and5P: ok => pos _ _ _ _; apply: number_gt0. Qed.

Lemma mute_first t : vec t \in vectors vs -> of_others i unsaid t.
Proof.
rewrite vec_in => /forallP/(_ i); rewrite mute /= ltnS leqn0 => /eqP first.
by apply/eqP; rewrite -first /word_number nth_index ?mem_enum.
Qed.

Lemma meets_at table (o : XB) (xa : XA) t (a : A) : vec t \in vectors vs ->
  meets quiet i C (payoff R table) o xa t a = num (met table xa t o a) / S.
Proof.
move=> is_v; rewrite (meets_met law_vs table o xa a others mute (mute_first is_v)) is_v.
rewrite /at3 (nth_map (0%N, [::])) ?place_lt // /at2 nth_tabulate // /at1 nth_tabulate //.
by rewrite -/(nth_type _ _) nth_place.
Qed.

Lemma meets_out table (o : XB) (xa : XA) t (a : A) : of_others i unsaid t ->
  vec t \notin vectors vs -> meets quiet i C (payoff R table) o xa t a = 0.
Proof. by move=> ti /negPf out; rewrite (meets_met law_vs table o xa a others mute ti) out. Qed.

(** What she turns to. *)
Lemma turns_ok : turns_rightly g (size (types vs)) (met_table g D vs i (user_worths g)) d.
Proof. by case/and5P: ok. Qed.

Lemma turn_far n a b : (size (types vs) <= n)%N ->
  turn_weight d n a b = if a == b then facing_over d else 0%Z.
Proof.
move=> far; have /andP[le _] := turns_ok; rewrite /turn_weight (nth_default _ (n := n)) ?nth_nil //.
by apply: leq_trans le _; case: ifP.
Qed.

Lemma turn_lawful n (a : A) : (forall b : A, 0 <= num (turn_weight d n a b)) /\
  \sum_(b : A) num (turn_weight d n a b) = over.
Proof.
have [lt|far] := ltnP n (size (types vs)).
  have /andP[_ /all_belowP/(_ (Ordinal lt))/all_belowP/(_ a)/and3P[pos sum _]] := turns_ok.
  split=> [b|]; first by apply: number_ge0; exact: (all_belowP _ _ pos b).
  by rewrite -(number_total R _ (turn_weight d n a)) (number_eq R sum).
split=> [b|]; first by rewrite turn_far //; case: ifP => _ //; apply/ltW/facing_gt0.
rewrite (bigD1 a) //= turn_far // eqxx big1 ?addr0 // => b ne.
by rewrite turn_far //; case: eqP => // E; case/eqP: ne; apply/val_inj/esym.
Qed.

Fact turn_ge0 (xa : XA) t (a b : A) : 0 <= num (turn_weight d (place xa t) a b) / over.
Proof. by rewrite divr_ge0 ?(ltW facing_gt0) //; case: (turn_lawful (place xa t) a). Qed.
Fact turn_sum1 (xa : XA) t (a : A) : \sum_(b : A) num (turn_weight d (place xa t) a b) / over = 1.
Proof. by rewrite -mulr_suml; case: (turn_lawful (place xa t) a) => _ ->; rewrite divff ?gt_eqF ?facing_gt0. Qed.
Definition turn (xa : XA) (t : messages) (a : A) : dist R A := Dist (turn_ge0 xa t a) (turn_sum1 xa t a).

Definition may (xa : XA) (t : messages) (b : A) : bool := may_take g d (place xa t) b.

Lemma turn_may xa t a b : 0 < turn xa t a b -> may xa t b.
Proof.
rewrite /= pmulr_lgt0 ?invr_gt0 ?facing_gt0 // => pos; apply/some_belowP; exists a.
by rewrite -(number_ltE R).
Qed.

Lemma turn_well : turns_well quiet unsaid i C turn.
Proof.
move=> o xa t a ti; have -> : u = payoff R (utility g) by [].
have [is_v|out] := boolP (vec t \in vectors vs); last first.
  by rewrite meets_out // big1 // => b _; rewrite meets_out // mulr0.
have lt : (place xa t < size (types vs))%N by rewrite place_lt.
have /andP[_ /all_belowP/(_ (Ordinal lt))/all_belowP/(_ a)/and3P[_ _ /all_belowP/(_ o)]] := turns_ok.
move/(number_le R); rewrite numberM number_total => le.
have E (b : A) : turn xa t a b * meets quiet i C (payoff R (utility g)) o xa t b
    = num (turn_weight d (place xa t) a b * met (utility g) xa t o b) / (over * S).
  by rewrite meets_at // numberM -mulf_div.
under eq_bigr do rewrite E.
rewrite -mulr_suml meets_at // invfM mulrA ler_pmul2r ?invr_gt0 ?scale_gt0 //.
by rewrite ler_pdivl_mulr ?facing_gt0 // mulrC.
Qed.

(** Prices, for what she is made to follow. *)
Notation unasked := (Asking [::] [::] [::]).
Definition covers_all (q : followed G) x := all (fun b => covers x (strategy_of (q b))) (enum words).
Definition asking_for q := nth unasked (askings d) (find (covers_all q) (askings d)).
Definition price q (o : XB) : R := num (at1 (asked (asking_for q)) o) / (S * over).
Definition kappa q (b : words) (xa : XA) (t : messages) (a : A) : R :=
  num (at2 (reason_of (grounds (asking_for q)) (strategy_of (q b))) (place xa t) a) / over.

Lemma strategy_inside p : within i unsaid may p -> inside g (size (types vs)) d (strategy_of p).
Proof.
move=> ins; apply/all_belowP => n.
have := mem_nth (0%N, [::]) (ltn_ord n); rewrite -/(nth_type (types vs) n) mem_types.
case/andP=> ltx is_v; pose xa : XA := Ordinal ltx; pose t := msg (nth_type (types vs) n).2.
have vt : vec t = (nth_type (types vs) n).2 := msgK law_vs is_v.
have n_place : place xa t = n.
  by rewrite vt -surjective_pairing /nth_type index_uniq ?uniq_types.
have own : with_own i t unsaid = t.
  apply/ffunP => j; rewrite ffunE; case: eqP => // ->.
  by apply/esym/eqP/mute_first; rewrite vt.
have : may xa (with_own i t unsaid) (p (xa, t)) := ins (xa, t).
rewrite own /may; move: xa n_place => xa n_place.
by rewrite -[nat_of_ord n]n_place nth_strategy ?vt.
Qed.

Lemma asking_found (q : followed G) : (forall b, within i unsaid may (q b)) ->
  (find (covers_all q) (askings d) < size (askings d))%N /\ covers_all q (asking_for q).
Proof.
move=> ins; suff has_q : has (covers_all q) (askings d).
  by rewrite -has_find; split=> //; apply: nth_find.
case/and5P: ok => _ _ _ /orP[+ _|+ _].
  apply: sub_has => x no; apply/allP => b _; rewrite /covers; by case: (allowed x) no.
have := fit; rewrite /enough; case: (agent_words g) => // n /andP[_ /eqP <-] every.
have := every_choiceP every (ss := [seq strategy_of (q b) | b <- enum words]).
rewrite size_map -cardE => /(_ erefl) found.
rewrite (eq_has (a2 := fun x => all (covers x) [seq strategy_of (q b) | b <- enum words])).
  apply: found => s /mapP[b _ ->]; have [len lt] := strategy_good (q b).
  by split=> //; apply: strategy_inside.
by move=> x; rewrite all_map.
Qed.

Lemma means q : (find (covers_all q) (askings d) < size (askings d))%N ->
  within_means g D d mine (asking_for q).
Proof. by case/and5P: ok => _ _ _ _ /(all_nthP unasked); apply. Qed.

Lemma table_ge0 (table : seq (seq Z)) n a : all (all (Z.leb 0)) table -> 0 <= num (at2 table n a).
Proof.
move=> /(all_nthP [::]) all; rewrite /at2 /at1.
have [lt|le] := ltnP n (size table); last by rewrite (nth_default _ le) nth_nil.
have [lt'|le] := ltnP a (size (nth [::] table n)); last by rewrite (nth_default _ le).
by apply: number_ge0; apply: (all_nthP 0%Z (all n lt)).
Qed.

Lemma kappa_ge0 q b xa t a : 0 <= kappa q b xa t a.
Proof.
rewrite divr_ge0 ?(ltW facing_gt0) // table_ge0 //.
have : all (fun reason => all (all (Z.leb 0)) reason.2) (grounds (asking_for q)).
  have [/means/andP[] //|le] := ltnP (find (covers_all q) (askings d)) (size (askings d)).
  by rewrite /asking_for nth_default.
by elim: (grounds _) => //= -[s k] rs IH /andP[k0 rest]; case: eqP => // _; apply: IH.
Qed.

Lemma prices_cover_signals : covers_followed quiet i C unsaid may (U i) price kappa.
Proof.
split=> [q b xa t a|q ins b o]; first exact: kappa_ge0.
have [lt /allP/(_ b (mem_enum _ _)) cov] := asking_found ins.
set s := strategy_of (q b) in cov *; set x := asking_for q in cov *.
have suffice : prices_suffice g (size (types vs)) d (met_table g D vs i (user_worths g))
    (met_table g D vs i (agent_worths g i)) x s.
  case/and5P: ok => _ _ /every_planP priced _ _; have [len small] := strategy_good (q b).
  have := priced s len small; rewrite cat0s strategy_inside //= => /(all_nthP unasked)/(_ _ lt).
  by rewrite -/(asking_for q) -/x cov.
have {suffice} /(number_le R) le := all_belowP _ _ suffice o.
rewrite /covered /price ler_pdivl_mulr ?mulr_gt0 ?scale_gt0 ?facing_gt0 //.
apply: le_trans le; rewrite number_total le_eqVlt; apply/orP; left; apply/eqP.
pose m := met_table g D vs i (user_worths g); pose mi := met_table g D vs i (agent_worths g i).
pose F n := let a := nth 0%N s n in num (facing_over d * at3 mi n o a + total (actions g)
  (fun b => at2 (reason_of (grounds x) s) n b * (at3 m n o a - at3 m n o b)))%Z.
rewrite -[RHS]/(\sum_(n < size (types vs)) F n) (sum_places F) mulr_suml; apply: eq_bigr => xa _.
rewrite mulr_suml [LHS]big_mkcond; apply: eq_bigr => t _; rewrite /F /m /mi {F m mi}.
have [is_v|out] := boolP (vec t \in vectors vs); last first.
  case: ifP => // ti; rewrite meets_out // add0r big1 ?mul0r // => a _.
  by rewrite !meets_out // subrr mulr0.
rewrite (mute_first is_v) nth_strategy // -/s.
have -> : U i = payoff R (agent_utility g i) by [].
have -> : u = payoff R (utility g) by [].
rewrite meets_at // numberD numberM number_total mulrDl; congr (_ + _).
  by rewrite mulrA divfK ?gt_eqF ?scale_gt0 // mulrC.
rewrite mulr_suml; apply: eq_bigr => a _; rewrite !meets_at // -mulrBl /kappa -/s -/x mulf_div.
by rewrite numberM numberB [over * S]mulrC divfK // mulf_neq0 ?gt_eqF ?scale_gt0 ?facing_gt0.
Qed.

Lemma prices_enough (q : followed G) : (forall b, within i unsaid may (q b)) ->
  \sum_o price q o <= num mine / S + rational R (slack g).
Proof.
move=> /asking_found[/means/andP[_ /(number_le R)] + _].
rewrite -mulr_suml -(number_total R _ (at1 (asked (asking_for q)))) !(numberD, numberM).
set T := num (total _ _); set K := num (Zpos _); set E := num (Qnum _).
have K0 : 0 < K by apply: number_pos.
move=> le; rewrite ler_pdivr_mulr ?mulr_gt0 ?scale_gt0 ?facing_gt0 //.
have -> : (num mine / S + rational R (slack g)) * (S * over) = over * (K * num mine + E * S) / K.
  rewrite /rational -/K -/E addf_div ?gt_eqF ?scale_gt0 // [K * num mine]mulrC invfM.
  rewrite -[LHS]mulrA (_ : S^-1 / K * (S * over) = over / K); last first.
    by rewrite mulrACA mulVf ?gt_eqF ?scale_gt0 // mul1r mulrC.
  by rewrite mulrA [over * _]mulrC.
by rewrite ler_pdivl_mulr // mulrC.
Qed.
End Deterred.

(** ** What she does if nobody deviates *)
Section Replies.
Variables (C : profile G) (s : seq nat).
Hypotheses (heard : forall j, follows vs C j) (best : replies_best g D vs (user_worths g) s).

Definition does : plan G := [ffun z : XA * messages =>
  if vec z.2 \in vectors vs then insubd (some_action G) (nth 0%N s (place z.1 z.2)) else some_action G].

Lemma reply_at xa m : vec m \in vectors vs ->
  [/\ (nth 0%N s (place xa m) < actions g)%N, does (xa, m) = nth 0%N s (place xa m) :> nat
    & (any_ties g || all_below (nth 0%N s (place xa m)) (fun a =>
       worth_after g D vs (user_worths g) (nat_of_ord xa, vec m) a
       <? worth_after g D vs (user_worths g) (nat_of_ord xa, vec m) (nth 0%N s (place xa m))))%Z
    /\ forall a : A, (worth_after g D vs (user_worths g) (nat_of_ord xa, vec m) a
       <=? worth_after g D vs (user_worths g) (nat_of_ord xa, vec m) (nth 0%N s (place xa m)))%Z].
Proof.
move=> is_v; have lt : (place xa m < size (types vs))%N by rewrite place_lt.
have /= /andP[/andP[small le] first] := all_belowP _ _ best (Ordinal lt).
have at_place a : (a < actions g)%N -> at2 (after_table g D vs (user_worths g)) (place xa m) a
    = worth_after g D vs (user_worths g) (nat_of_ord xa, vec m) a.
  move=> lt_a; rewrite /at2 (nth_map (0%N, [::])) // /at1 nth_tabulate //.
  by rewrite -/(nth_type _ _) nth_place.
split=> //; first by rewrite /does ffunE /= is_v insubdK.
split=> [|a]; last by have := all_belowP _ _ le a; rewrite !at_place.
case/orP: first => [-> //|/all_belowP first]; apply/orP; right; apply/all_belowP => a.
by have := first a; rewrite !at_place // (leq_trans (ltn_ord a)) // ltnW.
Qed.

Lemma does_best xa m (a : A) : after quiet C u xa m a <= after quiet C u xa m (does (xa, m)).
Proof.
have -> : u = payoff R (utility g) by [].
rewrite !(after_heard law_vs _ _ _ _ heard); case: ifP => // is_v.
by have [_ -> [_ le]] := reply_at xa is_v; rewrite ler_pmul2r ?invr_gt0 ?scale_gt0 ?number_leE.
Qed.

Lemma does_first xa m : ~~ any_ties g -> is_first (after quiet C u xa m) (does (xa, m)).
Proof.
move=> ties; split=> [a|b best_b]; first exact: does_best.
rewrite !enum_rank_ord /=; case is_v : (vec m \in vectors vs); last by rewrite ffunE /= is_v.
have [small E [first _]] := reply_at xa is_v; rewrite E leqNgt; apply/negP => lt.
move: first; rewrite (negPf ties) /= => /all_belowP/(_ (Ordinal lt)) /=; rewrite -(number_ltE R) => less.
have := best_b (does (xa, m)); have -> : u = payoff R (utility g) by [].
rewrite !(after_heard law_vs _ _ _ _ heard) is_v ler_pmul2r ?invr_gt0 ?scale_gt0 // E.
by rewrite leNgt less.
Qed.

Lemma worth_does table : worth C (plays quiet unsaid (l0 : lot G) does) (payoff R table)
  = num (gets g D vs (worths g table) s) / S.
Proof.
pose F n := num (worth_after g D vs (worths g table) (nth_type (types vs) n) (nth 0%N s n)).
rewrite (worth_plays _ _ she_is_silent its_one_round) /gets number_total.
rewrite -[X in _ = X / _]/(\sum_(n < size (types vs)) F n) (sum_places F) mulr_suml.
apply: eq_bigr => xa _; rewrite mulr_suml; apply: eq_bigr => m _.
rewrite (after_heard law_vs _ _ _ _ heard); case: ifP => is_v; last by rewrite mul0r.
by have [_ -> _] := reply_at xa is_v; rewrite /F nth_place.
Qed.
End Replies.
End Types.

(** ** The equilibrium *)
Section Holds.
Variables (whose : user) (v : Q) (e : signals).
Hypotheses (same_D : chances_over e = D) (ok : signals_hold g whose v e).
Notation w := (user_worths g).
Notation heard := (voices_heard g whose e).
Notation met := (voices_met g whose e).

Lemma law_all : lawful_voices g D (voices e).
Proof. by case/and5P: ok => _; rewrite same_D => /andP[]. Qed.

Lemma law_nothing : lawful_voice g D (says_nothing g D).
Proof.
case/and4P: talk => _ _ some _; rewrite /lawful_voice (_ : (_ <= _)%N) /=; last first.
  apply: leq_trans some _; rewrite /known_words /words_to_use.
  by case: (agent_words g) => [n|] //; rewrite leq_addr.
apply/all_belowP => o.
rewrite /at2 /= nth_tabulate ?ltn_ord //= /total /= Z.add_0_r Z.eqb_refl /=.
apply/all_belowP => n; rewrite (ord1 n) /=; apply/Z.leb_le/Z.lt_le_incl/Z.ltb_lt; exact: D0.
Qed.

Lemma law_part ws : (forall j : agent, voice_of ws j = voice_of (voices e) j
    \/ voice_of ws j = says_nothing g D) -> lawful_voices g D ws.
Proof.
move=> part; apply/all_belowP => j; have /andP[named lawful_j] := lawful_at law_all j.
by rewrite named; case: (part j) => ->; rewrite ?lawful_j ?law_nothing.
Qed.

Lemma law_met i : lawful_voices g D (met i).
Proof.
apply: law_part => j; rewrite /voices_met same_D; case: ifP => _; last by right; rewrite /voice_of nth_nil.
by rewrite /voice_of nth_set_nth /=; case: eqP => _; [right | left].
Qed.

Lemma law_heard : lawful_voices g D heard.
Proof.
apply: law_part => j; rewrite /voices_heard; case: ifP => _; first by left.
rewrite /voice_of; have [j0|j1] := posnP j; last by right; rewrite nth_default // size_take; case: ifP => //; case: (size _) => [|[]].
by left; rewrite j0; case: (voices e).
Qed.

Lemma met_mute (i : agent) : voice_of (met i) i = says_nothing g D.
Proof.
rewrite /voices_met same_D /voice_of; case: ifP => _; last by rewrite nth_nil.
by rewrite nth_set_nth /= eqxx.
Qed.

Lemma deterred_at (i : agent) : deterred g D (met i) i (facing_of e i) w
  (gets g D heard (agent_worths g i) (replies e)).
Proof. by case/and5P: ok => _ _ _ _ /all_belowP/(_ i); rewrite same_D. Qed.

Lemma best_at : replies_best g D heard w (replies e).
Proof. by case/and5P: ok => _ _ _; rewrite same_D => /andP[]. Qed.

Lemma value_at : num (gets g D heard w (replies e)) / S = rational R v.
Proof. by case/and5P: ok => _ _ _; rewrite same_D => /andP[_ over] _; apply: is_overP over; apply: scale_gt0. Qed.

Notation p := (does heard (replies e)).
Notation the_plays := (plays quiet unsaid (l0 : lot G) p).
Definition its_may (i : agent) := may (met i) (facing_of e i).
Definition its_price (i : agent) := price (met i) (facing_of e i).
Definition its_kappa (i : agent) := kappa (met i) (facing_of e i).

Lemma may_all i xa t a : ~~ any_ties g -> its_may i xa t a.
Proof.
move=> /negPf ties; apply/some_belowP; exists a; rewrite /turn_weight.
case/and5P: (deterred_at i) => pos /andP[le _] _ _ _.
by move: le; rewrite ties leqn0 => /nilP ->; rewrite !nth_nil eqxx.
Qed.

Definition speak_all : profile G := fun j => speaks law_all j.

(** The Bayesian user, or a user with one agent. *)
Section AllHeard.
Hypothesis all : hears_all g whose.

Lemma all_follow j : follows heard speak_all j.
Proof. by move=> o b; rewrite /voices_heard all; apply: speaks_follows. Qed.

Lemma others_follow (i j : agent) : j != i -> follows (met i) speak_all j.
Proof.
move=> /negPf ji o b; rewrite (speaks_follows law_all) /voices_met all same_D /voice_of.
by rewrite nth_set_nth /= [_ == _]ji.
Qed.

Lemma all_cover i : covers_followed quiet i speak_all unsaid (its_may i) (U i) (its_price i) (its_kappa i).
Proof. exact: (prices_cover_signals (law_met i) (@others_follow i) (met_mute i) (deterred_at i)). Qed.

Lemma all_enough i (q : followed G) : (forall b, within i unsaid (its_may i) (q b)) ->
  \sum_o its_price i q o <= worth speak_all the_plays (U i) + rational R (slack g).
Proof.
have -> : U i = payoff R (agent_utility g i) by [].
rewrite (worth_does law_heard all_follow best_at); exact: (prices_enough (law_met i) (met_mute i) (deterred_at i)).
Qed.

Lemma all_value : worth speak_all the_plays u = rational R v.
Proof.
have E : u = payoff R (utility g) by [].
by rewrite [in LHS]E (worth_does law_heard all_follow best_at) value_at.
Qed.

Lemma all_heard_equilibrium : exists r : response G, [/\ bayes r, obeys_ties r,
  equilibrium (rational R (slack g)) r speak_all & worth speak_all (r None speak_all) u = rational R v].
Proof.
have [any|ties] := boolP (any_ties g).
  have [r [rb path eqm]] := @signals_equilibrium R G quiet unsaid l0 she_is_silent its_one_round
    speak_all p _ _ _ _ all_cover all_enough
    (fun i => turn (deterred_at i)) (does_best law_heard all_follow best_at)
    (fun i => turn_well (law_met i) (@others_follow i) (met_mute i) (deterred_at i))
    (fun i => @turn_may _ _ _ _ (deterred_at i)).
  exists r; split=> //; last by rewrite path all_value.
  by move: any; rewrite /obeys_ties /any_ties; case: (ties g).
have [value eqm] := @first_equilibrium R G quiet unsaid l0 she_is_silent its_one_round
  speak_all p _ _ _ _ all_cover all_enough (fun i xa t a => may_all i xa t a ties)
  (fun xa m => does_first law_heard all_follow best_at xa m ties).
exists (fun _ => best_reply (l0 : lot G) quiet); split=> //; last by rewrite value all_value.
  by move=> o C; apply: best_reply_optimal.
have [ord bel] := @best_reply_ties R G l0 quiet.
case/and4P: talk => _ _ _ + ; move: ties; rewrite /obeys_ties /any_ties; by case: (ties g).
Qed.
End AllHeard.

(** A user who picks an agent. *)
Section Picked.
Hypothesis picks : ~~ hears_all g whose.

Lemma when_picking : [/\ (any_ties g < number_of_agents g)%N, same_voices g e & 0 <= rational R (slack g)].
Proof.
case/and5P: ok => _ _ + _ _; rewrite (negPf picks) /= => /and3P[some same pos].
by split=> //; apply: slack_ge0.
Qed.
Lemma agents_gt0 : (0 < number_of_agents g)%N.
Proof. by case: when_picking => lt _ _; apply: leq_ltn_trans lt. Qed.
Definition first_agent : agent := Ordinal agents_gt0.

Lemma another : (exists z : agent, z != first_agent)
  \/ (forall j : agent, j = first_agent) /\ ~~ any_ties g.
Proof.
have [two|one] := ltnP 1 (number_of_agents g); [left; by exists (Ordinal two) | right].
split=> [j|]; first by apply/val_inj/eqP; rewrite -leqn0 -ltnS; apply: leq_trans (ltn_ord j) one.
by case: when_picking => lt _ _; have := leq_trans lt one; case: (any_ties g).
Qed.
Notation nobody := (@say_nothing R G unsaid).
Notation nothing := (@nothing_said R G unsaid).

Lemma nothing_follows ws (j : agent) : voice_of ws j = says_nothing g D -> follows ws nobody j.
Proof.
move=> E o b; rewrite /chance_of E /signal /say_nothing /sure /=.
have first : number_of (n_th 0) = 0%N.
  apply: number_n_th; apply: leq_ltn_trans (leq0n (index w0 (enum words))) _.
  by rewrite cardE index_mem mem_enum.
have [->|ne] := eqVneq b (n_th 0).
  by rewrite first /= /at2 nth_tabulate ?ltn_ord //= divff ?gt_eqF ?D_gt0.
case: ifP => //; rewrite ltnS leqn0 => /eqP zero.
by case/eqP: ne; rewrite -(nth_index w0 (mem_enum _ b)) zero.
Qed.

Lemma met_nothing i (j : agent) : voice_of (met i) j = says_nothing g D.
Proof. by rewrite /voices_met (negPf picks) /voice_of nth_nil. Qed.

Lemma others_nothing (i j : agent) : j != i -> follows (met i) nobody j.
Proof. by move=> _; apply: nothing_follows; apply: met_nothing. Qed.

Lemma all_alike j : same_rule j (speak_all j) first_agent (speak_all first_agent).
Proof.
move=> xb past q b; have [_ /all_belowP/(_ j) + _] := when_picking; rewrite same_D.
move=> /andP[/eqP E /all_belowP/(_ xb) same].
rewrite [LHS](speaks_follows law_all j (sees j xb) b).
rewrite [RHS](speaks_follows law_all first_agent (sees first_agent xb) b) /chance_of -E.
case: ifP => // lt; congr (_ / _).
have /andP[named _] := lawful_at law_all j; have /andP[named1 _] := lawful_at law_all first_agent.
rewrite (@val_seen R g law lots words j xb named).
rewrite (@val_seen R g law lots words first_agent xb named1).
exact/number_eq/(all_belowP _ _ same (Ordinal lt)).
Qed.

(** The first agent says what all say, and nobody else says anything. *)
Definition first_speaks : profile G := replace nobody first_agent (speak_all first_agent).

Lemma others_unheard (j : agent) : j != first_agent -> voice_of heard j = says_nothing g D.
Proof.
move=> ne; have j1 : (0 < j)%N.
  by rewrite lt0n; apply: contraNneq ne => j0; apply/eqP; apply: val_inj.
rewrite /voices_heard (negPf picks) /voice_of nth_default // size_take.
by case: ifP => //; case: (size _) => [|[]].
Qed.

Lemma first_follows j : follows heard first_speaks j.
Proof.
have [->|ne] := eqVneq j first_agent => o b; rewrite /first_speaks /replace; last first.
  by rewrite (negPf ne); apply: nothing_follows; apply: others_unheard.
rewrite eqxx (speaks_follows law_all) /voices_heard (negPf picks); congr (chance_of _ _ _).
by rewrite /voice_of /=; case: (voices e).
Qed.

Lemma told_after f xa b a : worth_told quiet first_agent (speak_all first_agent) f xa b a
  = after quiet first_speaks f xa (with_own first_agent nothing b) a.
Proof.
apply: eq_bigr => xb _; congr (_ * _).
rewrite (bigD1 first_agent) //= /first_speaks replace_same ffunE eqxx big1 ?mulr1 // => j /negPf ne.
by rewrite /replace ne !ffunE ne /signal /= eqxx.
Qed.

Definition says_to_her xa b := p (xa, with_own first_agent nothing b).
Notation hears_first := (hear quiet unsaid (l0 : lot G) first_agent says_to_her).

Lemma worth_first table : worth speak_all hears_first (payoff R table)
  = num (gets g D heard (worths g table) (replies e)) / S.
Proof.
rewrite -(worth_does law_heard first_follows best_at).
rewrite (@worth_alone_eq R G _ first_speaks _ _ first_agent); last first.
- exact: hear_hears.
- by rewrite /first_speaks replace_same.
rewrite /hear !(worth_plays _ _ she_is_silent its_one_round).
apply: eq_bigr => xa _; apply: eq_bigr => m _; rewrite ffunE /=.
have [is_v|/negPf out] := boolP (vec m \in vectors heard); last first.
  by rewrite !(after_heard law_heard _ _ _ _ first_follows) out.
congr (after _ _ _ _ _ (p (_, _))); apply/ffunP => j; rewrite !ffunE; case: eqP => [-> //|/eqP ne].
move: is_v; rewrite vec_in => /forallP/(_ j); rewrite others_unheard //= ltnS leqn0 => /eqP zero.
by rewrite -zero /word_number nth_index ?mem_enum.
Qed.

(** What she turns to depends on what she has observed only. *)
Definition may_picked (i : agent) (xa : XA) (_ : messages) a := its_may i xa nothing a.

Lemma vec_nothing i m : vec m \in vectors (met i) -> m = nothing.
Proof.
rewrite vec_in => /forallP all; apply/ffunP => j; have := all j.
by rewrite met_nothing /= ltnS leqn0 ffunE => /eqP <-; rewrite /word_number nth_index ?mem_enum.
Qed.

Lemma within_picked i (q : plan G) : within i unsaid (may_picked i) q -> within i unsaid (its_may i) q.
Proof.
move=> ins z; have := ins z; rewrite /may_picked; set t := with_own _ _ _.
have [/vec_nothing <- //|out _] := boolP (vec t \in vectors (met i)).
apply/some_belowP; exists (q z); rewrite (turn_far (deterred_at i)) ?eqxx.
  by case/and5P: (deterred_at i).
by rewrite leqNgt place_lt.
Qed.

Lemma picked_cover i : covers_followed quiet i nobody unsaid (may_picked i) (U i) (its_price i) (its_kappa i).
Proof.
have [kap0 cover] := prices_cover_signals (law_met i) (@others_nothing i) (met_mute i) (deterred_at i).
by split=> // q ins b o; apply: cover => b'; apply/within_picked/ins.
Qed.

Lemma picked_enough i (q : followed G) : (forall b, within i unsaid (may_picked i) (q b)) ->
  \sum_o its_price i q o <= worth speak_all hears_first (U i) + rational R (slack g).
Proof.
move=> ins; have -> : U i = payoff R (agent_utility g i) by [].
rewrite worth_first; apply: (prices_enough (law_met i) (met_mute i) (deterred_at i)) => b.
exact/within_picked/ins.
Qed.

Lemma picked_value : worth speak_all hears_first u = rational R v.
Proof. by have E : u = payoff R (utility g) by []; rewrite [in LHS]E worth_first value_at. Qed.

Lemma picked_holds : exists (r : response G) pick, [/\ best_ai r pick, obeys_ties_picking r pick,
  equilibrium (rational R (slack g)) r speak_all & worth speak_all (r None speak_all) u = rational R v].
Proof.
have [_ _ gamma0] := when_picking; have [any|ties] := boolP (any_ties g).
  have [[z other]|[_ /negP[]//]] := another.
  pose turn_to i xa a := turn (deterred_at i) xa nothing a.
  have best xa b a : worth_told quiet first_agent (speak_all first_agent) u xa b a
      <= worth_told quiet first_agent (speak_all first_agent) u xa b (says_to_her xa b).
    by rewrite !told_after; apply: (does_best law_heard first_follows best_at).
  have well i : turns_well quiet unsaid i nobody (fun xa _ => turn_to i xa).
    move=> o xa t a ti; have [/vec_nothing E|out] := boolP (vec t \in vectors (met i)).
      rewrite E in ti *.
      exact: (turn_well (law_met i) (@others_nothing i) (met_mute i) (deterred_at i)).
    have E : u = payoff R (utility g) by [].
    rewrite E (meets_out (law_met i) (@others_nothing i) (met_mute i) _ _ _ _ ti out) big1 // => b _.
    by rewrite (meets_out (law_met i) (@others_nothing i) (met_mute i) _ _ _ _ ti out) mulr0.
  have [r [pick [rb path eqm]]] := @picked_equilibrium R G quiet unsaid l0 she_is_silent its_one_round
    speak_all first_agent z says_to_her _ other all_alike gamma0 _ _ _ picked_cover
    picked_enough turn_to best well (fun i xa t a b => @turn_may _ _ _ _ (deterred_at i) xa nothing a b).
  exists r, pick; split=> //; last by rewrite path picked_value.
  by move: any; rewrite /obeys_ties_picking /any_ties; case: (ties g).
have all_may i xa t a : may_picked i xa t a by apply: may_all.
have first xa b : is_first (worth_told quiet first_agent (speak_all first_agent) u xa b) (says_to_her xa b).
  apply: is_first_ext (does_first law_heard first_follows best_at _ _ ties) => a.
  by rewrite told_after.
suff [prefers [value eqm]] : exists prefers, let r := by_preference (l0 : lot G) quiet first_agent prefers in
    worth speak_all (r None speak_all) u = worth speak_all hears_first u
    /\ equilibrium (rational R (slack g)) r speak_all.
  exists (by_preference (l0 : lot G) quiet first_agent prefers), (preferred (l0 : lot G) quiet first_agent prefers).
  split; [exact: preferred_best | | exact: eqm | by rewrite value picked_value].
  have anon := @preferred_anonymous R G l0 quiet first_agent prefers.
  case/and4P: talk => _ _ _ + ; move: ties; rewrite /obeys_ties_picking /any_ties; case: (ties g) => // _ _.
    by split; [apply: preferred_belief | apply: anon].
  by split; [apply: preferred_order | apply: anon].
have [[z other]|[only _]] := another.
  have := @preferred_common R G quiet unsaid l0 she_is_silent its_one_round speak_all first_agent z
    says_to_her _ other all_alike gamma0 _ _ _ picked_cover picked_enough all_may first.
  by exists (fun o => if o == Some first_agent then z else first_agent).
exists (fun=> first_agent).
exact: (@preferred_single R G quiet unsaid l0 she_is_silent its_one_round speak_all first_agent
  says_to_her _ _ _ _ picked_cover picked_enough only all_may first).
Qed.
End Picked.

(** A user who picks the only agent hears all there are. *)
Theorem signals_sound : holds R law lots words (SomeEquilibrium whose v).
Proof.
have [all|picks] := boolP (hears_all g whose); last first.
  have [r [pick found]] := picked_holds picks.
  by move: picks; case: (whose) => // _; exists r, pick, speak_all.
have [r [rb obeys eqm value]] := all_heard_equilibrium all.
case: (whose) all; first by exists r, speak_all.
case/andP=> /eqP one any; have pos : (0 < number_of_agents g)%N by rewrite one.
exists r, (fun _ _ _ => Ordinal pos : agent), speak_all; split=> //; last first.
  by move: any; rewrite /obeys_ties_picking /any_ties; case: (ties g).
move=> o C'; split=> [l _ xa h h' same|i s' _]; last exact: rb.
suff -> : h = h' by split.
by apply/ffunP => j; apply: same; rewrite inE; apply/eqP/only_agent.
Qed.
End Holds.
End Sound.

(** What the check says is true. *)
Theorem check_signals_sound (R : realFieldType) (lots words : finType) g (law : lawful g)
    whose v e q : enough g lots words -> check_signals g whose v e = Some q ->
  holds R law lots words q.
Proof.
move=> fit /proved_some[/andP[_ ok] <-].
have /and5P[talk /andP[D0 _] _ _ _] := ok.
have [w0 _] : exists w0 : words, true by case/and4P: talk => _ _ pos _; apply: (known_word fit).
have [l0 _] := some_lot fit.
exact: (signals_sound _ law fit talk w0 l0 D0 (erefl _) ok).
Qed.

Print Assumptions check_signals_sound.
