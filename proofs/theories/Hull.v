(** * Alignment: the witness of hull distance, and the shift lemma (theory.md 2.1, 2.2) *)

From mathcomp Require Import all_ssreflect all_algebra.
From Alignment Require Import Game Play OutcomeBound.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

Section Hull.
Variables (R : realFieldType) (G : game R).
Notation XA := (user_observation G).
Notation XB := (agent_observation G).
Notation Y := (state G).
Notation A := (action G).
Notation agent := 'I_(agents G).
Notation u := (@user_payoff R G).
Notation U := (@agent_payoff R G).

Lemma near_ge0 w c eps : near (G := G) w c eps -> 0 <= eps.
Proof.
case=> _ close; have [[[_ _] y] _] := dist_inhabited (prior G).
exact: le_trans (normr_ge0 _) (close (some_action G) y).
Qed.

(** ** The witness

    A signed measure [m] on pairs of an action and a state; [against f m] is the
    integral of the payoffs [f]. *)
Definition against (f : A -> Y -> R) (m : A -> Y -> R) := \sum_a \sum_y m a y * f a y.

Lemma against_mixture (w : agent -> R) m :
  against (fun a y => \sum_i w i * U i a y) m = \sum_i w i * against (U i) m.
Proof.
rewrite /against; under [RHS]eq_bigr do rewrite mulr_sumr.
rewrite [RHS]exchange_big /=; apply: eq_bigr => a _.
under [RHS]eq_bigr do rewrite mulr_sumr.
rewrite [RHS]exchange_big /=; apply: eq_bigr => y _.
by rewrite mulr_sumr; apply: eq_bigr => i _; rewrite mulrCA.
Qed.

(** Theorem 2.1: if [m] has total mass 0 and is of size at most 1, and every agent's
    payoffs fall short of hers by [eps] against it, then no mixture is nearer. *)
Theorem witness m eps w c e :
  \sum_a \sum_y m a y = 0 -> \sum_a \sum_y `|m a y| <= 1 ->
  (forall i, eps <= against u m - against (U i) m) ->
  near (G := G) w c e -> eps <= e.
Proof.
move=> m0 m1 short close.
have e0 := near_ge0 close; case: close => [[w0 w1] close].
have le_eps : eps <= against u m - \sum_i w i * against (U i) m.
  rewrite -[eps]mul1r -[against u m]mul1r -w1 !mulr_suml -sumrB.
  by apply: ler_sum => i _; rewrite -mulrBr ler_wpmul2l.
apply: le_trans le_eps _; rewrite -against_mixture.
have shift : against u m - against (fun a y => \sum_i w i * U i a y) m
    = \sum_a \sum_y m a y * (u a y - (\sum_i w i * U i a y + c)).
  have -> : \sum_a \sum_y m a y * (u a y - (\sum_i w i * U i a y + c))
      = against u m - against (fun a y => \sum_i w i * U i a y) m
        - (\sum_a \sum_y m a y) * c.
    rewrite mulr_suml -!sumrB; apply: eq_bigr => a _.
    rewrite mulr_suml -!sumrB; apply: eq_bigr => y _.
    by rewrite mulrBr mulrDr opprD addrA.
  by rewrite m0 mul0r subr0.
rewrite shift.
have le : \sum_a \sum_y m a y * (u a y - (\sum_i w i * U i a y + c))
    <= (\sum_a \sum_y `|m a y|) * e.
  rewrite mulr_suml; apply: ler_sum => a _.
  rewrite mulr_suml; apply: ler_sum => y _.
  apply: le_trans (ler_norm _) _; rewrite normrM ler_wpmul2l //.
  by rewrite distrC close.
apply: le_trans le _.
by rewrite -[leRHS]mul1r ler_wpmul2r.
Qed.

(** So a mixture and a witness give the hull distance. *)
Corollary hull_distance_is m w c e : near (G := G) w c e ->
  \sum_a \sum_y m a y = 0 -> \sum_a \sum_y `|m a y| <= 1 ->
  (forall i, e <= against u m - against (U i) m) -> hull_distance G e.
Proof.
by move=> close m0 m1 short; split=> [|w' c' e']; [exists w, c | apply: witness short].
Qed.

(** ** The shift lemma *)

Lemma W_mixture (w : agent -> R) xa xb a :
  \sum_i w i * W (U i) xa xb a = W (fun a y => \sum_i w i * U i a y) xa xb a.
Proof.
under eq_bigr do rewrite mulr_sumr.
rewrite exchange_big /=; apply: eq_bigr => y _.
by rewrite mulr_sumr; apply: eq_bigr => i _; rewrite mulrCA.
Qed.

Lemma expect_mixture (w : agent -> R) sigma :
  \sum_i w i * expect (U i) sigma = expect (fun a y => \sum_i w i * U i a y) sigma.
Proof.
rewrite (expect_sum _ (fun i => U i)); apply: eq_bigr => xa _; apply: eq_bigr => xb _.
by apply: eq_bigr => a _; rewrite W_mixture.
Qed.

Lemma point_ge0 xa xb : 0 <= @point R G xa xb.
Proof. by apply: sumr_ge0 => y _; apply: mass_ge0. Qed.

(** At every point the mixture is near. *)
Lemma near_W w c eps xa xb a : near (G := G) w c eps ->
  `|W u xa xb a - \sum_i w i * W (U i) xa xb a - c * point xa xb| <= eps * point xa xb.
