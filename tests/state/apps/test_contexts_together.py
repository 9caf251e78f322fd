"""One app over several contexts, and rollouts of Argo among its workloads."""

from typing import Any

import msgspec
import pytest

from state.apps.grouping import Grouping
from state.apps.model import App, AppHealth
from state.apps.picture import Neighbour, picture
from state.apps.readings import Readings
from state.apps.settings import Apps, Rule
from state.apps.workloads import AppRows
from state.cluster.kinds.deployments import DeploymentRow
from state.cluster.kinds.rollouts import RolloutRow

from .test_picture import NOW, OLD, deployment, of_rollout

ACROSS = Apps(across=("pay*",))


def readings(context: str, said: Apps = ACROSS) -> Readings:
    return Readings(context, Grouping.of(said, context), said)


def other(row: DeploymentRow) -> DeploymentRow:
    """The same in another cluster."""
    return msgspec.structs.replace(row, uid=f"other {row.uid}")


def seen(here: AppRows, there: AppRows, said: Apps = ACROSS) -> dict[str, App]:
    neighbour = Neighbour(there, readings("staging", said))
    return {app.name: app for app in picture(here, NOW, readings("prod", said), (), [neighbour])}


def test_an_app_that_spans_contexts_is_one() -> None:
    there = AppRows([deployment("ledger", namespace="a-pay", images=("registry/ledger:v9",))])
    apps = seen(AppRows([deployment(), deployment("web", app="shop")]), there)
    payments = apps["payments"]
    assert [str(ref) for ref in payments.workloads] == [
        "Deployment.apps pay/api @prod",
        "Deployment.apps a-pay/ledger @staging",
    ]
    assert (payments.clusters, payments.namespaces) == (("prod", "staging"), ("a-pay", "pay"))
    # It stays the same app whatever else there is of it elsewhere.
    assert payments.key == seen(AppRows([deployment()]), AppRows())["payments"].key
    assert (payments.ready, payments.wanted, payments.health) == (6, 6, AppHealth.WELL)
    # What is in production says which version that is.
    assert (payments.version, payments.production) == ("v1.8.2", True)
    assert apps["shop"].clusters == ("prod",)


def test_other_apps_of_another_context_are_not_of_this_one() -> None:
    apps = seen(AppRows([deployment(app="shop")]), AppRows([deployment(app="shop"), deployment("x", app="docs")]))
    assert {name: len(app.parts) for name, app in apps.items()} == {"shop": 1}


def test_a_rule_makes_an_app_one_over_contexts_too() -> None:
    said = Apps(rules=(Rule(name="ledger", app="payments"), Rule(name="api", app="payments")))
    there = AppRows([deployment("ledger", app="other")])
    assert len(seen(AppRows([deployment()]), there, said)["payments"].parts) == 2


def test_what_is_wrong_elsewhere_says_where() -> None:
    app = seen(AppRows([deployment()]), AppRows([other(deployment(ready=0, available=0))]))["payments"]
    assert (app.health, app.reason) == (AppHealth.DOWN, "api in staging: 3 of 3 unavailable")
    assert app.workloads[0].cluster == "staging"


def test_a_cluster_that_two_contexts_lead_to_has_its_workloads_once() -> None:
    assert len(seen(AppRows([deployment()]), AppRows([deployment()]))["payments"].parts) == 1


def test_a_context_that_tells_nothing_makes_what_spans_it_unknown() -> None:
    silent = AppRows(missing=("the cluster staging does not answer",))
    apps = seen(AppRows([deployment(), deployment("web", app="shop")]), silent)
    assert (apps["payments"].health, apps["payments"].reason) == (
        AppHealth.UNKNOWN,
        "the cluster staging does not answer",
    )
    assert apps["shop"].health is AppHealth.WELL


def test_what_one_cluster_is_asked_about_is_only_what_it_has() -> None:
    app = seen(AppRows([deployment()]), AppRows([deployment("ledger", namespace="jobs")]))["payments"]
    assert [ref.name for ref in app.here.workloads] == ["api"]
    assert app.here.namespaces == ("pay",)
    alone = seen(AppRows([deployment()]), AppRows())["payments"]
    assert alone.here is alone


def rollout(**fields: Any) -> RolloutRow:
    given: dict[str, Any] = {"wanted": 5, "ready": 5, "available": 5, "updated": 5, "total": 5, "phase": "Healthy"}
    return RolloutRow(
        uid="rollout",
        name="web",
        namespace="pay",
        created=OLD,
        labels=(("app.kubernetes.io/part-of", "payments"),),
        **({"images": ("registry/web:v2",)} | given | fields),
    )


@pytest.mark.parametrize(
    ("fields", "health", "reason"),
    [
        ({}, AppHealth.WELL, ""),
        (
            {"phase": "Paused", "message": "CanaryPauseStep", "step": 1, "steps": 5, "updated": 1},
            AppHealth.MOVING,
            "Paused at step 2 of 5: CanaryPauseStep, 1 of 5 updated",
        ),
        (
            {"phase": "Progressing", "message": "more replicas need to be updated", "updated": 2},
            AppHealth.MOVING,
            "Progressing: more replicas need to be updated, 2 of 5 updated",
        ),
        (
            {"phase": "Degraded", "message": "RolloutAborted: metric failed", "aborted": True},
            AppHealth.DEGRADED,
            "Degraded: RolloutAborted: metric failed",
        ),
        (
            {"phase": "Degraded", "message": "timed out", "ready": 0, "available": 0},
            AppHealth.DOWN,
            "Degraded: timed out",
        ),
        (
            {"generation": 4, "observed": 3},
            AppHealth.MOVING,
            "its controller has not seen the change yet, 5 of 5 updated",
        ),
        ({"wanted": 0, "ready": 0, "available": 0, "updated": 0, "phase": "Degraded"}, AppHealth.WELL, "scaled to 0"),
    ],
)
def test_a_rollout_is_judged_by_its_phase(fields: dict[str, Any], health: AppHealth, reason: str) -> None:
    (app,) = picture(AppRows(rollouts=[rollout(**fields)]), NOW, Readings("prod"))
    assert (app.health, app.reason) == (health, reason)


def test_a_rollout_without_a_template_of_its_own_runs_what_its_sets_run() -> None:
    rows = AppRows(replica_sets=[of_rollout(2, NOW - 900, 5, 5)], rollouts=[rollout(images=())])
    (app,) = picture(rows, NOW, Readings("prod"))
    assert (app.version, len(app.parts)) == ("v2", 1)


def test_a_rollout_that_is_read_is_not_told_again_by_its_replica_sets() -> None:
    rows = AppRows(replica_sets=[of_rollout(1, OLD, 0, 0), of_rollout(2, NOW - 900, 5, 5)], rollouts=[rollout()])
    (app,) = picture(rows, NOW, Readings("prod"))
    assert [part.ref.name for part in app.parts] == ["web"]
    assert app.released == NOW - 900
