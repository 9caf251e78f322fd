from collections.abc import Callable

import pytest

from cockpit.simulator.alerting import ActiveAlert
from cockpit.simulator.templates import Template, humanize, humanize_duration, humanize_percentage
from tests.cockpit.simulator.monitoring.small_world import OPENED, World

Act = Callable[[World], None]


def alerts(world: World, name: str) -> list[ActiveAlert]:
    return [alert for state in world.monitoring.alerting.every() if state.rule.name == name for alert in state.listed()]


@pytest.mark.parametrize("speed", [1.0, 10.0])
def test_a_bad_release_burns_and_a_rollback_ends_it(
    make_world: Callable[[float], World], release: Act, roll_back: Act, speed: float
) -> None:
    world = make_world(speed)
    world.run(60 / speed)
    assert world.states() == {"Watchdog": "firing"}
    release(world)
    world.run(20 / speed)
    assert world.states()["KubePodCrashLooping"] == "pending"
    assert "ErrorBudgetBurn" not in world.states()
    world.run(60 / speed)
    assert world.states()["KubePodCrashLooping"] == "firing"
    world.run(240 / speed)
    assert world.states() == {
        "ErrorBudgetBurn": "firing",
        "KubeDeploymentReplicasMismatch": "firing",
        "KubePodCrashLooping": "firing",
        "TargetDown": "firing",
        "Watchdog": "firing",
    }
    roll_back(world)
    world.run(70 / speed)
    assert "KubePodCrashLooping" not in world.states()
    world.run(240 / speed)
    assert world.states() == {"Watchdog": "firing"}
    firing = {alert.labels["alertname"] for alert in world.monitoring.alertmanager.firing()}
    assert firing == {"Watchdog"}


def test_alerts_carry_the_mixins_labels_and_say_that_they_are_hurried(world: World, release: Act) -> None:
    world.run(5)
    release(world)
    world.run(400)
    (crash,) = alerts(world, "KubePodCrashLooping")
    assert crash.labels.keys() == {
        "alertname", "container", "instance", "job", "namespace", "pod", "reason", "severity", "uid",
    }  # fmt: skip
    assert crash.annotations["hurried"] == "for 30s over 1m here, usually for 15m over 5m"
    assert crash.annotations["description"].startswith("Pod pay/api-1 (api) is in waiting state")
    (mismatch,) = alerts(world, "KubeDeploymentReplicasMismatch")
    assert (mismatch.labels["namespace"], mismatch.labels["deployment"]) == ("pay", "api")
    fast, slow = alerts(world, "ErrorBudgetBurn")
    assert fast.labels == {
        "alertname": "ErrorBudgetBurn",
        "long": "5m",
        "namespace": "pay",
        "service": "api",
        "severity": "critical",
        "short": "1m",
    }
    assert slow.labels["severity"] == "warning"
    assert fast.value > 14.4
    assert f"{fast.value:.1f} times as fast" in fast.annotations["description"]
    for state in world.monitoring.alerting.every():
        assert {"summary", "description", "runbook_url"} <= state.rule.annotations.keys()
        assert state.error == ""


def test_the_critical_burn_inhibits_the_warning_one(world: World, release: Act) -> None:
    world.run(5)
    release(world)
    world.run(400)
    held = world.monitoring.alertmanager
    status = {(one.labels["alertname"], one.labels["severity"]): held.status(one) for one in held.firing()}
    by_fingerprint = {one.fingerprint: one.labels for one in held.firing()}
    (inhibitor,) = status["ErrorBudgetBurn", "warning"].inhibited_by
    assert by_fingerprint[inhibitor]["severity"] == "critical"
    assert status["ErrorBudgetBurn", "critical"].state == "active"
    assert status["TargetDown", "warning"].state == "suppressed"


def test_alerts_are_series(world: World, release: Act) -> None:
    world.run(5)
    release(world)
    world.run(20)
    text = 'ALERTS{alertname="KubePodCrashLooping"}'
    assert [one["metric"]["alertstate"] for one in world.ask(text)] == ["pending"]
    (crash,) = alerts(world, "KubePodCrashLooping")
    assert world.value('ALERTS_FOR_STATE{alertname="KubePodCrashLooping"}') == crash.active_at // 1000
    world.run(60)
    assert [one["metric"]["alertstate"] for one in world.ask(text)] == ["firing"]
    assert world.value('count_over_time(ALERTS{alertname="KubePodCrashLooping",alertstate="pending"}[5m])') == 6


def test_an_expiring_certificate_is_active_since_before_the_opening_and_acknowledged(world: World) -> None:
    world.platform.expiries = [
        ("shop", "shop-example", OPENED + 6 * 86400),
        ("pay", "pay-example", OPENED + 90 * 86400),
        ("pay", "old-example", OPENED + 3 * 86400),
    ]
    world.run(5)
    for alert in alerts(world, "CertificateExpiry"):
        assert alert.state == "firing"
        assert alert.active_at < OPENED * 1000
    assert world.value('ALERTS{name="shop-example",alertstate="firing"}', OPENED - 3600) == 1
    held = world.monitoring.alertmanager
    states = {one.labels["name"]: held.status(one).state for one in held.firing() if "name" in one.labels}
    assert states == {"shop-example": "suppressed", "old-example": "active"}
    (silence,) = held.silences.all()
    assert (silence.created_by, silence.comment) == ("ana", "ACK! ordered the new certificate")
    assert silence.starts < OPENED * 1000 <= held.now() < silence.ends


def test_a_filling_disk_names_its_node(world: World) -> None:
    world.run(5)
    filling = world.time
    world.platform.disk = lambda when: min(0.93, 0.5 + max(0.0, when - filling) / 300)
    world.run(300)
    (alert,) = alerts(world, "NodeDiskFillingUp")
    assert (alert.state, alert.labels["node"], alert.labels["mountpoint"]) == ("firing", "node-1", "/")
    assert "93% full" in alert.annotations["description"]


def test_alertmanager_hears_again_of_what_still_fires(world: World) -> None:
    world.run(5)
    (watchdog,) = world.monitoring.alertmanager.firing()
    assert watchdog.ends - watchdog.updated == 240_000
    world.run(120)
    (later,) = world.monitoring.alertmanager.firing()
    assert later.starts == watchdog.starts
    assert later.updated > watchdog.updated


def test_texts_are_expanded_as_go_does_it() -> None:
    text = Template('{{ $labels.pod }}{{$labels.none}} {{ $value }} {{ $value | humanize }} {{ printf "%.1f" $value }}')
    assert text.expand({"pod": "a"}, 1234.5) == "a 1234.5 1.234k 1234.5"
    assert [humanize(value) for value in (0.0, 0.012, 999.0, 1e6, -2048.0)] == ["0", "12m", "999", "1M", "-2.048k"]
    assert humanize_percentage(0.9247) == "92.47%"
    assert [humanize_duration(value) for value in (0.5, 59.0, 5000.0, 90061.0)] == [
        "500ms",
        "59s",
        "1h 23m 20s",
        "1d 1h 1m 1s",
    ]
    with pytest.raises(ValueError, match="cannot have"):
        Template("{{ query `up` }}")
