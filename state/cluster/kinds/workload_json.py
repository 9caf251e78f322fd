"""The part of workloads' JSON that their rows are made of, as far as they have it in common."""

from collections.abc import Sequence

import msgspec

from state.cluster.kinds.metadata import Metadata, Shape, shared_texts
from state.cluster.kinds.selectors import LabelSelector


class Annotations(msgspec.Struct, gc=False):
    """Annotations that say who a workload belongs to and which revision it is."""

    revision: str = msgspec.field(default="", name="deployment.kubernetes.io/revision")
    rollout_revision: str = msgspec.field(default="", name="rollout.argoproj.io/revision")
    change_cause: str = msgspec.field(default="", name="kubernetes.io/change-cause")
    helm_release: str = msgspec.field(default="", name="meta.helm.sh/release-name")
    helm_namespace: str = msgspec.field(default="", name="meta.helm.sh/release-namespace")
    argocd: str = msgspec.field(default="", name="argocd.argoproj.io/tracking-id")
    app: str = ""
    team: str = ""
    owner: str = msgspec.field(default="", name="cockpit.dev/owner")
    repository: str = msgspec.field(default="", name="cockpit.dev/repository")
    on_call: str = msgspec.field(default="", name="cockpit.dev/on-call")
    dashboard: str = msgspec.field(default="", name="cockpit.dev/dashboard")
    a8r_owner: str = msgspec.field(default="", name="a8r.io/owner")
    a8r_repository: str = msgspec.field(default="", name="a8r.io/repository")
    a8r_support: str = msgspec.field(default="", name="a8r.io/support")
    a8r_performance: str = msgspec.field(default="", name="a8r.io/performance")


_KEPT = {
    "change_cause": "kubernetes.io/change-cause",
    "helm_release": "meta.helm.sh/release-name",
    "helm_namespace": "meta.helm.sh/release-namespace",
    "argocd": "argocd.argoproj.io/tracking-id",
    "app": "app",
    "team": "team",
    "owner": "cockpit.dev/owner",
    "repository": "cockpit.dev/repository",
    "on_call": "cockpit.dev/on-call",
    "dashboard": "cockpit.dev/dashboard",
    "a8r_owner": "a8r.io/owner",
    "a8r_repository": "a8r.io/repository",
    "a8r_support": "a8r.io/support",
    "a8r_performance": "a8r.io/performance",
}


class WorkloadMetadata(Metadata):
    annotations: Annotations | None = None


class TemplateContainer(msgspec.Struct, gc=False):
    name: str = ""
    image: str = ""


class TemplateSpec(msgspec.Struct, gc=False, rename="camel"):
    containers: list[TemplateContainer] | None = None
    node_selector: dict[str, str] | None = None


class Template(msgspec.Struct, gc=False):
    spec: TemplateSpec = msgspec.field(default_factory=TemplateSpec)

    @property
    def images(self) -> tuple[str, ...]:
        return shared_texts([one.image for one in self.spec.containers or ()])

    @property
    def containers(self) -> tuple[str, ...]:
        return shared_texts([one.name for one in self.spec.containers or ()])


class Condition(msgspec.Struct, gc=False, rename="camel"):
    type: str = ""
    status: str = ""
    reason: str = ""
    message: str = ""
    last_transition_time: str | None = None
    last_update_time: str | None = None


class WorkloadSpec(msgspec.Struct, gc=False, rename="camel"):
    replicas: int | None = None
    selector: LabelSelector | None = None
    template: Template = msgspec.field(default_factory=Template)


class Workload(Shape):
    metadata: WorkloadMetadata = msgspec.field(default_factory=WorkloadMetadata)


def kept_annotations(metadata: WorkloadMetadata) -> tuple[tuple[str, str], ...]:
    """Return the annotations that rows keep, as pairs of key and value, those that are set."""
    annotations = metadata.annotations
    if annotations is None:
        return ()
    return tuple((key, value) for field, key in _KEPT.items() if (value := getattr(annotations, field)))


def condition(conditions: Sequence[Condition] | None, kind: str) -> Condition | None:
    """Return the condition of a type, None when the object has none."""
    return next((one for one in conditions or () if one.type == kind), None)
