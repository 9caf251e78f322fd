"""What a board would become if it took a file's contents: the cards as they would be, and what there is to say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from state.board import edits, ranks
from state.board.changes import WHOLE, Change, Step, apply, new_uid
from state.board.documents import plain, value_of, with_value
from state.board.errors import ChangeRefused
from state.board.exchange import cells
from state.board.exchange.contents import Contents, Remark, Row
from state.board.exchange.matching import Matcher, References
from state.board.exchange.phase_names import phase_of_name
from state.board.exchange.references import UID, WORDS, is_reference
from state.board.exchange.surroundings import surroundings
from state.board.model import UNPLANNED, Board, Card, CardState
from state.board.needs import cycle
from state.board.phases import add_phase
from state.printable import printable

_LISTS = frozenset({"tags", "links", "apps", "teams", "comments"})
_IDENTITY = frozenset({"uid", "number", "unknown"})


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import would do: one step of changes, and what is to be said of it."""

    board: Board
    """The board as it would be."""
    changes: tuple[Change, ...]
    added: tuple[Card, ...]
    changed: tuple[tuple[Card, tuple[Change, ...]], ...]
    """Cards of the board as they would be, with the changes of each."""
    same: int
    """How many cards of the file are on the board as they are."""
    places: Mapping[str, str]
    """Where a card stands in the file, by uid."""
    matched: Mapping[str, str]
    """How a card of the board was found, by uid."""
    remarks: tuple[Remark, ...]


def take(board: Board, by: Step, contents: Contents, *, phases: bool = False, everything: bool = False) -> Taken:
    """Return what it would do to a board to take a file's contents. Nothing of the board that the file lacks goes.

    With `phases` phases that the board lacks are added, and others are set as the file has them; without, cards of
    phases that are not there become ideas. With `everything` the file's settings and baselines are taken too.
    """
    taking = _Taking(board, by, contents)
    around = surroundings(board, by, contents, phases=phases or everything, everything=everything)
    taking.surround(around)
    taking.rows(contents.rows, phases=phases or everything)
    return taking.taken()


