"""Which workloads belong together as an app, and whether it is the platform's own. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from state.apps.settings import Apps, Production, Rule
from state.cluster.kinds.kind import Labels
from state.cluster.kinds.workload_row import WorkloadRow

PART_OF = "app.kubernetes.io/part-of"
VERSION = "app.kubernetes.io/version"
TIER = "cockpit.dev/tier"
"""Label of a namespace or a workload that says `product` or `platform`."""
PLATFORM_NAMESPACES = (
    *("kube-*", "*-system", "*-operator", "*-operators", "cattle-*", "openshift-*", "tekton-*", "knative-*"),
    *("ingress-*", "cert-manager", "argocd", "argo", "argo-*", "flux*", "monitoring", "observability", "logging"),
    *("external-secrets", "external-dns", "registry", "harbor", "vault", "velero", "kyverno", "falco", "istio-*"),
    *("linkerd*", "metallb*", "longhorn*", "rook-*", "keda", "local-path-storage", "kubernetes-dashboard"),
)
"""Namespaces that hold platform services by their usual names."""
OTHER_STAGES = frozenset(
    {"dev", "develop", "development", "test", "testing", "stage", "staging", "qa", "uat", "int", "sandbox", "preview"}
    | {"non", "nonprod", "preprod"}
)
"""Words in the names of contexts and namespaces that are not production, where nobody said what is."""

UNSAID = Production()
"""Nobody said what is in production."""
_BEFORE_ARGO = ("app.kubernetes.io/instance", "app.kubernetes.io/name")
_ARGO_INSTANCE = "argocd.argoproj.io/instance"
_ARGO_TRACKING = "argocd.argoproj.io/tracking-id"
_FLUX = ("kustomize.toolkit.fluxcd.io/name", "helm.toolkit.fluxcd.io/name")
_HELM = "meta.helm.sh/release-name"
_LEGACY = ("app", "k8s-app")
_VERSION_LIKE = re.compile(r"v?\d")
_WORDS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Grouping:
    """How apps are told from workloads.

    `label` names the app of a workload before any other sign but a rule. `product_namespaces` are globs: where there
    are any, all other namespaces are the platform's. `across` are globs of apps that are one in all namespaces, and in
    all contexts that are watched. `context` is the name of the context whose workloads are grouped.
    """

    label: str = PART_OF
    product_namespaces: tuple[str, ...] = ()
    across: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    production: Production = UNSAID
    context: str = ""

    @classmethod
    def of(cls, said: Apps, context: str) -> "Grouping":
        """Return the grouping that the configuration asks for in a context."""
        return cls(said.label, said.namespaces, said.across, said.rules, said.production, context)

    def rule(self, row: WorkloadRow) -> Rule | None:
        """Return the first rule that a workload meets, None when it meets none."""
        return next((rule for rule in self.rules if _meets(rule, row)), None)

    def app_of(self, row: WorkloadRow) -> str:
        """Return the name of the app that a workload belongs to.

        By a rule, the label, the recommended labels, what Argo CD, Flux or Helm wrote, the old labels, its controller,
        its own name: the first that is there.
        """
        rule = self.rule(row)
        if rule is not None and rule.app:
            return rule.app
        labels, annotations = dict(row.labels), dict(row.annotations)
        return self.named(labels, annotations) or (row.owner.name if row.owner else row.name)

    def named(self, labels: Mapping[str, str], annotations: Mapping[str, str]) -> str:
        """Return the app's name that an object's labels and annotations say, empty when they say none."""
        tracked = (labels.get(_ARGO_INSTANCE, ""), annotations.get(_ARGO_TRACKING, "").partition(":")[0])
        said = (
            *(labels.get(key) for key in (self.label, PART_OF, *_BEFORE_ARGO)),
            # An application outside of Argo CD's own namespace is called by its namespace too: `team-a_payments`.
            *(name.rpartition("_")[2] for name in tracked),
            *(labels.get(key) for key in _FLUX),
            annotations.get(_HELM),
            *(labels.get(key) or annotations.get(key) for key in _LEGACY),
        )
        return next((name for name in said if name), "")

    def spans(self, app: str) -> bool:
        """Return whether an app is one in all namespaces and watched contexts: by a rule, or as the configuration says.

        Others of one name in two namespaces are two: the stages of one cluster are labelled alike.
        """
        return _matches(app, self.across) or any(rule.app == app for rule in self.rules)

    def is_platform(self, namespace: str, labels: Labels, namespace_labels: Labels) -> bool:
        """Return whether this is a platform service: as configured, as labelled, else by the namespace's name."""
        if self.product_namespaces:
            return not _matches(namespace, self.product_namespaces)
        for given in (labels, namespace_labels):
            tier = dict(given).get(TIER)
            if tier:
                return tier == "platform"
        return _matches(namespace, PLATFORM_NAMESPACES)

    def is_production(self, namespace: str, labels: Labels, namespace_labels: Labels) -> bool:
        """Return whether a workload is in production: as configured, else where no name says another stage."""
        said = self.production
        if said == UNSAID:
            return not _of_other_stage(self.context) and not _of_other_stage(namespace)
        carried = dict(namespace_labels) | dict(labels)
        return (
            (not said.namespaces or _matches(namespace, said.namespaces))
            and (not said.contexts or _matches(self.context, said.contexts))
            and _carries(carried, said.labels)
        )


def version_of(row: WorkloadRow) -> str:
    """Return the version that runs: the image's tag when it looks like one, else the label, else the tag.

    The tag comes first because a rollback changes the pod template and leaves the workload's own label behind.
    """
    image = next((image for image in row.images if _base(image) == row.name), row.images[0] if row.images else "")
    tag = tag_of(image)
    return tag if _VERSION_LIKE.match(tag) else row.label(VERSION) or tag


def tag_of(image: str) -> str:
    """Return an image's tag, or the beginning of its digest when it has no tag, empty when it has neither."""
    name, _, digest = image.partition("@")
    tag = name.rpartition("/")[2].partition(":")[2]
    return tag or digest.rpartition(":")[2][:12]


def _base(image: str) -> str:
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0]


def _meets(rule: Rule, row: WorkloadRow) -> bool:
    return (
        fnmatchcase(row.namespace, rule.namespace)
        and fnmatchcase(row.name, rule.name)
        and _carries(dict(row.labels), rule.labels)
    )


def _carries(carried: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    return all(key in carried and fnmatchcase(carried[key], glob) for key, glob in wanted.items())


def _matches(name: str, globs: Iterable[str]) -> bool:
    return any(fnmatchcase(name, glob) for glob in globs)


def _of_other_stage(name: str) -> bool:
    return not OTHER_STAGES.isdisjoint(_WORDS.split(name.casefold()))
