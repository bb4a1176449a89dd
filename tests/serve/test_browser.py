"""The editor in headless Chromium: by keyboard, on a phone, in the dark, with hostile games, and as
other sites see it.
"""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import NEEDS_BROWSER, chromium, narrow
from tests.games import INSTANCES
from tests.serve.conftest import Served, Serving
from verifier.game.examples import examples

pytestmark = [pytest.mark.slow, NEEDS_BROWSER]

TEXT = (INSTANCES / "classics/prosecutor.toml").read_text(encoding="utf-8")
SLOW = (INSTANCES / "tightness/eight_doors.toml").read_text(encoding="utf-8")
TAB, ENTER, ESCAPE, DOWN, CONTROL = "\ue004", "\ue007", "\ue00c", "\ue015", "\ue009"
END, RELEASED = "\ue010", "\ue000"
PROVED = "bayes proved, quantal proved, best-ai proved"
REFUTED = "bayes refuted"
HOSTILE = "\\\"'</title></script><script>window.hit = 1</script><img src=x onerror='hit = 1'>"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A file, and the address of its editor."""
    path = tmp_path_factory.mktemp("served") / "mine.toml"
    path.write_text(TEXT, encoding="utf-8")
    server = Served(path, "--seconds", 60)
    yield path, server.address
    server.ended()


@pytest.fixture
def file(served: tuple[Path, str]) -> Path:
    served[0].write_text(TEXT, encoding="utf-8")
    return served[0]


class Page:
    """The editor's page, and what a reader sees of it."""

    def __init__(self, browser: Any, address: str) -> None:
        self.browser, self.address = browser, address

    def open(self, address: str = "") -> None:
        self.browser.get("about:blank")
        self.browser.get(address or self.address)

    def find(self, name: str) -> Any:
        return self.browser.find_element("id", name)

    def text(self) -> str:
        return str(self.find("text").get_property("value"))

    def said(self) -> str:
        return str(self.find("said").text)

    def until(self, holds: Callable[[], object], seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, (self.said(), self.find("searched").text)
            time.sleep(0.03)

    def says(self, words: str) -> None:
        self.until(lambda: words in self.said())

    def write(self, text: str) -> None:
        """As if it were pasted over all that stands there."""
        self.browser.execute_script(
            "const text = document.getElementById('text'); text.value = arguments[0];"
            "text.dispatchEvent(new InputEvent('input'))",
            text,
        )

    def press(self, *keys: str) -> None:
        self.browser.switch_to.active_element.send_keys(*keys)

    def focused(self) -> str:
        return str(self.browser.switch_to.active_element.get_attribute("id"))

    def tab_to(self, name: str) -> None:
        for _ in range(40):
            if self.focused() == name:
                return
            self.press(TAB)
        raise AssertionError(f"{name} is not reached")

    def choices(self) -> list[str]:
        """The completions that are offered, without what is said of them."""
        script = "return [...document.querySelectorAll('#choices li')].map(i => i.firstChild.data)"
        return list(self.browser.execute_script(script))

    def framed(self, script: str) -> Any:
        """What a script returns that the driver runs in the story's frame; what befalls it where a
        newer story takes the frame's place meanwhile is no answer, and it runs in that one.
        """
        from selenium.common.exceptions import WebDriverException

        coming = "return document.querySelectorAll('#story iframe.coming').length"
        while True:
            self.until(lambda: self.browser.execute_script(coming) == 0)
            frame = self.browser.find_element("css selector", "#story iframe:last-child")
            try:
                self.browser.switch_to.frame(frame)
                return self.browser.execute_script(script)
            except WebDriverException:
                self.browser.switch_to.default_content()
                if self.shows(frame):
                    raise
            finally:
                self.browser.switch_to.default_content()

    def shows(self, frame: Any) -> bool:
        from selenium.common.exceptions import StaleElementReferenceException

        try:
            return bool(self.browser.execute_script("return arguments[0].isConnected", frame))
        except StaleElementReferenceException:
            return False

    def wide(self) -> int:
        return int(
            self.browser.execute_script(
                "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
        )


@pytest.fixture
def page(browser: Any, served: tuple[Path, str], file: Path) -> Iterator[Page]:
    """The page of a file; nothing that a test does is an error to the browser."""
    narrow(browser, 1200)
    found = Page(browser, served[1])
    browser.get_log("browser")
    found.open()
    found.says(PROVED)
    yield found
    assert browser.get_log("browser") == []
    browser.get("about:blank")


def test_with_the_keyboard_alone(page: Page) -> None:
    """From the address to a counterexample, and back."""
    page.tab_to("text")
    page.press(CONTROL, END, RELEASED)
    page.press("\n[cl")
    page.until(lambda: page.choices() == ["[claim]"])
    page.press(DOWN, ENTER, "\n")
    assert page.text().endswith("\n[claim]\n")
    page.press(CONTROL, " ", RELEASED)
    assert page.choices() == ["tolerance", "gamma", "benchmark", "hull"]
    page.press(DOWN, DOWN, ENTER)
    page.press(CONTROL, " ", RELEASED)
    assert page.choices() == ["guarantee", "optimum"]
    page.press(ESCAPE)
    assert not page.find("choices").is_displayed()
    page.press('"optimums"')
    page.until(lambda: "did you mean 'optimum'" in page.find("errors").text)
    assert page.said() == "1 error"
    page.press(TAB)
    assert page.browser.switch_to.active_element.tag_name == "button"
    page.press(ENTER)
    assert page.focused() == "text"
    script = (
        "const t = document.getElementById('text');"
        "return t.value.slice(t.selectionStart, t.selectionEnd)"
    )
    assert page.browser.execute_script(script) == 'benchmark = "optimums"'
    page.press('tolerance = "0"')
    page.says(REFUTED)
    page.tab_to("counterexample")
    page.press(ENTER)
    page.until(lambda: page.find("searched").text == "a counterexample without hull")
    assert page.focused() == "counterexample", "so that the next one takes one key"
    assert 'title = "A counterexample without the hypothesis hull"' in page.text()
    page.browser.execute_script("document.getElementById('text').focus()")
    page.tab_to("smaller")
    page.press(ENTER)
    page.until(lambda: "smaller" in page.find("searched").text)


def test_another_text_is_no_longer_called_what_was_found(page: Page) -> None:
    page.find("counterexample").click()
    page.until(lambda: page.find("searched").text == "a counterexample without hull")
    page.write(TEXT)
    page.says("proved")
    assert page.find("name").text == "without hull, changed"
    assert page.find("searched").text == ""


def test_a_text_that_was_replaced_comes_back(page: Page) -> None:
    page.write(TEXT.replace("3/10", "4/10").replace("7/10", "6/10"))
    mine = page.text()
    for words in ("without hull", "without hull"):
        page.find("counterexample").click()
        page.until(lambda words=words: words in page.find("name").text)  # type: ignore[misc]
        page.until(lambda: page.find("searched").text != "searching …")
    found = page.text()
    page.find("back").click()
    assert page.text() not in (found, mine)
    page.find("back").click()
    assert page.text() == mine and page.find("name").text == "mine.toml"
    assert not page.find("back").is_enabled()
    page.says("proved")


def test_names_of_the_file_are_completed(page: Page) -> None:
    states, actions = ["innocent", "guilty"], ["acquit", "convict"]
    text = page.find("text")

    def offered(before: str, after: str = "") -> list[str]:
        page.browser.execute_script(
            "const t = arguments[0]; t.value = arguments[1] + arguments[2]; t.focus();"
            "t.setSelectionRange(arguments[1].length, arguments[1].length)",
            text,
            before,
            after,
        )
        page.press(CONTROL, " ", RELEASED)
        found = page.choices()
        page.press(ESCAPE)
        return found

    assert offered("prior = { ") == states
    assert offered("prior = { innocent = 1, ") == ["guilty"]
    assert offered("prior = { innocent = 1, g") == ["guilty"]
    assert offered("[user]\nutility.") == actions
    assert offered("[user.utility]\n") == actions
    assert offered("[user.utility]\nacquit = { innocent = 1 }\n") == ["convict"]
    assert offered("[user.utility]\nacquit = { ") == states
    assert offered("[[agents]]\n") == ["name", "utility", "utilities", "prior", "sees"]
    assert offered("[[agents]]\n[[agents]]\nutility = { acquit = { i") == ["innocent"]
    assert offered("[[agents]]\n[agents.utility]\nconvict = { ") == states
    assert offered('[[agents]]\nsees = [["') == states, "the agents see the state"
    assert offered('joint = [["nothing", "innocent", "g') == ["guilty"]
    assert offered('joint = [\n  ["') == ["nothing"]
    assert offered("[model]\nties = ") == ["any", "belief", "favour-speaker", "order"]
    assert offered("[model.quantal]\nbase = ") == ["e"]
    assert offered("[conversation]\nagent_alphabet = ") == ["rich"]
    assert offered("[mo") == ["[model]", "[model.quantal]"]
    agents = ["[[agents]]", "[agents.utility]", "[agents.utilities]", "[agents.prior]"]
    assert offered("[[ag") == agents
    assert "states" in offered("") and "prior" in offered("")
    for nothing in ("# ", 'title = "', "format = 1 ", 'notes = """\nsta', "[user.", "x = [1, {"):
        assert offered(nothing) in ([], ["[user.utility]"]), nothing


def test_a_completion_fits_what_stands_behind_it(page: Page) -> None:
    for before, after, becomes in (
        ("[cl", "]\n", "[claim]\n"),
        ('[model]\nties = "bel', '"\n', '[model]\nties = "belief"\n'),
        ("[claim]\nto", " = 0\n", "[claim]\ntolerance = 0\n"),
        ("[claim]\nto", "\n", "[claim]\ntolerance = \n"),
    ):
        page.browser.execute_script(
            "const t = document.getElementById('text'); t.value = arguments[0] + arguments[1];"
            "t.focus(); t.setSelectionRange(arguments[0].length, arguments[0].length)",
            before,
            after,
        )
        page.press(CONTROL, " ", RELEASED)
        page.press(ENTER)
        assert page.text() == becomes
        page.press(CONTROL, "z", RELEASED)
        assert page.text() == before + after, "the browser undoes it"


def test_a_newer_text_wins_over_a_slow_one(page: Page) -> None:
    page.write(SLOW)
    page.says("computing")
    page.write(TEXT)
    page.says(PROVED)
    assert page.find("title").text == "A prosecutor persuades a judge"


def test_answers_to_older_texts_are_dropped(page: Page) -> None:
    for n in range(12):
        page.write(TEXT.replace("A prosecutor", f"Prosecutor {n}"))
        time.sleep(0.05 * (n % 4))
    page.until(lambda: page.find("title").text == "Prosecutor 11 persuades a judge")
    page.says(PROVED)
    page.until(lambda: "Prosecutor 11" in page.framed("return document.title"))
    frames = "return document.querySelectorAll('#story iframe').length"
    page.until(lambda: page.browser.execute_script(frames) == 1)


def test_on_a_phone_nothing_is_wider_than_the_screen(page: Page) -> None:
    narrow(page.browser, 360)
    assert page.browser.execute_script("return innerWidth") == 360
    assert page.wide() == 0
    page.find("text").send_keys(CONTROL, " ", RELEASED)
    page.find("text").send_keys(ESCAPE)
    page.write("x" * 300 + "\n[" + "y" * 300)
    page.says("error")
    assert page.wide() == 0
    for example in ("film_night", "learning_question"):
        page.write(examples()[example].path.read_text(encoding="utf-8"))
        page.until(lambda: page.said().startswith("bayes"))
        assert page.wide() == 0
        wide = "const e = document.documentElement; return e.scrollWidth - e.clientWidth"
        assert page.framed(wide) == 0


def test_in_the_dark_it_is_dark(page: Page) -> None:
    shades = (
        "return ['body', 'textarea', '#numbers', 'button', 'select'].map(name => {"
        "const style = getComputedStyle(document.querySelector(name));"
        "return [style.color, style.backgroundColor].map(c => c.match(/\\d+/g).slice(0, 3)"
        ".reduce((sum, part) => sum + Number(part), 0) / 3) })"
    )
    feature = [{"name": "prefers-color-scheme", "value": "dark"}]
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": feature})
    try:
        assert all(ink > paper + 90 for ink, paper in page.browser.execute_script(shades))
        body = "return getComputedStyle(document.body).backgroundColor"
        assert page.framed(body) == page.browser.execute_script(body) == "rgb(22, 22, 23)"
    finally:
        page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert all(ink < paper - 90 for ink, paper in page.browser.execute_script(shades))


def test_hostile_titles_and_names_do_nothing(page: Page) -> None:
    hostile = (
        TEXT.replace("A prosecutor persuades a judge", HOSTILE)
        .replace("innocent", "'<img src=x onerror=hit=1>'")
        .replace('"prosecutor"', "'<b>{{7*7}}</b><svg onload=hit=1>'")
        .replace("[\"'<img src=x onerror=hit=1>'\"", "['<img src=x onerror=hit=1>'")
    )
    page.write(hostile)
    page.until(lambda: page.find("title").text.startswith("\"'</title>"))
    script = "return [typeof window.hit, document.querySelectorAll('img, b, svg').length]"
    assert page.browser.execute_script(script)[0] == "undefined"
    assert page.framed("return [typeof window.hit, document.querySelectorAll('img').length]") == [
        "undefined",
        0,
    ]
    page.write("'<img src=x onerror=hit=1>' = 3\n" + hostile.replace('"3/10"', '"2/10"'))
    page.says("2 errors")
    assert page.browser.execute_script("return typeof window.hit") == "undefined"
    assert "<img src=x" in page.find("errors").text
    page.find("text").click()
    page.find("text").send_keys(CONTROL, END, RELEASED)
    page.find("text").send_keys("\n[user.utility]\nx = { ", CONTROL, " ", RELEASED)
    assert "<img src=x onerror=hit=1>" in page.choices()
    assert page.browser.execute_script("return typeof window.hit") == "undefined"


def test_the_frame_reaches_nothing(page: Page) -> None:
    assert page.framed("return self.origin") == "null"
    assert page.framed("try { return parent.document.title } catch (e) { return e.name }") == (
        "SecurityError"
    )
    injected = (
        "const s = document.createElement('script'); s.textContent = 'window.hit = 1';"
        "document.body.append(s); const d = document.createElement('div');"
        "d.innerHTML = '<b onclick=\"window.hit = 2\">x</b>'; document.body.append(d);"
        "d.firstChild.click(); return typeof window.hit"
    )
    assert page.framed(injected) == "undefined"
    start = page.address + "start"
    assert page.browser.execute_script("return typeof window.hit") == "undefined"
    page.framed(
        "window.said = 'waiting';"
        f"fetch('{start}').then(() => said = 'answered', e => said = e.name)"
    )
    page.until(lambda: page.framed("return window.said") == "TypeError")
    page.browser.get_log("browser")  # it may be full of refusals


def test_a_certificate_is_checked_in_the_frame(page: Page) -> None:
    """The worker starts, although only the page's own scripts may run, and reaches nothing."""
    page.framed("document.querySelector('[data-checks=bayes]').click()")
    said = "return document.getElementById('bayes-checked').innerText"
    page.until(lambda: page.framed(said).startswith("Accepted: all 6 claims"))
    start = page.address + "start"
    page.framed(
        f"const code = `fetch('{start}').then(() => postMessage('hit'), e => postMessage(e.name))`;"
        "const worker = new Worker(URL.createObjectURL(new Blob([code])));"
        "window.fetched = 'waiting'; worker.onmessage = event => fetched = event.data"
    )
    page.until(lambda: page.framed("return window.fetched") == "TypeError")
    page.browser.get_log("browser")  # the refusal


def test_a_reader_stays_where_she_is_in_the_story(page: Page) -> None:
    page.framed("scrollTo(0, 700)")
    time.sleep(0.5)
    page.write(TEXT.replace("A prosecutor", "Another prosecutor"))
    page.until(lambda: "Another" in page.framed("return document.title"))
    assert page.framed("return scrollY") == 700


@pytest.mark.parametrize(
    ("name", "sliders", "moved"),
    [
        ("identical_tolerance", 1, "t = 1/2: bayes proved, at least 1/2"),
        ("standard_of_proof", 2, "t = 1: bayes proved, at least 1/10"),
    ],
)
def test_a_parameter_moves_without_typing(page: Page, name: str, sliders: int, moved: str) -> None:
    page.write((INSTANCES / f"regions/{name}.toml").read_text(encoding="utf-8"))
    page.until(lambda: "the story has a slider" in page.said(), 240)
    ranges = "return document.querySelectorAll('#moving input[type=range]').length"
    page.until(lambda: page.framed(ranges) == sliders)
    told = page.framed(
        "const slider = document.getElementById('slider'); slider.value = slider.max;"
        "slider.dispatchEvent(new Event('input')); return slider.getAttribute('aria-valuetext')"
    )
    assert told.startswith(moved)
    wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.framed(wide) == 0


def test_a_link_carries_the_game(page: Page) -> None:
    other = TEXT.replace("A prosecutor", "Zoë 家, the prosecutor")
    page.write(other)
    page.find("link").click()
    page.until(lambda: "#game=" in page.browser.current_url)
    address = page.browser.current_url
    assert len(address) < 1500
    page.open(address)
    page.until(lambda: page.text() == other)
    page.says(PROVED)
    assert page.find("save").text == "Write this to mine.toml", "it is not the file's"
    page.find("back").click()
    assert page.text() == TEXT


@pytest.mark.parametrize("code", ["", "x", "%3Cscript%3E", "AAAA", "a" * 64_001])
def test_a_link_that_carries_none_is_said(code: str, page: Page) -> None:
    page.open(f"{page.address}#game={code}")
    page.until(lambda: "this link carries no game" in page.find("searched").text)
    assert page.text() == TEXT


def test_a_link_that_would_unpack_without_end_is_not_unpacked(page: Page) -> None:
    import base64
    import zlib

    packing = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packing.compress(b"#" * 2**24) + packing.flush()
    code = base64.urlsafe_b64encode(packed).decode().rstrip("=")
    page.open(f"{page.address}#game={code}")
    page.until(lambda: "it has more than 1048576 bytes" in page.find("searched").text)
    assert page.text() == TEXT


def test_the_file_is_saved_and_not_over_the_work_of_others(page: Page, file: Path) -> None:
    mine = TEXT.replace("A prosecutor", "My prosecutor")
    page.write(mine)
    assert page.browser.title == "* mine.toml"
    page.find("text").send_keys(CONTROL, "s", RELEASED)
    page.until(lambda: page.find("searched").text == "saved mine.toml")
    assert file.read_text(encoding="utf-8") == mine
    assert page.browser.title == "mine.toml"
    file.write_text(TEXT, encoding="utf-8")
    page.write(mine + "# more\n")
    page.find("text").send_keys(CONTROL, "s", RELEASED)
    page.until(lambda: page.find("conflict").is_displayed())
    assert "mine.toml was changed by someone else" in page.find("conflict").text
    assert file.read_text(encoding="utf-8") == TEXT
    page.find("overwrite").click()
    page.until(lambda: not page.find("conflict").is_displayed())
    assert file.read_text(encoding="utf-8") == mine + "# more\n"
    file.write_text(TEXT, encoding="utf-8")
    page.find("save").click()
    page.until(lambda: page.find("conflict").is_displayed())
    page.find("reload").click()
    page.until(lambda: page.text() == TEXT)
    assert not page.find("conflict").is_displayed()
    page.find("back").click()
    assert page.text() == mine + "# more\n"


def test_another_text_is_not_saved_by_habit(page: Page, file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text(TEXT.replace("A prosecutor", "Another prosecutor"), encoding="utf-8")
    page.find("chosen").send_keys(str(other))
    page.until(lambda: page.find("name").text == "other.toml")
    page.find("text").send_keys(CONTROL, "s", RELEASED)
    page.until(lambda: "this text is not mine.toml's" in page.find("searched").text)
    assert file.read_text(encoding="utf-8") == TEXT
    page.find("save").click()
    page.until(lambda: page.find("searched").text == "saved mine.toml")
    assert file.read_text(encoding="utf-8") == other.read_text(encoding="utf-8")


def test_a_file_that_is_no_text_is_not_opened(page: Page, tmp_path: Path) -> None:
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    page.find("chosen").send_keys(str(tmp_path / "bytes.toml"))
    page.until(lambda: page.find("searched").text == "bytes.toml is not UTF-8 text")
    (tmp_path / "long.toml").write_bytes(b"#" * (2**20 + 1))
    page.find("chosen").send_keys(str(tmp_path / "long.toml"))
    page.until(lambda: "at most 1048576" in page.find("searched").text)
    assert page.text() == TEXT


def test_when_the_server_has_ended_it_is_said(browser: Any, serving: Serving, file: Path) -> None:
    own = serving(file)
    page = Page(browser, own.address)
    page.open()
    page.says(PROVED)
    own.ended()
    page.write(TEXT + "# more\n")
    page.says("the server does not answer; is `verifier serve` still running?")
    browser.get_log("browser")  # that nobody answers is an error to the browser
    browser.get("about:blank")


ATTACK = """
<title>another site</title>
<iframe id="frame" src="ADDRESS"></iframe>
<form id="form" method="post" action="ADDRESSsave" enctype="text/plain" target="frame">
<input name='{"text": "stolen", "digest": null, "x": "' value='"}'></form>
<script>
window.said = {}
const note = (name, work) => work.then(
  async answer => said[name] = answer.type + ' ' + await answer.text(),
  error => said[name] = error.name)
const body = '{"text": "stolen", "digest": null, "tab": "t"}', method = 'POST'
note('get', fetch('ADDRESSstart'))
note('credentials', fetch('ADDRESSfile', { credentials: 'include' }))
note('blind', fetch('ADDRESSsave', { method, mode: 'no-cors', body }))
const headers = { 'Content-Type': 'application/json' }
note('json', fetch('ADDRESScheck', { method, headers, body }))
const script = document.createElement('script')
script.src = 'ADDRESSeditor.js'
script.onload = () => said.script = 'loaded'
script.onerror = () => said.script = 'refused'
document.head.append(script)
document.getElementById('form').submit()
</script>
"""
"""A page that somehow knows the address, token and all."""


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_another_site_gets_nothing_although_it_knows_the_address(
    name: str, page: Page, file: Path
) -> None:
    content = ATTACK.replace("ADDRESS", page.address).encode()

    class Evil(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Evil) as evil:
        threading.Thread(target=evil.serve_forever, daemon=True).start()
        page.browser.get(f"http://{name}:{evil.server_address[1]}/")
        script = "return Object.keys(said).length === 5 && said"
        page.until(lambda: page.browser.execute_script(script))
        said = page.browser.execute_script(script)
        time.sleep(0.5)
        evil.shutdown()
    assert said == {
        "get": "TypeError",
        "credentials": "TypeError",
        "json": "TypeError",
        "blind": said["blind"],
        "script": "refused",
    }
    assert said["blind"] in ("TypeError", "opaque ")
    page.browser.switch_to.frame("frame")
    assert page.browser.execute_script("return document.getElementById('text')") is None
    page.browser.switch_to.default_content()
    assert file.read_text(encoding="utf-8") == TEXT
    assert [path.name for path in file.parent.iterdir()] == ["mine.toml"]
    page.browser.get_log("browser")  # it is full of refusals
