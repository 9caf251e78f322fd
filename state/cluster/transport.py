"""The seam between what asks a cluster and what carries the bytes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from state.cluster.conversation import Conversation
    from state.cluster.streams import Streams

Query = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request to an API server. `path` begins with `/`; `query` holds unescaped pairs."""

    path: str
    query: Query = ()
    method: str = "GET"
    body: bytes | None = None
    content_type: str = "application/json"
    accept: str = "application/json"
    read_timeout: float | None = 30.0
    """Seconds without a byte before the carrier gives up; None for a watch, which may be quiet for ever."""
    etag: str = ""
    """The tag of an answer that is known: one that is still the same comes as status 304, without a body."""
    headers: tuple[tuple[str, str], ...] = ()
    """Further headers, for what a server behind the API server is asked."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer."""

    status: int
    body: bytes
    etag: str = ""
    """What names this very answer, empty when the server does not say."""
    content_type: str = ""
    date: str = ""
    """The header `Date`, empty when the server does not say."""


class Stream(Protocol):
    """An answer that is read as it comes."""

    @property
    def status(self) -> int: ...

    def read(self) -> bytes:
        """Return the next bytes, `b""` at the end. Raises Unreachable when the connection breaks."""
        ...

    def shutdown(self) -> None:
        """End it from any thread, at once: a reader blocked in `read` returns or raises."""
        ...


class Transport(Protocol):
    """A signed-in way to one API server. Every method blocks and may be called from any thread."""

    def call(self, request: Request) -> Answer:
        """Return the whole answer, whatever its status. Raises Unreachable or SignInFailed."""
        ...

    def open(self, request: Request) -> Stream:
        """Return the answer once its head is there. Raises Unreachable or SignInFailed."""
        ...

    def upgrade(self, request: Request, streams: "Streams") -> "Conversation":
        """Return the open streams of a process or a port. Raises ApiError, Unreachable or SignInFailed."""
        ...

    def close(self) -> None:
        """Let idle connections go; those in use end by themselves, and later requests make new ones."""
        ...
