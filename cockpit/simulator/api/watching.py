"""Watching: the changes of a collection as they come."""

import random
import time
from collections.abc import Iterable
from dataclasses import replace

from aiohttp import web

from cockpit.simulator.api.encoding import Encoder, encode
from cockpit.simulator.api.reading import Selection, bad_revision, check_options, encoder_of, selection_of
from cockpit.simulator.api.request import flag, whole
from cockpit.simulator.api.sending import Patience, Stream, open_stream
from cockpit.simulator.api.server import Call
from cockpit.simulator.status import ApiError, gone
from cockpit.simulator.store import Change, Expired, Stored

_BOOKMARK_SECONDS = 60.0
_BOOKMARK_BEFORE_END = 2.0
_SHORTEST_DEFAULT, _LONGEST_DEFAULT = 1800.0, 3600.0


async def watch(call: Call) -> web.StreamResponse:
    """Answer with the changes after a revision until the time is over."""
    check_options(call, watch=True)
    selection = selection_of(call)
    asked = call.query.get("resourceVersion", "")
    if asked and not asked.isdecimal():
        raise ApiError(500, "", bad_revision(asked))
    seconds = whole(call.query, "timeoutSeconds") or random.uniform(_SHORTEST_DEFAULT, _LONGEST_DEFAULT)
    encoder = encoder_of(call)
    stream = await open_stream(call.request, call.fault)
    await _Watch(call, encoder, selection, stream, seconds).run(int(asked or 0))
    return await stream.end()


class _Watch:
    """One open watch."""

    def __init__(self, call: Call, encoder: Encoder, selection: Selection, stream: Stream, seconds: float) -> None:
        self._call = call
        self._store = call.server.store
        self._collection = call.resource.collection
        self._encoder = encoder
        self._selection = selection
        self._stream = stream
        self._bookmarks = flag(call.query, "allowWatchBookmarks")
        self._initial_end = self._bookmarks and flag(call.query, "sendInitialEvents")
        self._end = time.monotonic() + seconds
        self._next_bookmark = self._bookmark_time()
        self._first = True

    async def run(self, asked: int) -> None:
        """Send what is to be sent until the time is over or the server ends."""
        with Patience(self._call.server, self._call.request) as patience:
            patience.until(lambda notify: self._store.listen(self._collection, notify))
            await patience.bear()
            try:
                seen = await self._begin(asked)
                while True:
                    seen = await self._catch_up(seen)
                    now = time.monotonic()
                    if now >= self._end or self._call.server.closing.is_set():
                        return
                    if self._bookmarks and now >= self._next_bookmark and seen <= self._store.revision:
                        await self._bookmark()
                        self._next_bookmark = self._bookmark_time()
                    due = min(self._end, self._next_bookmark) if self._bookmarks else self._end
                    await patience.wait(due - time.monotonic())
            except Expired as error:
                await self._stream.write(b'{"type":"ERROR","object":%s}\n' % encode(gone(str(error)).status))

    async def _begin(self, asked: int) -> int:
        """Send the state the watch starts from, when it is asked for; return the revision reached."""
        query = self._call.query
        wants_state = flag(query, "sendInitialEvents") or (asked == 0 and query.get("sendInitialEvents", "") == "")
        if not wants_state:
            # A revision of nothing is an old server's way to say "from now on".
            if asked == 0:
                return self._store.revision
            if asked < self._store.compacted:
                raise Expired(f"too old resource version: {asked} ({self._store.compacted})")
            return asked
        snapshot = self._store.snapshot(self._collection)
        items = snapshot.items[snapshot.within(self._call.namespace)]
        picked = (stored for stored in items if self._selection.picks(stored.object))
        for chunk in self._in_chunks(picked):
            await self._stream.write(chunk)
        if self._initial_end:
            await self._stream.write(
                self._encoder.bookmark(snapshot.revision, initial_events_end=True, first=self._first)
            )
            self._first = False
        return snapshot.revision

    def _in_chunks(self, items: Iterable[Stored]) -> Iterable[bytes]:
        chunk: list[bytes] = []
        for stored in items:
            chunk.append(self._event("ADDED", stored))
            if len(chunk) == 64:
                yield b"".join(chunk)
                chunk = []
        yield b"".join(chunk)

    async def _catch_up(self, seen: int) -> int:
        changes = self._store.changes(self._collection, seen)
        if not changes:
            return seen
        self._encoder = replace(self._encoder, now=self._call.server.now())
        await self._stream.write(b"".join(filter(None, map(self._change, changes))))
        return changes[-1].revision

    def _change(self, change: Change) -> bytes | None:
        """Return what a change is to this watch: an object that stops being wanted is gone for it."""
        namespace = self._call.namespace
        if namespace is not None and change.new.object["metadata"].get("namespace") != namespace:
            return None
        if self._selection.everything:
            return self._event(change.type, change.new)
        before = change.old is not None and self._selection.picks(change.old.object)
        after = change.type != "DELETED" and self._selection.picks(change.new.object)
        if after:
            return self._event("MODIFIED" if before else "ADDED", change.new)
        if not before or change.old is None:
            return None
        if change.type == "DELETED":
            return self._event("DELETED", change.new)
        old = change.old.object
        metadata = {**old["metadata"], "resourceVersion": str(change.revision)}
        return self._event("DELETED", Stored({**old, "metadata": metadata}, change.revision))

    def _event(self, kind: str, stored: Stored) -> bytes:
        first, self._first = self._first, False
        return self._encoder.event(kind, stored, first=first)

    async def _bookmark(self) -> None:
        await self._stream.write(
            self._encoder.bookmark(self._store.revision, initial_events_end=False, first=self._first)
        )
        self._first = False

    def _bookmark_time(self) -> float:
        """Once a minute, and shortly before the end, so that a client knows where to go on."""
        now = time.monotonic()
        before_end = self._end - _BOOKMARK_BEFORE_END
        regular = now + _BOOKMARK_SECONDS
        return min(regular, before_end) if before_end > now else regular
