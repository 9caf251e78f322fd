"""A disk that refuses, at every step of a commit: nothing is lost, nothing doubled, and trying again works."""

import errno
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from state.board import edits
from state.board.changes import Change, apply, step
from state.board.difference import replay
from state.board.errors import NotSaved
from state.board.file_store import FileBoardStore
from state.board.model import Board, empty_board
from state.board.store import NOTHING, Conflict, Version
from state.disk import Disk

_STEPS = ("create", "append", "write", "truncate", "sync", "rename", "link", "unlink", "sync_folder")


class _Failing(Disk):
    """Refuses one step, or that one and all after it; a write that is refused has written half."""

    def __init__(self, at: int, error: int, *, lasting: bool) -> None:
        self.taken = 0
        self.failed = False
        self._at = at
        self._error = error
        self._lasting = lasting
        self.well = False

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name not in _STEPS:
            return found

        def step(*arguments: Any) -> Any:
            number, self.taken = self.taken, self.taken + 1
            if self.well or number < self._at or (number > self._at and not self._lasting):
                return found(*arguments)
            self.failed = True
            if name == "write":
                os.write(arguments[0], arguments[1][: len(arguments[1]) // 2])
            raise OSError(self._error, os.strerror(self._error))

        return step


def _founded(path: Path) -> tuple[Board, Version]:
    by = step("ana", 0)
    first = edits.new_card(empty_board(), by, "Card 1", phase="mvp")
    board = apply(empty_board(), [first])
    second = edits.new_card(board, by, "Card 2", phase="mvp")
    version = FileBoardStore(path).commit(NOTHING, [first, second])
    assert not isinstance(version, Conflict)
    return apply(board, [second]), version


def _bulk(board: Board) -> tuple[Change, ...]:
    return edits.move(board, step("ana", 1), list(board.cards), "phase-2")


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT], ids=errno.errorcode.get)
def test_a_refusal_at_any_step_loses_nothing(tmp_path: Path, error: int, lasting: bool) -> None:
    refused = 0
    for at in range(100):
        path = tmp_path / str(at) / "team.json"
        board, base = _founded(path)
        made = _bulk(board)
        disk = _Failing(at, error, lasting=lasting)
        store = FileBoardStore(path, disk)
        try:
            answer: Version | Conflict = store.commit(base, made)
        except NotSaved as caught:
            refused += str(path) in str(caught)
            # What was said not to be saved does not come back later, unless the disk refuses to take it out again.
            _check_reader(path, [board, apply(board, made)] if lasting else [board])
            disk.well = True
            answer = store.commit(base, made)
        if isinstance(answer, Conflict):
            assert answer.landed >= {change.id for change in made}, f"step {at}"
            assert answer.board == apply(board, made)
        _check_reader(path, [apply(board, made)])
        assert len(FileBoardStore(path).history().changes) == 2 + len(made), f"step {at}"
        if not disk.failed:
            break
    else:
        pytest.fail("no end of steps")
    assert refused > 5


def _check_reader(path: Path, possible: list[Board]) -> None:
    store = FileBoardStore(path)
    board, _ = store.load()
    assert board in possible
    assert apply(empty_board(), store.history().changes) == board


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("what", ["commit", "restore"])
def test_a_refusal_while_edits_by_hand_are_noted_or_a_backup_comes_back_loses_nothing(
    tmp_path: Path, what: str, lasting: bool
) -> None:
    refused = 0
    for at in range(100):
        path = tmp_path / str(at) / "team.json"
        founded, base = _founded(path)
        FileBoardStore(path).commit(base, _bulk(founded))
        path.write_text(path.read_text().replace("Card 2", "Card two"))
        board, base = FileBoardStore(path).load()
        disk = _Failing(at, errno.ENOSPC, lasting=lasting)
        store = FileBoardStore(path, disk)
        if what == "commit":
            made = edits.move(board, step("ana", 2), list(board.cards), "phase-3")
            act, wanted = (lambda store=store, base=base, made=made: store.commit(base, made)), apply(board, made)
        else:
            (backup,) = store.backups.all()
            act, wanted = (lambda store=store, backup=backup: store.restore(backup, "ana")), founded
        try:
            act()
        except NotSaved:
            refused += 1
            assert FileBoardStore(path).load()[0] in ([board, wanted] if lasting else [board])
            disk.well = True
            act()
        assert FileBoardStore(path).load()[0] == wanted, f"step {at}"
        history = FileBoardStore(path).history()
        assert replay(history.changes) == wanted, f"step {at}"
        assert len({change.id for change in history.changes}) == len(history.changes), f"step {at}"
        if not disk.failed:
            break
    else:
        pytest.fail("no end of steps")
    assert refused > 5


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (errno.ENOSPC, "disk full"),
        (errno.EROFS, "the disk is read-only"),
        (errno.EACCES, "no permission"),
        (errno.EIO, "the disk reports an error"),
        (errno.ENAMETOOLONG, "file name too long"),
    ],
)
def test_the_error_is_said_in_words(tmp_path: Path, error: int, words: str) -> None:
    path = tmp_path / "team.json"
    board, base = _founded(path)
    with pytest.raises(NotSaved, match=rf"team\.json: {words}$"):
        FileBoardStore(path, _Failing(0, error, lasting=True)).commit(base, _bulk(board))


