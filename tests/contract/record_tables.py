"""Record a real API server's tables with their objects, for the tests that run without one.

    python -m tests.contract.record_tables KUBECONFIG

writes a file a kind to `tests/state/cluster/kinds/recorded`, without the parts of objects that no row is made of.
"""

import json
import sys
from pathlib import Path
from typing import Any

from state.cluster.kinds.config_maps import CONFIG_MAP
from state.cluster.kinds.kind import Kind
from state.cluster.kinds.secrets import SECRET
from tests.contract import odd_objects
from tests.contract.test_tables import connected, tables
from tests.state.cluster.kinds.tables import PRINTED

FOLDER = Path(__file__).parents[1] / "state" / "cluster" / "kinds" / "recorded"
_LEFT_OUT = frozenset(
    (
        "managedFields",
        "volumes",
        "tolerations",
        "volumeMounts",
        "terminationMessagePath",
        "terminationMessagePolicy",
        "imagePullPolicy",
        "terminationGracePeriodSeconds",
        "dnsPolicy",
        "serviceAccountName",
        "serviceAccount",
        "securityContext",
        "schedulerName",
        "priority",
        "enableServiceLinks",
        "preemptionPolicy",
        "lastProbeTime",
        "qosClass",
        "imageID",
        "readinessProbe",
        "images",
    )
)
_ROWS = 60


def record(config: str) -> None:
    server = connected(config)
    FOLDER.mkdir(exist_ok=True)
    with odd_objects.made(server):
        for kind in PRINTED:
            table, moments = next(tables(server, kind))
            kept = {
                "moments": [moments[0], moments[-1]],
                "columnDefinitions": [{"name": column["name"]} for column in table["columnDefinitions"]],
                "rows": [
                    {"cells": row["cells"], "object": _lean(row["object"])} for row in _chosen(kind, table["rows"])
                ],
            }
            text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
            lines = text.replace('{"cells"', '\n{"cells"')
            (FOLDER / f"{kind.resource.plural}.json").write_text(lines + "\n", encoding="utf-8")
    server.close()


def _chosen(kind: Kind[Any], rows: list[Any]) -> list[Any]:
    """Return all odd objects and a few of the others, of those with data none."""
    odd = [row for row in rows if _is_odd(row["object"]["metadata"])]
    if kind in (CONFIG_MAP, SECRET):
        return odd
    return odd + [row for row in rows if row not in odd][: max(10, _ROWS - len(odd))]


def _is_odd(metadata: Any) -> bool:
    return str(metadata.get("namespace", "")).startswith("odd-objects") or metadata["name"].startswith("odd-")


def _lean(found: Any) -> Any:
    if isinstance(found, list):
        return [_lean(one) for one in found]
    if isinstance(found, dict):
        return {key: _lean(value) for key, value in found.items() if key not in _LEFT_OUT}
    return found


if __name__ == "__main__":
    record(sys.argv[1])
