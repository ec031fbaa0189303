"""What browsers of a class ask the server: to be told, to answer, to steer."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

import segno
from sse_starlette import EventSourceResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from embeddings.errors import UserError
from embeddings.figures.tables import neutral
from pages.shared import visitors
from pages.shared.classroom import classes, trying
from pages.shared.classroom.hub import hub
from pages.shared.lessons import place as places

Answer = Callable[[Request, str, str], Awaitable[Response]]

PING = 15
"""Seconds after which an idle connection says that it is still there."""

AGAIN = '<!doctype html><meta http-equiv="refresh" content="0"><title>Opening the class</title>'
"""The first page of a browser, with which it gets its visit; then it asks once more."""


def routes(prefix: str = "") -> list[BaseRoute]:
    """Return the routes; the prefix is Streamlit's base path."""
    gets = {
        "/class/{code}/events": events,
        "/class/{code}/answers.csv": answers_csv,
        "/class/{code}/qr.svg": qr,
        "/class/{code}/teach/{secret}": teach,
    }
    posts = {
        "/class/{code}/answer": answer,
        "/class/{code}/steer": steer,
        "/class/{code}/reset": reset,
        "/class/{code}/where": where,
        "/class/{code}/end": end,
    }
    found: list[BaseRoute] = [Route(prefix + path, _safely(to)) for path, to in gets.items()]
    found += [Route(prefix + path, _safely(to), methods=["POST"]) for path, to in posts.items()]
    return found


def _safely(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    """Answer for the visitor who asks; say in one line of JSON what a person can cause."""

    @wraps(answer)
    async def safe(request: Request) -> Response:
        sender = request.client.host if request.client else ""
        code = classes.as_code(request.path_params["code"])
        with visitors.of_request(request) as visitor:
            try:
                if trying.is_over(sender) and not await _belongs(code, visitor):
                    raise trying.TooMany
                response = await answer(request, code, visitor)
            except trying.TooMany as error:
                response = JSONResponse({"error": str(error)}, 429)
            except UserError as error:
                if str(error) in (classes.GONE, classes.NO_LINK):
                    trying.note(sender)
                # What could not be reached may be asked again; what was refused may not.
                status = 503 if isinstance(error, classes.Down) else 403
                response = JSONResponse({"error": str(error)}, status)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return safe


async def _belongs(code: str, visitor: str) -> bool:
    """Whether somebody is in the class: who tries codes from his address does not lock him out."""
    register = await run_in_threadpool(classes.shared)
    return await run_in_threadpool(register.belongs, code, visitor)


async def events(request: Request, code: str, visitor: str) -> Response:
    """Tell a browser where the class is, at once and at every change."""
    register = await run_in_threadpool(classes.shared)
    await run_in_threadpool(register.state, code)

    async def told() -> AsyncIterator[dict[str, str]]:
        try:
            async for said in hub.listen(code, visitor):
                yield {"data": json.dumps(said, separators=(",", ":"))}
        except classes.Down:
            return  # the browser listens again by itself
        except UserError as problem:
            yield {"data": json.dumps({"ended": True, "says": str(problem)})}

    return EventSourceResponse(told(), ping=PING, headers={"Cache-Control": "private, no-store"})


async def answer(request: Request, code: str, visitor: str) -> Response:
    """Keep an answer."""
    said = await _body(request)
    register = await run_in_threadpool(classes.shared)
    given = (str(said.get("place", "")), str(said.get("answer", "")))
    await run_in_threadpool(register.answer, code, visitor, *given)
    return JSONResponse({"answered": given[1]})


async def steer(request: Request, code: str, visitor: str) -> Response:
    """Bring the class to another place."""
    said = await _body(request)
    changes: dict[str, Any] = {}
    for name in ("seen", "locked"):
        if name in said:
            changes[name] = said[name] is True
    if "place" in said:
        changes["place"] = _place(str(said["place"]))
    if "address" in said:
        address = str(said["address"])
        if len(address) > classes.LONGEST_ADDRESS or (address and not address.startswith("/")):
            raise UserError("This address is too long, or leads out of the app.")
        changes["address"] = "" if address.startswith("//") else address
    register = await run_in_threadpool(classes.shared)
    await run_in_threadpool(lambda: register.steer(code, visitor, **changes))
    hub.nudge(code)
    return JSONResponse({"steered": sorted(changes)})


def _place(text: str) -> str:
    return places.read(text)[0].of(seen=False).text if text else ""


async def reset(request: Request, code: str, visitor: str) -> Response:
    """Forget the answers to the present step."""
    register = await run_in_threadpool(classes.shared)
    await run_in_threadpool(register.reset, code, visitor)
    hub.nudge(code)
    return JSONResponse({"reset": True})


async def where(request: Request, code: str, visitor: str) -> Response:
    """Note whether somebody is with the class, and a name where he gives one."""
    said = await _body(request)
    name = said.get("name")
    register = await run_in_threadpool(classes.shared)
    given = str(name) if isinstance(name, str) else None
    await run_in_threadpool(register.hear, code, visitor, said.get("away") is True, given)
    return JSONResponse({"heard": True})


async def end(request: Request, code: str, visitor: str) -> Response:
    """Delete the class."""
    register = await run_in_threadpool(classes.shared)
    await run_in_threadpool(register.end, code, visitor)
    hub.nudge(code)
    return JSONResponse({"ended": True})


async def answers_csv(request: Request, code: str, visitor: str) -> Response:
    """Send every answer as a table."""
    register = await run_in_threadpool(classes.shared)
    rows = await run_in_threadpool(register.answers, code, visitor)
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(("step", "person", "answer", "time (UTC)"))
    for place, person, text, at in rows:
        moment = datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
        table.writerow((place, neutral(person), neutral(text), moment))
    name = f'attachment; filename="class-{code.lower()}.csv"'
    content = "\ufeff" + written.getvalue()
    return Response(content, media_type="text/csv", headers={"Content-Disposition": name})


async def qr(request: Request, code: str, visitor: str) -> Response:
    """Send the address to join by, as a picture that a telephone reads."""
    register = await run_in_threadpool(classes.shared)
    await run_in_threadpool(register.state, code)
    picture = io.BytesIO()
    segno.make(join_address(request, code), error="m").save(
        picture, kind="svg", scale=8, border=3, dark="#000", light="#fff"
    )
    return Response(picture.getvalue(), media_type="image/svg+xml")


def join_address(request: Request, code: str) -> str:
    """Return the address that a class joins by, as this browser reached the app."""
    scheme = request.headers.get("x-forwarded-proto", request.url.scheme).partition(",")[0].strip()
    host = request.headers.get("x-forwarded-host", request.headers.get("host", "")).partition(",")[
        0
    ]
    base = request.url.path.partition("/class/")[0]
    return f"{'https' if scheme == 'https' else 'http'}://{host.strip()}{base}/?class={code}"


async def teach(request: Request, code: str, visitor: str) -> Response:
    """Let this browser steer the class, and go there."""
    if visitors.COOKIE not in request.cookies:
        return HTMLResponse(AGAIN)
    register = await run_in_threadpool(classes.shared)
    await run_in_threadpool(register.teach, code, request.path_params["secret"], visitor)
    base = request.url.path.partition("/class/")[0]
    return RedirectResponse(f"{base}/lessons?class={code}", 303)


async def _body(request: Request) -> dict[str, Any]:
    try:
        said = json.loads(await request.body())
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise UserError("This is no answer that the class can read.")
    return said
