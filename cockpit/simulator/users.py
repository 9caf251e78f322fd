"""Who may do what: bearer tokens, and rights in the form of RBAC rules."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

READ = ("get", "list", "watch")
WRITE = ("create", "delete", "deletecollection", "patch", "update")

_PUBLIC_PATHS = ("/healthz", "/livez", "/readyz", "/version", "/version/")
_DISCOVERY_PATHS = (
    "/api",
    "/api/*",
    "/apis",
    "/apis/*",
    *_PUBLIC_PATHS[:3],
    "/openapi",
    "/openapi/*",
    *_PUBLIC_PATHS[3:],
)


@dataclass(frozen=True, slots=True)
class Rule:
    """Some verbs on some resources; `*` stands for all. Subresources are named `pods/log`."""

    verbs: tuple[str, ...]
    groups: tuple[str, ...]
    resources: tuple[str, ...]

    def covers(self, action: "Action") -> bool:
        """Return whether the rule allows an action on a resource."""
        wanted = f"{action.resource}/{action.subresource}" if action.subresource else action.resource
        return (
            _in(action.verb, self.verbs)
            and _in(action.group, self.groups)
            and (_in(wanted, self.resources) or f"*/{action.subresource}" in self.resources)
        )


class Grant(NamedTuple):
    """Rules that hold in one namespace, or (None) everywhere; `because` is the reason a review gives."""

    rules: tuple[Rule, ...]
    namespace: str | None = None
    because: str = ""


class Action(NamedTuple):
    """What somebody wants to do: to a resource, or (with `path`) at an address that is none."""

    verb: str
    group: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    path: str = ""

    def refusal(self, user: str) -> str:
        """Return the server's words when a user may not."""
        if self.path:
            return f'User "{user}" cannot {self.verb} path "{self.path}"'
        what = f"{self.resource}/{self.subresource}" if self.subresource else self.resource
        where = f'in the namespace "{self.namespace}"' if self.namespace else "at the cluster scope"
        return f'User "{user}" cannot {self.verb} resource "{what}" in API group "{self.group}" {where}'


class Decision(NamedTuple):
    """Whether an action is allowed, and why."""

    allowed: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who signs in with a token."""

    name: str
    token: str = field(repr=False)
    groups: tuple[str, ...] = ()
    grants: tuple[Grant, ...] = ()
    unlimited: bool = False
    """Member of `system:masters`: whatever it asks is allowed before any rule is read."""
    anonymous: bool = False

    def may(self, action: Action) -> Decision:
        """Return whether the user may do something."""
        if self.unlimited:
            return Decision(True)
        if action.path:
            return self._may_visit(action)
        if action.verb == "create" and not self.anonymous and _is_own_review(action):
            return Decision(True)
        for grant in self.grants:
            here = grant.namespace is None or grant.namespace == action.namespace
            if here and any(rule.covers(action) for rule in grant.rules):
                return Decision(True, grant.because)
        return Decision(False)

    def rules_in(self, namespace: str) -> tuple[list[Rule], list[tuple[str, ...]]]:
        """Return the rules that hold for the user in a namespace, and the lists of addresses it may get."""
        if self.unlimited:
            return [Rule(("*",), ("*",), ("*",))], [("*",)]
        rules = [rule for grant in self.grants if grant.namespace in (None, namespace) for rule in grant.rules]
        return [*rules, *_OWN_REVIEWS], [_DISCOVERY_PATHS, _PUBLIC_PATHS]

    def _may_visit(self, action: Action) -> Decision:
        paths = _PUBLIC_PATHS if self.anonymous else (*_DISCOVERY_PATHS, *_PUBLIC_PATHS)
        known = any(_visits(pattern, action.path) for pattern in paths)
        return Decision(known and action.verb in ("get", "head"))


_OWN_REVIEWS = (
    Rule(("create",), ("authorization.k8s.io",), ("selfsubjectaccessreviews", "selfsubjectrulesreviews")),
    Rule(("create",), ("authentication.k8s.io",), ("selfsubjectreviews",)),
)

ANONYMOUS = User("system:anonymous", "", ("system:unauthenticated",), anonymous=True)
"""Who sends no token."""


class Users:
    """The users of one server."""

    def __init__(self, users: Iterable[User]) -> None:
        self._by_name = {user.name: user for user in users}

    def __getitem__(self, name: str) -> User:
        return self._by_name[name]

    def get(self, name: str) -> User | None:
        """Return a user by name, None when there is none."""
        return self._by_name.get(name)

    def with_token(self, token: str) -> User | None:
        """Return who has a token, None when nobody does."""
        wanted = token.encode()
        found = [user for user in self._by_name.values() if secrets.compare_digest(user.token.encode(), wanted)]
        return found[0] if found else None

    def impersonated(self, name: str, groups: Sequence[str]) -> User:
        """Return who is acted as: a user of this server with its rights, anybody else with those of the groups."""
        known = self._by_name.get(name)
        if known is not None and not groups:
            return known
        return User(name, "", (*groups, "system:authenticated"), unlimited="system:masters" in groups)

    def named(self, name: str) -> User:
        """Return a user by name; one that is not there has no rights."""
        return self._by_name.get(name) or User(name, "", ("system:authenticated",))


_EVERYTHING = "*"
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
        "pods/exec", "pods/portforward", "replicationcontrollers", "replicationcontrollers/scale", "secrets",
        "serviceaccounts", "services",
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

VIEW = tuple(Rule(READ, groups, resources) for groups, resources in _VIEWED.items())
"""What the real `view` role may: read what an app is made of, no secrets."""

EDIT = (
    *VIEW,
    Rule(READ, ("",), ("secrets", "pods/exec", "pods/attach", "pods/portforward")),
    *(Rule(WRITE, groups, resources) for groups, resources in _EDITED.items()),
)
"""What the real `edit` role may: `view`, secrets, and to change all of it."""

_NODES = (Rule(READ, ("", "metrics.k8s.io"), ("nodes",)),)


def standard_users(namespace: str = "payments") -> Users:
    """Return the users of a simulated cluster, each with a fresh token.

    `admin` may do everything; `viewer` reads all but secrets and changes nothing; a user with the namespace's name
    edits there and sees nothing elsewhere, not even the list of namespaces or nodes; `nobody` may only sign in.
    """
    viewing = 'RBAC: allowed by ClusterRoleBinding "viewers" of ClusterRole "view" to Group "viewers"'
    seeing_nodes = 'RBAC: allowed by ClusterRoleBinding "viewers-nodes" of ClusterRole "nodes" to Group "viewers"'
    editing = (
        f'RBAC: allowed by RoleBinding "{namespace}/{namespace}" of ClusterRole "edit" to Group "{namespace}-team"'
    )
    return Users(
        (
            _user("admin", "system:masters", unlimited=True),
            _user("viewer", "viewers", Grant(VIEW, because=viewing), Grant(_NODES, because=seeing_nodes)),
            _user(namespace, f"{namespace}-team", Grant(EDIT, namespace, editing)),
            _user("nobody", "nobodies"),
        )
    )


def _user(name: str, group: str, *grants: Grant, unlimited: bool = False) -> User:
    return User(name, secrets.token_hex(16), (group, "system:authenticated"), grants, unlimited)


def _in(wanted: str, allowed: Sequence[str]) -> bool:
    return wanted in allowed or _EVERYTHING in allowed


def _visits(pattern: str, path: str) -> bool:
    return path.startswith(pattern[:-1]) if pattern.endswith("*") else path == pattern


def _is_own_review(action: Action) -> bool:
    return any(rule.covers(action) for rule in _OWN_REVIEWS)
