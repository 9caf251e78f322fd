"""Who may do what: read from roles and bindings, and asked of the server for oneself.

Matching follows the RBAC authorizer of Kubernetes (`RuleAllows` of its `rbac` plugin). Other authorizers, such as
webhooks, decide by themselves and are not seen here; for oneself the server answers with them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from state.cluster import requests
from state.cluster.errors import ApiError
from state.cluster.transport import Transport
from state.printable import printable

_ROOT = "/apis/rbac.authorization.k8s.io/v1"
_REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"
_PAGE = 500
ALL = "*"
EVERYBODY = "system:authenticated"
_ACCOUNTS = "system:serviceaccounts"
_KEYS = ("verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs")


class Subject(NamedTuple):
    """A user, group or service account; the namespace is an account's."""

    kind: str
    name: str
    namespace: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


class Rule(NamedTuple):
    """What a role allows; `names` limits it to some objects, empty: none are singled out."""

    verbs: tuple[str, ...]
    groups: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()


class Wanted(NamedTuple):
    """Something to be done with a resource, for example `get` on `pods/log`; in all namespaces when none is named."""

    verb: str
    group: str
    resource: str
    """With its subresource: `pods/log`."""
    namespace: str = ""
    name: str = ""

    def __str__(self) -> str:
        group = f".{self.group}" if self.group else ""
        what = f"{self.verb} {self.resource}{group}{f' {self.name}' if self.name else ''}"
        return f"{what} in {self.namespace}" if self.namespace else what


@dataclass(frozen=True, slots=True)
class Binding:
    """Who has which role, and where; an empty namespace stands for all."""

    name: str
    namespace: str
    role_kind: str
    role: str
    subjects: tuple[Subject, ...]

    @property
    def path(self) -> str:
        """The binding in words: `rolebinding shop/editors`."""
        return f"rolebinding {self.namespace}/{self.name}" if self.namespace else f"clusterrolebinding {self.name}"


@dataclass(frozen=True, slots=True)
class Policy:
    """All roles and bindings that could be read."""

    roles: dict[tuple[str, str], tuple[Rule, ...]] = field(default_factory=dict)
    """By namespace (empty for cluster roles) and name."""
    bindings: tuple[Binding, ...] = ()
    unread: tuple[str, ...] = ()
    """The kinds that this user may not read, so that not everything is known."""

    def rules(self, binding: Binding) -> tuple[Rule, ...]:
        """Return what a binding gives; nothing when its role is not there."""
        return self.roles.get((binding.namespace if binding.role_kind == "Role" else "", binding.role), ())


class Holder(NamedTuple):
    """Somebody who may do something."""

    subject: Subject
    scope: str
    """The namespace in which, empty: in all."""
    names: tuple[str, ...]
    """The objects with which alone, empty: with all."""
    role: str
    """`ClusterRole edit`."""
    binding: str


class Right(NamedTuple):
    """Something that somebody may do."""

    resource: str
    """With its group: `deployments.apps`; a URL begins with `/`."""
    verbs: tuple[str, ...]
    names: tuple[str, ...] = ()
    scope: str = ""
    through: str = ""
    """Where it comes from: role and binding, and the group when it is one's group that has it."""


class Rights(NamedTuple):
    """Rights, and what is to be said of them besides."""

    found: tuple[Right, ...]
    note: str = ""


# --- reading ---


def read_policy(transport: Transport, namespace: str = "") -> Policy:
    """Return the roles and bindings of the cluster, of one namespace where all may not be read.

    Raises ClusterError; what this user may not read is named in the policy instead.
    """
    unread: list[str] = []

    def objects(plural: str) -> list[requests.Json]:
        found = _listed(transport, f"{_ROOT}/{plural}")
        if found is None and namespace and not plural.startswith("cluster"):
            found = _listed(transport, f"{_ROOT}/namespaces/{namespace}/{plural}")
            unread.append(plural if found is None else f"{plural} outside of {namespace}")
        elif found is None:
            unread.append(plural)
        return found or []

    roles = {
        (_text(one, "metadata", "namespace"), _text(one, "metadata", "name")): tuple(_rules(one.get("rules")))
        for plural in ("clusterroles", "roles")
        for one in objects(plural)
    }
    bindings = tuple(_binding(one) for plural in ("clusterrolebindings", "rolebindings") for one in objects(plural))
    return Policy(roles, bindings, tuple(dict.fromkeys(unread)))


def my_rights(transport: Transport, namespace: str) -> Rights:
    """Return what the server says this user may do in a namespace (SelfSubjectRulesReview). Raises ClusterError."""
    body = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectRulesReview",
        "spec": {"namespace": namespace or "default"},
    }
    status = requests.post(transport, _REVIEWS, body).get("status")
    if not isinstance(status, dict):
        raise ApiError(200, "", "the rules review came back without a status")
    rules = [*_rules(status.get("resourceRules")), *_rules(status.get("nonResourceRules"))]
    note = ""
    if status.get("incomplete") is True:
        why = printable(str(status.get("evaluationError") or "the server cannot list all of them"))
        note = f"not all of it: {why}"
    return Rights(tuple(_together(_parts(rules, "", ""))), note)


# --- asking ---


