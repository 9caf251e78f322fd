"""What descriptions have in common: labels, annotations, tolerations, selectors, moments, events."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from state.age import age
from state.cluster.describe.sheet import Sheet
from state.cluster.secrets import LAST_APPLIED
from state.rfc3339 import moment_of

Json = dict[str, Any]
NONE = "<none>"
UNSET = "<unset>"
_LONGEST_ANNOTATION = 140


def at(found: Any, *path: str) -> Any:
    """Return what stands at a path of keys, None where it ends early."""
    for key in path:
        if not isinstance(found, dict):
            return None
        found = found.get(key)
    return found


def table(found: Any, *path: str) -> Json:
    """Return the mapping at a path, an empty one for anything else."""
    value = at(found, *path)
    return value if isinstance(value, dict) else {}


def entries(found: Any, *path: str) -> list[Json]:
    """Return the mappings of the list at a path, an empty one for anything else."""
    value = at(found, *path)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def texts(found: Any, *path: str) -> list[str]:
    """Return the list at a path as texts."""
    value = at(found, *path)
    return [word(one) for one in value] if isinstance(value, list) else []


def word(value: Any) -> str:
    """Return a value as Go prints it: `true`, `[a b]`, `map[a:1]`, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{' '.join(map(word, value))}]"
    if isinstance(value, dict):
        return f"map[{' '.join(f'{key}:{word(value[key])}' for key in sorted(value))}]"
    return str(value)


def number(found: Any, *path: str) -> int:
    """Return the whole number at a path, 0 where there is none."""
    value = at(found, *path)
    return value if isinstance(value, int) else 0


def moment(text: Any) -> str:
    """Return a moment in the local zone, as `Tue, 24 Nov 2026 08:30:00 +0100`."""
    seconds = moment_of(text) if isinstance(text, str) else None
    if seconds is None:
        return "Mon, 01 Jan 0001 00:00:00 +0000"
    return format_datetime(datetime.fromtimestamp(seconds).astimezone())


def since(text: Any, now: float) -> str:
    """Return how long ago a moment was."""
    seconds = moment_of(text) if isinstance(text, str) else None
    return "<unknown>" if seconds is None else age(now - seconds)


def several(sheet: Sheet, title: str, lines: Sequence[str]) -> None:
    """Put a title and its values below each other."""
    for index, line in enumerate(lines or (NONE,)):
        sheet.put(0, f"{title}:\t{line}\n" if index == 0 else f"\t{line}\n")


def labels(sheet: Sheet, title: str, found: Any, indent: str = "") -> None:
    """Put labels, sorted; `indent` stands before each of their lines."""
    found = found if isinstance(found, dict) else {}
    lines = [f"{key}={word(found[key])}" for key in sorted(found)] or [NONE]
    for index, line in enumerate(lines):
        sheet.put(0, f"{indent}{title}:\t{line}\n" if index == 0 else f"{indent}\t{line}\n")


def annotations(sheet: Sheet, title: str, found: Any) -> None:
    """Put annotations, sorted; long ones cut, those of several lines below their name."""
    found = found if isinstance(found, dict) else {}
    keys = sorted(key for key in found if key != LAST_APPLIED)
    if not keys:
        sheet.line(0, f"{title}:", NONE)
        return
    for index, key in enumerate(keys):
        value = word(found[key]).removesuffix("\n")
        sheet.put(0, f"{title}:\t" if index == 0 else "\t")
        if len(value.encode()) + len(key) + 2 > _LONGEST_ANNOTATION or "\n" in value:
            sheet.put(0, f"{key}:\n")
            for line in value.split("\n"):
                sheet.put(0, f"\t  {_cut(line, _LONGEST_ANNOTATION - 2)}\n")
        else:
            sheet.put(0, f"{key}: {value}\n")


def tolerations(sheet: Sheet, title: str, found: Sequence[Json]) -> None:
    """Put tolerations, sorted by key."""
    several(sheet, title, [_toleration(one) for one in sorted(found, key=lambda one: word(one.get("key")))])


def head(sheet: Sheet, found: Json, *, namespaced: bool = True) -> None:
    """Put name and namespace."""
    sheet.line(0, "Name:", word(at(found, "metadata", "name")))
    if namespaced:
        sheet.line(0, "Namespace:", word(at(found, "metadata", "namespace")))


def described_by(sheet: Sheet, found: Json) -> None:
    """Put labels and annotations."""
    labels(sheet, "Labels", at(found, "metadata", "labels"))
    annotations(sheet, "Annotations", at(found, "metadata", "annotations"))


def controller(found: Json) -> str:
    """Return the controlling owner as `ReplicaSet/name`, empty when there is none."""
    owner = controlling(found)
    return f"{word(owner.get('kind'))}/{word(owner.get('name'))}" if owner else ""


def controlling(found: Json) -> Json:
    """Return the owner reference of the controller, an empty mapping when there is none."""
    return next((one for one in entries(found, "metadata", "ownerReferences") if one.get("controller") is True), {})


def selector(found: Any) -> str:
    """Return a label selector in the words of `-l`; empty for none and for one that selects all."""
    if not isinstance(found, dict):
        return ""
    terms = [(key, f"{key}={word(value)}") for key, value in sorted(table(found, "matchLabels").items())]
    for one in entries(found, "matchExpressions"):
        key, values = word(one.get("key")), ",".join(sorted(texts(one, "values")))
        shape = {"In": f"{key} in ({values})", "NotIn": f"{key} notin ({values})", "DoesNotExist": f"!{key}"}
        terms.append((key, shape.get(word(one.get("operator")), key)))
    return ",".join(term for _, term in sorted(terms, key=lambda term: term[0]))


def pairs(found: Mapping[str, Any]) -> str:
    """Return labels as `a=b,c=d`, `<none>` for none."""
    return ",".join(f"{key}={word(found[key])}" for key in sorted(found)) or NONE


def _toleration(one: Json) -> str:
    key, value, effect = (word(one.get(name)) for name in ("key", "value", "effect"))
    text = key + (f"={value}" if value else "") + (f":{effect}" if effect else "")
    if one.get("operator") == "Exists" and not value:
        text += " op=Exists" if key or effect else "op=Exists"
    seconds = one.get("tolerationSeconds")
    return text if seconds is None else f"{text} for {word(seconds)}s"


def _cut(text: str, length: int) -> str:
    encoded = text.encode()
    return text if len(encoded) <= length else encoded[:length].decode(errors="ignore") + "..."
