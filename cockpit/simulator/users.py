"""Who signs in: bearer tokens, groups, and the bindings that give them rights."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from cockpit.simulator.kinds import BINDINGS, CLUSTER_BINDINGS, CLUSTER_ROLES, NAMESPACES, new_object
from cockpit.simulator.rbac.roles import READ, binding, create_missing, rule
from cockpit.simulator.store import Store

_ACCOUNT = "system:serviceaccount:"


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


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who signs in with a token."""

    name: str
    token: str = field(repr=False)
    groups: tuple[str, ...] = ()

    @property
    def unlimited(self) -> bool:
        """Whether it is a member of `system:masters`: whatever it asks is allowed before any rule is read."""
        return "system:masters" in self.groups


ANONYMOUS = User("system:anonymous", "", ("system:unauthenticated",))
"""Who sends no token."""


class Users:
    """The users of one server. `team` is the group that edits in the namespace of its name, empty for none."""

    def __init__(self, users: Iterable[User], team: str = "") -> None:
        self._by_name = {user.name: user for user in users}
        self._team = team

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
        return User(name, "", (*groups, *_account_groups(name), "system:authenticated"))

    def named(self, name: str) -> User:
        """Return a user by name; one that is not there has no rights."""
        return self._by_name.get(name) or User(name, "", (*_account_groups(name), "system:authenticated"))

    def bind(self, store: Store) -> None:
        """Give the users their rights: create the roles and bindings that are not there."""
        nodes = [rule(READ, ("", "metrics.k8s.io"), ("nodes",))]
        create_missing(store, CLUSTER_ROLES, new_object(CLUSTER_ROLES, "nodes", rules=nodes))
        for name, role in (("viewers", "view"), ("viewers-nodes", "nodes")):
            create_missing(store, CLUSTER_BINDINGS, binding(CLUSTER_BINDINGS, name, role, ["viewers"]))
        if self._team and store.get(NAMESPACES, "", self._team) is not None:
            edits = binding(BINDINGS, self._team, "edit", [f"{self._team}-team"], self._team)
            create_missing(store, BINDINGS, edits)


def standard_users(namespace: str = "payments") -> Users:
    """Return the users of a simulated cluster, each with a fresh token.

    `admin` may do everything; `viewer` reads all but secrets and changes nothing; a user with the namespace's name
    edits there and sees nothing elsewhere, not even the list of namespaces or nodes; `nobody` may only sign in.
    """
    groups = {"admin": "system:masters", "viewer": "viewers", namespace: f"{namespace}-team", "nobody": "nobodies"}
    users = (User(name, secrets.token_hex(16), (group, "system:authenticated")) for name, group in groups.items())
    return Users(users, namespace)


def _account_groups(name: str) -> tuple[str, ...]:
    """Return the groups of a service account, none for anybody else."""
    if not name.startswith(_ACCOUNT):
        return ()
    namespace = name.removeprefix(_ACCOUNT).partition(":")[0]
    return "system:serviceaccounts", f"system:serviceaccounts:{namespace}"
