"""Which streams a request opens, and what they are called over a WebSocket and over SPDY."""

from dataclasses import dataclass

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SpdyStream:
    """A channel as a stream of SPDY."""

    channel: int
    headers: Headers
    answers: bool = True
    """Whether the server says something on it."""


@dataclass(frozen=True, slots=True)
class Streams:
    """The channels of one request."""

    protocols: tuple[str, ...]
    """The subprotocols of a WebSocket that will do, the best one first."""
    spdy: str
    """What the streams together are called over SPDY."""
    opened: tuple[SpdyStream, ...]
    """The streams of SPDY, in the order in which they are opened."""