def who_can(policy: Policy, wanted: Wanted) -> tuple[Holder, ...]:
    """Return everybody who may do something, those who may everywhere first.

    Without a namespace in `wanted` those who may in one namespace only are among them, with that as their scope.
    """
    found: dict[Holder, None] = {}
    for binding in policy.bindings:
        if wanted.namespace and binding.namespace not in ("", wanted.namespace):
            continue
        for rule in policy.rules(binding):
            if not allows(rule, wanted):
                continue
            names = () if wanted.name else rule.names
            for subject in binding.subjects:
                role = f"{binding.role_kind} {binding.role}"
                found[Holder(subject, binding.namespace, names, role, binding.path)] = None
    return tuple(sorted(found, key=lambda one: (one.scope, one.names, one.subject)))


def rights_of(policy: Policy, subject: Subject) -> Rights:
    """Return what somebody may do by roles and bindings, the groups that the server gives to all among them.

    Of a user's own groups the cluster knows nothing: the note says so.
    """
    groups = {subject.name} if subject.kind == "Group" else {EVERYBODY}
    if subject.kind == "ServiceAccount":
        groups |= {_ACCOUNTS, f"{_ACCOUNTS}:{subject.namespace}"}
    rights: list[Right] = []
    for binding in policy.bindings:
        for one in binding.subjects:
            if one == subject or _is_account(one, subject):
                through = ""
            elif one.kind == "Group" and one.name in groups and subject.kind != "Group":
                through = f", as {one}"
            else:
                continue
            role = f"{binding.role_kind} {binding.role} by {binding.path}{through}"
            rights += _parts(policy.rules(binding), binding.namespace, role)
    notes = [f"may not be read: {', '.join(policy.unread)}"] if policy.unread else []
    if subject.kind == "User":
        notes.append("the groups of a user are known to the sign-in alone; ask for each with g:NAME")
    return Rights(tuple(_together(rights)), "; ".join(notes))


def allows(rule: Rule, wanted: Wanted) -> bool:
    """Return whether a rule allows something, for some objects at least."""
    return (
        _has(rule.verbs, wanted.verb)
        and _has(rule.groups, wanted.group)
        and _has_resource(rule.resources, wanted.resource)
        and (not wanted.name or not rule.names or wanted.name in rule.names)
    )


def _has(found: Sequence[str], wanted: str) -> bool:
    return ALL in found or wanted in found


def _has_resource(found: Sequence[str], wanted: str) -> bool:
    _, slash, subresource = wanted.partition("/")
    return _has(found, wanted) or bool(slash and f"*/{subresource}" in found)


def _is_account(one: Subject, subject: Subject) -> bool:
    """An account can be bound under the name of its user too."""
    account = f"system:serviceaccount:{subject.namespace}:{subject.name}"
    return subject.kind == "ServiceAccount" and one.kind == "User" and one.name == account


def _parts(rules: Iterable[Rule], scope: str, through: str) -> Iterator[Right]:
    for rule in rules:
        for resource in rule.resources:
            for group in rule.groups:
                plural, slash, part = resource.partition("/")
                told = f"{plural}{'.' + group if group else ''}{slash}{part}"
                yield Right(told, rule.verbs, rule.names, scope, through)
        # A namespace holds no URLs, so a role binding gives none.
        for url in rule.urls if not scope else ():
            yield Right(url, rule.verbs, (), "", through)


def _together(rights: Iterable[Right]) -> list[Right]:
    """Return rights that differ by their verbs alone as one, URLs last."""
    verbs: dict[Right, dict[str, None]] = {}
    for one in rights:
        verbs.setdefault(one._replace(verbs=()), {}).update(dict.fromkeys(one.verbs))
    found = [one._replace(verbs=(ALL,) if ALL in held else tuple(held)) for one, held in verbs.items()]
    return sorted(found, key=lambda one: (one.resource.startswith("/"), one.resource, one.scope, one.through))


def _listed(transport: Transport, path: str) -> list[requests.Json] | None:
    """All objects of a list, None when this user may not read it."""
    found: list[requests.Json] = []
    token = ""
    while True:
        page = (("limit", str(_PAGE)), *((("continue", token),) if token else ()))
        try:
            answer = requests.get(transport, path, page)
        except ApiError as error:
            if error.denied:
                return None
            raise
        found += [one for one in answer.get("items") or () if isinstance(one, dict)]
        token = _text(answer, "metadata", "continue")
        if not token:
            return found


def _binding(found: requests.Json) -> Binding:
    return Binding(
        _text(found, "metadata", "name"),
        _text(found, "metadata", "namespace"),
        _text(found, "roleRef", "kind"),
        _text(found, "roleRef", "name"),
        tuple(
            Subject(_text(one, "kind"), _text(one, "name"), _text(one, "namespace"))
            for one in _objects(found.get("subjects"))
        ),
    )


def _rules(found: Any) -> Iterator[Rule]:
    for one in _objects(found):
        yield Rule(*(_texts(one.get(key)) for key in _KEYS))


def _objects(found: Any) -> list[requests.Json]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _texts(found: Any) -> tuple[str, ...]:
    return tuple(printable(str(one)) for one in found) if isinstance(found, list) else ()


def _text(found: Any, *path: str) -> str:
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return printable(str(found)) if found is not None else ""
