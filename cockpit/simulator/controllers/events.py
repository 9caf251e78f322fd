"""Events as the real components write them: repeated ones counted, old ones gone after an hour."""

from dataclasses import dataclass

from cockpit.simulator.agenda import Agenda
from cockpit.simulator.clock import micro_timestamp, seconds_of, timestamp
from cockpit.simulator.controllers.hub import Key
from cockpit.simulator.kinds import EVENTS, new_object
from cockpit.simulator.store import NotFound, Object, Store

KEPT_SECONDS = 3600.0
"""How long a real API server keeps an event."""
MOST_KEPT = 30_000
"""How many events are kept at most, however young."""
_SWEPT_EVERY_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Source:
    """Who writes: a controller, the scheduler, or the kubelet of a node (`host`)."""

    component: str
    host: str = ""


_Identity = tuple[str, str, str, Source]


class EventRecorder:
    """Writes events about objects into the store."""

    def __init__(self, store: Store, agenda: Agenda) -> None:
        self._store = store
        self._agenda = agenda
        self._kept: dict[Key, tuple[float, _Identity]] = {}
        self._known: dict[_Identity, tuple[str, str]] = {}
        self._count = 0
        agenda.at(agenda.clock.now() + _SWEPT_EVERY_SECONDS, self._sweep)

    def normal(self, about: Object, source: Source, reason: str, message: str) -> None:
        """Write an event of type Normal."""
        self._write(about, source, "Normal", reason, message)

    def warning(self, about: Object, source: Source, reason: str, message: str) -> None:
        """Write an event of type Warning."""
        self._write(about, source, "Warning", reason, message)

    def past(
        self,
        about: Object,
        source: Source,
        type_: str,
        reason: str,
        message: str,
        *,
        first: float,
        last: float,
        count: int,
    ) -> None:
        """Write an event that happened before now, `count` times between two moments."""
        self._create(about, source, type_, reason, message, first, last, count)

    def _write(self, about: Object, source: Source, type_: str, reason: str, message: str) -> None:
        uid = about["metadata"].get("uid", "")
        known = self._known.get((uid, reason, message, source))
        now = self._agenda.clock.now()
        if known is None or not self._count_again(*known, now):
            self._create(about, source, type_, reason, message, now, now, 1)

    def _count_again(self, namespace: str, name: str, now: float) -> bool:
        def again(event: Object) -> Object:
            return {**event, "count": event.get("count", 1) + 1, "lastTimestamp": timestamp(now)}

        stored = self._store.get(EVENTS, namespace, name)
        if stored is None or stored.object.get("lastTimestamp") is None:
            return False
        self._store.replace(EVENTS, again(stored.object))
        return True

    def _create(
        self,
        about: Object,
        source: Source,
        type_: str,
        reason: str,
        message: str,
        first: float,
        last: float,
        count: int,
    ) -> None:
        metadata = about["metadata"]
        # Events about cluster-wide objects live in `default`, as the real recorders put them.
        namespace = metadata.get("namespace") or "default"
        self._count += 1
        name = f"{metadata['name']}.{int(last * 1e9) + self._count:016x}"
        involved = {
            "kind": about["kind"],
            "name": metadata["name"],
            "uid": metadata.get("uid", ""),
            "apiVersion": about["apiVersion"],
            "resourceVersion": metadata.get("resourceVersion", ""),
        }
        if "namespace" in metadata:
            involved["namespace"] = metadata["namespace"]
        by_scheduler = source.component == "default-scheduler"
        moments: Object = (
            {"firstTimestamp": None, "lastTimestamp": None, "eventTime": micro_timestamp(last), "action": "Binding"}
            if by_scheduler
            else {
                "firstTimestamp": timestamp(first),
                "lastTimestamp": timestamp(last),
                "eventTime": None,
                "count": count,
            }
        )
        written = {"component": source.component, **({"host": source.host} if source.host else {})}
        event = new_object(
            EVENTS,
            name,
            namespace,
            involvedObject=involved,
            reason=reason,
            message=message,
            type=type_,
            source={} if by_scheduler else written,
            reportingComponent=source.component,
            reportingInstance=f"{source.component}-0" if by_scheduler else source.host,
            **moments,
        )
        self._store.create(EVENTS, event, created=first)
        identity = (metadata.get("uid", ""), reason, message, source)
        self._known[identity] = (namespace, name)
        self._kept[(namespace, name)] = (last + KEPT_SECONDS, identity)
        if len(self._kept) > MOST_KEPT:
            self._remove(next(iter(self._kept)))

    def _sweep(self) -> None:
        now = self._agenda.clock.now()
        for key in [key for key, (due, _) in self._kept.items() if due <= now]:
            stored = self._store.get(EVENTS, *key)
            repeated = stored.object.get("lastTimestamp") if stored is not None else None
            due = seconds_of(repeated) + KEPT_SECONDS if repeated is not None else 0.0
            if due > now:
                self._kept[key] = (due, self._kept[key][1])
            else:
                self._remove(key)
        self._agenda.at(now + _SWEPT_EVERY_SECONDS, self._sweep)

    def _remove(self, key: Key) -> None:
        _, identity = self._kept.pop(key)
        if self._known.get(identity) == key:
            del self._known[identity]
        try:
            self._store.remove(EVENTS, *key)
        except NotFound:
            pass  # somebody deleted it before
