"""Streams of containers against an API server: commands, their input and exit codes, shells.

The same suite runs against the simulator in the default run and against the server that `COCKPIT_TEST_KUBECONFIG`
names (context `…-admin`), in a pod of its own.
"""

import http.client
import os
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from state.cluster import connect, kubeconfig, requests
from state.cluster.archive import Tally
from state.cluster.copying import copy_from, copy_to
from state.cluster.credentials import SignIns
from state.cluster.errors import ApiError
from state.cluster.exec import Channel, Place, exec_request, remote_command, run
from state.cluster.forwards import Forwards, Way
from state.cluster.kinds.pods import POD
from state.cluster.operations.copy import CopyFrom, CopyTo
from state.cluster.operations.debug import AddDebugContainer, await_running
from state.cluster.operations.enter import Enter, may_stream
from state.cluster.pod_choice import choice_of, is_ready
from state.cluster.shells import find_shell
from state.cluster.spdy import Spdy
from state.cluster.target import Impersonation
from state.cluster.terminal import Terminal
from state.cluster.transport import Transport
from state.operation import Refused
from state.ref import GroupKind, Ref

CONFIG = os.environ.get("COCKPIT_TEST_KUBECONFIG", "")
IMAGE = "registry.example/payments-api:v1.8.1"


@pytest.fixture(scope="module")
def config(request: pytest.FixtureRequest) -> tuple[kubeconfig.Kubeconfig, str]:
    """The simulator, or the server of the environment, and the context of a user who may do all."""
    parts = CONFIG.split(os.pathsep) if CONFIG else [request.getfixturevalue("simulated").kubeconfig]
    found = kubeconfig.load([Path(part) for part in parts])
    names = [one.name for one in found.contexts() if one.name.endswith("-admin")] or [found.current]
    return found, names[0]


def connected(config: tuple[kubeconfig.Kubeconfig, str], user: str = "") -> Transport:
    """Return a way to the server as a user that may do all, or acting as another."""
    target = config[0].target(config[1])
    acting = replace(target, user=replace(target.user, impersonation=Impersonation(user)))
    return connect.connect(acting if user else target, SignIns(os.environ), {})


@pytest.fixture(scope="module")
def transport(config: tuple[kubeconfig.Kubeconfig, str]) -> Iterator[Transport]:
    """The server, as a user who may do all."""
    made = connected(config)
    yield made
    made.close()


def until(condition: Callable[[], Any], what: str) -> Any:
    deadline = time.monotonic() + 30
    while not (found := condition()):
        assert time.monotonic() < deadline, what
        time.sleep(0.05)
    return found


def make_pod(transport: Transport, namespace: str, name: str, **spec: Any) -> dict[str, Any]:
    """Create a pod and return it once it runs."""
    path = f"/api/v1/namespaces/{namespace}/pods"
    container = {"name": "main", "image": IMAGE, "ports": [{"containerPort": 8080}]}
    body = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": {"app": name}},
        "spec": {"containers": [container], **spec},
    }
    requests.post(transport, path, body)
    found: dict[str, Any] = until(lambda: running(requests.get(transport, f"{path}/{name}")), "the pod does not run")
    return found


def running(pod: dict[str, Any]) -> dict[str, Any] | None:
    statuses = pod["status"].get("containerStatuses", ())
    return pod if statuses and all("running" in one["state"] and one["ready"] for one in statuses) else None


