"""One object as text: described, its events, or as YAML; read again every few seconds."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from screens.commands import bindings
from screens.dialogs.choose import Choose, Option
from screens.frame import Frame
from screens.reveal import RevealScreen, holding_words
from state import threads
from state.age import short_age
from state.cell import Cell, Tone
from state.clock import SYSTEM, Clock
from state.cluster.errors import ApiError, ClusterError
from state.cluster.object_text import SecretValues
from state.printable import printable
from widgets.cell_lines import Bold, CellLines, Line, line_width
from widgets.cell_text import cut
from widgets.fold_view import FoldView
from widgets.text_view import TextView
from widgets.yaml_paint import event_line, yaml_line

EVERY = 5.0
SLOW = 2.0
"""Seconds without an answer after which the screen says that it waits."""
ANSWER_SECONDS = 30.0
_NARROWEST_TITLE = 16
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Sheet:
    """One way to read the object: its text as last seen, and how the last question went."""

    read: Callable[[], str]
    lines: list[str] = field(default_factory=list)
    top: int = 0
    closed: set[str] = field(default_factory=set)
    """The keys of the folds that the user closed."""
    asked: float | None = None
    """When the question under way was asked; None: there is none."""
    ended: float | None = None
    """When the last question had its answer or was given up."""
    read_at: float | None = None
    wrong: str = ""
    gone: bool = False


TITLES = {"managed": "yaml with managed fields"}


class ObjectScreen(Frame):
    """The texts that `sheets` give by name. The last one stays, with words, when it cannot be had again.

    Indented parts fold under the cursor. Of a secret, one key at a time can be revealed.
    """

    DEFAULT_CSS = "ObjectScreen > CellLines { padding: 0 1; }"
    FILTERS = True
    STREAMS = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("text", "search", "sheet", "fold", "pushed")]
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
    ) -> None:
        """Each of `sheets` blocks and raises ClusterError; `first` is the one to begin with.

        `values` are a secret's; with `reveals` it asks at once which of them to show.
        """
        super().__init__()
        self._title = printable(title)
        self._sheets = {name: _Sheet(read) for name, read in sheets.items()}
        self._shown = first
        self._heading = CellLines()
        self._view = FoldView(self._paint)
        self._values = values
        self._reveals = reveals and values is not None
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

    def _paint(self, line: str) -> Line:
        return event_line(line) if self._shown == "events" else yaml_line(line)

    # --- reading ---

    def update(self) -> None:
        sheet, now = self._sheet, self._clock.elapsed()
        due = sheet.ended is None or now - sheet.ended >= EVERY
        # What is being selected stays until it is copied or let go.
        if sheet.asked is None and due and self._view.text_selection is None:
            self._ask(self._shown)
        self._tell()

    @property
    def _sheet(self) -> _Sheet:
        return self._sheets[self._shown]

    def _ask(self, name: str) -> None:
        sheet = self._sheets[name]
        sheet.asked = self._clock.elapsed()
        self.run_worker(self._load(name), exit_on_error=False)

    async def _load(self, name: str) -> None:
        sheet = self._sheets[name]
        try:
            text = await threads.call(f"{name} {self._title}", sheet.read, timeout=ANSWER_SECONDS)
        except ApiError as error:
            sheet.gone = error.status == 404
            sheet.wrong = "it is gone" if sheet.gone else printable(error.message)
        except ClusterError as error:
            sheet.wrong = printable(str(error))
        except TimeoutError:
            sheet.wrong = f"no answer in {ANSWER_SECONDS:.0f} s"
        except Exception as error:
            # An object that nobody thought of must not read as one that is still on its way.
            sheet.wrong = f"a defect, the log has it: {type(error).__name__}"
            _log.exception("%s of %s could not be read", name, self._title)
        else:
            sheet.wrong, sheet.gone, sheet.read_at = "", False, self._clock.elapsed()
            self._take(name, text.splitlines())
        finally:
            sheet.asked, sheet.ended = None, self._clock.elapsed()

    def _take(self, name: str, lines: list[str]) -> None:
        sheet = self._sheets[name]
        if lines != sheet.lines:
            sheet.lines = lines
            if name == self._shown:
                self._view.show(lines)

    # --- words ---

    def _tell(self) -> None:
        words = self._words()
        name = TITLES.get(self._shown, self._shown)
        room = max(_NARROWEST_TITLE, self.size.width - len(name) - 3 - line_width(words))
        title = cut(self._title, room, middle=True)
        self._heading.show([(Bold(name), Cell(f" {title}"), *words)])

    def _words(self) -> Line:
        sheet, now = self._sheet, self._clock.elapsed()
        read = f"read {short_age(now - sheet.read_at)} ago" if sheet.read_at is not None else ""
        last = f"last seen {short_age(now - sheet.read_at)} ago" if sheet.read_at is not None else ""
        words: list[Cell] = []
        if self._pattern:
            words.append(Cell(f"  /{self._pattern}/ {self._said}".rstrip(), Tone.FOCUS))
        if sheet.wrong:
            tone, glyph = (Tone.BAD, "✗") if not last else (Tone.WARN, "▲")
            words += [Cell(f"  {glyph} {sheet.wrong}", tone), Cell(f"  {last}" if last else "", Tone.QUIET)]
        elif sheet.asked is not None and now - sheet.asked > SLOW:
            words.append(Cell(f"  ◌ no answer for {short_age(now - sheet.asked)}", Tone.WARN))
            words.append(Cell(f"  {last}" if last else "", Tone.QUIET))
        else:
            words.append(Cell(f"  {read or 'loading …'}", Tone.FAINT if read else Tone.QUIET))
        return words

    # --- keys ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "clear":
            return bool(self._pattern)
        if action == "search":
            return True if self._pattern else None
        if action == "sheet":
            return parameters[0] in self._sheets and parameters[0] != self._shown
        if action == "managed":
            return "managed" in self._sheets and self._shown in ("yaml", "managed")
        if action == "reveal":
            return self._values is not None
        return super().check_action(action, parameters)

    def action_back(self) -> None:
        self.dismiss()

    def action_wrap(self) -> None:
        self._view.set_wrap(not self._view.wrap)

    def action_sheet(self, name: str) -> None:
        """Show the object another way; each keeps its place."""
        view = self._view
        self._sheet.top = view.top
        self._shown = name
        view.show_closed(self._sheet.lines, self._sheet.top, self._sheet.closed)
        if self._sheet.asked is None:
            self._ask(name)
        self._tell()
        self.show_keys()

    def action_fold(self) -> None:
        self._view.fold()

    def action_fold_all(self) -> None:
        self._view.fold_all()

    def action_managed(self) -> None:
        """Show the managed fields too, or leave them out again."""
        self.action_sheet("yaml" if self._shown == "managed" else "managed")

    def action_reveal(self) -> None:
        """Ask which key of the secret to show, and show it."""
        values = self._values
        if values is not None:
            self.run_worker(self._reveal(values), exclusive=True, group="reveal", exit_on_error=False)

    async def _reveal(self, values: SecretValues) -> None:
        try:
            held = await threads.call("keys of a secret", values.holdings, timeout=ANSWER_SECONDS)
            if not held:
                self._warn(f"{self._title} holds nothing")
                return
            options = [Option(one.key, *holding_words(one)) for one in held]
            key = await self.app.push_screen_wait(Choose("Reveal which key?", options))
            if not isinstance(key, str):
                return
            value = await threads.call("a key of a secret", lambda: values.reveal(key), timeout=ANSWER_SECONDS)
        except TimeoutError:
            self._warn(f"no answer in {ANSWER_SECONDS:.0f} s")
        except ClusterError as error:
            self._warn(str(error))
        else:
            self.app.push_screen(RevealScreen(self._title, value))

    def _warn(self, words: str) -> None:
        self.app.notify(printable(words), severity="warning", markup=False)

    @property
    def filter_text(self) -> str:
        return self._pattern

    def filter_by(self, text: str) -> str:
        """Look for a regular expression, from where the screen is."""
        self._said = ""
        wrong = self._view.search(text)
        if wrong:
            return wrong
        self._pattern = text
        self._view.go_to_match(1, here=True)
        self.show_keys()
        return ""

    def action_search(self, direction: int) -> None:
        self._view.go_to_match(direction)

    def action_clear(self) -> None:
        self.filter_by("")

    def on_text_view_sought(self, message: TextView.Sought) -> None:
        self._said = message.problem or ("" if message.found else "is not in it")
        if message.problem:
            self._pattern = ""
            self.app.notify(message.problem, severity="warning", markup=False)
            self.show_keys()
        self._tell()
