"""What is said at the start of places that cannot be written."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from cockpit.kept import doubts, nearest, refusal_of

LOST = "is lost when you leave, unless that is mended before"


@pytest.fixture
def sealed(monkeypatch: pytest.MonkeyPatch) -> set[Path]:
    """Paths that nobody may write, root included, as on a disk mounted read-only."""
    paths: set[Path] = set()
    access = os.access
    monkeypatch.setattr("cockpit.kept.os.access", lambda path, mode: Path(path) not in paths and access(path, mode))
    return paths


def test_where_all_can_be_written_there_is_no_doubt_and_nothing_is_made(tmp_path: Path) -> None:
    assert doubts(tmp_path / "new" / "board.json", tmp_path / "data" / "deep") == ()
    assert list(tmp_path.iterdir()) == []
    assert nearest(tmp_path / "new" / "deep") == tmp_path


def test_one_folder_for_both_is_named_once(tmp_path: Path, sealed: set[Path]) -> None:
    sealed.add(tmp_path)
    assert doubts(tmp_path / "board.json", tmp_path) == (
        f"{tmp_path} cannot be written: what you change on the board and what is journalled {LOST}",
    )


def test_each_place_is_named_with_what_it_is_for(tmp_path: Path, sealed: set[Path]) -> None:
    board, data = tmp_path / "team" / "board.json", tmp_path / "data"
    for folder in (board.parent, data):
        folder.mkdir()
    sealed.add(board.parent)
    assert doubts(board, data) == (f"{board.parent} cannot be written: what you change on the board {LOST}",)
    sealed.add(data)
    assert doubts(board, data)[1:] == (f"{data} cannot be written: what is journalled {LOST}",)
    sealed -= {board.parent, data}
    board.touch()
    sealed.add(board)
    assert doubts(board, data) == (f"{board} is read-only: what you change on the board {LOST}",)


def test_a_file_in_the_way_and_a_full_disk_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    assert refusal_of(tmp_path / "file" / "below") == f"{tmp_path / 'file'} is no folder"
    monkeypatch.setattr("cockpit.kept.os.statvfs", lambda path: SimpleNamespace(f_blocks=50, f_bavail=0))
    assert refusal_of(tmp_path) == f"the disk of {tmp_path} is full"
    monkeypatch.setattr("cockpit.kept.os.statvfs", lambda path: SimpleNamespace(f_blocks=0, f_bavail=0))
    assert refusal_of(tmp_path) == ""
