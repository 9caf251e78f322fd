"""The roles that every cluster has, and who is bound to them from the start."""

from collections.abc import Mapping, Sequence

from cockpit.simulator.kinds import CLUSTER_BINDINGS, CLUSTER_ROLES, new_object
from cockpit.simulator.store import Collection, Object, Store

GROUP = "rbac.authorization.k8s.io"
READ = ("get", "list", "watch")
WRITE = ("create", "delete", "deletecollection", "patch", "update")
_DEFAULT = {"kubernetes.io/bootstrapping": "rbac-defaults"}

_VIEWED: Mapping[tuple[str, ...], tuple[str, ...]] = {
    ("",): (
        "bindings", "configmaps", "endpoints", "limitranges", "namespaces", "namespaces/status",
        "persistentvolumeclaims", "persistentvolumeclaims/status", "pods", "pods/log", "pods/status",
        "replicationcontrollers", "replicationcontrollers/scale", "replicationcontrollers/status", "resourcequotas",
        "resourcequotas/status", "serviceaccounts", "services", "services/status",
    ),
    ("", "events.k8s.io"): ("events",),
    ("discovery.k8s.io",): ("endpointslices",),
    ("apps",): (
        "controllerrevisions", "daemonsets", "daemonsets/status", "deployments", "deployments/scale",
        "deployments/status", "replicasets", "replicasets/scale", "replicasets/status", "statefulsets",
        "statefulsets/scale", "statefulsets/status",
    ),
    ("autoscaling",): ("horizontalpodautoscalers", "horizontalpodautoscalers/status"),
    ("batch",): ("cronjobs", "cronjobs/status", "jobs", "jobs/status"),
    ("policy",): ("poddisruptionbudgets", "poddisruptionbudgets/status"),
    ("networking.k8s.io",): ("ingresses", "ingresses/status", "networkpolicies"),
    ("metrics.k8s.io",): ("pods",),
}  # fmt: skip
_EDITED: Mapping[tuple[str, ...], tuple[str, ...]] = {
    ("",): (
        "configmaps", "endpoints", "events", "persistentvolumeclaims", "pods", "pods/attach", "pods/eviction",
        "pods/exec", "pods/portforward", "pods/proxy", "replicationcontrollers", "replicationcontrollers/scale",
        "secrets", "serviceaccounts", "services", "services/proxy",
    ),
    ("apps",): (
        "daemonsets", "deployments", "deployments/scale", "replicasets", "replicasets/scale", "statefulsets",
        "statefulsets/scale",
    ),
    ("autoscaling",): ("horizontalpodautoscalers",),
    ("batch",): ("cronjobs", "jobs"),
    ("policy",): ("poddisruptionbudgets",),
    ("networking.k8s.io",): ("ingresses", "networkpolicies"),
}  # fmt: skip


def rule(verbs: Sequence[str], groups: Sequence[str], resources: Sequence[str]) -> Object:
    """Return a rule as a role holds it; `*` stands for all, subresources are named `pods/log`."""
    return {"apiGroups": list(groups), "resources": list(resources), "verbs": list(verbs)}


VIEW = [rule(READ, groups, resources) for groups, resources in _VIEWED.items()]
"""What the real `view` role may: read what an app is made of, no secrets."""

EDIT = [
    *VIEW,
    rule(READ, ("",), ("secrets", "pods/attach", "pods/exec", "pods/portforward", "pods/proxy", "services/proxy")),
    *(rule(WRITE, groups, resources) for groups, resources in _EDITED.items()),
]
"""What the real `edit` role may: `view`, secrets, and to change all of it."""

ADMIN = [*EDIT, rule((*READ, *WRITE), (GROUP,), ("rolebindings", "roles"))]
"""What the real `admin` role may: `edit`, and to hand out rights in its namespace."""

_ALL = [rule(("*",), ("*",), ("*",)), {"nonResourceURLs": ["*"], "verbs": ["*"]}]
_HEALTH = ["/healthz", "/livez", "/readyz", "/version", "/version/"]
_DISCOVERY = ["/api", "/api/*", "/apis", "/apis/*", *_HEALTH[:3], "/openapi", "/openapi/*", *_HEALTH[3:]]
_OWN = [
    rule(("create",), ("authorization.k8s.io",), ("selfsubjectaccessreviews", "selfsubjectrulesreviews")),
    rule(("create",), ("authentication.k8s.io",), ("selfsubjectreviews",)),
]

DEFAULT_ROLES: Mapping[str, list[Object]] = {
    "admin": ADMIN,
    "cluster-admin": _ALL,
    "edit": EDIT,
    "system:basic-user": _OWN,
    "system:discovery": [{"nonResourceURLs": _DISCOVERY, "verbs": ["get"]}],
    "system:public-info-viewer": [{"nonResourceURLs": _HEALTH, "verbs": ["get"]}],
    "view": VIEW,
}
"""The rules of the cluster roles that the API server itself sees to."""

_DEFAULT_BINDINGS = {
    "cluster-admin": ("cluster-admin", ("system:masters",)),
    "system:basic-user": ("system:basic-user", ("system:authenticated",)),
    "system:discovery": ("system:discovery", ("system:authenticated",)),
    "system:public-info-viewer": ("system:public-info-viewer", ("system:authenticated", "system:unauthenticated")),
}


def role_reference(name: str, kind: str = "ClusterRole") -> Object:
    """Return the reference of a binding to a role."""
    return {"apiGroup": GROUP, "kind": kind, "name": name}


def group_subject(name: str) -> Object:
    """Return the subject of a binding that is a group."""
    return {"apiGroup": GROUP, "kind": "Group", "name": name}


def binding(collection: Collection, name: str, role: str, groups: Sequence[str], namespace: str = "") -> Object:
    """Return a binding of groups to a cluster role, in a namespace or in the whole cluster."""
    subjects = [group_subject(group) for group in groups]
    return new_object(collection, name, namespace, roleRef=role_reference(role), subjects=subjects)


def see_to_defaults(store: Store, created: float | None = None) -> None:
    """Create the default roles and bindings that are not there, as the API server does when it starts.

    `created` is since when they are there, in seconds since the epoch; None: since now.
    """
    for name, rules in DEFAULT_ROLES.items():
        create_missing(store, CLUSTER_ROLES, new_object(CLUSTER_ROLES, name, labels=_DEFAULT, rules=rules), created)
    for name, (role, groups) in _DEFAULT_BINDINGS.items():
        create_missing(store, CLUSTER_BINDINGS, binding(CLUSTER_BINDINGS, name, role, groups), created)


def create_missing(store: Store, collection: Collection, obj: Object, created: float | None = None) -> None:
    """Create an object unless there is one of its name."""
    metadata = obj["metadata"]
    if store.get(collection, metadata.get("namespace", ""), metadata["name"]) is None:
        store.create(collection, obj, created=created)
