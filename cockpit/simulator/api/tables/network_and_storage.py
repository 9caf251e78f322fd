"""How the server prints services, endpoints, ingresses, policies, autoscalers, budgets and volumes."""

from cockpit.simulator.api.tables.table import Cells, Column, TableView, age, columns, some_of
from cockpit.simulator.selectors import format_label_selector, format_labels
from cockpit.simulator.store import Object

_DEFAULT_INGRESS_CLASS = "ingressclass.kubernetes.io/is-default-class"
_DEFAULT_STORAGE_CLASSES = (
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
)
_ACCESS_MODES = {
    "ReadWriteOnce": "RWO",
    "ReadOnlyMany": "ROX",
    "ReadWriteMany": "RWX",
    "ReadWriteOncePod": "RWOP",
}


def _load_balancer(obj: Object) -> str:
    points = ((obj.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
    return ",".join(sorted({one.get("ip") or one.get("hostname", "") for one in points}))


def _external(obj: Object) -> str:
    spec = obj["spec"]
    external = list(spec.get("externalIPs") or ())
    match spec.get("type"):
        case "LoadBalancer":
            balanced = _load_balancer(obj)
            return ",".join(([balanced] if balanced else []) + external) or "<pending>"
        case "ExternalName":
            return str(spec.get("externalName", ""))
        case _:
            return ",".join(external) or "<none>"


def _port(port: Object) -> str:
    node_port = f":{port['nodePort']}" if port.get("nodePort") else ""
    return f"{port['port']}{node_port}/{port.get('protocol', 'TCP')}"


def _service(obj: Object, now: float) -> Cells:
    spec = obj["spec"]
    addresses = spec.get("clusterIPs") or [spec.get("clusterIP") or "<none>"]
    return [
        obj["metadata"]["name"],
        spec.get("type", "ClusterIP"),
        addresses[0],
        _external(obj),
        ",".join(map(_port, spec.get("ports") or ())) or "<none>",
        age(obj, now),
        format_labels(spec.get("selector")),
    ]


def _endpoints(obj: Object, now: float) -> Cells:
    found: list[str] = []
    for subset in obj.get("subsets") or ():
        addresses = [one["ip"] for one in subset.get("addresses") or ()]
        ports = subset.get("ports") or ()
        found += [f"{address}:{port['port']}" for port in ports for address in addresses] if ports else addresses
    return [obj["metadata"]["name"], some_of(found, len(found)), age(obj, now)]


def _endpoint_slice(obj: Object, now: float) -> Cells:
    ports = [str(port.get("port") or port.get("name") or "*") for port in obj.get("ports") or ()]
    addresses = [address for one in obj.get("endpoints") or () for address in one.get("addresses") or ()]
    return [
        obj["metadata"]["name"],
        obj.get("addressType", ""),
        some_of(ports, len(ports)) if ports else "<unset>",
        some_of(addresses, len(addresses)) if addresses else "<unset>",
        age(obj, now),
    ]


def _hosts(rules: list[Object]) -> str:
    hosts = [rule["host"] for rule in rules if rule.get("host")]
    return some_of(hosts, len(rules)) if hosts else "*"


def _ingress(obj: Object, now: float) -> Cells:
    spec = obj.get("spec", {})
    return [
        obj["metadata"]["name"],
        spec.get("ingressClassName") or "<none>",
        _hosts(spec.get("rules") or []),
        _load_balancer(obj),
        "80, 443" if spec.get("tls") else "80",
        age(obj, now),
    ]


def _ingress_class(obj: Object, now: float) -> Cells:
    name, spec = obj["metadata"]["name"], obj.get("spec", {})
    if (obj["metadata"].get("annotations") or {}).get(_DEFAULT_INGRESS_CLASS) == "true":
        name += " (default)"
    parameters = spec.get("parameters")
    shown = "<none>"
    if parameters:
        group = f".{parameters['apiGroup']}" if parameters.get("apiGroup") else ""
        shown = f"{parameters['kind']}{group}/{parameters['name']}"
    return [name, spec.get("controller", ""), shown, age(obj, now)]


def _network_policy(obj: Object, now: float) -> Cells:
    return [obj["metadata"]["name"], format_label_selector(obj["spec"].get("podSelector")), age(obj, now)]


def _resource_target(spec: Object, current: Object | None) -> str:
    target = spec["target"]
    if target.get("averageValue") is not None:
        now = (current or {}).get("averageValue", "<unknown>")
        return f"{spec['name']}: {now}/{target['averageValue']}"
    used = (current or {}).get("averageUtilization")
    wanted = target.get("averageUtilization")
    shown = "<unknown>" if used is None else f"{used}%"
    return f"{spec['name']}: {shown}/{'<auto>' if wanted is None else f'{wanted}%'}"


def _metric_target(spec: Object, current: Object | None) -> str:
    target = spec["target"]
    if target.get("averageValue") is not None:
        average = (current or {}).get("averageValue", "<unknown>")
        return f"{average}/{target['averageValue']} (avg)"
    return f"{(current or {}).get('value', '<unknown>')}/{target.get('value', '')}"


def _autoscaler_targets(obj: Object) -> str:
    specs, statuses = obj["spec"].get("metrics") or [], obj.get("status", {}).get("currentMetrics") or []
    shown = []
    for index, metric in enumerate(specs):
        field = metric["type"][0].lower() + metric["type"][1:]
        status = statuses[index] if index < len(statuses) else {}
        current = (status.get(field) or {}).get("current")
        spec = metric[field]
        if field in ("resource", "containerResource"):
            shown.append(_resource_target(spec, current))
        else:
            text = _metric_target(spec, current)
            shown.append(text.removesuffix(" (avg)") if field == "pods" else text)
    if not shown:
        return "<none>"
    text = ", ".join(shown[:2])
    return f"{text} + {len(shown) - 2} more..." if len(shown) > 2 else text


def _autoscaler(obj: Object, now: float) -> Cells:
    spec = obj["spec"]
    target = spec["scaleTargetRef"]
    return [
        obj["metadata"]["name"],
        f"{target['kind']}/{target['name']}",
        _autoscaler_targets(obj),
        str(spec.get("minReplicas", "<unset>")),
        spec.get("maxReplicas", 0),
        obj.get("status", {}).get("currentReplicas", 0),
        age(obj, now),
    ]


def _budget(obj: Object, now: float) -> Cells:
    spec = obj["spec"]
    return [
        obj["metadata"]["name"],
        str(spec.get("minAvailable", "N/A")),
        str(spec.get("maxUnavailable", "N/A")),
        obj.get("status", {}).get("disruptionsAllowed", 0),
        age(obj, now),
    ]


def _modes(modes: list[str] | None) -> str:
    return ",".join(_ACCESS_MODES[mode] for mode in _ACCESS_MODES if mode in (modes or ()))


def _volume(obj: Object, now: float) -> Cells:
    spec, status = obj["spec"], obj.get("status", {})
    claim = spec.get("claimRef")
    return [
        obj["metadata"]["name"],
        spec.get("capacity", {}).get("storage", "0"),
        _modes(spec.get("accessModes")),
        spec.get("persistentVolumeReclaimPolicy", ""),
        "Terminating" if "deletionTimestamp" in obj["metadata"] else status.get("phase", ""),
        f"{claim.get('namespace', '')}/{claim['name']}" if claim else "",
        spec.get("storageClassName", ""),
        spec.get("volumeAttributesClassName", "<unset>"),
        status.get("reason", ""),
        age(obj, now),
        spec.get("volumeMode", "<unset>"),
    ]


def _claim(obj: Object, now: float) -> Cells:
    spec, status = obj["spec"], obj.get("status", {})
    bound = bool(spec.get("volumeName"))
    return [
        obj["metadata"]["name"],
        "Terminating" if "deletionTimestamp" in obj["metadata"] else status.get("phase", ""),
        spec.get("volumeName", ""),
        status.get("capacity", {}).get("storage", "0") if bound else "",
        _modes(status.get("accessModes")) if bound else "",
        spec.get("storageClassName", ""),
        spec.get("volumeAttributesClassName", "<unset>"),
        age(obj, now),
        spec.get("volumeMode", "<unset>"),
    ]


def _storage_class(obj: Object, now: float) -> Cells:
    annotations = obj["metadata"].get("annotations") or {}
    default = any(annotations.get(key) == "true" for key in _DEFAULT_STORAGE_CLASSES)
    return [
        obj["metadata"]["name"] + (" (default)" if default else ""),
        obj.get("provisioner", ""),
        obj.get("reclaimPolicy", "Delete"),
        obj.get("volumeBindingMode", "Immediate"),
        bool(obj.get("allowVolumeExpansion")),
        age(obj, now),
    ]


_VOLUME_COLUMNS = (
    "Capacity", "Access Modes", "Reclaim Policy", "Status", "Claim", "StorageClass", "VolumeAttributesClass", "Reason",
    "Age",
)  # fmt: skip
_CLAIM_COLUMNS = (
    "Status", "Volume", "Capacity", "Access Modes", "StorageClass", "VolumeAttributesClass", "Age",
)  # fmt: skip
_NETWORKING = "networking.k8s.io"

NETWORK_AND_STORAGE = {
    ("", "services"): TableView(
        columns("Type", "Cluster-IP", "External-IP", "Port(s)", "Age", wide=("Selector",)), _service
    ),
    ("", "endpoints"): TableView(columns("Endpoints", "Age"), _endpoints),
    ("discovery.k8s.io", "endpointslices"): TableView(
        columns("AddressType", "Ports", "Endpoints", "Age"), _endpoint_slice
    ),
    (_NETWORKING, "ingresses"): TableView(columns("Class", "Hosts", "Address", "Ports", "Age"), _ingress),
    (_NETWORKING, "ingressclasses"): TableView(columns("Controller", "Parameters", "Age"), _ingress_class),
    (_NETWORKING, "networkpolicies"): TableView(columns("Pod-Selector", "Age"), _network_policy),
    ("autoscaling", "horizontalpodautoscalers"): TableView(
        columns("Reference", "Targets", "MinPods", "MaxPods", "Replicas", "Age"), _autoscaler
    ),
    ("policy", "poddisruptionbudgets"): TableView(
        columns("Min Available", "Max Unavailable", "Allowed Disruptions", "Age", integers=("Allowed Disruptions",)),
        _budget,
    ),
    ("", "persistentvolumes"): TableView((*columns(*_VOLUME_COLUMNS), Column("VolumeMode", priority=1)), _volume),
    ("", "persistentvolumeclaims"): TableView((*columns(*_CLAIM_COLUMNS), Column("VolumeMode", priority=1)), _claim),
    ("storage.k8s.io", "storageclasses"): TableView(
        columns("Provisioner", "ReclaimPolicy", "VolumeBindingMode", "AllowVolumeExpansion", "Age"), _storage_class
    ),
}
