"""Rollouts followed to done, stuck or failed, in kubectl's words."""

from typing import Any

import pytest

from state.cluster.kinds.daemon_sets import DAEMON_SET, DaemonSetRow
from state.cluster.kinds.deployments import DEPLOYMENT, DeploymentRow
from state.cluster.kinds.stateful_sets import STATEFUL_SET, StatefulSetRow
from state.cluster.operations.following import Followed, Phase, follow, progress_of, rollout, row_of


def deployment(**more: Any) -> DeploymentRow:
    counts = {"wanted": 3, "updated": 3, "total": 3, "available": 3, "generation": 2, "observed": 2}
    return DeploymentRow(uid="u", name="web", namespace="shop", **{**counts, **more})


def stateful_set(**more: Any) -> StatefulSetRow:
    counts = {"wanted": 3, "ready": 3, "updated": 3, "current": 3, "generation": 2, "observed": 2}
    revisions = {"current_revision": "web-b", "update_revision": "web-b"}
    return StatefulSetRow(uid="u", name="web", namespace="shop", **{**counts, **revisions, **more})


def daemon_set(**more: Any) -> DaemonSetRow:
    counts = {"wanted": 3, "updated": 3, "available": 3, "generation": 2, "observed": 2}
    return DaemonSetRow(uid="u", name="agent", namespace="shop", **{**counts, **more})


@pytest.mark.parametrize(
    ("row", "phase", "words"),
    [
        (deployment(observed=1), Phase.UNDER_WAY, "Waiting for deployment spec update to be observed..."),
        (deployment(updated=1), Phase.UNDER_WAY,
         'Waiting for deployment "web" rollout to finish: 1 out of 3 new replicas have been updated...'),
        (deployment(updated=1, paused=True), Phase.UNDER_WAY,
         'Waiting for deployment "web" rollout to finish: 1 out of 3 new replicas have been updated... (it is paused)'),
        (deployment(total=5), Phase.UNDER_WAY,
         'Waiting for deployment "web" rollout to finish: 2 old replicas are pending termination...'),
        (deployment(available=2), Phase.UNDER_WAY,
         'Waiting for deployment "web" rollout to finish: 2 of 3 updated replicas are available...'),
        (deployment(), Phase.DONE, 'deployment "web" successfully rolled out'),
        (deployment(updated=1, stalled=True), Phase.STUCK, 'deployment "web" exceeded its progress deadline'),
        (deployment(updated=1, replica_failure="exceeded quota\x1b[2J"), Phase.FAILED,
         'deployment "web" cannot create pods: exceeded quota'),
        (stateful_set(observed=1), Phase.UNDER_WAY, "Waiting for statefulset spec update to be observed..."),
        (stateful_set(ready=1), Phase.UNDER_WAY, "Waiting for 2 pods to be ready..."),
        (stateful_set(current_revision="web-a", updated=1), Phase.UNDER_WAY,
         "Waiting for partitioned roll out to finish: 1 out of 3 new pods have been updated..."),
        (stateful_set(), Phase.DONE, "partitioned roll out complete: 3 new pods have been updated..."),
        (stateful_set(partition=1, current_revision="web-a", updated=1), Phase.UNDER_WAY,
         "Waiting for partitioned roll out to finish: 1 out of 2 new pods have been updated..."),
        (stateful_set(partition=1, current_revision="web-a", updated=2), Phase.DONE,
         "partitioned roll out complete: 2 new pods have been updated..."),
        (stateful_set(on_delete=True, current_revision="web-a"), Phase.DONE,
         'statefulset "web" changes pods only when somebody deletes them (OnDelete)'),
        (daemon_set(observed=1), Phase.UNDER_WAY, "Waiting for daemon set spec update to be observed..."),
        (daemon_set(updated=1), Phase.UNDER_WAY,
         'Waiting for daemon set "agent" rollout to finish: 1 out of 3 new pods have been updated...'),
        (daemon_set(available=2), Phase.UNDER_WAY,
         'Waiting for daemon set "agent" rollout to finish: 2 of 3 updated pods are available...'),
        (daemon_set(), Phase.DONE, 'daemon set "agent" successfully rolled out'),
    ],
)  # fmt: skip
def test_each_step_is_said_as_kubectl_says_it(row: Any, phase: Phase, words: str) -> None:
    assert rollout(row) == (phase, words)


