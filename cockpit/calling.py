"""Calling somebody to the terminal: its bell, and the notification of its desktop, by OSC 9 or OSC 777.

The sequences go the way of all output, so that they work over ssh. tmux passes on what is wrapped for it where its
option `allow-passthrough` is on, and drops it elsewhere; it rings its own bell. GNU screen passes on what is wrapped.
"""

from collections.abc import Callable, Mapping, Sequence

from state.alerts.calls import Called, look, words
from state.alerts.model import Alert
from state.alerts.settings import Alerts
from state.freshness import Health
from state.printable import printable, shorten
from state.session import Session

_LONGEST_TITLE = 60


class Calling:
    """Calls for critical alerts that begin, where the configuration wants it. Belongs to the loop."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._context = ""
        self._revision = -1
        self._called = Called()

    def look(self, session: Session, write: Callable[[str], None]) -> None:
        """Write to the terminal what calls for somebody, when anything does."""
        settings, alerts = session.platform.context.settings.alerts, session.alerts
        if alerts is None or not (settings.bell or settings.notify != "off"):
            return
        context = session.platform.context.name
        if context != self._context:
            self._context, self._revision, self._called = context, -1, Called()
        # Of several clusters one may be dead: what the others say is heard. Before the first answer nothing is known.
        if alerts.alertmanager.health is Health.CONNECTING:
            return
        if alerts.revision == self._revision and not self._called.waiting:
            return
        self._revision = alerts.revision
        self._called, calling = look(self._called, alerts.picture, session.clock.elapsed())
        if calling:
            write(call(calling, context, settings, self._environ))


def call(alerts: Sequence[Alert], context: str, settings: Alerts, environ: Mapping[str, str]) -> str:
    """Return what is written to the terminal for some alerts: one notification and one bell, however many they are."""
    text = words(alerts)
    title = shorten(printable(f"cockpit {context}"), _LONGEST_TITLE)
    bell = "\x07" if settings.bell else ""
    match settings.notify:
        case "osc9":
            # A digit at the beginning means something else to ConEmu and Windows Terminal.
            return _passed_on(f"\x1b]9;{title}: {text}\x07", environ) + bell
        case "osc777":
            return _passed_on(f"\x1b]777;notify;{_field(title)};{_field(text)}\x07", environ) + bell
        case _:
            return bell


def _field(text: str) -> str:
    """Text for one of the fields, between which semicolons stand."""
    return text.replace(";", ",")


def _passed_on(sequence: str, environ: Mapping[str, str]) -> str:
    if environ.get("TMUX"):
        inner = sequence.replace("\x1b", "\x1b\x1b")
        return f"\x1bPtmux;{inner}\x1b\\"
    if environ.get("STY"):
        return f"\x1bP{sequence}\x1b\\"
    return sequence
