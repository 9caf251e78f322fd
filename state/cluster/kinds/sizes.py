"""How many bytes a value has, without keeping it."""


def size(text: str) -> int:
    """Return the bytes of a text."""
    return len(text) if text.isascii() else len(text.encode(errors="replace"))


def decoded_size(text: str) -> int:
    """Return the bytes that a text in base64 stands for."""
    return len(text) * 3 // 4 - text[-2:].count("=")
