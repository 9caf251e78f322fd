"""`python -m tests.bench.inside.listing KUBECONFIG CONTEXT`: lists all pods, as the cockpit does, once the clients are
imported; prints the CPU seconds it takes until a grid's order of them stands."""

import sys
import threading
import time
from pathlib import Path

from state.clock import SYSTEM
from state.cluster.driver import Source
from state.cluster.kinds.pods import POD, PodRow
from state.mirror import Inbox, Mirror
from state.query import View
from tests.bench.places import Place


def main() -> None:
    transport = Place(Path(sys.argv[1]), sys.argv[2]).connect()
    inbox: Inbox[PodRow] = Inbox()
    mirror: Mirror[PodRow] = Mirror()
    source = Source(POD, "", inbox, SYSTEM)
    view = View(POD, {"here": mirror})
    began = time.process_time()
    source.drive(source.reflector.list_once(), transport, threading.Semaphore(1))
    mirror.apply(inbox.take())
    view.refresh()
    print(time.process_time() - began, len(view.listing.keys))


main()
