from hypothesis import given
from hypothesis import strategies as st

from widgets.key_line import Key, KeyLine, KeyRow

PLACES = (Key("1", "overview", current=True), Key("2", "cluster"), Key("3", "apps"))
HERE = (Key("⏎", "triage"), Key("a", "ack"), Key("S", "silence"), Key("l", "logs"))
ALWAYS = (Key(":", "command"), Key("/", "filter"), Key("?", "help"))


async def shown(stage, text, width: int) -> str:
    line = KeyLine()
    async with stage(line).run_test(size=(width, 3)) as pilot:
        line.show(PLACES, HERE, ALWAYS)
        await pilot.pause()
        return text(line)[0]


async def test_wide_lines_show_every_key(stage, text) -> None:
    line = await shown(stage, text, 120)
    assert line.startswith(" 1 overview  2 cluster  3 apps   │  ⏎ triage  a ack  S silence  l logs")
    assert line.endswith(": command  / filter  ? help")


async def test_narrow_lines_lose_whole_keys(stage, text) -> None:
    wide = await shown(stage, text, 90)
    assert wide.startswith(" 1 overview  2 cluster  3 apps   │  ⏎ triage  a ack   ")
    assert wide.endswith("   : command  / filter  ? help")
    narrow = await shown(stage, text, 72)
    assert narrow.startswith(" 1 overview  2  3   │  ⏎ triage  a ack   ")
    assert narrow.endswith("   : command  / filter  ? help")
    assert (await shown(stage, text, 40)).endswith("   / filter  ? help")


async def test_a_click_says_which_key(stage) -> None:
    line = KeyLine()
    app = stage(line)
    async with app.run_test(size=(120, 3), message_hook=app.heard.append) as pilot:
        line.show(PLACES, HERE, ALWAYS)
        await pilot.pause()
        await pilot.click(line, offset=(15, 0))
        await pilot.click(line, offset=(117, 0))
        assert [message.key.title for message in app.of(KeyLine.Pressed)] == ["cluster", "help"]


keys = st.lists(
    st.builds(Key, st.sampled_from(["a", "ctrl+x", "⏎"]), st.text("abc", min_size=1, max_size=12), st.just(False)),
    max_size=8,
).map(tuple)


@given(keys, keys, keys, st.integers(1, 150))
def test_what_is_shown_fits(
    places: tuple[Key, ...], here: tuple[Key, ...], always: tuple[Key, ...], width: int
) -> None:
    row = KeyRow(places, here, always).fitted(width)
    assert row.width <= width
    end = -1
    for placed in row.placed(width):
        assert placed.x > end
        end = placed.x + placed.width
    assert end <= width
