"""Silencing, and writing a card, from the table and from triage."""

from collections.abc import Callable
from typing import Any

from cockpit.demo_world import Endpoints
from screens.dialogs.confirm import Confirm
from screens.dialogs.silence import SilenceDialog
from screens.silences import SilencesScreen
from state.board.model import CardKind


async def narrowed(driven: Any, text: str) -> None:
    """Show the alerts that match alone."""
    await driven.shows("KubePodCrashLooping", "CertificateExpiry")
    await driven.press("slash")
    await driven.type(text)
    await driven.shows("showing")
    await driven.press("enter")


async def fill(driven: Any, field: str, text: str) -> None:
    """Write into a field of the dialog."""
    driven.app.screen.query_one(f"#silence-{field}").value = text
    await driven.pilot.pause()


async def test_a_silence_is_previewed_made_listed_and_ended(night: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(night, screen="alerts", size=(160, 44)) as driven:
        await narrowed(driven, "CrashLooping")
        await driven.press("S")
        await driven.until(lambda: isinstance(driven.app.screen, SilenceDialog), "the dialog")
        await driven.shows("Silence KubePodCrashLooping", "holds 1 of", "until")
        await driven.press("enter")
        await driven.shows("say why")
        await fill(driven, "matchers", "namespace=~(?=p).*")
        await driven.shows("ahead or behind")
        await fill(driven, "matchers", 'namespace="payments"')
        await driven.shows("KubePodCrashLooping")
        await fill(driven, "lasting", "fortnight")
        await driven.shows("is no time")
        await fill(driven, "lasting", "1h 30m")
        await fill(driven, "comment", "release of 14:00")
        await driven.press("enter")
        await driven.until(lambda: isinstance(driven.app.screen, Confirm), "the preview")
        await driven.shows('namespace="payments"', "release of 14:00", "amtool", "by")
        await driven.press("y")
        await driven.shows("silenced until")
        await driven.press("s")
        await driven.until(lambda: isinstance(driven.app.screen, SilencesScreen), "the silences")
        await driven.shows("release of 14:00", "ordered the new certificate", "ENDS IN")
        await driven.press("slash")
        await driven.type("release of")
        await driven.until(lambda: "ordered" not in driven.text, "the filter")
        await driven.press("enter", "x")
        await driven.shows("Extend the silence for", "from now")
        await driven.press("enter")
        await driven.shows("until", "amtool")
        await driven.press("y")
        await driven.shows("1 silence extended until")
        await driven.press("ctrl+d")
        await driven.shows("End the silence of", "frees")
        await driven.press("y")
        await driven.shows("1 silence ended")


async def test_marked_alerts_are_silenced_together(night: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(night, screen="alerts", size=(160, 44)) as driven:
        await narrowed(driven, "CrashLooping|CertificateExpiry")
        await driven.shows("showing 2")
        await driven.press("g", "space", "space", "S")
        await driven.shows("Silence 2 alerts", "holds 2 of", "|")
        await driven.press("escape")


async def test_a_card_is_written_once_and_offered_again(night: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(night, screen="alerts", size=(160, 44)) as driven:
        await narrowed(driven, "CrashLooping")
        await driven.press("n")
        await driven.shows("Card for KubePodCrashLooping", "a new card and ack")
        await driven.press("enter")
        await driven.shows("New card, unplanned", "KubePodCrashLooping: payments")
        await driven.press("enter")
        board = driven.app._opened.session.desk
        await driven.until(lambda: board.board is not None and board.board.cards, "the card")
        (card,) = board.board.cards.values()
        assert (card.kind, card.apps, card.source) == (
            CardKind.SUPPORT,
            ("payments",),
            "alert:KubePodCrashLooping@payments@prod-eu",
        )
        await driven.press("n")
        await driven.shows("C01 KubePodCrashLooping: payments", "a comment on C01")
        await driven.press("down", "enter")
        await driven.shows("Comment on C01")
        await driven.press("enter")
        await driven.until(lambda: next(iter(board.board.cards.values())).comments, "the comment")


async def test_in_read_only_nothing_is_silenced(night: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(night, screen="alerts", size=(160, 44), read_only=True) as driven:
        await narrowed(driven, "CrashLooping")
        await driven.press("S")
        await driven.shows("read-only", "nothing is silenced")


async def test_what_a_filter_holds_is_silenced_and_what_is_marked_acknowledged(
    night: Endpoints, drive: Callable[..., Any]
) -> None:
    async with drive(night, screen="alerts", size=(160, 44)) as driven:
        # These two stay while the bad release does.
        await narrowed(driven, 'namespace=~"pay.*" TargetDown|ReplicasMismatch')
        await driven.shows("showing 2")
        await driven.press("S")
        await driven.shows("this alert", "the filter's ", 'namespace=~"pay.*"')
        await driven.press("down", "enter")
        await driven.until(lambda: isinstance(driven.app.screen, SilenceDialog), "the dialog")
        assert driven.app.screen.query_one("#silence-matchers").value == 'namespace=~"pay.*"'
        await driven.press("escape")
        await driven.until(lambda: not isinstance(driven.app.screen, SilenceDialog), "the table")
        # Alertmanager has nothing to hold while they are pending.
        rows = "payments/payments-api"
        await driven.until(
            lambda: not any(rows in line and "pending" in line for line in driven.lines), "alerts that fire"
        )
        await driven.press("g", "space", "space", "a")
        await driven.until(lambda: isinstance(driven.app.screen, Confirm), "the preview")
        await driven.shows("Ack 2 alerts", "Ack TargetDown payments/", "Ack KubeDeploymentReplicasMismatch payments/")
        await driven.press("escape")
