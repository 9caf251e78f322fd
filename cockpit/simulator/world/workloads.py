"""Workloads with a past: deployments with their releases, stateful and daemon sets, jobs; and the pods of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from cockpit.simulator.clock import timestamp
from cockpit.simulator.controllers.daemon_set import belongs_on, daemon_pod, daemon_set_status
from cockpit.simulator.controllers.deployment import REVISION, replica_set_for
from cockpit.simulator.controllers.revisions import REVISION_LABEL, revision_for
from cockpit.simulator.controllers.stateful_set import claim_for, stateful_pod, stateful_set_status
from cockpit.simulator.controllers.templates import pod_from
from cockpit.simulator.controllers.volumes import bound, volume_for
from cockpit.simulator.kinds import (
    CONTROLLER_REVISIONS,
    DAEMON_SETS,
    DEPLOYMENTS,
    NODES,
    PVCS,
    PVS,
    REPLICA_SETS,
    STATEFUL_SETS,
    new_object,
)
from cockpit.simulator.store import Object
from cockpit.simulator.world.builder import DAY, Builder
from cockpit.simulator.world.parts import Container, Labels, PodPlan


@dataclass(frozen=True, slots=True)
class Release:
    """A version of an app: how many days before the opening it went out, by whom, and why."""

    days: float
    version: str
    by: str
    cause: str


@dataclass(frozen=True, slots=True)
class Rolling:
    """How a deployment replaces its pods: pods too many, pods missing, and after how many seconds it is stuck."""

    max_surge: int | str = "25%"
    max_unavailable: int | str = "25%"
    progress_deadline: int = 600


@dataclass(frozen=True, slots=True)
class Workload:
    """Where a workload lives and what it is."""

    namespace: str
    labels: Labels
    pods: PodPlan
    replicas: int = 1
    rolling: Rolling = Rolling()
    annotations: tuple[tuple[str, str], ...] = ()
    """What the workload says of itself, beside what its tools write."""

    @property
    def name(self) -> str:
        """The workload's name."""
        return self.labels.name

    def at(self, version: str) -> PodPlan:
        """Return the pods at a version: images of the own registry carry it as their tag."""

        def tagged(containers: Iterable[Container]) -> tuple[Container, ...]:
            return tuple(one.version(version) if _is_own(one.image) else one for one in containers)

        pods = self.pods
        return replace(pods, containers=tagged(pods.containers), init_containers=tagged(pods.init_containers))


def add_deployment(builder: Builder, workload: Workload, releases: Sequence[Release]) -> Object:
    """Add a deployment with a replica set for each release (oldest first) and the pods of the last."""
    for release in releases:
        _remember_images(builder, workload.at(release.version))
    first = builder.opened - releases[0].days * DAY
    tree = _deployment(builder, workload, releases[-1], len(releases))
    deployment = builder.store.create(DEPLOYMENTS, tree, created=first).object
    for number, release in enumerate(releases, start=1):
        last = number == len(releases)
        as_released = _deployment(builder, workload, release, number)
        as_released["metadata"]["uid"] = deployment["metadata"]["uid"]
        made = replica_set_for(as_released, number, workload.replicas if last else 0)
        made["metadata"]["generation"] = 2 if last else 4
        counts = ("fullyLabeledReplicas", "readyReplicas", "availableReplicas") if last and workload.replicas else ()
        made["status"] = {
            "observedGeneration": made["metadata"]["generation"],
            "replicas": workload.replicas if last else 0,
            **dict.fromkeys(counts, workload.replicas),
        }
        released = builder.opened - release.days * DAY
        replica_set = builder.store.create(REPLICA_SETS, made, created=released).object
        if last:
            _add_replicas(builder, replica_set, workload.replicas, released)
    return deployment


def _add_replicas(builder: Builder, replica_set: Object, count: int, released: float) -> None:
    prefix = replica_set["metadata"]["name"]
    for _ in range(count):
        name = f"{prefix}-{builder.context.suffix()}"
        pod = pod_from(replica_set["spec"]["template"], replica_set, name, generateName=f"{prefix}-")
        builder.pod(pod, builder.rescheduled(released))


