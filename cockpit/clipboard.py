"""Copying to the clipboard of the terminal that the user sits at: by OSC 52, through ssh, tmux and screen.

The sequence goes the way of all output, so that it works over ssh. tmux by itself drops it unless its option
`set-clipboard` is `on`; the command `tmux load-buffer -w` is obeyed with the option's default, `external`, too, and
leaves the text in tmux's own buffer. GNU screen passes on what is wrapped for it, in short pieces.
"""

import base64
import logging
import subprocess
from collections.abc import Callable, Mapping

from state import threads

LARGEST = 74_000
"""Bytes of text that most terminals take: many read no more than 100,000 characters of such a sequence."""
TMUX_SECONDS = 3.0
_PIECE = 512
_log = logging.getLogger(__name__)


def copy(text: str, environ: Mapping[str, str], write: Callable[[str], None], later: Callable[[str], None]) -> None:
    """Put a text into the clipboard. `write` sends to the terminal; `later` does so from another thread."""

    def give() -> None:
        if not give_tmux(text, environ):
            later(sequence(text, environ))

    if in_tmux(environ):
        threads.start("clipboard", give)
    else:
        write(sequence(text, environ))


def sequence(text: str, environ: Mapping[str, str]) -> str:
    """Return what has to be written to a terminal for a text to be in its clipboard."""
    encoded = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    plain = f"\x1b]52;c;{encoded}\x07"
    if environ.get("STY"):
        return "".join(f"\x1bP{plain[at : at + _PIECE]}\x1b\\" for at in range(0, len(plain), _PIECE))
    return plain


def in_tmux(environ: Mapping[str, str]) -> bool:
    """Return whether the terminal is one of tmux's on this machine."""
    return bool(environ.get("TMUX"))


def give_tmux(text: str, environ: Mapping[str, str]) -> bool:
    """Let tmux take a text and pass it on to its terminal's clipboard; return whether it did. Blocks."""
    for command in (["tmux", "load-buffer", "-w", "-"], ["tmux", "load-buffer", "-"]):
        try:
            done = subprocess.run(
                command,
                input=text.encode("utf-8", "replace"),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=TMUX_SECONDS,
                env=dict(environ),
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            _log.info("tmux did not take what was copied: %s", error)
            return False
        if done.returncode == 0:
            # Without -w (before tmux 3.2) the text is in tmux alone.
            return "-w" in command
    return False
