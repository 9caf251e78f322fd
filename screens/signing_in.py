"""Signing in again when credentials have expired: the plugin gets the terminal while the cockpit stands aside."""

import contextlib
import logging
import signal
import sys
from collections.abc import Callable, Iterator
from textwrap import wrap
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType

from screens.dialogs.dialog import Dialog
from screens.shell import aside
from state import threads
from state.cell import Cell, Tone
from state.cluster.errors import ClusterError
from state.printable import printable
from widgets.cell_lines import CellLines, Line
from widgets.key_line import Key

_WIDTH = 66
_log = logging.getLogger(__name__)


class SignIn(Dialog[bool]):
    """Says why a context's user is not signed in, and answers whether to sign in here and now."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("y,enter", "accept", "yes", show=False)]

    def __init__(self, context: str, why: str) -> None:
        super().__init__(f"Sign in to {printable(context)}")
        self._why = why

    def compose_dialog(self) -> ComposeResult:
        lines: list[Line] = [
            (Cell("  " if at else "▲ ", Tone.WARN), Cell(part, Tone.WARN))
            for at, part in enumerate(wrap(printable(self._why), _WIDTH) or [""])
        ]
        lines += [(), (Cell("The cockpit stands aside meanwhile, and keeps what it shows.", Tone.QUIET),)]
        lines += [(Cell(":login asks again later.", Tone.QUIET),)]
        yield CellLines(lines)

    def keys(self) -> tuple[Key, ...]:
        return Key("enter", "sign in here"), Key("esc", "later")

    def action_accept(self) -> None:
        self.dismiss(True)


async def sign_in(app: App[Any], context: str, run: Callable[[], None]) -> bool:
    """Let a user sign in at the terminal; return whether that went well, after saying so. `run` blocks."""
    driver = app._driver
    if driver is None or not driver.can_suspend:
        _say(app, "signing in needs a terminal of its own, and here the cockpit has none to give", "warning")
        return False
    try:
        with aside(app), uninterrupted():
            sys.__stderr__ and print(f"\nSigning in to {printable(context)}; ctrl+c gives up.", file=sys.__stderr__)
            await threads.call("sign-in", run)
    except ClusterError as error:
        _say(app, str(error), "error")
        return False
    except Exception as error:
        _log.error("signing in to %s failed", context, exc_info=error)
        _say(app, f"signing in to {context} failed: {type(error).__name__}: {error}", "error")
        return False
    _say(app, f"signed in to {context}", "information")
    return True


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Let ctrl+c end what has the terminal, and not the cockpit too. On the main thread."""
    # A handler of our own, not SIG_IGN: what is ignored stays ignored in the programs that are started.
    before = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _say(app: App[Any], text: str, severity: str) -> None:
    app.notify(printable(text), severity=severity, markup=False)  # type: ignore[arg-type]
