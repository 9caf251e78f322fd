import base64
import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.cluster import kubeconfig
from state.cluster.errors import ConfigError
from state.cluster.target import Impersonation

TWO = """
apiVersion: v1
kind: Config
current-context: prod
clusters:
- name: prod
  cluster: {server: "https://prod.example:6443/", certificate-authority: pki/ca.crt, tls-server-name: api.internal}
- name: stage
  cluster: {server: "stage.example:8080", proxy-url: "socks5://proxy:1080"}
users:
- name: ana
  user:
    client-certificate: pki/ana.crt
    client-key: pki/ana.key
    as: root
    as-uid: "7"
    as-groups: [a, b]
    as-user-extra: {reason: [why]}
- name: robot
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: ./bin/login
      args: [--quiet]
      env: [{name: HOME_BASE, value: x}]
      installHint: get it
      provideClusterInfo: true
contexts:
- name: prod
  context: {cluster: prod, user: ana, namespace: payments}
- name: stage
  context: {cluster: stage, user: robot}
- name: broken
  context: {cluster: nowhere, user: ana}
"""


@pytest.fixture
def config(tmp_path):
    (tmp_path / "pki").mkdir()
    for name in ("ca.crt", "ana.crt", "ana.key"):
        (tmp_path / "pki" / name).write_text(name)
    path = tmp_path / "config"
    path.write_text(TWO)
    return path


def test_contexts_are_listed_without_the_kubernetes_package(config):
    listed = kubeconfig.contexts([config])
    assert [(one.name, one.server, one.namespace, one.current) for one in listed] == [
        ("prod", "https://prod.example:6443/", "payments", True),
        ("stage", "stage.example:8080", "", False),
        ("broken", "", "", False),
    ]
    assert "kubernetes" not in kubeconfig.__dict__
    assert "kubernetes" not in {name.partition(".")[0] for name in _imports_of("state.cluster.kubeconfig")}


def _imports_of(module):
    import subprocess

    script = f"import sys, {module}; print('\\n'.join(sys.modules))"
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()


def test_a_target_holds_what_the_context_comes_down_to(config):
    target = kubeconfig.load([config]).target()
    assert (target.context, target.namespace) == ("prod", "payments")
    assert target.server.url == "https://prod.example:6443"
    assert target.server.authority == b"ca.crt"
    assert target.server.tls_server_name == "api.internal"
    assert target.user.certificate is not None
    assert (target.user.certificate.chain, target.user.certificate.key) == (b"ana.crt", b"ana.key")
    assert target.user.impersonation == Impersonation("root", ("a", "b"), "7", (("reason", ("why",)),))


def test_another_context_is_chosen_by_name(config):
    target = kubeconfig.load([config]).target("stage")
    assert (target.server.url, target.server.proxy) == ("http://stage.example:8080", "socks5://proxy:1080")
    assert target.user.plugin is not None
    assert target.user.plugin.command == str(config.parent / "bin/login")
    assert target.user.plugin.env == (("HOME_BASE", "x"),)
    assert target.user.plugin.provide_cluster_info


def test_a_plugin_without_a_slash_is_looked_up_in_the_path(config):
    config.write_text(TWO.replace("./bin/login", "login"))
    plugin = kubeconfig.load([config]).target("stage").user.plugin
    assert plugin is not None
    assert plugin.command == "login"


def test_data_stands_before_a_file(config):
    data = base64.b64encode(b"inline").decode()
    config.write_text(TWO.replace("certificate-authority: pki/ca.crt", f"certificate-authority-data: {data}"))
    assert kubeconfig.load([config]).target().server.authority == b"inline"


def test_secrets_are_in_no_repr(config):
    config.write_text(TWO.replace("as: root", "token: s3cret-token\n    password: s3cret-word\n    username: u"))
    assert "s3cret" not in repr(kubeconfig.load([config]).target())


def test_impersonation_is_replaced_by_flags(config):
    target = kubeconfig.load([config]).target().acting_as("eva", ["x"])
    assert target.user.impersonation == Impersonation("eva", ("x",))


CA = "certificate-authority: pki/ca.crt"


@pytest.mark.parametrize(
    ("context", "before", "after", "said"),
    [
        ("prod", "namespace: payments", "namespace: a b", "config: context 'prod': 'a b' is no namespace: a name has"),
        ("broken", "", "", "context 'broken' has no cluster 'nowhere'"),
        ("prod", "user: ana,", "user: eva,", "unknown user 'eva'"),
        ("prod", 'server: "https', 'serve: "https', "no cluster 'prod' with a server"),
        ("prod", CA, "certificate-authority: pki/none.crt", "pki/none.crt cannot be read: No such file"),
        ("prod", CA, "certificate-authority-data: '*'", "the data is not base64"),
        ("prod", "client-key: pki/ana.key", "username: x", "no client-key beside its certificate"),
        ("prod", "tls-server-name: api.internal", "insecure-skip-tls-verify: true", "skips verification"),
        ("stage", "command: ./bin/login", "args2: []", "names no command"),
    ],
)
def test_what_is_not_whole_is_named(config, context, before, after, said):
    config.write_text(TWO.replace(before, after) if before else TWO)
    with pytest.raises(ConfigError) as caught:
        kubeconfig.load([config]).target(context)
    assert said in str(caught.value)
    assert str(config.parent) in str(caught.value)


