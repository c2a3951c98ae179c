"""The service's own words: what a file of them may have, and the numbers in it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from etl.errors import WrongUsage
from etl.report.commentary import Comment, numbers_not_on_page, read_commentary

HEAD = "## contacts\nBy: Head of Early Help\nOn: 2014-11-05\n\n"
CONTACTS = Comment("Head of Early Help", date(2014, 11, 5), ("Fewer calls.",))


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "commentary.md"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refused(folder: Path, text: str | bytes) -> WrongUsage:
    with pytest.raises(WrongUsage) as caught:
        read_commentary(written(folder, text))
    return caught.value


def blocks(folder: Path, text: str) -> tuple[object, ...]:
    return read_commentary(written(folder, HEAD + text))["contacts"].blocks


def test_each_section_has_its_author_its_day_and_its_words(tmp_path: Path) -> None:
    text = HEAD + "Fewer calls.\n\n## plans\n\nOn: 6 November 2014\nBy: A. N. Other\nMore plans.\n"
    assert read_commentary(written(tmp_path, text)) == {
        "contacts": CONTACTS,
        "plans": Comment("A. N. Other", date(2014, 11, 6), ("More plans.",)),
    }


@pytest.mark.parametrize("day", ["5 November 2014", "5 Nov 2014", "05/11/2014", "2014-11-05"])
def test_a_day_is_written_as_people_write_it(tmp_path: Path, day: str) -> None:
    text = HEAD.replace("2014-11-05", day) + "Fewer calls."
    assert read_commentary(written(tmp_path, text)) == {"contacts": CONTACTS}


@pytest.mark.parametrize(
    "text",
    [
        ("\ufeff" + HEAD + "Fewer calls.").encode(),
        (HEAD + "Fewer calls.\n").replace("\n", "\r\n").encode(),
        (HEAD + "Fewer calls.\n").replace("\n", "\r").encode(),
    ],
    ids=["with a byte order mark", "from Windows", "from an old Mac"],
)
def test_it_is_read_whatever_system_it_was_written_on(tmp_path: Path, text: bytes) -> None:
    assert read_commentary(written(tmp_path, text)) == {"contacts": CONTACTS}


def test_lines_of_a_paragraph_are_one_and_an_empty_line_begins_another(tmp_path: Path) -> None:
    assert blocks(tmp_path, "Fewer\n  calls.\n\n\nMore\nletters.\n") == (
        "Fewer calls.",
        "More letters.",
    )


def test_a_list_is_its_items_between_paragraphs(tmp_path: Path) -> None:
    text = "Why:\n- fewer calls\n  at night\n- more\nletters\n\n* and others\n\nThat is all.\n"
    assert blocks(tmp_path, text) == (
        "Why:",
        ("fewer calls at night", "more letters", "and others"),
        "That is all.",
    )


def test_html_is_text(tmp_path: Path) -> None:
    assert blocks(tmp_path, "<b>Fewer</b> calls & <script>alert(1)</script>") == (
        "<b>Fewer</b> calls & <script>alert(1)</script>",
    )


def test_signs_that_only_look_like_markdown_are_text(tmp_path: Path) -> None:
    text = "5 * 3 < 4 * 4, snake_case_word, #1 [sic], a - b\n2014. It went on."
    assert blocks(tmp_path, text) == (text.replace("\n", " "),)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("# Title", "a heading"),
        ("### Part", "a heading"),
        ("| a | b |", "a table"),
        ("a | b\n--- | ---", "a table"),
        ("see [here](https://example.org)", "a link"),
        ("see [here][1]", "a link"),
        ("[1]: https://example.org", "a link"),
        ("![plan](a.png)", "an image"),
        ("```", "code"),
        ("    x = 1", "code"),
        ("run `this`", "code"),
        ("> said", "a quotation"),
        ("1. first", "a numbered list"),
        ("- a\n  - b", "a list in a list"),
        ("**so**", "emphasis"),
        ("a *word* of", "emphasis"),
        ("a _word_ of", "emphasis"),
        ("---", "a line drawn across"),
        ("Title\n=====", "a line drawn across"),
        ("a\x07bell", "a character that cannot be shown"),
        ("fell from \u202e12 to 21", "a character that turns the direction of the text"),
    ],
)
def test_other_markdown_is_refused_with_its_line(tmp_path: Path, line: str, what: str) -> None:
    number = 5 + line.count("\n")
    assert f"line {number}: {what}" in refused(tmp_path, f"{HEAD}{line}\n").what


@pytest.mark.parametrize("char", ["\x1b", "\x00", "\u202e", "\u2067"])
def test_the_line_of_the_author_may_have_no_character_that_others_may_not(
    tmp_path: Path, char: str
) -> None:
    text = f"{HEAD}Fewer calls.".replace("By: ", f"By: {char}")
    assert "line 2: a character that " in refused(tmp_path, text).what


def test_a_file_too_large_for_a_commentary_is_refused_and_not_read_to_its_end(
    tmp_path: Path,
) -> None:
    file = written(tmp_path, HEAD + "Fewer calls.\n")
    with file.open("r+b") as grown:
        grown.truncate(2**40)  # takes no room
    with pytest.raises(WrongUsage, match="larger than 200,000 bytes"):
        read_commentary(file)


def test_every_line_at_fault_is_named_at_once(tmp_path: Path) -> None:
    what = refused(tmp_path, f"{HEAD}> said\n\nwell\n\n| a |\n").what
    assert "line 5: a quotation" in what
    assert "line 9: a table" in what


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (HEAD, "line 1: the section lacks any words"),
        (HEAD.replace("By:", "Of:") + "x", "line 1: the section lacks a line By:"),
        ("## contacts\nBy: \nOn: 2014-11-05\nx", "line 1: the section lacks a line By:"),
        (HEAD.replace("On:", "At:") + "x", "line 1: the section lacks a line On:"),
        (HEAD.replace("2014-11-05", "soon") + "x", "line 1: the section lacks a line On:"),
        (HEAD + "x\n" + HEAD + "x", "line 6: the section is there twice"),
        ("\nHello\n" + HEAD + "x", "line 2: it stands before the first section"),
        (HEAD.replace("contacts", "contact") + "x", "line 1: no section is called contact;"),
        ("", "it has no section"),
        (" \n\n", "it has no section"),
        ((HEAD + "It’s").encode("cp1252"), "it is not in UTF-8"),
        ((HEAD + "x").encode("utf-16"), "it is not in UTF-8"),
    ],
)
def test_what_is_not_whole_is_refused(tmp_path: Path, text: str | bytes, what: str) -> None:
    assert what in refused(tmp_path, text).what


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="cannot be read"):
        read_commentary(tmp_path / "none.md")


def test_no_refusal_quotes_what_was_written(tmp_path: Path) -> None:
    marker = "Jane Doe of 1 High Street"
    text = f"{marker}\n## {marker}\n{marker}\n> {marker}\n{HEAD}**{marker}**\n# {marker}\n"
    text += HEAD.replace("contacts", marker) + "x\n"
    assert marker not in str(refused(tmp_path, text))


def not_found(text: str, page: str) -> list[str]:
    comment = Comment("A", date(2014, 11, 5), (text,))
    return [number for _, number in numbers_not_on_page({"contacts": comment}, page)]


@pytest.mark.parametrize(
    ("text", "page"),
    [("1,234 calls", "1234"), ("1234 calls", "1,234"), ("97.6 or so", "97.6%"),
     ("60% of them.", "60.0"), ("201 (of 870)", "201 of 870."), ("from 16-17", "16 and 17")],
)  # fmt: skip
def test_a_number_is_found_however_it_is_written(text: str, page: str) -> None:
    assert not_found(text, page) == []


@pytest.mark.parametrize(
    ("text", "missing"),
    [("1,234 calls, 12 letters", ["1,234", "12"]), ("97.7%.", ["97.7"]), ("2 and 2", ["2"]),
     ("by 2016", ["2016"])],
)  # fmt: skip
def test_a_number_that_the_page_has_not_is_listed_once(text: str, missing: list[str]) -> None:
    assert not_found(text, "97.6% of 1,235, 120 and 22") == missing


@pytest.mark.parametrize(
    "text",
    ["on 3 December", "on 3rd December 2014", "in December 2014", "2014-12-03", "3/12/2014",
     "in 2013/14", "an S47 in Q3, the 3rd", "three calls", "£1.2m"],
)  # fmt: skip
def test_dates_words_and_names_with_digits_are_no_figures(text: str) -> None:
    assert not_found(text, "nothing") == []


def test_what_is_drawn_and_what_a_page_is_made_of_are_not_on_it() -> None:
    page = (
        '<head><style>p{width:11px}</style></head><p class="12">13<td>14</td></p>'
        "<svg><text>15</text></svg><details>16</details>"
    )
    assert not_found("11 12 13 14 15 16", page) == ["11", "12", "15"]


def test_numbers_are_listed_by_section_from_lists_too() -> None:
    comments = {
        "contacts": Comment("A 9", date(2014, 11, 5), ("5 calls", ("6 letters", "7 mails"))),
        "plans": Comment("A", date(2014, 11, 5), ("5 plans",)),
    }
    assert numbers_not_on_page(comments, "only 6") == [
        ("contacts", "5"), ("contacts", "7"), ("plans", "5"),
    ]  # fmt: skip
