"""The lives of pods on their nodes: pulled, started, ready, restarted, ended."""

from collections.abc import Callable

from cockpit.simulator import pod_status
from cockpit.simulator.clock import seconds_of
from cockpit.simulator.controllers.context import Context
from cockpit.simulator.controllers.events import Source
from cockpit.simulator.controllers.hub import WorkQueue
from cockpit.simulator.controllers.pods import Essence, is_finished
from cockpit.simulator.kinds import NODES, PODS, name_of, with_metadata
from cockpit.simulator.noise import draw, stream
from cockpit.simulator.programs import Course, Exit, MissingReference, Programs
from cockpit.simulator.store import Object

HALTED = "simulator.cockpit.dev/halted"
"""Annotation of a node whose kubelet does nothing, as after a power cut."""
FIRST_BACK_OFF_SECONDS = 10.0
LONGEST_BACK_OFF_SECONDS = 300.0
_FORGIVEN_AFTER_SECONDS = 600.0
_RETRY_SECONDS = 10.0
_STOP_SECONDS = 1.8

PodAction = Callable[[Object], None]


def back_off(restarts: int) -> float:
    """Return how long a kubelet waits before restart number `restarts` + 1, in seconds; the first is at once."""
    if restarts == 0:
        return 0.0
    return float(min(FIRST_BACK_OFF_SECONDS * 2 ** (restarts - 1), LONGEST_BACK_OFF_SECONDS))


