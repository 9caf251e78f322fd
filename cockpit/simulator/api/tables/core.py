"""How the server prints nodes, namespaces, events, configuration and access."""

from cockpit.simulator.api.tables.table import AGE, NAME, Cells, Column, TableView, age, columns, since
from cockpit.simulator.store import Object

_ROLE_PREFIX, _ROLE_LABEL = "node-role.kubernetes.io/", "kubernetes.io/role"


def _node_roles(node: Object) -> str:
    roles = set()
    for key, value in (node["metadata"].get("labels") or {}).items():
        if key.startswith(_ROLE_PREFIX) and len(key) > len(_ROLE_PREFIX):
            roles.add(key.removeprefix(_ROLE_PREFIX))
        elif key == _ROLE_LABEL and value:
            roles.add(value)
    return ",".join(sorted(roles)) or "<none>"


def _node_address(node: Object, kind: str) -> str:
    addresses = node.get("status", {}).get("addresses") or ()
    return next((one["address"] for one in addresses if one["type"] == kind), "<none>")


def _node(obj: Object, now: float) -> Cells:
    conditions = {one["type"]: one["status"] for one in obj.get("status", {}).get("conditions") or ()}
    state = "Unknown" if "Ready" not in conditions else "Ready" if conditions["Ready"] == "True" else "NotReady"
    if obj.get("spec", {}).get("unschedulable"):
        state += ",SchedulingDisabled"
    info = obj.get("status", {}).get("nodeInfo", {})
    kernel = info.get("kernelVersion") or "<unknown>"
    if info.get("architecture"):
        kernel += f" ({info['architecture']})"
    return [
        obj["metadata"]["name"],
        state,
        _node_roles(obj),
        age(obj, now),
        info.get("kubeletVersion", ""),
        _node_address(obj, "InternalIP"),
        _node_address(obj, "ExternalIP"),
        info.get("osImage") or "<unknown>",
        kernel,
        info.get("containerRuntimeVersion") or "<unknown>",
    ]


def _event(obj: Object, now: float) -> Cells:
    about, source, series = obj.get("involvedObject", {}), obj.get("source") or {}, obj.get("series")
    first = since(obj.get("firstTimestamp") or obj.get("eventTime"), now)
    last, count = since(obj["lastTimestamp"], now) if obj.get("lastTimestamp") else first, obj.get("count") or 1
    if series:
        last, count = since(series.get("lastObservedTime"), now), series.get("count", 0)
    kind = about.get("kind", "").lower()
    component = source.get("component") or obj.get("reportingComponent", "")
    instance = source.get("host") or obj.get("reportingInstance", "")
    return [
        last,
        obj.get("type", ""),
        obj.get("reason", ""),
        f"{kind}/{about['name']}" if about.get("name") else kind,
        about.get("fieldPath", ""),
        f"{component}, {instance}" if instance else component,
        obj.get("message", "").strip(),
        first,
        count,
        obj["metadata"]["name"],
    ]


def _namespace(obj: Object, now: float) -> Cells:
    return [obj["metadata"]["name"], obj.get("status", {}).get("phase", ""), age(obj, now)]


def _config_map(obj: Object, now: float) -> Cells:
    return [obj["metadata"]["name"], len(obj.get("data") or ()) + len(obj.get("binaryData") or ()), age(obj, now)]


def _secret(obj: Object, now: float) -> Cells:
    return [obj["metadata"]["name"], obj.get("type", ""), len(obj.get("data") or ()), age(obj, now)]


def _named(obj: Object, now: float) -> Cells:
    return [obj["metadata"]["name"], age(obj, now)]


def _created(obj: Object, now: float) -> Cells:
    return [obj["metadata"]["name"], obj["metadata"].get("creationTimestamp", "")]


def _quota(obj: Object, now: float) -> Cells:
    status = obj.get("status", {})
    hard, used = status.get("hard") or {}, status.get("used") or {}
    shown = {name: f"{name}: {used.get(name, '0')}/{hard[name]}" for name in sorted(hard)}
    limits = [text for name, text in shown.items() if name.startswith("limits.")]
    requests = [text for name, text in shown.items() if not name.startswith("limits.")]
    return [obj["metadata"]["name"], ", ".join(requests), ", ".join(limits), age(obj, now)]


