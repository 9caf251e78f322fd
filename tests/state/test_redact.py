import pytest

from state.redact import redact

SECRET = "hunter2hunter2"


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {SECRET}",
        f"'Authorization': 'Bearer {SECRET}', 'Accept': '*/*'",
        f"Invalid header value b'Bearer {SECRET}'",
        f"Proxy-Authorization: Basic {SECRET}=",
        f"https://ana:{SECRET}@proxy.example:3128/x",
        f"login --token {SECRET} --verbose",
        f"login --client-secret={SECRET}",
        f"password: {SECRET}",
        f'{{"clientKeyData": "{SECRET}", "x": 1}}',
        f'{{"token":"{SECRET}"}}',
        f"client-key-data: {SECRET}",
        f"refresh_token={SECRET}&grant=x",
        f"-----BEGIN EC PRIVATE KEY-----\n{SECRET}\n-----END EC PRIVATE KEY-----",
        f"-----BEGIN PRIVATE KEY-----\n{SECRET}\ncut off",
        f"LS0tLS1CRUdJTi{SECRET}",
        f"got eyJhbGciOiJSUzI1NiJ9.{SECRET}.{SECRET} back",
    ],
)
def test_a_secret_goes(text):
    assert SECRET not in redact(text)
    assert "***" in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "pods in payments: live",
        "GET https://127.0.0.1:6443/api/v1/pods?limit=500",
        "the certificate of api.example is not trusted: self-signed certificate",
        "pod payments/token-service-7d4f 1/1 Running",
        "10.0.0.1:6443 refuses connections",
    ],
)
def test_other_text_stays(text):
    assert redact(text) == text


def test_what_stands_around_a_secret_stays():
    assert redact(f"https://ana:{SECRET}@proxy.example:3128/x") == "https://ana:***@proxy.example:3128/x"
    assert redact(f"login --token {SECRET} --verbose") == "login --token *** --verbose"
