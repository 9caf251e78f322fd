import gc
import threading
import weakref

from state.clock import SYSTEM
from state.cluster.driver import Source
from state.cluster.errors import Unreachable
from state.cluster.kinds.pods import POD
from state.mirror import Inbox


class Key(str):
    """A key that can be watched as it goes."""

    __slots__ = ("__weakref__",)


class Stopping:
    """A server that is no longer wanted when it is asked."""

    source: Source

    def call(self, request):
        self.source.stop()
        raise Unreachable("it went")


def test_a_stopped_source_lets_go_of_its_keys_without_the_garbage_collector():
    key = Key("uid-1")
    watched = weakref.ref(key)
    server = Stopping()
    server.source = source = Source(POD, "", Inbox(), SYSTEM, [key])
    gc.disable()
    try:
        del key
        assert watched() is not None
        source.drive(source.reflector.run(), server, threading.Semaphore(1))
        assert watched() is None
    finally:
        gc.enable()
