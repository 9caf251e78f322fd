from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.apps.grouping import Grouping
from state.apps.model import App, AppHealth, Signals
from state.apps.picture import AppRows, picture
from state.apps.signals import together
from state.cluster.kinds.daemon_sets import DaemonSetRow
from state.cluster.kinds.deployments import DeploymentRow
from state.cluster.kinds.kind import Owner
from state.cluster.kinds.namespaces import NamespaceRow
from state.cluster.kinds.pod_row import PodRow
from state.cluster.kinds.replica_sets import ReplicaSetRow
from state.cluster.kinds.services import ServiceRow
from state.cluster.kinds.stateful_sets import StatefulSetRow
from state.metrics.pulse import ServiceSignals
from state.ref import GroupKind, Ref

NOW = 1_800_000_000.0
OLD = NOW - 9 * 86400


def deployment(name: str = "api", namespace: str = "pay", app: str = "payments", **fields: Any) -> DeploymentRow:
    given: dict[str, object] = {
        "wanted": 3,
        "ready": 3,
        "updated": 3,
        "available": 3,
        "progressing": "NewReplicaSetAvailable",
    }
    return DeploymentRow(
        uid=f"{namespace}/{name}",
        name=name,
        namespace=namespace,
        created=OLD,
        labels=(("app.kubernetes.io/part-of", app),),
        images=(f"registry/{name}:v1.8.2",),
        **(given | fields),  # type: ignore[arg-type]
    )


def replica_set(owner: DeploymentRow, revision: int, created: float) -> ReplicaSetRow:
    return ReplicaSetRow(
        uid=f"{owner.uid}-{revision}",
        name=f"{owner.name}-{revision}",
        namespace=owner.namespace,
        created=created,
        owner=Owner("Deployment", owner.name, owner.uid),
        revision=revision,
    )


def pod(owner: ReplicaSetRow, **fields: object) -> PodRow:
    given: dict[str, object] = {"ready": 1, "total": 1, "status": "Running", "phase": "Running", "created": OLD}
    return PodRow(
        uid=f"{owner.uid}-pod",
        name=f"{owner.name}-pod",
        namespace=owner.namespace,
        owner=Owner("ReplicaSet", owner.name, owner.uid),
        **(given | fields),  # type: ignore[arg-type]
    )


CRASHING = {"ready": 0, "status": "CrashLoopBackOff", "restarts": 5, "restarted": NOW - 20}


def only(rows: AppRows, *measured: ServiceSignals) -> App:
    (app,) = picture("prod", rows, NOW, measured)
    return app


def test_workloads_of_one_app_are_one() -> None:
    api, worker = deployment(), deployment("worker", wanted=1, ready=1, updated=1, available=1)
    database = StatefulSetRow(
        uid="db", name="db", namespace="pay", labels=(("app.kubernetes.io/part-of", "payments"),), wanted=1, ready=1
    )
    app = only(
        AppRows(
            [api, worker],
            [database],
            replica_sets=[replica_set(api, 1, OLD), replica_set(api, 2, NOW - 360), replica_set(worker, 9, NOW - 900)],
        )
    )
    assert (app.name, app.namespace, app.cluster, app.platform) == ("payments", "pay", "prod", False)
    assert app.workloads == (
        Ref("prod", GroupKind("apps", "Deployment"), "pay", "api"),
        Ref("prod", GroupKind("apps", "StatefulSet"), "pay", "db"),
        Ref("prod", GroupKind("apps", "Deployment"), "pay", "worker"),
    )
    assert (app.ready, app.wanted, app.health, app.reason) == (5, 5, AppHealth.WELL, "")
    assert (app.version, app.released) == ("v1.8.2", NOW - 360)


def test_the_night_of_a_bad_release() -> None:
    api = deployment(ready=2, updated=1, available=2, progressing="ReplicaSetUpdated", max_unavailable=1)
    bad = replica_set(api, 2, NOW - 360)
    well = pod(replica_set(api, 1, OLD))
    app = only(AppRows([api], replica_sets=[bad], pods=[well, pod(bad, **CRASHING)]))
    assert (app.health, app.ready, app.wanted) == (AppHealth.DEGRADED, 2, 3)
    assert app.reason == "CrashLoopBackOff ×5"


@pytest.mark.parametrize(
    ("fields", "health", "reason"),
    [
        ({}, AppHealth.WELL, ""),
        ({"wanted": 0, "ready": 0, "updated": 0, "available": 0}, AppHealth.WELL, ""),
        ({"ready": 0, "available": 0}, AppHealth.DOWN, "3 of 3 unavailable"),
        ({"ready": 2, "available": 2}, AppHealth.DEGRADED, "1 of 3 unavailable"),
        ({"stalled": True, "progressing": "ProgressDeadlineExceeded"}, AppHealth.DEGRADED, "rollout stalled"),
        ({"updated": 1, "progressing": "ReplicaSetUpdated"}, AppHealth.MOVING, "1 of 3 updated"),
        ({"replica_failure": "exceeded quota\x1b[1m"}, AppHealth.DEGRADED, "cannot create pods: exceeded quota"),
    ],
)
def test_health_comes_from_the_workload(fields: dict[str, Any], health: AppHealth, reason: str) -> None:
    app = only(AppRows([deployment(**fields)]))
    assert (app.health, app.reason) == (health, reason)


