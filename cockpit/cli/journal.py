"""`cockpit journal`: the log of what was observed and done on this machine."""

import json
from pathlib import Path
from typing import Any

import click

from cockpit.cli.board.output import CSV, in_form, print_bytes, print_line, words
from cockpit.cli.journalling import of_the_past, past
from cockpit.cli.root import fail
from state.alerts.dealt import told
from state.board.exchange.separated import separated
from state.journal.entry import Entry
from state.journal.errors import JournalError
from state.journal.lives import BEAT, alert_source, lives, watch_source
from state.rfc3339 import timestamp

_COLUMNS = ("at", "source", "event", "subject", "who", "operation", "outcome", "start", "fingerprint", "details")
_MOST = 10_000_000
LINES = "jsonl"


@click.group()
def journal() -> None:
    """The log of what was observed and done on this machine."""


@journal.command()
@of_the_past("12h")
@in_form(LINES, CSV)
@click.option("--source", help="Entries of one source alone: operation, note, alerts@CONTEXT.")
def export(since: str, context: str | None, data_dir: Path | None, form: str, source: str | None) -> None:
    """Print the journal's entries, the oldest first: JSON, an entry a line, or CSV. Times are UTC."""
    found = past(context, None, None, data_dir, since)
    try:
        entries = found.journal.entries(since=found.since, source=source, limit=_MOST)
    except JournalError as error:
        fail(str(error))
    records = [_record(entry) for entry in reversed(entries)]
    if form == CSV:
        rows = ([words(record[name]) for name in _COLUMNS] for record in records)
        print_bytes(separated(_COLUMNS, rows).encode())
        return
    for record in records:
        print_line(json.dumps(record, ensure_ascii=False))


@journal.command(name="measures")
@of_the_past("7d")
def print_measures(since: str, context: str | None, data_dir: Path | None) -> None:
    """Print how alerts were dealt with: MTTA, MTTR, noise, off hours, pages per shift, and what it rests on."""
    found = past(context, None, None, data_dir, since)
    try:
        alerts = found.journal.entries(since=found.since, source=alert_source(found.context), limit=_MOST)
        beats = found.journal.entries(since=found.since - BEAT, source=watch_source(found.context), limit=_MOST)
    except JournalError as error:
        fail(str(error))
    print_line(told(found.context, lives(alerts), beats, found.since, found.now).rstrip("\n"))


def _record(entry: Entry) -> dict[str, Any]:
    values = {name: getattr(entry, name) for name in _COLUMNS}
    return {**values, "at": timestamp(entry.at), "start": timestamp(entry.start)}
