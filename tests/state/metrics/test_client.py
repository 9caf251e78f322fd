import contextlib
import logging
import math
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from state.endpoint import Endpoint
from state.metrics.client import PrometheusClient
from state.metrics.model import MetricsError, Sample, Series


def vector(*results: Any, **beside: Any) -> dict[str, Any]:
    return {"status": "success", "data": {"resultType": "vector", "result": list(results)}, **beside}


def failure(client: PrometheusClient, expression: str = "up") -> MetricsError:
    with pytest.raises(MetricsError) as failed:
        client.query(expression)
    return failed.value


def test_an_instant_vector_is_samples(scripted: Any, written: Any) -> None:
    up = {"metric": {"__name__": "up", "job": "b", "a": "x"}, "value": [1.0, "1"]}
    nan = {"metric": {}, "value": [1.0, "NaN"]}
    infinite = {"metric": {}, "value": [1.0, "+Inf"]}
    native = {"metric": {"job": "native"}, "histogram": [1.0, {}]}
    scripted.answer = lambda request: written(vector(up, nan, infinite, native))
    first, second, third = PrometheusClient(Endpoint(scripted.url)).query("up").samples
    assert first == Sample((("a", "x"), ("job", "b")), 1.0)
    assert math.isnan(second.value)
    assert third.value == math.inf


def test_a_scalar_is_one_sample_without_labels(scripted: Any, written: Any) -> None:
    data = {"resultType": "scalar", "result": [1.0, "2.5"]}
    scripted.answer = lambda request: written({"status": "success", "data": data})
    assert PrometheusClient(Endpoint(scripted.url)).query("2.5").samples == (Sample((), 2.5),)


def test_a_range_is_series(scripted: Any, written: Any) -> None:
    data = {"resultType": "matrix", "result": [{"metric": {"a": "b"}, "values": [[10, "1"], [30, "3"]]}]}
    scripted.answer = lambda request: written({"status": "success", "data": data})
    answer = PrometheusClient(Endpoint(scripted.url)).query_range("up", 10.0, 30.0, 10.0)
    assert answer.series == (Series((("a", "b"),), ((10.0, 1.0), (30.0, 3.0))),)
    form = scripted.requests[0].form
    assert (form["start"], form["end"], form["step"]) == ("10", "30", "10")


def test_a_long_query_travels_in_the_body_with_a_limit_for_the_server(scripted: Any, written: Any) -> None:
    scripted.answer = lambda request: written(vector())
    long = "up or " * 12_000 + "up"
    PrometheusClient(Endpoint(scripted.url, timeout=5.0)).query(long)
    (request,) = scripted.requests
    assert (request.method, request.query) == ("POST", [])
    assert request.form == {"query": long, "timeout": "4s"}


def test_a_proxy_that_lets_only_reading_through_is_asked_by_get(scripted: Any, written: Any) -> None:
    scripted.answer = lambda request: written(vector()) if request.method == "GET" else written(b"", 405)
    client = PrometheusClient(Endpoint(scripted.url))
    client.query("up")
    client.query("up")
    assert [request.method for request in scripted.requests] == ["POST", "GET", "GET"]


def test_warnings_mean_partial_and_victoria_says_it_in_her_way(scripted: Any, written: Any) -> None:
    client = PrometheusClient(Endpoint(scripted.url))
    scripted.answer = lambda request: written(vector(warnings=["store \x1b[31mb is missing"]))
    answer = client.query("up")
    assert answer.partial
    assert answer.warnings == ("store b is missing",)
    scripted.answer = lambda request: written(vector(isPartial=True))
    assert client.query("up").partial
    scripted.answer = lambda request: written(vector(warnings=["PromQL warning: a bucket label is odd"]))
    assert not client.query("up").partial
    scripted.answer = lambda request: written(vector())
    assert not client.query("up").partial


