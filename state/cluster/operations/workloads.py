"""Where the kinds of Kubernetes keep their pod template."""

from typing import Any

from state.cluster.kinds.kind import Resource
from state.cluster.operations.managers import FieldPath
from state.cluster.requests import Json

_TEMPLATES: dict[tuple[str, str], FieldPath] = {
    ("", "Pod"): (),
    ("", "ReplicationController"): ("spec", "template"),
    ("apps", "Deployment"): ("spec", "template"),
    ("apps", "StatefulSet"): ("spec", "template"),
    ("apps", "DaemonSet"): ("spec", "template"),
    ("apps", "ReplicaSet"): ("spec", "template"),
    ("batch", "CronJob"): ("spec", "jobTemplate", "spec", "template"),
}


def template_path(resource: Resource) -> FieldPath | None:
    """Return where a kind keeps its pod template, `()` for a pod itself, None for a kind without one to change."""
    return _TEMPLATES.get((resource.group, resource.kind))


def within(found: Json, path: FieldPath) -> dict[str, Any]:
    """Return the object at a path, an empty one when there is none."""
    for name in path:
        inner = found.get(name)
        found = inner if isinstance(inner, dict) else {}
    return found


def nested(path: FieldPath, value: Json) -> Json:
    """Return an object that has `value` at a path."""
    for name in reversed(path):
        value = {name: value}
    return value