def _deployment(builder: Builder, workload: Workload, release: Release, revision: int) -> Object:
    labels = {**workload.labels.tree(), "app.kubernetes.io/version": release.version}
    rolling, released = workload.rolling, builder.opened - release.days * DAY
    place = f"{workload.namespace}/{workload.name}"
    deployment = new_object(
        DEPLOYMENTS,
        workload.name,
        workload.namespace,
        labels=labels,
        annotations={
            REVISION: str(revision),
            "kubernetes.io/change-cause": f"{workload.name} {release.version} ({release.by}): {release.cause}",
            "argocd.argoproj.io/tracking-id": f"{workload.labels.part_of}:apps/Deployment:{place}",
            **dict(workload.annotations),
        },
        spec={
            "replicas": workload.replicas,
            "selector": workload.labels.selector,
            "template": workload.at(release.version).template(labels),
            "strategy": {
                "type": "RollingUpdate",
                "rollingUpdate": {"maxUnavailable": rolling.max_unavailable, "maxSurge": rolling.max_surge},
            },
            "revisionHistoryLimit": 10,
            "progressDeadlineSeconds": rolling.progress_deadline,
        },
    )
    deployment["metadata"]["generation"] = revision
    unowned = {**deployment, "metadata": {**deployment["metadata"], "uid": ""}}
    replica_set = replica_set_for(unowned, revision, 0)["metadata"]["name"]
    counts = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas") if workload.replicas else ()
    condition = {
        "status": "True",
        "lastUpdateTime": timestamp(released + 30),
        "lastTransitionTime": timestamp(released + 10),
    }
    available = {"reason": "MinimumReplicasAvailable", "message": "Deployment has minimum availability."}
    progressed = {
        "reason": "NewReplicaSetAvailable",
        "message": f'ReplicaSet "{replica_set}" has successfully progressed.',
    }
    deployment["status"] = {
        "observedGeneration": revision,
        **dict.fromkeys(counts, workload.replicas),
        "conditions": [
            {"type": "Available", **condition, **available},
            {"type": "Progressing", **condition, **progressed},
        ],
    }
    return deployment


def add_stateful_set(builder: Builder, workload: Workload, days: float, storage: str = "") -> Object:
    """Add a stateful set with its pods, and a volume for each where `storage` says how large."""
    _remember_images(builder, workload.pods)
    labels = workload.labels.tree()
    spec: Object = {
        "replicas": workload.replicas,
        "serviceName": workload.name,
        "selector": workload.labels.selector,
        "template": workload.pods.template(labels),
        "podManagementPolicy": "OrderedReady",
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0, "maxUnavailable": 1}},
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
        "revisionHistoryLimit": 10,
    }
    if storage:
        claim_spec = {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": storage}},
            "storageClassName": "fast",
            "volumeMode": "Filesystem",
        }
        spec["volumeClaimTemplates"] = [
            {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"}, "spec": claim_spec}
        ]
    age = days * DAY
    stateful_set = builder.add(
        STATEFUL_SETS,
        workload.name,
        workload.namespace,
        age=age,
        generation=1,
        labels=labels,
        **({"annotations": dict(workload.annotations)} if workload.annotations else {}),
        spec=spec,
    )
    revision = builder.store.create(CONTROLLER_REVISIONS, revision_for(stateful_set, 1), created=builder.opened - age)
    name = revision.object["metadata"]["name"]
    for ordinal in range(workload.replicas):
        for claim in spec.get("volumeClaimTemplates", ()):
            _add_claim(builder, claim_for(stateful_set, claim, ordinal), builder.opened - age)
        pod = stateful_pod(stateful_set, spec["template"], ordinal, name)
        builder.pod(pod, builder.rescheduled(builder.opened - age + 20 * ordinal))
    pods = builder.context.pods.owned_by(stateful_set["metadata"]["uid"])
    status = stateful_set_status(stateful_set, pods, name, name)
    return builder.store.replace(STATEFUL_SETS, {**stateful_set, "status": status}).object


def _add_claim(builder: Builder, claim: Object, created: float) -> None:
    stored = builder.store.create(PVCS, claim, created=created).object
    builder.store.create(PVS, volume_for(stored), created=created)
    builder.store.replace(PVCS, bound(stored))


def add_daemon_set(builder: Builder, workload: Workload, days: float) -> Object:
    """Add a daemon set with a pod on each node."""
    _remember_images(builder, workload.pods)
    labels = workload.labels.tree()
    spec: Object = {
        "selector": workload.labels.selector,
        "template": workload.pods.template(labels),
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}},
        "revisionHistoryLimit": 10,
    }
    age = days * DAY
    daemon_set = builder.add(
        DAEMON_SETS, workload.name, workload.namespace, age=age, generation=1, labels=labels, spec=spec
    )
    revision = builder.store.create(CONTROLLER_REVISIONS, revision_for(daemon_set, 1), created=builder.opened - age)
    hash_ = revision.object["metadata"]["labels"][REVISION_LABEL]
    nodes = [one.object for one in builder.store.list(NODES) if belongs_on(daemon_set, one.object)]
    names = {node["metadata"]["name"] for node in nodes}
    for node in sorted(names):
        pod = daemon_pod(daemon_set, node, f"{workload.name}-{builder.context.suffix()}", hash_)
        builder.pod(pod, builder.opened - age + 5, node)
    pods = builder.context.pods.owned_by(daemon_set["metadata"]["uid"])
    status = daemon_set_status(daemon_set, pods, names, hash_)
    return builder.store.replace(DAEMON_SETS, {**daemon_set, "status": status}).object


def _remember_images(builder: Builder, pods: PodPlan) -> None:
    builder.images.update(one.image for one in (*pods.containers, *pods.init_containers))


def _is_own(image: str) -> bool:
    return image.startswith("registry.example/") and "/migrate:" not in image
