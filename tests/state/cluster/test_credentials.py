import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from state.clock import Clock
from state.cluster.credentials import Credential, SignIns
from state.cluster.errors import SignInFailed
from state.cluster.exec_plugin import PAUSE_SECONDS, PluginCredentials, read_credential
from state.cluster.target import Certificate, ExecPlugin, Server, Target, User

V1 = "client.authentication.k8s.io/v1"


class Time:
    def __init__(self):
        self.now = 1_000_000.0
        self.clock = Clock(lambda: self.now, lambda: self.now)


@pytest.fixture
def time():
    return Time()


def target(user, **server):
    return Target("prod", "", Server("prod", "https://prod.example", **server), user)


def of_plugin(plugin, **more):
    return target(User("ana", plugin=ExecPlugin(str(plugin.command), **more)))


ENVIRON = {"PATH": "/usr/bin:/bin", "EXTRA": "inherited"}


def test_what_stands_in_the_kubeconfig_is_sent_as_it_is():
    signs = SignIns({})
    certificate = Certificate(b"c", b"k")
    assert signs.of(target(User("a", token="t"))).current() == Credential("Bearer t")
    assert signs.of(target(User("a", basic=("u", "p")))).current() == Credential("Basic dTpw")
    assert signs.of(target(User("a", certificate=certificate))).current() == Credential("", certificate)
    assert signs.of(target(User(""))).current() == Credential()
    assert signs.of(target(User("a", token="t"))).renew(Credential("Bearer t")) is None


def test_a_token_file_is_read_again(tmp_path, time):
    file = tmp_path / "token"
    file.write_text("one\n")
    credentials = SignIns({}, time.clock).of(target(User("a", token="ignored", token_file=file)))
    assert credentials.current() == Credential("Bearer one")
    file.write_text("two")
    assert credentials.current() == Credential("Bearer one")
    time.now += 11
    assert credentials.current() == Credential("Bearer two")
    assert credentials.renew(Credential("Bearer two")) is None
    file.write_text("three")
    assert credentials.renew(Credential("Bearer two")) == Credential("Bearer three")


def test_a_token_file_that_goes_keeps_its_last_content(tmp_path, time):
    file = tmp_path / "token"
    file.write_text("one")
    credentials = SignIns({}, time.clock).of(target(User("a", token_file=file)))
    credentials.current()
    file.unlink()
    time.now += 60
    assert credentials.current() == Credential("Bearer one")


def test_a_token_file_that_never_was_is_named(tmp_path):
    credentials = SignIns({}).of(target(User("a", token_file=tmp_path / "token")))
    with pytest.raises(SignInFailed, match=r"^sign-in failed: the token file .*token cannot be read: No such file"):
        credentials.current()
    (tmp_path / "token").write_text(" \n")
    with pytest.raises(SignInFailed, match="is empty"):
        credentials.current()


@pytest.mark.parametrize(("provider", "instead"), [("oidc", "oidc-login"), ("gcp", "gke-gcloud"), ("x", "exec plugin")])
def test_a_legacy_provider_says_what_to_use_instead(provider, instead):
    with pytest.raises(SignInFailed, match=rf"^sign-in failed: user 'a' uses the legacy.*'{provider}'.*{instead}"):
        SignIns({}).of(target(User("a", auth_provider=provider))).current()


def test_a_plugin_is_run_without_a_terminal_and_told_what_it_needs(plugin):
    plugin.says({"token": "t"})
    found = SignIns(ENVIRON).of(of_plugin(plugin, args=("--quiet",), env=(("EXTRA", "set"),))).current()
    assert found == Credential("Bearer t")
    (seen,) = plugin.infos()
    assert seen["args"] == ["--quiet"]
    assert (seen["input"], seen["session"], seen["env"]) == ("", True, "set")
    assert seen["info"] == {"apiVersion": V1, "kind": "ExecCredential", "spec": {"interactive": False}}


def test_a_plugin_is_told_the_cluster_when_it_asks(plugin):
    plugin.says({"token": "t"})
    user = User("a", plugin=ExecPlugin(str(plugin.command), provide_cluster_info=True))
    SignIns(ENVIRON).of(target(user, authority=b"ca", plugin_config={"audience": "x"})).current()
    assert plugin.infos()[0]["info"]["spec"]["cluster"] == {
        "server": "https://prod.example", "certificate-authority-data": "Y2E=", "config": {"audience": "x"},
    }  # fmt: skip