def _binding(obj: Object, now: float) -> Cells:
    subjects: dict[str, list[str]] = {"User": [], "Group": [], "ServiceAccount": []}
    for one in obj.get("subjects") or ():
        name = f"{one.get('namespace', '')}/{one['name']}" if one["kind"] == "ServiceAccount" else one["name"]
        subjects.setdefault(one["kind"], []).append(name)
    role = obj.get("roleRef", {})
    return [
        obj["metadata"]["name"],
        f"{role.get('kind', '')}/{role.get('name', '')}",
        age(obj, now),
        *(", ".join(subjects[kind]) for kind in ("User", "Group", "ServiceAccount")),
    ]


def _lease(obj: Object, now: float) -> Cells:
    return [obj["metadata"]["name"], obj.get("spec", {}).get("holderIdentity") or "", age(obj, now)]


def _priority_class(obj: Object, now: float) -> Cells:
    return [
        obj["metadata"]["name"],
        obj.get("value", 0),
        bool(obj.get("globalDefault")),
        age(obj, now),
        obj.get("preemptionPolicy", ""),
    ]


def _definition(obj: Object, now: float) -> Cells:
    spec = obj["spec"]
    conditions = obj.get("status", {}).get("conditions") or ()
    versions = (f"{one['name']}(storage)" if one.get("storage") else one["name"] for one in spec["versions"])
    return [
        obj["metadata"]["name"],
        spec.get("scope", ""),
        ",".join(versions),
        obj["metadata"].get("creationTimestamp", ""),
        spec["group"],
        spec["names"]["kind"],
        ",".join(spec["names"].get("shortNames") or ()),
        any(one["type"] == "Established" and one["status"] == "True" for one in conditions),
    ]


_CREATED = TableView((NAME, Column("Created At", "date")), _created)
_BINDINGS = TableView(columns("Role", "Age", wide=("Users", "Groups", "ServiceAccounts")), _binding)
_RBAC = "rbac.authorization.k8s.io"
_EVENTS = TableView(
    (
        Column("Last Seen"), Column("Type"), Column("Reason"), Column("Object"), Column("Subobject", priority=1),
        Column("Source", priority=1), Column("Message"), Column("First Seen", priority=1), Column("Count", priority=1),
        NAME._replace(priority=1),
    ),
    _event,
)  # fmt: skip

CORE = {
    ("", "nodes"): TableView(
        columns(
            "Status", "Roles", "Age", "Version",
            wide=("Internal-IP", "External-IP", "OS-Image", "Kernel-Version", "Container-Runtime"),
        ),
        _node,
    ),
    ("", "namespaces"): TableView(columns("Status", "Age"), _namespace),
    ("", "events"): _EVENTS,
    ("events.k8s.io", "events"): _EVENTS,
    ("", "configmaps"): TableView(columns("Data", "Age"), _config_map),
    ("", "secrets"): TableView(columns("Type", "Data", "Age"), _secret),
    ("", "serviceaccounts"): TableView(columns("Age"), _named),
    ("", "resourcequotas"): TableView(columns("Request", "Limit", "Age"), _quota),
    ("", "limitranges"): _CREATED,
    (_RBAC, "roles"): _CREATED,
    (_RBAC, "clusterroles"): _CREATED,
    (_RBAC, "rolebindings"): _BINDINGS,
    (_RBAC, "clusterrolebindings"): _BINDINGS,
    ("coordination.k8s.io", "leases"): TableView(columns("Holder", "Age"), _lease),
    ("scheduling.k8s.io", "priorityclasses"): TableView(
        (
            NAME, Column("Value", "integer"), Column("Global-Default", "boolean"), AGE, Column("PreemptionPolicy"),
        ),
        _priority_class,
    ),
    ("apiextensions.k8s.io", "customresourcedefinitions"): TableView(
        (
            NAME, Column("Scope"), Column("Versions"), Column("Created At", "date"), Column("Group", priority=1),
            Column("Kind", priority=1), Column("ShortNames", priority=1), Column("Established", "boolean", priority=1),
        ),
        _definition,
    ),
}  # fmt: skip