@pytest.fixture(scope="module")
def namespace(transport: Transport) -> Iterator[str]:
    name = f"cockpit-test-{uuid.uuid4().hex[:8]}"
    requests.post(
        transport, "/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    )
    # Pods are refused until the namespace has its service account.
    account = f"/api/v1/namespaces/{name}/serviceaccounts/default"
    until(lambda: exists(transport, account), "no service account")
    yield name
    requests.delete(transport, f"/api/v1/namespaces/{name}", {})


def exists(transport: Transport, path: str) -> bool:
    try:
        requests.get(transport, path)
    except ApiError as error:
        if error.status != 404:
            raise
        return False
    return True


@pytest.fixture(scope="module")
def place(transport: Transport, namespace: str) -> Place:
    make_pod(transport, namespace, "streams")
    return Place(namespace, "streams", "main")


def ran(transport: Transport, place: Place, *command: str, **options: Any) -> tuple[int | None, bytes, bytes]:
    """Return exit code, stdout and stderr of a command."""
    found = {Channel.STDOUT: bytearray(), Channel.STDERR: bytearray()}
    ended = run(transport, place, command, wrote=lambda channel, data: found[channel].extend(data), **options)
    return ended.code, bytes(found[Channel.STDOUT]), bytes(found[Channel.STDERR])


def test_a_command_writes_on_two_streams_and_ends_with_its_code(transport: Transport, place: Place) -> None:
    assert ran(transport, place, "sh", "-c", "echo out; echo err >&2; exit 3") == (3, b"out\n", b"err\n")
    assert ran(transport, place, "true") == (0, b"", b"")


@pytest.fixture(scope="module")
def creator(config: tuple[kubeconfig.Kubeconfig, str], transport: Transport, namespace: str) -> Iterator[Transport]:
    """Somebody who may `create` the streams of pods and not `get` them, as SPDY needs it."""
    name, rbac = f"{namespace}-creator", f"/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}"
    streams = {"apiGroups": [""], "resources": ["pods/exec", "pods/attach", "pods/portforward"], "verbs": ["create"]}
    pods = {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]}
    group = "rbac.authorization.k8s.io"
    about = {"apiVersion": f"{group}/v1", "metadata": {"name": name}}
    requests.post(transport, f"{rbac}/roles", {**about, "kind": "Role", "rules": [streams, pods]})
    bound = {"roleRef": {"apiGroup": group, "kind": "Role", "name": name}}
    subjects = [{"apiGroup": group, "kind": "User", "name": name}]
    requests.post(transport, f"{rbac}/rolebindings", {**about, **bound, "kind": "RoleBinding", "subjects": subjects})
    made = connected(config, name)
    until(lambda: not may_stream(made, namespace, "streams", "exec"), "the right does not come")
    yield made
    made.close()


@pytest.mark.usefixtures("place")
def test_who_may_create_streams_alone_gets_them_over_spdy(creator: Transport, place: Place, forwards: Forwards) -> None:
    request = exec_request(place, ("true",))
    asked = creator.upgrade(request, remote_command(request))
    assert isinstance(asked, Spdy)
    asked.close()
    assert ran(creator, place, "sh", "-c", "echo out; echo err >&2; exit 3") == (3, b"out\n", b"err\n")
    code, out, _ = ran(creator, place, "sh", "-c", "head -c 2000000; sleep 0.5", stdin=iter(PIECES))
    assert (code, out) == (0, b"".join(PIECES))
    pod = Ref("c", POD.resource.group_kind, place.namespace, place.pod)
    forwarded = forwards.open(lambda: creator, pod, choice_of(creator, pod), 8080)
    assert [fetched(forwarded.local) for _ in range(2)]


@pytest.mark.usefixtures("ending_input")
def test_over_spdy_input_ends_too(creator: Transport, place: Place) -> None:
    assert ran(creator, place, "cat", stdin=iter(PIECES)) == (0, b"".join(PIECES), b"")


def test_who_may_not_stream_is_told_which_right_is_missing(
    config: tuple[kubeconfig.Kubeconfig, str], place: Place
) -> None:
    nobody = connected(config, f"{place.namespace}-nobody")
    with pytest.raises(ApiError, match='cannot create resource "pods/exec"') as refused:
        ran(nobody, place, "true")
    assert refused.value.denied
    assert 'cannot create resource "pods/exec"' in str(refused.value)
    nobody.close()


PIECES = [bytes([65 + n % 26]) * 50_000 for n in range(40)]


def test_much_input_reaches_the_command(transport: Transport, place: Place) -> None:
    # An API server resets a connection that it ends while input is under way: the command outlives its input.
    command = ("sh", "-c", "head -c 2000000; sleep 0.5")
    code, out, _ = ran(transport, place, *command, stdin=iter(PIECES))
    assert code == 0
    assert out == b"".join(PIECES)


@pytest.fixture(scope="module")
def ending_input(transport: Transport, place: Place) -> None:
    """Skips where a process is never told that its input has ended, as by kwok; kubectl hangs there, too."""
    deadline = time.monotonic() + 5
    ended = run(transport, place, ("cat",), stdin=iter([b"x"]), stopped=lambda: time.monotonic() > deadline)
    if ended.code is None:
        pytest.skip("this server's kubelet never ends the input of a process")


