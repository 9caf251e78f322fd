"""Everything that readiness checks look at, read from the servers. Blocks; for a thread or the command line."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from state.apps.model import App
from state.apps.readiness.facts import Facts, Json, Listing, Workload, name_of, part
from state.apps.settings import About
from state.cluster import requests
from state.cluster.errors import ApiError, ClusterError
from state.cluster.kinds.cron_jobs import CRON_JOB
from state.cluster.kinds.daemon_sets import DAEMON_SET
from state.cluster.kinds.deployments import DEPLOYMENT
from state.cluster.kinds.kind import Resource
from state.cluster.kinds.rollouts import ROLLOUT
from state.cluster.kinds.stateful_sets import STATEFUL_SET
from state.cluster.transport import Query, Request, Transport
from state.metrics.catalogue import targets
from state.metrics.client import PrometheusClient
from state.metrics.model import MetricsError, Sample
from state.metrics.wire import WireRule
from state.printable import printable
from state.ref import Ref

_WORKLOADS = {
    kind.resource.group_kind: kind.resource for kind in (DEPLOYMENT, STATEFUL_SET, DAEMON_SET, CRON_JOB, ROLLOUT)
}
_AROUND = (
    Resource("", "v1", "services", "Service"),
    Resource("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim"),
    Resource("", "v1", "resourcequotas", "ResourceQuota"),
    Resource("apps", "v1", "replicasets", "ReplicaSet"),
    Resource("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget"),
    Resource("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler"),
    Resource("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy"),
    Resource("networking.k8s.io", "v1", "ingresses", "Ingress"),
    Resource("cert-manager.io", "v1", "certificates", "Certificate"),
)
_POD = Resource("", "v1", "pods", "Pod")
_CONFIG_MAP = Resource("", "v1", "configmaps", "ConfigMap")
_SCHEDULE = Resource("velero.io", "v1", "schedules", "Schedule")
_DASHBOARDS: Query = (("labelSelector", "grafana_dashboard=1"),)
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,252}")
"""What may stand in a request's path; a custom object may hold anything."""
_PAGE = "500"
_LOG_LINES = "20"
_LOG_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Sources:
    """Where an app is read from. `transport` may block and raise ClusterError."""

    transport: Callable[[], Transport]
    metrics: PrometheusClient | None = None


def collect(app: App, sources: Sources, now: float, about: About | None = None) -> Facts:
    """Return the facts of an app at a wall-clock moment. Raises Unreachable or SignInFailed; a denial is a fact."""
    transport = sources.transport()
    workloads, unread = _workloads(transport, app)
    listings = {one.plural: _in_all(transport, one, app.namespaces) for one in _AROUND}
    listings["configmaps"] = _in_all(transport, _CONFIG_MAP, app.namespaces, _DASHBOARDS)
    listings["schedules"] = _listing(transport, _SCHEDULE, "")
    pods = {f"{one.namespace}/{one.name}": _pods(transport, one) for one in workloads if one.kind != "CronJob"}
    logs = {key: _log(transport, found.items) for key, found in pods.items() if found.items}
    services = [name_of(one) for one in listings["services"].items]
    rules, scraped, problem = _measured(sources.metrics, app, [one.name for one in workloads] + services)
    return Facts(app, now, about, tuple(workloads), unread, listings, pods, logs, rules, scraped, problem)


def _workloads(transport: Transport, app: App) -> tuple[list[Workload], str]:
    found: list[Workload] = []
    unread = ""
    for ref in app.workloads:
        resource = _WORKLOADS.get(ref.group_kind)
        if resource is None:
            continue
        try:
            whole = _with_template(transport, ref, requests.get(transport, resource.path(ref.namespace, ref.name)))
        except ApiError as error:
            if error.status != 404:
                unread = _why(error, f"{ref.group_kind.kind} {ref.path}")
            continue
        found.append(_workload(ref, whole))
    return found, unread


