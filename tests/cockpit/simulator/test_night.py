import pytest

from cockpit.simulator.clock import seconds_of
from cockpit.simulator.controllers.conditions import find
from cockpit.simulator.controllers.pods import is_ready, restarts
from cockpit.simulator.kinds import CONFIG_MAPS, DEPLOYMENTS, EVENTS, GIT_APPLICATIONS, NODES, PODS, SECRETS, name_of
from cockpit.simulator.store import Object
from tests.cockpit.simulator.hand_world import HandWorld

PAYMENTS = ("payments", "payments-api")


def deployment(night: HandWorld) -> Object:
    return night.get(DEPLOYMENTS, *PAYMENTS)


def waiting_reasons(night: HandWorld) -> list[str]:
    return [
        one["state"]["waiting"]["reason"]
        for pod in night.pods(*PAYMENTS)
        for one in pod["status"].get("containerStatuses", ())
        if "waiting" in one["state"]
    ]


def error_ratio(night: HandWorld) -> float:
    return night.world.traffic(*PAYMENTS, night.hand.moment).error_ratio


def crash_looping(night: HandWorld) -> bool:
    return "CrashLoopBackOff" in waiting_reasons(night)


def test_all_is_well_until_the_release() -> None:
    night = HandWorld(story="night")
    night.run(39)
    assert deployment(night)["status"]["availableReplicas"] == 3
    assert error_ratio(night) < 0.002


def test_the_bad_release_stalls_with_one_pod_crashing() -> None:
    night = HandWorld(story="night")
    night.run_until(lambda: crash_looping(night), within=60)
    night.run(120)
    status = deployment(night)["status"]
    assert (status["availableReplicas"], status["updatedReplicas"], status["replicas"]) == (2, 1, 3)
    assert sum(is_ready(pod) for pod in night.pods(*PAYMENTS)) == 2
    cause = deployment(night)["metadata"]["annotations"]["kubernetes.io/change-cause"]
    assert cause.startswith("payments-api v1.8.2 (ben)")
    status = night.get(GIT_APPLICATIONS, "argocd", "payments")["status"]
    assert status["health"]["status"] == "Progressing"
    newest = status["history"][-1]
    assert (newest["id"], newest["source"]["targetRevision"], newest["initiatedBy"]) == (
        6,
        "v1.8.2",
        {"username": "ben"},
    )


def test_the_log_of_the_crashed_run_says_why() -> None:
    night = HandWorld(story="night")
    night.run_until(lambda: crash_looping(night), within=60)
    pod = next(one for one in night.pods(*PAYMENTS) if restarts(one))
    for previous in (True, False):
        lines = night.world.kubelet.log_lines("payments", pod["metadata"]["name"], "payments-api", previous=previous)
        assert lines[-1][1] == "FATAL config: PAYMENTS_DB_URL is not set"
        assert lines[-1][0] <= night.hand.moment


def test_errors_climb_to_four_percent_and_latency_with_them() -> None:
    night = HandWorld(story="night")
    night.run(300)
    seen = night.world.traffic(*PAYMENTS, night.hand.moment)
    assert 0.035 < seen.error_ratio < 0.05
    assert 0.7 < seen.p95_seconds < 1.0
    earlier = night.world.traffic(*PAYMENTS, night.built.opened + 10)
    assert earlier.error_ratio < 0.002


def test_with_no_one_acting_the_rollout_counts_as_stuck() -> None:
    night = HandWorld(story="night")
    night.run(40 + 180 + 30)
    progressing = find(deployment(night)["status"]["conditions"], "Progressing")
    assert progressing is not None
    assert (progressing["status"], progressing["reason"]) == ("False", "ProgressDeadlineExceeded")
    assert night.get(GIT_APPLICATIONS, "argocd", "payments")["status"]["health"]["status"] == "Degraded"


