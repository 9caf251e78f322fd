from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.cluster.log_options import LogOptions, log_options
from state.cluster.log_settings import Logs
from state.config import Config, InvalidConfig, config_path, load_config, read_config

PATH = Path("/etc/cockpit/config.toml")

WHOLE = """
context = "prod-eu"
namespaces = ["payments", "storefront"]
protected = ["*prod*", "live-?"]
read_only = true
board = "team.json"
who = "ana"
prometheus = "https://prom.example"

[alertmanager]
url = "https://am.example/"
user = "u"
password = "p"
ca_file = "ca.pem"
timeout = 2

[ui]
theme = "light"
ascii = true
animations = false

[apps]
namespaces = ["payments", "shop-*"]
label = "team/app"

[contexts.stage]
read_only = false
protected = true
namespaces = ["default"]
board = "/boards/stage.json"

[contexts.stage.prometheus]
url = "http://127.0.0.1:9090"
bearer_token_file = "token"
"""


def test_everything_that_can_be_said_is_read():
    config = read_config(WHOLE, PATH)
    assert (config.path, config.context, config.protected) == (PATH, "prod-eu", ("*prod*", "live-?"))
    assert (config.ui.theme, config.ui.ascii, config.ui.animations) == ("light", True, False)
    assert (config.apps.namespaces, config.apps.label) == (("payments", "shop-*"), "team/app")
    said = config.everywhere
    assert (said.namespaces, said.read_only, said.who) == (("payments", "storefront"), True, "ana")
    assert said.board == Path("/etc/cockpit/team.json")
    assert said.prometheus is not None
    assert said.prometheus.url == "https://prom.example"
    assert said.alertmanager is not None
    assert (said.alertmanager.basic, said.alertmanager.timeout) == (("u", "p"), 2.0)
    assert said.alertmanager.ca_file == "/etc/cockpit/ca.pem"
    stage = config.contexts["stage"]
    assert (stage.read_only, stage.protected, stage.namespaces) == (False, True, ("default",))
    assert stage.board == Path("/boards/stage.json")
    assert stage.prometheus is not None
    assert stage.prometheus.bearer_token_file == "/etc/cockpit/token"
    assert stage.alertmanager is None


def test_several_servers_have_names():
    text = """
prometheus = ["https://eu.example", { name = "us", url = "https://us.example/prometheus", tenant = "team-a" }]

[[alertmanager]]
name = "eu"
url = "https://am-0.eu.example"
members = ["https://am-1.eu.example"]

[[alertmanager]]
name = "us"
url = "https://am.us.example"

[contexts.prod-eu]
labels = { cluster = "prod-eu" }
"""
    config = read_config(text, PATH)
    said = config.everywhere
    assert [one.name for one in said.prometheuses] == ["eu.example", "us"]
    assert [(one.name, len(one.each)) for one in said.alertmanagers] == [("eu", 2), ("us", 1)]
    assert said.prometheus == said.prometheuses[0]
    assert config.contexts["prod-eu"].labels == {"cluster": "prod-eu"}
    assert read_config('prometheus = ["http://a"]', PATH).everywhere.prometheus.name == ""


def test_an_absent_file_says_nothing(tmp_path):
    assert load_config(tmp_path / "none.toml") == Config()
    with pytest.raises(InvalidConfig, match=r"none\.toml does not exist"):
        load_config(tmp_path / "none.toml", must_exist=True)


