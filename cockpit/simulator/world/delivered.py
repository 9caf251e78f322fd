"""What the tools that deliver apps remember: the syncs of Argo CD, the history of Flux, the secrets of Helm."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from cockpit.simulator.clock import timestamp
from cockpit.simulator.kinds import (
    DEPLOYMENTS,
    FLUX_RELEASES,
    GIT_APPLICATIONS,
    KUSTOMIZATIONS,
    REPLICA_SETS,
    with_metadata,
)
from cockpit.simulator.store import Object
from cockpit.simulator.world.builder import DAY, Builder
from cockpit.simulator.world.cluster import add_kind
from cockpit.simulator.world.helm_secrets import HelmRevision, add_helm_secrets
from cockpit.simulator.world.workloads import Release

_TRACKING = "argocd.argoproj.io/tracking-id"
_MANAGED_BY = "app.kubernetes.io/managed-by"
_APPLY_SECONDS = 12.0
"""How long a tool takes to apply what it was asked to."""
_READY = (
    ("Ready", "string", ".status.conditions[?(@.type=='Ready')].status"),
    ("Status", "string", ".status.conditions[?(@.type=='Ready')].message"),
)


_DEX = (
    HelmRevision(75.0, "0.22.1", "2.43.0", "superseded", "Install complete"),
    HelmRevision(
        24.02, "0.23.0", "2.44.0", "failed", 'Upgrade "dex" failed: timed out waiting for the condition: 0 of 1 updated'
    ),
    HelmRevision(24.0, "0.22.1", "2.43.0", "superseded", "Rollback to 1"),
    HelmRevision(9.0, "0.23.1", "2.44.0", "deployed", "Upgrade complete"),
)
_VELERO = (
    HelmRevision(75.0, "11.2.0", "1.16.2", "superseded", "Install complete"),
    HelmRevision(9.0, "11.3.1", "1.17.1", "deployed", "Upgrade complete"),
)
_DNS = (("main", 75.0), ("main", 9.0))


def add_histories(builder: Builder) -> None:
    """Let some of the platform's services be delivered by Flux and by Helm. Their workloads must be there."""
    add_kind(builder, "kustomize.toolkit.fluxcd.io", "v1", "Kustomization", "kustomizations", ("ks",), columns=_READY)
    add_kind(builder, "helm.toolkit.fluxcd.io", "v2", "HelmRelease", "helmreleases", ("hr",), columns=_READY)
    _add_kustomization(builder, "external-dns", _DNS)
    add_helm_secrets(builder, "sso", "dex", _DEX)
    _mark(builder, "sso", "Helm", annotations=_helm_marks("sso", "dex"))
    _add_flux_release(builder, "backup", "velero", _VELERO)
    add_helm_secrets(builder, "backup", "velero", _VELERO)


def sync(number: int, name: str, source: Object, by: str, began: float, took: float = _APPLY_SECONDS) -> Object:
    """Return one entry of an application's history: which commit of which source, when, and who asked for it."""
    return {
        "id": number,
        "revision": commit(name, str(source["targetRevision"]), number),
        "deployStartedAt": timestamp(began),
        "deployedAt": timestamp(began + took),
        "initiatedBy": {"username": by},
        "source": source,
    }


def add_syncs(builder: Builder, name: str, images: Sequence[str], releases: Iterable[Release]) -> None:
    """Write into an application's history how it came to run its releases, oldest first."""
    stored = builder.store.get(GIT_APPLICATIONS, "argocd", name)
    if stored is None:
        return
    application = stored.object
    source = {key: value for key, value in application["spec"]["source"].items() if key != "kustomize"}
    history = []
    for number, release in enumerate(releases):
        tagged = [f"{image.rpartition(':')[0]}:{release.version}" for image in images]
        at = {**source, "targetRevision": release.version, "kustomize": {"images": tagged}}
        history.append(sync(number, name, at, release.by, builder.opened - release.days * DAY - 2))
    builder.store.replace(GIT_APPLICATIONS, {**application, "status": {**application["status"], "history": history}})


