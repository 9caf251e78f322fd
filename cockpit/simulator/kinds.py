"""The kinds of object a world holds, and how an object of each begins."""

from typing import Any

from cockpit.simulator.store import Collection, Object

BINDINGS = Collection("rbac.authorization.k8s.io", "rolebindings")
CERTIFICATES = Collection("cert-manager.io", "certificates")
CLUSTER_ISSUERS = Collection("cert-manager.io", "clusterissuers")
CLUSTER_BINDINGS = Collection("rbac.authorization.k8s.io", "clusterrolebindings")
CLUSTER_ROLES = Collection("rbac.authorization.k8s.io", "clusterroles")
CONFIG_MAPS = Collection("", "configmaps")
CONTROLLER_REVISIONS = Collection("apps", "controllerrevisions")
CRDS = Collection("apiextensions.k8s.io", "customresourcedefinitions")
CRON_JOBS = Collection("batch", "cronjobs")
DAEMON_SETS = Collection("apps", "daemonsets")
DEPLOYMENTS = Collection("apps", "deployments")
ENDPOINTS = Collection("", "endpoints")
ENDPOINT_SLICES = Collection("discovery.k8s.io", "endpointslices")
EVENTS = Collection("", "events")
EXTERNAL_SECRETS = Collection("external-secrets.io", "externalsecrets")
FLUX_RELEASES = Collection("helm.toolkit.fluxcd.io", "helmreleases")
GIT_APPLICATIONS = Collection("argoproj.io", "applications")
HPAS = Collection("autoscaling", "horizontalpodautoscalers")
INGRESSES = Collection("networking.k8s.io", "ingresses")
INGRESS_CLASSES = Collection("networking.k8s.io", "ingressclasses")
JOBS = Collection("batch", "jobs")
KUSTOMIZATIONS = Collection("kustomize.toolkit.fluxcd.io", "kustomizations")
LEASES = Collection("coordination.k8s.io", "leases")
LIMIT_RANGES = Collection("", "limitranges")
NAMESPACES = Collection("", "namespaces")
NETWORK_POLICIES = Collection("networking.k8s.io", "networkpolicies")
NODES = Collection("", "nodes")
PDBS = Collection("policy", "poddisruptionbudgets")
PODS = Collection("", "pods")
PRIORITY_CLASSES = Collection("scheduling.k8s.io", "priorityclasses")
PVCS = Collection("", "persistentvolumeclaims")
PVS = Collection("", "persistentvolumes")
QUOTAS = Collection("", "resourcequotas")
REPLICA_SETS = Collection("apps", "replicasets")
ROLES = Collection("rbac.authorization.k8s.io", "roles")
ROLLOUTS = Collection("argoproj.io", "rollouts")
SECRETS = Collection("", "secrets")
SERVICES = Collection("", "services")
SERVICE_ACCOUNTS = Collection("", "serviceaccounts")
STATEFUL_SETS = Collection("apps", "statefulsets")
STORAGE_CLASSES = Collection("storage.k8s.io", "storageclasses")

