"""Text that came from outside, as a terminal or a log may have it."""

from __future__ import annotations

import unicodedata


def harmless(text: str) -> str:
    """The text with its control characters, and those that turn or hide what stands beside them,
    as their escapes: it is one line, and moves no cursor."""
    if text.isprintable():
        return text
    return "".join(char if _is_plain(char) else _escaped(char) for char in text)


def _is_plain(char: str) -> bool:
    return char.isprintable() or unicodedata.category(char) == "Zs"


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
