"""Regular expressions that a user types: half-finished ones are told, and none runs on for ever."""

import re
import signal
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

TOO_SLOW = "the pattern takes too long: make it simpler"
"""What is said of a search that was ended."""


class BadPattern(Exception):
    """The text is no regular expression; the words say why, `reason` the why alone."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"not a regular expression yet: {reason}")
        self.reason = reason


class TooSlow(Exception):
    """A search took longer than it may."""


def compiled(text: str) -> re.Pattern[str]:
    """Return the regular expression, for letters of either case. Raises BadPattern."""
    try:
        with warnings.catch_warnings():
            # Python warns of patterns whose meaning may change one day; a warning would go to the terminal.
            warnings.simplefilter("ignore")
            return re.compile(text, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise BadPattern(str(error)) from None


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TooSlow inside once the process has used so many seconds of CPU there; not to be nested.

    A search that backtracks without end holds the interpreter, so no other thread could stop it; but it looks for
    signals, and a timer sends one. Signals reach the main thread alone: elsewhere nothing is limited.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    running = True

    def end(number: int, frame: FrameType | None) -> None:
        if running:
            raise TooSlow

    before = signal.signal(signal.SIGVTALRM, end)
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
        yield
    finally:
        running = False
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
