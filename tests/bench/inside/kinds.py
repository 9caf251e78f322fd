"""Kinds beside those that the cockpit reads all the time."""

from typing import Any

from state.cluster.kinds.columns import age_column, name_column, namespace_column
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.events import EVENT
from state.cluster.kinds.extra import with_paths
from state.cluster.kinds.kind import Kind, Resource, Row
from state.cluster.kinds.metadata import Shape, identity

_RESOURCES = (
    Resource("", "v1", "configmaps", "ConfigMap"),
    Resource("", "v1", "secrets", "Secret"),
    Resource("", "v1", "serviceaccounts", "ServiceAccount"),
    Resource("", "v1", "endpoints", "Endpoints"),
    Resource("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim"),
    Resource("", "v1", "persistentvolumes", "PersistentVolume", namespaced=False),
    Resource("networking.k8s.io", "v1", "ingresses", "Ingress"),
    Resource("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice"),
    Resource("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget"),
)


def more_kinds() -> list[Kind[Any]]:
    """Return events with one column of the user's own, and nine kinds of which names and labels are kept."""
    rows = [Kind(resource, (namespace_column(), name_column(), age_column()), _decoder()) for resource in _RESOURCES]
    return [with_paths(EVENT, [("HOST", "{.source.host}")]), *rows]


def _decoder() -> JsonDecoder[Shape, Row]:
    return JsonDecoder(Shape, lambda shape, extra: Row(**identity(shape.metadata, extra)), Row)
