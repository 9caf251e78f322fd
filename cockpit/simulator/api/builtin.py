"""The kinds every world has, with the names and habits the real server gives them."""

from functools import partial

from cockpit.simulator.api.resources import EVERY_VERB, READ_WRITE, SCALE, STATUS, Resource, Subresource
from cockpit.simulator.store import Collection

_core = partial(Resource, "", "v1")
_apps = partial(Resource, "apps", "v1")
_batch = partial(Resource, "batch", "v1")
_networking = partial(Resource, "networking.k8s.io", "v1")
_rbac = partial(Resource, "rbac.authorization.k8s.io", "v1")
_ALL = ("all",)
_POD_PARTS = (
    Subresource("attach", ("create", "get"), ("", "v1", "PodAttachOptions")),
    Subresource("ephemeralcontainers", READ_WRITE),
    Subresource("eviction", ("create",), ("policy", "v1", "Eviction")),
    Subresource("exec", ("create", "get"), ("", "v1", "PodExecOptions")),
    Subresource("log", ("get",)),
    Subresource("portforward", ("create", "get"), ("", "v1", "PodPortForwardOptions")),
    STATUS,
)
_PROXY = Subresource("proxy", ("create", "delete", "get", "patch", "update"), ("", "v1", "ServiceProxyOptions"))

BUILT_IN = (
    _core("ConfigMap", "configmaps", ("cm",)),
    _core("Endpoints", "endpoints", ("ep",)),
    _core("Event", "events", ("ev",)),
    _core("LimitRange", "limitranges", ("limits",)),
    _core(
        "Namespace",
        "namespaces",
        ("ns",),
        namespaced=False,
        shows_deleted=True,
        verbs=tuple(verb for verb in EVERY_VERB if verb != "deletecollection"),
        subresources=(Subresource("finalize", ("update",)), STATUS),
    ),
    _core("Node", "nodes", ("no",), namespaced=False, subresources=(STATUS,)),
    _core("PersistentVolumeClaim", "persistentvolumeclaims", ("pvc",), subresources=(STATUS,), shows_deleted=True),
    _core(
        "PersistentVolume", "persistentvolumes", ("pv",), namespaced=False, subresources=(STATUS,), shows_deleted=True
    ),
    _core(
        "Pod",
        "pods",
        ("po",),
        categories=_ALL,
        subresources=_POD_PARTS,
        generation="spec",
        shows_deleted=True,
    ),
    _core(
        "ReplicationController",
        "replicationcontrollers",
        ("rc",),
        categories=_ALL,
        subresources=(SCALE, STATUS),
        generation="spec",
        orphans=True,
    ),
    _core("ResourceQuota", "resourcequotas", ("quota",), subresources=(STATUS,), shows_deleted=True),
    _core("Secret", "secrets"),
    _core("ServiceAccount", "serviceaccounts", ("sa",), shows_deleted=True),
    _core("Service", "services", ("svc",), categories=_ALL, subresources=(_PROXY, STATUS), shows_deleted=True),
    _apps("ControllerRevision", "controllerrevisions"),
    _apps("DaemonSet", "daemonsets", ("ds",), categories=_ALL, subresources=(STATUS,), generation="spec"),
    _apps(
        "Deployment",
        "deployments",
        ("deploy",),
        categories=_ALL,
        subresources=(SCALE, STATUS),
        generation="spec and annotations",
    ),
    _apps("ReplicaSet", "replicasets", ("rs",), categories=_ALL, subresources=(SCALE, STATUS), generation="spec"),
    _apps("StatefulSet", "statefulsets", ("sts",), categories=_ALL, subresources=(SCALE, STATUS), generation="spec"),
    Resource("events.k8s.io", "v1", "Event", "events", ("ev",), stored_as=Collection("", "events")),
    Resource(
        "autoscaling",
        "v2",
        "HorizontalPodAutoscaler",
        "horizontalpodautoscalers",
        ("hpa",),
        categories=_ALL,
        subresources=(STATUS,),
    ),
    _batch("CronJob", "cronjobs", ("cj",), categories=_ALL, subresources=(STATUS,), generation="spec"),
    _batch("Job", "jobs", categories=_ALL, subresources=(STATUS,), generation="spec", orphans=True),
    _networking("IngressClass", "ingressclasses", namespaced=False, generation="spec"),
    _networking("Ingress", "ingresses", ("ing",), subresources=(STATUS,), generation="spec"),
    _networking("NetworkPolicy", "networkpolicies", ("netpol",), generation="spec"),
    Resource(
        "policy",
        "v1",
        "PodDisruptionBudget",
        "poddisruptionbudgets",
        ("pdb",),
        subresources=(STATUS,),
        generation="spec",
    ),
    _rbac("ClusterRoleBinding", "clusterrolebindings", namespaced=False),
    _rbac("ClusterRole", "clusterroles", namespaced=False),
    _rbac("RoleBinding", "rolebindings"),
    _rbac("Role", "roles"),
    Resource("storage.k8s.io", "v1", "StorageClass", "storageclasses", ("sc",), namespaced=False, shows_deleted=True),
    Resource(
        "apiextensions.k8s.io",
        "v1",
        "CustomResourceDefinition",
        "customresourcedefinitions",
        ("crd", "crds"),
        namespaced=False,
        categories=("api-extensions",),
        subresources=(STATUS,),
        generation="spec",
    ),
    Resource(
        "scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses", ("pc",), namespaced=False, generation="spec"
    ),
    Resource("coordination.k8s.io", "v1", "Lease", "leases"),
    Resource("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", generation="spec"),
)
"""The kinds a world's objects are of."""

REVIEWS = tuple(
    Resource(group, "v1", kind, f"{kind.lower()}s", namespaced=False, verbs=("create",))
    for group, kind in (
        ("authentication.k8s.io", "SelfSubjectReview"),
        ("authorization.k8s.io", "SelfSubjectAccessReview"),
        ("authorization.k8s.io", "SelfSubjectRulesReview"),
        ("authorization.k8s.io", "SubjectAccessReview"),
    )
)
"""Questions that are asked by creating an object which is not kept."""

USAGE = (
    Resource("metrics.k8s.io", "v1beta1", "NodeMetrics", "nodes", namespaced=False, verbs=("get", "list")),
    Resource("metrics.k8s.io", "v1beta1", "PodMetrics", "pods", verbs=("get", "list")),
)
"""What the metrics server adds to the API."""
