"""One object as text: described, or as YAML; read again every few seconds."""

from collections.abc import Callable
from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType

from screens.commands import bindings
from screens.dialogs.ask import Ask
from screens.frame import Frame
from state import threads
from state.cell import Cell, Tone
from state.cluster.errors import ApiError, ClusterError
from state.printable import printable
from widgets.cell_lines import CellLines
from widgets.text_view import TextView, yaml_line

EVERY = 5.0


class ObjectScreen(Frame):
    """The text that `fetch` gives; the last one stays, with words, when it cannot be had again."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("pushed", "text")]
    AUTO_FOCUS = "TextView"

    def __init__(self, title: str, fetch: Callable[[], str]) -> None:
        """`fetch` blocks and raises ClusterError."""
        super().__init__()
        self._title = title
        self._fetch = fetch
        self._asking = False

    def compose_body(self) -> ComposeResult:
        yield CellLines(id="text-title")
        yield TextView(yaml_line)

    def on_mount(self) -> None:
        self._say((Cell("loading …", Tone.QUIET),))
        self.run_worker(self._load(), exit_on_error=False)
        self.set_interval(EVERY, self._again)

    def _again(self) -> None:
        if self.is_current and not self._asking:
            self.run_worker(self._load(), exit_on_error=False)

    async def _load(self) -> None:
        self._asking = True
        view = self.query_one(TextView)
        try:
            text = await threads.call("look", self._fetch, timeout=30.0)
        except ApiError as error:
            gone = error.status == 404 and bool(view.lines)
            words = "it is gone; this is the last seen" if gone else printable(error.message)
            self._say((Cell(words, Tone.WARN if gone else Tone.BAD),))
        except (ClusterError, TimeoutError) as error:
            self._say((Cell(printable(str(error)) or "no answer in 30 s", Tone.WARN),))
        else:
            self._say(())
            lines = text.splitlines()
            if lines != list(view.lines):
                view.show(lines)
        finally:
            self._asking = False

    def _say(self, words: tuple[Cell, ...]) -> None:
        self.query_one("#text-title", CellLines).show([(Cell(self._title), Cell("  "), *words)])

    def action_back(self) -> None:
        self.dismiss()

    def action_wrap(self) -> None:
        view = self.query_one(TextView)
        view.set_wrap(not view.wrap)

    async def action_filter(self) -> None:
        """Ask what to search for."""
        self.run_worker(self._search(), exit_on_error=False)

    async def _search(self) -> None:
        asked = Ask("Search", hint="a regular expression; letters of either case")
        text = cast("str | None", await self.app.push_screen_wait(asked))
        if text is None:
            return
        view = self.query_one(TextView)
        wrong = view.search(text)
        if wrong:
            self.app.notify(wrong, severity="warning", markup=False)
        elif text and not view.go_to_match(1):
            self.app.notify(f"{text!r} is not in it", markup=False)

    def action_search(self, direction: int) -> None:
        self.query_one(TextView).go_to_match(direction)
