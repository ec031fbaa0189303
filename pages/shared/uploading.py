"""Files on their way in: streamed to the disk, counted as they come, and never held in memory."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from embeddings.errors import UserError
from embeddings.sources.limits import Limits
from pages.shared import own, visitors

log = logging.getLogger(__name__)

ASKED_BY = "x-lse-upload"
"""A header that no form and no other site can send without the browser asking first."""

NO_COOKIE = "This browser keeps no cookies: nobody could tell whose the file is."

LEFT_FREE = 500_000_000
"""Bytes that stay free on the disk, whatever is brought."""


async def upload(request: Request) -> Response:
    """Take in one file as the body of a request, and answer with the name that it has here."""
    with visitors.of_request(request):
        try:
            if ASKED_BY not in request.headers:
                raise UserError("Files are brought on the page Data.")
            if not visitors.is_valid(request.cookies.get(visitors.COOKIE)):
                raise UserError(NO_COOKIE)
            called = request.query_params.get("name", "")[:200]
            name = await _receive(request, called)
        except UserError as error:
            return _answer({"error": str(error)}, 400)
        except ClientDisconnect:
            return _answer({"error": "The file did not arrive whole."}, 400)
        except OSError as error:
            log.warning("An upload could not be written: %s", error)
            return _answer({"error": "The file could not be written on the server's disk."}, 507)
    return _answer({"upload": name, "name": called}, 200)


async def _receive(request: Request, called: str) -> str:
    limits = own.limits()
    announced = request.headers.get("content-length", "")
    # What does not say how large it is may be as large as any.
    size = int(announced) if announced.isascii() and announced.isdecimal() else limits.upload
    if size > limits.upload:
        raise UserError(_too_large(limits))
    name, path = await run_in_threadpool(own.desk.new_upload, called, size)
    try:
        if shutil.disk_usage(path.parent).free < LEFT_FREE + limits.upload:
            raise UserError("The server's disk is full: files cannot be brought now.")
        await _write(request, path, size, limits)
        await run_in_threadpool(own.desk.arrived, name)
    except BaseException:
        own.desk.remove(name)
        raise
    return name


async def _write(request: Request, path: Path, most: int, limits: Limits) -> None:
    received = 0
    with path.open("wb") as file:
        async for chunk in request.stream():
            received += len(chunk)
            if received > most:
                raise UserError(_too_large(limits))
            if chunk:
                await run_in_threadpool(file.write, chunk)
    if not received:
        raise UserError("The file is empty.")


def _too_large(limits: Limits) -> str:
    return f"The file is too large: {limits.upload // 10**6:,} MB is the most. Bring a part."


def _answer(content: dict[str, str], status: int) -> Response:
    return JSONResponse(content, status_code=status, headers={"Cache-Control": "no-store"})
