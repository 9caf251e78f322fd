"""Work beside the messages: it is held until it is done, and what it raises is not lost."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class Background:
    """Runs coroutines on the loop. What one raises goes to `failed`; a cancelled one has nothing to say."""

    def __init__(self, failed: Callable[[Exception], None]) -> None:
        self._failed = failed
        # The loop itself holds tasks weakly.
        self._tasks: set[asyncio.Task[None]] = set()

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin some work."""
        task = asyncio.create_task(self._watched(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _watched(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:
            self._failed(error)
