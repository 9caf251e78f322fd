import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.board import edits, moves
from state.board.changes import Change, Step, apply, reverse, step
from state.board.checking import Checked, check, flaws
from state.board.difference import replay
from state.board.errors import NewerSchema, Unreadable
from state.board.file_store import OUTSIDE, FileBoardStore
from state.board.format import board as read_board
from state.board.format import decode, encode, tables
from state.board.history import HistoryFile, union
from state.board.merging import MergeReport, merge_files, merge_tables
from state.board.model import Board, Comment
from state.board.store import Conflict, Version
from state.disk import Disk

_ROOT = Path(__file__).parents[3]
_DRIVER = Path(__file__).with_name("git_driver.py")
_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "points": st.sampled_from([1, 2, 3]),
    "owner": st.sampled_from(["ana", "ben"]),
    "tags": st.lists(st.sampled_from("abc"), unique=True, min_size=1),
    "newer": st.sampled_from([{"a": 1}, [1], None]),
}
_CARDS = st.dictionaries(st.sampled_from("123"), st.fixed_dictionaries({}, optional=_FIELDS), max_size=3)


def _documents(cards: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    whole = {uid: {"number": int(uid), "title": f"Card {uid}", **card} for uid, card in cards.items()}
    return {"board": {"1": {"schema": 1, "title": "x"}}, "cards": whole}


def _first(board: Board) -> str:
    return min(board.cards.values(), key=lambda card: card.number).uid


@given(_CARDS, _CARDS, _CARDS)
def test_what_one_side_alone_has_set_is_in_and_the_rest_is_named(
    base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]
) -> None:
    old, mine, others = map(_documents, (base, ours, theirs))
    merged, report = merge_tables(old, mine, others)
    for uid in {**mine["cards"], **others["cards"]}:
        was, here, there = (side["cards"].get(uid) for side in (old, mine, others))
        found = merged.get("cards", {}).get(uid)
        named = any(f"“Card {uid}”" in conflict for conflict in report.conflicts)
        if here is None or there is None or found is None:
            assert named or found == (there if here == was else here)
            continue
        for field in ("points", "owner", "newer"):
            before, a, b = ((side or {}).get(field, "nothing") for side in (was, here, there))
            expected = b if a == before else a
            assert found.get(field, "nothing") == expected
            asked = any(conflict.startswith(f"{field} of C0{uid} “Card {uid}”: ") for conflict in report.conflicts)
            assert asked == (a not in (before, b) and b != before)
    assert all(conflict.isprintable() for conflict in report.conflicts)


@given(_CARDS, _CARDS, _CARDS)
def test_without_conflicts_it_does_not_matter_who_merges(
    base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]
) -> None:
    old, mine, others = map(_documents, (base, ours, theirs))
    one, report = merge_tables(old, mine, others)
    other, turned = merge_tables(old, others, mine)
    assert bool(report.conflicts) == bool(turned.conflicts)
    if not report.conflicts:
        assert one == other


@given(_CARDS, _CARDS)
def test_a_side_that_changed_nothing_leaves_the_others_file_to_the_byte(
    base: dict[str, Any], ours: dict[str, Any]
) -> None:
    old, mine = _documents(base), _documents(ours)
    for sides in ((old, mine, old), (old, old, mine), (old, mine, mine)):
        merged, report = merge_tables(*sides)
        assert report == MergeReport()
        assert encode(merged) == encode(mine)


@pytest.fixture
def three(tmp_path: Path, board: Board) -> Callable[..., tuple[MergeReport, Path]]:
    """Merges two boards that come from the board of six cards, as files."""

    def merged(ours: Board, theirs: Board, base: Board | None = board) -> tuple[MergeReport, Path]:
        paths = [tmp_path / name for name in ("base", "ours", "theirs")]
        for path, of in zip(paths, (base, ours, theirs), strict=True):
            path.write_bytes(b"" if of is None else encode(tables(of)))
        return merge_files(*paths), paths[1]

    return merged


def _read(path: Path) -> Board:
    return read_board(decode(path.read_bytes(), path), path)


