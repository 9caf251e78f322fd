"""Logs: of a container, a pod, all pods of a workload or a selection; followed, narrowed, marked, copied, kept."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from textual.app import ComposeResult

from screens.dialogs.ask import Ask
from screens.dialogs.choose import Choose, Option
from screens.log_feed import LogFeed
from screens.log_keys import LogKeys
from screens.log_pods import LOOK_EVERY, ManyPods, OnePod
from screens.log_shown import ShownLog
from screens.log_words import LogStatus, title, why_empty
from state.cell import Cell, Tone
from state.clock import SYSTEM, Clock
from state.cluster.log_options import LogOptions
from state.cluster.log_part import PARTS, read_part
from state.cluster.log_pods import PodSet, Which
from state.cluster.transport import Transport
from state.freshness import Health
from state.log_file import saved_folder
from state.ref import Ref
from widgets.cell_lines import CellLines

_ALL = "\0all"


class LogScreen(LogKeys):
    """Follows logs until it is closed."""

    STREAMS = True
    AUTO_FOCUS = "LogView"

    def __init__(
        self,
        transport: Callable[[], Transport],
        pods: Ref | PodSet | Sequence[PodSet],
        *,
        previous: bool = False,
        options: LogOptions = LogOptions(),
        folder: Callable[[], Path] = saved_folder,
        container: str = "",
        clock: Clock = SYSTEM,
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        """`pods` is one pod by its name, or those of sets. `previous`: begin with the run before the current one.
        `container` is the one of a pod whose log is meant, empty for what the pod says itself, or for asking.

        `transport` is called on threads; it may block and raise ClusterError. Logs are saved in `folder`. `ended` is
        called when the screen is closed.
        """
        super().__init__()
        self._feed = LogFeed(transport, (pods,) if isinstance(pods, PodSet) else pods, options, clock, previous)
        self._when_ended = ended
        self.shown = ShownLog(self, self._feed.label, options.masks, self._say, self.shown_anew)
        self.folder, self.clock = folder, clock
        self._heading, self._empty = CellLines(), CellLines()
        self._meant = container
        self._limit = options.streams

    def compose_body(self) -> ComposeResult:
        yield self._heading
        yield self._empty
        yield self.view

    def on_mount(self) -> None:
        self.run_worker(self._begin(), exit_on_error=False)

    def on_unmount(self) -> None:
        self.shown.stop()
        self._feed.stop()
        self._when_ended()

    # --- which log ---

    async def _begin(self) -> None:
        """Find out which containers there are; ask when it is not clear whose log is meant."""
        pods = self._feed.pods
        if isinstance(pods, ManyPods):
            self._open_when_complete(pods)
            return
        while not await pods.look():
            if pods.gone or pods.freshness.health is Health.DENIED:
                return
            await asyncio.sleep(LOOK_EVERY)
        if not pods.containers.names:
            pods.fail("the pod names no container")
            return
        meant = self._meant if self._meant in pods.containers.names else ""
        chosen = meant or pods.containers.chosen or await self._ask_container()
        if chosen is None:
            self.dismiss()
            return
        self._open(chosen)

    def _open_when_complete(self, pods: ManyPods) -> None:
        """Begin with all pods there are, so that they are read alike; none of them has joined the others."""
        if pods.complete:
            pods.refresh()
            self._open(Which.MAIN)

    async def _ask_container(self) -> Which | str | None:
        which, about = self._feed.which, self._feed.pods.about()
        options = [Option(name, Cell(name), Cell(words, Tone.QUIET)) for name, words in about.items()]
        if len(options) > 1:
            options.append(Option(_ALL, Cell("all containers"), Cell(f"{len(options)} in one", Tone.QUIET)))
        current = _ALL if which is Which.ALL else which or None
        chosen = cast("str | None", await self.app.push_screen_wait(Choose("Whose log?", options, current)))
        return Which.ALL if chosen == _ALL else chosen

    def _open(self, which: Which | str | None = None) -> None:
        """Read the chosen logs into an empty view; nothing before it is known whose."""
        feed = self._feed
        feed.which = which or feed.which
        if not feed.which:
            return
        self.shown.stop()
        feed.open()
        self.shown.begin(feed.ring)
        self.view.set_follow(not feed.part.oldest)
        self.update()
        self.show_keys()

    # --- going on ---

    def update(self) -> None:
        feed = self._feed
        if not feed.opened and isinstance(feed.pods, ManyPods):
            self._open_when_complete(feed.pods)
        if feed.opened:
            self._keep_pods()
            feed.pump()
            self.shown.name_streams(feed.names, feed.label_width(self.size.width))
            self.shown.take()
        self.tell()

    def _keep_pods(self) -> None:
        feed, pods = self._feed, self._feed.pods
        if isinstance(pods, OnePod):
            if feed.look_is_due:
                self.run_worker(self._look(pods), exit_on_error=False)
            return
        if pods.refresh():
            feed.want()
        if feed.which is not Which.MAIN and pods.to_learn:
            self.run_worker(self._learn(pods), exit_on_error=False)

    async def _look(self, pods: OnePod) -> None:
        """See how the pod is when its log does not tell; another one of its name is followed on."""
        if await pods.look() and self._feed.which in (Which.ALL, *pods.containers.names):
            self._feed.want()

    async def _learn(self, pods: ManyPods) -> None:
        await pods.learn()
        self._feed.want()

    # --- words ---

    def tell(self) -> None:
        status, now = self._log_status(), self.clock.wall()
        self._heading.show([title(status, self.size.width - 2, now)])
        self._empty.show(why_empty(status, now))

    def _log_status(self) -> LogStatus:
        feed, reader, showing = self._feed, self.shown.reader, self.shown.showing
        return LogStatus(
            name=feed.pods.title,
            container=feed.whose,
            previous=feed.previous,
            following=self.view.follow,
            part=feed.part_words,
            freshness=feed.freshness,
            ended=feed.ended,
            gone=feed.gone,
            state=feed.state,
            lines=reader.read,
            filter=self.filter_text,
            matched=reader.matched,
            more=feed.more,
            level=f"{showing.least.name.lower()}+" if showing.least is not None else "",
            context=showing.context if showing.picks else 0,
            masked=reader.masker.count,
            revealed=len(showing.revealed),
            refused=feed.refused,
            limit=self._limit,
            marked=len(self.view.marks),
        )

    @property
    def file_name(self) -> str:
        return f"{self._feed.pods.title} {self._feed.whose}"

    def _say(self, words: str) -> None:
        self.app.notify(words, severity="warning", markup=False)

    # --- keys: which log ---

    def action_previous(self) -> None:
        """Show the run before the last restart, or the current one again."""
        if self._feed.which:
            self._feed.previous = not self._feed.previous
            self._open()

    def action_since(self, part: int) -> None:
        """Read another part of the log: the newest lines, the oldest, or those of the last minutes."""
        self._feed.part = PARTS[part]
        self._open()

    def action_ask_since(self) -> None:
        """Ask how much of the log to read."""
        self.run_worker(self._ask_since(), exit_on_error=False)

    async def _ask_since(self) -> None:
        def wrong(text: str) -> str:
            try:
                read_part(text)
            except ValueError as error:
                return str(error)
            return ""

        ask = Ask("How much of the log?", hint="how far back: 3h, 1d 12h; or how many lines: 5000", check=wrong)
        answer = await self.app.push_screen_wait(ask)
        if answer is not None:
            self._feed.part = read_part(answer)
            self._open()

    def action_all_containers(self) -> None:
        """Show the logs of all containers, or of those that are shown unless it is said otherwise."""
        feed = self._feed
        if feed.which:
            self._open(feed.pods.main if feed.which is Which.ALL else Which.ALL)

    def action_container(self) -> None:
        self.run_worker(self._choose_container(), exit_on_error=False)

    async def _choose_container(self) -> None:
        pods = self._feed.pods
        if not self._feed.which:
            return
        if isinstance(pods, ManyPods):
            await pods.learn()
        chosen = await self._ask_container()
        if chosen is not None:
            self._open(chosen)
