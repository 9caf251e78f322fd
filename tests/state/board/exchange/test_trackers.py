"""What Jira, Linear, GitHub Projects and people export, taken by a board."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from state.board import edits
from state.board.changes import apply, step
from state.board.exchange.csv_form import from_csv
from state.board.exchange.markdown_form import to_markdown
from state.board.exchange.markdown_reading import from_markdown
from state.board.exchange.outcome import Taken
from state.board.exchange.separated import separated
from state.board.exchange.taking import take
from state.board.model import Board, Card, CardKind, CardState, Moscow, empty_board

NOON = 1_790_000_000.0


def _board(*titles: str, **fields: object) -> Board:
    board = empty_board()
    for title in titles:
        board = apply(board, [edits.new_card(board, step("ana", NOON), title, **fields)])
    return board


def _taken(board: Board, heads: Sequence[str], *rows: Sequence[str], phases: bool = False) -> Taken:
    return take(board, step("ben", NOON + 60), from_csv(separated(heads, rows)), phases=phases)


def _only(taken: Taken) -> Card:
    (card,) = taken.added
    return card


def _said(taken: Taken) -> list[str]:
    return [remark.words for remark in taken.remarks]


# --- the three trackers ---

_JIRA = (
    "Summary", "Issue key", "Issue id", "Issue Type", "Status", "Priority", "Assignee", "Reporter", "Created",
    "Resolved", "Due Date", "Labels", "Labels", "Custom field (Story Points)", "Parent", "Epic Link",
    "Inward issue link (Blocks)", "Outward issue link (Blocks)", "Fix Version/s", "Description", "Comment", "Comment",
)  # fmt: skip


def test_jira() -> None:
    taken = _taken(
        empty_board(),
        _JIRA,
        ["Mesh", "PLAT-1", "101", "Story", "In Progress", "High", "Ana Silva", "Ben", "22/Nov/26 10:12 AM", "",
         "30/Nov/26 12:00 AM", "mesh", "net", "8.0", "109", "", "", "PLAT-3", "MVP", "Long\ntext",
         "22/Nov/26 10:15 AM;chi;Looks; good", "23/Nov/26 9:00 AM;ana;Yes"],
        ["Rollback", "PLAT-2", "102", "Bug", "Done", "Highest", "", "", "", "23/Nov/26 10:12 AM", "", "", "", "", "",
         "PLAT-9", "PLAT-1", "", "", "", "", ""],
        ["Old", "PLAT-3", "103", "Spike", "Won't Do", "Medium"],
        ["Networking", "PLAT-9", "109", "Epic", "To Do", "Low"],
    )  # fmt: skip
    mesh, rollback, old, epic = taken.added
    assert _said(taken) == []
    assert (mesh.source, mesh.state, mesh.moscow, mesh.owner) == ("PLAT-1", CardState.DOING, Moscow.SHOULD, "Ana Silva")
    assert (mesh.due, mesh.created) == (date(2026, 11, 30), datetime(2026, 11, 22, 10, 12, tzinfo=UTC))
    assert (mesh.tags, mesh.points, mesh.lane, mesh.phase) == (("mesh", "net"), 8, "Networking", "mvp")
    assert [(one.who, one.text) for one in mesh.comments] == [("chi", "Looks; good"), ("ana", "Yes")]
    assert (rollback.kind, rollback.state, rollback.moscow) == (CardKind.SUPPORT, CardState.DONE, Moscow.MUST)
    assert (rollback.needs, rollback.finished) == ((mesh.uid,), datetime(2026, 11, 23, 10, 12, tzinfo=UTC))
    assert (old.kind, old.phase, old.needs) == (CardKind.EXPERIMENT, "dropped", (mesh.uid,))
    assert (epic.kind, epic.number) == (CardKind.CAPABILITY, 4)


def test_linear() -> None:
    heads = ("ID", "Team", "Title", "Status", "Estimate", "Priority", "Project", "Assignee", "Labels", "Due Date",
             "Created", "Started", "Completed", "Parent issue", "Project Milestone", "Blocked by")  # fmt: skip
    taken = _taken(
        empty_board(),
        heads,
        ["ENG-1", "Plat", "Mesh", "In Review", "5", "Urgent", "Net", "ana@example.com", "a, b", "2026-12-01",
         "2026-11-24T10:00:00.000Z", "Tue Nov 24 2026 10:00:00 GMT+0000 (GMT)", "", "ENG-2", "Phase 2", "ENG-2"],
        ["ENG-2", "Plat", "Base", "Canceled", "", "No priority"],
    )  # fmt: skip
    mesh, base = taken.added
    assert _said(taken) == []
    assert (mesh.state, mesh.points, mesh.moscow, mesh.lane) == (CardState.DOING, 5, Moscow.MUST, "Net")
    assert (mesh.tags, mesh.phase, mesh.needs) == (("a", "b"), "phase-2", (base.uid,))
    assert mesh.started == datetime(2026, 11, 24, 10, tzinfo=UTC)
    assert (base.phase, base.moscow) == ("dropped", None)


def test_github_projects() -> None:
    text = (
        "Title\tURL\tAssignees\tStatus\tLabels\tMilestone\tEstimate\tRepository\n"
        "Own runners\thttps://github.com/o/r/issues/12\tana, ben\t🏗 In progress\tci, infra\tMVP\t3\to/r\n"
    )
    contents = from_csv(text)
    taken = take(empty_board(), step("ben", NOON), contents)
    card = _only(taken)
    assert (card.links, card.owner, card.state) == (("https://github.com/o/r/issues/12",), "ana", CardState.DOING)
    assert (card.tags, card.phase, card.points) == (("ci", "infra"), "mvp", 3)
    assert _said(taken) == ["row 2, Assignees: “ben” is one owner too many: a card has one; left out"]
    assert [column.name for column in contents.columns if not column.field] == ["Repository"]
    again = take(taken.board, step("ben", NOON), contents)
    assert (again.changes, again.same) == ((), 1)
    assert again.matched == {card.uid: "external id"}


# --- which card a row is ---


def test_the_uid_goes_before_the_number_and_that_before_the_title() -> None:
    board = _board("One", "Two", "Three")
    one, two, three = board.cards.values()
    taken = _taken(
        board,
        ("uid", "number", "title", "owner"),
        [one.uid, "1", "Two", "a"],
        ["", "2", "Three", "b"],
        ["", "", "Three", "c"],
    )
    owners = [taken.board.cards[card.uid].owner for card in (one, two, three)]
    assert owners == ["a", "b", "c"]
    assert list(taken.matched.values()) == ["uid", "number", "title"]


def test_a_number_of_another_board_is_not_taken_for_ours() -> None:
    board = _board("One")
    taken = _taken(board, ("uid", "number", "title"), ["123456789012", "1", "Theirs"])
    assert (_only(taken).uid, _only(taken).number) == ("123456789012", 2)
    assert _said(taken) == ["row 2, number: “1” cannot be its number; it is C02"]
    assert taken.changed == ()


def test_a_key_is_looked_for_in_source_and_links() -> None:
    board = _board("One", source="PLAT-1")
    board = apply(board, [edits.new_card(board, step("a", NOON), "Two", links=("https://j.example/browse/PLAT-2",))])
    taken = _taken(board, ("Key", "Summary", "Assignee"), ["PLAT-1", "New name", "a"], ["PLAT-2", "Other name", "b"])
    assert [(card.title, card.owner) for card, _ in taken.changed] == [("New name", "a"), ("Other name", "b")]
    assert taken.added == ()


def test_what_could_be_two_cards_and_what_comes_twice_is_left_out() -> None:
    board = _board("Same", "Same", "One")
    taken = _taken(board, ("title", "points"), ["Same", "3"], ["One", "5"], ["One", "8"])
    assert _said(taken) == [
        "row 2, title: “Same” could be C01 and C02; left out",
        "row 4: “One” is the card of row 3 again; left out",
    ]
    assert [card.points for card, _ in taken.changed] == [5]


# --- what a row says and what it leaves ---


def test_another_tracker_s_empty_cells_leave_a_card_as_it_is() -> None:
    board = _board("One", points=5, owner="ana", tags=("a",))
    taken = _taken(board, ("Summary", "Estimate", "Assignee", "Labels"), ["One", "", "", "b"])
    ((card, _),) = taken.changed
    assert (card.points, card.owner, card.tags) == (5, "ana", ("a", "b"))


def test_our_own_empty_cells_empty_a_field_and_missing_columns_leave_it() -> None:
    board = _board("One", points=5, owner="ana", lane="Net")
    (one,) = board.cards.values()
    taken = _taken(board, ("uid", "title", "owner"), [one.uid, "One", ""])
    ((card, _),) = taken.changed
    assert (card.owner, card.points, card.lane) == ("", 5, "Net")


def test_a_state_that_comes_without_times_notes_them_as_the_screen_does() -> None:
    board = _board("One")
    taken = _taken(board, ("Summary", "Status"), ["One", "Closed"], ["New", "Closed"])
    ((card, _),) = taken.changed
    assert card.finished == card.started == datetime.fromtimestamp(NOON + 60, UTC)
    # When a card that comes done was done, nobody knows.
    assert (_only(taken).state, _only(taken).finished) == (CardState.DONE, None)


def test_phases_are_made_only_when_told() -> None:
    heads, row = ("Summary", "Milestone"), ["One", "Release 9"]
    taken = _taken(empty_board(), heads, row)
    assert _only(taken).phase == "unplanned"
    assert _said(taken) == ["row 2, Milestone: “Release 9” is no phase of the board; the card becomes one of unplanned"]
    taken = _taken(empty_board(), heads, row, ["Two", "release 9"], phases=True)
    assert [card.phase for card in taken.added] == ["release-9", "release-9"]
    assert _said(taken) == []
    assert [phase.name for phase in taken.board.planned] == ["MVP", "Phase 2", "Phase 3", "Release 9"]


def test_what_is_not_understood_is_named_by_row_column_and_value() -> None:
    taken = _taken(
        empty_board(),
        ("Summary", "Estimate", "Status", "Due Date", "Blocked by", "Priority", "Value"),
        ["One", "XL", "Limbo", "03/04/2026", "PLAT-7", "Meh", "4"],
        ["", "3"],
        ["Two", "0", "", "", "", "", "", "stray"],
    )
    assert _said(taken) == [
        "row 2, Estimate: “XL” is no number",
        "row 2, Status: “Limbo” is no state; there are todo, doing, done",
        "row 2, Due Date: “03/04/2026” is no day; write it as 2026-11-24",
        "row 2, Priority: “Meh” is no priority; there are must, should, could, wont",
        "row 2, Value: “4” is no value; there are 1, 2, 3, 5, 8",
        "row 4: “stray” stands beyond the last head; left out",
        "row 3, Summary: a card needs a title; left out",
        "row 2, Blocked by: “PLAT-7” is no card of the file or the board; left out",
        "row 4, Estimate: points must be a number above 0, not 0; left out",
    ]
    assert [card.title for card in taken.added] == ["One", "Two"]


def test_a_circle_of_needs_is_not_closed() -> None:
    taken = _taken(empty_board(), ("Key", "Summary", "Depends on"), ["A-1", "One", "A-2"], ["A-2", "Two", "A-1"])
    one, two = taken.added
    assert (one.needs, two.needs) == ((two.uid,), ())
    assert _said(taken) == ["row 3, Depends on: “C01” would close a circle: C02 → C01 → C02; left out"]


# --- Markdown that people write ---


def test_minutes_become_cards() -> None:
    taken = take(
        empty_board(),
        step("ana", NOON),
        from_markdown(
            "# Minutes\n\nWe met.\n\n## MVP\n\n- [x] Mesh *5 !must @ana #net\n  because of *trust*\n\n  - and more\n"
            "* [ ] C12 Two words\n1. Three \\#4\n## Later\n- Four >phase-2 *x\n\nstray\n"
        ),
    )
    mesh, two, three, four = taken.added
    assert (mesh.title, mesh.points, mesh.moscow, mesh.owner, mesh.tags) == ("Mesh", 5, Moscow.MUST, "ana", ("net",))
    assert (mesh.state, mesh.phase, mesh.description) == (CardState.DONE, "mvp", "because of *trust*\n\n- and more")
    assert (two.number, two.title, two.state) == (12, "Two words", CardState.TODO)
    assert (three.title, four.phase, four.points) == ("Three #4", "phase-2", None)
    assert _said(taken) == [
        "line 14, points: “x” is no number; left out",
        "line 16: “stray” is text that belongs to no card; left out",
    ]


def test_headings_of_one_level_are_all_phases() -> None:
    contents = from_markdown("# MVP\n- One\n# Phase 2\n- Two\n")
    assert [row.fields["phase"] for row in contents.rows] == ["MVP", "Phase 2"]


@pytest.mark.parametrize("text", ["- One\n", "* One\n", "+ One\n", "12) One\n"])
def test_a_list_alone_is_a_list_of_ideas(text: str) -> None:
    taken = take(empty_board(), step("ana", NOON), from_markdown(text))
    assert (_only(taken).title, _only(taken).phase) == ("One", "unplanned")


def test_what_a_line_shows_stands_nowhere_else_and_can_be_edited() -> None:
    board = _board("Mesh #1", phase="mvp", points=2.5, owner="ana", tags=("a", "b"), moscow="must", description="x")
    text = to_markdown(board, board.cards.values())
    (line,) = (line for line in text.splitlines() if line.startswith("- "))
    shown, _, note = line.partition(" <!-- ")
    assert shown == "- [ ] C01 Mesh \\#1 *2.5 !must @ana #a #b"
    assert json.loads(note.removesuffix(" -->")).keys() == {"uid", "rank", "created"}
    edited = text.replace("- [ ]", "- [x]").replace("*2.5 !must @ana #a #b", "*3 @ben #b").replace("\n  x", "")
    ((card, _),) = take(board, step("ben", NOON), from_markdown(edited)).changed
    assert (card.points, card.moscow, card.owner, card.tags) == (3, None, "ben", ("b",))
    assert (card.state, card.description) == (CardState.DONE, "")
