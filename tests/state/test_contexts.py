"""Which contexts there are, and which of them are open for how long."""

import os
from pathlib import Path
from typing import Any

import pytest

from state.clock import Clock
from state.cluster.errors import ConfigError
from state.cluster.kinds.nodes import NODE
from state.cluster.live import Cluster
from state.config import Config
from state.contexts import LINGER, Context, Contexts, KnownContexts
from state.settings import Flags, resolve

KUBECONFIG = """
contexts:
{contexts}
clusters:
- name: lab
  cluster: {{server: "https://127.0.0.1:1"}}
"""


def write(path: Path, *names: str) -> None:
    entries = "\n".join(f"- name: {name}\n  context: {{cluster: lab}}" for name in names)
    path.write_text(KUBECONFIG.format(contexts=entries))


class Time:
    def __init__(self) -> None:
        self.now = 0.0
        self.clock = Clock(lambda: self.now, lambda: self.now)


def context(name: str, time: Time, **flags: Any) -> Context:
    def unreachable() -> Any:
        raise ConfigError("there is no server")

    settings = resolve(Flags(context=name, **flags), {}, Config())
    cluster = Cluster(name, unreachable, lambda transport: None, clock=time.clock)
    return Context.of(settings, cluster)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def contexts(time: Time) -> Contexts:
    def make(name: str) -> Context:
        if name == "none":
            raise ConfigError("no context 'none'")
        return context(name, time, read_only=name == "archive")

    return Contexts(context("prod", time), make, KnownContexts(()), time.clock)


async def test_a_context_is_opened_once_and_known_from_then_on(contexts: Contexts) -> None:
    assert contexts.get("staging") is None
    staging = await contexts.open("staging")
    assert await contexts.open("staging") is staging
    assert contexts.get("staging") is staging
    assert [one.name for one in contexts] == ["prod", "staging"]
    assert contexts.home.name == "prod"


async def test_one_that_is_not_there_is_told_and_harms_nothing(contexts: Contexts) -> None:
    with pytest.raises(ConfigError, match="no context 'none'"):
        await contexts.open("none")
    assert [one.name for one in contexts] == ["prod"]


async def test_one_that_nobody_reads_closes_after_a_while_but_never_home(contexts: Contexts, time: Time) -> None:
    await contexts.open("staging")
    contexts.pump()
    time.now = LINGER
    contexts.pump()
    assert contexts.get("staging") is not None
    time.now = LINGER + 1
    contexts.pump()
    assert contexts.get("staging") is None
    assert contexts.get("prod") is not None


async def test_one_that_is_read_stays_open(contexts: Contexts, time: Time) -> None:
    staging = await contexts.open("staging")
    lease = staging.cluster.lease(NODE)
    for seconds in (LINGER + 1, 2 * LINGER + 2):
        time.now = seconds
        contexts.pump()
    assert contexts.get("staging") is staging
    lease.release()
    contexts.close()


async def test_home_can_be_another(contexts: Contexts, time: Time) -> None:
    staging = await contexts.open("staging")
    contexts.settle(staging)
    contexts.pump()
    time.now = LINGER + 1
    contexts.pump()
    assert [one.name for one in contexts] == ["staging"]


async def test_what_holds_is_told_by_context_and_nothing_may_be_done_in_one_that_is_not_open(
    contexts: Contexts,
) -> None:
    await contexts.open("archive")
    await contexts.open("staging")
    assert [contexts.read_only(name) for name in ("prod", "archive", "staging", "unknown")] == [
        False,
        True,
        False,
        True,
    ]
    assert [contexts.protected(name) for name in ("prod", "staging", "unknown")] == [True, False, True]


def test_contexts_on_disk_are_read_again_when_they_differ(tmp_path: Path) -> None:
    path = tmp_path / "config"
    known = KnownContexts((path,))
    known.read()
    assert known.names == ()
    assert "does not exist" in known.problem
    write(path, "prod", "staging")
    known.read()
    assert (known.names, known.problem) == (("prod", "staging"), "")
    found = known.found
    known.read()
    assert known.found is found
    write(path, "prod", "staging", "lab")
    known.read()
    assert known.names == ("prod", "staging", "lab")


def test_a_broken_file_leaves_what_was_known(tmp_path: Path) -> None:
    path = tmp_path / "config"
    write(path, "prod")
    known = KnownContexts((path,))
    known.read()
    path.write_text("{")
    os.utime(path, ns=(1, 1))
    known.read()
    assert known.names == ("prod",)
    assert str(path) in known.problem