_WRITER = """
import resource, signal, sys
from pathlib import Path
from state.board import edits
from state.board.changes import step
from state.board.difference import replay
from state.board.errors import NotSaved
from state.board.file_store import FileBoardStore

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
store = FileBoardStore(Path(sys.argv[1]))
board, version = store.load()
try:
    store.commit(version, edits.set_field(board, step("ana", 2), list(board.cards), "description", "x" * 100_000))
except NotSaved as caught:
    print(caught)
"""


def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    """The kernel's own refusal: a limit on the size of files, in a process of its own."""
    path = tmp_path / "team.json"
    board, _ = _founded(path)
    done = subprocess.run([sys.executable, "-c", _WRITER, path], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == f"{path}: file too large\n"
    _check_reader(path, [board])
    assert not list(tmp_path.glob(".*.new"))


_NO_WRITER = """
import os, sys, tempfile
from pathlib import Path
from state.board import edits
from state.board.backups import backups
from state.board.changes import step
from state.board.checking import check
from state.board.creating import create
from state.board.errors import NotSaved
from state.board.file_store import FileBoardStore

with tempfile.TemporaryDirectory() as made:
    # Whatever is imported late is imported now: the interpreter's folder may be closed to nobody.
    create(Path(made, "team.json"))
    FileBoardStore(Path(made, "team.json")).backups.keep(Path(made, "team.json"))
    check(Path(made, "team.json")), backups(Path(made, "team.json"))
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
path = Path(sys.argv[1])
store = FileBoardStore(path)
board, version = store.load()
print(len(board.cards), len(store.history().changes), check(path).flaws, len(backups(path)))
for act in (
    lambda: store.commit(version, edits.move(board, step("ana", 2), list(board.cards), "phase-2")),
    lambda: store.restore(backups(path)[0].path, "ana"),
):
    try:
        act()
    except NotSaved as caught:
        print(caught)
"""


@pytest.mark.parametrize("aside", [True, False], ids=["lock there", "no lock there"])
def test_a_folder_that_may_only_be_read_is_read(aside: bool) -> None:
    """As somebody who is not root, whom no folder refuses."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        path = folder / "team.json"
        board, base = _founded(path)
        FileBoardStore(path).commit(base, _bulk(board))
        if not aside:
            shutil.move(folder / ".team.json.d", folder / "elsewhere")
            (folder / ".team.json.d").mkdir()
            shutil.move(folder / "elsewhere" / "backups", folder / ".team.json.d" / "backups")
        before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
        for inside in folder.rglob("*"):
            inside.chmod(0o555 if inside.is_dir() else 0o666)
        if aside:
            (folder / ".team.json.d" / "lock").chmod(0o444)
        folder.chmod(0o555)
        try:
            done = subprocess.run(
                [sys.executable, "-c", _NO_WRITER, path],
                capture_output=True,
                text=True,
                timeout=60,
                check=True,
            )
        finally:
            folder.chmod(0o755)
            for inside in folder.rglob("*"):
                inside.chmod(0o755 if inside.is_dir() else 0o644)
        first, *refused = done.stdout.splitlines()
        assert first == "2 4 () 1"
        assert len(refused) == 2
        assert all(said == f"{path}: no permission" for said in refused)
        assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before
