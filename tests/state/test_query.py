from collections.abc import Mapping
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from state.cell import Cell, Tone
from state.clock import Clock
from state.cluster.kinds.events import EVENT, EventRow
from state.cluster.kinds.kind import Fault
from state.cluster.kinds.nodes import NODE, NodeRow
from state.cluster.kinds.pods import POD, PodRow
from state.listing import columns_of
from state.mirror import GONE, Mirror
from state.pacer import Pacer
from state.pattern import TOO_SLOW
from state.query import Query, View
from state.ref import GroupKind, Ref
from state.row_filter import CONTEXT
from widgets.grid_model import GridRows

NOW = 1_800_000_000.0


class Time:
    """A clock that a test moves."""

    def __init__(self):
        self.elapsed = 0.0
        self.clock = Clock(wall=lambda: NOW + self.elapsed, elapsed=lambda: self.elapsed)

    def passes(self, seconds):
        self.elapsed += seconds


def pod(uid, name="", namespace="shop", **fields):
    base = {"status": "Running", "phase": "Running", "ready": 1, "total": 1, "created": NOW - 3600}
    return PodRow(uid=uid, name=name or uid, namespace=namespace, **{**base, **fields})


def mirrored(*rows):
    mirror = Mirror()
    mirror.apply({row.uid: row for row in rows})
    return mirror


def names(view):
    return [row.name for key in view.listing.keys if (row := view.listing.row(key))]


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def mirror():
    return mirrored(
        pod("1", "web", restarts=10),
        pod("2", "api", restarts=9, status="CrashLoopBackOff", ready=0, restarted=NOW - 60),
        pod("3", "db", "data", created=NOW - 60),
        pod("4", "api", "data", created=NOW - 7200, labels=(("app", "api"),)),
    )


def shown(mirror, time, kind=POD, **query):
    view = View(kind, {"prod": mirror}, Query(**query), time.clock)
    view.refresh()
    return names(view)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["api", "db", "api", "web"]),
        ({"sort": "NAME"}, ["api", "api", "db", "web"]),
        ({"sort": "NAME", "descending": True}, ["web", "db", "api", "api"]),
        ({"sort": "RESTARTS", "descending": True}, ["web", "api", "db", "api"]),
        ({"sort": "AGE"}, ["db", "api", "web", "api"]),
        ({"sort": ""}, ["api", "api", "db", "web"]),
        ({"sort": "NO SUCH COLUMN"}, ["api", "db", "api", "web"]),
        ({"namespaces": frozenset({"shop"})}, ["api", "web"]),
        ({"namespaces": frozenset({"shop", "data"})}, ["api", "db", "api", "web"]),
        ({"namespaces": frozenset({"none"})}, []),
        ({"faults_only": True}, ["api"]),
        ({"text": "shop/"}, ["api", "web"]),
        ({"text": "status:crash"}, ["api"]),
        ({"text": "-l app=api", "sort": "NAME"}, ["api"]),
        ({"text": "  "}, ["api", "db", "api", "web"]),
    ],
)
def test_a_query_shows_what_is_asked_for_in_the_order_asked_for(mirror, time, query, expected):
    assert shown(mirror, time, **query) == expected


def test_a_number_sorts_as_a_number_and_an_age_as_a_time():
    time = Time()
    rows = [pod(str(n), restarts=n, created=NOW - n * 1000) for n in (9, 10, 100, 1)]
    assert shown(mirrored(*rows), time, sort="RESTARTS") == ["1", "9", "10", "100"]
    assert shown(mirrored(*rows), time, sort="AGE", descending=True) == ["100", "10", "9", "1"]


def test_events_come_youngest_first_unless_somebody_wants_otherwise(time):
    mirror = mirrored(*[EventRow(uid=name, name=name, last=NOW - age) for name, age in (("b", 9), ("a", 90), ("c", 1))])
    assert shown(mirror, time, EVENT) == ["c", "b", "a"]
    assert shown(mirror, time, EVENT, sort="NAME") == ["a", "b", "c"]