@pytest.mark.usefixtures("ending_input")
def test_input_reaches_the_command_to_its_end(transport: Transport, place: Place) -> None:
    assert ran(transport, place, "cat", stdin=iter(PIECES)) == (0, b"".join(PIECES), b"")


def test_much_output_arrives_whole(transport: Transport, place: Place) -> None:
    code, out, _ = ran(transport, place, "seq", "200000")
    assert code == 0
    assert out.splitlines() == [str(n).encode() for n in range(1, 200_001)]


def test_a_shell_is_found_and_one_that_is_missing_is_no_error(transport: Transport, place: Place) -> None:
    assert find_shell(transport, place) == "bash"
    assert find_shell(transport, place, ("no-such-shell", "sh")) == "sh"
    assert find_shell(transport, place, ("no-such-shell", "nor-this")) == ""


def test_a_pod_that_is_not_there_is_refused_in_words(transport: Transport, place: Place) -> None:
    with pytest.raises(ApiError, match="not found") as caught:
        run(transport, Place(place.namespace, "no-such-pod", "main"), ("true",))
    assert caught.value.status == 404
    with pytest.raises(ApiError, match="container other is not valid for pod streams"):
        run(transport, Place(place.namespace, "streams", "other"), ("true",))


def add_debug_container(transport: Transport, pod: dict[str, Any], uid: str = "") -> AddDebugContainer:
    metadata = pod["metadata"]
    ref = Ref("test", GroupKind("", "Pod"), metadata["namespace"], metadata["name"])
    return AddDebugContainer(lambda: transport, POD.resource, ref, uid or metadata["uid"], "main", "busybox:1.37")


def test_a_debug_container_is_previewed_and_then_added(transport: Transport, namespace: str) -> None:
    pod = make_pod(transport, namespace, "debugged")
    path = POD.resource.path(namespace, "debugged")
    operation = add_debug_container(transport, pod)
    assert operation.permitted() == ""
    assert operation.preview().warnings == ("it stays until the pod goes: nobody can take it out again",)
    assert "ephemeralContainers" not in requests.get(transport, path)["spec"]
    assert operation.run().done
    [added] = requests.get(transport, path)["spec"]["ephemeralContainers"]
    assert (added["name"], added["image"]) == (operation.name, "busybox:1.37")
    assert (added["targetContainerName"], added["stdin"], added["tty"]) == ("main", True, True)
    again = add_debug_container(transport, pod)
    assert again.preview().warnings[1:] == ("it has 1 ephemeral container already",)


def test_a_debug_container_goes_into_the_pod_that_was_seen_alone(transport: Transport, namespace: str) -> None:
    pod = make_pod(transport, namespace, "successor")
    operation = add_debug_container(transport, pod, uid="00000000-0000-4000-8000-000000000000")
    with pytest.raises(Refused, match="another object by now"):
        operation.preview()


class Keys:
    """A terminal on which somebody types."""

    def __init__(self) -> None:
        self.theirs, self.ours = os.openpty()
        self.terminal = Terminal(self.ours, self.ours)

    def close(self) -> None:
        os.close(self.theirs)
        os.close(self.ours)

    def see(self, wanted: bytes) -> bytes:
        found, deadline = b"", time.monotonic() + 20
        while wanted not in found:
            assert time.monotonic() < deadline, found
            found += os.read(self.theirs, 4096)
        return found


@pytest.fixture
def keys() -> Iterator[Keys]:
    made = Keys()
    yield made
    made.close()


def entered(operation: Enter, keys: Keys) -> "threading.Thread":
    outcomes: list[Any] = []

    def work() -> None:
        with keys.terminal.raw():
            outcomes.append(operation.run())

    thread = threading.Thread(target=work, daemon=True)
    thread.outcomes = outcomes  # type: ignore[attr-defined]
    thread.start()
    return thread


def test_a_shell_on_a_terminal_takes_keys_and_ends(transport: Transport, place: Place, keys: Keys) -> None:
    ref = Ref("test", GroupKind("", "Pod"), place.namespace, place.pod)
    operation = Enter(lambda: transport, ref, place, "sh", keys.terminal)
    assert operation.permitted() == ""
    thread = entered(operation, keys)
    keys.see(b" ")
    os.write(keys.theirs, b"echo a''b\r")
    keys.see(b"ab\r\n")
    os.write(keys.theirs, b"exit 5\r")
    thread.join(20)
    [outcome] = thread.outcomes  # type: ignore[attr-defined]
    assert outcome.summary == f"sh in {place} ended with exit code 5"


