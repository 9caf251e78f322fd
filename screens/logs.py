"""A container's log: followed, filtered, the run before it one key away."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType

from screens.commands import bindings
from screens.dialogs.choose import Choose, Option
from screens.frame import Frame
from screens.log_text import LogFilter, LogReader, log_filter, paint
from screens.log_words import LogStatus, title, why_empty
from state import threads
from state.cell import Cell, Tone
from state.clock import SYSTEM, Clock
from state.cluster.containers import Containers, ContainerState, container_state, containers_of
from state.cluster.errors import ApiError, ClusterError
from state.cluster.fetch import fetch
from state.cluster.kinds.pods import POD
from state.cluster.log_ring import LINES, LogHead, LogRing
from state.cluster.log_source import TAIL, LogSource
from state.cluster.logs import LogFollower
from state.cluster.transport import Transport
from state.freshness import Freshness, Health
from state.pattern import TOO_SLOW, BadPattern, TooSlow, time_limit
from state.printable import printable
from state.ref import Ref
from widgets.cell_lines import CellLines
from widgets.text_view import TextView

HEAD = 5000
LOOK_EVERY = 3.0
"""Seconds between two looks at a pod whose log does not come."""
ANSWER_SECONDS = 20.0
FILTER_SECONDS = 0.4
"""How much of the processor a filter may use for all lines there are."""
_SINCE = {2: 60, 3: 300, 4: 900, 5: 1800, 6: 3600}
_OLDEST = 1
_log = logging.getLogger(__name__)


class LogScreen(Frame):
    """Follows the log of one container of a pod until it is closed."""

    DEFAULT_CSS = "LogScreen > CellLines { padding: 0 1; }"
    FILTERS = True
    STREAMS = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("text", "logs", "pushed")]
    AUTO_FOCUS = "TextView"

    def __init__(
        self, transport: Callable[[], Transport], pod: Ref, *, previous: bool = False, clock: Clock = SYSTEM
    ) -> None:
        """`transport` is called on threads; it may block and raise ClusterError. `previous`: begin with that run."""
        super().__init__()
        self._transport = transport
        self._pod = pod
        self._clock = clock
        self._heading, self._empty = CellLines(), CellLines()
        self._view = TextView(self._paint, follows=True, limit=LINES)
        self._containers = Containers((), "")
        self._container = ""
        self._previous = previous
        self._part = 0
        self._timestamps = False
        self._follower: LogFollower | None = None
        self._reader = LogReader(LogRing())
        self._found: dict[str, Any] = {}
        """The pod as last seen."""
        self._gone = False
        self._looking = False
        self._looked = 0.0
        self._opening = Freshness(Health.CONNECTING, clock.wall())

    def compose_body(self) -> ComposeResult:
        yield self._heading
        yield self._empty
        yield self._view

    def on_mount(self) -> None:
        self.run_worker(self._begin(), exit_on_error=False)

    def on_unmount(self) -> None:
        self._stop()

    # --- which log ---

    async def _begin(self) -> None:
        """Find out which containers there are; ask when it is not clear whose log is meant."""
        while not await self._look():
            if self._gone or self._opening.health is Health.DENIED:
                return
            await asyncio.sleep(LOOK_EVERY)
        if not self._containers.names:
            self._fail("the pod names no container")
            return
        chosen = self._containers.chosen or await self._ask_container()
        if chosen is None:
            self.dismiss()
            return
        self._container = chosen
        self._open()

    async def _ask_container(self) -> str | None:
        names = self._containers.names
        options = [
            Option(name, Cell(name), Cell(container_state(self._found, name).words, Tone.QUIET)) for name in names
        ]
        return cast("str | None", await self.app.push_screen_wait(Choose("Whose log?", options)))

    async def _look(self) -> bool:
        """Read the pod; return whether it was there. What went wrong is kept for the screen to say."""
        self._looking = True
        try:
            found = await threads.call("pod of a log", self._fetch, timeout=ANSWER_SECONDS)
            self._found, self._containers = found, containers_of(found)
        except ApiError as error:
            self._gone = error.status == 404
            health = Health.DENIED if error.denied else Health.FAILED
            self._opening = Freshness(health, self._clock.wall(), None, printable(error.message))
            return False
        except (ClusterError, TimeoutError) as error:
            words = printable(str(error)) or f"no answer in {ANSWER_SECONDS:.0f} s"
            self._opening = Freshness(Health.FAILED, self._clock.wall(), None, words)
            return False
        except Exception as error:
            # A pod that nobody thought of must not read as one that is still on its way.
            self._fail(f"a defect, the log has it: {type(error).__name__}")
            _log.exception("pod %s could not be read", self._pod.path)
            return False
        else:
            was_gone, self._gone = self._gone, False
            if was_gone and self._follower is not None:
                self._go_on()
            return True
        finally:
            self._looking = False
            self._looked = self._clock.elapsed()

    def _fail(self, words: str) -> None:
        """Say what is wrong with an answer that came."""
        now = self._clock.wall()
        self._opening = Freshness(Health.FAILED, now, now, words)

    def _fetch(self) -> dict[str, Any]:
        return fetch(self._transport(), POD.resource, self._pod.namespace, self._pod.name)

    def _open(self) -> None:
        """Read the chosen log into an empty view."""
        ring = LogHead(HEAD) if self._part == _OLDEST else LogRing()
        self._reader = LogReader(ring, timestamps=self._timestamps, only=self._reader.only)
        self._follow(ring)
        view = self._view
        view.show(())
        view.set_follow(self._part != _OLDEST)
        self._looked = 0.0
        self.update()
        self.show_keys()

    def _go_on(self) -> None:
        """A pod of that name is there again: its log goes on below."""
        self._reader.note("the pod is gone; this is another of its name")
        self._follow(self._reader.ring)

    def _follow(self, ring: LogRing) -> None:
        self._stop()
        since = _SINCE.get(self._part)
        source = LogSource(
            self._pod.namespace,
            self._pod.name,
            self._container,
            previous=self._previous,
            tail=TAIL if self._part == 0 else None,
            since=since,
        )
        self._follower = LogFollower(self._transport, source, ring, self._clock)
        self._follower.start()

    def _stop(self) -> None:
        if self._follower is not None:
            self._follower.stop()

    # --- going on ---

    def update(self) -> None:
        follower = self._follower
        if follower is not None:
            said = follower.freshness
            if said.health is Health.LIVE and said.reason and not self._previous:
                self._reader.note(said.reason)
            self._take()
            if self._reader.read == 0 or follower.ended or said.health is not Health.LIVE or said.reason:
                self._look_when_due()
        self._tell()

    def _take(self) -> None:
        try:
            with time_limit(FILTER_SECONDS):
                lines = self._reader.take()
        except TooSlow:
            self.filter_by("")
            self.app.notify(TOO_SLOW, severity="warning", markup=False)
            return
        if lines:
            self._view.append(lines)
        ring = self._reader.ring
        if isinstance(ring, LogHead) and ring.full:
            self._stop()

    def _look_when_due(self) -> None:
        """See how the pod is when its log does not tell."""
        denied = self._opening.health is Health.DENIED
        if not self._looking and not denied and self._clock.elapsed() - self._looked >= LOOK_EVERY:
            self._looking = True
            self.run_worker(self._look(), exit_on_error=False)

    # --- words ---

    def _tell(self) -> None:
        status, now = self._status(), self._clock.wall()
        self._heading.show([title(status, self.size.width - 2, now)])
        self._empty.show(why_empty(status, now))

    def _status(self) -> LogStatus:
        follower, reader, view = self._follower, self._reader, self._view
        ring = reader.ring
        return LogStatus(
            name=self._pod.path,
            container=self._container,
            previous=self._previous,
            following=view.follow,
            part=self._part_words,
            freshness=follower.freshness if follower is not None else self._opening,
            ended=follower is not None and follower.ended,
            gone=self._gone,
            state=container_state(self._found, self._container) if self._found else ContainerState(),
            lines=reader.read,
            filter=reader.only.text if reader.only is not None else "",
            matched=reader.matched,
            more=isinstance(ring, LogHead) and ring.full,
        )

    @property
    def _part_words(self) -> str:
        if self._part in _SINCE:
            minutes = _SINCE[self._part] // 60
            return "last 1h" if minutes == 60 else f"last {minutes}m"
        return f"oldest {HEAD}" if self._part == _OLDEST else f"newest {TAIL}"

    def _paint(self, text: str) -> Any:
        return paint(text, timestamps=self._timestamps)

    # --- keys ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "clear":
            return self._reader.only is not None
        if action == "next_container":
            return len(self._containers.names) > 1
        return super().check_action(action, parameters)

    def action_back(self) -> None:
        self.dismiss()

    def action_follow(self) -> None:
        self._view.set_follow(not self._view.follow)
        self._tell()

    def action_wrap(self) -> None:
        self._view.set_wrap(not self._view.wrap)

    def action_previous(self) -> None:
        """Show the run before the last restart, or the current one again."""
        if self._container:
            self._previous = not self._previous
            self._open()

    def action_next_container(self) -> None:
        names = self._containers.names
        if self._container:
            # A new pod of the same name may have other containers.
            at = names.index(self._container) + 1 if self._container in names else 0
            self._container = names[at % len(names)]
            self._open()

    def action_since(self, part: int) -> None:
        """Read another part of the log: the newest lines, the oldest, or those of the last minutes."""
        self._part = part
        if self._container:
            self._open()

    def action_timestamps(self) -> None:
        self._timestamps = not self._timestamps
        self._show_again(self._reader.only)

    def action_clear(self) -> None:
        self.filter_by("")

    # --- filtering ---

    @property
    def filter_text(self) -> str:
        return self._reader.only.text if self._reader.only is not None else ""

    def filter_by(self, text: str) -> str:
        """Show only lines that match a regular expression, or with `!` before it only others."""
        try:
            only = log_filter(text)
        except BadPattern as error:
            return str(error)
        wrong = self._show_again(only)
        self.show_keys()
        return wrong

    def _show_again(self, only: LogFilter | None) -> str:
        """Show the lines there are another way; what was at the top stays as near to it as can be.

        Returns why that was given up, with all as it was, else an empty string.
        """
        number = self._reader.number_at(self._view.top)
        reader = self._reader.again(timestamps=self._timestamps, only=only)
        try:
            with time_limit(FILTER_SECONDS):
                lines = reader.take(None)
        except TooSlow:
            return TOO_SLOW
        self._reader = reader
        view = self._view
        view.search(only.pattern.pattern if only is not None and not only.inverse else "")
        view.show(lines, reader.index_of(number))
        self._tell()
        return ""
