"""Writing an edited object: exactly what was changed in the text, on top of what others changed meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from state.cluster import requests
from state.cluster.errors import ApiError
from state.cluster.fetch import hidden
from state.cluster.operations.applying import STRICT, Conflict, apply, conflicts
from state.cluster.operations.edit_text import plain
from state.cluster.operations.managers import FieldPath, management
from state.cluster.operations.object_operation import ATTEMPTS, GENERATION, ObjectOperation, overtaken
from state.cluster.operations.rebase import Clash, rebased
from state.cluster.operations.template_diff import MISSING, differences, template_diff
from state.cluster.requests import Json
from state.cluster.transport import Query, Transport
from state.operation import Outcome, Permission, Preview, Refused
from state.printable import printable, shorten

_SHOWN = 60


class EditConflict(Refused):
    """Others changed what was edited, or manage it."""

    def __init__(self, text: str, causes: tuple[str, ...], known: Mapping[str, Any]) -> None:
        super().__init__(text)
        self.causes = causes
        """One line for each field or manager."""
        self.known = known
        """The values of others by path: given to the next edit, it overwrites them."""


@dataclass(frozen=True, slots=True)
class Edit(ObjectOperation):
    """Bring an object from what it was to what somebody made of it, by replacing it or by server-side apply."""

    before: Json
    after: Json
    apply: bool = False
    force: bool = False
    """Take the fields of other managers too, when applying."""
    known: Mapping[str, Any] = field(default_factory=dict)
    """Changes of others that were seen and are overwritten: their values by path."""

    id: ClassVar[str] = "edit"

    @property
    def title(self) -> str:
        return f"Change {self.called}"

    @property
    def permission(self) -> Permission:
        return self.asks("patch" if self.apply else "update")

    def preview(self) -> Preview:
        transport = self.transport()
        live, written = self._write(transport, requests.DRY_RUN)
        lines = template_diff(*_comparable(live, written))
        changed = [path for path, _, _ in differences(plain(self.before), plain(self.after))]
        touched = tuple(_field_path(path) for path in changed)
        managed = management(transport, self.resource, live, touched)
        return Preview((*lines, *managed.lines), (*self._warnings(live, written), *managed.warnings))

    def run(self) -> Outcome:
        live, written = self._write(self.transport(), ())
        paths = [printable(path) for path, _, _ in differences(*_comparable(live, written))]
        details = {"fields": ", ".join(paths), "by": "server-side apply" if self.apply else "replace"}
        generation = written["metadata"].get("generation")
        if generation is not None and generation != live["metadata"].get("generation"):
            details[GENERATION] = str(generation)
        return Outcome(True, f"{self.called} is changed: {shorten(', '.join(paths) or 'nothing', _SHOWN)}", details)

    def _write(self, transport: Transport, query: Query) -> tuple[Json, Json]:
        """Write it; return the object as it was at the server, and as it became."""
        for _ in range(ATTEMPTS):
            live = self.read(transport)
            merged, clashes = rebased(plain(self.before), plain(self.after), plain(live), self.known)
            if clashes:
                raise _changed_by_others(self.subject.path, clashes, secret=live.get("kind") == "Secret")
            try:
                return live, self._send(transport, live, merged, query)
            except ApiError as error:
                if found := conflicts(error):
                    raise _managed_by_others(self.subject.path, found) from error
                if not overtaken(error):
                    raise
        raise Refused(f"{self.subject.path} is being changed all the time: nothing was done, try again")

    def _send(self, transport: Transport, live: Json, merged: Json, query: Query) -> Json:
        exactly = {"uid": self.uid, "resourceVersion": live["metadata"].get("resourceVersion", "")}
        whole = {**merged, "metadata": {**merged["metadata"], **exactly}}
        if self.apply:
            return apply(transport, self.path, whole, force=self.force, query=query)
        return requests.put(transport, self.path, whole, (*STRICT, *query))

    def _warnings(self, live: Json, written: Json) -> tuple[str, ...]:
        warnings = []
        same = not any(differences(*_comparable(live, written)))
        if same:
            warnings.append("the server makes nothing of it: the object stays as it is")
        elif self.apply:
            # Applying leaves what others set and the text no longer has.
            before, after, now = plain(self.before), plain(self.after), plain(written)
            removed = {path for path, _, new in differences(before, after) if new is MISSING}
            left = [path for path, _, _ in differences(after, now) if path in removed]
            if left:
                stays = printable(", ".join(left))
                warnings.append(f"applying removes nothing that others set: {stays} stays; replace the object instead")
        return tuple(warnings)


def _changed_by_others(path: str, clashes: tuple[Clash, ...], *, secret: bool) -> EditConflict:
    said = (
        (clash.path, "another value" if secret else f"{_value(clash.theirs)}; yours is {_value(clash.mine)}")
        for clash in clashes
    )
    causes = tuple(printable(f"{where} was changed meanwhile to {values}") for where, values in said)
    names = ", ".join(clash.path for clash in clashes)
    text = printable(f"{path} was changed by somebody else meanwhile, in the same place: {shorten(names, _SHOWN)}")
    return EditConflict(text, causes, {clash.path: clash.theirs for clash in clashes})


def _managed_by_others(path: str, found: tuple[Conflict, ...]) -> EditConflict:
    return EditConflict(f"{path} was not changed: {'; '.join(map(str, found))}", tuple(map(str, found)), {})


def _value(value: Any) -> str:
    return "nothing" if value is MISSING else shorten(printable(str(value)), _SHOWN)


def _comparable(live: Json, written: Json) -> tuple[Json, Json]:
    """Return two versions to compare, secrets hidden; a hidden value that differs says so."""
    one, two = hidden(plain(live)), hidden(plain(written))
    for part in ("data", "stringData"):
        old, new = live.get(part), written.get(part)
        if live.get("kind") == "Secret" and isinstance(old, dict) and isinstance(new, dict):
            changed = {key for key in new if key in old and old[key] != new[key]}
            two[part] = {k: f"{v}, another value" if k in changed else v for k, v in two[part].items()}
    return one, two


def _field_path(path: str) -> FieldPath:
    """Return the way to a field up to the first list, of a path as `differences` writes it."""
    head, bracket, rest = path.partition("[")
    names = tuple(head.split("."))
    if bracket and names[-1:] in (("labels",), ("annotations",)):
        return (*names, rest.partition("]")[0])
    return names
