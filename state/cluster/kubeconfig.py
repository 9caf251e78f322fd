"""Kubeconfig files: found, read and merged as kubectl does it, without signing in anywhere.

The rules are those of `clientcmd` in client-go: an explicit file stands alone and must exist; of the files in
`KUBECONFIG` the first to name a context, cluster or user wins, the first to set the current context too, and
missing files are left out; relative paths belong to the folder of the file that holds them.
"""

import base64
import binascii
import difflib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from state.cluster import kubeconfig_file
from state.cluster.errors import ConfigError
from state.cluster.kubeconfig_file import ClusterEntry, ContextEntry, ExecEntry, File, UserEntry
from state.cluster.target import (
    Certificate,
    ContextInfo,
    ExecPlugin,
    Impersonation,
    Server,
    Target,
    User,
)
from state.namespace_name import wrong_namespace
from state.printable import printable

SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
_PLUGIN_EXTENSION = "client.authentication.k8s.io/exec"
_DEMO = "`cockpit demo` shows the cockpit without a cluster"


E = TypeVar("E")


class _Entry(NamedTuple, Generic[E]):
    value: E
    path: Path


@dataclass(frozen=True, slots=True)
class Kubeconfig:
    """Merged kubeconfig files."""

    paths: tuple[Path, ...]
    """The files that were read, in order."""
    current: str
    """The current context's name; empty when none is set."""
    _contexts: Mapping[str, _Entry[ContextEntry]]
    _clusters: Mapping[str, _Entry[ClusterEntry]]
    _users: Mapping[str, _Entry[UserEntry]]

    def contexts(self) -> tuple[ContextInfo, ...]:
        """Return all contexts in the files' order."""
        found = []
        for name, (context, _) in self._contexts.items():
            cluster = self._clusters.get(context.cluster)
            server = cluster.value.server if cluster else ""
            found.append(
                ContextInfo(name, context.cluster, server, context.user, context.namespace, name == self.current)
            )
        return tuple(found)

    def target(self, context: str = "") -> Target:
        """Return whom to ask for a context (empty: the current one), reading the certificates it names.

        Raises ConfigError when it does not exist, is not whole, or names a file that cannot be read.
        """
        name = context or self.current
        if not name:
            raise ConfigError(f"no current context in {_listed(self.paths)}: choose one with --context{self._offer()}")
        entry = self._contexts.get(name)
        if entry is None:
            raise ConfigError(f"no context {printable(name)!r} in {_listed(self.paths)}{self._nearest(name)}")
        cluster = self._clusters.get(entry.value.cluster)
        if cluster is None or not cluster.value.server:
            what = f"cluster {printable(entry.value.cluster)!r}" if entry.value.cluster else "cluster"
            raise ConfigError(f"{entry.path}: context {printable(name)!r} has no {what} with a server")
        if entry.value.user and entry.value.user not in self._users:
            raise ConfigError(f"{entry.path}: context {printable(name)!r} names an unknown user {entry.value.user!r}")
        if entry.value.namespace and (wrong := wrong_namespace(entry.value.namespace)):
            raise ConfigError(f"{entry.path}: context {printable(name)!r}: {wrong}")
        user = self._users.get(entry.value.user)
        return Target(
            name,
            entry.value.namespace,
            _server(entry.value.cluster, cluster),
            _user(entry.value.user, user) if user else User(""),
        )

    def _nearest(self, name: str) -> str:
        near = difflib.get_close_matches(name, self._contexts, 1)
        return f": did you mean {printable(near[0])!r}?" if near else self._offer()

    def _offer(self) -> str:
        names = [printable(name) for name in self._contexts]
        if not names:
            return f"; it holds none, {_DEMO}"
        return f" (there are {', '.join(names[:8])}{' …' if len(names) > 8 else ''})"


