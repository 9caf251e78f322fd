"""The other contexts that are watched for apps: which, how they open, and what is said of one that does not."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from state.apps.elsewhere import AGAIN, KINDS, Elsewhere, read_rollouts
from state.apps.settings import Apps
from state.clock import Clock
from state.cluster.errors import Unreachable
from state.cluster.kinds.kind import Resource
from state.cluster.kinds.rollouts import ROLLOUT
from state.cluster.live import Cluster
from state.cluster.resources import Resources, Served
from state.config import Config
from state.contexts import Context, Contexts, KnownContexts
from state.platform_view import PlatformView
from state.settings import Flags, resolve

SAID = Apps(across=("payments",), contexts=("staging-*", "gone"))


class World:
    """Contexts by these names, of clusters that nobody answers for, on a clock of the test's own."""

    def __init__(self, tmp_path: Path, *names: str) -> None:
        self.now = 1000.0
        self.clock = Clock(lambda: self.now, lambda: self.now)
        self.opened: list[str] = []
        self.wrong: Exception | None = None
        path = tmp_path / "kubeconfig"
        contexts = "".join(f"- name: {name}\n  context: {{cluster: c, user: u}}\n" for name in names)
        path.write_text(
            "apiVersion: v1\nkind: Config\nclusters:\n- name: c\n  cluster: {server: 'http://127.0.0.1:9'}\n"
            f"users:\n- name: u\n  user: {{}}\ncontexts:\n{contexts}"
        )
        known = KnownContexts([path])
        known.read()
        self.contexts = Contexts(self.make("prod"), self.open, known, self.clock)

    def open(self, name: str) -> Context:
        self.opened.append(name)
        if self.wrong is not None:
            raise self.wrong
        return self.make(name)

    def make(self, name: str) -> Context:
        def refuse(*_: Any) -> Any:
            raise Unreachable("nobody is there")

        return Context.of(resolve(Flags(), {}, Config()), Cluster(name, refuse, refuse))

    async def until_open(self, elsewhere: Elsewhere) -> None:
        elsewhere.pump()
        await asyncio.gather(*(one.opening for one in elsewhere._watched.values() if one.opening is not None))


def missing(elsewhere: Elsewhere) -> list[str]:
    return [words for one in elsewhere.neighbours(0.0) for words in one.rows.missing]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, "prod", "staging-eu", "staging-us", "test")


async def test_the_contexts_that_are_named_are_watched_and_no_others(world: World) -> None:
    elsewhere = Elsewhere(world.contexts, "prod", SAID, world.clock)
    assert missing(elsewhere) == [
        "the cluster staging-eu is not open yet",
        "the cluster staging-us is not open yet",
        "no context is called gone",
    ]
    before = elsewhere.state
    await world.until_open(elsewhere)
    assert sorted(world.opened) == ["staging-eu", "staging-us"]
    assert elsewhere.state != before
    # Nobody answers there: it is being asked, or was already in vain.
    assert missing(elsewhere)[0] in (
        "the cluster staging-eu has not answered yet",
        "the cluster staging-eu does not answer",
    )
    staging = world.contexts.get("staging-eu")
    assert staging is not None
    assert all(staging.cluster.feed(kind) is not None for kind in KINDS)
    elsewhere.end()
    world.contexts.close()


async def test_one_that_cannot_be_opened_says_why_and_is_tried_again(world: World) -> None:
    world.wrong = Unreachable("no\x1b[1m route")
    elsewhere = Elsewhere(world.contexts, "prod", Apps(contexts=("test",)), world.clock)
    await world.until_open(elsewhere)
    assert missing(elsewhere) == ["the cluster test: no route"]
    elsewhere.pump()
    assert world.opened == ["test"]
    world.now += AGAIN
    world.wrong = None
    await world.until_open(elsewhere)
    assert world.opened == ["test", "test"]
    elsewhere.end()
    world.contexts.close()


async def test_who_names_no_contexts_reads_none(world: World) -> None:
    elsewhere = Elsewhere(world.contexts, "prod", Apps(across=("*",)), world.clock)
    await world.until_open(elsewhere)
    assert (world.opened, elsewhere.neighbours(0.0)) == ([], ())


@pytest.mark.parametrize(
    ("served", "held"),
    [((("argoproj.io", "v1alpha1"),), True), ((("argoproj.io", "v2"),), False), ((("other.io", "v1alpha1"),), False)],
)
def test_rollouts_are_read_where_the_cluster_has_them(
    world: World, served: tuple[tuple[str, str], ...], held: bool
) -> None:
    listed = [Served(Resource(group, version, "rollouts", "Rollout"), frozenset({"list"})) for group, version in served]
    context: Any = SimpleNamespace(kinds=SimpleNamespace(resources=Resources(listed)))
    view = PlatformView(world.contexts.home.cluster, ())
    view.begin()
    assert (read_rollouts(context, view), view.holds(ROLLOUT)) == (held, held)
    assert not read_rollouts(context, view)
    view.end()
    world.contexts.close()


async def test_after_its_end_nothing_opens_any_more(world: World) -> None:
    elsewhere = Elsewhere(world.contexts, "prod", SAID, world.clock)
    elsewhere.end()
    await world.until_open(elsewhere)
    assert world.opened == []
