"""Places that cannot be written: the cockpit works, says so, and tells at the end what is not saved."""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cockpit.demo_world import Endpoints
from state.journal.entry import Entry


async def test_a_folder_that_cannot_be_written_is_told_at_the_start(
    simulated: Endpoints, drive: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cockpit.kept.os.access", lambda path, mode: False)
    async with drive(simulated, size=(200, 36)) as driven:
        await driven.shows("cannot be written: what you change", "12 nodes")


async def test_a_journal_that_cannot_be_written_is_told_and_kept_until_it_can(
    simulated: Endpoints, drive: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "journal.db").mkdir()
    async with drive(simulated, size=(200, 36)) as driven:
        session = driven.app._opened.session
        entry = Entry("operation", "f", 1.0, "done", 2.0, "ana", "here", "ack", "acked", {})
        session.journal.record(entry)
        # The journal takes what is seen of alerts besides.
        await driven.shows("unsaved ", "the journal ", ": unable to open database file")
        left = session.drain(0.01)
        assert re.match(r"[1-9] of the journal \(the journal ", left)
        (tmp_path / "journal.db").rmdir()
        assert session.journal.drain(15)
        assert entry in session.journal.entries(source="operation")
        await driven.until(lambda: "unsaved" not in driven.text, "the end of the words")


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is a folder in which nobody makes a file")
async def test_a_board_that_cannot_be_written_is_told_and_kept_in_sight(
    simulated: Endpoints, drive: Callable[..., Any]
) -> None:
    async with drive(simulated, screen="board", size=(200, 36), data_dir=Path("/proc")) as driven:
        await driven.shows("Ideas 0")
        await driven.press("n")
        await driven.type("A card")
        await driven.press("enter")
        await driven.shows("unsaved 1, /proc/board.json")
        await driven.press("escape")
        await driven.shows("A card")
        assert driven.app._opened.session.drain(0.01).startswith("1 of the board (/proc/board.json")
