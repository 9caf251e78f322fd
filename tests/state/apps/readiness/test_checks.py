from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.apps.model import Belonging
from state.apps.readiness.assess import assess
from state.apps.readiness.catalogue import BY_ID, CHECKS
from state.apps.readiness.facts import Facts, Listing, Workload
from state.apps.readiness.model import Outcome
from state.apps.settings import About
from state.rfc3339 import timestamp
from tests.state.apps.readiness.objects import (
    APP,
    AROUND,
    NOW,
    PROBE,
    READY,
    container,
    of_pay,
    pod,
    replica_set,
    rule,
    with_around,
    with_container,
    with_workload,
    without,
    workload,
)

FAIL, UNKNOWN, PASS, NA = Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS, Outcome.NOT_APPLICABLE
DENIED = Listing(problem="it may not be read")
SCALER = {"scaleTargetRef": {"kind": "Deployment", "name": "api"}, "minReplicas": 2, "maxReplicas": 4}
CLAIM = of_pay("data-api-0")
STATEFUL = workload(kind="StatefulSet")
STATEFUL.object["spec"]["volumeClaimTemplates"] = [{"metadata": {"name": "data"}}]


def scaler(reason: str = "", **fields: Any) -> Listing:
    active = {"type": "ScalingActive", "status": "False" if reason else "True", "reason": reason}
    status = {"currentReplicas": 2, "conditions": [active], **fields.pop("status", {})}
    return Listing((of_pay("api", spec=SCALER | fields, status=status),))


def budget(**spec: Any) -> Listing:
    return Listing((of_pay("api", spec={"selector": {"matchLabels": {"app": "api"}}, **spec}),))


def ending_in(days: float) -> Listing:
    return Listing((of_pay("shop", status={"notAfter": timestamp(NOW + days * 86400)}),))


def stored(**changes: Any) -> Facts:
    return replace(with_around(persistentvolumeclaims=Listing((CLAIM,))), workloads=(STATEFUL,), **changes)


def nobodys(**fields: str) -> Facts:
    return replace(READY, app=replace(APP, belonging=Belonging()._replace(**fields)))


def test_the_catalogue_is_of_twenty_checks_and_more_each_told_in_full() -> None:
    assert len(CHECKS) >= 20
    assert len(BY_ID) == len(CHECKS)
    for check in CHECKS:
        assert check.weight in (1, 2, 3)
        for words in (check.title, check.why, check.source, check.mend):
            assert words == words.strip() != ""
        assert check.mend.endswith(".")
        assert check.why.endswith(".")


def test_an_app_that_is_ready_passes_what_applies_to_it() -> None:
    report = assess(READY, (), _today())
    assert {one.check.id: one.found for one in report.of(FAIL) + report.of(UNKNOWN)} == {}
    assert {one.check.id for one in report.of(NA)} == {"autoscaling", "volume-backup", "certificate"}


