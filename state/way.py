"""The seam between a client of Prometheus or Alertmanager and how its server is reached."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from state import threads
from state.endpoint import Endpoint
from state.reply import UNREACHABLE, NoAnswer, Reply
from state.threads import Once

if TYPE_CHECKING:
    from state.web import Web

Query = Sequence[tuple[str, str]]


class Way(Protocol):
    """How one server is reached. Any thread may use it; its text is what a sentence calls the server."""

    @property
    def name(self) -> str:
        """What the server is called among several of its kind, empty where there is only one."""
        ...

    @property
    def timeout(self) -> float:
        """Seconds for one answer."""
        ...

    @property
    def url(self) -> str:
        """Where the server is, as a command line would be told; without a path behind its prefix."""
        ...

    @property
    def through(self) -> str:
        """What the server is reached through, in a word for the screen; empty where it is its own address."""
        ...

    def exchange(
        self, method: str, path: str, *, query: Query = (), form: Query = (), json: Any = None, again: bool = False
    ) -> Reply:
        """Return the reply to one request, whatever its status. Blocks; raises NoAnswer.

        `again` allows a second attempt and is for requests that change nothing.
        """
        ...

    def why_not(self, verb: str) -> str:
        """Return why this user may not send what the API's `verb` stands for, as far as is known before it is sent.

        Empty when they may, or when only the server itself can tell. Blocks; raises NoAnswer.
        """
        ...


class ToEndpoint:
    """What every way has of the endpoint that it leads to."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    def __str__(self) -> str:
        return str(self._endpoint)

    @property
    def name(self) -> str:
        return self._endpoint.name

    @property
    def timeout(self) -> float:
        return self._endpoint.timeout

    @property
    def url(self) -> str:
        return self._endpoint.url


class Direct(ToEndpoint):
    """The way to a server at its own address."""

    through = ""

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self._web: Once[Web] = Once(self._open)

    def exchange(
        self, method: str, path: str, *, query: Query = (), form: Query = (), json: Any = None, again: bool = False
    ) -> Reply:
        return self._web().exchange(method, path, query=query, form=form, json=json, again=again)

    def why_not(self, verb: str) -> str:
        return ""

    def _open(self) -> "Web":
        if self._endpoint.service is not None:
            raise NoAnswer(UNREACHABLE, f"{self} is a service of a cluster, and no cluster is asked here")
        with threads.importing:
            from state.web import Web

        return Web(self._endpoint)
