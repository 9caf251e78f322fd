"""Keys for tests: each goes as soon as the program has dealt with the one before it.

Textual's pilot waits after a key until the processor idles, which a program that looks at its sources ten times a
second rarely does: a tenth of a second a key, and up to two. Here the program is asked instead.
"""

import asyncio
import time
from collections.abc import Iterator

from textual._context import active_app
from textual.app import App
from textual.message_pump import MessagePump
from textual.screen import Screen

_PASSES = 5
"""Turns of the loop without anything to do: what one widget tells another takes a few to arrive."""

_TICK = 0.005
"""Seconds between two looks at what takes its time: an animation, a resize that waits for others."""


async def settled(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Wait until no message, callback, repaint or animation is due in the running app, at most so many seconds.

    What a thread, a timer or a server brings is not waited for. It stands in for Textual's `wait_for_idle`.
    """
    app = active_app.get()
    end = time.monotonic() + max_sleep
    passes = 0
    while passes < _PASSES and time.monotonic() < end:
        moving = app._resize_timer is not None or app.animator._animations
        await asyncio.sleep(_TICK if moving else 0)
        passes = 0 if moving or _busy(app) else passes + 1
    if min_sleep:
        await asyncio.sleep(min_sleep)


def _busy(app: App[object]) -> bool:
    """Whether something is to be done; what waits for the next repaint gets it now."""
    screen = app.screen if app._screen_stack else None
    if screen is not None and _to_paint(screen):
        screen._on_timer_update()
        return True
    return any(pump._message_queue.qsize() or pump._next_callbacks for pump in _pumps(app) if pump._running)


def _to_paint(screen: Screen[object]) -> bool:
    return (
        screen.is_current
        and not screen.app._batch_count
        and bool(
            screen._layout_required
            or screen._scroll_required
            or screen._repaint_required
            or screen._dirty_widgets
            or screen._recompose_required
            or screen._callbacks
        )
    )


def _pumps(app: App[object]) -> Iterator[MessagePump]:
    yield app
    for screen in app._screen_stack:
        yield from screen.walk_children(with_self=True)
