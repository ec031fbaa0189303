"""The policy for browsers holds nothing back; foreign pages are; each browser has an id."""

from __future__ import annotations

import http.client
import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

PAGES = {
    "/?vocabulary=topics": ".lm-root",
    "/compare?maps=glove|bert": ".lm-root",
    "/compare?view=differences": ".js-plotly-plot",
    "/analogies?dimensions=3": ".js-plotly-plot .gl-container canvas",
    "/directions?methods=glove|word2vec": ".lm-root",
    "/scorecard": ".js-plotly-plot",
    "/contexts?word=bank": ".js-plotly-plot",
    "/attention": "canvas",
    "/training": ".js-plotly-plot",
    "/methods": ".js-plotly-plot",
    "/your-data": "[data-drop] input",
}
"""A view of each page, and something on it that needs scripts, styles, canvases or WebGL."""

AT_WORK = {
    "/lessons?lesson=5-arithmetic.1": ".lse-dock-choices button",
    "/films": ".lse-picks li, .st-key-progress",
    "/people": ".lse-picks li, .st-key-progress",
    "/digits": ".lse-pad, .st-key-progress",
    "/search": ".lse-tries a",
    "/scale": ".js-plotly-plot, .st-key-progress",
}

LISTEN = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(
  `${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.columnNumber}`));
