"""Running a program beside the screen: without a terminal, with a time-out, its complaints kept for a sentence.

Left to a library such a program gets the user's keyboard and writes over the screen. Here its input is empty, its
session its own, and its output read.
"""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence

from state.printable import printable, shorten
from state.redact import redact

_LONGEST_COMPLAINT = 300


class ProgramFailed(Exception):
    """A program gave nothing that can be used. The text ends a sentence that begins with its name.

    `said` is what it said itself, printable and without secrets; `begun` is whether it could be started at all.
    """

    def __init__(self, text: str, said: str = "", *, begun: bool = True) -> None:
        super().__init__(text)
        self.said = said
        self.begun = begun


def run(words: Sequence[str], environ: Mapping[str, str], seconds: float, *, interactive: bool = False) -> bytes:
    """Run a program and return what it printed. Blocks; raises ProgramFailed.

    `interactive` gives it the user's own terminal for as long as it likes: only while nothing else uses it.
    """
    try:
        process = subprocess.Popen(
            list(words),
            stdin=None if interactive else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=None if interactive else subprocess.PIPE,
            env=dict(environ),
            start_new_session=not interactive,
        )
    except (OSError, ValueError) as error:
        missing = isinstance(error, FileNotFoundError)
        reason = "is not installed" if missing else f"cannot be run: {getattr(error, 'strerror', None) or error}"
        raise ProgramFailed(reason, begun=False) from None
    try:
        output, complaint = process.communicate(timeout=None if interactive else seconds)
    except subprocess.TimeoutExpired:
        said = _said(_end(process))
        raise ProgramFailed(f"did not finish within {seconds:g} s{': ' + said if said else ''}", said) from None
    if process.returncode != 0:
        raise ProgramFailed(f"ended with code {process.returncode}", _said(complaint))
    return output


def name_of(words: Sequence[str]) -> str:
    """Return the name of a program, as a sentence has it."""
    return printable(os.path.basename(words[0]))  # noqa: PTH119


def complaint_of(text: str) -> str:
    """Return a text of a program as a part of a sentence: bounded, printable, without secrets."""
    return shorten(redact(text), _LONGEST_COMPLAINT)


def _end(process: "subprocess.Popen[bytes]") -> bytes | None:
    """Kill a program and its children; return what it had said."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    try:
        return process.communicate(timeout=1.0)[1]
    except subprocess.TimeoutExpired:
        # A grandchild in a session of its own holds the pipes; it is left to itself.
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
        process.wait()
        return None


def _said(complaint: bytes | None) -> str:
    """The last lines of what a program said on stderr, as one bounded sentence without secrets."""
    text = redact((complaint or b"").decode(errors="replace"))
    lines = [line for line in (printable(line).strip() for line in text.splitlines()) if line]
    return shorten(" / ".join(lines[-3:]), _LONGEST_COMPLAINT)
