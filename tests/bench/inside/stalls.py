"""`python -m tests.bench.inside.stalls OUT EXTRA …`: the cockpit with a watch on its own loop, until it is ended.

SIGUSR1 reads EXTRA kinds more, SIGUSR2 gives them back. OUT takes a JSON object with an entry for each phase that has
begun: the milliseconds that the loop stood still at most in it.
"""

import asyncio
import json
import signal
import sys
import time
from pathlib import Path
from typing import Any

import cockpit.app
from cockpit.app import CockpitApp

_EVERY = 0.002
_FOLLOWING = {"opening": "listing", "listing": "after", "extra kinds": "given"}


class Watched(CockpitApp):
    """Measures how late its loop is, phase by phase."""

    CSS_PATH = str(Path(cockpit.app.__file__).with_name("cockpit.tcss"))
    out = Path()
    extra = 0

    def on_mount(self) -> None:
        self.phase = "opening"
        self.worst = {self.phase: 0.0}
        self.held: list[Any] = []
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGUSR1, self.lease_more)
        loop.add_signal_handler(signal.SIGUSR2, self.give_back)
        self._background.run(self._watch_loop())

    async def _watch_loop(self) -> None:
        while True:
            before, waited = time.perf_counter(), _waited()
            await asyncio.sleep(_EVERY)
            late = 1000 * (time.perf_counter() - before - _EVERY - (_waited() - waited))
            if late > self.worst[self.phase]:
                self.worst[self.phase] = late
                self.out.write_text(json.dumps(self.worst))
            if self.phase in _FOLLOWING and self._over():
                self._begin_phase(_FOLLOWING[self.phase])

    def _over(self) -> bool:
        """Whether all that the phase was for has come."""
        if self._opened is None:
            return False
        feeds = self._opened.session.cluster._feeds.values()
        return bool(feeds) and (self.phase == "opening" or all(feed.complete for feed in feeds))

    def _begin_phase(self, name: str) -> None:
        self.phase = name
        self.worst[name] = 0.0
        self.out.write_text(json.dumps(self.worst))

    def lease_more(self) -> None:
        """Read more kinds."""
        from tests.bench.inside.kinds import more_kinds

        assert self._opened is not None
        self._begin_phase("extra kinds")
        self.held = [self._opened.session.cluster.lease(kind) for kind in more_kinds()[: self.extra]]

    def give_back(self) -> None:
        """Give the extra kinds back; their watches end after their time to linger."""
        self._begin_phase("after")
        for lease in self.held:
            lease.release()
        self.held.clear()


def _waited() -> float:
    """Seconds that this thread could run and got no core, because other programs had them all."""
    return int(Path("/proc/thread-self/schedstat").read_bytes().split()[1]) / 1e9


def main() -> None:
    """Run the command line with the rest of the arguments."""
    import cockpit.run
    from cockpit.__main__ import main as cockpit_main

    Watched.out, Watched.extra = Path(sys.argv.pop(1)), int(sys.argv.pop(1))
    cockpit.run.CockpitApp = Watched  # type: ignore[attr-defined]
    cockpit_main()


main()