def test_two_fields_of_one_card_and_two_comments(
    board: Board, three: Callable[..., tuple[MergeReport, Path]], ana: Callable[[], Step], ben: Callable[[], Step]
) -> None:
    uid = _first(board)
    said = [Comment(text=by.who, who=by.who, when=by.when) for by in (ana(), ben())]
    ours = apply(board, edits.set_field(board, ana(), [uid], "points", 13))
    ours = apply(ours, edits.set_field(ours, ana(), [uid], "comments", [said[0]]))
    theirs = apply(board, edits.move(board, ben(), [uid], "phase-2"))
    theirs = apply(theirs, edits.set_field(theirs, ben(), [uid], "comments", [said[1]]))
    report, path = three(ours, theirs)
    assert report == MergeReport()
    card = _read(path).cards[uid]
    assert (card.points, card.phase, card.comments) == (13, "phase-2", tuple(said))


def test_a_card_put_to_two_places_stays_at_ours_and_no_rank_is_shown(
    board: Board, three: Callable[..., tuple[MergeReport, Path]], ana: Callable[[], Step], ben: Callable[[], Step]
) -> None:
    column = [card.uid for card in board.columns()["mvp"]]
    ours = apply(board, moves.rank(board, ana(), column[0], after=column[1]))
    theirs = apply(board, moves.rank(board, ben(), column[0], after=column[-1]))
    report, path = three(ours, theirs)
    assert report.conflicts == ("place of C01 “Card 1”: both sides have put it elsewhere, yours stands",)
    assert _read(path).cards[column[0]].rank == ours.cards[column[0]].rank


def test_one_field_set_twice_keeps_ours_and_is_named(
    board: Board, three: Callable[..., tuple[MergeReport, Path]], ana: Callable[[], Step], ben: Callable[[], Step]
) -> None:
    uid = _first(board)
    ours = apply(board, edits.set_field(board, ana(), [uid], "points", 13))
    theirs = apply(board, edits.set_field(board, ben(), [uid], "points", 8))
    theirs = apply(theirs, edits.set_setting(theirs, ben(), "band", [10, 30]))
    report, path = three(ours, theirs)
    assert report.conflicts == ("points of C01 “Card 1”: yours is 13, theirs 8",)
    assert _read(path).cards[uid].points == 13
    assert _read(path).settings.band == (10, 30)


def test_where_a_card_was_dropped_from_goes_with_its_phase(
    board: Board, three: Callable[..., tuple[MergeReport, Path]], ana: Callable[[], Step], ben: Callable[[], Step]
) -> None:
    uid = _first(board)
    dropped = apply(board, edits.drop(board, ana(), [uid], "bought"))
    moved = apply(board, edits.move(board, ben(), [uid], "phase-3"))
    report, ours = three(moved, dropped)
    assert [conflict.partition(" of ")[0] for conflict in report.conflicts] == ["phase"]
    assert (_read(ours).cards[uid].phase, _read(ours).cards[uid].dropped_from) == ("phase-3", None)
    report, ours = three(dropped, moved)
    assert len(report.conflicts) == 1
    kept = _read(ours).cards[uid].dropped_from
    assert kept is not None
    assert kept.reason == "bought"


def test_a_card_taken_away_on_one_side_and_changed_on_the_other_is_asked_about(
    board: Board, three: Callable[..., tuple[MergeReport, Path]], ana: Callable[[], Step], ben: Callable[[], Step]
) -> None:
    uid = _first(board)
    gone = apply(board, [edits.remove_card(board, ana(), uid)])
    changed = apply(board, edits.set_field(board, ben(), [uid], "points", 8))
    report, path = three(gone, changed)
    assert report.conflicts == ("C01 “Card 1”: you have taken it away, they have changed it",)
    assert uid not in _read(path).cards
    report, path = three(changed, gone)
    assert report.conflicts == ("C01 “Card 1”: you have changed it, they have taken it away",)
    assert _read(path).cards[uid].points == 8


