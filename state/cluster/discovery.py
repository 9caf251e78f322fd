"""Finding out what a server serves, and the kind that shows each of it."""

import threading
from collections.abc import Callable
from typing import Any

import msgspec

from state.cluster.discovery_json import AGGREGATED, Root, aggregated, group_version, listed, read_root, versions_of
from state.cluster.errors import ApiError, ClusterError, Unreachable
from state.cluster.kinds.catalogue import written
from state.cluster.kinds.kind import Kind, Resource
from state.cluster.printing import Printed, read_printed
from state.cluster.reflector import status_error
from state.cluster.resources import Missing, Resources, Served
from state.cluster.tables import table_kind
from state.cluster.transport import Answer, Request, Transport
from state.printable import printable

EVERY = 10.0
"""Seconds after which to ask again: nothing but two tags cross the wire while nothing changed."""
_ODD = (msgspec.MsgspecError, ValueError, RecursionError)


class Discovery:
    """What one server serves, as of the last `refresh`. Its methods block: call them on threads, from any."""

    def __init__(self, transport: Callable[[], Transport]) -> None:
        """`transport` may block and raise ClusterError."""
        self.resources = Resources()
        self._transport = transport
        self._refreshing = threading.Lock()
        self._making = threading.Lock()
        self._roots: dict[str, tuple[str, Root]] = {}
        self._tables: dict[Resource, tuple[tuple[Printed, ...], Kind[Any]]] = {}

    def read(self) -> Resources:
        """Return what is served now, for a `Polled`. Raises as `refresh`."""
        self.refresh()
        return self.resources

    def refresh(self) -> bool:
        """Ask again; return whether anything came or went. Kinds of custom resources and aggregated APIs do.

        An API whose server is away costs only its own kinds: `resources.missing` names it. Raises ApiError,
        Unreachable or SignInFailed when the server itself does not say, and keeps what is known.
        """
        with self._refreshing:
            transport = self._transport()
            served: list[Served] = []
            missing: list[Missing] = []
            for path in ("/api", "/apis"):
                root = self._root(transport, path)
                found, away = aggregated(root) if root.whole else _two_levels(transport, root)
                served += found
                missing += away
            resources = Resources(served, missing)
            changed = resources != self.resources
            if changed:
                self.resources = resources
            return changed

    def kind_for(self, resource: Resource, namespace: str = "") -> Kind[Any]:
        """Return the kind that shows a resource: the written one in a version that is served, else its table.

        The table's columns are read each time, so that a definition that changed is followed; as long as they are
        the same, so is the kind. `namespace` is where to look when not all may be read. What may not be read at all
        has no columns beside name and age. Raises ApiError, Unreachable or SignInFailed.
        """
        known = self.resources.versions(resource.group, resource.plural)
        for one in (resource, *(served.resource for served in known)):
            kind = written(one)
            if kind is not None:
                return kind
        try:
            printed = read_printed(self._transport(), resource, namespace)
        except ApiError as error:
            if not error.denied:
                raise
            printed = ()
        with self._making:
            before = self._tables.get(resource)
            if before is not None and before[0] == printed and before[1].resource.scales == resource.scales:
                return before[1]
            watched = next((one.watched for one in known if one.resource == resource), True)
            kind = table_kind(resource, printed, watched=watched)
            self._tables[resource] = printed, kind
            return kind

    def _root(self, transport: Transport, path: str) -> Root:
        tag, known = self._roots.get(path, ("", None))
        answer = transport.call(Request(path, accept=AGGREGATED, etag=tag))
        if answer.status == 304 and known is not None:
            return known
        error = status_error(answer)
        if error is not None:
            raise error
        try:
            root = read_root(answer.body)
        except _ODD as broken:
            raise Unreachable(printable(f"the answer to {path} does not say what is served: {broken}")) from None
        # The first level of two says nothing of the second, so that its tag is worth nothing.
        self._roots[path] = answer.etag if root.whole else "", root
        return root


def _two_levels(transport: Transport, root: Root) -> tuple[list[Served], list[Missing]]:
    served: list[Served] = []
    missing: list[Missing] = []
    seen: dict[str, set[str]] = {}
    for group, version in versions_of(root):
        path = f"/apis/{group}/{version}" if group else f"/api/{version}"
        try:
            found = listed(group, version, _body(transport.call(Request(path))), seen.get(group, ()))
        except ClusterError as error:
            missing.append(Missing(group_version(group, version), printable(str(error))))
            continue
        except _ODD as broken:
            missing.append(Missing(group_version(group, version), printable(f"it is not understood: {broken}")))
            continue
        seen.setdefault(group, set()).update(one.resource.plural for one in found)
        served += found
    return served, missing


def _body(answer: Answer) -> bytes:
    error = status_error(answer)
    if error is not None:
        raise error
    return answer.body