@pytest.mark.parametrize(
    ("status", "body", "headers", "kind", "said"),
    [
        (
            400,
            {"status": "error", "errorType": "bad_data", "error": "1:3: parse error"},
            {},
            "bad_query",
            "parse error",
        ),
        (422, {"status": "error", "errorType": "execution", "error": "too many"}, {}, "bad_query", "too many"),
        (503, {"status": "error", "errorType": "timeout", "error": "query timed out"}, {}, "timeout", "timed out"),
        (200, {"status": "error", "errorType": "internal", "error": "broke"}, {}, "server", "broke"),
        (500, b"", {}, "server", "answers 500"),
        (502, b"<html>bad gateway</html>", {"Content-Type": "text/html"}, "server", "answers 502"),
        (429, b"slow down", {"Content-Type": "text/plain"}, "server", "answers 429: slow down"),
        (401, b"no org id", {"Content-Type": "text/plain"}, "auth", "(401)"),
        (403, b"", {}, "auth", "(403)"),
        (404, b"404 page not found", {"Content-Type": "text/plain"}, "not_prometheus", "check the path"),
        (200, b"<!doctype html><input type=password>", {"Content-Type": "text/html"}, "auth", "login page"),
        (200, b"<html>welcome</html>", {"Content-Type": "text/html"}, "not_prometheus", "a web page"),
        (200, b"hello", {"Content-Type": "text/plain"}, "not_prometheus", "does not answer as Prometheus"),
        (200, {"status": "success", "data": {"resultType": "vector"}}, {}, "not_prometheus", "in a shape"),
        (200, {"status": "success", "data": None}, {}, "not_prometheus", "in a shape"),
        (302, b"", {"Location": "https://sso.example/start?state=s3cret"}, "auth", "https://sso.example/start)"),
        (301, b"", {"Location": "/prefix/api/v1/query"}, "not_prometheus", "/prefix/api/v1/query: use that"),
    ],
)
def test_each_failure_has_its_kind_and_its_sentence(
    scripted: Any, written: Any, status: int, body: Any, headers: dict[str, str], kind: str, said: str
) -> None:
    scripted.answer = lambda request: written(body, status, headers)
    error = failure(PrometheusClient(Endpoint(scripted.url)))
    assert error.kind == kind
    assert said in str(error)
    assert "s3cret" not in str(error)
    assert str(error).isprintable()


def test_a_bad_gateway_is_asked_once_more_and_no_header_can_make_it_wait(scripted: Any, written: Any) -> None:
    answers = iter([written(b"", 503, {"Retry-After": "3600"}), written(vector())])
    scripted.answer = lambda request: next(answers)
    PrometheusClient(Endpoint(scripted.url)).query("up")
    assert len(scripted.requests) == 2


def test_nobody_there_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    error = failure(PrometheusClient(Endpoint(f"http://127.0.0.1:{port}")))
    assert error.kind == "unreachable"
    assert str(error) == f"http://127.0.0.1:{port} is not reached: connection refused"


def test_an_unknown_name_is_unreachable() -> None:
    error = failure(PrometheusClient(Endpoint("http://prometheus.invalid")))
    assert (error.kind, str(error)) == (
        "unreachable",
        "http://prometheus.invalid is not reached: its name is not known",
    )


def test_a_server_that_hangs_is_left_and_not_asked_again(scripted: Any, written: Any) -> None:
    scripted.answer = lambda request: written(hang=True)
    error = failure(PrometheusClient(Endpoint(scripted.url, timeout=0.2)))
    assert error.kind == "timeout"
    assert "no answer within 0.2 s" in str(error)
    assert len(scripted.requests) == 1


