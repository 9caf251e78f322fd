"""Who is not signed in any more is asked once, and again when he wants to be."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot

from cockpit.signing_in import SigningIn
from cockpit.themes import THEMES, register_themes
from screens.command_line import SignInTo
from screens.frame import Frame
from screens.signing_in import SignIn

WHY = "sign-in failed: the session of ana has expired"


class Host(App[int]):
    def __init__(self) -> None:
        super().__init__()
        register_themes(self)
        self.theme = THEMES[0].name
        self.told: list[str] = []

    def on_mount(self) -> None:
        self.push_screen(Frame())

    def notify(self, message: str, **how: Any) -> None:
        self.told.append(message)


class Several:
    """Contexts by name."""

    def __init__(self, *found: Any) -> None:
        self.found = {one.name: one for one in found}
        self.home = found[0]
        self.get = self.found.get

    def __iter__(self) -> Iterator[Any]:
        return iter(self.found.values())


def context(name: str, *, signed_out: str = "", sign_in: Callable[[], None] | None = lambda: None) -> Any:
    cluster = SimpleNamespace(signed_out=signed_out, begin_again=lambda: setattr(cluster, "signed_out", ""))
    return SimpleNamespace(name=name, cluster=cluster, sign_in=sign_in)


async def looks(pilot: Pilot[int], signing: SigningIn, contexts: Any) -> None:
    for _ in range(3):
        signing.look(contexts)
        await pilot.pause()


async def test_an_expired_sign_in_is_offered_once_until_it_was_well_again() -> None:
    app = Host()
    async with app.run_test() as pilot:
        signing = SigningIn(app)
        prod, other = context("prod"), context("other", signed_out=WHY, sign_in=None)
        contexts: Any = Several(other, prod)
        await looks(pilot, signing, contexts)
        assert isinstance(app.screen, Frame), "without a plugin there is nothing to offer"
        prod.cluster.signed_out = WHY
        await looks(pilot, signing, contexts)
        assert isinstance(app.screen, SignIn)
        assert signing.asking
        await pilot.press("escape")
        await looks(pilot, signing, contexts)
        assert isinstance(app.screen, Frame), "later means later"
        assert not signing.asking
        prod.cluster.signed_out = ""
        await looks(pilot, signing, contexts)
        prod.cluster.signed_out = WHY
        await looks(pilot, signing, contexts)
        assert isinstance(app.screen, SignIn)
        await pilot.press("enter")
        await looks(pilot, signing, contexts)
        assert app.told == ["signing in needs a terminal of its own, and here the cockpit has none to give"]
        assert prod.cluster.signed_out == WHY


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (SignInTo(), "the user of other signs in without a plugin"),
        (SignInTo("staging"), "staging is not open: go there first with ctx staging"),
        (SignInTo("prod"), "signing in needs a terminal of its own"),
    ],
)
async def test_who_asks_for_it_is_told_what_can_be_done(wanted: SignInTo, words: str) -> None:
    app = Host()
    async with app.run_test() as pilot:
        contexts: Any = Several(context("other", sign_in=None), context("prod"))
        await SigningIn(app).again(contexts, wanted)
        await pilot.pause()
        assert app.told[0].startswith(words)
