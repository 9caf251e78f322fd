"""What the server itself decides about a new object: its first status, addresses, labels of its own."""

from collections.abc import Callable

from cockpit.simulator.api.resources import Resource
from cockpit.simulator.clock import timestamp
from cockpit.simulator.store import Collection, Object, Store

_SERVICES = Collection("", "services")
_PRIORITIES = Collection("scheduling.k8s.io", "priorityclasses")
_NOT_READY_SECONDS = 300


def admit(store: Store, resource: Resource, obj: Object) -> None:
    """Complete a new object, whose tree is still the caller's own."""
    if resource.has_status and resource.definition is None:
        obj["status"] = dict(_FIRST_STATUS.get((resource.group, resource.plural), {}))
    decide = _DECISIONS.get((resource.group, resource.plural))
    if decide is not None:
        decide(store, obj)


_FIRST_STATUS: dict[tuple[str, str], Object] = {
    ("", "persistentvolumeclaims"): {"phase": "Pending"},
    ("", "persistentvolumes"): {"phase": "Pending"},
    ("", "replicationcontrollers"): {"replicas": 0},
    ("", "services"): {"loadBalancer": {}},
    ("apps", "daemonsets"): {
        "currentNumberScheduled": 0,
        "desiredNumberScheduled": 0,
        "numberMisscheduled": 0,
        "numberReady": 0,
    },
    ("apps", "replicasets"): {"replicas": 0},
    ("apps", "statefulsets"): {"availableReplicas": 0, "replicas": 0},
    ("policy", "poddisruptionbudgets"): {
        "currentHealthy": 0,
        "desiredHealthy": 0,
        "disruptionsAllowed": 0,
        "expectedPods": 0,
    },
}


def _pod(store: Store, pod: Object) -> None:
    spec = pod["spec"]
    spec.setdefault("serviceAccountName", "default")
    spec["serviceAccount"] = spec["serviceAccountName"]
    tolerations = spec.setdefault("tolerations", [])
    for taint in ("not-ready", "unreachable"):
        key = f"node.kubernetes.io/{taint}"
        if not any(one.get("key") == key and one.get("effect") in (None, "NoExecute") for one in tolerations):
            tolerations.append(
                {"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": _NOT_READY_SECONDS}
            )
    wanted = store.get(_PRIORITIES, "", spec["priorityClassName"]) if spec.get("priorityClassName") else None
    spec["priority"] = wanted.object.get("value", 0) if wanted else spec.get("priority", 0)
    spec.setdefault("preemptionPolicy", "PreemptLowerPriority")
    pod["status"] = {"phase": "Pending", "qosClass": _quality_of_service(spec)}


def _quality_of_service(spec: Object) -> str:
    kinds = ("cpu", "memory")
    resources = [one.get("resources") or {} for one in spec.get("containers") or ()]
    limits = [one.get("limits") or {} for one in resources]
    requests = [one.get("requests") or {} for one in resources]
    if not any((*limits, *requests)):
        return "BestEffort"
    guaranteed = all(
        kind in limit and request.get(kind) == limit[kind]
        for limit, request in zip(limits, requests, strict=True)
        for kind in kinds
    )
    return "Guaranteed" if guaranteed else "Burstable"


def _service(store: Store, service: Object) -> None:
    spec = service["spec"]
    if spec["type"] != "ExternalName" and not spec.get("clusterIP"):
        taken = {one.object["spec"].get("clusterIP") for one in store.list(_SERVICES)}
        number = next(n for n in range(1, 65_000) if f"10.96.{n // 250}.{n % 250 + 1}" not in taken)
        spec["clusterIP"] = f"10.96.{number // 250}.{number % 250 + 1}"
    if spec.get("clusterIP"):
        spec.setdefault("clusterIPs", [spec["clusterIP"]])
    if spec["type"] in ("NodePort", "LoadBalancer"):
        used = {port.get("nodePort") for one in store.list(_SERVICES) for port in one.object["spec"].get("ports") or ()}
        for port in spec.get("ports") or ():
            if not port.get("nodePort"):
                port["nodePort"] = next(number for number in range(30_000, 32_768) if number not in used)
                used.add(port["nodePort"])


def _namespace(store: Store, namespace: Object) -> None:
    namespace.setdefault("spec", {})["finalizers"] = ["kubernetes"]
    namespace["status"] = {"phase": "Active"}


def _job(store: Store, job: Object) -> None:
    spec, metadata = job["spec"], job["metadata"]
    if spec.get("manualSelector"):
        return
    uid, name = metadata["uid"], metadata["name"]
    labels = {
        "batch.kubernetes.io/controller-uid": uid,
        "batch.kubernetes.io/job-name": name,
        "controller-uid": uid,
        "job-name": name,
    }
    template = spec["template"].setdefault("metadata", {})
    template["labels"] = {**(template.get("labels") or {}), **labels}
    metadata["labels"] = {**(metadata.get("labels") or template["labels"])}
    spec["selector"] = {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}


def _definition(store: Store, definition: Object) -> None:
    spec, now = definition["spec"], timestamp(store.clock.now())
    definition["status"] = {
        "conditions": [
            {
                "type": "NamesAccepted",
                "status": "True",
                "lastTransitionTime": now,
                "reason": "NoConflicts",
                "message": "no conflicts found",
            },
            {
                "type": "Established",
                "status": "True",
                "lastTransitionTime": now,
                "reason": "InitialNamesAccepted",
                "message": "the initial names have been accepted",
            },
        ],
        "acceptedNames": spec["names"],
        "storedVersions": [one["name"] for one in spec["versions"] if one.get("storage")],
    }


_DECISIONS: dict[tuple[str, str], Callable[[Store, Object], None]] = {
    ("", "namespaces"): _namespace,
    ("", "pods"): _pod,
    ("", "services"): _service,
    ("apiextensions.k8s.io", "customresourcedefinitions"): _definition,
    ("batch", "jobs"): _job,
}
