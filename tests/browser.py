"""Headless Chromium for tests of pages: what is sound on a phone, opened from disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
QUIET = ("background-networking", "component-update", "sync", "quic", "gpu")
OUTSIDE = """
return [...document.querySelectorAll('figure svg')].flatMap(svg => {
  const edge = svg.getBoundingClientRect()
  return [...svg.querySelectorAll('text, path')].filter(part => {
    const box = part.getBoundingClientRect()
    return box.left < edge.left - 1 || box.right > edge.right + 1
      || box.top < edge.top - 1 || box.bottom > edge.bottom + 1
  }).map(part => part.textContent || part.getAttribute('d'))
})
"""
"""What reaches beyond the picture that it is part of."""

NEEDS_BROWSER = pytest.mark.skipif(
    CHROMIUM is None or DRIVER is None,
    reason="2026-11-24: needs Debian's chromium and chromium-driver, which .ci/run installs",
)


@contextmanager
def chromium(profile: Path) -> Iterator[Any]:
    """A driver of the browser, with this folder for its profile."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for word in (
        "headless=new",
        "no-sandbox",
        "no-first-run",
        f"user-data-dir={profile}",
        *(f"disable-{name}" for name in QUIET),
    ):
        options.add_argument(f"--{word}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(DRIVER)))
    try:
        yield driver
    finally:
        driver.quit()


def narrow(browser: Any, width: int) -> None:
    view = {"width": width, "height": 740, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", view)


def sound(browser: Any, page: Path) -> None:
    """No console error, no missing picture, nothing wider than the window or its picture, nothing
    fetched from elsewhere.
    """
    narrow(browser, 360)
    browser.get(page.as_uri())
    assert browser.get_log("browser") == []
    wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert browser.execute_script(wide) == 0
    assert browser.execute_script("return innerWidth") == 360
    browser.execute_script("document.querySelectorAll('img').forEach(i => i.loading = 'eager')")
    browser.execute_async_script(
        "Promise.all([...document.images].map(i => i.decode())).finally(arguments[0])"
    )
    missing = "return [...document.images].filter(i => !i.complete || !i.naturalWidth).length"
    assert browser.execute_script(missing) == 0
    flat = (
        "return [...document.querySelectorAll('figure svg')].filter(s =>"
        " s.getBoundingClientRect().height < 40).length"
    )
    assert browser.execute_script(flat) == 0
    assert browser.execute_script(OUTSIDE) == []
    fetched = browser.execute_script(
        "return performance.getEntriesByType('resource').map(entry => entry.name)"
    )
    assert all(name.startswith("file:") for name in fetched)
