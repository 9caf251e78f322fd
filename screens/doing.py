"""From a key to the journal: permission, preview, confirmation, the deed, and words about it."""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar

from textual.screen import Screen

from screens.dialogs.confirm import Confirm
from screens.dialogs.operations.following import Following
from state import threads
from state.alerts.errors import AlertmanagerError
from state.bulk import Result, perform_all, prepare
from state.cluster.errors import ClusterError
from state.journal.journal import Journal
from state.operation import Course, LongOperation, Operation, Outcome, Preview, Progress, Refused
from state.perform import perform
from state.printable import printable
from state.ref import Ref

ANSWER_SECONDS = 20.0
DONE_SECONDS = 60.0
"""How long one request that changes something may take. What takes its time by nature has a course, and no limit."""
PREVIEW_SECONDS = 120.0
"""Seconds that the previews of all that is marked may take together."""
T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Doing:
    """How this cockpit does operations. Of a context's name, `read_only` tells whether nothing may be changed there,
    `protected` whether what destroys asks for a typed name; `home` is the context of what names none itself."""

    journal: Journal
    who: str
    read_only: Callable[[str], bool]
    protected: Callable[[str], bool]
    home: str

    async def ask_and_do(
        self, screen: Screen[None], title: str, plan: Callable[[], Operation], context: str = ""
    ) -> Outcome | None:
        """Plan, preview, ask, do; return what came of it, None when nothing was done. Tells the user either way.

        `plan` makes the operation, tied to what it found; it may block and raise as a preview does. `context` is
        where, empty for home.
        """
        if self.read_only(context or self.home):
            _say(screen, f"{title}: this cockpit is read-only{f' in {context}' if context else ''}", "warning")
            return None

        def prepare() -> tuple[Operation, Preview]:
            operation = plan()
            refusal = operation.permitted()
            if refusal:
                raise Refused(f"{operation.title}: {refusal}")
            return operation, operation.preview()

        try:
            operation, preview = await threads.call("preview", prepare, timeout=ANSWER_SECONDS)
        except TimeoutError:
            _say(screen, f"{title}: no answer in {ANSWER_SECONDS:.0f} s, nothing was done", "error")
            return None
        except Exception as error:
            self._tell(screen, title, error)
            return None
        subject = operation.subject
        typed = subject.name if isinstance(subject, Ref) and self.protected(subject.cluster) else ""
        where = f" in {subject.cluster}" if isinstance(subject, Ref) and subject.cluster != self.home else ""
        if not await screen.app.push_screen_wait(Confirm(f"{operation.title}{where}", preview, type_name=typed)):
            return None
        return await self.do(screen, operation)

    async def ask_and_do_all(
        self, screen: Screen[None], title: str, plan: Callable[[], Sequence[Operation]], hidden: Collection[Ref] = ()
    ) -> tuple[Result, ...]:
        """Preview one operation over several objects, ask once, naming all, do it to each; return what came of each.

        `plan` may block; `hidden` are those that are marked and not in sight.
        """
        try:
            prepared = await threads.call("preview", lambda: prepare(plan(), hidden), timeout=PREVIEW_SECONDS)
        except TimeoutError:
            _say(screen, f"{title}: no answer in {PREVIEW_SECONDS:.0f} s, nothing was done", "error")
            return ()
        except Exception as error:
            self._tell(screen, title, error)
            return ()
        contexts = {one.subject.cluster for one in prepared.able if isinstance(one.subject, Ref)}
        guarded = sorted(context for context in contexts if self.protected(context))
        typed = guarded[0] if guarded else ""
        if not await screen.app.push_screen_wait(Confirm(title, prepared.preview, type_name=typed)):
            return ()
        elsewhere = any(not isinstance(one.subject, Ref) for one in prepared.able)
        read_only = any(self.read_only(context) for context in (*contexts, *([self.home] if elsewhere else [])))
        journal, who = self.journal, self.who
        try:
            outcome, results = await self._along(
                screen, title, lambda course: perform_all(prepared.able, journal, read_only, who, course=course)
            )
        except Exception as error:
            self._tell(screen, title, error)
            return ()
        _say(screen, outcome.summary, "information" if outcome.done else "warning")
        return results

    async def do(self, screen: Screen[None], operation: Operation) -> Outcome | None:
        """Do what was confirmed, once; it is journalled whatever comes of it. A long operation is followed."""
        subject = operation.subject
        read_only = self.read_only(subject.cluster if isinstance(subject, Ref) else self.home)
        along = getattr(operation, "along", None)
        if along is not None:
            return await self._follow(screen, operation.title, along, read_only)
        try:
            outcome = await threads.call(
                operation.id, lambda: perform(operation, self.journal, read_only, self.who), timeout=DONE_SECONDS
            )
        except TimeoutError:
            _say(screen, f"{operation.title}: no answer yet; look at the object before you try again", "error")
            return None
        except Exception as error:
            self._tell(screen, operation.title, error)
            return None
        _say(screen, outcome.summary, "information" if outcome.done else "warning")
        return outcome

    async def _follow(
        self, screen: Screen[None], title: str, along: Callable[[Course], LongOperation], read_only: bool
    ) -> Outcome | None:
        """Do an operation that takes its time, showing how far it is."""
        journal, who = self.journal, self.who
        try:
            outcome = await self._along(screen, title, lambda course: perform(along(course), journal, read_only, who))
        except Exception as error:
            self._tell(screen, title, error)
            return None
        _say(screen, outcome.summary, "information" if outcome.done else "warning")
        return outcome

    async def _along(self, screen: Screen[None], title: str, work: Callable[[Course], T]) -> T:
        """Return what comes of work on a thread; how far it is stands in a dialog that may be closed before."""
        last: list[Progress] = []
        ended: list[bool] = []
        course = Course(lambda progress: last.__setitem__(slice(None), [progress]))
        dialog = Following(title, course, lambda: last[0] if last else None, lambda: bool(ended))
        screen.app.push_screen(dialog)
        try:
            return await threads.call(title, lambda: work(course))
        finally:
            ended.append(True)

    def _tell(self, screen: Screen[None], title: str, error: Exception) -> None:
        if isinstance(error, Refused | ClusterError | AlertmanagerError):
            _say(screen, str(error), "error")
        else:
            _log.error("%s failed", title, exc_info=error)
            _say(screen, f"{title} failed: {type(error).__name__}: {error}", "error")


def _say(screen: Screen[None], text: str, severity: str) -> None:
    screen.app.notify(printable(text), severity=severity, markup=False)  # type: ignore[arg-type]
