"""What the configuration file may say of logs."""

import re
from typing import Annotated

import msgspec

MOST_STREAMS = 200


class Logs(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How logs are read and what of them is covered."""

    streams: Annotated[int, msgspec.Meta(ge=1, le=MOST_STREAMS)] = 20
    """How many logs are followed at once in one screen; each is a connection."""
    masks: dict[str, str] = {}
    """Patterns of secrets, by the names they are counted under; a group `secret` says which part is covered."""
    default_masks: bool = True
    """Whether passwords, tokens and keys of the usual forms are covered too."""


def wrong_mask(logs: Logs) -> tuple[str, str] | None:
    """Return the name of the first mask that is no regular expression and why, None when all are."""
    for name, pattern in logs.masks.items():
        try:
            found = re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as error:
            return name, f"not a regular expression: {error}"
        if found.match("") is not None:
            return name, "it matches an empty text, and so every line"
    return None
