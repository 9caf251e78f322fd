"""What is to happen in a world and when: the one place where its time passes."""

import asyncio
import heapq
import logging
import time
from collections import deque
from collections.abc import Callable
from itertools import count

from cockpit.simulator.clock import WorldClock

Action = Callable[[], None]

_SLICE_SECONDS = 0.004
_log = logging.getLogger(__name__)


class Appointment:
    """Something that will happen at a moment unless it is cancelled."""

    __slots__ = ("action", "cancelled", "moment")

    def __init__(self, moment: float, action: Action) -> None:
        self.moment = moment
        self.action = action
        self.cancelled = False

    def cancel(self) -> None:
        """See that it does not happen."""
        self.cancelled = True


class Agenda:
    """Actions in the order of their moments. Belongs to one asyncio loop; a test may drive it by hand instead."""

    def __init__(self, clock: WorldClock) -> None:
        self.clock = clock
        self._order = count()
        self._later: list[tuple[float, int, Appointment]] = []
        self._soon: deque[Action] = deque()
        self._wake: asyncio.Event | None = None

    def at(self, moment: float, action: Action) -> Appointment:
        """Run `action` at a moment (seconds since the epoch), or as soon as possible when that has passed."""
        appointment = Appointment(moment, action)
        heapq.heappush(self._later, (moment, next(self._order), appointment))
        self._rouse()
        return appointment

    def after(self, seconds: float, action: Action) -> Appointment:
        """Run `action` once as much time has passed as `seconds` take in this world."""
        return self.at(self.clock.now() + self.clock.takes(seconds), action)

    def soon(self, action: Action) -> None:
        """Run `action` before anything that waits for its moment, in the order asked."""
        self._soon.append(action)
        self._rouse()

    def next_due(self) -> float | None:
        """Return the moment of the next action, None when there is none."""
        if self._soon:
            return self.clock.now()
        while self._later and self._later[0][2].cancelled:
            heapq.heappop(self._later)
        return self._later[0][0] if self._later else None

    def run_next(self) -> bool:
        """Run one action that is due. Return whether there was one."""
        if self._soon:
            self._soon.popleft()()
            return True
        now = self.clock.now()
        while self._later and self._later[0][0] <= now:
            appointment = heapq.heappop(self._later)[2]
            if not appointment.cancelled:
                appointment.action()
                return True
        return False

    def run_due(self) -> None:
        """Run everything that is due, and what that makes due."""
        while self.run_next():
            pass

    async def run(self) -> None:
        """Keep running what becomes due, in short slices so that requests are answered meanwhile."""
        loop, self._wake = asyncio.get_running_loop(), asyncio.Event()
        while True:
            self._wake.clear()
            started = time.perf_counter()
            while self._run_next_safely():
                if time.perf_counter() - started > _SLICE_SECONDS:
                    await asyncio.sleep(0)
                    started = time.perf_counter()
            due = self.next_due()
            # Not wait_for: that of Python 3.11 forgets a cancellation which comes together with the event.
            timer = None if due is None else loop.call_later(max(0.0, due - self.clock.now()), self._wake.set)
            try:
                await self._wake.wait()
            finally:
                if timer is not None:
                    timer.cancel()

    async def sleep_until(self, moment: float) -> None:
        """Wait for a moment of the world."""
        reached = asyncio.get_running_loop().create_future()
        appointment = self.at(moment, lambda: None if reached.done() else reached.set_result(None))
        try:
            await reached
        finally:
            appointment.cancel()

    def _run_next_safely(self) -> bool:
        try:
            return self.run_next()
        except Exception:
            # One object a controller cannot cope with must not stop the world.
            _log.exception("an action of the simulated world failed")
            return True

    def _rouse(self) -> None:
        if self._wake is not None:
            self._wake.set()
