import pytest
from textual.color import Color
from textual.theme import Theme

from cockpit.themes import DARK, HIGH_CONTRAST, LIGHT, THEMES
from state.cell import GLYPHS, STREAMS, Cell, Tone
from widgets.cell_lines import CellLines
from widgets.tone_style import palette_of

READ = (Tone.TEXT, Tone.QUIET, Tone.FOCUS, Tone.BAD, Tone.WARN, Tone.WELL, Tone.PLAN, *STREAMS)


def contrast(theme: Theme, tone: Tone, ground: str) -> float:
    """The contrast ratio of WCAG 2.1, section 1.4.3."""

    def luminance(text: str) -> float:
        channels = [
            value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4
            for value in Color.parse(text).normalized
        ]
        return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]

    one, other = sorted((luminance(theme.variables[f"tone-{tone.value}"]), luminance(ground)))
    return (other + 0.05) / (one + 0.05)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_what_is_to_be_read_can_be_read(theme: Theme) -> None:
    assert theme.background
    assert theme.panel
    for tone in READ:
        assert contrast(theme, tone, theme.background) >= 4.5
        assert contrast(theme, tone, theme.panel) >= 4.5
        assert contrast(theme, tone, theme.variables["cursor"]) >= 4.5


def test_in_high_contrast_everything_can_be_read() -> None:
    assert HIGH_CONTRAST.background
    for tone in Tone:
        assert contrast(HIGH_CONTRAST, tone, HIGH_CONTRAST.background) >= 7


async def test_a_tone_takes_its_colour_from_the_theme_as_it_changes(stage) -> None:
    lines = CellLines([[Cell("x", Tone.BAD)]])
    app = stage(lines)
    async with app.run_test() as pilot:
        assert palette_of(lines).tones[Tone.BAD].lower() == DARK.variables["tone-bad"]
        app.theme = LIGHT.name
        await pilot.pause()
        assert palette_of(lines).tones[Tone.BAD].lower() == LIGHT.variables["tone-bad"]
        drawn = next(iter(lines.render_line(0)))
        assert drawn.style.color.triplet.hex == LIGHT.variables["tone-bad"]


async def test_a_theme_without_our_words_still_has_a_colour_for_each_tone(stage) -> None:
    lines = CellLines([[Cell("x")]])
    async with stage(lines, theme="nord").run_test():
        assert len(palette_of(lines).tones) == len(Tone)


async def test_every_glyph_has_an_ascii_one_of_the_same_width(stage) -> None:
    lines = CellLines([[Cell("x")]])
    app = stage(lines)
    async with app.run_test():
        app.add_class("-ascii")
        text = palette_of(lines).text
        glyphs = [*GLYPHS.values(), "◐", "○", "▌", "…", "━", "─", "▁", "█"]
        assert [text(glyph) for glyph in "✗▲●✓◐◌○▌"] == list("x!*+o~.|")
        assert all(text(glyph).isascii() and len(text(glyph)) == 1 for glyph in glyphs)


async def test_without_colour_weight_and_reversal_say_the_same(stage) -> None:
    lines = CellLines([[Cell("x")]])
    app = stage(lines)
    async with app.run_test():
        app.no_color = True
        palette = palette_of(lines)
        assert palette.style(Tone.BAD).bold
        assert not palette.style(Tone.TEXT).bold
        assert palette.style(Tone.TEXT, cursor=True).reverse
