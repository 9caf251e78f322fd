"""`cockpit board share`: the gauge's numbers."""

import sys
from typing import Any

import click

from cockpit.cli.board.opened import Asked, on_board
from cockpit.cli.board.output import JSON, TABLE, in_form, print_json, print_line
from state.planning.scope import MUST_LIMIT, Scope, scope
from state.planning.share import Drift, Part, Verdict
from state.printable import printable


@click.command()
@click.option("--check", is_flag=True, help="End with 1 unless the share is inside the band.")
@in_form(TABLE, JSON)
@on_board
@click.pass_obj
def share(asked: Asked, check: bool, form: str) -> None:
    """Show the MVP's share of the whole: by points and by cards, with its band, floor, Must and drift."""
    found = scope(asked.open().load())
    if form == JSON:
        print_json(_record(found))
    else:
        for name, text in _lines(found):
            print_line(f"{name:<12} {text}")
    sys.exit(1 if check and found.share.verdict is not Verdict.IN_BAND else 0)


def _record(found: Scope) -> dict[str, Any]:
    share = found.share
    return {
        "percent": share.percent,
        "points": share.points.part,
        "whole": share.points.whole,
        "interval": share.interval,
        "band": share.band,
        "verdict": None if share.verdict is None else share.verdict.value,
        "over": share.over,
        "under": share.under,
        "cards": {"percent": share.cards.percent, "mvp": share.cards.part, "whole": share.cards.whole},
        "unestimated": {"mvp": share.unestimated[0], "later": share.unestimated[1]},
        "floor": {"percent": found.floor.percent, "points": found.floor.part},
        "must": {"percent": found.must.percent, "left": found.must_left.percent, "limit": MUST_LIMIT},
        "done": {"cards": found.done, "points": found.done_points},
        "drift": None if found.drift is None else _drift(found.drift),
        "blocked": [card.label for card in found.blocked],
        "wont": [card.label for card in found.wont],
        "floor_outside": [card.label for card in found.floor_outside],
        "holes": list(found.holes),
        "next": None if found.next is None else found.next.label,
    }


def _drift(found: Drift) -> dict[str, Any]:
    return {
        "baseline": found.baseline.name,
        "when": found.baseline.when,
        "then": found.then.percent,
        "change": found.change,
        "by_mvp": found.by_mvp,
        "by_whole": found.by_whole,
        "mvp_moved": found.mvp_moved,
        "whole_moved": found.whole_moved,
        "diluted": found.diluted,
    }


def _lines(found: Scope) -> list[tuple[str, str]]:
    share, drift = found.share, found.drift
    low, high = share.band
    stands = "no verdict" if share.verdict is None else share.verdict.value
    if share.over:
        stands += f", {_amount(share.over)} points over"
    elif share.under:
        stands += f", {_amount(share.under)} points under"
    lines = [
        ("share", f"{_percent(share.percent)}  {_of(share.points)} points; {stands}"),
        ("band", f"{low:g}–{high:g} %"),
        ("by cards", f"{_percent(share.cards.percent)}  {_of(share.cards)} capabilities"),
    ]
    if any(share.unestimated) and share.interval:
        inside, later = share.unestimated
        low, high = share.interval
        lines.append(("unestimated", f"{inside} in the MVP, {later} later: {low:.1f}–{high:.1f} %"))
    lines += [
        ("floor", f"{_percent(found.floor.percent)}  {_amount(found.floor.part)} points"),
        ("must", f"{_percent(found.must_left.percent)} of what is left, at most {MUST_LIMIT:g} %"),
        ("done", f"{found.done} of {found.cards} cards, {_amount(found.done_points)} points"),
    ]
    if drift is not None and drift.change is not None:
        moved = f"MVP {drift.mvp_moved:+g} points, whole {drift.whole_moved:+g}"
        diluted = "; diluted" if drift.diluted else ""
        lines.append(("drift", f"{drift.change:+.1f} since {printable(drift.baseline.name)}: {moved}{diluted}"))
    labels = (("blocked", found.blocked), ("won't", found.wont), ("floor out", found.floor_outside))
    lines += [(name, " ".join(card.label for card in cards)) for name, cards in labels if cards]
    if found.holes:
        lines.append(("holes", ", ".join(found.holes)))
    if found.next is not None:
        lines.append(("next", f"{found.next.label} {printable(found.next.title)}"))
    return lines


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f} %"


def _amount(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _of(part: Part) -> str:
    return f"{_amount(part.part)} of {_amount(part.whole)}"
