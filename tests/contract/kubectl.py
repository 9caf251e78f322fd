"""What the real kubectl prints, beside what the product says of the same object at the same moment."""

import os
import shlex
import shutil
import subprocess

from state.cluster.kinds.kind import Resource

CONFIG = os.environ.get("COCKPIT_TEST_KUBECONFIG", "")


def command() -> list[str]:
    """Return how kubectl is run: what COCKPIT_TEST_KUBECTL says, else the one that is installed; empty for none."""
    named = os.environ.get("COCKPIT_TEST_KUBECTL", "")
    return shlex.split(named) if named else [found] if (found := shutil.which("kubectl")) else []


def described(config: str, resource: Resource, namespace: str, name: str) -> str:
    """Return the description that kubectl prints, in UTC. Raises CalledProcessError."""
    plural = ".".join(filter(None, (resource.plural, resource.group and resource.version, resource.group)))
    place = ["-n", namespace] if namespace else []
    done = subprocess.run(
        [*command(), f"--kubeconfig={config}", "describe", plural, name, *place],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={**os.environ, "TZ": "UTC"},
    )
    return done.stdout
