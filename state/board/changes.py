"""What is done to a board, one field at a time: applied, turned round, put on top of somebody else's."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from state.board.documents import Entry, document, entry, plain, value_of, with_value
from state.board.errors import ChangeRefused
from state.board.model import DROPPED, UNPLANNED, Baseline, Board, Card, Phase, in_order
from state.printable import printable, shorten

WHOLE: Final = ""
"""The field of a change that adds an entry (old is None) or takes one away (new is None)."""
CARDS: Final = "cards"
PHASES: Final = "phases"
BASELINES: Final = "baselines"
SETTINGS: Final = "board"
_KINDS: dict[str, type[Card] | type[Phase] | type[Baseline]] = {CARDS: Card, PHASES: Phase, BASELINES: Baseline}
_UID_DIGITS = 12


class Change(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One field of one entry, from `old` to `new` as JSON has them, by whom and when (UTC).

    `card` is the entry's key: a card's uid, a phase's or a baseline's id, empty for the settings. Changes of one
    `step` were made by one action and are undone together; `reverts` names the step that this one takes back.
    """

    id: str
    card: str
    field: str
    old: Any
    new: Any
    who: str
    when: datetime
    step: str
    table: str = CARDS
    reverts: str = ""

    @property
    def place(self) -> tuple[str, str, str]:
        """What it sets: table, entry, field."""
        return self.table, self.card, self.field


@dataclass(frozen=True, slots=True)
class Step:
    """One action of one person; its changes share an id and a time."""

    id: str
    who: str
    when: datetime
    reverts: str = ""

    def change(self, card: str, field: str, old: Any, new: Any, table: str = CARDS) -> Change:
        """Return a change of this step; the values may be those of the model."""
        return Change(
            id=new_id(),
            card=card,
            field=field,
            old=plain(old),
            new=plain(new),
            who=self.who,
            when=self.when,
            step=self.id,
            table=table,
            reverts=self.reverts,
        )

    def add(self, entry: Card | Phase | Baseline) -> Change:
        """Return the change that adds an entry."""
        table = next(table for table, kind in _KINDS.items() if isinstance(entry, kind))
        made = document(entry)
        return self.change(made.pop("uid", None) or made["id"], WHOLE, None, made, table)


def step(who: str, when: float, reverts: str = "") -> Step:
    """Return a new step at a moment in seconds since the epoch, kept to the millisecond."""
    return Step(new_id(), who, datetime.fromtimestamp(round(when, 3), UTC), reverts)


def new_id() -> str:
    """Return a random id for a change or a step."""
    return secrets.token_hex(8)


def new_uid() -> str:
    """Return a random uid for a card or a baseline: twelve digits, a document id that TinyDB takes."""
    return str(secrets.randbelow(9 * 10 ** (_UID_DIGITS - 1)) + 10 ** (_UID_DIGITS - 1))


def apply(board: Board, changes: Iterable[Change]) -> Board:
    """Return the board after the changes, in order.

    Raises ChangeRefused when a change's old value is not what stands there, when a field does not take the new
    one, or when the entry is not there; the board given is never changed.
    """
    draft = _Draft(board)
    for change in changes:
        if draft.value(change) != change.old:
            raise ChangeRefused(_since(board, change, draft.value(change)))
        draft.set(change)
    return draft.board()


def reverse(board: Board, changes: Sequence[Change], undo: Step) -> tuple[Change, ...]:
    """Return the changes that take `changes` back, last first.

    Raises ChangeRefused, in words, when somebody has set one of the fields since.
    """
    turned = tuple(undo.change(c.card, c.field, c.new, c.old, c.table) for c in reversed(changes))
    draft = _Draft(board)
    for back in turned:
        found = draft.value(back)
        if found != back.old:
            raise ChangeRefused(f"not taken back: {_since(board, back, found)}")
        draft.set(back)
    return turned


@dataclass(frozen=True, slots=True)
class Clash:
    """Both set one field differently: theirs stands, mine waits for an answer."""

    mine: Change
    theirs: Any
    """The value that stands, as JSON has it."""
    words: str
    """One printable sentence that says what happened."""


