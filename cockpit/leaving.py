"""The end of a run: everything is closed, and what was changed is durable or said to be not."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from state import threads
from state.printable import printable

if TYPE_CHECKING:
    from state.session import Session

DRAIN_SECONDS = 5.0


async def leave(session: "Session", say: Callable[[str], None]) -> str:
    """Close a session and wait until board and journal are durable or their deadline has passed.

    Return what the terminal is told of what is not saved, empty when all is.
    """
    session.close()
    if session.desk.unsaved:
        say("saving the board…")
    try:
        left = await threads.call("drain", lambda: session.drain(DRAIN_SECONDS), timeout=DRAIN_SECONDS + 1)
    except TimeoutError:
        left = "the disk did not answer"
    return printable(f"not everything was saved: {left}") if left else ""
