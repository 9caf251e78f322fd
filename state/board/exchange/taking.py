"""What a board would become if it took a file's contents: the cards as they would be, and what there is to say."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec

from state.board import edits, ranks
from state.board.changes import Change, Step, apply
from state.board.documents import plain, value_of, with_value
from state.board.errors import ChangeRefused
from state.board.exchange import cells
from state.board.exchange.contents import Contents, Remark, Row
from state.board.exchange.identity import Known, identify
from state.board.exchange.matching import Matcher, References
from state.board.exchange.outcome import Taken, differences
from state.board.exchange.phase_names import phase_of_name
from state.board.exchange.references import UID, WORDS, is_reference
from state.board.exchange.surroundings import surroundings
from state.board.model import UNPLANNED, Board, Card, CardState
from state.board.needs import cycle
from state.board.phases import add_phase
from state.printable import printable

_LISTS = frozenset({"tags", "links", "apps", "teams", "comments"})
_IDENTITY = frozenset({"uid", "number", "unknown"})


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
        self._known = Known()
        self._needs: dict[str, list[str]] = {}
        self._touched: dict[str, None] = {}

    def surround(self, changes: Sequence[Change]) -> None:
        """Change what is around the cards: phases, settings, baselines."""
        self._around += changes
        self._draft = msgspec.structs.replace(apply(self._draft, changes), cards=self._cards)

    def rows(self, rows: Sequence[Row], *, phases: bool) -> None:
        """Take cards; those that name others once all are there."""
        matcher = Matcher(self._before)
        self._known = known = identify(self._before, rows, matcher)
        self._remarks += [self._headed(remark) for remark in known.remarks]
        self._cards.update(known.new)
        references = References(known.rows, matcher)
        for uid, row in known.rows:
            self._take(uid, row, references, phases=phases)
        self._rank([uid for uid, row in known.rows if self._wants_rank(uid, row)])
        for uid, row in known.rows:
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
        for uid in {**self._known.places, **self._touched}:
            now, before = self._cards[uid], self._before.cards.get(uid)
            if before is None:
                added.append(now)
                made.append(self._by.add(now))
            elif now != before:
                changed.append((now, differences(self._by, before, now)))
                made += changed[-1][1]
        same = len(self._known.places) - len(added) - sum(card.uid in self._known.places for card, _ in changed)
        return Taken(
            board=self._draft,
            changes=tuple(made),
            added=tuple(added),
            changed=tuple(changed),
            same=same,
            places=self._known.places,
            matched=self._known.matched,
            remarks=tuple(self._remarks),
        )

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
        for name, value in {**fields, **_unknown(row)}.items():
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
        if not said or said == card.phase:
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
        card, place = self._cards[uid], self._known.places.get(uid, "")
        self._touched[uid] = None
        kept = [need for need in dict.fromkeys(needs) if need in card.needs]
        for need in dict.fromkeys(needs):
            if need in kept:
                continue
            circle = cycle(self._draft, uid, need)
            if circle:
                way = " → ".join(one.label for one in (*circle, card))
                why = f"would close a circle: {way}; left out"
                self._remarks.append(self._headed(Remark(place, "needs", self._cards[need].label, why)))
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
        card, kept = self._cards[uid], _unknown(row)
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
        self._remarks.append(self._headed(Remark(row.place, column, value, why)))

    def _headed(self, remark: Remark) -> Remark:
        """The remark with the column's name in the file instead of the field's."""
        return replace(remark, column=self._heads.get(remark.column, remark.column))


def _unknown(row: Row) -> dict[str, Any]:
    """The fields of a row that no card of this program has."""
    found = row.fields.get("unknown")
    return {name: value for name, value in found.items() if name not in cells.FIELDS} if isinstance(found, dict) else {}
