"""What the keys of a log do with its lines: how they are shown, which of them, and taking them along."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, cast

from textual.binding import BindingType

from screens import taking_along
from screens.commands import bindings
from screens.dialogs.choose import Choose, Option
from screens.log_filter import MOST_CONTEXT, log_filter, split_context
from screens.log_shown import ShownLog
from screens.log_text import stamp
from screens.text_screen import TextScreen
from state.cell import Cell, Tone
from state.clock import Clock
from state.cluster.log_level import Level
from state.pattern import BadPattern
from widgets.log_view import LogView
from widgets.text_view import TextView

_LEVELS = (None, Level.INFO, Level.WARN, Level.ERROR)


class LogKeys(TextScreen):
    """A screen of lines that came and come. What it shows is made in `shown`, which is there from the beginning."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("logs")]

    shown: ShownLog
    folder: Callable[[], Path]
    """Where logs are saved."""
    clock: Clock

    @property
    def view(self) -> LogView:
        """The lines."""
        return self.shown.view

    @property
    def text_view(self) -> TextView:
        return self.view

    def tell(self) -> None:
        """Say what is shown."""
        raise NotImplementedError

    @property
    def file_name(self) -> str:
        """What a file of these lines is called, without its ending."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "clear":
            return bool(self.view.marks) or self.view.cursor is not None or self.shown.showing.picks
        if action == "around":
            return self.shown.showing.picks
        return super().check_action(action, parameters)

    def on_log_view_marked(self) -> None:
        self.shown_anew()

    def shown_anew(self) -> None:
        """Say what is shown and what the keys do with it."""
        if self.is_mounted:
            self.tell()
            self.show_keys()

    # --- how it is shown ---

    def _show(self, **how: object) -> str:
        return self.shown.again(replace(self.shown.showing, **how))  # type: ignore[arg-type]

    def action_follow(self) -> None:
        self.view.set_follow(not self.view.follow)
        self.tell()

    def action_timestamps(self) -> None:
        self._show(timestamps=not self.shown.showing.timestamps)

    def action_readable(self) -> None:
        """Put objects of JSON in words, or show them as they were written."""
        self._show(readable=not self.shown.showing.readable)

    def action_level(self) -> None:
        """Show all lines, those from information up, from warnings up, errors alone."""
        at = _LEVELS.index(self.shown.showing.least) + 1
        self._show(least=_LEVELS[at % len(_LEVELS)])

    def action_around(self, more: int) -> None:
        """Show more or fewer lines around each that matches."""
        self._show(context=min(max(0, self.shown.showing.context + more), MOST_CONTEXT))

    def action_note(self) -> None:
        """Put a mark behind the lines that came so far."""
        now = self.clock.wall()
        self.shown.note(f"mark {stamp(now, now)}")

    def action_empty(self) -> None:
        """Take the lines that came so far off the screen."""
        self.shown.forget()

    def action_clear(self) -> None:
        """Take the cursor and the marks away; when there are none, show every line again."""
        if self.view.marks or self.view.cursor is not None:
            self.view.drop_marks()
        else:
            self._show(only=None, least=None, context=0)

    def action_reveal(self) -> None:
        self.run_worker(self._reveal(), exit_on_error=False)

    async def _reveal(self) -> None:
        """Show the secrets of one name, or cover them again."""
        counts, revealed = self.shown.reader.masker.counts, self.shown.showing.revealed
        if not counts:
            self.app.notify("nothing is masked in these lines", markup=False)
            return
        options = [
            Option(name, Cell(name), Cell(f"{count}{', shown: cover again' if name in revealed else ''}", Tone.QUIET))
            for name, count in sorted(counts.items())
        ]
        name = cast("str | None", await self.app.push_screen_wait(Choose("Show which secrets here?", options)))
        if name is not None:
            self._show(revealed=revealed ^ {name})

    # --- taking it along ---

    def action_copy(self) -> None:
        """Copy what is selected, else the marked lines, else all that are shown."""
        taking_along.copy(self, self.get_selected_text() or "\n".join(self.view.marked or self.view.lines))

    def action_save(self) -> None:
        """Write the marked lines, else all that are shown, to a file of their own."""
        lines = self.view.marked or list(self.view.lines)
        save = taking_along.save(self, lines, self.file_name, self.folder, self.clock.wall())
        self.run_worker(save, exit_on_error=False)

    # --- filtering ---

    @property
    def filter_text(self) -> str:
        only = self.shown.showing.only
        return only.text if only is not None else ""

    def filter_by(self, text: str) -> str:
        """Show only lines that match a regular expression, or with `!` before it only others.

        `-C 3` before it shows three lines around each.
        """
        context, pattern = split_context(text)
        try:
            only = log_filter(pattern)
        except BadPattern as error:
            return str(error)
        return self._show(only=only, context=self.shown.showing.context if context is None else context)
