"""By what alerts are put together in a list. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from state.alerts.dead_man import MISSING
from state.alerts.model import Alert

NONE, APP, SOURCE = "", "app", "source"
_LABEL = "label"
NO_APPS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class GroupBy:
    """What the alerts of one group share: nothing, the app, what told of them, or the value of a label."""

    what: str = NONE
    label: str = ""

    @classmethod
    def of_label(cls, name: str) -> "GroupBy":
        """Return the one by a label's value."""
        return cls(_LABEL, name)

    @classmethod
    def read(cls, text: str) -> "GroupBy":
        """Return what `text` makes of itself; what is none of these means no groups."""
        what, _, label = text.partition(" ")
        if what == _LABEL and label:
            return cls(what, label)
        return cls(what) if what in (APP, SOURCE) and not label else cls()

    @property
    def text(self) -> str:
        """The same as a text, for a file."""
        return f"{self.what} {self.label}".strip()

    @property
    def title(self) -> str:
        """What it is called, empty for no groups."""
        return self.label if self.what == _LABEL else self.what

    def value_of(self, alert: Alert, app_of: Mapping[str, str] = NO_APPS) -> str:
        """Return what decides which group an alert belongs to, empty for the group of those without it.

        `app_of` gives the name of an alert's app by its fingerprint.
        """
        if self.what == _LABEL:
            return alert.namespace if self.label == "namespace" else alert.label(self.label)
        if self.what == APP:
            return app_of.get(alert.fingerprint, "")
        return source_of(alert) if self.what == SOURCE else ""


NO_GROUPS = GroupBy()
CYCLE = (NO_GROUPS, GroupBy(APP), GroupBy.of_label("alertname"), GroupBy.of_label("namespace"), GroupBy(SOURCE))
"""What a key goes through."""


class GroupKey(NamedTuple):
    """What tells a group's line from every other."""

    by: GroupBy
    value: str


def after(by: GroupBy) -> GroupBy:
    """Return what the key goes to next; after a label of one's own, no groups."""
    return CYCLE[(CYCLE.index(by) + 1) % len(CYCLE)] if by in CYCLE else NO_GROUPS


def source_of(alert: Alert) -> str:
    """Return who told of an alert: the name of its Alertmanager cluster, or of the Prometheus that alone knows it."""
    if alert.updated is None and alert.name == MISSING:
        return "this cockpit"
    if alert.updated is None:
        return alert.prometheus or "Prometheus alone"
    return alert.source or "Alertmanager"