def test_a_listing_is_what_a_grid_wants(mirror, time):
    view = View(POD, {"prod": mirror}, Query(namespaces=frozenset({"shop"})), time.clock)
    view.refresh()
    rows: GridRows = view.listing
    headers = [column.header for column in view.listing.columns]
    assert headers[:6] == ["", "NAME", "READY", "STATUS", "RESTARTS", "AGE"]
    cells = rows.cells("2")
    assert cells is not None
    assert [cell.text for cell in cells[:6]] == ["✗", "api", "0/1", "CrashLoopBackOff", "9 (60s ago)", "60m"]
    assert view.listing.total == 4
    assert view.listing.ref("2") == Ref("prod", GroupKind("", "Pod"), "shop", "api")


def test_a_row_that_went_is_blank_at_once_and_leaves_with_the_next_order(mirror, time):
    view = View(POD, {"prod": mirror}, Query(), time.clock)
    view.refresh()
    mirror.apply({"1": GONE})
    update = view.refresh()
    assert update is not None
    assert "1" in update.changed
    assert "1" in update.listing.keys
    assert update.listing.cells("1") is None
    assert (update.listing.row("1"), update.listing.ref("1")) == (None, None)
    time.passes(1)
    update = view.refresh()
    assert "1" not in update.listing.keys
    assert update.listing.total == 3


def test_a_row_that_comes_back_before_the_next_order_is_drawn_again(mirror, time):
    view = View(POD, {"prod": mirror}, Query(), time.clock)
    view.refresh()
    row = mirror.get("1")
    for batch in ({"1": GONE}, {"1": row}):
        mirror.apply(batch)
        assert view.refresh().changed == {"1"}
    assert view.listing.cells("1") is not None


def test_only_changed_rows_are_named_and_the_order_is_kept(mirror, time):
    view = View(POD, {"prod": mirror}, Query(sort="NAME"), time.clock)
    first = view.refresh()
    assert first.changed is None
    assert view.refresh() is None
    time.passes(1)
    mirror.apply({"1": pod("1", "web", restarts=11)})
    update = view.refresh()
    assert update.changed == {"1"}
    assert update.listing is first.listing
    mirror.apply({"1": pod("1", "zoo")})
    update = view.refresh()
    assert update.listing is not first.listing
    assert names(view) == ["api", "api", "db", "zoo"]


def test_a_change_of_a_row_that_is_not_shown_is_no_change(mirror, time):
    view = View(POD, {"prod": mirror}, Query(namespaces=frozenset({"shop"})), time.clock)
    view.refresh()
    time.passes(1)
    mirror.apply({"3": pod("3", "db", "data", restarts=3)})
    assert view.refresh() is None


def test_an_order_costs_a_tenth_of_the_time_at_most_but_an_answer_comes_at_once(mirror, time):
    view = View(POD, {"prod": mirror}, Query(sort="NAME"), time.clock)
    view.refresh()
    time.passes(0.1)
    mirror.apply({"5": pod("5", "aaa")})
    update = view.refresh()
    assert (update.changed, update.listing.total) == (set(), 5)
    time.passes(0.1)
    assert view.refresh() is None
    assert "5" not in view.listing.keys
    view.ask(Query(sort="NAME", descending=True))
    assert view.refresh().changed is None
    assert names(view)[-1] == "aaa"
    mirror.apply({"6": pod("6", "bbb")})
    time.passes(0.3)
    assert view.refresh().listing.total == 6
    assert names(view)[2] == "bbb"


def test_what_the_reader_missed_too_much_of_is_made_anew(time):
    mirror = mirrored(pod("a"))
    view = View(POD, {"prod": mirror}, Query(), time.clock)
    view.refresh()
    time.passes(1)
    for index in range(5000):
        mirror.apply({str(index): pod(str(index))})
    update = view.refresh()
    assert update.changed is None
    assert len(update.listing.keys) == 5001


def test_a_fault_that_time_brings_or_forgives_is_noticed(time):
    mirror = mirrored(
        pod("slow", ready=0, created=NOW - 30, ready_since=NOW - 30),
        pod("loop", restarts=5, restarted=NOW - 595, ended="Error"),
    )
    view = View(POD, {"prod": mirror}, Query(faults_only=True), time.clock)
    view.refresh()
    assert names(view) == ["loop"]
    time.passes(40)
    assert view.refresh() is not None
    assert names(view) == ["slow"]
    time.passes(0.5)
    assert view.refresh() is None


