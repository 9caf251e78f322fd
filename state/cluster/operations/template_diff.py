"""What two versions of an object differ in, field by field, in lines of cells."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from state.cell import Cell, Tone
from state.printable import printable_lines

_KEYS = ("name", "mountPath", "containerPort", "port", "key", "type", "uid", "ip")
"""What tells the items of a list apart, by the first of these that all of them have, each its own."""
MISSING = object()
"""Stands for no value at all."""

Difference = tuple[str, Any, Any]


def template_diff(before: Any, after: Any, path: str = "") -> tuple[tuple[Cell, ...], ...]:
    """Return for each field that differs its path and its values, what goes behind `-` and what comes behind `+`.

    Items of lists are paired by their names, so that a container in between does not make all that follow differ.
    """
    lines: list[tuple[Cell, ...]] = []
    for where, old, new in differences(before, after, path):
        lines.append((Cell(where or "the whole", Tone.QUIET),))
        lines += [(Cell(f"  - {text}", Tone.BAD),) for text in _shown(old)]
        lines += [(Cell(f"  + {text}", Tone.WELL),) for text in _shown(new)]
    return tuple(lines)


def differences(before: Any, after: Any, path: str = "") -> Iterator[Difference]:
    """Iterate over `(path, old, new)` of what differs, in the order of the older; `MISSING` stands for no value."""
    if before == after and type(before) is type(after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        names = [*before, *(name for name in after if name not in before)]
        for name in names:
            yield from differences(before.get(name, MISSING), after.get(name, MISSING), _field(path, str(name)))
        return
    if isinstance(before, list) and isinstance(after, list):
        key = key_of(before, after)
        if key is not None:
            old, new = ({str(item[key]): item for item in items} for items in (before, after))
            for name in [*old, *(name for name in new if name not in old)]:
                yield from differences(old.get(name, MISSING), new.get(name, MISSING), f"{path}[{name}]")
            if set(old) == set(new) and list(old) != list(new):
                yield f"{path} (order)", list(old), list(new)
            return
    # No value, an empty one and none at all are the same to a server.
    if not (_empty(before) and _empty(after)):
        yield path, before, after


def _empty(value: Any) -> bool:
    return value is MISSING or value is None or value == {} or value == []


def key_of(*lists: list[Any]) -> str | None:
    """Return the field that tells the items of lists apart, None when none does."""
    items = [item for one in lists for item in one]
    if not items or not all(isinstance(item, Mapping) for item in items):
        return None
    for key in _KEYS:
        if all(isinstance(item.get(key), str | int) for item in items):
            names = [[str(item[key]) for item in part] for part in lists]
            if all(len(set(part)) == len(part) for part in names):
                return key
    return None


def _field(path: str, name: str) -> str:
    name = printable_lines(name).replace("\n", " ")
    if "." in name or "/" in name:
        return f"{path}[{name}]"
    return f"{path}.{name}" if path else name


def _shown(value: Any) -> list[str]:
    if value is MISSING:
        return []
    if isinstance(value, str):
        text = value if value else '""'
    elif isinstance(value, Mapping | list):
        import yaml

        text = yaml.safe_dump(value, default_flow_style=False, allow_unicode=True, sort_keys=False)
    else:
        text = json.dumps(value)
    return printable_lines(text).replace("\t", "    ").rstrip("\n").split("\n")
