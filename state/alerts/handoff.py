"""What the next on call has to know, in Markdown: open alerts, silences, noise, operations, cards. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from state.age import age
from state.alerts.card import TAG, open_cards, read_source
from state.alerts.dealt import coverage, dealt_with
from state.alerts.inventory import Kept, inventory
from state.alerts.markdown import code, escaped, utc
from state.alerts.model import Alert, AlertPicture, AlertState
from state.board.model import DROPPED, Board, Card, CardState
from state.journal.entry import Entry
from state.journal.lives import NOTE, AlertLife, alert_source, lives, measures, often, watch_source
from state.perform import SOURCE as OPERATION

NOISY = 3
"""How often an alert has to begin in the time to be called noisy."""
_MOST = 30


@dataclass(frozen=True, slots=True)
class Told:
    """What a hand-off is made of. `picture` is None where Alertmanager was not asked, with `unasked` saying why."""

    context: str
    since: float
    now: float
    entries: Sequence[Entry]
    """Of the journal in this time, and the alerts' from before it that may go on."""
    picture: AlertPicture | None = None
    unasked: str = ""
    board: Board | None = None


def handoff(told: Told) -> str:
    """Return the hand-off. What nobody watched is said, so that no silence of the journal is taken for peace."""
    found = lives(entry for entry in told.entries if entry.source == alert_source(told.context))
    beats = [entry for entry in told.entries if entry.source == watch_source(told.context)]
    said = measures(found, beats, told.since, told.now)
    parts = [
        f"# Hand-off {escaped(told.context)}",
        f"{utc(told.since)} to {utc(told.now)}, {age(told.now - told.since)}.",
        coverage(beats, told.since, told.now, said.watched),
        _section("Open alerts", _open(told, found)),
        _section("Silences", _silences(told)),
        _section("Noisy alerts", _noisy(found, told)),
        _section("What was done", _done(told)),
        _section("Notes", _notes(told)),
        _section("Cards", _cards(told)),
        _section("How alerts were dealt with", dealt_with(said)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _section(title: str, lines: Sequence[str]) -> str:
    shown = list(lines[:_MOST])
    if len(lines) > _MOST:
        shown.append(f"- and {len(lines) - _MOST} more")
    return f"## {title}\n\n" + ("\n".join(shown) if shown else "None.")


def _open(told: Told, found: Iterable[AlertLife]) -> list[str]:
    if told.picture is None:
        why = f" ({escaped(told.unasked)})" if told.unasked else ""
        lines = [f"- Alertmanager was not asked{why}; what the journal saw last:"]
        return lines + [
            f"- **{escaped(life.name)}** {escaped(life.where)}, since {utc(life.start)}"
            f"{f', acked by {escaped(life.by)}' if life.by else ''}"
            for life in found
            if life.ended is None
        ]
    states = (AlertState.ACTIVE, AlertState.ACKED)
    return [_alert(one, told) for one in told.picture.alerts if one.state in states and not one.of_monitoring]


def _alert(alert: Alert, told: Told) -> str:
    ack = alert.ack
    owner = f"{escaped(ack.created_by)} is on it" if ack is not None else "**nobody has it**"
    lasting = age(max(0.0, told.now - alert.since))
    line = f"- **{escaped(alert.name)}** {escaped(alert.where)} ({alert.severity.value}, {lasting}): {owner}"
    place = alert.namespace
    notes = (entry for entry in told.entries if entry.source == NOTE and entry.subject == alert.name)
    note = next((entry for entry in notes if entry.details.get("namespace", place) == place), None)
    card = _card(alert, told)
    following = []
    if note is not None:
        following.append(f"said: {escaped(note.outcome)}")
    if card is not None:
        owner_of = f", {escaped(card.owner)}" if card.owner else ", nobody has it"
        following.append(f"next: {card.label} {escaped(card.title)}{owner_of}")
    if ack is not None and not following:
        following.append(escaped(ack.comment.removeprefix("ACK!").strip()) or "no next step is written down")
    return line + "".join(f"\n  - {one}" for one in following or ["no next step is written down"])


def _card(alert: Alert, told: Told) -> Card | None:
    """The newest open card of an alert; one that names another place only where no other alert has the same name."""
    board, picture = told.board, told.picture
    if board is None:
        return None
    if there := open_cards(board, alert, "", told.context):
        return there[0]
    alone = picture is None or sum(one.name == alert.name for one in picture.alerts) == 1
    sources = ((card, read_source(card.source)) for card in _of(board))
    named = (card for card, of in sources if of and of.name == alert.name and of.context in ("", told.context))
    return next(named, None) if alone else None


def _silences(told: Told) -> list[str]:
    if told.picture is None:
        return []
    return [
        f"- {code(', '.join(map(str, kept.silence.matchers)))} by {escaped(kept.silence.created_by)}, "
        f"{_word(kept)} {utc(kept.silence.ends)}, holds {kept.holds}"
        f"{_in_brackets(kept.remarks)}: {escaped(kept.silence.comment)}"
        for kept in inventory(told.picture, told.now, told.picture.ended)
        if not kept.silence.is_ack
    ]


def _word(kept: Kept) -> str:
    return "ended" if kept.silence.state == "expired" else "ends"


def _in_brackets(words: Sequence[str]) -> str:
    return f" ({escaped(', '.join(words))})" if words else ""


def _noisy(found: Sequence[AlertLife], told: Told) -> list[str]:
    lines = []
    for name, count in often(found, told.since).items():
        if count < NOISY:
            continue
        inside = [life for life in found if life.name == name and life.start >= told.since]
        untouched = sum(life.acked is None and life.silenced is None for life in inside)
        lines.append(f"- **{escaped(name)}** began {count} times, {untouched} of them untouched")
    return lines


def _done(told: Told) -> list[str]:
    return [
        f"- {utc(entry.at)} {escaped(entry.who)}: {escaped(entry.details.get('title', entry.operation))}"
        f"{'' if entry.event == 'done' else f' ({entry.event})'}"
        for entry in sorted(told.entries, key=lambda entry: entry.at)
        if entry.source == OPERATION and entry.at >= told.since and entry.operation != "extend-ack"
    ]


def _notes(told: Told) -> list[str]:
    return [
        f"- {utc(entry.at)} {escaped(entry.who)} on {escaped(entry.subject)}: {escaped(entry.outcome)}"
        for entry in sorted(told.entries, key=lambda entry: entry.at)
        if entry.source == NOTE and entry.at >= told.since
    ]


def _cards(told: Told) -> list[str]:
    return [
        f"- {card.label} {escaped(card.title)}{f', {escaped(card.owner)}' if card.owner else ', nobody has it'}"
        for card in _of(told.board)
        if TAG in card.tags and card.created is not None and card.created.timestamp() >= told.since
    ]


def _of(board: Board | None) -> list[Card]:
    """The cards that are not settled, the newest first."""
    if board is None:
        return []
    open_ = [card for card in board.cards.values() if card.state is not CardState.DONE and card.phase != DROPPED]
    return sorted(open_, key=lambda card: -card.number)
