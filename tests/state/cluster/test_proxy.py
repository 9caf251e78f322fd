import pytest

from state.cluster.proxy import proxy_for

PROXY = {"HTTPS_PROXY": "http://proxy.example:3128"}


def test_a_kubeconfigs_proxy_holds_whatever_the_environment_says():
    environ = {"NO_PROXY": "*", "HTTPS_PROXY": "http://other.example"}
    assert proxy_for("https://127.0.0.1:6443", "http://proxy.example:3128", environ) == "http://proxy.example:3128"


@pytest.mark.parametrize(
    ("server", "environ", "proxy"),
    [
        ("https://api.example:6443", PROXY, "http://proxy.example:3128"),
        ("https://api.example:6443", {"https_proxy": "proxy.example:3128"}, "http://proxy.example:3128"),
        ("http://api.example", PROXY, None),
        ("http://api.example", {"HTTP_PROXY": "http://plain.example"}, "http://plain.example"),
        ("https://api.example:6443", {"ALL_PROXY": "http://proxy.example"}, None),
        ("https://api.example:6443", {}, None),
        ("https://127.0.0.1:6443", PROXY, None),
        ("https://localhost:6443", PROXY, None),
        ("https://[::1]:6443", PROXY, None),
    ],
)
def test_the_environment_is_read_as_go_reads_it(server, environ, proxy):
    assert proxy_for(server, "", environ) == proxy


@pytest.mark.parametrize(
    ("server", "no_proxy", "direct"),
    [
        ("https://api.example", "example", True),
        ("https://api.example", ".example", True),
        ("https://example", ".example", False),
        ("https://api.example", "*.example", True),
        ("https://api.example", "api.example:443", True),
        ("https://api.example:6443", "api.example:443", False),
        ("https://api.example", "other, api.example", True),
        ("https://badexample", "example", False),
        ("https://10.1.2.3", "10.0.0.0/8", True),
        ("https://11.1.2.3", "10.0.0.0/8", False),
        ("https://10.1.2.3:6443", "10.1.2.3", True),
        ("https://api.example", "*", True),
        ("https://[fd00::1]:6443", "fd00::/8", True),
        ("https://api.example", "", False),
    ],
)
def test_no_proxy_names_what_is_reached_directly(server, no_proxy, direct):
    assert (proxy_for(server, "", {**PROXY, "NO_PROXY": no_proxy}) is None) == direct


def test_socks5_resolves_names_at_the_proxy_as_go_does():
    assert proxy_for("https://api.example", "socks5://proxy.example:1080", {}) == "socks5h://proxy.example:1080"
