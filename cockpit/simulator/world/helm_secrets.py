"""The secrets that Helm keeps of its releases, one for each revision."""

import gzip
import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cockpit.simulator.clock import timestamp
from cockpit.simulator.kinds import SECRETS
from cockpit.simulator.world.builder import DAY, Builder


@dataclass(frozen=True, slots=True)
class HelmRevision:
    """A revision of a release of Helm: how many days before the opening, of which chart, and how it went."""

    days: float
    chart_version: str
    app_version: str
    status: str
    description: str


def add_helm_secrets(builder: Builder, namespace: str, name: str, revisions: Sequence[HelmRevision]) -> None:
    """Add the secret of each revision as Helm writes it: JSON in gzip in base64, and as a secret's value again."""
    for number, one in enumerate(revisions, start=1):
        deployed = builder.opened - one.days * DAY
        release: dict[str, Any] = {
            "name": name,
            "namespace": namespace,
            "version": number,
            "info": {
                "first_deployed": timestamp(builder.opened - revisions[0].days * DAY),
                "last_deployed": timestamp(deployed),
                "deleted": "",
                "description": one.description,
                "status": one.status,
            },
            "chart": {
                "metadata": {
                    "apiVersion": "v2",
                    "name": name,
                    "version": one.chart_version,
                    "appVersion": one.app_version,
                },
                "templates": [],
                "values": {"replicaCount": 1},
            },
            "config": {"replicaCount": 2, "clientSecret": "made-up-and-never-shown"},
            "manifest": "---\n",
        }
        packed = b64encode(gzip.compress(json.dumps(release).encode(), mtime=0))
        secret = {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {
                "name": f"sh.helm.release.v1.{name}.v{number}",
                "namespace": namespace,
                "labels": {
                    "owner": "helm",
                    "name": name,
                    "status": one.status,
                    "version": str(number),
                    "modifiedAt": str(int(deployed)),
                },
            },
            "type": "helm.sh/release.v1",
            "data": {"release": b64encode(packed).decode()},
        }
        builder.store.create(SECRETS, secret, created=deployed)
