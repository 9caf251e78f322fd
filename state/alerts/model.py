"""An alert as Alertmanager and Prometheus together know it."""

from dataclasses import dataclass
from enum import Enum

from state.alerts.labels import subject_labels

_ALWAYS_FIRING = frozenset({"Watchdog", "DeadMansSwitch", "InfoInhibitor"})
_PLACES = ("deployment", "statefulset", "daemonset", "pod", "node", "name", "service", "instance", "job")


class AlertState(Enum):
    """Where an alert is in its life."""

    PENDING = "pending"
    ACTIVE = "active"
    ACKED = "acked"
    SILENCED = "silenced"
    MUTED = "muted"
    """Kept quiet by a time interval of Alertmanager's configuration."""
    INHIBITED = "inhibited"
    UNPROCESSED = "unprocessed"
    """Alertmanager has just received it."""


class Severity(Enum):
    """Severity words in their order; anything unknown is OTHER."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition of a silence."""

    name: str
    value: str
    regex: bool = False
    equal: bool = True

    def __str__(self) -> str:
        sign = {(False, True): "=", (True, True): "=~", (False, False): "!=", (True, False): "!~"}
        return f'{self.name}{sign[self.regex, self.equal]}"{self.value}"'


@dataclass(frozen=True, slots=True)
class Silence:
    """A silence of Alertmanager. Times are seconds since the epoch. An ack is one whose comment begins `ACK!`."""

    id: str
    state: str
    matchers: tuple[Matcher, ...]
    starts: float
    ends: float
    created_by: str
    comment: str
    source: str = ""
    """The name of the Alertmanager cluster that has it, empty where there is only one."""
    updated: float = 0.0
    """When it was last changed."""

    @property
    def is_ack(self) -> bool:
        return self.comment.startswith("ACK!")


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert. All its texts are printable.

    `since` is when it became active, `updated` when Alertmanager last heard of it (None: known to Prometheus
    alone), `value` the rule's current value where Prometheus told it.
    """

    fingerprint: str
    name: str
    severity: Severity
    state: AlertState
    labels: tuple[tuple[str, str], ...]
    annotations: tuple[tuple[str, str], ...]
    since: float
    updated: float | None = None
    value: float | None = None
    silences: tuple[Silence, ...] = ()
    inhibited_by: tuple[str, ...] = ()
    muted_by: tuple[str, ...] = ()
    """The time intervals that mute it."""
    receivers: tuple[str, ...] = ()
    generator_url: str = ""
    expression: str = ""
    """The rule's PromQL, empty when Prometheus was not asked or has no such rule."""
    wait: float | None = None
    """The rule's `for` in seconds."""
    source: str = ""
    """The name of the Alertmanager cluster that it is in, empty where there is only one."""
    prometheus: str = ""
    """The name of the Prometheus that has its rule, empty where there is only one."""
    was: Silence | None = None
    """The ack or silence that held it until shortly before, where it is active again."""
    failing: str = ""
    """Why its rule cannot be evaluated, as Prometheus says it; empty while it can."""
    watchdog: bool = False
    """Whether the configuration says that it always fires."""
    elsewhere: str = ""
    """Why it is not about an object of this context, in a sentence; empty when it is."""

    @property
    def bare_fingerprint(self) -> str:
        """The fingerprint by which its own Alertmanager knows it."""
        return self.fingerprint.rpartition("/")[2]

    def label(self, name: str) -> str:
        """Return a label's value, `""` when it is not there."""
        return dict(self.labels).get(name, "")

    def annotation(self, name: str) -> str:
        """Return an annotation's value, `""` when it is not there."""
        return dict(self.annotations).get(name, "")

    @property
    def namespace(self) -> str:
        """The namespace of what it is about, `""` when its labels say none."""
        return subject_labels(dict(self.labels)).get("namespace", "")

    @property
    def where(self) -> str:
        """Where it is, by its labels: `namespace/object`, or the first of both there is."""
        labels = subject_labels(dict(self.labels))
        thing = next((labels[name] for name in _PLACES if labels.get(name)), "")
        return "/".join(part for part in (labels.get("namespace", ""), thing) if part)

    @property
    def place(self) -> str:
        """Where it is, behind the name of the Alertmanager cluster that it is in, where there are several."""
        return " ▸ ".join(part for part in (self.source, self.where) if part)

    @property
    def of_monitoring(self) -> bool:
        """Whether it says nothing but that monitoring runs: such an alert always fires and needs nobody."""
        return self.watchdog or self.name in _ALWAYS_FIRING

    @property
    def ack(self) -> Silence | None:
        """The ack that covers it, None when nobody said "I am on it"."""
        return next((silence for silence in self.silences if silence.is_ack), None)


@dataclass(frozen=True, slots=True)
class AlertPicture:
    """What is known of alerts at one moment, worst and newest first.

    `rules_evaluating` is whether Prometheus said its alerting rules run: True, False, or None when it was not
    asked or did not answer. `sender_silent` is the seconds since any alert was last refreshed, when the alerts'
    sender seems dead. `restarted` is when the Alertmanager that began last began: the alerts it held before are gone.
    `notes` are printable sentences about what is incomplete or odd. `ended` are silences that ended in the last day.
    `ahead` is the seconds by which Alertmanager's clock, by which all times here go, is ahead of ours.
    """

    alerts: tuple[Alert, ...] = ()
    silences: tuple[Silence, ...] = ()
    rules_evaluating: bool | None = None
    sender_silent: float | None = None
    notes: tuple[str, ...] = ()
    restarted: float | None = None
    ended: tuple[Silence, ...] = ()
    ahead: float = 0.0
