"""The field selectors each kind knows, and the server's words for those it does not."""

from collections.abc import Callable, Mapping

from cockpit.simulator.api.resources import Resource
from cockpit.simulator.selectors import FieldReader, Predicate, field_at, field_selector, flag_at
from cockpit.simulator.store import Object

_NAME = {"metadata.name": field_at("metadata.name")}
_BOTH = {**_NAME, "metadata.namespace": field_at("metadata.namespace")}


def _pod_addresses(pod: Object) -> str:
    return ",".join(one["ip"] for one in pod.get("status", {}).get("podIPs") or ())


def _source(event: Object) -> str:
    return str((event.get("source") or {}).get("component") or event.get("reportingComponent") or "")


_INVOLVED = ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")
_FIELDS: Mapping[tuple[str, str], Mapping[str, FieldReader]] = {
    ("", "pods"): {
        **_BOTH,
        **{
            label: field_at(label)
            for label in (
                "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "status.phase",
                "status.podIP", "status.nominatedNodeName",
            )
        },
        "spec.hostNetwork": flag_at("spec.hostNetwork"),
        "spec.host": field_at("spec.nodeName"),
        "status.podIPs": _pod_addresses,
    },
    ("", "nodes"): {**_NAME, "spec.unschedulable": flag_at("spec.unschedulable")},
    ("", "namespaces"): {**_NAME, "status.phase": field_at("status.phase")},
    ("", "secrets"): {**_BOTH, "type": field_at("type")},
    ("", "services"): {
        **_BOTH, "spec.clusterIP": field_at("spec.clusterIP"), "spec.type": field_at("spec.type"),
    },
    ("", "replicationcontrollers"): {**_BOTH, "status.replicas": lambda obj: field_at("status.replicas")(obj) or "0"},
    ("apps", "replicasets"): {**_BOTH, "status.replicas": lambda obj: field_at("status.replicas")(obj) or "0"},
    ("batch", "jobs"): {**_BOTH, "status.successful": lambda obj: field_at("status.succeeded")(obj) or "0"},
    ("", "events"): {
        **_BOTH,
        **{f"involvedObject.{part}": field_at(f"involvedObject.{part}") for part in _INVOLVED},
        "reason": field_at("reason"), "type": field_at("type"), "source": _source,
        "reportingComponent": field_at("reportingComponent"),
    },
    ("events.k8s.io", "events"): {
        **_BOTH,
        **{f"regarding.{part}": field_at(f"involvedObject.{part}") for part in _INVOLVED},
        "reason": field_at("reason"), "type": field_at("type"), "reportingController": field_at("reportingComponent"),
    },
}  # fmt: skip


def wanted_fields(resource: Resource, text: str) -> Predicate | None:
    """Return what tells whether an object's fields are wanted, None when all are. Raises ApiError (400)."""
    known = _FIELDS.get((resource.group, resource.plural))
    if known is not None:
        return field_selector(text, known, _refusal(resource))
    if resource.definition is not None:
        return field_selector(text, _BOTH if resource.namespaced else _NAME, _plain)
    return field_selector(text, _BOTH, _generic)


def _plain(label: str) -> str:
    return f"field label not supported: {label}"


def _generic(label: str) -> str:
    return f'"{label}" is not a known field selector: only "metadata.name", "metadata.namespace"'


def _refusal(resource: Resource) -> Callable[[str], str]:
    if resource.plural == "jobs":
        return lambda label: f'field label "{label}" not supported for Job'
    return _plain
