"""One operation over several targets: one preview of all, one confirmation, each run and journalled by itself."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import NamedTuple, TypeVar

from state import threads
from state.cell import Cell, Tone
from state.clock import SYSTEM, Clock
from state.journal.entry import Recorder
from state.operation import Course, Operation, Outcome, Preview, Progress, Refused
from state.perform import READ_ONLY, perform
from state.printable import printable, shorten
from state.ref import Ref

_WORKERS = 8
"""How many previews are asked for at once."""
_SAID = 3
"""How many failures are told in the summary; the details have all."""
_WIDTH = 100

T = TypeVar("T")
U = TypeVar("U")


class Unable(NamedTuple):
    """A target that the operation cannot be done to, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a confirmation is asked for: those that can be done, tied to what was previewed, and those that cannot."""

    able: tuple[Operation, ...]
    unable: tuple[Unable, ...]
    preview: Preview


class Result(NamedTuple):
    """What came of one target."""

    name: str
    done: bool
    words: str
    operation: Operation | None = None
    """What was done; None for what was not begun."""
    outcome: Outcome | None = None
    """What came of it; None where it raised."""


def name_of(operation: Operation) -> str:
    """Return what an operation is done to, as lists name it: `payments/api-1`; what is no object has its title."""
    subject = operation.subject
    return printable(subject.path if isinstance(subject, Ref) else operation.title)


def tied(operation: Operation) -> Operation:
    """Return an operation tied to what it finds now, where it can be. Raises as a preview does."""
    planned: Callable[[], Operation] | None = getattr(operation, "planned", None)
    return planned() if planned is not None else operation


def prepare(operations: Sequence[Operation], hidden: Collection[Ref | str] = ()) -> Prepared:
    """Return what would happen to all targets, each named. Blocks; call it off the loop.

    `hidden` are the subjects that a filter hides now; the preview counts and names them. Raises Refused when nothing
    of it can be done. What one target raises makes that one unable, and no other.
    """
    asked = _side_by_side(_previewed, operations)
    able = [(one, preview) for one, preview, _ in asked if one is not None and preview is not None]
    unable = tuple(
        Unable(name_of(operation), why)
        for operation, (one, _, why) in zip(operations, asked, strict=True)
        if one is None
    )
    if not able:
        raise Refused("; ".join(f"{one.name}: {one.why}" for one in unable) or "nothing is marked")
    return Prepared(tuple(one for one, _ in able), unable, _preview(able, unable, hidden))


def perform_all(
    operations: Sequence[Operation],
    journal: Recorder,
    read_only: bool,
    who: str,
    *,
    course: Course | None = None,
    clock: Clock = SYSTEM,
) -> tuple[Outcome, tuple[Result, ...]]:
    """Do each operation, one after the other; return what came of all, and of each. Blocks.

    One that fails does not stop the others. A stopped course ends it between two, and in a long one; the rest is said
    to be not begun.
    Raises Refused in read-only, before anything is asked.
    """
    if read_only:
        raise Refused(READ_ONLY)
    course = course or Course()
    results: list[Result] = []
    for operation in operations:
        name = name_of(operation)
        if course.stopped:
            results.append(Result(name, False, "not begun: it was stopped"))
            continue
        course.tell(Progress(f"{len(results)} of {len(operations)}; now {name}", len(results), len(operations)))
        along: Callable[[Course], Operation] | None = getattr(operation, "along", None)
        try:
            one = along(course) if along is not None else operation
            outcome = perform(one, journal, read_only, who, clock=clock)
        except Exception as error:
            results.append(Result(name, False, printable(str(error)) or type(error).__name__))
        else:
            results.append(Result(name, outcome.done, outcome.summary, operation, outcome))
    course.tell(Progress(f"{len(results)} of {len(operations)}", len(results), len(operations)))
    return _outcome(results), tuple(results)


def _previewed(operation: Operation) -> tuple[Operation | None, Preview | None, str]:
    try:
        refusal = operation.permitted()
        if refusal:
            return None, None, printable(refusal)
        one = tied(operation)
        return one, one.preview(), ""
    except Exception as error:
        return None, None, printable(str(error)) or type(error).__name__


def _side_by_side(work: Callable[[T], U], items: Sequence[T]) -> list[U]:
    """Return what `work` gives for each item, in their order, done by a few threads; it must not raise."""
    waiting: SimpleQueue[tuple[int, T]] = SimpleQueue()
    ready: SimpleQueue[tuple[int, U]] = SimpleQueue()
    for numbered in enumerate(items):
        waiting.put(numbered)

    def run() -> None:
        while True:
            try:
                index, item = waiting.get_nowait()
            except Empty:
                return
            ready.put((index, work(item)))

    for number in range(min(_WORKERS, len(items))):
        threads.start(f"preview {number}", run)
    found = dict(ready.get() for _ in items)
    return [found[index] for index in range(len(items))]


# --- saying ---


def _preview(
    able: list[tuple[Operation, Preview]], unable: tuple[Unable, ...], hidden: Collection[Ref | str]
) -> Preview:
    """Return one preview of all. What all have in common stands once, below the names."""
    shared = able[0][1].lines if len({preview.lines for _, preview in able}) == 1 else None
    lines: list[tuple[Cell, ...]] = []
    several = len({_cluster(operation) for operation, _ in able}) > 1
    for operation, preview in able:
        where = (Cell(f"  {printable(_cluster(operation))}", Tone.QUIET),) if several else ()
        lines.append((Cell(name_of(operation), Tone.FOCUS), *where, *_hidden_mark(operation, hidden)))
        if shared is None:
            lines += [(Cell("  "), *line) for line in preview.lines]
    if shared:
        lines += [(), *shared]
    warnings = [f"{one.name} is left out: {one.why}" for one in unable]
    concealed = [name_of(operation) for operation, _ in able if operation.subject in hidden]
    if concealed:
        which = f"{len(concealed)} of {len(able)} are marked but hidden by the filter"
        warnings.insert(0, f"{which}: {', '.join(concealed)}")
    return Preview(tuple(lines), (*warnings, *_shared_warnings(able)))


def _cluster(operation: Operation) -> str:
    return operation.subject.cluster if isinstance(operation.subject, Ref) else ""


def _hidden_mark(operation: Operation, hidden: Collection[Ref | str]) -> tuple[Cell, ...]:
    return (Cell("  hidden", Tone.WARN),) if operation.subject in hidden else ()


def _shared_warnings(able: list[tuple[Operation, Preview]]) -> Iterable[str]:
    counted = Counter(warning for _, preview in able for warning in dict.fromkeys(preview.warnings))
    for warning, count in counted.items():
        if count == len(able):
            yield warning
        else:
            names = ", ".join(name_of(operation) for operation, preview in able if warning in preview.warnings)
            yield f"{names}: {warning}"


def _outcome(results: list[Result]) -> Outcome:
    failed = [one for one in results if not one.done]
    done = len(results) - len(failed)
    details = {one.name: one.words for one in results}
    if not failed:
        names = ", ".join(one.name for one in results)
        return Outcome(True, f"{done} done: {shorten(names, _WIDTH)}", details)
    said = "; ".join(f"{one.name}: {one.words}" for one in failed[:_SAID])
    more = f"; and {len(failed) - _SAID} more" if len(failed) > _SAID else ""
    return Outcome(False, f"{done} of {len(results)} done, {len(failed)} not: {said}{more}", details)
