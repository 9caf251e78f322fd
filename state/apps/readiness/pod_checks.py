"""Readiness checks on how workloads run and come and go. Pure."""

from state.apps.readiness.facts import Facts, Json, Workload, each, failed, names, not_applicable, part, unknown
from state.apps.readiness.model import Answer
from state.printable import printable

_LONG_START = 30
"""Seconds of initial delay of a liveness probe from which on a startup probe does better."""


def replicas(facts: Facts) -> Answer:
    """Two pods or more of everything that serves."""

    def wrong(one: Workload) -> str:
        return "" if one.replicas >= 2 else "1 replica"

    return each(facts, facts.serving, wrong, "at least 2 replicas")


def spread(facts: Facts) -> Answer:
    """The pods of a workload stand on several nodes."""
    problem = next((pods.problem for pods in facts.pods.values() if pods.problem), "")
    if problem:
        return unknown(problem)

    def wrong(one: Workload) -> str:
        pods = facts.pods.get(f"{one.namespace}/{one.name}")
        on = [node for pod in (pods.items if pods else ()) if (node := part(pod, "spec").get("nodeName"))]
        if len(on) >= 2 and len(set(on)) < 2:
            return f"all {len(on)} pods on {printable(str(on[0]))}"
        return ""

    several = [one for one in facts.serving if one.replicas >= 2]
    return each(facts, several, wrong, "on several nodes", "has several replicas")


def spread_asked(facts: Facts) -> Answer:
    """The spec asks for the spread, so that it is no luck."""

    def wrong(one: Workload) -> str:
        asked = one.pod_spec.get("topologySpreadConstraints") or part(one.pod_spec, "affinity", "podAntiAffinity")
        return "" if asked else "no spread constraint, no anti-affinity"

    several = [one for one in facts.serving if one.replicas >= 2]
    return each(facts, several, wrong, "spread is asked for", "has several replicas")


def readiness_probe(facts: Facts) -> Answer:
    """Every container of what a service leads to says when it is ready."""
    if problem := facts.listed("services").problem:
        return unknown(problem)
    return each(facts, facts.reached, lambda one: _without(one, "readinessProbe"), "all are probed", "is reached")


def liveness_probe(facts: Facts) -> Answer:
    """Something notices a process that hangs, and asks not what readiness asks."""

    def wrong(one: Workload) -> str:
        missing = _without(one, "livenessProbe")
        if missing:
            return missing
        same = [
            str(found.get("name", ""))
            for found in one.containers
            if _asks(found, "livenessProbe") == _asks(found, "readinessProbe")
        ]
        return f"liveness asks what readiness asks: {names(same)}" if same else ""

    return each(facts, facts.serving, wrong, "all are probed")


def startup_probe(facts: Facts) -> Answer:
    """A slow start is not killed by a liveness probe, and not waited for by a long delay of it."""

    def wrong(one: Workload) -> str:
        slow = [
            str(found.get("name", ""))
            for found in one.containers
            if not found.get("startupProbe")
            and _number(part(found, "livenessProbe").get("initialDelaySeconds")) >= _LONG_START
        ]
        return f"a long delay in its place: {names(slow)}" if slow else ""

    probed = [one for one in facts.serving if any(found.get("livenessProbe") for found in one.containers)]
    return each(facts, probed, wrong, "no long delays", "has a liveness probe")


def requests(facts: Facts) -> Answer:
    """Every container asks for CPU and memory."""
    return each(facts, facts.workloads, lambda one: _unsaid(one, "requests", ("cpu", "memory")), "all say", "runs")


def limits(facts: Facts) -> Answer:
    """Every container has a limit of memory."""
    return each(facts, facts.workloads, lambda one: _unsaid(one, "limits", ("memory",)), "memory is limited", "runs")


def graceful_end(facts: Facts) -> Answer:
    """What serves requests goes on serving until nobody sends any more."""
    if problem := facts.listed("services").problem:
        return unknown(problem)

    def wrong(one: Workload) -> str:
        if one.pod_spec.get("terminationGracePeriodSeconds") == 0:
            return "no grace period"
        loose = [
            str(found.get("name", ""))
            for found in one.containers
            if found.get("ports") and not part(found, "lifecycle", "preStop")
        ]
        return f"no preStop: {names(loose)}" if loose else ""

    return each(facts, facts.reached, wrong, "all wait before they end", "is reached")


def priority(facts: Facts) -> Answer:
    """What must stay is known to the scheduler."""
    return each(
        facts, facts.serving, lambda one: "" if one.pod_spec.get("priorityClassName") else "none", "all have one"
    )


def rollback(facts: Facts) -> Answer:
    """There is a revision to go back to."""

    def wrong(one: Workload) -> str:
        kept = part(one.object, "spec").get("revisionHistoryLimit")
        return f"keeps {kept} revisions" if isinstance(kept, int) and kept < 1 else ""

    if not facts.unread and facts.workloads and all(one.kind == "CronJob" for one in facts.workloads):
        return not_applicable("jobs are not rolled back")
    listing = facts.listed("replicasets")
    if listing.problem:
        return unknown(listing.problem)
    answer = each(facts, facts.serving, wrong, "earlier revisions are kept")
    deployed = {one.name for one in facts.serving if one.kind == "Deployment"}
    if not deployed:
        return answer
    owned: dict[str, int] = dict.fromkeys(deployed, 0)
    for one in listing.items:
        for owner in part(one, "metadata").get("ownerReferences") or ():
            if owner.get("name") in owned:
                owned[owner["name"]] += 1
    only = [name for name, count in owned.items() if count < 2]
    if len(only) == len(deployed):
        return failed(f"only one revision: {names(sorted(only))}")
    return answer


def _without(one: Workload, probe: str) -> str:
    missing = [str(found.get("name", "")) for found in one.containers if not found.get(probe)]
    return f"none in {names(missing)}" if missing else ""


def _asks(container: Json, probe: str) -> object:
    found = part(container, probe)
    return {key: value for key, value in found.items() if key in ("httpGet", "tcpSocket", "exec", "grpc")} or object()


def _unsaid(one: Workload, which: str, resources: tuple[str, ...]) -> str:
    missing = [
        f"{found.get('name', '')} ({', '.join(unsaid)})"
        for found in one.containers
        if (unsaid := [name for name in resources if name not in part(found, "resources", which)])
    ]
    return f"none in {names(missing)}" if missing else ""


def _number(value: object) -> float:
    return value if isinstance(value, int | float) else 0
