"""Worlds to open: a production cluster with its apps, and a small one beside it."""

from dataclasses import dataclass

from cockpit.simulator.controllers.context import Context, open_context
from cockpit.simulator.controllers.scheduler import Scheduler
from cockpit.simulator.kinds import PODS
from cockpit.simulator.store import Store
from cockpit.simulator.world.around import count_quotas
from cockpit.simulator.world.builder import Builder
from cockpit.simulator.world.cluster import add_cluster_wide, add_nodes
from cockpit.simulator.world.delivered import add_histories
from cockpit.simulator.world.load import add_load
from cockpit.simulator.world.platform import add_platform, add_system
from cockpit.simulator.world.product import add_product
from cockpit.simulator.world.progressive import add_rollout

_USUAL_PODS_EACH = 110
_DAYS_LEFT = {"night": 6.2, "calm": 62.0}


@dataclass(frozen=True, slots=True)
class Built:
    """A world that stands and does not move yet."""

    context: Context
    images: frozenset[str]
    """The images its registry has."""
    opened: float


def build_production(store: Store, *, seed: int, nodes: int, pods: int, story: str) -> Built:
    """Fill an empty store with the production cluster; where `pods` is more than it has, load makes up for it."""
    builder = _begin(store, seed, nodes, pods)
    add_system(builder)
    add_platform(builder, sweeping=story == "night")
    add_product(builder, _DAYS_LEFT[story])
    add_histories(builder)
    add_rollout(builder, "docs", "demo-app", "docker.io/library/nginx:1.28.0")
    missing = pods - store.count(PODS)
    if missing > 0:
        add_load(builder, missing)
    return _end(builder)


def build_staging(store: Store, *, seed: int, nodes: int = 3) -> Built:
    """Fill an empty store with the small cluster on which the apps are tried before production."""
    builder = _begin(store, seed, nodes, 0)
    add_system(builder)
    builder.namespace("argocd", "platform")
    add_product(builder)
    return _end(builder)


def _begin(store: Store, seed: int, nodes: int, pods: int) -> Builder:
    context = open_context(store, seed)
    builder = Builder(context, Scheduler(context), seed)
    add_nodes(builder, nodes, max(_USUAL_PODS_EACH, pods * 13 // (10 * nodes)))
    add_cluster_wide(builder)
    return builder


def _end(builder: Builder) -> Built:
    count_quotas(builder)
    return Built(builder.context, frozenset(builder.images), builder.opened)
