"""Logs: of a container, a pod, all pods of a workload or a selection; followed, narrowed, marked, copied, kept."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType

from screens.commands import bindings
from screens.dialogs.choose import Choose, Option
from screens.frame import Frame
from screens.log_filter import MOST_CONTEXT, log_filter, split_context
from screens.log_paint import head_of, paint
from screens.log_pods import LOOK_EVERY, ManyPods, OnePod
from screens.log_text import WIDEST_LABEL, LogReader, Showing, stamp
from screens.log_words import LogStatus, title, why_empty
from screens.slices import Slices
from state import threads
from state.cell import STREAMS, Cell, Tone
from state.clock import SYSTEM, Clock
from state.cluster.containers import ContainerState
from state.cluster.log_level import Level
from state.cluster.log_options import LogOptions
from state.cluster.log_pods import PodSet, Which
from state.cluster.log_ring import LINES, LogHead, LogRing
from state.cluster.log_source import TAIL
from state.cluster.log_streams import LogStreams
from state.cluster.transport import Transport
from state.disk import in_words
from state.freshness import Freshness, Health
from state.log_file import save_log, saved_folder
from state.pattern import TOO_SLOW, BadPattern, TooSlow, time_limit
from state.printable import shorten_middle
from state.ref import Ref
from widgets.cell_lines import CellLines, Line
from widgets.log_view import LogView

HEAD = 5000
TAIL_OF_MANY = 200
FILTER_SECONDS = 0.4
"""How much of the processor a filter may use for the lines of one slice."""
SAVE_SECONDS = 30.0
LONG_COPY, LONGEST_COPY = 74_000, 1_000_000
"""Bytes beyond which some terminals, and nearly all, take no text over from a program."""
_SINCE = {2: 60, 3: 300, 4: 900, 5: 1800, 6: 3600}
_OLDEST = 1
_LEVELS = (None, Level.INFO, Level.WARN, Level.ERROR)
_ALL = "\0all"


class LogScreen(Frame):
    """Follows logs until it is closed."""

    DEFAULT_CSS = "LogScreen > CellLines { padding: 0 1; }"
    FILTERS = True
    STREAMS = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("text", "search", "logs", "pushed")]
    AUTO_FOCUS = "LogView"

    def __init__(
        self,
        transport: Callable[[], Transport],
        pods: Ref | PodSet,
        *,
        previous: bool = False,
        options: LogOptions = LogOptions(),
        folder: Callable[[], Path] = saved_folder,
        clock: Clock = SYSTEM,
    ) -> None:
        """`pods` is one pod by its name, or those of a set. `previous`: begin with the run before the current one.

        `transport` is called on threads; it may block and raise ClusterError. Logs are saved in `folder`.
        """
        super().__init__()
        self._transport = transport
        self._pods: OnePod | ManyPods = (
            OnePod(transport, pods, clock) if isinstance(pods, Ref) else ManyPods(transport, pods, clock)
        )
        self._clock = clock
        self._options = options
        self._folder = folder
        self._heading, self._empty = CellLines(), CellLines()
        self._view = LogView(self._paint, limit=LINES, head=lambda text: head_of(text, self._reader.showing))
        self._which: Which | str = ""
        self._previous = previous
        self._part = 0
        self._streams: LogStreams | None = None
        self._showing = Showing()
        """How lines are meant to be shown; the reader's own says how they are until it is so."""
        self._reader = self._new_reader(LogRing())
        self._coming: tuple[LogReader, list[str]] | None = None
        """What is being read anew to be shown another way, and what of it is ready."""
        self._too_slow: frozenset[str] = frozenset()
        self._names: dict[str, Tone] = {}
        self._slices = Slices(self)

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
        pods = self._pods
        if isinstance(pods, ManyPods):
            self._which = Which.MAIN
            self._open()
            return
        while not await pods.look():
            if pods.gone or pods.freshness.health is Health.DENIED:
                return
            await asyncio.sleep(LOOK_EVERY)
        if not pods.containers.names:
            pods.fail("the pod names no container")
            return
        chosen = pods.containers.chosen or await self._ask_container()
        if chosen is None:
            self.dismiss()
            return
        self._which = chosen
        self._open()

    async def _ask_container(self) -> Which | str | None:
        pods = self._pods
        if isinstance(pods, OnePod):
            roles = dict(zip(pods.containers.names, pods.containers.roles, strict=False))
            about = {name: ", ".join(filter(None, (role, pods.state_of(name).words))) for name, role in roles.items()}
        else:
            about = dict(pods.names())
        options = [Option(name, Cell(name), Cell(words, Tone.QUIET)) for name, words in about.items()]
        if len(options) > 1:
            options.append(Option(_ALL, Cell("all containers"), Cell(f"{len(options)} in one", Tone.QUIET)))
        current = _ALL if self._which is Which.ALL else self._which or None
        chosen = cast("str | None", await self.app.push_screen_wait(Choose("Whose log?", options, current)))
        return Which.ALL if chosen == _ALL else chosen

    def _open(self) -> None:
        """Read the chosen logs into an empty view."""
        self._stop()
        ring = LogHead(HEAD) if self._part == _OLDEST else LogRing()
        self._coming = None
        self._reader = self._new_reader(ring)
        tail = TAIL_OF_MANY if self._pods.several else TAIL
        self._streams = LogStreams(
            self._transport,
            ring,
            limit=self._options.streams,
            previous=self._previous,
            tail=tail if self._part == 0 else None,
            since=_SINCE.get(self._part),
            clock=self._clock,
        )
        self._want()
        self._view.show(())
        self._view.set_follow(self._part != _OLDEST)
        if isinstance(self._pods, OnePod):
            self._pods.look_soon()
        self.update()
        self.show_keys()

    def _want(self) -> None:
        """Follow the logs of the pods that there are now."""
        streams = self._streams
        assert streams is not None
        before = len(streams.known)
        streams.want(self._pods.streams(self._which))
        if len(streams.known) == before:
            return
        pods = {uid: at for at, uid in enumerate(dict.fromkeys(one.uid for one in streams.known))}
        labels = [shorten_middle(one.label, WIDEST_LABEL) for one in streams.known]
        several = len(pods) > 1
        self._names = {
            label: STREAMS[(pods[one.uid] if several else number) % len(STREAMS)]
            for number, (label, one) in enumerate(zip(labels, streams.known, strict=True))
        }
        width = max(map(len, labels)) if len(labels) > 1 else 0
        if width != self._showing.labels:
            self._show_again(replace(self._showing, labels=width))

    def _label(self, stream: int) -> str:
        streams = self._streams
        return streams.known[stream].label if streams is not None and stream < len(streams.known) else ""

    def _new_reader(self, ring: LogRing) -> LogReader:
        return LogReader(ring, self._showing, label=self._label, masks=self._options.masks)

    def _stop(self) -> None:
        self._slices.stop()
        if self._streams is not None:
            self._streams.stop()

    # --- going on ---

    def update(self) -> None:
        streams = self._streams
        if streams is not None:
            self._keep_pods(streams)
            streams.pump()
            self._slices.begin("take", self._take)
            ring = self._reader.ring
            if isinstance(ring, LogHead) and ring.full:
                streams.stop()
        self._tell()

    def _keep_pods(self, streams: LogStreams) -> None:
        pods = self._pods
        if isinstance(pods, ManyPods):
            if pods.refresh() or (streams.refused and streams.running < self._options.streams):
                self._want()
            if self._which is not Which.MAIN and pods.to_learn:
                self.run_worker(self._learn(pods), exit_on_error=False)
            return
        said = streams.freshness
        silent = self._reader.read == 0 or streams.ended or said.health is not Health.LIVE or bool(said.reason)
        if silent and pods.look_is_due:
            self.run_worker(self._look(pods), exit_on_error=False)

    async def _look(self, pods: OnePod) -> None:
        """See how the pod is when its log does not tell; another one of its name is followed on."""
        if await pods.look() and self._streams is not None and self._which in (Which.ALL, *pods.containers.names):
            self._want()

    async def _learn(self, pods: ManyPods) -> None:
        await pods.learn()
        if self._streams is not None:
            self._want()

    def _take(self) -> bool:
        """Show more of what came; return whether there is still some."""
        if self._coming is not None:
            return False
        try:
            with time_limit(FILTER_SECONDS):
                lines = self._reader.take_for(self._slices.seconds)
        except TooSlow:
            if self._is_mask_slow(self._reader):
                self._show_again(self._showing)
            else:
                self._show_again(replace(self._showing, only=None))
                self._say(TOO_SLOW)
            return False
        if lines:
            self._view.append(lines)
        return bool(self._reader.behind)

    # --- shown another way ---

    def _show_again(self, showing: Showing) -> str:
        """Show the lines there are another way; what was at the top stays as near to it as can be.

        Of many lines it is done a moment later. Returns why that was given up, with all as it was, else "".
        """
        before, self._showing = self._showing, showing
        self._coming = self._reader.again(showing, self._too_slow), []
        try:
            self._build()
        except TooSlow:
            return self._not_built(before)
        if self._coming is not None:
            self._slices.later("build", self._build_on)
        return ""

    def _build_on(self) -> bool:
        if self._coming is not None:
            try:
                self._build()
            except TooSlow:
                if wrong := self._not_built(self._reader.showing):
                    self._say(wrong)
        return self._coming is not None

    def _build(self) -> None:
        """Read more of what is to be shown another way, and show it once it is all there. Raises TooSlow."""
        assert self._coming is not None
        reader, ready = self._coming
        with time_limit(FILTER_SECONDS):
            ready += reader.take_for(self._slices.seconds)
        if reader.behind:
            return
        view = self._view
        top, marks = self._reader.number_at(view.top), {self._reader.number_at(one) for one in view.marks}
        self._reader, self._coming = reader, None
        only = reader.showing.only
        view.search(only.pattern.pattern if only is not None and not only.inverse else "")
        view.show(ready, reader.index_of(top), reader.indices_of(marks))
        if self.is_mounted:
            self._tell()
            self.show_keys()

    def _not_built(self, before: Showing) -> str:
        """Leave it as it was because a pattern runs on for ever; when that is a mask, do it again without."""
        assert self._coming is not None
        reader, self._coming = self._coming[0], None
        wanted, self._showing = self._showing, before
        return self._show_again(wanted) if self._is_mask_slow(reader) else TOO_SLOW

    def _is_mask_slow(self, reader: LogReader) -> bool:
        """Whether it was a mask that took too long: what it would look at is covered whole from now on."""
        name = reader.masker.working
        if not name or name in self._too_slow:
            return False
        self._too_slow |= {name}
        self._say(f"the mask {name!r} takes too long: what it would look at is not shown")
        return True

    def _say(self, words: str) -> None:
        self.app.notify(words, severity="warning", markup=False)

    # --- words ---

    def _tell(self) -> None:
        status, now = self._status(), self._clock.wall()
        self._heading.show([title(status, self.size.width - 2, now)])
        self._empty.show(why_empty(status, now))

    def _status(self) -> LogStatus:
        streams, reader, view, pods = self._streams, self._reader, self._view, self._pods
        ring, showing = reader.ring, self._showing
        one = isinstance(pods, OnePod)
        return LogStatus(
            name=pods.title,
            container=self._whose if streams is not None else "",
            previous=self._previous,
            following=view.follow,
            part=self._part_words,
            freshness=self._freshness,
            ended=streams is not None and streams.ended,
            gone=isinstance(pods, OnePod) and pods.gone,
            state=self._state,
            lines=reader.read,
            filter=showing.only.text if showing.only is not None else "",
            matched=reader.matched,
            more=isinstance(ring, LogHead) and ring.full,
            level=f"{showing.least.name.lower()}+" if showing.least is not None else "",
            context=showing.context if showing.picks else 0,
            masked=reader.masker.count,
            revealed=len(showing.revealed),
            refused=len(streams.refused) if streams is not None and not one else 0,
            limit=self._options.streams,
            marked=len(view.marks),
        )

    @property
    def _state(self) -> ContainerState:
        pods, which = self._pods, self._which
        return pods.state_of(which) if isinstance(pods, OnePod) and isinstance(which, str) else ContainerState()

    @property
    def _freshness(self) -> Freshness:
        if self._streams is not None:
            return self._streams.freshness
        return self._pods.freshness if isinstance(self._pods, OnePod) else Freshness(Health.CONNECTING, 0.0)

    @property
    def _whose(self) -> str:
        pods, streams = self._pods, self._streams
        which = self._which if isinstance(self._which, str) else ""
        if isinstance(pods, OnePod):
            return which or "all containers"
        count = f"{pods.count} pod{'s' if pods.count != 1 else ''}"
        if which:
            return f"{which} of {count}"
        running = streams.running if streams is not None else 0
        return f"{running} logs of {count}" if running > pods.count else count

    @property
    def _part_words(self) -> str:
        if self._part in _SINCE:
            minutes = _SINCE[self._part] // 60
            return "last 1h" if minutes == 60 else f"last {minutes}m"
        if self._part == _OLDEST:
            return f"oldest {HEAD}"
        return f"newest {TAIL_OF_MANY} each" if self._pods.several else f"newest {TAIL}"

    def _paint(self, text: str) -> Line:
        return paint(text, self._reader.showing, self._names)

    # --- keys ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        showing, view = self._showing, self._view
        if action == "clear":
            return bool(view.marks) or view.cursor is not None or showing.picks
        if action == "search":
            return True if view.pattern else None
        if action == "around":
            return showing.picks
        return super().check_action(action, parameters)

    def on_log_view_marked(self) -> None:
        self._tell()
        self.show_keys()

    def action_back(self) -> None:
        self.dismiss()

    def action_follow(self) -> None:
        self._view.set_follow(not self._view.follow)
        self._tell()

    def action_wrap(self) -> None:
        self._view.set_wrap(not self._view.wrap)

    def action_previous(self) -> None:
        """Show the run before the last restart, or the current one again."""
        if self._which:
            self._previous = not self._previous
            self._open()

    def action_all_containers(self) -> None:
        """Show the logs of all containers, or of those that are shown unless it is said otherwise."""
        if self._which:
            self._which = self._main if self._which is Which.ALL else Which.ALL
            self._open()

    @property
    def _main(self) -> Which | str:
        pods = self._pods
        return Which.MAIN if isinstance(pods, ManyPods) else pods.containers.chosen or Which.MAIN

    def action_container(self) -> None:
        self.run_worker(self._choose_container(), exit_on_error=False)

    async def _choose_container(self) -> None:
        if not self._which:
            return
        if isinstance(self._pods, ManyPods):
            await self._pods.learn()
        chosen = await self._ask_container()
        if chosen is not None:
            self._which = chosen
            self._open()

    def action_since(self, part: int) -> None:
        """Read another part of the log: the newest lines, the oldest, or those of the last minutes."""
        self._part = part
        if self._which:
            self._open()

    def action_timestamps(self) -> None:
        self._show_again(replace(self._showing, timestamps=not self._showing.timestamps))

    def action_readable(self) -> None:
        """Put objects of JSON in words, or show them as they were written."""
        self._show_again(replace(self._showing, readable=not self._showing.readable))

    def action_level(self) -> None:
        """Show all lines, those from information up, from warnings up, errors alone."""
        at = _LEVELS.index(self._showing.least) + 1
        self._show_again(replace(self._showing, least=_LEVELS[at % len(_LEVELS)]))

    def action_around(self, more: int) -> None:
        """Show more or fewer lines around each that matches."""
        context = min(max(0, self._showing.context + more), MOST_CONTEXT)
        self._show_again(replace(self._showing, context=context))

    def action_note(self) -> None:
        """Put a mark behind the lines that came so far."""
        now = self._clock.wall()
        for reader in (self._reader, *([self._coming[0]] if self._coming is not None else [])):
            reader.note(f"mark {stamp(now, now)}")

    def action_empty(self) -> None:
        """Take the lines that came so far off the screen."""
        self._coming = None
        self._reader.forget()
        self._reader = self._reader.again(self._showing, self._too_slow)
        self._view.show(())

    def action_clear(self) -> None:
        """Take the cursor and the marks away; when there are none, show every line again."""
        if self._view.marks or self._view.cursor is not None:
            self._view.drop_marks()
        else:
            self._show_again(replace(self._showing, only=None, least=None, context=0))

    # --- secrets ---

    def action_reveal(self) -> None:
        self.run_worker(self._reveal(), exit_on_error=False)

    async def _reveal(self) -> None:
        """Show the secrets of one name, or cover them again."""
        counts, revealed = self._reader.masker.counts, self._showing.revealed
        if not counts:
            self.app.notify("nothing is masked in these lines", markup=False)
            return
        options = [
            Option(name, Cell(name), Cell(f"{count}{', shown: cover again' if name in revealed else ''}", Tone.QUIET))
            for name, count in sorted(counts.items())
        ]
        name = cast("str | None", await self.app.push_screen_wait(Choose("Show which secrets here?", options)))
        if name is not None:
            self._show_again(replace(self._showing, revealed=revealed ^ {name}))

    # --- copying and keeping ---

    def action_copy(self) -> None:
        """Copy what is selected, else the marked lines, else all that are shown."""
        selected = self.get_selected_text()
        lines = [] if selected else self._view.marked or list(self._view.lines)
        text = selected or "\n".join(lines)
        if not text:
            self.app.notify("there is nothing to copy", severity="warning", markup=False)
            return
        size, count = len(text.encode()), text.count("\n") + 1
        words = f"{count:,} line{'s' if count != 1 else ''}, {_size(size)}"
        if size > LONGEST_COPY:
            self._say(f"{words} are too much to copy: mark some with space, narrow them with /, or save them: ctrl+s")
            return
        self.app.copy_to_clipboard(text)
        if size > LONG_COPY:
            self._say(f"copied {words}; some terminals take less: ctrl+s saves them")
        else:
            self.app.notify(f"copied {words}", markup=False)

    def action_save(self) -> None:
        self.run_worker(self._save(), exit_on_error=False)

    async def _save(self) -> None:
        """Write the marked lines, else all that are shown, to a file of their own."""
        lines = self._view.marked or list(self._view.lines)
        name, now = f"{self._pods.title} {self._whose}", self._clock.wall()
        try:
            path = await threads.call(
                "saving a log", lambda: save_log(lines, name, self._folder(), now), timeout=SAVE_SECONDS
            )
        except OSError as error:
            words = "the disk did not answer" if isinstance(error, TimeoutError) else in_words(error)
            self.app.notify(f"the log could not be saved: {words}", severity="error", markup=False)
            return
        self.app.notify(f"saved {len(lines):,} lines: {path}", timeout=15, markup=False)

    # --- filtering ---

    @property
    def filter_text(self) -> str:
        return self._showing.only.text if self._showing.only is not None else ""

    def filter_by(self, text: str) -> str:
        """Show only lines that match a regular expression, or with `!` before it only others.

        `-C 3` before it shows three lines around each.
        """
        context, pattern = split_context(text)
        try:
            only = log_filter(pattern)
        except BadPattern as error:
            return str(error)
        around = self._showing.context if context is None else context
        return self._show_again(replace(self._showing, only=only, context=around))

    def action_search(self, direction: int) -> None:
        self._view.go_to_match(direction)


def _size(count: int) -> str:
    return f"{count:,} bytes" if count < 10_000 else f"{count // 1000:,} KB"
