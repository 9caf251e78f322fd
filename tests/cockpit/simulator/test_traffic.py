import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.simulator.kinds import NODES, PODS, SERVICES, name_of, new_object
from cockpit.simulator.noise import wander
from cockpit.simulator.traffic import Settling, daylight
from tests.cockpit.simulator.hand_world import NIGHTFALL, HandWorld

DAY = 86400.0


@pytest.fixture(scope="module")
def calm() -> HandWorld:
    return HandWorld()


@given(st.floats(-1e6, 1e6), st.lists(st.tuples(st.floats(0.1, 100), st.floats(0, 1)), max_size=5))
def test_the_past_of_a_settling_value_does_not_change(start: float, bends: list[tuple[float, float]]) -> None:
    value, moment = Settling(0.0, 10.0), start
    for pause, target in bends:
        before = [value.at(start + step) for step in range(3)]
        moment += pause
        asked = [start + step for step in range(3)]
        value.aim(moment, target)
        assert [value.at(one) for one, _ in zip(asked, before, strict=True) if one < moment] == [
            old for one, old in zip(asked, before, strict=True) if one < moment
        ]
    assert 0 <= value.at(moment + 1000) <= 1


@given(st.integers(0, 2**64 - 1), st.floats(0, 2e9))
def test_noise_stays_in_bounds_and_is_smooth(source: int, moment: float) -> None:
    here, there = wander(source, moment, 60.0), wander(source, moment + 0.06, 60.0)
    assert 0 <= here < 1
    assert abs(here - there) < 0.01


def test_the_afternoon_is_busier_than_the_night() -> None:
    hours = [daylight(hour * 3600.0) for hour in range(24)]
    assert max(hours) == hours[15]
    assert min(hours) == hours[3]
    assert 0.29 < min(hours) < max(hours) <= 1.0


def test_the_apps_answer_and_services_that_nobody_scrapes_do_not(calm: HandWorld) -> None:
    services = calm.world.services()
    assert ("payments", "payments-api") in services
    assert ("payments", "payments-db") not in services
    for namespace, service in services:
        for ago in (0.0, 3600.0, 5 * DAY):
            seen = calm.world.traffic(namespace, service, NIGHTFALL - ago)
            assert seen.rate > 0
            assert seen.error_ratio < 0.003
            assert 0 < seen.median_seconds < seen.p95_seconds < 0.5
    assert calm.world.traffic("payments", "payments-db", NIGHTFALL).rate == 0


def test_any_past_moment_has_one_answer(calm: HandWorld) -> None:
    moments = [NIGHTFALL - 1000.0 * step for step in range(20)]

    def asked() -> list[object]:
        pod = calm.pods("payments", "payments-api")[0]["metadata"]["name"]
        return [
            (
                calm.world.traffic("payments", "payments-api", moment),
                calm.world.node_usage_at("node-3", moment),
                calm.world.container_usage("payments", pod, "payments-api", moment),
                calm.world.disk_used_ratio("node-3", moment),
            )
            for moment in moments
        ]

    assert asked() == asked()
    assert len({str(answer) for answer in asked()}) == len(moments)


def test_a_container_used_nothing_before_it_ran(calm: HandWorld) -> None:
    pod = calm.pods("payments", "payments-api")[0]["metadata"]["name"]
    assert calm.world.container_usage("payments", pod, "payments-api", NIGHTFALL - 70 * DAY).cpu == 0
    assert calm.world.container_usage("payments", "nobody", "payments-api", NIGHTFALL).cpu == 0


def test_a_node_remembers_what_it_used_before_its_pods_left() -> None:
    world = HandWorld()
    world.run(20)
    before = world.hand.moment
    used = world.world.node_usage_at("node-3", before)
    world.change_spec(NODES, "", "node-3", unschedulable=True)
    for pod in world.built.context.pods.on_node("node-3"):
        world.delete(PODS, *name_of(pod))
    world.run(60)
    assert world.world.node_usage_at("node-3", before) == used
    assert world.world.node_usage_at("node-3", world.hand.moment).memory < 0.8 * used.memory


def test_a_service_that_becomes_scraped_answers() -> None:
    world = HandWorld()
    scraped = {"prometheus.io/scrape": "true"}
    selector = {"app.kubernetes.io/name": "demo-app"}
    world.store.create(
        SERVICES, new_object(SERVICES, "extra", "docs", annotations=scraped, spec={"selector": selector, "ports": []})
    )
    world.run(1)
    assert ("docs", "extra") in world.world.services()
    assert world.world.traffic("docs", "extra", world.hand.moment + 600).error_ratio < 0.01
