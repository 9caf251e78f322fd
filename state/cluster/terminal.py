"""The user's own terminal, tied to a process in a container."""

import os
import signal
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from state.cluster.conversation import Conversation
from state.cluster.errors import Unreachable
from state.cluster.exec import Channel, Exit, Process, serve
from state.cluster.pump import Beside, Pump

DETACH = b"\x1d"
"""ctrl+] leaves a process that goes on without us."""
_INTERRUPT = b"\x03"
_CHUNK = 16 * 1024
# What a program may have left behind: attributes, hidden cursor, other screen, margins, keypad, mouse, paste, focus.
RESET = b"\x1b[!p\x1b[0m\x1b[?25h\x1b[?1049l\x1b[r\x1b[?1l\x1b>" + b"".join(
    b"\x1b[?%dl" % mode for mode in (1000, 1002, 1003, 1006, 2004, 1004)
)


class Terminal:
    """A local terminal by its two descriptors."""

    def __init__(self, reads: int, writes: int) -> None:
        self.reads = reads
        self.writes = writes

    def size(self) -> tuple[int, int]:
        """Return columns and rows; 80 and 24 where it is no terminal."""
        try:
            columns, rows = os.get_terminal_size(self.writes)
        except OSError:
            return 80, 24
        return columns or 80, rows or 24

    def write(self, data: bytes) -> None:
        """Write all of it. Raises OSError when the terminal is gone."""
        view = memoryview(data)
        while view:
            view = view[os.write(self.writes, view) :]

    @contextmanager
    def raw(self, *, lines: bool = False) -> Iterator[None]:
        """Hand every key through as it is; with `lines`, what is written still returns at each line's end."""
        try:
            before = termios.tcgetattr(self.reads)
        except termios.error:
            yield
            return
        try:
            tty.setraw(self.reads, termios.TCSAFLUSH)
            if lines:
                now = termios.tcgetattr(self.reads)
                now[1] |= termios.OPOST | termios.ONLCR
                termios.tcsetattr(self.reads, termios.TCSANOW, now)
            yield
        finally:
            termios.tcsetattr(self.reads, termios.TCSAFLUSH, before)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Have the terminal afterwards as it was before, whatever a program leaves it in."""
        try:
            before = termios.tcgetattr(self.reads)
        except termios.error:
            before = None
        try:
            yield
        finally:
            if before is not None:
                termios.tcsetattr(self.reads, termios.TCSAFLUSH, before)
            self.write(RESET)


class Session:
    """A conversation between a terminal and a process. `run` blocks; the rest may be called from any thread."""

    def __init__(
        self,
        terminal: Terminal,
        conversation: Conversation,
        *,
        stdin: bool = True,
        tty: bool = True,
        detach: bool = False,
    ) -> None:
        """With `detach`, ctrl+] leaves; so does ctrl+c where there is no terminal at the other end to take it."""
        self._terminal = terminal
        self._stdin = stdin
        self._leaves = (DETACH, _INTERRUPT)[: 2 if not (tty and stdin) else 1] if detach else ()
        self._tty = tty
        self.left = False
        """Whether the user left a process that goes on."""
        self._over = False
        self._process = Process(conversation, self._wrote)
        self._pump = Pump(conversation, (Beside(terminal.reads, self._typed, wants_read=lambda: not self._over),))

    def resized(self) -> None:
        """The local terminal has another size."""
        self._pump.post(self._tell_size)

    def stop(self) -> None:
        """End it at once."""
        self._over = True
        self._pump.stop()

    def run(self) -> Exit:
        """Serve until the process ends, the user leaves or the connection breaks; return how it ended.

        The terminal must be raw by now. Raises Unreachable when the connection breaks.
        """
        self._tell_size()
        serve(self._pump, self._process)
        if self._process.exit is None and not self._over:
            raise Unreachable("the server closed it")
        return self._process.exit or Exit(None, "" if self.left else "it was stopped")

    def _tell_size(self) -> None:
        if self._tty:
            self._process.resize(*self._terminal.size())

    def _typed(self) -> None:
        try:
            data = os.read(self._terminal.reads, _CHUNK)
        except OSError:
            data = b""
        if not data:
            # The terminal is gone; so is who would answer.
            self.stop()
            return
        for key in self._leaves:
            if key in data:
                self.left = True
                data = data.partition(key)[0]
                self.stop()
        if data and self._stdin:
            self._process.write(data)

    def _wrote(self, channel: Channel, data: bytes) -> None:
        try:
            self._terminal.write(data)
        except OSError:
            self.stop()


@contextmanager
def following_size(changed: Callable[[], None]) -> Iterator[None]:
    """Call back whenever the terminal's size changes. For the main thread."""
    before = signal.signal(signal.SIGWINCH, lambda number, frame: changed())
    try:
        yield
    finally:
        signal.signal(signal.SIGWINCH, before if before is not None else signal.SIG_DFL)
