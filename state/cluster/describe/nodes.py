"""A node with what is asked of it, in the shape of `kubectl describe node`."""

from collections.abc import Sequence

from state.cluster.describe.amounts import Amount, total
from state.cluster.describe.parts import (
    NONE,
    UNSET,
    Json,
    at,
    described_by,
    entries,
    head,
    moment,
    several,
    since,
    table,
    texts,
    word,
)
from state.cluster.describe.sheet import Sheet

_ROLE = "node-role.kubernetes.io/"
_STANDARD = ("cpu", "memory", "ephemeral-storage")
_SYSTEM = (
    ("Machine ID", "machineID"), ("System UUID", "systemUUID"), ("Boot ID", "bootID"),
    ("Kernel Version", "kernelVersion"), ("OS Image", "osImage"), ("Operating System", "operatingSystem"),
    ("Architecture", "architecture"), ("Container Runtime Version", "containerRuntimeVersion"),
    ("Kubelet Version", "kubeletVersion"),
)  # fmt: skip


def node(sheet: Sheet, found: Json, pods: Sequence[Json] | None, lease: Json | str, now: float) -> None:
    """Put a node; `pods` are those that run or will (None: not permitted), `lease` its lease or why there is none."""
    spec, status = table(found, "spec"), table(found, "status")
    head(sheet, found, namespaced=False)
    sheet.line(0, "Roles:", ",".join(_roles(found)) or NONE)
    described_by(sheet, found)
    sheet.line(0, "CreationTimestamp:", moment(at(found, "metadata", "creationTimestamp")))
    taints = sorted(entries(spec, "taints"), key=lambda one: f"{word(one.get('effect'))},{word(one.get('key'))}")
    several(sheet, "Taints", [_taint(one) for one in taints])
    sheet.line(0, "Unschedulable:", word(spec.get("unschedulable") is True))
    _lease(sheet, lease)
    _conditions(sheet, entries(status, "conditions"))
    sheet.line(0, "Addresses:")
    for one in entries(status, "addresses"):
        sheet.line(1, f"{word(one.get('type'))}:", word(one.get("address")))
    for title, key in (("Capacity:", "capacity"), ("Allocatable:", "allocatable")):
        amounts = table(status, key)
        if amounts:
            sheet.line(0, title)
        for name in sorted(amounts):
            sheet.line(1, f"{name}:", Amount.of(amounts[name]))
    sheet.line(0, "System Info:")
    for title, key in _SYSTEM:
        sheet.line(1, f"{title}:", word(at(status, "nodeInfo", key)))
    if spec.get("podCIDR"):
        sheet.line(0, "PodCIDR:", word(spec["podCIDR"]))
    if texts(spec, "podCIDRs"):
        sheet.line(0, "PodCIDRs:", ",".join(texts(spec, "podCIDRs")))
    if spec.get("providerID"):
        sheet.line(0, "ProviderID:", word(spec["providerID"]))
    if pods is None:
        sheet.line(0, "Pods:", "not authorized")
    else:
        _asked(sheet, table(status, "allocatable") or table(status, "capacity"), pods, now)


def asked_by(pod: Json, kind: str) -> dict[str, Amount]:
    """Return what a pod asks for: `requests` or `limits` by resource.

    The containers and restartable init containers together, or the greediest moment of starting, whichever is
    more, and the overhead; what the pod itself states stands before that (`PodRequests` of component-helpers).
    """
    spec = table(pod, "spec")
    running: dict[str, Amount] = {}
    starting: dict[str, Amount] = {}
    for container in entries(spec, "containers"):
        _add(running, _amounts(container, kind))
    beside: dict[str, Amount] = {}
    for container in entries(spec, "initContainers"):
        amounts = _amounts(container, kind)
        if container.get("restartPolicy") == "Always":
            _add(running, amounts)
            _add(beside, amounts)
            moment_needs = dict(beside)
        else:
            moment_needs = dict(beside)
            _add(moment_needs, amounts)
        _most(starting, moment_needs)
    _most(running, starting)
    running.update({name: Amount.of(value) for name, value in table(spec, "resources", kind).items()})
    overhead = {name: Amount.of(value) for name, value in table(spec, "overhead").items()}
    # An overhead widens limits that exist and makes none.
    _add(running, {name: value for name, value in overhead.items() if kind == "requests" or running.get(name)})
    return running


