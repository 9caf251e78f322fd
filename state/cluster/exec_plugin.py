"""Credential plugins, run without a terminal: the `client.authentication.k8s.io` protocol."""

import json
import logging
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from state import program
from state.clock import SYSTEM, Clock
from state.cluster.credentials import Credential
from state.cluster.errors import SignInFailed
from state.cluster.target import Certificate, ExecPlugin, Server, Target
from state.printable import printable, shorten
from state.program import ProgramFailed

PLUGIN_SECONDS = 60.0
"""How long a plugin may take; one that opens a browser waits for its user."""
PAUSE_SECONDS = 10.0
"""A plugin that failed, or whose credentials were refused twice, is left alone for this long."""
_SPOKEN = ("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1")
_log = logging.getLogger(__name__)


class _Status(msgspec.Struct, rename="camel"):
    token: str = ""
    client_certificate_data: str = ""
    client_key_data: str = ""
    expiration_timestamp: str | None = None


class _ExecCredential(msgspec.Struct, rename="camel"):
    kind: str = ""
    api_version: str = ""
    status: _Status | None = None


class PluginCredentials:
    """What a plugin gives, kept until it expires; one run at a time, whose outcome all who wait share."""

    def __init__(
        self, target: Target, environ: Mapping[str, str], clock: Clock = SYSTEM, seconds: float = PLUGIN_SECONDS
    ) -> None:
        assert target.user.plugin is not None
        self._target = target
        self._plugin = target.user.plugin
        self._environ = environ
        self._clock = clock
        self._seconds = seconds
        self._lock = threading.Lock()
        self._kept: Credential | None = None
        self._failed: SignInFailed | None = None
        self._failed_at = 0.0
        self._renewed_at: float | None = None

    def current(self) -> Credential:
        with self._lock:
            kept = self._kept
            if kept is not None and (kept.expires is None or self._clock.wall() < kept.expires):
                return kept
            return self._run()

    def renew(self, refused: Credential) -> Credential | None:
        with self._lock:
            if self._kept is not None and self._kept != refused:
                return self._kept
            now = self._clock.elapsed()
            if self._renewed_at is not None and now - self._renewed_at < PAUSE_SECONDS:
                return None
            self._renewed_at = now
            renewed = self._run()
            return renewed if renewed != refused else None

    def sign_in_at_terminal(self) -> None:
        """Run the plugin with the user's own terminal, whatever its mode.

        Only while nothing else uses the terminal; what the plugin gives is kept as from any run. Raises
        SignInFailed.
        """
        with self._lock:
            self._failed = None
            self._run(interactive=True)

    def _run(self, interactive: bool = False) -> Credential:
        failed = self._failed
        if failed is not None and self._clock.elapsed() - self._failed_at < PAUSE_SECONDS:
            raise failed
        try:
            output = run_plugin(self._target, self._environ, self._seconds, interactive)
            found = read_credential(output, self._plugin, self._target.user.certificate)
        except SignInFailed as error:
            self._failed, self._failed_at = error, self._clock.elapsed()
            raise
        if found.expires is not None and found.expires < self._clock.wall() + PAUSE_SECONDS:
            # Also when the plugin's clock runs behind ours: it is not run for each request.
            found = Credential(found.authorization, found.certificate, self._clock.wall() + PAUSE_SECONDS)
        self._kept, self._failed = found, None
        return found


def run_plugin(target: Target, environ: Mapping[str, str], seconds: float, interactive: bool = False) -> bytes:
    """Run a target's plugin and return what it printed. Raises SignInFailed with what it said on stderr."""
    plugin = target.user.plugin
    assert plugin is not None
    name = _name(plugin)
    if plugin.interactive_mode == "Always" and not interactive:
        raise SignInFailed(
            f"sign-in failed: {name} wants to talk to you (interactiveMode: Always); "
            f"sign in with `kubectl --context {printable(target.context)} get --raw /readyz` in another terminal"
        )
    if plugin.api_version not in _SPOKEN:
        spoken = printable(plugin.api_version) or "none"
        raise SignInFailed(f"sign-in failed: the apiVersion of {name} is {spoken}, not one of {', '.join(_SPOKEN)}")
    spec = _spec(target.server, plugin, interactive)
    info = {"apiVersion": plugin.api_version, "kind": "ExecCredential", "spec": spec}
    env = {**environ, **dict(plugin.env), "KUBERNETES_EXEC_INFO": json.dumps(info)}
    _log.info("running the credential plugin %s", name)
    try:
        return program.run([plugin.command, *plugin.args], env, seconds, interactive=interactive)
    except ProgramFailed as error:
        if not error.begun:
            raise SignInFailed(f"sign-in failed: {name} {error}{_hint(plugin)}") from None
        said = error.said if error.said and error.said not in str(error) else f"{name} {error}"
        raise SignInFailed(f"sign-in failed: {said}") from None


def read_credential(output: bytes, plugin: ExecPlugin, own: Certificate | None = None) -> Credential:
    """Return what a plugin's output says; `own` is the kubeconfig's certificate, kept when it gives none.

    Raises SignInFailed when it is not the ExecCredential that was asked for.
    """
    name = _name(plugin)
    try:
        found = msgspec.json.decode(output, type=_ExecCredential)
    except msgspec.MsgspecError:
        # Its text is not shown: it may well be a token.
        raise SignInFailed(f"sign-in failed: {name} printed no ExecCredential") from None
    if found.kind != "ExecCredential" or found.api_version != plugin.api_version:
        given = printable(f"{found.api_version} {found.kind}")
        raise SignInFailed(f"sign-in failed: {name} printed {given}, not {plugin.api_version} ExecCredential")
    status = found.status or _Status()
    if bool(status.client_certificate_data) != bool(status.client_key_data):
        raise SignInFailed(f"sign-in failed: {name} gave a certificate without its key or a key alone")
    if not status.token and not status.client_certificate_data:
        raise SignInFailed(f"sign-in failed: {name} gave neither a token nor a certificate")
    certificate = own
    if status.client_certificate_data:
        certificate = Certificate(status.client_certificate_data.encode(), status.client_key_data.encode())
    return Credential(
        f"Bearer {status.token}" if status.token else "", certificate, _expiry(status.expiration_timestamp, name)
    )


def _expiry(text: str | None, name: str) -> float | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SignInFailed(
            f"sign-in failed: the expirationTimestamp of {name} is no time: {shorten(printable(text), 40)}"
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _spec(server: Server, plugin: ExecPlugin, interactive: bool) -> dict[str, Any]:
    spec: dict[str, Any] = {"interactive": interactive}
    if plugin.provide_cluster_info:
        import base64

        facts: dict[str, Any] = {
            "server": server.url,
            "tls-server-name": server.tls_server_name,
            "insecure-skip-tls-verify": server.insecure,
            "certificate-authority-data": base64.b64encode(server.authority).decode() if server.authority else "",
            "proxy-url": server.proxy,
            "config": server.plugin_config,
        }
        spec["cluster"] = {key: value for key, value in facts.items() if value}
    return spec


def _hint(plugin: ExecPlugin) -> str:
    hint = " ".join(printable(plugin.install_hint).split())
    return f": {program.complaint_of(hint)}" if hint else ""


def _name(plugin: ExecPlugin) -> str:
    return f"the credential plugin {program.name_of([plugin.command])}"
