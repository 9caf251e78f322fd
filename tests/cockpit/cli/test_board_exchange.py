import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from state.board.model import Board
from state.board.store import open_file

FORMS = ("csv", "json", "markdown")


@pytest.mark.parametrize("form", FORMS)
def test_what_is_exported_is_imported_without_a_change(run, board: Callable[[], Board], form: str) -> None:
    run("edit", "C03", "description=One\n\n- two", "tags+==1+1", "owner=@ana", "comments+=a -->", "due=2026-12-01")
    before = board()
    exported = run("export", "-f", form)
    assert (exported.code, exported.err) == (0, "")
    ended = run("import", "-", "--yes", "-f", form, "--everything", stdin=exported.out)
    assert ended.code == 0
    assert ended.lines[-1] == "0 added, 0 changed, 6 as they were; 0 not understood or left out"
    assert board() == before


@pytest.mark.parametrize("form", FORMS)
def test_another_board_takes_all_cards_of_an_export(run, board: Callable[[], Board], tmp_path: Path, form: str) -> None:
    file, other = tmp_path / f"cards.{form}".replace("markdown", "md"), tmp_path / "other.json"
    assert run("export", str(file)).err == f"cockpit: 6 cards are in {file}\n"
    assert run("import", str(file), "--yes", "--board", str(other)).code == 0
    assert open_file(other).load()[0].cards == board().cards


def test_a_json_export_is_a_board_of_its_own(run, board: Callable[[], Board], tmp_path: Path) -> None:
    run("export", str(tmp_path / "copy.json"))
    assert open_file(tmp_path / "copy.json").load()[0] == board()


def test_an_export_takes_the_filter(run) -> None:
    rows = list(csv.DictReader(io.StringIO(run("export", "--filter", "phase:phase-2").out)))
    assert [row["number"] for row in rows] == ["5", "6"]
    assert len(json.loads(run("export", "-f", "json", "--filter", "C01").out)["cards"]) == 1


def test_records_of_a_list_are_imported_too(run, board: Callable[[], Board], tmp_path: Path) -> None:
    before = board()
    listed = run("list", "-o", "json").out
    ended = run("import", "-", stdin=listed)
    assert ended.lines[-1] == "0 added, 0 changed, 6 as they were; 0 not understood or left out"
    run("import", "-", "--yes", stdin='[{"card": "C01", "owner": "ana", "needs": ["C03"]}]')
    card = board().numbered("C01")
    need = before.numbered("C03")
    assert card is not None
    assert need is not None
    assert (card.owner, card.needs, card.points) == ("ana", (need.uid,), 1)