def test_rolling_back_ends_the_crash_loop_then_the_errors() -> None:
    night = HandWorld(story="night")
    night.run(200)
    night.undo(*PAYMENTS)
    night.run_until(lambda: not any(restarts(pod) for pod in night.pods(*PAYMENTS)), within=10)
    night.run_until(lambda: deployment(night)["status"].get("availableReplicas") == 3, within=30)
    night.run(240)
    assert error_ratio(night) < 0.002
    progressing = find(deployment(night)["status"]["conditions"], "Progressing")
    assert progressing is not None
    assert progressing["reason"] == "NewReplicaSetAvailable"
    revisions = [one["metadata"]["annotations"] for one in night.replica_sets(*PAYMENTS)]
    assert revisions[-1]["deployment.kubernetes.io/revision"] == "8"
    assert revisions[-1]["deployment.kubernetes.io/revision-history"] == "6"
    assert deployment(night)["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == "8"


def test_making_the_missing_setting_mends_it_too() -> None:
    night = HandWorld(story="night")
    night.run(120)

    def with_url(settings: Object) -> Object:
        return {**settings, "data": {**settings["data"], "PAYMENTS_DB_URL": "postgres://payments-db/payments"}}

    night.store.update(CONFIG_MAPS, "payments", "payments-settings", with_url)
    night.run_until(lambda: deployment(night)["status"].get("updatedReplicas") == 3, within=200)
    night.run_until(lambda: deployment(night)["status"].get("availableReplicas") == 3, within=30)


def test_an_ingress_controller_waits_for_room_and_gets_it() -> None:
    night = HandWorld(story="night")
    night.run(110)
    app = ("ingress-nginx", "ingress-nginx-controller")
    pending = [pod for pod in night.pods(*app) if pod["status"]["phase"] == "Pending"]
    assert len(pending) == 1
    scheduled = find(pending[0]["status"]["conditions"], "PodScheduled")
    assert scheduled is not None
    assert scheduled["reason"] == "Unschedulable"
    assert scheduled["message"].startswith(
        "0/12 nodes are available: 3 Insufficient cpu, 9 node(s) didn't match Pod's node affinity/selector."
    )
    waited = night.run_until(lambda: all(is_ready(pod) for pod in night.pods(*app)), within=300)
    assert waited > 60


def test_a_disk_fills_and_its_node_evicts() -> None:
    night = HandWorld(story="night")

    def pressed() -> bool:
        found = find(night.get(NODES, "", "node-7")["status"]["conditions"], "DiskPressure")
        return found is not None and found["status"] == "True"

    after = night.run_until(pressed, within=400)
    assert after > 150
    assert night.world.disk_used_ratio("node-7", night.hand.moment) >= 0.9
    night.run(1)
    assert "node.kubernetes.io/disk-pressure" in [
        taint["key"] for taint in night.get(NODES, "", "node-7")["spec"]["taints"]
    ]
    night.run(200)
    evicted = [pod.object for pod in night.store.list(PODS) if pod.object["status"].get("reason") == "Evicted"]
    assert evicted
    assert all(pod["status"]["phase"] == "Failed" and pod["spec"]["nodeName"] == "node-7" for pod in evicted)


def test_draining_the_full_node_frees_its_disk() -> None:
    night = HandWorld(story="night")
    night.run(400)
    night.change_spec(NODES, "", "node-7", unschedulable=True)
    for pod in night.built.context.pods.on_node("node-7"):
        if pod["metadata"]["ownerReferences"][0]["kind"] != "DaemonSet":
            night.delete(PODS, *name_of(pod))
    night.run(180)
    assert night.world.disk_used_ratio("node-7", night.hand.moment) < 0.7
    node = night.get(NODES, "", "node-7")
    pressure = find(node["status"]["conditions"], "DiskPressure")
    assert pressure is not None
    assert pressure["status"] == "False"
    assert [taint["key"] for taint in node["spec"]["taints"]] == ["node.kubernetes.io/unschedulable"]


def test_the_shop_certificate_has_six_days_left_until_it_is_issued_anew() -> None:
    night = HandWorld(story="night")
    left = {name: not_after - night.hand.moment for _, name, not_after in night.world.certificates()}
    assert 6 * 86400 < left["shop-example"] < 7 * 86400
    night.store.remove(SECRETS, "storefront", "shop-example-tls")
    night.run(30)
    left = {name: not_after - night.hand.moment for _, name, not_after in night.world.certificates()}
    assert left["shop-example"] > 80 * 86400


@pytest.mark.parametrize("speed", [4.0, 20.0])
def test_a_hurried_night_does_the_same_sooner(speed: float) -> None:
    night = HandWorld(story="night", speed=speed)
    night.run(300 / speed)
    assert crash_looping(night) or any(restarts(pod) for pod in night.pods(*PAYMENTS))
    assert 0.03 < error_ratio(night) < 0.05
    for stored in night.store.list(EVENTS):
        moment = stored.object["lastTimestamp"] or stored.object["eventTime"]
        assert seconds_of(moment) <= night.hand.moment


def test_the_same_seed_tells_the_same_night() -> None:
    def told() -> list[tuple[object, ...]]:
        night = HandWorld(story="night", seed=5)
        night.run(300)
        return [
            (event.object["involvedObject"]["name"], event.object["reason"], event.object["message"])
            for event in night.store.list(EVENTS)
        ]

    assert told() == told()
