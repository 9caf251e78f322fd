"""Looks after the pods behind a log screen: which there are, what containers they have, how one of them does."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from state import threads
from state.clock import Clock
from state.cluster.containers import Containers, ContainerState, container_state, containers_of
from state.cluster.errors import ApiError, ClusterError
from state.cluster.fetch import fetch
from state.cluster.kinds.pods import POD
from state.cluster.log_pods import Found, PodSet, Which, streams_of
from state.cluster.log_streams import LogStream
from state.cluster.transport import Transport
from state.freshness import Freshness, Health
from state.printable import printable
from state.ref import Ref

LOOK_EVERY = 3.0
"""Seconds between two looks at a pod whose log does not come."""
ANSWER_SECONDS = 20.0
ROWS_EVERY = 0.5
"""Seconds between two looks at which pods there are."""
_log = logging.getLogger(__name__)


class OnePod:
    """One pod by its name. It is asked for when its log does not tell how it is."""

    several = False

    def __init__(self, transport: Callable[[], Transport], pod: Ref, clock: Clock) -> None:
        """`transport` is called on a thread; it may block and raise ClusterError."""
        self.title = pod.path
        self.containers = Containers((), "")
        self.gone = False
        self.looking = False
        self.freshness = Freshness(Health.CONNECTING, clock.wall())
        """What came of the last look."""
        self.found: dict[str, Any] = {}
        """The pod as last seen."""
        self._transport = transport
        self._pod = pod
        self._clock = clock
        self._looked = float("-inf")

    async def look(self) -> bool:
        """Read the pod; return whether it was there. What went wrong is in `freshness`."""
        self.looking = True
        try:
            found = await threads.call("pod of a log", self._fetch, timeout=ANSWER_SECONDS)
            self.found, self.containers = found, containers_of(found)
        except ApiError as error:
            self.gone = error.status == 404
            health = Health.DENIED if error.denied else Health.FAILED
            self.freshness = Freshness(health, self._clock.wall(), None, printable(error.message))
            return False
        except (ClusterError, TimeoutError) as error:
            words = printable(str(error)) or f"no answer in {ANSWER_SECONDS:.0f} s"
            self.freshness = Freshness(Health.FAILED, self._clock.wall(), None, words)
            return False
        except Exception as error:
            # A pod that nobody thought of must not read as one that is still on its way.
            self.fail(f"a defect, the log has it: {type(error).__name__}")
            _log.exception("pod %s could not be read", self._pod.path)
            return False
        else:
            self.gone = False
            return True
        finally:
            self.looking = False
            self._looked = self._clock.elapsed()

    def fail(self, words: str) -> None:
        """Say what is wrong with an answer that came."""
        now = self._clock.wall()
        self.freshness = Freshness(Health.FAILED, now, now, words)

    @property
    def look_is_due(self) -> bool:
        denied = self.freshness.health is Health.DENIED
        return not self.looking and not denied and self._clock.elapsed() - self._looked >= LOOK_EVERY

    def look_soon(self) -> None:
        """Let the next look be due at once."""
        self._looked = float("-inf")

    def streams(self, which: Which | str) -> list[LogStream]:
        """Return the logs of the chosen containers."""
        containers = self.containers
        names: tuple[str, ...]
        if which is Which.ALL:
            names = containers.names
        elif which is Which.MAIN:
            names = (containers.chosen,) if containers.chosen else containers.proper
        else:
            names = (which,)
        uid = printable(str((self.found.get("metadata") or {}).get("uid", "")))
        return [LogStream(uid, self._pod.namespace, self._pod.name, name, name) for name in names]

    @property
    def main(self) -> Which | str:
        """Whose log is shown unless it is said otherwise."""
        return self.containers.chosen or Which.MAIN

    def about(self) -> dict[str, str]:
        """Return the containers by name, with what each is for and how it is."""
        pairs = zip(self.containers.names, self.containers.roles, strict=False)
        return {name: ", ".join(filter(None, (role, self.state_of(name).words))) for name, role in pairs}

    def state_of(self, container: str) -> ContainerState:
        """Return how a container was when the pod was last seen."""
        return container_state(self.found, container) if self.found else ContainerState()

    def _fetch(self) -> dict[str, Any]:
        return fetch(self._transport(), POD.resource, self._pod.namespace, self._pod.name)


class ManyPods:
    """The pods of some sets, as they come and go."""

    several = True

    def __init__(self, transport: Callable[[], Transport], sets: Sequence[PodSet], clock: Clock) -> None:
        """`transport` is called on a thread; it may block and raise ClusterError."""
        self.title = printable(" + ".join(dict.fromkeys(one.title for one in sets)))
        self.elsewhere = {one.cluster: one.transport for one in sets if one.transport is not None}
        """What asks the servers of other contexts, by their names."""
        self._transport = transport
        self._sets = tuple(sets)
        self._clock = clock
        self._pods = self._found()
        self._revision = self._revisions()
        self._read = float("-inf")
        self._known: dict[tuple[str, str], Containers] = {}
        self._learning = False

    def refresh(self) -> bool:
        """See which pods there are; return whether that is to be seen anew."""
        now = self._clock.elapsed()
        if now - self._read < ROWS_EVERY:
            return False
        self._read, revision = now, self._revisions()
        if revision == self._revision:
            return False
        before = [pod.key for pod in self._pods]
        self._revision, self._pods = revision, self._found()
        return [pod.key for pod in self._pods] != before

    @property
    def complete(self) -> bool:
        """Whether all pods there are have been read."""
        return all(one.complete() for one in self._sets)

    @property
    def count(self) -> int:
        """How many pods there are."""
        return len(self._pods)

    @property
    def contexts(self) -> int:
        """In how many contexts they are."""
        return len({pod.cluster for pod in self._pods})

    def streams(self, which: Which | str) -> list[LogStream]:
        """Return the logs of the chosen containers."""
        prefix = self._sets[0].prefix if len(self._sets) == 1 else ""
        return streams_of(self._pods, which, self._known, prefix)

    main = Which.MAIN

    def about(self) -> dict[str, str]:
        """Return the containers there are by name, with what each is for."""
        found: dict[str, str] = {}
        for pod in self._pods:
            known = self._known.get(pod.key)
            names = pod.row.containers
            pairs = zip(known.names, known.roles, strict=False) if known else ((name, "") for name in names)
            for name, role in pairs:
                found.setdefault(name, role)
        return found

    @property
    def to_learn(self) -> bool:
        """Whether there are pods of which not all containers are known."""
        return not self._learning and any(pod.key not in self._known for pod in self._pods)

    async def learn(self) -> None:
        """Find out which init containers, sidecars and ephemeral containers the pods have."""
        wanted = [pod for pod in self._pods if pod.key not in self._known]
        self._learning = True

        def ask() -> dict[tuple[str, str], Containers]:
            found = {}
            for pod in wanted:
                row = pod.row
                try:
                    transport = self.elsewhere.get(pod.cluster, self._transport)()
                    found[pod.key] = containers_of(fetch(transport, POD.resource, row.namespace, row.name))
                except ApiError:
                    # It is gone, or may not be read: its containers proper are known all the same.
                    found[pod.key] = Containers(row.containers, "", ("",) * len(row.containers))
                except ClusterError as error:
                    _log.info("the containers of %s could not be read: %s", row.name, error)
            return found

        try:
            self._known |= await threads.call("pods of a log", ask, timeout=ANSWER_SECONDS)
        except TimeoutError:
            _log.info("the containers of %s could not be read in time", self.title)
        finally:
            self._learning = False

    def _found(self) -> tuple[Found, ...]:
        """Each pod once, whichever of the sets it is in."""
        found = (Found(one.cluster, row) for one in self._sets for row in one.rows())
        return tuple({pod.key: pod for pod in found}.values())

    def _revisions(self) -> tuple[object, ...]:
        return tuple(one.revision() for one in self._sets)
