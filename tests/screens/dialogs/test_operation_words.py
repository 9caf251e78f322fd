"""What dialogs of operations say has room: nothing of a note, a sentence or a name is cut."""

from textual.app import App

from screens.dialogs.confirm import wrapped
from screens.dialogs.operations.following import Following, progress_lines
from state.cell import Cell, Tone
from state.cluster.operations.following import RolloutsProgress
from state.operation import Course, Progress
from widgets.cell_lines import line_width

NOTE = "Argo CD (application payments) manages it and leaves this alone, whatever becomes of it in between"


def texts(lines: object) -> list[str]:
    return ["".join(cell.text for cell in line) for line in lines]  # type: ignore[attr-defined]


def test_a_long_note_goes_on_below_itself() -> None:
    label = Cell("note   ", Tone.QUIET)
    lines = wrapped((label, Cell(NOTE, Tone.QUIET)))
    assert len(lines) == 2
    assert all(line_width(line) <= 68 for line in lines)
    assert texts(lines)[1].startswith("       ")
    assert " ".join(text.removeprefix("note").strip() for text in texts(lines)) == NOTE
    assert {cell.tone for line in lines for cell in line[1:]} == {Tone.QUIET}


def test_what_is_short_or_no_sentence_stays_as_it_is() -> None:
    for line in ((), (Cell("a"), Cell("b")), (Cell("x" * 100),), (Cell("a"), Cell("y" * 100)), (Cell(NOTE),) * 3):
        assert wrapped(line) == [line]


def test_how_far_a_rollout_is_is_said_in_full() -> None:
    lines = progress_lines(Progress(NOTE), stopping=False)
    assert " ".join(texts(lines)) == NOTE
    assert all(line_width(line) <= 68 for line in lines)


def test_rollouts_that_go_on_are_named_and_many_are_counted() -> None:
    waiting = tuple((f"shop/web-{number}", "waits") for number in range(20))
    lines = texts(progress_lines(RolloutsProgress("at their end", 2, 22, waiting), stopping=False))
    assert lines[0] == "2 of 22  at their end"
    assert lines[1] == "rolls  shop/web-0  waits"
    assert lines[-1] == "and 11 more"
    assert texts(progress_lines(None, stopping=True)) == ["◌ stopping …", "begins …"]


async def test_a_dialog_that_is_over_closes_once_however_often_it_is_looked_at() -> None:
    ended: list[bool] = []
    dialog = Following("Restart", Course(), lambda: None, lambda: bool(ended))
    closed: list[None] = []
    app: App[None] = App()
    async with app.run_test() as pilot:
        app.push_screen(dialog, closed.append)
        await pilot.pause()
        ended.append(True)
        dialog._look()
        dialog._look()
        dialog.action_cancel()
        await pilot.pause()
        assert closed == [None]
        assert app.screen is not dialog
