"""Events in the words of `events.k8s.io/v1`, where the store keeps them in those of the core group."""

from cockpit.simulator.store import Object

_RENAMED = {
    "involvedObject": "regarding",
    "message": "note",
    "reportingComponent": "reportingController",
    "source": "deprecatedSource",
    "firstTimestamp": "deprecatedFirstTimestamp",
    "lastTimestamp": "deprecatedLastTimestamp",
    "count": "deprecatedCount",
}
_BACK = {new: old for old, new in _RENAMED.items()}


def new_event(event: Object) -> Object:
    """Return a core event as `events.k8s.io/v1` shows it."""
    return {**{_RENAMED.get(key, key): value for key, value in event.items()}, "apiVersion": "events.k8s.io/v1"}


def core_event(event: Object) -> Object:
    """Return an `events.k8s.io/v1` event as the core group shows it."""
    return {**{_BACK.get(key, key): value for key, value in event.items()}, "apiVersion": "v1"}
