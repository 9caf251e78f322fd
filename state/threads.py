"""The only place where threads begin. Readers are daemons and are left at exit, whatever they wait for."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

Result = TypeVar("Result")
Item = TypeVar("Item")
_FEW = 50
# Only touched pages cost memory; a plugin's or a library's import goes deep.
_STACK = 1024 * 1024
_starting = threading.Lock()

importing = threading.RLock()
"""Held around what threads import at first use. Python lets two threads into libraries that import each other
in a circle, and one of them then finds a module half made."""
_log = logging.getLogger(__name__)


def start(name: str, work: Callable[[], None]) -> threading.Thread:
    """Run `work` on a daemon thread of its own and return the thread. What it raises goes to the log."""

    def run() -> None:
        try:
            work()
        except Exception:
            _log.exception("thread %s ended", name)

    with _starting:
        before = threading.stack_size(_STACK)
        try:
            thread = threading.Thread(target=run, name=name, daemon=True)
            thread.start()
        finally:
            threading.stack_size(before)
    return thread


def gently(items: Iterable[Item]) -> Iterator[Item]:
    """Iterate over many items on a thread and let the loop go first every few of them.

    Python gives a thread that only computes five milliseconds at a time; the loop would wait for each of them.
    """
    for number, item in enumerate(items):
        if number % _FEW == 0:
            time.sleep(0)
        yield item


async def call(name: str, work: Callable[[], Result], *, timeout: float | None = None) -> Result:
    """Run blocking `work` on a daemon thread and return what it returns.

    Raises what `work` raises, or TimeoutError after `timeout` seconds; the thread is then left behind and
    its late result dropped, so a hung server never holds up the caller or the exit.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Result] = loop.create_future()

    def settle(result: Result | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result: Result | None = None
        error: BaseException | None = None
        try:
            result = work()
        except BaseException as caught:
            error = caught
        try:
            loop.call_soon_threadsafe(settle, result, error)
        except RuntimeError:
            _log.debug("the loop had ended before %s answered", name)

    start(name, run)
    return await asyncio.wait_for(future, timeout)


class Once(Generic[Result]):
    """A blocking call whose result is kept for all who ask.

    Those who ask while it is being made wait for that one attempt and share what comes of it, an error too;
    who asks after a failure begins a new attempt.
    """

    def __init__(self, make: Callable[[], Result]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: list[Result] = []
        self._attempts = 0
        self._error: Exception | None = None

    def __call__(self) -> Result:
        """Return the result, making it when nobody has. Raises what making it raised."""
        attempts = self._attempts
        if self._made:
            return self._made[0]
        with self._lock:
            if self._made:
                return self._made[0]
            if self._attempts != attempts and self._error is not None:
                raise self._error
            try:
                result = self._make()
            except Exception as error:
                self._error = error
                raise
            finally:
                self._attempts += 1
            self._made.append(result)
            return result