def _with_template(transport: Transport, ref: Ref, whole: Json) -> Json:
    """Return a workload with its pod template; a rollout of Argo may have it in a deployment. Raises ClusterError."""
    kept_in = part(whole, "spec", "workloadRef")
    if ref.group_kind != ROLLOUT.resource.group_kind or kept_in.get("kind") != DEPLOYMENT.resource.kind:
        return whole
    name = str(kept_in.get("name", ""))
    if not _NAME.fullmatch(name):
        return whole
    deployment = requests.get(transport, DEPLOYMENT.resource.path(ref.namespace, name))
    return {**whole, "spec": {**part(whole, "spec"), "template": part(deployment, "spec", "template")}}


def _workload(ref: Ref, whole: Json) -> Workload:
    return Workload(ref.group_kind.kind, ref.name, ref.namespace, whole)


def _in_all(transport: Transport, resource: Resource, namespaces: Sequence[str], query: Query = ()) -> Listing:
    """Return the objects of a kind in several namespaces; a problem in one is one of them all."""
    found = [_listing(transport, resource, namespace, query) for namespace in namespaces]
    return Listing(
        tuple(one for listing in found for one in listing.items),
        next((listing.problem for listing in found if listing.problem), ""),
        all(listing.absent for listing in found),
    )


def _listing(transport: Transport, resource: Resource, namespace: str, query: Query = ()) -> Listing:
    try:
        return Listing(tuple(_pages(transport, resource.path(namespace), query)))
    except ApiError as error:
        if error.status == 404:
            return Listing(absent=True)
        return Listing(problem=_why(error, resource.plural))


def _pages(transport: Transport, path: str, query: Query) -> Iterator[Json]:
    token = ""
    while True:
        more: Query = (("continue", token),) if token else ()
        page = requests.get(transport, path, (*query, ("limit", _PAGE), *more))
        yield from (one for one in page.get("items") or () if isinstance(one, dict))
        token = str(part(page, "metadata").get("continue") or "")
        if not token:
            return


def _pods(transport: Transport, workload: Workload) -> Listing:
    wanted = part(workload.object, "spec", "selector", "matchLabels")
    selector = ",".join(f"{key}={value}" for key, value in wanted.items())
    return _listing(transport, _POD, workload.namespace, (("labelSelector", selector),))


def _log(transport: Transport, pods: Sequence[Json]) -> tuple[str, ...]:
    """Return the last lines of the first container of a pod that runs; none where there are none to be had."""
    pod = next((one for one in pods if part(one, "status").get("phase") == "Running"), None)
    containers = part(pod, "spec").get("containers") or ()
    if pod is None or not containers:
        return ()
    path = _POD.path(str(part(pod, "metadata").get("namespace", "")), name_of(pod), "log")
    query: Query = (("container", str(containers[0].get("name", ""))), ("tailLines", _LOG_LINES))
    try:
        answer = transport.call(Request(path, query, accept="*/*", read_timeout=_LOG_SECONDS))
    except ClusterError:
        return ()
    return tuple(answer.body.decode(errors="replace").splitlines()) if answer.status == 200 else ()


def _measured(
    client: PrometheusClient | None, app: App, names: Sequence[str]
) -> tuple[tuple[WireRule, ...] | None, tuple[int, int] | None, str]:
    if client is None:
        return None, None, "Prometheus is not configured"
    try:
        groups = client.alerting_groups()
        rules = tuple(rule for group in groups for rule in group.rules if rule.type == "alerting")
        samples = client.query(targets(app.namespaces).promql).samples
    except MetricsError as error:
        return None, None, printable(f"Prometheus: {error}")
    own = [one for one in samples if _is_own(one, names)]
    return rules, (sum(one.value > 0 for one in own), len(own)), ""


def _is_own(target: Sample, names: Sequence[str]) -> bool:
    if target.label("service") in names or target.label("job") in names:
        return True
    pod = target.label("pod")
    return bool(pod) and any(pod.startswith(f"{name}-") for name in names)


def _why(error: ApiError, what: str) -> str:
    said = "may not be read" if error.denied else f"could not be read: {error.message}"
    return printable(f"{what} {said}")
