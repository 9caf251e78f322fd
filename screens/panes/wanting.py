"""What the keys of a list ask for on behalf of the row under the cursor."""

from widgets.grid import Grid
from widgets.pane import Pane


class Wanting(Pane):
    """A pane around a grid whose keys become wishes. A subclass binds the keys and says in `want` what is wished."""

    def want(self, verb: str) -> None:
        """Ask for something to be done with what is under the cursor."""
        raise NotImplementedError

    def on_grid_chosen(self, message: Grid.Chosen) -> None:
        message.stop()
        self.want("open")

    def action_ack(self) -> None:
        self.want("ack")

    def action_describe(self) -> None:
        self.want("describe")

    def action_yaml(self) -> None:
        self.want("yaml")

    def action_logs(self) -> None:
        self.want("logs")

    def action_previous_logs(self) -> None:
        self.want("previous_logs")

    def action_roll_back(self) -> None:
        self.want("roll_back")

    def action_delete(self) -> None:
        self.want("delete")