CASES: list[tuple[str, Facts, Outcome, str]] = [
    ("replicas", with_workload(workload(replicas=1)), FAIL, "api: 1 replica"),
    ("replicas", with_workload(workload(replicas=0)), NA, "nothing serves"),
    ("replicas", with_workload(workload(kind="DaemonSet", replicas=1)), NA, "nothing serves"),
    ("replicas", replace(READY, unread="Deployment pay/api may not be read"), UNKNOWN, "Deployment pay/api may not"),
    ("spread", replace(READY, pods={"pay/api": Listing((pod("a"), pod("a")))}), FAIL, "api: all 2 pods on a"),
    ("spread", replace(READY, pods={"pay/api": DENIED}), UNKNOWN, "it may not be read"),
    ("spread-asked", with_workload(workload(topologySpreadConstraints=[])), FAIL, "no spread constraint"),
    (
        "spread-asked",
        with_workload(workload(topologySpreadConstraints=None, affinity={"podAntiAffinity": {"x": 1}})),
        PASS,
        "spread is asked for",
    ),
    ("disruption-budget", with_around(poddisruptionbudgets=Listing()), FAIL, "api: none"),
    ("disruption-budget", with_around(poddisruptionbudgets=budget(minAvailable=2)), FAIL, "api allows no eviction"),
    ("disruption-budget", with_around(poddisruptionbudgets=budget(minAvailable="51%")), FAIL, "allows no eviction"),
    ("disruption-budget", with_around(poddisruptionbudgets=budget(maxUnavailable=0)), FAIL, "allows no eviction"),
    ("disruption-budget", with_around(poddisruptionbudgets=budget(maxUnavailable="10%")), PASS, ""),
    ("disruption-budget", with_around(poddisruptionbudgets=DENIED), UNKNOWN, "it may not be read"),
    (
        "disruption-budget",
        replace(with_around(poddisruptionbudgets=budget(minAvailable=1)), workloads=(workload(replicas=1),)),
        FAIL,
        "api: api allows no eviction",
    ),
    ("readiness-probe", with_container(readinessProbe=None), FAIL, "api: none in api"),
    (
        "readiness-probe",
        replace(with_around(services=Listing()), workloads=(workload(containers=[container(readinessProbe=None)]),)),
        NA,
        "nothing is reached",
    ),
    ("liveness-probe", with_container(livenessProbe=None), FAIL, "none in api"),
    ("liveness-probe", with_container(readinessProbe=PROBE), FAIL, "liveness asks what readiness asks: api"),
    (
        "startup-probe",
        with_container(startupProbe=None, livenessProbe={**PROBE, "initialDelaySeconds": 60}),
        FAIL,
        "a long delay in its place: api",
    ),
    ("startup-probe", with_container(startupProbe=None), PASS, ""),
    ("startup-probe", with_container(livenessProbe=None), NA, "nothing has a liveness probe"),
    ("requests", with_container(resources={"requests": {"cpu": "1"}}), FAIL, "none in api (memory)"),
    ("limits", with_container(resources={"limits": {"cpu": "1"}}), FAIL, "none in api (memory)"),
    ("image-tag", with_container(image="registry:5000/api"), FAIL, "registry:5000/api"),
    ("image-tag", with_container(image="registry:5000/api:latest"), FAIL, "api:latest"),
    ("image-tag", with_container(image="registry:5000/api@sha256:1"), PASS, ""),
    ("image-digest", with_container(image="registry:5000/api:v1"), FAIL, "registry:5000/api:v1"),
    ("non-root", with_container(securityContext={}), FAIL, "may run as root: api"),
    ("non-root", with_container(securityContext={"runAsNonRoot": True, "runAsUser": 0}), FAIL, "may run as root"),
    (
        "non-root",
        with_workload(workload(containers=[container(securityContext={})], securityContext={"runAsUser": 1000})),
        PASS,
        "",
    ),
    ("read-only-root", with_container(securityContext={}), FAIL, "api: api"),
    ("no-privilege", with_container(securityContext={"privileged": True}), FAIL, "api (privileged)"),
    ("no-privilege", with_container(securityContext={}), FAIL, "api (may escalate)"),
    (
        "no-privilege",
        with_container(securityContext={"allowPrivilegeEscalation": False, "capabilities": {"add": ["NET_ADMIN"]}}),
        FAIL,
        "adds NET_ADMIN",
    ),
    ("no-privilege", with_workload(workload(hostNetwork=True)), FAIL, "hostNetwork"),
    ("account-token", with_workload(workload(automountServiceAccountToken=None)), FAIL, "default account"),
    (
        "account-token",
        with_workload(workload(automountServiceAccountToken=None, serviceAccountName="own")),
        PASS,
        "",
    ),
    ("network-policy", with_around(networkpolicies=Listing()), FAIL, "everybody reaches it"),
    (
        "network-policy",
        with_around(
            networkpolicies=Listing(
                (of_pay("x", spec={"podSelector": {"matchExpressions": [{"key": "app", "operator": "Exists"}]}}),)
            )
        ),
        PASS,
        "",
    ),
    (
        "network-policy",
        with_around(networkpolicies=Listing((of_pay("x", spec={"podSelector": {}, "policyTypes": ["Egress"]}),))),
        FAIL,
        "everybody reaches it",
    ),
    ("quota", with_around(resourcequotas=Listing()), FAIL, "none in pay"),
    (
        "quota",
        with_around(
            resourcequotas=Listing((of_pay("team", spec={"hard": {"pods": "9"}}, status={"used": {"pods": "9"}}),))
        ),
        FAIL,
        "team: pods is used up",
    ),
    ("plain-secrets", with_container(env=[{"name": "DB_PASSWORD", "value": "hunter2"}]), FAIL, "api: DB_PASSWORD"),
    ("plain-secrets", with_container(env=[{"name": "DB_PASSWORD", "valueFrom": {}}]), PASS, ""),
    ("plain-secrets", with_container(env=[{"name": "TOKEN_FILE", "value": "/run/token"}]), PASS, ""),
    ("graceful-end", with_container(lifecycle=None), FAIL, "no preStop: api"),
    ("graceful-end", with_workload(workload(terminationGracePeriodSeconds=0)), FAIL, "no grace period"),
    ("autoscaling", replace(READY, about=About(autoscaled=True)), FAIL, "nothing scales by itself"),
    ("autoscaling", with_around(horizontalpodautoscalers=scaler()), PASS, "api can"),
    ("autoscaling", with_around(horizontalpodautoscalers=scaler("FailedGetMetric")), FAIL, "FailedGetMetric"),
    ("autoscaling", with_around(horizontalpodautoscalers=scaler(maxReplicas=2)), FAIL, "most and least are both 2"),
    (
        "autoscaling",
        with_around(horizontalpodautoscalers=scaler(status={"currentReplicas": 4})),
        FAIL,
        "at its most, 4",
    ),
    ("priority-class", with_workload(workload(priorityClassName="")), FAIL, "api: none"),
    ("metrics", replace(READY, scraped=(0, 0)), FAIL, "no scrape target"),
    ("metrics", replace(READY, scraped=(0, 2)), FAIL, "none of 2 targets answers"),
    ("metrics", replace(READY, scraped=None, metrics_problem="Prometheus: no"), UNKNOWN, "Prometheus: no"),
    ("alerts", replace(READY, rules=()), FAIL, "no rule covers it"),
    ("alerts", replace(READY, rules=None), UNKNOWN, "Prometheus was not asked"),
    ("alerts", replace(READY, rules=(rule(query="kube_pod_info > 1"),)), FAIL, "none on what users see"),
    ("runbooks", replace(READY, rules=(rule(summary="no runbook"),)), FAIL, "none on Burn"),
    ("runbooks", replace(READY, rules=()), NA, "no rule covers it"),
    ("dashboard", nobodys(), FAIL, "none is named"),
    (
        "dashboard",
        replace(nobodys(), listings={**AROUND, "configmaps": Listing((of_pay("boards"),))}),
        PASS,
        "config map boards",
    ),
    ("json-logs", replace(READY, logs={"pay/api": ("plain", "{}")}), FAIL, "not JSON: api"),
    ("json-logs", replace(READY, logs={}), UNKNOWN, "no log could be read"),
    ("owner", nobodys(), FAIL, "no team and no owner"),
    ("owner", nobodys(team="pay"), PASS, "pay"),
    ("on-call", nobodys(), FAIL, "nobody is named"),
    ("repository", nobodys(), FAIL, "none is named"),
    ("volume-backup", stored(), FAIL, "nothing backs up data-api-0"),
    ("volume-backup", stored(about=About(backup="wal-g")), PASS, "as configured: wal-g"),
    (
        "volume-backup",
        replace(stored(), listings={**stored().listings, "schedules": DENIED}),
        UNKNOWN,
        "it may not be read",
    ),
    (
        "volume-backup",
        replace(
            stored(),
            listings={
                **stored().listings,
                "schedules": Listing((of_pay("daily", spec={"template": {"includedNamespaces": ["pay"]}}),)),
            },
        ),
        PASS,
        "1 of 1 volumes",
    ),
    ("certificate", with_around(certificates=ending_in(20)), FAIL, "shop ends in 20d"),
    ("certificate", with_around(certificates=ending_in(-1)), FAIL, "shop has ended"),
    ("certificate", with_around(certificates=ending_in(22)), PASS, ""),
    ("certificate", with_around(certificates=Listing((of_pay("new"),))), FAIL, "new was never issued"),
    (
        "certificate",
        with_around(certificates=Listing(absent=True), ingresses=Listing((of_pay("i", spec={"tls": [{}]}),))),
        UNKNOWN,
        "not managed by cert-manager",
    ),
    ("rollback", with_around(replicasets=Listing((replica_set("api-1"),))), FAIL, "only one revision: api"),
    ("rollback", with_around(replicasets=DENIED), UNKNOWN, "it may not be read"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("check", "facts", "outcome", "found"), CASES, ids=[f"{case[0]}-{number}" for number, case in enumerate(CASES)]
)
def test_what_a_check_finds(check: str, facts: Facts, outcome: Outcome, found: str) -> None:
    answer = BY_ID[check].answer(facts)
    assert (answer.outcome, found in answer.found) == (outcome, True), answer


def test_every_check_has_something_to_fail() -> None:
    assert {check for check, _, outcome, _ in CASES if outcome is FAIL} == set(BY_ID)


def test_a_revision_history_of_none_cannot_be_rolled_back() -> None:
    one = workload()
    one.object["spec"]["revisionHistoryLimit"] = 0
    assert BY_ID["rollback"].answer(with_workload(one)).found == "api: keeps 0 revisions"


def test_values_of_secrets_are_never_told() -> None:
    facts = with_container(env=[{"name": "DB_PASSWORD", "value": "hunter2"}])
    report = assess(facts, (), _today())
    assert "hunter2" not in str([one.found for one in report.results])


@pytest.mark.parametrize(
    ("query", "covers"),
    [
        ('http_requests_total{namespace="pay"}', True),
        ('http_requests_total{namespace="shop"}', False),
        ('http_requests_total{namespace=~"shop|pa.*"}', True),
        ('http_requests_total{namespace!~"pa.*"}', False),
        ('http_requests_total{namespace!="shop"}', True),
        ('http_requests_total{service="other"}', False),
        ('http_requests_total{service="api"}', True),
        ("sum by (namespace) (http_requests_total)", True),
        ('kube_deployment_status_replicas{deployment="api"}', True),
        ('kube_deployment_status_replicas{deployment="web"}', False),
        ("node_load1 > 3", False),
        ("up == 0", False),
    ],
)
def test_a_rule_covers_an_app_by_its_matchers(query: str, covers: bool) -> None:
    answer = BY_ID["runbooks"].answer(replace(READY, rules=(rule(query=query),)))
    assert (answer.outcome is PASS) is covers


KEYS = (
    *("spec", "metadata", "containers", "name", "selector", "template", "labels", "env", "resources"),
    *("securityContext", "ownerReferences", "conditions", "volumes", "matchExpressions"),
)
SHAPES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(st.sampled_from(["spec", "metadata", "status"]), SHAPES), max_size=3))
def test_objects_of_any_shape_leave_every_check_an_answer(objects: list[Any]) -> None:
    facts = replace(
        READY,
        workloads=tuple(Workload("Deployment", "api", "pay", one) for one in objects),
        listings={plural: Listing(tuple(objects)) for plural in AROUND},
        pods={"pay/api": Listing(tuple(objects))},
    )
    report = assess(facts, (), _today())
    assert [one.check for one in report.results] == list(CHECKS)
    assert all(one.found.isprintable() for one in report.results)


def test_what_is_missing_of_an_object_is_no_defect() -> None:
    whole = workload().object
    for path in (("spec", "template", "spec", "containers"), ("spec", "template"), ("spec",), ("metadata",)):
        facts = with_workload(Workload("Deployment", "api", "pay", without(whole, *path)))
        assert not [one for one in assess(facts, (), _today()).results if "defect" in one.found]


def _today() -> Any:
    from datetime import date

    return date(2027, 1, 15)
