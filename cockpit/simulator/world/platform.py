"""The platform's own services, each in its namespace."""

from cockpit.simulator.controllers.cron_job import job_from
from cockpit.simulator.kinds import CONFIG_MAPS, SECRETS, SERVICE_ACCOUNTS
from cockpit.simulator.programs import REGISTRY
from cockpit.simulator.store import Object
from cockpit.simulator.world.around import (
    add_application,
    add_budget,
    add_certificate,
    add_cron_job,
    add_ingress,
    add_job,
)
from cockpit.simulator.world.builder import Builder
from cockpit.simulator.world.cluster import POOL, add_leases
from cockpit.simulator.world.parts import Container, Labels, PodPlan
from cockpit.simulator.world.workloads import (
    Release,
    Workload,
    add_daemon_set,
    add_deployment,
    add_stateful_set,
)

_EVERYWHERE: tuple[Object, ...] = ({"operator": "Exists"},)
_EDGE = {POOL: "edge"}
SWEEP_RUNS_SECONDS = 400.0
"""How long the registry's weekly sweep takes; it holds room on an edge node meanwhile."""
_SWEEP_LEFT_SECONDS = 300.0

_Row = tuple[str, str, str, str, int, str, str]
"""Name, component, image, tag, replicas, CPU and memory requested by each pod."""


def _add_deployments(builder: Builder, namespace: str, rows: tuple[_Row, ...], **plan: object) -> list[Workload]:
    added = []
    for index, (name, component, image, tag, replicas, cpu, memory) in enumerate(rows):
        container = Container(name, f"{image}:{tag}", cpu, memory)
        pods = PodPlan((container,), **plan)  # type: ignore[arg-type]
        workload = Workload(namespace, Labels(name, namespace, component), pods, replicas)
        last = 9.0 + 3.7 * index % 25
        releases = (
            Release(75.0 - 0.1 * index, f"{tag}-0", "ana", "installed"),
            Release(last, tag, "chi", "monthly update"),
        )
        add_deployment(builder, workload, releases)
        builder.service(namespace, workload.labels)
        if replicas > 1:
            add_budget(builder, workload)
        added.append(workload)
    return added


def _add_stateful_sets(builder: Builder, namespace: str, rows: tuple[tuple[_Row, str], ...]) -> None:
    for index, ((name, component, image, tag, replicas, cpu, memory), storage) in enumerate(rows):
        container = Container(name, f"{image}:{tag}", cpu, memory)
        workload = Workload(namespace, Labels(name, namespace, component, tag), PodPlan((container,)), replicas)
        add_stateful_set(builder, workload, 72.0 - 4.3 * index, storage)
        builder.service(namespace, workload.labels, headless=True)


def _add_daemon_sets(builder: Builder, namespace: str, rows: tuple[_Row, ...]) -> None:
    for index, (name, component, image, tag, _, cpu, memory) in enumerate(rows):
        container = Container(name, f"{image}:{tag}", cpu, memory, port=0, probe="")
        pods = PodPlan((container,), tolerations=_EVERYWHERE)
        add_daemon_set(builder, Workload(namespace, Labels(name, namespace, component, tag), pods), 40.0 - 3 * index)


def add_system(builder: Builder) -> None:
    """Add the parts of the cluster that every cluster has."""
    for name in ("kube-system", "kube-node-lease", "kube-public", "default"):
        builder.namespace(name, "platform")
    add_leases(builder)
    _add_daemon_sets(builder, "kube-system", _SYSTEM_DAEMONS)
    _add_deployments(builder, "kube-system", _SYSTEM)
    builder.add(CONFIG_MAPS, "coredns", "kube-system", data={"Corefile": ".:53 {\n    errors\n    kubernetes\n}\n"})


def add_platform(builder: Builder, *, sweeping: bool) -> None:
    """Add the platform's services. `sweeping`: the registry's weekly sweep is under way as the world opens."""
    _add_ingress(builder)
    builder.namespace("registry", "platform")
    _add_registry_jobs(builder, sweeping)
    for namespace, rows in _SERVICES.items():
        if namespace != "registry":
            builder.namespace(namespace, "platform")
        for name in {row[0] for row in rows}:
            builder.add(SERVICE_ACCOUNTS, name, namespace)
        _add_deployments(builder, namespace, rows)
        _add_stateful_sets(builder, namespace, _STATEFUL.get(namespace, ()))
    _add_daemon_sets(builder, "monitoring", _MONITORING_DAEMONS)
    _add_backups(builder)
    builder.add(SECRETS, "registry-pull", "registry", type="Opaque", data=builder.secret_data("user", "password"))
    for namespace in ("cert-manager", "external-secrets", "ingress-nginx", "monitoring", "registry"):
        add_application(builder, namespace, namespace, "main")


