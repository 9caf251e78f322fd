"""The capabilities that public catalogues know of a platform, with phases and points of this product's own."""

import csv
from importlib.resources import files

from state.board import edits
from state.board.changes import Change, Step, apply
from state.board.model import Board

Row = dict[str, str]


def rows() -> list[Row]:
    """Return the catalogue, a row a capability, in the order of their numbers."""
    text = files("cockpit.demo").joinpath("capabilities.csv").read_text(encoding="utf-8")
    return sorted(csv.DictReader(text.splitlines()), key=lambda row: row["id"])


def catalogue_changes(board: Board, by: Step) -> tuple[Change, ...]:
    """Return the changes that add the catalogue to a board: its phases, points, needs and floor.

    Owners, states and apps are not in it: they are a team's own.
    """
    uids: dict[str, str] = {}
    for row in rows():
        added = edits.new_card(
            board,
            by,
            row["capability"],
            phase=row["phase"],
            step=row["step"],
            lane=row["lane"],
            points=number(row["points"]),
            value=number(row["value"]),
            moscow=row["moscow"] or None,
            floor=row["floor"] == "yes",
            source=row["source"],
        )
        board = apply(board, [added])
        uids[row["id"]] = added.card
    for row in rows():
        needs = [uids[label] for label in row["needs"].split()]
        board = apply(board, edits.set_needs(board, by, uids[row["id"]], needs))
    return tuple(by.add(board.cards[uid]) for uid in uids.values())


def number(text: str) -> int | None:
    """Return a cell's number, None when it is empty."""
    return int(text) if text else None
