"""Record what kubectl prints of a real API server's objects, for the tests that run without one.

    COCKPIT_TEST_KUBECTL=… python -m tests.contract.record_descriptions KUBECONFIG

writes two files an object to `tests/state/cluster/describe/recorded`: what the server answered, what kubectl said.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from state.cluster import connect, kubeconfig
from state.cluster.credentials import SignIns
from state.cluster.describe import describe
from state.cluster.transport import Answer, Request, Transport
from tests.contract import kubectl
from tests.contract.described_objects import NAMESPACES, Made, described

FOLDER = Path(__file__).parents[1] / "state" / "cluster" / "describe" / "recorded"


class Recording:
    """Passes questions on and keeps the answers, without managed fields."""

    def __init__(self, server: Transport) -> None:
        self._server = server
        self.answers: dict[str, tuple[int, Any]] = {}

    def call(self, request: Request) -> Answer:
        answer = self._server.call(request)
        key = request.path + (f"?{urlencode(request.query)}" if request.query else "")
        self.answers[key] = (answer.status, _lean(json.loads(answer.body)))
        return answer


def _lean(found: Any) -> Any:
    if isinstance(found, list):
        return [_lean(one) for one in found]
    if isinstance(found, dict):
        return {key: _lean(value) for key, value in found.items() if key != "managedFields"}
    return found


def record(config: str) -> None:
    os.environ["TZ"] = "UTC"
    time.tzset()
    server = connect.connect(kubeconfig.load([Path(config)]).target(), SignIns(os.environ), {})
    with described(server) as place:
        time.sleep(3)
        whole = Made("namespace-limited", NAMESPACES, {"metadata": {"name": place.namespace}})
        for one in (*place.made, whole):
            _record(server, config, place.namespace, one)
    server.close()


def _record(server: Transport, config: str, namespace: str, one: Made) -> None:
    where = namespace if one.resource.namespaced else ""
    for _ in range(5):
        recording = Recording(server)
        before = kubectl.described(config, one.resource, where, one.name)
        now = time.time()
        describe(recording, one.resource, where, one.name, now)  # type: ignore[arg-type]
        if before == kubectl.described(config, one.resource, where, one.name):
            break
    resource = one.resource
    head = {
        "now": round(now, 3),
        "resource": [resource.group, resource.version, resource.plural, resource.kind, resource.namespaced],
        "namespace": where,
        "name": one.name,
    }
    lines = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    answers = ",\n".join(
        f"  {json.dumps(key)}: {json.dumps(value, separators=(',', ':'))}" for key, value in recording.answers.items()
    )
    text = "{\n" + ",\n".join(lines) + ',\n "answers": {\n' + answers + "\n }\n}\n"
    (FOLDER / f"{one.label}.json").write_text(text, encoding="utf-8")
    (FOLDER / f"{one.label}.txt").write_text(before, encoding="utf-8")


if __name__ == "__main__":
    record(sys.argv[1])
