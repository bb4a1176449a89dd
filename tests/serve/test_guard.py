"""Nobody but the editor's own page is answered: other hosts, sites and programs are refused."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re

import pytest
from starlette.types import Message

from tests.serve.asking import HOST, OWN, PORT, TOKEN, Asking
from tests.serve.conftest import Making
from verifier.explain.site.page import scripts as page_scripts
from verifier.serve.guard import LONGEST_BODY

JSON = {"content-type": "application/json"}
EVIL = "http://evil.example"
CHECK = f"/{TOKEN}/check"
BODY = b'{"tab": "t", "text": "x"}'


def changed(**headers: str | None) -> dict[str, str]:
    """The headers of the page's own POST with some of them changed, or left out where None."""
    merged = {**OWN, **JSON, **{key.replace("_", "-"): value for key, value in headers.items()}}
    return {key: value for key, value in merged.items() if value is not None}


def test_the_page_itself_is_answered(echoing: Making) -> None:
    asking = echoing()
    assert asking.send("POST", CHECK, changed(), [BODY]).data["question"]["text"] == "x"
    assert asking.get("").status == 200
    assert asking.get("", host=f"localhost:{PORT}").status == 200
    typed = {"host": HOST, "sec-fetch-site": "none"}
    assert asking.send("GET", f"/{TOKEN}/", typed).status == 200
    assert asking.send("GET", f"/{TOKEN}/", {"host": HOST}).status == 200, "an older browser"
    own = changed(sec_fetch_site=None)
    assert asking.send("POST", CHECK, own, [BODY]).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        f"evil.example:{PORT}",
        f"127.0.0.1.evil.example:{PORT}",
        f"127.0.0.1:{PORT + 1}",
        "127.0.0.1",
        f"0.0.0.0:{PORT}",
        f"[::1]:{PORT}",
        f"127.0.0.1:{PORT}@evil.example",
        f"LOCALHOST.:{PORT}",
        "",
        None,
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_name_that_was_made_to_lead_here_is_refused(
    host: str | None, method: str, echoing: Making
) -> None:
    """DNS rebinding: the browser takes the attacker's name for the site's own, token and all."""
    origin = None if host is None else f"http://{host}"
    said = echoing().send(method, CHECK, changed(host=host, origin=origin), [BODY])
    assert said.status == 421
    assert TOKEN.encode() not in said.body


def test_two_hosts_are_none(echoing: Making) -> None:
    twice = [("host", HOST), ("host", "evil.example")]
    assert echoing().send("GET", f"/{TOKEN}/", twice).status == 421
    again = [("host", HOST), ("host", HOST)]
    assert echoing().send("GET", f"/{TOKEN}/", again).status == 421


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "",
        "/start",
        "//start",
        f"/{TOKEN[:-1]}/start",
        f"/{TOKEN}x/start",
        f"/{TOKEN.upper()}/start",
        f"/x/{TOKEN}/start",
        f"//{TOKEN}/start",
        f"/?{TOKEN}",
        "/\u00e9/start",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "HEAD"])
def test_without_the_token_nothing_is_answered(path: str, method: str, echoing: Making) -> None:
    said = echoing().send(method, path, changed(), [BODY])
    assert said.status == 403
    assert TOKEN.encode() not in said.body
    assert said.body in (b"open the address that `verifier serve` printed", b"")


@pytest.mark.parametrize("origin", [EVIL, "null", f"https://{HOST}", f"http://{HOST}.evil.example"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_origin_is_refused_although_it_knows_the_token(
    origin: str, method: str, echoing: Making
) -> None:
    said = echoing().send(method, CHECK, changed(origin=origin), [BODY])
    assert said.status == 403
    assert "another site" in said.body.decode()


def test_the_other_name_of_this_machine_is_another_origin(echoing: Making) -> None:
    headers = changed(origin=f"http://localhost:{PORT}")
    assert echoing().send("POST", CHECK, headers, [BODY]).status == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site", ""])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_another_site_has_caused_is_refused(site: str, method: str, echoing: Making) -> None:
    """Of a form, an image, a frame, a link, whatever its origin is said to be."""
    said = echoing().send(method, CHECK, changed(sec_fetch_site=site, origin=None), [BODY])
    assert said.status == 403
    assert echoing().send(method, CHECK, changed(sec_fetch_site=site), [BODY]).status == 403


def test_what_no_page_has_asked_is_not_computed(echoing: Making) -> None:
    asking = echoing()
    for headers in (changed(origin=None), changed(sec_fetch_site="none")):
        assert asking.send("POST", CHECK, headers, [BODY]).status == 403


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain; application/json",
        "",
        None,
    ],
)
def test_what_a_form_can_send_is_no_question(kind: str | None, echoing: Making) -> None:
    assert echoing().send("POST", CHECK, changed(content_type=kind), [BODY]).status == 415


