"""Getting and listing."""

from bisect import bisect_right
from typing import NamedTuple

from aiohttp import web

from cockpit.simulator.api.encoding import Encoder
from cockpit.simulator.api.fields import wanted_fields
from cockpit.simulator.api.paging import LATEST, Position, position, token
from cockpit.simulator.api.representation import Representation, Shape, representation
from cockpit.simulator.api.request import whole
from cockpit.simulator.api.sending import answer, send
from cockpit.simulator.api.server import Call
from cockpit.simulator.selectors import Predicate, label_selector
from cockpit.simulator.status import (
    ApiError,
    Cause,
    Named,
    bad_request,
    gone,
    invalid,
    not_found,
    revision_too_large,
)
from cockpit.simulator.store import Expired, Object, Snapshot, Stored

_LIST_OPTIONS = Named("meta.k8s.io", "ListOptions")
_INCLUDED = ("", "None", "Metadata", "Object")
_TOO_OLD_TO_CONTINUE = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
    "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
    "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or "
    "deleted between the time the first chunk was returned and now may show up in the list."
)


def form_of(call: Call) -> Representation:
    """Return the form a client wants objects in. Raises ApiError (400, 406)."""
    include = call.query.get("includeObject", "")
    form = representation(call.request.headers.get("Accept", ""), include)
    if form.shape is Shape.TABLE and include not in _INCLUDED:
        raise bad_request(
            f'Unable to convert to Table as requested: includeObject: Invalid value: "{include}": '
            "must be 'Metadata', 'Object', 'None', or empty"
        )
    return form


def encoder_of(call: Call) -> Encoder:
    """Return what writes objects as the client wants them."""
    return Encoder(call.resource, form_of(call), call.server.now())


def existing(call: Call) -> Stored:
    """Return the object a call names. Raises ApiError (404)."""
    namespace = call.address.namespace if call.resource.namespaced else ""
    stored = call.server.store.get(call.resource.collection, namespace, call.address.name)
    if stored is None:
        raise not_found(call.resource.named(call.address.name))
    return stored


def show(call: Call, stored: Stored, *, status: int = 200) -> web.Response:
    """Return the answer that shows an object."""
    return answer(encoder_of(call).one(stored), status=status)


async def get(call: Call) -> web.StreamResponse:
    """Answer with one object."""
    encoder = encoder_of(call)
    return answer(encoder.one(existing(call)))


class Selection(NamedTuple):
    """Which objects are wanted: None for either when all are."""

    labels: Predicate | None
    fields: Predicate | None

    def picks(self, obj: Object) -> bool:
        """Return whether an object is wanted."""
        return (self.labels is None or self.labels(obj)) and (self.fields is None or self.fields(obj))

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return self.labels is None and self.fields is None


def selection_of(call: Call) -> Selection:
    """Return which objects a call wants. Raises ApiError (400)."""
    labels = label_selector(call.query.get("labelSelector", ""))
    fields = wanted_fields(call.resource, call.query.get("fieldSelector", ""))
    return Selection(labels, fields)


def check_options(call: Call, *, watch: bool) -> None:
    """See that the options for revisions go together. Raises ApiError (422)."""
    query = call.query
    match, revision = query.get("resourceVersionMatch", ""), query.get("resourceVersion", "")
    initial = query.get("sendInitialEvents", "")
    if watch and initial and match != "NotOlderThan":
        raise _forbidden_option("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")
    if not watch and initial:
        raise _forbidden_option("sendInitialEvents is forbidden for list", "sendInitialEvents")
    if match and not revision and not watch:
        raise _forbidden_option("resourceVersionMatch is forbidden unless resourceVersion is provided")
    if match and match not in ("Exact", "NotOlderThan"):
        message = f'Unsupported value: "{match}": supported values: "Exact", "NotOlderThan", ""'
        raise invalid(_LIST_OPTIONS, [Cause("FieldValueNotSupported", message, "resourceVersionMatch")])
    if match == "Exact" and revision == "0":
        raise _forbidden_option('resourceVersionMatch "exact" is forbidden for resourceVersion "0"')


