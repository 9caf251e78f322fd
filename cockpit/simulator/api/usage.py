"""`metrics.k8s.io`: what nodes and pods use, as the kubelets of the world say."""

from typing import Any

from aiohttp import web

from cockpit.simulator.api.encoding import encode
from cockpit.simulator.api.fields import wanted_fields
from cockpit.simulator.api.reading import form_of
from cockpit.simulator.api.representation import Shape
from cockpit.simulator.api.sending import answer, send
from cockpit.simulator.api.server import Call
from cockpit.simulator.clock import timestamp
from cockpit.simulator.kinds import NODES, PODS
from cockpit.simulator.ports import Usage
from cockpit.simulator.selectors import label_selector
from cockpit.simulator.status import Named, not_found
from cockpit.simulator.store import Object

_WINDOW = "15s"
_COLUMNS = (("Name", "name"), ("cpu", "quantity"), ("memory", "quantity"), ("Window", "duration"))


async def usage(call: Call) -> web.StreamResponse:
    """Answer with the use of a node or pod, or of those a list would show."""
    form = form_of(call)
    found = _measured(call)
    if call.address.name:
        if not found:
            kind = "node" if call.resource.plural == "nodes" else "pods"
            raise not_found(Named("", kind, call.address.name))
        shown = _table(found) if form.shape is Shape.TABLE else {**_type(call), **found[0]}
        return answer(shown)
    if form.shape is Shape.TABLE:
        return answer(_table(found))
    head = {"kind": call.resource.list_kind, "apiVersion": call.resource.group_version, "metadata": {}}
    return await send(call.request, [encode({**head, "items": found}) + b"\n"], call.fault)


def _type(call: Call) -> Object:
    return {"kind": call.resource.kind, "apiVersion": call.resource.group_version}


def _measured(call: Call) -> list[Object]:
    labels = label_selector(call.query.get("labelSelector", ""))
    fields = wanted_fields(call.resource, call.query.get("fieldSelector", ""))
    nodes = call.resource.plural == "nodes"
    found = []
    for stored in call.server.store.list(NODES if nodes else PODS, call.namespace):
        obj = stored.object
        if call.address.name not in ("", obj["metadata"]["name"]):
            continue
        if (labels is None or labels(obj)) and (fields is None or fields(obj)):
            measured = _node(call, obj) if nodes else _pod(call, obj)
            if measured:
                found.append(measured)
    return found


def _node(call: Call, node: Object) -> Object | None:
    conditions = {one["type"]: one["status"] for one in node.get("status", {}).get("conditions") or ()}
    if conditions.get("Ready") != "True":
        return None
    used = call.server.kubelets.node_usage(node["metadata"]["name"])
    return {**_head(call, node), "usage": _quantities(used)}


def _pod(call: Call, pod: Object) -> Object | None:
    metadata = pod["metadata"]
    if pod.get("status", {}).get("phase") != "Running":
        return None
    containers = call.server.kubelets.containers_usage(metadata["namespace"], metadata["name"])
    if not containers:
        return None
    shown = [{"name": name, "usage": _quantities(used)} for name, used in containers.items()]
    return {**_head(call, pod), "containers": shown}


def _head(call: Call, obj: Object) -> Object:
    now = timestamp(call.server.now())
    metadata = {key: value for key in ("name", "namespace", "labels") if (value := obj["metadata"].get(key))}
    return {"metadata": {**metadata, "creationTimestamp": now}, "timestamp": now, "window": _WINDOW}


def _quantities(used: Usage) -> Object:
    return {"cpu": f"{int(used.cpu * 1e9)}n", "memory": f"{int(used.memory / 1024)}Ki"}


def _table(found: list[Object]) -> Object:
    columns = [
        {"name": name, "type": "string", "format": format_, "description": "", "priority": 0}
        for name, format_ in _COLUMNS
    ]
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {},
        "columnDefinitions": columns,
        "rows": [{"cells": _cells(one), "object": _partial(one)} for one in found],
    }


def _cells(measured: Object) -> list[Any]:
    used = [measured["usage"]] if "usage" in measured else [one["usage"] for one in measured["containers"]]
    cpu = sum(int(one["cpu"].rstrip("n")) for one in used)
    memory = sum(int(one["memory"].rstrip("Ki")) for one in used)
    return [measured["metadata"]["name"], f"{cpu}n", f"{memory}Ki", measured["window"]]


def _partial(measured: Object) -> Object:
    return {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": measured["metadata"]}
