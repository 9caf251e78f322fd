"""A small app's objects, ready and easily spoilt."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

from state.apps.model import App, AppHealth, Belonging, Signals
from state.apps.readiness.facts import Facts, Json, Listing, Workload
from state.metrics.wire import WireRule

NOW = 1_800_000_000.0
PROBE = {"httpGet": {"path": "/healthz", "port": 8080}}


def container(name: str = "api", **fields: Any) -> Json:
    given: Json = {
        "name": name,
        "image": f"registry/{name}:v1@sha256:{'0' * 64}",
        "ports": [{"containerPort": 8080}],
        "readinessProbe": {"httpGet": {"path": "/ready", "port": 8080}},
        "livenessProbe": PROBE,
        "startupProbe": PROBE,
        "lifecycle": {"preStop": {"sleep": {"seconds": 5}}},
        "resources": {"requests": {"cpu": "100m", "memory": "1Mi"}, "limits": {"memory": "1Mi"}},
        "securityContext": {
            "runAsNonRoot": True,
            "readOnlyRootFilesystem": True,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        },
    }
    return given | fields


def workload(name: str = "api", kind: str = "Deployment", replicas: int = 2, **fields: Any) -> Workload:
    """`fields` are of its pods' spec."""
    spec: Json = {
        "containers": [container(name)],
        "terminationGracePeriodSeconds": 30,
        "topologySpreadConstraints": [{"maxSkew": 1}],
        "automountServiceAccountToken": False,
        "priorityClassName": "product",
    }
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": spec | fields}
    whole: Json = {
        "metadata": {"name": name, "namespace": "pay"},
        "spec": {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template},
    }
    if kind == "CronJob":
        whole["spec"] = {"jobTemplate": {"spec": {"template": template}}}
    return Workload(kind, name, "pay", whole)


def of_pay(name: str, **rest: Any) -> Json:
    return {"metadata": {"name": name, "namespace": "pay"}, **rest}


def pod(node: str) -> Json:
    return of_pay(f"api-{node}", spec={"nodeName": node})


def replica_set(name: str) -> Json:
    return {"metadata": {"name": name, "namespace": "pay", "ownerReferences": [{"name": "api"}]}}


EVERYTHING = {"matchLabels": {"app": "api"}}
AROUND: dict[str, Listing] = {
    "services": Listing((of_pay("api", spec={"selector": {"app": "api"}}),)),
    "persistentvolumeclaims": Listing(),
    "resourcequotas": Listing((of_pay("team", spec={"hard": {"pods": "9"}}, status={"used": {"pods": "2"}}),)),
    "replicasets": Listing((replica_set("api-1"), replica_set("api-2"))),
    "poddisruptionbudgets": Listing((of_pay("api", spec={"minAvailable": 1, "selector": EVERYTHING}),)),
    "horizontalpodautoscalers": Listing(),
    "networkpolicies": Listing((of_pay("deny", spec={"podSelector": {}, "policyTypes": ["Ingress"]}),)),
    "ingresses": Listing(),
    "certificates": Listing(),
    "configmaps": Listing(),
    "schedules": Listing(absent=True),
}
BURN = 'sum(rate(http_requests_total{namespace="pay",code=~"5.."}[5m])) > 0.1'


def rule(name: str = "Burn", query: str = BURN, **annotations: str) -> WireRule:
    return WireRule(name=name, query=query, annotations=annotations or {"runbook_url": "https://runbooks.example/burn"})


APP = App(
    "payments",
    "prod",
    "pay",
    False,
    (),
    "v1",
    2,
    2,
    AppHealth.WELL,
    "",
    None,
    namespaces=("pay",),
    belonging=Belonging("pay", "ben", "https://git.example/pay", "pager", "https://grafana.example/d/pay"),
    signals=Signals(rate=5.0, errors=0.0),
)
READY = Facts(
    APP,
    NOW,
    workloads=(workload(),),
    listings=AROUND,
    pods={"pay/api": Listing((pod("node-1"), pod("node-2")))},
    logs={"pay/api": ('{"msg": "hello"}',)},
    rules=(rule(),),
    scraped=(2, 2),
)


def with_workload(*workloads: Workload) -> Facts:
    return replace(READY, workloads=workloads)


def with_container(**fields: Any) -> Facts:
    return with_workload(workload(containers=[container(**fields)]))


def with_around(**listings: Listing) -> Facts:
    return replace(READY, listings={**AROUND, **listings})


def without(found: Json, *path: str) -> Json:
    """The object without the field at a path."""
    changed = deepcopy(found)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return changed