def paths_of(explicit: Path | None, environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Return the files that kubectl would read: `--kubeconfig`, else `KUBECONFIG`, else `~/.kube/config`."""
    if explicit is not None:
        return (explicit.expanduser(),)
    listed = [part for part in environ.get("KUBECONFIG", "").split(os.pathsep) if part]
    if listed:
        return tuple(dict.fromkeys(Path(part).expanduser() for part in listed))
    return (Path(environ.get("HOME") or Path.home()) / ".kube" / "config",)


def load(paths: Sequence[Path], *, must_exist: bool = False) -> Kubeconfig:
    """Read and merge files. Raises ConfigError, also when none exists or, with `must_exist`, when one is missing."""
    read: list[tuple[Path, File]] = []
    for path in paths:
        file = kubeconfig_file.read(path, must_exist)
        if file is not None:
            read.append((path, file))
    if not read:
        what = "does not exist" if len(paths) == 1 else "do not exist"
        raise ConfigError(f"no kubeconfig: {_listed(paths)} {what}; --kubeconfig names another file, {_DEMO}")
    contexts: dict[str, _Entry[ContextEntry]] = {}
    clusters: dict[str, _Entry[ClusterEntry]] = {}
    users: dict[str, _Entry[UserEntry]] = {}
    current = ""
    for path, file in read:
        current = current or file.current_context or ""
        _merge(contexts, "contexts", path, [(one.name, one.context or ContextEntry()) for one in file.contexts or ()])
        _merge(clusters, "clusters", path, [(one.name, one.cluster or ClusterEntry()) for one in file.clusters or ()])
        _merge(users, "users", path, [(one.name, one.user or UserEntry()) for one in file.users or ()])
    return Kubeconfig(tuple(path for path, _ in read), current, contexts, clusters, users)


def contexts(paths: Sequence[Path]) -> tuple[ContextInfo, ...]:
    """Return the contexts of the merged files. Raises ConfigError as `load` does."""
    return load(paths).contexts()


def in_cluster(environ: Mapping[str, str], folder: Path = SERVICE_ACCOUNT) -> Target | None:
    """Return the target that a pod's service account gives, None outside of a pod. Raises ConfigError when broken."""
    host, port = environ.get("KUBERNETES_SERVICE_HOST", ""), environ.get("KUBERNETES_SERVICE_PORT", "")
    token = folder / "token"
    if not host or not port or not token.exists():
        return None
    authority = _bytes_of(folder / "ca.crt", "the service account")
    namespace = folder / "namespace"
    return Target(
        "in-cluster",
        namespace.read_text().strip() if namespace.exists() else "",
        Server("in-cluster", f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}", authority),
        User("service-account", token_file=token),
    )


def find_target(context: str, explicit: Path | None, environ: Mapping[str, str]) -> Target:
    """Return whom kubectl would ask: the kubeconfig's context, or in a pod without kubeconfig its service account.

    Raises ConfigError when there is neither.
    """
    paths = paths_of(explicit, environ)
    if explicit is None and not context and not any(path.exists() for path in paths):
        inside = in_cluster(environ)
        if inside is not None:
            return inside
    return load(paths, must_exist=explicit is not None).target(context)


def _merge(into: dict[str, _Entry[E]], what: str, path: Path, entries: Iterable[tuple[str, E]]) -> None:
    seen: set[str] = set()
    for name, value in entries:
        if name in seen:
            raise ConfigError(f"the kubeconfig {path} has two {what} named {printable(name)!r}")
        seen.add(name)
        into.setdefault(name, _Entry(value, path))


def _server(name: str, entry: _Entry[ClusterEntry]) -> Server:
    cluster, path = entry
    what = f"cluster {printable(name)!r} in {path}"
    if cluster.insecure_skip_tls_verify and (cluster.certificate_authority or cluster.certificate_authority_data):
        raise ConfigError(f"{what} both trusts a certificate authority and skips verification: drop one of them")
    authority = _file_or_data(
        cluster.certificate_authority, cluster.certificate_authority_data, path, f"certificate-authority of {what}"
    )
    extensions = {one.name: one.extension for one in cluster.extensions or ()}
    url = cluster.server
    if "://" not in url:
        tls = authority is not None or cluster.insecure_skip_tls_verify
        url = f"{'https' if tls else 'http'}://{url}"
    return Server(
        name,
        url.rstrip("/"),
        authority,
        cluster.insecure_skip_tls_verify,
        cluster.tls_server_name,
        cluster.proxy_url,
        extensions.get(_PLUGIN_EXTENSION),
    )


def _user(name: str, entry: _Entry[UserEntry]) -> User:
    user, path = entry
    what = f"user {printable(name)!r} in {path}"
    chain = _file_or_data(user.client_certificate, user.client_certificate_data, path, f"client-certificate of {what}")
    key = _file_or_data(user.client_key, user.client_key_data, path, f"client-key of {what}")
    if (chain is None) != (key is None):
        missing = "client-key" if key is None else "client-certificate"
        raise ConfigError(f"{what} has no {missing} beside its {'certificate' if key is None else 'key'}")
    return User(
        name,
        user.token,
        _beside(path, user.token_file) if user.token_file else None,
        (user.username, user.password) if user.username or user.password else None,
        Certificate(chain, key) if chain is not None and key is not None else None,
        _plugin(user.exec, path, what) if user.exec else None,
        user.auth_provider.name if user.auth_provider else "",
        Impersonation(
            user.act_as,
            tuple(user.as_groups or ()),
            user.as_uid,
            tuple((key, tuple(values)) for key, values in (user.as_user_extra or {}).items()),
        ),
    )


def _plugin(found: ExecEntry, path: Path, what: str) -> ExecPlugin:
    if not found.command:
        raise ConfigError(f"exec of {what} names no command")
    # A bare name is looked up in PATH, anything with a slash belongs to the kubeconfig's folder.
    command = str(_beside(path, found.command)) if os.sep in found.command else found.command
    return ExecPlugin(
        command,
        tuple(found.args or ()),
        tuple((one.name, one.value) for one in found.env or ()),
        found.api_version,
        found.install_hint,
        found.provide_cluster_info,
        found.interactive_mode,
    )


def _file_or_data(file: str, data: str, path: Path, what: str) -> bytes | None:
    if data:
        try:
            return base64.b64decode("".join(data.split()), validate=True)
        except binascii.Error:
            raise ConfigError(f"{what}: the data is not base64") from None
    return _bytes_of(_beside(path, file), what) if file else None


def _bytes_of(path: Path, what: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{what}: {path} cannot be read: {error.strerror}") from None


def _beside(path: Path, file: str) -> Path:
    return path.absolute().parent / Path(file).expanduser()


def _listed(paths: Sequence[Path]) -> str:
    return ", ".join(str(path) for path in paths)
