"""Claims with their evidence, as the proved checks read them: records of proofs/theories."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from verifier.theorem.integers import Row, Table, Tables
from verifier.theorem.offers import Offer
from verifier.theorem.signals import Signals
from verifier.theorem.team import Aligned, Common, Dividing


@dataclass(frozen=True)
class Mixture:
    """Evidence of a hull distance: the record `mixture` of Checker.v."""

    weights_over: int
    weight: Row
    offset: int
    witness_over: int
    mass: Table


@dataclass(frozen=True)
class Deviation:
    """An agent's multiplier, the words he could say, and what the user takes then."""

    multiplier: int
    spelling: Table
    recommended: Table


@dataclass(frozen=True)
class Program:
    """Multipliers of the outcome program: the record `program` of Checker.v."""

    over: int
    marginal: Table
    obedience: Tables
    deviations: tuple[Deviation, ...]


@dataclass(frozen=True)
class Teachers:
    """Two agents who each tell the user what is best, and what all agents say."""

    first: int
    second: int
    rules: tuple[Deviation, ...]


@dataclass(frozen=True)
class Members:
    """Agents who can all say the same, and so tell the user what is best."""

    members: Row
    rules: tuple[Deviation, ...]


@dataclass(frozen=True)
class Offers:
    """Multipliers of the outcome program, and what each agent could offer instead."""

    program: Program
    offers: tuple[Offer, ...]


@dataclass(frozen=True)
class TwoOffers:
    """Two offers of an agent and what makes her follow: the record `two_offers` of Pieces.v."""

    recommends: Table
    sent_over: int
    sent_low: Table
    sent_high: Table
    perturbations: Table
    level: Fraction
    slope: Fraction


@dataclass(frozen=True)
class Piece:
    """Where it ends, its multipliers, and what each agent offers: the record `piece`."""

    upper: Fraction
    program: Program
    from_lower: int
    offers: tuple[TwoOffers, ...]


@dataclass(frozen=True)
class Pieces:
    """A bound that holds in every equilibrium, and the pieces by which it is improved."""

    start: Claim
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Conflict:
    """Agents, and what they get in sum if each of them gets his least."""

    members: Row
    apart: Fraction


@dataclass(frozen=True)
class OneUser:
    """The observations of one of several users, and multipliers of her outcome program."""

    hers: Row
    program: Program


Evidence = (
    Mixture
    | Program
    | Teachers
    | Members
    | Signals
    | Dividing
    | Aligned
    | Offers
    | Common
    | Pieces
    | Conflict
    | OneUser
)


@dataclass(frozen=True)
class Claim:
    """A claim, its number, its user if it is about one, and its evidence if it needs any."""

    kind: str
    number: Fraction
    user: str | None = None
    evidence: Evidence | None = None

    @property
    def subject(self) -> tuple[str, str | None, Row]:
        """What it is about: its kind, its user, and which agents or observations of hers."""
        return self.kind, self.user, self.members

    @property
    def members(self) -> Row:
        """The agents of a TEAM or a conflict, or one user's observations; none in other claims."""
        if isinstance(self.evidence, Members | Dividing | Conflict):
            return self.evidence.members
        return self.evidence.hers if isinstance(self.evidence, OneUser) else ()
