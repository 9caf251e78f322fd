"""Text taken along: into the clipboard, into a file."""

from collections.abc import Callable, Sequence
from pathlib import Path

from textual.screen import Screen

from state import threads
from state.disk import in_words
from state.log_file import save_log

SAVE_SECONDS = 30.0
PATH_SECONDS = 15.0
"""How long the path of a file stays on the screen."""
LONG_COPY, LONGEST_COPY = 74_000, 1_000_000
"""Bytes beyond which some terminals, and nearly all, take no text over from a program."""


def copy(screen: Screen[None], text: str) -> None:
    """Copy a text and say how much that was; or why it was not copied."""
    size, count = len(text.encode()), text.count("\n") + 1
    words = f"{_count(count)}, {_size(size)}"
    if not text:
        _warn(screen, "there is nothing to copy")
    elif size > LONGEST_COPY:
        _warn(screen, f"{words} are too much to copy: mark some with space, narrow them with /, or save them: ctrl+s")
    else:
        screen.app.copy_to_clipboard(text)
        if size > LONG_COPY:
            _warn(screen, f"copied {words}; some terminals take less: ctrl+s saves them")
        else:
            screen.app.notify(f"copied {words}", markup=False)


async def save(
    screen: Screen[None],
    lines: Sequence[str],
    name: str,
    folder: Callable[[], Path],
    now: float,
    *,
    suffix: str = "log",
) -> None:
    """Write lines to a new file and say where it is; or why it could not be written."""

    def write() -> Path:
        return save_log(lines, name, folder(), now, suffix=suffix)

    try:
        path = await threads.call("saving a text", write, timeout=SAVE_SECONDS)
    except TimeoutError:
        _warn(screen, "nothing could be saved: the disk did not answer")
    except OSError as error:
        _warn(screen, f"nothing could be saved: {in_words(error)}")
    else:
        screen.app.notify(f"saved {_count(len(lines))}: {path}", timeout=PATH_SECONDS, markup=False)


def _warn(screen: Screen[None], words: str) -> None:
    screen.app.notify(words, severity="warning", markup=False)


def _count(lines: int) -> str:
    return f"{lines:,} line{'s' if lines != 1 else ''}"


def _size(count: int) -> str:
    return f"{count:,} bytes" if count < 10_000 else f"{count // 1000:,} KB"
