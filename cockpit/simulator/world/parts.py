"""The parts of pod templates, complete as an API server stores them."""

from dataclasses import dataclass, field, replace

from cockpit.simulator.store import Object

NAME = "app.kubernetes.io/name"
_MANAGED_BY = "argocd"


@dataclass(frozen=True, slots=True)
class Container:
    """A container: its image, what it requests (`cpu`, `memory`) and may use at most, its port and environment."""

    name: str
    image: str
    cpu: str = "50m"
    memory: str = "64Mi"
    limit: str = ""
    cpu_limit: str = ""
    """How much CPU it may use; empty: what there is."""
    port: int = 8080
    probe: str = "/healthz"
    env: tuple[tuple[str, str], ...] = ()
    env_from: tuple[tuple[str, str], ...] = ()
    """`("configMapRef" | "secretRef", name)` pairs."""
    args: tuple[str, ...] = ()
    liveness: str = ""
    """The path that its liveness probe asks; empty: it has none."""
    pre_stop: int = 0
    """Seconds that it waits before it ends."""
    hardened: bool = False
    """Whether it runs without root, privilege and a root file system that can be written."""

    def tree(self) -> Object:
        """Return the container as it stands in a pod's spec."""
        container: Object = {"name": self.name, "image": self.image}
        if self.args:
            container["args"] = list(self.args)
        if self.port:
            container["ports"] = [{"name": "http", "containerPort": self.port, "protocol": "TCP"}]
        if self.env_from:
            container["envFrom"] = [{kind: {"name": name}} for kind, name in self.env_from]
        if self.env:
            container["env"] = [{"name": name, "value": value} for name, value in self.env]
        container["resources"] = {
            "requests": {"cpu": self.cpu, "memory": self.memory},
            "limits": {
                **({"cpu": self.cpu_limit} if self.cpu_limit else {}),
                "memory": self.limit or self.memory,
            },
        }
        if self.port and self.probe:
            container["readinessProbe"] = {
                "httpGet": {"path": self.probe, "port": "http", "scheme": "HTTP"},
                "timeoutSeconds": 1,
                "periodSeconds": 10,
                "successThreshold": 1,
                "failureThreshold": 3,
            }
        if self.liveness:
            container["livenessProbe"] = {
                "httpGet": {"path": self.liveness, "port": "http", "scheme": "HTTP"},
                "timeoutSeconds": 1,
                "periodSeconds": 20,
                "successThreshold": 1,
                "failureThreshold": 3,
            }
        if self.pre_stop:
            container["lifecycle"] = {"preStop": {"sleep": {"seconds": self.pre_stop}}}
        if self.hardened:
            container["securityContext"] = {
                "allowPrivilegeEscalation": False,
                "capabilities": {"drop": ["ALL"]},
                "readOnlyRootFilesystem": True,
                "runAsNonRoot": True,
                "runAsUser": 10001,
            }
        return container | {
            "terminationMessagePath": "/dev/termination-log",
            "terminationMessagePolicy": "File",
            "imagePullPolicy": "IfNotPresent",
        }

    def version(self, tag: str) -> "Container":
        """Return the container with another tag of its image."""
        return replace(self, image=f"{self.image.rpartition(':')[0]}:{tag}")


@dataclass(frozen=True, slots=True)
class Labels:
    """The recommended labels of a workload, and the team that owns it."""

    name: str
    part_of: str
    component: str
    version: str = ""
    team: str = "platform"

    def tree(self) -> dict[str, str]:
        """Return the labels as a map."""
        labels = {
            NAME: self.name,
            "app.kubernetes.io/part-of": self.part_of,
            "app.kubernetes.io/component": self.component,
            "app.kubernetes.io/managed-by": _MANAGED_BY,
            "cockpit.dev/team": self.team,
        }
        if self.version:
            labels["app.kubernetes.io/version"] = self.version
        return labels

    @property
    def selector(self) -> Object:
        """The selector that picks the workload's pods."""
        return {"matchLabels": {NAME: self.name}}


@dataclass(frozen=True, slots=True)
class PodPlan:
    """What the pods of a workload consist of."""

    containers: tuple[Container, ...]
    init_containers: tuple[Container, ...] = ()
    service_account: str = "default"
    node_selector: dict[str, str] = field(default_factory=dict)
    tolerations: tuple[Object, ...] = ()
    restart_policy: str = "Always"
    priority_class: str = ""
    spread: bool = False
    """Whether its pods shall stand on several nodes."""
    token: bool = True
    """Whether its pods carry the token of their account."""

    def template(self, labels: dict[str, str], **annotations: str) -> Object:
        """Return the pod template with these labels."""
        spec: Object = {"containers": [one.tree() for one in self.containers]}
        if self.init_containers:
            spec["initContainers"] = [one.tree() for one in self.init_containers]
        if self.node_selector:
            spec["nodeSelector"] = self.node_selector
        if self.tolerations:
            spec["tolerations"] = list(self.tolerations)
        if self.priority_class:
            spec["priorityClassName"] = self.priority_class
        if self.spread:
            spec["topologySpreadConstraints"] = [
                {
                    "maxSkew": 1,
                    "topologyKey": "kubernetes.io/hostname",
                    "whenUnsatisfiable": "ScheduleAnyway",
                    "labelSelector": {"matchLabels": {NAME: labels[NAME]}},
                }
            ]
        if not self.token:
            spec["automountServiceAccountToken"] = False
        spec |= {
            "restartPolicy": self.restart_policy,
            "terminationGracePeriodSeconds": 30,
            "dnsPolicy": "ClusterFirst",
            "serviceAccountName": self.service_account,
            "serviceAccount": self.service_account,
            "securityContext": {},
            "schedulerName": "default-scheduler",
        }
        metadata: Object = {"labels": labels}
        if annotations:
            metadata["annotations"] = annotations
        return {"metadata": metadata, "spec": spec}
