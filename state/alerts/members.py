"""The members of one Alertmanager cluster: whom to ask first, and whom to leave alone for a while."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from state.alerts.client import Alertmanager
from state.alerts.errors import AlertmanagerError
from state.clock import SYSTEM, Clock

T = TypeVar("T")
REST = 30.0
"""Seconds that a member which did not answer is left alone while another one answers."""


class Members:
    """Remembers who answered and who did not, so that one that hangs is waited for once. Any thread may use it."""

    def __init__(self, members: Sequence[Alertmanager], clock: Clock = SYSTEM) -> None:
        """Raises ValueError when there is no member."""
        if not members:
            raise ValueError("no Alertmanager is given")
        self._members = tuple(members)
        self._clock = clock
        self._resting: dict[Alertmanager, tuple[float, AlertmanagerError]] = {}
        """Until when a member that did not answer is left alone, and what it failed with."""
        self.best = members[0]
        """The member that is asked first: the one that answered last."""

    def __iter__(self) -> Iterator[Alertmanager]:
        """Iterate in the order in which to ask: the best one first, those that are left alone last."""
        return iter(sorted(self._members, key=lambda one: (self.resting(one) is not None, one is not self.best)))

    def resting(self, member: Alertmanager) -> AlertmanagerError | None:
        """Return what a member failed with that is left alone now, None for one to be asked."""
        until, error = self._resting.get(member, (0.0, None))
        return error if self._clock.elapsed() < until else None

    def answered(self, member: Alertmanager) -> None:
        """Note that a member is there."""
        self._resting.pop(member, None)

    def failed(self, member: Alertmanager, error: AlertmanagerError) -> None:
        """Note that a member did not answer."""
        self._resting[member] = (self._clock.elapsed() + REST, error)

    def first_answer(self, ask: Callable[[Alertmanager], T]) -> tuple[Alertmanager, T]:
        """Ask one after the other until one answers; return it and its answer.

        What one does not know may not have reached it yet: then the others are asked too. Raises AlertmanagerError
        when none answers.
        """
        errors: list[AlertmanagerError] = []
        unknown: AlertmanagerError | None = None
        for member in self:
            try:
                answer = ask(member)
            except AlertmanagerError as error:
                if error.kind == "refused":
                    raise
                if error.kind == "not_found":
                    self.answered(member)
                    unknown = unknown or error
                    continue
                self.failed(member, error)
                errors.append(error)
            else:
                self.answered(member)
                self.best = member
                return member, answer
        raise unknown or errors[0]
