"""What the demo's team wrote on its cards, as edits in time: `cards.toml` beside this file."""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

from state.board import edits
from state.board.changes import Change, Step
from state.board.documents import plain
from state.board.model import Board, Card

Edit = Callable[[Board, Step], Iterable[Change]]
Event = tuple[float, str, Edit]
"""Weeks after kick-off, who, and what."""
_DATED = ("evidence", "feedback", "assumptions", "comments", "obstacle")
"""What comes about on days of its own; all else is written when the card is refined."""


def written(kickoff: date, refined: Callable[[str], float], owners: Mapping[str, str]) -> Iterator[Event]:
    """Yield what was written on the cards. `refined` is when a card got its first details, `owners` who wrote them."""
    text = files("cockpit.demo").joinpath("cards.toml").read_text(encoding="utf-8")
    for label, found in tomllib.loads(text).items():
        who = owners[label]
        fields = {name: value for name, value in found.items() if name not in _DATED}
        if "due" in fields:
            fields["due"] = workday(kickoff, fields["due"])
        yield refined(label), who, _refining(label, fields)
        for one in found.get("evidence", ()):
            attested = {"what": one["what"], "who": one["who"], "when": day(kickoff, one["week"])}
            if "until" in one:
                attested["until"] = day(kickoff, one["until"])
            if "link" in one:
                attested["link"] = one["link"]
            yield one["week"], one["who"], _appending(label, "evidence", attested)
        for one in found.get("assumptions", ()):
            assumed = {"what": one["what"], "test": one["test"]}
            yield refined(label), who, _appending(label, "assumptions", assumed)
            if "result" in one:
                yield one["week"], who, _completing(label, "assumptions", one["what"], {"result": one["result"]})
        for one in found.get("feedback", ()):
            said = {"what": one["what"], "team": one["team"], "when": day(kickoff, one["week"])}
            yield one["week"], who, _appending(label, "feedback", said)
            if "answered" in one:
                answer = {"answered": day(kickoff, one["answered"]), "changed": one["changed"]}
                yield one["answered"], who, _completing(label, "feedback", one["what"], answer)
        for one in found.get("comments", ()):
            yield one["week"], one["who"], _commenting(label, one["text"])
        if "obstacle" in found:
            one = found["obstacle"]
            obstacle = {"why": one["why"], "whom": one["whom"], "since": day(kickoff, one["week"])}
            yield one["week"], who, _refining(label, {"obstacle": obstacle})


def day(kickoff: date, week: float) -> date:
    """Return the day that is so many weeks after kick-off."""
    return kickoff + timedelta(days=int(week * 7))


def workday(kickoff: date, week: float) -> date:
    """Return that day, the Friday before it when it is on a weekend."""
    found = day(kickoff, week)
    return found - timedelta(days=max(0, found.weekday() - 4))


def labelled(board: Board, label: str) -> Card:
    """Return the card of a number. Raises KeyError when the board has none."""
    card = board.numbered(label)
    if card is None:
        raise KeyError(label)
    return card


def _refining(label: str, fields: Mapping[str, Any]) -> Edit:
    def edit(board: Board, by: Step) -> Iterable[Change]:
        replaced_by = board.numbered(fields.get("replaced_by", ""))
        known = {**fields, "replaced_by": replaced_by.uid} if replaced_by is not None else fields
        return edits.set_fields(board, by, [labelled(board, label).uid], known)

    return edit


def _appending(label: str, field: str, entry: Mapping[str, Any]) -> Edit:
    def edit(board: Board, by: Step) -> Iterable[Change]:
        card = labelled(board, label)
        return edits.set_field(board, by, [card.uid], field, [*getattr(card, field), entry])

    return edit


def _completing(label: str, field: str, what: str, later: Mapping[str, Any]) -> Edit:
    def edit(board: Board, by: Step) -> Iterable[Change]:
        card = labelled(board, label)
        entries = [{**plain(one), **later} if one.what == what else one for one in getattr(card, field)]
        return edits.set_field(board, by, [card.uid], field, entries)

    return edit


def _commenting(label: str, text: str) -> Edit:
    return lambda board, by: edits.comment(board, by, labelled(board, label).uid, text)
