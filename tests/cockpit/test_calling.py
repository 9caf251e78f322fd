"""What is written to the terminal to call somebody."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from cockpit.calling import Calling, call
from state.alerts.model import Alert, AlertPicture, AlertState, Severity
from state.alerts.settings import Alerts
from state.clock import Clock
from state.freshness import Freshness, Health

DOWN = Alert("a", "Down", Severity.CRITICAL, AlertState.ACTIVE, (("namespace", "pay"),), (), 0.0)
ODD = replace(DOWN, annotations=(("summary", "a;b\x1b\\ \x07 c"),))


def test_the_bell_and_each_sequence_are_written_once() -> None:
    assert call([DOWN, ODD], "prod", Alerts(bell=True), {}) == "\x07"
    assert call([DOWN], "prod", Alerts(notify="osc9"), {}) == "\x1b]9;cockpit prod: Down pay\x07"
    assert call([DOWN], "p;d", Alerts(bell=True, notify="osc777"), {}) == (
        "\x1b]777;notify;cockpit p,d;Down pay\x07\x07"
    )


def test_text_from_outside_ends_no_sequence_and_no_field() -> None:
    for notify in ("osc9", "osc777"):
        written = call([ODD], "prod", Alerts(notify=notify), {})  # type: ignore[arg-type]
        assert written.count("\x1b") == written.count("\x07") == 1
    assert call([ODD], "prod", Alerts(notify="osc777"), {}).count(";") == 3


def test_it_is_wrapped_for_what_lies_between() -> None:
    inside = call([DOWN], "prod", Alerts(bell=True, notify="osc9"), {"TMUX": "/tmp/tmux,1,0"})
    assert inside == "\x1bPtmux;\x1b\x1b]9;cockpit prod: Down pay\x07\x1b\\\x07"
    assert (
        call([DOWN], "prod", Alerts(notify="osc9"), {"STY": "1.pts"}) == "\x1bP\x1b]9;cockpit prod: Down pay\x07\x1b\\"
    )


def session(settings: Alerts, name: str = "prod") -> Any:
    alerts = SimpleNamespace(revision=0, picture=AlertPicture(), alertmanager=Freshness(Health.LIVE, 0.0))
    context = SimpleNamespace(name=name, settings=SimpleNamespace(alerts=settings))
    return SimpleNamespace(
        alerts=alerts, platform=SimpleNamespace(context=context), clock=Clock(lambda: 0.0, lambda: 100.0)
    )


def test_it_is_quiet_unless_asked_for() -> None:
    written: list[str] = []
    for settings in (Alerts(), Alerts(bell=True)):
        calling, one = Calling({}), session(settings)
        calling.look(one, written.append)
        one.alerts.picture, one.alerts.revision = AlertPicture((DOWN,)), 1
        for _ in range(3):
            calling.look(one, written.append)
    assert written == ["\x07"]


def test_another_context_s_alerts_are_nothing_new_and_before_an_answer_nothing_is() -> None:
    written: list[str] = []
    calling = Calling({})
    calling.look(session(Alerts(bell=True)), written.append)
    there = session(Alerts(bell=True), "staging")
    there.alerts.picture = AlertPicture((DOWN,))
    calling.look(there, written.append)
    there.alerts.picture, there.alerts.revision = AlertPicture((DOWN, replace(DOWN, fingerprint="b", name="B"))), 1
    there.alerts.alertmanager = Freshness(Health.CONNECTING, 0.0)
    calling.look(there, written.append)
    assert written == []
    there.alerts.alertmanager = Freshness(Health.STALE, 0.0)
    calling.look(there, written.append)
    assert written == ["\x07"], "of two clusters one is dead, the other tells of it"
