"""Copying files from a container to this machine, and the other way."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from posixpath import basename
from typing import Self

from state.cell import Cell, Tone
from state.cluster.archive import Tally, amount, size_of
from state.cluster.copying import copy_from, copy_to, exists, is_folder
from state.cluster.exec import Place
from state.cluster.operations.enter import may_stream
from state.cluster.operations.object_operation import labelled
from state.cluster.transport import Transport
from state.operation import Course, Outcome, Preview, Progress, Refused
from state.printable import printable
from state.ref import Ref


@dataclass(frozen=True, slots=True)
class _Copy:
    transport: Callable[[], Transport]
    subject: Ref | str
    place: Place
    course: Course = field(default_factory=Course, kw_only=True)

    def permitted(self) -> str:
        return may_stream(self.transport(), self.place.namespace, self.place.pod, "exec")

    def along(self, course: Course) -> Self:
        """Return the same operation, tied to a course."""
        return replace(self, course=course)

    def _told(self, tally: Tally) -> None:
        self.course.tell(Progress(progress(tally)))

    def _stopped(self) -> bool:
        return self.course.stopped


@dataclass(frozen=True, slots=True)
class CopyFrom(_Copy):
    """Copy a file or folder of a container (`source`) to `target` on this machine."""

    source: str
    target: Path
    id: str = "copy-from"

    @property
    def title(self) -> str:
        return f"Copy {printable(self.source)} from {self.place.pod}"

    def preview(self) -> Preview:
        target = _local(self.target)
        if not exists(self.transport(), self.place, self.source):
            raise Refused(f"{printable(self.source)} is not there in {self.place}")
        if target.is_dir():
            raise Refused(f"the folder {printable(str(target))} is there already; name one that is not")
        if not target.parent.is_dir():
            raise Refused(f"the folder {printable(str(target.parent))} is not there")
        warnings = (f"{printable(str(target))} is there already and will be replaced",) if target.exists() else ()
        return Preview(_lines(self.place, self.source, str(target)), warnings)

    def run(self) -> Outcome:
        try:
            tally = copy_from(self.transport(), self.place, self.source, _local(self.target), self._told, self._stopped)
        except OSError as error:
            raise Refused(f"{printable(str(self.target))} cannot be written: {error.strerror or error}") from error
        return _outcome(tally, f"from {self.place}", str(self.target))


@dataclass(frozen=True, slots=True)
class CopyTo(_Copy):
    """Copy a file or folder of this machine (`source`) to `target` in a container, or into it when it is a folder."""

    source: Path
    target: str
    id: str = "copy-to"

    @property
    def title(self) -> str:
        return f"Copy {printable(str(self.source))} to {self.place.pod}"

    def preview(self) -> Preview:
        transport, source = self.transport(), _local(self.source)
        if not source.exists():
            raise Refused(f"{printable(str(source))} is not there on this machine")
        target = self._inside(transport)
        there = exists(transport, self.place, target)
        if there and (is_folder(transport, self.place, target) or source.is_dir()):
            raise Refused(f"{printable(target)} is there already in {self.place}; name one that is not")
        warnings = (f"{printable(target)} is there already and will be written over",) if there else ()
        try:
            size = labelled("size", Cell(amount(size_of(source))))
        except OSError as error:
            raise Refused(f"{printable(str(self.source))} cannot be read: {error.strerror or error}") from error
        return Preview((*_lines(self.place, str(source), target), size), warnings)

    def run(self) -> Outcome:
        transport = self.transport()
        target = self._inside(transport)
        try:
            tally = copy_to(transport, self.place, _local(self.source), target, self._told, self._stopped, replace=True)
        except OSError as error:
            raise Refused(f"{printable(str(self.source))} cannot be read: {error.strerror or error}") from error
        return _outcome(tally, f"to {self.place}", target)

    def _inside(self, transport: Transport) -> str:
        if is_folder(transport, self.place, self.target):
            return f"{self.target.rstrip('/')}/{_local(self.source).name}"
        return self.target


def words(tally: Tally) -> str:
    """Return what was copied in words: `3 files, 1.2 MB`."""
    return f"{tally.files} file{'' if tally.files == 1 else 's'}, {amount(tally.size)}"


def progress(tally: Tally) -> str:
    """Return how far it is in words: `3 files, 1.2 MB of 8.0 MB, 15 %`."""
    files = f"{tally.files} file{'' if tally.files == 1 else 's'}, " if tally.files else ""
    if not tally.total:
        return f"{files}{amount(tally.size)}"
    share = min(100, 100 * tally.size // tally.total)
    return f"{files}{amount(tally.size)} of {amount(tally.total)}, {share} %"


def suggested(source: str) -> str:
    """Return where on this machine a copy of a container's file might go: here, under its own name."""
    return f"./{basename(source.rstrip('/'))}"


def _local(path: Path) -> Path:
    return path.expanduser().absolute()


def _lines(place: Place, source: str, target: str) -> tuple[tuple[Cell, ...], ...]:
    return (
        labelled("in", Cell(printable(str(place)), Tone.QUIET)),
        labelled("from", Cell(printable(source))),
        labelled("to", Cell(printable(target), Tone.FOCUS)),
    )


def _outcome(tally: Tally, where: str, target: str) -> Outcome:
    left = f"; {tally.skipped} links or devices were left out" if tally.skipped else ""
    details = {"files": str(tally.files), "bytes": str(tally.size), "target": target}
    return Outcome(True, f"{words(tally)} copied {where}: {printable(target)}{left}", details)
