(** * A common rule as an equilibrium: the check, and that it is right (theory.md 6.7)

    Two agents offer the same rule, which is worth to her what they can tell her together,
    and no agent alone could offer her more.  The check is computation with integers, as in
    Checker.v. *)

From Coq Require Import ZArith QArith_base.
From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound Revealing Prices Induction Alone Team Offers.
From Alignment Require Import TeamValue Arithmetic Instance Checker CheckerLemmas CheckerSound.
From Alignment Require Import TeamChecker.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.
Delimit Scope Z_scope with Z.   (* mathcomp's integers are not used *)

(** ** The check

    Two agents, the steps by which observations are in one class for both, and what each
    agent alone can tell her, with his steps. *)
Record common := Common {
  first_of : nat;
  second_of : nat;
  shared : seq nat;
  each_alone : seq (Q * seq nat) }.

Definition nobody_more g v e := all_below (number_of_agents g) (fun j =>
  let: (x, steps) := nth (v, [::]) (each_alone e) j in
  team_has g [:: j] x steps
  && (Qnum x * Zpos (Qden v) <=? Qnum v * Zpos (Qden x))%Z).
Definition unique_bests g (w : seq (seq (seq Z))) :=
  all_below (user_observations g) (fun xa => all_below (agent_observations g) (fun xb =>
    ~~ occurs g xa xb || all_below (actions g) (fun a => all_below (actions g) (fun b =>
      [|| a == b, at3 w xa xb a <? greatest (actions g) (at3 w xa xb)
        | at3 w xa xb b <? greatest (actions g) (at3 w xa xb)]%Z)))).

(** The user who picks goes back to the other one if one deviates; the Bayesian user takes
    what is best at every point, if it is unique. *)
Definition common_holds g whose v e :=
  [&& (0 <=? Qnum (slack g))%Z, first_of e != second_of e,
   team_has g [:: first_of e; second_of e] v (shared e)
   & match whose with
     | PickingUser => (if ties g is Any then true else false) && nobody_more g v e
     | BayesianUser => [&& ~~ if ties g is FavourSpeaker then true else false,
         is_over v (optimum g) (grain g) & unique_bests g (user_worths g)]
     end].
Definition check_common g whose (v : Q) e : option claim :=
  proved (lawful g && common_holds g whose v e) (SomeEquilibrium whose v).

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
Variables (v : Q) (e : common).
Hypotheses (slack_ok : (0 <=? Qnum (slack g))%Z) (two : first_of e != second_of e)
  (team : team_has g [:: first_of e; second_of e] v (shared e)).

Lemma two_members : exists i j : agent, [/\ i = first_of e :> nat, j = second_of e :> nat & j != i].
Proof.
have members : all (fun i => (i < number_of_agents g)%N && cells_named g i)
    [:: first_of e; second_of e].
  by case/and5P: team.
case/and3P: members => /andP[lt _] /andP[lt' _] _.
exists (Ordinal lt), (Ordinal lt'); split=> //.
by rewrite -val_eqE /= eq_sym.
Qed.

Lemma gamma_ge0 : 0 <= rational R (slack g). Proof. exact: slack_ge0. Qed.

Notation T := (fun w0 : words =>
  team_rule quiet (w0 : word G) (class (law := law) (lots := lots) (shared e))).
Notation is_one := (is_member (law := law) (lots := lots) (words := words) [:: first_of e; second_of e]).

Theorem common_picking : (if ties g is Any then true else false) -> nobody_more g v e ->
  holds R law lots words (SomeEquilibrium PickingUser v).
Proof.
move=> any /all_belowP nobody; have [w0 _] := first_word law fit team; have [l0 _] := some_lot fit.
have [i [j [Ei Ej ji]]] := two_members; pose C : profile G := T w0.
have is_i : is_one i by rewrite /is_member Ei !inE eqxx.
have is_j : is_one j by rewrite /is_member Ej !inE eqxx orbT.
pose s k : strategy G := @alone R G l0 quiet u k (C k).
have hear k : hears_only (s k) k by move=> l; apply: alone_hears.
have same : same_rule i (C i) j (C j).
  move=> xb p q a; rewrite /C.
  by rewrite !(@team_rule_says R G quiet w0 _ _ (member_class fit team)).
have alike f : worth C (s i) f = worth C (s j) f.
  apply: eq_bigr => xa _; apply: eq_bigr => xb _; apply: eq_bigr => a _; congr (_ * _).
  apply: eq_bigr => l _; congr (_ * _).
  by apply: (@taken_same R G l0 quiet u C C i j l l xa xb _ _ _ a same); rewrite !ffunE.
have attains : worth C (s i) u = rational R v.
  have worth_i := shared_worth fit team l0 w0 is_i.
  rewrite (worth_alone_unique worth_i (@worth_alone_gain R G l0 quiet i (T w0 i))).
  exact: alone_worth.
have most k c s' : hears_only s' k -> worth (replace C k c) s' u <= worth C (s i) u.
  move=> hear'; rewrite attains.
  have := nobody k; case: (nth _ _ _) => x steps /andP[has_k le].
  apply: le_trans (alone_no_more fit has_k _ (erefl _) hear') _.
  rewrite /rational ler_pdivr_mulr ?number_pos // mulrAC ler_pdivl_mulr ?number_pos //.
  by rewrite -!numberM number_leE.
have [r [pick [rb path eqm]]] := common_rule (hear i) (hear j) ji alike most.
exists r, pick, C; split=> //; last by rewrite path attains.
  by rewrite /obeys_ties_picking; case: (ties g) any.
by move=> k c; apply: le_trans (eqm k c) _; rewrite ler_add2l gamma_ge0.
Qed.

Theorem common_bayes : ~~ (if ties g is FavourSpeaker then true else false) ->
  is_over v (optimum g) (grain g) -> unique_bests g (user_worths g) ->
  holds R law lots words (SomeEquilibrium BayesianUser v).
Proof.
move=> no_favour over uniq; have [w0 _] := first_word law fit team; have [l0 _] := some_lot fit.
have [i [j [Ei Ej ji]]] := two_members; pose C : profile G := T w0.
have opt : OPT G = rational R v by rewrite OPT_optimum; apply: is_overP (grain_gt0 R law) over.
have teach k : is_one k -> teaches k (C k).
  by move=> is_k; apply: worth_alone_teaches; rewrite opt; exact: (shared_worth fit team l0 w0 is_k).
have is_i : is_one i by rewrite /is_member Ei !inE eqxx.
have is_j : is_one j by rewrite /is_member Ej !inE eqxx orbT.
have unique : unique_best G.
  move=> xa xb a b pos best_a best_b; apply/val_inj/eqP.
  have top c : is_best (W u xa xb) c ->
      (at3 (user_worths g) xa xb c <? greatest (actions g) (at3 (user_worths g) xa xb))%Z = false.
    move=> best; apply/negbTE; rewrite -(number_ltE R) -leNgt.
    rewrite -(ler_pmul2r (x := (num (grain g))^-1)) ?invr_gt0 ?(grain_gt0 R law) //.
    by rewrite -(most_greatest (grain_gt0 R law) (W_user xa xb)) -W_user -(most_best best).
  move/all_belowP/(_ xa)/all_belowP/(_ xb): uniq; rewrite (occurs_point pos) /=.
  by move=> /all_belowP/(_ a)/all_belowP/(_ b); rewrite !top // !orbF.
have [r [rb ord bel]] := @first_response R G l0 quiet.
exists r, C; split=> //; first by rewrite /obeys_ties; case: (ties g) no_favour.
  have ij : i != j by rewrite eq_sym.
  move=> k c; apply: le_trans (full_revelation rb ij unique (teach i is_i) (teach j is_j) k c) _.
  by rewrite ler_add2l gamma_ge0.
by rewrite (teach i is_i C _ (erefl _) (rb None C)).
Qed.

End Sound.

(** What the check says is true. *)
Theorem check_common_sound (R : realFieldType) (lots words : finType) g (law : lawful g)
    whose v e q : enough g lots words -> check_common g whose v e = Some q ->
  holds R law lots words q.
Proof.
move=> fit /proved_some[/andP[_ /and4P[slack_ok two team]] + <-]; case: whose.
  case/and3P=> no_favour over uniq.
  exact: (@common_bayes R g law lots words fit v e slack_ok two team no_favour over uniq).
case/andP=> any nobody.
exact: (@common_picking R g law lots words fit v e slack_ok two team any nobody).
Qed.

Print Assumptions check_common_sound.
