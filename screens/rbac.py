"""Who may do what, as tables: who can, what can I, what somebody may."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from screens.commands import bindings
from screens.frame import Frame
from screens.table import Table
from state import threads
from state.age import short_age
from state.cell import Cell, Tone
from state.clock import SYSTEM, Clock
from state.cluster.errors import ClusterError
from state.cluster.rbac import (
    Holder,
    Right,
    Rights,
    Subject,
    Wanted,
    my_rights,
    read_policy,
    rights_of,
    who_can,
)
from state.cluster.transport import Transport
from state.printable import printable
from widgets.cell_lines import Bold, CellLines, Line
from widgets.grid import Grid
from widgets.grid_model import GridColumn
from widgets.pane import Pane

EVERY = 30.0
ANSWER_SECONDS = 30.0
EVERYWHERE = "all namespaces"
_log = logging.getLogger(__name__)
Columns = tuple[GridColumn, ...]
_WHO: Columns = (
    GridColumn("KIND", 14, importance=1),
    GridColumn("NAME", 30, grows=True, middle=True, importance=0),
    GridColumn("NAMESPACE", 16, importance=3),
    GridColumn("WHERE", 18, importance=1),
    GridColumn("ONLY", 20, importance=4),
    GridColumn("ROLE", 30, importance=2, middle=True),
    GridColumn("BINDING", 34, importance=3, middle=True),
)
_MINE: Columns = (
    GridColumn("RESOURCE", 36, grows=True, middle=True, importance=0),
    GridColumn("VERBS", 40, importance=0),
    GridColumn("ONLY", 24, importance=2, middle=True),
)
_SOMEBODYS: Columns = (
    GridColumn("RESOURCE", 30, grows=True, middle=True, importance=0),
    GridColumn("VERBS", 32, importance=0),
    GridColumn("WHERE", 18, importance=1),
    GridColumn("ONLY", 16, importance=4),
    GridColumn("THROUGH", 48, importance=2, middle=True),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows of a table, and what is to be said of them besides."""

    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, in words, and how it is read; `read` blocks and raises ClusterError."""

    title: str
    columns: Columns
    read: Callable[[], Answer]
    none: str
    """What is said when there are no rows."""


def who_can_question(transport: Callable[[], Transport], wanted: Wanted) -> Question:
    """Ask who may do something: `get secrets in shop`."""

    def read() -> Answer:
        policy = read_policy(transport(), wanted.namespace)
        note = f"not all is known, this user may not read {', '.join(policy.unread)}" if policy.unread else ""
        return Answer(tuple(_holder(one) for one in who_can(policy, wanted)), note)

    return Question(f"who can {wanted}", _WHO, read, "nobody by roles and bindings")


def my_rights_question(transport: Callable[[], Transport], namespace: str) -> Question:
    """Ask what this user may do in a namespace."""

    def read() -> Answer:
        rights = my_rights(transport(), namespace)
        rows = tuple((one.resource, " ".join(one.verbs), " ".join(one.names)) for one in rights.found)
        return Answer(rows, rights.note)

    return Question(f"what can I in {namespace or 'default'}", _MINE, read, "nothing")


def rights_question(transport: Callable[[], Transport], subject: Subject) -> Question:
    """Ask what a user, group or service account may do, and through what."""

    def read() -> Answer:
        rights: Rights = rights_of(read_policy(transport(), subject.namespace), subject)
        return Answer(tuple(_right(one) for one in rights.found), rights.note)

    return Question(f"what can {subject}", _SOMEBODYS, read, "nothing by roles and bindings")


def _holder(one: Holder) -> tuple[str, ...]:
    subject = one.subject
    return (
        subject.kind,
        subject.name,
        subject.namespace,
        one.scope or EVERYWHERE,
        " ".join(one.names),
        one.role,
        one.binding,
    )


def _right(one: Right) -> tuple[str, ...]:
    scope = "" if one.resource.startswith("/") else one.scope or EVERYWHERE
    return one.resource, " ".join(one.verbs), scope, " ".join(one.names), one.through


class RightsScreen(Frame):
    """The answer to one question, asked again now and then; `/` narrows it, a header or `O` orders it."""

    DEFAULT_CSS = "RightsScreen > CellLines { padding: 0 1; }"
    FILTERS = True
    STREAMS = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("rights", "pushed")]
    AUTO_FOCUS = "Grid"

    def __init__(self, question: Question, clock: Clock = SYSTEM) -> None:
        super().__init__()
        self._question = question
        self._clock = clock
        self._answer: Answer | None = None
        self._filter = ""
        self._sort: tuple[int | None, bool] = (None, False)
        self._asking = False
        self._asked = float("-inf")
        self._read_at: float | None = None
        self._wrong = ""
        self._heading = CellLines()

    def compose_body(self) -> ComposeResult:
        yield self._heading
        with Pane(title=""):
            yield Grid(self._question.columns, marking=False, letters_shift=False)

    # --- reading ---

    def update(self) -> None:
        now = self._clock.elapsed()
        if not self._asking and now - self._asked >= EVERY:
            self._asking, self._asked = True, now
            self.run_worker(self._load(), exit_on_error=False)
        self._tell()

    async def _load(self) -> None:
        try:
            answer = await threads.call("rights", self._question.read, timeout=ANSWER_SECONDS)
        except ClusterError as error:
            self._wrong = printable(str(error))
        except TimeoutError:
            self._wrong = f"no answer in {ANSWER_SECONDS:.0f} s"
        except Exception as error:
            self._wrong = f"a defect, the log has it: {type(error).__name__}"
            _log.exception("%s could not be answered", self._question.title)
        else:
            self._wrong, self._read_at = "", self._clock.elapsed()
            if answer != self._answer:
                self._answer = answer
                self._show()
        finally:
            self._asking, self._asked = False, self._clock.elapsed()

    def _show(self) -> None:
        if self._answer is None:
            return
        text = self._filter.removeprefix("!").casefold()
        inverse = self._filter.startswith("!")
        rows = [
            row for row in self._answer.rows if not text or any(text in cell.casefold() for cell in row) is not inverse
        ]
        column, reverse = self._sort
        if column is not None:
            rows.sort(key=lambda row: row[column], reverse=reverse)
        grid = self.query_one(Grid)
        grid.sort_by(column, reverse)
        grid.show(Table.of({row: self._cells(row) for row in rows}), None)
        pane = self.query_one(Pane)
        whole = len(self._answer.rows)
        pane.name_it("Rights", f"{whole}" if len(rows) == whole else f"{len(rows)} of {whole}")
        none = f"{self._question.none}{'' if not self._answer.note else ', as far as it may be read'}"
        empty: Sequence[Line] = [(Cell("nothing matches" if whole else none, Tone.QUIET),)]
        pane.say_empty(None if rows else list(empty))

    def _cells(self, row: tuple[str, ...]) -> tuple[Cell, ...]:
        headers = [column.header for column in self._question.columns]
        return tuple(Cell(text, _tone(header, text)) for header, text in zip(headers, row, strict=True))

    def _tell(self) -> None:
        words: list[Cell] = [Bold(self._question.title)]
        if self._wrong:
            words.append(Cell(f"  ▲ {self._wrong}", Tone.WARN))
        if self._read_at is not None:
            words.append(Cell(f"  read {short_age(self._clock.elapsed() - self._read_at)} ago", Tone.FAINT))
        elif not self._wrong:
            words.append(Cell("  loading …", Tone.QUIET))
        lines: list[Line] = [words]
        if self._answer is not None and self._answer.note:
            lines.append((Cell(f"◌ {self._answer.note}", Tone.QUIET),))
        self._heading.show(lines)

    # --- keys ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "clear":
            return bool(self._filter)
        return super().check_action(action, parameters)

    def on_grid_sort_asked(self, message: Grid.SortAsked) -> None:
        message.stop()
        column, reverse = self._sort
        again = column == message.index
        self._sort = (None, False) if again and reverse else (message.index, again)
        self._show()

    def action_sort_next(self) -> None:
        column, _ = self._sort
        following = 0 if column is None else column + 1
        self._sort = (following if following < len(self._question.columns) else None, False)
        self._show()

    @property
    def filter_text(self) -> str:
        return self._filter

    def filter_by(self, text: str) -> str:
        """Show the rows that hold a text, with `!` before it those that do not."""
        self._filter = text
        self._show()
        return ""

    def action_clear(self) -> None:
        self.filter_by("")

    def action_back(self) -> None:
        self.dismiss()


def _tone(header: str, text: str) -> Tone:
    if header in ("RESOURCE", "NAME", "VERBS"):
        # Everything is what one has to know of.
        return Tone.WARN if "*" in text.split() or text.startswith("*.*") else Tone.TEXT
    return Tone.WARN if text == EVERYWHERE and header == "WHERE" else Tone.QUIET
