"""The trusted checker: given a certificate and the user's own instance file, accept, or
name the first thing wrong.

Why it can be trusted: it reads two files and nothing else, computes with integers and
fractions only, and says a sentence only after it has checked every inequality that the
sentence follows from. proofs/FORMAT.md states these inequalities, and why they suffice.
Nothing is believed that the certificate says of itself: each number is derived again
from the instance, or enters an inequality that holds whatever the number is.

Read it in this order; no file needs one that comes later.

    reader/document.py      exact numbers, exact shapes, work counted before it starts
    reader/instance.py      the game, as an instance with one user says it
    core/game.py            payoffs, best actions, OPT, TEAM
    core/hull.py            claim: the hull distance
    core/rule.py            rules as trees; what she hears, asks and does
    core/bound.py           claim: a lower bound in every equilibrium
    core/margins.py           raised for a `bayes` user (skip it otherwise)
    core/remarks.py           raised for a `bayes` user in another way (likewise)
    core/prices.py          what a deviation gives an agent, at most
    core/histories.py       the same in conversations in which others are asked
    core/pieces.py          the bound raised for a user who hears one agent only
    core/contests.py        raised where ties favour the speaker, by who wins against whom
    core/equilibrium.py     claims: these rules are an equilibrium, or are none
    core/claims.py          every claim with its sentence
    quantal/exponential.py  exact signs of exponential sums
    quantal/user.py         what a quantal user does
    quantal/claims.py       the claims about her
    certificate.py          the claims of a certificate, and what follows from them
    tables/rows.py          the rows of a table in integers; needs the reader only
    tables/distance.py      claims about a table of utilities
    parameters/             skip it for instances without parameters, it is not loaded:
      affine.py             expressions in the parameters
      polynomials.py        polynomials in one or two of them, and roots
      polygon.py            signs of polynomials inside a polygon
      cells.py              numbers at all values of a cell, and how they compare
      moving.py             the game at one value, or at all of a cell
    users/several.py        several users; skip it, and it is not loaded, where there is one
    game_file.py            the user's file as a game, by the parts that it needs
    __main__.py             one line in, one line out

For a verdict on a Bayesian user `quantal` and `tables` need not be read: `core` does not
import them.
"""
