"""A board that cannot be read takes no key away from the other screens."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cockpit.demo_world import Endpoints


async def test_a_board_that_cannot_be_read_leaves_the_keys(
    simulated: Endpoints, drive: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    async with drive(simulated, screen="board", board=tmp_path / "folder") as driven:
        await driven.shows("is a directory")
        await driven.press("1")
        await driven.shows("Apps")
        await driven.press("5")
        await driven.shows("is a directory")
        await driven.press("slash", "x", "escape", "1")
        await driven.shows("Apps")