def test_a_new_workload_may_start() -> None:
    fresh = replace_created(deployment(ready=0, available=0, progressing="ReplicaSetUpdated"), NOW - 5)
    assert only(AppRows([fresh])).health is AppHealth.MOVING


def replace_created(row: DeploymentRow, created: float) -> DeploymentRow:
    return msgspec.structs.replace(row, created=created)


def test_daemon_sets_and_stateful_sets_are_judged_too() -> None:
    agent = DaemonSetRow(
        uid="a", name="agent", namespace="monitoring", created=OLD, wanted=12, ready=11, available=11, updated=12
    )
    app = only(AppRows(daemon_sets=[agent]))
    assert (app.health, app.platform, app.reason) == (AppHealth.DEGRADED, True, "1 of 12 unavailable")


def test_the_worst_part_is_named() -> None:
    app = only(AppRows([deployment(), deployment("worker", ready=0, available=0)]))
    assert (app.health, app.reason) == (AppHealth.DOWN, "worker: 3 of 3 unavailable")
    assert app.workloads[0].name == "worker"


def test_the_worst_come_first_and_products_before_the_platform() -> None:
    rows = AppRows(
        [
            deployment(namespace="shop", app="shop"),
            deployment(namespace="argocd", app="argocd"),
            deployment(namespace="a-team", app="zebra", ready=2, available=2),
            deployment(namespace="pay", app="pay", ready=0, available=0),
        ]
    )
    assert [app.name for app in picture("prod", rows, NOW)] == ["pay", "zebra", "shop", "argocd"]


def test_namespaces_say_tier_and_team() -> None:
    labels = (("cockpit.dev/tier", "platform"), ("cockpit.dev/team", "core"))
    app = only(AppRows([deployment()], namespaces=[NamespaceRow(uid="n", name="pay", labels=labels)]))
    assert (app.platform, app.team) == (True, "core")


def test_the_same_name_in_two_namespaces_is_two_apps() -> None:
    rows = AppRows([deployment(namespace="a"), deployment(namespace="b")])
    assert len(picture("prod", rows, NOW, grouping=Grouping())) == 2


def measured(service: str, namespace: str = "pay", **values: float) -> ServiceSignals:
    return ServiceSignals(namespace, service, Signals(**values))  # type: ignore[arg-type]


def service(name: str, app: str) -> ServiceRow:
    return ServiceRow(uid=name, name=name, namespace="pay", labels=(("app.kubernetes.io/part-of", app),))


@pytest.mark.parametrize(
    ("one", "others", "found"),
    [
        (measured("api", rate=5), (), True),
        (measured("payments", rate=5), ("ledger",), True),
        (measured("gateway", rate=5), ("ledger",), True),
        (measured("whatever", rate=5), (), True),
        (measured("whatever", rate=5), ("ledger",), False),
        (measured("api", "elsewhere", rate=5), (), False),
        (measured("pay-api-8080", "", rate=5), ("ledger",), True),
        (measured("shop-api-8080", "", rate=5), (), False),
    ],
)
def test_a_measured_service_finds_its_app(one: ServiceSignals, others: tuple[str, ...], found: bool) -> None:
    rows = AppRows(
        [deployment(), *(deployment(name, app=name) for name in others)], services=[service("gateway", "payments")]
    )
    apps = {app.name: app for app in picture("prod", rows, NOW, [one])}
    assert (apps["payments"].signals.rate == 5) is found


def test_several_services_are_one_apps_signals() -> None:
    app = only(
        AppRows([deployment(), deployment("web")]),
        ServiceSignals("pay", "api", Signals(30.0, 0.1, 0.8, (None, 0.1), (None, 30.0))),
        ServiceSignals("pay", "web", Signals(10.0, 0.0, 0.2, (0.0, 0.0), (10.0, 10.0))),
    )
    assert app.signals == Signals(40.0, 0.075, 0.8, (0.0, 0.075), (10.0, 40.0))


known = st.none() | st.floats(0, 1)


@given(st.lists(st.builds(Signals, st.none() | st.floats(0, 1e6), known, st.none() | st.floats(0, 60)), min_size=1))
def test_together_is_never_better_than_the_best_nor_worse_than_the_worst(signals: list[Signals]) -> None:
    one = together(signals)
    errors = [s.errors for s in signals if s.errors is not None]
    if one.errors is not None and len(signals) > 1:
        assert min(errors) - 1e-9 <= one.errors <= max(errors) + 1e-9
    assert together([one]) == one
    assert together([replace(one), one]).p95 == one.p95


def test_hostile_names_become_printable() -> None:
    app = only(AppRows([deployment(app="pay\x1b[31m\u202e")]))
    assert app.name.isprintable()