class _Taking:
    """A board that takes cards, one after the other. `cards` is changed in place and shared with the draft."""

    def __init__(self, board: Board, by: Step, contents: Contents) -> None:
        self._before = board
        self._by = by
        self._cards: dict[str, Card] = dict(board.cards)
        self._draft = msgspec.structs.replace(board, cards=self._cards)
        self._around: list[Change] = []
        self._remarks = list(contents.remarks)
        # A remark names the column as the file does.
        self._heads = {one.field: one.name for one in reversed(contents.columns) if one.field}
        self._places: dict[str, str] = {}
        self._matched: dict[str, str] = {}
        self._needs: dict[str, list[str]] = {}
        self._touched: dict[str, None] = {}

    def surround(self, changes: Sequence[Change]) -> None:
        """Change what is around the cards: phases, settings, baselines."""
        self._around += changes
        self._draft = msgspec.structs.replace(apply(self._draft, changes), cards=self._cards)

    def rows(self, rows: Sequence[Row], *, phases: bool) -> None:
        """Take cards; those that name others once all are there."""
        matcher = Matcher(self._before)
        known = [(uid, row) for row in rows if (uid := self._identify(row, matcher))]
        self._number(known)
        references = References(known, matcher)
        for uid, row in known:
            self._take(uid, row, references, phases=phases)
        self._rank([uid for uid, row in known if self._wants_rank(uid, row)])
        for uid, row in known:
            for key in row.blocks:
                held = self._find(references, row, "blocks", key)
                if held in self._cards:
                    self._needs.setdefault(held, list(self._cards[held].needs)).append(uid)
        for uid, needs in self._needs.items():
            self._need(uid, needs)

    def taken(self) -> Taken:
        """Return what came of it."""
        added: list[Card] = []
        changed: list[tuple[Card, tuple[Change, ...]]] = []
        made = list(self._around)
        # A card may change without a row of its own: another one holds it up.
        for uid in {**self._places, **self._touched}:
            now, before = self._cards[uid], self._before.cards.get(uid)
            if before is None:
                added.append(now)
                made.append(self._by.add(now))
            elif now != before:
                differences = _differences(self._by, before, now)
                changed.append((now, differences))
                made += differences
        same = len(self._places) - len(added) - sum(card.uid in self._places for card, _ in changed)
        return Taken(
            board=self._draft,
            changes=tuple(made),
            added=tuple(added),
            changed=tuple(changed),
            same=same,
            places=self._places,
            matched=self._matched,
            remarks=tuple(self._remarks),
        )

    def _identify(self, row: Row, matcher: Matcher) -> str:
        """The uid of a row's card, old or new; empty when the row is left out."""
        match = matcher.match(row)
        title = str(row.fields.get("title") or "")
        if match.several:
            labels = " and ".join(card.label for card in match.several[:3])
            self._remark(row, match.how, title, f"could be {labels}; left out")
            return ""
        uid = match.uid
        if not uid:
            said = row.fields.get("uid")
            uid = str(said) if isinstance(said, str) and said.isdecimal() else new_uid()
            if said and uid != said:
                self._remark(row, "uid", str(said), "is no uid: it must be digits; the card gets a new one")
            if not title.strip() and not row.whole:
                self._remark(row, "title", "", "a card needs a title; left out")
                return ""
        if uid in self._places:
            self._remark(row, "", title, f"is the card of {self._places[uid]} again; left out")
            return ""
        self._places[uid] = row.place
        if match.uid:
            self._matched[uid] = match.how
        else:
            self._cards[uid] = Card(uid=uid, number=0, title=title)
        return uid

    def _number(self, known: Sequence[tuple[str, Row]]) -> None:
        """Give the new cards numbers: those that they come with where nobody has them, else the next free ones."""
        taken = {card.number for card in self._before.cards.values()}
        without: list[str] = []
        for uid, row in known:
            wanted = row.fields.get("number")
            if uid in self._before.cards:
                if wanted is not None and wanted != self._cards[uid].number:
                    self._remark(row, "number", str(wanted), f"the card stays {self._cards[uid].label}")
            elif isinstance(wanted, int) and wanted not in taken:
                taken.add(wanted)
                self._cards[uid] = msgspec.structs.replace(self._cards[uid], number=wanted)
            else:
                without.append(uid)
        highest = max(taken, default=0)
        for uid, row in known:
            if uid in self._before.cards or uid not in set(without):
                continue
            highest += 1
            self._cards[uid] = msgspec.structs.replace(self._cards[uid], number=highest)
            if row.fields.get("number") is not None:
                label = self._cards[uid].label
                self._remark(row, "number", str(row.fields["number"]), f"is another card's here; this one is {label}")

    def _take(self, uid: str, row: Row, references: References, *, phases: bool) -> None:
        fields = {name: value for name, value in row.fields.items() if name not in _IDENTITY}
        old = uid in self._before.cards
        if row.whole:
            fields = {name: fields.get(name, cells.default(name)) for name in cells.FIELDS if name not in _IDENTITY}
            self._forget_unknown(uid, row)
        elif not old and not row.fields.get("uid"):
            fields["created"] = fields.get("created") or plain(self._by.when)
        if old and row.foreign:
            fields.pop("created", None)
        self._foreign(uid, row, fields, references)
        self._phase(uid, row, fields, phases=phases)
        if "needs" in fields:
            found = (self._find(references, row, "needs", str(one)) for one in fields.pop("needs") or ())
            kept = self._cards[uid].needs if row.foreign else ()
            self._needs[uid] = list(dict.fromkeys((*kept, *(one for one in found if one))))
        for name in ("broken", "split_from", "replaced_by"):
            if fields.get(name):
                fields[name] = self._referred(references, row, name, fields[name])
        if old and "state" in fields and not {"started", "finished"} & fields.keys():
            self._state(uid, row, fields.pop("state"))
        if row.foreign:
            for name in _LISTS & fields.keys():
                now = value_of(self._cards[uid], name)
                fields[name] = [*now, *(one for one in fields[name] if one not in now)]
        for name, value in {**fields, **(row.fields.get("unknown") or {})}.items():
            self._set(uid, row, name, value)

    def _foreign(self, uid: str, row: Row, fields: dict[str, Any], references: References) -> None:
        """What other trackers say that is no field of a card: their name for it, and the card above it."""
        if row.keys and not fields.get("source") and not self._cards[uid].source:
            fields["source"] = row.keys[0]
        if row.parent and not fields.get("lane"):
            above = references.find(row.parent)
            title = self._cards[above].title if above in self._cards else row.parent
            fields["lane"] = " ".join(title.split())

    def _phase(self, uid: str, row: Row, fields: dict[str, Any], *, phases: bool) -> None:
        """Put a card into the phase of a name."""
        said = fields.pop("phase", None)
        card = self._cards[uid]
        if not isinstance(said, str) or not said or said == card.phase:
            return
        id = phase_of_name(said, self._draft.phases)
        if id is None and phases:
            try:
                self.surround(add_phase(self._draft, self._by, said))
                id = phase_of_name(said, self._draft.phases)
            except ChangeRefused as refused:
                self._remark(row, "phase", said, str(refused))
        elif id is None:
            stays = f"stays in {card.phase}" if uid in self._before.cards else f"becomes one of {UNPLANNED}"
            self._remark(row, "phase", said, f"is no phase of the board; the card {stays}")
        if id is None or id == card.phase:
            return
        if uid not in self._before.cards or {"dropped_from", "broken"} <= fields.keys():
            self._set(uid, row, "phase", id)
        else:
            self._edit(edits.move(self._draft, self._by, (uid,), id))

    def _state(self, uid: str, row: Row, state: Any) -> None:
        try:
            self._edit(edits.set_state(self._draft, self._by, (uid,), CardState(state)))
        except ValueError as error:
            self._remark(row, "state", str(state), f"{printable(str(error))}; left out")

    def _need(self, uid: str, needs: Sequence[str]) -> None:
        """Set what a card needs, but what would make it need itself."""
        card, place = self._cards[uid], self._places.get(uid, "")
        self._touched[uid] = None
        kept = [need for need in dict.fromkeys(needs) if need in card.needs]
        for need in dict.fromkeys(needs):
            if need in kept:
                continue
            circle = cycle(self._draft, uid, need)
            if circle:
                way = " → ".join(one.label for one in (*circle, card))
                self._remarks.append(Remark(place, "needs", self._cards[need].label, f"would close a circle: {way}"))
                continue
            kept.append(need)
            self._cards[uid] = msgspec.structs.replace(self._cards[uid], needs=tuple(kept))
        ordered = tuple(need for need in dict.fromkeys(needs) if need in kept)
        broken = tuple(need for need in self._cards[uid].broken if need in ordered or need not in card.needs)
        self._cards[uid] = msgspec.structs.replace(self._cards[uid], needs=ordered, broken=broken)

    def _wants_rank(self, uid: str, row: Row) -> bool:
        """Whether a card is new and comes without a place. One that comes with its uid has the place it had."""
        had = row.whole or (row.fields.get("uid") and "rank" in row.fields)
        return uid not in self._before.cards and not self._cards[uid].rank and not had

    def _rank(self, new: Sequence[str]) -> None:
        """Put new cards without a place at the end, in the order of the file."""
        last = max((card.rank for card in self._cards.values() if ranks.is_key(card.rank)), default=None)
        for uid, key in zip(new, ranks.spread(last, None, len(new)), strict=True):
            self._cards[uid] = msgspec.structs.replace(self._cards[uid], rank=key)

    def _forget_unknown(self, uid: str, row: Row) -> None:
        kept = row.fields.get("unknown") or {}
        card = self._cards[uid]
        unknown = {name: value for name, value in card.unknown.items() if name in kept}
        self._cards[uid] = msgspec.structs.replace(card, unknown=unknown)

    def _set(self, uid: str, row: Row, name: str, value: Any) -> None:
        try:
            self._cards[uid] = with_value(self._cards[uid], name, value)
        except ChangeRefused as refused:
            why = str(refused).partition(": ")[2] or str(refused)
            self._remark(row, name, "", f"{printable(why)}; left out")

    def _edit(self, changes: Sequence[Change]) -> None:
        for change in changes:
            self._cards[change.card] = with_value(self._cards[change.card], change.field, change.new)
            self._touched[change.card] = None

    def _find(self, references: References, row: Row, column: str, text: str) -> str:
        found = references.find(text)
        if found is None:
            self._remark(row, column, text, "is no card of the file or the board; left out")
        return found or ""

    def _referred(self, references: References, row: Row, name: str, value: Any) -> Any:
        if name == "broken":
            found = (self._find(references, row, name, str(one)) for one in value)
            return [one for one in found if one]
        text = str(value)
        if name == "split_from":
            return self._find(references, row, name, text)
        if text.startswith(WORDS):
            return text.removeprefix(WORDS)
        return (references.find(text) or text) if is_reference(text) or text.startswith(UID) else text

    def _remark(self, row: Row, column: str, value: str, why: str) -> None:
        self._remarks.append(Remark(row.place, self._heads.get(column, column), value, why))


def _differences(by: Step, before: Card, now: Card) -> tuple[Change, ...]:
    """The changes of a card's fields from one state to the other."""
    names = [*cells.FIELDS[:-1], *dict.fromkeys((*before.unknown, *now.unknown))]
    made = (by.change(now.uid, name, value_of(before, name), value_of(now, name)) for name in names)
    return tuple(change for change in made if change.old != change.new and change.field != WHOLE)
