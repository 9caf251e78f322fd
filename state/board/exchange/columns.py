"""The names that spreadsheets, Jira, Linear and GitHub Projects have for the fields of a card."""

import re
from dataclasses import dataclass

from state.board.exchange.cells import FIELDS

KEY, PARENT, BLOCKS, COMMENT = "key", "parent", "blocks", "comment"
"""What a column can be beside a field: another tracker's name of a card, the card above, the cards that it holds up."""
_OTHERS = {
    "title": ("summary", "issue", "task", "capability", "card title"),
    "number": ("card", "card number"),
    "description": ("body", "notes", "details"),
    "kind": ("issue type", "type", "card type"),
    "state": ("status", "status category", "workflow state"),
    "owner": ("assignee", "assignees", "assigned to", "responsible"),
    "points": ("story points", "story point estimate", "estimate", "size", "effort", "points estimate"),
    "moscow": ("priority", "moscow priority"),
    "value": ("business value",),
    "tags": ("labels", "label", "tag"),
    "phase": (
        "milestone", "project milestone", "fix version", "fix version s", "fix versions", "release",
    ),
    "lane": (
        "epic", "epic name", "epic link", "epic link summary", "parent summary", "component", "components",
        "component s", "area", "project",
    ),
    "due": ("due date", "target date", "deadline", "end date"),
    "created": ("created at", "creation date", "date created"),
    "started": ("started at", "start date"),
    "finished": ("resolved", "completed", "completed at", "closed at", "resolution date", "done date"),
    "needs": ("blocked by", "depends on", "dependencies", "needs cards", "inward issue link blocks", "is blocked by"),
    "links": ("url", "link", "pull requests", "linked pull requests"),
    "acceptance": ("acceptance criteria", "definition of done"),
    "teams": ("requested by", "requesting team"),
    "source": ("origin",),
    KEY: ("issue key", "key", "id", "issue id", "identifier", "external id"),
    PARENT: ("parent", "parent key", "parent issue", "parent id"),
    BLOCKS: ("blocks", "blocking", "outward issue link blocks"),
    COMMENT: ("comment", "comments"),
}  # fmt: skip
_HOW = {
    "moscow": "urgent, highest, critical: must; high, major: should; medium, low: could",
    "owner": "the first of several",
    KEY: "kept as the source",
    PARENT: "the title of the card above becomes the lane",
    BLOCKS: "those cards need this one",
}
# When several columns say the same, those that come first here win.
_BEST = (
    "custom field story points", "story points", "estimate", "milestone", "fix version s", "release", "epic name",
    "parent summary", "epic", "issue key", "identifier", "id",
)  # fmt: skip
_WRAPPED = re.compile(r"custom field (.+)")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column is: a field, or KEY, PARENT, BLOCKS, COMMENT; `own` when the board's own name stands there."""

    field: str
    own: bool = False
    how: str = ""


def meaning(head: str) -> Meaning | None:
    """Return what a column is by its name, whatever its case and signs; None when nobody knows."""
    if head.strip().lower() in FIELDS:
        return Meaning(head.strip().lower(), own=True)
    bare = _bare(head)
    wrapped = _WRAPPED.fullmatch(bare)
    field = _FIELD.get(bare) or (_FIELD.get(wrapped[1]) if wrapped else None)
    return None if field is None else Meaning(field, how=_HOW.get(field, ""))


def better(head: str) -> int:
    """Return the place of a column among those that say the same, the best first."""
    bare = _bare(head)
    return _BEST.index(bare) if bare in _BEST else len(_BEST)


def _bare(head: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", head.casefold()).split())


_FIELD = {
    **{_bare(name): field for field, names in _OTHERS.items() for name in names},
    **{_bare(name): name for name in FIELDS if name != "comments"},
}