def _add_ingress(builder: Builder) -> None:
    namespace = "ingress-nginx"
    builder.namespace(namespace, "platform")
    row = (
        "ingress-nginx-controller",
        "controller",
        "registry.k8s.io/ingress-nginx/controller",
        "v1.13.3",
        3,
        "1100m",
        "1Gi",
    )
    (controller,) = _add_deployments(builder, namespace, (row,), node_selector=_EDGE)
    _add_deployments(
        builder, namespace, (("default-backend", "web", "registry.k8s.io/defaultbackend", "1.5", 1, "20m", "32Mi"),)
    )
    add_certificate(builder, namespace, "platform-example", ["*.platform.example"], 48.0)
    add_ingress(builder, controller, "status.platform.example", "platform-example-tls")


def _add_registry_jobs(builder: Builder, sweeping: bool) -> None:
    labels = Labels("image-sweep", "registry", "job", "v0.4.2")
    container = Container("image-sweep", f"{REGISTRY}/image-sweep:v0.4.2", "700m", "256Mi", port=0, probe="")
    plan = PodPlan((container,), node_selector=_EDGE, restart_policy="Never")
    cron_job = add_cron_job(
        builder, "registry", labels, "20 2 * * 0", plan.template(labels.tree()), SWEEP_RUNS_SECONDS, ended=1
    )
    if sweeping:
        job = job_from(cron_job, builder.opened)
        job["metadata"]["name"] = "image-sweep-by-hand"
        add_job(builder, job, builder.opened - SWEEP_RUNS_SECONDS + _SWEEP_LEFT_SECONDS, None)


def _add_backups(builder: Builder) -> None:
    labels = Labels("cluster-backup", "backup", "job", "v2.1.0")
    container = Container("backup", f"{REGISTRY}/backup:v2.1.0", "200m", "256Mi", port=0, probe="")
    template = PodPlan((container,), restart_policy="Never").template(labels.tree())
    add_cron_job(builder, "backup", labels, "0 */6 * * *", template, 36.0)