def test_new_cards_of_one_number_get_two_whoever_merges(
    board: Board, three: Callable[..., tuple[MergeReport, Path]]
) -> None:
    ours = apply(board, [edits.new_card(board, step("ana", 2_000_000_000), "mine")])
    theirs = apply(board, [edits.new_card(board, step("ben", 2_000_000_060), "theirs")])
    first, path = three(ours, theirs)
    merged = _read(path)
    second, path = three(theirs, ours)
    assert _read(path) == merged
    assert {card.number: card.title for card in merged.cards.values() if card.number > 6} == {7: "mine", 8: "theirs"}
    assert [card.title for card in merged.columns()["unplanned"]] == ["mine", "theirs"]
    assert flaws(merged) == []
    assert first.notes == second.notes == ("two cards had the number C07: “theirs” is C08 now",)
    assert not first.conflicts


def test_the_first_to_start_a_card_is_right_and_nobody_is_asked(
    board: Board, three: Callable[..., tuple[MergeReport, Path]]
) -> None:
    uid = _first(board)
    sides = [
        apply(board, edits.set_state(board, step(who, when), [uid], edits.CardState.DONE))
        for who, when in (("ana", 2_000_000_060), ("ben", 2_000_000_000))
    ]
    report, path = three(*sides)
    assert report == MergeReport()
    assert _read(path).cards[uid].finished == sides[1].cards[uid].finished


def test_a_circle_that_only_both_sides_together_make_is_said(
    board: Board, three: Callable[..., tuple[MergeReport, Path]], ana: Callable[[], Step], ben: Callable[[], Step]
) -> None:
    one, other = sorted(board.cards, key=lambda uid: board.cards[uid].number)[:2]
    ours = apply(board, edits.set_field(board, ana(), [one], "needs", [other]))
    theirs = apply(board, edits.set_field(board, ben(), [other], "needs", [one]))
    report, _ = three(ours, theirs)
    assert report == MergeReport(notes=("these cards need each other in a circle: C01 → C02 → C01",))


def test_both_have_begun_a_board_where_there_was_none(
    board: Board, three: Callable[..., tuple[MergeReport, Path]], ana: Callable[[], Step]
) -> None:
    other = apply(board, [edits.new_card(board, ana(), "more")])
    report, path = three(board, other, None)
    assert report == MergeReport()
    assert _read(path) == other


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"<<<<<<< ours\n{}", Unreadable), (b'{"board": {"1": {"schema": 2}}}', NewerSchema), (b"[]", Unreadable)],
)
@pytest.mark.parametrize("broken", [0, 1, 2])
def test_what_is_no_board_is_refused_and_ours_stays(
    tmp_path: Path, board: Board, content: bytes, error: type[Exception], broken: int
) -> None:
    paths = [tmp_path / name for name in ("base", "ours", "theirs")]
    for at, path in enumerate(paths):
        path.write_bytes(content if at == broken else encode(tables(board)))
    before = paths[1].read_bytes()
    with pytest.raises(error, match=paths[broken].name):
        merge_files(*paths)
    assert paths[1].read_bytes() == before


def _history(path: Path, *batches: list[Change], base: str = "") -> bytes:
    history = HistoryFile(path, Disk())
    for at, batch in enumerate(batches):
        history.append(Version(f"{base}{at}"), batch)
    return path.read_bytes()


def _titles(who: str, *seconds: int) -> list[list[Change]]:
    return [[step(who, second).change("1", "title", at, at + 1) for at in range(2)] for second in seconds]


