"""Results as lines of at most 80 columns: the exact fraction, and a decimal beside it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType

from verifier.certified import Certified, Verified
from verifier.game.model import Convention, Game
from verifier.numbers import brief, show
from verifier.report.reading import reading_lines
from verifier.report.record import OUT_OF_TIME
from verifier.solve.exponential import Decided, QuotientSum
from verifier.theory.alignment import Alignment, Hull
from verifier.theory.guarantees.guarantee import Fails, Guarantee
from verifier.theory.margin import margin_words
from verifier.theory.verdict import Benchmarks, Finding, Verdict, compare

WIDTH = 80
BELOW = 11
"""The column of what stands below a guarantee."""

MEANING = {
    "bayes": "a Bayesian user (G1)",
    "quantal": "a user with quantal response (G2)",
    "best-ai": "a user who picks the best AI (G3)",
}


def title_lines(game: Game, instance: str | None) -> Iterator[str]:
    """The title of a game, how it was read, its file's name, and what counts as equilibrium."""
    yield game.title
    yield from reading_lines(game)
    if instance is not None:
        yield f"  {instance}"
    if game.gamma:
        yield f"  equilibria       up to gains of {show(game.gamma)}"
    if game.evaluation:
        yield f"  evaluation       errs by up to {show(game.evaluation)}"


def report_lines(instance: str | None, found: Verified) -> Iterator[str]:
    """The guarantees of one game, with its hull distance and benchmarks, as lines for the terminal.

    `instance` is the name of the game's file, if it has one; it is printed and not read.
    """
    report, benchmarks = found.report, found.report.benchmarks
    yield from title_lines(report.game, instance)
    yield from _distances(report.alignment)
    if report.tolerance not in (None, report.alignment.claimed.epsilon):
        yield f"  tolerance        {show(report.tolerance)}, claimed in place of the distance"
    yield f"  OPT              {show(benchmarks.optimum)}"
    yield f"  TEAM             {show(benchmarks.team)}"
    yield from _alone(benchmarks)
    yield f"  alone (NOINFO)   {show(benchmarks.no_information)}"
    if benchmarks.quantal is not None:
        yield f"  quantal (QR)     {show(benchmarks.quantal)}"
    for name, certified in found.guarantees.items():
        others = report.claims.get(certified.finding.guarantee, {})
        yield from certified_lines(name, certified, others)
    for name in report.unfinished:
        yield from unfinished_lines(name)


def _distances(found: Alignment) -> Iterator[str]:
    """The hull distance that is claimed, and that with other weights where it is another."""
    nearest, other = found.claimed, found.simplex
    if nearest.convention is Convention.SIMPLEX:
        other = found.cone
    name = "" if nearest.convention is Convention.SIMPLEX else f", {nearest.convention}"
    yield f"  hull distance    {show(nearest.epsilon)}{name}"
    share = found.share(nearest)
    if share not in (None, nearest.epsilon):
        yield f"                   {show(share)} of the range of her utility"
    yield f"                   {_mixture(nearest)}"
    if other.epsilon != nearest.epsilon:
        yield f"                   {show(other.epsilon)} in the {other.convention}"
    if found.possible not in (None, nearest.epsilon):
        yield f"                   {show(found.possible)} without the states of probability 0"


def undecided_lines(instance: str, guarantees: Iterable[Guarantee]) -> Iterator[str]:
    """A game of which nothing was known when the deadline passed: its guarantees are open."""
    yield instance
    for name in guarantees:
        yield from unfinished_lines(name)


def unfinished_lines(name: str) -> Iterator[str]:
    """A guarantee that is open because the deadline passed before its bound was known."""
    yield f"  {name:8} {Verdict.OPEN.upper():8}  {MEANING[name]}"
    yield from wrapped(f"open: {OUT_OF_TIME}")


def _alone(benchmarks: Benchmarks) -> Iterator[str]:
    """TEAM of the agents whose own view gives her another one than what all can tell."""
    others = {n: v for n, v in benchmarks.team_by_agent.items() if v != benchmarks.team}
    text = ", ".join(f"{show(value)} by {name} alone" for name, value in others.items())
    if len(text) > WIDTH - 19:
        text = f"by one of {len(others)} agents alone up to {show(max(others.values()))}"
    if others:
        yield f"                   {text}"


def _mixture(hull: Hull) -> str:
    parts = [f"{weight} {name}" for name, weight in hull.weights.items() if weight]
    text = "nearest: " + (" + ".join(parts) or "no agent, a constant")
    return text if len(text) <= WIDTH - 19 else f"nearest: a mixture of {len(parts)} agents"


