"""Two real Alertmanagers in one cluster: merged, one killed or frozen survived, written once, read back there."""

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from cockpit.simulator.alertmanager import CONFIG
from state.alerts.client import Alertmanager
from state.alerts.model import Matcher
from state.alerts.silence import ExpireSilences, SilenceAlerts
from state.alerts.source import Alertmanagers
from state.endpoint import Endpoint

HOW = "install it with: apt-get install -y --no-install-recommends prometheus-alertmanager"
PATIENCE = 30.0


def program() -> str:
    found = shutil.which(os.environ.get("COCKPIT_TEST_ALERTMANAGER", "prometheus-alertmanager"))
    if found is None:
        words = f"prometheus-alertmanager is not installed; {HOW}"
        if os.environ.get("COCKPIT_REQUIRE_SERVERS"):
            pytest.fail(words)
        pytest.skip(words)
    return found


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def until(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            if condition():
                return
        except OSError:
            pass
        assert time.monotonic() < deadline, f"{what} does not come"
        time.sleep(0.05)


class Member:
    """One running Alertmanager."""

    def __init__(self, folder: Path, gossip: int, peer: int | None) -> None:
        folder.mkdir()
        (folder / "config.yml").write_text(CONFIG, encoding="utf-8")
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        peers = [f"--cluster.peer=127.0.0.1:{peer}"] if peer is not None else []
        self.process = subprocess.Popen(
            [
                program(),
                f"--config.file={folder / 'config.yml'}",
                f"--storage.path={folder}",
                f"--web.listen-address=127.0.0.1:{port}",
                f"--cluster.listen-address=127.0.0.1:{gossip}",
                "--cluster.settle-timeout=1s",
                "--cluster.gossip-interval=50ms",
                "--log.level=error",
                *peers,
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(lambda: urllib.request.urlopen(f"{self.url}/-/ready", timeout=2), "the member")

    def fire(self, name: str, **labels: str) -> None:
        body = msgspec.json.encode([{"labels": {"alertname": name, **labels}}])
        request = urllib.request.Request(
            f"{self.url}/api/v2/alerts", body, {"Content-Type": "application/json"}, method="POST"
        )
        urllib.request.urlopen(request, timeout=5).close()

    def end(self) -> None:
        self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait()


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Member, Member]]:
    ports = free_port(), free_port()
    one = Member(tmp_path / "one", ports[0], None)
    try:
        other = Member(tmp_path / "other", ports[1], ports[0])
    except BaseException:
        one.end()
        raise
    yield one, other
    one.end()
    other.end()


def cluster_of(*members: Member) -> Alertmanagers:
    first, *rest = (member.url for member in members)
    whole = Endpoint(first, timeout=1.0, members=tuple(rest))
    return Alertmanagers([Alertmanager(endpoint) for endpoint in whole.each])


def test_each_alert_is_one_and_a_silence_is_written_once_and_read_back_where_it_was_written(
    pair: tuple[Member, Member],
) -> None:
    for number, member in enumerate(pair):
        member.fire("Down", pod="api-1", prometheus_replica=str(number))
    cluster = cluster_of(*pair)
    (down,) = [alert for alert in cluster.fetch().alerts if alert.name == "Down"]
    now = time.time()
    made = SilenceAlerts(cluster, (Matcher("alertname", "Down"),), now + 3600, "ana", "maintenance").run()
    assert made.done
    assert made.details["silence"]
    # Gossip brings the one silence to the other member; it never becomes two.
    other = Alertmanager(Endpoint(pair[1].url))
    until(lambda: [one.id for one in other.silences()] == [made.details["silence"]], "the silence at the other member")
    fetched = cluster.fetch()
    assert [one.id for one in fetched.silences] == [made.details["silence"]]
    (held,) = [alert for alert in fetched.alerts if alert.name == down.name]
    assert held.silences[0].comment == "maintenance"
    assert fetched.notes == ()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "frozen"])
def test_a_member_that_is_gone_is_said_and_the_rest_goes_on(pair: tuple[Member, Member], how: signal.Signals) -> None:
    for member in pair:
        member.fire("Down")
    cluster = cluster_of(*pair)
    cluster.fetch()
    pair[0].process.send_signal(how)
    if how is signal.SIGKILL:
        pair[0].process.wait()
    else:
        os.waitpid(pair[0].process.pid, os.WUNTRACED)
    fetched = cluster.fetch()
    assert [alert.name for alert in fetched.alerts] == ["Down"]
    (note,) = fetched.notes
    assert pair[0].url in note
    begun = time.monotonic()
    assert cluster.fetch().notes == (note,)
    assert time.monotonic() - begun < 1.0
    made = SilenceAlerts(cluster, (Matcher("alertname", "Down"),), time.time() + 3600, "ana", "x").run()
    assert made.details["alertmanager"] == pair[1].url
    silences = cluster.fetch().silences
    assert ExpireSilences(cluster, silences).run().done
    assert cluster.fetch().silences == ()
