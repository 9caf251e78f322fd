"""What a container does once it is started: by its image, its command and its environment."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from cockpit.simulator.kinds import CONFIG_MAPS, SECRETS
from cockpit.simulator.quantity import quantity
from cockpit.simulator.store import Object, Store

REGISTRY = "registry.example"
LogStyle = Literal["json", "access", "logfmt", "klog", "plain", "silent"]
_MEBIBYTE = 2**20


@dataclass(frozen=True, slots=True)
class Program:
    """What an image holds.

    `ready_after`: seconds from start to ready. `lines_per_second`: of its log. `task_seconds`: how long it runs when
    it is a task; None when it serves until it is stopped. `least_memory`: bytes without which it is killed.
    """

    style: LogStyle = "plain"
    ready_after: float = 3.0
    lines_per_second: float = 0.2
    task_seconds: float | None = None
    least_memory: float = 12 * _MEBIBYTE
    shells: tuple[str, ...] = ("ash", "sh")
    """Those its image has; none: an image without any commands, as the distroless ones."""


@dataclass(frozen=True, slots=True)
class Exit:
    """How a container ends: seconds after its start, its exit code, the kubelet's reason, the last lines of its log."""

    after: float
    code: int
    reason: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """What one run of a container will be: when it is ready (None: never), how it ends (None: it serves on)."""

    program: Program
    ready_after: float | None
    exit: Exit | None


_SERVER = Program()
_SHELL = Program("silent", 0.5, 0.0, task_seconds=0.4)
_BARE: tuple[str, ...] = ()
_DEBIAN = ("bash", "sh")
_SHELL_IMAGES = {"alpine", "bash", "busybox", "curl", "debian", "python", "ubuntu"}
_TAG = re.compile(r"(latest|stable|mainline|edge|main|v?\d[\w.\-]*|[\w\-]*alpine[\w.\-]*|[\w\-]*slim)\Z")

REQUIRED_SETTINGS: Mapping[str, tuple[str, ...]] = {f"{REGISTRY}/payments-api:v1.8.2": ("PAYMENTS_DB_URL",)}
"""Environment variables without which an image ends at once."""

_JSON = Program("json", 4.0, 0.7, least_memory=32 * _MEBIBYTE, shells=_DEBIAN)
_CONTROLLER = Program("logfmt", 2.5, 0.08)
_KUBE = Program("klog", 2.0, 0.05, shells=_BARE)
PROGRAMS: Mapping[str, Program] = {
    f"{REGISTRY}/payments-api": Program("json", 5.0, 1.2, least_memory=48 * _MEBIBYTE, shells=_DEBIAN),
    f"{REGISTRY}/payments-worker": _JSON,
    f"{REGISTRY}/payments-ledger": _JSON,
    f"{REGISTRY}/notifications-api": _JSON,
    f"{REGISTRY}/notifications-worker": _JSON,
    f"{REGISTRY}/storefront-api": _JSON,
    f"{REGISTRY}/storefront-web": Program("access", 2.0, 2.0),
    f"{REGISTRY}/storefront-search": _JSON,
    f"{REGISTRY}/migrate": Program("plain", 0.5, 1.0, task_seconds=3.0),
    f"{REGISTRY}/backup": Program("logfmt", 0.5, 0.5, task_seconds=35.0),
    f"{REGISTRY}/reconcile": Program("json", 0.5, 1.0, task_seconds=12.0),
    f"{REGISTRY}/image-sweep": Program("logfmt", 0.5, 0.4, task_seconds=400.0),
    f"{REGISTRY}/load": Program("plain", 1.0, 0.1, least_memory=0.0),
    "registry.k8s.io/ingress-nginx/controller": Program("access", 3.0, 3.0),
    "registry.k8s.io/coredns/coredns": Program("klog", 2.0, 0.02, shells=_BARE),
    "quay.io/argoproj/argocd": _CONTROLLER,
    "quay.io/jetstack/cert-manager-controller": _KUBE,
    "quay.io/jetstack/cert-manager-cainjector": _KUBE,
    "quay.io/jetstack/cert-manager-webhook": _KUBE,
    "quay.io/prometheus/prometheus": _CONTROLLER,
    "quay.io/prometheus/alertmanager": _CONTROLLER,
    "docker.io/grafana/grafana": _CONTROLLER,
    "docker.io/grafana/loki": _CONTROLLER,
    "ghcr.io/external-secrets/external-secrets": Program("json", 2.0, 0.1, shells=_BARE),
}


def repository(image: str) -> str:
    """Return an image's name without tag and digest."""
    name = image.partition("@")[0]
    head, slash, last = name.rpartition("/")
    return head + slash + last.partition(":")[0]


