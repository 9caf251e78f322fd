"""Exec and attach: the remote command protocol over WebSockets (`v4` and `v5.channel.k8s.io`)."""

import asyncio
import json
from collections.abc import Awaitable, Callable

from aiohttp import WSMsgType, web

from cockpit.simulator.api.logs import chosen_container
from cockpit.simulator.api.reading import existing
from cockpit.simulator.api.request import flag
from cockpit.simulator.api.sending import Hangup, Patience
from cockpit.simulator.api.server import Call
from cockpit.simulator.ports import CannotStart
from cockpit.simulator.shell.console import Console, Input, Terminal
from cockpit.simulator.status import ApiError, bad_request
from cockpit.simulator.store import Object

V5 = "v5.channel.k8s.io"
PROTOCOLS = (V5, "v4.channel.k8s.io")
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
    websocket = await upgraded(call, PROTOCOLS)
    given = Input()
    console = _console(websocket, given, tty=tty, errors="stderr" in outputs)
    kubelets, where = call.server.kubelets, (pod["metadata"]["namespace"], pod["metadata"]["name"], container)

    async def work() -> None:
        await _send(websocket, _STDOUT, b"")
        try:
            if call.address.subresource == "exec":
                code = await kubelets.execute(*where, command, console)
            else:
                code = await kubelets.attach(*where, console)
            status = _ended(code)
        except CannotStart as error:
            status = _failed(str(error))
        await _send(websocket, _ERROR, json.dumps(status).encode())

    async def received(data: bytes) -> None:
        channel, payload = data[0], data[1:]
        if channel == _STDIN and stdin:
            given.feed(payload)
            await given.room()
        elif channel == _RESIZE and isinstance(console, Terminal):
            size = json.loads(payload)
            console.resize(int(size["Width"]), int(size["Height"]))
        elif channel == _CLOSE and websocket.ws_protocol == V5 and payload == bytes([_STDIN]):
            given.end()

    if not stdin:
        given.end()
    beside = [console.serve()] if isinstance(console, Terminal) and stdin else []
    return await converse(call, websocket, received, work(), *beside)


async def upgraded(call: Call, protocols: tuple[str, ...]) -> web.WebSocketResponse:
    """Return the WebSocket a request asks for. Raises ApiError (400) when it asks for none of these protocols."""
    # Pings are answered where a frozen server would not.
    websocket = web.WebSocketResponse(protocols=protocols, max_msg_size=0, autoping=False, compress=False, timeout=1.0)
    ready = websocket.can_prepare(call.request)
    if not ready:
        raise bad_request("Upgrade request required")
    if ready.protocol is None:
        raise ApiError(403, "Forbidden", f"no protocol of {', '.join(protocols)} is asked for", details={})
    await websocket.prepare(call.request)
    return websocket


async def converse(
    call: Call,
    websocket: web.WebSocketResponse,
    received: Callable[[bytes], Awaitable[None]],
    *works: Awaitable[None],
) -> web.WebSocketResponse:
    """Hand on what comes while the first of these works goes on; then close. Faults reach it as they do a watch."""
    tasks = [asyncio.ensure_future(work) for work in works]
    listening = asyncio.ensure_future(_listen(call, websocket, received))
    guarding = asyncio.ensure_future(_guard(call))
    try:
        await asyncio.wait([tasks[0], listening, guarding], return_when=asyncio.FIRST_COMPLETED)
        if tasks[0].done():
            tasks[0].result()
            await websocket.close()
    except ConnectionError as error:
        raise Hangup from error
    finally:
        for task in (*tasks, listening, guarding):
            task.cancel()
        await asyncio.gather(*tasks, listening, guarding, return_exceptions=True)
    return websocket


async def _listen(call: Call, websocket: web.WebSocketResponse, received: Callable[[bytes], Awaitable[None]]) -> None:
    with Patience(call.server, call.request) as patience:
        while True:
            message = await websocket.receive()
            await patience.bear()
            if message.type is WSMsgType.PING:
                await websocket.pong(message.data)
            elif message.type is WSMsgType.BINARY and message.data:
                await received(message.data)
            elif message.type is WSMsgType.TEXT and message.data:
                await received(message.data.encode())
            elif message.type in (WSMsgType.CLOSE, WSMsgType.CLOSED, WSMsgType.CLOSING, WSMsgType.ERROR):
                return


async def _guard(call: Call) -> None:
    """End when the server ends or a fault cuts the connection."""
    with Patience(call.server, call.request) as patience:
        while not call.server.closing.is_set():
            try:
                await patience.wait(_LOOKED_AT_SECONDS)
            except Hangup:
                return


async def _send(websocket: web.WebSocketResponse, channel: int, data: bytes) -> None:
    await websocket.send_bytes(bytes([channel]) + data)


def _console(websocket: web.WebSocketResponse, given: Input, *, tty: bool, errors: bool) -> Console:
    async def out(data: bytes) -> None:
        for start in range(0, len(data), 1 << 15):
            await _send(websocket, _STDOUT, data[start : start + (1 << 15)])

    async def error(data: bytes) -> None:
        if errors:
            await _send(websocket, _STDERR, data)

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
