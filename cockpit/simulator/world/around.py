"""What stands around workloads: budgets, autoscalers, ingresses, policies, quotas, certificates, applications, jobs."""

from cockpit.simulator.clock import timestamp
from cockpit.simulator.controllers.applications import application_status
from cockpit.simulator.controllers.certificates import certificate_status, secret_for
from cockpit.simulator.controllers.cron_job import job_from
from cockpit.simulator.controllers.cron_schedule import parse_schedule
from cockpit.simulator.controllers.disruption import budget_status
from cockpit.simulator.controllers.events import KEPT_SECONDS, Source
from cockpit.simulator.controllers.job import with_selector
from cockpit.simulator.controllers.quota import quota_status
from cockpit.simulator.controllers.templates import pod_from
from cockpit.simulator.kinds import (
    BINDINGS,
    CERTIFICATES,
    CRON_JOBS,
    DEPLOYMENTS,
    EXTERNAL_SECRETS,
    GIT_APPLICATIONS,
    HPAS,
    INGRESSES,
    JOBS,
    LIMIT_RANGES,
    NETWORK_POLICIES,
    PDBS,
    QUOTAS,
    ROLES,
    SECRETS,
    SERVICE_ACCOUNTS,
)
from cockpit.simulator.rbac.roles import group_subject, role_reference
from cockpit.simulator.store import Object
from cockpit.simulator.world.builder import DAY, Builder
from cockpit.simulator.world.parts import Labels
from cockpit.simulator.world.workloads import Workload


def add_budget(builder: Builder, workload: Workload, min_available: int | str = 1) -> None:
    """Add a pod disruption budget for a workload whose pods all run."""
    budget = builder.add(
        PDBS,
        workload.name,
        workload.namespace,
        generation=1,
        labels=workload.labels.tree(),
        spec={"minAvailable": min_available, "selector": workload.labels.selector},
    )
    status = budget_status(budget, workload.replicas, workload.replicas, timestamp(builder.began + 60))
    builder.store.replace(PDBS, {**budget, "status": status})


def add_autoscaler(builder: Builder, workload: Workload, most: int, target: int) -> None:
    """Add an autoscaler that keeps a deployment's CPU near `target` percent of its requests."""
    scaled = timestamp(builder.opened - 3 * DAY)
    condition = {"status": "True", "lastTransitionTime": timestamp(builder.began + 90)}
    builder.add(
        HPAS,
        workload.name,
        workload.namespace,
        labels=workload.labels.tree(),
        spec={
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": workload.name},
            "minReplicas": workload.replicas,
            "maxReplicas": most,
            "metrics": [
                {
                    "type": "Resource",
                    "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": target}},
                }
            ],
        },
        status={
            "lastScaleTime": scaled,
            "currentReplicas": workload.replicas,
            "desiredReplicas": workload.replicas,
            "currentMetrics": [
                {"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": target - 12}}}
            ],
            "conditions": [
                {
                    **condition,
                    "type": "AbleToScale",
                    "reason": "ReadyForNewScale",
                    "message": "recommended size matches current size",
                },
                {
                    **condition,
                    "type": "ScalingActive",
                    "reason": "ValidMetricFound",
                    "message": "the HPA was able to successfully calculate a replica count",
                },
            ],
        },
    )


def add_ingress(builder: Builder, workload: Workload, host: str, secret: str, path: str = "/") -> None:
    """Add an ingress that leads a host's path to a workload's service."""
    backend = {"service": {"name": workload.name, "port": {"name": "http"}}}
    builder.add(
        INGRESSES,
        workload.name,
        workload.namespace,
        generation=1,
        labels=workload.labels.tree(),
        annotations={"cert-manager.io/cluster-issuer": "letsencrypt"},
        spec={
            "ingressClassName": "nginx",
            "rules": [{"host": host, "http": {"paths": [{"path": path, "pathType": "Prefix", "backend": backend}]}}],
            "tls": [{"hosts": [host], "secretName": secret}],
        },
        status={"loadBalancer": {"ingress": [{"ip": "203.0.113.10"}]}},
    )