def tag(image: str) -> str:
    """Return an image's tag, `latest` when it has none."""
    last = image.partition("@")[0].rpartition("/")[2]
    return last.partition(":")[2] or "latest"


def program_of(image: str) -> Program:
    """Return what an image holds; an unknown one is a server that says little."""
    name = repository(image)
    if name.rpartition("/")[2] in _SHELL_IMAGES:
        return _SHELL
    return PROGRAMS.get(name, _SERVER)


class MissingReference(Exception):
    """A container's environment names a config map, a secret or a key that is not there."""


class Programs:
    """What the containers of one world do. `pushed` are the images its own registry has."""

    def __init__(self, store: Store, pushed: set[str]) -> None:
        self._store = store
        self._pushed = pushed

    def exists(self, image: str) -> bool:
        """Return whether an image can be pulled."""
        if image.startswith(f"{REGISTRY}/"):
            return image in self._pushed
        return _TAG.match(tag(image)) is not None

    def environment(self, namespace: str, container: Object) -> dict[str, str]:
        """Return a container's environment. Raises MissingReference."""
        found: dict[str, str] = {}
        for source in container.get("envFrom", ()):
            for field, kind in (("configMapRef", "configmap"), ("secretRef", "secret")):
                if (reference := source.get(field)) is not None:
                    data = self._data(namespace, kind, reference)
                    found |= {f"{source.get('prefix', '')}{key}": value for key, value in data.items()}
        for variable in container.get("env", ()):
            found[variable["name"]] = self._value(namespace, variable)
        return found

    def _value(self, namespace: str, variable: Object) -> str:
        origin = variable.get("valueFrom")
        if not origin:
            return str(variable.get("value", ""))
        for field, kind in (("configMapKeyRef", "configmap"), ("secretKeyRef", "secret")):
            if (reference := origin.get(field)) is not None:
                data = self._data(namespace, kind, reference)
                if reference["key"] not in data and not reference.get("optional"):
                    shown = "ConfigMap" if kind == "configmap" else "Secret"
                    where = f"{shown} {namespace}/{reference['name']}"
                    raise MissingReference(f"couldn't find key {reference['key']} in {where}")
                return str(data.get(reference["key"], ""))
        return ""

    def _data(self, namespace: str, kind: str, reference: Object) -> dict[str, str]:
        collection = CONFIG_MAPS if kind == "configmap" else SECRETS
        stored = self._store.get(collection, namespace, reference["name"])
        if stored is None:
            if reference.get("optional"):
                return {}
            raise MissingReference(f'{kind} "{reference["name"]}" not found')
        data: dict[str, str] = stored.object.get("data") or {}
        return data

    def course(self, namespace: str, container: Object) -> Course:
        """Return what a run of a container started now will be. Raises MissingReference."""
        environment = self.environment(namespace, container)
        image = container["image"]
        program = program_of(image)
        missing = [name for name in REQUIRED_SETTINGS.get(image, ()) if not environment.get(name)]
        if missing:
            name = repository(image).rpartition("/")[2]
            words: tuple[str, ...] = (f"starting {name} {tag(image)}", "config: read 6 settings from the environment")
            fatal = tuple(f"FATAL config: {one} is not set" for one in missing)
            return Course(program, None, Exit(1.5, 1, "Error", words + fatal))
        limit = container.get("resources", {}).get("limits", {}).get("memory")
        if limit is not None and quantity(limit) < program.least_memory:
            return Course(program, None, Exit(2.5, 137, "OOMKilled"))
        command = " ".join([*container.get("command", ()), *container.get("args", ())])
        if program is _SHELL and command:
            return _shell_course(command)
        if program is _SHELL and container.get("stdin"):
            # It waits for who types.
            return Course(program, program.ready_after, None)
        if program.task_seconds is not None:
            words = ("done",) if program.style == "plain" else ()
            return Course(program, program.ready_after, Exit(program.task_seconds, 0, "Completed", words))
        return Course(program, program.ready_after, None)


def _shell_course(command: str) -> Course:
    """Return what a few words of shell come to: `sleep`, `exit`, `echo`, `true`, `false`; anything else ends well."""
    slept = sum(float(seconds) for seconds in re.findall(r"\bsleep (\d+(?:\.\d+)?)", command))
    code = re.search(r"\bexit (\d+)", command)
    ended = int(code[1]) % 256 if code else int(bool(re.search(r"\bfalse\b", command)))
    said = tuple(text.strip("'\" ") for text in re.findall(r"\becho ([^;&|]+)", command))
    if re.search(r"\bsleep infinity\b|\bwhile true\b|\btail -f\b", command):
        return Course(_SHELL, 0.5, None)
    return Course(_SHELL, 0.5, Exit(max(0.4, slept), ended, "Error" if ended else "Completed", said))
