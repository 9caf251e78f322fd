"""One thread that serves a conversation and the files beside it, until it is over."""

import os
import selectors
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from state.cluster.conversation import Conversation
from state.cluster.errors import Unreachable

_LOOK_SECONDS = 1.0


class HasFileno(Protocol):
    """Anything with a descriptor."""

    def fileno(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Beside:
    """A file served beside the conversation. It is looked at for what the two questions ask for at that moment."""

    file: int | HasFileno
    readable: Callable[[], None]
    writable: Callable[[], None] = lambda: None
    wants_read: Callable[[], bool] = lambda: True
    wants_write: Callable[[], bool] = lambda: False


class Pump:
    """Waits for whatever is ready and hands it on. `post` and `stop` may be called from any thread."""

    def __init__(
        self, conversation: Conversation, beside: tuple[Beside, ...] = (), clear: Callable[[], bool] | None = None
    ) -> None:
        """`clear` is asked whether more of what the server sends can be taken; by default it always can."""
        self._conversation = conversation
        self._beside = beside
        self._clear = clear if clear is not None else _always
        self._posted: deque[Callable[[], None]] = deque()
        self._stopped = False
        self._ended = False
        self._lock = threading.Lock()
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)

    def post(self, work: Callable[[], None]) -> None:
        """Do something on the pump's thread, soon. Dropped once the conversation is over."""
        self._posted.append(work)
        self._wake()

    def stop(self) -> None:
        """End it at once."""
        self._stopped = True
        self._wake()

    def run(self, received: Callable[[bytes], None], *, before: Callable[[], bool] = lambda: False) -> None:
        """Serve until the server closes or somebody stops it; then the connection is gone. Raises Unreachable.

        `before` is called each time before it waits, every second at least; it says whether it would send more as
        soon as there is room. What the callbacks raise ends it, too.
        """
        conversation = self._conversation
        with selectors.DefaultSelector() as selector:
            try:
                while not self._stopped and not conversation.closed:
                    while self._posted:
                        self._posted.popleft()()
                    conversation.tick()
                    has_more = before()
                    self._flush(received)
                    # All was taken at once, and there is more: nothing would wake for it.
                    at_once = has_more and not conversation.backlog and not conversation.full
                    if not (conversation.more and self._clear()):
                        for one in self._ready(selector, 0.0 if at_once else _LOOK_SECONDS):
                            one()
                    if self._clear():
                        for message in conversation.receive():
                            received(message)
            finally:
                self._close()

    def _flush(self, received: Callable[[bytes], None]) -> None:
        try:
            self._conversation.flush()
        except Unreachable:
            # What the other side said before it hung up says why, and may be all that was wanted.
            while messages := self._conversation.receive():
                for message in messages:
                    received(message)
            if not self._conversation.closed:
                raise

    def _ready(self, selector: selectors.BaseSelector, seconds: float) -> list[Callable[[], None]]:
        """Wait for so long at most, and return what is to be called."""
        conversation = self._conversation
        wanted: dict[int, tuple[int, Callable[[], None], Callable[[], None]]] = {}
        events = (selectors.EVENT_READ if self._clear() else 0) | (selectors.EVENT_WRITE if conversation.backlog else 0)
        wanted[conversation.fileno()] = (events, _nothing, _nothing)
        wanted[self._wake_read] = (selectors.EVENT_READ, self._awake, _nothing)
        for one in self._beside:
            read = selectors.EVENT_READ if not conversation.full and one.wants_read() else 0
            write = selectors.EVENT_WRITE if one.wants_write() else 0
            wanted[_fileno(one.file)] = (read | write, one.readable, one.writable)
        for descriptor in [key for key in selector.get_map() if key not in wanted or not wanted[key][0]]:
            selector.unregister(descriptor)
        for descriptor, (events, _, _) in wanted.items():
            if not events:
                continue
            if descriptor not in selector.get_map():
                selector.register(descriptor, events)
            elif selector.get_key(descriptor).events != events:
                selector.modify(descriptor, events)
        found: list[Callable[[], None]] = []
        for key, ready in selector.select(seconds):
            _, readable, writable = wanted[key.fd]
            found += [readable] if ready & selectors.EVENT_READ else []
            found += [writable] if ready & selectors.EVENT_WRITE else []
        return found

    def _awake(self) -> None:
        try:
            while os.read(self._wake_read, 4096):
                pass
        except BlockingIOError:
            pass

    def _wake(self) -> None:
        with self._lock:
            if not self._ended:
                try:
                    os.write(self._wake_write, b"\0")
                except BlockingIOError:
                    pass

    def _close(self) -> None:
        self._conversation.close()
        with self._lock:
            self._ended = True
            os.close(self._wake_read)
            os.close(self._wake_write)


def _nothing() -> None:
    pass


def _always() -> bool:
    return True


def _fileno(file: int | HasFileno) -> int:
    return file if isinstance(file, int) else file.fileno()