def test_a_judge_that_knows_more_decides_what_is_a_fault(mirror, time):
    view = View(
        POD,
        {"prod": mirror},
        Query(faults_only=True, sort=""),
        time.clock,
        lambda row, now: Fault("mine", Tone.WARN, row.restarts) if row.restarts else None,
    )
    view.refresh()
    assert names(view) == ["web", "api"]
    assert view.listing.cells("1")[0] == Cell("▲", Tone.WARN)


def test_several_clusters_stand_in_one_listing_each_row_with_its_own(time):
    a, b = mirrored(pod("1", "web"), pod("2", "api")), mirrored(pod("1", "web", restarts=3))
    view = View(POD, {"prod": a, "staging": b}, Query(sort="NAME"), time.clock)
    view.refresh()
    listing = view.listing
    assert listing.keys == [("prod", "2"), ("prod", "1"), ("staging", "1")]
    assert listing.columns[1].header == CONTEXT
    assert [listing.cells(key)[1].text for key in listing.keys] == ["prod", "prod", "staging"]
    assert listing.ref(("staging", "1")).cluster == "staging"
    time.passes(1)
    b.apply({"1": pod("1", "web", restarts=4)})
    assert view.refresh().changed == {("staging", "1")}
    view.ask(Query(sort=CONTEXT, descending=True))
    view.refresh()
    assert view.listing.keys[0] == ("staging", "1")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("context:^stag", ["staging"]),
        ("con:!stag", ["prod", "prod"]),
        ("context!=prod", ["staging"]),
        ("context=prod web", ["prod"]),
        ("stag", ["staging"]),
        ("!staging", ["prod", "prod"]),
        ("stag.ng$", ["staging"]),
        ("!pro[d]", ["staging"]),
        ("web", ["prod", "staging"]),
        ("we[b]", ["prod", "staging"]),
        ("restarts>2", ["staging"]),
    ],
)
def test_the_context_of_a_row_is_filtered_like_a_column(time, text, shown):
    a, b = mirrored(pod("1", "web"), pod("2", "api")), mirrored(pod("1", "web", restarts=3))
    view = View(POD, {"prod": a, "staging": b}, Query(text), time.clock)
    view.refresh()
    assert sorted(key[0] for key in view.listing.keys) == shown
    assert view.problem == ""


def test_a_pattern_that_runs_on_in_the_name_of_a_context_is_given_up_as_in_rows(time):
    mirrors = {name: mirrored(pod("1", "web")) for name in ("a" * 60, "prod")}
    view = View(POD, mirrors, Query(), time.clock)
    view.refresh()
    view.ask(Query("(a+)+(a+)+~"))
    began = process_time()
    view.refresh()
    assert view.problem == TOO_SLOW
    assert process_time() - began < 2
    assert len(view.listing.keys) == 2


def test_of_one_context_alone_its_name_is_no_text_of_the_rows(mirror, time):
    view = View(POD, {"prod": mirror}, Query("prod"), time.clock)
    view.refresh()
    assert view.listing.keys == []


def test_what_was_asked_before_stays_until_the_answer_is_there(mirror, time):
    view = View(POD, {"prod": mirror}, Query(), time.clock)
    assert list(view.listing.keys) == []
    view.refresh()
    view.ask(Query(text="web", namespaces=frozenset({"shop"})))
    assert names(view) == ["api", "db", "api", "web"]
    assert len(view.listing.columns) == len(view.listing.cells("1"))
    view.refresh()
    assert names(view) == ["web"]


def test_without_any_mirror_there_is_an_empty_listing(time):
    view = View(POD, {}, Query(), time.clock)
    assert view.refresh().listing.keys == []
    assert view.listing.row("x") is None


