"""The demo platform's board: eleven weeks of a team's changes, ending over-full, at 47.7 %."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from cockpit.demo.cards import Edit, Event, workday, written
from cockpit.demo.catalogue import Row, number, rows
from state.board import edits
from state.board.changes import Change, Step, apply, step
from state.board.model import DROPPED, MVP, UNPLANNED, Board, CardState, empty_board
from state.board.phases import edit_phase

WEEKS = 11
"""How long ago the demo's team kicked off."""
TEAM = ("ana", "ben", "chi", "dara", "eli", "finn")
_PHASES: dict[str, dict[str, Any]] = {
    MVP: {
        "outcome": "Three small apps run in production, delivered from Git, watched, and restored from backup once",
        "appetite": 17,
        "apps": (1, 3),
        "teams": 3,
        "load": "200 requests a second, 95 % of them within 300 ms",
    },
    "phase-2": {
        "outcome": "Every team of the shop can bring an app without the platform team at its side",
        "appetite": 26,
        "apps": (4, 12),
        "teams": 7,
        "load": "600 requests a second with one zone lost",
    },
    "phase-3": {
        "outcome": "Teams serve themselves, and the parts the MVP made do with are replaced",
        "appetite": 52,
        "apps": (12, 40),
        "teams": 14,
        "load": "2,000 requests a second from two regions",
    },
}
_DAYS_OFF = (4.7, 12.3, 16.2)
"""Days on which nobody works, in weeks after kick-off."""
_WIP = {"wip_owner": 1, "wip_lane": 2}
# When, in weeks after kick-off, cards were started and finished.
_FINISHED = {
    "C01": (0.2, 1.1),
    "C10": (0.4, 1.5),
    "C02": (1.2, 3.4),
    "C08": (2.0, 4.2),
    "C04": (3.5, 4.6),
    "C03": (3.6, 5.1),
    "C07": (4.4, 5.8),
    "C11": (4.3, 6.3),
    "C05": (5.0, 7.2),
    "C13": (5.9, 8.1),
    "C12": (6.5, 9.3),
    "C15": (8.3, 10.2),
}
_STARTED = {"C17": 9.3, "C09": 9.7, "C14": 10.1, "C06": 10.45}
# When scope crept in: cards of later phases pulled into the MVP, and cards nobody had thought of.
_PULLED = {"C22": 2.9, "C24": 3.9, "C21": 4.9, "C26": 5.7, "C23": 6.7, "C28": 7.9, "C32": 9.6, "C27": 10.3}
_FOUND = {
    "C46": 3.1,
    "C47": 4.0,
    "C48": 5.2,
    "C49": 5.3,
    "C50": 9.8,
    "C51": 10.0,
    "C52": 10.4,
    "C53": 10.6,
    "C54": 10.7,
}
_BASELINES = {"Kick-off": 0.05, "Week 9 review": 9.0}
_DROPPED_AT, _DROPPED_WHY = 10.8, "The cloud's DNS does it, and nobody asked for more"


def demo_board(now: float) -> Board:
    """Return the board as it stands when the demo opens at `now`, in seconds since the epoch."""
    return apply(empty_board(), demo_changes(now))


def demo_changes(now: float) -> tuple[Change, ...]:
    """Return the changes that made the demo's board out of the empty one, oldest first, none later than `now`."""
    kickoff = (datetime.fromtimestamp(now, UTC) - timedelta(weeks=WEEKS)).date()
    catalogue = {row["id"]: row for row in rows()}
    board = empty_board()
    history: list[Change] = []
    for week, who, edit in sorted(_story(catalogue, kickoff), key=lambda event: event[0]):
        made = tuple(edit(board, step(who, _moment(kickoff, week))))
        board = apply(board, made)
        history += made
    return tuple(history)


def _moment(kickoff: date, week: float) -> float:
    """Seconds since the epoch: what falls on a day is spread over its working hours."""
    day, part = divmod(week * 7, 1)
    return (datetime.combine(kickoff, time(9), UTC) + timedelta(days=day, hours=8 * part)).timestamp()


