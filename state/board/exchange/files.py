"""Files of other programs: which form one has, and what it holds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from state.board.exchange.contents import Contents, UnreadableFile
from state.board.exchange.csv_form import from_csv, to_csv
from state.board.exchange.json_form import from_json, to_json
from state.board.exchange.markdown_form import to_markdown
from state.board.exchange.markdown_reading import from_markdown
from state.board.exchange.separated import text_of
from state.board.model import Board, Card

CSV, JSON, MARKDOWN = "csv", "json", "markdown"
FORMS = (CSV, JSON, MARKDOWN)
_SUFFIXES = {".csv": CSV, ".tsv": CSV, ".txt": CSV, ".json": JSON, ".md": MARKDOWN, ".markdown": MARKDOWN}
_READERS: dict[str, Callable[[str], Contents]] = {CSV: from_csv, JSON: from_json, MARKDOWN: from_markdown}


@dataclass(frozen=True, slots=True)
class Read:
    """What a file holds, the form it was read in, and the encoding when that is not UTF-8."""

    contents: Contents
    form: str
    encoding: str


def form_of(name: str) -> str | None:
    """Return the form that a file's name promises, None when it promises none."""
    return _SUFFIXES.get(PurePath(name).suffix.lower())


def read_file(data: bytes, form: str | None) -> Read:
    """Return what a file's bytes hold; without a form the first character tells. Raises UnreadableFile."""
    text, encoding = text_of(data)
    if not text.strip():
        raise UnreadableFile("it is empty")
    form = form or _guess(text)
    return Read(_READERS[form](text), form, encoding)


def written(board: Board, cards: Sequence[Card], form: str) -> bytes:
    """Return cards of a board in a form, UTF-8. As JSON the board is whole but for other cards."""
    if form == CSV:
        return to_csv(board, cards).encode()
    if form == MARKDOWN:
        return to_markdown(board, cards).encode()
    return to_json(board, cards).encode()


def _guess(text: str) -> str:
    first = text.lstrip()[0]
    if first in "{[":
        return JSON
    return MARKDOWN if first in "#-*" else CSV
