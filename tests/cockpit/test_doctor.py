import contextlib
import http.server
import json
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from cockpit.checkup.finding import Finding, Verdict
from cockpit.checkup.machine import Terminal
from cockpit.checkup.servers import examine_alertmanagers
from cockpit.cli.doctor import Asked, doctor, examine, line
from state.alerts.errors import AlertmanagerError
from state.alerts.source import Alertmanagers
from state.endpoint import Endpoint
from state.settings import Flags
from state.way import Direct

TERMINAL = Terminal(True, 120, 36, "utf-8")
COLOURS = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


class World:
    """One HTTP server that is an API server, a Prometheus and an Alertmanager, as far as they are asked."""

    def __init__(self):
        self.forbidden = set()
        self.status = {}
        self.asked = []
        self.services = []

    def answer(self, method, path, body):
        if path in self.status:
            return self.status[path], {"message": "no\x1b[2J", "status": "error", "error": "no"}
        if path.endswith("selfsubjectaccessreviews"):
            spec = body["spec"]["resourceAttributes"]
            denied = {spec["resource"], f"{spec['resource']}@{spec.get('namespace', '')}"} & self.forbidden
            return 201, {"status": {"allowed": not denied}}
        if path.endswith("selfsubjectreviews"):
            return 201, {"status": {"userInfo": {"username": "ana"}}}
        found = {
            "/readyz": "ok",
            "/version": {"gitVersion": "v1.37.0"},
            "/apis/metrics.k8s.io/v1beta1": {"resources": []},
            "/api/v1/status/buildinfo": {"status": "success", "data": {"version": "3.5.0"}},
            "/api/v1/query": {
                "status": "success",
                "data": {"resultType": "vector", "result": [{"metric": {}, "value": [0, "1"]}]},
            },
            "/api/v1/rules": {"status": "success", "data": {"groups": []}},
            "/api/v2/status": {"versionInfo": {"version": "0.33.1"}, "cluster": {"status": "ready"}},
            "/api/v2/alerts": [],
            "/api/v1/services": {"items": self.services},
        }
        return (200, found[path]) if path in found else (404, {"message": "not found"})


