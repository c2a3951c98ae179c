"""How a census is read as XML: what becomes which row, and what stops the night."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest

from doors.census import a_census, a_child, assessment, details, element, enquiry, plan, texts
from etl.errors import NightStopped
from etl.sources.cin_census.message import Message

ONE = a_census(a_child("1001", details("2014-05-03")))


def tables(census: str | bytes) -> dict[str, list[dict[str, Any]]]:
    """The rows of each table, without what they lack."""
    raw = census.encode() if isinstance(census, str) else census
    found = Message("the night").read([raw])
    return {
        name: [{key: value for key, value in row.items() if value is not None} for row in rows]
        for name, rows in ((name, table.to_pylist()) for name, table in found.items())
    }


def refusal(census: str | bytes) -> str:
    with pytest.raises(NightStopped) as refused:
        tables(census)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
    return str(refused.value)


@pytest.mark.parametrize("many", [1, 2, 3])
def test_every_block_of_a_kind_becomes_a_row_however_many_there_are(many: int) -> None:
    days = [f"2014-06-0{day}" for day in range(1, many + 1)]
    found = tables(a_census(a_child(
        "1001",
        *(details(day, *map(assessment, days), *map(enquiry, days), *map(plan, days),
                  *(element("CINPlanDates", texts(CINPlanStartDate=each)) for each in days))
          for day in days),
        characteristics=element("Disabilities", *(texts(Disability=code)
                                                  for code in ("AUT", "LD", "MOB")[:many])),
    )))  # fmt: skip
    rows = {name: len(each) for name, each in found.items()}
    assert rows == {
        "CHILD": 1, "DISABILITIES": many, "CINDETAILS": many, "ASSESSMENTS": many**2,
        "SECTION47": many**2, "CHILDPROTECTIONPLANS": many**2, "CINPLANDATES": many**2,
        "REVIEWS": 0, "UNKNOWN_ELEMENTS": 0,
    }  # fmt: skip


def test_all_reviews_of_a_plan_are_read_from_one_block_and_from_several() -> None:
    further = element("Reviews", texts(CPPreviewDate="2014-09-01"))
    first = plan("2014-01-20", "2014-04-01", "2014-08-01")
    both = first.replace("</ChildProtectionPlans>", f"{further}</ChildProtectionPlans>")
    found = tables(a_census(a_child("1001", details("2014-01-03", both))))["REVIEWS"]
    held = [row["CPPreviewDate"] for row in found]
    assert held == ["2014-04-01", "2014-08-01", "2014-09-01"]
    assert {row["Plan_number"] for row in found} == {"1"}


def test_an_assessment_without_factors_is_read_and_factors_are_not() -> None:
    factors = element("FactorsIdentifiedAtAssessment", texts(AssessmentFactors="16A"))
    with_them = assessment("2014-05-05", "2014-06-06").replace(
        "</Assessments>", f"{factors}</Assessments>"
    )
    found = tables(a_census(a_child("1001", details("2014-05-03", with_them, assessment("2014")))))
    assert [row["AssessmentActualStartDate"] for row in found["ASSESSMENTS"]] == [
        "2014-05-05", "2014",
    ]  # fmt: skip
    assert found["UNKNOWN_ELEMENTS"] == []


def test_a_row_says_whose_it_is_and_where_it_stands_wherever_the_childs_id_does() -> None:
    first = a_child("1001", details("2014-05-03"))
    second = element(
        "Child",
        details("2014-05-04", plan("2014-06-01", "2014-07-01")),
        element("ChildCharacteristics", texts(Ethnicity="WBRI")),
        element("ChildIdentifiers", texts(LAchildID="A1002")),
    )
    found = tables(a_census(first, second))
    [review] = found["REVIEWS"]
    assert review == {
        "LAchildID": "A1002", "Child_number": "2", "CINdetails_number": "2", "Plan_number": "1",
        "CPPreviewDate": "2014-07-01",
    }  # fmt: skip
    assert [row["CINdetails_number"] for row in found["CINDETAILS"]] == ["1", "2"]


@pytest.mark.parametrize(
    "named",
    [
        lambda text: text.replace("<Message>", '<Message xmlns="http://example.org/cin">'),
        lambda text: text.replace("<", "<cin:").replace("<cin:/", "</cin:").replace(
            "<cin:?", "<?").replace("<cin:Message>", '<cin:Message xmlns:cin="urn:cin">'),
    ],
    ids=["by default", "by a prefix"],
)  # fmt: skip
def test_elements_go_by_their_local_names(named: Any) -> None:
    assert tables(named(ONE)) == tables(ONE)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252", "latin-1"])
def test_a_file_is_read_in_the_encoding_that_it_declares(encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    census = a_census(a_child("1001", Ethnicity="caf\u00e9")).replace('"utf-8"', f'"{declared}"')
    [child] = tables(census.encode(encoding))["CHILD"]
    assert child["Ethnicity"].startswith("caf\u00e9") or child["Ethnicity"] == "WBRI"


def test_a_value_of_which_there_are_two_is_not_chosen_from() -> None:
    twice = details("2014-05-03", texts(CINreferralDate="2014-05-04"))
    [row] = tables(a_census(a_child("1001", twice)))["CINDETAILS"]
    assert row["CINreferralDate"] == "2014-05-03 | 2014-05-04"
    the_same = details("2014-05-03", texts(CINreferralDate="2014-05-03"))
    [row] = tables(a_census(a_child("1001", the_same)))["CINDETAILS"]
    assert row["CINreferralDate"] == "2014-05-03"


def test_elements_that_nobody_knows_are_counted_by_name_and_passed_over() -> None:
    odd = element("ShoeSize", element("Left", "7"), element("CINreferralDate", "2014-01-01"))
    census = a_census(
        a_child("1001", details("2014-05-03", odd)), a_child("1002", details("2014-05-03", odd))
    )
    found = tables(census)
    assert found["UNKNOWN_ELEMENTS"] == [{"Element": "CINdetails/ShoeSize", "Times": "2"}]
    assert {row["CINreferralDate"] for row in found["CINDETAILS"]} == {"2014-05-03"}


def test_of_very_many_elements_that_nobody_knows_most_are_counted_together() -> None:
    odd = "".join(element(f"Odd{number}") for number in range(300))
    found = tables(a_census(a_child("1001", details("2014-05-03", odd))))["UNKNOWN_ELEMENTS"]
    assert len(found) == 101
    assert found[-1] == {"Element": "others", "Times": "200"}


def test_pre_proceedings_are_known_and_not_read() -> None:
    odd = element("PreProceedingsandFGDM", texts(PPStartDate="2014-07-01", Anything="1"))
    found = tables(a_census(a_child("1001", details("2014-05-03", odd))))
    assert found["UNKNOWN_ELEMENTS"] == []


def test_comments_and_marked_text_are_no_part_of_structure() -> None:
    marked = ONE.replace("1001", "<!-- a note -->10<![CDATA[01]]>")
    assert tables(marked) == tables(ONE)


ENTITIES = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 10))
REFUSED = {
    "nothing": ("", "cut off, or empty"),
    "a photograph": (b"\xff\xd8\xff\xe0 not text", "not well-formed XML: "),
    "half a file": (ONE[: len(ONE) // 2], "is cut off, or empty"),
    "a file cut off between two elements": (
        ONE.removesuffix("</Message>\n"), "in line 5; it is cut off",
    ),
    "tags that do not match": (ONE.replace("</CINdetails>", "</CINdetail>"), "in line 4"),
    "another kind of XML": ("<html><body/></html>", "outermost element is not Message (line 1)"),
    "a DOCTYPE": (ONE.replace("<Message>", "<!DOCTYPE Message>\n<Message>"), "DOCTYPE"),
    "an external DTD": (
        ONE.replace("<Message>", '<!DOCTYPE Message SYSTEM "file:///etc/passwd"><Message>'),
        "DOCTYPE",
    ),
    "a billion laughs": (
        ONE.replace("<Message>", f'<!DOCTYPE Message [<!ENTITY b0 "ha">{ENTITIES}]>\n<Message>')
        .replace("1001", "&b9;"),
        "has a DOCTYPE, as no census has (line 2)",
    ),
    "an entity that is not declared": (ONE.replace("1001", "&name;"), "undefined entity in line 4"),
    "another file that is included": (
        ONE.replace("<Children>", '<Children><xi:include href="/etc/passwd"/>'), "includes another",
    ),
    "an encoding that there is not": (ONE.replace('"utf-8"', '"klingon"'), "an encoding that"),
    "an encoding of several bytes": (ONE.replace('"utf-8"', '"shift_jis"'), "an encoding that"),
    "an encoding of no file": (ONE.replace('"utf-8"', '"punycode"'), "an encoding that"),
    "bytes that are not of its encoding": (ONE.encode().replace(b"1001", b"10\xe901"), "in line 4"),
    "elements without end": ("<Message>" + "<a>" * 1000, "more than 64 deep"),
    "a value without end": (ONE.replace("1001", "1" * (1 << 17)), "a value of more than 64 KiB"),
    "two messages": (ONE + "<Message/>", "junk after document element"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_census_is_refused_with_its_line_and_without_its_words(name: str) -> None:
    census, says = REFUSED[name]
    message = refusal(census)
    assert says in message
    for word in ("1001", "2014-05-03", "passwd", "klingon", "b9"):
        assert word not in message


def test_a_tag_without_end_is_refused_before_memory_is_full() -> None:
    def pieces() -> Iterator[bytes]:
        yield b'<Message a="'
        while True:
            yield b"x" * (1 << 20)

    with pytest.raises(NightStopped, match="a tag of more than 16 MiB"):
        Message("the night").read(pieces())


def test_children_are_let_go_one_after_the_other() -> None:
    """What a big block of each child needs is not kept: it is not among what is read."""

    def pieces(many: int) -> Iterator[bytes]:
        before, after = a_census("|").split("|")
        yield before.encode()
        for number in range(many):
            factors = element("FactorsIdentifiedAtAssessment", texts(AssessmentFactors="1A") * 500)
            yield a_child(str(number), details("2014-05-03", factors)).encode()
        yield after.encode()

    tracemalloc.start()
    try:
        Message("the night").read(pieces(400))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 4 << 20  # the file has 9 MiB
