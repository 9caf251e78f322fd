"""One field of a form on the screen: its label, the place to write, and below it what there is to say."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.suggester import SuggestFromList
from textual.widgets import Input, TextArea

from screens.dialogs.form_field import FormField
from screens.dialogs.said import Said, refusal
from state.cell import Cell, Tone
from state.printable import pasted_lines, printable, printable_lines
from widgets.cell_lines import CellLines, Line

LABEL_WIDTH = 16


class LineEditor(Input):
    """A field of one line. Several pasted lines become one."""

    def __init__(self, field: FormField) -> None:
        super().__init__(
            printable(field.text),
            placeholder=field.unset,
            id=f"field-{field.name}",
            compact=True,
            select_on_focus=False,
            suggester=SuggestFromList(field.choices, case_sensitive=False) if field.choices else None,
        )

    @property
    def text(self) -> str:
        """What stands there."""
        return self.value

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self.insert_text_at_cursor(printable(" ".join(event.text.splitlines())))


class TextEditor(TextArea):
    """A field of several lines; up on its first line and down on its last one leave it, page up and down the group."""

    DEFAULT_CSS = """
    TextEditor, TextEditor:focus {
        border: none; padding: 0; height: auto; max-height: 12; scrollbar-size-vertical: 1; width: 1fr;
    }
    TextEditor .text-area--cursor-line { background: transparent; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "line_up", show=False),
        Binding("down", "line_down", show=False),
        Binding("pageup", "page_up", show=False),
        Binding("pagedown", "page_down", show=False),
    ]

    @dataclass
    class Left(Message):
        """The cursor goes out of the text: -1 up, 1 down; `page` when by a page."""

        by: int
        page: bool = False

    def __init__(self, field: FormField) -> None:
        super().__init__(
            printable_lines(field.text),
            placeholder=field.unset,
            id=f"field-{field.name}",
            compact=True,
            highlight_cursor_line=False,
        )
        self.styles.min_height = field.rows

    def action_line_up(self) -> None:
        if self.navigator.is_first_wrapped_line(self.cursor_location):
            self.post_message(self.Left(-1))
        else:
            self.action_cursor_up()

    def action_line_down(self) -> None:
        if self.navigator.is_last_wrapped_line(self.cursor_location):
            self.post_message(self.Left(1))
        else:
            self.action_cursor_down()

    def action_page_up(self) -> None:
        if self.navigator.is_first_wrapped_line(self.cursor_location) or self._all_in_sight:
            self.post_message(self.Left(-1, page=True))
        else:
            self.action_cursor_page_up()

    def action_page_down(self) -> None:
        if self.navigator.is_last_wrapped_line(self.cursor_location) or self._all_in_sight:
            self.post_message(self.Left(1, page=True))
        else:
            self.action_cursor_page_down()

    @property
    def _all_in_sight(self) -> bool:
        return self.wrapped_document.height <= self.size.height

    async def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self.replace(pasted_lines(event.text), *self.selection, maintain_selection_offset=False)


class FieldRow(Vertical):
    """A field with its label and what is said of it."""

    DEFAULT_CSS = f"""
    FieldRow {{ height: auto; }}
    FieldRow > Horizontal {{ height: auto; }}
    FieldRow > Horizontal > CellLines {{ width: {LABEL_WIDTH}; }}
    FieldRow > .said {{ padding-left: {LABEL_WIDTH}; }}
    """

    def __init__(self, field: FormField) -> None:
        super().__init__()
        self.field = field
        self._editor: LineEditor | TextEditor | None = None
        self._before = field.text
        self._label = CellLines()
        self._said = Said(classes="said")
        self._remarks: tuple[Line, ...] = ()
        self.wrong = ""

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield self._label
            yield self.editor
        yield self._said

    def on_mount(self) -> None:
        self.show_state()

    @property
    def editor(self) -> LineEditor | TextEditor:
        """The place to write, made when it is first needed: most groups of a form are never looked at."""
        if self._editor is None:
            self._editor = LineEditor(self.field) if self.field.rows == 1 else TextEditor(self.field)
            self._before = self._editor.text
        return self._editor

    def holds(self, widget: object) -> bool:
        """Return whether a widget is its place to write."""
        return self._editor is not None and self._editor is widget

    @property
    def text(self) -> str:
        """What stands there now."""
        return self._before if self._editor is None else self._editor.text

    @property
    def differs(self) -> bool:
        """Whether it is not what stood there at first."""
        return self.text != self._before

    def say(self, remarks: Sequence[Line]) -> None:
        """Show these lines below the field, unless something is wrong with it."""
        self._remarks = tuple(remarks)
        self.show_state()

    def refuse(self, sentence: str) -> None:
        """Show what is wrong with the field, nothing for an empty sentence."""
        self.wrong = sentence
        self.show_state()

    def show_state(self) -> None:
        """Show the label, brighter when the field was changed, and what is said."""
        tone = Tone.BAD if self.wrong else Tone.TEXT if self.differs else Tone.QUIET
        self._label.show([(Cell(self.field.label, tone),)])
        self._said.show(refusal(self.wrong) or self._remarks)
