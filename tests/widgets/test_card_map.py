from collections.abc import Hashable

from textual.app import App
from textual.strip import Strip

from state.cell import Cell, Tone
from widgets.card_face import CardFace
from widgets.card_map import CardMap
from widgets.card_map_model import Band, Heading, Sheet, Slot, Spot

BOARD = {("now", "build"): (1, 2, 3), ("now", "run"): (), ("later", "build"): (), ("later", "run"): (4,)}


def face(key: Hashable) -> CardFace:
    assert isinstance(key, int)
    return CardFace(
        Cell("○", Tone.QUIET),
        f"C{key:02d}",
        f"Capability number {key}",
        Cell(str(key)),
        (Cell("ana"),),
        floor=key % 5 == 0,
    )


def slot(keys: tuple[int, ...]) -> Slot:
    if not keys:
        return Slot(Cell("▲", Tone.WARN), (Cell("hole", Tone.WARN),))
    return Slot(words=(Cell(f"{len(keys)} cards", Tone.QUIET),), number=Cell(str(sum(keys))), keys=keys)


def sheet(cards: dict[tuple[str, str], tuple[int, ...]]) -> Sheet:
    names = list(dict.fromkeys(name for name, _ in cards))
    steps = list(dict.fromkeys(step for _, step in cards))
    return Sheet(
        tuple(Heading(step, Cell("9", Tone.QUIET)) for step in steps),
        tuple(Band(name, name.title(), "3 cards", tuple(slot(cards[name, step]) for step in steps)) for name in names),
    )


def many(cards: int, bands: int = 4, columns: int = 11) -> Sheet:
    """A sheet with so many cards spread over it."""
    places = [(f"band {b}", f"step {c}") for b in range(bands) for c in range(columns)]
    return sheet({place: tuple(range(at, cards, len(places))) for at, place in enumerate(places)})


class CountingMap(CardMap):
    lines = 0

    def render_line(self, y: int) -> Strip:
        self.lines += 1
        return super().render_line(y)


async def test_bands_stand_under_each_other_with_their_numbers_on_the_right(stage, text) -> None:
    cards = CardMap()
    async with stage(cards).run_test(size=(48, 9)) as pilot:
        cards.show(sheet(BOARD), face)
        pilot.app.set_focus(None)
        await pilot.pause()
        assert text(cards) == [
            "   build              9    run                9",
            "─ Now  3 cards ─────────────────────────────────",
            "   3 cards            6  ▲ hole",
            " ○ C01 Capability n…  1",
            " ○ C02 Capability n…  2",
            " ○ C03 Capability n…  3",
            "─ Later  3 cards ───────────────────────────────",
            " ▲ hole                    1 cards            4",
            "                         ○ C04 Capability n…  4",
        ]


async def test_with_room_for_it_a_card_s_title_has_a_line_of_its_own(stage, text) -> None:
    cards = CardMap()
    async with stage(cards).run_test(size=(48, 20)) as pilot:
        cards.show(sheet(BOARD), face)
        cards.focus()
        await pilot.pause()
        assert text(cards)[3:5] == ["▌○ C01 ana            1", "▌  Capability number 1"]
        await pilot.resize_terminal(48, 9)
        await pilot.pause()
        assert text(cards)[3] == "▌○ C01 Capability n…  1"


async def test_keys_go_through_the_cards_of_a_slot_and_on_to_the_next(stage) -> None:
    cards = CardMap()
    app = stage(cards)
    async with app.run_test(size=(48, 9), message_hook=app.heard.append) as pilot:
        cards.show(sheet(BOARD), face)
        cards.focus()
        seen = []
        for key in ("j", "down", "j", "k", "g"):
            await pilot.press(key)
            seen.append((cards.spot, cards.key))
        assert seen == [
            (Spot(0, 0, 1), 2),
            (Spot(0, 0, 2), 3),
            (Spot(1, 0, 0), None),
            (Spot(0, 0, 2), 3),
            (Spot(0, 0, 0), 1),
        ]
        await pilot.press("enter")
        assert [message.key for message in app.of(CardMap.Chosen)] == [1]
        assert len(app.of(CardMap.Moved)) == 5


