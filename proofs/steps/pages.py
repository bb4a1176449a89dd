"""Which proofs are shown step by step, and what is said before them."""

from __future__ import annotations

from proofs.steps.page import Page, Part

READING = (
    "Each step says what happens, with what the proof on paper has for it; beside it, or below on a"
    " narrow page, is what Rocq is told.",
    "A line for Rocq opens to the *goal* after it: above, what is known (new in bold); after ⊢,"
    " what is to be shown.",
    "What the lemma itself speaks of is not repeated in every goal.",
)

PAGES = (
    Page(
        "shift_lemma",
        "The shift lemma, step by step",
        (
            "If a mixture of the agents' payoffs is near hers, and no agent has much more in one"
            " outcome than in another, then neither has she, but for twice the distance.",
            *READING,
        ),
        (
            Part("Hull", "near_W", "2.2"),
            Part("Hull", "rest_le", "2.2"),
            Part("Hull", "expect_rest", "2.2"),
            Part("Hull", "shift", "2.2"),
            Part("Hull", "shift_together", "2.2"),
        ),
    ),
    Page(
        "bayesian_user",
        "G1, the guarantee for the Bayesian user, step by step",
        (
            "In every equilibrium she has at least OPT, less twice the distance of a mixture of"
            " the agents' payoffs to hers.",
            "This is the argument with [the shift lemma](shift_lemma.md); after it come the parts"
            " that it needs if her best actions are unique.",
            *READING,
        ),
        (
            Part("Bayes", "guarantee_secured", "4.1"),
            Part("Revealing", "best_if_OPT", "4.1"),
            Part("Revealing", "secures_any", "4.1"),
            Part("Revealing", "secures_unique", "4.1"),
            Part("Bayes", "G1_unique", "4.1"),
        ),
    ),
    Page(
        "outcome_bound",
        "The outcome bound, step by step",
        (
            "The outcome of play is obedient; so numbers that one can multiply out bound what she"
            " has in every equilibrium.",
            *READING,
        ),
        (
            Part("OutcomeBound", "obedient_if", "5.1"),
            Part("OutcomeBound", "obedience_bayes", "5.1"),
            Part("OutcomeBound", "weighted_bound", "5.4"),
            Part("OutcomeBound", "multipliers_bound", "5.4"),
            Part("OutcomeBound", "deviations_bound", "5.2"),
            Part("OutcomeBound", "bayes_bound", "5.2"),
        ),
    ),
)