@pytest.mark.skipif(bool(CONFIG), reason="the lab's kubelets start no ephemeral containers")
def test_a_debug_container_starts_and_can_be_joined(transport: Transport, namespace: str, keys: Keys) -> None:
    pod = make_pod(transport, namespace, "joined")
    operation = add_debug_container(transport, pod)
    operation.run()
    await_running(transport, POD.resource, operation.subject, operation.name, pause, 20)
    place = Place(namespace, "joined", operation.name)
    thread = entered(Enter(lambda: transport, operation.subject, place, "", keys.terminal), keys)
    keys.see(b"$ ")
    os.write(keys.theirs, b"echo here\r")
    keys.see(b"here\r\nhere\r\n")
    os.write(keys.theirs, b"\x1d")
    thread.join(20)
    [outcome] = thread.outcomes  # type: ignore[attr-defined]
    assert outcome.summary == f"left {place}: it goes on"


def pause(seconds: float) -> bool:
    time.sleep(seconds)
    return True


def fetched(port: int, path: str = "/", body: bytes = b"") -> bytes:
    """Return what a forwarded port answers over HTTP."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=body or None)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return bytes(answer.read())


@pytest.fixture
def forwards() -> Iterator[Forwards]:
    made = Forwards()
    yield made
    made.close()


def test_a_port_of_a_pod_answers_on_this_machine(transport: Transport, place: Place, forwards: Forwards) -> None:
    ref = Ref("test", GroupKind("", "Pod"), place.namespace, place.pod)
    opened = forwards.open(lambda: transport, ref, choice_of(transport, ref), 8080)
    for _ in range(3):
        assert fetched(opened.local)
    now = until(lambda: next((one for one in forwards.list() if not one.open), None), "a connection stays open")
    assert (now.opened, now.way, now.error, now.pod) == (3, Way.READY, "", place.pod)
    assert now.sent > 0
    assert now.received > 0
    assert forwards.stop(now.number) is not None
    with pytest.raises(urllib.error.URLError):
        fetched(opened.local)


def test_a_port_that_nobody_listens_on_is_told(transport: Transport, place: Place, forwards: Forwards) -> None:
    if CONFIG:
        pytest.skip("every port of the lab's pods answers")
    ref = Ref("test", GroupKind("", "Pod"), place.namespace, place.pod)
    opened = forwards.open(lambda: transport, ref, choice_of(transport, ref), 9)
    with pytest.raises((urllib.error.URLError, ConnectionError, http.client.HTTPException)):
        fetched(opened.local)
    [now] = until(lambda: [one for one in forwards.list() if one.way is Way.FAILING], "the failure is not told")
    assert "connection refused" in now.error


def test_a_forward_survives_its_pod(transport: Transport, namespace: str, forwards: Forwards) -> None:
    path = f"/apis/apps/v1/namespaces/{namespace}/deployments"
    labels = {"app": "survivor"}
    container = {"name": "main", "image": IMAGE, "ports": [{"containerPort": 8080}]}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    spec = {"replicas": 2, "selector": {"matchLabels": labels}, "template": template}
    body = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "survivor"}, "spec": spec}
    requests.post(transport, path, body)
    pods = f"/api/v1/namespaces/{namespace}/pods"

    def ready() -> list[dict[str, Any]]:
        found = requests.get(transport, pods, (("labelSelector", "app=survivor"),))["items"]
        return [pod for pod in found if is_ready(pod)]

    until(lambda: len(ready()) == 2, "the deployment is not ready")
    name = ready()[0]["metadata"]["name"]
    ref = Ref("test", GroupKind("", "Pod"), namespace, name)
    opened = forwards.open(lambda: transport, ref, choice_of(transport, ref), 8080)
    assert fetched(opened.local)
    assert forwards.list()[0].pod == name
    requests.delete(transport, f"{pods}/{name}", {"gracePeriodSeconds": 0})
    assert fetched(opened.local)
    assert forwards.list()[0].pod != name


@pytest.mark.skipif(bool(CONFIG), reason="the lab's backend has one small page")
def test_much_goes_both_ways_and_many_at_once(transport: Transport, place: Place, forwards: Forwards) -> None:
    ref = Ref("test", GroupKind("", "Pod"), place.namespace, place.pod)
    opened = forwards.open(lambda: transport, ref, choice_of(transport, ref), 8080)
    assert fetched(opened.local, "/bytes/5000000") == bytes(5_000_000)
    assert fetched(opened.local, "/", b"x" * 3_000_000) == b"x" * 3_000_000
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(fetched(opened.local, "/bytes/100000"))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert [len(one) for one in found] == [100_000] * 12


def told(tally: Tally) -> None:
    """Progress that nobody looks at."""


def never() -> bool:
    return False


def test_a_file_and_a_folder_are_copied_from_a_container(
    transport: Transport, place: Place, namespace: str, tmp_path: Path
) -> None:
    folder = f"/tmp/{namespace}"
    made = f"mkdir -p {folder}/deep; seq 100000 > {folder}/deep/numbers; ln -s /etc/passwd {folder}/link"
    assert ran(transport, place, "sh", "-c", made)[0] == 0
    wanted = "".join(f"{n}\n" for n in range(1, 100_001)).encode()
    try:
        copy_from(transport, place, f"{folder}/deep/numbers", tmp_path / "numbers", told, never)
        assert (tmp_path / "numbers").read_bytes() == wanted
        tally = copy_from(transport, place, f"{folder}/", tmp_path / "whole", told, never)
        assert (tmp_path / "whole/deep/numbers").read_bytes() == wanted
        assert (tally.files, tally.skipped) == (1, 1)
        with pytest.raises(Refused, match="is there already"):
            copy_from(transport, place, folder, tmp_path / "whole", told, never)
        with pytest.raises(Refused, match=r"was not copied: .*No such file"):
            copy_from(transport, place, f"{folder}/nothing", tmp_path / "nothing", told, never)
        with pytest.raises(Refused, match="it was stopped"):
            copy_from(transport, place, folder, tmp_path / "stopped", told, lambda: True)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["numbers", "whole"]
    finally:
        ran(transport, place, "rm", "-rf", folder)


@pytest.mark.usefixtures("ending_input")
def test_a_folder_is_copied_to_a_container_and_nothing_written_over_unsaid(
    transport: Transport, place: Place, tmp_path: Path
) -> None:
    (tmp_path / "source/deep").mkdir(parents=True)
    (tmp_path / "source/deep/big").write_bytes(b"0123456789" * 100_000)
    tally = copy_to(transport, place, tmp_path / "source", "/tmp/copied", told, never)
    assert (tally.files, tally.size) == (1, 1_000_000)
    assert ran(transport, place, "wc", "-c", "/tmp/copied/deep/big")[1].split()[0] == b"1000000"
    with pytest.raises(Refused, match="/tmp/copied is there already"):
        copy_to(transport, place, tmp_path / "source", "/tmp/copied", told, never)
    with pytest.raises(Refused, match="was not copied"):
        copy_to(transport, place, tmp_path / "source", "/nothing/there", told, never)


def test_copying_is_previewed(transport: Transport, place: Place, tmp_path: Path) -> None:
    ref = Ref("test", GroupKind("", "Pod"), place.namespace, place.pod)
    (tmp_path / "hostname").write_text("old")
    operation = CopyFrom(lambda: transport, ref, place, "/etc/hostname", tmp_path / "hostname")
    assert operation.permitted() == ""
    assert operation.preview().warnings == (f"{tmp_path}/hostname is there already and will be replaced",)
    outcome = operation.run()
    assert outcome.summary.startswith("1 file, ")
    assert (tmp_path / "hostname").read_text() != "old"
    with pytest.raises(Refused, match="/no/such/file is not there"):
        CopyFrom(lambda: transport, ref, place, "/no/such/file", tmp_path / "x").preview()
    with pytest.raises(Refused, match="is no path from the root"):
        CopyFrom(lambda: transport, ref, place, "etc", tmp_path / "x").preview()
    upwards = CopyTo(lambda: transport, ref, place, tmp_path / "hostname", "/etc")
    assert upwards.preview().warnings == ("/etc/hostname is there already and will be written over",)
    with pytest.raises(Refused, match="is not there on this machine"):
        CopyTo(lambda: transport, ref, place, tmp_path / "nothing", "/tmp").preview()
