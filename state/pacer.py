"""How soon something costly may be done again."""


class Pacer:
    """Lets a piece of work take at most a share of the time: the next one comes `ratio` times its cost later."""

    def __init__(self, ratio: float = 10.0, at_least: float = 0.25) -> None:
        """`at_least` is seconds between two pieces of work, however cheap they are."""
        self._ratio = ratio
        self._at_least = at_least
        self._next = float("-inf")

    def due(self, now: float) -> bool:
        """Return whether the work may be done at `now`, in seconds on a clock that never goes back."""
        return now >= self._next

    def spent(self, began: float, ended: float) -> None:
        """Take note of a piece of work, in seconds on that clock."""
        self._next = ended + max(self._at_least, self._ratio * (ended - began))
