"""Objects in states that a quiet cluster seldom shows, made on a real API server for as long as a test looks."""

import random
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from state.cluster import requests
from state.cluster.errors import ApiError
from state.cluster.kinds.catalogue import find
from state.cluster.kinds.custom_resource_definitions import DEFINITION
from state.cluster.kinds.kind import Resource
from state.cluster.transport import Transport
from tests.contract import odd_platform

Json = dict[str, Any]
KEEP = "cockpit.test/keep"
_DEFINITIONS = DEFINITION.resource
NAMESPACE = f"odd-objects-{secrets.token_hex(3)}"
STATUS_PATCH = "application/merge-patch+json"


class Odd:
    """One object to create: its spec, the status it is given afterwards, and whether it is then deleted."""

    def __init__(self, kind: str, body: Json, status: Json | None = None, deleted: bool = False) -> None:
        found = find(kind)
        assert found is not None
        self.resource: Resource = found.resource
        self.body = body
        self.status = status
        self.deleted = deleted
        if deleted:
            body["metadata"]["finalizers"] = [KEEP]

    @property
    def name(self) -> str:
        return str(self.body["metadata"]["name"])

    @property
    def namespace(self) -> str:
        return NAMESPACE if self.resource.namespaced else ""


@contextmanager
def made(server: Transport) -> Iterator[None]:
    """Hold the odd objects on the server."""
    namespaces = Resource("", "v1", "namespaces", "Namespace", namespaced=False)
    requests.post(server, namespaces.path(), {"metadata": {"name": NAMESPACE}})
    objects = [*pods(), *others(time.time()), *(Odd(*one) for one in odd_platform.made(NAMESPACE))]
    defined: list[str] = []
    try:
        defined += _define(server)
        for one in objects:
            _make(server, one)
        yield
    finally:
        for one in objects:
            _forget(server, one)
        for name in defined:
            requests.delete(server, _DEFINITIONS.path("", name), {})
        requests.delete(server, namespaces.path("", NAMESPACE), {})


def _define(server: Transport) -> Iterator[str]:
    """Define the custom kinds that the server has not yet, and give the definitions' names once it serves them."""
    for definition in odd_platform.definitions():
        name = definition["metadata"]["name"]
        try:
            requests.post(server, _DEFINITIONS.path(), definition)
        except ApiError as error:
            if error.status != 409:
                raise
            continue
        yield name
        spec = definition["spec"]
        served = f"/apis/{spec['group']}/{spec['versions'][0]['name']}/{spec['names']['plural']}"
        _wait_for(server, served)


def _wait_for(server: Transport, path: str) -> None:
    deadline = time.monotonic() + 30.0
    while True:
        try:
            requests.get(server, path)
        except ApiError:
            # Not served yet, or its storage is being made.
            if time.monotonic() > deadline:
                raise
        else:
            return
        time.sleep(0.05)


def _make(server: Transport, one: Odd) -> None:
    body = {"apiVersion": one.resource.api_version, "kind": one.resource.kind, **one.body}
    try:
        requests.post(server, one.resource.path(one.namespace), body)
        path = one.resource.path(one.namespace, one.name)
        if one.status is not None:
            requests.patch(server, f"{path}/status", {"status": one.status}, STATUS_PATCH)
        if one.deleted:
            requests.delete(server, path, {"gracePeriodSeconds": 0, "propagationPolicy": "Background"})
    except ApiError as error:
        raise AssertionError(f"{one.resource.plural}/{one.name}: {error}") from error


def _forget(server: Transport, one: Odd) -> None:
    path = one.resource.path(one.namespace, one.name)
    try:
        if one.deleted:
            requests.patch(server, path, {"metadata": {"finalizers": None}}, STATUS_PATCH)
        else:
            requests.delete(server, path, {"gracePeriodSeconds": 0, "propagationPolicy": "Background"})
    except ApiError as error:
        if error.status != 404:
            raise


def pods(count: int = 120, seed: int = 65) -> Iterator[Odd]:
    """Give pods with all that may stand in a status, in combinations that nobody thought of."""
    choose = random.Random(seed)
    for number in range(count):
        yield _pod(choose, number)


