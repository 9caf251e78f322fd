"""Endpoints: the addresses behind each service."""

from cockpit.simulator.controllers.context import Context
from cockpit.simulator.controllers.hub import WorkQueue
from cockpit.simulator.controllers.pods import Essence, is_active, is_finished, is_ready
from cockpit.simulator.controllers.templates import short_hash
from cockpit.simulator.kinds import ENDPOINT_SLICES, ENDPOINTS, SERVICES, name_of, new_object, owner_reference
from cockpit.simulator.store import Change, Collection, Object


def _port_numbers(service: Object, pods: list[Object]) -> list[Object]:
    named = {
        port["name"]: port["containerPort"]
        for pod in pods[:1]
        for container in pod["spec"].get("containers", ())
        for port in container.get("ports", ())
        if "name" in port
    }
    ports = []
    for port in service["spec"].get("ports", ()):
        target = port.get("targetPort", port["port"])
        number = named.get(target, port["port"]) if isinstance(target, str) else target
        ports.append({"name": port.get("name", ""), "port": number, "protocol": port.get("protocol", "TCP")})
    return ports


def _target(pod: Object) -> Object:
    metadata = pod["metadata"]
    return {"kind": "Pod", "namespace": metadata["namespace"], "name": metadata["name"], "uid": metadata["uid"]}


def endpoints_for(service: Object, pods: list[Object]) -> tuple[Object, Object]:
    """Return the endpoints and the endpoint slice of a service with these addressed pods."""
    namespace, name = name_of(service)
    labels = service["metadata"].get("labels", {})
    ports = _port_numbers(service, pods)
    ready = [pod for pod in pods if is_ready(pod) and is_active(pod)]
    waiting = [pod for pod in pods if not is_ready(pod) and is_active(pod)]

    def addresses(of: list[Object]) -> list[Object]:
        return [
            {"ip": pod["status"]["podIP"], "nodeName": pod["spec"].get("nodeName", ""), "targetRef": _target(pod)}
            for pod in of
        ]

    subset: Object = {"ports": ports}
    if ready:
        subset["addresses"] = addresses(ready)
    if waiting:
        subset["notReadyAddresses"] = addresses(waiting)
    endpoints = new_object(ENDPOINTS, name, namespace, labels=labels, subsets=[subset] if ready or waiting else [])
    slice_ = new_object(
        ENDPOINT_SLICES,
        f"{name}-{short_hash([namespace, name], 5)}",
        namespace,
        labels={
            **labels,
            "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
            "kubernetes.io/service-name": name,
        },
        addressType="IPv4",
        ports=ports,
        endpoints=[_endpoint(pod) for pod in pods],
    )
    slice_["metadata"]["ownerReferences"] = [owner_reference(service)]
    return endpoints, slice_


def _endpoint(pod: Object) -> Object:
    ending = "deletionTimestamp" in pod["metadata"]
    return {
        "addresses": [pod["status"]["podIP"]],
        "conditions": {"ready": is_ready(pod) and not ending, "serving": is_ready(pod), "terminating": ending},
        "nodeName": pod["spec"].get("nodeName", ""),
        "targetRef": _target(pod),
    }


class EndpointsController:
    """Keeps the endpoints and the endpoint slice of every service that has a selector."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store
        self.queue = WorkQueue(context.agenda, self.reconcile)
        context.hub.on(SERVICES, self._note)
        context.pods.on_change(self._note_pod)

    def _note(self, change: Change) -> None:
        self.queue.add(*name_of(change.new.object))

    def _note_pod(self, pod: Object, before: Essence | None, after: Essence | None) -> None:
        labels = [one.labels for one in (before, after) if one is not None]
        for stored in self._store.list(SERVICES, pod["metadata"]["namespace"]):
            selector = stored.object["spec"].get("selector")
            if selector and any(selector.items() <= one.items() for one in labels):
                self.queue.add(*name_of(stored.object))

    def reconcile(self, namespace: str, name: str) -> None:
        """Write the addresses of one service."""
        stored = self._store.get(SERVICES, namespace, name)
        if stored is None:
            if self._store.get(ENDPOINTS, namespace, name) is not None:
                self._store.remove(ENDPOINTS, namespace, name)
            return
        selector = stored.object["spec"].get("selector")
        if not selector:
            return
        pods = [
            pod
            for pod in self._context.pods.in_namespace(namespace)
            if selector.items() <= pod["metadata"].get("labels", {}).items()
            and pod.get("status", {}).get("podIP")
            and not is_finished(pod)
        ]
        endpoints, slice_ = endpoints_for(stored.object, pods)
        self._put(ENDPOINTS, endpoints)
        self._put(ENDPOINT_SLICES, slice_)

    def _put(self, collection: Collection, obj: Object) -> None:
        old = self._store.get(collection, *name_of(obj))
        if old is None:
            self._store.create(collection, obj)
        else:
            kept = {**old.object["metadata"], **obj["metadata"]}
            self._store.replace(collection, {**obj, "metadata": kept})
