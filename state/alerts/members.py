"""The members of one Alertmanager cluster: whom to ask first, and whom to leave alone for a while."""

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from queue import Empty, Queue
from typing import Generic, NamedTuple, TypeVar

from state import threads
from state.alerts.client import Alertmanager
from state.alerts.errors import AlertmanagerError
from state.clock import SYSTEM, Clock

T = TypeVar("T")
HEAD_START = 1.0
"""Seconds that a member which has not answered is waited for alone, and beside one that has."""
_ANSWERS = ("refused", "not_found")
"""Errors that say that a member is there."""
REST = 30.0
"""Seconds that a member which did not answer is left alone while another one answers."""


class _Said(NamedTuple, Generic[T]):
    member: Alertmanager
    answer: T | None
    error: Exception | None


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

        One that is slow is not waited for alone: after a second the next one is asked beside it, so `ask` must change
        nothing. What one does not know may not have reached it yet: then the others are asked too. Raises
        AlertmanagerError when none answers.
        """
        said: Queue[_Said[T]] = Queue()
        waiting, asked = list(self), 0
        errors: list[AlertmanagerError] = []
        while waiting or asked:
            if waiting:
                member = waiting.pop(0)
                if asked or waiting:
                    threads.start("alertmanager member", partial(self._put_answer, member, ask, said))
                else:
                    self._put_answer(member, ask, said)
                asked += 1
            try:
                one = said.get(timeout=HEAD_START if waiting else None)
            except Empty:
                continue
            asked -= 1
            if one.error is None:
                self.best = one.member
                return one.member, one.answer  # type: ignore[return-value]
            if not isinstance(one.error, AlertmanagerError) or one.error.kind == "refused":
                raise one.error
            errors.append(one.error)
        raise next((error for error in errors if error.kind == "not_found"), errors[0])

    def every_answer(self, ask: Callable[[Alertmanager], T]) -> tuple[list[T], list[AlertmanagerError]]:
        """Ask side by side; return the answers and why some have none, both in the members' order.

        Who is left alone is asked when no other answers. Once one has answered, the others have a second more, or
        three times what it took: one that hangs shall not make the others' news old.
        """
        left_alone = {member: error for member in self if (error := self.resting(member)) is not None}
        said = self._side_by_side([member for member in self._members if member not in left_alone], ask)
        if all(one.error is not None for one in said.values()):
            said |= self._side_by_side(list(left_alone), ask)
        answers: list[T] = []
        errors: list[AlertmanagerError] = []
        for member in self._members:
            one = said.get(member)
            if one is None:
                late = AlertmanagerError("timeout", f"{member} has not answered yet")
                errors.append(left_alone.get(member, late))
            elif isinstance(one.error, AlertmanagerError):
                errors.append(one.error)
            elif one.error is not None:
                raise one.error
            else:
                answers.append(one.answer)  # type: ignore[arg-type]
        well = [one.member for one in said.values() if one.error is None]
        if well and self.best not in well:
            self.best = well[0]
        return answers, errors

    def _side_by_side(
        self, members: Sequence[Alertmanager], ask: Callable[[Alertmanager], T]
    ) -> dict[Alertmanager, _Said[T]]:
        """Return what came of asking, in the order in which it came."""
        said: Queue[_Said[T]] = Queue()
        begun = time.monotonic()
        if len(members) == 1:
            self._put_answer(members[0], ask, said)
        else:
            for member in members:
                threads.start("alertmanager member", partial(self._put_answer, member, ask, said))
        found: dict[Alertmanager, _Said[T]] = {}
        until: float | None = None
        while len(found) < len(members):
            try:
                one = said.get(timeout=None if until is None else max(0.0, until - time.monotonic()))
            except Empty:
                break
            found[one.member] = one
            if until is None and one.error is None:
                took = time.monotonic() - begun
                until = begun + took + max(HEAD_START, 3 * took)
        return found

    def _put_answer(self, member: Alertmanager, ask: Callable[[Alertmanager], T], said: "Queue[_Said[T]]") -> None:
        """Ask a member, note whether it answers, and tell what came of it, whatever that is."""
        try:
            answer = ask(member)
        except AlertmanagerError as error:
            if error.kind in _ANSWERS:
                self.answered(member)
            else:
                self.failed(member, error)
            said.put(_Said(member, None, error))
        except Exception as error:
            said.put(_Said(member, None, error))
        else:
            self.answered(member)
            said.put(_Said(member, answer, None))
