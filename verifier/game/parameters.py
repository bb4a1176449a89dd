"""Parameters of an instance: its games are a family, one for each of their values.

Numbers of the file may be affine in one or two parameters (`affine`), each of which has an interval
and a default (instance_format.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from types import MappingProxyType

from verifier.errors import InstanceError
from verifier.game.affine import NAME, Affine, Path
from verifier.game.model import Game
from verifier.game.place import Place, kind, short
from verifier.game.text.gathering import Gathering
from verifier.meant import hint
from verifier.numbers import MAX_DIGITS, number_meant, parse_rational

MOST_PARAMETERS = 2
"""Most parameters of an instance."""

Value = Fraction | int | str
"""A value of a parameter as it is given: exact, or a text such as "2/5"."""

NOWHERE: Mapping[str, Value] = MappingProxyType({})
"""No values are given: the defaults stand."""


@dataclass(frozen=True)
class Parameter:
    """A parameter has values from `low` to `high`, ends included; `default` is one of them."""

    name: str
    low: Fraction
    high: Fraction
    default: Fraction


@dataclass(frozen=True)
class Parts:
    """The parts of a family's games that depend on its parameters; `agents` has names."""

    prior: bool = False
    user: bool = False
    agents: tuple[str, ...] = ()
    claim: bool = False
    model: bool = False


