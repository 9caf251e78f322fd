"""What containers wrote."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator

from aiohttp import web

from cockpit.simulator.api.immutability import wrong_value
from cockpit.simulator.api.reading import existing
from cockpit.simulator.api.request import flag, whole
from cockpit.simulator.api.sending import Patience, Stream, open_stream
from cockpit.simulator.api.server import Call
from cockpit.simulator.api.validation import negative
from cockpit.simulator.clock import micro_timestamp, seconds_of
from cockpit.simulator.status import Cause, Named, bad_request, invalid
from cockpit.simulator.store import Object

_NO_END = 1 << 62
_POLL_SECONDS = 5.0
_PULLING = {
    "ErrImagePull": "image can't be pulled",
    "ImagePullBackOff": "trying and failing to pull image",
}


async def log(call: Call) -> web.StreamResponse:
    """Answer with what a container wrote, and go on with what it writes if asked to."""
    pod = existing(call).object
    container = chosen_container(pod, call.query.get("container", ""))
    _check_options(call)
    previous, follow = flag(call.query, "previous"), flag(call.query, "follow")
    timestamps = flag(call.query, "timestamps")
    limit = whole(call.query, "limitBytes") or _NO_END
    since = _since(call)
    tail = whole(call.query, "tailLines")
    metadata, placed = pod["metadata"], bool(pod["spec"].get("nodeName"))
    kubelets = call.server.kubelets
    written: list[tuple[float, str]] = []
    if placed:
        _check_container(pod, container, previous=previous)
        written = kubelets.log_lines(metadata["namespace"], metadata["name"], container, previous=previous)
    lines = [line for line in written if line[0] >= since]
    shown = lines if tail is None else lines[len(lines) - min(tail, len(lines)) :]
    stream = await open_stream(call.request, call.fault, content_type="text/plain")
    left = await _send(stream, (_line(one, timestamps=timestamps) for one in shown), limit)
    if follow and not previous and left > 0 and placed:
        after = written[-1][0] if written else 0.0
        lines_to_come = kubelets.follow_log(metadata["namespace"], metadata["name"], container, after)
        await _follow(call, stream, lines_to_come, left, timestamps=timestamps)
    return await stream.end()


async def _follow(
    call: Call, stream: Stream, lines: AsyncIterator[tuple[float, str]], left: int, *, timestamps: bool
) -> None:
    with Patience(call.server, call.request) as patience:
        async with _Ahead(lines) as ahead:
            patience.until(ahead.listen)
            while left > 0 and not call.server.closing.is_set():
                await patience.bear()
                ready = ahead.take()
                left = await _send(stream, (_line(one, timestamps=timestamps) for one in ready), left)
                if ahead.ended and not ready:
                    return
                if not ready:
                    await patience.wait(_POLL_SECONDS)


class _Ahead:
    """Lines that are taken from an iterator as they come, while their reader may be busy with something else."""

    def __init__(self, lines: AsyncIterator[tuple[float, str]]) -> None:
        self._lines = lines
        self._ready: list[tuple[float, str]] = []
        self._notify: Callable[[], None] | None = None
        self.ended = False

    async def __aenter__(self) -> "_Ahead":
        self._task = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        try:
            await self._task
        except asyncio.CancelledError:
            pass

    def listen(self, notify: Callable[[], None]) -> Callable[[], None]:
        """Call `notify` when a line is there or none will come."""
        self._notify = notify
        if self._ready or self.ended:
            notify()
        return lambda: None

    def take(self) -> list[tuple[float, str]]:
        """Return what has come since the last time."""
        ready, self._ready = self._ready, []
        return ready

    async def _read(self) -> None:
        try:
            async for line in self._lines:
                self._ready.append(line)
                self._tell()
        finally:
            self.ended = True
            self._tell()

    def _tell(self) -> None:
        if self._notify is not None:
            self._notify()


async def _send(stream: Stream, lines: Iterator[bytes], limit: int) -> int:
    """Send lines up to a number of bytes; return how many are left of it."""
    chunk, size = [], 0
    for line in lines:
        chunk.append(line)
        size += len(line)
        if size >= limit:
            break
    data = b"".join(chunk)[:limit]
    await stream.write(data)
    return limit - len(data)


def _line(line: tuple[float, str], *, timestamps: bool) -> bytes:
    moment, text = line
    if not timestamps:
        return f"{text}\n".encode()
    # Go's RFC3339Nano has nine digits; a float of this size holds six.
    return f"{micro_timestamp(moment)[:-1]}000Z {text}\n".encode()


def chosen_container(pod: Object, asked: str) -> str:
    """Return which container is meant, the only one when none is named. Raises ApiError (400)."""
    name, spec = pod["metadata"]["name"], pod["spec"]
    if asked:
        kinds = ("containers", "initContainers", "ephemeralContainers")
        if not any(one["name"] == asked for kind in kinds for one in spec.get(kind) or ()):
            raise bad_request(f"container {asked} is not valid for pod {name}")
        return asked
    containers = spec.get("containers") or []
    if len(containers) == 1:
        only: str = containers[0]["name"]
        return only
    needed = f"a container name must be specified for pod {name}"
    if not containers:
        raise bad_request(needed)
    every = [*(spec.get("initContainers") or ()), *containers, *(spec.get("ephemeralContainers") or ())]
    raise bad_request(f"{needed}, choose one of: [{' '.join(one['name'] for one in every)}]")


def _check_options(call: Call) -> None:
    about = Named("", "PodLogOptions", call.address.name)
    seconds, moment = whole(call.query, "sinceSeconds"), call.query.get("sinceTime", "")
    if seconds is not None and moment:
        message = "Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified"
        raise invalid(about, [Cause("FieldValueForbidden", message, "[]")])
    causes = list(negative(whole(call.query, "tailLines"), "tailLines"))
    for name, value in (("sinceSeconds", seconds), ("limitBytes", whole(call.query, "limitBytes"))):
        if value is not None and value < 1:
            causes.append(wrong_value(value, "must be greater than 0", name))
    if causes:
        raise invalid(about, causes)


def _since(call: Call) -> float:
    seconds, moment = whole(call.query, "sinceSeconds"), call.query.get("sinceTime", "")
    if seconds is not None:
        return call.server.now() - seconds
    if not moment:
        return 0.0
    try:
        return seconds_of(moment)
    except ValueError:
        raise bad_request(f'parsing time "{moment}" as "2006-01-02T15:04:05Z07:00": cannot parse it') from None


def _check_container(pod: Object, container: str, *, previous: bool) -> None:
    """See that the container has run. The words are the kubelet's, of `validateContainerLogStatus`."""
    name, status = pod["metadata"]["name"], pod.get("status", {})
    kinds = ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")
    found = next((one for kind in kinds for one in status.get(kind) or () if one["name"] == container), None)
    about = f'container "{container}" in pod "{name}"'
    if found is None:
        raise bad_request(f"{about} is not available")
    last = (found.get("lastState") or {}).get("terminated")
    state = found.get("state") or {}
    if previous:
        if not last:
            raise bad_request(f"previous terminated {about} not found")
    elif not last and not state.get("running") and not state.get("terminated"):
        reason = (state.get("waiting") or {}).get("reason", "")
        if reason:
            raise bad_request(f"{about} is waiting to start: {_PULLING.get(reason, reason)}")
        raise bad_request(f"{about} is waiting to start - no logs yet")
