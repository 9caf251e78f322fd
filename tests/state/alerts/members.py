"""An Alertmanager in memory, for what is written to one."""

from dataclasses import replace
from typing import cast

from state.alerts.client import Alertmanager, Draft
from state.alerts.errors import AlertmanagerError
from state.alerts.fingerprint import fingerprint
from state.alerts.matching import matches
from state.alerts.model import Matcher, Silence
from state.alerts.source import Alertmanagers
from state.alerts.wire import WireAlert, WireStatus

NOW = 1_800_000_000.0


class Member:
    """An Alertmanager: silences hold at once.

    `down` is the error that it answers with; `lost` says whether a POST is lost before it arrives, or its answer after.
    """

    def __init__(self, *alerts: dict[str, str]) -> None:
        self.labels = list(alerts)
        self.kept: dict[str, Silence] = {}
        self.down = ""
        self.forbidden = ""
        self.lost = ""
        self.posted: list[Draft] = []
        self.time = NOW

    def __str__(self) -> str:
        return "http://am"

    def why_not_write(self) -> str:
        self._answer()
        return self.forbidden

    def now(self) -> float:
        return self.time

    def alerts(self, matchers: tuple[Matcher, ...] = ()) -> tuple[WireAlert, ...]:
        self._answer()
        found = []
        for labels in self.labels:
            if all(matches(matcher, labels) for matcher in matchers):
                by = [s.id for s in self.kept.values() if s.state == "active" and _holds(s, labels)]
                status = WireStatus("suppressed" if by else "active", by)
                found.append(WireAlert(labels=labels, fingerprint=fingerprint(labels.items()), status=status))
        return tuple(found)

    def silences(self) -> tuple[Silence, ...]:
        self._answer()
        return tuple(self.kept.values())

    def silence(self, id_: str) -> Silence:
        self._answer()
        if id_ not in self.kept:
            raise AlertmanagerError("not_found", "no such silence")
        return self.kept[id_]

    def post(self, draft: Draft) -> str:
        self._answer()
        if self.lost == "before":
            raise AlertmanagerError("timeout", "no answer")
        self.posted.append(draft)
        id_ = draft.id or f"s{len(self.posted)}"
        self.kept[id_] = Silence(
            id_, "active", draft.matchers, draft.starts, draft.ends, draft.created_by, draft.comment
        )
        if self.lost == "after":
            raise AlertmanagerError("timeout", "no answer")
        return id_

    def expire(self, id_: str) -> None:
        if self.lost == "before":
            raise AlertmanagerError("timeout", "no answer")
        self.kept[id_] = replace(self.kept[id_], state="expired")
        if self.lost == "after":
            raise AlertmanagerError("timeout", "no answer")

    def _answer(self) -> None:
        if self.down:
            raise AlertmanagerError(self.down, f"it is {self.down}")


def _holds(silence: Silence, labels: dict[str, str]) -> bool:
    return all(matches(matcher, labels) for matcher in silence.matchers)


def cluster(*members: Member) -> Alertmanagers:
    return Alertmanagers([cast("Alertmanager", member) for member in members])
