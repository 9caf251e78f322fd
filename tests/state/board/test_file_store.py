import errno
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from tinydb import TinyDB

from state.board import backups, board_lock, edits
from state.board.changes import Change, Step, apply, reverse
from state.board.difference import replay
from state.board.errors import ChangeRefused, NewerSchema, NotSaved, Unreadable
from state.board.file_store import OUTSIDE, FileBoardStore
from state.board.model import Board, empty_board
from state.board.store import NOTHING, Conflict, Version, open_file


def _changes(board: Board, by: Step, points: int = 13) -> tuple[Change, ...]:
    return edits.set_field(board, by, [board.columns()["mvp"][0].uid], "points", points)


def _commit(store: FileBoardStore, by: Step, points: int = 13) -> Board:
    board, version = store.load()
    made = _changes(board, by, points)
    assert not isinstance(store.commit(version, made), Conflict)
    return apply(board, made)


def test_where_no_file_is_the_board_is_empty_and_nothing_is_made(tmp_path: Path) -> None:
    store = open_file(tmp_path / "data" / "team.json")
    assert store.load() == (empty_board(), NOTHING)
    assert not store.changed()
    assert list(tmp_path.iterdir()) == []


def test_the_first_commit_makes_the_file_and_its_folder(tmp_path: Path, founding: tuple[Change, ...]) -> None:
    path = tmp_path / "data" / "team.json"
    version = FileBoardStore(path).commit(NOTHING, founding)
    assert FileBoardStore(path).load() == (apply(empty_board(), founding), version)
    assert FileBoardStore(path).history().changes == founding


def test_any_tinydb_reads_the_file(stored: FileBoardStore) -> None:
    with TinyDB(stored.path) as database:
        assert database.tables() == {"board", "phases", "cards"}
        titles = [card["title"] for card in database.table("cards").all()]
    assert titles == [f"Card {n}" for n in range(1, 7)]


def test_a_commit_writes_the_documents_it_touches_and_no_other(stored: FileBoardStore, ana: Callable[[], Step]) -> None:
    documents = json.loads(stored.path.read_text())
    # A newer program may write what this one would leave out.
    for card in documents["cards"].values():
        card["lane"] = ""
    stored.path.write_text(json.dumps(documents, indent=2) + "\n")
    _commit(stored, ana())
    after = json.loads(stored.path.read_text())
    touched = [uid for uid, card in after["cards"].items() if card != documents["cards"][uid]]
    assert [after["cards"][uid]["points"] for uid in touched] == [13]
    assert {name: table for name, table in after.items() if name != "cards"} == {
        name: table for name, table in documents.items() if name != "cards"
    }


def test_a_commit_on_an_older_version_is_a_conflict_that_changes_nothing(
    stored: FileBoardStore, ana: Callable[[], Step], ben: Callable[[], Step]
) -> None:
    mine, base = stored.load()
    theirs = _commit(FileBoardStore(stored.path), ben(), 8)
    before = stored.path.read_bytes()
    conflict = stored.commit(base, _changes(mine, ana()))
    assert isinstance(conflict, Conflict)
    assert conflict.board == theirs
    assert stored.path.read_bytes() == before
    assert len(stored.history().changes) == 7
    assert stored.commit(conflict.version, _changes(theirs, ana())) == stored.load()[1]


def test_a_conflict_names_what_of_mine_is_in_already(stored: FileBoardStore, ana: Callable[[], Step]) -> None:
    board, base = stored.load()
    made = _changes(board, ana())
    stored.commit(base, made)
    again = stored.commit(base, made)
    assert isinstance(again, Conflict)
    assert again.landed == {change.id for change in made}


def test_changed_is_about_others(stored: FileBoardStore, ana: Callable[[], Step], ben: Callable[[], Step]) -> None:
    stored.load()
    assert not stored.changed()
    _commit(stored, ana())
    assert not stored.changed()
    _commit(FileBoardStore(stored.path), ben(), 8)
    assert stored.changed()
    stored.load()
    assert not stored.changed()


