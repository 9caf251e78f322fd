"""Evicting pods, as far as their disruption budgets allow."""

from aiohttp import web

from cockpit.simulator.api.bodies import read_object
from cockpit.simulator.api.deleting import check_options, remove
from cockpit.simulator.api.reading import existing
from cockpit.simulator.api.sending import answer
from cockpit.simulator.api.server import Call
from cockpit.simulator.clock import timestamp
from cockpit.simulator.kinds import PDBS, matches
from cockpit.simulator.status import ApiError, Cause, bad_request, success, too_many_requests
from cockpit.simulator.store import Object, Stored

_REFUSED = "Cannot evict pod as it would violate the pod's disruption budget."
_RETRY_SECONDS = 10


async def evict(call: Call) -> web.StreamResponse:
    """Delete a pod unless a budget forbids it."""
    eviction = await read_object(call, "Eviction", "policy/v1")
    name = eviction["metadata"].get("name") or call.address.name
    if name != call.address.name:
        raise bad_request(f"name in URL does not match name in Eviction object: {name}")
    pod = existing(call)
    options = eviction.get("deleteOptions") or {}
    check_options(options)
    dry = call.dry or options.get("dryRun") == ["All"]
    if not _needs_no_budget(pod.object):
        _ask_budget(call, pod.object, dry=dry)
    if not dry:
        pod = _marked(call, pod)
    remove(call, pod, {**options, "dryRun": ["All"] if dry else []})
    return answer(success(code=201), status=201)


def _needs_no_budget(pod: Object) -> bool:
    phase = pod.get("status", {}).get("phase")
    return phase in ("Succeeded", "Failed", "Pending") or "deletionTimestamp" in pod["metadata"]


def _is_ready(pod: Object) -> bool:
    conditions = pod.get("status", {}).get("conditions") or ()
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def _ask_budget(call: Call, pod: Object, *, dry: bool) -> None:
    """Take one disruption from the pod's budget. Raises ApiError: 429 when there is none left."""
    metadata, store = pod["metadata"], call.server.store
    labels = metadata.get("labels") or {}
    there = (stored.object for stored in store.list(PDBS, metadata["namespace"]))
    budgets = [one for one in there if matches(one["spec"].get("selector"), labels)]
    if not budgets:
        return
    if len(budgets) > 1:
        message = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
        raise ApiError(500, "", message)
    budget = budgets[0]
    status = budget.get("status") or {}
    if not _is_ready(pod):
        healthy, desired = status.get("currentHealthy", 0), status.get("desiredHealthy", 0)
        if budget["spec"].get("unhealthyPodEvictionPolicy") == "AlwaysAllow" or healthy >= desired > 0:
            return
    name = budget["metadata"]["name"]
    if status.get("observedGeneration", 0) < budget["metadata"].get("generation", 0):
        waiting = Cause("DisruptionBudget", f"The disruption budget {name} is still being processed by the server.")
        raise too_many_requests(_REFUSED, [waiting], retry_after=_RETRY_SECONDS)
    if status.get("disruptionsAllowed", 0) <= 0:
        raise too_many_requests(_REFUSED, [Cause("DisruptionBudget", _why(name, status))])
    if not dry:
        disrupted = {**(status.get("disruptedPods") or {}), metadata["name"]: timestamp(call.server.now())}
        taken = {**status, "disruptionsAllowed": status["disruptionsAllowed"] - 1, "disruptedPods": disrupted}
        store.replace(PDBS, {**budget, "status": taken})


def _why(name: str, status: Object) -> str:
    healthy, desired = status.get("currentHealthy", 0), status.get("desiredHealthy", 0)
    if healthy <= desired:
        return f"The disruption budget {name} needs {desired} healthy pods and has {healthy} currently"
    return f"The disruption budget {name} does not allow evicting pods currently"


def _marked(call: Call, pod: Stored) -> Stored:
    """Note on the pod why it ends."""
    condition = {
        "type": "DisruptionTarget",
        "status": "True",
        "lastProbeTime": None,
        "lastTransitionTime": timestamp(call.server.now()),
        "reason": "EvictionByEvictionAPI",
        "message": "Eviction API: evicting",
    }
    status = pod.object.get("status") or {}
    others = [one for one in status.get("conditions") or () if one["type"] != "DisruptionTarget"]
    new = {**pod.object, "status": {**status, "conditions": [*others, condition]}}
    return call.server.store.replace(call.resource.collection, new)