def _forbidden_option(why: str, field: str = "resourceVersionMatch") -> ApiError:
    return invalid(_LIST_OPTIONS, [Cause("FieldValueForbidden", f"Forbidden: {why}", field)])


def revision_of(call: Call) -> int | None:
    """Return the revision a list asks for, None when none is given. Raises ApiError (400)."""
    text = call.query.get("resourceVersion", "")
    if not text:
        return None
    if not text.isdecimal():
        raise bad_request(f"invalid resource version: {bad_revision(text)}")
    return int(text)


def bad_revision(text: str) -> str:
    """Return the server's words for a revision that is no number."""
    return f'resourceVersion: Invalid value: "{text}": strconv.ParseUint: parsing "{text}": invalid syntax'


class Page(NamedTuple):
    """Some objects of a list, and how the list goes on."""

    items: list[Stored]
    metadata: Object


def page_of(call: Call) -> Page:
    """Return the part of a list that a call asks for. Raises ApiError (400, 410, 422, 504)."""
    check_options(call, watch=False)
    selection = selection_of(call)
    limit = max(0, whole(call.query, "limit") or 0)
    snapshot, after, revision = _place(call)
    namespace = call.namespace
    prefix = f"{namespace}/" if namespace is not None else ""
    wanted = snapshot.within(namespace)
    start = wanted.start if after is None else max(wanted.start, bisect_right(snapshot.paths, prefix + after))
    start = min(start, wanted.stop)
    if selection.everything:
        at = min(start + limit, wanted.stop) if limit else wanted.stop
        items = list(snapshot.items[start:at])
    else:
        items, at = _pick(snapshot, start, wanted.stop, selection, limit)
    metadata: Object = {"resourceVersion": str(revision)}
    left = wanted.stop - at
    if left > 0 and (selection.everything or _any_left(snapshot, at, wanted.stop, selection)):
        last = snapshot.paths[at - 1].removeprefix(prefix)
        metadata["continue"] = token(Position(revision, last))
        if selection.everything:
            metadata["remainingItemCount"] = left
    return Page(items, metadata)


def _pick(snapshot: Snapshot, start: int, stop: int, selection: Selection, limit: int) -> tuple[list[Stored], int]:
    """Return the first wanted objects, at most `limit` (0: all), and the index after the last one looked at."""
    items: list[Stored] = []
    for index in range(start, stop):
        if selection.picks(snapshot.items[index].object):
            items.append(snapshot.items[index])
            if len(items) == limit:
                return items, index + 1
    return items, stop


def _any_left(snapshot: Snapshot, start: int, stop: int, selection: Selection) -> bool:
    return any(selection.picks(stored.object) for stored in snapshot.items[start:stop])


def _place(call: Call) -> tuple[Snapshot, str | None, int]:
    """Return what to list, the path it goes on after, and the revision the list is of."""
    store, collection = call.server.store, call.resource.collection
    if text := call.query.get("continue", ""):
        revision, after = position(text)
        try:
            snapshot = store.snapshot(collection, None if revision == LATEST else revision)
        except Expired:
            raise gone(_TOO_OLD_TO_CONTINUE, continue_token=token(Position(LATEST, after))) from None
        return snapshot, after, snapshot.revision
    asked = revision_of(call)
    if asked is not None and asked > store.revision:
        raise revision_too_large(asked, store.revision)
    if asked and call.query.get("resourceVersionMatch") == "Exact":
        try:
            return store.snapshot(collection, asked), None, asked
        except Expired:
            raise gone("The resourceVersion for the provided list is too old.") from None
    return store.snapshot(collection), None, store.revision


async def list_objects(call: Call) -> web.StreamResponse:
    """Answer with a list, or a page of one."""
    encoder = encoder_of(call)
    page = page_of(call)
    return await send(call.request, encoder.many(page.items, page.metadata), call.fault)