@dataclass(frozen=True, slots=True)
class Rebased:
    """My changes on a board that somebody else has changed."""

    board: Board
    changes: tuple[Change, ...]
    """What of mine fits, to be applied to their board; a new card may have got another number."""
    clashes: tuple[Clash, ...]


# When both start or finish a card, the state is what they may differ on; the first to have noted a time is right.
_FIRST_WINS = frozenset({"started", "finished"})


def rebase(board: Board, changes: Iterable[Change]) -> Rebased:
    """Put changes that were made on an older board on top of this one, field by field.

    A field goes by what all the changes make of it together: what stands there already, or comes to nothing, is
    left out. Two cards of one number: the one that comes on top gets the next free one.
    """
    mine = tuple(changes)
    last = {change.place: change for change in mine}
    draft = _Draft(board)
    kept: list[Change] = []
    clashes: dict[tuple[str, str, str], Clash] = {}
    left_out: set[tuple[str, str, str]] = set()
    begun: set[tuple[str, str, str]] = set()
    for change in mine:
        place, found = change.place, draft.value(change)
        gone = change.field != WHOLE and not draft.has(change)
        if place in left_out:
            continue
        if gone or (found != change.old and place not in begun):
            so_already = not gone and (found == last[place].new or change.old == last[place].new)
            left_out.add(place)
            if not so_already and change.field not in _FIRST_WINS:
                clashes[place] = Clash(last[place], found, _clashed(board, last[place], found))
            continue
        # A card of mine that got another number is taken away as what it is now.
        fitting = draft.renumbered(msgspec.structs.replace(change, old=found))
        try:
            draft.set(fitting)
        except ChangeRefused as refused:
            left_out.add(place)
            clashes[place] = Clash(last[place], found, f"{_named(board, change)}: {refused}")
            continue
        begun.add(place)
        kept.append(fitting)
    return Rebased(draft.board(), tuple(kept), tuple(clashes.values()))


def merge(base: Board, ours: Iterable[Change], theirs: Iterable[Change]) -> Rebased:
    """Return the board after both lists of changes that were made on `base`.

    `changes` of the result are those of ours that come on top of theirs. Where both set one field differently,
    theirs stands and the clash is reported; `answer` sets ours. Raises ChangeRefused when theirs do not fit `base`.
    """
    return rebase(apply(base, theirs), ours)


def answer(clash: Clash, mine: Step) -> Change:
    """Return the change that sets my side of a clash after all."""
    return mine.change(clash.mine.card, clash.mine.field, clash.theirs, clash.mine.new, clash.mine.table)


