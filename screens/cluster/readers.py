"""Where the rows of a list come from."""

from typing import Any, Protocol

from state.cluster.live import Lease
from state.freshness import Freshness
from state.mirror import Mirror


class Reader(Protocol):
    """Rows of one context, and how fresh they are."""

    @property
    def mirror(self) -> Mirror[Any]: ...

    @property
    def freshness(self) -> Freshness: ...

    @property
    def complete(self) -> bool: ...

    def refresh(self) -> None:
        """Take over what does not come by itself."""
        ...

    def release(self) -> None:
        """Read no longer."""
        ...


class Leased:
    """The rows of a cluster; they come by themselves."""

    def __init__(self, lease: Lease[Any]) -> None:
        self._lease = lease

    @property
    def mirror(self) -> Mirror[Any]:
        return self._lease.mirror

    @property
    def freshness(self) -> Freshness:
        return self._lease.feed.freshness

    @property
    def complete(self) -> bool:
        return self._lease.feed.complete

    def refresh(self) -> None:
        """Nothing to do."""

    def release(self) -> None:
        self._lease.release()
