import pytest

from screens.command_line import GoTo, Help, Leave, LookAt, NotUnderstood, ShowKind, completions, read_command
from state.cluster.kinds.deployments import DEPLOYMENT
from state.cluster.kinds.pods import POD


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("q", Leave()),
        ("quit", Leave()),
        ("?", Help()),
        ("board", GoTo("board")),
        ("pods", ShowKind(POD)),
        ("PO", ShowKind(POD)),
        ("po payments", ShowKind(POD, ("payments",))),
        ("po payments,storefront", ShowKind(POD, ("payments", "storefront"))),
        ("po all", ShowKind(POD, ())),
        ("pod -n payments", ShowKind(POD, ("payments",))),
        ("deploy /api", ShowKind(DEPLOYMENT, None, "api")),
        ("pod app=api,env!=dev", ShowKind(POD, None, "-l app=api,env!=dev")),
        ("pod -f payapi", ShowKind(POD, None, "-f payapi")),
        ("pod payments /crash app=api", ShowKind(POD, ("payments",), "crash -l app=api")),
        ("ns payments", LookAt(("payments",))),
        ("ns all", LookAt(())),
    ],
)
def test_what_lines_mean(text: str, meant: object) -> None:
    assert read_command(text) == meant


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "type a kind"),
        ("podz", "'podz' is no kind"),
        ("pods -n", "-n wants a namespace"),
        ("pods Shop", "'Shop' is no namespace"),
        ("pods -n a,b_c", "'b_c' is no namespace"),
        ("ns ,", "',' is no namespace"),
    ],
)
def test_what_means_nothing_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(NotUnderstood, match=words):
        read_command(text)


def test_a_beginning_is_completed() -> None:
    assert completions("dep", ()) == ["deployments"]
    assert completions("", ()) == []
    assert completions("pods pay", ("payments", "storefront")) == ["pods payments"]
