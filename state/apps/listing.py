"""The apps of a cluster, listed once: for the command line, where nothing is watched. Blocks."""

from collections.abc import Sequence
from typing import Any

from state.apps.model import App
from state.apps.picture import picture
from state.apps.readings import Readings
from state.apps.workloads import AppRows
from state.cluster.errors import ApiError
from state.cluster.kinds.cron_jobs import CRON_JOB
from state.cluster.kinds.daemon_sets import DAEMON_SET
from state.cluster.kinds.deployments import DEPLOYMENT
from state.cluster.kinds.kind import Kind, R
from state.cluster.kinds.namespaces import NAMESPACE_KIND
from state.cluster.kinds.replica_sets import REPLICA_SET
from state.cluster.kinds.rollouts import ROLLOUT
from state.cluster.kinds.services import SERVICE
from state.cluster.kinds.stateful_sets import STATEFUL_SET
from state.cluster.reflector import status_error
from state.cluster.transport import Query, Request, Transport
from state.metrics.pulse import ServiceSignals

_PAGE = "500"


def list_apps(
    transport: Transport,
    namespaces: Sequence[str],
    readings: Readings,
    now: float,
    measured: Sequence[ServiceSignals] = (),
) -> tuple[App, ...]:
    """Return the apps in some namespaces (none: in all) at a wall-clock moment. Raises ClusterError.

    Only what workloads are needs to be readable: without services, namespaces or replica sets less is known of them.
    """

    def rows(kind: Kind[R], needed: bool = True) -> list[R]:
        scopes = namespaces if kind.resource.namespaced and namespaces else ("",)
        try:
            return [row for scope in scopes for row in list_rows(transport, kind, scope)]
        except ApiError as error:
            # Custom kinds are not in every cluster.
            if needed or not (error.denied or error.status == 404):
                raise
            return []

    found = AppRows(
        rows(DEPLOYMENT),
        rows(STATEFUL_SET),
        rows(DAEMON_SET),
        rows(REPLICA_SET, needed=False),
        (),
        rows(SERVICE, needed=False),
        rows(NAMESPACE_KIND, needed=False),
        rows(CRON_JOB),
        rows(ROLLOUT, needed=False),
    )
    return picture(found, now, readings, measured)


def list_rows(transport: Transport, kind: Kind[R], namespace: str = "") -> list[R]:
    """Return the rows of a kind, in one namespace or (empty) in all. Raises ClusterError."""
    found: list[Any] = []
    token = ""
    while True:
        more: Query = (("continue", token),) if token else ()
        answer = transport.call(Request(kind.reads.path(namespace), (*kind.query, ("limit", _PAGE), *more)))
        error = status_error(answer)
        if error is not None:
            raise error
        page = kind.decoder.page(answer.body)
        found += page.rows
        token = page.continue_token
        if not token:
            return found
