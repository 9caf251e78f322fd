"""A pod, in the shape of `kubectl describe pod`."""

from state.cluster.describe.parts import (
    NONE,
    Json,
    at,
    controller,
    described_by,
    entries,
    head,
    labels,
    moment,
    number,
    since,
    table,
    tolerations,
    word,
)
from state.cluster.describe.pod_spec import containers, resources, spread
from state.cluster.describe.sheet import Sheet
from state.cluster.describe.volumes import volumes


def pod(sheet: Sheet, found: Json, now: float) -> None:
    """Put a pod without its events."""
    spec, status = table(found, "spec"), table(found, "status")
    head(sheet, found)
    if spec.get("priority") is not None:
        sheet.line(0, "Priority:", number(spec, "priority"))
    for title, key in (
        ("Priority Class Name:", "priorityClassName"),
        ("Runtime Class Name:", "runtimeClassName"),
        ("Service Account:", "serviceAccountName"),
    ):
        if spec.get(key):
            sheet.line(0, title, word(spec[key]))
    node = word(spec.get("nodeName"))
    sheet.line(0, "Node:", f"{node}/{word(status.get('hostIP'))}" if node else NONE)
    if status.get("startTime"):
        sheet.line(0, "Start Time:", moment(status["startTime"]))
    described_by(sheet, found)
    _status(sheet, found, now)
    profile = table(spec, "securityContext", "seccompProfile")
    if profile:
        sheet.line(0, "SeccompProfile:", word(profile.get("type")))
        if profile.get("type") == "Localhost":
            sheet.line(0, "LocalhostProfile:", word(profile.get("localhostProfile")))
    sheet.line(0, "IP:", word(status.get("podIP")))
    addresses = entries(status, "podIPs")
    sheet.put(0, "IPs:\n" if addresses else f"IPs:\t{NONE}\n")
    for one in addresses:
        sheet.line(1, "IP:", word(one.get("ip")))
    if controller(found):
        sheet.line(0, "Controlled By:", controller(found))
    if status.get("nominatedNodeName"):
        sheet.line(0, "NominatedNodeName:", word(status["nominatedNodeName"]))
    if isinstance(spec.get("resources"), dict):
        sheet.line(0, "Resources:")
        resources(sheet, spec["resources"], 1)
    for title, key, optional in (
        ("Init Containers", "initContainer", True),
        ("Containers", "container", False),
        ("Ephemeral Containers", "ephemeralContainer", True),
    ):
        members = entries(spec, f"{key}s")
        if members or not optional:
            containers(sheet, title, members, entries(status, f"{key}Statuses"), found)
    _conditions(sheet, spec, status)
    volumes(sheet, entries(spec, "volumes"))
    sheet.line(0, "QoS Class:", word(status.get("qosClass")))
    labels(sheet, "Node-Selectors", spec.get("nodeSelector"))
    tolerations(sheet, "Tolerations", entries(spec, "tolerations"))
    spread(sheet, entries(spec, "topologySpreadConstraints"))


def _status(sheet: Sheet, found: Json, now: float) -> None:
    status = table(found, "status")
    phase = word(status.get("phase"))
    deleted = at(found, "metadata", "deletionTimestamp")
    if deleted and phase not in ("Failed", "Succeeded"):
        sheet.line(0, "Status:", f"Terminating (lasts {since(deleted, now)})")
        sheet.line(0, "Termination Grace Period:", f"{number(found, 'metadata', 'deletionGracePeriodSeconds')}s")
    else:
        sheet.line(0, "Status:", phase)
    for title, key in (("Reason:", "reason"), ("Message:", "message")):
        if status.get(key):
            sheet.line(0, title, word(status[key]))


def _conditions(sheet: Sheet, spec: Json, status: Json) -> None:
    conditions = entries(status, "conditions")
    gates = [word(one.get("conditionType")) for one in entries(spec, "readinessGates")]
    if gates:
        sheet.put(0, "Readiness Gates:\n")
        sheet.line(1, "Type", "Status")
        states = {word(one.get("type")): word(one.get("status")) for one in conditions}
        for gate in gates:
            sheet.line(1, f"{gate} ", f"{states.get(gate, NONE)} ")
    if conditions:
        sheet.put(0, "Conditions:\n")
        sheet.line(1, "Type", "Status")
        for one in conditions:
            sheet.line(1, f"{word(one.get('type'))} ", f"{word(one.get('status'))} ")
