"""The one way an operation is run: refused, permitted, run once, journalled once."""

import secrets
from collections.abc import Mapping
from types import MappingProxyType

from state.clock import SYSTEM, Clock
from state.journal.entry import Entry, Recorder
from state.operation import Operation, Outcome, Refused
from state.printable import printable
from state.redact import redact

SOURCE = "operation"
"""The source of the journal's entries on operations."""
READ_ONLY = "read-only: nothing is changed"


def perform(operation: Operation, journal: Recorder, read_only: bool, who: str, *, clock: Clock = SYSTEM) -> Outcome:
    """Run an operation and return what came of it. Blocks; call it off the loop.

    Raises Refused in read-only, before anything is asked of a server and without an entry in the journal; Refused
    when it is not permitted; and what `permitted` and `run` raise. Each of those is journalled as one entry with
    the event `done`, `failed` or `refused`.
    """
    if read_only:
        raise Refused(READ_ONLY)
    begun = clock.wall()

    def record(event: str, outcome: str, details: Mapping[str, str] = MappingProxyType({})) -> None:
        journal.record(
            Entry(
                source=SOURCE,
                fingerprint=secrets.token_hex(16),
                start=begun,
                event=event,
                at=clock.wall(),
                who=who,
                subject=str(operation.subject),
                operation=operation.id,
                outcome=_clean(outcome),
                details={name: _clean(text) for name, text in {"title": operation.title, **details}.items()},
            )
        )

    try:
        refusal = operation.permitted()
        if refusal:
            raise Refused(refusal)
        outcome = operation.run()
    except Refused as refused:
        record("refused", str(refused))
        raise
    except BaseException as error:
        record("failed", str(error) or type(error).__name__)
        raise
    record("done" if outcome.done else "failed", outcome.summary, outcome.details)
    return outcome


def _clean(text: str) -> str:
    return printable(redact(text))
