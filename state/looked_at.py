"""How the user last looked at each context, and what was typed: kept from one run to the next in a small file."""

import logging
from collections.abc import Mapping
from pathlib import Path
from threading import Lock

import msgspec

from state import threads
from state.clock import SYSTEM, Clock
from state.disk import Disk, replace

FILE = "views.json"
SAVE_AFTER = 2.0
"""Seconds from a change to its writing, so that typing a filter is one write."""
COMMANDS = 200
"""So many typed lines are kept."""
LARGEST = 4 * 2**20
"""Bytes of a file that is read; nobody looks in so many ways."""
_log = logging.getLogger(__name__)


class Looked(msgspec.Struct, frozen=True, omit_defaults=True):
    """How one kind was looked at."""

    filter: str = ""
    sort: str | None = None
    """The header of the column that ordered, None for the kind's own order."""
    descending: bool = False
    faults_only: bool = False


class LookedAt(msgspec.Struct, frozen=True, omit_defaults=True):
    """How one context was looked at."""

    kind: str = ""
    """The plural of the kind, with its group where it has one; empty for none."""
    namespaces: tuple[str, ...] = ()
    """Empty: all."""
    kinds: dict[str, Looked] = {}
    """By kind, those that were looked at in another way than they begin with."""

    def with_kind(self, name: str, looked: Looked) -> "LookedAt":
        """Return the same with a kind looked at in another way."""
        kinds = {key: value for key, value in self.kinds.items() if key != name}
        if looked != Looked():
            kinds[name] = looked
        return msgspec.structs.replace(self, kinds=kinds)


class AlertsLooked(msgspec.Struct, frozen=True, omit_defaults=True):
    """How the alerts of one context were looked at. What would leave some of them out is not remembered."""

    by: str = ""
    """What they were put together by, as `GroupBy.text` says it."""
    folded: tuple[str, ...] = ()
    """The groups that were folded."""
    sort: str = ""
    """The header of the column that ordered, empty for those first that need somebody."""
    descending: bool = False


class _File(msgspec.Struct, omit_defaults=True):
    contexts: dict[str, LookedAt] = {}
    alerts: dict[str, AlertsLooked] = {}
    commands: tuple[str, ...] = ()
    """The typed lines, the newest last."""


class Memory:
    """What is remembered; the file follows. Belongs to the loop but for `save`.

    Of several cockpits on one file each writes the contexts that it changed and the lines that it saw typed.
    """

    def __init__(self, path: Path, disk: Disk | None = None, clock: Clock = SYSTEM) -> None:
        self._path = path
        self._disk = disk or Disk()
        self._clock = clock
        self._contexts: Mapping[str, LookedAt] = {}
        self._commands: tuple[str, ...] = ()
        self._alerts: Mapping[str, AlertsLooked] = {}
        self._changed: Mapping[str, LookedAt] = {}
        self._changed_alerts: Mapping[str, AlertsLooked] = {}
        self._typed: tuple[str, ...] = ()
        self._due: float | None = None
        self._lock = Lock()

    def read(self) -> None:
        """Take over what the file says. Blocks; what cannot be read is left out, and only the log tells."""
        found = self._read()
        self._contexts, self._alerts, self._commands = found.contexts, found.alerts, found.commands

    def of(self, context: str) -> LookedAt:
        """Return how a context was looked at last."""
        return self._contexts.get(context, LookedAt())

    @property
    def commands(self) -> tuple[str, ...]:
        """The lines that were typed, the newest last, each once."""
        return self._commands

    def keep(self, context: str, looked: LookedAt) -> None:
        """Remember how a context is looked at now."""
        if looked != self.of(context):
            self._contexts = {**self._contexts, context: looked}
            with self._lock:
                self._changed = {**self._changed, context: looked}
            self._later()

    def alerts_of(self, context: str) -> AlertsLooked:
        """Return how the alerts of a context were looked at last."""
        return self._alerts.get(context, AlertsLooked())

    def keep_alerts(self, context: str, looked: AlertsLooked) -> None:
        """Remember how the alerts of a context are looked at now."""
        if looked != self.alerts_of(context):
            self._alerts = {**self._alerts, context: looked}
            with self._lock:
                self._changed_alerts = {**self._changed_alerts, context: looked}
            self._later()

    def typed(self, command: str) -> None:
        """Remember a line that was typed."""
        self._commands = _with(self._commands, command)
        with self._lock:
            self._typed = _with(self._typed, command)
        self._later()

    def pump(self) -> None:
        """Write on a thread what changed a moment ago."""
        if self._due is not None and self._clock.elapsed() >= self._due:
            self._due = None
            threads.start("views", self.save)

    def save(self) -> None:
        """Write what changed now. Blocks; raises nothing: what cannot be written, only the log tells."""
        with self._lock:
            changed, alerts, typed = self._changed, self._changed_alerts, self._typed
            self._changed, self._changed_alerts, self._typed = {}, {}, ()
        if not changed and not alerts and not typed:
            return
        found = self._read()
        found.contexts = {**found.contexts, **changed}
        found.alerts = {**found.alerts, **alerts}
        for line in typed:
            found.commands = _with(found.commands, line)
        try:
            replace(self._disk, self._path, msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")
        except OSError as error:
            _log.warning("%s cannot be written: %s", self._path, error)

    def _later(self) -> None:
        if self._due is None:
            self._due = self._clock.elapsed() + SAVE_AFTER

    def _read(self) -> _File:
        try:
            data = self._disk.read(self._path)
            if data is None or len(data) > LARGEST:
                return _File()
            return msgspec.json.decode(data, type=_File)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
            _log.warning("%s cannot be read: %s", self._path, error)
            return _File()


def _with(lines: tuple[str, ...], line: str) -> tuple[str, ...]:
    return (*(one for one in lines if one != line), line)[-COMMANDS:]
