"""Pages that move, in headless Chromium: slider, text field, exact numbers, stories, print."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.browser import NEEDS_BROWSER, narrow, sound
from tests.commands import explain
from tests.moving import (
    BRANDS,
    HOSTILE,
    HOSTILE_AGENT,
    HOSTILE_TITLE,
    IRRATIONAL,
    PRIOR,
    QUOTIENTS,
    STANDARD,
    TOLERANCE,
    moving_of,
)
from verifier.explain.site.numbers import known, rows
from verifier.explain.site.page_data import Moving
from verifier.game.reader import load_family
from verifier.region.piece import Region
from verifier.region.plane.cover import middle
from verifier.region.plane.piece import Plane
from verifier.region.report import SAID

pytestmark = [pytest.mark.slow, NEEDS_BROWSER]

ENTER, TAB, RIGHT, HOME, END = "\ue007", "\ue004", "\ue014", "\ue011", "\ue010"

PageOf = Callable[[Path], Path]


@pytest.fixture
def opened(browser: Any, page_of: PageOf) -> Iterator[Callable[[Path], Any]]:
    """A page is opened in a window of usual width; in the end nothing has complained."""

    def go(path: Path) -> Any:
        narrow(browser, 800)
        browser.get(page_of(path).as_uri())
        return browser

    yield go
    assert browser.get_log("browser") == []


def enter(browser: Any, text: str, name: str = "exactly") -> None:
    field = browser.find_element("id", name)
    field.clear()
    field.send_keys(text + ENTER)


def put(browser: Any, text: str, name: str = "exactly") -> None:
    """As if it were pasted: each key that is pressed costs as much as a whole table."""
    field = browser.find_element("id", name)
    browser.execute_script("arguments[0].value = arguments[1]", field, text)
    field.send_keys(ENTER)


def words(browser: Any, name: str) -> str:
    return str(browser.find_element("id", name).get_property("textContent"))


def slider(browser: Any) -> Any:
    return browser.find_element("id", "slider")


def said(browser: Any) -> str:
    return str(slider(browser).get_attribute("aria-valuetext"))


def table(browser: Any) -> list[list[str]]:
    script = (
        "return [...document.getElementById('numbers').rows].map(row =>"
        " [...row.cells].map(cell => cell.textContent))"
    )
    return list(browser.execute_script(script))


def expected(path: Path, found: Moving, *values: Fraction) -> list[list[str]]:
    """The table as Python has it."""
    game = load_family(path).at(dict(zip(found.names, values, strict=True)))
    lines = [["verdict", *(SAID[known(region, values).verdict] for region in found.regions)]]
    for row in rows(found, game, values):
        shown = [
            "\N{EN DASH}"
            if cell is None
            else f"{cell.formula} = " * bool(cell.formula)
            + cell.exact
            + f" ({cell.decimal})" * bool(cell.decimal)
            for cell in row.cells
        ]
        lines.append([row.name, *shown])
    return lines


@pytest.mark.parametrize("path", [PRIOR, STANDARD, BRANDS], ids=lambda path: path.stem)
def test_a_moving_page_opens_on_a_phone_and_stays_sound_at_every_story(
    path: Path, browser: Any, page_of: PageOf
) -> None:
    sound(browser, page_of(path))
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    for control in browser.find_elements("css selector", "input[type=range]"):
        control.send_keys(HOME)
    seen = 0
    while browser.find_element("id", "more").is_enabled():
        browser.find_element("id", "more").send_keys(ENTER)
        wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert browser.execute_script(wide) == 0
        twice = (
            "const ids = [...document.querySelectorAll('[id]')].map(e => e.id);"
            " return ids.filter((id, n) => ids.indexOf(id) !== n)"
        )
        assert browser.execute_script(twice) == []
        seen += 1
    assert seen >= 5
    assert browser.get_log("browser") == []


def test_the_keyboard_alone_moves_everything(opened: Callable[[Path], Any]) -> None:
    browser = opened(TOLERANCE)
    assert said(browser).startswith("t = 1/10: bayes refuted, an equilibrium has 1/2; best-ai")
    for _ in range(40):
        browser.switch_to.active_element.send_keys(TAB)
        if browser.switch_to.active_element.get_attribute("id") == "slider":
            break
    control = browser.switch_to.active_element
    assert control.accessible_name == "t"
    assert browser.find_element("id", "exactly").accessible_name == "t, exactly, such as 2/7"
    control.send_keys(RIGHT)
    assert said(browser).startswith("t = 21/200: bayes refuted")
    control.send_keys(END)
    assert said(browser) == "t = 1/2: bayes proved, at least 1/2; best-ai proved, at least 1/2"
    assert words(browser, "bayes-title") == "bayes: proved"
    assert words(browser, "where") == "The story is told at t = 1/2."
    assert "bayes: proved" in browser.find_element("css selector", "nav ul + div").text
    control.send_keys(HOME)
    assert words(browser, "bayes-title") == "bayes: refuted"
    assert browser.find_element("id", "less").is_enabled() is False
    browser.find_element("id", "more").send_keys(ENTER)
    assert words(browser, "at") != "0" and words(browser, "beside") == ""
    assert "The story is told at t =" in words(browser, "where")
    assert browser.switch_to.active_element.get_attribute("id") == "more"


def test_the_text_field_takes_fractions_and_decimals(opened: Callable[[Path], Any]) -> None:
    browser = opened(PRIOR)
    for text, t in (
        ("2/7", "2/7"),
        (" 0.25 ", "1/4"),
        ("1e-3", "1/1000"),
        ("4/6", "2/3"),
        ("+1", "1"),
    ):
        enter(browser, text)
        assert (words(browser, "at"), words(browser, "wrong")) == (t, "")
        field = browser.find_element("id", "exactly")
        assert field.get_property("value") == t
        assert field.get_attribute("aria-invalid") == "false"
    enter(browser, "2/7")
    assert said(browser) == "t = 2/7: bayes proved, at least 5/7; best-ai proved, at least 5/7"
    assert words(browser, "where") == "The story is told at t = 3/10, in the same cell."
    assert words(browser, "beside") == "The table is exact at t = 2/7."


COMPLAINTS = [
    ("", "“” is no number, expected a fraction such as 2/7 or a decimal such as 0.3"),
    ("two", "“two” is no number"),
    ("1/2/3", "“1/2/3” is no number"),
    ("0,5", "“0,5” is no number"),
    ("0x1", "“0x1” is no number"),
    ("1/0", "“1/0” has a zero denominator, expected a positive one"),
    ("3/2", "“3/2” is outside, expected 0 to 1"),
    ("-1/2", "“-1/2” is outside, expected 0 to 1"),
    ("1" * 401, "1… ”".replace(" ", "") + " has more than 400 digits"),
    ("1e-401", "“1e-401” has more than 400 digits"),
    ("<img src=x>", "“<img src=x>” is no number"),
]


def test_the_field_says_what_is_wrong_and_nothing_moves(opened: Callable[[Path], Any]) -> None:
    browser = opened(PRIOR)
    for text, complaint in COMPLAINTS:
        enter(browser, "2/7")
        before = table(browser)
        (enter if len(text) < 20 else put)(browser, text)
        assert complaint in words(browser, "wrong"), text
        field = browser.find_element("id", "exactly")
        assert field.get_attribute("aria-invalid") == "true", text
        assert field.get_attribute("aria-describedby") == "wrong"
        assert browser.find_element("id", "wrong").get_attribute("role") == "alert"
        assert table(browser) == before and words(browser, "at") == "2/7", text
        enter(browser, "1/3")
        assert (words(browser, "wrong"), words(browser, "at")) == ("", "1/3"), text


NEAR = [Fraction(p, q) for p, q in ((73, 260), (9, 32), (57, 203), (16, 57), (1307, 4655))]
"""Fractions on both sides of the irrational end, (√17 - 3)/4, and near it."""


@pytest.mark.parametrize(
    ("name", "text"),
    [("irrational", IRRATIONAL), ("quotients", QUOTIENTS)],
    ids=["irrational", "quotients"],
)
def test_every_number_is_that_of_python(
    name: str, text: str, opened: Callable[[Path], Any], games: Callable[[str, str], Path]
) -> None:
    path = games(name, text)
    browser, found, random = opened(path), moving_of(path), Random(7)
    assert table(browser) == expected(path, found, *found.start)
    values = [Fraction(random.randint(0, q), q) for q in (5, 64, 999, 10**6, 10**30) * 3]
    lines = [region for region in found.regions if isinstance(region, Region)]
    ends = [piece.low for region in lines for piece in region.pieces]
    values += [end for end in ends if isinstance(end, Fraction)]
    values += [*NEAR, Fraction(1, 10**9), Fraction(1, 2) + Fraction(1, 10**12)]
    for t in values:
        put(browser, str(t))
        assert words(browser, "at") == str(t)
        assert table(browser) == expected(path, found, t), t


def test_a_long_number_is_exact_and_fits_on_a_phone(opened: Callable[[Path], Any]) -> None:
    browser = opened(PRIOR)
    narrow(browser, 360)
    t = Fraction(int("3" * 398 + "1"), 10**399)
    put(browser, str(t))
    assert words(browser, "at") == str(t)
    assert table(browser) == expected(PRIOR, moving_of(PRIOR), t)
    wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert browser.execute_script(wide) == 0


@pytest.mark.parametrize("width", [320, 360, 480])
def test_the_steps_of_a_slider_stand_on_one_line(opened: Callable[[Path], Any], width: int) -> None:
    browser = opened(PRIOR)
    narrow(browser, width)
    tops = "return ['less', 'more'].map(n => document.getElementById(n).offsetTop)"
    less, more = browser.execute_script(tops)
    assert less == more


def test_a_page_without_cells_moves_its_stories(browser: Any, tmp_path: Path) -> None:
    page = tmp_path / "quantal.html"
    assert explain(PRIOR, "--guarantee", "quantal", "-o", page).returncode == 0
    sound(browser, page)
    enter(browser, "1/7")
    assert said(browser) == "t = 1/7"
    assert words(browser, "where").endswith(", in the same cell.")
    assert words(browser, "beside") == ""
    browser.find_element("id", "more").send_keys(ENTER)
    assert not words(browser, "where").endswith(", in the same cell.")
    assert browser.get_log("browser") == []


def test_the_story_is_that_of_a_stop_in_the_same_cell(
    opened: Callable[[Path], Any], games: Callable[[str, str], Path]
) -> None:
    path = games("irrational", IRRATIONAL)
    browser, found = opened(path), moving_of(path)
    for t in NEAR:
        enter(browser, str(t))
        stop = Fraction(words(browser, "where").split(" = ")[1].split(",")[0].rstrip("."))
        lines = [region for region in found.regions if isinstance(region, Region)]
        assert [region.at(stop) for region in lines] == [region.at(t) for region in lines]
        assert "in the same cell" in words(browser, "where")
        assert f"The story at t = {stop}." in browser.find_element("id", "bayes").text


def test_the_cursor_follows(opened: Callable[[Path], Any]) -> None:
    browser = opened(PRIOR)
    script = (
        "const [cursor] = document.querySelectorAll('.cursor');"
        " return [cursor.getAttribute('visibility'), cursor.dataset.across,"
        " cursor.getAttribute('transform')]"
    )
    for text, share in (("0", 0.0), ("1/4", 0.25), ("1", 1.0)):
        enter(browser, text)
        shown, reach, moved = browser.execute_script(script)
        assert shown == "visible"
        at = float(moved.removeprefix("translate(").removesuffix(", 0)"))
        assert abs(at - share * float(reach)) < 0.01


def test_a_finger_moves_the_slider(opened: Callable[[Path], Any]) -> None:
    browser = opened(PRIOR)
    browser.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})
    try:
        browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", slider(browser))
        box = slider(browser).rect
        top = box["y"] - browser.execute_script("return scrollY")
        x, y = box["x"] + box["width"] * 0.75, top + box["height"] / 2
        for kind, points in (("touchStart", [{"x": x, "y": y}]), ("touchEnd", [])):
            browser.execute_cdp_cmd(
                "Input.dispatchTouchEvent", {"type": kind, "touchPoints": points}
            )
        browser.execute_async_script("setTimeout(arguments[0], 200)")
        assert abs(Fraction(words(browser, "at")) - Fraction(3, 4)) < Fraction(1, 20)
    finally:
        browser.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})


def test_a_print_is_whole_with_long_formulas(
    opened: Callable[[Path], Any], games: Callable[[str, str], Path]
) -> None:
    browser = opened(games("quotients", QUOTIENTS))
    narrow(browser, 718)  # A4 less Chromium's margins
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert browser.execute_script("return document.documentElement.scrollWidth") <= 718
        assert not browser.find_element("id", "moving").is_displayed()
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_a_print_shows_the_default(opened: Callable[[Path], Any]) -> None:
    browser = opened(TOLERANCE)
    enter(browser, "1/2")
    browser.execute_script(
        "addEventListener('beforeprint', () => { window.printed = ['at', 'bayes-title']"
        ".map(id => document.getElementById(id).textContent) })"
    )
    assert browser.execute_cdp_cmd("Page.printToPDF", {})["data"]
    assert browser.execute_script("return window.printed") == ["1/10", "bayes: refuted"]
    assert words(browser, "at") == "1/2" and words(browser, "bayes-title") == "bayes: proved"


def test_it_is_dark_where_the_reader_wants_it(opened: Callable[[Path], Any]) -> None:
    browser = opened(PRIOR)
    dark = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", dark)
    try:
        bar = browser.find_element("id", "moving").value_of_css_property("background-color")
        paper = browser.find_element("tag name", "body").value_of_css_property("background-color")
        ink = browser.find_element("id", "exactly").value_of_css_property("color")
        assert bar == paper == "rgba(22, 22, 23, 1)"
        assert ink == "rgba(236, 236, 236, 1)"
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_hostile_words_do_nothing_wherever_it_moves(
    opened: Callable[[Path], Any], games: Callable[[str, str], Path]
) -> None:
    path = games("hostile", HOSTILE)
    browser, found = opened(path), moving_of(path)
    assert browser.find_element("tag name", "h1").text == HOSTILE_TITLE
    for text in ("1/4", "3/7", "1/2", "3/4"):
        enter(browser, text)
        enter(browser, "3/2", "exactly-2")
        assert table(browser) == expected(path, found, Fraction(text), Fraction(3, 2))
        assert said(browser).startswith(f"__proto__ = {text}: bayes proved")
    assert HOSTILE_AGENT in browser.find_element("tag name", "main").text
    assert browser.execute_script("return document.querySelectorAll('img, b').length") == 0
    assert browser.execute_script("return ({}).low === undefined")


TWO = ("exactly", "exactly-2")


def test_two_sliders_move_with_the_keyboard_and_are_told(opened: Callable[[Path], Any]) -> None:
    browser = opened(BRANDS)
    first, second = browser.find_elements("css selector", "input[type=range]")
    assert (first.accessible_name, second.accessible_name) == ("p", "t")
    fields = [browser.find_element("id", name) for name in TWO]
    assert [f.accessible_name for f in fields] == [
        "p, exactly, such as 2/7",
        "t, exactly, such as 2/7",
    ]
    assert words(browser, "where") == "The story is told at p = 1/2, t = 1/10."
    for _ in range(40):
        browser.switch_to.active_element.send_keys(TAB)
        if browser.switch_to.active_element.get_attribute("id") == "slider":
            break
    browser.switch_to.active_element.send_keys(HOME)
    assert said(browser) == "p = 0: bayes proved, at least 1; best-ai proved, at least 1"
    assert words(browser, "bayes-title") == "bayes: proved"
    browser.switch_to.active_element.send_keys(TAB, TAB)
    assert browser.switch_to.active_element.get_attribute("id") == "slider-2"
    first.send_keys(END)
    second.send_keys(HOME, RIGHT)
    told = second.get_attribute("aria-valuetext")
    assert told == "t = 1/200: bayes proved, at least 1; best-ai proved, at least 1"
    assert words(browser, "at") == "1" and words(browser, "at-2") == "1/200"
    browser.find_element("id", "less").send_keys(ENTER)
    assert words(browser, "where") == "The story is told at p = 1, t = 0."
    assert browser.find_element("id", "more").accessible_name == "p and t: the story after"


def test_every_number_of_two_parameters_is_that_of_python(opened: Callable[[Path], Any]) -> None:
    for path in (BRANDS, STANDARD):
        browser, found, random = opened(path), moving_of(path), Random(5)
        assert table(browser) == expected(path, found, *found.start)
        planes = [region for region in found.regions if isinstance(region, Plane)]
        places = [corner.point for plane in planes for corner in plane.corners]
        places += [middle(*side.ends) for plane in planes for side in plane.sides]
        for _ in range(12):
            shares = (Fraction(random.randint(0, 10**9), 10**9) for _ in found.parameters)
            x, y = (
                part.low + share * (part.high - part.low)
                for part, share in zip(found.parameters, shares, strict=True)
            )
            places.append((x, y))
        for place in dict.fromkeys(places):
            for name, value in zip(TWO, place, strict=True):
                put(browser, str(value), name)
            assert table(browser) == expected(path, found, *place), place
            (row,) = browser.find_elements("css selector", "#cells")
            cells = [cell.text for cell in row.find_elements("tag name", "td")]
            assert cells == [known(region, place).where for region in found.regions]


def test_what_is_wrong_is_said_of_one_of_two_fields(opened: Callable[[Path], Any]) -> None:
    browser = opened(BRANDS)
    enter(browser, "2/3", "exactly-2")
    assert words(browser, "wrong") == "“2/3” is outside, expected 0 to 1/2"
    invalid = [browser.find_element("id", name).get_attribute("aria-invalid") for name in TWO]
    assert invalid == ["false", "true"]
    assert words(browser, "at-2") == "1/10"
    enter(browser, "1/3", "exactly-2")
    assert (words(browser, "wrong"), words(browser, "at-2")) == ("", "1/3")


def test_two_cursors_follow(opened: Callable[[Path], Any]) -> None:
    browser = opened(BRANDS)
    script = (
        "return [...document.querySelectorAll('figure .cursor')].slice(0, 2).map(c =>"
        " [c.dataset.across, c.dataset.down, c.getAttribute('transform')])"
    )
    enter(browser, "1/4")
    enter(browser, "3/8", "exactly-2")
    (wide, _, right), (_, high, up) = browser.execute_script(script)
    x, y = (part.removeprefix("translate(").removesuffix(")").split(", ") for part in (right, up))
    assert abs(float(x[0]) - float(wide) / 4) < 0.01 and float(x[1]) == 0
    assert float(high) < 0 and abs(float(y[1]) - float(high) * 3 / 4) < 0.01 and float(y[0]) == 0


def test_two_sliders_are_dark_printed_and_moved_by_a_finger(
    opened: Callable[[Path], Any],
) -> None:
    browser = opened(BRANDS)
    narrow(browser, 360)
    browser.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})
    dark = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", dark)
    try:
        ink = browser.find_element("id", "exactly-2").value_of_css_property("color")
        assert ink == "rgba(236, 236, 236, 1)"
        control = browser.find_element("id", "slider-2")
        browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", control)
        box = browser.execute_script(
            "const b = arguments[0].getBoundingClientRect(); return [b.x, b.y, b.width, b.height]",
            control,
        )
        x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
        for kind, points in (("touchStart", [{"x": x, "y": y}]), ("touchEnd", [])):
            browser.execute_cdp_cmd(
                "Input.dispatchTouchEvent", {"type": kind, "touchPoints": points}
            )
        browser.execute_async_script("setTimeout(arguments[0], 200)")
        assert abs(Fraction(words(browser, "at-2")) - Fraction(1, 4)) < Fraction(1, 20)
        assert words(browser, "at") == "1/2"
        browser.execute_script(
            "addEventListener('beforeprint', () => { window.printed = ['at', 'at-2']"
            ".map(id => document.getElementById(id).textContent) })"
        )
        assert browser.execute_cdp_cmd("Page.printToPDF", {})["data"]
        assert browser.execute_script("return window.printed") == ["1/2", "1/10"]
    finally:
        browser.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
