"""What a pane or a grid asks for on behalf of the key that was pressed; the composition root answers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.message import Message

from state.alerts.model import Alert, Matcher
from state.apps.model import App
from state.ref import Ref

if TYPE_CHECKING:
    from state.cluster.kinds.kind import Kind


@dataclass(frozen=True, slots=True)
class Target:
    """The object under the cursor: its name, and the uid that tells it from a successor of that name."""

    ref: Ref
    uid: str
    kind: "Kind[Any] | None" = None
    """Its kind, where the one who asks knows it."""


class ObjectWanted(Message):
    """`verb` is one of open, show, describe, yaml, events, values, reveal, xray, logs, previous_logs, or of what
    `state.cluster.operations.offered` lists."""

    def __init__(
        self, verb: str, target: Target, marked: tuple[Target, ...] = (), hidden: frozenset[Ref] = frozenset()
    ) -> None:
        """`marked` are all that it is meant for where several are; `hidden` of them are not in sight."""
        super().__init__()
        self.verb = verb
        self.target = target
        self.marked = marked
        self.hidden = hidden


class AlertWanted(Message):
    """`verb` is one of open, ack, silence, card, note; restart, logs, describe, roll_back mean the alert's workload."""

    def __init__(
        self, verb: str, alert: Alert, marked: tuple[Alert, ...] = (), matchers: tuple[Matcher, ...] = ()
    ) -> None:
        """`marked` are all that it is meant for where several are; `matchers` are those that narrow the list."""
        super().__init__()
        self.verb = verb
        self.alert = alert
        self.marked = marked
        self.matchers = matchers


class SilencesWanted(Message):
    """Show which silences there are."""


class AppWanted(Message):
    """`verb` is one of open, logs, describe, roll_back; all mean the app's workload that is worst."""

    def __init__(self, verb: str, app: App) -> None:
        super().__init__()
        self.verb = verb
        self.app = app


class AppsWanted(Message):
    """Show the page of one of the apps of these names."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self.names = names


class CardWanted(Message):
    """Show a card of the board; an empty uid means the board alone."""

    def __init__(self, uid: str) -> None:
        super().__init__()
        self.uid = uid


class LineWanted(Message):
    """Do what a line does when it is typed after `:`."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class ContextWanted(Message):
    """Let the cockpit be about another context."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
