import threading
from pathlib import Path

import pytest

from state.board.looked import Looked
from state.clock import Clock


def at(seconds: float) -> Clock:
    return Clock(wall=lambda: seconds)


def written() -> None:
    for thread in threading.enumerate():
        if thread.name == "looked":
            thread.join(10)


def test_a_restart_remembers_what_was_seen(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "looked.json"
    first = Looked(at(100.0), path, "board.json")
    written()
    again = Looked(at(900.0), path, "board.json")
    assert (first.since, again.since) == (100.0, 100.0)
    again.now()
    written()
    assert again.since == 900.0
    assert Looked(at(2000.0), path, "board.json").since == 900.0


def test_each_board_has_its_own_moment(tmp_path: Path) -> None:
    path = tmp_path / "looked.json"
    Looked(at(100.0), path, "board.json")
    written()
    assert Looked(at(200.0), path, "team.json").since == 200.0
    written()
    assert Looked(at(300.0), path, "board.json").since == 100.0


@pytest.mark.parametrize("found", ["{", "[]", '{"board.json": "yesterday"}', ""])
def test_a_file_that_cannot_be_read_costs_the_memory_alone(tmp_path: Path, found: str) -> None:
    path = tmp_path / "looked.json"
    path.write_text(found, encoding="utf-8")
    assert Looked(at(100.0), path, "board.json").since == 100.0
    written()
    assert Looked(at(200.0), path, "board.json").since == 100.0


def test_a_place_that_cannot_be_written_is_no_trouble(tmp_path: Path) -> None:
    looked = Looked(at(100.0), tmp_path, "board.json")
    looked.now()
    written()
    assert looked.since == 100.0


def test_without_a_file_it_lasts_as_long_as_the_program() -> None:
    looked = Looked(at(100.0))
    assert looked.since == 100.0
