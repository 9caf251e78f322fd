"""Exec and attach: the remote command protocol (`v4` and `v5.channel.k8s.io`) over WebSockets, or over SPDY."""

import asyncio
import json
from collections.abc import Awaitable, Callable

from aiohttp import web

from cockpit.simulator.api.links import Link, asks_for_spdy, spdy_link, websocket_link
from cockpit.simulator.api.logs import chosen_container
from cockpit.simulator.api.reading import existing
from cockpit.simulator.api.remote_spdy import SpdyChannels
from cockpit.simulator.api.request import flag
from cockpit.simulator.api.sending import Hangup, Patience
from cockpit.simulator.api.server import Call
from cockpit.simulator.ports import CannotStart
from cockpit.simulator.shell.console import Console, Input, Terminal
from cockpit.simulator.status import bad_request
from cockpit.simulator.store import Object

V5 = "v5.channel.k8s.io"
V4 = "v4.channel.k8s.io"
PROTOCOLS = (V5, V4)
_STDIN, _STDOUT, _STDERR, _ERROR, _RESIZE, _CLOSE = 0, 1, 2, 3, 4, 255
_LOOKED_AT_SECONDS = 5.0


async def remote_command(call: Call) -> web.StreamResponse:
    """Run a command in a container, or join its first process, and pass the streams through."""
    pod = existing(call).object
    container = chosen_container(pod, call.query.get("container", ""))
    stdin, tty = flag(call.query, "stdin"), flag(call.query, "tty")
    outputs = [name for name in ("stdout", "stderr") if flag(call.query, name)]
    if not stdin and not outputs:
        raise bad_request("you must specify at least 1 of stdin, stdout, stderr")
    if tty and "stderr" in outputs:
        raise bad_request("tty and stderr cannot both be true")
    command = call.request.query.getall("command", [])
    if call.address.subresource == "exec" and not command:
        raise bad_request("you must specify at least 1 command")
    if not pod["spec"].get("nodeName"):
        raise bad_request(f"pod {call.address.name} does not have a host assigned")
    link = await _link(call, [*outputs, *(["stdin"] if stdin else []), *(["resize"] if tty else [])])
    given = Input()
    console = _console(link, given, tty=tty, errors="stderr" in outputs)
    ends = isinstance(link, SpdyChannels) or link.protocol == V5
    kubelets, where = call.server.kubelets, (pod["metadata"]["namespace"], pod["metadata"]["name"], container)

    async def work() -> None:
        await _send(link, _STDOUT, b"")
        try:
            if call.address.subresource == "exec":
                code = await kubelets.execute(*where, command, console)
            else:
                code = await kubelets.attach(*where, console)
            status = _ended(code)
        except CannotStart as error:
            status = _failed(str(error))
        await _send(link, _ERROR, json.dumps(status).encode())

    async def received(data: bytes) -> None:
        channel, payload = data[0], data[1:]
        if channel == _STDIN and stdin:
            given.feed(payload)
            await given.room()
        elif channel == _RESIZE and isinstance(console, Terminal):
            size = json.loads(payload)
            console.resize(int(size["Width"]), int(size["Height"]))
        elif channel == _CLOSE and ends and payload == bytes([_STDIN]):
            given.end()

    if not stdin:
        given.end()
    beside = [console.serve()] if isinstance(console, Terminal) and stdin else []
    return await converse(call, link, received, work(), *beside)


async def _link(call: Call, streams: list[str]) -> Link:
    if not asks_for_spdy(call):
        return await websocket_link(call, PROTOCOLS)
    channels = SpdyChannels(spdy_link(call, (V4,)), ("error", *streams))
    if not await channels.opened():
        raise Hangup
    return channels


async def converse(
    call: Call,
    link: Link,
    received: Callable[[bytes], Awaitable[None]],
    *works: Awaitable[None],
) -> web.StreamResponse:
    """Hand on what comes while the first of these works goes on; then close. Faults reach it as they do a watch."""
    tasks = [asyncio.ensure_future(work) for work in works]
    listening = asyncio.ensure_future(_listen(call, link, received))
    guarding = asyncio.ensure_future(_guard(call))
    try:
        await asyncio.wait([tasks[0], listening, guarding], return_when=asyncio.FIRST_COMPLETED)
        if tasks[0].done():
            tasks[0].result()
    except ConnectionError as error:
        raise Hangup from error
    finally:
        for task in (*tasks, listening, guarding):
            task.cancel()
        await asyncio.gather(*tasks, listening, guarding, return_exceptions=True)
    try:
        return await link.close()
    except ConnectionError as error:
        raise Hangup from error


async def _listen(call: Call, link: Link, received: Callable[[bytes], Awaitable[None]]) -> None:
    with Patience(call.server, call.request) as patience:
        while (message := await link.read()) is not None:
            await patience.bear()
            await received(message)


async def _guard(call: Call) -> None:
    """End when the server ends or a fault cuts the connection."""
    with Patience(call.server, call.request) as patience:
        while not call.server.closing.is_set():
            try:
                await patience.wait(_LOOKED_AT_SECONDS)
            except Hangup:
                return


async def _send(link: Link, channel: int, data: bytes) -> None:
    await link.send_bytes(bytes([channel]) + data)


def _console(link: Link, given: Input, *, tty: bool, errors: bool) -> Console:
    async def out(data: bytes) -> None:
        for start in range(0, len(data), 1 << 15):
            await _send(link, _STDOUT, data[start : start + (1 << 15)])

    async def error(data: bytes) -> None:
        if errors:
            await _send(link, _STDERR, data)

    return Terminal(given, out) if tty else Console(given, out, error)


def _ended(code: int) -> Object:
    if code == 0:
        return {"metadata": {}, "status": "Success"}
    return {
        "metadata": {},
        "status": "Failure",
        "message": f"command terminated with non-zero exit code: exit status {code}",
        "reason": "NonZeroExitCode",
        "details": {"causes": [{"reason": "ExitCode", "message": str(code)}]},
    }


def _failed(words: str) -> Object:
    message = f"Internal error occurred: {words}"
    return {
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": "InternalError",
        "details": {"causes": [{"message": words}]},
        "code": 500,
    }
