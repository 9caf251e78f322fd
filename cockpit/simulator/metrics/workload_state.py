"""What kube-state-metrics says of everything but pods and nodes."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from cockpit.simulator.clock import seconds_of
from cockpit.simulator.kinds import (
    CRON_JOBS,
    DAEMON_SETS,
    DEPLOYMENTS,
    HPAS,
    JOBS,
    NAMESPACES,
    PDBS,
    PVCS,
    REPLICA_SETS,
    SERVICES,
    STATEFUL_SETS,
)
from cockpit.simulator.metrics.family import Measure
from cockpit.simulator.promql.values import Labels
from cockpit.simulator.quantity import quantity
from cockpit.simulator.store import Collection, Object

Samples = Iterable[tuple[Labels, float]]


def _at(*path: str, default: float | None = 0.0) -> Callable[[Object], Samples]:
    """Return what reads a number (a boolean as 0 or 1) in an object; where it is missing the default, or nothing."""

    def samples(obj: Object) -> Samples:
        value: Any = obj
        for step in path:
            value = value.get(step) if isinstance(value, dict) else None
        if value is None and default is None:
            return
        yield {}, float(default if value is None else value)  # type: ignore[arg-type]

    return samples


def _created(obj: Object) -> Samples:
    yield {}, seconds_of(obj["metadata"]["creationTimestamp"])


def _owner(obj: Object) -> Samples:
    owners = [one for one in obj["metadata"].get("ownerReferences", ()) if one.get("controller")]
    kind, name = (owners[0]["kind"], owners[0]["name"]) if owners else ("", "")
    yield {"owner_kind": kind, "owner_name": name, "owner_is_controller": "true" if owners else ""}, 1.0


def conditions(obj: Object) -> Samples:
    """Yield 0 or 1 for each condition of an object and each status word."""
    for condition in obj.get("status", {}).get("conditions", ()):
        for shown in ("true", "false", "unknown"):
            labels = {"condition": condition["type"], "status": shown}
            yield labels, float(condition["status"].lower() == shown)


def _ended(kind: str) -> Callable[[Object], Samples]:
    def samples(job: Object) -> Samples:
        for condition in job.get("status", {}).get("conditions", ()):
            if condition["type"] == kind:
                for shown in ("true", "false", "unknown"):
                    yield {"condition": shown}, float(condition["status"].lower() == shown)

    return samples


def _phase(*phases: str) -> Callable[[Object], Samples]:
    def samples(obj: Object) -> Samples:
        now = obj.get("status", {}).get("phase", phases[0])
        for phase in phases:
            yield {"phase": phase}, float(phase == now)

    return samples


def _requested_storage(claim: Object) -> Samples:
    text = claim["spec"].get("resources", {}).get("requests", {}).get("storage")
    if text is not None:
        yield {}, quantity(text)


def _active(cron_job: Object) -> Samples:
    yield {}, float(len(cron_job.get("status", {}).get("active", ())))


def _counts(prefix: str, what: str, table: Mapping[str, tuple[str, ...]]) -> tuple[Measure, ...]:
    return tuple(
        Measure(f"{prefix}_{suffix}", "gauge", f"{what}: {'.'.join(path)}.", _at(*path))
        for suffix, path in table.items()
    )


WORKLOAD_MEASURES: dict[Collection, tuple[str, tuple[Measure, ...]]] = {
    DEPLOYMENTS: (
        "deployment",
        (
            Measure("kube_deployment_created", "gauge", "Unix creation timestamp", _created),
            Measure("kube_deployment_status_condition", "gauge", "The current status conditions.", conditions),
            *_counts(
                "kube_deployment",
                "Deployment",
                {
                    "spec_replicas": ("spec", "replicas"),
                    "spec_paused": ("spec", "paused"),
                    "metadata_generation": ("metadata", "generation"),
                    "status_observed_generation": ("status", "observedGeneration"),
                    "status_replicas": ("status", "replicas"),
                    "status_replicas_available": ("status", "availableReplicas"),
                    "status_replicas_ready": ("status", "readyReplicas"),
                    "status_replicas_unavailable": ("status", "unavailableReplicas"),
                    "status_replicas_updated": ("status", "updatedReplicas"),
                },
            ),
        ),
    ),
    REPLICA_SETS: (
        "replicaset",
        (
            Measure("kube_replicaset_created", "gauge", "Unix creation timestamp", _created),
            Measure("kube_replicaset_owner", "gauge", "Information about the ReplicaSet's owner.", _owner),
            *_counts(
                "kube_replicaset",
                "ReplicaSet",
                {
                    "spec_replicas": ("spec", "replicas"),
                    "status_replicas": ("status", "replicas"),
                    "status_ready_replicas": ("status", "readyReplicas"),
                },
            ),
        ),
    ),
    STATEFUL_SETS: (
        "statefulset",
        (
            Measure("kube_statefulset_created", "gauge", "Unix creation timestamp", _created),
            *_counts(
                "kube_statefulset",
                "StatefulSet",
                {
                    "replicas": ("spec", "replicas"),
                    "status_replicas": ("status", "replicas"),
                    "status_replicas_available": ("status", "availableReplicas"),
                    "status_replicas_current": ("status", "currentReplicas"),
                    "status_replicas_ready": ("status", "readyReplicas"),
                    "status_replicas_updated": ("status", "updatedReplicas"),
                },
            ),
        ),
    ),
    DAEMON_SETS: (
        "daemonset",
        (
            Measure("kube_daemonset_created", "gauge", "Unix creation timestamp", _created),
            *_counts(
                "kube_daemonset",
                "DaemonSet",
                {
                    "status_current_number_scheduled": ("status", "currentNumberScheduled"),
                    "status_desired_number_scheduled": ("status", "desiredNumberScheduled"),
                    "status_number_available": ("status", "numberAvailable"),
                    "status_number_misscheduled": ("status", "numberMisscheduled"),
                    "status_number_ready": ("status", "numberReady"),
                    "status_number_unavailable": ("status", "numberUnavailable"),
                    "status_updated_number_scheduled": ("status", "updatedNumberScheduled"),
                },
            ),
        ),
    ),
    JOBS: (
        "job_name",
        (
            Measure("kube_job_created", "gauge", "Unix creation timestamp", _created),
            Measure("kube_job_owner", "gauge", "Information about the Job's owner.", _owner),
            Measure("kube_job_complete", "gauge", "The job has completed its execution.", _ended("Complete")),
            Measure("kube_job_failed", "gauge", "The job has failed its execution.", _ended("Failed")),
            *_counts(
                "kube_job",
                "Job",
                {
                    "spec_completions": ("spec", "completions"),
                    "status_active": ("status", "active"),
                    "status_failed": ("status", "failed"),
                    "status_succeeded": ("status", "succeeded"),
                },
            ),
        ),
    ),
    CRON_JOBS: (
        "cronjob",
        (
            Measure("kube_cronjob_created", "gauge", "Unix creation timestamp", _created),
            Measure("kube_cronjob_spec_suspend", "gauge", "Suspend flag.", _at("spec", "suspend")),
            Measure("kube_cronjob_status_active", "gauge", "How many jobs run now.", _active),
        ),
    ),
    HPAS: (
        "horizontalpodautoscaler",
        _counts(
            "kube_horizontalpodautoscaler",
            "HorizontalPodAutoscaler",
            {
                "spec_max_replicas": ("spec", "maxReplicas"),
                "spec_min_replicas": ("spec", "minReplicas"),
                "status_current_replicas": ("status", "currentReplicas"),
                "status_desired_replicas": ("status", "desiredReplicas"),
            },
        ),
    ),
    PDBS: (
        "poddisruptionbudget",
        _counts(
            "kube_poddisruptionbudget_status",
            "PodDisruptionBudget",
            {
                "current_healthy": ("status", "currentHealthy"),
                "desired_healthy": ("status", "desiredHealthy"),
                "expected_pods": ("status", "expectedPods"),
                "pod_disruptions_allowed": ("status", "disruptionsAllowed"),
            },
        ),
    ),
    PVCS: (
        "persistentvolumeclaim",
        (
            Measure(
                "kube_persistentvolumeclaim_info",
                "gauge",
                "Information about persistent volume claim.",
                lambda claim: [
                    (
                        {
                            "storageclass": claim["spec"].get("storageClassName", ""),
                            "volumename": claim["spec"].get("volumeName", ""),
                        },
                        1.0,
                    )
                ],
            ),
            Measure(
                "kube_persistentvolumeclaim_status_phase",
                "gauge",
                "The phase the persistent volume claim is currently in.",
                _phase("Pending", "Bound", "Lost"),
            ),
            Measure(
                "kube_persistentvolumeclaim_resource_requests_storage_bytes",
                "gauge",
                "The capacity of storage requested by the persistent volume claim.",
                _requested_storage,
            ),
        ),
    ),
    NAMESPACES: (
        "namespace",
        (
            Measure("kube_namespace_created", "gauge", "Unix creation timestamp", _created),
            Measure(
                "kube_namespace_status_phase",
                "gauge",
                "kubernetes namespace status phase.",
                _phase("Active", "Terminating"),
            ),
        ),
    ),
    SERVICES: (
        "service",
        (
            Measure("kube_service_created", "gauge", "Unix creation timestamp", _created),
            Measure(
                "kube_service_info",
                "gauge",
                "Information about service.",
                lambda service: [({"cluster_ip": service["spec"].get("clusterIP", "")}, 1.0)],
            ),
        ),
    ),
}
"""For each collection the label its objects' names stand in, and its metrics."""
