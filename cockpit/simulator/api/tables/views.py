"""Which table belongs to which kind."""

from cockpit.simulator.api.resources import Resource
from cockpit.simulator.api.tables.core import CORE
from cockpit.simulator.api.tables.custom import custom_view
from cockpit.simulator.api.tables.network_and_storage import NETWORK_AND_STORAGE
from cockpit.simulator.api.tables.pods import PODS
from cockpit.simulator.api.tables.table import TableView
from cockpit.simulator.api.tables.workloads import WORKLOADS

_VIEWS = {("", "pods"): PODS, **WORKLOADS, **CORE, **NETWORK_AND_STORAGE}


def view_of(resource: Resource) -> TableView:
    """Return how objects of a kind are printed."""
    if resource.definition is not None:
        return custom_view(resource)
    return _VIEWS[resource.group, resource.plural]
