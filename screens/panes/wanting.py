"""What the keys of a list ask for on behalf of the row under the cursor."""

from widgets.grid import Grid
from widgets.pane import Pane


class Wanting(Pane):
    """A pane around a grid whose keys become wishes. A subclass binds the keys and says in `want` what is wished."""

    def want(self, verb: str) -> None:
        """Ask for something to be done with what is under the cursor."""
        raise NotImplementedError

    @property
    def reveals(self) -> bool:
        """Whether what it lists are secrets."""
        return False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "values":
            # Of releases alone, which the list of any kind shows.
            return False
        return self.reveals if action == "reveal" else super().check_action(action, parameters)

    def _ask_for(self, verb: str) -> None:
        # What was asked for stays under the cursor, however it ranks afterwards: the next key means it too.
        self.query_one(Grid).hold()
        self.want(verb)

    def on_grid_chosen(self, message: Grid.Chosen) -> None:
        message.stop()
        self._ask_for("open")

    def action_ack(self) -> None:
        self._ask_for("ack")

    def action_silence(self) -> None:
        self._ask_for("silence")

    def action_card(self) -> None:
        self._ask_for("card")

    def action_restart(self) -> None:
        self._ask_for("restart")

    def action_note(self) -> None:
        self._ask_for("note")

    def action_describe(self) -> None:
        self._ask_for("describe")

    def action_yaml(self) -> None:
        self._ask_for("yaml")

    def action_events(self) -> None:
        self._ask_for("events")

    def action_reveal(self) -> None:
        self._ask_for("reveal")

    def action_xray(self) -> None:
        self._ask_for("xray")

    def action_logs(self) -> None:
        self._ask_for("logs")

    def action_previous_logs(self) -> None:
        self._ask_for("previous_logs")

    def action_roll_back(self) -> None:
        self._ask_for("roll_back")

    def action_delete(self) -> None:
        self._ask_for("delete")
