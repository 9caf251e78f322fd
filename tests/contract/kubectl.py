"""What the real kubectl prints, beside what the product says of the same object at the same moment."""

import json
import os
import re
import shlex
import shutil
import subprocess

from state.cluster.kinds.kind import Resource

CONFIG = os.environ.get("COCKPIT_TEST_KUBECONFIG", "")
SINCE = 37
"""The minor version since which kubectl words descriptions as the product does; older ones differ here and there."""


def command() -> list[str]:
    """Return how kubectl is run: what COCKPIT_TEST_KUBECTL says, else the one that is installed; empty for none."""
    named = os.environ.get("COCKPIT_TEST_KUBECTL", "")
    return shlex.split(named) if named else [found] if (found := shutil.which("kubectl")) else []


def why_not() -> str:
    """Return why there is no kubectl to compare with, empty when there is one."""
    if not command():
        return "no kubectl: set COCKPIT_TEST_KUBECTL or install it"
    asked = [*command(), "version", "--client", "--output=json"]
    done = subprocess.run(asked, capture_output=True, check=False, timeout=60)
    if done.returncode:
        return f"kubectl does not say its version: {done.stderr.decode(errors='replace')[:200]}"
    minor = int(re.match(r"\d*", json.loads(done.stdout)["clientVersion"]["minor"])[0] or 0)  # type: ignore[index]
    return "" if minor >= SINCE else f"kubectl 1.{minor} is too old: set COCKPIT_TEST_KUBECTL to 1.{SINCE} or newer"


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
