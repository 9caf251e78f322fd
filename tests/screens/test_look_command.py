"""Typed lines that look at the cluster as a whole."""

import pytest

from screens.command_line import NotUnderstood, read_command
from screens.completion import Offers, completions
from screens.look_command import AskRights, ShowLogs, ShowPulse, ShowXray
from state.cluster.rbac import Subject, Wanted


@pytest.mark.parametrize(
    ("text", "look"),
    [
        ("pulse", ShowPulse()),
        ("HZ", ShowPulse()),
        ("xray", ShowXray()),
        ("xray payments", ShowXray("Namespace", "payments")),
        ("xray ns payments", ShowXray("Namespace", "payments")),
        ("xray deploy", ShowXray("Deployment")),
        ("xray deploy payments", ShowXray("Deployment", "payments")),
        ("xray deploy -n payments", ShowXray("Deployment", "payments")),
        ("x po payments/api-0", ShowXray("Pod", "payments", "api-0")),
        ("logs app=api", ShowLogs("app=api")),
        ("logs -l app=api,tier!=web payments", ShowLogs("app=api,tier!=web", namespace="payments")),
        ("logs app.kubernetes.io/name=api -n payments", ShowLogs("app.kubernetes.io/name=api", namespace="payments")),
        ("logs tier in (a,b)", ShowLogs("tier in (a,b)")),
        ("logs !beta shop", ShowLogs("!beta", namespace="shop")),
        ("logs app", ShowLogs("app")),
        ("logs payments/api-0", ShowLogs(kind="Pod", namespace="payments", name="api-0")),
        ("logs deploy payments/api", ShowLogs(kind="Deployment", namespace="payments", name="api")),
        ("can-i", AskRights()),
        ("can-i payments", AskRights(namespace="payments")),
        ("who-can get po", AskRights(Wanted("get", "", "pods"))),
        ("who-can GET deploy payments", AskRights(Wanted("get", "apps", "deployments", "payments"))),
        ("who-can create pods/exec -n shop", AskRights(Wanted("create", "", "pods/exec", "shop"))),
        ("who-can drain nodes shop", AskRights(Wanted("drain", "", "nodes"))),
        ("can u:ana", AskRights(subject=Subject("User", "ana"))),
        ("can g:system:masters", AskRights(subject=Subject("Group", "system:masters"))),
        ("can s:shop/robot", AskRights(subject=Subject("ServiceAccount", "robot", "shop"))),
        ("can s:shop:robot", AskRights(subject=Subject("ServiceAccount", "robot", "shop"))),
    ],
)
def test_a_line_says_what_to_look_at(text: str, look: object) -> None:
    assert read_command(text) == look


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("xray nothing payments", "'nothing' is no kind: write xray deploy payments"),
        ("xray deploy payments/", "write xray deploy payments/payments-api"),
        ("xray Bad_Name", "Bad_Name"),
        ("logs", "write logs app=api"),
        ("logs payments/", "write logs deploy payments/payments-api"),
        ("logs nothing payments/api", "write logs deploy payments/payments-api"),
        ("logs app=b=c", "'app=b=c' is no condition on a label"),
        ("who-can", "write who-can VERB KIND"),
        ("who-can get nothing", "'nothing' is no kind known here"),
        ("can", "write can u:USER"),
        ("can x:ana", "write can u:USER"),
        ("can u:", "write can u:USER"),
        ("can s:robot", "an account has a namespace"),
    ],
)
def test_what_says_nothing_is_told_what_would(text: str, words: str) -> None:
    with pytest.raises(NotUnderstood, match=words):
        read_command(text)


def test_the_words_are_completed() -> None:
    assert completions("xr", Offers()) == ["xray"]
    assert completions("who", Offers()) == ["who-can"]