async def test_the_last_card_of_a_column_is_one_key_away(stage) -> None:
    cards = CardMap()
    async with stage(cards).run_test(size=(48, 9)) as pilot:
        cards.show(sheet(BOARD), face)
        cards.focus()
        await pilot.press("G")
        assert cards.key == 3
        cards.go_beside(1)
        await pilot.press("G")
        assert cards.key == 4


async def test_the_title_of_the_band_stays_while_its_cards_scroll_by(stage, text) -> None:
    cards = CardMap()
    async with stage(cards).run_test(size=(60, 10)) as pilot:
        cards.show(many(1000), face)
        cards.focus()
        await pilot.press(*["j"] * 15)
        await pilot.pause()
        shown = text(cards)
        assert shown[0].startswith("   step 0")
        assert shown[1].startswith("─ Band 0")
        assert shown[-1].startswith("▌○ C660")
        await pilot.press(*["k"] * 15)
        await pilot.pause()
        assert "cards" in text(cards)[2]
        assert text(cards)[3].startswith("▌○ C00")


async def test_columns_come_into_sight_with_the_cursor(stage, text) -> None:
    cards = CardMap()
    async with stage(cards).run_test(size=(80, 24)) as pilot:
        cards.show(many(100), face)
        cards.focus()
        await pilot.pause()
        assert text(cards)[1].rstrip("▐ ").endswith("─ 8 › ─")
        for _ in range(4):
            cards.go_beside(1)
        await pilot.pause()
        assert [name in text(cards)[0] for name in ("step 1", "step 2", "step 4")] == [False, True, True]
        assert "‹ 2   6 ›" in text(cards)[1]


async def test_a_click_selects_and_a_second_one_chooses(stage) -> None:
    cards = CardMap()
    app = stage(cards)
    async with app.run_test(size=(48, 9), message_hook=app.heard.append) as pilot:
        cards.show(sheet(BOARD), face)
        await pilot.pause()
        await pilot.click(cards, offset=(30, 8))
        assert cards.key == 4
        await pilot.click(cards, offset=(30, 8))
        assert [message.key for message in app.of(CardMap.Chosen)] == [4]
        await pilot.click(cards, offset=(30, 4))
        assert (cards.spot, cards.key) == (Spot(0, 1, 0), None)


async def test_of_a_thousand_cards_only_the_changed_visible_lines_are_drawn(stage) -> None:
    cards, asked = CountingMap(), []
    async with stage(cards).run_test(size=(120, 30)) as pilot:
        cards.show(many(1000), face)
        await pilot.pause()
        cards.lines = 0

        def changed(key: Hashable) -> CardFace:
            asked.append(key)
            return CardFace(Cell("●"), "C03", "changed") if key in (44, 700) else face(key)

        cards.show(many(1000), changed)
        await pilot.pause()
        assert cards.lines == 1
        assert len(asked) <= 5 * 30


async def test_an_incremental_frame_is_a_full_repaint(stage, text) -> None:
    cards = CardMap()
    async with stage(cards).run_test(size=(100, 16)) as pilot:
        cards.show(many(200), face)
        cards.focus()
        await pilot.pause()
        for key, count in (("j", 200), ("G", 180), ("k", 90), ("pageup", 200), ("g", 3)):
            await pilot.press(key)
            cards.go_beside(2)
            cards.show(many(count), face, {1, 45})
            await pilot.pause()
            shown = drawn(pilot.app)
            cards.repaint()
            await pilot.pause()
            assert drawn(pilot.app) == shown


def drawn(app: App[None]) -> list[str]:
    return [strip.text for strip in app.screen._compositor.render_strips()]


async def test_marks_are_seen_without_colour(stage, text) -> None:
    cards = CardMap()
    async with stage(cards).run_test(size=(48, 9)) as pilot:
        cards.show(sheet(BOARD), face, {2})
        await pilot.pause()
        assert text(cards)[4] == " ○•C02 Capability n…  2"


async def test_nothing_is_wider_than_the_screen(stage, text) -> None:
    cards = CardMap()
    async with stage(cards).run_test(size=(3, 12)) as pilot:
        for width in (3, 7, 12, 21):
            await pilot.resize_terminal(width, 12)
            cards.show(many(40), face)
            await pilot.pause()
            assert all(len(line) <= width for line in text(cards))
