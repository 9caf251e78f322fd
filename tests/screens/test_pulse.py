"""The cluster in pictures, over the simulated platform."""

from collections.abc import Callable
from typing import Any

import pytest

from cockpit.demo_world import Endpoints
from screens.cluster import ClusterScreen
from screens.pulse import PulseScreen
from screens.pulse_lines import node_lines, pod_lines
from screens.rbac import RightsScreen
from screens.xray import XrayScreen
from state.cell import Tone
from state.cluster.kinds.nodes import NodeRow
from state.cluster.vitals import NodeLoad, Sample
from widgets.cell_lines import line_width


def load(name: str, cpu: float | None, memory: float | None = 0.1) -> NodeLoad:
    return NodeLoad(NodeRow(uid=name, name=name, ready=True), cpu, memory, 7)


def text(lines: Any) -> list[str]:
    return ["".join(cell.text for cell in line).rstrip() for line in lines]


def test_few_nodes_have_a_line_each() -> None:
    lines = node_lines([load("node-1", 0.97), load("node-2", None)], 80, 10, 0.0)
    assert len(lines) == 2
    assert "node-1" in text(lines)[0]
    assert " 97 %" in text(lines)[0]
    assert "–" in text(lines)[1]
    assert any(cell.tone is Tone.BAD for cell in lines[0])


def test_many_nodes_are_a_map_with_the_fullest_by_name() -> None:
    loads = [load(f"node-{n:03}", 1 - n / 100) for n in range(100)]
    lines = text(node_lines(loads, 60, 10, 0.0))
    assert len(lines) == 10
    assert lines[0].startswith("cpu █")
    assert any(line.startswith("mem ") for line in lines)
    assert any("node-000" in line for line in lines)


@pytest.mark.parametrize("width", [20, 42, 60, 70, 120])
@pytest.mark.parametrize("count", [1, 5, 40, 1000])
def test_no_line_of_nodes_is_missing_its_room(width: int, count: int) -> None:
    lines = node_lines([load(f"node-{n}", n / count) for n in range(count)], width, 8, 0.0, "no usage " * 20)
    assert 0 < len(lines) <= 8
    if width >= 42:
        assert all(line_width(line) <= width for line in lines)


def test_pods_are_drawn_by_phase_and_restarts_are_summed() -> None:
    samples = [Sample(float(at), {"Running": 5 + at, "Failed": at % 2}, at % 3) for at in range(10)]
    lines = text(pod_lines(samples, 60, 70.0))
    assert lines[0].startswith("Running")
    assert "14" in lines[0]
    assert any(line.startswith("Failed") for line in lines)
    assert not any(line.startswith("Pending") for line in lines)
    assert any(line.startswith("restarts") and " 9 " in f"{line} " for line in lines)
    assert text(pod_lines([], 60, 0.0)) == ["◌ counting …"]


async def typed(driven: Any, line: str) -> None:
    await driven.press("colon")
    await driven.type(line)
    await driven.press("enter")


@pytest.mark.parametrize("size", [(146, 36), (80, 24)])
async def test_the_pulse_shows_nodes_pods_and_who_uses_most(
    simulated: Endpoints, drive: Callable[..., Any], size: tuple[int, int]
) -> None:
    async with drive(simulated, screen="cluster", size=size) as driven:
        await driven.shows("Pods")
        await typed(driven, "pulse")
        await driven.shows("Nodes", "Most cpu", "Most memory", "Running", "restarts", "used")
        await driven.press("tab")
        await driven.press("escape")
        await driven.until(lambda: isinstance(driven.app.screen, ClusterScreen), "the way back")


async def test_typed_lines_lead_to_their_screens(simulated: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(simulated, screen="cluster", size=(120, 36)) as driven:
        await driven.shows("Pods")
        for line, screen, words in (
            ("xray payments", XrayScreen, "namespace payments"),
            ("xray deploy payments", XrayScreen, "deployment payments-api"),
            ("who-can get secrets payments", RightsScreen, "who can get secrets in payments"),
            ("can-i payments", RightsScreen, "what can I in payments"),
            ("can g:system:masters", RightsScreen, "what can Group system:masters"),
        ):
            await typed(driven, line)
            await driven.until(lambda screen=screen: isinstance(driven.app.screen, screen), line)
            await driven.shows(words)
            await driven.press("escape")
            await driven.until(lambda: isinstance(driven.app.screen, ClusterScreen), "the way back")
        await typed(driven, "xray deploy")
        await driven.shows("name a namespace: xray deployment NAMESPACE")


async def test_usage_that_is_not_measured_is_said_and_requests_stand_in(
    simulated: Endpoints, drive: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("state.cluster.usage._ROOT", "/apis/metrics.k8s.io/v9")
    async with drive(simulated, screen="cluster", size=(146, 36), monitoring=False) as driven:
        await driven.shows("Pods")
        driven.app.push_screen(PulseScreen(driven.app._opened.session.platform))
        await driven.shows("requested", "metrics.k8s.io is not there")


async def test_prometheus_says_what_the_metrics_api_cannot(
    simulated: Endpoints, drive: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("state.cluster.usage._ROOT", "/apis/metrics.k8s.io/v9")
    monkeypatch.setattr("state.cluster.usage.EVERY", 0.5)
    async with drive(simulated, screen="cluster", size=(146, 36)) as driven:
        await driven.shows("Pods")
        driven.app.push_screen(PulseScreen(driven.app._opened.session.platform))
        await driven.shows("USED", "ingress-nginx", "Mi")
        assert "metrics.k8s.io is not there" not in driven.text.partition("Most cpu")[2]
