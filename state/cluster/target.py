"""Whom to ask and as whom: what a kubeconfig's context comes down to. Secrets are kept out of every repr."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class ContextInfo:
    """A context as a list of them shows it."""

    name: str
    cluster: str
    server: str
    """The API server's URL; empty when the kubeconfig has no such cluster."""
    user: str
    namespace: str
    """The context's namespace; empty when it names none."""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Certificate:
    """A client certificate with its key, both PEM."""

    chain: bytes = field(repr=False)
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Server:
    """An API server and how to trust it."""

    name: str
    url: str
    authority: bytes | None = field(default=None, repr=False)
    """PEM certificates to trust; None: the system's."""
    insecure: bool = False
    tls_server_name: str = ""
    """The name to ask for and to verify in place of the URL's."""
    proxy: str = field(default="", repr=False)
    plugin_config: Any = field(default=None, repr=False, hash=False, compare=False)
    """What the cluster entry holds for credential plugins."""


@dataclass(frozen=True, slots=True)
class ExecPlugin:
    """A command that gives credentials (`client.authentication.k8s.io`)."""

    command: str
    args: tuple[str, ...] = field(default=(), repr=False)
    env: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    api_version: str = "client.authentication.k8s.io/v1"
    install_hint: str = ""
    provide_cluster_info: bool = False
    interactive_mode: str = "IfAvailable"
    """`Never`, `IfAvailable` or `Always`."""


@dataclass(frozen=True, slots=True)
class Impersonation:
    """Whom the signed-in user acts as."""

    user: str = ""
    groups: tuple[str, ...] = ()
    uid: str = ""
    extra: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class User:
    """One user entry. Of several ways to sign in the server may be sent more than one, as kubectl does."""

    name: str
    token: str = field(default="", repr=False)
    token_file: Path | None = None
    basic: tuple[str, str] | None = field(default=None, repr=False)
    certificate: Certificate | None = None
    plugin: ExecPlugin | None = None
    auth_provider: str = ""
    """The name of a legacy `auth-provider`, which cannot be used."""
    impersonation: Impersonation = Impersonation()


@dataclass(frozen=True, slots=True)
class Target:
    """Everything needed to ask one cluster as one user."""

    context: str
    namespace: str
    server: Server
    user: User

    def acting_as(self, user: str, groups: Sequence[str] = (), uid: str = "") -> "Target":
        """Return the target with the impersonation replaced, for `--as`, `--as-group` and `--as-uid`."""
        return replace(self, user=replace(self.user, impersonation=Impersonation(user, tuple(groups), uid)))
