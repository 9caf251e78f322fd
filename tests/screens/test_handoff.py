"""The hand-off and the silences, by a typed line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cockpit.demo_world import Endpoints
from screens.handoff import HandoffScreen
from screens.silences import SilencesScreen


def texts(folder: Path) -> list[str]:
    """Return what was saved."""
    return [path.read_text(encoding="utf-8") for path in folder.glob("handoff-*.md")]


async def test_the_hand_off_is_read_copied_and_saved_once(
    night: Endpoints, drive: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with drive(night, screen="alerts", size=(140, 50)) as driven:
        await driven.shows("CertificateExpiry", "KubePodCrashLooping")
        await driven.press("colon")
        await driven.type("handoff")
        await driven.press("enter")
        await driven.until(lambda: isinstance(driven.app.screen, HandoffScreen), "the hand-off")
        await driven.shows("Hand-off prod-eu", "Open alerts", "CertificateExpiry", "ana is on it")
        await driven.press("c")
        await driven.shows("the hand-off is copied")
        assert driven.app.clipboard.startswith("# Hand-off prod-eu\n")
        await driven.press("ctrl+s")
        await driven.shows("saved:")
        assert texts(tmp_path) == [driven.app.clipboard]
        await driven.press("ctrl+s")
        await driven.shows("File exists")
        await driven.press("escape", "colon")
        await driven.type("silences")
        await driven.press("enter")
        await driven.until(lambda: isinstance(driven.app.screen, SilencesScreen), "the silences")
