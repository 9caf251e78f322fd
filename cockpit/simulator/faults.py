"""Faults that tests switch on: a server that hangs, resets, refuses or crawls."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any, Literal, get_args

Kind = Literal["freeze", "reset", "refuse", "slow"]
_REFUSALS = (401, 403, 410, 429, 500, 503)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong with the requests whose path matches.

    `freeze`: accepted, never answered, and open watches go silent until it is lifted. `reset`: the connection is
    reset, that of open watches too. `refuse`: answered with `code`. `slow`: `delay` seconds before the answer and at
    most `bytes_per_second` (0: no limit) of it.
    """

    kind: Kind
    path: str = "*"
    """A pattern with `*` for the path with its query."""
    method: str = "*"
    requests: int | None = None
    """How many requests it hits, None for all."""
    code: int = 500
    retry_after: int = 0
    """Seconds, sent as Retry-After when not 0."""
    delay: float = 0.0
    bytes_per_second: int = 0

    def hits(self, method: str, path: str) -> bool:
        """Return whether a request suffers it."""
        return self.method in ("*", method) and fnmatchcase(path, self.path)


@dataclass(slots=True)
class _Armed:
    fault: Fault
    left: int | None = field(default=None)


class Faults:
    """The faults that are switched on. Belongs to one asyncio loop."""

    def __init__(self) -> None:
        self._armed: list[_Armed] = []
        self._listeners: list[Callable[[], None]] = []

    def set(self, faults: Iterable[Fault]) -> None:
        """Switch these on and all others off."""
        self._armed = [_Armed(fault, fault.requests) for fault in faults]
        for notify in tuple(self._listeners):
            notify()

    def clear(self) -> None:
        """Switch all off."""
        self.set(())

    def current(self) -> list[Fault]:
        """Return what is on, with the number of requests each still hits."""
        return [replace(armed.fault, requests=armed.left) for armed in self._armed if armed.left != 0]

    def meet(self, method: str, path: str) -> Fault | None:
        """Return the fault that a new request suffers, and count it."""
        for armed in self._armed:
            if armed.left != 0 and armed.fault.hits(method, path):
                if armed.left is not None:
                    armed.left -= 1
                return armed.fault
        return None

    def upon(self, method: str, path: str) -> Fault | None:
        """Return the fault that a request under way suffers now: freezes and resets reach open watches.

        One that hits a number of requests hits only new ones.
        """
        for armed in self._armed:
            fault = armed.fault
            if fault.kind in ("freeze", "reset") and fault.requests is None and fault.hits(method, path):
                return fault
        return None

    def listen(self, notify: Callable[[], None]) -> Callable[[], None]:
        """Call `notify` whenever the faults change; return what ends that."""
        self._listeners.append(notify)
        return lambda: self._listeners.remove(notify)

    async def changed(self) -> None:
        """Wait until the faults change."""
        reached = asyncio.Event()
        stop = self.listen(reached.set)
        try:
            await reached.wait()
        finally:
            stop()


def fault_from_json(data: Any) -> Fault:
    """Return the fault that a JSON object describes; a refusal may be written as its code. Raises ValueError."""
    if not isinstance(data, dict):
        raise ValueError('a fault is an object such as {"kind": "freeze", "path": "/api/v1/pods*"}')
    known = {
        "kind": (str, int),
        "path": str,
        "method": str,
        "requests": int,
        "code": int,
        "retry_after": int,
        "delay": (int, float),
        "bytes_per_second": int,
    }
    for key, value in data.items():
        if key not in known:
            raise ValueError(f"a fault has no field {key!r}; it has {', '.join(known)}")
        if isinstance(value, bool) or not isinstance(value, known[key]):  # type: ignore[arg-type]
            raise ValueError(f"field {key!r} of a fault cannot be {value!r}")
    kind = data.get("kind")
    if kind in _REFUSALS or (isinstance(kind, str) and kind.isdigit() and int(kind) in _REFUSALS):
        data = {**data, "kind": "refuse", "code": int(kind)}
    if data.get("kind") not in get_args(Kind):
        raise ValueError(f"a fault's kind is one of {', '.join(map(str, (*get_args(Kind), *_REFUSALS)))}")
    if data.get("code", 500) not in _REFUSALS:
        raise ValueError(f"a refusal's code is one of {', '.join(map(str, _REFUSALS))}")
    return Fault(**data)
