"""A real terminal to run a program in: tmux on a socket of its own, and a shell that sees how the program ends."""

import os
import re
import shlex
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

POLL = 0.05
_MODES = {"alternate screen": "alternate_on", "mouse": "mouse_any_flag", "cursor hidden": "?cursor_flag,0,1"}
# The inner shell becomes the program, so that its number is the program's. The code is written last.
_SCRIPT = """stty -g >before
sh -c {inner}
code=$?
stty -g >after
echo $code >code.new
mv code.new code
exec cat
"""


class Terminal:
    """One program in one tmux pane. Use it as a context manager; what is left is killed at the end."""

    def __init__(
        self, command: Sequence[str], folder: Path, size: tuple[int, int] = (120, 36), env: Mapping[str, str] = {}
    ) -> None:
        """`size` is columns by rows; `folder` takes the socket and is where the program starts."""
        self._folder = folder
        self._socket = folder / "tmux"
        columns, rows = map(str, size)
        variables = {"COLORTERM": "truecolor", **env}
        environment = [part for name, value in variables.items() for part in ("-e", f"{name}={value}")]
        script = folder / "script"
        script.write_text(_SCRIPT.format(inner=shlex.quote(f"echo $$ >pid; exec {shlex.join(command)}")))
        self._tmux(
            *("-f", os.devnull, "new-session", "-d", "-s", "e2e", "-x", columns, "-y", rows, "-c", str(folder)),
            *(*environment, f"exec sh {script}"),
        )

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the terminal, as somebody does who closes a window."""
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
        return int((self._folder / "pid").read_text())

    @property
    def exit_code(self) -> int | None:
        """What the program ended with as its shell sees it, None while it runs."""
        code = self._folder / "code"
        return int(code.read_text()) if code.exists() else None

    @property
    def left_behind(self) -> set[str]:
        """What the program, now over, has changed about the terminal and not taken back."""
        told = self._tmux("display-message", "-p", "-t", "e2e", " ".join(f"#{{{flag}}}" for flag in _MODES.values()))
        left = {name for name, flag in zip(_MODES, told.split(), strict=True) if flag != "0"}
        if (self._folder / "before").read_text() != (self._folder / "after").read_text():
            left.add("line discipline")
        return left

    def keys(self, *keys: str) -> None:
        """Press keys by tmux's names: `Enter`, `Escape`, `C-q`, `S-Right`, `a`."""
        self._tmux("send-keys", "-t", "e2e", *keys)

    def type(self, text: str) -> None:
        """Type text as it is."""
        self._tmux("send-keys", "-t", "e2e", "-l", "--", text)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        self._tmux("resize-window", "-t", "e2e", "-x", str(columns), "-y", str(rows))

    def wait_for(self, pattern: str, timeout: float = 20.0, *, gone: bool = False) -> str:
        """Return the screen once it matches the regular expression (or, with `gone`, no longer does)."""
        shown: list[str] = []

        def there() -> bool:
            shown[:] = [self.screen]
            return bool(re.search(pattern, shown[0], re.MULTILINE)) is not gone

        until(there, lambda: f"{pattern!r} {'goes' if gone else 'comes'}, instead of:\n{shown[0]}", timeout)
        return shown[0]

    def settle(self) -> None:
        """Wait until what is shown stays the same for a moment."""
        seen: list[str] = []

        def still() -> bool:
            seen.append(self.screen)
            return len(seen) > 4 and len(set(seen[-4:])) == 1

        until(still, "the screen stands still")

    def wait_for_end(self, timeout: float = 10.0) -> int:
        """Return the program's exit code once it has ended."""
        until(lambda: self.exit_code is not None, lambda: f"the program ends, instead of:\n{self.screen}", timeout)
        return self.exit_code or 0


def until(condition: Callable[[], object], what: str | Callable[[], str], timeout: float = 10.0) -> None:
    """Wait until something holds; say what did not come when time is up."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {timeout:g} s: {what if isinstance(what, str) else what()}")
        time.sleep(POLL)