def test_all_contexts_of_a_user_share_one_run(plugin):
    plugin.says({"token": "t"})
    signs = SignIns(ENVIRON)
    first, other = of_plugin(plugin), replace(of_plugin(plugin), context="stage", server=Server("s", "https://s"))
    assert signs.of(first) is signs.of(other)
    signs.of(first).current()
    signs.of(other).current()
    assert plugin.ran == 1
    assert signs.of(first) is not signs.of(of_plugin(plugin, args=("x",)))


def test_those_who_ask_at_once_share_one_run(plugin, tmp_path):
    plugin.says({"token": "t"}, wait=str(tmp_path / "go"))
    credentials = SignIns(ENVIRON).of(of_plugin(plugin))
    found = []
    asking = [threading.Thread(target=lambda: found.append(credentials.current())) for _ in range(8)]
    for one in asking:
        one.start()
    (tmp_path / "go").touch()
    for one in asking:
        one.join(20)
    assert found == [Credential("Bearer t")] * 8
    assert plugin.ran == 1


def test_credentials_are_kept_until_they_expire(plugin, time):
    plugin.says({"token": "t", "expirationTimestamp": "1970-01-12T13:50:00Z"})
    credentials = SignIns(ENVIRON, time.clock).of(of_plugin(plugin))
    credentials.current()
    time.now = 1_000_199.0
    credentials.current()
    assert plugin.ran == 1
    time.now = 1_000_200.0
    credentials.current()
    assert plugin.ran == 2


def test_credentials_that_come_expired_do_not_run_the_plugin_for_each_request(plugin, time):
    plugin.says({"token": "t", "expirationTimestamp": "1970-01-01T00:00:00Z"})
    credentials = SignIns(ENVIRON, time.clock).of(of_plugin(plugin))
    for _ in range(5):
        credentials.current()
    assert plugin.ran == 1
    time.now += PAUSE_SECONDS
    credentials.current()
    assert plugin.ran == 2


def test_refused_credentials_are_renewed_once(plugin, time):
    plugin.says({"token": "old"})
    credentials = SignIns(ENVIRON, time.clock).of(of_plugin(plugin))
    old = credentials.current()
    plugin.says({"token": "new"})
    assert credentials.renew(old) == Credential("Bearer new")
    assert credentials.renew(old) == Credential("Bearer new")
    assert plugin.ran == 2


def test_a_plugin_whose_credentials_stay_refused_is_left_alone(plugin, time):
    plugin.says({"token": "old"})
    credentials = SignIns(ENVIRON, time.clock).of(of_plugin(plugin))
    old = credentials.current()
    assert credentials.renew(old) is None
    for _ in range(5):
        assert credentials.renew(credentials.current()) is None
    assert plugin.ran == 2
    time.now += PAUSE_SECONDS
    credentials.renew(old)
    assert plugin.ran == 3


def test_a_failure_reads_as_the_plugin_said_it_and_is_remembered(plugin, time):
    plugin.says(fail="starting\n\x1b[31myour session\x07 has ended\x1b[0m, run `aws sso login`\ntoken=s3cret")
    credentials = SignIns(ENVIRON, time.clock).of(of_plugin(plugin))
    for _ in range(5):
        with pytest.raises(SignInFailed) as caught:
            credentials.current()
    said = str(caught.value)
    assert said == "sign-in failed: starting / your session· has ended, run `aws sso login` / token=***"
    assert plugin.ran == 1
    time.now += PAUSE_SECONDS
    plugin.says({"token": "t"})
    assert credentials.current() == Credential("Bearer t")


def test_a_long_complaint_is_cut(plugin):
    plugin.says(fail="x" * 5000)
    with pytest.raises(SignInFailed) as caught:
        SignIns(ENVIRON).of(of_plugin(plugin)).current()
    assert len(str(caught.value)) < 350


def test_a_silent_failure_names_the_code(plugin):
    plugin.says(fail="", code=7)
    with pytest.raises(SignInFailed, match="the credential plugin plugin ended with code 7"):
        SignIns(ENVIRON).of(of_plugin(plugin)).current()


def test_a_plugin_that_hangs_is_ended(plugin, tmp_path):
    plugin.says({"token": "t"}, wait=str(tmp_path / "never"))
    credentials = PluginCredentials(of_plugin(plugin), ENVIRON, seconds=1.0)
    with pytest.raises(SignInFailed, match="did not finish within 1 s"):
        credentials.current()


