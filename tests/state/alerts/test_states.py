"""Every state an alert can be in, read from answers as Alertmanager 0.34 and Prometheus 3 give them."""

from typing import Any, cast

import msgspec
import pytest

from state.alerts.alert_filter import read_filter
from state.alerts.asking import ask
from state.alerts.client import Alertmanager
from state.alerts.errors import AlertmanagerError
from state.alerts.listing import VIEWS, in_view
from state.alerts.merge import merge
from state.alerts.model import Alert, AlertState
from state.alerts.order import severity_of
from state.alerts.reading import alert_of_prometheus
from state.alerts.wire import WireAlert, WireServer
from state.metrics.wire import WireAlert as PrometheusAlert
from tests.state.alerts.examples import NOW
from tests.state.alerts.test_join import ACK, MUTE

TIMES = {
    "startsAt": "2027-01-15T07:00:00.000Z",
    "endsAt": "2027-01-15T08:04:00.000Z",
    "updatedAt": "2027-01-15T08:00:00Z",
}
ROUTES = "route:\n  routes:\n  - mute_time_intervals: [weekend]\n"


def told(name: str, state: str = "active", **status: list[str]) -> dict[str, Any]:
    """One element of `GET /alerts`, whole."""
    by = {"inhibitedBy": [], "mutedBy": [], "silencedBy": [], **status}
    return {
        "annotations": {},
        **TIMES,
        "fingerprint": name,
        "receivers": [{"name": "team"}],
        "status": {**by, "state": state},
        "generatorURL": "http://prometheus/graph",
        "labels": {"alertname": name, "severity": "warning"},
    }


class Member:
    """A member that gives these answers."""

    def __init__(self, *alerts: dict[str, Any], config: str = ROUTES, muted: dict[str, tuple[str, ...]] | None = None):
        self._alerts, self._config, self._muted = alerts, config, muted
        self.asked_for_groups = 0

    def alerts(self) -> tuple[WireAlert, ...]:
        return msgspec.convert(self._alerts, tuple[WireAlert, ...])

    def status(self) -> WireServer:
        return msgspec.convert({"uptime": TIMES["startsAt"], "config": {"original": self._config}}, WireServer)

    def muted(self) -> dict[str, tuple[str, ...]]:
        self.asked_for_groups += 1
        if self._muted is None:
            raise AlertmanagerError("server", "it answers 500")
        return self._muted

    def silences(self) -> tuple[Any, ...]:
        return ACK, MUTE

    ahead = 0.0

    def now(self) -> float:
        return NOW


def read(member: Member) -> dict[str, Alert]:
    said = ask(cast("Alertmanager", member), severity_of)
    return {alert.name: alert for alert in said.alerts}


def test_each_state_is_read_from_what_a_real_alertmanager_says() -> None:
    found = read(
        Member(
            told("Active"),
            told("Acked", "suppressed", silencedBy=["s1"]),
            told("Silenced", "suppressed", silencedBy=["s2"]),
            told("Inhibited", "suppressed", inhibitedBy=["Active"]),
            # The list of alerts calls it active: only its groups tell.
            told("Muted"),
            told("Unprocessed", "unprocessed"),
            muted={"Muted": ("weekend",)},
        )
    )
    assert {name: alert.state.value for name, alert in found.items()} == {name: name.lower() for name in found}
    assert (found["Acked"].ack, found["Silenced"].silences) == (ACK, (MUTE,))
    assert (found["Inhibited"].inhibited_by, found["Muted"].muted_by) == (("Active",), ("weekend",))


def test_what_is_pending_comes_from_prometheus() -> None:
    wire = PrometheusAlert(labels={"alertname": "A"}, state="pending", active_at=TIMES["startsAt"], value="1e+00")
    assert alert_of_prometheus(wire).state is AlertState.PENDING


def test_groups_are_asked_for_only_where_a_route_has_time_intervals() -> None:
    calm = Member(told("Active"), config="route:\n  receiver: team\ntime_intervals: []\n", muted={"Active": ("x",)})
    assert read(calm)["Active"].state is AlertState.ACTIVE
    assert calm.asked_for_groups == 0


def test_groups_that_are_not_told_are_said() -> None:
    said = ask(cast("Alertmanager", Member(told("Active"))), severity_of)
    assert said.notes == ("what time intervals mute is not known: it answers 500",)


def test_a_silence_says_more_than_an_inhibition_or_an_interval() -> None:
    member = Member(
        told("A", "suppressed", silencedBy=["s2"], inhibitedBy=["x"]), muted={"A": ("weekend",), "gone": ("weekend",)}
    )
    assert read(member)["A"].state is AlertState.SILENCED


@pytest.mark.parametrize("view", VIEWS[1:-1])
def test_each_state_is_a_view_of_its_own_and_a_word_of_the_filter(view: str) -> None:
    found = [*read(Member(told("Active"), told("Acked", "suppressed", silencedBy=["s1"]), muted={})).values()]
    assert all(alert.state.value == view for alert in in_view(found, view))
    assert list(read_filter(view).kept(found)) == [alert for alert in found if alert.state.value == view]


def test_members_that_differ_are_united() -> None:
    processed = read(Member(told("A"), muted={}))["A"]
    unprocessed = read(Member(told("A", "unprocessed"), muted={}))["A"]
    (one,) = merge([[unprocessed], [processed]])
    assert one.state is AlertState.ACTIVE
