"""Claims of a certificate in the form that the proved checker reads (proofs/theories/Checker.v).

What it does not cover yet is said with a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from verifier.game.model import Game, Ties
from verifier.game.rules import common_coarsening
from verifier.theorem.beyond import BeyondError
from verifier.theorem.evidence import (
    Claim,
    Conflict,
    Deviation,
    Members,
    Mixture,
    Offers,
    OneUser,
    Piece,
    Pieces,
    Program,
    Teachers,
)
from verifier.theorem.integers import Instance, Row, Table, common_denominator, integers, over
from verifier.theorem.offers import Offer, offer, offered
from verifier.theorem.pieces import two_offers
from verifier.theorem.signals import signals
from verifier.theorem.team import Dividing, aligned, common, steps, team_value


@dataclass(frozen=True)
class Coverage:
    """The claims of a certificate that the proved checker covers, and why it does not the others.

    `left` has what is not covered by what it says: kind and user, and the reason.
    """

    claims: tuple[Claim, ...]
    left: Mapping[str, str]


def coverage(game: Game, certificate: Mapping[str, Any]) -> Coverage:
    """What the proved checker covers of a certificate that the kernel has accepted."""
    writer = _Writer(game, integers(game))
    claims, left = [], {}
    for entry in certificate["claims"]:
        try:
            claims.append(writer.claim(entry))
        except BeyondError as reason:
            name = " ".join([entry["claim"], *([entry["user"]] if "user" in entry else [])])
            left[name] = str(reason)
    return Coverage(tuple(claims), left)


class _Writer:
    """Claims about one game, by the numbers of its observations, actions and agents."""

    def __init__(self, game: Game, instance: Instance) -> None:
        self.game, self.instance = game, instance
        self.users = _numbered(game.user_observations)
        self.agents = _numbered(game.agent_observations)
        self.actions, self.states = _numbered(game.actions), _numbered(game.states)
        self.worths = instance.worths(instance.utility)

    def claim(self, entry: Mapping[str, Any]) -> Claim:
        """The claim. Raises BeyondError."""
        kind = entry["claim"]
        if entry.get("user") == "quantal" or kind == "quantal value":
            raise BeyondError("claims about the quantal user")
        if self.game.evaluation and entry.get("user") == "best-ai":
            raise BeyondError("a user whose evaluation errs")
        if entry.get("hull", "simplex") != "simplex":
            raise BeyondError("mixtures whose weights need not sum to 1")
        if kind in ("optimum", "no information"):
            return Claim(kind, Fraction(entry["value"]))
        by_kind = {
            "hull distance": self._hull_distance,
            "team": self._team,
            "every equilibrium": self._every,
            "equilibrium": self._equilibrium,
            "conflict": self._conflict,
            "one user": self._one_user,
        }
        if kind not in by_kind:
            raise BeyondError(f"claims of the kind '{kind}'")
        return by_kind[kind](entry)

    def _hull_distance(self, entry: Mapping[str, Any]) -> Claim:
        distance = Fraction(entry["distance"])
        return Claim("hull distance", distance, evidence=self._mixture(entry))

    def _equilibrium(self, entry: Mapping[str, Any]) -> Claim:
        return self._priced(entry) if entry.get("deviation_bounds") else self._revealed(entry)

    def _mixture(self, entry: Mapping[str, Any]) -> Mixture:
        weights = {name: Fraction(w) for name, w in entry["weights"]}
        offset = Fraction(entry["offset"])
        unit = self.instance.unit
        whole = common_denominator([*weights.values(), offset * unit])
        masses = {(a, y): Fraction(m) for a, y, m in entry["witness"]}
        witness = common_denominator(masses.values())
        return Mixture(
            weights_over=whole,
            weight=tuple(over(whole, weights[agent.name]) for agent in self.game.agents),
            offset=over(whole, offset * unit),
            witness_over=witness,
            mass=tuple(
                tuple(over(witness, masses.get((a, y), Fraction(0))) for y in self.states)
                for a in self.actions
            ),
        )

    def _team(self, entry: Mapping[str, Any]) -> Claim:
        """TEAM by a rule that tells her what is best, or else by all ways to divide."""
        members, value = self._members(entry), Fraction(entry["value"])
        try:
            if value == self._optimum():
                return self._best_team(entry)
        except BeyondError:
            pass
        if team_value(self.instance, members) != value:
            raise BeyondError("TEAM that is not what all ways to divide come to")
        return Claim("team", value, evidence=Dividing(members, steps(self.instance, members)))

    def _optimum(self) -> Fraction:
        best = sum(max(worth) for table in self.worths for worth in table)
        return Fraction(best, self.instance.grain)

    def _members(self, entry: Mapping[str, Any]) -> Row:
        numbers = _numbered([agent.name for agent in self.game.agents])
        return tuple(numbers[name] for name in entry["agents"])

    def _best_team(self, entry: Mapping[str, Any]) -> Claim:
        """TEAM where it is OPT: all of the agents can say what is best for her."""
        members = self._members(entry)
        seen = [self.game.agents[i].sees for i in members]
        label: dict[tuple[int, ...], int] = {}
        said: dict[str, int] = {}
        for cell in common_coarsening(self.game, seen):
            best = tuple(self._best(x, [self.agents[z] for z in cell]) for x in self.users.values())
            number = label.setdefault(best, len(label))
            said |= dict.fromkeys(cell, number)
        if not self.game.conversation.conveys(len(label)):
            raise BeyondError("rules that are not worth OPT to her")
        best_by_point = tuple(
            tuple([*label][said[z]][x] for z in self.agents) for x in self.users.values()
        )
        words = self.instance.agent_words or len(self.agents)
        spelling = tuple(
            tuple(said[z] // words**n % words for n in range(self.instance.rounds))
            for z in self.agents
        )
        rule, silent = Deviation(0, spelling, best_by_point), Deviation(0, (), ())
        rules = tuple(rule if i in members else silent for i in range(len(self.game.agents)))
        return Claim("team", Fraction(entry["value"]), evidence=Members(members, rules))

    def _best(self, x: int, cell: Sequence[int]) -> int:
        """The first action that is best for her wherever x_B is in the cell."""
        worths = [self.worths[x][z] for z in cell]
        for a in self.actions.values():
            if all(worth[a] == max(worth) for worth in worths):
                return a
        raise BeyondError("rules that are not worth OPT to her")

    def _every(self, entry: Mapping[str, Any]) -> Claim:
        for key in ("received", "contests", "margins", "remarks"):
            if key in entry:
                raise BeyondError(f"'{key}' of 'every equilibrium'")
        if "pieces" in entry:
            return self._improved(entry)
        value = Fraction(entry["at least"])
        try:
            program = self._program(entry, self._deviation)
        except BeyondError:
            return self._offers(entry, value)
        if value > self._bound(program, entry["user"]):
            return self._offers(entry, value)
        return Claim("every equilibrium", value, entry["user"], program)

    def _improved(self, entry: Mapping[str, Any]) -> Claim:
        """A bound that is improved piece by piece, from what its program reaches."""
        if not self.game.conversation.one_shot or self.instance.agent_words is not None:
            raise BeyondError("'pieces' in conversations, or with few words")
        user = entry["user"]
        program = self._program(entry, self._deviation)
        start = Claim("every equilibrium", self._bound(program, user), user, program)
        pieces, lower = list[Piece](), start.number
        for one in entry["pieces"]:
            pieces.append(self._piece(lower, one))
            lower = pieces[-1].upper
        evidence = Pieces(start, tuple(pieces))
        return Claim("every equilibrium", Fraction(entry["at least"]), user, evidence)

    def _piece(self, lower: Fraction, entry: Mapping[str, Any]) -> Piece:
        offers = {one["agent"]: one for one in entry["offers"]}
        upper, share = Fraction(entry["upper"]), Fraction(entry["from"])
        program = self._program(
            {**entry, "deviations": entry["offers"]},
            lambda i, multiplier, _: Deviation(multiplier, (), ()),
            share.denominator,
        )
        return Piece(
            upper,
            program,
            over(program.over, share),
            tuple(
                two_offers(self.game, self.instance, i, (lower, upper), offers.get(agent.name))
                for i, agent in enumerate(self.game.agents)
            ),
        )

    def _conflict(self, entry: Mapping[str, Any]) -> Claim:
        """Where she knows all observations: a rule is more than the check covers."""
        if "rule" in entry:
            raise BeyondError("conflicts after a rule")
        evidence = Conflict(self._members(entry), Fraction(entry["apart"]))
        return Claim("conflict", Fraction(entry["together"]), evidence=evidence)

    def _one_user(self, entry: Mapping[str, Any]) -> Claim:
        """What one of several users gets, whom her observations tell from the others."""
        seen = {person.name: person.observations for person in self.game.people}
        hers = tuple(self.users[x] for x in seen[entry["name"]])
        evidence = OneUser(hers, self._program(entry, self._deviation))
        return Claim("one user", Fraction(entry["at least"]), evidence=evidence)

    def _offers(self, entry: Mapping[str, Any], value: Fraction) -> Claim:
        """Deviations to rules that may answer what she asks, or are not worth OPT to her."""
        user, rules = entry["user"], {one["agent"]: one for one in entry["deviations"]}
        if any("secures" in one for one in rules.values()):
            raise BeyondError("deviations with 'secures'")
        program = self._program(entry, lambda i, multiplier, _: Deviation(multiplier, (), ()))
        offers = tuple(
            offer(self.instance, i, rules[agent.name]["rule"], self.agents)
            if program.deviations[i].multiplier
            else Offer(None, 0)
            for i, agent in enumerate(self.game.agents)
        )
        if value > self._offered_bound(program, offers, user):
            raise BeyondError(f"what a deviation secures under the tie rule {self.game.ties}")
        return Claim("every equilibrium", value, user, Offers(program, offers))

    def _offered_bound(self, program: Program, offers: Sequence[Offer], user: str) -> Fraction:
        """The number that the check of offers reaches, by the same steps."""
        found = {
            i: (one.multiplier, offered(self.instance, i, offers[i]))
            for i, one in enumerate(program.deviations)
            if one.multiplier
        }
        if user == "best-ai" or len(self.game.agents) == 1:
            secured = sum(multiplier * one.his for multiplier, one in found.values())
        elif all(self._over_grain(one.hers) == self._optimum() for _, one in found.values()):
            secured = sum(
                self._sum_of_best([(i, Deviation(multiplier, (), ()))], min)
                for i, (multiplier, _) in found.items()
            )
        else:
            raise BeyondError("rules that are not worth OPT to her")
        bound = self._less_slack(program, secured)
        worths = [self._over_grain(one.hers) for _, one in found.values()]
        return min([bound, *worths]) if user == "best-ai" else bound

    def _over_grain(self, number: int) -> Fraction:
        return Fraction(number, self.instance.grain)

    def _program(
        self,
        entry: Mapping[str, Any],
        deviation: Callable[[int, int, Mapping[str, Any]], Deviation],
        further: int = 1,
    ) -> Program:
        """The multipliers over their common denominator, which `further` divides."""
        lambdas = {one["agent"]: Fraction(one["multiplier"]) for one in entry["deviations"]}
        rules = {one["agent"]: one for one in entry["deviations"]}
        kappas = {(x, a, b): Fraction(k) for x, a, b, k in entry["obedience"]}
        pis = {(x, z): Fraction(pi) * self.instance.grain for x, z, pi in entry["marginal"]}
        numbers = [*lambdas.values(), *kappas.values(), *pis.values(), Fraction(1, further)]
        whole, zero = common_denominator(numbers), Fraction(0)
        return Program(
            over=whole,
            marginal=tuple(
                tuple(over(whole, pis.get((x, z), zero)) for z in self.agents) for x in self.users
            ),
            obedience=tuple(
                tuple(
                    tuple(over(whole, kappas.get((x, a, b), zero)) for b in self.actions)
                    for a in self.actions
                )
                for x in self.users
            ),
            deviations=tuple(
                deviation(i, over(whole, lambdas.get(agent.name, zero)), rules)
                for i, agent in enumerate(self.game.agents)
            ),
        )

    def _deviation(self, i: int, multiplier: int, rules: Mapping[str, Any]) -> Deviation:
        if multiplier == 0:
            return Deviation(0, (), ())
        entry = rules[self.game.agents[i].name]
        if "secures" in entry:
            raise BeyondError("deviations with 'secures'")
        spelling = tuple(
            self._spelled(entry["rule"], cell) for cell in self.game.agent_observations
        )
        return Deviation(multiplier, spelling, self._recommended(i, spelling))

    def _revealed(self, entry: Mapping[str, Any]) -> Claim:
        """Full revelation: two agents teach her, so that no one of them matters.

        Otherwise two agents may offer the same rule, and nobody has a better one.
        """
        rules = {one["agent"]: one["rule"] for one in entry["rules"]}
        taught = [self._taught(i, rules[agent.name]) for i, agent in enumerate(self.game.agents)]
        teachers = [i for i, rule in enumerate(taught) if rule.recommended]
        for first, second in combinations(teachers, 2):
            if self._suffice(entry["user"], (first, taught[first]), (second, taught[second])):
                evidence = Teachers(first, second, tuple(taught))
                value = Fraction(entry["utility"])
                return Claim("equilibrium", value, entry["user"], evidence)
        value = Fraction(entry["utility"])
        if (shared := common(self.game, self.instance, entry["user"], value)) is not None:
            return Claim("equilibrium", value, entry["user"], shared)
        raise BeyondError(f"full revelation as it is here under the tie rule {self.game.ties}")

    def _priced(self, entry: Mapping[str, Any]) -> Claim:
        """Signals with prices: one round, in which she is silent.

        One agent who wants what she wants is content with the best rule, in several rounds, too.
        """
        value = Fraction(entry["utility"])
        if len(self.game.agents) == 1:
            alike = aligned(self.game, self.instance, value)
            if alike is not None:
                return Claim("equilibrium", value, entry["user"], alike)
        evidence = signals(self.game, self.instance, entry)
        return Claim("equilibrium", value, entry["user"], evidence)

    def _taught(self, i: int, rule: Any) -> Deviation:
        """What an agent's rule tells her; silence where it does not tell her what is best."""
        try:
            spelling = tuple(self._spelled(rule, cell) for cell in self.game.agent_observations)
            return Deviation(0, spelling, self._recommended(i, spelling))
        except BeyondError:
            return Deviation(0, (), ())

    def _suffice(self, user: str, *teachers: tuple[int, Deviation]) -> bool:
        """Whether ties do not matter, by the conditions of Checker.v."""
        if self.game.ties is Ties.FAVOUR_SPEAKER:
            return False
        if user == "best-ai" and self.game.ties is Ties.ANY:
            return len({one.recommended for _, one in teachers}) == 1
        if user == "best-ai":
            return self._say_the_same(teachers)
        return self.game.has_unique_best_actions or all(
            self._separates(i, one.spelling) for i, one in teachers
        )

    def _separates(self, i: int, spelling: Table) -> bool:
        """Whether an agent says something else wherever she could hold two x_B possible."""
        said = [spelling[cell] for cell in self.instance.cells[i]]
        return all(
            said[self.agents[z]] != said[self.agents[other]]
            for x in self.game.user_observations
            for z, other in combinations([z for y, z in self.game.points if y == x], 2)
        )

    def _spelled(self, rule: Any, seen: str) -> Row:
        """The numbers of the words that the rule says at a cell, one for each round."""
        spelled = []
        while rule is not None:
            if len(rule) > 1:
                raise BeyondError("deviations that answer what she asks")
            said = [
                (n, next_rule)
                for n, (_, chances, next_rule) in enumerate(rule[0])
                if any(cell == seen and Fraction(p) > 0 for cell, p in chances)
            ]
            if len(said) > 1:
                raise BeyondError("deviations that draw lots")
            if not said:  # not the first observation of a cell
                break
            number, rule = said[0]
            spelled.append(number)
        return (*spelled, *[0] * (self.instance.rounds - len(spelled)))

    def _recommended(self, i: int, spelling: Table) -> Table:
        """What is best for her wherever the agent says the same, by x_A and x_B."""
        cells = self.instance.cells[i]
        together = [
            [z for z, cell in enumerate(cells) if spelling[cell] == spelling[mine]]
            for mine in cells
        ]
        return tuple(tuple(self._best(x, same) for same in together) for x in self.users.values())

    def _bound(self, program: Program, user: str) -> Fraction:
        """The number that the proved checker reaches, by the same steps."""
        bound = self._less_slack(program, self._secured(program, user))
        return min(bound, self._optimum()) if user == "best-ai" else bound

    def _less_slack(self, program: Program, secured: int) -> Fraction:
        """The bound, from what the deviations secure over the grain."""
        total = sum(map(sum, program.marginal)) + secured
        lambdas = sum(deviation.multiplier for deviation in program.deviations)
        bound = Fraction(total, self.instance.grain * program.over)
        return bound - self.instance.slack * Fraction(lambdas, program.over)

    def _secured(self, program: Program, user: str) -> int:
        """What the deviations give surely, weighted, over the grain: `secured_by_ties`."""
        deviators = [(i, one) for i, one in enumerate(program.deviations) if one.multiplier]
        ties = self.game.ties
        if user == "best-ai":
            if ties is Ties.ORDER and self._all_first(deviators):
                return self._sum_of_best(deviators, lambda values: values[0])
            together = ties in (Ties.BELIEF, Ties.ORDER) and self._say_the_same(deviators)
        else:
            together = ties is Ties.BELIEF and self._all_separate(deviators)
            if ties is Ties.ORDER and self._all_separate(deviators):
                return self._sum_of_best(deviators, lambda values: values[0])
        if together:
            return self._sum_of_best(deviators, min)
        return sum(self._sum_of_best([one], min) for one in deviators)

    def _all_separate(self, deviators: Sequence[tuple[int, Deviation]]) -> bool:
        return all(self._separates(i, one.spelling) for i, one in deviators)

    def _all_first(self, deviators: Sequence[tuple[int, Deviation]]) -> bool:
        """Whether what is recommended is at every point the first of the actions that are best."""
        return all(
            one.recommended[x][z] == worth.index(max(worth))
            for _, one in deviators
            for x, table in enumerate(self.worths)
            for z, worth in enumerate(table)
        )

    def _say_the_same(self, deviators: Sequence[tuple[int, Deviation]]) -> bool:
        """Whether all of them say the same at every x_B."""
        cells = self.instance.cells
        said = {tuple(one.spelling[cell] for cell in cells[i]) for i, one in deviators}
        return len(said) < 2

    def _sum_of_best(
        self,
        deviators: Sequence[tuple[int, Deviation]],
        one_of: Callable[[Sequence[int]], int],
    ) -> int:
        """The weighted payoffs of these agents at one of the best actions, over all points."""
        tables = [
            (one.multiplier, self.instance.worths(self.instance.agent_utilities[i]))
            for i, one in deviators
        ]
        return sum(
            one_of(
                [
                    sum(weight * worths[x][z][a] for weight, worths in tables)
                    for a in self.actions.values()
                    if mine[a] == max(mine)
                ]
            )
            for x, table in enumerate(self.worths)
            for z, mine in enumerate(table)
        )


def _numbered(names: Sequence[str]) -> dict[str, int]:
    return {name: n for n, name in enumerate(names)}
