"""The service's own words on a report: read from a file in a small part of Markdown.

The part is so small (a heading for each section, paragraphs, lists of one level) that it is read
here line by line. A library would read all of Markdown, of which the most must be refused, with the
line it is on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

from etl.errors import WrongUsage, reason
from etl.report.outline import BY_ID

# In bytes: many pages for each section. What is larger is another file, named by mistake.
_LARGEST = 200_000

# A paragraph, or the items of a list.
Block = str | tuple[str, ...]


@dataclass(frozen=True)
class Comment:
    """What the service says of a section: who, on which day. blocks: paragraphs, and lists as
    tuples of their items. All of it is text: what looks like HTML is to be shown as it is."""

    by: str
    on: date
    blocks: tuple[Block, ...]


def read_commentary(path: Path) -> Mapping[str, Comment]:
    """The comments by section, in the order of the file.

    Raises WrongUsage that names every line at fault, and quotes none.
    """
    faults: list[str] = []
    comments = {}
    for section in _sections(_lines(path), faults):
        comment = _comment(section, faults)
        if section.id in comments:
            faults.append(f"line {section.line}: the section is there twice")
        elif comment:
            comments[section.id] = comment
    if not comments and not faults:
        faults.append("it has no section")
    if faults:
        raise _refused(sorted(faults, key=_line_of), path)
    return comments


def _line_of(fault: str) -> int:
    found = re.match(r"line (\d+)", fault)
    return int(found[1]) if found else 0


@dataclass
class _Section:
    """A section's lines, with their numbers, below its heading."""

    id: str
    line: int
    lines: list[tuple[int, str]]


def _lines(path: Path) -> list[str]:
    """As an editor shows them, whatever system it runs on."""
    try:
        with path.open("rb") as file:
            read = file.read(_LARGEST + 1)
        if len(read) > _LARGEST:
            raise _refused([f"it is larger than {_LARGEST:,} bytes"], path)
        text = read.decode("utf-8-sig")
    except OSError as error:
        raise _refused([f"it cannot be read ({reason(error)})"], path) from None
    except UnicodeDecodeError:
        raise _refused(["it is not in UTF-8: save it as that"], path) from None
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _sections(lines: list[str], faults: list[str]) -> Iterator[_Section]:
    section: _Section | None = None
    for number, line in enumerate(lines, 1):
        heading = re.fullmatch(r"## +(\S.*?) *#*", line)
        if heading:
            if section:
                yield section
            section = _Section(heading[1], number, [])
            if section.id not in BY_ID:
                faults.append(f"line {number}: {_not_a_section(section.id)}")
        elif section:
            section.lines.append((number, line))
        elif line.strip():
            faults.append(f"line {number}: it stands before the first section")
    if section:
        yield section


def _not_a_section(written: str) -> str:
    """Quotes what may be an id alone: in a heading anything may have been written."""
    called = f"called {written}" if re.fullmatch(r"[a-z0-9-]{1,30}", written) else "of that id"
    return f"no section is {called}; there are {', '.join(BY_ID)}"


def _comment(section: _Section, faults: list[str]) -> Comment | None:
    """The section's comment; None where its author, day or words are lacking."""
    said: dict[str, str] = {}
    text = section.lines
    while text and (not text[0][1].strip() or _head(text[0][1])):
        found = _head(text[0][1])
        if found:
            said[found[1]] = found[2].strip()
            faults += [f"line {text[0][0]}: {what}" for what in _not_shown(text[0][1])]
        text = text[1:]
    on = _day(said.get("On", ""))
    blocks = tuple(_blocks(text, faults))
    lacking = [
        what for what, is_there in (
            ("a line By: with a name", said.get("By")),
            ("a line On: with a day, such as 2014-11-05 or 5 November 2014", on),
            ("any words", blocks),
        ) if not is_there
    ]  # fmt: skip
    faults += [f"line {section.line}: the section lacks {what}" for what in lacking]
    return None if lacking or on is None else Comment(said["By"], on, blocks)


def _head(line: str) -> re.Match[str] | None:
    return re.match(r"(By|On):(.*)", line)