API_VERSION_AND_KIND = {
    BINDINGS: ("rbac.authorization.k8s.io/v1", "RoleBinding"),
    CERTIFICATES: ("cert-manager.io/v1", "Certificate"),
    CLUSTER_ISSUERS: ("cert-manager.io/v1", "ClusterIssuer"),
    CLUSTER_BINDINGS: ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
    CLUSTER_ROLES: ("rbac.authorization.k8s.io/v1", "ClusterRole"),
    CONFIG_MAPS: ("v1", "ConfigMap"),
    CONTROLLER_REVISIONS: ("apps/v1", "ControllerRevision"),
    CRDS: ("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
    CRON_JOBS: ("batch/v1", "CronJob"),
    DAEMON_SETS: ("apps/v1", "DaemonSet"),
    DEPLOYMENTS: ("apps/v1", "Deployment"),
    ENDPOINTS: ("v1", "Endpoints"),
    ENDPOINT_SLICES: ("discovery.k8s.io/v1", "EndpointSlice"),
    EVENTS: ("v1", "Event"),
    EXTERNAL_SECRETS: ("external-secrets.io/v1", "ExternalSecret"),
    FLUX_RELEASES: ("helm.toolkit.fluxcd.io/v2", "HelmRelease"),
    GIT_APPLICATIONS: ("argoproj.io/v1alpha1", "Application"),
    HPAS: ("autoscaling/v2", "HorizontalPodAutoscaler"),
    INGRESSES: ("networking.k8s.io/v1", "Ingress"),
    INGRESS_CLASSES: ("networking.k8s.io/v1", "IngressClass"),
    JOBS: ("batch/v1", "Job"),
    KUSTOMIZATIONS: ("kustomize.toolkit.fluxcd.io/v1", "Kustomization"),
    LEASES: ("coordination.k8s.io/v1", "Lease"),
    LIMIT_RANGES: ("v1", "LimitRange"),
    NAMESPACES: ("v1", "Namespace"),
    NETWORK_POLICIES: ("networking.k8s.io/v1", "NetworkPolicy"),
    NODES: ("v1", "Node"),
    PDBS: ("policy/v1", "PodDisruptionBudget"),
    PODS: ("v1", "Pod"),
    PRIORITY_CLASSES: ("scheduling.k8s.io/v1", "PriorityClass"),
    PVCS: ("v1", "PersistentVolumeClaim"),
    PVS: ("v1", "PersistentVolume"),
    QUOTAS: ("v1", "ResourceQuota"),
    REPLICA_SETS: ("apps/v1", "ReplicaSet"),
    ROLES: ("rbac.authorization.k8s.io/v1", "Role"),
    ROLLOUTS: ("argoproj.io/v1alpha1", "Rollout"),
    SECRETS: ("v1", "Secret"),
    SERVICES: ("v1", "Service"),
    SERVICE_ACCOUNTS: ("v1", "ServiceAccount"),
    STATEFUL_SETS: ("apps/v1", "StatefulSet"),
    STORAGE_CLASSES: ("storage.k8s.io/v1", "StorageClass"),
}


def new_object(
    collection: Collection,
    name: str,
    namespace: str = "",
    *,
    labels: dict[str, str] | None = None,
    annotations: dict[str, str] | None = None,
    owner: Object | None = None,
    generation: int | None = None,
    **fields: Any,
) -> Object:
    """Return a tree of a kind, ready for the store. `owner` is the object whose controller keeps it."""
    api_version, kind = API_VERSION_AND_KIND[collection]
    metadata: Object = {"name": name}
    if namespace:
        metadata["namespace"] = namespace
    if labels:
        metadata["labels"] = labels
    if annotations:
        metadata["annotations"] = annotations
    if generation is not None:
        metadata["generation"] = generation
    if owner is not None:
        metadata["ownerReferences"] = [owner_reference(owner)]
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **fields}


def owner_reference(owner: Object) -> Object:
    """Return the reference that says an object is kept by `owner`'s controller."""
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def controller_of(obj: Object) -> Object | None:
    """Return the owner reference of the controller that keeps an object, None when there is none."""
    for reference in obj["metadata"].get("ownerReferences", ()):
        if reference.get("controller"):
            found: Object = reference
            return found
    return None


def name_of(obj: Object) -> tuple[str, str]:
    """Return `(namespace, name)`."""
    metadata = obj["metadata"]
    return metadata.get("namespace", ""), metadata["name"]


def with_metadata(obj: Object, **fields: Any) -> Object:
    """Return the object with metadata fields set; None takes a field out."""
    metadata = {**obj["metadata"], **fields}
    return {**obj, "metadata": {key: value for key, value in metadata.items() if value is not None}}


def matches(selector: Object | None, labels: dict[str, str]) -> bool:
    """Return whether a label selector (`matchLabels` and `matchExpressions`) picks these labels; None picks nothing."""
    if selector is None:
        return False
    if any(labels.get(key) != value for key, value in selector.get("matchLabels", {}).items()):
        return False
    return all(_holds(expression, labels) for expression in selector.get("matchExpressions", ()))


def _holds(expression: Object, labels: dict[str, str]) -> bool:
    key, values = expression["key"], expression.get("values", ())
    match expression["operator"]:
        case "In":
            return labels.get(key) in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case _:
            return key not in labels