def _asked(sheet: Sheet, allocatable: Json, pods: Sequence[Json], now: float) -> None:
    whole = {name: Amount.of(value) for name, value in allocatable.items()}
    sheet.line(0, "Non-terminated Pods:", f"({len(pods)} in total)")
    sheet.line(1, "Namespace", "Name", "", "CPU Requests", "CPU Limits", "Memory Requests", "Memory Limits", "Age")
    sheet.line(1, "---------", "----", "", "------------", "----------", "---------------", "-------------", "---")
    requests, limits = [], []
    for pod in pods:
        wanted, most = asked_by(pod, "requests"), asked_by(pod, "limits")
        requests.append(wanted)
        limits.append(most)
        cells = [_share(amounts, name, whole) for name in ("cpu", "memory") for amounts in (wanted, most)]
        name, namespace = word(at(pod, "metadata", "name")), word(at(pod, "metadata", "namespace"))
        sheet.line(1, namespace, name, "", *cells, since(at(pod, "metadata", "creationTimestamp"), now))
    sheet.line(0, "Allocated resources:")
    sheet.line(1, "(Total limits may be over 100 percent, i.e., overcommitted.)")
    sheet.line(1, "Resource", "Requests", "Limits")
    sheet.line(1, "--------", "--------", "------")
    huge = sorted(name for name in whole if name.startswith("hugepages-"))
    other = sorted(name for name in whole if name not in (*_STANDARD, "pods", *huge))
    for name in (*_STANDARD, *huge):
        cells = [_share(_sum(amounts, name), name, whole) for amounts in (requests, limits)]
        sheet.line(1, name, *cells)
    for name in other:
        sheet.line(1, name, *(_sum(amounts, name).get(name, Amount()) for amounts in (requests, limits)))


def _share(amounts: dict[str, Amount], name: str, whole: dict[str, Amount]) -> str:
    amount = amounts.get(name, Amount())
    return f"{amount} ({amount.percent_of(whole.get(name, Amount()))}%)"


def _sum(all_of: Sequence[dict[str, Amount]], name: str) -> dict[str, Amount]:
    return {name: total(amounts[name] for amounts in all_of if name in amounts)}


def _amounts(container: Json, kind: str) -> dict[str, Amount]:
    return {name: Amount.of(value) for name, value in table(container, "resources", kind).items()}


def _add(into: dict[str, Amount], more: dict[str, Amount]) -> None:
    for name, amount in more.items():
        into[name] = into[name] + amount if name in into else amount


def _most(into: dict[str, Amount], other: dict[str, Amount]) -> None:
    for name, amount in other.items():
        if name not in into or amount.value > into[name].value:
            into[name] = amount


def _lease(sheet: Sheet, lease: Json | str) -> None:
    if isinstance(lease, str):
        sheet.line(0, "Lease:", f"Failed to get lease: {lease}")
        return
    spec = table(lease, "spec")
    sheet.line(0, "Lease:")
    sheet.line(1, "HolderIdentity:", word(spec.get("holderIdentity")) or UNSET)
    for title, key in (("AcquireTime:", "acquireTime"), ("RenewTime:", "renewTime")):
        sheet.line(1, title, moment(spec[key]) if spec.get(key) else UNSET)


def _conditions(sheet: Sheet, found: Sequence[Json]) -> None:
    if not found:
        return
    sheet.put(0, "Conditions:\n")
    sheet.line(1, "Type", "Status", "LastHeartbeatTime", "LastTransitionTime", "Reason", "Message")
    sheet.line(1, "----", "------", "-----------------", "------------------", "------", "-------")
    for one in found:
        sheet.line(
            1,
            f"{word(one.get('type'))} ",
            f"{word(one.get('status'))} ",
            f"{moment(one.get('lastHeartbeatTime'))} ",
            f"{moment(one.get('lastTransitionTime'))} ",
            f"{word(one.get('reason'))} ",
            word(one.get("message")),
        )


def _taint(one: Json) -> str:
    key, value, effect = (word(one.get(name)) for name in ("key", "value", "effect"))
    return key + (f"={value}" if value else "") + (f":{effect}" if effect else "")


def _roles(found: Json) -> list[str]:
    marks = table(found, "metadata", "labels")
    roles = {key.removeprefix(_ROLE) for key in marks if key.startswith(_ROLE)}
    roles.add(word(marks.get("kubernetes.io/role")))
    return sorted(roles - {""})
