from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.alerts.client import Alertmanager, Draft, filter_of
from state.alerts.errors import AlertmanagerError
from state.alerts.model import Matcher
from state.clock import Clock
from state.endpoint import Endpoint

ALERT = {
    "labels": {"alertname": "A", "severity": "critical"},
    "annotations": {},
    "startsAt": "2026-11-22T16:53:20.000Z",
    "updatedAt": "2026-11-22T16:53:20.000Z",
    "fingerprint": "00",
    "generatorURL": "http://prom/graph",
    "receivers": [{"name": "none"}],
    "status": {"state": "active", "silencedBy": [], "inhibitedBy": []},
}
SILENCE = {
    "id": "s1",
    "status": {"state": "active"},
    "matchers": [{"name": "alertname", "value": "A", "isRegex": False}],
    "startsAt": "2026-11-22T16:53:20.000Z",
    "endsAt": "2026-11-22T17:08:20.000Z",
    "updatedAt": "2026-11-22T16:53:20.000Z",
    "createdBy": "ana\x1b[31m",
    "comment": "ACK! on it",
}
DRAFT = Draft((Matcher("alertname", "A"),), 0.0, 900.0, "ana", "ACK! on it")


def failure(ask: Any) -> AlertmanagerError:
    with pytest.raises(AlertmanagerError) as failed:
        ask()
    return failed.value


def test_one_odd_alert_hides_no_other(scripted: Any, written: Any) -> None:
    scripted.answer = lambda request: written([{"labels": 3}, ALERT])
    (alert,) = Alertmanager(Endpoint(scripted.url)).alerts()
    assert alert.labels["alertname"] == "A"
    assert alert.generator_url == "http://prom/graph"


def test_what_every_group_of_an_alert_mutes_is_muted(scripted: Any, written: Any) -> None:
    def group(**muted: list[str]) -> dict[str, Any]:
        alerts = [{**ALERT, "fingerprint": name, "status": {"mutedBy": by}} for name, by in muted.items()]
        return {"labels": {}, "receiver": {"name": "team"}, "routeLabels": {}, "alerts": alerts}

    old = {"labels": {}, "alerts": [{**ALERT, "fingerprint": "d"}]}
    scripted.answer = lambda request: written(
        [group(a=["night"], b=["night"]), group(a=["weekend", "night"], b=[], c=[]), old, {"alerts": 3}]
    )
    assert Alertmanager(Endpoint(scripted.url)).muted() == {"a": ("night", "weekend")}


def test_a_silence_of_an_old_server_is_read(scripted: Any, written: Any) -> None:
    scripted.answer = lambda request: written([SILENCE])
    (silence,) = Alertmanager(Endpoint(scripted.url)).silences()
    assert silence.is_ack
    assert silence.ends - silence.starts == 900
    assert silence.matchers == (Matcher("alertname", "A"),)
    assert silence.created_by == "ana"


def test_reading_is_tried_twice_and_writing_once(scripted: Any, written: Any) -> None:
    scripted.answer = lambda request: written(b"", 503)
    client = Alertmanager(Endpoint(scripted.url))
    assert failure(client.alerts).kind == "server"
    assert failure(lambda: client.post(DRAFT)).kind == "server"
    assert [request.method for request in scripted.requests] == ["GET", "GET", "POST"]


def test_a_write_that_hangs_is_sent_once(scripted: Any, written: Any) -> None:
    scripted.answer = lambda request: written(hang=True)
    client = Alertmanager(Endpoint(scripted.url, timeout=0.2))
    assert failure(lambda: client.post(DRAFT)).kind == "timeout"
    assert len(scripted.requests) == 1


