import asyncio
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from state import threads


async def test_a_call_gives_what_the_work_gives() -> None:
    assert await threads.call("sum", lambda: 1 + 1) == 2
    with pytest.raises(ZeroDivisionError):
        await threads.call("fault", lambda: 1 // 0)


async def test_a_hung_call_ends_in_time_and_its_late_result_is_dropped() -> None:
    release = threading.Event()
    with pytest.raises(TimeoutError):
        await threads.call("hung", lambda: release.wait(30), timeout=0.05)
    release.set()
    await asyncio.sleep(0)


def test_those_who_wait_for_one_attempt_share_its_failure() -> None:
    go = threading.Event()
    attempts: list[int] = []

    def make() -> int:
        attempts.append(1)
        go.wait(10)
        raise OSError("no")

    once = threads.Once(make)
    errors: list[OSError] = []

    def ask() -> None:
        try:
            once()
        except OSError as error:
            errors.append(error)

    askers = [threads.start(f"ask {n}", ask) for n in range(4)]
    deadline = time.monotonic() + 10
    while sum(_is_inside(asker, "__call__") for asker in askers) < 4:
        assert time.monotonic() < deadline
    go.set()
    for asker in askers:
        asker.join(10)
    assert len(errors) == 4
    assert len(attempts) == 1


def _is_inside(thread: threading.Thread, function: str) -> bool:
    frame = sys._current_frames().get(thread.ident or 0)
    while frame is not None:
        if frame.f_code.co_name == function and frame.f_lineno > frame.f_code.co_firstlineno + 3:
            return True
        frame = frame.f_back
    return False


def test_a_failed_attempt_is_made_again_and_a_result_is_kept() -> None:
    results: list[int | None] = [None, 7, 8]

    def make() -> int:
        found = results.pop(0)
        if found is None:
            raise OSError("not yet")
        return found

    once = threads.Once(make)
    with pytest.raises(OSError, match="not yet"):
        once()
    assert once() == 7
    assert once() == 7


def test_items_are_all_given_in_their_order_and_none_before_it_is_wanted() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(120):
            taken.append(number)
            yield number

    given = threads.gently(items())
    assert (next(given), taken) == (0, [0])
    assert list(given) == list(range(1, 120))
