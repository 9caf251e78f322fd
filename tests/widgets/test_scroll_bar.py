from hypothesis import given
from hypothesis import strategies as st

from widgets.scroll_bar import ThinScrollBar


@given(st.integers(1, 60), st.integers(0, 5000), st.integers(0, 60), st.floats(0, 1))
def test_the_thumb_is_always_there_and_inside_its_bar(size: int, beyond: int, window: int, part: float) -> None:
    virtual = window + beyond
    bar = ThinScrollBar.render_bar(size, virtual, window, part * beyond)
    glyphs = "".join(segment.text for segment in bar.segments)
    assert len(glyphs) == size
    if window and beyond:
        assert "▐" in glyphs
        assert "▐ ▐" not in glyphs
        assert (glyphs[0] == "▐") or part > 0
        assert (glyphs[-1] == "▐") or part < 1
    else:
        assert "▐" not in glyphs
