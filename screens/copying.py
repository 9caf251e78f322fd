"""Copying files between a container and this machine: the way, the two paths, then preview and progress."""

from pathlib import Path
from typing import Any

from textual.screen import Screen

from screens.dialogs.ask import Ask
from screens.dialogs.choose import Choose, Option
from screens.doing import Doing
from screens.shell import Wanted, choose_container
from state.cell import Cell, Tone
from state.cluster.operations.copy import CopyFrom, CopyTo, suggested
from state.operation import Operation
from state.printable import printable

_FROM, _TO = "from", "to"
_HINT = "a path from the root of the container: /var/log/app.log"


async def copy_files(screen: Screen[None], doing: Doing, wanted: Wanted) -> None:
    """Ask what to copy where, show what would happen, and do it."""
    container = await choose_container(screen, wanted)
    if container is None:
        return
    place = wanted.place(container)
    ways = (
        Option(_FROM, Cell("from the container"), Cell("to this machine", Tone.QUIET)),
        Option(_TO, Cell("to the container"), Cell("from this machine", Tone.QUIET)),
    )
    way: Any = await screen.app.push_screen_wait(Choose(f"Copy files, {printable(str(place))}", ways))
    if way is None:
        return
    operation: Operation
    if way == _FROM:
        source = await _path(screen, "Copy what of the container", "", _HINT, inside=True)
        target = source and await _path(screen, "Copy it where on this machine", suggested(source), "a new name")
        if not source or not target:
            return
        # Nothing of the cluster changes, so that a protected context asks for no name.
        operation = CopyFrom(wanted.transport, str(wanted.ref), place, source, Path(target))
    else:
        here = await _path(screen, "Copy what of this machine", "", "a file or a folder")
        there = here and await _path(screen, "Copy it where in the container", "/tmp/", _HINT, inside=True)
        if not here or not there:
            return
        operation = CopyTo(wanted.transport, wanted.ref, place, Path(here), there)
    await doing.ask_and_do(screen, operation.title, lambda: operation, wanted.ref.cluster)


async def _path(screen: Screen[None], title: str, text: str, hint: str, *, inside: bool = False) -> str:
    """Return a path, empty when it was left."""

    def check(typed: str) -> str:
        if not typed:
            return "a path is needed"
        return "" if not inside or typed.startswith("/") else f"{typed} is no path from the root of the container"

    answer: Any = await screen.app.push_screen_wait(Ask(title, text, hint=hint, check=check))
    return str(answer) if answer else ""
