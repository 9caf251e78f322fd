"""Readiness checks on what stands around an app's workloads. Pure."""

from collections.abc import Iterable

from state.age import short_age
from state.apps.readiness.facts import (
    Facts,
    Json,
    Listing,
    Workload,
    each,
    failed,
    name_of,
    names,
    not_applicable,
    part,
    passed,
    picks,
    some,
    unknown,
)
from state.apps.readiness.model import Answer
from state.printable import printable
from state.rfc3339 import moment_of

NEAR_END = 21 * 86400.0
"""Seconds before its end from which on a certificate should long have been renewed."""
BACKUP = "cockpit.dev/backup"
"""Annotation of a claim or a workload that says what backs it up."""
AUTOSCALED = "cockpit.dev/autoscaled"
"""Annotation of a workload that should scale by itself."""
_VELERO = "backup.velero.io/backup-volumes"


def disruption_budget(facts: Facts) -> Answer:
    """A drain takes no more pods than the app can do without, and is not held up for ever."""
    listing = facts.listed("poddisruptionbudgets")
    if listing.problem:
        return unknown(listing.problem)

    def wrong(one: Workload) -> str:
        own = [
            budget for budget in _in(listing, one.namespace) if picks(part(budget, "spec").get("selector"), one.labels)
        ]
        if not own:
            return "none"
        stuck = [name_of(budget) for budget in own if _allows_none(budget, one.replicas)]
        return f"{names(stuck)} allows no eviction" if stuck else ""

    several = [one for one in facts.serving if one.replicas >= 2]
    if not several and facts.serving and not facts.unread:
        stuck = [one for one in facts.serving if wrong(one) not in ("", "none")]
        return each(facts, stuck, wrong, "", "has several replicas")
    return each(facts, several, wrong, "drains are limited and possible", "has several replicas")


def network_policy(facts: Facts) -> Answer:
    """Not everybody in the cluster reaches the app."""
    listing = facts.listed("networkpolicies")
    if listing.problem:
        return unknown(listing.problem)

    def wrong(one: Workload) -> str:
        held = any(
            picks(part(policy, "spec").get("podSelector"), one.labels)
            and "Ingress" in (part(policy, "spec").get("policyTypes") or ("Ingress",))
            for policy in _in(listing, one.namespace)
        )
        return "" if held else "everybody reaches it"

    return each(facts, facts.workloads, wrong, "access is limited", "runs")


def quota(facts: Facts) -> Answer:
    """One app cannot take the room of all others."""
    listing = facts.listed("resourcequotas")
    if listing.problem:
        return unknown(listing.problem)
    without = [name for name in facts.app.namespaces if not _in(listing, name)]
    if without:
        return failed(f"none in {names(without)}")
    full = [
        f"{name_of(one)}: {resource} is used up"
        for one in listing.items
        for resource, hard in part(one, "spec", "hard").items()
        if part(one, "status", "used").get(resource) == hard
    ]
    return failed(some(full)) if full else passed(f"in {names(facts.app.namespaces)}")


def autoscaling(facts: Facts) -> Answer:
    """What should scale by itself does, and can."""
    listing = facts.listed("horizontalpodautoscalers")
    if listing.problem:
        return unknown(listing.problem)
    wanted = facts.about.autoscaled if facts.about is not None else None
    own: list[tuple[Workload, Json | None]] = []
    for one in facts.serving:
        scaler = next((found for found in _in(listing, one.namespace) if _scales(found, one)), None)
        asked = one.annotations.get(AUTOSCALED, "").casefold() == "true"
        if scaler is not None or asked:
            own.append((one, scaler))
    if facts.unread:
        return unknown(facts.unread)
    if not own:
        return failed("nothing scales by itself") if wanted else not_applicable("nobody wants it")
    wrong = [f"{printable(one.name)}: {words}" for one, scaler in own if (words := _stuck(scaler))]
    return failed(some(wrong)) if wrong else passed(f"{names(one.name for one, _ in own)} can")


