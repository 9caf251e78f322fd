"""What the story map says of phases, steps and the places where they meet, in words and tones."""

from screens.board_faces import points
from state.cell import BLANK, Cell, Tone
from state.planning.story_map import NO_STEP, StoryCell, StoryMap
from widgets.card_map_model import Band, Heading, Sheet, Slot
from widgets.cell_lines import Line

_NO_STEP = "no step"


def story_sheet(whole: StoryMap, seen: StoryMap) -> Sheet:
    """Return a story map as it is drawn. `seen` has the cards that match the filter, `whole` all of them."""
    headings = tuple(
        Heading(step if step != NO_STEP else _NO_STEP, Cell(points(seen.column(step).points or None), Tone.QUIET))
        for step in seen.columns
    )
    bands = []
    for phase in seen.rows:
        slots = tuple(
            _slot(whole.cells[phase.id, step], seen.cells[phase.id, step], hole=(phase.id, step) in whole.holes)
            for step in seen.columns
        )
        shown, everything = seen.row(phase.id), whole.row(phase.id)
        count = _cards(shown.count, everything.count)
        if shown.points:
            count += f" · {points(shown.points)}"
        bands.append(Band(phase.id, phase.name, count, slots))
    return Sheet(headings, tuple(bands))


def _slot(whole: StoryCell, seen: StoryCell, *, hole: bool) -> Slot:
    words: Line = ()
    if whole.cards:
        words = (Cell(_cards(len(seen.cards), len(whole.cards)), Tone.QUIET),)
    if seen.unestimated:
        words = (*words, Cell(f"  {seen.unestimated} ?", Tone.WARN))
    if hole:
        words = (Cell("hole" if not whole.cards else "hole  ", Tone.WARN), *words)
    glyph = Cell("▲", Tone.WARN) if hole else BLANK
    if not words:
        glyph = Cell("·", Tone.FAINT)
    return Slot(glyph, words, Cell(points(seen.points or None)), tuple(card.uid for card in seen.cards))


def _cards(shown: int, everything: int) -> str:
    if shown != everything:
        return f"{shown} of {everything}"
    return f"{everything} {'card' if everything == 1 else 'cards'}"