Proof.
(* The distance at a point is a sum over the states [y], each with its probability. *)
case=> _ close; rewrite W_mixture !mulr_sumr -!sumrB.
(* The size of a sum is at most the sum of the sizes; so it is enough to look at one state. *)
apply: le_trans (ler_norm_sum _ _ _) _; apply: ler_sum => y _.
(* There both sides are multiples of the probability, which is not negative, and without it
   this is what [near] says. *)
rewrite [c * _]mulrC [eps * _]mulrC -!mulrBr normrM ger0_norm ?mass_ge0 //.
by rewrite ler_wpmul2l ?mass_ge0 // -addrA -opprD distrC close.
Qed.

(** What the mixture leaves unexplained of her expectation under [sigma]. *)
Definition rest w c (sigma : XA -> XB -> A -> R) := \sum_xa \sum_xb \sum_a
  sigma xa xb a * (W u xa xb a - \sum_i w i * W (U i) xa xb a - c * point xa xb).

(** Her expectation is the mixture, the constant, and what they leave unexplained. *)
Lemma expect_rest w c sigma : is_outcome sigma ->
  expect u sigma = rest w c sigma + \sum_i w i * expect (U i) sigma + c.
Proof.
move=> [_ sigma1].
(* The constant is its own expectation, as all probabilities together are 1. *)
have {2}-> : c = \sum_xa \sum_xb \sum_a sigma xa xb a * (c * point xa xb).
  rewrite -[LHS]mulr1 -(prior_total G) mulr_sumr; apply: eq_bigr => xa _.
  rewrite mulr_sumr; apply: eq_bigr => xb _.
  by rewrite -mulr_suml sigma1 mul1r.
(* So is the mixture; now everything is one sum over the points and actions. *)
rewrite (expect_sum _ (fun i => U i)).
rewrite -!big_split; apply: eq_bigr => xa _.
rewrite -!big_split; apply: eq_bigr => xb _.
rewrite -!big_split; apply: eq_bigr => a _ /=.
(* What was subtracted is added again. *)
by rewrite -!mulrDr addrAC subrK subrK.
Qed.

(** A bound that holds at every point holds on average. *)
Lemma rest_le w c eps sigma : near (G := G) w c eps -> is_outcome sigma ->
  `|rest w c sigma| <= eps.
Proof.
move=> close [sigma0 sigma1].
(* "A bound that holds" The number [eps] is the average of [eps], in the probabilities of the
   points and of her actions there. *)
have -> : eps = \sum_xa \sum_xb \sum_a sigma xa xb a * (eps * point xa xb).
  rewrite -[LHS]mulr1 -(prior_total G) mulr_sumr; apply: eq_bigr => xa _.
  rewrite mulr_sumr; apply: eq_bigr => xb _.
  by rewrite -mulr_suml sigma1 mul1r.
(* The size of a sum is at most the sum of the sizes: once for what she observes, once for what
   the agents observe, once for her actions. *)
apply: le_trans (ler_norm_sum _ _ _) _; apply: ler_sum => xa _.
apply: le_trans (ler_norm_sum _ _ _) _; apply: ler_sum => xb _.
apply: le_trans (ler_norm_sum _ _ _) _; apply: ler_sum => a _.
(* At one point for one action it is the lemma above, times a probability. *)
by rewrite normrM ger0_norm // ler_wpmul2l // near_W.
Qed.

(** How often an action would have to be changed to turn one outcome into the other:
    half the sum of the differences. *)
Definition distance (mu nu : XA -> XB -> A -> R) :=
  (\sum_xa \sum_xb \sum_a point xa xb * `|mu xa xb a - nu xa xb a|) / 2%:R.

Lemma distance_le1 mu nu : is_outcome mu -> is_outcome nu -> distance mu nu <= 1.
Proof.
move=> [mu0 mu1] [nu0 nu1].
rewrite ler_pdivr_mulr ?ltr0n // mul1r.
have -> : 2%:R = \sum_xa \sum_xb \sum_a point xa xb * (mu xa xb a + nu xa xb a) :> R.
  transitivity (\sum_xa \sum_xb @point R G xa xb * 2%:R).
    under eq_bigr do rewrite -mulr_suml.
    by rewrite -mulr_suml (prior_total G) mul1r.
  apply: eq_bigr => xa _; apply: eq_bigr => xb _.
  by rewrite -mulr_sumr big_split /= mu1 nu1.
