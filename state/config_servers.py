"""Prometheus and Alertmanager as the configuration file names them: a URL, a table, or a list of these."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from state.config_words import InvalidConfig
from state.endpoint import Endpoint, InvalidEndpoint
from state.printable import printable

_FILES = ("ca_file", "cert_file", "key_file", "bearer_token_file")
_APART = ("url", "user", "password")
_OF_ALERTMANAGER = {"members": "members of one cluster", "watchdog": "a watchdog"}


class WrittenEndpoint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One server as a table of the file."""

    url: str
    name: str = ""
    headers: dict[str, str] = {}
    bearer_token_file: str = ""
    bearer_token: str = ""
    bearer_command: tuple[str, ...] = ()
    user: str = ""
    password: str = ""
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""
    insecure: bool = False
    proxy: str | None = None
    tenant: str = ""
    timeout: float = 5.0
    members: tuple[str, ...] = ()
    watchdog: str = ""


Written = str | WrittenEndpoint | tuple[str | WrittenEndpoint, ...] | None
"""What may stand behind `prometheus =` and `alertmanager =`."""


def endpoints(said: Written, path: Path, key: str) -> tuple[Endpoint, ...] | None:
    """Return the servers that a key names, None where it is not there; of several each has a name, by default its
    host. Raises InvalidConfig."""
    if said is None:
        return None
    if not isinstance(said, tuple):
        return (_endpoint(said, path, key),)
    found = tuple(_endpoint(one, path, f"{key}[{index}]") for index, one in enumerate(said))
    if len(found) < 2:
        return found
    named = tuple(one if one.name else replace(one, name=one.host) for one in found)
    for index, one in enumerate(named):
        if one.name in (other.name for other in named[:index]):
            raise InvalidConfig(f"{path}: {printable(key)}[{index}]: a second one is called {one.name}: give a name")
    return named


def _endpoint(said: str | WrittenEndpoint, path: Path, key: str) -> Endpoint:
    try:
        if isinstance(said, str):
            return Endpoint.of(said)
        parts: dict[str, Any] = {
            name: getattr(said, name) for name in WrittenEndpoint.__struct_fields__ if name not in _APART
        }
        for name in _FILES:
            if parts[name]:
                parts[name] = str(path.parent / Path(parts[name]).expanduser())
        if "/" in next(iter(said.bearer_command), ""):
            command, *arguments = said.bearer_command
            parts["bearer_command"] = (str(path.parent / Path(command).expanduser()), *arguments)
        if said.user or said.password:
            parts["basic"] = (said.user, said.password)
        if "prometheus" in key.rpartition(".")[2]:
            for name in _OF_ALERTMANAGER:
                if parts[name]:
                    raise InvalidConfig(
                        f"{path}: {printable(key)}.{name}: only Alertmanager has {_OF_ALERTMANAGER[name]}"
                    )
        return Endpoint.of(said.url, **parts)
    except InvalidEndpoint as error:
        raise InvalidConfig(f"{path}: {printable(key)}: {error}") from None
