"""What the palette offers: the commands that a screen has keys for."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from textual.app import SystemCommand
from textual.screen import Screen

from screens.commands import BY_ID


def palette(screen: Screen[Any]) -> Iterator[SystemCommand]:
    """Give what the keys of a screen do with the focus where it is, each command once."""
    seen: set[str] = set()
    for active in screen.active_bindings.values():
        command = BY_ID.get(active.binding.id or "")
        if command is None or not active.enabled or command.id in seen:
            continue
        seen.add(command.id)
        run = partial(screen.app.run_action, active.binding.action, active.node)
        yield SystemCommand(command.title.capitalize(), f"{command.help} [{command.keys}]", run)
