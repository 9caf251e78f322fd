from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.alerts.model import Alert, AlertState, Severity
from state.apps import grouping, readings
from state.apps.grouping import Grouping
from state.apps.model import App, AppHealth, Signals
from state.apps.picture import picture
from state.apps.readings import Readings
from state.apps.settings import About, Apps, Rule
from state.apps.signals import together
from state.apps.workloads import AppRows
from state.cell import Tone
from state.cluster.kinds.cron_jobs import CronJobRow
from state.cluster.kinds.daemon_sets import DaemonSetRow
from state.cluster.kinds.deployments import DeploymentRow
from state.cluster.kinds.kind import Fault, Owner
from state.cluster.kinds.namespaces import NamespaceRow
from state.cluster.kinds.pod_faults import pod_fault
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
        "images": (f"registry/{name}:v1.8.2",),
    }
    return DeploymentRow(
        uid=f"{namespace}/{name}",
        name=name,
        namespace=namespace,
        created=OLD,
        labels=(("app.kubernetes.io/part-of", app),),
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
    (app,) = picture(rows, NOW, Readings("prod"), measured)
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
    crashing, slow = pod(bad, **CRASHING), pod(replica_set(api, 1, OLD), ready=0)
    faults = [(one, fault) for one in (slow, crashing, slow) if (fault := pod_fault(one, NOW))]
    assert len(faults) == 3
    app = only(AppRows([api], replica_sets=[bad], faults=faults))
    assert (app.health, app.ready, app.wanted) == (AppHealth.DEGRADED, 2, 3)
    assert app.reason == "CrashLoopBackOff ×5"


@pytest.mark.parametrize(
    ("fields", "health", "reason"),
    [
        ({}, AppHealth.WELL, ""),
        ({"wanted": 0, "ready": 0, "updated": 0, "available": 0}, AppHealth.WELL, "scaled to 0"),
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
    assert [app.name for app in picture(rows, NOW, Readings("prod"))] == ["pay", "zebra", "shop", "argocd"]


def test_namespaces_say_tier_and_team() -> None:
    labels = (("cockpit.dev/tier", "platform"), ("cockpit.dev/team", "core"))
    app = only(AppRows([deployment()], namespaces=[NamespaceRow(uid="n", name="pay", labels=labels)]))
    assert (app.platform, app.team) == (True, "core")


def test_the_same_name_in_two_namespaces_is_two_apps() -> None:
    rows = AppRows([deployment(namespace="a"), deployment(namespace="b")])
    assert len(picture(rows, NOW, Readings("prod"))) == 2


def test_apps_span_namespaces_where_the_configuration_says_so() -> None:
    rows = AppRows(
        [deployment(namespace="pay"), deployment("web", namespace="pay-jobs", ready=0, available=0)],
        services=[service("front", "payments")],
        alerts=[alert(namespace="pay", service="front")],
    )
    (app,) = picture(rows, NOW, Readings("prod", Grouping(across=("pay*",))), [measured("front", rate=5)])
    assert (app.namespace, app.namespaces, app.key) == ("pay", ("pay", "pay-jobs"), "prod//payments")
    assert (app.ready, app.wanted, app.signals.rate, app.alerts) == (3, 6, 5, ("Burn",))


def test_rules_move_ignore_and_tell_tiers() -> None:
    rules = (Rule(name="tool*", ignore=True), Rule(name="api", tier="platform"))
    found = picture(AppRows([deployment(), deployment("toolbox")]), NOW, Readings("prod", Grouping(rules=rules)))
    assert [(app.name, app.platform, len(app.parts)) for app in found] == [("payments", True, 1)]


def test_production_belonging_and_objective_are_told() -> None:
    said = Apps(about={"payments": About(team="pay", objective=99.5)})
    (app,) = picture(AppRows([deployment()]), NOW, Readings("prod-eu", Grouping(context="prod-eu"), said))
    assert (app.production, app.team, app.objective) == (True, "pay", 0.995)
    (staged,) = picture(AppRows([deployment()]), NOW, Readings("staging", Grouping(context="staging"), said))
    assert not staged.production


def alert(name: str = "Burn", severity: Severity = Severity.CRITICAL, **labels: str) -> Alert:
    pairs = tuple(sorted({"alertname": name, **labels}.items()))
    return Alert(name, name, severity, AlertState.ACTIVE, pairs, (), NOW - 60)


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        ({"namespace": "pay", "deployment": "api"}, True),
        ({"namespace": "pay", "pod": "api-7d4f9c5b6d-x7k2p"}, True),
        ({"namespace": "pay", "cronjob": "nightly"}, True),
        ({"namespace": "pay", "service": "gateway"}, True),
        ({"namespace": "pay", "pod": "ledger-7d4f9c5b6d-x7k2p"}, False),
        ({"namespace": "pay"}, False),
        ({"namespace": "elsewhere", "deployment": "api"}, False),
        ({"namespace": "monitoring", "exported_namespace": "pay", "exported_pod": "api-7d4f9c5b6d-x7k2p"}, True),
        ({"instance": "10.0.0.1:9100"}, False),
    ],
)
def test_an_alert_finds_its_app(labels: dict[str, str], found: bool) -> None:
    rows = AppRows(
        [deployment(), deployment("ledger", app="ledger")],
        cron_jobs=[CronJobRow(uid="c", name="nightly", namespace="pay", labels=deployment().labels)],
        services=[service("gateway", "payments")],
        alerts=[alert(**labels)],
    )
    apps = {app.name: app for app in picture(rows, NOW, Readings("prod"))}
    assert (apps["payments"].health is AppHealth.FAILING) is found
    assert (apps["payments"].alerts == ("Burn",)) is found


def test_an_alert_on_a_namespace_is_about_its_only_app() -> None:
    app = only(AppRows([deployment()], alerts=[alert("Burn", Severity.WARNING, namespace="pay")]))
    assert (app.health, app.reason) == (AppHealth.DEGRADED, "Burn")


def test_a_missing_source_makes_an_app_unknown() -> None:
    app = only(AppRows([deployment()], missing=("Prometheus does not answer",)))
    assert (app.health, app.reason) == (AppHealth.UNKNOWN, "Prometheus does not answer")


def test_a_failed_cron_job_degrades_its_app() -> None:
    job = CronJobRow(
        uid="c", name="nightly", namespace="pay", labels=deployment().labels, scheduled=NOW - 60, succeeded=NOW - 7200
    )
    app = only(AppRows([deployment()], cron_jobs=[job]))
    assert (app.health, app.ready, app.wanted) == (AppHealth.DEGRADED, 3, 3)
    assert app.reason == "nightly: the last run failed, last success 2h ago"


def of_rollout(number: int, created: float, wanted: int, ready: int) -> ReplicaSetRow:
    return ReplicaSetRow(
        uid=f"r{number}",
        name=f"web-{number}",
        namespace="pay",
        created=created,
        owner=Owner("Rollout", "web", "rollout"),
        labels=(("app.kubernetes.io/part-of", "payments"), ("rollouts-pod-template-hash", str(number))),
        images=(f"registry/web:v{number}",),
        wanted=wanted,
        ready=ready,
        revision=number,
    )


@pytest.mark.parametrize(
    ("old", "new", "health", "reason"),
    [
        ((0, 0), (3, 3), AppHealth.WELL, ""),
        ((4, 4), (1, 1), AppHealth.MOVING, "1 of 5 updated"),
        ((0, 0), (3, 2), AppHealth.DEGRADED, "1 of 3 unavailable"),
        ((0, 0), (3, 0), AppHealth.DOWN, "3 of 3 unavailable"),
    ],
)
def test_rollouts_are_known_by_their_replica_sets(
    old: tuple[int, int], new: tuple[int, int], health: AppHealth, reason: str
) -> None:
    app = only(AppRows(replica_sets=[of_rollout(1, OLD, *old), of_rollout(2, NOW - 900, *new)]))
    assert (app.name, app.health, app.reason, app.version) == ("payments", health, reason, "v2")
    assert app.workloads == (Ref("prod", GroupKind("argoproj.io", "Rollout"), "pay", "web"),)
    assert app.released == NOW - 900


def test_a_rollback_was_released_when_it_was_done() -> None:
    api = deployment(progressed=NOW - 30)
    sets = [replica_set(api, 2, NOW - 900), replica_set(api, 3, OLD)]
    assert only(AppRows([api], replica_sets=sets)).released == NOW - 30


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
    apps = {app.name: app for app in picture(rows, NOW, Readings("prod"), [one])}
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


PLACES = st.tuples(st.sampled_from(["api", "web"]), st.sampled_from(["pay", "shop"]))
STATES = st.fixed_dictionaries(
    {
        "app": st.sampled_from(["payments", "store"]),
        "ready": st.integers(0, 3),
        "images": st.sampled_from([("registry/api:v1",), ("registry/api:v2",)]),
    }
)
TIERS = st.sampled_from([(), (("cockpit.dev/tier", "platform"),), (("cockpit.dev/team", "core"),)])
FAULTS = st.sampled_from([Fault("odd", Tone.WARN, 40), Fault("worse", Tone.BAD, 80)])


@given(
    st.lists(
        st.tuples(
            st.dictionaries(PLACES, STATES),
            TIERS,
            st.lists(st.tuples(PLACES, FAULTS), max_size=3),
            st.booleans(),
            st.sampled_from([NOW, NOW + 100]),
        ),
        max_size=5,
    )
)
def test_what_is_remembered_never_shows(worlds: list[Any]) -> None:
    kept = Readings("prod")
    for places, tier, faulty, served, now in worlds:
        deployments = [deployment(*place, **state) for place, state in places.items()]
        rows = AppRows(
            deployments,
            replica_sets=[replica_set(one, 1, OLD) for one in deployments],
            faults=[(pod(replica_set(deployment(*place), 1, OLD)), fault) for place, fault in faulty],
            services=[service("front", "store" if served else "payments")],
            namespaces=[NamespaceRow(uid="n", name="pay", labels=tier)],
        )
        found = [measured("front", rate=1)]
        assert picture(rows, now, kept, found) == picture(rows, now, Readings("prod"), found)


def test_what_did_not_change_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    version = grouping.version_of
    monkeypatch.setattr(readings, "version_of", lambda row: read.append(row.name) or version(row))
    kept = Readings("prod")
    api, web = deployment(), deployment("web", app="store")
    before = picture(AppRows([api, web]), NOW, kept)
    assert read == ["api", "web"]
    after = picture(AppRows([api, msgspec.structs.replace(web, ready=2)]), NOW, kept)
    assert read == ["api", "web", "web"]
    same = {app.name: app for app in after}["payments"]
    assert any(app is same for app in before)
    picture(AppRows([web]), NOW, kept)
    picture(AppRows([api, web]), NOW, kept)
    assert read == ["api", "web", "web", "web", "api"]


def test_workloads_that_come_by_the_thousand_are_read_in_turns() -> None:
    rows = AppRows(deployments=[deployment(name, app=name) for name in ("api", "web")])
    known = Readings("prod")
    with known.turn(0.0):
        assert picture(rows, NOW, known) == ()
    assert known.turns == 1
    with known.turn(60.0):
        assert {app.name for app in picture(rows, NOW, known)} == {"api", "web"}
    assert known.turns == 1
    changed = [deployment(name, app=name, ready=0) for name in ("api", "web")]
    with known.turn(0.0):
        apps = picture(AppRows(deployments=changed), NOW, known)
    assert {(app.name, app.health) for app in apps} == {("api", AppHealth.DOWN), ("web", AppHealth.DOWN)}
    assert known.turns == 2
