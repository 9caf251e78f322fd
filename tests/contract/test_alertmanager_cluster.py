"""Two real Alertmanagers in one cluster: merged, one killed or frozen survived, written once, read back there."""

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from cockpit.simulator.alertmanager import CONFIG
from state.alerts.ack import Ack, Unack
from state.alerts.client import Alertmanager, Draft
from state.alerts.expiry import ExpireSilences
from state.alerts.model import AlertState, Matcher
from state.alerts.silence import SilenceAlerts
from state.alerts.source import Alertmanagers
from state.alerts.upkeep import ExtendAck
from state.cluster.errors import ClusterError
from state.endpoint import Endpoint

HOW = "install it with: apt-get install -y --no-install-recommends prometheus-alertmanager"
PATIENCE = 30.0
TIMEOUT = 0.8
"""Seconds that one member is waited for."""
GONE = pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "frozen"])


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

    def lose(self, how: signal.Signals) -> None:
        """Kill or freeze it, and wait until that has happened."""
        self.process.send_signal(how)
        if how is signal.SIGKILL:
            self.process.wait()
        else:
            os.waitpid(self.process.pid, os.WUNTRACED)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def end(self) -> None:
        self.thaw()
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
    whole = Endpoint(first, timeout=TIMEOUT, members=tuple(rest))
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


@GONE
def test_a_member_that_is_gone_is_said_and_the_rest_goes_on(pair: tuple[Member, Member], how: signal.Signals) -> None:
    for member in pair:
        member.fire("Down")
    cluster = cluster_of(*pair)
    cluster.fetch()
    pair[0].lose(how)
    with within(TIMEOUT):
        fetched = cluster.fetch()
    assert [alert.name for alert in fetched.alerts] == ["Down"]
    (note,) = fetched.notes
    assert pair[0].url in note
    with within(0):
        assert cluster.fetch().notes == (note,)
        made = SilenceAlerts(cluster, (Matcher("alertname", "Down"),), time.time() + 3600, "ana", "x").run()
    assert made.details["alertmanager"] == pair[1].url
    silences = cluster.fetch().silences
    assert ExpireSilences(cluster, silences).run().done
    assert cluster.fetch().silences == ()


@GONE
def test_an_ack_is_made_renewed_and_ended_while_members_go(pair: tuple[Member, Member], how: signal.Signals) -> None:
    for replica in "ab":
        for member in pair:
            member.fire("Down", pod="api-1", replica=replica)
    cluster = cluster_of(*pair)
    (down,) = cluster.fetch().alerts
    # Nobody has noticed yet: the member that answered last is asked first, and then the other one.
    pair[0].lose(how)
    with within(TIMEOUT):
        made = Ack(cluster, down, "ana", "on it").run()
    assert (made.done, made.details["alertmanager"]) == (True, pair[1].url)
    with within(TIMEOUT):
        (acked,) = cluster.fetch().alerts
    assert acked.state is AlertState.ACKED
    assert acked.ack is not None
    assert acked.ack.id == made.details["silence"]
    with within(0):
        assert ExtendAck(cluster, acked.ack, lasting=1800).run().details["silence"] == acked.ack.id
        (longer,) = cluster.fetch().silences
        assert longer.ends - acked.ack.ends == pytest.approx(900, abs=10)
        assert Unack(cluster, acked.ack).run().done
        assert [one.state for one in cluster.fetch().alerts] == [AlertState.ACTIVE]


def test_a_write_that_a_frozen_member_took_is_said_to_be_unknown_and_is_made_once(pair: tuple[Member, Member]) -> None:
    class FreezesAtTheWrite(Alertmanager):
        def post(self, draft: Draft) -> str:
            pair[0].lose(signal.SIGSTOP)
            return super().post(draft)

    for member in pair:
        member.fire("Down")
    first, other = (Endpoint(member.url, timeout=TIMEOUT) for member in pair)
    cluster = Alertmanagers([FreezesAtTheWrite(first), Alertmanager(other)])
    cluster.fetch()
    draft = SilenceAlerts(cluster, (Matcher("alertname", "Down"),), time.time() + 3600, "ana", "x")
    with within(TIMEOUT), pytest.raises(ClusterError, match="not there: look again before you repeat it"):
        draft.run()
    assert cluster.fetch().silences == ()
    pair[0].thaw()
    until(lambda: len(Alertmanager(other).silences()) == 1, "the silence that the frozen member had taken")


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Nothing waited for longer than some time-outs, give or take a busy machine."""
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < seconds + 0.9 * TIMEOUT
