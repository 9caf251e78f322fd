"""The processes in containers: what is run in them, joined to, and answers on their ports."""

import asyncio
from collections.abc import Callable
from hashlib import sha256

from cockpit.simulator.clock import seconds_of
from cockpit.simulator.controllers.context import Context
from cockpit.simulator.kinds import CONFIG_MAPS, PODS, SECRETS
from cockpit.simulator.logs import LogBook
from cockpit.simulator.pod_lives import container_of, status_of
from cockpit.simulator.ports import CannotStart, Pipe
from cockpit.simulator.programs import MissingReference, Programs, program_of, repository
from cockpit.simulator.shell.commands import BUILT_IN, COMMANDS
from cockpit.simulator.shell.console import Console
from cockpit.simulator.shell.files import Files
from cockpit.simulator.shell.shell import Machine, Shell, execute, start
from cockpit.simulator.store import Object

_FOLDERS = ("/app", "/bin", "/etc", "/home", "/proc", "/root", "/sys", "/tmp", "/usr/bin", "/var/log", "/var/run")
_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
_LOOKED_AGAIN_SECONDS = 0.5

Ended = Callable[[Object, str, int], None]


class Processes:
    """What runs in the containers of one world. `ended(pod, container, code)` is told when a debugging shell ends."""

    def __init__(self, context: Context, programs: Programs, logs: LogBook, ended: Ended) -> None:
        self._context = context
        self._store = context.store
        self._programs = programs
        self._logs = logs
        self._ended = ended
        self._machines: dict[str, Machine] = {}
        """By container id: a restarted container begins with its image's files."""

    async def execute(self, namespace: str, pod: str, container: str, command: list[str], console: Console) -> int:
        """Run a command in a container and return its exit code. Raises CannotStart."""
        machine, _, _ = self._machine(namespace, pod, container)
        name = command[0].rpartition("/")[2]
        if name not in machine.shells and (name not in COMMANDS or name in BUILT_IN or not machine.shells):
            raise CannotStart(
                "error executing command in container: failed to exec in container: failed to start exec: OCI runtime "
                "exec failed: exec failed: unable to start container process: exec: "
                f'"{command[0]}": executable file not found in $PATH: unknown'
            )
        shell = Shell(machine, console)
        if name in machine.shells:
            return await execute(shell, command[1:])
        return await start(shell, console, command)

    async def attach(self, namespace: str, pod: str, container: str, console: Console) -> int:
        """Join a container's first process until it ends; return its exit code. Raises CannotStart."""
        machine, found, tree = self._machine(namespace, pod, container)
        if _is_shell(tree):
            code = await Shell(machine, console).interactive()
            self._ended(found, container, code)
            return code
        await self._listen(namespace, pod, container, console)
        return 0

    async def connect(self, namespace: str, pod: str, port: int, pipe: Pipe) -> None:
        """Serve a connection to a port of a pod until either side ends it. Raises CannotStart."""
        stored = self._store.get(PODS, namespace, pod)
        if stored is None or stored.object["status"].get("phase") != "Running":
            raise CannotStart("failed to find sandbox in store: not found")
        containers = stored.object["spec"]["containers"]
        ports = {one["containerPort"] for container in containers for one in container.get("ports", ())}
        running = [status_of(stored.object, one["name"]) for one in containers]
        if port not in ports or not any(one is not None and "running" in one["state"] for one in running):
            raise CannotStart(
                f"failed to execute portforward in network namespace: failed to connect to localhost:{port} inside "
                f'namespace "{sha256(pod.encode()).hexdigest()[:12]}": dial tcp4 127.0.0.1:{port}: connect: '
                "connection refused"
            )
        await _serve_http(pod, pipe)

    async def _listen(self, namespace: str, pod: str, container: str, console: Console) -> None:
        """Pass on what the container writes, until it ends."""
        agenda, clock = self._context.agenda, self._context.clock
        seen, run = clock.now(), None
        while (stored := self._store.get(PODS, namespace, pod)) is not None:
            status = status_of(stored.object, container)
            if (
                status is None
                or "running" not in status["state"]
                or (run or status["containerID"]) != status["containerID"]
            ):
                return
            run = status["containerID"]
            for moment, line in self._logs.lines(stored.object, container, clock.now(), previous=False, since=seen):
                if moment > seen:
                    seen = moment
                    await console.out(f"{line}\n".encode())
            await agenda.sleep_until(clock.now() + _LOOKED_AGAIN_SECONDS)

    # --- what a container has inside ---

    def _machine(self, namespace: str, pod: str, container: str) -> tuple[Machine, Object, Object]:
        stored = self._store.get(PODS, namespace, pod)
        tree = container_of(stored.object, container) if stored is not None else None
        status = status_of(stored.object, container) if stored is not None else None
        if stored is None or tree is None or status is None or "running" not in status["state"]:
            raise CannotStart(f'unable to upgrade connection: container not found ("{container}")')
        known = self._machines.get(status["containerID"])
        if known is None:
            known = self._machines[status["containerID"]] = self._made(stored.object, tree, status)
            if len(self._machines) > 500:
                self._machines.pop(next(iter(self._machines)))
        return known, stored.object, tree

    def _made(self, pod: Object, tree: Object, status: Object) -> Machine:
        namespace, name = pod["metadata"]["namespace"], pod["metadata"]["name"]
        try:
            own = self._programs.environment(namespace, tree)
        except MissingReference:
            own = {}
        environment = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOSTNAME": name,
            "HOME": "/root",
            "KUBERNETES_SERVICE_HOST": "10.96.0.1",
            "KUBERNETES_SERVICE_PORT": "443",
            **own,
        }
        program = " ".join([*tree.get("command", ()), *tree.get("args", ())])
        program = program or f"/app/{repository(tree['image']).rpartition('/')[2]}"
        shells = program_of(tree["image"]).shells
        files = Files()
        for folder in _FOLDERS:
            files.make_folder(folder, parents=True)
        for command in (*COMMANDS, *shells):
            files.write(f"/bin/{command}", b"\x7fELF", mode=0o755)
        files.write(f"/app/{repository(tree['image']).rpartition('/')[2]}", b"\x7fELF", mode=0o755)
        files.write("/etc/hostname", f"{name}\n".encode())
        files.write("/etc/hosts", f"127.0.0.1\tlocalhost\n{pod['status'].get('podIP', '')}\t{name}\n".encode())
        search = f"{namespace}.svc.cluster.local svc.cluster.local cluster.local"
        files.write("/etc/resolv.conf", f"search {search}\nnameserver 10.96.0.10\noptions ndots:5\n".encode())
        files.write("/etc/os-release", f"ID={'debian' if 'bash' in shells else 'alpine'}\n".encode())
        files.make_folder(_ACCOUNT, parents=True)
        files.write(f"{_ACCOUNT}/namespace", namespace.encode())
        self._mount(pod, tree, files)
        started = seconds_of(status["state"]["running"]["startedAt"])
        files.write("/var/log/started", f"{started:.0f}\n".encode())
        return Machine(name, files, environment, shells, program, self._context.clock.now)

    def _mount(self, pod: Object, tree: Object, files: Files) -> None:
        volumes = {one["name"]: one for one in pod["spec"].get("volumes", ())}
        for mount in tree.get("volumeMounts", ()):
            files.make_folder(mount["mountPath"], parents=True)
            volume = volumes.get(mount["name"], {})
            for field, key, collection in (("configMap", "name", CONFIG_MAPS), ("secret", "secretName", SECRETS)):
                source = self._store.get(collection, pod["metadata"]["namespace"], volume.get(field, {}).get(key, ""))
                for name, text in ((source.object.get("data") or {}) if source is not None else {}).items():
                    files.write(files.at(mount["mountPath"], name), str(text).encode())