def test_columns_that_would_say_the_same_everywhere_go():
    def headers(namespaces, clusters):
        return [column.header for column in columns_of(POD, namespaces, clusters)][:3]

    assert headers(frozenset(), 1) == ["", "NAMESPACE", "NAME"]
    assert headers(frozenset({"a"}), 1) == ["", "NAME", "READY"]
    assert headers(frozenset({"a", "b"}), 2) == ["", "CONTEXT", "NAMESPACE"]


def test_an_unreadable_row_shows_its_name_and_no_guess(time):
    mirror = mirrored(PodRow(uid="1", name="odd", namespace="shop", unreadable=True))
    view = View(POD, {"prod": mirror}, Query(), time.clock)
    view.refresh()
    cells = dict(zip([c.header for c in view.listing.columns], view.listing.cells("1"), strict=True))
    assert (cells[""].text, cells["NAME"].text, cells["STATUS"].text, cells["AGE"].text) == (
        "▲",
        "odd",
        "?",
        "<unknown>",
    )


def test_no_text_from_outside_reaches_a_cell_as_it_is(time):
    evil = "x\x1b[2J\u202e\r\n\x07"
    mirror = mirrored(pod("1", evil, evil, status=evil, node=evil, ip=evil, nominated_node=evil))
    nodes = mirrored(NodeRow(uid="1", name=evil, roles=(evil,), version=evil, os_image=evil, kernel=evil, runtime=evil))
    for kind, rows in ((POD, mirror), (NODE, nodes)):
        view = View(kind, {evil: rows, "b": Mirror()}, Query(), time.clock)
        view.refresh()
        (key,) = view.listing.keys
        assert all(cell.text.isprintable() for cell in view.listing.cells(key))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("api(", "the pattern 'api(' is not finished: missing ), unterminated subpattern at position 3"),
        ("[", "the pattern '[' is not finished: unterminated character set at position 0"),
        ("-l app in (", "'app in (' is no condition on a label: write it like app=api or tier in (a,b)"),
    ],
)
def test_a_half_typed_filter_says_so_and_shows_something(mirror, time, text, problem):
    view = View(POD, {"prod": mirror}, Query(text=text), time.clock)
    view.refresh()
    assert view.listing.problem == problem


EVIL = "(a+)+$"
"""Takes for ever on a row of many `a`s."""
LONG = "a" * 40 + "!"


def test_a_pattern_that_takes_too_long_is_given_up_and_what_was_shown_stays(mirror, time):
    view = View(POD, {"prod": mirror}, Query(text="api", sort="NAME"), time.clock)
    view.refresh()
    mirror.apply({"5": pod("5", LONG)})
    view.ask(Query(text=EVIL, sort="NAME"))
    assert view.problem == ""
    begun = process_time()
    update = view.refresh()
    assert process_time() - begun < 5
    assert (view.problem, update.listing.problem, update.changed) == (TOO_SLOW, TOO_SLOW, None)
    assert names(view) == ["api", "api"]
    time.passes(1)
    mirror.apply({"2": GONE, "6": pod("6", "aaa"), "4": pod("4", "api", "data", restarts=99)})
    update = view.refresh()
    assert names(view) == ["api"]
    assert update.listing.row("4").restarts == 99
    view.ask(Query(text=EVIL, namespaces=frozenset({"shop"})))
    view.refresh()
    assert (view.problem, names(view)) == (TOO_SLOW, [])
    view.ask(Query(text="a"))
    view.refresh()
    assert view.problem == ""
    assert LONG in names(view)


def test_a_pattern_that_is_given_up_leaves_what_the_last_finished_one_left(mirror, time):
    view = View(POD, {"prod": mirror}, Query(text="api", sort="NAME"), time.clock)
    view.refresh()
    mirror.apply({"5": pod("5", LONG)})
    view.ask(Query(text="(a+)+(", sort="NAME"))
    view.refresh()
    assert names(view) == []
    view.ask(Query(text=EVIL, sort="NAME"))
    view.refresh()
    assert (view.problem, names(view)) == (TOO_SLOW, ["api", "api"])


