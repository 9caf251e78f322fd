"""The whole cockpit, driven by Pilot, on a simulated platform that runs as a process of its own."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from cockpit.app import CockpitApp
from cockpit.demo_world import DemoWorld, Endpoints
from cockpit.start import Look, Start
from state.polled import Polled

PATIENCE = 20.0
BRIEF = 1.5
"""Seconds that a message stays: it lies over what the tests read."""
SOON = 1.0
"""The longest time in seconds between two questions to a server that offers no watch."""


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoints]:
    """A platform whose bad release goes out two seconds after the opening, and burns fast."""
    world = DemoWorld(tmp_path_factory.mktemp("night"), options=("--speed", "20"))
    yield world.wait()
    world.close()


class Driven:
    """A running cockpit with its pilot."""

    def __init__(self, app: CockpitApp, pilot: Pilot[int]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def lines(self) -> list[str]:
        """What the screen shows, line by line."""
        return [strip.text.rstrip() for strip in self.app.screen._compositor.render_strips()]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        await self.pilot.press(*(" " if key == " " else key for key in text))

    async def focus(self, selector: str) -> None:
        """Give the keys to a widget."""
        widget = self.app.screen.query_one(selector)
        self.app.screen.set_focus(widget)
        await self.until(lambda: self.app.screen.focused is widget, f"the focus on {selector}")

    async def until(self, condition: Callable[[], Any], what: str = "") -> None:
        """Wait until something holds; say what was on the screen when it does not come."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, f"{what or 'the condition'} does not come:\n{self.text}"
            await asyncio.sleep(0.02)

    async def shows(self, *words: str) -> None:
        """Wait until all of these are on the screen."""

        def shown() -> bool:
            text = self.text
            return all(word in text for word in words)

        await self.until(shown, f"{words}")


@pytest.fixture
def drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Open a cockpit: `async with drive(endpoints, size=(80, 24), context=…, **flags) as driven`."""

    make = Polled.__init__
    monkeypatch.setattr(
        Polled,
        "__init__",
        lambda self, name, fetch, every, *rest, **options: make(self, name, fetch, min(every, SOON), *rest, **options),
    )

    @asynccontextmanager
    async def opened(
        world: Endpoints,
        *,
        size: tuple[int, int] = (120, 36),
        context: str = "prod-eu",
        screen: str = "overview",
        monitoring: bool = True,
        discover: bool = False,
        **flags: Any,
    ) -> AsyncIterator[Driven]:
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("COCKPIT_", "KUBE"))}
        environ["COCKPIT_WHO"] = "mia"
        given = {"context": context, "data_dir": tmp_path, **flags}
        if monitoring:
            given |= {"prometheus": world.prometheus, "alertmanager": world.alertmanager}
        elif not discover:
            environ["COCKPIT_DISCOVER"] = "false"
        app = CockpitApp(Start(given, environ, world.kubeconfig), screen=screen, look=Look(animations=False))
        say = app.notify
        monkeypatch.setattr(app, "notify", lambda words, **options: say(words, **{**options, "timeout": BRIEF}))
        async with app.run_test(size=size, notifications=True) as pilot:
            driven = Driven(app, pilot)
            await driven.until(lambda: app._opened is not None, "the session")
            yield driven
            assert app.faults == []
            session = app._opened.session  # type: ignore[union-attr]
            session.close()
            session.desk.close()
            session.journal.close()

    return opened
