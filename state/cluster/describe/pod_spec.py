"""The parts of a pod, which a template has too: containers, volumes, where it may run."""

from collections.abc import Sequence
from urllib.parse import quote

from state.cluster.describe.amounts import Amount
from state.cluster.describe.parts import (
    NONE,
    Json,
    annotations,
    at,
    entries,
    labels,
    moment,
    number,
    selector,
    table,
    texts,
    tolerations,
    word,
)
from state.cluster.describe.sheet import Sheet
from state.cluster.describe.volumes import volumes


def pod_template(sheet: Sheet, template: Json) -> None:
    """Put a pod template."""
    spec = table(template, "spec")
    sheet.line(0, "Pod Template:")
    labels(sheet, "  Labels", at(template, "metadata", "labels"))
    if table(template, "metadata", "annotations"):
        annotations(sheet, "  Annotations", at(template, "metadata", "annotations"))
    if spec.get("serviceAccountName"):
        sheet.line(1, "Service Account:", word(spec["serviceAccountName"]))
    if entries(spec, "initContainers"):
        containers(sheet, "Init Containers", entries(spec, "initContainers"), indent="  ")
    containers(sheet, "Containers", entries(spec, "containers"), indent="  ")
    volumes(sheet, entries(spec, "volumes"), "  ")
    spread(sheet, entries(spec, "topologySpreadConstraints"), "  ")
    if spec.get("priorityClassName"):
        sheet.line(1, "Priority Class Name:", word(spec["priorityClassName"]))
    labels(sheet, "  Node-Selectors", spec.get("nodeSelector"))
    tolerations(sheet, "  Tolerations", entries(spec, "tolerations"))


def containers(
    sheet: Sheet,
    title: str,
    found: Sequence[Json],
    statuses: Sequence[Json] = (),
    pod: Json | None = None,
    indent: str = "",
) -> None:
    """Put containers; `statuses` and `pod` are there for those that run, `indent` stands before a template's."""
    by_name = {word(status.get("name")): status for status in statuses}
    sheet.put(0, f"{indent}{title}:{'' if found else ' ' + NONE}\n")
    for container in found:
        status = by_name.get(word(container.get("name")))
        _basics(sheet, container, status, " " if indent else "")
        _command(sheet, container)
        if status is not None:
            _state(sheet, "State", table(status, "state"))
            if table(status, "lastState", "terminated"):
                _state(sheet, "Last State", table(status, "lastState"))
            sheet.line(2, "Ready:", "True" if status.get("ready") is True else "False")
            sheet.line(2, "Restart Count:", number(status, "restartCount"))
        resources(sheet, table(container, "resources"), 2)
        for name, key in (("Liveness", "livenessProbe"), ("Readiness", "readinessProbe"), ("Startup", "startupProbe")):
            if isinstance(container.get(key), dict):
                sheet.line(2, f"{name}:", probe(container[key]))
        _environment(sheet, container, pod)
        _mounts(sheet, container)


def resources(sheet: Sheet, found: Json, level: int) -> None:
    """Put limits and requests."""
    for title, key in (("Limits:", "limits"), ("Requests:", "requests")):
        wanted = table(found, key)
        if wanted:
            sheet.line(level, title)
        for name in sorted(wanted):
            sheet.line(level + 1, f"{name}:", Amount.of(wanted[name]))