def test_a_row_that_makes_a_pattern_slow_when_it_comes_ends_the_filter_too(mirror, time):
    view = View(POD, {"prod": mirror}, Query(text="(a+)+$|web"), time.clock)
    view.refresh()
    assert names(view) == ["web"]
    time.passes(1)
    mirror.apply({"5": pod("5", LONG), "1": pod("1", "web", restarts=11)})
    view.refresh()
    assert view.problem == TOO_SLOW
    assert names(view) == ["web"]
    time.passes(1)
    assert view.refresh() is None


def test_many_rows_may_take_their_time():
    time = Time()
    mirror = mirrored(*(pod(str(n), f"payments-api-{n:05}") for n in range(10_000)))
    view = View(POD, {"prod": mirror}, Query(text="pay.*api run.* !foo.*x status:R.n name:.*9.*9"), time.clock)
    view.refresh()
    assert (view.problem, len(names(view))) == ("", sum(str(n).zfill(5).count("9") > 1 for n in range(10_000)))


def test_the_pacer_leaves_ten_times_the_cost_between_two_pieces_of_work():
    pacer = Pacer(ratio=10, at_least=0.25)
    assert pacer.due(0)
    pacer.spent(0, 0.1)
    assert not pacer.due(1.0)
    assert pacer.due(1.1)
    pacer.spent(2.0, 2.001)
    assert not pacer.due(2.2)
    assert pacer.due(2.2511)


ROWS = st.builds(
    pod,
    st.sampled_from("abcdefgh"),
    st.sampled_from(["api", "web", "db"]),
    st.sampled_from(["shop", "data"]),
    restarts=st.integers(0, 12),
    restarted=st.none() | st.just(NOW - 30),
    status=st.sampled_from(["Running", "Error", "Completed"]),
    created=st.sampled_from([NOW - 10, NOW - 1000, NOW - 90000]),
)
CHANGES = st.lists(ROWS | st.sampled_from("abcdefgh"), max_size=4)
QUERIES = st.builds(
    Query,
    text=st.sampled_from(["", "api", "!api", "status:Error", "restarts:>3", "age:<10m", "-l app=x", "("]),
    namespaces=st.sampled_from([frozenset(), frozenset({"shop"}), frozenset({"shop", "data"})]),
    sort=st.sampled_from([None, "", "NAME", "STATUS", "RESTARTS", "AGE", "READY"]),
    descending=st.booleans(),
    faults_only=st.booleans(),
)


@settings(deadline=None, max_examples=150)
@given(QUERIES, st.lists(st.tuples(CHANGES, st.sampled_from([0.0, 0.1, 2.0]), st.none() | QUERIES), max_size=8))
def test_at_rest_a_listing_kept_up_to_date_equals_one_made_anew(query, steps):
    time, mirror = Time(), Mirror()
    view = View(POD, {"prod": mirror}, query, time.clock)
    drawn: Mapping = {}
    for changes, seconds, asked in steps:
        mirror.apply({c if isinstance(c, str) else c.uid: GONE if isinstance(c, str) else c for c in changes})
        time.passes(seconds)
        if asked is not None:
            view.ask(asked)
        drawn = look(view, drawn)
    time.passes(5)
    drawn = look(view, drawn)
    fresh = View(POD, {"prod": mirror}, view.query, time.clock)
    fresh.refresh()
    assert view.listing.keys == fresh.listing.keys
    assert view.listing.total == len(mirror)
    assert drawn == {key: mirror.get(key) for key in fresh.listing.keys}


def look(view, drawn):
    """Draw as a grid does: only the keys that the view says differ."""
    update = view.refresh()
    if update is None:
        return drawn
    changed = set(update.listing.keys) if update.changed is None else update.changed
    return {
        key: update.listing.row(key) if key in changed or key not in drawn else drawn[key]
        for key in update.listing.keys
    }


@settings(deadline=None)
@given(QUERIES, st.lists(ROWS, max_size=12))
def test_descending_is_ascending_the_other_way_round(query, rows):
    mirror, time = mirrored(*rows), Time()
    up = View(POD, {"prod": mirror}, Query(query.text, query.namespaces, query.sort, False), time.clock)
    down = View(POD, {"prod": mirror}, Query(query.text, query.namespaces, query.sort, True), time.clock)
    up.refresh()
    down.refresh()
    assert list(up.listing.keys) == list(reversed(down.listing.keys))