def _day(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%d/%m/%Y"):
        try:
            # A day alone has no zone.
            return datetime.strptime(text, form).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None


_ITEM = re.compile(r"[-*+] +(\S.*)")
# What is refused wherever a line begins with it, by what it is called.
_BEGINS = {
    r" {0,3}#{1,6}( |$)": "a heading that is not of a section",
    r" {0,3}(```|~~~)": "code",
    r"( {4}|\t)\S": "code, or a list in a list",
    r" {1,3}[-*+] ": "a list in a list, or one that is not at the beginning",
    r" {0,3}>": "a quotation",
    r" {0,3}\|": "a table",
    r" *\|?[ :]*-{3,}[ :]*\|[-|: ]*$": "a table",
    r" {0,3}(={3,}|(- *){3,}|(\* *){3,}|(_ *){3,})$": "a line drawn across",
    r" {0,3}\[[^\]]+\]: ": "a link",
    r"\d{1,3}[.)] ": "a numbered list: begin its lines with - instead",
}
_HOLDS = {
    r"!\[[^\]]*\]": "an image",
    r"\[[^\]]*\][(\[]": "a link",
    r"`[^`]+`": "code",
    r"\*\*\S|__\S|(?<![\w*])\*(?=\S)[^*]*\S\*(?![\w*])|(?<!\w)_(?=\S)[^_]*\S_(?!\w)": "emphasis",
}


def _blocks(lines: list[tuple[int, str]], faults: list[str]) -> Iterator[Block]:
    """The paragraphs and lists. A line that begins neither goes on with the one before it; a list
    goes on over an empty line."""
    words: list[str] = []
    is_list = is_apart = False
    for number, line in lines:
        faults += [
            f"line {number}: {what}" for what in _refusals(line, bool(words) and not is_apart)
        ]
        item = _ITEM.fullmatch(line.rstrip())
        begins = not is_list if item else is_apart
        if line.strip() and begins and words:
            yield tuple(words) if is_list else " ".join(words)
            words = []
        if item:
            is_list = True
            words.append(item[1])
        elif line.strip():
            is_list = is_list and bool(words)
            words = [*words[:-1], f"{words[-1]} {line.strip()}"] if words else [line.strip()]
        is_apart = not line.strip()
    if words:
        yield tuple(words) if is_list else " ".join(words)


def _refusals(line: str, goes_on: bool) -> Iterator[str]:
    """What a line has that a commentary may not. goes_on: whether it goes on with a paragraph or
    item, and may so be indented or begin with a number."""
    for pattern, what in _BEGINS.items():
        may_be = goes_on and pattern in (r"\d{1,3}[.)] ", r"( {4}|\t)\S")
        if re.match(pattern, line) and not may_be:
            yield what
            return
    yield from (what for pattern, what in _HOLDS.items() if re.search(pattern, line))
    yield from _not_shown(line)


# They turn what stands beside them, also what is not of the commentary: a figure reads otherwise.
_TURNING = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")


def _not_shown(line: str) -> Iterator[str]:
    if any(unicodedata.category(each) == "Cc" and each != "\t" for each in line):
        yield "a character that cannot be shown"
    if any(unicodedata.bidirectional(each) in _TURNING for each in line):
        yield "a character that turns the direction of the text"


def _refused(faults: list[str], path: Path) -> WrongUsage:
    return WrongUsage(
        f"The commentary cannot be used: {'; '.join(faults)}.",
        where=str(path),
        means="No report was written.",
        next="Mend the file. It may have, for each section, a line with ## and the section's id, "
        "a line By:, a line On:, and then paragraphs and lists with -; nothing else of Markdown.",
    )


# 1,234.5 as one; nothing that letters are part of, as in S47 or 3rd.
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:,\d{3})*(?:\.\d+)?(?!\w|[.,]\d)")
_MONTHS = "|".join(f"{date(2000, month, 1):%B}" for month in range(1, 13))
_DATE = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)? (?:{_MONTHS})(?: \d{{4}})?\b|\b(?:{_MONTHS}) \d{{4}}\b"
    r"|\b\d{4}-\d\d(?:-\d\d)?\b|\b\d{1,2}/\d{1,2}/\d{4}\b|\b\d{4}/\d\d\b"
)


def numbers_not_on_page(commentary: Mapping[str, Comment], page: str) -> list[tuple[str, str]]:
    """By section, the numbers of its comment that the page does not have, as they are written.

    Dates are left out: what is planned for a day is on no page, and a list of dates would hide the
    figures. 1,234 is 1234, and 60% is 60.0. page: in HTML, made without the commentary, of which
    all the numbers would be on it.
    """
    on_page = {_value(found[0]) for found in _NUMBER.finditer(_seen(page))}
    missing = {
        (section, found[0]): None
        for section, comment in commentary.items()
        for found in _NUMBER.finditer(_DATE.sub(" ", _text(comment)))
        if _value(found[0]) not in on_page
    }
    return list(missing)


class _Seen(HTMLParser):
    """The text of a page, without what is drawn: an axis has many numbers that are no figures."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._inside = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._inside += tag in _NOT_READ

    def handle_endtag(self, tag: str) -> None:
        self._inside -= tag in _NOT_READ

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.texts.append(data)


_NOT_READ = ("head", "style", "svg")


def _seen(page: str) -> str:
    parser = _Seen()
    parser.feed(page)
    parser.close()
    return " ".join(parser.texts)


def _value(number: str) -> Decimal:
    return Decimal(number.replace(",", ""))


def _text(comment: Comment) -> str:
    return "\n".join(
        block if isinstance(block, str) else "\n".join(block) for block in comment.blocks
    )
