"""Labels and annotations: added, changed and removed, as `kubectl label` and `kubectl annotate` do."""

import re
from dataclasses import dataclass
from typing import Literal

from state.cell import Cell, Tone
from state.cluster.operations.managers import FieldPath
from state.cluster.operations.object_operation import Line, PatchOperation, labelled
from state.cluster.requests import Json
from state.operation import Outcome, Refused
from state.printable import printable, shorten

Changes = tuple[tuple[str, str | None], ...]
"""Keys with their new values; None removes the key."""

_NAME = re.compile("[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?")
_PREFIX = re.compile(r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*")
_VALUE = re.compile("(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?")
_SHOWN = 64


class WrongChange(ValueError):
    """A text that says no change of labels or annotations. The words say what is wrong with it."""


def read_changes(words: list[str], field: Literal["labels", "annotations"]) -> Changes:
    """Return what `app=web` (set) and `app-` (remove) say, one a word. Raises WrongChange."""
    changes: dict[str, str | None] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals and not key.endswith("-"):
            raise WrongChange(f"{_short(word)} says nothing to do: write key=value to set, key- to remove")
        key = key if equals else key[:-1]
        if wrong := _wrong_key(key) or (_wrong_value(value) if field == "labels" and equals else ""):
            raise WrongChange(wrong)
        if key in changes:
            raise WrongChange(f"{_short(key)} is named twice: say once what it is to be")
        changes[key] = value if equals else None
    return tuple(changes.items())


def _wrong_key(key: str) -> str:
    prefix, slash, name = key.rpartition("/")
    if _NAME.fullmatch(name) and (not slash or _PREFIX.fullmatch(prefix)):
        return ""
    return (
        f"{_short(key)} is no key: a name has letters, digits, -, _ and . only, a letter or digit at both ends, "
        "63 characters at most, and before a / a DNS name may stand"
    )


def _wrong_value(value: str) -> str:
    if _VALUE.fullmatch(value):
        return ""
    return (
        f"{_short(value)} is no label's value: it has letters, digits, -, _ and . only, a letter or digit at both "
        "ends, and 63 characters at most"
    )


def _short(text: str) -> str:
    return repr(shorten(printable(text), _SHOWN))


@dataclass(frozen=True, slots=True)
class ChangeMetadata(PatchOperation):
    """Set and remove some of an object's labels or annotations; the others stay as they are."""

    field: Literal["labels", "annotations"]
    changes: Changes

    @property
    def id(self) -> str:
        return "label" if self.field == "labels" else "annotate"

    @property
    def title(self) -> str:
        return f"{'Label' if self.field == 'labels' else 'Annotate'} {self.called}"

    @property
    def touched(self) -> tuple[FieldPath, ...]:
        return tuple(("metadata", self.field, key) for key, _ in self.changes)

    def now(self, found: Json) -> dict[str, str | None]:
        there = found["metadata"].get(self.field) or {}
        return {key: there.get(key) for key, _ in self.changes}

    def change(self, found: Json) -> Json:
        wanted = self._wanted(found)
        if not wanted:
            raise Refused(f"the {self.field} of {self.subject.path} are so already")
        return {"metadata": {self.field: wanted}}

    def lines(self, found: Json) -> tuple[Line, ...]:
        now = self.now(found)
        lines = []
        for key, value in self._wanted(found).items():
            before = now[key]
            shown = [Cell(f"{printable(key)}  ", Tone.FOCUS)]
            if before is not None:
                shown.append(Cell(printable(before) or '""', Tone.BAD if value is None else Tone.QUIET))
            if before is not None and value is not None:
                shown.append(Cell(" → ", Tone.QUIET))
            if value is not None:
                shown.append(Cell(printable(value) or '""'))
            word = "remove" if value is None else "add" if before is None else "change"
            lines.append(labelled(word, *shown))
        return tuple(lines)

    def warnings(self, found: Json) -> tuple[str, ...]:
        now = self.now(found)
        wanted = self._wanted(found)
        overwritten = [printable(key) for key, value in wanted.items() if value is not None and now[key] is not None]
        warnings = [f"what is set already is overwritten: {', '.join(overwritten)}"] if overwritten else []
        lost = [key for key in wanted if now[key] is not None]
        owners = found["metadata"].get("ownerReferences") or ()
        if self.field == "labels" and self.resource.kind == "Pod" and lost and any(o.get("controller") for o in owners):
            warnings.append("its controller finds it by its labels: it may let go of it and make another")
        return tuple(warnings)

    def outcome(self, found: Json) -> Outcome:
        wanted = self._wanted(found)
        details = {key: "removed" if value is None else value for key, value in wanted.items()}
        count = f"{len(wanted)} {self.field if len(wanted) > 1 else self.field[:-1]}"
        return Outcome(True, f"{self.called}: {count} changed", details)

    def _wanted(self, found: Json) -> dict[str, str | None]:
        now = self.now(found)
        return {key: value for key, value in self.changes if now[key] != value}