def _is_shell(container: Object) -> bool:
    """Return whether a container waits for somebody who types."""
    return bool(container.get("stdin") and program_of(container["image"]).task_seconds and not container.get("args"))


async def _serve_http(pod: str, pipe: Pipe) -> None:
    """Answer HTTP requests: `/bytes/N` with so many bytes, anything else with the pod's name."""
    held = b""
    while True:
        while b"\r\n\r\n" not in held:
            data = await pipe.read()
            if not data:
                return
            held += data
        head, _, held = held.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        length = next((int(one.split(":")[1]) for one in lines if one.lower().startswith("content-length:")), 0)
        while len(held) < length:
            data = await pipe.read()
            if not data:
                return
            held += data
        sent, held = held[:length], held[length:]
        path = lines[0].split(" ")[1] if lines[0].count(" ") >= 2 else "/"
        size = path.removeprefix("/bytes/")
        if sent:
            body = sent
        elif path.startswith("/bytes/") and size.isdecimal():
            body = bytes(min(int(size), 1 << 28))
        else:
            body = f"{pod} answers\n".encode()
        closing = lines[0].endswith("HTTP/1.0") or any(one.lower() == "connection: close" for one in lines)
        kept = "close" if closing else "keep-alive"
        start_line = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: {kept}\r\n\r\n"
        await pipe.write(start_line.encode() + body[: 1 << 16])
        for place in range(1 << 16, len(body), 1 << 16):
            await pipe.write(body[place : place + (1 << 16)])
        if closing:
            return
        await asyncio.sleep(0)