def volume_backup(facts: Facts) -> Answer:
    """What is stored can be had back."""
    listing = facts.listed("persistentvolumeclaims")
    if listing.problem:
        return unknown(listing.problem)
    claims = [one for one in listing.items if _mounted(one, facts.workloads)]
    if facts.unread:
        return unknown(facts.unread)
    if not claims:
        return not_applicable("it keeps nothing in volumes")
    if facts.about is not None and facts.about.backup:
        return passed(printable(f"as configured: {facts.about.backup}"))
    schedules = facts.listed("schedules")
    covered = {
        str(name)
        for one in schedules.items
        for name in part(one, "spec", "template").get("includedNamespaces") or ("*",)
    }
    told = {one.namespace for one in facts.workloads if one.annotations.keys() & {BACKUP, _VELERO}}
    without = [
        one
        for one in claims
        if BACKUP not in part(one, "metadata", "annotations")
        and (namespace := str(part(one, "metadata").get("namespace"))) not in told
        and namespace not in covered
        and "*" not in covered
    ]
    if not without:
        return passed(f"{len(claims)} of {len(claims)} volumes")
    if schedules.problem:
        return unknown(schedules.problem)
    return failed(f"nothing backs up {names(map(name_of, without))}")


def certificate(facts: Facts) -> Answer:
    """No certificate ends before somebody notices."""
    hosts = [one for one in facts.listed("ingresses").items if part(one, "spec").get("tls")]
    listing = facts.listed("certificates")
    if listing.problem:
        return unknown(listing.problem)
    if listing.absent:
        why = "certificates are not managed by cert-manager here"
        return unknown(why) if hosts else not_applicable(why)
    if not listing.items:
        return unknown("no certificate belongs to its ingresses") if hosts else not_applicable("it has none")
    wrong = []
    for one in listing.items:
        ends = moment_of(str(part(one, "status").get("notAfter", "")))
        if ends is None:
            wrong.append(f"{name_of(one)} was never issued")
        elif ends - facts.now < NEAR_END:
            left = ends - facts.now
            wrong.append(f"{name_of(one)} ends in {short_age(left)}" if left > 0 else f"{name_of(one)} has ended")
    if wrong:
        return failed(some(wrong))
    return passed(f"more than {NEAR_END / 86400:.0f} days are left of {names(map(name_of, listing.items))}")


def _in(listing: Listing, namespace: str) -> list[Json]:
    return [one for one in listing.items if part(one, "metadata").get("namespace") == namespace]


def _allows_none(budget: Json, replicas: int) -> bool:
    """Return whether a budget allows no eviction even while all pods are healthy."""
    spec = part(budget, "spec")
    least, most = spec.get("minAvailable"), spec.get("maxUnavailable")
    if least is not None:
        needed = _count(least, replicas, up=True)
        return needed is not None and needed >= replicas
    missing = _count(most, replicas, up=True)
    return missing is not None and missing <= 0


def _count(value: object, replicas: int, *, up: bool) -> int | None:
    if isinstance(value, int):
        return value
    share = str(value).removesuffix("%")
    if not str(value).endswith("%") or not share.isdecimal():
        return None
    return -(-replicas * int(share) // 100) if up else replicas * int(share) // 100


def _scales(scaler: Json, one: Workload) -> bool:
    target = part(scaler, "spec", "scaleTargetRef")
    return target.get("kind") == one.kind and target.get("name") == one.name


def _stuck(scaler: Json | None) -> str:
    if scaler is None:
        return "no autoscaler"
    spec, status = part(scaler, "spec"), part(scaler, "status")
    conditions = {one.get("type"): one for one in status.get("conditions") or () if isinstance(one, dict)}
    active = conditions.get("ScalingActive", {})
    if active.get("status") == "False":
        return printable(f"does not scale: {active.get('reason', '')}")
    most = spec.get("maxReplicas")
    if most is not None and most <= (spec.get("minReplicas") or 1):
        return f"most and least are both {most}"
    if most is not None and status.get("currentReplicas") == most:
        return f"at its most, {most}"
    return ""


def _mounted(claim: Json, workloads: Iterable[Workload]) -> bool:
    """Return whether a claim is a workload's: named in its pods, or made from its templates."""
    name, namespace = str(part(claim, "metadata").get("name", "")), part(claim, "metadata").get("namespace")
    for one in workloads:
        if one.namespace != namespace:
            continue
        named = [part(volume, "persistentVolumeClaim").get("claimName") for volume in one.pod_spec.get("volumes") or ()]
        made = [
            f"{part(template, 'metadata').get('name')}-{one.name}-"
            for template in part(one.object, "spec").get("volumeClaimTemplates") or ()
        ]
        if name in named or any(name.startswith(prefix) for prefix in made):
            return True
    return False
