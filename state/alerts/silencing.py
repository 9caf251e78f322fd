"""What acks and silences have in common: which matchers, how they are written and read back, how a failure is said."""

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from state.alerts.client import Alertmanager, Draft
from state.alerts.errors import AlertmanagerError
from state.alerts.fingerprint import REPLICA_LABELS
from state.alerts.labels import subject_labels
from state.alerts.matching import quoted
from state.alerts.model import Alert, Matcher, Silence
from state.alerts.settings import VOLATILE
from state.alerts.source import Alertmanagers
from state.cluster.errors import Unreachable
from state.operation import Refused
from state.printable import printable

_PODS = ("pod", "exported_pod")
_WORKLOADS = (*_PODS, "deployment", "statefulset", "daemonset", "job_name", "cronjob", "horizontalpodautoscaler")
# The letters that Kubernetes makes names of: payments-api-7d4f9c5b6d-x7k2p, node-agent-x7k2p. A stateful set's pod
# comes back under its own name.
_HASH = "[bcdfghjklmnpqrstvwxz2456789]"
_POD_NAMES = (
    (re.compile(rf"(?P<workload>.+)-{_HASH}{{6,10}}-{_HASH}{{5}}"), f"-{_HASH}{{6,10}}-{_HASH}{{5}}"),
    (re.compile(rf"(?P<workload>.+)-{_HASH}{{5}}"), f"-{_HASH}{{5}}"),
)
_NO_ANSWER = ("unreachable", "timeout", "server")


def matchers_of(labels: Mapping[str, str]) -> tuple[Matcher, ...]:
    """Return matchers that hold for this alert and for no other of the same rule: each label by its exact value.

    Labels that name a replica of the sender are left out, so both replicas' alerts are held.
    """
    ordered = sorted(labels.items(), key=lambda pair: (pair[0] != "alertname", pair[0]))
    return tuple(Matcher(name, value) for name, value in ordered if name not in REPLICA_LABELS)


def lasting_matchers(labels: Mapping[str, str], volatile: Collection[str] = VOLATILE) -> tuple[Matcher, ...]:
    """Return matchers of an alert that go on to hold when its pod is replaced, and hold no other workload.

    Of the volatile labels, a pod's name becomes the pattern of its workload's pods; all others go where another label
    says what the alert is about.
    """
    named = any(labels.get(name) for name in _WORKLOADS)
    found: list[Matcher] = []
    for matcher in matchers_of(labels):
        if matcher.name not in volatile:
            found.append(matcher)
        elif matcher.name in _PODS:
            pattern = _pods_like(matcher.value)
            found.append(Matcher(matcher.name, pattern, regex=True) if pattern else matcher)
        elif not named:
            found.append(matcher)
    return tuple(found)


def write(alertmanagers: Alertmanagers, member: Alertmanager, draft: Draft) -> Silence:
    """Post a silence to a member and return it as the same member then shows it. Raises AlertmanagerError.

    When no answer comes, what is there is read before anybody writes it again: of a member that answers.
    """
    try:
        return member.silence(member.post(draft))
    except AlertmanagerError as error:
        if error.kind not in ("timeout", "unreachable"):
            raise
        alertmanagers.lost(member, error)
        try:
            _, silences = alertmanagers.with_live(lambda one: one.silences())
        except AlertmanagerError:
            raise AlertmanagerError(error.kind, f"{error}: the silence may have been made, look again") from None
        made = next((one for one in silences if _same(one, draft)), None)
        if made is None:
            # One that is frozen may have taken it, and makes it when it goes on.
            later = ": look again before you repeat it" if error.kind == "timeout" else ""
            raise AlertmanagerError(error.kind, f"{error}; it was looked for and is not there{later}") from None
        return made


def expire(alertmanagers: Alertmanagers, member: Alertmanager, id_: str) -> None:
    """End a silence at a member. Raises AlertmanagerError.

    When no answer comes, a member that answers is asked whether it has ended: then all is well.
    """
    try:
        member.expire(id_)
    except AlertmanagerError as error:
        if error.kind not in ("timeout", "unreachable"):
            raise
        alertmanagers.lost(member, error)
        try:
            _, current = alertmanagers.with_live(lambda one: one.silence(id_))
        except AlertmanagerError:
            raise error from None
        if current.state != "expired":
            raise error


def _same(silence: Silence, draft: Draft) -> bool:
    return (
        silence.state != "expired"
        and set(silence.matchers) == set(draft.matchers)
        and abs(silence.ends - draft.ends) < 1
        and silence.created_by == draft.created_by
        and silence.comment == draft.comment
    )


def _pods_like(name: str) -> str:
    """Return the pattern of the pods of a pod's workload by the look of its name, empty when it has no such look."""
    for shape, ending in _POD_NAMES:
        if match := shape.fullmatch(name):
            return quoted(match["workload"]) + ending
    return ""


@contextmanager
def as_operation() -> Iterator[None]:
    """Turn Alertmanager's errors into those of operations."""
    try:
        yield
    except AlertmanagerError as error:
        if error.kind in _NO_ANSWER:
            raise Unreachable(str(error)) from None
        raise Refused(str(error)) from None


def described(alert: Alert) -> str:
    """Return an alert in a few words: its name and what it is about."""
    return named(dict(alert.labels))


def named(labels: Mapping[str, str]) -> str:
    """Return the alert with these labels in a few words."""
    about = subject_labels(labels)
    what = next((about[n] for n in ("pod", "deployment", "service", "node", "instance") if about.get(n)), "")
    place = "/".join(part for part in (about.get("namespace", ""), what) if part)
    return printable(f"{labels.get('alertname', 'an alert')} {place}".strip())


def clock_time(moment: float) -> str:
    """Return a moment as the user's wall clock shows it: `17:42`."""
    return f"{datetime.fromtimestamp(moment):%H:%M}"
