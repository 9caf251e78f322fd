"""Which columns a list shows where there is no room for all, as usual and wide."""

from dataclasses import replace
from typing import Any

import pytest

from screens.cluster.columns import grid_columns
from screens.cluster.ordering import moved, ordered
from state.cluster.kinds.catalogue import kinds
from state.cluster.kinds.kind import Kind
from state.cluster.kinds.pods import POD
from state.cluster.usage_columns import UsageColumns
from state.query import Query
from widgets.grid_layout import fit


def shown(kind: Kind[Any], width: int, *, wide: bool) -> list[str]:
    columns = grid_columns(kind.columns, wide=wide)
    return [columns[place.index].header for place in fit(columns, width).places]


def test_wide_gives_the_room_of_what_is_measured_to_the_columns_of_o_wide() -> None:
    pods = UsageColumns(POD, {}).kind
    usual, wide = shown(pods, 142, wide=False), shown(pods, 142, wide=True)
    assert {"CPU", "MEM", "NODE"} <= set(usual)
    assert "IP" not in usual
    assert {"IP", "NODE", "AGE", "RESTARTS"} <= set(wide)
    assert not {"CPU", "MEM", "%CPU/R"} & set(wide)


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.resource.plural)
@pytest.mark.parametrize("width", [78, 118, 300])
def test_the_name_stays_at_any_width_wide_or_not(kind: Kind[Any], width: int) -> None:
    always = {column.header for column in kind.columns if not column.importance}
    for wide in (False, True):
        assert always <= set(shown(kind, width, wide=wide))
    if width == 300:
        assert set(shown(kind, width, wide=False)) <= set(shown(kind, width, wide=True)) | {""}


def test_a_column_orders_turns_round_and_lets_go() -> None:
    query = Query("api")
    by_age = ordered(query, "AGE")
    assert (by_age.sort, by_age.descending, by_age.text) == ("AGE", False, "api")
    assert ordered(by_age, "AGE").descending
    assert ordered(ordered(by_age, "AGE"), "AGE") == query
    assert ordered(replace(by_age, descending=True), "NAME") == replace(query, sort="NAME")


def test_the_column_beside_orders_and_beyond_the_last_the_kind_does() -> None:
    headers = ["", "NAME", "AGE"]
    query = Query()
    seen = []
    for _ in range(4):
        query = moved(query, headers, 1)
        seen.append(query.sort)
    assert seen == ["", "NAME", "AGE", None]
    assert moved(Query(), headers, -1).sort == "AGE"
    assert moved(Query(sort="GONE", descending=True), headers, 1) == Query(sort="")