def test_changes_that_do_not_fit_are_refused_before_anything_is_written(
    stored: FileBoardStore, ana: Callable[[], Step]
) -> None:
    board, base = stored.load()
    made = _changes(board, ana())
    before = (stored.path.read_bytes(), stored.history())
    with pytest.raises(ChangeRefused):
        stored.commit(base, [*made, *made])
    assert (stored.path.read_bytes(), stored.history()) == before


def test_mode_bits_and_links_stay(stored: FileBoardStore, tmp_path: Path, ana: Callable[[], Step]) -> None:
    stored.path.chmod(0o640)
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "board.json"
    link.symlink_to(stored.path)
    board = _commit(FileBoardStore(link), ana())
    assert link.is_symlink()
    assert stat.S_IMODE(stored.path.stat().st_mode) == 0o640
    assert FileBoardStore(stored.path).load()[0] == board
    assert FileBoardStore(stored.path).history() == FileBoardStore(link).history()


def test_a_new_file_has_the_mode_that_the_mask_gives(path: Path, founding: tuple[Change, ...]) -> None:
    before = os.umask(0o027)
    try:
        FileBoardStore(path).commit(NOTHING, founding)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.parametrize(
    "content", [b"", b"{", b"<<<<<<< ours\n", b"\x00" * 100, b'{"board": {"1": {"schema": 1}}, "cards": {"5": {}}}']
)
def test_what_cannot_be_read_is_never_overwritten(
    stored: FileBoardStore, ana: Callable[[], Step], content: bytes
) -> None:
    board, base = stored.load()
    stored.path.write_bytes(content)
    for store in (stored, FileBoardStore(stored.path)):
        with pytest.raises(Unreadable, match=r"team\.json"):
            store.load()
        with pytest.raises(Unreadable):
            store.commit(base, _changes(board, ana()))
    assert stored.path.read_bytes() == content


def test_a_broken_file_names_the_newest_backup_from_which_all_comes_back(
    stored: FileBoardStore, ana: Callable[[], Step]
) -> None:
    before = stored.path.read_bytes()
    _commit(stored, ana())
    board = stored.load()[0]
    stored.path.write_text("oops")
    with pytest.raises(Unreadable, match="`cockpit board undo` then to all that the history has") as caught:
        stored.load()
    name = str(caught.value).partition("`cockpit board restore ")[2].partition("`")[0]
    backup = backups.named(stored.path, name)
    assert backup.path.read_bytes() == before
    backups.restore(stored.path, backup, "ana")
    restored, version = stored.load()
    assert restored != board
    last = stored.history().changes[-1].step
    changes = [change for change in stored.history().changes if change.step == last]
    stored.commit(version, reverse(restored, changes, ana()))
    assert stored.load()[0] == board


def test_the_newest_backup_copied_over_a_broken_file_gets_what_the_history_has(
    stored: FileBoardStore, ana: Callable[[], Step]
) -> None:
    _commit(stored, ana())
    (backup,) = backups.backups(stored.path)
    stored.path.write_bytes(backup.path.read_bytes())
    assert stored.load()[0].columns()["mvp"][0].points == 13, "the history had what the backup lacks"
    assert stored.notes == ("team.json: 1 change had reached the history only; taken from there",)


def test_a_newer_schema_is_refused_and_left(stored: FileBoardStore, ana: Callable[[], Step]) -> None:
    board, base = stored.load()
    newer = stored.path.read_bytes().replace(b'"schema": 1', b'"schema": 9')
    stored.path.write_bytes(newer)
    with pytest.raises(NewerSchema):
        stored.load()
    with pytest.raises(NewerSchema):
        stored.commit(base, _changes(board, ana()))
    assert stored.path.read_bytes() == newer


def test_a_file_that_went_is_not_begun_anew_over_its_history(stored: FileBoardStore, ana: Callable[[], Step]) -> None:
    _commit(stored, ana())
    stored.path.unlink()
    with pytest.raises(Unreadable, match=r"is not there, but its history is\. `cockpit board restore 20"):
        FileBoardStore(stored.path).load()


