"""A certificate is checked again in headless Chromium: by the keyboard, on a phone, from disk."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser import NEEDS_BROWSER, narrow
from tests.games import INSTANCES
from verifier.explain.site.recheck import checker, shared_checker

PROSECUTOR = INSTANCES / "classics" / "prosecutor.toml"
TAB, ENTER = "\ue004", "\ue007"
PageOf = Callable[[Path], Path]


def test_the_script_is_small_and_can_stand_in_a_page() -> None:
    script = checker()
    assert len(script.encode()) <= 400_000
    assert not re.search(r"</script|<!--", script, re.IGNORECASE)
    assert not re.search(
        r"\b(?:fetch|XMLHttpRequest|WebSocket|importScripts|eval|Function)\(", script
    )
    assert shared_checker().count("\n") == 1


class Reader:
    """A page's part for checking one guarantee, as a reader sees it."""

    def __init__(self, browser: Any, page: Path, name: str = "bayes") -> None:
        self.browser = browser
        browser.get(page.as_uri())
        self.field = browser.find_element("id", f"{name}-claims")
        self.place = browser.find_element("id", f"{name}-checked")
        self.button = browser.find_element("css selector", f"[data-checks={name}]")
        self.restores = browser.find_element("css selector", f"[data-restores={name}]")

    def change(self, old: str, new: str) -> None:
        assert old in self.field.get_property("value")
        script = (
            "const [field, old, other] = arguments; field.value = field.value.replace(old, other);"
            "field.dispatchEvent(new Event('input'))"
        )
        self.browser.execute_script(script, self.field, old, new)

    def said(self) -> list[str]:
        """What is said after the button is pressed with the keyboard."""
        self.button.send_keys(ENTER)
        script = (
            "const [place, done] = arguments, look = () =>"
            " place.textContent.startsWith('Checking') || !place.textContent ?"
            " setTimeout(look, 20) : done(place.innerText.split(/\\n+/)); look()"
        )
        lines: list[str] = self.browser.execute_async_script(script, self.place)
        return lines


@pytest.fixture
def reader(browser: Any, page_of: PageOf) -> Reader:
    narrow(browser, 360)
    return Reader(browser, page_of(PROSECUTOR))


@pytest.mark.slow
@NEEDS_BROWSER
class TestInTheBrowser:
    """What a reader of a page can do."""

    def test_a_certificate_is_checked_and_a_changed_number_refused(self, reader: Reader) -> None:
        lines = reader.said()
        assert lines[0] == "Accepted: all 6 claims of the text"
        assert lines[-1] == "proved: in some equilibrium with the Bayesian user she gets 7/10"
        reader.change(
            '"user": "bayes",\n   "number": "7/10"', '"user": "bayes",\n   "number": "4/5"'
        )
        assert reader.place.text == "", "what was said is not about the changed text"
        lines = reader.said()
        assert lines[0] == "Refused: 1 of 6 claims of the text as you have changed it"
        bound = "not proved: in every equilibrium with the Bayesian user she gets at least 4/5"
        assert bound in lines
        reader.restores.send_keys(ENTER)
        assert reader.said()[0] == "Accepted: all 6 claims of the text"
        assert reader.browser.get_log("browser") == []

    def test_agents_have_their_names(self, reader: Reader) -> None:
        said = "\n".join(reader.said())
        assert "what a rule that prosecutor can offer is worth to her" in said
        assert "[" not in said

    def test_another_game_is_another_text(self, reader: Reader) -> None:
        reader.change('["7", "0"]', '["6", "1"]')
        assert reader.said()[0].startswith("Refused: ")

    def test_what_cannot_be_read_is_said_with_its_place(self, reader: Reader) -> None:
        reader.change('"states": "2"', '"states": "two"')
        assert reader.said() == [
            "Refused: the text as you have changed it",
            'not read: line 3, column 13: expected a number from "0" to "999999"',
        ]

    def test_words_of_the_reader_are_text(self, reader: Reader) -> None:
        reader.change('"number": "1"', '"number": "<img src=x onerror=hit=1>"')
        assert reader.said()[0].startswith("Refused: ")
        assert reader.browser.execute_script("return [typeof hit, document.images.length]") == [
            "undefined",
            0,
        ]

    def test_a_check_that_takes_too_long_is_ended(self, reader: Reader) -> None:
        """The page's clock is fast here: its 30 seconds are one millisecond."""
        reader.browser.execute_script(
            "const wait = setTimeout; window.setTimeout = (act, time) => wait(act, time / 30000)"
        )
        assert reader.said() == ["Not checked: stopped after 30 seconds"]

    def test_the_keyboard_goes_from_the_field_to_the_buttons(self, reader: Reader) -> None:
        reader.field.send_keys(TAB)
        focused = reader.browser.switch_to.active_element
        assert focused == reader.button
        focused.send_keys(TAB)
        assert reader.browser.switch_to.active_element == reader.restores
        label = reader.browser.find_element("css selector", "label[for=bayes-claims]").text
        assert "Change a number" in label
        assert reader.place.get_attribute("role") == "status"

    def test_it_is_as_wide_as_a_phone_and_not_printed(self, reader: Reader) -> None:
        reader.said()
        browser = reader.browser
        browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
        wide = "return document.documentElement.scrollWidth - innerWidth"
        assert browser.execute_script(wide) <= 0
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        try:
            assert not reader.field.is_displayed()
        finally:
            browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})

    def test_it_is_legible_in_the_dark(self, reader: Reader) -> None:
        browser = reader.browser
        dark = [{"name": "prefers-color-scheme", "value": "dark"}]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": dark})
        try:
            colors = "const s = getComputedStyle(arguments[0]); return [s.color, s.backgroundColor]"
            assert browser.execute_script(colors, reader.field) == [
                "rgb(236, 236, 236)",
                "rgb(34, 34, 37)",
            ]
        finally:
            browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})

    def test_every_page_of_a_site_checks_with_the_script_beside_it(
        self, site: Path, browser: Any
    ) -> None:
        pages = [page for page in site.rglob("*.html") if "data-checks" in page.read_text("utf-8")]
        assert len(pages) == 5
        for page in pages:
            text = page.read_text(encoding="utf-8")
            assert checker() not in text, "pages of a site share the script"
            for name in re.findall(r'data-checks="([\w-]+)"', text):
                assert Reader(browser, page, name).said()[0].startswith("Accepted: all ")

    def test_a_missing_script_is_named(self, site: Path, browser: Any, tmp_path: Path) -> None:
        page = site / "instances" / "classics" / "prosecutor.html"
        shutil.copy(page, tmp_path / "alone.html")
        (line,) = Reader(browser, tmp_path / "alone.html").said()
        assert line == "Not checked: ../../checker.js is missing: it belongs beside the pages"
        browser.get_log("browser")  # that the script could not be loaded
