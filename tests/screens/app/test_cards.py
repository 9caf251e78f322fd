"""From a check on an app's page to a card of the board, and from the card to the app's page."""

from collections.abc import Callable
from typing import Any

from cockpit.demo_world import Endpoints
from screens.app.screen import AppScreen
from screens.board import BoardScreen

from .test_page import page

Drive = Callable[..., Any]


async def test_a_finding_becomes_a_card_and_the_card_leads_back(simulated: Endpoints, drive: Drive) -> None:
    async with page(drive, simulated, "storefront", size=(146, 30)) as driven:
        await driven.shows("✗ replicas")
        await driven.press("tab", "n")
        await driven.shows("New card, unplanned", "storefront: two replicas or more", "what was found")
        await driven.press("enter")
        await driven.shows("storefront: two replicas or more, unplanned", "1 card")
        # The same finding leads to the card that is open.
        await driven.press("n")
        await driven.until(lambda: isinstance(driven.app.screen, BoardScreen), "the board")
        await driven.until(lambda: driven.app.screen.card is not None, "the cursor on the card")
        await driven.press("A")
        await driven.until(lambda: isinstance(driven.app.screen, AppScreen), "the page again")
        await driven.shows("✓ storefront")
