"""Kinds by the words that people use for them."""

from collections.abc import Callable
from typing import Any

from state.cluster.errors import ClusterError
from state.cluster.kinds.kind import Kind, Resource
from state.cluster.known_kinds import KnownKinds, Several

Found = Kind[Any] | Resource


class Finding:
    """The kinds of the context that is shown. What cannot be found is said."""

    def __init__(self, kinds: Callable[[], KnownKinds], say: Callable[[str], None]) -> None:
        self._kinds = kinds
        self._say = say

    def find(self, word: str) -> Found | None:
        """Return the kind of a name, or the resource whose kind the server has to be asked for; None for no one."""
        try:
            return self._kinds().find(word)
        except Several as several:
            self._say(str(several))
            return None

    async def ask(self, found: Found) -> Kind[Any] | None:
        """Return the kind that shows a resource, None after it was said why there is no answer."""
        try:
            return await self._kinds().kind(found)
        except (ClusterError, TimeoutError) as error:
            self._say(str(error) or "the server does not answer")
            return None