def certified_lines(
    name: str,
    certified: Certified,
    claims: Mapping[Convention, Fraction | QuotientSum] = MappingProxyType({}),
) -> Iterator[str]:
    """The finding of one guarantee: verdict, numbers, failed hypotheses, and where the proof is.

    `claims` are what is claimed with other weights, which is told where it is another number.
    """
    finding, reply, path = certified.finding, certified.reply, certified.path
    yield f"  {name:8} {certified.verdict.upper():8}  {MEANING[name]}"
    yield f"           in every equilibrium    u >= {show(finding.bound.value)}"
    for user, bound in finding.each.items():
        yield f"             {user} gets at least {show(bound.value)}"
    yield f"           claimed                 u >= {show(finding.claimed_bound)}"
    yield from _loss_lines(finding)
    yield from _otherwise(finding, claims)
    yield from _promised(finding)
    compared = margin_words(finding)
    if compared is not None:
        yield f"           the bound is            {compared}"
    if finding.equilibrium is not None:
        shown = finding.equilibrium
        yield f"           an equilibrium has      u  = {show(shown.user_utility)}, {shown.kind}"
    if finding.existence is not None:
        yield from wrapped(finding.existence)
    if finding.verdict is Verdict.OPEN:
        yield from wrapped(f"open: {certified.reason}")
    else:
        yield from left_out_lines(finding)
    for label, hypothesis in finding.setting.hypotheses.items():
        if isinstance(hypothesis, Fails):
            yield from wrapped(f"fails: {label}: {_witness(hypothesis)}")
    if reply is not None and not reply.text.startswith("accepted"):
        yield from wrapped(f"kernel: {reply.text}")
    if path is not None:
        yield f"           certificate: {path.as_posix()}"


def _loss_lines(finding: Finding) -> Iterator[str]:
    """What a quantal claim is less than QR, besides the tolerance, for what she may not learn.

    A claim against OPT has no such part (theory.md 4.2).
    """
    lost = finding.setting.loss
    if lost is None or show(lost) == "0":
        return
    whole = finding.setting.benchmark - lost - 2 * finding.tolerance
    more = compare(finding.claimed_bound, whole)
    if not (isinstance(more, Decided) and more.sign > 0):
        yield from wrapped(
            f"QR less {show(lost)}, besides the tolerance, for what an agent who deviates cannot"
            " tell her (theory.md 4.2)",
            BELOW + 2,
        )


def _otherwise(
    finding: Finding, claims: Mapping[Convention, Fraction | QuotientSum]
) -> Iterator[str]:
    """What `--hull` would claim with other weights, where it is another number (theory.md 2.3).

    The verdict says nothing of it.
    """
    for convention, claimed in claims.items():
        if show(claimed) != show(finding.claimed_bound):
            yield f"           --hull {convention} would claim u >= {show(claimed)}"


def _promised(finding: Finding) -> Iterator[str]:
    """What the theorem promises, where no hypothesis fails and the claim was not proved.

    Then the claim asks for more than that, as in gamma-equilibria (theory.md 4.4).
    """
    fails = any(isinstance(found, Fails) for found in finding.setting.hypotheses.values())
    if finding.paper_bound is None or fails or finding.verdict in (Verdict.PROVED, Verdict.VACUOUS):
        return
    yield f"           the theorem promises    u >= {show(finding.paper_bound)}"


def left_out_lines(finding: Finding) -> Iterator[str]:
    """The limit or the deadline that kept equilibria from being looked for, if one did."""
    if finding.found.out_of_time:
        yield from wrapped(str(finding.found.left_out))
    elif finding.found.left_out is not None:
        yield from wrapped(f"equilibria were left out: {finding.found.left_out}")


def wrapped(text: str, indent: int = BELOW) -> list[str]:
    """A text as lines from a column on, all but the first two columns further.

    Names and options are not broken.
    """
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _witness(hypothesis: Fails) -> str:
    words = [
        f"{key.replace('_', ' ')} {_plain(value)}"
        for key, value in hypothesis.witness.items()
        if key != "measure"
    ]
    return ", ".join(words)


def _plain(value: object) -> str:
    if isinstance(value, list | tuple):
        return "{" + ", ".join(map(_plain, value)) + "}"
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_plain(entry)}" for key, entry in value.items())
    return str(value)


def hull_lines(name: str, found: Alignment) -> Iterator[str]:
    """The hull distance in three conventions, with the paper's witness (theory.md 2.1 and 2.3)."""
    yield name
    for hull in (found.simplex, found.cone, found.state_offset):
        distance, *mixture = single_hull_lines(hull)
        yield distance
        share = found.share(hull)
        if share not in (None, hull.epsilon):
            yield f"{'':16}{show(share)} of the range of her utility"
        yield from mixture
    if found.simplex.witness:
        yield "  no mixture with weights that sum to 1 is nearer: the signed measure"
        for (action, state), mass in found.simplex.witness.items():
            yield f"    {brief(mass):>12}  on {action}, {state}"


def single_hull_lines(hull: Hull) -> Iterator[str]:
    """The hull distance in one convention, with its weights and offsets."""
    yield f"  {hull.convention!s:13} distance {show(hull.epsilon)}"
    yield from _listed(
        "weights", {agent: weight for agent, weight in hull.weights.items() if weight}
    )
    same = len(set(hull.offsets.values())) == 1
    yield from _listed("offset", {"": next(iter(hull.offsets.values()))} if same else hull.offsets)


def _listed(label: str, numbers: Mapping[str, Fraction]) -> Iterator[str]:
    """The numbers, one a line, with the label on the first."""
    texts = [f"{name} {show(value)}".strip() for name, value in numbers.items()] or ["none"]
    for n, text in enumerate(texts):
        yield f"                {label if n == 0 else '':8} {text}"
