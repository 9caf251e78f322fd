"""A session that has expired: the plugin gets the terminal, and what was shown goes on."""

import json
from collections.abc import Callable
from pathlib import Path

import yaml

from cockpit.demo_world import Endpoints
from tests.e2e.conftest import Desk
from tests.e2e.terminal import Terminal

_PLUGIN = """#!/bin/sh
case $KUBERNETES_EXEC_INFO in *'"interactive": true'*) ;; *) echo 'your session has ended' >&2; exit 1;; esac
printf 'password for ana: ' >&2
read word
test "$word" = open || exit 1
cat {credential}
"""


def test_a_plugin_asks_at_the_terminal_and_the_lists_go_on(
    terminal: Callable[..., Terminal], simulated: Endpoints, desk: Desk, tmp_path: Path
) -> None:
    known = yaml.safe_load(simulated.kubeconfig.read_text())
    user = next(one for one in known["users"] if one["name"] == known["contexts"][0]["context"]["user"])
    status = {"token": user["user"]["token"]}
    version = "client.authentication.k8s.io/v1"
    credential = tmp_path / "credential"
    credential.write_text(json.dumps({"apiVersion": version, "kind": "ExecCredential", "status": status}))
    plugin = tmp_path / "plugin"
    plugin.write_text(_PLUGIN.format(credential=credential))
    plugin.chmod(0o700)
    user["user"] = {"exec": {"apiVersion": version, "command": str(plugin), "interactiveMode": "IfAvailable"}}
    config = tmp_path / "kubeconfig"
    config.write_text(yaml.safe_dump(known))
    name = known["contexts"][0]["name"]
    start = ["--kubeconfig", str(config), "--context", name, "--data-dir", str(desk.folder), "--screen", "cluster"]
    cockpit = terminal(["cockpit", *start])
    cockpit.wait_for(rf"Sign in to {name}")
    cockpit.wait_for(r"your session has ended")
    cockpit.keys("Enter")
    cockpit.wait_for(r"^password for ana:")
    cockpit.type("shut")
    cockpit.keys("Enter")
    cockpit.wait_for(r"sign-in failed")
    cockpit.keys(":")
    cockpit.type("login")
    cockpit.keys("Enter")
    cockpit.wait_for(r"(?s)password for ana:.*password for ana:")
    cockpit.type("open")
    cockpit.keys("Enter")
    cockpit.wait_for(r"╭─ Pods  \d\d\d")
    cockpit.keys("q")
    assert cockpit.wait_for_end() == 0
    assert not cockpit.left_behind