def _pod(choose: random.Random, number: int) -> Odd:
    mains = [f"main-{index}" for index in range(choose.choice((1, 1, 2, 3)))]
    inits = [f"init-{index}" for index in range(choose.choice((0, 0, 1, 2, 3)))]
    sidecars = {name for name in inits if choose.random() < 0.5}
    gated = choose.random() < 0.08
    gates = choose.random() < 0.2
    spec: Json = {
        # Nobody schedules it, so nobody but the test says how it does.
        "schedulerName": "nobody",
        "containers": [_container(name, choose) for name in mains],
        "initContainers": [
            _container(name, choose) | ({"restartPolicy": "Always"} if name in sidecars else {}) for name in inits
        ],
    }
    if gated:
        spec["schedulingGates"] = [{"name": "cockpit.test/gate"}]
    if gates:
        spec["readinessGates"] = [{"conditionType": "cockpit.test/one"}, {"conditionType": "cockpit.test/two"}]
    status: Json = {"phase": choose.choice(("Pending", "Running", "Running", "Running", "Succeeded", "Failed"))}
    if choose.random() < 0.25:
        status["reason"] = choose.choice(("NodeLost", "NodeLost", "Evicted", "UnexpectedAdmissionError"))
    if choose.random() < 0.8:
        status["podIPs"] = [{"ip": f"10.9.{number >> 8}.{number & 255}"}]
        status["podIP"] = status["podIPs"][0]["ip"]
    if choose.random() < 0.1:
        status["nominatedNodeName"] = "node-9"
    conditions = [
        {"type": kind, "status": choose.choice(("True", "False"))}
        for kind in ("Initialized", "Ready", "ContainersReady", "cockpit.test/one", "cockpit.test/two")
        if choose.random() < 0.8
    ]
    if gated:
        conditions.append({"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"})
    status["conditions"] = conditions
    if not gated:
        status["containerStatuses"] = [_container_status(choose, name) for name in mains if choose.random() < 0.9]
        status["initContainerStatuses"] = [
            _container_status(choose, name, done=0.6) for name in inits if choose.random() < 0.9
        ]
    body = {"metadata": {"name": f"odd-{number:03}", "labels": {"odd": "yes"}}, "spec": spec}
    return Odd("pods", body, status, deleted=choose.random() < 0.25)


def _container(name: str, choose: random.Random) -> Json:
    requests_ = {"cpu": choose.choice(("100m", "1", "0.25")), "memory": choose.choice(("64Mi", "1G", "128974848"))}
    return {"name": name, "image": f"registry.example/{name}:1", "resources": {"requests": requests_}}


def _container_status(choose: random.Random, name: str, done: float = 0.0) -> Json:
    state: Json
    roll = choose.random()
    if roll < done:
        state = {"terminated": {"exitCode": 0, "reason": choose.choice(("Completed", ""))}}
    elif roll < done + (1 - done) * 0.3:
        state = {"running": {"startedAt": _moment(choose)}}
    elif roll < done + (1 - done) * 0.6:
        reason = choose.choice(("CrashLoopBackOff", "ImagePullBackOff", "PodInitializing", "ContainerCreating", ""))
        state = {"waiting": {"reason": reason}}
    elif roll < done + (1 - done) * 0.95:
        state = {
            "terminated": {
                "exitCode": choose.choice((0, 0, 1, 137)),
                "signal": choose.choice((0, 0, 9)),
                "reason": choose.choice(("Completed", "Error", "OOMKilled", "")),
                "finishedAt": _moment(choose),
            }
        }
    else:
        state = {}
    last: Json = {}
    if choose.random() < 0.4:
        last = {"terminated": {"exitCode": 1, "reason": "Error"}}
        if choose.random() < 0.9:
            last["terminated"]["finishedAt"] = _moment(choose)
    status = {
        "name": name,
        "image": "registry.example/x:1",
        "imageID": "",
        "ready": choose.random() < 0.6,
        "restartCount": choose.choice((0, 0, 1, 5, 40)),
        "state": state,
        "lastState": last,
    }
    if choose.random() < 0.8:
        status["started"] = choose.random() < 0.7
    return status


def _moment(choose: random.Random) -> str:
    return timestamp(time.time() - choose.choice((1, 50, 130, 700, 4000, 30_000, 200_000, 900_000, 90_000_000)))


