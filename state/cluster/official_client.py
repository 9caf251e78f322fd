"""The parts of the official client that are used, without the rest of its package.

`import kubernetes` runs every group of the API, all models, a watch, a leader election: 12 MB and 0.15 s of CPU (37.0),
for a configuration and a connection pool. Each of those is a module of its own, which needs none of that.
"""

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from state import threads

_PACKAGES = ("kubernetes", "kubernetes.client", "kubernetes.utils")


def configuration() -> Any:
    """Return the client's class `Configuration`. Imports at first use; call it on a thread."""
    return _part("client.configuration").Configuration


def rest_client() -> Any:
    """Return the client's class `RESTClientObject`. Imports at first use; call it on a thread."""
    return _part("client.rest").RESTClientObject


def keepalive_options() -> Any:
    """Return the client's function for a socket's keepalive options. Imports at first use; call it on a thread."""
    return _part("utils.keepalive").tcp_keepalive_socket_options


def _part(name: str) -> Any:
    name = f"kubernetes.{name}"
    with threads.importing:
        if name in sys.modules:
            return sys.modules[name]
        with _packages_unrun():
            return importlib.import_module(name)


@contextmanager
def _packages_unrun() -> Iterator[None]:
    """Let modules be found in the packages though the packages' own code is not run.

    Afterwards the packages are gone again: who imports one gets it whole.
    """
    made: list[str] = []
    try:
        for name in _PACKAGES:
            spec = importlib.util.find_spec(name) if name not in sys.modules else None
            if spec is not None:
                sys.modules[name] = importlib.util.module_from_spec(spec)
                made.append(name)
        yield
    finally:
        for name in made:
            del sys.modules[name]