class PodLives:
    """Moves the pods of all nodes through their lives."""

    def __init__(self, context: Context, programs: Programs) -> None:
        self._context = context
        self._store = context.store
        self._programs = programs
        self._pulled: set[tuple[str, str]] = set()
        self._addresses = 0
        self.queue = WorkQueue(context.agenda, self.reconcile)
        context.pods.on_change(self._note_pod)

    def resume(self) -> None:
        """Take over the pods that stand: remember their images, go on with what is under way."""
        for stored in self._store.list(PODS):
            pod = stored.object
            self._addresses += 1
            node = pod["spec"].get("nodeName")
            if not node:
                continue
            for container in pod["spec"]["containers"]:
                self._pulled.add((node, container["image"]))
                status = status_of(pod, container["name"])
                if status is None or "running" not in status["state"]:
                    continue
                end = self._programs.course(pod["metadata"]["namespace"], container).exit
                if end is not None:
                    started = seconds_of(status["state"]["running"]["startedAt"])
                    self._end_later(pod, container["name"], status["restartCount"], end, started)
            if "startTime" not in pod["status"]:
                self.queue.add(*name_of(pod))

    def next_address(self) -> str:
        """Return an address for a pod that no other has had."""
        self._addresses += 1
        return pod_status.pod_address(self._addresses)

    # --- beginning ---

    def _note_pod(self, pod: Object, before: Essence | None, after: Essence | None) -> None:
        if after is None or not after.node:
            return
        if before is not None and after.debugging > before.debugging:
            self.queue.add(pod["metadata"]["namespace"], pod["metadata"]["name"])
        bound = before is None or before.node != after.node
        if (bound and after.phase == "Pending") or (after.deleted and not (before is not None and before.deleted)):
            self.queue.add(pod["metadata"]["namespace"], pod["metadata"]["name"])

    def reconcile(self, namespace: str, name: str) -> None:
        """Take up a pod that was bound to a node, or one that is to end."""
        stored = self._store.get(PODS, namespace, name)
        if stored is None or self._is_halted(stored.object):
            return
        pod = stored.object
        if "deletionTimestamp" in pod["metadata"]:
            self._stop(pod)
        elif "startTime" not in pod["status"] and not is_finished(pod):
            self._admit(pod)
        else:
            self._begin_debugging(pod)

    def take_up(self, node: str) -> None:
        """Look at every pod of a node, as its kubelet does when it is back."""
        self.queue.add_all(name_of(pod) for pod in self._context.pods.on_node(node))

    def _admit(self, pod: Object) -> None:
        now = self._context.now()
        reason = "PodInitializing" if pod["spec"].get("initContainers") else "ContainerCreating"
        status: Object = {**pod["status"], "startTime": now}
        if pod["spec"].get("initContainers"):
            status["initContainerStatuses"] = [pod_status.waiting(one, reason) for one in pod["spec"]["initContainers"]]
        status["containerStatuses"] = [pod_status.waiting(one, reason) for one in pod["spec"]["containers"]]
        stored = self._store.replace(PODS, pod_status.settle({**pod, "status": status}, now))
        pull = 0.4 + 1.6 * self._chance(pod, "pull")
        self._later(stored.object, pull, self._begin)

    def _begin(self, pod: Object) -> None:
        """Give the pod its address and start what comes first: an init container or all containers."""
        if "podIP" not in pod["status"]:
            pod = pod_status.addressed(pod, self.next_address(), self._host_ip(pod))
        init = pod_status.unfinished_init(pod)
        self._start_all(pod, pod["spec"]["containers"] if init is None else [init])

    def _start_all(self, pod: Object, containers: list[Object]) -> None:
        now = self._context.now()
        statuses, begun, retry = [], [], False
        for container in containers:
            old = status_of(pod, container["name"])
            if old is not None and "running" in old["state"]:
                continue
            status, course = self._start(pod, container, old, now)
            statuses.append(status)
            if course is None:
                retry = True
            else:
                begun.append((container, status["restartCount"], course))
        stored = self._store.replace(PODS, pod_status.with_statuses(pod, statuses, now))
        for container, run, course in begun:
            self._follow_course(stored.object, container, run, course)
        if retry:
            self._later(stored.object, _RETRY_SECONDS, self._begin)

    def _start(self, pod: Object, container: Object, old: Object | None, now: str) -> tuple[Object, Course | None]:
        """Return a container's status after an attempt to start it, and its course if that worked."""
        image, source = container["image"], self._source(pod)
        restarts = old["restartCount"] if old is not None else 0
        last = old.get("lastState") if old is not None else None
        if not self._programs.exists(image):
            return self._refuse_image(pod, container, old), None
        node = pod["spec"]["nodeName"]
        if (node, image) in self._pulled:
            message = f'Container image "{image}" already present on machine and can be accessed by the pod'
            self._context.events.normal(pod, source, "Pulled", message)
        else:
            self._pulled.add((node, image))
            took = f"{1000 + int(3000 * self._chance(pod, image))}ms"
            self._context.events.normal(pod, source, "Pulling", f'Pulling image "{image}"')
            message = (
                f'Successfully pulled image "{image}" in {took} ({took} including waiting). Image size: 48213377 bytes.'
            )
            self._context.events.normal(pod, source, "Pulled", message)
        try:
            course = self._programs.course(pod["metadata"]["namespace"], container)
        except MissingReference as missing:
            self._context.events.warning(pod, source, "Failed", f"Error: {missing}")
            return pod_status.waiting(container, "CreateContainerConfigError", str(missing)), None
        self._context.events.normal(pod, source, "Created", f"Container created: {container['name']}")
        self._context.events.normal(pod, source, "Started", f"Container started: {container['name']}")
        uid = pod["metadata"]["uid"]
        return pod_status.running(uid, container, now, restarts, ready=False, last=last), course

    def _refuse_image(self, pod: Object, container: Object, old: Object | None) -> Object:
        image, source = container["image"], self._source(pod)
        known = old["state"].get("waiting", {}).get("reason") if old is not None else None
        if known in ("ErrImagePull", "ImagePullBackOff"):
            self._context.events.normal(pod, source, "BackOff", f'Back-off pulling image "{image}"')
            message = f'Back-off pulling image "{image}": ErrImagePull: {image}: not found'
            return pod_status.waiting(container, "ImagePullBackOff", message)
        message = (
            f'failed to pull and unpack image "{image}": failed to resolve reference "{image}": {image}: not found'
        )
        self._context.events.normal(pod, source, "Pulling", f'Pulling image "{image}"')
        self._context.events.warning(pod, source, "Failed", f'Failed to pull image "{image}": {message}')
        self._context.events.warning(pod, source, "Failed", "Error: ErrImagePull")
        return pod_status.waiting(container, "ErrImagePull", message)

    def _begin_debugging(self, pod: Object) -> None:
        """Start the ephemeral containers that have not been seen yet; each is started once."""
        known = pod["status"].get("ephemeralContainerStatuses", [])
        names = {one["name"] for one in known}
        new = [one for one in pod["spec"].get("ephemeralContainers") or () if one["name"] not in names]
        if new and not is_finished(pod):
            statuses = [*known, *(pod_status.waiting(one, "PodInitializing") for one in new)]
            status = {**pod["status"], "ephemeralContainerStatuses": statuses}
            stored = self._store.replace(PODS, {**pod, "status": status})
            self._later(stored.object, 0.3, lambda one: self._start_all(one, new))

    def end(self, pod: Object, name: str, code: int) -> None:
        """A container's first process has ended with a code."""
        current = self._current(*name_of(pod), pod["metadata"]["uid"])
        status = status_of(current, name) if current is not None else None
        if current is not None and status is not None:
            self._finish(current, name, status["restartCount"], Exit(0.0, code, "Error" if code else "Completed"))

    # --- running ---

    def _follow_course(self, pod: Object, container: Object, run: int, course: Course) -> None:
        name = container["name"]
        if course.ready_after is not None:
            self._later(pod, course.ready_after, lambda one: self._get_ready(one, name, run))
        elif container.get("readinessProbe"):
            self._later(pod, min(1.0, course.exit.after / 2) if course.exit else 1.0, self._report_unready)
        if course.exit is not None:
            self._end_later(pod, name, run, course.exit, self._context.clock.now())

    def _get_ready(self, pod: Object, name: str, run: int) -> None:
        status = status_of(pod, name)
        if status is None or status["restartCount"] != run or "running" not in status["state"]:
            return
        now = self._context.now()
        stored = self._store.replace(PODS, pod_status.with_statuses(pod, [{**status, "ready": True}], now))
        if any(one["name"] == name and pod_status.is_sidecar(one) for one in pod["spec"].get("initContainers", ())):
            self._begin(stored.object)

    def _report_unready(self, pod: Object) -> None:
        for container in pod["spec"]["containers"]:
            probe = container.get("readinessProbe", {}).get("httpGet")
            if probe is not None:
                ports = {one.get("name"): one["containerPort"] for one in container.get("ports", ())}
                address = f"{pod['status'].get('podIP')}:{ports.get(probe['port'], probe['port'])}"
                message = (
                    f'Readiness probe failed: Get "http://{address}{probe.get("path", "/")}": '
                    f"dial tcp {address}: connect: connection refused"
                )
                self._context.events.warning(pod, self._source(pod), "Unhealthy", message)

    def _end_later(self, pod: Object, name: str, run: int, end: Exit, started: float) -> None:
        due = started + self._context.clock.takes(end.after)
        namespace, pod_name = name_of(pod)
        uid = pod["metadata"]["uid"]

        def finish() -> None:
            current = self._current(namespace, pod_name, uid)
            if current is not None:
                self._finish(current, name, run, end)

        self._context.agenda.at(due, finish)

    def _finish(self, pod: Object, name: str, run: int, end: Exit) -> None:
        status = status_of(pod, name)
        if status is None or status["restartCount"] != run or "running" not in status["state"]:
            return
        now = self._context.now()
        over = pod_status.terminated(status, now, end.code, end.reason)
        pod = self._store.replace(PODS, pod_status.with_statuses(pod, [over], now)).object
        policy = pod["spec"].get("restartPolicy", "Always")
        if any(one["name"] == name for one in pod["spec"].get("ephemeralContainers") or ()):
            return
        is_init = any(one["name"] == name for one in pod["spec"].get("initContainers", ()))
        if is_init and end.code == 0:
            self._later(pod, 0.2, self._begin)
        elif (policy == "Always" and not is_init) or (policy != "Never" and end.code != 0):
            ran = seconds_of(now) - seconds_of(over["state"]["terminated"]["startedAt"])
            forgiven = ran >= self._context.clock.takes(_FORGIVEN_AFTER_SECONDS)
            self._later(pod, 1.0, lambda one: self._restart_later(one, name, 0 if forgiven else run))

    def _restart_later(self, pod: Object, name: str, restarts: int) -> None:
        pause = back_off(restarts)
        status = status_of(pod, name)
        if status is None or "terminated" not in status["state"]:
            return
        if not pause:
            self._restart(pod, name)
            return
        uid, shown = pod["metadata"]["uid"], "_".join(reversed(name_of(pod)))
        message = f"back-off {_duration(pause)} restarting failed container={name} pod={shown}({uid})"
        container = container_of(pod, name)
        assert container is not None
        waits = pod_status.waiting(
            container, "CrashLoopBackOff", message, restarts=status["restartCount"], last=status["state"]
        )
        waits |= {"imageID": status["imageID"], "containerID": status.get("containerID", "")}
        pod = self._store.replace(PODS, pod_status.with_statuses(pod, [waits], self._context.now())).object
        told = f"Back-off restarting failed container {name} in pod {shown}({uid})"
        self._context.events.warning(pod, self._source(pod), "BackOff", told)
        self._later(pod, pause, lambda one: self._restart(one, name))

    def _restart(self, pod: Object, name: str) -> None:
        status = status_of(pod, name)
        if status is None or "running" in status["state"]:
            return
        last = status["state"] if "terminated" in status["state"] else status["lastState"]
        again = {**status, "restartCount": status["restartCount"] + 1, "lastState": last}
        pod = pod_status.with_statuses(pod, [again], self._context.now())
        container = container_of(pod, name)
        assert container is not None
        self._start_all(pod, [container])

    # --- ending ---

    def evict(self, pod: Object, message: str) -> None:
        """End a pod because its node runs out of something: it has failed, its controller makes another."""
        now = self._context.now()
        statuses = [
            pod_status.terminated(one, now, 137, "Error")
            for one in pod["status"].get("containerStatuses", ())
            if "running" in one["state"]
        ]
        self._context.events.warning(pod, self._source(pod), "Evicted", message)
        ended = pod_status.with_statuses(pod, statuses, now)
        status = {**ended["status"], "phase": "Failed", "reason": "Evicted", "message": message}
        self._store.replace(PODS, {**ended, "status": status})

    def _stop(self, pod: Object) -> None:
        for status in pod["status"].get("containerStatuses", ()):
            if "running" in status["state"]:
                self._context.events.normal(pod, self._source(pod), "Killing", f"Stopping container {status['name']}")
        grace = pod["metadata"].get("deletionGracePeriodSeconds", 30)
        stopping = any("running" in one["state"] for one in pod["status"].get("containerStatuses", ()))
        # A well-behaved process ends soon after it is asked to; the grace is only the most it is given.
        pause = min(float(grace), _STOP_SECONDS * (0.6 + 0.8 * self._chance(pod, "stop"))) if stopping else 0.2
        self._later(pod, pause, self._remove)

    def _remove(self, pod: Object) -> None:
        now = self._context.now()
        statuses = [
            pod_status.terminated(one, now, 0, "Completed")
            for one in pod["status"].get("containerStatuses", ())
            if "running" in one["state"]
        ]
        pod = pod_status.with_statuses(pod, statuses, now) if statuses else pod
        if pod["metadata"].get("finalizers"):
            # Whoever takes the last one off finds no grace left and removes the pod.
            self._store.replace(PODS, with_metadata(pod, deletionGracePeriodSeconds=0))
            return
        self._store.replace(PODS, pod)
        self._store.remove(PODS, *name_of(pod))

    # --- looking things up ---

    def _later(self, pod: Object, seconds: float, action: PodAction) -> None:
        """Do something with the pod after a while, if it is still there and not being ended meanwhile."""
        namespace, name = name_of(pod)
        uid, ending = pod["metadata"]["uid"], "deletionTimestamp" in pod["metadata"]

        def act() -> None:
            current = self._current(namespace, name, uid)
            if current is not None and ("deletionTimestamp" in current["metadata"]) == ending:
                action(current)

        self._context.agenda.after(seconds, act)

    def _current(self, namespace: str, name: str, uid: str) -> Object | None:
        stored = self._store.get(PODS, namespace, name)
        if stored is None or stored.object["metadata"]["uid"] != uid or self._is_halted(stored.object):
            return None
        return stored.object

    def _is_halted(self, pod: Object) -> bool:
        node = self._store.get(NODES, "", pod["spec"].get("nodeName", ""))
        return node is not None and HALTED in node.object["metadata"].get("annotations", {})

    def _source(self, pod: Object) -> Source:
        return Source("kubelet", pod["spec"]["nodeName"])

    def _host_ip(self, pod: Object) -> str:
        node = self._store.get(NODES, "", pod["spec"]["nodeName"])
        addresses = node.object["status"].get("addresses", ()) if node is not None else ()
        return next((one["address"] for one in addresses if one["type"] == "InternalIP"), "")

    @staticmethod
    def _chance(pod: Object, what: str) -> float:
        return draw(stream(0, f"{pod['metadata']['uid']}/{what}"))


def status_of(pod: Object, name: str) -> Object | None:
    """Return the status of a container of any sort, None while it has none."""
    status = pod.get("status", {})
    for field in ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"):
        for one in status.get(field, ()):
            if one["name"] == name:
                found: Object = one
                return found
    return None


def container_of(pod: Object, name: str) -> Object | None:
    """Return the container of a name, of any sort; None when there is none."""
    spec = pod["spec"]
    kinds = ("containers", "initContainers", "ephemeralContainers")
    everyone = (one for kind in kinds for one in spec.get(kind) or ())
    return next((one for one in everyone if one["name"] == name), None)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"
