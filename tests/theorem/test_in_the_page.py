"""The checker in a story page says what the program says, on shipped texts and on forged ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.browser import NEEDS_BROWSER, chromium
from tests.commands import explain
from tests.games import INSTANCES
from tests.theorem.certificates import shipped
from tests.theorem.extracted import NEEDS_PROGRAM, answers, text_of

pytestmark = [pytest.mark.slow, NEEDS_BROWSER, NEEDS_PROGRAM]

ASK = """
const [texts, done] = arguments;
const field = document.getElementById("bayes-claims");
const place = document.getElementById("bayes-checked");
const button = document.querySelector("[data-checks=bayes]");
const one = text => new Promise(answered => {
  field.value = text;
  new MutationObserver((_, watching) => {
    const lines = [...place.querySelectorAll("li")].map(item => item.dataset.said);
    if (lines.length) { watching.disconnect(); answered(lines); }
  }).observe(place, { childList: true, subtree: true });
  button.click();
});
(async () => {
  const said = [];
  for (const text of texts) said.push(await one(text));
  done(said);
})();
"""
"""Every text is put into the field of a page, and the button pressed."""


@cache
def texts_shipped() -> list[str]:
    """Each once."""
    return list(dict.fromkeys(text_of(game, content) for _, game, content in shipped()))


Asking = Callable[[list[str]], list[list[str]]]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    folder = tmp_path_factory.mktemp("page")
    prosecutor = INSTANCES / "classics" / "prosecutor.toml"
    explain(prosecutor, "--format", "html", "-o", folder / "page.html")
    with chromium(folder / "profile") as browser:
        browser.set_script_timeout(300)
        browser.get((folder / "page.html").as_uri())

        def ask(texts: list[str]) -> list[list[str]]:
            said: list[list[str]] = browser.execute_async_script(ASK, texts)
            return said

        yield ask
        assert browser.get_log("browser") == []


def forged(text: str) -> list[str]:
    """The text with each of its numbers in turn greater or less by one."""
    found = re.finditer(r'"(-?\d+)((?:/\d+)?")', text)
    return [
        f'{text[: one.start()]}"{int(one[1]) + (-1) ** n}{one[2]}{text[one.end() :]}'
        for n, one in enumerate(found)
    ]


def test_every_shipped_text_is_proved_in_the_page(page: Asking) -> None:
    said = page(texts_shipped())
    assert said == answers(texts_shipped())
    assert all(line.startswith("proved: ") for lines in said for line in lines)


def test_page_and_program_agree_on_forged_numbers(page: Asking) -> None:
    """All numbers of the prosecutor's text, and some of every other."""
    dice = Random(1)
    texts = [other for text in texts_shipped() for other in dice.sample(forged(text), 2)]
    whole: Any = next(text for text in texts_shipped() if '"signals"' in text)
    texts += forged(whole)
    said = page(texts)
    assert said == answers(texts)
    refused = [lines for lines in said if any(line.startswith("not ") for line in lines)]
    assert len(refused) > len(said) / 2


def test_page_and_program_agree_on_texts_that_are_not_canonical(
    page: Asking, tmp_path: Path
) -> None:
    text = texts_shipped()[0]
    texts = [text[:cut] for cut in range(0, len(text) - 2, 40)]
    texts += [
        "",
        "é{",
        "\N{PILE OF POO}",
        text + "\N{PILE OF POO}",
        text.replace('"2"', '"999999"'),
    ]
    assert page(texts) == answers(texts)
