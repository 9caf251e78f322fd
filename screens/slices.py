"""Work that is done a little at a time, so that keys are answered in between."""

import asyncio
from collections.abc import Callable

from textual.message_pump import MessagePump


class Slices:
    """Runs functions that do a part of their work and say whether there is more, until there is none.

    Between two parts everybody else has a turn. Of functions begun under one name only the last one runs.
    """

    seconds = 0.008
    """How long a part may take."""

    def __init__(self, pump: MessagePump) -> None:
        """It ends with `pump`."""
        self._pump = pump
        self._running: dict[str, Callable[[], bool]] = {}

    def begin(self, name: str, work: Callable[[], bool]) -> None:
        """Do the first part now, unless a turn is due already, and the rest in turns."""
        already = name in self._running
        self._running[name] = work
        if not already:
            self._part(name)

    def later(self, name: str, work: Callable[[], bool]) -> None:
        """Do all parts in turns."""
        already = name in self._running
        self._running[name] = work
        if not already:
            self._go_on(name)

    def stop(self) -> None:
        """Do no more of anything."""
        self._running.clear()

    def _go_on(self, name: str) -> None:
        # The pump's own messages alone hold the loop.
        asyncio.get_running_loop().call_soon(self._pump.call_later, self._part, name)

    def _part(self, name: str) -> None:
        work = self._running.pop(name, None)
        if work is None:
            return
        if work():
            self._running.setdefault(name, work)
        if name in self._running:
            self._go_on(name)