@pytest.fixture
def world():
    world = World()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            path = self.path.partition("?")[0]
            world.asked.append((path, self.headers.get("Authorization")))
            with contextlib.suppress(ValueError):
                body = json.loads(body)
            status, answer = world.answer(self.command, path, body)
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_POST(self):
            self.do_GET()

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    world.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield world
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in ("CONFIG", "STATE", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    return tmp_path


@pytest.fixture
def config(home, world):
    path = home / "kubeconfig"
    path.write_text(
        json.dumps(
            {
                "current-context": "prod-eu",
                "clusters": [{"name": "c", "cluster": {"server": world.url}}],
                "users": [{"name": "ana", "user": {"token": "s3cret-token"}}],
                "contexts": [{"name": "prod-eu", "context": {"cluster": "c", "user": "ana", "namespace": "shop"}}],
            }
        )
    )
    return path


def look(config=None, environ=(), terminal=TERMINAL, **flags):
    """Examine and return the findings by topic."""
    home = config.parent if config else Path("/nonexistent")
    found = list(examine(Asked(Flags(**flags), config), {**COLOURS, "HOME": str(home), **dict(environ)}, terminal))
    return {one.topic: one for one in found}


def test_where_all_is_there_all_is_well(config, world):
    found = look(config, prometheus=world.url, alertmanager=world.url)
    assert {topic: (one.verdict, one.advice) for topic, one in found.items()} == dict.fromkeys(
        ["terminal", "config", "log", "data", "contexts", "api", "permissions", "operations", "usage",
         "prometheus", "alertmanager", "board"],
        (Verdict.WELL, ""),
    )  # fmt: skip
    assert found["terminal"].found == "120x36, xterm-256color, all colours"
    assert found["contexts"].found == "1 of them, prod-eu is used, namespace shop; protected: prod-eu"
    assert found["api"].found == f"Kubernetes v1.37.0 at {world.url}, as ana"
    assert found["permissions"].found == "reads all 11 kinds in all namespaces"
    assert found["prometheus"].found == f"Prometheus 3.5.0 at {world.url}, 1 target, 0 groups of alerting rules"
    assert found["alertmanager"].found == f"Alertmanager 0.33.1 at {world.url}, 0 alerts"


def test_without_anything_it_still_says_what_to_do(home):
    found = look()
    assert found["contexts"].verdict is Verdict.BAD
    assert "`cockpit demo`" in found["contexts"].found
    assert "api" not in found
    for topic in ("prometheus", "alertmanager"):
        assert found[topic].verdict is Verdict.WARNING
        assert f"--{topic}, COCKPIT_{topic.upper()}" in found[topic].advice
    assert found["board"].verdict is Verdict.WELL


def test_servers_that_are_found_in_the_cluster_are_said_with_the_way(config, world):
    kinds = {"prometheus": (9090, "prometheus-k8s", "prometheus-old"), "alertmanager": (9093, "alertmanager-main")}
    for kind, (port, *names) in kinds.items():
        for name in names:
            metadata = {"name": name, "namespace": "monitoring", "labels": {"app.kubernetes.io/name": kind}}
            world.services.append({"metadata": metadata, "spec": {"ports": [{"port": port}]}})

    def through(method, path, body, real=world.answer):
        return real(method, "/" + path.partition("/proxy/")[2] if "/proxy/" in path else path, body)

    world.answer = through
    found = look(config)
    way = "found in the cluster, through the API server"
    assert found["prometheus"].verdict is Verdict.WELL
    said = f"Prometheus 3.5.0 at service://prometheus-k8s.monitoring:9090 ({way}; "
    assert found["prometheus"].found.startswith(
        said + "service://prometheus-old.monitoring:9090 would be another, name one to choose), 1 target"
    )
    said = f"Alertmanager 0.33.1 at service://alertmanager-main.monitoring:9093 ({way}), 0 alerts"
    assert found["alertmanager"] == Finding("alertmanager", Verdict.WELL, said)
    world.forbidden.add("services@monitoring")
    found = look(config)
    assert found["prometheus"].verdict is Verdict.WARNING
    assert "is found in the cluster, but you may not get services/proxy in monitoring" in found["prometheus"].found
    assert "no Prometheus" not in str(look(config, {"COCKPIT_DISCOVER": "false"})["prometheus"])


def test_several_servers_are_examined_by_name(config, world, tmp_path):
    said, kinds = tmp_path / "config.toml", ("prometheus", "alertmanager")
    said.write_text(
        f'prometheus = [{{ name = "eu", url = "{world.url}" }}, {{ name = "us", url = "http://127.0.0.1:9" }}]\n'
        f'alertmanager = [{{ name = "eu", url = "{world.url}" }}, "{world.url}/am"]\n'
    )
    environ = {**COLOURS, "HOME": str(config.parent), "COCKPIT_CONFIG": str(said)}
    found = examine(Asked(Flags(), config), environ, TERMINAL)
    host = world.url.removeprefix("http://")
    verdicts = [(one.topic, one.found.partition(": ")[0], one.verdict) for one in found if one.topic in kinds]
    assert verdicts == [
        ("prometheus", "eu", Verdict.WELL),
        ("prometheus", "us", Verdict.BAD),
        ("alertmanager", "eu", Verdict.WELL),
        ("alertmanager", host, Verdict.BAD),
    ]


def test_a_rule_that_fails_is_said(config, world):
    rules = [
        {"name": "Broken", "health": "err", "lastError": "many-to-many matching"},
        {"name": "Fine", "health": "ok"},
    ]
    groups = {"status": "success", "data": {"groups": [{"name": "g", "rules": rules}]}}
    world.answer = lambda method, path, body, real=world.answer: (
        (200, groups) if path.endswith("/rules") else real(method, path, body)
    )
    found = look(config, prometheus=world.url)["prometheus"]
    assert found.verdict is Verdict.WARNING
    assert "1 rule failing, Broken: many-to-many matching" in found.found


def test_nothing_is_made_by_looking(config, home):
    before = sorted(home.rglob("*"))
    look(config)
    assert sorted(home.rglob("*")) == before


def test_a_server_that_is_down_is_said_and_the_rest_is_examined(config, world, home):
    text = config.read_text().replace(world.url, "http://127.0.0.1:9")
    config.write_text(text)
    found = look(config, prometheus="http://127.0.0.1:9", alertmanager=world.url)
    assert found["api"].verdict is Verdict.BAD
    assert "127.0.0.1:9 refuses connections" in found["api"].found
    assert found["prometheus"].verdict is Verdict.BAD
    assert found["alertmanager"].verdict is Verdict.WELL


def test_a_server_that_is_not_ready_is_said(config, world):
    world.status["/readyz"] = 500
    found = look(config)
    assert found["api"].verdict is Verdict.BAD
    assert "not ready" in found["api"].found
    assert "\x1b" not in line(found["api"])


def test_a_failed_sign_in_is_not_called_forbidden(config, world):
    world.status["/version"] = 401
    found = look(config)
    assert found["api"].verdict is Verdict.BAD
    assert "sign-in failed: " in found["api"].found
    assert "sign in again" in found["api"].advice


def test_a_user_of_one_namespace_is_told_what_stays_empty(config, world):
    world.forbidden |= {"pods@", "deployments@", "nodes", "namespaces"}
    found = look(config)
    assert found["permissions"] == Finding(
        "permissions",
        Verdict.WARNING,
        "reads 9 of 11 kinds in shop; not nodes, namespaces",
        "what is not read stays empty; ask for list and watch on it",
    )
    assert found["operations"].found == "may read logs, roll back, delete pods, evict pods in shop"


def test_a_user_who_may_nothing_is_told_so(config, world):
    world.answer = lambda method, path, body, real=world.answer: (
        (201, {"status": {"allowed": False}}) if path.endswith("accessreviews") else real(method, path, body)
    )
    found = look(config)
    assert found["permissions"].verdict is Verdict.BAD
    assert found["operations"].verdict is Verdict.WARNING


def test_a_missing_metrics_server_is_a_warning(config, world):
    world.status["/apis/metrics.k8s.io/v1beta1"] = 503
    assert look(config)["usage"].verdict is Verdict.WARNING


def test_a_broken_configuration_is_said_and_the_rest_is_examined(config, home):
    (home / "config" / "cockpit").mkdir(parents=True)
    (home / "config" / "cockpit" / "config.toml").write_text("contxt = 'a'")
    found = look(config)
    assert found["config"].verdict is Verdict.BAD
    assert "did you mean 'context'" in found["config"].found
    assert found["api"].verdict is Verdict.WELL


def test_settings_say_where_they_come_from(config, world):
    found = look(config, environ={"COCKPIT_PROMETHEUS": world.url}, alertmanager=world.url)
    assert "prometheus from COCKPIT_PROMETHEUS, alertmanager from --alertmanager" in found["config"].found


@pytest.mark.parametrize(
    ("terminal", "environ", "said"),
    [
        (Terminal(False, 0, 0, "utf-8"), {}, "not a terminal"),
        (Terminal(True, 60, 20, "utf-8"), {}, "60x20 is small"),
        (Terminal(True, 80, 24, "utf-8"), {"TERM": "dumb"}, "TERM is dumb"),
        (Terminal(True, 80, 24, "ascii"), {}, "its encoding is ascii"),
    ],
)
def test_a_poor_terminal_is_a_warning(home, terminal, environ, said):
    finding = look(environ=environ, terminal=terminal)["terminal"]
    assert (finding.verdict, said in finding.found) == (Verdict.WARNING, True)
    assert finding.advice


def test_a_folder_that_is_none_is_said(home):
    (home / "data").write_text("a file")
    found = look()
    assert found["data"].verdict is Verdict.BAD
    assert found["board"].verdict is Verdict.BAD


def test_a_check_that_breaks_leaves_the_others(config, monkeypatch):
    monkeypatch.setattr("cockpit.checkup.cluster.examine_contexts", lambda *args: 1 / 0)
    found = look(config)
    assert found["cluster"].verdict is Verdict.BAD
    assert "ZeroDivisionError" in found["cluster"].found
    assert "board" in found


@pytest.fixture
def run(home, monkeypatch):
    monkeypatch.delenv("COCKPIT_CONFIG", raising=False)
    return lambda *args: CliRunner().invoke(doctor, args, env={"HOME": str(home), "KUBECONFIG": ""})


def test_the_command_ends_with_0_when_all_that_was_asked_for_works(run, config):
    result = run("--kubeconfig", str(config))
    assert result.exit_code == 0, result.output
    assert "\n✓ api           Kubernetes v1.37.0" in result.output
    assert "\n▲ prometheus    not configured" in result.output
    assert "s3cret" not in result.output


def test_the_command_ends_with_1_when_something_does_not(run):
    result = run()
    assert result.exit_code == 1
    assert "\n✗ contexts      no kubeconfig: " in result.output


def test_the_command_prints_one_json_object(run, config):
    result = run("--kubeconfig", str(config), "--json")
    said = json.loads(result.output)
    assert said["well"] is True
    assert {one["verdict"] for one in said["findings"]} <= {"well", "warning", "bad"}
    assert {"topic", "verdict", "found", "advice"} == set(said["findings"][0])


def test_a_line_holds_no_secret_and_no_control_character():
    finding = Finding("x", Verdict.BAD, "token=s3cret\x1b[31m", "https://ana:s3cret@x")
    assert line(finding) == "✗ x             token=***\n                → https://ana:***@x"
    assert line(finding, ascii_only=True).isascii()


def test_a_board_is_read_and_left_as_it_is(config, home):
    board = home / "team.json"
    board.write_text("{ no board")
    found = look(config, board=board)["board"]
    assert found.verdict is Verdict.BAD
    assert str(board) in found.found
    assert "is left as it is" in found.advice
    assert board.read_text() == "{ no board"


def test_a_server_that_hangs_is_told_from_one_that_is_not_there():
    class Hanging:
        way = Direct(Endpoint("http://am"))

        def alerts(self):
            raise AlertmanagerError("timeout", "http://am gave no answer within 5 s")

    (found,) = examine_alertmanagers([Alertmanagers([Hanging()])])
    assert (found.found, found.advice.partition(",")[0]) == ("http://am gave no answer within 5 s", "it hangs")
