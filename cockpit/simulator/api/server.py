"""What every handler is given: the world behind the API, and one request taken apart."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import web

from cockpit.simulator.api.catalogue import Catalogue
from cockpit.simulator.api.request import Address
from cockpit.simulator.api.resources import Resource
from cockpit.simulator.faults import Fault, Faults
from cockpit.simulator.ports import Kubelets
from cockpit.simulator.rbac.rights import Rights
from cockpit.simulator.store import Store
from cockpit.simulator.users import User, Users


@dataclass(frozen=True, slots=True)
class Server:
    """One API server."""

    store: Store
    kubelets: Kubelets
    users: Users
    faults: Faults
    catalogue: Catalogue
    rights: Rights
    backends: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """What listens behind services, by namespace and name: the URL of one of the simulator's own servers."""
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the server ends: what is still open then ends too."""

    def now(self) -> float:
        """Return this moment in seconds since the epoch."""
        return self.store.clock.now()


@dataclass(frozen=True, slots=True)
class Call:
    """One request about objects of a kind."""

    server: Server
    request: web.Request
    user: User
    resource: Resource
    address: Address
    verb: str
    fault: Fault | None

    @property
    def query(self) -> Mapping[str, str]:
        """The options given in the address."""
        return self.request.query

    @property
    def namespace(self) -> str | None:
        """The namespace asked about, None for all of them or for kinds without."""
        return self.address.namespace or None if self.resource.namespaced else None

    @property
    def dry(self) -> bool:
        """Whether nothing is to be kept."""
        return "All" in self.request.query.getall("dryRun", [])
