"""The picture of what several servers said, made on the thread that heard the last of it.

Thousands of alerts take tens of milliseconds to join; the loop only takes over what is ready.
"""

import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

from state.alerts.model import AlertPicture
from state.alerts.reading import FromAlertmanager, FromPrometheus
from state.alerts.together import join_all

Heard = tuple[FromAlertmanager | None, ...]
Told = tuple[FromPrometheus | None, ...]


class _Ready(NamedTuple):
    heard: Heard
    told: Told
    picture: AlertPicture


class Joined:
    """Joins the newest answers of some Alertmanager clusters and some Prometheus servers."""

    def __init__(self, alertmanagers: int, prometheuses: int) -> None:
        self._lock = threading.Lock()
        self._heard: Heard = (None,) * alertmanagers
        self._told: Told = (None,) * prometheuses
        self._ready = _Ready(self._heard, self._told, AlertPicture())

    def of_alertmanager(self, place: int, fetch: Callable[[], FromAlertmanager]) -> Callable[[], FromAlertmanager]:
        """Return what asks the Alertmanagers at a place as `fetch` does, and joins what they say with the rest."""

        def asked() -> FromAlertmanager:
            said = fetch()
            with self._lock:
                self._heard = (*self._heard[:place], said, *self._heard[place + 1 :])
            self._join()
            return said

        return asked

    def of_prometheus(self, place: int, fetch: Callable[[], FromPrometheus]) -> Callable[[], FromPrometheus]:
        """Return what asks the Prometheus at a place as `fetch` does, and joins what it says with the rest."""

        def asked() -> FromPrometheus:
            said = fetch()
            with self._lock:
                self._told = (*self._told[:place], said, *self._told[place + 1 :])
            self._join()
            return said

        return asked

    def picture(self, heard: Sequence[FromAlertmanager | None], told: Sequence[FromPrometheus | None]) -> AlertPicture:
        """Return the picture of these answers: the one that is ready where it is of them, else made now."""
        ready = self._ready
        if _same(ready.heard, heard) and _same(ready.told, told):
            return ready.picture
        return join_all(heard, told)

    def _join(self) -> None:
        with self._lock:
            heard, told = self._heard, self._told
        ready = _Ready(heard, told, join_all(heard, told))
        with self._lock:
            # Another thread may have heard more meanwhile, and be done first.
            if heard is self._heard and told is self._told:
                self._ready = ready


def _same(ready: Sequence[object], given: Sequence[object]) -> bool:
    return len(ready) == len(given) and all(one is other for one, other in zip(ready, given, strict=True))
