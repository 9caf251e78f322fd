"""One cluster, live: what becomes of a kind that nobody looks at any more."""

import threading

from state.clock import Clock
from state.cluster.errors import SignInFailed, Unreachable
from state.cluster.kinds.pods import POD
from state.cluster.live import LINGER, Cluster
from state.freshness import Health


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


def test_who_is_not_signed_in_is_told_apart_from_a_server_that_is_away_and_begins_again_with_new_credentials():
    hand, said = Hand(), []
    answered = threading.Event()

    def probe(transport):
        try:
            if said:
                raise said[0]
        finally:
            answered.set()

    def probed():
        """Let the server be asked once, and take over what it said."""
        answered.clear()
        cluster.probe_now()
        cluster.pump()
        assert answered.wait(5.0)
        while cluster._probing:
            cluster.pump()
        hand.now += 100

    cluster = Cluster("prod", Silent, probe, clock=hand.clock)
    said.append(Unreachable("nobody is there"))
    probed()
    assert (cluster.probed.health, cluster.signed_out) == (Health.FAILED, "")
    said[0] = SignInFailed("sign-in failed: your session has ended")
    probed()
    assert (cluster.probed.health, cluster.signed_out) == (Health.FAILED, "sign-in failed: your session has ended")
    said.clear()
    cluster.begin_again()
    assert (cluster.probed.health, cluster.signed_out) == (Health.CONNECTING, "")
    probed()
    assert (cluster.probed.health, cluster.signed_out) == (Health.LIVE, "")
    cluster.close()
