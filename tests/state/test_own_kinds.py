"""The lists that the cockpit makes itself."""

from state.cluster.kinds.pods import POD
from state.cluster.kinds.services import SERVICE
from state.cluster.target import ContextInfo
from state.mirror import GONE
from state.own_kinds import CONTEXT, KIND, OwnRows, context_rows, kind_rows
from state.query import Query, View

FOUND = (
    ContextInfo("prod", "prod", "https://prod:6443", "ana", "shop"),
    ContextInfo("lab", "lab", "", "ana", ""),
    ContextInfo("old", "old", "", "ana", ""),
)


def test_contexts_say_which_is_here_and_which_are_open() -> None:
    rows = list(context_rows(FOUND, "prod", ["prod", "lab"]))
    assert [(row.name, row.state) for row in rows] == [("prod", "here"), ("lab", "open"), ("old", "")]
    assert CONTEXT.ref("prod", rows[0]).name == "prod"


def test_kinds_say_what_they_may_be_called() -> None:
    rows = {row.name: row for row in kind_rows([POD.resource, SERVICE.resource, POD.resource])}
    assert set(rows) == {"pods", "services"}
    assert rows["pods"].names == "po pod"


def test_a_list_of_ones_own_follows_what_it_is_made_of() -> None:
    found = list(FOUND)
    here = ["prod"]
    rows = OwnRows(lambda: context_rows(found, here[0], here))
    view = View(CONTEXT, {"prod": rows.mirror}, Query())
    view.refresh()
    assert list(view.listing.keys) == ["lab", "old", "prod"]
    revision = rows.mirror.revision
    rows.refresh()
    assert rows.mirror.revision == revision
    del found[2]
    here[0] = "lab"
    rows.refresh()
    assert rows.mirror.get("old") is None
    assert rows.mirror.get("lab").state == "here"
    assert GONE not in rows.mirror.rows.values()


def test_every_column_of_the_lists_can_be_drawn() -> None:
    for kind, row in (
        (CONTEXT, next(iter(context_rows(FOUND, "prod", ())))),
        (KIND, next(iter(kind_rows([POD.resource])))),
    ):
        assert next(column.cell(row, 0.0).text for column in kind.columns) == row.name
