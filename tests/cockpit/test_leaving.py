"""Leaving asks about acks that would lapse, and no server can hold it up."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from textual.app import App

from cockpit import leaving
from cockpit.background import Background
from cockpit.leaving import Leaving
from screens.dialogs.lapsing import LapsingAcks
from state.alerts.model import Matcher, Silence
from state.clock import Clock
from state.operation import Outcome

NOW = 1_800_000_000.0
ACK = Silence("s1", "active", (Matcher("alertname", "Down"),), NOW - 60, NOW + 600, "ana", "ACK! on it")


@dataclass
class Keeper:
    """A keeper of one ack."""

    acks: tuple[Silence, ...] = (ACK,)
    lead: bool = True
    work: Callable[[], Outcome] = lambda: Outcome(True, "extended")
    extended: list[float] = field(default_factory=list)

    def lapsing(self) -> tuple[Silence, ...]:
        return self.acks

    def leads(self) -> bool:
        return self.lead

    def extend(self, silence: Silence, lasting: float) -> Outcome:
        self.extended.append(lasting)
        return self.work()


class Desk:
    unsaved = 0


class Session:
    """What leaving asks of a session."""

    desk = Desk()
    clock = Clock(lambda: NOW)

    def __init__(self, *keepers: tuple[str, Keeper]) -> None:
        self._keepers = keepers
        self.closed = False

    def keepers(self) -> tuple[tuple[str, Keeper], ...]:
        return self._keepers

    def close(self) -> None:
        self.closed = True

    def drain(self, seconds: float) -> str:
        return ""


class Host(App[None]):
    """An app that leaves by `q`."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.told: str | None = None
        self.leaving = Leaving(self, Background(self._handle_exception), self._left)

    def _left(self, words: str) -> None:
        self.told = words
        self.exit()

    def on_mount(self) -> None:
        self.leaving.ask(session=self.session)  # type: ignore[arg-type]


async def asked(pilot: Any) -> None:
    while not isinstance(pilot.app.screen, LapsingAcks):
        await pilot.pause()


async def test_where_nothing_lapses_nobody_is_asked() -> None:
    for session in (Session(), Session(("", Keeper(()))), Session(("", Keeper(lead=False)))):
        app = Host(session)
        await app.run_async(headless=True)
        assert (app.told, session.closed) == ("", True)


@pytest.mark.parametrize("key", ["n", "q"])
async def test_acks_may_lapse(key: str) -> None:
    keeper = Keeper()
    app = Host(Session(("", keeper)))
    async with app.run_test() as pilot:
        await asked(pilot)
        await pilot.press(key)
    assert (app.told, keeper.extended) == ("", [])


async def test_acks_are_extended_those_of_contexts_left_too() -> None:
    here, there = Keeper(), Keeper()
    app = Host(Session(("", here), ("staging", there)))
    async with app.run_test(size=(90, 24)) as pilot:
        await asked(pilot)
        shown = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        for words in ("2 acks of yours will lapse", "Down", "staging", "ends in 10m", "extend to 4h and quit"):
            assert words in shown
        await pilot.press("y")
        while app.told is None:
            await pilot.pause()
    assert (app.told, here.extended, there.extended) == ("", [leaving.EXTENDED], [leaving.EXTENDED])


async def test_escape_stays() -> None:
    session = Session(("", Keeper()))
    app = Host(session)
    async with app.run_test() as pilot:
        await asked(pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert (app.told, session.closed, app.leaving.under_way) == (None, False, False)


async def test_asked_for_again_it_ends_at_once() -> None:
    session = Session(("", Keeper()))
    app = Host(session)
    async with app.run_test() as pilot:
        await asked(pilot)
        app.leaving.ask(session)  # type: ignore[arg-type]
        while app.told is None:
            await pilot.pause()
    assert app.told == ""


async def test_a_server_that_hangs_does_not_hold_it_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaving, "EXTEND_SECONDS", 0.05)
    never = threading.Event()

    def hang() -> Outcome:
        never.wait()
        return Outcome(False, "")

    app = Host(Session(("", Keeper(work=hang)), ("staging", Keeper(work=lambda: Outcome(False, "it has ended")))))
    async with app.run_test() as pilot:
        await asked(pilot)
        await pilot.press("y")
        while app.told is None:
            await pilot.pause()
    never.set()
    assert app.told == "2 of 2 acks were not extended: Down: no answer in 0 s; Down: it has ended"