def _story(catalogue: dict[str, Row], kickoff: date) -> Iterator[Event]:
    """What was done: weeks after kick-off, by whom, and the edit. Of one moment, in this order."""
    yield 0.0, "ana", lambda board, by: _set_up(board, by, kickoff)
    for at, (id, row) in enumerate(sorted(catalogue.items())):
        yield _FOUND.get(id, 0.01 + at / 10000), _someone(at), _adding(row, _phase_at_first(row))
    for name, week in _BASELINES.items():
        yield week, "ana", _picturing(name)
    for id, week in _PULLED.items():
        yield week, catalogue[id]["owner"] or "finn", _moving(id, catalogue[id])
    for id, (started, finished) in _FINISHED.items():
        yield started, catalogue[id]["owner"], _stating(id, CardState.DOING)
        yield finished, catalogue[id]["owner"], _stating(id, CardState.DONE)
    for id, week in _STARTED.items():
        yield week, catalogue[id]["owner"], _stating(id, CardState.DOING)
    dropped = [id for id, row in catalogue.items() if row["start"] == DROPPED]
    yield _DROPPED_AT, "ben", lambda board, by: edits.drop(board, by, _uids(board, dropped), _DROPPED_WHY)
    owners = {id: row["owner"] or _someone(at) for at, (id, row) in enumerate(sorted(catalogue.items()))}
    yield from written(kickoff, _refined, owners)


def _set_up(board: Board, by: Step, kickoff: date) -> Iterator[Change]:
    yield from edits.set_setting(board, by, "title", "Shop platform")
    yield from edits.set_setting(board, by, "kickoff", kickoff)
    yield from edits.set_setting(board, by, "team", TEAM)
    yield from edits.set_setting(board, by, "days_off", [workday(kickoff, week) for week in _DAYS_OFF])
    for setting, limit in _WIP.items():
        yield from edits.set_setting(board, by, setting, limit)
    begins = kickoff
    for id, fields in _PHASES.items():
        ends = begins + timedelta(weeks=fields["appetite"])
        yield from edit_phase(board, by, id, {**fields, "starts": begins, "ends": ends})
        begins = ends


def _adding(row: Row, phase: str) -> Edit:
    def edit(board: Board, by: Step) -> Iterator[Change]:
        pulled = row["id"] in _PULLED
        yield edits.new_card(
            board,
            by,
            row["capability"],
            phase=phase,
            step=row["step"],
            lane=row["lane"],
            points=number(row["points"]),
            value=number(row["value"]),
            moscow=row["moscow"] or None,
            needs=_uids(board, row["needs"].split()),
            floor=row["floor"] == "yes",
            apps=row["apps"].split(),
            owner="" if pulled else row["owner"],
            source=row["source"],
        )

    return edit


def _picturing(name: str) -> Edit:
    return lambda board, by: (edits.take_baseline(board, by, name),)


def _moving(id: str, row: Row) -> Edit:
    def edit(board: Board, by: Step) -> Iterator[Change]:
        yield from edits.move(board, by, _uids(board, [id]), MVP)
        yield from edits.set_field(board, by, _uids(board, [id]), "owner", row["owner"])

    return edit


def _stating(id: str, state: CardState) -> Edit:
    return lambda board, by: edits.set_state(board, by, _uids(board, [id]), state)


def _uids(board: Board, labels: Sequence[str]) -> list[str]:
    by_label = {card.label: card.uid for card in board.cards.values()}
    return [by_label[label] for label in labels]


def _phase_at_first(row: Row) -> str:
    if row["start"] == DROPPED:
        return UNPLANNED
    return row["phase"] if row["id"] in _PULLED else row["start"]


def _refined(id: str) -> float:
    """When a card got its details: after the first meeting, or once it was there at all."""
    return _FOUND[id] + 0.02 if id in _FOUND else 0.1 + int(id[1:]) / 1000


def _someone(at: int) -> str:
    return TEAM[at % len(TEAM)]
