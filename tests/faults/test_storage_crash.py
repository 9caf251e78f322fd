"""What a reader finds after a crash at every step of a commit, whatever of it had reached the disk."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from state.board import edits
from state.board.changes import Change, apply, step
from state.board.file_store import FileBoardStore
from state.board.model import Board, empty_board
from state.board.store import Conflict, Version
from state.disk import Disk


class _Recording(Disk):
    """Does every step, and writes down what it was."""

    def __init__(self) -> None:
        self.steps: list[tuple[Any, ...]] = []
        self._paths: dict[int, Path] = {}

    def create(self, path: Path, mode: int) -> int:
        descriptor = super().create(path, mode)
        self._paths[descriptor] = path
        self.steps.append(("create", path))
        return descriptor

    def append(self, path: Path) -> int:
        new = not path.exists()
        descriptor = super().append(path)
        self._paths[descriptor] = path
        if new:
            self.steps.append(("create", path))
        return descriptor

    def write(self, descriptor: int, data: bytes) -> None:
        super().write(descriptor, data)
        # A write can be cut anywhere; three places stand for all.
        for part in (data[: len(data) // 2], data[len(data) // 2 : -1], data[-1:]):
            self.steps.append(("write", self._paths[descriptor], part))

    def truncate(self, descriptor: int, size: int) -> None:
        super().truncate(descriptor, size)
        self.steps.append(("truncate", self._paths[descriptor], size))

    def sync(self, descriptor: int) -> None:
        super().sync(descriptor)
        self.steps.append(("sync", self._paths[descriptor]))

    def rename(self, old: Path, new: Path) -> None:
        super().rename(old, new)
        self.steps.append(("rename", old, new))

    def link(self, old: Path, new: Path) -> None:
        super().link(old, new)
        self.steps.append(("link", old, new))

    def unlink(self, path: Path) -> None:
        super().unlink(path)
        self.steps.append(("unlink", path))

    def sync_folder(self, path: Path) -> None:
        super().sync_folder(path)
        self.steps.append(("sync_folder", path))


@dataclass
class _File:
    written: bytes = b""
    synced: bytes = b""


@dataclass
class _CrashedDisk:
    """The names and contents of a disk: as the program sees them, and as they are once the power is gone.

    POSIX promises contents after fsync of the file, names after fsync of the folder, and nothing else.
    """

    names: dict[Path, _File] = field(default_factory=dict)
    synced_names: dict[Path, _File] = field(default_factory=dict)

    def play(self, what: str, path: Path, *rest: Any) -> None:
        if what == "create":
            self.names[path] = _File()
        elif what == "write":
            self.names[path].written += rest[0]
        elif what == "truncate":
            self.names[path].written = self.names[path].written[: rest[0]]
        elif what == "sync":
            self.names[path].synced = self.names[path].written
        elif what == "rename":
            self.names[rest[0]] = self.names.pop(path)
        elif what == "link":
            self.names[rest[0]] = self.names[path]
        elif what == "unlink":
            self.names.pop(path, None)
        elif what == "sync_folder":
            here = {name: file for name, file in self.names.items() if name.parent == path}
            elsewhere = {name: file for name, file in self.synced_names.items() if name.parent != path}
            self.synced_names = {**elsewhere, **here}

    def remains(self) -> Iterator[dict[Path, bytes]]:
        """What can be left: names and contents as written or as synced, and each name alone written."""
        alone = [
            {**self.synced_names, path: file}
            for path, file in self.names.items()
            if self.synced_names.get(path) is not file
        ]
        for names in (self.names, self.synced_names, *alone):
            yield {path: file.written for path, file in names.items()}
            yield {path: file.synced for path, file in names.items()}


def _edits(board: Board) -> list[tuple[Change, ...]]:
    """Commits of all kinds: single, bulk, growing and shrinking the file."""
    commits: list[tuple[Change, ...]] = []
    for number in range(1, 4):
        made = (edits.new_card(board, step("ana", number), f"Card {number}", phase="mvp", description="x" * 300),)
        board = apply(board, made)
        commits.append(made)
    uids = list(board.cards)
    bulk = edits.move(board, step("ana", 10), uids, "phase-2")
    board = apply(board, bulk)
    shorter = edits.set_field(board, step("ana", 11), uids[:1], "description", "")
    board = apply(board, shorter)
    removal = (edits.remove_card(board, step("ana", 12), uids[2]),)
    board = apply(board, removal)
    moved_back = edits.move(board, step("ana", 13), uids[:2], "mvp")
    return [*commits, bulk, shorter, removal, moved_back]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[Any, ...]], list[Board]]:
    """The folder, the steps with a mark where each commit was acknowledged, and the board after each commit."""
    folder = tmp_path_factory.mktemp("recorded")
    disk = _Recording()
    store = FileBoardStore(folder / "team.json", disk)
    board, version = store.load()
    boards = [board]
    for made in _edits(board):
        answer = store.commit(version, made)
        assert not isinstance(answer, Conflict)
        version = Version(answer)
        disk.steps.append(("acknowledged", folder))
        boards.append(apply(boards[-1], made))
    return folder, disk.steps, boards


def _crashes(steps: list[tuple[Any, ...]], disk: _CrashedDisk) -> Iterator[tuple[str, int, dict[Path, bytes]]]:
    """Every moment and every remainder: a name, how many commits were acknowledged, the files."""
    acknowledged = 0
    for number, (what, *rest) in enumerate(steps):
        if what == "acknowledged":
            acknowledged += 1
        else:
            disk.play(what, *rest)
        for extreme, files in enumerate(disk.remains()):
            yield f"step {number} ({what}), remainder {extreme}", acknowledged, files


def _lay_out(files: dict[Path, bytes], base: Path, here: Path) -> None:
    here.mkdir(parents=True)
    for path, data in files.items():
        target = here / path.relative_to(base)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def _check(here: Path, possible: list[Board], name: str) -> None:
    """Whoever comes next finds one of the possible boards, its history tells the same, and it can go on from there."""
    store = FileBoardStore(here / "team.json")
    board, version = store.load()
    assert board in possible, name
    history = store.history()
    assert apply(empty_board(), history.changes) == board, name
    assert len({change.id for change in history.changes}) == len(history.changes), name

    more = (edits.new_card(board, step("ben", 99), "after the crash"),)
    _go_on(store, version, more)
    again = FileBoardStore(here / "team.json")
    assert again.load()[0] == apply(board, more), name
    assert again.notes == (), name
    assert apply(empty_board(), again.history().changes) == apply(board, more), name
    assert again.history().flaws == (), name
    assert not list(here.glob(".*.new")), name


def _go_on(store: FileBoardStore, version: Version, more: tuple[Change, ...]) -> None:
    answer = store.commit(version, more)
    if isinstance(answer, Conflict):
        # What the history alone had is in the file now, under its new version.
        assert not answer.landed & {change.id for change in more}
        assert not isinstance(store.commit(answer.version, more), Conflict)


def test_after_a_crash_at_every_step_no_acknowledged_change_is_lost_and_none_is_doubled(
    recorded: tuple[Path, list[tuple[Any, ...]], list[Board]], tmp_path: Path
) -> None:
    folder, steps, boards = recorded
    seen: set[tuple[int, frozenset[tuple[Path, bytes]]]] = set()
    for name, acknowledged, files in _crashes(steps, _CrashedDisk()):
        key = acknowledged, frozenset(files.items())
        if key not in seen:
            seen.add(key)
            here = tmp_path / str(len(seen))
            _lay_out(files, folder, here)
            _check(here, boards[acknowledged : acknowledged + 2], name)
    assert len(seen) > 60


def test_a_crash_while_a_crash_is_mended_loses_nothing_either(
    recorded: tuple[Path, list[tuple[Any, ...]], list[Board]], tmp_path: Path
) -> None:
    folder, steps, boards = recorded
    last = max(at for at, (what, *_) in enumerate(steps) if what == "acknowledged" and at < len(steps) - 1)
    seen: set[frozenset[tuple[Path, bytes]]] = set()
    for name, acknowledged, files in _crashes(steps, _CrashedDisk()):
        number = int(name.split()[1])
        if number <= last or frozenset(files.items()) in seen:
            continue
        seen.add(frozenset(files.items()))
        first = tmp_path / f"first {len(seen)}"
        _lay_out(files, folder, first)
        board, version = FileBoardStore(first / "team.json").load()
        more = (edits.new_card(board, step("ben", 99), "while mending"),)
        possible = [*boards[acknowledged : acknowledged + 2], board, apply(board, more)]
        before = _as_it_lies(first)
        disk = _Recording()
        _go_on(FileBoardStore(first / "team.json", disk), version, more)
        for again, _, left in _crashes(disk.steps, before):
            key = frozenset((path.relative_to(first), data) for path, data in left.items())
            if key in seen:
                continue
            seen.add(key)
            here = tmp_path / f"second {len(seen)}"
            _lay_out(left, first, here)
            _check(here, possible, f"{name}, then {again}")
    assert len(seen) > 60


def _as_it_lies(folder: Path) -> _CrashedDisk:
    """A disk on which all files of a folder are synced."""
    disk = _CrashedDisk()
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        disk.names[path] = disk.synced_names[path] = _File(path.read_bytes(), path.read_bytes())
    return disk


def _edited_outside(path: Path) -> None:
    """What a merge of text may leave: other points, and two cards of one number."""
    documents = json.loads(path.read_text())
    for card in documents["cards"].values():
        card.update(number=1, points=20)
    path.write_text(json.dumps(documents, indent=2) + "\n")


def _commit_more(store: FileBoardStore) -> None:
    board, version = store.load()
    more = (edits.new_card(board, step("ana", 50), "more"),)
    assert not isinstance(store.commit(version, more), Conflict)


def _restore(store: FileBoardStore) -> None:
    store.restore(store.backups.all()[0], "ana")


def _restore_over_nothing_to_read(store: FileBoardStore) -> None:
    store.path.write_text("oops")
    _restore(store)


@pytest.mark.parametrize("act", [_commit_more, _restore, _restore_over_nothing_to_read])
def test_a_crash_while_edits_by_hand_are_noted_or_a_backup_comes_back_leaves_the_one_board_or_the_other(
    tmp_path: Path, act: Callable[[FileBoardStore], None]
) -> None:
    folder = tmp_path / "recorded"
    first = FileBoardStore(folder / "team.json")
    board, version = first.load()
    for made in _edits(board)[:4]:
        answer = first.commit(version, made)
        assert not isinstance(answer, Conflict)
        version = answer
    _edited_outside(folder / "team.json")
    if act is _restore_over_nothing_to_read:
        (folder / "team.json").write_text("oops")
    before = _as_it_lies(folder)
    possible = [] if act is _restore_over_nothing_to_read else [FileBoardStore(folder / "team.json").load()[0]]
    disk = _Recording()
    act(FileBoardStore(folder / "team.json", disk))
    possible.append(FileBoardStore(folder / "team.json").load()[0])
    seen: set[frozenset[tuple[Path, bytes]]] = set()
    for name, _, files in _crashes(disk.steps, before):
        if frozenset(files.items()) in seen:
            continue
        seen.add(frozenset(files.items()))
        here = tmp_path / str(len(seen))
        _lay_out(files, folder, here)
        store = FileBoardStore(here / "team.json")
        if files[folder / "team.json"] == b"oops":
            _restore(store)
        found, version = store.load()
        assert [card.number for card in found.cards.values()] != [1, 1, 1]
        assert found in possible, name
        more = (edits.new_card(found, step("ben", 99), "after the crash"),)
        _go_on(store, version, more)
        again = FileBoardStore(here / "team.json")
        assert again.load()[0] == apply(found, more), name
        assert again.notes == (), name
        history = again.history()
        assert apply(empty_board(), history.changes) == apply(found, more), name
        assert history.flaws == (), name
        assert len({change.id for change in history.changes}) == len(history.changes), name
    assert len(seen) > 6


def test_the_recording_covers_what_can_go_wrong(
    recorded: tuple[Path, list[tuple[Any, ...]], list[Board]],
) -> None:
    folder, steps, boards = recorded
    assert {what for what, *_ in steps} >= {"create", "write", "sync", "rename", "sync_folder", "link", "acknowledged"}
    # A model that always found everything on the disk would prove nothing.
    remains = [set(map(str, files)) for _, _, files in _crashes(steps, _CrashedDisk())]
    assert any(not files for files in remains)
    assert FileBoardStore(folder / "team.json").load()[0] == boards[-1]


def test_writing_in_place_would_be_caught(tmp_path: Path) -> None:
    """The model itself: without the sync of the file a rename leaves an empty one."""
    disk = _CrashedDisk()
    new, old = tmp_path / "new", tmp_path / "team.json"
    for made in (("create", new), ("write", new, b"all"), ("rename", new, old), ("sync_folder", tmp_path)):
        disk.play(*made)
    assert {old: b""} in list(disk.remains())
