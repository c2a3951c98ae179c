"""Elements of a drawing as text, and how wide its type is.

A browser lays the text out, with a font that is not known here. Widths are those of Arial, a
little wide, so that what is found to fit does.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

_THIN = frozenset("., /:;'’|!()[]ijltfrI1-")
_BROAD = frozenset("mwMW%–—◊")
_WIDTH, _WIDTH_OF_THIN, _WIDTH_OF_BROAD, _WIDTH_OF_CAPITAL = 0.58, 0.34, 0.92, 0.72
ELLIPSIS = "…"
_NARROWER = 4


def element(tag: str, content: str = "", /, **attributes: str | float | None) -> str:
    """An element of content that is markup already. An attribute's ``_`` is a ``-``; those without
    a value are left out."""
    said = "".join(
        f" {name.rstrip('_').replace('_', '-')}={quoteattr(_written(value))}"
        for name, value in attributes.items()
        if value is not None
    )
    return f"<{tag}{said}>{content}</{tag}>" if content else f"<{tag}{said}/>"


def _written(value: str | float) -> str:
    return value if isinstance(value, str) else number(value)


def number(value: float) -> str:
    """A coordinate: a tenth of a pixel is as much as anybody sees."""
    shown = f"{value:.1f}".removesuffix(".0")
    return "0" if shown == "-0" else shown


def text_element(tag: str, content: str, /, **attributes: str | float | None) -> str:
    """An element of plain text."""
    return element(tag, escape(content), **attributes)


def lines_of_text(
    lines: Sequence[str], x: float, y: float, apart: float, **attributes: str | None
) -> str:
    """Lines below one another, the first one's foot at y. They are one text to a reader."""
    if len(lines) == 1:
        return text_element("text", lines[0], x=x, y=y, **attributes)
    spans = [
        text_element("tspan", line, x=x, dy=apart if after else None)
        for after, line in enumerate(lines)
    ]
    # A blank between the lines: without it, their last and first words are one to who reads aloud.
    return element("text", " ".join(spans), x=x, y=y, **attributes)


def width(text: str, size: float) -> float:
    """About how wide text is, in type of a size."""
    return size * sum(_width_of(letter) for letter in text)


def _width_of(letter: str) -> float:
    if letter in _THIN:
        return _WIDTH_OF_THIN
    if letter in _BROAD:
        return _WIDTH_OF_BROAD
    return _WIDTH_OF_CAPITAL if letter.isupper() else _WIDTH


def wrapped(text: str, room: float, size: float) -> list[str]:
    """Text broken between words into lines of no more than the room, as few as there can be and
    about as long as one another; none where a word does not fit."""
    lines = _broken(text, room, size)
    while lines and len(narrower := _broken(text, room - _NARROWER, size)) == len(lines):
        lines, room = narrower, room - _NARROWER
    return lines


def _broken(text: str, room: float, size: float) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if width(word, size) > room:
            return []
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def shortened(text: str, room: float, size: float) -> str:
    """As many words of a text as there is room for, or letters where not one fits, with an
    ellipsis where that is not all of it."""
    if width(text, size) <= room:
        return text
    words = text.split()
    while len(words) > 1 and width(" ".join(words) + ELLIPSIS, size) > room:
        words.pop()
    kept = " ".join(words)
    while kept and width(kept + ELLIPSIS, size) > room:
        kept = kept[:-1]
    return kept + ELLIPSIS
