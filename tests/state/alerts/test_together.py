from collections.abc import Mapping
from dataclasses import replace

from state.alerts.fingerprint import fingerprint
from state.alerts.join import SILENT_AFTER
from state.alerts.model import Alert, AlertState, Severity, Silence
from state.alerts.origin import Origin
from state.alerts.reading import FromAlertmanager, FromPrometheus, Rule
from state.alerts.together import join_all
from state.belonging import Belonging

NOW = 1_800_000_000.0
ACK = Silence("s1", "active", (), NOW - 60, NOW + 840, "ana", "ACK! on it")


def alert(name: str = "A", /, **labels: str) -> Alert:
    given = {"alertname": name, **labels}
    return Alert(
        fingerprint(given.items()),
        name,
        Severity.WARNING,
        AlertState.ACTIVE,
        tuple(sorted(given.items())),
        (),
        NOW - 300,
        updated=NOW,
        generator_url="http://prom/graph",
    )


def pending(name: str = "A", value: float = 1.0, /, **labels: str) -> Alert:
    return replace(alert(name, **labels), updated=None, value=value, state=AlertState.PENDING)


def heard(origin: Origin, *alerts: Alert, at: float = NOW) -> FromAlertmanager:
    return FromAlertmanager(at, tuple(map(origin.alert, alerts)), name=origin.name)


EU, US = Origin("eu"), Origin("us", apart=True)


def test_alerts_of_several_clusters_stand_together_and_say_which_is_theirs() -> None:
    picture = join_all([heard(EU, alert()), heard(US, alert(), alert("B"))], [])
    assert [(one.name, one.source) for one in picture.alerts] == [("A", "eu"), ("A", "us"), ("B", "us")]
    assert len({one.fingerprint for one in picture.alerts}) == 3
    assert len({one.bare_fingerprint for one in picture.alerts}) == 2


def test_an_alert_alone_keeps_its_bare_fingerprint_when_another_cluster_is_added() -> None:
    assert EU.alert(alert()).fingerprint == alert().fingerprint == Origin().alert(alert()).fingerprint


def test_what_inhibits_is_looked_for_in_the_same_cluster() -> None:
    source = alert("Source")
    held = replace(alert("Held"), state=AlertState.INHIBITED, inhibited_by=(source.fingerprint,))
    shown = {one.name: one for one in join_all([heard(EU), heard(US, source, held)], []).alerts}
    assert shown["Held"].inhibited_by == (shown["Source"].fingerprint,)


def test_a_silence_says_which_cluster_has_it() -> None:
    covered = replace(alert(), silences=(ACK,), state=AlertState.ACKED)
    (shown,) = map(US.alert, [covered])
    assert shown.ack is not None
    assert (shown.ack.source, US.silence(ACK).source, Origin().silence(ACK).source) == ("us", "us", "")


def test_one_silent_sender_is_not_hidden_by_another_that_sends() -> None:
    old = replace(alert(), updated=NOW - SILENT_AFTER - 50)
    assert join_all([heard(EU, alert()), heard(US, old)], []).sender_silent == SILENT_AFTER + 50


def test_nothing_is_called_lost_while_a_cluster_has_not_answered() -> None:
    fires = replace(alert(), since=NOW - 3600, updated=None)
    told = FromPrometheus(NOW, (fires,))
    assert join_all([heard(EU), None], [told]).notes == ()
    assert "unknown to Alertmanager" in join_all([heard(EU), heard(US)], [told]).notes[0]


def test_notes_name_the_server_where_there_are_several() -> None:
    said = [replace(heard(EU), notes=("a is not reached",)), replace(heard(US), notes=("b is slow",))]
    told = [FromPrometheus(NOW, notes=("rules: no",), name="p")]
    assert join_all(said, told).notes == ("eu: a is not reached", "us: b is slow", "rules: no")


