"""Whose name acks and silences carry: known, or asked for once."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from screens.signing import Signing
from state.author import Author


class Asked:
    """A screen whose user answers a question."""

    def __init__(self, *answers: str) -> None:
        self.app = SimpleNamespace(push_screen_wait=self._answered)
        self.answers = list(answers)
        self.refused: list[str] = []

    async def _answered(self, dialog: Any) -> str | None:
        while self.answers:
            text = self.answers.pop(0)
            wrong = dialog._check(text)
            if not wrong:
                return text
            self.refused.append(wrong)
        return None


@pytest.fixture
def author(tmp_path: Path) -> Author:
    return Author(tmp_path / "author")


async def ask(signing: Signing, screen: Asked) -> str:
    return await signing.ask(cast("Any", screen))


async def test_a_known_name_is_not_asked_for(author: Author) -> None:
    assert await ask(Signing(author, "ana"), Asked()) == "ana"
    author.say("mia")
    assert await ask(Signing(author), Asked()) == "mia"


async def test_it_is_asked_for_once_and_an_empty_one_is_refused(author: Author) -> None:
    screen, signing = Asked(" ", "mia"), Signing(author)
    assert await ask(signing, screen) == "mia"
    assert "say who you are" in screen.refused[0]
    assert await ask(signing, Asked()) == "mia"


async def test_who_does_not_say_it_signs_nothing(author: Author) -> None:
    assert await ask(Signing(author), Asked()) == ""