def add_certificate(
    builder: Builder, namespace: str, name: str, hosts: list[str], days_left: float, valid_days: int = 90
) -> None:
    """Add a certificate that is good for so many days more, and its secret."""
    issued = builder.opened - (valid_days - days_left) * DAY
    certificate = builder.add(
        CERTIFICATES,
        name,
        namespace,
        generation=1,
        spec={
            "secretName": f"{name}-tls",
            "dnsNames": hosts,
            "issuerRef": {"kind": "ClusterIssuer", "name": "letsencrypt"},
            "duration": f"{24 * valid_days}h0m0s",
            "renewBefore": "720h0m0s",
        },
    )
    status = certificate_status(certificate, issued, timestamp(issued))
    certificate = builder.store.replace(CERTIFICATES, {**certificate, "status": status}).object
    builder.store.create(SECRETS, secret_for(certificate), created=issued)


def add_external_secret(builder: Builder, namespace: str, name: str, *keys: str) -> None:
    """Add a secret that is kept in an external store, and its copy in the cluster."""
    synced = builder.opened - builder.random.uniform(60, 3000)
    owner = builder.add(
        EXTERNAL_SECRETS,
        name,
        namespace,
        generation=1,
        spec={
            "refreshInterval": "1h",
            "secretStoreRef": {"kind": "ClusterSecretStore", "name": "vault"},
            "target": {"name": name, "creationPolicy": "Owner"},
            "data": [{"secretKey": key, "remoteRef": {"key": f"{namespace}/{name}", "property": key}} for key in keys],
        },
        status={
            "refreshTime": timestamp(synced),
            "conditions": [
                {
                    "type": "Ready",
                    "status": "True",
                    "reason": "SecretSynced",
                    "message": "secret synced",
                    "lastTransitionTime": timestamp(builder.began + 120),
                }
            ],
        },
    )
    builder.add(SECRETS, name, namespace, owner=owner, type="Opaque", data=builder.secret_data(*keys))


def count_quotas(builder: Builder) -> None:
    """Write what the pods that stand have taken of each quota."""
    for stored in builder.store.list(QUOTAS):
        pods = builder.context.pods.in_namespace(stored.object["metadata"]["namespace"])
        builder.store.replace(QUOTAS, {**stored.object, "status": quota_status(stored.object, pods)})