@dataclass(frozen=True)
class Family:
    """The games of an instance file, one for each value of its parameters.

    `parameters` are in the order of the file, and empty where it has none. `file` is its name, for
    messages. `game` makes the game at one value for each parameter, each in its interval.
    """

    title: str
    parameters: tuple[Parameter, ...]
    parts: Parts
    file: str
    game: Callable[[Mapping[str, Fraction]], Game]

    @property
    def defaults(self) -> dict[str, Fraction]:
        """The default of every parameter."""
        return {parameter.name: parameter.default for parameter in self.parameters}

    def at(self, values: Mapping[str, Value] = NOWHERE) -> Game:
        """The game at these values; a parameter that is not among them has its default.

        Raises InstanceError for a name that no parameter has, and for a value that is not exact or
        not in the interval.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in known:
                raise InstanceError(self._unknown(name))
        given = {
            name: _exact(self.file, parameter, values[name])
            for name, parameter in known.items()
            if name in values
        }
        return self.game(self.defaults | given)

    def _unknown(self, name: str) -> str:
        names = [parameter.name for parameter in self.parameters]
        has = f"its parameters are {', '.join(names)}" if names else "it has no [parameters]"
        return f"{self.file}: {short(name)} cannot be set (--set), {has}{hint(name, names)}"


def _exact(file: str, parameter: Parameter, value: Value) -> Fraction:
    """A value that is given for a parameter, if it is an exact one in the interval."""
    name, low, high = parameter.name, parameter.low, parameter.high
    if isinstance(value, bool) or not isinstance(value, Fraction | int | str):
        raise InstanceError(
            f"{file}: the value of {name} is a {type(value).__name__}, expected an exact number,"
            ' such as "2/5" or Fraction(2, 5)'
        )
    try:
        number = parse_rational(value) if isinstance(value, str) else Fraction(value)
    except InstanceError as error:
        raise InstanceError(f"{file}: {name}: {error}{number_meant(str(value))}") from error
    if max(abs(number.numerator), number.denominator) >= 10**MAX_DIGITS:
        raise InstanceError(
            f"{file}: the value of {name} has more than {MAX_DIGITS} digits, expected at most"
            f" {MAX_DIGITS}"
        )
    if not low <= number <= high:
        raise InstanceError(f"{file}: {name} = {number}, expected {low} <= {name} <= {high}")
    return number


def parameters(top: Place) -> tuple[Parameter, ...]:
    """The parameters that a document declares, in its order. Raises InstanceError."""
    place = top.at("parameters")
    if not isinstance(place.value, dict):
        place.fail(
            f"is {kind(place.value)}, expected a table of entries such as"
            ' t = { from = "0", to = "1", default = "1/2" }'
        )
    if not 1 <= len(place.value) <= MOST_PARAMETERS:
        place.fail(f"has {len(place.value)} entries, expected 1 to {MOST_PARAMETERS} parameters")
    with Gathering() as found:
        declared = found.every(lambda name: _parameter(place.at(name), name), place.value)
    return tuple(declared)


def _parameter(place: Place, name: str) -> Parameter:
    if not NAME.fullmatch(name):
        place.fail(
            "is no name of a parameter, expected 1 to 100 letters (A-Z, a-z), digits and"
            " underscores, the first no digit"
        )
    with Gathering() as found:
        found.part(place.table, ("from", "to", "default"))
        low, high, default = (
            found.part(lambda key=key: place.at(key).rational())  # type: ignore[misc]
            for key in ("from", "to", "default")
        )
    if low() >= high():
        place.fail(f"goes from {low()} to {high()}, expected an interval in which from < to")
    if not low() <= default() <= high():
        place.at("default").fail(
            f"is {default()}, expected a rational from {low()} to {high()}, as the interval goes"
        )
    return Parameter(name, low(), high(), default())


def corners(declared: Sequence[Parameter]) -> Iterator[dict[str, Fraction]]:
    """The values of the parameters at the corners of their rectangle."""
    names = [parameter.name for parameter in declared]
    for ends in product(*((parameter.low, parameter.high) for parameter in declared)):
        yield dict(zip(names, ends, strict=True))


def require_used(top: Place, declared: Sequence[Parameter], uses: Mapping[Path, Affine]) -> None:
    """Raises InstanceError for parameters on which no number of the file depends."""
    used = {name for form in uses.values() for name in form.slopes}
    with Gathering() as found:
        for name in (parameter.name for parameter in declared):
            if name not in used:
                place = top.at("parameters").at(name)
                found.part(
                    place.fail,
                    "is a parameter on which no number of the file depends, expected one in the"
                    " prior, a utility, claim or model, or no such parameter",
                )


def require_fixed_priors(top: Place, uses: Mapping[Path, Affine], game: Game) -> None:
    """Raises InstanceError where an agent's own prior stands beside a prior with parameters.

    His utility, which is reweighted by their quotient, would not be affine (theory.md 1.7).
    """
    moving = [path for path, form in uses.items() if form.slopes]
    common = any(path[0] in ("prior", "joint") for path in moving)
    with Gathering() as found:
        for n, agent in enumerate(game.agents):
            own = any(path[:3] == ("agents", n, "prior") for path in moving)
            if own or (common and agent.own is not None):
                found.part(
                    top.at("agents").at(n).at("prior").fail,
                    "stands in a file in which this prior or the common one depends on parameters,"
                    " expected numbers in both: utilities are reweighted by their quotient, which"
                    " would not be affine",
                )


def require_fixed_shares(top: Place, uses: Mapping[Path, Affine]) -> None:
    """Raises InstanceError where both shares of users and a prior depend on parameters.

    The prior under one rule for all, which is their product, would not be affine (theory.md 1.8).
    """
    moving = [path for path, form in uses.items() if form.slopes]
    if any(path[0] in ("prior", "joint") for path in moving):
        for path in moving:
            if path[0] == "users":
                top.at("users").at(path[1]).at("share").fail(
                    "depends on parameters, and so does a prior, expected numbers in one of the"
                    " two: under one rule for all users they are multiplied, which is not affine"
                )


def parts(uses: Mapping[Path, Affine], game: Game) -> Parts:
    """The parts of a game that depend on parameters, by where expressions stand."""
    moving = [path for path, form in uses.items() if form.slopes]
    first = {path[0] for path in moving}
    agents = {path[1] for path in moving if path[0] == "agents"}
    return Parts(
        prior=not first.isdisjoint({"prior", "joint", "users"}),
        user="user" in first,
        agents=tuple(agent.name for n, agent in enumerate(game.agents) if n in agents),
        claim="claim" in first,
        model="model" in first,
    )


def refuse_values(top: Place, at: Mapping[str, Value]) -> None:
    """Raises InstanceError for values of parameters that a document does not have."""
    if at:
        names = ", ".join(map(short, at))
        raise InstanceError(
            f"{top.file.name}: {names} cannot be set (--set), it has no [parameters]"
        )
