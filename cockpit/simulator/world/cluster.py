"""What a cluster has before anything runs on it: nodes, storage, rights, kinds of its own."""

from cockpit.simulator.clock import timestamp
from cockpit.simulator.controllers.nodes import LEASE_NAMESPACE
from cockpit.simulator.kinds import (
    CLUSTER_BINDINGS,
    CLUSTER_ISSUERS,
    CLUSTER_ROLES,
    CRDS,
    INGRESS_CLASSES,
    LEASES,
    NODES,
    PRIORITY_CLASSES,
    STORAGE_CLASSES,
)
from cockpit.simulator.node_agents import HEALTHY, lease_for
from cockpit.simulator.rbac.roles import group_subject, role_reference, see_to_defaults
from cockpit.simulator.store import Object
from cockpit.simulator.world.builder import DAY, Builder

POOL = "node.cockpit.dev/pool"
"""Label of a node: `general`, or `edge` for those that take traffic from outside."""
_ZONES = ("eu-1a", "eu-1b", "eu-1c")
_EDGE_SHARE = 4
_KUBELET = "v1.36.4"


def add_nodes(builder: Builder, count: int, pods_each: int) -> None:
    """Add nodes of 4 cores and 16 GiB; every fourth belongs to the pool `edge`."""
    for number in range(1, count + 1):
        name = f"node-{number}"
        labels = {
            "kubernetes.io/hostname": name,
            "kubernetes.io/os": "linux",
            "kubernetes.io/arch": "amd64",
            "node.kubernetes.io/instance-type": "c4m16",
            "topology.kubernetes.io/region": "eu-1",
            "topology.kubernetes.io/zone": _ZONES[number % 3],
            POOL: "edge" if number > count - count // _EDGE_SHARE else "general",
        }
        boot = builder.random.uniform(5, 40) * DAY
        heard = builder.opened - builder.random.uniform(5, 290)
        conditions = [
            {
                "type": type_,
                "status": status,
                "lastHeartbeatTime": timestamp(heard),
                "lastTransitionTime": timestamp(builder.opened - boot),
                "reason": reason,
                "message": message,
            }
            for type_, (status, reason, message) in HEALTHY.items()
        ]
        hidden = builder.random.getrandbits(128)
        builder.add(
            NODES,
            name,
            labels=labels,
            spec={"podCIDR": f"10.{64 + number // 250}.{number % 250}.0/24", "providerID": f"cloud://eu-1/{name}"},
            status={
                "capacity": _size("4", "16384Mi", pods_each),
                "allocatable": _size("3920m", "15680Mi", pods_each),
                "conditions": conditions,
                "addresses": [
                    {"type": "InternalIP", "address": f"10.0.{number // 250}.{number % 250 + 4}"},
                    {"type": "Hostname", "address": name},
                ],
                "nodeInfo": {
                    "architecture": "amd64",
                    "bootID": f"{hidden:032x}",
                    "containerRuntimeVersion": "containerd://2.1.4",
                    "kernelVersion": "6.12.48-cloud-amd64",
                    "kubeProxyVersion": "",
                    "kubeletVersion": _KUBELET,
                    "machineID": f"{hidden ^ 1:032x}",
                    "operatingSystem": "linux",
                    "osImage": "Debian GNU/Linux 13 (trixie)",
                    "systemUUID": f"{hidden ^ 2:032x}",
                },
                "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
            },
        )


def _size(cpu: str, memory: str, pods: int) -> Object:
    return {"cpu": cpu, "memory": memory, "pods": str(pods), "ephemeral-storage": "101430960Ki"}


def add_leases(builder: Builder) -> None:
    """Add the nodes' leases, renewed just now."""
    for stored in builder.store.list(NODES):
        lease = lease_for(stored.object["metadata"]["name"], builder.opened - builder.random.uniform(0, 9))
        builder.add(LEASES, lease["metadata"]["name"], LEASE_NAMESPACE, spec=lease["spec"])


