"""One cluster, live: what becomes of a kind that nobody looks at any more."""

import threading

from state.clock import Clock
from state.cluster.errors import Unreachable
from state.cluster.kinds.pods import POD
from state.cluster.live import LINGER, Cluster


class Silent:
    """A server that is never there, and knows whether its connections were let go."""

    def __init__(self) -> None:
        self.closed = threading.Event()

    def call(self, request):
        raise Unreachable("nobody is there")

    def open(self, request):
        raise Unreachable("nobody is there")

    def close(self) -> None:
        self.closed.set()


class Hand:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.clock = Clock(lambda: self.now, lambda: self.now)


def test_a_kind_that_nobody_wants_lingers_and_then_goes_with_its_connections():
    hand, server = Hand(), Silent()
    cluster = Cluster("prod", lambda: server, lambda transport: None, clock=hand.clock)
    lease = cluster.lease(POD)
    lease.release()
    hand.now += LINGER - 1
    cluster.pump()
    assert cluster.feed(POD) is not None
    assert not server.closed.is_set()
    hand.now += 2
    cluster.pump()
    assert cluster.feed(POD) is None
    assert server.closed.wait(5.0)


def test_a_kind_that_is_wanted_again_in_time_stays():
    hand, server = Hand(), Silent()
    cluster = Cluster("prod", lambda: server, lambda transport: None, clock=hand.clock)
    cluster.lease(POD).release()
    hand.now += LINGER - 1
    again = cluster.lease(POD)
    hand.now += 2 * LINGER
    cluster.pump()
    assert cluster.feed(POD) is again.feed
    cluster.close()
