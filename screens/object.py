"""One object as text: described, its events, or as YAML; read again every few seconds."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from screens import taking_along
from screens.commands import bindings
from screens.reveal import ask_and_reveal
from screens.sheets import Sheet, Sheets
from screens.text_screen import SearchedText
from state.cell import Cell, Tone
from state.clock import SYSTEM, Clock
from state.cluster.object_text import SecretValues
from state.log_file import saved_folder
from state.printable import printable
from widgets.cell_lines import Bold, CellLines, Line, line_width
from widgets.cell_text import cut
from widgets.fold_view import FoldView
from widgets.text_view import TextView
from widgets.yaml_paint import event_line, yaml_line

_NARROWEST_TITLE = 16
TITLES = {"managed": "yaml with managed fields"}


class ObjectScreen(SearchedText):
    """The texts that `sheets` give by name. The last one stays, with words, when it cannot be had again.

    Indented parts fold under the cursor. Of a secret, one key at a time can be revealed.
    """

    STREAMS = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("sheet", "fold", "copy", "save")]
    AUTO_FOCUS = "FoldView"

    def __init__(
        self,
        title: str,
        sheets: Mapping[str, Callable[[], str]],
        first: str,
        clock: Clock = SYSTEM,
        *,
        values: SecretValues | None = None,
        reveals: bool = False,
        folder: Callable[[], Path] = saved_folder,
    ) -> None:
        """Each of `sheets` blocks and raises ClusterError; `first` is the one to begin with.

        `values` are a secret's; with `reveals` it asks at once which of them to show. Texts are saved in `folder`.
        """
        super().__init__()
        self._title = printable(title)
        self._sheets = Sheets(self._title, sheets, first, clock)
        self._heading = CellLines()
        self._view = FoldView(self._paint)
        self._values = values
        self._reveals = reveals and values is not None
        self._folder = folder
        self._clock = clock
        self._pattern = ""
        self._said = ""
        """What came of looking for the pattern, when it was not found."""

    def compose_body(self) -> ComposeResult:
        yield self._heading
        yield self._view

    def on_mount(self) -> None:
        self._view.closed = self._sheet.closed
        if self._reveals:
            self.action_reveal()

    @property
    def text_view(self) -> TextView:
        return self._view

    def _paint(self, line: str) -> Line:
        return event_line(line) if self._sheets.shown == "events" else yaml_line(line)

    # --- reading ---

    def update(self) -> None:
        # What is being selected stays until it is copied or let go.
        if self._sheet.is_due(self._clock.elapsed()) and self._view.text_selection is None:
            self._load()
        self._tell()

    @property
    def _sheet(self) -> Sheet:
        return self._sheets.sheet

    def _load(self) -> None:
        self.run_worker(self._read(self._sheets.shown), exit_on_error=False)

    async def _read(self, name: str) -> None:
        if await self._sheets.load(name) and name == self._sheets.shown:
            self._view.show(self._sheet.lines)

    # --- words ---

    def _tell(self) -> None:
        words = [*self._sheet.words(self._clock.elapsed())]
        if self._pattern:
            words.insert(0, Cell(f"  /{self._pattern}/ {self._said}".rstrip(), Tone.FOCUS))
        name = TITLES.get(self._sheets.shown, self._sheets.shown)
        room = max(_NARROWEST_TITLE, self.size.width - len(name) - 3 - line_width(words))
        title = cut(self._title, room, middle=True)
        self._heading.show([(Bold(name), Cell(f" {title}"), *words)])

    # --- keys ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("clear", "search"):
            return bool(self._pattern) if action == "clear" else bool(self._pattern) or None
        if action == "sheet":
            return parameters[0] in self._sheets and parameters[0] != self._sheets.shown
        if action == "managed":
            return "managed" in self._sheets and self._sheets.shown in ("yaml", "managed")
        if action == "reveal":
            return self._values is not None
        return super().check_action(action, parameters)

    def action_sheet(self, name: str) -> None:
        """Show the object another way; each keeps its place."""
        view = self._view
        self._sheet.top = view.top
        self._sheets.shown = name
        view.show_closed(self._sheet.lines, self._sheet.top, self._sheet.closed)
        if self._sheet.asked is None:
            self._load()
        self._tell()
        self.show_keys()

    def action_fold(self) -> None:
        self._view.fold()

    def action_fold_all(self) -> None:
        self._view.fold_all()

    def action_managed(self) -> None:
        """Show the managed fields too, or leave them out again."""
        self.action_sheet("yaml" if self._sheets.shown == "managed" else "managed")

    def action_reveal(self) -> None:
        """Ask which key of the secret to show, and show it."""
        if self._values is not None:
            reveal = ask_and_reveal(self, self._title, self._values)
            self.run_worker(reveal, exclusive=True, group="reveal", exit_on_error=False)

    def action_copy(self) -> None:
        """Copy what is selected, else the whole text, folds and all."""
        taking_along.copy(self, self.get_selected_text() or "\n".join(self._view.whole))

    def action_save(self) -> None:
        """Write the whole text to a file of its own."""
        name, lines = f"{self._title} {self._sheets.shown}", list(self._view.whole)
        suffix = "txt" if self._sheets.shown in ("describe", "events") else "yaml"
        now = self._clock.wall()
        self.run_worker(taking_along.save(self, lines, name, self._folder, now, suffix=suffix), exit_on_error=False)

    # --- searching ---

    @property
    def filter_text(self) -> str:
        return self._pattern

    def filter_by(self, text: str) -> str:
        self._said = ""
        wrong = super().filter_by(text)
        if not wrong:
            self._pattern = text
            self.show_keys()
        return wrong

    def on_text_view_sought(self, message: TextView.Sought) -> None:
        self._said = message.problem or ("" if message.found else "is not in it")
        if message.problem:
            self._pattern = ""
            self.app.notify(message.problem, severity="warning", markup=False)
            self.show_keys()
        self._tell()
