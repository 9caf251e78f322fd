"""What a process in a container reads and writes: plain streams, or a terminal with line editing."""

import asyncio
from collections.abc import Awaitable, Callable

Send = Callable[[bytes], Awaitable[None]]
_INTERRUPT, _END, _KILL_LINE, _KILL_WORD = "\x03", "\x04", "\x15", "\x17"
_ERASE = ("\x08", "\x7f")
_KEPT_INPUT = 4 * 1024 * 1024


class Input:
    """Bytes that come from outside, with an end."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ended = False
        self._changed = asyncio.Event()
        self._taken = asyncio.Event()

    def feed(self, data: bytes) -> None:
        """Take more."""
        self._bytes += data
        self._changed.set()

    def end(self) -> None:
        """No more will come."""
        self._ended = True
        self._changed.set()

    async def room(self) -> None:
        """Wait until the reader is not far behind."""
        while len(self._bytes) > _KEPT_INPUT:
            self._taken.clear()
            await self._taken.wait()

    async def read(self) -> bytes:
        """Return what is there, waiting for the first byte; `b""` at the end."""
        while not self._bytes and not self._ended:
            self._changed.clear()
            await self._changed.wait()
        data = bytes(self._bytes)
        self._bytes.clear()
        self._taken.set()
        return data

    async def line(self) -> bytes | None:
        """Return the next line without its end, None at the end."""
        held = b""
        while b"\n" not in held:
            data = await self.read()
            if not data:
                return held or None
            held += data
        line, _, rest = held.partition(b"\n")
        self._bytes[:0] = rest
        return line


class Console:
    """The three streams of a process without a terminal."""

    tty = False

    def __init__(self, stdin: Input, out: Send, error: Send) -> None:
        self.stdin = stdin
        self._out = out
        self._error = error

    async def out(self, data: bytes) -> None:
        """Write to stdout."""
        if data:
            await self._out(data)

    async def error(self, data: bytes) -> None:
        """Write to stderr."""
        if data:
            await self._error(data)

    async def line(self, prompt: str) -> str | None:
        """Return the next line of input, None at its end."""
        line = await self.stdin.line()
        return None if line is None else line.decode(errors="replace")

    def size(self) -> tuple[int, int]:
        """Return rows and columns."""
        return 24, 80

    def on_interrupt(self, what: Callable[[], object] | None) -> None:
        """Call this at ctrl+c, or (None) nothing."""


class Terminal(Console):
    """A terminal: echoes and edits a line, turns ctrl+c into an interrupt, ends a line's output with a return."""

    tty = True

    def __init__(self, stdin: Input, out: Send) -> None:
        super().__init__(stdin, out, out)
        self.rows, self.columns = 24, 80
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._edited = ""
        self._interrupted: Callable[[], object] | None = None
        self._asking = False
        self._prompt = ""

    def resize(self, columns: int, rows: int) -> None:
        """The window has another size."""
        self.columns, self.rows = columns, rows

    def size(self) -> tuple[int, int]:
        return self.rows, self.columns

    async def out(self, data: bytes) -> None:
        await super().out(data.replace(b"\n", b"\r\n"))

    async def error(self, data: bytes) -> None:
        await self.out(data)

    def on_interrupt(self, what: Callable[[], object] | None) -> None:
        self._interrupted = what

    async def line(self, prompt: str) -> str | None:
        self._prompt, self._asking = prompt, True
        await self.out(prompt.encode())
        try:
            return await self._lines.get()
        finally:
            self._asking = False

    async def serve(self) -> None:
        """Take keys until there are none; runs beside the process."""
        while data := await self.stdin.read():
            for key in data.decode(errors="replace"):
                await self._press(key)
        self._lines.put_nowait(None)

    async def _press(self, key: str) -> None:
        if key == _INTERRUPT:
            self._edited = ""
            await self.out(b"^C\n")
            if self._interrupted is not None:
                self._interrupted()
            elif self._asking:
                await self.out(self._prompt.encode())
        elif key == _END:
            if not self._edited:
                self._lines.put_nowait(None)
        elif key in "\r\n":
            line, self._edited = self._edited, ""
            await self.out(b"\n")
            self._lines.put_nowait(line)
        elif key in _ERASE:
            await self._rub_out(1)
        elif key == _KILL_LINE:
            await self._rub_out(len(self._edited))
        elif key == _KILL_WORD:
            kept = self._edited.rstrip().rpartition(" ")
            await self._rub_out(len(self._edited) - len(kept[0] + kept[1]))
        elif key.isprintable():
            self._edited += key
            await self.out(key.encode())

    async def _rub_out(self, count: int) -> None:
        count = min(count, len(self._edited))
        self._edited = self._edited[: len(self._edited) - count]
        await self.out(b"\b \b" * count)
