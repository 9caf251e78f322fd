"""What the configuration file says of the journal."""

from msgspec import Struct

from state.alerts.durations import seconds_of

_LEAST = 86400.0


class Kept(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long what happened is remembered."""

    keep: str = "400d"
    """How long an entry stays, in plain words; `forever` keeps all."""

    def __post_init__(self) -> None:
        try:
            seconds = self.seconds
        except ValueError as error:
            raise ValueError(f"keep: {error}, or forever") from None
        if seconds is not None and seconds < _LEAST:
            raise ValueError("keep: less than a day is no journal: write 400d, or forever")

    @property
    def seconds(self) -> float | None:
        """How long an entry stays, in seconds; None for ever."""
        return None if self.keep.strip().casefold() == "forever" else seconds_of(self.keep)