def probe(found: Json) -> str:
    """Return a probe in one line."""
    attributes = " ".join(
        (
            f"delay={number(found, 'initialDelaySeconds')}s",
            f"timeout={number(found, 'timeoutSeconds')}s",
            f"period={number(found, 'periodSeconds')}s",
            f"successThreshold={number(found, 'successThreshold')}",
            f"failureThreshold={number(found, 'failureThreshold')}",
        )
    )
    if isinstance(found.get("exec"), dict):
        return f"exec {word(texts(found, 'exec', 'command'))} {attributes}"
    if isinstance(found.get("httpGet"), dict):
        get = found["httpGet"]
        host, port = word(get.get("host")), word(get.get("port"))
        path = quote(word(get.get("path")), safe="/:@!$&'()*+,;=~-._")
        path = path if path.startswith("/") or not path else f"/{path}"
        return f"http-get {word(get.get('scheme')).lower()}://{host}{':' + port if port else ''}{path} {attributes}"
    if isinstance(found.get("tcpSocket"), dict):
        socket = found["tcpSocket"]
        return f"tcp-socket {word(socket.get('host'))}:{word(socket.get('port'))} {attributes}"
    if isinstance(found.get("grpc"), dict):
        return f"grpc <pod>:{word(found['grpc'].get('port'))} {word(found['grpc'].get('service'))} {attributes}"
    return f"unknown {attributes}"


def spread(sheet: Sheet, found: Sequence[Json], indent: str = "") -> None:
    """Put topology spread constraints."""
    lines = []
    for one in sorted(found, key=lambda one: word(one.get("topologyKey"))):
        text = f"{word(one.get('topologyKey'))}:{word(one.get('whenUnsatisfiable'))}"
        text += f" when max skew {number(one, 'maxSkew')} is exceeded"
        if isinstance(one.get("labelSelector"), dict):
            text += f" for selector {selector(one['labelSelector']) or NONE}"
        lines.append(text)
    for index, line in enumerate(lines):
        sheet.put(0, f"{indent}Topology Spread Constraints:\t{line}\n" if index == 0 else f"{indent}\t{line}\n")


def _basics(sheet: Sheet, container: Json, status: Json | None, indent: str) -> None:
    sheet.put(1, f"{indent}{word(container.get('name'))}:\n")
    if status is not None:
        sheet.line(2, "Container ID:", word(status.get("containerID")))
    sheet.line(2, "Image:", word(container.get("image")))
    if status is not None:
        sheet.line(2, "Image ID:", word(status.get("imageID")))
    ports = entries(container, "ports")
    for title, key in (("Port", "containerPort"), ("Host Port", "hostPort")):
        shown = []
        for port in ports:
            name = word(port.get("name"))
            shown.append(f"{number(port, key)}/{word(port.get('protocol'))}" + (f" ({name})" if name else ""))
        sheet.line(2, f"{title}s:" if len(shown) > 1 else f"{title}:", ", ".join(shown) or NONE)
    profile = table(container, "securityContext", "seccompProfile")
    if profile:
        sheet.line(2, "SeccompProfile:", word(profile.get("type")))
        if profile.get("type") == "Localhost":
            sheet.line(3, "LocalhostProfile:", word(profile.get("localhostProfile")))


def _command(sheet: Sheet, container: Json) -> None:
    for title, key in (("Command:", "command"), ("Args:", "args")):
        words = texts(container, key)
        if words:
            sheet.line(2, title)
        for one in words:
            for line in one.split("\n"):
                sheet.line(3, line)


def _state(sheet: Sheet, title: str, state: Json) -> None:
    if isinstance(state.get("running"), dict):
        sheet.line(2, f"{title}:", "Running")
        sheet.line(3, "Started:", moment(state["running"].get("startedAt")))
        return
    ended = state.get("terminated")
    if not isinstance(state.get("waiting"), dict) and isinstance(ended, dict):
        sheet.line(2, f"{title}:", "Terminated")
        for name in ("reason", "message"):
            if ended.get(name):
                sheet.line(3, f"{name.capitalize()}:", word(ended[name]))
        sheet.line(3, "Exit Code:", number(ended, "exitCode"))
        if number(ended, "signal") > 0:
            sheet.line(3, "Signal:", number(ended, "signal"))
        sheet.line(3, "Started:", moment(ended.get("startedAt")))
        sheet.line(3, "Finished:", moment(ended.get("finishedAt")))
        return
    sheet.line(2, f"{title}:", "Waiting")
    reason = word(at(state, "waiting", "reason"))
    if reason:
        sheet.line(3, "Reason:", reason)


