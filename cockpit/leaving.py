"""The end of a run: acks that would lapse are asked about, and what was changed is durable or said to be not."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.app import App

from cockpit.background import Background
from state import threads
from state.printable import printable

if TYPE_CHECKING:
    from state.alerts.keeper import AckKeeper
    from state.alerts.model import Silence
    from state.session import Session

DRAIN_SECONDS = 5.0
EXTENDED = 4 * 3600.0
"""Seconds by which acks are extended for the time without a cockpit."""
EXTEND_SECONDS = 5.0
"""Seconds that extending them may take, whatever the servers do."""
_LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Lapsing:
    """An ack that ends when the cockpit does, and who keeps it up."""

    context: str
    """Where it is, empty for the context that is shown."""
    silence: "Silence"
    keeper: "AckKeeper"

    @property
    def name(self) -> str:
        """What it holds, in a few words."""
        labels = {matcher.name: matcher.value for matcher in self.silence.matchers}
        return f"{labels.get('alertname', 'an alert')} {labels.get('namespace', '')}".strip()


class Leaving:
    """Ends an app, once all is durable. `ended` is called with what the terminal is told then."""

    def __init__(self, app: App[Any], background: Background, ended: Callable[[str], None]) -> None:
        self.under_way = False
        """Whether the app is about to end."""
        self._app = app
        self._background = background
        self._ended = ended
        self._asking = False
        self._told = ""

    def ask(self, session: "Session | None") -> None:
        """End, asking first where acks would lapse. Asked for again meanwhile, end at once."""
        if session is None or self._asking:
            self.now(session)
        elif not self.under_way:
            self._asking = True
            self._app.run_worker(self._ask(session), exit_on_error=False)

    def now(self, session: "Session | None") -> None:
        """End without a question."""
        if not self.under_way:
            self.under_way = True
            self._background.run(self._end(session))

    async def _ask(self, session: "Session") -> None:
        told: str | None = ""
        try:
            told = await may_leave(self._app, session)
        finally:
            self._asking = False
            if told is not None:
                self._told = told
                self.now(session)

    async def _end(self, session: "Session | None") -> None:
        left = ""
        if session is not None:
            left = await leave(session, lambda words: self._app.notify(words, markup=False))
        self._ended("; ".join(words for words in (self._told, left) if words))


async def may_leave(app: App[Any], session: "Session") -> str | None:
    """Ask about acks that would lapse, extend them where that is wanted; return what the terminal is told of it then.

    None to stay. Nobody is asked where no ack lapses, and no server is asked before the answer.
    """
    lapsing = await _lapsing(session)
    if not lapsing:
        return ""
    from screens.dialogs.lapsing import EXTEND, Lapse, LapsingAcks

    now = session.clock.wall()
    lapses = [Lapse(one.name, one.silence.ends - now, one.context) for one in lapsing]
    answer = await app.push_screen_wait(LapsingAcks(lapses, EXTENDED))
    if answer == EXTEND:
        app.notify("extending your acks…", markup=False)
        return await _extend(lapsing)
    return None if answer is None else ""


async def leave(session: "Session", say: Callable[[str], None]) -> str:
    """Close a session and wait until board and journal are durable or their deadline has passed.

    Return what the terminal is told of what is not saved, empty when all is.
    """
    session.close()
    if session.desk.unsaved:
        say("saving the board…")
    try:
        left = await threads.call("drain", lambda: session.drain(DRAIN_SECONDS), timeout=DRAIN_SECONDS + 1)
    except TimeoutError:
        left = "the disk did not answer"
    return printable(f"not everything was saved: {left}") if left else ""


async def _lapsing(session: "Session") -> list[Lapsing]:
    """The acks that nobody else keeps up, the next to end first."""
    found = []
    for context, keeper in session.keepers():
        silences = keeper.lapsing()
        if silences and await _leads(keeper):
            found += [Lapsing(context, silence, keeper) for silence in silences]
    return sorted(found, key=lambda one: (one.silence.ends, one.silence.id))


async def _leads(keeper: "AckKeeper") -> bool:
    """Whether no other cockpit on this data folder keeps them. A disk that does not answer knows of none."""
    try:
        return await threads.call("lead", keeper.leads, timeout=_LOOK_SECONDS)
    except TimeoutError:
        return True


async def _extend(lapsing: Sequence[Lapsing]) -> str:
    """Extend acks side by side; return in words which were not."""

    async def one(lapse: Lapsing) -> str:
        try:
            outcome = await threads.call(
                "extend ack", lambda: lapse.keeper.extend(lapse.silence, EXTENDED), timeout=EXTEND_SECONDS
            )
        except TimeoutError:
            return f"{lapse.name}: no answer in {EXTEND_SECONDS:.0f} s"
        except Exception as error:
            return f"{lapse.name}: {error}"
        return "" if outcome.done else f"{lapse.name}: {outcome.summary}"

    failed = [words for words in await asyncio.gather(*map(one, lapsing)) if words]
    if not failed:
        return ""
    return printable(f"{len(failed)} of {len(lapsing)} acks were not extended: {'; '.join(failed)}")
