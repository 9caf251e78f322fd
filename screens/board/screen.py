"""The board: the backlog in phases, and above it the MVP's share, live while a card moves."""

from screens.board.administering import Administering
from screens.board.cutting import Cutting
from screens.board.leading import Leading
from screens.board.writing import Writing


class BoardScreen(Writing, Cutting, Administering, Leading):
    """Cards in phases. Keys change the desk's board; what is shown is the board as the desk has it."""