def test_an_empty_file_gives_the_defaults():
    config = read_config("", PATH)
    assert (config.protected, config.ui.theme, config.ui.animations) == (("*prod*",), "dark", True)
    assert config.apps.label == "app.kubernetes.io/part-of"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('contxt = "a"', "unknown key 'contxt': did you mean 'context'?"),
        ('[prometheus]\nurl = "http://x"\ntoken_file = "x"', "unknown key 'prometheus.token_file': did you mean "),
        ("[contexts.prod]\nreadonly = true", "unknown key 'contexts.prod.readonly': did you mean 'read_only'?"),
        ('[contexts.prod.prometheus]\nulr = "x"', "unknown key 'contexts.prod.prometheus.ulr': did you mean 'url'?"),
        ("[ui]\nasci = true", "unknown key 'ui.asci': did you mean 'ascii'?"),
        ('theme = "dark"', "unknown key 'theme': it belongs to [ui]"),
        ('[ui]\ncontext = "x"', "unknown key 'ui.context': it belongs to the top of the file, before the first table"),
        ("[ui]\nzzz = 1", "unknown key 'ui.zzz': there are theme, ascii, animations"),
        ("context = 3", "context must be a text in quotes, not a whole number"),
        ('namespaces = "payments"', "namespaces must be a list, not a text in quotes"),
        ("namespaces = [1]", "namespaces[0] must be a text in quotes, not a whole number"),
        ('namespaces = ["shop", "a b"]', "namespaces[1]: 'a b' is no namespace: a name has a-z, 0-9 and - only"),
        ('[contexts.prod]\nnamespaces = ["Shop"]', "contexts.prod.namespaces[0]: 'Shop' is no namespace"),
        ('[contexts.prod]\nread_only = "yes"', "contexts.prod.read_only must be true or false, not a text in quotes"),
        ("contexts.prod = 1", "contexts.prod must be a table, not a whole number"),
        ("prometheus = 9090", "prometheus must be a text in quotes, a table or a list, not a whole number"),
        ('[[alertmanager]]\nurl = "http://x"\nulr = "x"', "unknown key 'alertmanager[0].ulr': did you mean 'url'?"),
        ('prometheus = ["http://a", "b"]', "prometheus[1]: 'b' does not begin with http:// or https://"),
        ('alertmanager = ["http://a", "http://a"]', "alertmanager[1]: a second one is called a: give a name"),
        ('prometheus = { url = "http://a", watchdog = "Up" }', "prometheus.watchdog: only Alertmanager has a watchdog"),
        ("[contexts.prod]\nlabels = { cluster = 1 }", "contexts.prod.labels must be a text in quotes"),
        ('[alertmanager]\nuser = "x"', "alertmanager: the key 'url' is missing"),
        ('[ui]\ntheme = "drak"', "ui.theme: 'drak' is none of dark, light, high-contrast"),
        ('[alerts.severities]\nodd = "high"', "'high' is none of critical, warning, info"),
        ('prometheus = "prom:9090"', "prometheus: 'prom:9090' does not begin with http:// or https://"),
        (
            '[contexts.a.alertmanager]\nurl = "http://x"\nkey_file = "k"',
            "contexts.a.alertmanager: a client key without",
        ),
        ('context = "a\nboard = 1', "(at line 1, column 13)"),
        ('context = "a"\ncontext = "b"\n', "Cannot overwrite a value (at line 2, column 14)"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_key(text, said):
    with pytest.raises(InvalidConfig) as caught:
        read_config(text, PATH)
    assert str(caught.value).startswith(f"{PATH}: ")
    assert said in str(caught.value)


def test_a_password_is_in_no_message_and_no_repr():
    text = '[prometheus]\nurl = "http://x"\npassword = "s3cret"\nbearer_token = "s3cret"'
    with pytest.raises(InvalidConfig) as caught:
        read_config(text, PATH)
    assert "s3cret" not in str(caught.value)
    assert "s3cret" not in repr(read_config('[prometheus]\nurl = "http://x"\npassword = "s3cret"', PATH))


def test_what_is_not_text_is_said(tmp_path):
    (tmp_path / "config.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidConfig, match="not text in UTF-8"):
        load_config(tmp_path / "config.toml")
    with pytest.raises(InvalidConfig, match="cannot be read: Is a directory"):
        load_config(tmp_path)


@given(st.text(max_size=60))
def test_any_text_gives_a_config_or_one_line(text):
    said = ""
    try:
        read_config(text, PATH)
    except InvalidConfig as error:
        said = str(error)
    assert "\n" not in said
    assert "\x1b" not in said


def test_the_file_is_in_the_users_configuration_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert config_path({}) == tmp_path / "cockpit" / "config.toml"
    assert config_path({"COCKPIT_CONFIG": "/x/y.toml"}) == Path("/x/y.toml")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[apps]\nobjective = 100", "apps.objective must be a number < 100.0"),
        ('[[apps.rules]]\ntier = "x"', "apps.rules[0].tier: 'x' is none of product, platform"),
        ('[[apps.rules]]\nnam = "x"', "unknown key 'apps.rules[0].nam': did you mean 'name'?"),
        ('[apps.about.pay]\nteem = "x"', "unknown key 'apps.about.teem': did you mean 'team'?"),
        ('[[apps.waivers]]\ncheck = "x"', "apps.waivers[0]: the key 'reason' is missing"),
        (
            '[[apps.waivers]]\ncheck = "x"\nreason = "r"\nuntil = "soon"',
            "apps.waivers[0].until must be a date, for example 2027-03-31",
        ),
    ],
)
def test_what_is_wrong_about_apps_is_named(text: str, words: str) -> None:
    with pytest.raises(InvalidConfig) as caught:
        read_config(text, PATH)
    assert str(caught.value) == f"{PATH}: {words}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[logs]\nstreams = 0", "logs.streams must be a number >= 1"),
        ("[logs]\nstream = 5", "unknown key 'logs.stream': did you mean 'streams'?"),
        (
            '[logs.masks]\ncard = "("',
            "logs.masks.card: not a regular expression: missing ), unterminated subpattern at position 0",
        ),
        ('[logs.masks]\nall = "x*"', "logs.masks.all: it matches an empty text, and so every line"),
    ],
)
def test_what_is_wrong_about_logs_is_named(text: str, words: str) -> None:
    with pytest.raises(InvalidConfig) as caught:
        read_config(text, PATH)
    assert str(caught.value) == f"{PATH}: {words}"


def test_what_is_said_of_logs():
    assert read_config("", PATH).logs == Logs()
    found = log_options(read_config("[logs]\nstreams = 5\ndefault_masks = false\nmasks.id = 'KD-\\d+'", PATH).logs)
    assert (found.streams, [one.name for one in found.masks]) == (5, ["id"])
    assert log_options(Logs()) == LogOptions()
