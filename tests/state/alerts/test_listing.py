"""Which alerts are listed, in which order and groups, and where the cursor is afterwards."""

from collections.abc import Hashable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens.panes.alerts import count_words
from state.alerts.alert_filter import read_filter
from state.alerts.grouping import APP, CYCLE, NO_GROUPS, SOURCE, GroupBy, GroupKey, after
from state.alerts.listing import AlertListing, Look, arranged, in_view, over
from state.alerts.model import Alert, AlertState, Severity
from state.alerts.order import worst_first
from state.journal.lives import AlertLife
from tests.state.alerts.examples import NOW, alert
from widgets.cursor import Cursor

DOWN = alert("Down", namespace="pay", pod="api-1")
OTHER = alert("Down", "f2", namespace="pay", pod="api-2")
SLOW = alert("Slow", severity="warning", namespace="shop")
ACKED = alert("Disk", state="acked", namespace="shop")
LONE = alert("Lone", severity="info")
ALERTS = worst_first((DOWN, OTHER, SLOW, ACKED, LONE))
NAMESPACE = GroupBy.of_label("namespace")


def lines(listing: AlertListing) -> list[str]:
    """Groups with a mark before their value, alerts by fingerprint."""
    return [f"# {key.value}" if isinstance(key, GroupKey) else str(key) for key in listing.keys]


def test_groups_stand_where_their_first_alert_would_and_hold_the_rest() -> None:
    listed = arranged(ALERTS, Look(by=NAMESPACE))
    assert lines(listed) == ["# pay", "Down", "f2", "# shop", "Slow", "Disk", "# ", "Lone"]
    shop = listed.groups[GroupKey(NAMESPACE, "shop")]
    assert (shop.worst, dict(shop.by_severity)) == (SLOW, {Severity.WARNING: 1})
    assert dict(shop.by_state) == {AlertState.ACTIVE: 1, AlertState.ACKED: 1}


def test_what_says_only_that_monitoring_runs_is_never_counted() -> None:
    watchdog, own = alert("Watchdog", namespace="pay"), replace(alert("Heart", namespace="pay"), watchdog=True)
    listed = arranged((DOWN, watchdog, own, replace(watchdog, state=AlertState.ACKED)), Look(by=NAMESPACE))
    group = listed.groups[GroupKey(NAMESPACE, "pay")]
    assert (dict(group.by_severity), dict(group.by_state)) == ({Severity.CRITICAL: 1}, {AlertState.ACTIVE: 1})
    assert count_words((DOWN, watchdog, own, replace(watchdog, state=AlertState.ACKED))) == "1 critical"


def test_the_worst_of_a_group_that_is_quiet_is_its_worst() -> None:
    listed = arranged((ACKED,), Look(by=NAMESPACE))
    assert listed.groups[GroupKey(NAMESPACE, "shop")].worst is ACKED


def test_a_folded_group_is_one_line_that_still_stands_for_all() -> None:
    listed = arranged(ALERTS, Look(by=NAMESPACE, folded=frozenset({"pay"})))
    assert lines(listed) == ["# pay", "# shop", "Slow", "Disk", "# ", "Lone"]
    assert listed.of(GroupKey(NAMESPACE, "pay")) == (DOWN, OTHER)
    assert listed.of("Slow") == (SLOW,)
    assert listed.of("gone") == listed.of(GroupKey(NAMESPACE, "gone")) == ()


def test_alerts_are_put_together_by_app_and_by_who_told_of_them() -> None:
    assert lines(arranged(ALERTS, Look(by=GroupBy(APP)), {"Down": "payments"}))[:3] == ["# payments", "Down", "# "]
    own = replace(alert("WatchdogMissing"), updated=None)
    named = (replace(DOWN, source="eu"), SLOW, replace(LONE, updated=None), own)
    found = lines(arranged(named, Look(by=GroupBy(SOURCE))))[::2]
    assert found == ["# eu", "# Alertmanager", "# Prometheus alone", "# this cockpit"]


def test_a_key_goes_through_what_alerts_are_put_together_by() -> None:
    seen = [NO_GROUPS]
    while (by := after(seen[-1])) != NO_GROUPS:
        seen.append(by)
    assert tuple(seen) == CYCLE
    assert after(GroupBy.of_label("team")) == NO_GROUPS


