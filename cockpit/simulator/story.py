"""What happens in the night, and when. What follows from it is the world's own doing."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from cockpit.simulator.controllers.events import Source
from cockpit.simulator.kinds import CERTIFICATES, DEPLOYMENTS, GIT_APPLICATIONS, NODES
from cockpit.simulator.programs import REGISTRY
from cockpit.simulator.world.delivered import sync
from cockpit.simulator.world.live import LiveWorld

BAD_VERSION = "v1.8.2"
BAD_IMAGE = f"{REGISTRY}/payments-api:{BAD_VERSION}"
STORIES = ("calm", "night")
FULL_NODE = "node-7"


@dataclass(frozen=True, slots=True)
class Scene:
    """Something that happens so many seconds after the opening of an unhurried world."""

    after: float
    what: str
    act: Callable[[LiveWorld], None]


def release_payments(world: LiveWorld) -> None:
    """Ben releases payments-api v1.8.2, which wants a setting that nobody has made."""
    stored = world.store.get(DEPLOYMENTS, "payments", "payments-api")
    if stored is None:
        return
    deployment = stored.object
    template = deployment["spec"]["template"]
    container = {**template["spec"]["containers"][0], "image": BAD_IMAGE}
    labels = {**template["metadata"]["labels"], "app.kubernetes.io/version": BAD_VERSION}
    released = {
        **template,
        "metadata": {**template["metadata"], "labels": labels},
        "spec": {**template["spec"], "containers": [container, *template["spec"]["containers"][1:]]},
    }
    cause = f"payments-api {BAD_VERSION} (ben): the database address comes as one URL"
    metadata = deployment["metadata"]
    world.store.replace(
        DEPLOYMENTS,
        {
            **deployment,
            "metadata": {
                **metadata,
                "generation": metadata.get("generation", 1) + 1,
                "labels": {**metadata.get("labels", {}), "app.kubernetes.io/version": BAD_VERSION},
                "annotations": {**metadata.get("annotations", {}), "kubernetes.io/change-cause": cause},
            },
            "spec": {**deployment["spec"], "template": released},
        },
    )
    _ask_for(world, "payments", BAD_VERSION, "ben")


def _ask_for(world: LiveWorld, name: str, version: str, by: str) -> None:
    stored = world.store.get(GIT_APPLICATIONS, "argocd", name)
    if stored is None:
        return
    spec = stored.object["spec"]
    images = [
        f"{image.rpartition(':')[0]}:{version}" if f"/{name}-api:" in image else image
        for image in spec["source"]["kustomize"]["images"]
    ]
    source = {**spec["source"], "targetRevision": version, "kustomize": {"images": images}}
    metadata = {**stored.object["metadata"], "generation": stored.object["metadata"].get("generation", 1) + 1}
    status = stored.object["status"]
    history = status.get("history", [])
    number = history[-1]["id"] + 1 if history else 0
    entry = sync(number, name, source, by, world.context.clock.now(), 0.0)
    world.store.replace(
        GIT_APPLICATIONS,
        {
            **stored.object,
            "metadata": metadata,
            "spec": {**spec, "source": source},
            "status": {**status, "history": [*history, entry]},
        },
    )


def add_ingress_controller(world: LiveWorld) -> None:
    """Chi asks for one more ingress controller; no node of its pool has the room yet."""
    stored = world.store.get(DEPLOYMENTS, "ingress-nginx", "ingress-nginx-controller")
    if stored is None:
        return
    deployment = stored.object
    generation = deployment["metadata"].get("generation", 1) + 1
    world.store.replace(
        DEPLOYMENTS,
        {
            **deployment,
            "metadata": {**deployment["metadata"], "generation": generation},
            "spec": {**deployment["spec"], "replicas": deployment["spec"]["replicas"] + 1},
        },
    )


def fill_disk(world: LiveWorld) -> None:
    """The disk of a node fills: image layers and logs that nobody cleared."""
    names = [stored.object["metadata"]["name"] for stored in world.store.list(NODES)]
    if names:
        node = FULL_NODE if FULL_NODE in names else names[-1]
        world.node_agents.fill_disk(node, 0.925, 180.0)


def fail_renewal(world: LiveWorld) -> None:
    """The renewal of shop.example fails once more: its time was weeks ago."""
    stored = world.store.get(CERTIFICATES, "storefront", "shop-example")
    if stored is None:
        return
    message = "The certificate request has failed to complete and will be retried: Order is errored: 429 rateLimited"
    source = Source("cert-manager-certificates-trigger")
    world.context.events.warning(stored.object, source, "Failed", message)


NIGHT = (
    Scene(5.0, "a certificate that nears its end fails to renew again", fail_renewal),
    Scene(40.0, f"payments-api {BAD_VERSION} is released and crashes", release_payments),
    Scene(100.0, "one more ingress controller finds no room", add_ingress_controller),
    Scene(150.0, f"the disk of {FULL_NODE} begins to fill", fill_disk),
    Scene(420.0, "the certificate fails to renew again", fail_renewal),
)
"""The night, in seconds at speed 1: the release after 40 s, the full disk some five minutes in."""


def coming_images(story: str) -> frozenset[str]:
    """Return the images that a story brings."""
    return frozenset({BAD_IMAGE}) if story == "night" else frozenset()


def begin(world: LiveWorld, story: str) -> None:
    """Put what a story brings on the world's agenda. Raises ValueError for an unknown story."""
    if story not in STORIES:
        raise ValueError(f"{story!r} is no story; there are: {', '.join(STORIES)}")
    if story != "night":
        return
    for scene in NIGHT:
        world.context.agenda.after(scene.after, partial(scene.act, world))