def test_nobody_is_allowed_to_ask_from_elsewhere(echoing: Making) -> None:
    asking = echoing()
    preflight = {
        "host": HOST,
        "origin": EVIL,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
        "sec-fetch-site": "cross-site",
    }
    said = asking.send("OPTIONS", CHECK, preflight)
    assert said.status == 403
    answers = [said, asking.get(""), asking.get("start"), asking.send("POST", CHECK, changed())]
    for one in answers:
        assert not [name for name in one.headers if name.startswith("access-control")]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS"])
def test_there_are_no_other_methods(method: str, echoing: Making) -> None:
    assert echoing().send(method, CHECK, changed(), [BODY]).status == 405


def test_a_body_has_an_end(echoing: Making) -> None:
    asking = echoing()
    long = {"content-length": str(LONGEST_BODY + 1)}
    assert asking.send("POST", CHECK, changed() | long, [b"x"]).status == 413
    assert asking.send("POST", CHECK, changed() | {"content-length": "-1"}, [b"x"]).status == 413
    parts = [b"x" * 2**20] * 5
    assert asking.send("POST", CHECK, changed(), parts).status == 413
    assert asking.send("POST", CHECK, changed() | {"content-length": "7"}, parts).status == 413


def test_other_connections_are_closed(echoing: Making) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "websocket",
        "path": f"/{TOKEN}/check",
        "headers": [(name.encode(), value.encode()) for name, value in OWN.items()],
    }
    asyncio.run(echoing().app(scope, receive, send))
    assert [message["type"] for message in sent] == ["websocket.close"]


def test_every_answer_forbids_what_the_page_does_not_need(echoing: Making) -> None:
    asking = echoing()
    refused = asking.send("GET", "/", {"host": HOST})
    for said in (asking.get(""), asking.get("editor.js"), asking.get("start"), refused):
        policy = said.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy and "*" not in policy
        assert said.headers["x-content-type-options"] == "nosniff"
        assert said.headers["referrer-policy"] == "no-referrer"
        assert said.headers["cache-control"] == "no-store"
        assert said.headers["cross-origin-resource-policy"] == "same-origin"
        assert said.headers["cross-origin-opener-policy"] == "same-origin"


def test_the_page_fits_its_policy(echoing: Making) -> None:
    """Nothing is inline, nothing from elsewhere, and all that it names is there."""
    asking = echoing()
    page = asking.get("").body.decode()
    assert not re.search(r"<style|\son\w+=|\sstyle=|https?:", page)
    assert re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL) == [""]
    for name in re.findall(r'(?:src|href)="([\w.]+)"', page):
        said = asking.get(name)
        assert said.status == 200
        kind = "text/css" if name.endswith(".css") else "text/javascript"
        assert said.headers["content-type"].startswith(kind)
    script = asking.get("editor.js").body.decode()
    for name in re.findall(r'from "\./([\w.]+)"', script):
        assert asking.get(name).status == 200
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b", script)


def test_a_story_runs_in_a_frame_without_an_origin(editor: Asking) -> None:
    hostile = '"</script><script>alert(1)</script><img src=x onerror=alert(2)>"'
    text = editor.get("start").data["text"].replace('"My first game"', hostile)
    answer = editor.post("check", tab="t", text=text).data
    assert [found["verdict"] for found in answer["verdicts"]] == ["proved"] * 3
    story = editor.get(f"story/{answer['story']}?y=12")
    policy = {
        name: words
        for part in story.headers["content-security-policy"].split(";")
        for name, *words in [part.split()]
    }
    assert policy["sandbox"] == ["allow-scripts", "allow-downloads"]
    assert policy["default-src"] == ["'none'"] and policy["frame-ancestors"] == ["'self'"]
    page = story.body.decode()
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 2
    allowed, own = (
        {f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in part}
        for part in (scripts, page_scripts())
    )
    runs = set(policy["script-src"])
    assert allowed <= runs <= allowed | own  # what moves a page is in pages with parameters only
    assert "<img src=x" not in page and "<script>alert" not in page
    assert "&lt;img src=x onerror=alert(2)&gt;" in page
    assert editor.get("story/another").status == 404
