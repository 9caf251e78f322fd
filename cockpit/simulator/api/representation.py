"""In which form a client wants objects: whole, as a table, or their metadata only."""

from dataclasses import dataclass
from enum import Enum

from cockpit.simulator.status import not_acceptable

OFFERED = ("application/json", "application/json;stream=watch")
_ANYTHING = ("application/json", "application/*", "*/*")


class Shape(Enum):
    """What of an object is sent."""

    WHOLE = "whole"
    TABLE = "Table"
    METADATA = "PartialObjectMetadata"


@dataclass(frozen=True, slots=True)
class Representation:
    """A shape; for tables also what comes with each row: `None`, `Metadata` or `Object`."""

    shape: Shape = Shape.WHOLE
    include: str = "Metadata"


@dataclass(frozen=True, slots=True)
class Clause:
    """One alternative of an Accept header."""

    media_type: str
    parameters: dict[str, str]


def clauses(accept: str) -> list[Clause]:
    """Return the alternatives of an Accept header, in the client's order; none means anything."""
    found = []
    for text in accept.split(","):
        media_type, *parameters = (part.strip() for part in text.split(";"))
        if media_type:
            pairs = (parameter.partition("=") for parameter in parameters)
            found.append(Clause(media_type.lower(), {key: value for key, _, value in pairs}))
    return found or [Clause("*/*", {})]


def representation(accept: str, include_object: str) -> Representation:
    """Return the first form the client takes that there is. Raises ApiError (406)."""
    for clause in clauses(accept):
        if clause.media_type not in _ANYTHING:
            continue
        wanted, group = clause.parameters.get("as"), clause.parameters.get("g")
        if wanted is None:
            return Representation()
        if group != "meta.k8s.io" or clause.parameters.get("v") != "v1":
            continue
        if wanted == "Table":
            return Representation(Shape.TABLE, include_object or "Metadata")
        if wanted in ("PartialObjectMetadata", "PartialObjectMetadataList"):
            return Representation(Shape.METADATA)
    raise not_acceptable(OFFERED)