apply: ler_sum => xa _; apply: ler_sum => xb _; apply: ler_sum => a _.
rewrite ler_wpmul2l ?point_ge0 // (le_trans (ler_norm_sub _ _)) //.
by rewrite !ger0_norm.
Qed.

(** Theorem 2.2 (shift lemma), from what each agent of positive weight has. *)
Theorem shift w c eps gamma mu nu : near (G := G) w c eps ->
  is_outcome mu -> is_outcome nu ->
  (forall i, 0 < w i -> expect (U i) nu <= expect (U i) mu + gamma) ->
  expect u nu - eps *+ 2 - gamma <= expect u mu.
Proof.
move=> close mu_out nu_out gain.
(* What the agents have under either outcome, weighted. *)
pose before := \sum_i w i * expect (U i) mu.
pose after := \sum_i w i * expect (U i) nu.
(* "A bound that holds" Under [mu] she has at least the mixture and the constant, less [eps]. *)
have low : before + c - eps <= expect u mu.
  rewrite (expect_rest w c mu_out) -/before -[leRHS]addrA [leRHS]addrC ler_add2l.
  by have := rest_le close mu_out; rewrite ler_norml => /andP[].
(* Under [nu] she has at most the mixture and the constant, and [eps]. *)
have high : expect u nu - eps <= after + c.
  rewrite (expect_rest w c nu_out) -/after ler_subl_addr -addrA [leRHS]addrC ler_add2r.
  exact: le_trans (ler_norm _) (rest_le close nu_out).
(* "the mixture is near" No agent of positive weight has more than [gamma] more under [nu].  As
   the weights sum to 1, the mixture has no more than [gamma] more, either. *)
have shifted : after <= before + gamma.
  case: close => [[w0 w1] _]; rewrite -[gamma]mul1r -w1 mulr_suml -big_split /=.
  apply: ler_sum => i _; rewrite -mulrDr.
  have [/gain le|] := boolP (0 < w i); first by rewrite ler_wpmul2l.
  by rewrite lt0r w0 andbT negbK => /eqP ->; rewrite !mul0r.
(* "So" The three inequalities, one after the other, from right to left. *)
apply: (@le_trans _ _ (after + c - eps - gamma)).
  by rewrite mulr2n opprD addrA !ler_add2r.
apply: (@le_trans _ _ (before + gamma + c - eps - gamma)).
  by rewrite !ler_add2r.
apply: le_trans low.
by rewrite [_ - gamma]addrAC [before + _ + _]addrAC addrK.
Qed.

(** Theorem 2.2 (she loses only as often as play differs), from what the agents have
    together. *)
Theorem shift_together w c eps gamma mu nu : near (G := G) w c eps ->
  is_outcome mu -> is_outcome nu ->
  \sum_i w i * expect (U i) nu <= \sum_i w i * expect (U i) mu + gamma ->
  expect u nu - eps *+ 2 * distance mu nu - gamma <= expect u mu.
Proof.
move=> close mu_out nu_out gain.
(* "Both have total mass" What the mixture leaves unexplained differs by at most [eps] wherever
   play differs. *)
have le_rest : rest w c nu - rest w c mu <= eps *+ 2 * distance mu nu.
(* Twice the distance is the sum of all differences. *)
  have -> : eps *+ 2 * distance mu nu
      = eps * \sum_xa \sum_xb \sum_a point xa xb * `|mu xa xb a - nu xa xb a|.
    by rewrite -mulr_natr -mulrA [2%:R * _]mulrC divfK // pnatr_eq0.
(* It is enough to look at one point and one action. *)
  rewrite [eps * _]mulr_sumr -sumrB; apply: ler_sum => xa _.
  rewrite [eps * _]mulr_sumr -sumrB; apply: ler_sum => xb _.
  rewrite [eps * _]mulr_sumr -sumrB; apply: ler_sum => a _.
  rewrite -mulrBl (le_trans (ler_norm _)) // normrM mulrA distrC mulrC.
  by rewrite ler_wpmul2r ?normr_ge0 // (near_W _ _ _ close).
(* Both expectations are taken apart, and the agents' part is the hypothesis. *)
rewrite (expect_rest w c mu_out) (expect_rest w c nu_out) !ler_subl_addr.
have -> : rest w c mu + \sum_i w i * expect (U i) mu + c + gamma + eps *+ 2 * distance mu nu
    = (eps *+ 2 * distance mu nu + rest w c mu) + (\sum_i w i * expect (U i) mu + gamma) + c.
  by rewrite (AC (5)%AC (5*1*(2*4)*3)%AC).
by rewrite !ler_add // -ler_subl_addr.
Qed.

End Hull.

Print Assumptions witness.
Print Assumptions hull_distance_is.
Print Assumptions shift.
Print Assumptions shift_together.
