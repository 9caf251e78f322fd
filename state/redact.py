"""Taking secrets out of text that goes to a log, a message or a screen."""

import re

_HIDDEN = "***"
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    # A private key as PEM, whole or cut off, and the same in base64 as kubeconfigs hold it.
    (
        re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\Z)", re.DOTALL),
        "*** private key ***",
    ),
    (re.compile(r"LS0tLS1CRUdJTi[A-Za-z0-9+/=]+"), _HIDDEN),
    # Header lines, dumps of headers and options of commands.
    (
        re.compile(r"(?i)(authorization[\"']?\s*[:=]\s*[\"']?(?:(?:bearer|basic|token)\s+)?)[^\s\"',;]+"),
        r"\1***",
    ),
    (re.compile(r"(?i)\b(bearer\s+)[\w\-.~+/]{6,}=*"), r"\1***"),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?"), _HIDDEN),
    (re.compile(r"([a-zA-Z][\w+.-]*://[^\s/:@]*:)[^\s/@]+(@)"), r"\1***\2"),
    (
        re.compile(
            r"(?i)(\b[\w-]*(?:password|passwd|secret|token|api[-_]?key|client[-_]?key(?:[-_]?data)?)"
            r"[\"']?\s*[:=]\s*[\"']?)[^\s\"',;&}]+"
        ),
        r"\1***",
    ),
    (re.compile(r"(?i)(--[\w-]*(?:password|passwd|secret|token|key)\s+)[^\s-]\S*"), r"\1***"),
)


def redact(text: str) -> str:
    """Return `text` with what looks like a secret replaced by `***`.

    Bearer tokens, Authorization headers, JSON web tokens, passwords in URLs, private keys (PEM and base64) and
    values named password, secret, token or key. A name stays, its value goes.
    """
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text
