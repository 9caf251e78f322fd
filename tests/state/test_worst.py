import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.cell import Tone
from state.clock import Clock
from state.cluster.kinds.kind import Fault
from state.cluster.kinds.nodes import NODE, NodeRow
from state.cluster.kinds.pod_faults import pod_fault
from state.cluster.kinds.pods import POD, PodRow
from state.cluster.live import Feed
from state.mirror import GONE
from state.worst import Worst

NOW = 1_800_000_000.0


class Watch:
    """A clock that a test moves, and a feed of pods that it judges."""

    def __init__(self, judge=pod_fault):
        self.elapsed = 0.0
        self.judged = 0
        self._judge = judge
        self.feed = Feed(POD, "prod")
        self.worst = Worst([(self.feed, self._count)], Clock(wall=lambda: self.now, elapsed=lambda: self.elapsed))

    def _count(self, row, now):
        self.judged += 1
        return self._judge(row, now)

    @property
    def now(self):
        return NOW + self.elapsed

    def update(self, seconds=0.0, *rows):
        self.elapsed += seconds
        self.feed.mirror.apply({row.uid: row for row in rows})
        self.judged = 0
        return self.worst.update(self.now)

    @property
    def names(self):
        return [faulty.ref.name for faulty in self.worst.faulty]


def pod(uid, **fields):
    base = {"status": "Running", "phase": "Running", "ready": 1, "total": 1, "created": NOW - 3600}
    return PodRow(uid=uid, name=uid, namespace="shop", **{**base, **fields})


def crashing(uid, **fields):
    return pod(uid, status="CrashLoopBackOff", ready=0, restarts=9, restarted=NOW - 60, **fields)


def failed(uid):
    return pod(uid, status="Failed", phase="Failed", ready=0, ready_since=NOW - 60)


@pytest.fixture
def watch():
    return Watch()


def test_the_worst_comes_first_and_what_is_well_not_at_all(watch):
    assert watch.update(0.0, failed("a"), pod("b"), crashing("c"), crashing("d", deleting=NOW - 3600))
    assert watch.names == ["c", "a", "d"]
    assert watch.worst.well() == 1


def test_what_went_or_got_well_leaves_the_list(watch):
    watch.update(0.0, crashing("a"), crashing("b"))
    watch.feed.mirror.apply({"a": GONE})
    assert watch.update(1.0, pod("b"))
    assert watch.names == []


def test_only_what_changed_is_judged(watch):
    watch.update(0.0, *(pod(str(at)) for at in range(1000)))
    watch.update(0.5, pod("7"), crashing("8"))
    assert watch.judged <= 52
    assert watch.names == ["8"]


def test_all_are_judged_again_in_ten_seconds_a_few_at_a_time(watch):
    watch.update(0.0, *(pod(str(at)) for at in range(1000)))
    judged = []
    for _ in range(110):
        watch.update(0.1)
        judged.append(watch.judged)
    assert max(judged) <= 20
    assert sum(judged) >= 1000


def test_an_old_fault_is_forgiven_by_time_alone_within_two_seconds():
    watch = Watch(lambda row, now: Fault("young", Tone.WARN, 1) if now < NOW + 0.5 else None)
    watch.update(0.0, pod("a"))
    assert watch.names == ["a"]
    watch.update(2.0)
    assert watch.names == []


def test_what_becomes_wrong_by_time_alone_is_found_within_ten_seconds():
    watch = Watch(lambda row, now: Fault("old", Tone.WARN, 1) if now > NOW + 0.5 else None)
    watch.update(0.0, pod("a"))
    assert watch.names == []
    watch.update(10.0)
    assert watch.names == ["a"]


def test_a_stream_of_faults_is_ordered_a_few_times_a_second_and_nothing_is_lost(watch):
    ordered = [watch.update(0.1, crashing(str(at))) for at in range(20)]
    assert 0 < sum(ordered) <= 8
    watch.update(0.5)
    assert sorted(watch.names, key=int) == [str(at) for at in range(20)]


def test_the_list_is_not_made_anew_when_nothing_differs(watch):
    watch.update(0.0, crashing("a"))
    revision, faulty = watch.worst.revision, watch.worst.faulty
    assert not watch.update(20.0)
    assert (watch.worst.revision, watch.worst.faulty) == (revision, faulty)


def test_kinds_stand_in_one_list():
    pods, nodes = Feed(POD, "prod"), Feed(NODE, "prod")
    worst = Worst(
        [(pods, lambda row, now: Fault("pod", Tone.WARN, 5)), (nodes, lambda row, now: Fault("node", Tone.BAD, 9))]
    )
    pods.mirror.apply({"p": pod("p")})
    nodes.mirror.apply({"n": NodeRow(uid="n", name="n", namespace="")})
    worst.update(NOW)
    assert [faulty.fault.text for faulty in worst.faulty] == ["node", "pod"]


changes = st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["well", "crash", "fail", "gone"])), max_size=5)


@given(st.lists(changes, max_size=8))
def test_it_always_comes_to_what_judging_everything_says(batches):
    watch = Watch()
    made = {"well": pod, "crash": crashing, "fail": failed}
    for batch in batches:
        watch.feed.mirror.apply({uid: GONE if how == "gone" else made[how](uid) for uid, how in batch})
        watch.update(0.1)
    watch.update(1.0)
    faults = {row.uid: fault for row in watch.feed.mirror if (fault := pod_fault(row, watch.now))}
    assert {faulty.uid: faulty.fault for faulty in watch.worst.faulty} == faults
