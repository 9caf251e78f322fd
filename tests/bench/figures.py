"""What was measured, beside its budget."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. It is within its budget when it is at most `limit`."""

    what: str
    unit: str
    limit: float
    measured: float | None
    """None when it could not be measured; `note` says why."""
    note: str = ""

    @property
    def verdict(self) -> str:
        """`ok`, `over`, or `–` for what was not measured."""
        if self.measured is None:
            return "–"
        return "ok" if self.measured <= self.limit else "over"


def as_json(figures: Iterable[Figure]) -> str:
    """Return one JSON object a line."""
    return "\n".join(
        json.dumps(
            {
                "what": figure.what,
                "unit": figure.unit,
                "budget": figure.limit,
                "measured": None if figure.measured is None else round(figure.measured, 4),
                "verdict": figure.verdict,
                "note": figure.note,
            }
        )
        for figure in figures
    )


def as_table(figures: Sequence[Figure]) -> str:
    """Return lines in columns: what, budget, measured, verdict, note."""
    rows = [("what", "budget", "measured", "verdict", "")]
    rows += [(f.what, f"≤ {f.limit:g} {f.unit}", _value(f), f.verdict, f.note) for f in figures]
    widths = [max(len(row[at]) for row in rows) for at in range(4)]
    return "\n".join(
        f"{row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]:<{widths[3]}}  {row[4]}".rstrip()
        for row in rows
    )


def _value(figure: Figure) -> str:
    return "–" if figure.measured is None else f"{figure.measured:.3g} {figure.unit}"
