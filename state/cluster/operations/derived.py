"""Why a key does nothing to a row behind which no object of its own stands, and what does it instead."""

from collections.abc import Mapping
from typing import Any

from state.cluster.kinds.helm_releases import HELM_RELEASE
from state.cluster.kinds.kind import Kind
from state.cluster.operations.offered import CONTAINER
from state.printable import printable
from state.ref import GroupKind, Ref

RELEASE = HELM_RELEASE.resource.group_kind
_POD = "a container is changed with its pod: esc leads back to it"
_HOOKS = "so that its hooks run and its history is kept"
_VALUES = "set a value with Helm itself: helm upgrade {name} CHART -n {namespace} --reuse-values --set KEY=VALUE"

_OF_A_CONTAINER = dict.fromkeys(("delete", "delete_as", "kill", "edit", "label", "annotate"), _POD)
_OF_A_RELEASE = {
    **dict.fromkeys(
        ("delete", "delete_as"), f"uninstall it with Helm itself, {_HOOKS}: helm uninstall {{name}} -n {{namespace}}"
    ),
    "roll_back": f"roll it back with Helm itself, {_HOOKS}: helm rollback {{name}} REVISION -n {{namespace}}",
    "edit": _VALUES,
    **dict.fromkeys(("label", "annotate"), "a release has no labels of its own: what it made has"),
    "events": "a release has no events of its own: what it made has; d lists that",
    "xray": "a release has no tree of its own: what it made has; d lists that",
}
_INSTEAD: Mapping[GroupKind, Mapping[str, str]] = {CONTAINER: _OF_A_CONTAINER, RELEASE: _OF_A_RELEASE}


def answered(verb: str, kind: Kind[Any]) -> bool:
    """Return whether a verb that does nothing to rows of a kind has an answer all the same."""
    return verb in _INSTEAD.get(kind.resource.group_kind, {})


def instead(verb: str, ref: Ref) -> str:
    """Return why a verb does nothing to a row, with what does it; empty where the row is like any object."""
    said = _INSTEAD.get(ref.group_kind, {}).get(verb, "")
    return printable(said.format(name=ref.name, namespace=ref.namespace)) if said else ""
