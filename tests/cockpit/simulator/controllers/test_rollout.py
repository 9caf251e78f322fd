from hypothesis import given
from hypothesis import strategies as st

from cockpit.simulator.controllers.rollout import (
    Fence,
    Generation,
    fence,
    new_size,
    old_sizes,
    proportional_sizes,
    share_of,
)

COUNTS = st.integers(0, 12)


def test_percentages_round_up_for_surge_and_down_for_unavailable() -> None:
    assert fence({"replicas": 3}) == Fence(surge=1, unavailable=0)
    rolling = {"maxSurge": "50%", "maxUnavailable": "50%"}
    assert fence({"replicas": 5, "strategy": {"rollingUpdate": rolling}}) == Fence(3, 2)


def test_a_fence_that_lets_nothing_move_lets_one_be_missing() -> None:
    rolling = {"maxSurge": 0, "maxUnavailable": 0}
    assert fence({"replicas": 3, "strategy": {"rollingUpdate": rolling}}) == Fence(0, 1)


def test_shares() -> None:
    assert share_of("25%", 10) == 2.5
    assert share_of(4, 10) == 4.0


@given(
    replicas=COUNTS, surge=COUNTS, unavailable=COUNTS, new=COUNTS, olds=st.lists(st.tuples(COUNTS, COUNTS), max_size=3)
)
def test_no_step_leaves_the_fence(
    replicas: int, surge: int, unavailable: int, new: int, olds: list[tuple[int, int]]
) -> None:
    allowed = Fence(surge, min(unavailable, replicas))
    newest = Generation("new", new, new)
    old = [Generation(f"old-{n}", size, min(size, available)) for n, (size, available) in enumerate(olds)]
    grown = new_size(replicas, allowed, newest, old)
    total = new + sum(one.replicas for one in old)
    if grown > new:
        assert total + grown - new <= replicas + surge
    shrunk = old_sizes(replicas, allowed, newest, old)
    available = newest.available + sum(min(one.available, shrunk.get(one.name, one.replicas)) for one in old)
    before = newest.available + sum(one.available for one in old)
    assert available >= min(before, replicas - allowed.unavailable)
    assert all(size >= 0 for size in shrunk.values())


@given(replicas=st.integers(1, 12), surge=st.integers(0, 3), unavailable=st.integers(0, 3))
def test_a_rollout_whose_pods_come_up_ends_with_all_of_them_new(replicas: int, surge: int, unavailable: int) -> None:
    spec = {"replicas": replicas, "strategy": {"rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}}
    allowed, new, old = fence(spec), 0, replicas
    for _ in range(4 * replicas):
        new = new_size(replicas, allowed, Generation("new", new, new), [Generation("old", old, old)])
        old = old_sizes(replicas, allowed, Generation("new", new, new), [Generation("old", old, old)]).get("old", old)
    assert (new, old) == (replicas, 0)


@given(size=st.integers(1, 20), parts=st.lists(st.integers(1, 10), min_size=2, max_size=4))
def test_scaling_in_mid_rollout_shares_out_exactly_what_is_allowed(size: int, parts: list[int]) -> None:
    before = sum(parts)
    sizes = proportional_sizes(size, [(Generation(str(n), part, part), before) for n, part in enumerate(parts)])
    assert sum(sizes.values()) == size
    assert all(one >= 0 for one in sizes.values())