"""
DONE = '[data-testid="stApp"][data-test-script-state="notRunning"]'


def foreign_look(page) -> list[str]:
    """Return what the policy stops when a script is let loose on the page."""
    return page.evaluate(
        """async () => {
          const stopped = [];
          const note = (event) => stopped.push(event.effectiveDirective);
          document.addEventListener("securitypolicyviolation", note);
          await fetch("http://127.0.0.1:9/x").catch(() => 0);
          new Image().src = "http://127.0.0.1:9/x.png";
          for (const [name, more] of [["script", {textContent: "window.stolen = 1"}],
              ["script", {src: "http://127.0.0.1:9/x.js"}], ["iframe", {src: "/methods"}],
              ["object", {data: "/favicon.png"}], ["base", {href: "http://127.0.0.1:9/"}]]) {
            document.head.append(Object.assign(document.createElement(name), more));
          }
          document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.stolen = 2'>");
          document.body.append(document.querySelector("iframe"), document.querySelector("object"));
          await new Promise((done) => setTimeout(done, 600));
          document.removeEventListener("securitypolicyviolation", note);
          return [...new Set([...stopped, `stolen ${window.stolen}`])].sort();
        }"""
    )


def check(page, shown: str, name: str) -> None:
    page.wait_for_selector(DONE)
    page.locator(shown).first.wait_for(state="attached", timeout=60_000)
    page.wait_for_timeout(300)  # what is drawn last may be what is not allowed
    assert page.get_by_test_id("stException").count() == 0
    assert page.evaluate("window.violations") == [], name


def test_every_page_works_under_the_policy_and_breaks_it_nowhere(page, complaints):
    complaints.allow("404")
    page.add_init_script(LISTEN)
    for address, shown in {**PAGES, **AT_WORK}.items():
        page.goto(address)
        check(page, shown, address)


def test_one_visit_of_all_pages_breaks_the_policy_nowhere(dark_page, complaints):
    complaints.allow("404")
    dark_page.add_init_script(LISTEN)
    dark_page.goto("/methods")
    for address, shown in PAGES.items():
        name = urlsplit(address).path.strip("/").removeprefix("your-").capitalize() or "Map"
        dark_page.get_by_role("link", name=name, exact=True).first.click()
        dark_page.wait_for_url(f"**{urlsplit(address).path}*")
        shown = "canvas" if name == "Analogies" else shown  # its picture is flat unless asked
        shown = ".lm-root" if name == "Compare" else shown
        check(dark_page, shown, address)


def test_what_hostile_words_would_do_is_stopped(page, complaints):
    for expected in ("Content Security Policy", "violates", "127.0.0.1:9", "ERR_", "404"):
        complaints.allow(expected)
    page.goto("/methods")
    page.wait_for_selector(DONE)
    assert foreign_look(page) == [
        *("base-uri", "connect-src", "frame-src", "img-src", "object-src"),
        *("script-src-attr", "script-src-elem", "stolen undefined"),
    ]


def test_a_foreign_page_shows_the_app_in_no_frame(server, page, complaints):
    complaints.allow("frame")
    address = urlsplit(server.url)
    with page.expect_event("console", lambda message: "frame" in message.text):
        page.set_content(f"<iframe src='http://localhost:{address.port}/'></iframe>")
    assert all("stApp" not in frame.content() for frame in page.frames)


def test_no_foreign_page_talks_to_the_server(server):
    address = urlsplit(server.url)
    socket = f"ws://{address.netloc}/_stcore/stream"
    with connect(socket, origin=server.url) as own:
        assert own.protocol.state.name == "OPEN"
    for origin in ("http://evil.example", f"http://localhost:{address.port + 1}", "null"):
        with pytest.raises(InvalidStatus) as refused:
            connect(socket, origin=origin)
        assert refused.value.response.status_code == 403
    proxied = {"X-Forwarded-Host": "lab.example.org"}
    with connect(socket, origin="https://lab.example.org", additional_headers=proxied) as own:
        assert own.protocol.state.name == "OPEN"


def test_a_body_without_an_end_is_refused_by_the_real_server(server):
    address = urlsplit(server.url)
    for method, path in (("POST", "/data/x"), ("PUT", "/_stcore/upload_file/a/b")):
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
        connection.putrequest(method, path)
        connection.putheader("Content-Length", str(10**12))
        connection.endheaders()
        answer = connection.getresponse()
        assert answer.status == 413
        assert "larger than" in json.loads(answer.read())["error"]
        assert answer.headers["Connection"] == "close"
        connection.close()


def test_two_browsers_have_two_ids_and_a_reload_keeps_one(browser, server):
    def cookies(context):
        return {each["name"]: each for each in context.cookies()}

    contexts = [browser.new_context(base_url=server.url) for _ in range(2)]
    seen = []
    for context in contexts:
        page = context.new_page()
        page.goto("/methods", wait_until="commit")
        first = cookies(context)["lse_visitor"]
        assert (first["httpOnly"], first["sameSite"], first["expires"]) == (True, "Lax", -1)
        assert "lse_visitor" not in page.evaluate("document.cookie")
        page.reload(wait_until="commit")
        context.new_page().goto("/attention", wait_until="commit")
        assert cookies(context)["lse_visitor"]["value"] == first["value"]
        seen.append(first["value"])
    assert seen[0] != seen[1]
    contexts[0].add_cookies([{"name": "lse_visitor", "value": "<b>", "url": server.url}])
    contexts[0].pages[0].reload(wait_until="commit")
    assert cookies(contexts[0])["lse_visitor"]["value"] not in ("<b>", *seen)
    for context in contexts:
        context.close()


def test_a_file_can_be_brought_and_taken_along_under_the_policy(page, complaints):
    complaints.allow("404")
    page.add_init_script(LISTEN)
    page.goto("/analogies?ask=list")
    page.wait_for_selector(DONE)
    name, content = "questions.txt", b"paris france berlin germany\n"
    file = {"name": name, "mimeType": "text/plain", "buffer": content}
    with page.expect_response(lambda response: "/_stcore/upload_file/" in response.url) as taken:
        page.locator("input[type=file]").first.set_input_files(file)
    assert taken.value.status == 204
    page.get_by_role("button", name="Answer all").click()
    page.get_by_text("germany", exact=False).first.wait_for()
    with page.expect_download() as saved:
        page.get_by_test_id("stDownloadButton").get_by_role("button").first.click()
    assert "berlin" in Path(saved.value.path()).read_text("utf-8")
    assert page.evaluate("window.violations") == []
