import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cockpit.cli.board.output import table
from state.board.model import Board, CardState
from state.board.store import open_file

COCKPIT = str(Path(sys.executable).with_name("cockpit"))


# --- list and show ---


def test_cards_are_listed_phase_by_phase_in_rank_order(run) -> None:
    ended = run("list")
    assert (ended.code, ended.err) == (0, "")
    assert ended.lines[0].split() == [
        "CARD",
        "PHASE",
        "STATE",
        "BLOCKED",
        "POINTS",
        "VALUE",
        "MOSCOW",
        "OWNER",
        "TITLE",
    ]
    assert [line.split()[0] for line in ended.lines[1:]] == ["C01", "C02", "C03", "C04", "C05", "C06"]


def test_a_list_takes_the_screen_s_filter(run) -> None:
    assert [card["card"] for card in run("list", "phase:mvp", "!blocked", "-o", "json").json] == ["C01", "C03", "C04"]
    assert run("list", "points:>2", "phase:mvp", "-o", "json", "--columns", "card").json[0]["points"] == 3


def test_a_list_in_csv_has_the_columns_that_were_asked_for(run) -> None:
    rows = list(csv.DictReader(io.StringIO(run("list", "blocked", "-o", "csv", "--columns", "card,needs,points").out)))
    assert rows == [
        {"card": "C02", "needs": "C01", "points": "2"},
        {"card": "C06", "needs": "C05", "points": "6"},
    ]


def test_json_has_every_field_of_a_card_whatever_is_said(run, board: Callable[[], Board]) -> None:
    (card,) = run("list", "C03", "-o", "json").json
    (model,) = (one for one in board().cards.values() if one.number == 3)
    assert set(card) == {"card", "blocked", "open_needs", *model.__struct_fields__}
    assert (card["needs"], card["points"], card["owner"], card["due"]) == ([], 3, "", None)


def test_show_is_one_object(run) -> None:
    card = run("show", "c6", "-o", "json").json
    assert (card["card"], card["needs"], card["open_needs"], card["blocked"]) == ("C06", ["C05"], ["C05"], True)
    assert run("show", "C06").lines[0] == "C06 Card 6"


def test_a_board_that_is_not_there_is_empty_and_stays_away(run, tmp_path: Path) -> None:
    ended = run("list", "-o", "json", "--board", str(tmp_path / "other.json"))
    assert (ended.code, ended.json) == (0, [])
    assert ended.err == f"cockpit: {tmp_path}/other.json is not there yet: the board is empty\n"
    assert not (tmp_path / "other.json").exists()


def test_in_a_pipe_nothing_is_cut_and_nothing_is_coloured(path: Path, run) -> None:
    title = "A title that is longer than any terminal is wide " * 10
    run("add", title)
    done = subprocess.run(
        [COCKPIT, "board", "list", "--board", str(path)],
        capture_output=True,
        text=True,
        check=True,
        env={"HOME": str(path.parent), "COLUMNS": "40", "PYTHONUTF8": "1"},
    )
    assert title.strip() in done.stdout
    assert "\x1b" not in done.stdout


def test_on_a_terminal_the_last_column_is_cut() -> None:
    assert table(["A", "TITLE"], [["1", "x" * 100]], 40) == ["A  TITLE", "1  " + "x" * 36 + "…"]
    assert table(["A", "TITLE"], [["日本", "\x1b[31mred\nhot"]], None) == ["A     TITLE", "日本  red hot"]


