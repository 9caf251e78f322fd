"""Which pod stands for a pod, a workload or a service right now: one that is ready, and the next when it goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from state.cluster import requests
from state.cluster.errors import ApiError
from state.cluster.requests import Json
from state.cluster.transport import Transport
from state.operation import Refused
from state.printable import printable
from state.ref import Ref

_APPS = {
    "Deployment": "deployments",
    "ReplicaSet": "replicasets",
    "StatefulSet": "statefulsets",
    "DaemonSet": "daemonsets",
}
_LISTED = 500


@dataclass(frozen=True, slots=True)
class PodChoice:
    """Where pods are looked for: by a label selector, by a name, or both (the name first)."""

    namespace: str
    name: str = ""
    selector: str = ""
    """As the API takes it: `app=web,tier in (a,b)`."""

    def choose(self, transport: Transport, avoid: str = "") -> Json:
        """Return the pod: the named one when it is ready, else the oldest ready one; `avoid` (a uid) only at last.

        Raises Refused when there is none, ClusterError on no answer.
        """
        found: list[Json] = []
        if self.name:
            try:
                found = [requests.get(transport, f"/api/v1/namespaces/{self.namespace}/pods/{self.name}")]
            except ApiError as error:
                if error.status != 404:
                    raise
        good = [pod for pod in found if is_ready(pod) and _uid(pod) != avoid]
        if not good and self.selector:
            query = (("labelSelector", self.selector), ("limit", str(_LISTED)))
            found = requests.get(transport, f"/api/v1/namespaces/{self.namespace}/pods", query).get("items") or []
            good = [pod for pod in found if is_ready(pod)]
            good.sort(key=lambda pod: (_uid(pod) == avoid, str(pod["metadata"].get("creationTimestamp", ""))))
        if not good and not self.selector:
            good = [pod for pod in found if is_ready(pod)]
        if good:
            return good[0]
        raise Refused(f"no pod of {self} is ready" if found else f"{self} has no pods")

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name or self.selector}"


def choice_of(transport: Transport, ref: Ref) -> PodChoice:
    """Return where the pods of an object are looked for; a pod's are those of the workload that keeps it.

    Raises Refused for a kind that has no pods, ClusterError on no answer.
    """
    kind, namespace, name = ref.group_kind.kind, ref.namespace, ref.name
    if kind == "Pod":
        pod = requests.get(transport, f"/api/v1/namespaces/{namespace}/pods/{name}")
        return PodChoice(namespace, name, _kept_by(transport, pod))
    if kind == "Service" and not ref.group_kind.group:
        service = requests.get(transport, f"/api/v1/namespaces/{namespace}/services/{name}")
        labels = (service.get("spec") or {}).get("selector")
        if not labels:
            raise Refused(f"the service {ref.path} selects no pods")
        return PodChoice(namespace, selector=selector_text({"matchLabels": labels}))
    if kind in _APPS:
        return PodChoice(namespace, selector=_selector(transport, namespace, kind, name))
    if kind == "Job":
        return PodChoice(namespace, selector=f"batch.kubernetes.io/job-name={name}")
    raise Refused(f"{ref.group_kind} {ref.path} has no pods")


def ports_of(pod: Json) -> list[tuple[int, str, str]]:
    """Return the ports a pod's containers name: number, name (may be empty), container; in their order."""
    found = []
    for container in (pod.get("spec") or {}).get("containers") or ():
        for port in container.get("ports") or ():
            if port.get("protocol", "TCP") == "TCP" and isinstance(port.get("containerPort"), int):
                name = printable(str(port.get("name") or ""))
                found.append((port["containerPort"], name, printable(str(container.get("name", "")))))
    return found


def is_ready(pod: Json) -> bool:
    """Return whether a pod takes connections: it runs, is ready and is not going."""
    status = pod.get("status") or {}
    if "deletionTimestamp" in (pod.get("metadata") or {}) or status.get("phase") != "Running":
        return False
    conditions = status.get("conditions") or ()
    return any(one.get("type") == "Ready" and one.get("status") == "True" for one in conditions)


def selector_text(selector: Mapping[str, Any]) -> str:
    """Return a label selector (`matchLabels`, `matchExpressions`) as the API takes it in a query."""
    words = [f"{key}={value}" for key, value in (selector.get("matchLabels") or {}).items()]
    for one in selector.get("matchExpressions") or ():
        key, values = one.get("key", ""), ",".join(map(str, one.get("values") or ()))
        match one.get("operator"):
            case "In":
                words.append(f"{key} in ({values})")
            case "NotIn":
                words.append(f"{key} notin ({values})")
            case "Exists":
                words.append(str(key))
            case "DoesNotExist":
                words.append(f"!{key}")
    return ",".join(words)


def _kept_by(transport: Transport, pod: Json) -> str:
    """Return the selector of the workload that would make a pod's successor, empty when nothing does."""
    namespace = pod["metadata"].get("namespace", "")
    found, selector = pod, ""
    for _ in range(3):
        owner = next((o for o in found["metadata"].get("ownerReferences") or () if o.get("controller")), None)
        kind = str(owner.get("kind", "")) if owner else ""
        if owner is None or kind not in _APPS or not str(owner.get("apiVersion", "")).startswith("apps/"):
            break
        try:
            found = requests.get(transport, f"/apis/apps/v1/namespaces/{namespace}/{_APPS[kind]}/{owner.get('name')}")
        except ApiError:
            # Without the right to read its owner a pod is forwarded to as long as it lives.
            break
        selector = selector_text((found.get("spec") or {}).get("selector") or {})
    return selector


def _selector(transport: Transport, namespace: str, kind: str, name: str) -> str:
    found = requests.get(transport, f"/apis/apps/v1/namespaces/{namespace}/{_APPS[kind]}/{name}")
    return selector_text((found.get("spec") or {}).get("selector") or {})


def _uid(pod: Json) -> str:
    return str((pod.get("metadata") or {}).get("uid", ""))