def add_cluster_wide(builder: Builder) -> None:
    """Add classes, roles, bindings and custom kinds."""
    driver, expands = "csi.storage.example", True
    for name, default in (("fast", "true"), ("bulk", "false")):
        builder.add(
            STORAGE_CLASSES,
            name,
            annotations={"storageclass.kubernetes.io/is-default-class": default},
            provisioner=driver,
            reclaimPolicy="Delete",
            volumeBindingMode="Immediate",
            allowVolumeExpansion=expands,
        )
    for name, value in (("system-node-critical", 2_000_001_000), ("system-cluster-critical", 2_000_000_000)):
        builder.add(
            PRIORITY_CLASSES, name, value=value, preemptionPolicy="PreemptLowerPriority", description="Never evicted."
        )
    builder.add(PRIORITY_CLASSES, "product", value=1000, preemptionPolicy="Never", description="Apps in production.")
    builder.add(INGRESS_CLASSES, "nginx", spec={"controller": "k8s.io/ingress-nginx"})
    see_to_defaults(builder.store, builder.began)
    nodes = [{"apiGroups": ["", "metrics.k8s.io"], "resources": ["nodes"], "verbs": ["get", "list", "watch"]}]
    builder.add(CLUSTER_ROLES, "nodes", rules=nodes)
    for name, role, group in (
        ("viewers", "view", "viewers"),
        ("viewers-nodes", "nodes", "viewers"),
        ("platform-admins", "cluster-admin", "platform-team"),
    ):
        builder.add(CLUSTER_BINDINGS, name, roleRef=role_reference(role), subjects=[group_subject(group)])
    add_kind(builder, "cert-manager.io", "v1", "Certificate", "certificates", ("cert", "certs"), columns=_CERTIFICATE)
    add_kind(builder, "cert-manager.io", "v1", "ClusterIssuer", "clusterissuers", namespaced=False, columns=_READY)
    add_kind(builder, "argoproj.io", "v1alpha1", "Application", "applications", ("app", "apps"), columns=_APPLICATION)
    add_kind(
        builder, "external-secrets.io", "v1", "ExternalSecret", "externalsecrets", ("es",), columns=_EXTERNAL_SECRET
    )
    ready = {"type": "Ready", "status": "True", "reason": "ACMEAccountRegistered", "message": "registered"}
    builder.add(
        CLUSTER_ISSUERS,
        "letsencrypt",
        generation=1,
        spec={"acme": {"server": "https://acme.example/directory", "email": "platform@shop.example"}},
        status={"conditions": [{**ready, "lastTransitionTime": timestamp(builder.began + 60)}]},
    )


_Columns = tuple[tuple[str, str, str], ...]
_CONDITION = ".status.conditions[?(@.type=='Ready')].status"
_READY: _Columns = (("Ready", "string", _CONDITION),)
_AGE = ("Age", "date", ".metadata.creationTimestamp")
_CERTIFICATE: _Columns = (*_READY, ("Secret", "string", ".spec.secretName"))
_APPLICATION: _Columns = (
    ("Sync Status", "string", ".status.sync.status"),
    ("Health Status", "string", ".status.health.status"),
)
_EXTERNAL_SECRET: _Columns = (
    ("Store", "string", ".spec.secretStoreRef.name"),
    ("Refresh Interval", "string", ".spec.refreshInterval"),
    *_READY,
)


def add_kind(
    builder: Builder,
    group: str,
    version: str,
    kind: str,
    plural: str,
    short_names: tuple[str, ...] = (),
    *,
    namespaced: bool = True,
    columns: _Columns = (),
) -> None:
    """Add a custom resource definition whose objects may hold anything."""
    names: Object = {"plural": plural, "singular": kind.lower(), "kind": kind, "listKind": f"{kind}List"}
    if short_names:
        names["shortNames"] = list(short_names)
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    established = timestamp(builder.began)
    builder.add(
        CRDS,
        f"{plural}.{group}",
        generation=1,
        spec={
            "group": group,
            "names": names,
            "scope": "Namespaced" if namespaced else "Cluster",
            "versions": [
                {
                    "name": version,
                    "served": True,
                    "storage": True,
                    "schema": {"openAPIV3Schema": schema},
                    "subresources": {"status": {}},
                    "additionalPrinterColumns": [
                        {"name": name, "type": type_, "jsonPath": path} for name, type_, path in (*columns, _AGE)
                    ],
                }
            ],
            "conversion": {"strategy": "None"},
        },
        status={
            "conditions": [
                {
                    "type": type_,
                    "status": "True",
                    "lastTransitionTime": established,
                    "reason": reason,
                    "message": message,
                }
                for type_, reason, message in (
                    ("NamesAccepted", "NoConflicts", "no conflicts found"),
                    ("Established", "InitialNamesAccepted", "the initial names have been accepted"),
                )
            ],
            "acceptedNames": names,
            "storedVersions": [version],
        },
    )
