"""Tables of rights, over the simulated platform and with answers that the test decides."""

from collections.abc import Callable
from typing import Any

from cockpit.demo_world import Endpoints
from screens.rbac import (
    Answer,
    Question,
    RightsScreen,
    my_rights_question,
    rights_question,
    who_can_question,
)
from state.cluster.errors import ApiError
from state.cluster.rbac import Subject, Wanted
from tests.screens.hosts import hosted
from widgets.grid_model import GridColumn

COLUMNS = (GridColumn("RESOURCE", 20, importance=0, grows=True), GridColumn("VERBS", 20, importance=0))


def asking(read: Callable[[], Answer]) -> RightsScreen:
    return RightsScreen(Question("what can I in shop", COLUMNS, read, "nothing"))


async def test_rows_are_narrowed_and_ordered() -> None:
    rows = (("pods", "get list"), ("secrets", "get"), ("*.*", "*"))
    async with hosted(asking(lambda: Answer(rows, "not all of it: x"))) as screen:
        await screen.shows("what can I in shop", "pods", "secrets", "not all of it", "Rights  3")
        await screen.press("slash")
        await screen.type("sec")
        await screen.until(lambda: "pods" not in screen.text, "the filter")
        await screen.press("enter")
        await screen.shows("1 of 3")
        await screen.press("escape")
        await screen.shows("pods")
        await screen.press("O")
        await screen.until(lambda: screen.text.index("*.*") < screen.text.index("pods"), "the order")
        await screen.press("slash")
        await screen.type("!get")
        await screen.until(lambda: "secrets" not in screen.text and "*.*" in screen.text, "the other filter")
        await screen.type("zzz")
        await screen.press("enter")


async def test_nothing_and_a_refusal_are_said() -> None:
    async with hosted(asking(lambda: Answer(()))) as screen:
        await screen.shows("nothing")

    def refuse() -> Answer:
        raise ApiError(403, "Forbidden", "roles is forbidden\x1b[2J")

    async with hosted(asking(refuse)) as screen:
        await screen.shows("▲ roles is forbidden")


async def test_the_platform_answers_each_question(simulated: Endpoints, drive: Callable[..., Any]) -> None:
    async with drive(simulated, screen="cluster", size=(146, 30)) as driven:
        transport = driven.app._opened.session.cluster.transport
        for question, words in (
            (my_rights_question(transport, "payments"), ("what can I in payments", "VERBS", "RESOURCE")),
            (
                who_can_question(transport, Wanted("get", "", "secrets", "payments")),
                ("who can get secrets in payments",),
            ),
            (rights_question(transport, Subject("Group", "system:masters")), ("what can Group system:masters",)),
        ):
            driven.app.push_screen(RightsScreen(question))
            await driven.shows(*words, "read ")
            await driven.press("escape")
            await driven.shows("Pods")
