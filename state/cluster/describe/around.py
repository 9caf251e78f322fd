"""What a description reads besides its object: lists and single objects that this user may read."""

from dataclasses import dataclass

from state.cluster import requests
from state.cluster.describe.clean import clean
from state.cluster.describe.others import endpoints
from state.cluster.describe.parts import Json, at, entries, selector, table, word
from state.cluster.errors import ApiError
from state.cluster.transport import Query, Transport

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Around:
    """Reads what belongs to an object. Methods block and raise ClusterError; what may not be read is None."""

    transport: Transport
    now: float
    """Seconds since the epoch."""

    def permitted(self, path: str, query: Query = ()) -> list[Json] | None:
        """Return all objects of a list, None when this user may not read it or the server has no such kind."""
        try:
            return self.listed(path, query)
        except ApiError as error:
            if error.status in (403, 404):
                return None
            raise

    def listed(self, path: str, query: Query = ()) -> list[Json]:
        """Return all objects of a list, safe to show."""
        found: list[Json] = []
        token = ""
        while True:
            page = (("limit", str(_PAGE)), *query, *((("continue", token),) if token else ()))
            answer = requests.get(self.transport, path, page)
            found += [clean(one) for one in answer.get("items") or () if isinstance(one, dict)]
            token = word(at(answer, "metadata", "continue"))
            if not token:
                return found

    def selected(self, path: str, found: Json) -> list[Json]:
        """Return what the selector of an object finds in a list; nothing for one that selects nothing."""
        chosen = selector(at(found, "spec", "selector"))
        return (self.permitted(path, (("labelSelector", chosen),)) or []) if chosen else []

    def one(self, path: str) -> Json | str:
        """Return an object, or the sentence that says why it cannot be had."""
        try:
            found: Json = clean(requests.get(self.transport, path))
        except ApiError as error:
            return str(clean(error.message))
        return found

    def slices(self, namespace: str, service: str) -> list[Json] | None:
        """Return the endpoint slices of a service."""
        own = (("labelSelector", f"kubernetes.io/service-name={service}"),)
        return self.permitted(f"/apis/discovery.k8s.io/v1/namespaces/{namespace}/endpointslices", own)

    def backend(self, namespace: str, found: Json) -> str:
        """Return an ingress's backend in words, with the addresses behind it."""
        resource = table(found, "resource")
        if resource:
            group, kind, name = (word(resource.get(key)) for key in ("apiGroup", "kind", "name"))
            return f"APIGroup: {group}, Kind: {kind}, Name: {name}"
        name = word(at(found, "service", "name"))
        port = table(found, "service", "port")
        wanted = word(port.get("name")) or word(port.get("number"))
        told = f"{name}:{wanted}" if wanted else name
        service = self.one(f"/api/v1/namespaces/{namespace}/services/{name}")
        if isinstance(service, str):
            return f"{told} (<error: {service}>)"
        ports = entries(service, "spec", "ports")
        chosen = next((one for one in ports if wanted in (word(one.get("name")), word(one.get("port")))), {})
        return f"{told} ({endpoints(self.slices(namespace, name) or [], word(chosen.get('name')))})"
