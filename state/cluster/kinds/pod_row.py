"""What is kept of a pod."""

from state.cluster.kinds.kind import Row


class PodRow(Row, frozen=True, kw_only=True, gc=False):
    """A pod. Moments are seconds since the epoch; requests and limits are cores and bytes, 0 where none are set."""

    ready: int = 0
    total: int = 0
    """Containers, restartable init containers among them."""
    status: str = ""
    """STATUS as `kubectl get pods` shows it."""
    restarts: int = 0
    restarted: float | None = None
    """When a container last ended before it was started again."""
    phase: str = ""
    node: str = ""
    ip: str = ""
    nominated_node: str = ""
    gates: str = "<none>"
    """Readiness gates that hold, of all: `1/2`."""
    images: tuple[str, ...] = ()
    containers: tuple[str, ...] = ()
    """Names, init containers not among them."""
    default_container: str = ""
    """The container that the pod's annotation names for logs and shells."""
    cpu_request: float = 0.0
    memory_request: float = 0.0
    cpu_limit: float = 0.0
    memory_limit: float = 0.0
    """What its containers together may use at most, 0 where one of them has no limit."""
    waiting: str = ""
    """Why the first waiting container waits: `CrashLoopBackOff`, `ImagePullBackOff`, `ContainerCreating`."""
    ended: str = ""
    """Why a container last ended before a restart: `Error`, `OOMKilled`."""
    blocked: str = ""
    """Why no node takes it, short: `no cpu`."""
    ready_since: float | None = None
    """When it last became ready, or stopped being so."""
