"""Which workloads belong together as an app, and whether it is the platform's own. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from state.cluster.kinds.kind import Labels
from state.cluster.kinds.workload_row import WorkloadRow

PART_OF = "app.kubernetes.io/part-of"
VERSION = "app.kubernetes.io/version"
TIER = "cockpit.dev/tier"
"""Label of a namespace or a workload that says `product` or `platform`."""
TEAMS = ("cockpit.dev/team", "app.kubernetes.io/team", "team", "owner")
PLATFORM_NAMESPACES = (
    *("kube-*", "*-system", "*-operator", "*-operators", "cattle-*", "openshift-*", "tekton-*", "knative-*"),
    *("ingress-*", "cert-manager", "argocd", "argo", "argo-*", "flux*", "monitoring", "observability", "logging"),
    *("external-secrets", "external-dns", "registry", "harbor", "vault", "velero", "kyverno", "falco", "istio-*"),
    *("linkerd*", "metallb*", "longhorn*", "rook-*", "keda", "local-path-storage", "kubernetes-dashboard"),
)
"""Namespaces that hold platform services by their usual names."""

_BEFORE_ARGO = ("app.kubernetes.io/instance", "app.kubernetes.io/name")
_ARGO_INSTANCE = "argocd.argoproj.io/instance"
_ARGO_TRACKING = "argocd.argoproj.io/tracking-id"
_FLUX = ("kustomize.toolkit.fluxcd.io/name", "helm.toolkit.fluxcd.io/name")
_HELM = "meta.helm.sh/release-name"
_LEGACY = ("app", "k8s-app")
_VERSION_LIKE = re.compile(r"v?\d")


@dataclass(frozen=True, slots=True)
class Grouping:
    """How apps are told from workloads.

    `label` names the app of a workload before any other sign. `product_namespaces` are globs: where there are any,
    all other namespaces are the platform's.
    """

    label: str = PART_OF
    product_namespaces: tuple[str, ...] = ()

    def app_of(self, row: WorkloadRow) -> str:
        """Return the name of the app that a workload belongs to.

        By the label, the recommended labels, what Argo CD, Flux or Helm wrote, the old labels, its controller, its
        own name: the first that is there.
        """
        labels, annotations = dict(row.labels), dict(row.annotations)
        return self.named(labels, annotations) or (row.owner.name if row.owner else row.name)

    def named(self, labels: Mapping[str, str], annotations: Mapping[str, str]) -> str:
        """Return the app's name that an object's labels and annotations say, empty when they say none."""
        argo = annotations.get(_ARGO_TRACKING, "").partition(":")[0]
        said = (
            *(labels.get(key) for key in (self.label, PART_OF, *_BEFORE_ARGO, _ARGO_INSTANCE)),
            argo,
            *(labels.get(key) for key in _FLUX),
            annotations.get(_HELM),
            *(labels.get(key) or annotations.get(key) for key in _LEGACY),
        )
        return next((name for name in said if name), "")

    def is_platform(self, namespace: str, labels: Labels, namespace_labels: Labels) -> bool:
        """Return whether this is a platform service: as configured, as labelled, else by the namespace's name."""
        if self.product_namespaces:
            return not _matches(namespace, self.product_namespaces)
        for given in (labels, namespace_labels):
            tier = dict(given).get(TIER)
            if tier:
                return tier == "platform"
        return _matches(namespace, PLATFORM_NAMESPACES)


def team_of(row: WorkloadRow, namespace_labels: Labels) -> str:
    """Return the team that a workload, else its namespace, names; empty when none does."""
    own, around = dict(row.labels) | dict(row.annotations), dict(namespace_labels)
    return next((given[key] for given in (own, around) for key in TEAMS if given.get(key)), "")


def version_of(row: WorkloadRow) -> str:
    """Return the version that runs: the image's tag when it looks like one, else the label, else the tag.

    The tag comes first because a rollback changes the pod template and leaves the workload's own label behind.
    """
    image = next((image for image in row.images if _base(image) == row.name), row.images[0] if row.images else "")
    tag = _tag(image)
    return tag if _VERSION_LIKE.match(tag) else row.label(VERSION) or tag


def _base(image: str) -> str:
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0]


def _tag(image: str) -> str:
    """Return an image's tag, or the beginning of its digest when it has no tag."""
    name, _, digest = image.partition("@")
    tag = name.rpartition("/")[2].partition(":")[2]
    return tag or digest.rpartition(":")[2][:12]


def _matches(name: str, globs: Iterable[str]) -> bool:
    return any(fnmatchcase(name, glob) for glob in globs)
