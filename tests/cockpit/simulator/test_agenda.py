import asyncio

import pytest

from cockpit.simulator.agenda import Agenda
from cockpit.simulator.clock import WorldClock
from tests.cockpit.simulator.hand_world import HandClock


def test_what_is_due_runs_in_the_order_of_its_moments() -> None:
    hand = HandClock(100.0)
    agenda, done = Agenda(WorldClock(now=hand.now)), list[str]()
    agenda.at(103, lambda: done.append("third"))
    agenda.at(101, lambda: done.append("first"))
    agenda.at(101, lambda: done.append("second"))
    agenda.run_due()
    assert done == []
    hand.moment = 102
    agenda.run_due()
    assert done == ["first", "second"]
    assert agenda.next_due() == 103


def test_what_is_wanted_soon_goes_before_what_waits() -> None:
    hand = HandClock(100.0)
    agenda, done = Agenda(WorldClock(now=hand.now)), list[str]()
    agenda.at(100, lambda: done.append("due"))
    agenda.soon(lambda: done.append("soon"))
    agenda.run_due()
    assert done == ["soon", "due"]


def test_a_cancelled_action_does_not_happen() -> None:
    hand = HandClock(100.0)
    agenda, done = Agenda(WorldClock(now=hand.now)), list[str]()
    agenda.at(100, lambda: done.append("it")).cancel()
    assert agenda.next_due() is None
    agenda.run_due()
    assert done == []


def test_a_hurried_world_takes_less_time() -> None:
    hand = HandClock(100.0)
    agenda = Agenda(WorldClock(10.0, hand.now))
    agenda.after(30, lambda: None)
    assert agenda.next_due() == 103


async def test_the_loop_goes_on_after_an_action_fails(caplog: pytest.LogCaptureFixture) -> None:
    agenda, reached = Agenda(WorldClock()), asyncio.Event()
    running = asyncio.create_task(agenda.run())
    agenda.soon(lambda: 1 / 0)  # type: ignore[arg-type, return-value]
    agenda.after(0.001, reached.set)
    await asyncio.wait_for(reached.wait(), 5)
    running.cancel()
    assert "ZeroDivisionError" in caplog.text


async def test_a_cancellation_that_comes_together_with_work_is_heeded() -> None:
    agenda = Agenda(WorldClock())
    running = asyncio.create_task(agenda.run())
    await asyncio.sleep(0)
    agenda.soon(lambda: None)
    running.cancel()
    _, pending = await asyncio.wait([running], timeout=5)
    assert not pending


async def test_waiting_for_a_moment_ends_when_the_agenda_reaches_it() -> None:
    hand = HandClock(100.0)
    agenda = Agenda(WorldClock(now=hand.now))
    waiting = asyncio.create_task(agenda.sleep_until(105))
    await asyncio.sleep(0)
    assert not waiting.done()
    hand.moment = 105
    agenda.run_due()
    await asyncio.wait_for(waiting, 5)
