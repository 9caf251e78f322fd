"""The rules an object must keep, as far as people run into them, in the server's words."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from cockpit.simulator.api.immutability import check_change, wrong_value
from cockpit.simulator.api.resources import Resource
from cockpit.simulator.kinds import matches
from cockpit.simulator.status import Cause, invalid
from cockpit.simulator.store import Object

_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_KEY_NAME = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_ANY_SEGMENT = re.compile(r"(?!\.\.?$)[^/%]+")
_RBAC = "rbac.authorization.k8s.io"
_LABEL_NAMED = frozenset({"namespaces", "services"})

_SUBDOMAIN_WORDS = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start "
    "and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    r"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_LABEL_WORDS = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end "
    "with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
_KEY_WORDS = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
_VALUE_WORDS = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)

_SELECTED = frozenset(
    {("apps", "deployments"), ("apps", "replicasets"), ("apps", "statefulsets"), ("apps", "daemonsets")}
)
_TEMPLATED = _SELECTED | {("batch", "jobs"), ("", "replicationcontrollers")}
_COUNTED = frozenset(
    {("apps", "deployments"), ("apps", "replicasets"), ("apps", "statefulsets"), ("", "replicationcontrollers")}
)


def check(resource: Resource, obj: Object, old: Object | None) -> None:
    """See that an object may be stored, in place of `old` if that is given. Raises ApiError (422)."""
    causes = [*_check_metadata(resource, obj, old), *_check_spec(resource, obj, old)]
    if causes:
        raise invalid(resource.kind_named(obj["metadata"].get("name", "")), causes)


def negative(value: Any, field: str) -> Iterator[Cause]:
    """Yield the cause when a count is below nothing."""
    if isinstance(value, int) and value < 0:
        yield wrong_value(value, "must be greater than or equal to 0", field)


def _required(field: str) -> Cause:
    return Cause("FieldValueRequired", "Required value", field)


def _check_metadata(resource: Resource, obj: Object, old: Object | None) -> Iterator[Cause]:
    metadata = obj["metadata"]
    name = metadata.get("name", "")
    if not name:
        yield Cause("FieldValueRequired", "Required value: name or generateName is required", "metadata.name")
    elif old is None:
        pattern, words = _SUBDOMAIN, _SUBDOMAIN_WORDS
        if resource.group == _RBAC:
            pattern, words = _ANY_SEGMENT, "may not contain '/' or '%'"
        elif resource.group == "" and resource.plural in _LABEL_NAMED:
            pattern, words = _LABEL, _LABEL_WORDS
        if not pattern.fullmatch(name):
            yield wrong_value(name, words, "metadata.name")
    for key, value in (metadata.get("labels") or {}).items():
        yield from _check_key(key, "metadata.labels")
        if value and not _KEY_NAME.fullmatch(str(value)):
            yield wrong_value(value, _VALUE_WORDS, "metadata.labels")
    for key in metadata.get("annotations") or {}:
        yield from _check_key(key, "metadata.annotations")
    if old is not None and "deletionTimestamp" in old["metadata"]:
        before = old["metadata"].get("finalizers") or ()
        added = [one for one in metadata.get("finalizers") or () if one not in before]
        if added:
            shown = ", ".join(f'"{one}"' for one in added)
            yield Cause(
                "FieldValueForbidden",
                "Forbidden: no new finalizers can be added if the object is being deleted, "
                f"found new finalizers []string{{{shown}}}",
                "metadata.finalizers",
            )


def _check_key(key: str, field: str) -> Iterator[Cause]:
    if not _KEY_NAME.fullmatch(key.rpartition("/")[2]):
        yield wrong_value(key, _KEY_WORDS, field)


def _check_spec(resource: Resource, obj: Object, old: Object | None) -> Iterator[Cause]:
    where = (resource.group, resource.plural)
    spec = obj.get("spec") or {}
    if where in _COUNTED:
        yield from negative(spec.get("replicas"), "spec.replicas")
    if where in _SELECTED:
        yield from _check_selector(spec)
    if where in _TEMPLATED:
        containers = ((spec.get("template") or {}).get("spec") or {}).get("containers")
        yield from _check_containers(containers, "spec.template.spec.containers")
    rule = _RULES.get(where)
    if rule is not None:
        yield from rule(obj)
    if old is not None:
        yield from check_change(where, obj, old)


def _check_selector(spec: Object) -> Iterator[Cause]:
    selector, labels = spec.get("selector"), ((spec.get("template") or {}).get("metadata") or {}).get("labels")
    if not selector:
        yield _required("spec.selector")
    if not selector or not matches(selector, labels or {}):
        yield wrong_value(labels, "`selector` does not match template `labels`", "spec.template.metadata.labels")


def _check_containers(containers: list[Object] | None, field: str) -> Iterator[Cause]:
    if not containers:
        yield _required(field)
    names = set()
    for index, container in enumerate(containers or ()):
        name = container.get("name")
        if not name:
            yield _required(f"{field}[{index}].name")
        elif name in names:
            yield Cause("FieldValueDuplicate", f'Duplicate value: "{name}"', f"{field}[{index}].name")
        if not container.get("image"):
            yield _required(f"{field}[{index}].image")
        names.add(name)


def _check_pod(pod: Object) -> Iterator[Cause]:
    yield from _check_containers((pod.get("spec") or {}).get("containers"), "spec.containers")


def _check_definition(definition: Object) -> Iterator[Cause]:
    spec = definition.get("spec") or {}
    names = spec.get("names") or {}
    for field in ("group", "scope", "versions"):
        if not spec.get(field):
            yield _required(f"spec.{field}")
    for field in ("plural", "kind"):
        if not names.get(field):
            yield _required(f"spec.names.{field}")
    expected = f"{names.get('plural', '')}.{spec.get('group', '')}"
    if definition["metadata"].get("name") != expected:
        yield wrong_value(
            definition["metadata"].get("name"), 'must be spec.names.plural+"."+spec.group', "metadata.name"
        )


def _check_autoscaler(autoscaler: Object) -> Iterator[Cause]:
    spec = autoscaler.get("spec") or {}
    most = spec.get("maxReplicas")
    if not isinstance(most, int) or most < 1:
        yield wrong_value(most or 0, "must be greater than 0", "spec.maxReplicas")
    elif isinstance(spec.get("minReplicas"), int) and most < spec["minReplicas"]:
        yield wrong_value(most, "must be greater than or equal to `minReplicas`", "spec.maxReplicas")


_RULES: dict[tuple[str, str], Callable[[Object], Iterator[Cause]]] = {
    ("", "pods"): _check_pod,
    ("apiextensions.k8s.io", "customresourcedefinitions"): _check_definition,
    ("autoscaling", "horizontalpodautoscalers"): _check_autoscaler,
}
