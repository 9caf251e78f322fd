"""A form: fields to write in, checked where they stand; nothing that was typed is lost."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input, TextArea

from screens.dialogs.dialog import Dialog
from screens.dialogs.form_field import FormGroup
from screens.dialogs.form_groups import FormGroups
from screens.dialogs.form_row import FieldRow, TextEditor
from screens.dialogs.leave import LeaveForm
from screens.dialogs.said import Said, sentence
from state.board.errors import ChangeRefused
from state.cell import Cell, Tone
from widgets.cell_lines import CellLines, Line
from widgets.key_line import Key

A = TypeVar("A")

WRONG = Cell("✗", Tone.BAD)
ASKED = Cell("?", Tone.WARN)


class _Box(Vertical):
    """A group on the screen: its fields, and what is said below them."""

    def __init__(self, group: FormGroup) -> None:
        super().__init__()
        self.group = group
        self.rows = tuple(FieldRow(field) for field in group.fields)
        self.below = CellLines(classes="form--below")

    def compose(self) -> ComposeResult:
        yield from self.rows
        yield self.below


class Form(Dialog[A], Generic[A]):
    """Fields in groups; answers what a subclass makes of their values, None when it was left.

    A subclass says what to answer (`answer`), what does not fit together (`refusals`) and what there is to know of
    what is typed (`remarks`, `asked`, `below`). They are given the values that differ and read well so far; all that
    read well, where `WHOLE`.
    """

    WHOLE: ClassVar[bool] = False

    DEFAULT_CSS = """
    Form .form--body { height: auto; max-height: 18; scrollbar-size-vertical: 1; }
    Form _Box { height: auto; }
    Form .form--below { margin-top: 1; }
    Form #form-hint { min-height: 1; max-height: 2; margin-top: 1; }
    Form .dialog--keys { margin-top: 0; }
    Form Input, Form TextEditor { background: $background; }
    Form Input:focus, Form TextEditor:focus { background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,down", "step(1)", show=False),
        Binding("shift+tab,up", "step(-1)", show=False),
        Binding("pagedown,ctrl+pagedown", "group(1)", show=False),
        Binding("pageup,ctrl+pageup", "group(-1)", show=False),
        Binding("ctrl+s", "save", show=False),
    ]

    def __init__(self, title: str, groups: Sequence[FormGroup]) -> None:
        super().__init__(title)
        self._groups = tuple(groups)
        self._boxes: tuple[_Box, ...] = ()
        self._at = 0
        self._names = FormGroups([group.name for group in groups])
        self._body = VerticalScroll(can_focus=False, classes="form--body")
        self._hint = Said(id="form-hint")

    # A subclass's part

    def answer(self, values: Mapping[str, Any]) -> A:
        """Return what to answer."""
        raise NotImplementedError

    def refusals(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        """Return by field what is wrong with values that each read well."""
        return {}

    def remarks(self, values: Mapping[str, Any]) -> Mapping[str, Sequence[Line]]:
        """Return what to show below fields."""
        return {}

    def asked(self, values: Mapping[str, Any]) -> frozenset[str]:
        """Return the fields in which an answer is missing; their groups are marked."""
        return frozenset()

    def below(self, group: str, values: Mapping[str, Any]) -> Sequence[Line]:
        """Return what to show below a group's fields."""
        return ()

    # What is shown

    def compose_dialog(self) -> ComposeResult:
        self._boxes = tuple(_Box(group) for group in self._groups)
        if len(self._groups) > 1:
            yield self._names
        with self._body:
            yield self._boxes[0]
        yield self._hint

    def keys(self) -> tuple[Key, ...]:
        groups = (Key("pgdn", "next group"),) if len(self._groups) > 1 else ()
        return Key("tab", "next field"), *groups, Key("ctrl+s", "save"), Key("esc", "leave it")

    def on_mount(self) -> None:
        self.show_state()

    def show_state(self) -> None:
        """Show what there is to say of what is typed now."""
        values = self.values
        remarks, asked = self.remarks(values), self.asked(values)
        marks: list[Cell | None] = []
        for at, box in enumerate(self._boxes):
            wrong = any(row.wrong for row in box.rows)
            marks.append(WRONG if wrong else ASKED if any(row.field.name in asked for row in box.rows) else None)
            if at == self._at:
                for row in box.rows:
                    row.say(remarks.get(row.field.name, ()))
                below = self.below(box.group.name, values)
                box.below.show(below)
                box.below.display = bool(below)
        if len(self._boxes) > 1:
            self._names.show(self._at, marks)

    @property
    def rows(self) -> tuple[FieldRow, ...]:
        """All fields, in order."""
        return tuple(row for box in self._boxes for row in box.rows)

    @property
    def values(self) -> dict[str, Any]:
        """The values that can be read, of the fields that differ or of all."""
        return self._read()[0]

    def _read(self) -> tuple[dict[str, Any], dict[str, str]]:
        values: dict[str, Any] = {}
        wrong: dict[str, str] = {}
        for row in self.rows:
            if not row.differs and not self.WHOLE:
                continue
            try:
                values[row.field.name] = row.field.read(row.text)
            except (ValueError, ChangeRefused) as error:
                wrong[row.field.name] = str(error)
        return values, wrong

    # What is typed

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _typed(self, event: Input.Changed | TextArea.Changed) -> None:
        event.stop()
        row = self._row_of(event.control)
        if row is not None:
            row.wrong = ""
            self.show_state()

    @on(events.DescendantFocus)
    def _entered(self, event: events.DescendantFocus) -> None:
        row = self._row_of(event.widget)
        hint = row.field.hint if row else ""
        self._hint.show([sentence(hint)] if hint else [])

    @on(events.DescendantBlur)
    def _left_field(self, event: events.DescendantBlur) -> None:
        row = self._row_of(event.widget)
        if row is not None and row.differs:
            values, wrong = self._read()
            wrong = {**self.refusals(values), **wrong}
            row.wrong = wrong.get(row.field.name, "")
            self.show_state()

    def _row_of(self, widget: object) -> FieldRow | None:
        return next((row for row in self.rows if row.holds(widget)), None)

    # Where the user is

    async def action_step(self, by: int) -> None:
        """Go to the next field, or to the one before; from the last one of a group into the next group."""
        rows = self._boxes[self._at].rows
        here = next((at for at, row in enumerate(rows) if row.editor.has_focus), 0 if by < 0 else -1)
        if 0 <= here + by < len(rows):
            self.set_focus(rows[here + by].editor)
        else:
            await self.action_group(by, last=by < 0)

    async def action_group(self, by: int, last: bool = False) -> None:
        """Show another group, with the focus in its first field."""
        at = (self._at + by) % len(self._boxes)
        await self._show_group(at, self._boxes[at].rows[-1 if last else 0])

    async def _show_group(self, at: int, row: FieldRow) -> None:
        self._at = at
        box = self._boxes[at]
        if not box.is_attached:
            await self._body.mount(box)
        for other in self._boxes:
            other.display = other is box
        self._body.scroll_home(animate=False)
        self.show_state()
        self.set_focus(row.editor)

    async def on_form_groups_pressed(self, message: FormGroups.Pressed) -> None:
        message.stop()
        await self._show_group(message.at, self._boxes[message.at].rows[0])

    async def on_text_editor_left(self, message: TextEditor.Left) -> None:
        message.stop()
        if message.page:
            await self.action_group(message.by)
        else:
            await self.action_step(message.by)

    # The end

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        await self.action_save()

    async def action_save(self) -> None:
        """Answer, or show what is wrong where it is."""
        values, wrong = self._read()
        wrong = {**self.refusals(values), **wrong}
        for row in self.rows:
            row.wrong = wrong.get(row.field.name, "")
        for at, box in enumerate(self._boxes):
            bad = next((row for row in box.rows if row.wrong), None)
            if bad is not None:
                await self._show_group(at, bad)
                return
        self.dismiss(self.answer(values))

    def action_cancel(self) -> None:
        changed = [row.field.label for row in self.rows if row.differs]
        if changed:
            self.app.push_screen(LeaveForm(changed), self._leave)
        else:
            self.dismiss(None)

    def _leave(self, answer: str | None) -> None:
        if answer == "leave":
            self.dismiss(None)
        elif answer == "save":
            self.call_later(self.action_save)