@given(st.data())
def test_a_union_has_each_batch_once_in_the_order_of_time_and_of_each_side(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("union")
    seconds = st.lists(st.integers(10, 20), max_size=4).map(sorted)
    shared = _titles("ana", 1, 2)
    ours, theirs = _titles("ana", *data.draw(seconds)), _titles("ben", *data.draw(seconds))
    one = _history(folder / "ours", *shared, *ours)
    other = folder / "theirs"
    other.write_bytes(b"".join(one.splitlines(keepends=True)[:4]))
    both = _history(other, *theirs, base="their")
    merged = folder / "merged"
    merged.write_bytes(union(one, both))
    assert union(both, one) == merged.read_bytes()
    assert union(merged.read_bytes(), one) == union(both, merged.read_bytes()) == merged.read_bytes()
    changes = HistoryFile(merged, Disk()).read().changes
    assert {change.id for change in changes} == {c.id for batch in (*shared, *ours, *theirs) for c in batch}
    assert [change.when for change in changes] == sorted(change.when for change in changes)
    for side in (ours, theirs):
        mine = [change.id for batch in side for change in batch]
        assert [change.id for change in changes if change.id in mine] == mine


def test_histories_are_known_by_what_is_in_them(tmp_path: Path) -> None:
    ours = _history(tmp_path / "a", *_titles("ana", 5))
    theirs = _history(tmp_path / "b", *_titles("ben", 3))
    (tmp_path / "base").write_bytes(b"")
    assert merge_files(tmp_path / "base", tmp_path / "a", tmp_path / "b") == MergeReport()
    assert (tmp_path / "a").read_bytes() == theirs + ours


def test_lines_that_cannot_be_read_stay_and_what_an_interrupted_write_left_goes(tmp_path: Path) -> None:
    ours = _history(tmp_path / "a", *_titles("ana", 5, 9))
    theirs = _history(tmp_path / "b", *_titles("ben", 7))
    first, second = ours.splitlines(keepends=True)[:2], ours.splitlines(keepends=True)[2:]
    odd = b"".join([*first, b"<<<<<<< odd\n", *second])
    made = union(odd + first[0], theirs + b'{"id": "ha')
    assert made == b"".join([*first, b"<<<<<<< odd\n", theirs, *second])


class _Repository:
    """A repository of git with a board in it, and a colleague's branch."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "team.json"
        folder.mkdir()
        self.git("init", "-q", "-b", "main")
        driver = f"{sys.executable} {_DRIVER} %O %A %B"
        self.git("config", "merge.cockpit.driver", driver)
        (folder / ".gitattributes").write_text("team.json merge=cockpit\nteam.history.jsonl merge=cockpit\n")

    def git(self, *arguments: str, fails: bool = False) -> str:
        own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "PYTHONPATH": str(_ROOT)}
        names = {f"GIT_{role}_{what}": "ana@x" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env={**os.environ, **own, **names},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert fails == bool(done.returncode), done.stderr
        return done.stdout + done.stderr

    def commit(self, make: Callable[[Board], Any]) -> None:
        store = FileBoardStore(self.path)
        board, version = store.load()
        assert not isinstance(store.commit(version, make(board)), Conflict)
        self.git("add", "-A")
        self.git("commit", "-qm", "board")


@pytest.fixture
def repository(tmp_path: Path, founding: tuple[Change, ...]) -> _Repository:
    if shutil.which("git") is None:
        pytest.skip("there is no git here")
    made = _Repository(tmp_path / "repository")
    made.commit(lambda board: founding)
    made.git("branch", "theirs")
    return made


def test_two_branches_of_git_merge_and_go_on_for_good(
    repository: _Repository, ana: Callable[[], Step], ben: Callable[[], Step]
) -> None:
    first = lambda board: _first(board)  # noqa: E731
    repository.commit(lambda board: edits.set_field(board, ana(), [first(board)], "points", 13))
    repository.commit(lambda board: [edits.new_card(board, ana(), "mine", phase="mvp")])
    repository.git("switch", "-q", "theirs")
    repository.commit(lambda board: edits.move(board, ben(), [first(board)], "phase-2"))
    repository.commit(lambda board: [edits.new_card(board, ben(), "theirs", phase="mvp")])
    repository.git("switch", "-q", "main")
    said = repository.git("merge", "--no-edit", "theirs")
    assert "two cards had the number C07" in said
    assert repository.git("status", "--short") == ""

    store = FileBoardStore(repository.path)
    board, version = store.load()
    assert store.notes == (), "all that the history has is in the file"
    assert (board.cards[first(board)].points, board.cards[first(board)].phase) == (13, "phase-2")
    assert {card.number: card.title for card in board.cards.values() if card.number > 6} == {7: "mine", 8: "theirs"}
    changes = store.history().changes
    assert [change.who for change in changes] == ["founder"] * 6 + ["ana"] * 2 + ["ben"] * 2
    checked = check(repository.path)
    assert (checked.flaws, len(checked.notes)) == ((), 1), "a merge without conflicts leaves a board that is well"

    mine = edits.set_field(board, ana(), [first(board)], "owner", "ana")
    assert not isinstance(store.commit(version, mine), Conflict)
    assert check(repository.path) == Checked(())
    assert replay(store.history().changes) == store.load()[0]
    noted = [change for change in store.history().changes if change.who == OUTSIDE]
    assert [(change.field, change.old, change.new) for change in noted] == [("number", 7, 8), ("rank", "a6", "a7")]
    # What was done on either branch can still be taken back.
    moved = [change for change in changes if change.field == "phase"]
    now, _ = store.load()
    assert apply(now, reverse(now, moved, ben())).cards[first(board)].phase == "mvp"


def test_the_other_side_merges_to_the_same_and_then_there_is_nothing_to_merge(
    repository: _Repository, ana: Callable[[], Step], ben: Callable[[], Step]
) -> None:
    repository.commit(lambda board: [edits.new_card(board, ana(), "mine")])
    repository.git("switch", "-q", "theirs")
    repository.commit(lambda board: [edits.new_card(board, ben(), "theirs")])
    repository.git("switch", "-q", "-c", "again", "main")
    repository.git("merge", "--no-edit", "theirs")
    one = repository.path.read_bytes(), repository.path.with_name("team.history.jsonl").read_bytes()
    repository.git("switch", "-q", "theirs")
    repository.git("merge", "--no-edit", "main")
    other = repository.path.read_bytes(), repository.path.with_name("team.history.jsonl").read_bytes()
    assert one == other
    repository.git("merge", "--no-edit", "again")
    assert repository.path.read_bytes() == one[0]


def test_git_asks_where_both_set_one_field_and_keeps_ours(
    repository: _Repository, ana: Callable[[], Step], ben: Callable[[], Step]
) -> None:
    repository.commit(lambda board: edits.set_field(board, ana(), [_first(board)], "points", 13))
    repository.git("switch", "-q", "theirs")
    repository.commit(lambda board: edits.set_field(board, ben(), [_first(board)], "points", 8))
    repository.git("switch", "-q", "main")
    said = repository.git("merge", "--no-edit", "theirs", fails=True)
    assert "points of C01 “Card 1”: yours is 13, theirs 8" in said
    assert repository.git("status", "--short").splitlines() == ["M  team.history.jsonl", "UU team.json"]
    store = FileBoardStore(repository.path)
    board, version = store.load()
    assert board.cards[_first(board)].points == 13
    repository.git("add", "team.json")
    repository.git("commit", "-qm", "merged")
    store.commit(version, edits.set_field(board, ana(), [_first(board)], "owner", "ana"))
    assert replay(store.history().changes) == store.load()[0]


def test_git_s_own_merge_of_the_text_is_understood_too(
    repository: _Repository, ana: Callable[[], Step], ben: Callable[[], Step]
) -> None:
    (repository.folder / ".gitattributes").write_text("team.history.jsonl merge=union\n")
    repository.commit(lambda board: edits.set_field(board, ana(), [_first(board)], "points", 13))
    repository.git("switch", "-q", "theirs")
    (repository.folder / ".gitattributes").write_text("team.history.jsonl merge=union\n")
    repository.commit(lambda board: edits.move(board, ben(), [max(board.cards)], "phase-3"))
    repository.git("switch", "-q", "main")
    repository.git("merge", "--no-edit", "theirs")
    store = FileBoardStore(repository.path)
    board, version = store.load()
    assert board.cards[_first(board)].points == 13
    assert board.cards[max(board.cards)].phase == "phase-3"
    store.commit(version, edits.set_field(board, ana(), [_first(board)], "owner", "ana"))
    assert replay(store.history().changes) == store.load()[0]
    assert check(repository.path) == Checked(())


def test_one_moved_card_is_one_changed_line_of_git(repository: _Repository, ana: Callable[[], Step]) -> None:
    repository.commit(lambda board: edits.move(board, ana(), [_first(board)], "phase-2"))
    changed = repository.git("diff", "-U0", "HEAD~1", "--", "team.json").splitlines()
    assert [line for line in changed if line.startswith(("+ ", "- "))] == [
        '-      "phase": "mvp",',
        '+      "phase": "phase-2",',
    ]
    assert json.loads(repository.path.read_text())["board"]["1"]["schema"] == 1
