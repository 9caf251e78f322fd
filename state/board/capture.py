"""One typed line becomes a card: `Certificates #tls @ana !must *5 >mvp`. Pasted lines become a card each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from state.board.changes import Change, Step
from state.board.edits import new_cards
from state.board.model import MOST, Board, Moscow, Phase
from state.printable import printable


class CaptureError(ValueError):
    """The line cannot become a card. The text is one printable sentence that names the word and what to write."""


@dataclass(frozen=True, slots=True)
class Captured:
    """What a line says; None and empty where it says nothing."""

    title: str
    tags: tuple[str, ...] = ()
    owner: str = ""
    moscow: Moscow | None = None
    points: int | float | None = None
    phase: str | None = None


_SIGNS = "#@!*>"
# What stands before the words in lists of mails, minutes and Markdown: `- `, `* [x] `, `3. `, `• `.
_BULLET = re.compile(r"\s*(?:[-*+•·–—◦▪‣]|\d{1,3}[.)])(?:\s+|$)(?:\[[ xX]?\](?:\s+|$))?")


def capture(line: str, phases: Sequence[Phase]) -> Captured:
    """Read a line: `#tag` (several), `@owner`, `!must`, `*5` points, `>mvp` phase; all other words are the title.

    A phase is named by its id, or by a beginning of its id or name that only it has. `\\#` and its like begin an
    ordinary word, and so does a sign that stands alone. Raises CaptureError.
    """
    words: list[str] = []
    tags: list[str] = []
    found: dict[str, str] = {}
    for word in line.split():
        sign, rest = word[0], word[1:]
        if sign == "\\" and rest[:1] and rest[0] in _SIGNS:
            words.append(rest)
        elif sign not in _SIGNS or not rest:
            words.append(word)
        elif sign == "#":
            tags.append(rest)
        elif found.setdefault(sign, rest) != rest:
            raise CaptureError(f"{printable(word)}: {_MEANING[sign]} is there twice; leave one")
    if not words:
        raise CaptureError("a card needs a title")
    return Captured(
        title=" ".join(words),
        tags=tuple(dict.fromkeys(tags)),
        owner=found.get("@", ""),
        moscow=_moscow(found["!"]) if "!" in found else None,
        points=points(found["*"]) if "*" in found else None,
        phase=_phase(found[">"], phases) if ">" in found else None,
    )


def capture_all(text: str, phases: Sequence[Phase]) -> list[Captured]:
    """Read pasted lines as `capture` does, one card each, without their bullets; empty lines are left out.

    Raises CaptureError, which names the line by its number in the text, the first of them 1.
    """
    found: list[Captured] = []
    for number, line in enumerate(text.splitlines(), 1):
        begins = _BULLET.match(line)
        words = line[begins.end() :] if begins else line
        if words.strip():
            try:
                found.append(capture(words, phases))
            except CaptureError as error:
                raise CaptureError(f"line {number}: {error}") from None
    return found


def add_captured(board: Board, by: Step, lines: Sequence[Captured], phase: str, step: str = "") -> tuple[Change, ...]:
    """Return the changes that add a card for each line, in their order: to its own phase, else to `phase`.

    They are of one step of the journey, or of none.

    Raises ChangeRefused when there is no such phase.
    """
    fields = ({"tags": line.tags, "owner": line.owner, "moscow": line.moscow, "points": line.points} for line in lines)
    cards = [
        (line.title, {"phase": line.phase or phase, "step": step, **more})
        for line, more in zip(lines, fields, strict=True)
    ]
    return new_cards(board, by, cards)


def points(text: str) -> int | float:
    """Read points as people type them: `5`, `0.5`. Raises CaptureError when that is none of a card."""
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise CaptureError(f"“{printable(text)}” is no number of points; write a number above 0")
    if number > MOST:
        raise CaptureError(f"“{printable(text)}” is too many points; write at most {MOST:,}")
    return int(number) if number.is_integer() else number


_MEANING = {"@": "the owner", "!": "the priority", "*": "the number of points", ">": "the phase"}


def _moscow(word: str) -> Moscow:
    spelled = word.lower().replace("'", "").replace("’", "")
    if spelled not in list(Moscow):
        known = ", ".join(Moscow)
        raise CaptureError(f"“!{printable(word)}” is no priority; write one of {known}, or \\!{printable(word)}")
    return Moscow(spelled)


def _phase(word: str, phases: Sequence[Phase]) -> str:
    wanted = word.casefold()
    ids = [phase.id for phase in phases]
    if wanted in ids:
        return wanted
    begun = [
        phase.id
        for phase in phases
        if phase.id.casefold().startswith(wanted) or phase.name.casefold().replace(" ", "").startswith(wanted)
    ]
    if len(begun) == 1:
        return begun[0]
    what = "could be " + " or ".join(begun) if begun else "is no phase; there are " + ", ".join(ids)
    raise CaptureError(f"“>{printable(word)}” {what}")
