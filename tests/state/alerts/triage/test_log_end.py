"""Whose log is read, and of which run."""

import json
from typing import Any

import pytest

from state.alerts.triage.log_end import LogEndReader, choose
from state.cluster.errors import ApiError
from state.cluster.transport import Answer, Request
from state.polled import Denied
from state.ref import GroupKind, Ref

REF = Ref("prod", GroupKind("", "Pod"), "pay", "api-1")
EXITED = {"terminated": {"exitCode": 1}}
LOOPING = {"name": "api", "restartCount": 4, "state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": EXITED}
WELL = {"name": "proxy", "ready": True, "restartCount": 9, "state": {"running": {}}}


def pod(*statuses: dict[str, Any], names: tuple[str, ...] = ("proxy", "api")) -> dict[str, Any]:
    return {"spec": {"containers": [{"name": name} for name in names]}, "status": {"containerStatuses": list(statuses)}}


@pytest.mark.parametrize(
    ("statuses", "wanted", "container", "crashed"),
    [
        ((WELL, LOOPING), "", "api", True),
        ((WELL, LOOPING), "proxy", "proxy", False),
        ((WELL, LOOPING), "kube-rbac-proxy", "api", True),
        ((WELL, {"name": "api", "ready": True, "state": {"running": {}}}), "", "proxy", False),
        ((WELL, {"name": "api", "restartCount": 1, "state": {"running": {}}, "lastState": EXITED}), "", "api", True),
        ((WELL, {"name": "api", "restartCount": 1, "state": {"running": {}}}), "", "api", False),
        (
            (
                WELL,
                {
                    "name": "api",
                    "restartCount": 1,
                    "state": {"running": {}},
                    "lastState": {"terminated": {"exitCode": 0}},
                },
            ),
            "",
            "api",
            False,
        ),
        ((), "", "proxy", False),
    ],
)
def test_the_container_that_does_worst_is_read(
    statuses: tuple[dict[str, Any], ...], wanted: str, container: str, crashed: bool
) -> None:
    assert choose(pod(*statuses), wanted) == (container, crashed)


class Server:
    """Answers for one pod and its logs; a log that is None is refused as the kubelet refuses it."""

    def __init__(self, found: dict[str, Any] | int, now: str | None = "", before: str | None = None) -> None:
        self.found, self.now, self.before = found, now, before
        self.asked: list[dict[str, str]] = []

    def call(self, request: Request) -> Answer:
        if not request.path.endswith("/log"):
            return (
                self._status(self.found)
                if isinstance(self.found, int)
                else Answer(200, json.dumps(self.found).encode())
            )
        self.asked.append(dict(request.query))
        text = self.before if dict(request.query).get("previous") else self.now
        return self._status(400) if text is None else Answer(200, text.encode())

    def _status(self, code: int) -> Answer:
        message = 'container "api" in pod "api-1" is waiting to start: ContainerCreating'
        return Answer(code, json.dumps({"message": message, "code": code}).encode())


def read(server: Server, **parts: Any) -> Any:
    return LogEndReader(lambda: server, pod=REF, **parts).fetch()  # type: ignore[arg-type, return-value]


def test_of_what_crashes_the_run_before_is_read_with_its_secrets_covered() -> None:
    server = Server(pod(LOOPING), before="2026-11-22T16:53:20Z FATAL password=hunter2\n")
    end = read(server)
    assert (end.container, end.previous, [line.text for line in end.lines]) == ("api", True, ["FATAL password=***"])
    assert server.asked[0]["tailLines"] == "100"


def test_a_run_before_that_is_not_kept_gives_the_present_one() -> None:
    end = read(Server(pod(LOOPING), now="2026-11-22T16:53:20Z up\n"))
    assert (end.previous, len(end.lines)) == (False, 1)


def test_a_container_that_has_not_started_has_no_lines() -> None:
    end = read(Server(pod({"name": "api", "state": {"waiting": {"reason": "ContainerCreating"}}}), now=None))
    assert (end.container, end.lines) == ("api", ())


def test_a_pod_that_is_gone_has_no_lines_and_one_that_may_not_be_read_is_denied() -> None:
    assert read(Server(404)).lines == ()
    with pytest.raises(Denied):
        read(Server(403))
    with pytest.raises(ApiError):
        read(Server(500))


def test_without_a_pod_nothing_is_asked() -> None:
    reader = LogEndReader(lambda: pytest.fail("asked"))
    assert reader.fetch() is None