_K8S = "registry.k8s.io"
_SYSTEM: tuple[_Row, ...] = (
    ("coredns", "dns", f"{_K8S}/coredns/coredns", "v1.12.4", 3, "100m", "170Mi"),
    ("metrics-server", "metrics", f"{_K8S}/metrics-server/metrics-server", "v0.8.0", 2, "100m", "200Mi"),
    ("csi-controller", "storage", f"{_K8S}/sig-storage/csi-provisioner", "v5.3.0", 2, "60m", "128Mi"),
    ("snapshot-controller", "storage", f"{_K8S}/sig-storage/snapshot-controller", "v8.3.0", 2, "30m", "64Mi"),
    ("cilium-operator", "network", "quay.io/cilium/operator", "v1.18.3", 2, "80m", "160Mi"),
    ("konnectivity-agent", "network", f"{_K8S}/kas-network-proxy/proxy-agent", "v0.33.0", 3, "30m", "48Mi"),
)
_SYSTEM_DAEMONS: tuple[_Row, ...] = (
    ("kube-proxy", "network", f"{_K8S}/kube-proxy", "v1.36.4", 0, "60m", "96Mi"),
    ("cilium", "network", "quay.io/cilium/cilium", "v1.18.3", 0, "180m", "512Mi"),
    ("cilium-envoy", "network", "quay.io/cilium/cilium-envoy", "v1.34.10", 0, "80m", "192Mi"),
    ("csi-node", "storage", f"{_K8S}/sig-storage/csi-node-driver-registrar", "v2.15.0", 0, "30m", "64Mi"),
    ("node-local-dns", "dns", f"{_K8S}/dns/k8s-dns-node-cache", "1.26.5", 0, "40m", "64Mi"),
)
_MONITORING_DAEMONS: tuple[_Row, ...] = (
    ("node-exporter", "metrics", "quay.io/prometheus/node-exporter", "v1.10.2", 0, "60m", "64Mi"),
    ("fluent-bit", "logs", "docker.io/fluent/fluent-bit", "4.1.1", 0, "120m", "192Mi"),
)
_ACTIONS = "ghcr.io/actions"
_ARGO = "quay.io/argoproj/argocd"
_KSM = f"{_K8S}/kube-state-metrics"
_PROMETHEUS = "quay.io/prometheus-operator"
_CERT = "quay.io/jetstack/cert-manager"
_ESO = "ghcr.io/external-secrets/external-secrets"
_HARBOR = "docker.io/goharbor"
_SERVICES: dict[str, tuple[_Row, ...]] = {
    "cert-manager": (
        ("cert-manager", "controller", f"{_CERT}-controller", "v1.19.1", 2, "100m", "256Mi"),
        ("cert-manager-cainjector", "controller", f"{_CERT}-cainjector", "v1.19.1", 1, "60m", "256Mi"),
        ("cert-manager-webhook", "webhook", f"{_CERT}-webhook", "v1.19.1", 3, "50m", "96Mi"),
    ),
    "argocd": (
        ("argocd-server", "api", _ARGO, "v3.2.0", 2, "250m", "384Mi"),
        ("argocd-repo-server", "repository", _ARGO, "v3.2.0", 3, "250m", "768Mi"),
        ("argocd-applicationset", "controller", _ARGO, "v3.2.0", 1, "100m", "192Mi"),
        ("argocd-notifications", "controller", _ARGO, "v3.2.0", 1, "50m", "128Mi"),
        ("argocd-dex", "sso", "ghcr.io/dexidp/dex", "v2.44.0", 1, "50m", "96Mi"),
        ("argocd-redis", "cache", "docker.io/library/redis", "8.2.1", 1, "100m", "256Mi"),
    ),
    "external-secrets": (
        ("external-secrets", "controller", _ESO, "v1.0.0", 2, "80m", "192Mi"),
        ("external-secrets-webhook", "webhook", _ESO, "v1.0.0", 2, "40m", "96Mi"),
        ("external-secrets-cert", "controller", _ESO, "v1.0.0", 1, "40m", "96Mi"),
    ),
    "monitoring": (
        ("grafana", "dashboards", "docker.io/grafana/grafana", "12.3.0", 2, "300m", "768Mi"),
        ("kube-state-metrics", "metrics", f"{_KSM}/kube-state-metrics", "v2.17.0", 1, "150m", "256Mi"),
        ("prometheus-operator", "controller", f"{_PROMETHEUS}/prometheus-operator", "v0.86.1", 1, "100m", "192Mi"),
        ("blackbox-exporter", "probe", "quay.io/prometheus/blackbox-exporter", "v0.28.0", 2, "50m", "64Mi"),
        ("loki-gateway", "logs", "docker.io/library/nginx", "1.29.3", 2, "100m", "128Mi"),
        ("loki-read", "logs", "docker.io/grafana/loki", "3.6.0", 3, "300m", "3Gi"),
    ),
    "registry": (
        ("registry-core", "api", f"{_HARBOR}/harbor-core", "v2.14.0", 2, "250m", "512Mi"),
        ("registry-portal", "web", f"{_HARBOR}/harbor-portal", "v2.14.0", 1, "50m", "64Mi"),
        ("registry-jobservice", "worker", f"{_HARBOR}/harbor-jobservice", "v2.14.0", 2, "150m", "384Mi"),
        ("registry-store", "api", f"{_HARBOR}/registry-photon", "v2.14.0", 3, "300m", "768Mi"),
        ("registry-exporter", "metrics", f"{_HARBOR}/harbor-exporter", "v2.14.0", 1, "30m", "64Mi"),
    ),
    "sso": (("dex", "sso", "ghcr.io/dexidp/dex", "v2.44.0", 2, "100m", "192Mi"),),
    "backup": (("velero", "controller", "docker.io/velero/velero", "v1.17.1", 1, "250m", "512Mi"),),
    "external-dns": (
        ("external-dns", "controller", f"{_K8S}/external-dns/external-dns", "v0.20.0", 1, "50m", "96Mi"),
    ),
    "ci": (
        ("runner-set", "controller", f"{_ACTIONS}/gha-runner-scale-set-controller", "0.13.0", 1, "100m", "192Mi"),
        ("runner", "worker", f"{_ACTIONS}/actions-runner", "2.330.0", 15, "200m", "2Gi"),
        ("build-cache", "cache", "docker.io/moby/buildkit", "v0.26.2", 2, "400m", "4Gi"),
    ),
    "docs": (
        ("getting-started", "web", "docker.io/library/nginx", "1.29.3", 2, "30m", "48Mi"),
        ("demo-app", "web", "docker.io/library/nginx", "1.29.3", 2, "30m", "48Mi"),
    ),
}  # fmt: skip
_STATEFUL: dict[str, tuple[tuple[_Row, str], ...]] = {
    "argocd": ((("argocd-controller", "controller", _ARGO, "v3.2.0", 2, "500m", "2Gi"), ""),),
    "monitoring": (
        (("prometheus", "metrics", "quay.io/prometheus/prometheus", "v3.8.0", 2, "700m", "6Gi"), "200Gi"),
        (("alertmanager", "alerts", "quay.io/prometheus/alertmanager", "v0.29.0", 3, "60m", "128Mi"), "5Gi"),
        (("loki-write", "logs", "docker.io/grafana/loki", "3.6.0", 3, "300m", "3Gi"), "100Gi"),
        (("loki-backend", "logs", "docker.io/grafana/loki", "3.6.0", 2, "250m", "2Gi"), "50Gi"),
    ),
    "registry": (
        (("registry-database", "database", f"{_HARBOR}/harbor-db", "v2.14.0", 1, "500m", "2Gi"), "20Gi"),
        (("registry-cache", "cache", f"{_HARBOR}/redis-photon", "v2.14.0", 1, "100m", "256Mi"), "5Gi"),
        (("registry-scanner", "scanner", f"{_HARBOR}/trivy-adapter-photon", "v2.14.0", 1, "300m", "1Gi"), "20Gi"),
    ),
}
