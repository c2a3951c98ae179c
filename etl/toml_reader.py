"""Reads what a person wrote in TOML: everything that is wrong with it is said at once."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

_KIND_NAMES: dict[type, str] = {
    str: "text in quotes", int: "a whole number", float: "a number", date: "a date",
    bool: "true or false", list: "a list in square brackets", dict: "a table",
}  # fmt: skip


def nearest(word: str, known: Iterable[str]) -> str:
    """What follows an unknown word, in brackets: the nearest known one, or all of them."""
    known = list(known)
    close = difflib.get_close_matches(word, known, n=1)
    return f" (did you mean '{close[0]}'?)" if close else f" (known are {', '.join(known)})"


class TomlReader:
    """Collects the problems of one file, or of several that belong together."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def content(self, raw: bytes) -> dict[str, Any]:
        """The file's content. Raises tomllib.TOMLDecodeError and UnicodeDecodeError."""
        text = raw.decode("utf-8-sig")
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            raise
        except RecursionError:
            raise tomllib.TOMLDecodeError("it is nested too deeply") from None
        except ValueError:  # Python's own, of a number it will not read
            raise tomllib.TOMLDecodeError("a number has too many digits") from None

    def check_keys(self, found: Collection[str], keys: Collection[str], where: str) -> None:
        """keys: those that may be there; the ones in capitals must."""
        allowed = {key.lower() for key in keys}
        for key in found:
            if key not in allowed:
                self.problems.append(
                    f"unknown key '{key}' in {where}{nearest(key, sorted(allowed))}"
                )
        for key in sorted(keys):
            if key.isupper() and key.lower() not in found:
                self.problems.append(f"'{key.lower()}' is missing in {where}")

    def value(self, part: dict[str, Any], key: str, kind: type, default: Any, where: str) -> Any:
        """The key's value, or the default where it is not there or of another kind."""
        found = part.get(key, default)
        right = isinstance(found, kind) or (kind is float and isinstance(found, int))
        if kind is date:
            right = type(found) is date  # a date with a time is a datetime, and that is a date too
        if key in part and (not right or (isinstance(found, bool) and kind is not bool)):
            self.problems.append(f"'{key}' in {where} must be {_KIND_NAMES[kind]}")
            return default
        return found

    def number(
        self,
        part: dict[str, Any],
        key: str,
        kind: type,
        default: Any,
        where: str,
        between: tuple[int, int],
    ) -> Any:
        """The key's number, or the default where it is not there, of another kind or outside."""
        problems = len(self.problems)
        found = self.value(part, key, kind, default, where)
        is_given = key in part and len(self.problems) == problems
        least, most = between
        if is_given and not least <= found <= most:  # nan lies nowhere
            upto = f"{most:,}" if most >= 10_000 else most  # a year has no comma
            self.problems.append(f"'{key}' in {where} must lie between {least} and {upto}")
            return default
        return found

    def words(self, part: dict[str, Any], key: str, default: Any, where: str) -> Any:
        """The key's text, which says something where it is there."""
        found = self.value(part, key, str, default, where)
        if isinstance(part.get(key), str) and not part[key].strip():
            self.problems.append(f"'{key}' in {where} is empty")
        return found

    def one_of(self, found: str, allowed: Collection[str], what: str, where: str) -> None:
        """Notes a word that is none of the allowed ones."""
        if found not in allowed:
            self.problems.append(
                f"{what} '{found}' in {where} is not known{nearest(found, allowed)}"
            )
