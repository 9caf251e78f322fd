"""A deployment that is kept by Argo Rollouts instead, with its past: its replica sets and pods stay."""

from cockpit.simulator.clock import seconds_of
from cockpit.simulator.controllers.argo_rollout import REVISION, Course, rollout_status
from cockpit.simulator.controllers.argo_rollout import revision_of as rollout_revision
from cockpit.simulator.controllers.deployment import REVISION as DEPLOYMENT_REVISION
from cockpit.simulator.controllers.deployment import revision_of
from cockpit.simulator.controllers.templates import HASH_LABEL, ROLLOUT_HASH_LABEL
from cockpit.simulator.kinds import DEPLOYMENTS, PODS, REPLICA_SETS, ROLLOUTS, new_object, owner_reference
from cockpit.simulator.store import Object
from cockpit.simulator.world.builder import Builder
from cockpit.simulator.world.cluster import add_kind

STEPS: tuple[Object, ...] = ({"setWeight": 50}, {"pause": {"duration": "30s"}})
"""Half of the pods first, the rest half a minute later."""
_COLUMNS = (
    ("Desired", "integer", ".spec.replicas"),
    ("Current", "integer", ".status.replicas"),
    ("Up-to-date", "integer", ".status.updatedReplicas"),
    ("Available", "integer", ".status.availableReplicas"),
)


def add_rollout(builder: Builder, namespace: str, name: str, first_image: str) -> None:
    """Turn a deployment into a rollout. Its first revision ran another image."""
    add_kind(builder, "argoproj.io", "v1alpha1", "Rollout", "rollouts", ("ro",), columns=_COLUMNS)
    stored = builder.store.get(DEPLOYMENTS, namespace, name)
    if stored is None:
        return
    deployment = stored.object
    metadata, spec = deployment["metadata"], deployment["spec"]
    builder.store.remove(DEPLOYMENTS, namespace, name)
    builder.images.add(first_image)
    kept = {"replicas", "selector", "template", "revisionHistoryLimit", "progressDeadlineSeconds"}
    tracked = {key: value for key, value in metadata["annotations"].items() if key != DEPLOYMENT_REVISION}
    made = new_object(
        ROLLOUTS,
        name,
        namespace,
        labels=metadata["labels"],
        annotations={**tracked, REVISION: str(revision_of(deployment))},
        generation=metadata["generation"],
        spec={**{key: spec[key] for key in kept}, "strategy": {"canary": {"steps": list(STEPS)}}},
    )
    rollout = builder.store.create(ROLLOUTS, made, created=seconds_of(metadata["creationTimestamp"])).object
    owned = [_taken_over(builder, rollout, one.object) for one in builder.store.list(REPLICA_SETS, namespace)]
    own = sorted((one for one in owned if one is not None), key=rollout_revision)
    own[0] = _with_image(builder, own[0], first_image)
    released = own[-1]["metadata"]["creationTimestamp"]
    status = rollout_status(rollout, own[-1], own, Course(len(STEPS), "Healthy"), released)
    builder.store.replace(ROLLOUTS, {**rollout, "status": status})


def _taken_over(builder: Builder, rollout: Object, replica_set: Object) -> Object | None:
    """Hand a replica set of the deployment over, with its pods; None for one of something else."""
    metadata = replica_set["metadata"]
    owner = metadata["ownerReferences"][0]
    if (owner["kind"], owner["name"]) != ("Deployment", rollout["metadata"]["name"]):
        return None
    annotations = {REVISION: str(revision_of(replica_set))}
    selector, template = replica_set["spec"]["selector"], replica_set["spec"]["template"]
    described = template["metadata"]
    spec = {
        **replica_set["spec"],
        "selector": {"matchLabels": _relabelled(selector["matchLabels"])},
        "template": {**template, "metadata": {**described, "labels": _relabelled(described["labels"])}},
    }
    changed = {
        **metadata,
        "labels": _relabelled(metadata["labels"]),
        "annotations": annotations,
        "ownerReferences": [owner_reference(rollout)],
    }
    for pod in builder.context.pods.owned_by(metadata["uid"]):
        builder.store.replace(
            PODS, {**pod, "metadata": {**pod["metadata"], "labels": _relabelled(pod["metadata"]["labels"])}}
        )
    return builder.store.replace(REPLICA_SETS, {**replica_set, "metadata": changed, "spec": spec}).object


def _relabelled(labels: dict[str, str]) -> dict[str, str]:
    return {ROLLOUT_HASH_LABEL if key == HASH_LABEL else key: value for key, value in labels.items()}


def _with_image(builder: Builder, replica_set: Object, image: str) -> Object:
    template = replica_set["spec"]["template"]
    (container,) = template["spec"]["containers"]
    pods = {**template["spec"], "containers": [{**container, "image": image}]}
    spec = {**replica_set["spec"], "template": {**template, "spec": pods}}
    return builder.store.replace(REPLICA_SETS, {**replica_set, "spec": spec}).object
