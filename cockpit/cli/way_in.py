"""What leads to a context's cluster, for commands without a screen."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from state.cluster.transport import Transport


def way_in(context: str, kubeconfig: Path | None, environ: Mapping[str, str]) -> "Transport | None":
    """Return the transport to a context's cluster, None where the kubeconfig leads nowhere; nothing is asked yet."""
    from state.cluster.connect import connect
    from state.cluster.credentials import SignIns
    from state.cluster.errors import ConfigError
    from state.cluster.kubeconfig import find_target

    try:
        return connect(find_target(context, kubeconfig, environ), SignIns(environ), environ)
    except ConfigError:
        return None