def commit(*parts: object) -> str:
    """Return the commit of git that these words stand for, always the same."""
    return hashlib.sha1(" ".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()


def _mark(
    builder: Builder,
    namespace: str,
    tool: str,
    labels: dict[str, str] | None = None,
    annotations: dict[str, str] | None = None,
) -> None:
    """Write on the deployments of a namespace by which tool they are delivered; their replica sets copy annotations."""
    for collection in (DEPLOYMENTS, REPLICA_SETS):
        for stored in builder.store.list(collection, namespace):
            metadata = stored.object["metadata"]
            own = {key: value for key, value in metadata["annotations"].items() if key != _TRACKING}
            fields: dict[str, Any] = {"annotations": {**own, **(annotations or {})}}
            if collection == DEPLOYMENTS:
                fields["labels"] = {**metadata["labels"], _MANAGED_BY: tool, **(labels or {})}
            builder.store.replace(collection, with_metadata(stored.object, **fields))


def _helm_marks(namespace: str, name: str) -> dict[str, str]:
    return {"meta.helm.sh/release-name": name, "meta.helm.sh/release-namespace": namespace}


def _ready(builder: Builder, days: float, reason: str, message: str) -> list[Object]:
    since = timestamp(builder.opened - days * DAY)
    return [
        {"type": "Ready", "status": "True", "reason": reason, "message": message, "lastTransitionTime": since},
    ]


def _add_kustomization(builder: Builder, name: str, applied: Sequence[tuple[str, float]]) -> None:
    history: list[Object] = []
    for number, (branch, days) in enumerate(applied, start=1):
        history.append(
            {
                "digest": f"sha256:{hashlib.sha256(f'{name} {number}'.encode()).hexdigest()}",
                "firstReconciled": timestamp(builder.opened - days * DAY),
                "lastReconciled": timestamp(builder.opened - (240 if number == len(applied) else 9.1 * DAY)),
                "lastReconciledDuration": "1.2s",
                "lastReconciledStatus": "ReconciliationSucceeded",
                "totalReconciliations": 1,
                "metadata": {"revision": f"{branch}@sha1:{commit(name, number)}"},
            }
        )
    revision = history[-1]["metadata"]["revision"]
    builder.add(
        KUSTOMIZATIONS,
        name,
        name,
        generation=1,
        spec={
            "interval": "10m",
            "path": f"./platform/{name}",
            "prune": True,
            "sourceRef": {"kind": "GitRepository", "name": "platform"},
        },
        status={
            "conditions": _ready(builder, applied[-1][1], "ReconciliationSucceeded", f"Applied revision: {revision}"),
            "lastAppliedRevision": revision,
            "lastAttemptedRevision": revision,
            "observedGeneration": 1,
            "history": history[::-1],
        },
    )
    group = "kustomize.toolkit.fluxcd.io"
    _mark(builder, name, "flux", labels={f"{group}/name": name, f"{group}/namespace": name})


def _add_flux_release(builder: Builder, namespace: str, name: str, revisions: Sequence[HelmRevision]) -> None:
    history = [
        {
            "name": name,
            "namespace": namespace,
            "version": number,
            "status": one.status,
            "chartName": name,
            "chartVersion": one.chart_version,
            "appVersion": one.app_version,
            "configDigest": f"sha256:{hashlib.sha256(one.chart_version.encode()).hexdigest()}",
            "digest": f"sha256:{hashlib.sha256(f'{name} {number}'.encode()).hexdigest()}",
            "firstDeployed": timestamp(builder.opened - revisions[0].days * DAY),
            "lastDeployed": timestamp(builder.opened - one.days * DAY),
            "deleted": None,
        }
        for number, one in enumerate(revisions, start=1)
    ]
    newest = revisions[-1]
    said = f"Helm upgrade succeeded for release {namespace}/{name}.v{len(revisions)} with chart {name}@"
    builder.add(
        FLUX_RELEASES,
        name,
        namespace,
        generation=1,
        spec={"interval": "10m", "chart": {"spec": {"chart": name, "version": newest.chart_version}}},
        status={
            "conditions": _ready(builder, newest.days, "UpgradeSucceeded", said + newest.chart_version),
            "history": history[::-1],
            "lastAttemptedRevision": newest.chart_version,
            "observedGeneration": 1,
            "storageNamespace": namespace,
        },
    )
    group = "helm.toolkit.fluxcd.io"
    labels = {f"{group}/name": name, f"{group}/namespace": namespace}
    _mark(builder, namespace, "Helm", labels=labels, annotations=_helm_marks(namespace, name))
