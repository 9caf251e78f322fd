"""A terminal program on a pseudo-terminal, watched from outside."""

import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import tempfile
import termios
import time
from collections.abc import Mapping, Sequence
from types import TracebackType

COLUMNS, ROWS = 160, 50
_ESCAPE = re.compile(rb"\x1b\[[0-9;?:<>=]*[ -/]*[@-~]|\x1b[()][A-Z0-9]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[=>78MPc]")
_ANSWERS = {b"\x1b[6n": b"\x1b[1;1R", b"\x1b[c": b"\x1b[?62;22c", b"\x1b[?u": b"\x1b[?0u"}
_KEPT = 400_000


class Gave(Exception):
    """The program did not do in time what was waited for."""


class Program:
    """One program with a terminal and a home of its own. Use it as a context manager; it is killed at the end."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str] = {}) -> None:
        self._home = tempfile.mkdtemp(prefix="bench-home-")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("COCKPIT_", "XDG_", "KUBECONFIG", "TEXTUAL_"))}
        environ = {**kept, "TERM": "xterm-256color", "COLORTERM": "truecolor", "HOME": self._home, **env}
        self.began = time.monotonic()
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            try:
                fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
                os.execvpe(command[0], list(command), environ)
            finally:
                os._exit(127)
        self.ended = False
        self._text = b""

    def until(self, pattern: str, seconds: float) -> float:
        """Read until the text drawn since the last call matches; return the seconds it took. Raises Gave."""
        wanted = re.compile(pattern.encode())
        began = time.monotonic()
        self._text = b""
        while (left := began + seconds - time.monotonic()) > 0 and not self.ended:
            if self._read(left) and wanted.search(_ESCAPE.sub(b"", self._text)):
                return time.monotonic() - began
        seen = _ESCAPE.sub(b" ", self._text)[-600:].decode(errors="replace")
        raise Gave(f"nothing matched {pattern!r} within {seconds:g} s; the last was: {seen!r}")

    def watch(self, seconds: float) -> None:
        """Read what it draws for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not self.ended:
            self._read(left)

    def press(self, keys: str) -> None:
        """Send keys."""
        os.write(self._terminal, keys.encode())

    def quit(self, seconds: float = 10.0) -> float:
        """Press ctrl+q and return the seconds until the process is gone. Raises Gave."""
        began = time.monotonic()
        self.press("\x11")
        while time.monotonic() - began < seconds:
            self._read(0.02)
            if os.waitpid(self.pid, os.WNOHANG)[0]:
                self.pid = 0
                return time.monotonic() - began
        raise Gave(f"it did not end within {seconds:g} s")

    def close(self) -> None:
        """End it with force when it still runs."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = 0
        os.close(self._terminal)
        shutil.rmtree(self._home, ignore_errors=True)

    def __enter__(self) -> "Program":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._terminal], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self._terminal, 65536)
        except OSError:
            data = b""
        if not data:
            self.ended = True
            return False
        for question, answer in _ANSWERS.items():
            if question in data:
                os.write(self._terminal, answer)
        self._text = (self._text + data)[-_KEPT:]
        return True
