"""A real terminal to run a program in: tmux on a socket of its own."""

import os
import re
import shlex
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

POLL = 0.05


class Terminal:
    """One program in one tmux pane. Use it as a context manager; what is left is killed at the end."""

    def __init__(
        self, command: Sequence[str], folder: Path, size: tuple[int, int] = (120, 36), env: Mapping[str, str] = {}
    ) -> None:
        """`size` is columns by rows; `folder` takes the socket and is where the program starts."""
        self._socket = folder / "tmux"
        columns, rows = size
        environment = [
            part for name, value in {"COLORTERM": "truecolor", **env}.items() for part in ("-e", f"{name}={value}")
        ]
        # Without a running server there is nothing to set; the pane waits until it may begin.
        self._tmux(
            "-f",
            os.devnull,
            "new-session",
            "-d",
            "-s",
            "e2e",
            "-x",
            str(columns),
            "-y",
            str(rows),
            "-c",
            str(folder),
            *environment,
            f"tmux wait-for begin; exec {shlex.join(command)}",
        )
        self._tmux("set-option", "-g", "remain-on-exit", "on")
        self._tmux("wait-for", "-S", "begin")

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        subprocess.run(["tmux", "-S", str(self._socket), "kill-server"], capture_output=True, check=False)

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(["tmux", "-S", str(self._socket), *arguments], capture_output=True, text=True, check=True)
        return done.stdout

    @property
    def screen(self) -> str:
        """What the terminal shows, without colours."""
        return self._tmux("capture-pane", "-p", "-t", "e2e")

    @property
    def pid(self) -> int:
        """The program's process."""
        return int(self._tmux("display-message", "-p", "-t", "e2e", "#{pane_pid}"))

    @property
    def exit_code(self) -> int | None:
        """What the program ended with, None while it runs."""
        dead, _, status = (
            self._tmux("display-message", "-p", "-t", "e2e", "#{pane_dead} #{pane_dead_status}").strip().partition(" ")
        )
        return int(status or 1) if dead == "1" else None

    def keys(self, *keys: str) -> None:
        """Press keys by tmux's names: `Enter`, `Escape`, `C-q`, `S-Right`, `a`."""
        self._tmux("send-keys", "-t", "e2e", *keys)

    def type(self, text: str) -> None:
        """Type text as it is."""
        self._tmux("send-keys", "-t", "e2e", "-l", text)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        self._tmux("resize-window", "-t", "e2e", "-x", str(columns), "-y", str(rows))

    def wait_for(self, pattern: str, timeout: float = 20.0, *, gone: bool = False) -> str:
        """Return the screen once it matches the regular expression (or, with `gone`, no longer does)."""
        deadline = time.monotonic() + timeout
        while True:
            screen = self.screen
            if bool(re.search(pattern, screen, re.MULTILINE)) is not gone:
                return screen
            if time.monotonic() > deadline:
                raise AssertionError(f"{pattern!r} {'stays' if gone else 'does not come'} in {timeout} s:\n{screen}")
            time.sleep(POLL)

    def wait_for_end(self, timeout: float = 10.0) -> int:
        """Return the program's exit code once it has ended."""
        deadline = time.monotonic() + timeout
        while (code := self.exit_code) is None:
            if time.monotonic() > deadline:
                raise AssertionError(f"the program still runs after {timeout} s:\n{self.screen}")
            time.sleep(POLL)
        return code