def timestamp(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def others(now: float) -> Iterator[Odd]:
    """Give objects of the other kinds, each with something its table has a rule for."""
    template = {"metadata": {"labels": {"app": "odd"}}, "spec": {"containers": [{"name": "a", "image": "a:1"}]}}
    two = {
        "metadata": {"labels": {"app": "odd", "tier": "b"}},
        "spec": {
            "schedulerName": "nobody",
            "nodeSelector": {"disk": "ssd", "cockpit.test/none": "yes"},
            "containers": [{"name": "a", "image": "a:1"}, {"name": "b", "image": "b:2"}],
        },
    }
    expressions = {
        "matchLabels": {"app": "odd"},
        "matchExpressions": [
            {"key": "tier", "operator": "In", "values": ["c", "b"]},
            {"key": "beta", "operator": "DoesNotExist"},
            {"key": "app", "operator": "Exists"},
            {"key": "zone", "operator": "NotIn", "values": ["x"]},
        ],
    }
    plain = {"matchLabels": {"app": "odd"}}
    yield Odd(
        "deployments", {"metadata": {"name": "none"}, "spec": {"replicas": 0, "selector": plain, "template": template}}
    )
    yield Odd(
        "deployments",
        {"metadata": {"name": "expressions"}, "spec": {"replicas": 2, "selector": expressions, "template": two}},
    )
    yield Odd(
        "statefulsets",
        {"metadata": {"name": "set"}, "spec": {"replicas": 2, "serviceName": "x", "selector": plain, "template": two}},
    )
    yield Odd("daemonsets", {"metadata": {"name": "everywhere"}, "spec": {"selector": plain, "template": two}})
    yield from _jobs(two, now)
    yield from _services()
    yield from _events(now)
    yield from _nodes()


def _jobs(template: Json, now: float) -> Iterator[Odd]:
    run = {"metadata": {}, "spec": {**template["spec"], "restartPolicy": "Never"}}

    def job(name: str, **spec: Any) -> Json:
        return {"metadata": {"name": name}, "spec": {"template": run, **spec}}

    yield Odd("jobs", job("many", completions=5, parallelism=2))
    yield Odd("jobs", job("queue", parallelism=3))
    yield Odd("jobs", job("one"))
    yield Odd("jobs", job("suspended", suspend=True))
    yield Odd("jobs", job("gone"), deleted=True)
    yield Odd("cronjobs", _cron_job("plain", run, schedule="*/5 * * * *"))
    yield Odd("cronjobs", _cron_job("suspended", run, schedule="0 3 1 1 *", suspend=True, timeZone="Europe/Berlin"))
    yield Odd(
        "cronjobs",
        _cron_job("used", run, schedule="0 3 1 1 *"),
        {"lastScheduleTime": timestamp(now - 7000), "lastSuccessfulTime": timestamp(now - 6900)},
    )


def _cron_job(name: str, run: Json, **spec: Any) -> Json:
    return {"metadata": {"name": name}, "spec": {"jobTemplate": {"spec": {"template": run}}, **spec}}


def _services() -> Iterator[Odd]:
    ports = [
        {"name": "http", "port": 80, "targetPort": "web"},
        {"name": "dns", "port": 53, "protocol": "UDP", "targetPort": 5353},
    ]

    def service(name: str, **spec: Any) -> Json:
        return {"metadata": {"name": name}, "spec": {"selector": {"app": "odd", "tier": "b"}, "ports": ports, **spec}}

    yield Odd("services", service("plain"))
    yield Odd("services", service("headless", clusterIP="None"))
    yield Odd("services", service("node-port", type="NodePort", externalIPs=["192.0.2.7", "192.0.2.8"]))
    yield Odd("services", service("pending", type="LoadBalancer"))
    yield Odd(
        "services",
        service("balanced", type="LoadBalancer", externalIPs=["192.0.2.9"]),
        {"loadBalancer": {"ingress": [{"hostname": "a-long-name.of-a-balancer.example.com"}, {"ip": "198.51.100.7"}]}},
    )
    yield Odd(
        "services",
        {"metadata": {"name": "named"}, "spec": {"type": "ExternalName", "externalName": "db.example.com"}},
    )


def _events(now: float) -> Iterator[Odd]:
    about = {"kind": "Pod", "namespace": NAMESPACE, "name": "odd-000", "fieldPath": "spec.containers{main-0}"}
    old = {
        "involvedObject": about,
        "reason": "BackOff",
        "message": "  Back-off restarting failed container \n",
        "type": "Warning",
        "source": {"component": "kubelet", "host": "node-1"},
    }

    def event(name: str, **rest: Any) -> Json:
        return {"metadata": {"name": name, "namespace": NAMESPACE}, **old, **rest}

    yield Odd(
        "events", event("counted", count=7, firstTimestamp=timestamp(now - 900), lastTimestamp=timestamp(now - 30))
    )
    yield Odd("events", event("first-only", firstTimestamp=timestamp(now - 900)))
    yield Odd(
        "events",
        event(
            "series",
            eventTime=f"{timestamp(now - 1000)[:-1]}.123456Z",
            series={"count": 12, "lastObservedTime": f"{timestamp(now - 40)[:-1]}.654321Z"},
            source={},
            reportingComponent="scheduler",
            reportingInstance="scheduler-1",
            action="Binding",
        ),
    )
    yield Odd(
        "events",
        event(
            "new-form",
            eventTime=f"{timestamp(now - 77)[:-1]}.000001Z",
            source={},
            reportingComponent="scheduler",
            reportingInstance="scheduler-1",
            action="Binding",
        ),
    )


def _nodes() -> Iterator[Odd]:
    def node(name: str, labels: dict[str, str], **spec: Any) -> Json:
        return {"metadata": {"name": f"odd-{name}", "labels": labels}, "spec": spec}

    yield Odd("nodes", node("silent", {}))
    yield Odd(
        "nodes",
        node("cordoned", {"node-role.kubernetes.io/worker": "", "kubernetes.io/role": "infra"}, unschedulable=True),
        {
            "conditions": [{"type": "Ready", "status": "False", "reason": "KubeletNotReady"}],
            "addresses": [
                {"type": "Hostname", "address": "odd"},
                {"type": "ExternalIP", "address": "203.0.113.5"},
                {"type": "InternalIP", "address": "10.0.0.5"},
            ],
        },
    )