@pytest.mark.parametrize("row", [deployment(), stateful_set(), daemon_set()])
def test_a_row_from_before_the_change_says_nothing_of_it(row: Any) -> None:
    assert rollout(row, generation=2).phase is Phase.DONE
    assert rollout(row, generation=3).phase is Phase.UNDER_WAY


def followed(*steps: tuple[float, Any], **how: Any) -> list[Phase]:
    before: Followed | None = None
    phases = []
    for now, row in steps:
        before = follow(before, row, now, **how)
        phases.append(before.rollout.phase)
    return phases


def test_a_set_that_does_not_move_is_stuck_and_goes_on_when_it_does() -> None:
    waits = stateful_set(ready=1)
    steps = [(0.0, waits), (599.0, waits), (600.0, waits), (1200.0, waits), (1201.0, stateful_set(ready=2)),
             (1300.0, stateful_set())]  # fmt: skip
    assert followed(*steps) == [
        Phase.UNDER_WAY, Phase.UNDER_WAY, Phase.STUCK, Phase.STUCK, Phase.UNDER_WAY, Phase.DONE,
    ]  # fmt: skip
    last = follow(follow(None, waits, 0), waits, 660)
    assert last.rollout.words == "no progress for 11 min: Waiting for 2 pods to be ready..."
    assert last.since == 0


def test_progress_begins_the_patience_anew() -> None:
    steps = [(0.0, daemon_set(updated=0)), (500.0, daemon_set(updated=1)), (1000.0, daemon_set(updated=1))]
    assert followed(*steps) == [Phase.UNDER_WAY] * 3
    assert followed(*steps, patience=400) == [Phase.UNDER_WAY, Phase.UNDER_WAY, Phase.STUCK]


def test_a_deployment_says_itself_when_it_is_stuck() -> None:
    assert followed((0.0, deployment(updated=1)), (9000.0, deployment(updated=1))) == [Phase.UNDER_WAY] * 2


@pytest.mark.parametrize(
    "row", [None, DeploymentRow(uid="other", name="web"), deployment(deleting=5.0)], ids=["gone", "another", "going"]
)
def test_what_is_deleted_meanwhile_has_failed(row: Any) -> None:
    assert followed((0.0, deployment(updated=1)), (1.0, row)) == [Phase.UNDER_WAY, Phase.FAILED]


def test_only_what_is_under_way_is_waited_for() -> None:
    assert [phase for phase in Phase if not phase.over] == [Phase.UNDER_WAY]


@pytest.mark.parametrize("kind", [DEPLOYMENT, STATEFUL_SET, DAEMON_SET])
def test_an_object_that_was_read_can_be_followed(kind: Any) -> None:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}
    obj = {"metadata": {"uid": "u", "name": "web", "generation": 1}, "spec": {"updateStrategy": strategy}}
    row = row_of(kind, {"apiVersion": "apps/v1", "kind": kind.resource.kind, **obj})
    assert rollout(row).phase is Phase.UNDER_WAY
    if isinstance(row, StatefulSetRow):
        assert row.partition == 2
    with pytest.raises(ValueError, match=f"this is no {kind.resource.kind}"):
        row_of(kind, {})


def test_of_one_rollout_its_words_are_the_progress_and_of_several_how_many_are_at_their_end() -> None:
    under_way = follow(None, deployment(updated=1), 0.0)
    one = progress_of([("shop/web", under_way)])
    assert (one.text, one.total, one.waiting) == (under_way.rollout.words, 0, ())
    over = follow(None, None, 0.0)
    several = progress_of([("shop/web", under_way), ("shop/api", over), ("shop/new", None)])
    assert (several.text, several.done, several.total) == ("at their end", 1, 3)
    assert several.waiting == (("shop/web", under_way.rollout.words), ("shop/new", "begins …"))
