"""Label selectors in objects, as kubectl writes them."""

import msgspec

from state.cluster.kinds.columns import NONE
from state.cluster.kinds.kind import Labels


class Requirement(msgspec.Struct, gc=False):
    key: str = ""
    operator: str = ""
    values: list[str] | None = None


class LabelSelector(msgspec.Struct, gc=False, rename="camel"):
    match_labels: dict[str, str] | None = None
    match_expressions: list[Requirement] | None = None


def selector_text(selector: LabelSelector | None) -> str:
    """Return a selector in its short form, `a=b,c in (d,e)`, as `metav1.FormatLabelSelector` writes it."""
    if selector is None:
        return NONE
    written = [(key, f"{key}={value}") for key, value in (selector.match_labels or {}).items()]
    written += [(one.key, _requirement(one)) for one in selector.match_expressions or ()]
    return ",".join(text for _, text in sorted(written, key=lambda pair: pair[0])) or NONE


def labels_text(labels: Labels) -> str:
    """Return labels as `a=b,c=d`, or `<none>`."""
    return ",".join(f"{key}={value}" for key, value in sorted(labels)) or NONE


def _requirement(one: Requirement) -> str:
    values = ",".join(sorted(one.values or ()))
    match one.operator:
        case "In":
            return f"{one.key} in ({values})"
        case "NotIn":
            return f"{one.key} notin ({values})"
        case "DoesNotExist":
            return f"!{one.key}"
        case _:
            return one.key