def test_a_command_imports_no_screen_and_no_cluster(path: Path) -> None:
    code = (
        "import sys; from cockpit.cli.root import cockpit; "
        f"cockpit(['board', 'list', '--board', {str(path)!r}], standalone_mode=False); "
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = set(done.stdout.splitlines()[-1].split())
    assert not modules & {"textual", "kubernetes", "aiohttp", "urllib3", "requests", "yaml", "screens", "widgets"}
    assert "state" in modules


# --- which board ---


def test_the_board_may_be_named_before_and_behind_the_verb(run, path: Path, tmp_path: Path) -> None:
    other = str(tmp_path / "other.json")
    assert run("--board", other, "add", "One").out == "C01\n"
    assert run("add", "Two", "--board", other).out == "C02\n"
    assert run("--board", str(path), "list", "-o", "json", "--board", other).json[1]["title"] == "Two"


def test_the_configuration_names_the_board_and_who(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COCKPIT_BOARD")
    monkeypatch.delenv("COCKPIT_WHO")
    config = tmp_path / "config.toml"
    config.write_text('board = "all.json"\nwho = "ben"\n[contexts.prod]\nboard = "prod.json"\nwho = "chi"\n')
    monkeypatch.setenv("COCKPIT_CONFIG", str(config))
    run("add", "For all")
    run("--context", "prod", "add", "For prod")
    for name, who in (("all", "ben"), ("prod", "chi")):
        store = open_file(tmp_path / f"{name}.json")
        assert [card.title for card in store.load()[0].cards.values()] == [f"For {name}"]
        assert {change.who for change in store.history().changes} == {who}


def test_the_kubeconfig_s_context_chooses_the_board(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COCKPIT_BOARD")
    (tmp_path / "config.toml").write_text('[contexts.prod]\nboard = "prod.json"\n')
    (tmp_path / "kubeconfig").write_text(json.dumps({"current-context": "prod", "contexts": []}))
    monkeypatch.setenv("COCKPIT_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))
    assert run("add", "One").code == 0
    assert (tmp_path / "prod.json").exists()


def test_without_any_word_it_is_the_data_folder_s(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COCKPIT_BOARD")
    assert run("--data-dir", str(tmp_path / "data"), "add", "One").code == 0
    assert (tmp_path / "data" / "board.json").exists()
    assert run("add", "One").code == 0
    assert (tmp_path / "home" / "cockpit" / "board.json").exists()


def test_a_broken_configuration_ends_with_3(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.toml").write_text("bord = 1\n")
    monkeypatch.setenv("COCKPIT_CONFIG", str(tmp_path / "config.toml"))
    ended = run("list")
    assert (ended.code, ended.out) == (3, "")
    assert "did you mean 'board'?" in ended.err


def test_a_board_that_cannot_be_read_ends_with_1(run, path: Path) -> None:
    path.write_text("{ no board")
    ended = run("list")
    assert (ended.code, ended.out) == (1, "")
    assert "cannot be read as a board" in ended.err


# --- add ---


def test_add_prints_the_number_of_a_card_that_is_in_the_file(run, board: Callable[[], Board]) -> None:
    ended = run("add", "Certificates for shops #tls @ana !must *5 >mvp", "--set", "lane=Networking", "-s", "needs=C03")
    assert (ended.code, ended.out, ended.err) == (0, "C07\n", "")
    card = board().numbered("C07")
    assert card is not None
    assert (card.title, card.tags, card.owner, card.points) == ("Certificates for shops", ("tls",), "ana", 5)
    assert (card.moscow, card.phase, card.lane, len(card.needs)) == ("must", "mvp", "Networking", 1)


def test_lines_of_standard_input_become_a_card_each_in_one_step(run, board: Callable[[], Board]) -> None:
    before = board()
    assert run("add", "-", stdin="- One *3\n\n* Two\n").out == "C07\nC08\n"
    assert run("undo").code == 0
    assert board() == before


def test_an_added_card_is_undone_as_a_whole(run, board: Callable[[], Board]) -> None:
    before = board()
    run("add", "One", "-s", "owner=ben", "-s", "comments+=first")
    assert run("undo").code == 0
    assert board() == before


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["add", "#tag"], 2, "a card needs a title"),
        (["add", "One *x"], 2, "is no number of points"),
        (["add", "One", "-s", "colour=red"], 2, "there is no field colour"),
        (["add", "-"], 2, "holds no line"),
        (["edit", "C01"], 2, "name a card and what to set"),
        (["edit", "C99", "points=5"], 1, "there is no card C99"),
        (["edit", "C01", "points=-3"], 1, "points must be a number above 0"),
        (["edit", "C01", "points=XL"], 2, "points: “XL” is no number"),
        (["edit", "C01", "state=busy"], 2, "“busy” is no state; there are todo, doing, done"),
        (["edit", "C01", "phase=mvp"], 2, "phase cannot be set: a card goes to another phase with move"),
        (["edit", "C01", "owner+=ben"], 2, "owner cannot be set so: write owner="),
        (["edit", "C01", "comments=hm"], 2, "comments cannot be set so: write comments+="),
        (["edit", "C01", "evidence-=x"], 2, "evidence cannot be set so: write evidence+="),
        (["edit", "C01", "evidence+=Tested | colour red"], 2, "begins with none of by, on, until"),
        (["edit", "C01", "needs+=C02"], 1, "C01 would need itself: C01 → C02 → C01"),
        (["edit", "C01", "needs+=C77"], 1, "there is no card C77"),
        (["edit", "C01", "due=03/04/2026"], 2, "is no day; write it as 2026-11-24"),
        (["move", "C01", "phase-9"], 1, "“phase-9” is no phase"),
        (["move", "C01", "phase"], 1, "“phase” could be phase-2 or phase-3"),
        (["move", "C01", "mvp", "--before", "C05"], 1, "there is no such card in mvp"),
        (["move", "C01", "mvp", "--bring", "--break"], 2, "exclude each other"),
        (["move", "C01", "mvp", "--reason", "x"], 2, "--reason is for what is dropped"),
        (["done", "C99"], 1, "there is no card C99"),
        (["undo"], 1, "ana has made no step that could be taken back"),
        (["undo", "--step", "beef"], 1, "there is no step beef"),
        (["list", "state:busy"], 2, "busy"),
        (["list", "--columns", "colour"], 2, "there is no colour"),
        (["show", "C99"], 1, "there is no card C99"),
        (["history", "C99"], 1, "there is no card C99"),
        (["lst"], 2, "No such command 'lst'"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line_and_changes_nothing(
    run, path: Path, arguments: list[str], code: int, said: str
) -> None:
    before = path.read_bytes()
    ended = run(*arguments)
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.err
    assert path.read_bytes() == before


# --- edit, done, move ---


def test_fields_of_several_cards_are_one_step(run, board: Callable[[], Board]) -> None:
    before = board()
    ended = run("edit", "C01", "c2", "points+=2", "owner=ana", "tags+=tls,dns", "obstacle=waits", "comments+=hm")
    assert (ended.code, ended.out, ended.err) == (0, "", "cockpit: changed C01, C02\n")
    cards = [board().numbered(label) for label in ("C01", "C02")]
    assert [(card.points, card.owner, card.tags) for card in cards if card] == [
        (3, "ana", ("tls", "dns")),
        (4, "ana", ("tls", "dns")),
    ]
    assert cards[0] is not None
    assert cards[0].obstacle is not None
    assert (cards[0].obstacle.why, cards[0].comments[0].who) == ("waits", "ana")
    run("edit", "C01", "tags-=tls", "points=", "owner=")
    card = board().numbered("C01")
    assert card is not None
    assert (card.tags, card.points, card.owner) == (("dns",), None, "")
    run("undo")
    run("undo")
    assert board() == before


def test_evidence_and_its_like_are_written_as_in_the_card_s_dialog(run) -> None:
    run("edit", "C01", "evidence+=Restored | by ana | on 2026-01-12", "obstacle=waits | on the network team")
    run("edit", "C01", "evidence+=Twice", "feedback=Too slow | from shop", "comments+=a | b")
    card = run("show", "C01", "-o", "json").json
    assert card["evidence"] == [{"what": "Restored", "who": "ana", "when": "2026-01-12"}, {"what": "Twice"}]
    assert card["obstacle"]["whom"] == "the network team"
    assert card["obstacle"]["since"]
    shown = [line.strip() for line in run("show", "C01").lines]
    assert "evidence       Restored | by ana | on 2026-01-12" in shown
    assert "feedback       Too slow | from shop" in shown
    assert shown[-1].endswith(": a | b")
    run("edit", "C01", "evidence=", "obstacle=")
    card = run("show", "C01", "-o", "json").json
    assert (card["evidence"], card["obstacle"]) == ([], None)


def test_needs_are_added_and_taken_by_number(run) -> None:
    run("edit", "C03", "needs+=C01,C02")
    assert run("show", "C03", "-o", "json").json["needs"] == ["C01", "C02"]
    run("edit", "C03", "needs-=C01")
    assert run("show", "C03", "-o", "json").json["needs"] == ["C02"]


def test_done_notes_the_time_and_edit_can_begin_a_card(run, board: Callable[[], Board]) -> None:
    run("edit", "C01", "state=doing")
    run("done", "C01", "C03")
    first, third = board().numbered("C01"), board().numbered("C03")
    assert first is not None
    assert third is not None
    assert first.state is third.state is CardState.DONE
    assert first.started is not None
    assert first.finished is not None
    assert run("done", "C01").err == "cockpit: nothing to change: it is so already\n"


def test_a_move_to_a_place(run) -> None:
    assert run("move", "C05", "C04", "mvp", "--before", "C02").code == 0
    assert [card["card"] for card in run("list", "phase:mvp", "-o", "json").json] == ["C01", "C05", "C04", "C02", "C03"]
    run("move", "C01", "MVP", "--after", "C03")
    assert [card["card"] for card in run("list", "phase:mvp", "-o", "json").json][-1] == "C01"


def test_a_move_that_tears_an_order_names_what_must_come_along(run, path: Path) -> None:
    before = path.read_bytes()
    ended = run("move", "C06", "mvp")
    assert ended.code == 1
    assert "C06 needs C05 “Card 5” of phase-2" in ended.err
    assert "--bring" in ended.err
    assert path.read_bytes() == before
    assert "C01 is needed by C02 “Card 2” of mvp" in run("move", "C01", "phase-2").err


def test_a_move_brings_what_is_needed_in_one_step(run, board: Callable[[], Board]) -> None:
    before = board()
    run("move", "C06", "mvp", "--bring", "--before", "C01")
    assert [card["card"] for card in run("list", "phase:mvp", "-o", "json").json][:3] == ["C05", "C06", "C01"]
    run("undo")
    assert board() == before


def test_a_move_breaks_an_order_knowingly(run) -> None:
    run("move", "C06", "mvp", "--break", "--before", "C01")
    found = run("list", "phase:mvp", "-o", "json").json
    assert (found[0]["card"], found[0]["broken"]) == ("C06", ["C05"])


def test_dropping_keeps_why_and_moving_takes_back(run, board: Callable[[], Board]) -> None:
    run("move", "C04", "dropped", "--reason", "bought instead")
    card = board().numbered("C04")
    assert card is not None
    assert card.dropped_from is not None
    assert (card.phase, card.dropped_from.phase, card.dropped_from.reason) == ("dropped", "mvp", "bought instead")
    assert "  dropped_from   mvp: bought instead" in run("show", "C04").lines
    run("move", "C04", "mvp")
    assert run("show", "C04", "-o", "json").json["dropped_from"] is None


# --- undo, history, share ---


def test_undo_takes_my_steps_back_one_after_the_other_and_no_one_else_s(run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("edit", "C01", "owner=ana")
    run("edit", "C02", "owner=ana")
    monkeypatch.setenv("COCKPIT_WHO", "ben")
    run("edit", "C03", "owner=ben")
    monkeypatch.setenv("COCKPIT_WHO", "ana")
    run("undo")
    run("undo")
    assert [card["card"] for card in run("list", "owner:ana", "-o", "json").json] == []
    assert [card["card"] for card in run("list", "owner:ben", "-o", "json").json] == ["C03"]
    assert run("undo").code == 1


def test_an_undo_is_refused_when_somebody_set_the_field_since(run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("edit", "C01", "owner=ana")
    monkeypatch.setenv("COCKPIT_WHO", "ben")
    run("edit", "C01", "owner=ben")
    monkeypatch.setenv("COCKPIT_WHO", "ana")
    ended = run("undo")
    assert ended.code == 1
    assert ended.err.endswith("somebody has set the owner of C01 to ben since\n")


def test_a_refused_undo_names_my_step_before_it(run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("edit", "C02", "owner=ana")
    run("edit", "C01", "owner=ana")
    monkeypatch.setenv("COCKPIT_WHO", "ben")
    run("edit", "C01", "owner=ben")
    monkeypatch.setenv("COCKPIT_WHO", "ana")
    refused = run("undo").err
    named = refused.partition("; undo --step ")[2].split()[0]
    assert refused.endswith(f"; undo --step {named} takes back your step before that\n")
    assert run("undo", "--step", named).code == 0
    assert run("show", "C02", "-o", "json").json["owner"] == ""


def test_a_step_is_taken_back_by_name_and_done_again(run, board: Callable[[], Board]) -> None:
    before = board()
    run("edit", "C01", "owner=ana")
    changed = board()
    named = run("history", "C01", "-o", "json").json[-1]["step"]
    again = run("undo", "--step", named).err.split("--step ")[1].split()[0]
    assert board() == before
    assert run("undo", "--step", again).code == 0
    assert board() == changed


def test_history_says_who_and_what(run) -> None:
    run("edit", "C06", "needs+=C03", "owner=ana")
    table = run("history", "C06")
    assert table.lines[0].split() == ["WHEN", "WHO", "STEP", "CARD", "WHAT"]
    assert "ana" in table.lines[-1]
    assert "C06" in table.lines[-1]
    records = run("history", "C06", "-o", "json", "--last", "2").json
    assert [(one["who"], one["card"], one["field"], one["new"]) for one in records] == [
        ("ana", "C06", "needs", ["C05", "C03"]),
        ("ana", "C06", "owner", "ana"),
    ]
    assert len(run("history", "-o", "csv").lines) == 1 + 6 + 2 + 2


def test_share_prints_the_gauge_s_numbers(run) -> None:
    found = run("share", "-o", "json").json
    assert (found["points"], found["whole"], found["verdict"]) == (10, 21, "too much")
    assert found["percent"] == pytest.approx(47.62, abs=0.005)
    assert "47.6 %  10 of 21 points; too much, 1.6 points over" in run("share").out
    assert run("share").code == 0
    assert run("share", "--check").code == 1
    run("move", "C04", "phase-2")
    assert run("share", "--check").code == 0


# --- more than one at once ---


def test_what_was_told_to_be_there_is_there_after_kill_9(path: Path) -> None:
    environment = {"HOME": str(path.parent), "COCKPIT_BOARD": str(path), "PYTHONUTF8": "1"}
    told = []
    for at in range(16):
        command = [COCKPIT, "board", "add", f"Card of {at}"]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as one:
            try:
                # From before it opened the board to after it has told.
                one.wait(timeout=0.05 + at * 0.02)
            except subprocess.TimeoutExpired:
                one.kill()
            told += one.communicate()[0].split()
    store = open_file(path)
    labels = {card.label for card in store.load()[0].cards.values()}
    assert set(told) <= labels
    assert len(told) == len(set(told))
    done = subprocess.run(
        [COCKPIT, "board", "add", "Last"], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() not in labels
    assert subprocess.run([COCKPIT, "board", "check"], env=environment, check=False).returncode == 0


def test_many_adds_at_once_lose_nothing_and_share_no_number(path: Path) -> None:
    environment = {"HOME": str(path.parent), "COCKPIT_BOARD": str(path), "PYTHONUTF8": "1"}
    running = [
        subprocess.Popen([COCKPIT, "board", "add", f"Card of {at}"], env=environment, stdout=subprocess.PIPE, text=True)
        for at in range(6)
    ]
    printed = {one.communicate(timeout=60)[0].strip() for one in running}
    assert [one.returncode for one in running] == [0] * 6
    cards = open_file(path).load()[0].cards.values()
    assert printed == {card.label for card in cards} - {f"C{n:02d}" for n in range(1, 7)}
    assert len({card.number for card in cards}) == 12
