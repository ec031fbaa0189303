"""Somebody who uses the app as a browser does, by real websockets and real HTTP."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

DOCK = "dock"
"""Part of the name of the component that leads through lessons."""

TRIGGER = "$$STREAMLIT_INTERNAL_KEY_{id}__events"
"""How Streamlit names what a component tells once."""

PATIENCE = 60.0


@dataclass
class Person:
    """One browser page.

    Attributes
    ----------
    url : of the server
    visitor : 32 hexadecimal digits, as the app's cookie has them
    said : what the page told last of the lesson: the data of the dock
    received : bytes over the websocket
    at : the step of a lesson that is on the screen, and whether it has been revealed
    """

    url: str
    visitor: str
    http: httpx2.AsyncClient
    said: dict[str, Any] = field(default_factory=dict)
    page: str = ""
    query: str = ""
    received: int = 0
    at: tuple[str, bool] = ("", False)
    _socket: Any = None
    _hashes: dict[str, str] = field(default_factory=dict)
    _known: dict[str, bytes] = field(default_factory=dict)
    _dock: str = ""
    _busy: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def cookies(self) -> dict[str, str]:
        """What every request of this browser says."""
        return {"Cookie": f"lse_visitor={self.visitor}"}

    async def get(self, path: str) -> httpx2.Response:
        """Ask for something as a browser does; anything but a good answer is an error."""
        headers = {**self.cookies, "Accept-Encoding": "gzip"}
        answer = await self.http.get(self.url + path, headers=headers, timeout=PATIENCE)
        answer.raise_for_status()
        return answer

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Tell the server something; return its answer."""
        answer = await self.http.post(
            self.url + path, json=body, headers=self.cookies, timeout=PATIENCE
        )
        answer.raise_for_status()
        return answer.json()

    async def load(self, path: str, known: set[str]) -> None:
        """Load a page with its scripts and what it announces; `known` is a browser's cache."""
        answer = await self.get(path)
        wanted = re.findall(r'(?:src|href)="\.?(/static/[^"]+)"', answer.text)
        links = answer.headers.get("link", "")
        wanted += [found for found in re.findall(r"<([^>]+)>", links) if found.startswith("/")]
        for each in dict.fromkeys(wanted):
            if each not in known:
                await self.get(each)
                known.add(each)

    # --- the websocket

    async def open(self, page: str, query: str = "") -> float:
        """Open the connection and show a page; return the seconds until it stood."""
        began = time.perf_counter()
        scheme = self.url.replace("http", "ws", 1)
        self._socket = await websockets.connect(
            f"{scheme}/_stcore/stream",
            additional_headers=self.cookies,
            origin=self.url,
            max_size=None,
            compression=None,
            open_timeout=PATIENCE,
            subprotocols=["streamlit"],
        )
        await self.run(page, query)
        return time.perf_counter() - began

    async def close(self) -> None:
        """Leave."""
        if self._socket is not None:
            await self._socket.close()

    async def run(self, page: str | None = None, query: str | None = None, **trigger: str) -> float:
        """Have the page's script run; return the seconds until it has ended.

        Parameters
        ----------
        page : name in the address, "" for the start page; by default the present one
        query : of the address; by default the present one
        trigger : what a component tells, such as ``go="class"``
        """
        async with self._busy:
            began = time.perf_counter()
            moves = page is not None and page != self.page
            self.page = self.page if page is None else page
            self.query = self.query if query is None else query
            message = BackMsg()
            client = message.rerun_script
            client.query_string = self.query
            if not self._hashes or moves:
                client.page_name = self.page
            if self._hashes and not moves:
                client.page_script_hash = self._hashes.get(self.page, "")
            client.context_info.timezone = "UTC"
            client.context_info.locale = "en-US"
            client.context_info.url = f"{self.url}/{self.page}"
            client.cached_message_hashes.extend(self._known)
            if trigger and self._dock:
                said = [{"event": name, "value": value} for name, value in trigger.items()]
                state = client.widget_states.widgets.add()
                state.id = TRIGGER.format(id=self._dock)
                state.json_trigger_value = json.dumps(said)
            await self._socket.send(message.SerializeToString())
            async with asyncio.timeout(PATIENCE):
                await self._until_it_stands()
            return time.perf_counter() - began

    async def _until_it_stands(self) -> None:
        finished = False
        async for data in self._socket:
            self.received += len(data)
            message = ForwardMsg.FromString(data)
            if message.WhichOneof("type") == "ref_hash":
                message = ForwardMsg.FromString(self._known[message.ref_hash])
            elif message.metadata.cacheable and message.hash:
                self._known[message.hash] = data
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self._hashes = {
                    page.url_pathname: page.page_script_hash
                    for page in message.new_session.app_pages
                }
                finished = False
            elif kind == "navigation":
                self._hashes = {
                    page.url_pathname: page.page_script_hash
                    for page in message.navigation.app_pages
                }
                for name, of in self._hashes.items():
                    if of == message.navigation.page_script_hash:
                        self.page = name
            elif kind == "page_info_changed":
                self.query = message.page_info_changed.query_string
            elif kind == "delta":
                self._look(message)
            elif kind == "script_finished":
                # A page that leads to another one ends early, and begins anew.
                finished = message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
            elif kind == "session_status_changed":
                pass
            if kind == "script_finished" and finished:
                return

    def _look(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        if element.WhichOneof("type") == "bidi_component":
            component = element.bidi_component
            if DOCK in component.component_name.lower():
                self._dock = component.id
                self.said = json.loads(component.json) if component.json else {}
        elif element.WhichOneof("type") == "alert" and "Something went wrong" in str(element.alert):
            raise RuntimeError("a page failed")

    # --- the class

    @asynccontextmanager
    async def listening(self, code: str) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
        """Listen to a class: what it says, one message after the other."""
        async with self.http.stream(
            "GET",
            f"{self.url}/class/{code}/events",
            headers={**self.cookies, "Accept": "text/event-stream"},
            timeout=httpx2.Timeout(PATIENCE, read=None),
        ) as answer:
            answer.raise_for_status()

            async def said() -> AsyncIterator[dict[str, Any]]:
                async for line in answer.aiter_lines():
                    if line.startswith("data:"):
                        yield json.loads(line[5:])

            yield said()
