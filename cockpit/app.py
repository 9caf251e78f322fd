"""The program on the screen: one app, five screens, and the session behind them."""

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from cockpit.background import Background
from cockpit.going import Going
from cockpit.leaving import Leaving
from cockpit.rounds import EVERY, Rounds
from cockpit.start import CannotOpen, Look, Opening
from cockpit.themes import register_themes
from screens import wanted
from screens.commands import bindings
from screens.frame import SCREENS, CommandTyped, Frame
from screens.opening import OpeningScreen
from state import threads
from state.printable import printable
from widgets.status_line import StatusLine
from widgets.tone_style import ASCII_CLASS

if TYPE_CHECKING:
    from cockpit.opening import Opened
    from screens.command_line import Typed
    from state.session import Session

SETTLED = 5.0
"""Seconds after the opening in which the last of what is needed is imported."""
NARROW = 100
DOUBT_SECONDS = 20.0
_log = logging.getLogger(__name__)


class CockpitApp(App[int]):
    """Draws the first frame at once, opens the session on a thread, and lets the screen on top follow it."""

    TITLE = "cockpit"
    CSS_PATH = "cockpit.tcss"
    DEFAULT_MODE = "opening"
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {"opening": OpeningScreen}
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NARROW, "-wide")]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("app")]

    def __init__(
        self,
        start: Opening,
        *,
        screen: str = "overview",
        look: Look = Look(),
        settled: Callable[[], None] = lambda: None,
    ) -> None:
        """`start` is called once, on a thread. When it raises CannotOpen the app ends with its words and code.

        `settled` is called once all is imported and listed that a start needs.
        """
        super().__init__()
        self._session_start = start
        self._first_screen = screen
        self._settled = settled
        self._opened: Opened | None = None
        self._background = Background(self._handle_exception)
        self._rounds = Rounds(lambda words: self.notify(words, severity="error", markup=False), write=self._write)
        self._going = Going(self, self._arrived)
        self._leaving = Leaving(self, self._background, self._left)
        self.last_words = ""
        """What the terminal is told after the app ended."""
        register_themes(self)
        self.theme = f"cockpit-{look.theme}"
        self.set_class(look.ascii, ASCII_CLASS)
        if not look.animations:
            self.animation_level = "none"

    # --- coming up ---

    def on_mount(self) -> None:
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGHUP"):
            if hasattr(signal, name):
                loop.add_signal_handler(getattr(signal, name), self.quit_now)
        if hasattr(signal, "SIGCONT"):
            loop.add_signal_handler(signal.SIGCONT, self._woken)
        self.call_after_refresh(lambda: self._background.run(self._open()))

    async def _open(self) -> None:
        try:
            opened = await threads.call("opening", lambda: self._session_start(self._going.show_object))
        except CannotOpen as error:
            self.last_words = str(error)
            self.exit(return_code=error.exit_code)
            return
        self._opened = opened
        opened.session.begin()
        self._going.add_screens({**opened.screens, **opened.place.screens})
        await self.action_show(self._first_screen if self._first_screen in SCREENS else "overview")
        self.remove_mode("opening")
        for doubt in opened.doubts:
            self.notify(printable(doubt), severity="warning", timeout=DOUBT_SECONDS, markup=False)
        self._go_round()
        self.set_interval(EVERY, self._go_round)
        self.set_timer(SETTLED, self._settled)

    # --- going on ---

    def _go_round(self) -> None:
        # While the program ends, widgets go one after the other.
        if self._opened is not None and not self._leaving.under_way and not self._exit:
            self._rounds.go(self._opened, self._frame, self.size.width)
            self._going.signing_in.look(self._opened.session.contexts)

    @property
    def faults(self) -> list[str]:
        """Defects that were survived, each once."""
        return self._rounds.faults

    @property
    def _frame(self) -> Frame | None:
        """The screen on top, or the one under a dialog."""
        return next((screen for screen in reversed(self.screen_stack) if isinstance(screen, Frame)), None)

    def _woken(self) -> None:
        if self._opened is not None:
            self._opened.session.wake()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.InputEvent):
            # Whatever the key does shows in the next round.
            self._rounds.touched()
        await super().on_event(event)

    def on_app_focus(self) -> None:
        self._rounds.all_due()

    # --- what screens want ---

    def on_object_wanted(self, message: wanted.ObjectWanted) -> None:
        self._do(lambda opened, screen: opened.place.deeds.object(screen, message))

    def on_alert_wanted(self, message: wanted.AlertWanted) -> None:
        self._do(lambda opened, screen: opened.place.deeds.alert(screen, message))

    def on_silences_wanted(self, message: wanted.SilencesWanted) -> None:
        self._do(lambda opened, screen: opened.place.deeds.alert_deeds.show_silences(screen))

    def on_app_wanted(self, message: wanted.AppWanted) -> None:
        self._do(lambda opened, screen: opened.place.deeds.app(screen, message))

    def on_apps_wanted(self, message: wanted.AppsWanted) -> None:
        self._do(lambda opened, screen: opened.place.pages.open(screen, message.names))

    def _do(self, work: "Callable[[Opened, Frame], Coroutine[Any, Any, object]]") -> None:
        opened, frame = self._opened, self._frame
        if opened is not None and frame is not None:
            self.run_worker(work(opened, frame), exit_on_error=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """What a worker could not do is said and logged; it never ends the program."""
        error = event.worker.error
        if event.state is WorkerState.ERROR and error is not None:
            _log.error("worker %s failed", event.worker.name, exc_info=error)
            words = printable(f"that failed: {type(error).__name__}: {error}")
            self.notify(words, severity="error", markup=False)

    def on_card_wanted(self, message: wanted.CardWanted) -> None:
        self._background.run(self._going.show_card(message.uid))

    def on_context_wanted(self, message: wanted.ContextWanted) -> None:
        self._do(lambda opened, screen: self._going.use(opened, message.name))

    def on_status_line_pressed(self, message: StatusLine.Pressed) -> None:
        """Say how the sources are and why."""
        from cockpit.status import source_words

        opened = self._opened
        if opened is None or message.side != "right" or message.index != 0:
            return
        for name, freshness in opened.session.sources():
            self.notify(source_words(name, freshness), markup=False)

    # --- typed commands ---

    def action_command(self) -> None:
        """Open the line that goes somewhere."""
        from cockpit.lines import open_line

        if self._frame is not None and self._opened is not None:
            open_line(self._opened, self._frame)

    def on_command_typed(self, message: CommandTyped) -> None:
        from cockpit.lines import take_line

        if self._opened is not None and (typed := take_line(self._opened, message)) is not None:
            self._go(typed)

    def on_line_wanted(self, message: wanted.LineWanted) -> None:
        from cockpit.lines import read_line

        if self._opened is not None:
            self._go(read_line(self._opened, message.text))

    def _go(self, typed: "Typed") -> None:
        from screens.command_line import Help, Leave

        if isinstance(typed, Leave):
            self.action_quit_safely()
        elif isinstance(typed, Help):
            self.action_help()
        else:
            self._do(lambda opened, screen: self._going.follow(opened, typed))

    def action_help(self) -> None:
        """Show the keys of the screen on top."""
        from screens.help import HelpScreen, help_lines

        frame = self._frame
        if frame is not None:
            self.push_screen(HelpScreen(help_lines(frame)))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Give the palette what the keys of the screen do, and the ways to the other screens."""
        from screens.palette import palette

        return palette(screen)

    def copy_to_clipboard(self, text: str) -> None:
        """Put a text into the clipboard of the terminal that the user sits at."""
        from cockpit import clipboard

        self._clipboard = text
        clipboard.copy(text, os.environ, self._write, lambda data: self.call_from_thread(self._write, data))

    def _write(self, data: str) -> None:
        if self._driver is not None:
            self._driver.write(data)

    # --- commands ---

    async def action_show(self, name: str) -> None:
        """Go to one of the numbered screens."""
        if self._opened is not None:
            await self._going.show(name)

    def _arrived(self) -> None:
        """Another screen is on top: show all of it at once."""
        self._rounds.all_due()
        self._go_round()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        # The digits mean something else on screens that lie on top of one of the five.
        if action == "show":
            frame = self._frame
            return frame is not None and (frame.NAME in SCREENS)
        return True

    async def action_quit(self) -> None:
        self.action_quit_safely()

    def action_help_quit(self) -> None:
        """Say how to quit to whoever presses ctrl+c, which copies what is selected."""
        self.notify("ctrl+q quits; ctrl+c copies what is selected", markup=False)

    def action_quit_safely(self) -> None:
        """End as `quit_now` does; where own acks would lapse, ask first."""
        self._leaving.ask(self._session)

    def quit_now(self) -> None:
        """End, once board and journal are durable or their deadline has passed."""
        self._leaving.now(self._session)

    def _left(self, words: str) -> None:
        self.last_words = words
        self.exit(return_code=1 if words else 0)

    @property
    def _session(self) -> "Session | None":
        return self._opened.session if self._opened is not None else None

    # --- crashing ---

    @property
    def crash(self) -> Exception | None:
        """What nobody caught, once the app has ended because of it."""
        return self._exception

    def _fatal_error(self) -> None:
        # Textual's own traceback shows the values of local names, secrets among them: whoever runs the app logs it.
        self._close_messages_no_wait()

    def save_after_crash(self, seconds: float) -> str:
        """Wait until what was changed before a crash is durable; return what is not, in words. Blocks."""
        return self._opened.session.drain(seconds) if self._opened is not None else ""