def add_guards(builder: Builder, namespace: str, team: str, cpu: str, memory: str) -> None:
    """Add what each team's namespace is given: quota, limits, default-deny policy, the team's rights, an account."""
    hard = {"requests.cpu": cpu, "requests.memory": memory, "pods": "60"}
    builder.add(QUOTAS, "team", namespace, spec={"hard": hard}, status={})
    default = {"type": "Container", "defaultRequest": {"cpu": "50m", "memory": "64Mi"}, "default": {"memory": "256Mi"}}
    builder.add(LIMIT_RANGES, "defaults", namespace, spec={"limits": [default]})
    deny = {"podSelector": {}, "policyTypes": ["Ingress"]}
    builder.add(NETWORK_POLICIES, "default-deny", namespace, generation=1, spec=deny)
    source = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress-nginx"}}}
    allowed = {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{"from": [source, {"podSelector": {}}]}]}
    builder.add(NETWORK_POLICIES, "allow-ingress-and-own", namespace, generation=1, spec=allowed)
    builder.add(BINDINGS, team, namespace, roleRef=role_reference("edit"), subjects=[group_subject(f"{team}-team")])
    rules = [{"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["get", "patch"]}]
    builder.add(ROLES, "deployer", namespace, rules=rules)
    account = {"kind": "ServiceAccount", "name": "deployer", "namespace": namespace}
    builder.add(BINDINGS, "deployer", namespace, roleRef=role_reference("deployer", "Role"), subjects=[account])
    builder.add(SERVICE_ACCOUNTS, "deployer", namespace)


def add_application(builder: Builder, name: str, namespace: str, revision: str, images: tuple[str, ...] = ()) -> None:
    """Add an application of Argo CD that keeps a namespace; `images` are those it was asked to run."""
    source: Object = {
        "repoURL": "https://git.example/platform/deploy.git",
        "path": f"apps/{name}",
        "targetRevision": revision,
    }
    if images:
        source["kustomize"] = {"images": list(images)}
    application = builder.add(
        GIT_APPLICATIONS,
        name,
        "argocd",
        spec={
            "project": "default",
            "source": source,
            "destination": {"server": "https://kubernetes.default.svc", "namespace": namespace},
            "syncPolicy": {},
        },
    )
    deployments = [stored.object for stored in builder.store.list(DEPLOYMENTS, namespace)]
    synced = timestamp(builder.opened - 0.3 * DAY)
    status = application_status(application, deployments, synced)
    builder.store.replace(GIT_APPLICATIONS, {**application, "status": {**status, "reconciledAt": synced}})


def add_cron_job(
    builder: Builder, namespace: str, labels: Labels, schedule: str, template: Object, took: float, ended: int = 3
) -> Object:
    """Add a cron job and its last `ended` jobs, each of which took so many seconds."""
    cron_job = builder.add(
        CRON_JOBS,
        labels.name,
        namespace,
        generation=1,
        labels=labels.tree(),
        spec={
            "schedule": schedule,
            "concurrencyPolicy": "Forbid",
            "suspend": False,
            "successfulJobsHistoryLimit": 3,
            "failedJobsHistoryLimit": 1,
            "jobTemplate": {
                "metadata": {"labels": labels.tree()},
                "spec": {"backoffLimit": 2, "template": template},
            },
        },
    )
    moments = past_moments(schedule, builder.opened - took - 10, ended)
    for moment in moments:
        add_job(builder, job_from(cron_job, moment), moment, moment + took)
    status = {"lastScheduleTime": timestamp(moments[-1]), "lastSuccessfulTime": timestamp(moments[-1] + took)}
    return builder.store.replace(CRON_JOBS, {**cron_job, "status": status}).object


def past_moments(schedule: str, before: float, count: int) -> list[float]:
    """Return the last `count` moments of a schedule before a moment, oldest first."""
    parsed = parse_schedule(schedule)
    for span in (3600.0, DAY, 8 * DAY, 400 * DAY):
        found: list[float] = []
        moment = parsed.next_after(before - span)
        while moment is not None and moment < before:
            found.append(moment)
            moment = parsed.next_after(moment)
        if len(found) >= count:
            return found[-count:]
    return found


def add_job(builder: Builder, job: Object, created: float, ended: float | None) -> Object:
    """Add a job with its pod, run to its end at a moment or (None) still running."""
    stored = builder.store.create(JOBS, job, created=created).object
    stored = builder.store.replace(JOBS, with_selector(stored)).object
    name = f"{job['metadata']['name']}-{builder.context.suffix()}"
    pod = pod_from(stored["spec"]["template"], stored, name, generateName=f"{job['metadata']['name']}-")
    builder.images.update(one["image"] for one in pod["spec"]["containers"])
    builder.pod(pod, created, ended=ended)
    status: Object = {"startTime": timestamp(created), "terminating": 0, "uncountedTerminatedPods": {}}
    if ended is None:
        status |= {"active": 1, "ready": 1}
    else:
        end = timestamp(ended)
        condition = {
            "status": "True",
            "lastProbeTime": end,
            "lastTransitionTime": end,
            "reason": "CompletionsReached",
            "message": "Reached expected number of succeeded pods",
        }
        conditions = [{"type": "SuccessCriteriaMet", **condition}, {"type": "Complete", **condition}]
        status |= {"conditions": conditions, "completionTime": end, "succeeded": 1, "ready": 0}
    stored = builder.store.replace(JOBS, {**stored, "status": status}).object
    _tell(builder, stored, f"Created pod: {name}", "SuccessfulCreate", created)
    if ended is not None:
        _tell(builder, stored, "Job completed", "Completed", ended)
    return stored


def _tell(builder: Builder, job: Object, message: str, reason: str, moment: float) -> None:
    if moment > builder.opened - KEPT_SECONDS:
        source = Source("job-controller")
        builder.context.events.past(job, source, "Normal", reason, message, first=moment, last=moment, count=1)
