"""Shell completion: the words that may follow on a command line, for bash, zsh and fish.

Click asks for them where the environment variable `_VERIFIER_COMPLETE` names a shell. What cannot
be read while a line is being typed has no completions, and no error.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    add_completion_class,
    shell_complete,
)

from verifier.errors import VerifierError

if TYPE_CHECKING:
    from verifier.game.model import Game

VARIABLE = "_VERIFIER_COMPLETE"

SPECIAL = re.compile(r"[^\w@%+=:,./-]")
"""What means something to bash outside quotes, a space for example; with two backslashes before it,
one of which is gone once click's script has read it, it stands for itself.
"""

Completion = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


class BashWords(BashComplete):
    """Bash, to which a colon ends a word, so that `example:prosecutor` are three."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one that is being typed, and that one, joined at their colons."""
        args, incomplete = super().get_completion_args()
        words = joined([*args, incomplete])
        return words[:-1], words[-1]

    def format_completion(self, item: CompletionItem) -> str:
        """What bash puts in the place of the part behind the last colon that is typed already."""
        _, incomplete = self.get_completion_args()
        if self._in_quotes():  # the word is one to bash, too
            return f"{item.type},{item.value}"
        before = incomplete[: incomplete.rfind(":") + 1]
        value = SPECIAL.sub(r"\\\\\g<0>", item.value.removeprefix(before))
        return f"{item.type},{value}"

    @staticmethod
    def _in_quotes() -> bool:
        """Whether the word that is being typed begins with a quote."""
        return os.environ["COMP_WORDS"].rpartition("\n")[2].startswith(("'", '"'))


def joined(words: Iterable[str]) -> list[str]:
    """The words, with those that stand around a colon as one.

    >>> joined(["verify", "example", ":", "pros"]), joined(["verify", "example", ":"])
    (['verify', 'example:pros'], ['verify', 'example:'])
    """
    found: list[str] = []
    for word in words:
        if found and (word == ":" or found[-1].endswith(":")):
            found[-1] += word
        else:
            found.append(word)
    return found


def one_of(names: Callable[[], Iterable[str]]) -> Completion:
    """The completion by the names of a closed set, which are asked for only then."""

    def begun(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return [CompletionItem(name) for name in names() if name.startswith(incomplete)]

    return begun


def guarantee_names() -> list[str]:
    """The names of the guarantees."""
    from verifier.theory.guarantees.guarantee import Guarantee

    return [str(name) for name in Guarantee]


def agent_names(
    context: click.Context, _: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The agents of the instance file that the command line names before."""
    game = _game_before(context)
    names = [] if game is None else [agent.name for agent in game.agents]
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def parameter_names(
    context: click.Context, _: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The parameters of the instance file that the command line names before, with = behind."""
    game = _game_before(context)
    names = [] if game is None else [f"{name}=" for name in game.parameters]
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def user_names(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The users of the instance file that the command line names before, where it has several."""
    game = _game_before(context)
    names = [] if game is None or game.origin is None else [*game.origin.shares]
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def _game_before(context: click.Context) -> Game | None:
    """The game of the first instance file on the line, None where none can be read.

    An option that still lacks its value keeps click from reading the words before it as arguments.
    """
    from verifier.game.reader import load

    named = context.params
    paths = [*(named.get("paths") or ()), named.get("path"), named.get("instance"), *context.args]
    path = next((path for path in paths if path is not None), None)
    try:
        return None if path is None else load(path)
    except VerifierError:
        return None


def completed(app: click.Command) -> int | None:
    """The exit code after the completions are printed, None where none are asked for."""
    asked: Any = os.environ.get(VARIABLE)
    if not asked:
        return None
    add_completion_class(BashWords)
    return shell_complete(app, {}, "verifier", VARIABLE, asked)
