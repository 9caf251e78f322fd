"""Makes the pictures in docs/pictures from the demo: the same platform, the same night, whoever runs it.

`make screenshots`, or with names to make some of them alone: `python docs/screenshots.py overview board`.
"""

import asyncio
import os
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from textual.pilot import Pilot

from cockpit.app import CockpitApp
from cockpit.cli.demo import DemoStart
from cockpit.demo_world import DemoWorld
from cockpit.start import Look

PICTURES = Path(__file__).parent / "pictures"
SIZE = (146, 30)
SPEED, SEED = "6", "1"
PATIENCE = 150.0
KEYS = {"overview": ("1",), "cluster": ("2", "S"), "alerts": ("4",), "board": ("5",)}
"""The screens in the order they are taken, and what is pressed to get there. S: the pods by their status."""
SHOWN = {
    "overview": ("CrashLoopBackOff", "KubePodCrashLooping", "ErrorBudgetBurn", "err 2"),
    "cluster": ("payments-api", "CrashLoopBackOff"),
    "alerts": ("KubePodCrashLooping", "ErrorBudgetBurn"),
    "board": ("Phase 3", "163 of 342 points"),
}
"""What must be on a screen before its picture is taken."""
_FONT_FACE = re.compile(r"@font-face\s*{[^}]*}\s*")
_TEXT = re.compile(r'(<text class="[^"]*" x=")([\d.]+)(" y="[^"]*" textLength=")([\d.]+)("[^>]*>)([^<]*)(</text>)')
_SPACE, _CELL = "&#160;", 12.2
"""How the exporter writes a space, and how wide a cell is in the picture."""


def main(names: Sequence[str]) -> None:
    """Take the pictures and write them. Takes about two minutes."""
    wanted = [name for name in KEYS if not names or name in names]
    os.environ["TZ"] = "UTC"
    time.tzset()
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        options = ("--seed", SEED, "--speed", SPEED)
        with DemoWorld(Path(folder), options=options) as world:
            asyncio.run(_take(DemoStart(world, Path(folder)), wanted))


async def _take(start: DemoStart, names: Sequence[str]) -> None:
    app = CockpitApp(start, look=Look(animations=False))
    async with app.run_test(size=SIZE) as pilot:
        await _until_shown(pilot, SHOWN["overview"])
        for name in names:
            await pilot.press(*KEYS[name])
            await _until_shown(pilot, SHOWN[name])
            picture = _tidied(app.export_screenshot(title="cockpit demo", simplify=True))
            (PICTURES / f"{name}.svg").write_text(picture, encoding="utf-8")
        await pilot.press("ctrl+q")


async def _until_shown(pilot: Pilot[int], words: Sequence[str]) -> None:
    """Wait until all of these are on the screen."""
    deadline = time.monotonic() + PATIENCE
    while not all(word in _text(pilot) for word in words):
        if time.monotonic() > deadline:
            raise SystemExit(f"{', '.join(words)} did not all come:\n{_text(pilot)}")
        await asyncio.sleep(0.1)
    await pilot.pause(0.3)


def _text(pilot: Pilot[int]) -> str:
    return "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())


def _tidied(svg: str) -> str:
    """A picture that fetches nothing and that every renderer shows alike, whatever it does to spaces at an end."""
    bare = _FONT_FACE.sub("", svg).replace("Fira Code", "ui-monospace, 'Fira Code', 'DejaVu Sans Mono'")
    if "url(http" in bare or tempfile.gettempdir() in bare:
        raise SystemExit("the picture refers to something outside it")
    return _TEXT.sub(_without_outer_spaces, bare)


def _without_outer_spaces(found: re.Match[str]) -> str:
    before, x, between, length, after, text, end = found.groups()
    leading = trailing = 0
    while text.startswith(_SPACE):
        text, leading = text.removeprefix(_SPACE), leading + 1
    while text.endswith(_SPACE):
        text, trailing = text.removesuffix(_SPACE), trailing + 1
    if not text:
        return ""
    at, wide = float(x) + leading * _CELL, float(length) - (leading + trailing) * _CELL
    return f"{before}{at:g}{between}{wide:g}{after}{text}{end}"


if __name__ == "__main__":
    main(sys.argv[1:])
