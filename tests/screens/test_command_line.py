import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens.command_line import (
    Before,
    GoTo,
    Help,
    Leave,
    ListContexts,
    ListKinds,
    LookAt,
    NotUnderstood,
    ShowKind,
    SignInTo,
    UseContexts,
    read_command,
)
from screens.completion import Offers, completions
from state.cluster.kinds.catalogue import find
from state.cluster.kinds.deployments import DEPLOYMENT
from state.cluster.kinds.namespaces import NAMESPACE_KIND
from state.cluster.kinds.pods import POD


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("q", Leave()),
        ("q!", Leave()),
        ("quit", Leave()),
        ("?", Help()),
        ("board", GoTo("board")),
        ("-", Before()),
        ("aliases", ListKinds()),
        ("login", SignInTo()),
        ("login staging", SignInTo("staging")),
        ("pods", ShowKind(POD)),
        ("PO", ShowKind(POD)),
        ("Pod", ShowKind(POD)),
        ("deployments.apps", ShowKind(DEPLOYMENT)),
        ("po payments", ShowKind(POD, ("payments",))),
        ("po payments,storefront", ShowKind(POD, ("payments", "storefront"))),
        ("po payments,payments", ShowKind(POD, ("payments",))),
        ("po all", ShowKind(POD, ())),
        ("po -A", ShowKind(POD, ())),
        ("pod -n payments", ShowKind(POD, ("payments",))),
        ("deploy /api", ShowKind(DEPLOYMENT, None, "api")),
        ("deploy /", ShowKind(DEPLOYMENT, None, "")),
        ("pod /!api running", ShowKind(POD, None, "!api running")),
        ("pod /restarts>5 @staging", ShowKind(POD, None, "restarts>5", ("staging",))),
        ("pod app=api,env!=dev", ShowKind(POD, None, "-l app=api,env!=dev")),
        ("pod env in (a,b)", ShowKind(POD, None, "-l env in (a,b)")),
        ("pod env in (a, b) payments", ShowKind(POD, ("payments",), "-l env in (a, b)")),
        ("pod -l app", ShowKind(POD, None, "-l app")),
        ("pod -f payapi", ShowKind(POD, None, "-f payapi")),
        ("pod payments /crash app=api", ShowKind(POD, ("payments",), "crash -l app=api")),
        ("pod payments /crash app=api @staging", ShowKind(POD, ("payments",), "crash -l app=api", ("staging",))),
        ("pod @prod,@staging", ShowKind(POD, None, None, ("prod", "staging"))),
        ("pod @prod,staging payments", ShowKind(POD, ("payments",), None, ("prod", "staging"))),
        ("pod @prod @staging", ShowKind(POD, None, None, ("prod", "staging"))),
        ("ns", ShowKind(NAMESPACE_KIND)),
        ("ns /pay", ShowKind(NAMESPACE_KIND, None, "pay")),
        ("ns payments", LookAt(("payments",))),
        ("namespaces a,b", LookAt(("a", "b"))),
        ("ns all", LookAt(())),
        ("ctx", ListContexts()),
        ("ctx staging", UseContexts(("staging",))),
        ("context arn:aws:eks:eu/one", UseContexts(("arn:aws:eks:eu/one",))),
        ("ctx my context", UseContexts(("my context",))),
        ("ctx prod,staging", UseContexts(("prod", "staging"))),
        ("ctx @prod, @staging", UseContexts(("prod", "staging"))),
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
        ("pods -l", "-l wants a label"),
        ("pods -f", "-f wants a text"),
        ("pods Shop", "'Shop' is no namespace"),
        ("pods -n a,b_c", "'b_c' is no namespace"),
        ("pods @", "'@' names no context"),
        ("ctx ,", "',' names no context"),
        ("ns ,", "',' is no namespace"),
    ],
)
def test_what_means_nothing_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(NotUnderstood, match=words):
        read_command(text)


def test_kinds_that_the_server_alone_knows_are_asked_for_by_their_words() -> None:
    found = read_command("certs payments", lambda word: POD if word == "certs" else find(word))
    assert found == ShowKind(POD, ("payments",))


@given(st.text(alphabet=st.sampled_from("pods @,-/nflA=()!in ctx\t é"), max_size=30))
def test_any_line_is_understood_or_refused(text: str) -> None:
    try:
        assert read_command(f"pods {text}") is not None
    except NotUnderstood as error:
        refusal = str(error)
    else:
        return
    assert refusal


OFFERS = Offers(
    ("pods", "deployments", "certificates.cert-manager.io"), ("payments", "storefront", "store"), ("prod", "staging")
)


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("", []),
        ("dep", ["deployments"]),
        ("DEP", ["deployments"]),
        ("cert", ["certificates.cert-manager.io"]),
        ("ali", ["aliases"]),
        ("pods pay", ["pods payments"]),
        ("pods payments,sto", ["pods payments,storefront", "pods payments,store"]),
        ("pods payments,pay", []),
        ("pods a", ["pods all"]),
        ("pods @", ["pods @prod", "pods @staging"]),
        ("pods payments @st", ["pods payments @staging"]),
        ("pods @prod,@", ["pods @prod,@staging"]),
        ("ctx ", ["ctx prod", "ctx staging"]),
        ("login s", ["login staging"]),
        ("ctx prod,s", ["ctx prod,staging"]),
        ("ns st", ["ns storefront", "ns store"]),
    ],
)
def test_a_beginning_is_completed(text: str, offered: list[str]) -> None:
    assert completions(text, OFFERS) == offered


@pytest.mark.parametrize(
    ("text", "words"), [("wk", "press 3"), ("sd", r"ctrl\+s"), ("be", "port"), ("usr", "can u:NAME")]
)
def test_what_k9s_has_and_the_cockpit_has_not_says_what_to_do_instead(text: str, words: str) -> None:
    with pytest.raises(NotUnderstood, match=words):
        read_command(text)
