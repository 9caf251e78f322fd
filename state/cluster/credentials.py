"""Signing in: what is sent to a server so that it knows the user, kept and renewed.

Tokens, token files, passwords and certificates are answered here; credential plugins in `exec_plugin`. One
`SignIns` is shared by all connections of a program, so that users who have a plugin in common run it once.
"""

import base64
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from state.clock import SYSTEM, Clock
from state.cluster.errors import SignInFailed
from state.cluster.target import Certificate, Target, User
from state.printable import printable

if TYPE_CHECKING:
    from state.cluster.exec_plugin import PluginCredentials

TOKEN_FILE_SECONDS = 10.0
"""How long a token file's content is believed, as in client-go."""


@dataclass(frozen=True, slots=True)
class Credential:
    """What goes with a request. Both parts may be absent: then the user is anonymous."""

    authorization: str = field(default="", repr=False)
    """The Authorization header's value."""
    certificate: Certificate | None = None
    """The client certificate of the connection."""
    expires: float | None = None
    """Wall-clock seconds since the epoch, None: never."""


class Credentials(Protocol):
    """A user's credentials over time. Every method may block and be called from any thread."""

    def current(self) -> Credential:
        """Return credentials to try. Raises SignInFailed."""
        ...

    def renew(self, refused: Credential) -> Credential | None:
        """Return others than those the server refused, None when there are none. Raises SignInFailed."""
        ...


class Fixed:
    """Credentials that stand in the kubeconfig."""

    def __init__(self, credential: Credential) -> None:
        self._credential = credential

    def current(self) -> Credential:
        return self._credential

    def renew(self, refused: Credential) -> Credential | None:
        return None


class TokenFile:
    """A token that somebody else keeps fresh in a file."""

    def __init__(self, path: Path, certificate: Certificate | None, clock: Clock = SYSTEM) -> None:
        self._path = path
        self._certificate = certificate
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: Credential | None = None
        self._read_at = 0.0

    def current(self) -> Credential:
        with self._lock:
            if self._kept is None or self._clock.elapsed() - self._read_at >= TOKEN_FILE_SECONDS:
                self._kept = self._read()
            return self._kept

    def renew(self, refused: Credential) -> Credential | None:
        with self._lock:
            self._kept = self._read()
            return self._kept if self._kept != refused else None

    def _read(self) -> Credential:
        try:
            token = self._path.read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            if self._kept is not None:
                return self._kept
            reason = error.strerror if isinstance(error, OSError) else "not text"
            raise SignInFailed(f"sign-in failed: the token file {self._path} cannot be read: {reason}") from None
        if not token:
            if self._kept is not None:
                return self._kept
            raise SignInFailed(f"sign-in failed: the token file {self._path} is empty")
        self._read_at = self._clock.elapsed()
        return Credential(f"Bearer {token}", self._certificate)


class Unusable:
    """A way to sign in that cannot be used; says so at every try."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def current(self) -> Credential:
        raise SignInFailed(f"sign-in failed: {self._reason}")

    def renew(self, refused: Credential) -> Credential | None:
        return None


class SignIns:
    """All users' credentials in one program."""

    def __init__(self, environ: Mapping[str, str], clock: Clock = SYSTEM) -> None:
        """`environ` is what credential plugins inherit."""
        self._environ = environ
        self._clock = clock
        self._lock = threading.Lock()
        self._plugins: dict[object, PluginCredentials] = {}

    def of(self, target: Target) -> Credentials:
        """Return the credentials of a target's user: a token file before a token, a plugin before a password."""
        user = target.user
        if user.token_file is not None:
            return TokenFile(user.token_file, user.certificate, self._clock)
        if user.token:
            return Fixed(Credential(f"Bearer {user.token}", user.certificate))
        if user.plugin is not None:
            return self._plugin(target)
        if user.auth_provider:
            return Unusable(_legacy(user))
        if user.basic is not None:
            pair = base64.b64encode(":".join(user.basic).encode()).decode()
            return Fixed(Credential(f"Basic {pair}", user.certificate))
        return Fixed(Credential(certificate=user.certificate))

    def at_terminal(self, target: Target) -> Callable[[], None] | None:
        """Return what lets a target's user sign in with the terminal, None where no plugin gives credentials.

        It blocks for as long as the user takes, and raises SignInFailed.
        """
        user = target.user
        if user.token_file is not None or user.token or user.plugin is None:
            return None
        return self._plugin(target).sign_in_at_terminal

    def _plugin(self, target: Target) -> "PluginCredentials":
        from state.cluster.exec_plugin import PluginCredentials

        plugin = target.user.plugin
        assert plugin is not None
        # A plugin that is told the cluster may answer differently for each.
        key = (plugin, target.user.certificate, target.server if plugin.provide_cluster_info else None)
        with self._lock:
            found = self._plugins.get(key)
            if found is None:
                found = PluginCredentials(target, self._environ, self._clock)
                self._plugins[key] = found
            return found


_SUCCESSORS = {
    "oidc": "the exec plugin `kubectl oidc-login` (kubelogin)",
    "gcp": "the exec plugin `gke-gcloud-auth-plugin`",
    "azure": "the exec plugin `kubelogin`",
}


def _legacy(user: User) -> str:
    instead = _SUCCESSORS.get(user.auth_provider, "an exec plugin")
    return (
        f"user {printable(user.name)!r} uses the legacy auth-provider {printable(user.auth_provider)!r}, "
        f"which the cockpit does not speak; replace it in the kubeconfig by {instead}"
    )
