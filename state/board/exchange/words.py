"""The words of other trackers for the state, the priority and the kind of a card."""

import re

from state.board.model import CardKind, CardState, Moscow

_EDGES = re.compile(r"^\W+|\W+$")
_GAPS = re.compile(r"[\s_-]+")

_STATES = {
    CardState.TODO: (
        "to do", "open", "new", "backlog", "triage", "ready", "planned", "unstarted", "not started", "reopened",
        "selected for development", "next", "accepted",
    ),
    CardState.DOING: (
        "in progress", "started", "active", "in review", "review", "in development", "testing", "in testing",
        "in qa", "ongoing", "implementing",
    ),
    CardState.DONE: ("closed", "resolved", "completed", "complete", "finished", "merged", "released", "shipped"),
}  # fmt: skip
_DROPPED = frozenset({
    "canceled", "cancelled", "duplicate", "wont do", "wont fix", "rejected", "declined", "abandoned", "not planned",
    "dropped", "archived",
})  # fmt: skip
_PRIORITIES = {
    Moscow.MUST: ("must have", "urgent", "highest", "blocker", "critical", "p0", "m"),
    Moscow.SHOULD: ("should have", "high", "major", "p1", "s"),
    Moscow.COULD: (
        "could have", "medium", "normal", "low", "lowest", "minor", "trivial", "p2", "p3", "p4", "nice to have", "c",
    ),
    Moscow.WONT: ("wont have", "w"),
}  # fmt: skip
_KINDS = {
    CardKind.CAPABILITY: (
        "story", "user story", "feature", "new feature", "improvement", "enhancement", "task", "sub task", "epic",
        "issue", "initiative",
    ),
    CardKind.SUPPORT: ("bug", "incident", "problem", "defect", "service request", "chore", "toil"),
    CardKind.EXPERIMENT: ("spike", "poc", "proof of concept", "research", "investigation"),
}  # fmt: skip
NO_PRIORITY = frozenset({"no priority", "none", "undefined", "unset"})
"""The words that say that nobody has set a priority."""


def state(text: str) -> str | None:
    """Return the state that a word means, None when it means none."""
    return _state.get(_bare(text))


def dropped(text: str) -> bool:
    """Return whether a tracker's state means that the card will not be done."""
    return _bare(text) in _DROPPED


def moscow(text: str) -> str | None:
    """Return the priority that a word means, None when it means none."""
    return _moscow.get(_bare(text))


def kind(text: str) -> str | None:
    """Return the kind of card that a word means, None when it means none."""
    return _kind.get(_bare(text))


def _bare(text: str) -> str:
    """The word without case, apostrophes, and signs around it: `🏗 In-Progress` is `in progress`."""
    return _EDGES.sub("", _GAPS.sub(" ", text.casefold().replace("'", "").replace("’", "")))


_state = {word: str(own) for own, theirs in _STATES.items() for word in (own, *theirs)}
_moscow = {word: str(own) for own, theirs in _PRIORITIES.items() for word in (own, *theirs)}
_kind = {word: str(own) for own, theirs in _KINDS.items() for word in (own, *theirs)}
