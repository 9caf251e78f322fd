"""A kind's columns beside the table that the API server itself made of the same objects."""

import json
from collections.abc import Sequence
from typing import Any

from state.cluster.kinds.catalogue import kinds
from state.cluster.kinds.kind import Changed, Kind, Row
from state.printable import printable

Json = dict[str, Any]
PRINTED = tuple(kind for kind in kinds() if kind.source is None)
"""The kinds that the server has a table of."""
ACCEPT = "application/json;as=Table;v=v1;g=meta.k8s.io"


def row_of(kind: Kind[Any], found: Json) -> Row:
    """Return the row of one object, read as the watch would send it."""
    event = kind.decoder.event(json.dumps({"type": "MODIFIED", "object": found}).encode())
    assert isinstance(event, Changed), event
    assert not event.row.unreadable, found
    return event.row


def differences(
    kind: Kind[Any], table: Json, moments: Sequence[float], objects: dict[str, Json] | None = None
) -> list[str]:
    """Return where the kind's cells differ from the table's, column by column, in words.

    The server made its ages at some moment that lies among `moments`, so a cell may be right for any of them.
    `objects` are the whole objects by uid, for a table that carries only their metadata.
    """
    headers = [column["name"].upper() for column in table["columnDefinitions"]]
    columns = {column.header: column for column in kind.columns}
    found = [f"no column {header}" for header in headers if header not in columns]
    for line in table["rows"]:
        whole = line["object"] if objects is None else objects.get(line["object"]["metadata"]["uid"])
        if whole is None:
            continue
        row = row_of(kind, whole)
        for header, said in zip(headers, line["cells"], strict=True):
            if header not in columns:
                continue
            said = _written(said)
            ours = {columns[header].cell(row, now).text for now in moments}
            if said not in ours:
                found.append(
                    f"{kind.resource.plural} {row.namespace}/{row.name} {header}: server {said!r}, ours {ours}"
                )
    return found


def _written(cell: object) -> str:
    """Return a cell as kubectl writes it, on one safe line."""
    if cell is None:
        return ""
    return str(cell).lower() if isinstance(cell, bool) else printable(str(cell))