def test_a_server_that_drips_is_left(scripted: Any, written: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from state import web

    monkeypatch.setattr(web, "_CONNECT_SECONDS", 0.1)
    scripted.answer = lambda request: written(b" " * 1000, drip=True)
    error = failure(PrometheusClient(Endpoint(scripted.url, timeout=0.2)))
    assert (error.kind, "did not end in time" in str(error)) == ("timeout", True)


def test_a_connection_that_breaks_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, contextlib.ExitStack() as stack:
        import threading

        def break_all() -> None:
            for _ in range(2):
                connection, _address = listening.accept()
                connection.close()

        thread = threading.Thread(target=break_all)
        thread.start()
        stack.callback(thread.join, 5)
        error = failure(PrometheusClient(Endpoint(f"http://127.0.0.1:{listening.getsockname()[1]}")))
    assert (error.kind, "the connection broke" in str(error)) == ("unreachable", True)


def test_ways_to_sign_in(scripted: Any, written: Any, tmp_path: Path) -> None:
    scripted.answer = lambda request: written(vector())
    token = tmp_path / "token"
    token.write_text("first\n")
    by_file = PrometheusClient(Endpoint(scripted.url, bearer_token_file=str(token)))
    by_file.query("up")
    token.write_text("second\n")
    by_file.query("up")
    PrometheusClient(Endpoint(scripted.url, bearer_token="t", tenant="team-a")).query("up")
    PrometheusClient(Endpoint(scripted.url, basic=("ana", "pw"))).query("up")
    PrometheusClient(Endpoint(scripted.url, headers={"CF-Access-Client-Id": "id"})).query("up")
    sent = [request.headers for request in scripted.requests]
    assert [headers.get("authorization") for headers in sent] == [
        "Bearer first",
        "Bearer second",
        "Bearer t",
        "Basic YW5hOnB3",
        None,
    ]
    assert sent[2]["x-scope-orgid"] == "team-a"
    assert sent[4]["cf-access-client-id"] == "id"


def test_a_token_file_that_went_is_a_failed_sign_in(scripted: Any, written: Any, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("first")
    client = PrometheusClient(Endpoint(scripted.url, bearer_token_file=str(token)))
    scripted.answer = lambda request: written(vector())
    client.query("up")
    token.unlink()
    assert failure(client).kind == "auth"


def test_the_environment_replaces_neither_credentials_nor_the_way(
    scripted: Any, written: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login eve password other\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/bundle.pem")
    monkeypatch.setenv("CURL_CA_BUNDLE", "/nowhere/bundle.pem")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    scripted.answer = lambda request: written(vector())
    PrometheusClient(Endpoint(scripted.url, bearer_token="mine")).query("up")
    assert scripted.requests[0].headers["authorization"] == "Bearer mine"


def test_a_proxy_is_used_and_its_password_never_told(scripted: Any, written: Any) -> None:
    scripted.answer = lambda request: written(vector())
    PrometheusClient(Endpoint("http://prom.invalid:9090", proxy=scripted.url)).query("up")
    assert scripted.requests[0].headers["host"] == "prom.invalid:9090"
    error = failure(PrometheusClient(Endpoint("http://prom.invalid:9090", proxy="http://u:s3cret@127.0.0.1:1")))
    assert (error.kind, "through the proxy" in str(error)) == ("unreachable", True)
    assert "s3cret" not in str(error)


def test_no_secret_is_logged(scripted: Any, written: Any, caplog: pytest.LogCaptureFixture) -> None:
    scripted.answer = lambda request: written(b"", 503)
    with caplog.at_level(logging.DEBUG):
        failure(PrometheusClient(Endpoint(scripted.url, headers={"X-Key": "s3cret"}, basic=("ana", "s3cret"))))
        failure(PrometheusClient(Endpoint("http://prom.invalid", bearer_token="s3cret")))
    assert "s3cret" not in caplog.text


def test_one_odd_rule_group_hides_no_other(scripted: Any, written: Any) -> None:
    groups = [
        {"name": "odd", "rules": 3},
        {"name": "good", "interval": 15, "rules": [{"name": "A", "type": "alerting"}]},
    ]
    scripted.answer = lambda request: written({"status": "success", "data": {"groups": groups}})
    (group,) = PrometheusClient(Endpoint(scripted.url)).alerting_groups()
    assert (group.name, group.rules[0].name) == ("good", "A")


def test_nothing_heavy_is_imported_before_the_first_question() -> None:
    code = (
        "import sys; from state.endpoint import Endpoint; from state.metrics.client import PrometheusClient;"
        "from state.alerts.source import LiveAlerts; import state.alerts.ack, state.alerts.upkeep, state.metrics.pulse;"
        "PrometheusClient(Endpoint('http://a'));"
        "print([m for m in ('requests', 'urllib3', 'prometheus_api_client') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.fixture
def certificate(tmp_path: Path, openssl: str) -> Path:
    """A certificate for 127.0.0.1 that signs itself, with its key in the same folder."""
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "key.pem"]
    command = [openssl, "req", "-x509", *key, "-out", "cert.pem", *subject]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    return tmp_path / "cert.pem"


def test_an_own_certificate_authority_is_not_replaced_by_the_environment(
    scripted: Any, written: Any, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted.encrypt(certificate, certificate.with_name("key.pem"))
    scripted.answer = lambda request: written(vector())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/bundle.pem")
    assert failure(PrometheusClient(Endpoint(scripted.url))).kind == "not_prometheus"
    assert "is not trusted: self-signed certificate" in str(failure(PrometheusClient(Endpoint(scripted.url))))
    PrometheusClient(Endpoint(scripted.url, ca_file=str(certificate))).query("up")
    PrometheusClient(Endpoint(scripted.url, insecure=True)).query("up")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    PrometheusClient(Endpoint(scripted.url)).query("up")
    assert len(scripted.requests) == 3
