"""Port-forwards on the screen: opened by a dialog, listed with their traffic, stopped."""

import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.demo_world import Endpoints
from screens.doing import Doing
from screens.forwards import ForwardsScreen, open_forward, read_ports, size, suggested
from state import threads
from state.cluster.forwards import Forwards
from state.journal.journal import Journal
from state.ref import GroupKind, Ref


def test_a_port_that_needs_more_rights_leads_from_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screens.forwards.free_port", lambda wanted: wanted)
    assert [suggested(port) for port in (80, 1023, 1024, 8080)] == ["8080:80", "9023:1023", "1024:1024", "8080:8080"]


@pytest.fixture
def forwards() -> Iterator[Forwards]:
    made = Forwards()
    yield made
    made.close()


async def test_a_forward_is_opened_used_listed_and_stopped(
    simulated: Endpoints,
    drive: Callable[..., Any],
    forwards: Forwards,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("screens.forwards.free_port", lambda wanted: wanted)
    async with drive(simulated, screen="cluster", size=(146, 30)) as driven:
        await driven.shows("Pods")
        app = driven.app
        transport = app._opened.session.cluster.transport
        journal = Journal(tmp_path / "journal")
        doing = Doing(journal, "ana", lambda context: True, lambda context: False, "prod-eu")
        ref = Ref("prod-eu", GroupKind("apps", "Deployment"), "payments", "payments-api")
        app.run_worker(open_forward(app.screen, doing, forwards, transport, ref))
        await driven.shows("Forward a port to payments/payments-api", "8080:8080", "which names 8080 http")
        await driven.press(*["backspace"] * 9)
        await driven.type("0:8080x")
        await driven.press("enter")
        await driven.shows("two port numbers with a colon between them")
        await driven.press("backspace", "enter")
        await driven.until(lambda: len(forwards.list()) == 1, "the forward")
        assert journal.unsaved == 1
        [opened] = forwards.list()
        app.push_screen(ForwardsScreen(forwards))
        await driven.shows("Port-forwards", opened.address, "payments/depl", "payments-api", "ready")

        def fetch() -> bytes:
            with urllib.request.urlopen(f"http://{opened.address}/bytes/2000000", timeout=20) as answer:
                return bytes(answer.read())

        assert len(await threads.call("fetch", fetch)) == 2_000_000
        await driven.shows("2.0 MB")
        await driven.press("ctrl+d")
        await driven.shows("nothing is forwarded")
        assert forwards.list() == ()
        await driven.press("escape")
        await driven.shows("Pods")


async def test_what_has_no_pods_is_told(
    simulated: Endpoints, drive: Callable[..., Any], forwards: Forwards, tmp_path: Path
) -> None:
    async with drive(simulated, screen="cluster", size=(146, 30)) as driven:
        await driven.shows("Pods")
        app = driven.app
        doing = Doing(Journal(tmp_path / "journal"), "ana", lambda context: False, lambda context: False, "prod-eu")
        ref = Ref("prod-eu", GroupKind("", "ConfigMap"), "payments", "settings")
        transport = app._opened.session.cluster.transport
        app.run_worker(open_forward(app.screen, doing, forwards, transport, ref))
        words = "ConfigMap payments/settings has no pods"
        await driven.until(lambda: any(words in one.message for one in app._notifications), words)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("8080:80", (8080, 80)), (" 9090 ", (9090, 9090)), ("0:443", (0, 443))],
)
def test_two_ports_are_read(text: str, wanted: tuple[int, int]) -> None:
    assert read_ports(text) == (wanted, "")


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "two port numbers"), ("a:80", "two port numbers"), ("80:0", "0 is no port of a pod"), ("70000:80", "70000")],
)
def test_what_is_wrong_with_ports_is_told(text: str, words: str) -> None:
    assert words in read_ports(text)[1]


@given(st.integers(0, 10**15))
def test_a_size_fits_its_column(count: int) -> None:
    assert len(size(count)) <= 7
    assert size(count)[-1] == "B"


def test_sizes_have_three_digits() -> None:
    assert [size(n) for n in (0, 999, 1000, 1234567, 999_600)] == ["0 B", "999 B", "1.0 kB", "1.2 MB", "1.0 MB"]
