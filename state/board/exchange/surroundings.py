"""What a file says beside cards, as changes of a board: phases, settings, baselines, tables of newer programs."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from state.board.changes import PHASES, SETTINGS, WHOLE, Change, Step
from state.board.documents import document, value_of
from state.board.exchange.contents import Contents, Rest
from state.board.model import Board, Phase, Settings


def surroundings(board: Board, by: Step, contents: Contents, *, phases: bool, everything: bool) -> tuple[Change, ...]:
    """Return the changes that take a file's phases, and with `everything` all else but the cards.

    Then phases that the file lacks go too, unless a card stands in one.
    """
    made: list[Change] = []
    if phases:
        made += _phases(board, by, contents.phases)
    if everything and contents.rest is not None:
        made += _gone(board, by, contents)
        made += _rest(board, by, contents.rest)
    return tuple(change for change in made if change.old != change.new)


def _phases(board: Board, by: Step, phases: Iterable[Phase]) -> Iterator[Change]:
    for phase in phases:
        before = board.phase(phase.id)
        if before is None:
            yield by.add(phase)
        else:
            yield from _fields(by, PHASES, phase.id, before, phase)


def _gone(board: Board, by: Step, contents: Contents) -> Iterator[Change]:
    """Phases that the file lacks and nobody stands in."""
    kept = {phase.id for phase in contents.phases}
    kept.update(card.phase for card in board.cards.values())
    for phase in board.phases:
        if phase.id not in kept:
            yield by.change(phase.id, WHOLE, document(phase), None, PHASES)


def _rest(board: Board, by: Step, rest: Rest) -> Iterator[Change]:
    yield from _fields(by, SETTINGS, "", board.settings, rest.settings)
    known = {baseline.id for baseline in board.baselines}
    for baseline in rest.baselines:
        if baseline.id not in known:
            yield by.add(baseline)
    for table, documents in rest.unknown.items():
        for key, found in documents.items() if isinstance(documents, Mapping) else ():
            before = board.unknown.get(table, {}).get(key)
            if isinstance(found, Mapping):
                yield by.change(key, WHOLE, before, found, table)


def _fields(by: Step, table: str, key: str, before: Phase | Settings, now: Phase | Settings) -> Iterator[Change]:
    names = [field.name for field in msgspec.structs.fields(now) if field.name not in ("id", "unknown")]
    unknown: dict[str, Any] = {**before.unknown, **now.unknown}
    for name in (*names, *unknown):
        yield by.change(key, name, value_of(before, name), value_of(now, name), table)
