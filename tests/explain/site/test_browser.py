"""Pages in headless Chromium, opened from disk: no console error, no missing picture, nothing wider
than a phone.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser import NEEDS_BROWSER, narrow, sound
from tests.commands import FILM, IDENTICAL
from tests.games import INSTANCES

PAGES = (
    FILM,
    INSTANCES / "data" / "films.toml",
    IDENTICAL,
    INSTANCES / "classics" / "prosecutor.toml",
    INSTANCES / "guarantees" / "one_lamp.toml",
)
pytestmark = [pytest.mark.slow, NEEDS_BROWSER]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_opens_from_disk_on_a_phone(
    path: Path, browser: Any, page_of: Callable[[Path], Path]
) -> None:
    sound(browser, page_of(path))
    assert browser.execute_script("return document.querySelectorAll('figure svg').length") >= 4
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0


@pytest.mark.parametrize(
    "path", [FILM, INSTANCES / "tightness" / "eight_doors.toml"], ids=lambda path: path.stem
)
def test_a_printed_page_is_whole_and_leaves_the_certificates_out(
    path: Path, browser: Any, page_of: Callable[[Path], Path]
) -> None:
    narrow(browser, 718)  # A4 less Chromium's margins
    browser.get(page_of(path).as_uri())
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert browser.execute_script("return document.documentElement.scrollWidth") <= 718
        boxes = (
            "[...document.querySelectorAll('table, figure, pre, .line')].map(e =>"
            " e.getBoundingClientRect().right)"
        )
        assert browser.execute_script(f"return Math.max(...{boxes})") <= 718
        shown = browser.find_element("tag name", "main").text
        assert '"verdict"' not in shown and "lines, which are not printed" in shown
        assert "format = 1" in shown and "Copy the instance" not in shown
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_every_page_of_a_site_opens_on_a_phone(site: Path, browser: Any) -> None:
    for page in sorted(site.rglob("*.html")):
        sound(browser, page)
    sound(browser, site / "index.html")
    assert browser.execute_script("return document.images.length") == 15


def test_the_neighbours_of_a_page_stand_beside_each_other(site: Path, browser: Any) -> None:
    """However long their titles are, and below each other on a phone."""
    tops = (
        "return [...document.querySelector('nav.course').querySelectorAll('a')]"
        ".map(a => a.getBoundingClientRect().top)"
    )
    for page in sorted((site / "theorems").iterdir()):
        browser.get(page.as_uri())
        narrow(browser, 1200)
        assert len(set(browser.execute_script(tops))) == 1, page
        narrow(browser, 360)
        rows = browser.execute_script(tops)
        assert rows == sorted(rows) and len(set(rows)) == len(rows) > 1


def test_the_keyboard_reaches_the_text_and_the_files(
    browser: Any, page_of: Callable[[Path], Path]
) -> None:
    narrow(browser, 800)
    browser.get(page_of(FILM).as_uri())
    body = browser.switch_to.active_element
    body.send_keys("\ue004")  # Tab
    assert browser.switch_to.active_element.get_attribute("href").endswith("#main")
    button = browser.find_element("css selector", "[data-copies=instance]")
    button.send_keys("\ue007")  # Enter
    browser.execute_async_script("setTimeout(arguments[0], 200)")
    assert browser.find_element("id", "instance-said").text in (
        "copied",
        "selected: copy it with the keyboard",
    )
    assert browser.find_element("id", "instance").get_property("textContent") == FILM.read_text(
        encoding="utf-8"
    )


def test_the_index_is_searched_and_filtered_with_the_keyboard(site: Path, browser: Any) -> None:
    narrow(browser, 360)
    browser.get((site / "index.html").as_uri())
    cards = "return [...document.querySelectorAll('[data-card]:not([hidden])')].length"
    assert browser.execute_script(cards) == 15
    skip = browser.switch_to.active_element
    for _ in range(40):
        browser.switch_to.active_element.send_keys("\ue004")  # Tab
        if browser.switch_to.active_element.get_attribute("id") == "find-words":
            break
    field = browser.switch_to.active_element
    assert skip != field and field.get_attribute("id") == "find-words"
    field.send_keys("judge prosecutor")
    assert browser.execute_script(cards) == 3
    assert browser.find_element("id", "found").text == "3 of 15 stories"
    field.send_keys("\ue007")  # Enter does not leave the page
    field.send_keys("\ue004")
    chosen = browser.switch_to.active_element
    assert chosen.get_attribute("id") == "find-guarantee"
    chosen.send_keys("bayes")
    assert browser.execute_script(cards) == 1
    for _ in range(3):
        browser.switch_to.active_element.send_keys("\ue004")
    browser.switch_to.active_element.send_keys("\ue007")  # the button that shows all
    browser.execute_async_script("setTimeout(arguments[0], 100)")
    assert browser.execute_script(cards) == 15
    browser.find_element("id", "find-verdict").send_keys("refuted")
    browser.find_element("id", "find-hypothesis").send_keys("(identical)")
    shown = (
        "return [...document.querySelectorAll('[data-card]:not([hidden]) a')].map(a =>"
        " a.getAttribute('href'))"
    )
    assert browser.execute_script(shown) == ["instances/counterexamples/identical.html#bayes"]
    visible = "return [...document.querySelectorAll('h2, h3')].filter(h => h.offsetHeight).length"
    assert browser.execute_script(visible) == 3
    assert browser.get_log("browser") == []


def test_details_unfold_with_the_keyboard_and_in_print(
    browser: Any, page_of: Callable[[Path], Path]
) -> None:
    narrow(browser, 360)
    browser.get(page_of(INSTANCES / "classics" / "prosecutor.toml").as_uri())
    summary = browser.find_element("css selector", "details > summary")
    assert browser.execute_script("return document.querySelectorAll('details[open]').length") == 0
    summary.send_keys("\ue007")
    assert browser.execute_script("return document.querySelectorAll('details[open]').length") == 1
    wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert browser.execute_script(wide) == 0
    assert browser.get_log("browser") == []