def _environment(sheet: Sheet, container: Json, pod: Json | None) -> None:
    sources = entries(container, "envFrom")
    if sources:
        sheet.line(2, "Environment Variables from:")
    for one in sources:
        kind, key = (
            ("ConfigMap", "configMapRef") if isinstance(one.get("configMapRef"), dict) else ("Secret", "secretRef")
        )
        prefix = word(one.get("prefix"))
        shown = f"{kind} with prefix '{prefix}'" if prefix else kind
        sheet.line(3, word(at(one, key, "name")), shown, f"Optional: {word(at(one, key, 'optional') is True)}")
    variables = entries(container, "env")
    sheet.put(2, f"Environment:{'' if variables else chr(9) + NONE}\n")
    for one in variables:
        name = f"{word(one.get('name'))}:"
        source = one.get("valueFrom")
        if not isinstance(source, dict):
            first, *more = word(one.get("value")).split("\n")
            sheet.line(3, name, first)
            for line in more:
                sheet.line(3, "", line)
            continue
        field, amount = table(source, "fieldRef"), table(source, "resourceFieldRef")
        if field:
            path = word(field.get("fieldPath"))
            sheet.line(3, name, f"{_field(pod, path)} ({word(field.get('apiVersion'))}:{path})")
        elif amount:
            wanted = word(amount.get("resource"))
            sheet.line(3, name, f"{_resource_field(container, amount, wanted)} ({wanted})")
        for key, phrase in (("secretKeyRef", "in secret"), ("configMapKeyRef", "of config map")):
            ref = table(source, key)
            if ref:
                sheet.line(
                    3,
                    name,
                    f"<set to the key '{word(ref.get('key'))}' {phrase} '{word(ref.get('name'))}'>",
                    f"Optional: {word(ref.get('optional') is True)}",
                )


def _field(pod: Json | None, path: str) -> str:
    """What a downward field comes to in a pod; nothing in a template."""
    if pod is None:
        return ""
    keys = {"status.hostIP", "status.podIP", "spec.nodeName", "spec.serviceAccountName"}
    if path in keys or path in ("metadata.name", "metadata.namespace", "metadata.uid"):
        return word(at(pod, *path.split(".")))
    base, bracket, key = path.partition("['")
    if bracket and base in ("metadata.labels", "metadata.annotations"):
        return word(table(pod, *base.split(".")).get(key.removesuffix("']")))
    return ""


def _resource_field(container: Json, ref: Json, wanted: str) -> str:
    kind, _, name = wanted.partition(".")
    amount = Amount.of(table(container, "resources", kind).get(name, "0"))
    if not amount and wanted in ("limits.cpu", "limits.memory"):
        return "node allocatable"
    divisor = Amount.of(ref.get("divisor") or "1")
    quotient = amount.value / (divisor.value or 1)
    return str(-(-quotient.numerator // quotient.denominator))


def _mounts(sheet: Sheet, container: Json) -> None:
    mounts = sorted(entries(container, "volumeMounts"), key=lambda one: word(one.get("mountPath")))
    sheet.put(2, f"Mounts:{'' if mounts else chr(9) + NONE}\n")
    for one in mounts:
        flags = "ro" if one.get("readOnly") is True else "rw"
        path = word(one.get("subPath"))
        shown = f'{flags},path="{path}"' if path else flags
        sheet.line(3, f"{word(one.get('mountPath'))} from {word(one.get('name'))} ({shown})")
    devices = sorted(entries(container, "volumeDevices"), key=lambda one: word(one.get("devicePath")))
    if devices:
        sheet.line(2, "Devices:")
    for one in devices:
        sheet.line(3, f"{word(one.get('devicePath'))} from {word(one.get('name'))}")
