"""What of an object may not change once it is there, in the server's words."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from cockpit.simulator.status import Cause
from cockpit.simulator.store import Object

_RBAC = "rbac.authorization.k8s.io"
_POD_UPDATE_WORDS = (
    "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
    "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
)
_CHANGEABLE_IN_POD = frozenset(
    {"activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "schedulingGates", "ephemeralContainers"}
)
_CHANGEABLE_IN_CONTAINER = frozenset({"image", "resources"})


def check_change(where: tuple[str, str], obj: Object, old: Object) -> Iterator[Cause]:
    """Yield what is wrong with replacing `old` by `obj`; `where` is the kind's group and plural."""
    rule = _RULES.get(where)
    if rule is not None:
        yield from rule(obj, old)


def wrong_value(value: Any, why: str, field: str) -> Cause:
    """Return the cause for a field that holds what it may not."""
    shown = json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    return Cause("FieldValueInvalid", f"Invalid value: {shown}: {why}", field)


def _same(obj: Object, old: Object, *fields: str) -> Iterator[Cause]:
    for field in fields:
        before = old.get(field)
        if before is not None and obj.get(field) != before:
            yield wrong_value(obj.get(field), "field is immutable", f"spec.{field}")


def _workload(obj: Object, old: Object) -> Iterator[Cause]:
    yield from _same(obj["spec"], old["spec"], "selector")


def _job(obj: Object, old: Object) -> Iterator[Cause]:
    yield from _same(obj["spec"], old["spec"], "selector", "template", "completionMode")


def _service(obj: Object, old: Object) -> Iterator[Cause]:
    if obj["spec"].get("type") != "ExternalName":
        yield from _same(obj["spec"], old["spec"], "clusterIP")


def _pod(obj: Object, old: Object) -> Iterator[Cause]:
    if _fixed_part(obj["spec"]) != _fixed_part(old["spec"]):
        yield Cause("FieldValueForbidden", f"Forbidden: {_POD_UPDATE_WORDS}", "spec")


def _fixed_part(spec: Object) -> Object:
    fixed = {key: value for key, value in spec.items() if key not in _CHANGEABLE_IN_POD}
    for field in ("containers", "initContainers"):
        if fixed.get(field):
            fixed[field] = [
                {key: value for key, value in one.items() if key not in _CHANGEABLE_IN_CONTAINER}
                for one in fixed[field]
            ]
    return fixed


def _binding(obj: Object, old: Object) -> Iterator[Cause]:
    if obj.get("roleRef") != old.get("roleRef"):
        yield wrong_value(obj.get("roleRef"), "cannot change roleRef", "roleRef")


def _data(obj: Object, old: Object) -> Iterator[Cause]:
    if not old.get("immutable"):
        return
    for field in ("data", "binaryData"):
        if obj.get(field) != old.get(field):
            yield Cause("FieldValueForbidden", "Forbidden: field is immutable when `immutable` is set", field)
    if not obj.get("immutable"):
        yield Cause("FieldValueForbidden", "Forbidden: field is immutable when `immutable` is set", "immutable")


_RULES: dict[tuple[str, str], Callable[[Object, Object], Iterator[Cause]]] = {
    **{("apps", plural): _workload for plural in ("deployments", "replicasets", "statefulsets", "daemonsets")},
    ("batch", "jobs"): _job,
    ("", "services"): _service,
    ("", "pods"): _pod,
    ("", "configmaps"): _data,
    ("", "secrets"): _data,
    (_RBAC, "rolebindings"): _binding,
    (_RBAC, "clusterrolebindings"): _binding,
}