def test_an_alert_has_the_rule_and_the_value_of_the_prometheus_that_sent_it() -> None:
    def told(name: str, cluster: str, value: float) -> FromPrometheus:
        origin = Origin(name)
        own = replace(pending("A", value, pod="p"), state=AlertState.ACTIVE)
        rule = Rule("A", (), f"{name} > 1", 60.0, name)
        return FromPrometheus(NOW, (origin.told(own, (("cluster", cluster),)),), (rule,), True, name=name)

    known = heard(Origin(), alert(pod="p", cluster="eu"), alert(pod="p", cluster="us"))
    picture = join_all([known], [told("one", "eu", 1.0), told("two", "us", 2.0)])
    said = {one.label("cluster"): (one.prometheus, one.expression, one.value) for one in picture.alerts}
    assert said == {"eu": ("one", "one > 1", 1.0), "us": ("two", "two > 1", 2.0)}


def test_without_external_labels_a_common_name_says_which_prometheus_is_meant() -> None:
    def told(name: str, value: float) -> FromPrometheus:
        own = Origin(name, apart=name == "us").told(replace(pending("A", value, pod="p"), state=AlertState.ACTIVE), ())
        return FromPrometheus(NOW, (own,), (Rule("A", (), f"{name} > 1", 60.0, name),), True, name=name)

    picture = join_all([heard(EU, alert(pod="p")), heard(US, alert(pod="p"))], [told("eu", 1.0), told("us", 2.0)])
    said = {one.source: (one.prometheus, one.expression, one.value) for one in picture.alerts}
    assert said == {"eu": ("eu", "eu > 1", 1.0), "us": ("us", "us > 1", 2.0)}
    third = heard(Origin("third", apart=True), alert(pod="q"))
    alerts = join_all([third], [told("eu", 1.0), told("us", 2.0)]).alerts
    assert [one.prometheus for one in alerts if one.source == "third"] == [""]


def test_replicas_of_one_prometheus_tell_of_an_alert_once() -> None:
    one = Origin("a").told(pending(), (("cluster", "eu"), ("replica", "0")))
    two = Origin("b", apart=True).told(pending(), (("cluster", "eu"), ("replica", "1")))
    picture = join_all([], [FromPrometheus(NOW, (each,)) for each in (one, two)])
    assert [each.prometheus for each in picture.alerts] == ["a"]


def test_a_prometheus_whose_external_labels_are_unknown_is_taken_for_another() -> None:
    one, two = Origin("a").told(pending(), ()), Origin("b", apart=True).told(pending(), ())
    picture = join_all([], [FromPrometheus(NOW, (each,)) for each in (one, two)])
    assert sorted(each.prometheus for each in picture.alerts) == ["a", "b"]


def test_rules_run_only_when_they_run_everywhere() -> None:
    def evaluating(*said: bool | None) -> bool | None:
        return join_all([], [FromPrometheus(NOW, evaluating=one) for one in said]).rules_evaluating

    assert (evaluating(True, True), evaluating(True, None), evaluating(None, False)) == (True, None, False)
    assert join_all([], []).rules_evaluating is None


MAPS: Mapping[str, Mapping[str, str]] = {"prod-eu": {"cluster": "eu"}, "prod-us": {"cluster": "us"}}


def test_an_alert_of_another_context_says_so_and_keeps_what_it_is() -> None:
    origin = Origin(own=False, belonging=Belonging("prod-eu", MAPS, alone=False))
    here, there = origin.alert(alert(cluster="eu")), origin.alert(alert(cluster="us"))
    assert (here.elsewhere, there.elsewhere) == ("", "it is about the context prod-us")
    assert replace(there, elsewhere="") == alert(cluster="us")


def test_external_labels_tie_what_prometheus_tells_to_a_context() -> None:
    origin = Origin(own=False, belonging=Belonging("prod-eu", MAPS, alone=False))
    assert origin.told(pending(), (("cluster", "eu"),)).elsewhere == ""
    assert origin.told(pending(), ()).elsewhere.startswith("its labels name no context")
    assert origin.told(pending(cluster="us"), (("cluster", "eu"),)).label("cluster") == "us"
