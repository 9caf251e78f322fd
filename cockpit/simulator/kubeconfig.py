"""Kubeconfig files for a simulated cluster."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from cockpit.simulator.users import Users


class ContextName(NamedTuple):
    """What a user's context is called, and the namespace it starts in (empty: none is set)."""

    context: str
    namespace: str = ""


def kubeconfig(url: str, users: Users, names: Mapping[str, str | ContextName]) -> dict[str, object]:
    """Return a kubeconfig with a context for each user of `names` (user → context); the first one is current.

    Each user has its token and an address of its own (`/as/<user>`): clients built on client-go send no token over
    plain HTTP. Raises KeyError for a user that is not there.
    """
    contexts = {user: name if isinstance(name, ContextName) else ContextName(name) for user, name in names.items()}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "preferences": {},
        "current-context": next(iter(contexts.values())).context,
        "clusters": [
            {"name": name.context, "cluster": {"server": f"{url.rstrip('/')}/as/{user}"}}
            for user, name in contexts.items()
        ],
        "users": [{"name": name.context, "user": {"token": users[user].token}} for user, name in contexts.items()],
        "contexts": [
            {
                "name": name.context,
                "context": {
                    "cluster": name.context,
                    "user": name.context,
                    **({"namespace": name.namespace} if name.namespace else {}),
                },
            }
            for user, name in contexts.items()
        ],
    }


def write_kubeconfig(path: Path, url: str, users: Users, names: Mapping[str, str | ContextName]) -> None:
    """Write a kubeconfig that only its owner may read, for it holds tokens.

    `names` gives the users their contexts, the current one first. Raises OSError, KeyError for an unknown user.
    """
    text = json.dumps(kubeconfig(url, users, names), indent=1) + "\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(descriptor, 0o600)
        file.write(text)
