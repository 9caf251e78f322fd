"""What a user may do, as the roles and bindings of a store say at that moment."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cockpit.simulator.kinds import BINDINGS, CLUSTER_BINDINGS, CLUSTER_ROLES, ROLES
from cockpit.simulator.store import Object, Store
from cockpit.simulator.users import Action, User

_EVERYTHING = "*"
_ACCOUNT = "system:serviceaccount:"


class Decision(NamedTuple):
    """Whether an action is allowed, and why."""

    allowed: bool
    reason: str = ""


class Rights:
    """Answers from the roles and bindings of one store. A change of them holds from the next question on."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def may(self, user: User, action: Action) -> Decision:
        """Return whether a user may do something."""
        if user.unlimited:
            return Decision(True)
        for rules, because in self._grants(user, "" if action.path else action.namespace):
            if any(covers(rule, action) for rule in rules):
                return Decision(True, because)
        return Decision(False)

    def rules_in(self, user: User, namespace: str) -> list[Object]:
        """Return the rules that hold for a user in a namespace."""
        if user.unlimited:
            everything = [_EVERYTHING]
            return [
                {"verbs": everything, "apiGroups": everything, "resources": everything},
                {"verbs": everything, "nonResourceURLs": everything},
            ]
        return [rule for rules, _ in self._grants(user, namespace) for rule in rules]

    def _grants(self, user: User, namespace: str) -> Iterator[tuple[Sequence[Object], str]]:
        """Yield the rules of each binding that holds for the user, with the words of its reason."""
        for stored in self._store.list(CLUSTER_BINDINGS):
            found = stored.object
            subject = _subject(found, user)
            if subject:
                named = f'ClusterRoleBinding "{found["metadata"]["name"]}"'
                yield self._rules(found, ""), _because(named, found, subject)
        if not namespace:
            return
        for stored in self._store.list(BINDINGS, namespace):
            found = stored.object
            subject = _subject(found, user)
            if subject:
                named = f'RoleBinding "{found["metadata"]["name"]}/{namespace}"'
                yield self._rules(found, namespace), _because(named, found, subject)

    def _rules(self, binding: Object, namespace: str) -> Sequence[Object]:
        reference = binding.get("roleRef") or {}
        cluster_wide = reference.get("kind") == "ClusterRole"
        collection = CLUSTER_ROLES if cluster_wide else ROLES
        stored = self._store.get(collection, "" if cluster_wide else namespace, reference.get("name", ""))
        rules: Sequence[Object] = (stored.object.get("rules") or ()) if stored is not None else ()
        return rules


def covers(rule: Object, action: Action) -> bool:
    """Return whether a rule allows an action."""
    if not _in(action.verb, rule.get("verbs") or ()):
        return False
    if action.path:
        return any(_visits(pattern, action.path) for pattern in rule.get("nonResourceURLs") or ())
    resources, names = rule.get("resources") or (), rule.get("resourceNames") or ()
    wanted = f"{action.resource}/{action.subresource}" if action.subresource else action.resource
    return (
        _in(action.group, rule.get("apiGroups") or ())
        and (_in(wanted, resources) or (bool(action.subresource) and f"*/{action.subresource}" in resources))
        and (not names or action.name in names)
    )


def _subject(binding: Object, user: User) -> str:
    """Return the words for the subject by which a binding holds for a user, empty when it does not."""
    for subject in binding.get("subjects") or ():
        kind, name = subject.get("kind"), str(subject.get("name", ""))
        if kind == "User" and name == user.name:
            return f'User "{name}"'
        if kind == "Group" and name in user.groups:
            return f'Group "{name}"'
        if kind == "ServiceAccount" and user.name == f"{_ACCOUNT}{subject.get('namespace', '')}:{name}":
            return f'ServiceAccount "{name}/{subject.get("namespace", "")}"'
    return ""


def _because(named: str, binding: Object, subject: str) -> str:
    reference = binding.get("roleRef") or {}
    return f'RBAC: allowed by {named} of {reference.get("kind")} "{reference.get("name")}" to {subject}'


def _in(wanted: str, allowed: Sequence[str]) -> bool:
    return wanted in allowed or _EVERYTHING in allowed


def _visits(pattern: str, path: str) -> bool:
    return path.startswith(pattern[:-1]) if pattern.endswith("*") else path == pattern
