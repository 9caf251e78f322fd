"""What containers write: made when it is asked for, the same each time, in the manner of each program."""

import json
import math
from collections.abc import Callable

from cockpit.simulator.clock import WorldClock, seconds_of, timestamp
from cockpit.simulator.log_lines import access_line, json_line, klog_line, logfmt_line, plain_line
from cockpit.simulator.noise import draw, stream
from cockpit.simulator.pod_lives import container_of, status_of
from cockpit.simulator.programs import Course, MissingReference, Programs, program_of, repository, tag
from cockpit.simulator.store import Object

KEPT_LINES = 2000
"""How many lines of a run a node keeps."""

ErrorRatio = Callable[[str, str, float], float]
_LINES = {
    "json": json_line,
    "access": access_line,
    "logfmt": logfmt_line,
    "klog": klog_line,
    "plain": plain_line,
}


class LogBook:
    """The logs of one world. `error_ratio(namespace, app, moment)` lets lines tell of what fails."""

    def __init__(self, clock: WorldClock, programs: Programs, seed: int, error_ratio: ErrorRatio) -> None:
        self._clock = clock
        self._programs = programs
        self._seed = seed
        self._error_ratio = error_ratio

    def lines(
        self, pod: Object, name: str, now: float, *, previous: bool, since: float = 0.0
    ) -> list[tuple[float, str]]:
        """Return what a container wrote up to now in its run (or the one before), from `since` on, oldest first."""
        run = _run(pod, name, previous)
        container = container_of(pod, name)
        if run is None or container is None:
            return []
        number, started, finished = run
        until = now if finished is None else min(now, finished)
        course = self._course(pod, container)
        lines = self._opening(container, course, started, until, finished)
        lines += self._routine(pod, container, number, started, until, since)
        lines.sort(key=lambda line: line[0])
        return [line for line in lines if line[0] >= since][-KEPT_LINES:]

    def next_moment(self, pod: Object, name: str, now: float) -> float:
        """Return when a container that runs writes its next line."""
        container, run = container_of(pod, name), _run(pod, name, False)
        if container is None or run is None:
            return math.inf
        rate = program_of(container["image"]).lines_per_second
        if not rate:
            return math.inf
        slot = math.floor((now - run[1]) * rate) + 1
        return run[1] + (slot + 1) / rate

    def _course(self, pod: Object, container: Object) -> Course | None:
        try:
            return self._programs.course(pod["metadata"]["namespace"], container)
        except MissingReference:
            return None

    def _opening(
        self, container: Object, course: Course | None, started: float, until: float, finished: float | None
    ) -> list[tuple[float, str]]:
        program = program_of(container["image"])
        words: tuple[str, ...] = ()
        if program.style not in ("silent", "access"):
            version = tag(container["image"])
            words = (f"starting {repository(container['image']).rpartition('/')[2]} {version}", "listening on :8080")
        if course is not None and course.exit is not None:
            words = course.exit.words or words[:1]
        # Last words come just before the end, others at once; both whether or not the end has come yet.
        span = 0.6
        if course is not None and course.exit is not None and course.exit.words:
            span = 0.9 * self._clock.takes(course.exit.after)
        moments = [started + span * (index + 1) / len(words) for index in range(len(words))]
        if finished is not None:
            # Times in a status are cut to whole seconds: the order must hold all the same.
            moments = [min(moment, finished + index / 1000) for index, moment in enumerate(moments)]
        spoken = [
            (moment, text)
            for moment, text in zip(moments, words, strict=True)
            if finished is not None or moment <= until
        ]
        return [(moment, _worded(program.style, moment, text)) for moment, text in spoken]

    def _routine(
        self, pod: Object, container: Object, number: int, started: float, until: float, since: float
    ) -> list[tuple[float, str]]:
        program = program_of(container["image"])
        rate = program.lines_per_second
        write = _LINES.get(program.style)
        status = status_of(pod, container["name"])
        if not rate or write is None or status is None:
            return []
        course = self._course(pod, container)
        if course is not None and course.ready_after is None:
            return []
        last = math.floor((until - started) * rate)
        first = max(1, last - KEPT_LINES, math.floor((since - started) * rate) - 1)
        metadata = pod["metadata"]
        source = stream(self._seed, f"log {metadata['uid']}/{container['name']}/{number}")
        app = metadata.get("labels", {}).get("app.kubernetes.io/name", container["name"])
        lines = []
        for slot in range(first, last + 1):
            moment = started + (slot + draw(source, slot)) / rate
            if moment > until:
                break
            failed = draw(source ^ 1, slot) < self._error_ratio(metadata["namespace"], app, moment)
            lines.append((moment, write(source ^ 2, slot, moment, app, failed)))
        return lines


def _worded(style: str, moment: float, text: str) -> str:
    fatal = text.startswith("FATAL")
    if style == "json" and not fatal:
        return json.dumps({"ts": timestamp(moment), "level": "info", "msg": text})
    if style == "logfmt":
        return f'ts={timestamp(moment)} level={"error" if fatal else "info"} msg="{text}"'
    return text


def _run(pod: Object, name: str, previous: bool) -> tuple[int, float, float | None] | None:
    """Return the number, start and end (None: it goes on) of a container's run, None when there was none."""
    status = status_of(pod, name)
    if status is None:
        return None
    state, last = status["state"], status.get("lastState") or {}
    count = status["restartCount"]
    if not previous and "running" in state:
        return count, seconds_of(state["running"]["startedAt"]), None
    ended = state.get("terminated") if not previous else None
    if ended is None and "terminated" in last:
        ended = last["terminated"]
        count -= "running" in state or "terminated" in state
    if ended is None:
        return None
    return count, seconds_of(ended["startedAt"]), seconds_of(ended["finishedAt"])