@given(st.text(max_size=9))
def test_what_alerts_were_put_together_by_is_read_back(label: str) -> None:
    for by in (*CYCLE, GroupBy.of_label(label.strip() or "team")):
        assert GroupBy.read(by.text) == by
    assert GroupBy.read(label).what in ("", "app", "source", "label")


def test_a_column_orders_the_groups_too() -> None:
    by_name = arranged(ALERTS, Look(by=NAMESPACE, sort="NAME", descending=True))
    assert lines(by_name) == ["# shop", "Slow", "Disk", "# ", "Lone", "# pay", "Down", "f2"]


def test_a_view_is_of_one_state() -> None:
    assert in_view(ALERTS, "acked") == [ACKED]
    assert in_view(ALERTS, "all") is ALERTS


def test_only_lines_that_may_say_something_else_have_changed() -> None:
    before = arranged(ALERTS, Look(by=NAMESPACE))
    slower = replace(SLOW, value=4.0)
    after_it = arranged([slower if one is SLOW else one for one in ALERTS], Look(by=NAMESPACE))
    assert after_it.changed(before) == {"Slow", GroupKey(NAMESPACE, "shop")}
    assert after_it.changed(after_it) == frozenset()


def test_what_is_over_comes_with_the_last_end_first_and_is_filtered_by_what_the_journal_keeps() -> None:
    life = AlertLife("f", "Down", NOW - 900, "critical", "pay/api-1", ended=NOW - 600, ending="resolved")
    later, going = replace(life, name="Slow", severity="warning", ended=NOW - 60), replace(life, ended=None)
    assert over([life, going, later], read_filter("")) == (later, life)
    assert over([life, later], read_filter("namespace=pay severity!=warning")) == (life,)
    assert over([life, later], read_filter("!resolved")) == ()


# --- the cursor ---

STATES = st.sampled_from(["active", "acked", "silenced", "pending"])
ONE = st.builds(
    lambda number, severity, state, namespace, since: replace(
        alert(f"A{number % 3}", f"f{number}", severity, state, namespace=namespace), since=NOW - since
    ),
    st.integers(0, 9),
    st.sampled_from(["critical", "warning", "odd"]),
    STATES,
    st.sampled_from(["pay", "shop"]),
    st.integers(0, 5),
)
PICTURE = st.lists(ONE, max_size=9, unique_by=lambda one: one.fingerprint).map(worst_first)
LOOKS = st.builds(
    Look,
    by=st.sampled_from(CYCLE),
    folded=st.sets(st.sampled_from(["pay", "shop", "A1", ""]), max_size=2).map(frozenset),
    sort=st.sampled_from(["", "NAME", "STATE"]),
    descending=st.booleans(),
)


def listed(picture: tuple[Alert, ...], look: Look) -> AlertListing:
    return arranged(picture, look, {"f1": "payments", "f2": "payments"})


@given(st.lists(st.tuples(PICTURE, LOOKS), min_size=1, max_size=5), st.integers(0, 20))
def test_no_redraw_moves_the_cursor_off_a_line_that_is_still_there(
    redraws: list[tuple[tuple[Alert, ...], Look]], start: int
) -> None:
    keys: tuple[Hashable, ...] = listed(*redraws[0]).keys
    cursor = Cursor().at(start, keys)
    for picture, look in redraws[1:]:
        before, keys = keys, listed(picture, look).keys
        moved = cursor.follow(before, keys)
        if cursor.key in keys:
            assert moved.key == cursor.key
        elif keys:
            assert moved.key in keys
        # A list with the focus holds its cursor on whatever line it came to.
        cursor = moved.at(moved.index, keys)
        assert cursor.key == (keys[cursor.index] if keys else None)


@pytest.mark.parametrize("by", CYCLE)
@given(picture=PICTURE)
def test_every_alert_has_one_line_however_they_are_put_together(by: GroupBy, picture: tuple[Alert, ...]) -> None:
    found = listed(picture, Look(by=by))
    assert sorted(key for key in found.keys if isinstance(key, str)) == sorted(one.fingerprint for one in picture)
    assert len(set(found.keys)) == len(found.keys)
    assert sum(len(group.alerts) for group in found.groups.values()) == (len(picture) if by.what else 0)
