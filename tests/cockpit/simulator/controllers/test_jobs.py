from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.simulator.controllers.conditions import find
from cockpit.simulator.controllers.cron_schedule import parse_schedule
from cockpit.simulator.controllers.job import finished_condition
from cockpit.simulator.kinds import CRON_JOBS, JOBS, PODS, new_object
from cockpit.simulator.store import Object
from tests.cockpit.simulator.hand_world import HandWorld


def job(command: str, **spec: object) -> Object:
    container = {"name": "task", "image": "busybox", "command": ["sh", "-c", command]}
    template = {"spec": {"containers": [container], "restartPolicy": "Never"}}
    return new_object(JOBS, "task", "payments", spec={"template": template, **spec})


def test_a_job_runs_to_its_end() -> None:
    world = HandWorld()
    world.store.create(JOBS, job("sleep 5"))
    world.run(4)
    assert world.get(JOBS, "payments", "task")["status"]["active"] == 1
    world.run(10)
    status = world.get(JOBS, "payments", "task")["status"]
    assert status["succeeded"] == 1
    assert "completionTime" in status
    assert finished_condition(world.get(JOBS, "payments", "task")) is not None


def test_completions_run_side_by_side() -> None:
    world = HandWorld()
    world.store.create(JOBS, job("sleep 3", completions=4, parallelism=2))
    world.run(2)
    assert world.get(JOBS, "payments", "task")["status"]["active"] == 2
    world.run(30)
    assert world.get(JOBS, "payments", "task")["status"]["succeeded"] == 4


def test_a_job_that_fails_too_often_has_failed() -> None:
    world = HandWorld()
    world.store.create(JOBS, job("exit 3", backoffLimit=1))
    world.run(60)
    finished = world.get(JOBS, "payments", "task")
    condition = find(finished["status"]["conditions"], "Failed")
    assert condition is not None
    assert condition["reason"] == "BackoffLimitExceeded"
    assert finished["status"]["failed"] == 2


def test_a_job_goes_when_its_time_to_live_is_over() -> None:
    world = HandWorld()
    world.store.create(JOBS, job("true", ttlSecondsAfterFinished=20))
    world.run(15)
    assert world.store.get(JOBS, "payments", "task") is not None
    world.run(30)
    assert world.store.get(JOBS, "payments", "task") is None
    assert not [pod for pod in world.store.list(PODS, "payments") if pod.object["metadata"]["name"].startswith("task-")]


def test_a_cron_job_starts_jobs_on_time_and_keeps_the_last_three() -> None:
    world = HandWorld()
    world.run(3600 + 30)
    cron_job = world.get(CRON_JOBS, "payments", "payments-reconcile")
    kept = [one.object for one in world.store.list(JOBS, "payments")]
    assert len(kept) == 3
    assert all(finished_condition(one) is not None for one in kept)
    assert cron_job["status"]["lastScheduleTime"].endswith(("00:00Z", "15:00Z", "30:00Z", "45:00Z"))
    assert "active" not in cron_job["status"]


def test_a_suspended_cron_job_starts_nothing() -> None:
    world = HandWorld()
    world.change_spec(CRON_JOBS, "payments", "payments-reconcile", suspend=True)
    before = {one.object["metadata"]["name"] for one in world.store.list(JOBS, "payments")}
    world.run(3600)
    assert {one.object["metadata"]["name"] for one in world.store.list(JOBS, "payments")} == before


@pytest.mark.parametrize(
    ("schedule", "after", "expected"),
    [
        ("*/15 * * * *", "2026-11-24T03:10:00", "2026-11-24T03:15:00"),
        ("0 */6 * * *", "2026-11-24T18:00:00", "2026-11-25T00:00:00"),
        ("20 2 * * 0", "2026-11-24T03:10:00", "2026-11-29T02:20:00"),
        ("0 0 29 2 *", "2026-11-24T03:10:00", "2028-02-29T00:00:00"),
        ("0 12 1 * 1", "2026-11-24T03:10:00", "2026-11-30T12:00:00"),
        ("@daily", "2026-11-24T03:10:00", "2026-11-25T00:00:00"),
    ],
)
def test_the_next_moment_of_a_schedule(schedule: str, after: str, expected: str) -> None:
    def moment(text: str) -> float:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()

    assert parse_schedule(schedule).next_after(moment(after)) == moment(expected)


@pytest.mark.parametrize("schedule", ["", "* * * *", "61 * * * *", "a * * * *", "5-1 * * * *"])
def test_what_is_no_schedule_is_refused(schedule: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_schedule(schedule)


@given(st.floats(1.7e9, 2.0e9), st.sampled_from(["*/5 * * * *", "7,37 */3 * * 1-5", "0 4 * * *"]))
def test_a_next_moment_is_later_and_a_whole_minute(moment: float, schedule: str) -> None:
    found = parse_schedule(schedule).next_after(moment)
    assert found is not None
    assert found > moment
    assert found % 60 == 0
