"""Where a card leads to: the pages of the apps that it names."""

from screens.board.showing import Showing
from screens.wanted import AppsWanted


class Leading(Showing):
    """From a card to what it is about."""

    def action_app_page(self) -> None:
        """Go to the page of the app that the card names, or of one of them."""
        card = self.card
        if card is None:
            return
        if not card.apps:
            self.notify(f"{card.label} names no app: the card says which it is about", markup=False)
            return
        self.post_message(AppsWanted(card.apps))
