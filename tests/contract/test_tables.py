"""Every cell of every column beside the server's own table, where `COCKPIT_TEST_KUBECONFIG` names a server."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from state.cluster import connect, kubeconfig
from state.cluster.carrier import Carrier
from state.cluster.credentials import SignIns
from state.cluster.kinds.kind import Kind
from state.cluster.transport import Request, Transport
from tests.contract import odd_objects
from tests.state.cluster.kinds.tables import ACCEPT, PRINTED, differences

CONFIG = os.environ.get("COCKPIT_TEST_KUBECONFIG", "")
pytestmark = pytest.mark.skipif(not CONFIG, reason="COCKPIT_TEST_KUBECONFIG names no API server")


def connected(config: str) -> Carrier:
    """Connect as the first context's user."""
    files = kubeconfig.load([Path(part) for part in config.split(os.pathsep)])
    return connect.connect(files.target(), SignIns(os.environ), {})


def tables(server: Transport, kind: Kind[Any]) -> Iterator[tuple[dict[str, Any], list[float]]]:
    """Give the server's tables of a kind with their objects, and moments among which it made their ages."""
    token = ""
    while True:
        query = (("limit", "500"), ("includeObject", "Object"), *((("continue", token),) if token else ()))
        before = time.time()
        answer = server.call(Request(kind.resource.path(), query, accept=ACCEPT))
        after = time.time()
        assert answer.status == 200, answer.body[:200]
        table = json.loads(answer.body)
        steps = int((after - before) / 0.1) + 2
        yield table, [before + (after - before) * step / (steps - 1) for step in range(steps)]
        token = table["metadata"].get("continue", "")
        if not token:
            return


@pytest.fixture(scope="module")
def server() -> Iterator[Transport]:
    carrier = connected(CONFIG)
    with odd_objects.made(carrier):
        yield carrier
    carrier.close()


@pytest.mark.parametrize("kind", PRINTED, ids=lambda kind: kind.resource.plural)
def test_every_cell_reads_as_the_servers_table_has_it(server, kind):
    compared = 0
    for table, moments in tables(server, kind):
        assert differences(kind, table, moments) == []
        compared += len(table["rows"])
    assert compared >= 2


@pytest.mark.parametrize("kind", PRINTED, ids=lambda kind: kind.resource.plural)
def test_a_whole_list_of_a_real_server_is_readable(server, kind):
    page = kind.decoder.page(server.call(Request(kind.resource.path())).body)
    assert page.unreadable == 0
    assert page.rows
    assert page.resource_version.isdecimal()