class _Draft:
    """A board being changed; only the tables that are touched are copied."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._settings = board.settings
        self._tables: dict[str, dict[str, Any]] = {}

    def value(self, change: Change) -> Any:
        """What stands now where a change would set something."""
        found = self._find(change.table, change.card)
        if change.field != WHOLE:
            return None if found is None else _field(found, change.field)
        return None if found is None else _without_key(found)

    def has(self, change: Change) -> bool:
        """Whether the entry that a change is about is there."""
        return self._find(change.table, change.card) is not None

    def set(self, change: Change) -> None:
        if change.table == SETTINGS:
            if change.field == WHOLE:
                raise ChangeRefused("the board's settings cannot be added or taken away")
            self._settings = with_value(self._settings, change.field, change.new)
            return
        table = self._table(change.table)
        if change.field != WHOLE:
            found = self._find(change.table, change.card)
            if found is None:
                raise ChangeRefused(f"{_named(self._board, change)} cannot be set: it is not there")
            if isinstance(found, dict):
                table[change.card] = {**found, change.field: change.new}
            else:
                table[change.card] = with_value(found, change.field, change.new)
        elif change.new is None:
            if change.table == PHASES and change.card in (UNPLANNED, DROPPED):
                raise ChangeRefused(f"the phase {change.card} always exists")
            table.pop(change.card, None)
        else:
            table[change.card] = _made(change.table, change.card, change.new)

    def renumbered(self, change: Change) -> Change:
        """Return the change, with the next free number when it adds a card whose number is taken."""
        if change.table != CARDS or change.field != WHOLE or change.new is None:
            return change
        taken = {card.number for card in self._table(CARDS).values()}
        if change.new.get("number") not in taken:
            return change
        return msgspec.structs.replace(change, new={**change.new, "number": 1 + max(taken)})

    def board(self) -> Board:
        known = self._tables
        unknown = {table: entries for table, entries in known.items() if table not in _KINDS}
        made = msgspec.structs.replace(self._board, settings=self._settings)
        if CARDS in known:
            made = msgspec.structs.replace(made, cards=known[CARDS])
        if PHASES in known:
            made = msgspec.structs.replace(made, phases=in_order(known[PHASES].values()))
        if BASELINES in known:
            made = msgspec.structs.replace(made, baselines=baselines_in_order(known[BASELINES].values()))
        if unknown:
            made = msgspec.structs.replace(made, unknown={**self._board.unknown, **unknown})
        return made

    def _find(self, table: str, key: str) -> Entry | dict[str, Any] | None:
        if table == SETTINGS:
            return self._settings
        touched = self._tables.get(table)
        if touched is None and table == CARDS:
            return self._board.cards.get(key)
        found: Entry | dict[str, Any] | None = self._table(table).get(key)
        return found

    def _table(self, name: str) -> dict[str, Any]:
        table = self._tables.get(name)
        if table is None:
            board = self._board
            if name == CARDS:
                table = dict(board.cards)
            elif name == PHASES:
                table = {phase.id: phase for phase in board.phases}
            elif name == BASELINES:
                table = {baseline.id: baseline for baseline in board.baselines}
            else:
                table = dict(board.unknown.get(name, {}))
            self._tables[name] = table
        return table


def baselines_in_order(baselines: Iterable[Baseline]) -> tuple[Baseline, ...]:
    """Return baselines as a board holds them, the oldest first."""
    return tuple(sorted(baselines, key=lambda baseline: (baseline.when, baseline.id)))


def _field(found: Entry | dict[str, Any], name: str) -> Any:
    return found.get(name) if isinstance(found, dict) else value_of(found, name)


def _without_key(found: Entry | dict[str, Any]) -> dict[str, Any]:
    made = dict(found) if isinstance(found, dict) else plain(document(found))
    made.pop("uid", None)
    return made


def _made(table: str, key: str, found: Any) -> Entry | dict[str, Any]:
    kind = _KINDS.get(table)
    if not isinstance(found, Mapping):
        raise ChangeRefused(f"an entry of {printable(table)} must be an object")
    if kind is None:
        return dict(found)
    try:
        return entry(kind, {**found, "uid" if kind is Card else "id": key})
    except msgspec.ValidationError as error:
        raise ChangeRefused(f"an entry of {table} cannot be added: {printable(str(error))}") from None


def _named(board: Board, change: Change) -> str:
    """What a change is about, in words: `the phase of C12`."""
    if change.table == CARDS:
        card = board.cards.get(change.card)
        made = change.new or change.old
        if card is not None:
            subject = card.label
        elif change.field == WHOLE and isinstance(made, dict) and isinstance(made.get("number"), int):
            subject = f"C{made['number']:02d}"
        else:
            subject = "a card that is gone"
    elif change.table == SETTINGS:
        subject = "the board"
    else:
        subject = f"the {change.table.removesuffix('s')} {printable(change.card)}"
    return subject if change.field == WHOLE else f"{printable(change.field)} of {subject}"


def _since(board: Board, change: Change, found: Any) -> str:
    """Why a change does not fit: what somebody has set since."""
    named = _named(board, change)
    if change.field == WHOLE:
        return f"somebody has {_fate(change.old, found)} {named} since"
    return f"somebody has set the {named} to {_said(found)} since"


def _clashed(board: Board, change: Change, found: Any) -> str:
    named = _named(board, change)
    if change.field == WHOLE:
        return f"somebody else has {_fate(change.old, found)} {named}; your change of it is not in"
    if change.table == CARDS and change.card not in board.cards:
        return f"somebody else has taken away a card whose {printable(change.field)} you set to {_said(change.new)}"
    return f"somebody else has set the {named} to {_said(found)}; yours was {_said(change.new)}"


def _fate(old: Any, found: Any) -> str:
    if found is None:
        return "taken away"
    return "added" if old is None else "changed"


def _said(value: Any) -> str:
    if value is None or value in ("", []):
        return "empty"
    if isinstance(value, dict):
        return "as it was"
    return shorten(printable(str(value)), 60)
