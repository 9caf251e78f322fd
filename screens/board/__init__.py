"""The board's screen."""

from screens.board.screen import BoardScreen

__all__ = ["BoardScreen"]
