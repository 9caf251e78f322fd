"""What kube-state-metrics says of pods, workloads and nodes, read from an API server at each scrape.

For control planes on which kube-state-metrics itself cannot be had. Names, labels and meanings are its own:
https://github.com/kubernetes/kube-state-metrics/tree/main/docs/metrics

    python -m tests.lab.state_metrics KUBECONFIG PORT
"""

import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from state.cluster import connect, kubeconfig, requests
from state.cluster.credentials import SignIns
from state.cluster.kinds.quantities import quantity
from state.cluster.transport import Transport

Object = dict[str, Any]
Sample = tuple[str, dict[str, str], float]
PHASES = ("Pending", "Running", "Succeeded", "Failed", "Unknown")


def samples(transport: Transport) -> Iterator[Sample]:
    """Iterate over all there is to say now."""

    def items(path: str) -> list[Object]:
        found: list[Object] = requests.get(transport, path).get("items", [])
        return found

    for pod in items("/api/v1/pods"):
        yield from of_pod(pod)
    for deployment in items("/apis/apps/v1/deployments"):
        yield from of_deployment(deployment)
    for replica_set in items("/apis/apps/v1/replicasets"):
        yield from of_replica_set(replica_set)
    for node in items("/api/v1/nodes"):
        yield from of_node(node)


def of_pod(pod: Object) -> Iterator[Sample]:
    metadata, spec, status = pod["metadata"], pod["spec"], pod.get("status", {})
    own = {"namespace": metadata["namespace"], "pod": metadata["name"], "uid": metadata["uid"]}
    owner = next(iter(metadata.get("ownerReferences", ())), {})
    made_by = {"created_by_kind": owner.get("kind", ""), "created_by_name": owner.get("name", "")}
    yield "kube_pod_info", {**own, "node": spec.get("nodeName", ""), **made_by}, 1
    owned_by = {"owner_kind": owner.get("kind", ""), "owner_name": owner.get("name", "")}
    yield "kube_pod_owner", {**own, **owned_by, "owner_is_controller": "true"}, 1
    for phase in PHASES:
        yield "kube_pod_status_phase", {**own, "phase": phase}, phase == status.get("phase")
    for container in spec["containers"]:
        named = {**own, "container": container["name"], "node": spec.get("nodeName", "")}
        for what in ("requests", "limits"):
            for resource, text in container.get("resources", {}).get(what, {}).items():
                unit = {"resource": resource, "unit": "core" if resource == "cpu" else "byte"}
                yield f"kube_pod_container_resource_{what}", {**named, **unit}, quantity(text)
    for one in status.get("containerStatuses", ()):
        named = {**own, "container": one["name"]}
        yield "kube_pod_container_status_restarts_total", named, one.get("restartCount", 0)
        yield "kube_pod_container_status_ready", named, one.get("ready", False)
        if waiting := one.get("state", {}).get("waiting"):
            yield "kube_pod_container_status_waiting_reason", {**named, "reason": waiting.get("reason", "")}, 1
        if ended := one.get("lastState", {}).get("terminated"):
            reason = {**named, "reason": ended.get("reason", "")}
            yield "kube_pod_container_status_last_terminated_reason", reason, 1


def of_deployment(deployment: Object) -> Iterator[Sample]:
    metadata, status = deployment["metadata"], deployment.get("status", {})
    own = {"namespace": metadata["namespace"], "deployment": metadata["name"]}
    yield "kube_deployment_spec_replicas", own, deployment["spec"].get("replicas", 1)
    yield "kube_deployment_metadata_generation", own, metadata.get("generation", 0)
    yield "kube_deployment_status_observed_generation", own, status.get("observedGeneration", 0)
    for name in ("", "Available", "Ready", "Unavailable", "Updated"):
        field = f"{name.lower()}Replicas" if name else "replicas"
        metric = f"kube_deployment_status_replicas_{name.lower()}" if name else "kube_deployment_status_replicas"
        yield metric, own, status.get(field, 0)


def of_replica_set(replica_set: Object) -> Iterator[Sample]:
    metadata = replica_set["metadata"]
    owner = next(iter(metadata.get("ownerReferences", ())), {})
    own = {"namespace": metadata["namespace"], "replicaset": metadata["name"]}
    owned_by = {"owner_kind": owner.get("kind", ""), "owner_name": owner.get("name", "")}
    yield "kube_replicaset_owner", {**own, **owned_by, "owner_is_controller": "true"}, 1
    yield "kube_replicaset_spec_replicas", own, replica_set["spec"].get("replicas", 1)


def of_node(node: Object) -> Iterator[Sample]:
    own = {"node": node["metadata"]["name"]}
    yield "kube_node_info", own, 1
    yield "kube_node_spec_unschedulable", own, node["spec"].get("unschedulable", False)
    for one in node.get("status", {}).get("conditions", ()):
        for word in ("true", "false", "unknown"):
            labels = {**own, "condition": one["type"], "status": word}
            yield "kube_node_status_condition", labels, one["status"].lower() == word


def exposition(found: Iterable[Sample]) -> str:
    """Return samples in Prometheus' text format."""
    families: dict[str, list[str]] = defaultdict(list)
    for name, labels, value in found:
        pairs = ",".join(f'{label}="{escaped(text)}"' for label, text in labels.items())
        families[name].append(f"{name}{{{pairs}}} {float(value):g}")
    return "".join(
        f"# TYPE {name} {'counter' if name.endswith('_total') else 'gauge'}\n" + "\n".join(lines) + "\n"
        for name, lines in families.items()
    )


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def main(config: str, port: str) -> None:
    loaded = kubeconfig.load([Path(config)])
    transport = connect.connect(loaded.target(loaded.current), SignIns(os.environ), {})

    class Metrics(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = exposition(samples(transport)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            pass

    ThreadingHTTPServer(("127.0.0.1", int(port)), Metrics).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