def test_what_a_killed_writer_left_is_swept(stored: FileBoardStore, ana: Callable[[], Step]) -> None:
    left = stored.path.with_name(".team.json.0badcafe.new")
    left.write_text("half")
    other = stored.path.with_name(".other.json.0badcafe.new")
    other.write_text("not ours")
    _commit(FileBoardStore(stored.path), ana())
    assert not left.exists()
    assert other.exists()


def test_a_backup_is_kept_once_an_hour(stored: FileBoardStore, ana: Callable[[], Step]) -> None:
    for points in range(10, 15):
        _commit(stored, ana(), points)
    folder = stored.path.with_name(".team.json.d") / "backups"
    assert len(list(folder.iterdir())) == 1
    assert (folder.parent / ".gitignore").read_text() == "*\n"


def test_a_lock_that_is_not_given_back_is_named_and_readers_go_on(
    stored: FileBoardStore, ana: Callable[[], Step], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_lock, "PATIENCE", 0.05)
    monkeypatch.setattr(board_lock, "READING_PATIENCE", 0.05)
    board, base = stored.load()
    with FileLock(stored.path.with_name(".team.json.d") / "lock"):
        with pytest.raises(
            NotSaved, match=r"another program \(process \d+ on .+\) has held its lock for 0\.05 seconds$"
        ):
            stored.commit(base, _changes(board, ana()))
        assert stored.load() == (board, base)
    assert stored.commit(base, _changes(board, ana())) != base


def test_a_folder_where_the_file_should_be_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="is a directory"):
        FileBoardStore(tmp_path).load()


def test_a_file_in_the_place_of_the_folder_is_said(tmp_path: Path, founding: tuple[Change, ...]) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotSaved, match="not a directory"):
        FileBoardStore(tmp_path / "file" / "team.json").commit(NOTHING, founding)


def test_an_unknown_version_is_a_conflict_not_a_loss(stored: FileBoardStore, ana: Callable[[], Step]) -> None:
    board, _ = stored.load()
    assert isinstance(stored.commit(Version("of another file"), _changes(board, ana())), Conflict)


def _by_hand(path: Path, **fields: object) -> str:
    """Sets fields of the first card as an editor would, and returns its uid."""
    documents = json.loads(path.read_text())
    uid = min(documents["cards"], key=lambda uid: documents["cards"][uid]["number"])
    documents["cards"][uid].update(fields)
    path.write_text(json.dumps(documents, indent=2) + "\n")
    return uid


def test_what_was_changed_by_hand_is_noted_before_the_next_change(
    stored: FileBoardStore, ana: Callable[[], Step]
) -> None:
    uid = _by_hand(stored.path, points=40, owner="somebody")
    board = _commit(stored, ana())
    noted = stored.history().changes[6:-1]
    assert [(change.who, change.card, change.field, change.old, change.new) for change in noted] == [
        (OUTSIDE, uid, "points", 1, 40),
        (OUTSIDE, uid, "owner", "", "somebody"),
    ]
    assert apply(empty_board(), stored.history().changes) == board == FileBoardStore(stored.path).load()[0]
    _commit(stored, ana(), 8)
    assert len(stored.history().changes) == 10, "once"


def test_a_file_that_is_only_written_differently_is_no_change(stored: FileBoardStore, ana: Callable[[], Step]) -> None:
    stored.path.write_text(json.dumps(json.loads(stored.path.read_text())))
    _commit(stored, ana())
    assert len(stored.history().changes) == 7


def test_a_board_without_its_history_begins_one_with_what_is_on_it(
    stored: FileBoardStore, ana: Callable[[], Step]
) -> None:
    stored.path.with_name("team.history.jsonl").unlink()
    board = _commit(FileBoardStore(stored.path), ana())
    assert apply(empty_board(), stored.history().changes) == board


def test_a_history_of_an_older_program_is_gone_on_with(stored: FileBoardStore, ana: Callable[[], Step]) -> None:
    history = stored.path.with_name("team.history.jsonl")
    lines = [json.loads(line) for line in history.read_text().splitlines()]
    history.write_text("".join(json.dumps({k: v for k, v in line.items() if k != "made"}) + "\n" for line in lines))
    _commit(FileBoardStore(stored.path), ana())
    assert len(stored.history().changes) == 7


