"""The log, without secrets, and what a crash leaves behind: a usable terminal and the place of the log."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

from state.printable import printable, printable_lines, shorten
from state.redact import redact

LEVELS = ("debug", "info", "warning", "error")
_BYTES, _KEPT = 1_000_000, 3
_LOUD = ("urllib3", "asyncio", "aiohttp", "kubernetes", "markdown_it", "filelock")
# Leave the alternate screen; show the cursor; end mouse reports, bracketed paste, focus reports and the keyboard
# protocol; plain colours. Each is harmless where it is not needed.
_RESTORE = "\x1b[?1049l\x1b[?25h\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?2004l\x1b[?1004l\x1b[<u\x1b[0m"
_log = logging.getLogger(__name__)


class _Redacting(logging.Formatter):
    """Takes secrets and control characters out of the whole line, the traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        return printable_lines(redact(super().format(record)))


def log_file() -> Path:
    """Return where the log is: in the user's state folder."""
    from platformdirs import user_state_path

    return user_state_path("cockpit") / "cockpit.log"


def set_up(level: str = "info", path: Path | None = None) -> Path | None:
    """Let all logging and all warnings go to a rotating file that only its user may read; return it.

    None when it cannot be written: then nothing is logged, and nothing is printed on the screen either.
    """
    path = path or log_file()
    root = logging.getLogger()
    tear_down()
    root.setLevel(level.upper())
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)
    # Whatever would be written on the terminal would stand in the middle of the screen.
    logging.captureWarnings(True)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
        handler = RotatingFileHandler(path, maxBytes=_BYTES, backupCount=_KEPT, encoding="utf-8", errors="replace")
    except OSError:
        root.addHandler(logging.NullHandler())
        return None
    handler.setFormatter(_Redacting("%(asctime)s %(levelname)s %(process)d %(threadName)s %(name)s: %(message)s"))
    # A full disk is no reason to write on the screen.
    handler.handleError = lambda record: None  # type: ignore[method-assign]
    root.addHandler(handler)
    return path


def tear_down() -> None:
    """End what `set_up` began."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        if isinstance(handler, RotatingFileHandler | logging.NullHandler):
            root.removeHandler(handler)
            handler.close()
    logging.captureWarnings(False)


@contextmanager
def crash_guard(path: Path | None, screen: TextIO | None = None, words: TextIO | None = None) -> Iterator[None]:
    """Around a program on a terminal: what it raises is logged, the terminal restored, one line printed.

    Ends with SystemExit(1) then. `screen` is the terminal (standard output), `words` where the line goes
    (standard error). SystemExit and KeyboardInterrupt pass; so does what was raised, in the log.
    """
    attributes = _attributes()
    try:
        yield
    except Exception as error:
        _log.critical("the cockpit crashed", exc_info=error)
        restore(screen or sys.stdout, attributes)
        said = shorten(printable(redact(f"{type(error).__name__}: {error}")), 200)
        where = f"the log is {path}" if path else "there is no log: its folder cannot be written"
        print(f"cockpit: crashed: {said}; {where}", file=words or sys.stderr)
        raise SystemExit(1) from None


def restore(screen: TextIO, attributes: list[object] | None = None) -> None:
    """Give a terminal back: its own screen, the cursor, no mouse reports, and the line discipline it had."""
    with suppress(OSError, ValueError):
        if screen.isatty():
            screen.write(_RESTORE)
            screen.flush()
    if attributes is not None:
        import termios

        with suppress(OSError, ValueError, termios.error):
            termios.tcsetattr(sys.__stdin__.fileno(), termios.TCSANOW, attributes)  # type: ignore[union-attr,arg-type]


def _attributes() -> list[object] | None:
    try:
        import termios

        return list(termios.tcgetattr(sys.__stdin__.fileno()))  # type: ignore[union-attr]
    except Exception:
        # No terminal, or a system without them: there is nothing to restore.
        return None
