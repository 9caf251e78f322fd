"""One field of a card, or of several at once, in one line."""

from collections.abc import Sequence

from screens.dialogs.ask import Ask, wrong_by
from screens.dialogs.card_fields import VALUES, read_points, read_value
from state.board.field_text import written_number
from state.printable import printable


class AskPoints(Ask):
    """The points of a card, or of several at once; an empty answer takes the estimate away."""

    def __init__(self, title: str, points: float | None = None) -> None:
        super().__init__(
            title,
            written_number(points),
            hint="relative effort; empty: not estimated",
            check=wrong_by(read_points),
        )


class AskValue(Ask):
    """The value of cards; an empty answer takes it away. `card_fields.read_value` reads the answer."""

    def __init__(self, title: str, value: int | None = None) -> None:
        super().__init__(
            title,
            "" if value is None else str(value),
            hint=f"one of {', '.join(VALUES)}; empty: no value yet",
            check=wrong_by(read_value),
        )


class AskOwner(Ask):
    """The owner of cards; an empty answer takes it away. Known names are suggested while typing."""

    def __init__(self, names: Sequence[str], title: str = "Owner", owner: str = "") -> None:
        known = tuple(printable(name) for name in names)
        hint = "; ".join(part for part in (", ".join(known), "empty: nobody") if part)
        super().__init__(title, printable(owner), hint=hint, choices=known)