def test_an_unknown_context_names_the_nearest(config):
    with pytest.raises(ConfigError, match=r"no context 'stag' in .*: did you mean 'stage'\?"):
        kubeconfig.load([config]).target("stag")
    with pytest.raises(ConfigError, match=r"there are prod, stage, broken"):
        kubeconfig.load([config]).target("zzz")


def test_without_a_current_context_the_choice_is_offered(config):
    config.write_text(TWO.replace("current-context: prod", ""))
    with pytest.raises(ConfigError, match=r"no current context .* --context \(there are prod, stage, broken\)"):
        kubeconfig.load([config]).target()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("clusters: [}", ["is not YAML", "line 1"]),
        ("users:\n- name: ana\n  user: {token: 12345}", ["`str`", "users[0].user.token"]),
        ("- a\n- b", ["`object`, got `array`"]),
        ("users: [{name: a}, {name: a}]", ["two users named 'a'"]),
        ("current-context: 2020-13-77", ["is not YAML"]),
    ],
)
def test_a_broken_file_is_said_with_its_name_and_place(tmp_path, text, words):
    path = tmp_path / "config"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        kubeconfig.load([path])
    assert all(word in str(caught.value) for word in [*words, str(path)])
    assert "12345" not in str(caught.value)


@given(st.binary(max_size=200))
def test_any_bytes_give_contexts_or_a_sentence(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(content)
    said = ""
    try:
        kubeconfig.contexts([path])
    except ConfigError as error:
        said = str(error)
    assert not said or said.isprintable()


def _file(path: Path, current: str, *names: str) -> Path:
    path.write_text(
        json.dumps(
            {
                "current-context": current,
                "clusters": [{"name": name, "cluster": {"server": f"https://{path.name}"}} for name in names],
                "users": None,
                "contexts": [{"name": name, "context": {"cluster": name}} for name in names],
            }
        )
    )
    return path


def test_of_several_files_the_first_to_say_something_wins(tmp_path):
    first = _file(tmp_path / "first", "", "a", "b")
    second = _file(tmp_path / "second", "c", "b", "c")
    third = _file(tmp_path / "third", "a", "d")
    merged = kubeconfig.load([tmp_path / "missing", first, second, third])
    assert merged.paths == (first, second, third)
    assert merged.current == "c"
    assert {one.name: one.server for one in merged.contexts()} == {
        "a": "https://first", "b": "https://first", "c": "https://second", "d": "https://third",
    }  # fmt: skip


def test_an_explicit_file_must_exist(tmp_path):
    with pytest.raises(ConfigError, match="missing does not exist"):
        kubeconfig.find_target("", tmp_path / "missing", {})


def test_no_file_at_all_names_the_demo(tmp_path):
    with pytest.raises(ConfigError, match=r"no kubeconfig: .*\.kube/config does not exist.*`cockpit demo`"):
        kubeconfig.find_target("", None, {"HOME": str(tmp_path)})


def test_paths_come_from_the_flag_the_variable_or_the_home(tmp_path):
    assert kubeconfig.paths_of(Path("~/x"), {"KUBECONFIG": "/a"}) == (Path.home() / "x",)
    assert kubeconfig.paths_of(None, {"KUBECONFIG": "/a::/b:/a"}) == (Path("/a"), Path("/b"))
    assert kubeconfig.paths_of(None, {"KUBECONFIG": "", "HOME": "/h"}) == (Path("/h/.kube/config"),)


@pytest.fixture
def pod(tmp_path):
    folder = tmp_path / "serviceaccount"
    folder.mkdir()
    for name, content in (("token", "t"), ("ca.crt", "ca"), ("namespace", "tools\n")):
        (folder / name).write_text(content)
    return folder


def test_in_a_pod_the_service_account_is_used(pod):
    environ = {"KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"}
    target = kubeconfig.in_cluster(environ, pod)
    assert target is not None
    assert (target.server.url, target.namespace, target.server.authority) == ("https://[fd00::1]:443", "tools", b"ca")
    assert target.user.token_file == pod / "token"
    assert kubeconfig.in_cluster({}, pod) is None


def test_in_a_pod_a_missing_authority_is_said(pod):
    (pod / "ca.crt").unlink()
    environ = {"KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443"}
    with pytest.raises(ConfigError, match=r"ca\.crt cannot be read"):
        kubeconfig.in_cluster(environ, pod)