def test_a_missing_plugin_shows_its_hint():
    user = User("a", plugin=ExecPlugin("no-such-login", install_hint="get it at\nhttps://example/\x1b[1m"))
    with pytest.raises(SignInFailed) as caught:
        SignIns(ENVIRON).of(target(user)).current()
    assert str(caught.value) == (
        "sign-in failed: the credential plugin no-such-login is not installed: get it at https://example/"
    )


def test_a_plugin_that_needs_the_user_says_what_to_run(plugin):
    plugin.says({"token": "t"})
    credentials = SignIns(ENVIRON).of(of_plugin(plugin, interactive_mode="Always"))
    with pytest.raises(SignInFailed, match=r"interactiveMode: Always.*`kubectl --context prod get --raw /readyz`"):
        credentials.current()
    assert plugin.ran == 0


def test_an_unknown_version_is_refused_before_it_runs(plugin):
    plugin.says({"token": "t"})
    with pytest.raises(SignInFailed, match="v1alpha1, not one of"):
        SignIns(ENVIRON).of(of_plugin(plugin, api_version="client.authentication.k8s.io/v1alpha1")).current()
    assert plugin.ran == 0


PLUGIN = ExecPlugin("/x/login")


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (b"eyJ-a-bare-token", "printed no ExecCredential"),
        (b"", "printed no ExecCredential"),
        (b'{"kind":"ExecCredential","apiVersion":"v9"}', "printed v9 ExecCredential, not client"),
        (b'{"kind":"ExecCredential","apiVersion":"%s","status":{}}' % V1.encode(), "neither a token nor"),
        (
            b'{"kind":"ExecCredential","apiVersion":"%s","status":{"clientKeyData":"k"}}' % V1.encode(),
            "without its key or a key alone",
        ),
        (
            b'{"kind":"ExecCredential","apiVersion":"%s","status":{"token":"t","expirationTimestamp":"soon"}}'
            % V1.encode(),
            "is no time: soon",
        ),
    ],
)
def test_what_is_no_credential_is_refused_without_quoting_it(output, words):
    with pytest.raises(SignInFailed, match=words) as caught:
        read_credential(output, PLUGIN)
    assert "bare-token" not in str(caught.value)


def test_a_plugin_may_give_a_certificate():
    output = (
        b'{"kind":"ExecCredential","apiVersion":"%s","status":{"clientCertificateData":"c","clientKeyData":"k"}}'
        % V1.encode()
    )
    assert read_credential(output, PLUGIN) == Credential("", Certificate(b"c", b"k"))


def test_no_secret_is_in_a_repr(tmp_path):
    certificate = Certificate(b"s3cret", b"s3cret")
    assert "s3cret" not in repr(Credential("Bearer s3cret", certificate))
    assert "s3cret" not in repr(User("a", "s3cret", Path("x"), ("u", "s3cret"), certificate))


def test_a_plugin_that_needs_the_user_is_run_at_the_terminal_on_request(plugin, time):
    plugin.says({"token": "t"})
    credentials = PluginCredentials(of_plugin(plugin, interactive_mode="Always"), ENVIRON, time.clock)
    with pytest.raises(SignInFailed):
        credentials.current()
    reader, writer = os.pipe()
    keyboard = os.dup(0)
    try:
        os.dup2(reader, 0)
        os.write(writer, b"yes\n")
        os.close(writer)
        credentials.sign_in_at_terminal()
    finally:
        os.dup2(keyboard, 0)
        os.close(keyboard)
        os.close(reader)
    assert credentials.current() == Credential("Bearer t")
    (seen,) = plugin.infos()
    assert (seen["input"], seen["session"]) == ("yes\n", False)
    assert seen["info"]["spec"] == {"interactive": True}


def test_only_who_has_a_plugin_can_sign_in_at_the_terminal(plugin, tmp_path):
    sign_ins = SignIns(ENVIRON)
    found = sign_ins.at_terminal(of_plugin(plugin))
    assert found == sign_ins.of(of_plugin(plugin)).sign_in_at_terminal
    target = of_plugin(plugin)
    with_token = replace(target, user=replace(target.user, token="t"))
    with_file = replace(target, user=replace(target.user, token_file=tmp_path))
    without = replace(target, user=replace(target.user, plugin=None))
    assert [sign_ins.at_terminal(one) for one in (with_token, with_file, without)] == [None] * 3
