"""An app that the configuration makes one over two contexts of the simulated platform."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cockpit.demo_world import Endpoints

from .test_page import page

Drive = Callable[..., Any]


async def test_one_page_has_the_workloads_of_all_contexts(
    simulated: Endpoints, drive: Drive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cockpit").mkdir()
    (tmp_path / "cockpit" / "config.toml").write_text('[apps]\nacross = ["payments"]\ncontexts = ["staging-*"]\n')
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    async with drive(simulated, size=(146, 30), screen="apps") as driven:
        await driven.shows("18/18", "✓ payments")
        await driven.press("slash")
        await driven.type("payments")
        await driven.press("enter")
        await driven.press("enter")
        await driven.shows("Workloads  10 well", "CONTEXT", "prod-eu", "staging-eu", "in payments of prod-eu, stag")
        await driven.focus("#app-releases Grid")
        await driven.press("z")
        await driven.shows("payments-api          prod-eu", "Argo CD: payments     staging-eu")


async def test_alone_on_a_small_screen_the_workloads_have_all_of_it(simulated: Endpoints, drive: Drive) -> None:
    async with page(drive, simulated, "monitoring", size=(80, 24)) as driven:
        await driven.shows("alertmanager", "loki-write", "node-exporter", "prometheus-ope")
