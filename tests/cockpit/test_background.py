"""Work beside the messages is held, and what it raises is told."""

import asyncio
import gc
import weakref

from cockpit.background import Background


class Held:
    pass


async def test_it_runs_to_its_end_and_then_is_let_go() -> None:
    failed: list[Exception] = []
    background = Background(failed.append)
    begun, done = asyncio.Event(), asyncio.Event()
    held: list[weakref.ref[Held]] = []

    async def work() -> None:
        mine = Held()
        held.append(weakref.ref(mine))
        begun.set()
        await done.wait()

    background.run(work())
    await begun.wait()
    gc.collect()
    assert held[0]() is not None
    done.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    gc.collect()
    assert held[0]() is None
    assert failed == []


async def test_what_is_raised_is_told_and_an_end_from_outside_is_not() -> None:
    failed: list[Exception] = []
    background = Background(failed.append)

    async def fails() -> None:
        raise ValueError("odd")

    async def cancelled() -> None:
        raise asyncio.CancelledError

    background.run(fails())
    background.run(cancelled())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert [str(error) for error in failed] == ["odd"]
