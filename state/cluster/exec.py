"""Commands in a container: the remote command protocol, v4 and v5 of `channel.k8s.io`.

Each message begins with the number of its channel. A process ends with a Status on the error channel.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import msgspec

from state.cluster.conversation import CLOSE, Conversation
from state.cluster.errors import Unreachable
from state.cluster.pump import Pump
from state.cluster.streams import SpdyStream, Streams
from state.cluster.transport import Request, Transport
from state.cluster.websocket import V5
from state.printable import printable

V4 = "v4.channel.k8s.io"
"""What servers before 1.30 speak over a WebSocket, and all over SPDY."""
_PIECE = 32 * 1024
_LONGEST_STATUS = 64 * 1024
_EXIT_STATUS = re.compile(r"(?:exit (?:status|code)|terminated with exit code) (\d{1,3})\b")


class Channel(IntEnum):
    """The streams of a process."""

    STDIN = 0
    STDOUT = 1
    STDERR = 2
    ERROR = 3
    RESIZE = 4


@dataclass(frozen=True, slots=True)
class Place:
    """A container of a pod."""

    namespace: str
    pod: str
    container: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.pod} ({self.container})"

    def path(self, subresource: str) -> str:
        """Return the address of a part of the pod."""
        return f"/api/v1/namespaces/{self.namespace}/pods/{self.pod}/{subresource}"


@dataclass(frozen=True, slots=True)
class Exit:
    """How a process ended: its exit code, or None with the reason why it is not known; printable."""

    code: int | None
    message: str = ""

    @property
    def well(self) -> bool:
        """Whether it ended with 0."""
        return self.code == 0


def exec_request(place: Place, command: Sequence[str], *, stdin: bool = False, tty: bool = False) -> Request:
    """Return the request that starts a command."""
    query = (*_streams(place, stdin=stdin, tty=tty), *(("command", word) for word in command))
    return Request(place.path("exec"), query, accept="*/*")


def attach_request(place: Place, *, stdin: bool, tty: bool) -> Request:
    """Return the request that joins the process which runs in a container already."""
    return Request(place.path("attach"), _streams(place, stdin=stdin, tty=tty), accept="*/*")


def remote_command(request: Request) -> Streams:
    """Return the streams of an exec or attach request."""
    wanted = dict(request.query)
    channels = [(Channel.ERROR, "error", True)]
    channels += [(Channel.STDIN, "stdin", False)] if wanted.get("stdin") else []
    channels += [(Channel.STDOUT, "stdout", True)]
    channels += [(Channel.STDERR, "stderr", True)] if wanted.get("stderr") else []
    channels += [(Channel.RESIZE, "resize", False)] if wanted.get("tty") else []
    opened = tuple(SpdyStream(channel, (("streamtype", name),), answers) for channel, name, answers in channels)
    return Streams((V5, V4), V4, opened)


def _streams(place: Place, *, stdin: bool, tty: bool) -> tuple[tuple[str, str], ...]:
    wanted = {"stdin": stdin, "stdout": True, "stderr": not tty, "tty": tty}
    return (("container", place.container), *((name, "true") for name, on in wanted.items() if on))


class Process:
    """A process at the other end: what it writes is handed on, what it reads is sent. Belongs to the pump's thread."""

    def __init__(self, conversation: Conversation, wrote: Callable[[Channel, bytes], None]) -> None:
        """`wrote` gets what comes on stdout and stderr."""
        self.conversation = conversation
        self.exit: Exit | None = None
        """How it ended, None as long as it has not."""
        self._wrote = wrote
        self._status = b""

    def received(self, message: bytes) -> None:
        """Take a message of the server."""
        if not message:
            return
        channel, data = message[0], message[1:]
        if channel in (Channel.STDOUT, Channel.STDERR):
            if data:
                self._wrote(Channel(channel), data)
        elif channel == Channel.ERROR and data and len(self._status) < _LONGEST_STATUS:
            self._status += data
            self.exit = read_status(self._status)

    def write(self, data: bytes) -> None:
        """Send input."""
        for start in range(0, len(data), _PIECE):
            self.conversation.send(bytes([Channel.STDIN]) + data[start : start + _PIECE])

    def end_input(self) -> bool:
        """Say that the input has ended; False where the server's protocol has no way to say so."""
        if not self.conversation.half_closes:
            return False
        self.conversation.send(bytes([CLOSE, Channel.STDIN]))
        return True

    def resize(self, columns: int, rows: int) -> None:
        """Tell the size of the terminal."""
        size = msgspec.json.encode({"Width": columns, "Height": rows})
        self.conversation.send(bytes([Channel.RESIZE]) + size)


def read_status(data: bytes) -> Exit:
    """Return how a process ended, from the Status on its error channel."""
    try:
        status = msgspec.json.decode(data)
    except msgspec.MsgspecError:
        return Exit(None, printable(data.decode(errors="replace").strip()))
    if not isinstance(status, dict):
        return Exit(None, printable(data.decode(errors="replace")))
    if status.get("status") == "Success":
        return Exit(0)
    message = printable(str(status.get("message") or status.get("reason") or "it failed without a word"))
    for cause in _causes(status):
        if cause.get("reason") == "ExitCode" and str(cause.get("message", "")).isdecimal():
            return Exit(int(cause["message"]), message)
    # Some runtimes tell the code in words only.
    found = _EXIT_STATUS.search(message)
    return Exit(int(found[1]) if found else None, message)


def _causes(status: dict[str, Any]) -> Iterator[dict[str, Any]]:
    details = status.get("details")
    causes = details.get("causes") if isinstance(details, dict) else None
    yield from (one for one in causes or () if isinstance(one, dict))


def run(
    transport: Transport,
    place: Place,
    command: Sequence[str],
    *,
    stdin: Iterable[bytes] | None = None,
    wrote: Callable[[Channel, bytes], None] = lambda channel, data: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Exit:
    """Run a command to its end and return how it ended; what it writes is handed to `wrote`. Blocks.

    `stdin` is asked for more whenever there is room, and may block; `stopped` is asked in between, and ends it with
    an exit whose code is None. Raises ApiError, SignInFailed, Unreachable, and what the callbacks raise.
    """
    request = exec_request(place, command, stdin=stdin is not None)
    conversation = transport.upgrade(request, remote_command(request))
    process = Process(conversation, wrote)
    pump = Pump(conversation)
    rest = iter(stdin) if stdin is not None else None

    def feed() -> bool:
        nonlocal rest
        if stopped():
            pump.stop()
            return False
        if process.exit is not None:
            # It did not wait for the end of its input.
            rest = None
        while rest is not None and not conversation.full:
            piece = next(rest, None)
            if piece is None:
                rest = None
                process.end_input()
                return False
            process.write(piece)
        return rest is not None

    serve(pump, process, feed)
    if process.exit is None and stopped():
        return Exit(None, "it was stopped")
    if process.exit is None:
        raise Unreachable(f"the connection to {place} was closed before the command ended")
    return process.exit


def serve(pump: Pump, process: Process, before: Callable[[], bool] = lambda: False) -> None:
    """Serve a process until it has ended. Raises Unreachable when the connection breaks before that."""
    try:
        pump.run(process.received, before=before)
    except Unreachable:
        # How it ended is known; that the connection was not closed in good form changes nothing.
        if process.exit is None:
            raise