def _two_of_a_number(path: Path) -> tuple[str, str]:
    """Gives the second card the number of the first, as a merge of text can; returns both."""
    documents = json.loads(path.read_text())
    first, second = sorted(documents["cards"], key=lambda uid: documents["cards"][uid]["number"])[:2]
    documents["cards"][second]["number"] = 1
    documents["cards"][second]["created"] = "2099-01-01T00:00:00Z"
    path.write_text(json.dumps(documents, indent=2) + "\n")
    return first, second


def test_two_cards_of_one_number_have_two_when_loaded_and_for_good_with_the_next_commit(
    stored: FileBoardStore, ana: Callable[[], Step]
) -> None:
    first, second = _two_of_a_number(stored.path)
    before = stored.path.read_bytes()
    one, other = FileBoardStore(stored.path), FileBoardStore(stored.path)
    board, version = one.load()
    assert other.load() == (board, version), "all who look see the same numbers"
    assert one.notes == ("two cards had the number C01: “Card 2” is C07 now",)
    assert (board.cards[first].number, board.cards[second].number) == (1, 7)
    assert stored.path.read_bytes() == before, "looking changes nothing"
    added = edits.new_card(board, ana(), "new")
    assert added.new["number"] == 8
    assert not isinstance(one.commit(version, [added]), Conflict)
    again = FileBoardStore(stored.path)
    after, _ = again.load()
    assert again.notes == ()
    assert after == apply(board, [added])
    assert json.loads(stored.path.read_text())["cards"][second]["number"] == 7
    assert replay(again.history().changes) == after


def test_a_change_of_a_card_that_gets_a_new_number_goes_with_it(
    stored: FileBoardStore, ana: Callable[[], Step]
) -> None:
    _, second = _two_of_a_number(stored.path)
    board, version = stored.load()
    removed = edits.remove_card(board, ana(), second)
    stored.commit(version, [removed])
    assert second not in FileBoardStore(stored.path).load()[0].cards
    assert apply(stored.load()[0], reverse(stored.load()[0], [removed], ana())).cards[second].number == 7


def test_a_file_that_is_marked_read_only_is_not_replaced(stored: FileBoardStore, ana: Callable[[], Step]) -> None:
    board, base = stored.load()
    stored.path.chmod(0o444)
    with pytest.raises(NotSaved, match=r"team\.json is read-only; nothing is changed until you may write to it$"):
        stored.commit(base, _changes(board, ana()))
    assert FileBoardStore(stored.path).load() == (board, base)
    stored.path.chmod(0o644)
    assert stored.commit(base, _changes(board, ana())) != base


@pytest.mark.parametrize("error", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS], ids=errno.errorcode.get)
def test_a_folder_without_locks_is_read_and_not_written(
    stored: FileBoardStore, ana: Callable[[], Step], monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    board, base = stored.load()
    before = {path: path.read_bytes() for path in stored.path.parent.rglob("*") if path.is_file()}

    def refused(descriptor: int, operation: int) -> None:
        raise OSError(error, os.strerror(error))

    with monkeypatch.context() as without:
        without.setattr("fcntl.flock", refused)
        with pytest.raises(NotSaved, match=r"team\.json: its folder's file system gives no locks, so two writers"):
            FileBoardStore(stored.path).commit(base, _changes(board, ana()))
        assert FileBoardStore(stored.path).load() == (board, base)
    assert {path: path.read_bytes() for path in stored.path.parent.rglob("*") if path.is_file()} == before
    assert not isinstance(FileBoardStore(stored.path).commit(base, _changes(board, ana())), Conflict)


def test_the_lock_of_a_holder_that_was_killed_is_free(stored: FileBoardStore, ana: Callable[[], Step]) -> None:
    lock = stored.path.with_name(".team.json.d") / "lock"
    held = "import sys, filelock as f; f.FileLock(sys.argv[1]).acquire(); print(1, flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", held, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        holder.kill()
        holder.wait()
    _commit(FileBoardStore(stored.path), ana())