def test_an_import_is_shown_first_and_changes_nothing(run, path: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Summary,Estimate\nNew one,3\n")
    before = path.read_bytes()
    ended = run("import", str(tmp_path / "a.csv"))
    assert (ended.code, ended.err) == (0, "cockpit: nothing is changed yet; --yes does it\n")
    assert ended.lines == [
        "columns: Summary → title; Estimate → points",
        "+ C07 New one to unplanned (row 2)",
        "1 added, 0 changed, 0 as they were; 0 not understood or left out",
    ]
    assert path.read_bytes() == before


def test_an_import_is_one_step(run, board: Callable[[], Board], tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Summary,Status,Milestone\nCard 1,Done,\nNew one,To Do,Later\nNewer,,Later\n")
    before = board()
    assert run("import", str(tmp_path / "a.csv"), "--yes", "--phases").code == 0
    assert board().phase("later") is not None
    assert len(board().cards) == 8
    assert run("undo").code == 0
    assert board() == before


def test_an_import_tells_programs_what_it_did(run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("Summary;Estimate;Watchers\nÜber;XL;3\nCard 2;13;\n".encode("latin-1"))
    ended = run("import", str(tmp_path / "a.csv"), "-o", "json", "--apply")
    found = ended.json
    assert (found["done"], found["form"], found["encoding"]) == (True, "csv", "windows-1252 (latin-1)")
    assert found["columns"] == [
        {"column": "Summary", "field": "title", "how": None},
        {"column": "Estimate", "field": "points", "how": None},
        {"column": "Watchers", "field": None, "how": None},
    ]
    assert [(one["card"], one["title"], one["place"]) for one in found["added"]] == [("C07", "Über", "row 2")]
    (changed,) = found["changed"]
    assert (changed["card"], changed["found_by"]) == ("C02", "title")
    assert changed["fields"] == [{"field": "points", "old": 2, "new": 13}]
    assert found["remarks"] == [
        {"place": "row 2", "column": "Estimate", "value": None, "why": "“XL” is no number"},
    ]
    assert ended.err == "cockpit: the file is not UTF-8; it was read as windows-1252 (latin-1)\n"


def test_a_strict_import_takes_all_or_nothing(run, path: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Summary,Estimate\nNew one,XL\n")
    before = path.read_bytes()
    ended = run("import", str(tmp_path / "a.csv"), "--strict", "--yes")
    assert ended.code == 1
    assert "nothing is changed: --strict" in ended.err
    assert path.read_bytes() == before
    (tmp_path / "a.csv").write_text("Summary,Estimate\nNew one,5\n")
    assert run("import", str(tmp_path / "a.csv"), "--strict", "--yes").code == 0
    assert path.read_bytes() != before


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.csv", b"", "it is empty"),
        ("a.csv", b"\xef\xbb\xbf \r\n", "it is empty"),
        ("a.csv", b"Colour,Size\nred,3\n", "no column of it names the cards"),
        ("a.json", b"{ no json", "it is not JSON"),
        ("a.json", b"3", "it is neither a board file nor a list of cards"),
        ("a.json", b'{"board": {"1": {"schema": 99}}}', "written by a newer cockpit"),
        ("a.json", b'{"board": {"1": {"schema": 1}}, "cards": {"1": 3}}', "it must be an object"),
        ("a.json", b'{"board": {"1": {"schema": 1, "band": "wide"}}, "cards": {}}', "band"),
        ("a.md", b"Only prose.\n", "no heading and no item"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    run, path: Path, tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    before = path.read_bytes()
    (tmp_path / name).write_bytes(data)
    ended = run("import", str(tmp_path / name), "--yes", "--everything")
    assert (ended.code, ended.out) == (1, "")
    assert said in ended.err
    assert ended.err.count("\n") == 1
    assert path.read_bytes() == before


def test_files_that_cannot_be_had_are_named(run, tmp_path: Path, path: Path) -> None:
    assert run("import", str(tmp_path / "nowhere.csv")).code == 1
    assert run("export", str(tmp_path / "nowhere" / "a.csv")).code == 1
    assert run("export", str(tmp_path / "a.docx")).code == 2
    assert "is the board itself" in run("export", str(path)).err


# --- the board's file as a file ---


def test_new_makes_an_empty_board_and_never_another_one(run, tmp_path: Path) -> None:
    file = tmp_path / "fresh.json"
    assert run("new", "--board", str(file), "--title", "Shop").err == f"cockpit: {file} is made\n"
    assert open_file(file).load()[0].settings.title == "Shop"
    before = file.read_bytes()
    ended = run("new", "--board", str(file))
    assert ended.code == 1
    assert "is there already" in ended.err
    assert file.read_bytes() == before


def test_new_with_the_catalogue_has_what_is_nobody_s_in_particular(run, tmp_path: Path) -> None:
    file = str(tmp_path / "fresh.json")
    run("new", "--catalogue", "--board", file)
    cards = run("list", "--board", file, "-o", "json").json
    assert len(cards) == 54
    assert not any(card["owner"] or card["apps"] or card["started"] or card["state"] != "todo" for card in cards)
    share = run("share", "--board", file, "-o", "json").json
    assert (share["points"], share["whole"], share["verdict"]) == (103, 342, "in band")
    assert share["percent"] == pytest.approx(30.12, abs=0.005)
    assert share["floor"]["percent"] == pytest.approx(20.47, abs=0.005)
    assert {one["who"] for one in run("history", "--board", file, "-o", "json").json} == {"ana"}
    assert run("check", "--board", file).code == 0


def test_check_says_what_is_wrong(run, path: Path) -> None:
    assert run("check").code == 0
    documents = json.loads(path.read_text())
    for card in documents["cards"].values():
        card["number"] = 1
    path.write_text(json.dumps(documents))
    ended = run("check", "-o", "json")
    assert ended.code == 1
    assert "C01 is the number of 6 cards" in ended.json["flaws"][0]
    path.write_text("{ no board")
    assert run("check").code == 1


def test_a_backup_is_restored_and_that_is_undone(run, board: Callable[[], Board]) -> None:
    run("edit", "C01", "owner=ana")
    (kept, *_) = run("backups", "-o", "json").json
    before = board()
    ended = run("restore", kept["name"])
    assert ended.code == 0
    assert board() != before
    run("undo")
    assert board() == before
    assert run("restore", "never").code == 1


def test_merge_is_a_merge_driver(run, path: Path, tmp_path: Path) -> None:
    base = path.read_bytes()
    for side, words in (("theirs", ["C01", "owner=ben", "points=8"]), ("ours", ["C01", "owner=ana", "lane=Net"])):
        (tmp_path / f"{side}.json").write_bytes(base)
        (tmp_path / "base.json").write_bytes(base)
        run("edit", *words, "--board", str(tmp_path / f"{side}.json"))
    files = [str(tmp_path / f"{side}.json") for side in ("base", "ours", "theirs")]
    ended = run("merge", *files)
    assert (ended.code, ended.out) == (1, "")
    assert "owner of C01" in ended.err
    card = next(one for one in json.loads((tmp_path / "ours.json").read_text())["cards"].values() if one["number"] == 1)
    assert (card["owner"], card["points"], card["lane"]) == ("ana", 8, "Net")
    (tmp_path / "ours.json").write_bytes(base)
    assert run("merge", *files).code == 0
    assert (tmp_path / "ours.json").read_bytes() == (tmp_path / "theirs.json").read_bytes()
    (tmp_path / "theirs.json").write_text("{ no board")
    assert run("merge", *files).code == 1


def test_an_import_on_a_board_that_somebody_changes_meanwhile_is_made_on_what_is_there(
    run, board: Callable[[], Board], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cockpit.cli.board import exchanging

    (tmp_path / "a.csv").write_text("Summary,Assignee\nNew one,\nCard 1,ana\n")
    real, once = exchanging.take, []

    def meddled(*arguments, **options):
        if not once:
            once.append(1)
            assert run("add", "Faster").out == "C07\n"
        return real(*arguments, **options)

    monkeypatch.setattr(exchanging, "take", meddled)
    assert run("import", str(tmp_path / "a.csv"), "--yes").code == 0
    found = board()
    assert [(card.label, card.title) for card in found.cards.values()][-2:] == [("C07", "Faster"), ("C08", "New one")]
    first = found.numbered("C01")
    assert first is not None
    assert msgspec.structs.asdict(first)["owner"] == "ana"
