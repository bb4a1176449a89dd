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
