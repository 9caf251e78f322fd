"""What becomes of the user's text: nothing of it goes without a word, however the editor ended."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from screens.doing import Doing
from screens.editing import edit_object
from screens.frame import Frame
from state.cluster.operations.edit_session import EditSession
from tests.screens.hosts import Hosted, hosted
from tests.state.cluster.operations.tiny_api import DEPLOYMENT, TinyApi, ref_of, workload

CHANGED = "replicas: 5"


class Editor:
    """Saves what it is told to, and ends as it is told to."""

    def __init__(self, *ends: tuple[bool, int]) -> None:
        """Each run: whether it saves a change, and what it ends with."""
        self.ends: Iterator[tuple[bool, int]] = iter(ends)
        self.seen: list[str] = []

    def __call__(self, command: list[str]) -> int:
        path = Path(command[-1])
        text = path.read_text()
        self.seen.append(text)
        saves, code = next(self.ends)
        if saves:
            path.write_text(text.replace("replicas: 3", CHANGED))
        return code


class Terminal:
    def kept(self) -> Any:
        return nullcontext()


class Journal:
    def record(self, *entries: Any) -> None: ...


@pytest.fixture
def edit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Any]:
    """Edit a deployment with an editor: `edit(editor)` gives the screen and the server."""
    monkeypatch.setattr("screens.editing.aside", lambda app: nullcontext())
    monkeypatch.setattr("screens.editing.own_terminal", Terminal)
    monkeypatch.setattr("screens.editing.editor_of", lambda environ: ["ed"])
    api = TinyApi()
    kept = api.put(DEPLOYMENT, {**workload(), "status": {}})
    session = EditSession(lambda: api, DEPLOYMENT, ref_of(DEPLOYMENT, kept), kept["metadata"]["uid"], parent=tmp_path)
    doing: Any = Doing(Journal(), "ana", lambda name: False, lambda name: False, "test")  # type: ignore[arg-type]

    async def begin(screen: Hosted, editor: Editor) -> TinyApi:
        monkeypatch.setattr("screens.editing.subprocess.call", editor)
        monkeypatch.setattr(type(screen.app._driver), "can_suspend", True)
        screen.app.run_worker(edit_object(screen.app.screen, doing, session))  # type: ignore[arg-type]
        return api

    return begin


async def told(screen: Hosted, words: str) -> None:
    await screen.until(lambda: words in [one.message for one in screen.app._notifications], words)


async def test_a_text_that_is_not_written_after_all_can_be_gone_on_with(edit: Any) -> None:
    editor = Editor((True, 0), (False, 0))
    async with hosted(Frame()) as screen:
        await edit(screen, editor)
        await screen.shows("+ 5")
        await screen.press("escape")
        await screen.shows("Your text: nothing was written")
        await screen.press("down", "enter")
        await screen.shows("+ 5")
        await screen.press("escape", "escape")
        await told(screen, "shop/web was left as it is")
    assert CHANGED in editor.seen[1]


@pytest.mark.parametrize(("code", "words"), [(1, "ended with 1"), (-11, "was ended by SIGSEGV")])
async def test_the_text_of_an_editor_that_failed_is_not_lost(edit: Any, code: int, words: str) -> None:
    editor = Editor((True, code), (False, code), (False, 0))
    async with hosted(Frame()) as screen:
        await edit(screen, editor)
        await screen.shows("Your text: the editor ed ", words)
        await screen.press("down", "enter")
        await screen.until(lambda: len(editor.seen) == 2, "the editor again")
        await screen.shows("Your text: the editor ed ", words)
        await screen.press("escape")
        await told(screen, f"the editor ed {words}: nothing was changed")
    assert CHANGED in editor.seen[1]


async def test_an_editor_that_failed_with_nothing_written_asks_nothing(edit: Any) -> None:
    async with hosted(Frame()) as screen:
        await edit(screen, Editor((False, 3)))
        await told(screen, "the editor ed ended with 3: nothing was changed")