def test_a_draft_travels_as_the_api_wants_it(scripted: Any, written: Any) -> None:
    scripted.answer = lambda request: written({"silenceID": "new"})
    matchers = (Matcher("a", "b"), Matcher("c", "d.*", regex=True, equal=False))
    assert Alertmanager(Endpoint(scripted.url)).post(DRAFT._replace(matchers=matchers)) == "new"
    assert scripted.requests[0].json == {
        "matchers": [
            {"name": "a", "value": "b", "isRegex": False, "isEqual": True},
            {"name": "c", "value": "d.*", "isRegex": True, "isEqual": False},
        ],
        "startsAt": "1970-01-01T00:00:00.000Z",
        "endsAt": "1970-01-01T00:15:00.000Z",
        "createdBy": "ana",
        "comment": "ACK! on it",
    }


@pytest.mark.parametrize(
    ("status", "body", "headers", "kind", "said"),
    [
        (400, b'"bad matcher format: foo"', {}, "refused", "refuses: bad matcher format: foo"),
        (422, b'{"code":602,"message":"comment in body is required"}', {}, "refused", "comment in body is required"),
        (400, b"", {}, "refused", "refuses: 400"),
        (404, b"", {}, "not_alertmanager", "check the path"),
        (500, b"", {}, "server", "answers 500"),
        (503, b"Limit of concurrent GET requests reached", {}, "server", "Limit of concurrent"),
        (401, b"", {}, "auth", "(401)"),
        (200, b"<html>Sign in</html>", {"Content-Type": "text/html"}, "auth", "login page"),
        (200, b"{}", {}, "not_alertmanager", "does not answer as Alertmanager"),
    ],
)
def test_each_failure_has_its_kind_and_its_sentence(
    scripted: Any, written: Any, status: int, body: bytes, headers: dict[str, str], kind: str, said: str
) -> None:
    scripted.answer = lambda request: written(body, status, headers)
    error = failure(Alertmanager(Endpoint(scripted.url)).alerts)
    assert (error.kind, said in str(error)) == (kind, True), str(error)


@pytest.mark.parametrize(("status", "body"), [(404, b""), (500, b'"silence not found"'), (404, b'"silence not found"')])
def test_a_silence_that_is_forgotten_is_not_found(scripted: Any, written: Any, status: int, body: bytes) -> None:
    scripted.answer = lambda request: written(body, status)
    client = Alertmanager(Endpoint(scripted.url))
    assert failure(lambda: client.silence("x")).kind == "not_found"
    assert failure(lambda: client.expire("x")).kind == "not_found"


def test_an_id_cannot_leave_its_place_in_the_path(scripted: Any, written: Any) -> None:
    scripted.answer = lambda request: written(SILENCE)
    Alertmanager(Endpoint(scripted.url)).silence("../silences?x")
    assert scripted.requests[0].path == "/api/v2/silence/..%2Fsilences%3Fx"


@pytest.mark.parametrize(
    ("date", "ahead"), [("Fri, 15 Jan 2027 08:20:00 GMT", 1200), ("Fri, 15 Jan 2027 08:00:01 GMT", 0)]
)
def test_silences_are_made_in_the_servers_time(scripted: Any, written: Any, date: str, ahead: int) -> None:
    scripted.answer = lambda request: written([], headers={"Date": date})
    client = Alertmanager(Endpoint(scripted.url), Clock(lambda: 1_800_000_000.0))
    client.alerts()
    assert client.now() == 1_800_000_000.0 + ahead


@pytest.mark.parametrize(
    ("matcher", "text"),
    [
        (Matcher("a", "b"), 'a="b"'),
        (Matcher("a", 'say "hi"\\\n'), 'a="say \\"hi\\"\\\\\\n"'),
        (Matcher("a", "b|c", regex=True), 'a=~"b|c"'),
        (Matcher("a", "b", equal=False), 'a!="b"'),
        (Matcher("my.label", "b"), '"my.label"="b"'),
        (Matcher("1a", "b"), '"1a"="b"'),
    ],
)
def test_a_matcher_is_written_as_a_filter(matcher: Matcher, text: str) -> None:
    assert filter_of(matcher) == text


@given(st.text())
def test_a_value_never_ends_its_quotes(value: str) -> None:
    inside = filter_of(Matcher("a", value))[3:-1]
    unescaped = inside.replace("\\\\", "")
    assert '"' not in unescaped.replace('\\"', "")
    assert "\n" not in inside
