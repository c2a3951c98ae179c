"""Faults of a children in need census: of the file, and of what it says of single children."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from doors.census import HEADER, a_census, a_child, assessment, details, element, enquiry, plan
from doors.census import texts as of

from nights.bad.files import COPIES, MENDS, Fault, Spoil, as_zip
from nights.bad.records import HELD
from nights.marking import MARK

CENSUS = "census.xml"
UK, LATER = "03/05/2014", "2014-11-04"
# A child with a block of every kind, and what nobody needs to see again.
_FACTORS = element("FactorsIdentifiedAtAssessment", of(AssessmentFactors="16A"))
WHOLE = a_child(
    "1001",
    details(
        "2014-01-03",
        assessment("2014-01-06", "2014-02-07").replace(
            "</Assessments>", f"{_FACTORS}</Assessments>"
        ),
        element("CINPlanDates", of(CINPlanStartDate="2014-08-01")),
        enquiry("2014-01-07", held="2014-01-20", target="2014-01-28"),
        plan("2014-01-20", "2014-04-14", ended="2014-07-31"),
        element("PreProceedingsandFGDM", of(PPOutcome=MARK)),
    ),
    characteristics=element("Disabilities", of(Disability="AUT")),
    UPN=MARK,
)
ANOTHER = a_child("1002", details("2014-11-01"), FormerUPN=MARK)


def census(extract: Path) -> Path:
    """The file of a night's folder."""
    return extract / CENSUS


def bytes_of(change: Callable[[bytes], bytes]) -> Spoil:
    """Changes the bytes of the file."""

    def spoil(extract: Path) -> None:
        census(extract).write_bytes(change(census(extract).read_bytes()))

    return spoil


def text_of(before: str, after: str) -> Spoil:
    """Puts other text in a place of the file."""

    def change(raw: bytes) -> bytes:
        text = raw.decode()
        assert before in text
        return text.replace(before, after, 1).encode()

    return bytes_of(change)


def zipped(*names: str) -> Callable[[Path], bytes]:
    """A zip with the file under each of these names."""

    def make(extract: Path) -> bytes:
        found = io.BytesIO()
        with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in names:
                archive.writestr(name, census(extract).read_bytes())
        return found.getvalue()

    return make


def a_bomb(_: Path) -> bytes:
    """A zip of a census of 40 MiB once unpacked, of some KiB packed."""
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as archive:
        before, after = a_census("|").split("|")
        archive.writestr("census.xml", before + " " * (40 << 20) + after)
    return found.getvalue()


def half(make: Callable[[Path], bytes]) -> Callable[[Path], bytes]:
    return lambda extract: make(extract)[:-80]


LAUGHS = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<!DOCTYPE Message [<!ENTITY b0 "{MARK}">{LAUGHS}]>'
EXTERNAL = '<!DOCTYPE Message [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
ANOTHER_FILE = "Give the census file that was made for this council and this day"

LOADS = [
    Fault("nothing is wrong", lambda _: None, 0),
    Fault("a zip", as_zip(zipped("census.xml")), 0),
    Fault("a zip with a name in capitals, in a folder", as_zip(zipped("a\\CIN.XML")), 0),
    Fault("a zip with a note beside", as_zip(zipped("census.xml", "read me.txt")), 0),
    Fault("a namespace", text_of("<Message>", '<Message xmlns="http://example.org/cin">'), 0),
    Fault("the mark of UTF-8", bytes_of(lambda raw: b"\xef\xbb\xbf" + raw), 0),
    Fault("UTF-16", bytes_of(
        lambda raw: raw.decode().replace('"utf-8"', '"utf-16"').encode("utf-16")), 0),
    Fault("all in one line", bytes_of(lambda raw: raw.replace(b"\n", b"")), 0),
    Fault("the header at the end", bytes_of(lambda raw: raw.replace(HEADER.encode(), b"").replace(
        b"</Message>", HEADER.encode() + b"</Message>")), 0),
    Fault("a header that says no more than the day", text_of(
        HEADER, element("Header", element("CollectionDetails", of(ReferenceDate="2014-11-03")))
        ), 0),
]  # fmt: skip

STOPS = [
    # No census.
    Fault("an empty file", bytes_of(lambda _: b""), says="it is cut off, or empty", next=COPIES),
    Fault("a photograph", bytes_of(lambda _: b"\xff\xd8\xff\xe0" + MARK.encode()),
          says="not well-formed XML: not well-formed (invalid token) in line 1"),
    Fault("a spreadsheet", as_zip(zipped("xl/workbook.bin", "[Content_Types]")),
          says="holds 0 files that end in .xml"),
    Fault("another kind of XML", bytes_of(lambda _: f"<{MARK}/>".encode()),
          says="outermost element is not Message"),
    Fault("a census of another return", text_of("<Collection>CIN", "<Collection>SSDA903"),
          says="is of another collection", next=ANOTHER_FILE),
    Fault("no child", bytes_of(lambda _: a_census().encode()), says="holds no Child", next=MENDS),
    # Cut off, or not XML.
    Fault("half a file", bytes_of(lambda raw: raw[: len(raw) // 2]), says="is cut off",
          next=COPIES),
    Fault("a file cut off after its last child",
          bytes_of(lambda raw: raw[: raw.rindex(b"</Child>") + 8]), says="is cut off", next=COPIES),
    Fault("a sign that is not escaped", text_of("<UPN>", f"<UPN>{MARK} & "),
          says="not well-formed (invalid token) in line 4", next=COPIES),
    Fault("an element that is not closed", text_of("</LAchildID>", ""),
          says="mismatched tag in line 4", next=COPIES),
    Fault("Windows-1252 that says it is UTF-8",
          bytes_of(lambda raw: raw.replace(b"<UPN>", b"<UPN>\xe9")), says="in line 4"),
    # What is looked up or put in its place.
    Fault("a billion laughs", text_of("<Message>", f"{BOMB}<Message>"), says="has a DOCTYPE"),
    Fault("an external entity", text_of("<Message>", f"{EXTERNAL}<Message>"),
          says="has a DOCTYPE"),
    Fault("an entity that nobody declares", text_of("<UPN>", "<UPN>&x;"), says="undefined entity"),
    Fault("a file that is included", text_of(
        "<Children>", '<Children><xi:include href="file:///etc/hostname"/>'),
        says="includes another file"),
    # Too much.
    Fault("a zip bomb", as_zip(a_bomb), says="bigger than 0.03125 GiB"),
    Fault("a million elements in each other", bytes_of(
        lambda _: b"<Message>" + b"<a>" * 1_000_000), says="more than 64 deep"),
    Fault("a value of a million letters", text_of("<UPN>", f"<Sex>{MARK * 400_000}</Sex><UPN>"),
          says="a value of more than 64 KiB"),
    # Another's, or of another day.
    Fault("another authority's", text_of("<LEA>874", "<LEA>999"),
          says="another authority's: its LEA number is not 874", next=ANOTHER_FILE),
    Fault("one of two authorities", text_of("</Source>", "<LEA>999</LEA></Source>"),
          says="another authority's", next=ANOTHER_FILE),
    Fault("the census year before", text_of("<Year>2015", "<Year>2014"),
          says="another census year: its Year is not 2015", next="ends on 31 March"),
    Fault("the day before", text_of("<ReferenceDate>2014-11-03", "<ReferenceDate>2014-11-02"),
          says="its ReferenceDate is not 2014-11-03", next="is named for its ReferenceDate"),
    Fault("a day in words", text_of("<ReferenceDate>2014-11-03", f"<ReferenceDate>{MARK}"),
          says="its ReferenceDate is not 2014-11-03"),
    Fault("no header", text_of(HEADER, ""), says="has no ReferenceDate", next="--date"),
    # The files.
    Fault("a folder with two", lambda extract: (
        (extract / "other.XML").write_bytes(census(extract).read_bytes()), None)[-1],
        says="holds 2 files that end in .xml"),
    Fault("a folder without one", lambda extract: (census(extract).unlink(), None)[-1],
          says="holds 0 files that end in .xml"),
    Fault("a zip with two", as_zip(zipped("a.xml", "b.xml")),
          says="holds 2 files that end in .xml"),
    Fault("a zip that is cut off", as_zip(half(zipped("census.xml"))), says="cannot be unpacked",
          next=COPIES),
    Fault("a name that was made to be taken for something else", as_zip(zipped("../../a.xml")),
          says="'..' or a control character"),
]  # fmt: skip
FAULTS = [*LOADS, *STOPS]


@dataclass(frozen=True)
class Case:
    """A child, or a child twice, whose records are as the name says. children: of the file. held:
    by landed table, why its blocks are held back; those of others are loaded. ours, holds: a table
    of ours, and what the child's rows then have."""

    name: str
    children: Callable[[str], list[str]]
    held: dict[str, str] = field(default_factory=dict)
    ours: str = ""
    holds: dict[str, list[object]] = field(default_factory=dict)


def one(*blocks: str, **identifiers: str) -> Callable[[str], list[str]]:
    """A child with these blocks."""
    return lambda number: [a_child(number, *blocks, **identifiers)]


def case(name: str, *blocks: str, ours: str = "", **held: str) -> Case:
    return Case(name, one(*blocks), held, ours)


def every(day: str) -> str:
    """A record of every kind, from a day of January 2014 on."""
    held = f"2014-02-{day}"
    return details(
        f"2014-01-{day}",
        assessment(f"2014-01-{day}"),
        enquiry(f"2014-01-{day}", held=held),
        plan(held, f"2014-04-{day}"),
    )


TABLES = ("CHILD", "CINDETAILS", "ASSESSMENTS", "SECTION47", "CONFERENCES",
          "CHILDPROTECTIONPLANS", "REVIEWS")  # fmt: skip
ALL = dict.fromkeys(TABLES, HELD)


def with_every_record(day: str, **identifiers: str) -> Callable[[str], list[str]]:
    """A child, another than all whose id cannot be read either, with a record of every kind."""
    return one(every(day), PersonBirthDate=f"2010-05-{day}", **identifiers)


def twice(*second: str, **identifiers: str) -> Callable[[str], list[str]]:
    """A child who is there twice; the second time with these blocks and identifiers."""
    return lambda number: [
        a_child(number, every("03")),
        a_child(number, *second, **identifiers),
    ]


CASES = [
    # Dates.
    Case("a referral of a UK date", one(details(UK, assessment("2014-01-06"))),
         {"CINDETAILS": "unreadable"}, "single_assessment", {"referral_id": [None]}),
    case("a referral of two dates", details("2014-01-03", of(CINreferralDate="2014-01-04")),
         CINDETAILS="unreadable"),
    case("a referral without a date", details(""), CINDETAILS="received_date_missing"),
    case("a referral of a day that no month has", details("2014-02-30"), CINDETAILS="unreadable"),
    case("a referral after the extract date", details(LATER), CINDETAILS="after_extract_date"),
    Case("a referral closed before it was received",
         one(details("2014-01-03", assessment("2014-01-06"), CINclosureDate="2014-01-02")),
         {"CINDETAILS": "closed_before_received"}, "single_assessment",
         {"started_date": ["2014-01-06"]}),
    Case("days as XML Schema has them",
         one(details(" 2014-01-03Z ", assessment("2014-01-06T00:00:00", "2014-02-07+01:00"))),
         {}, "single_assessment",
         {"started_date": ["2014-01-06"], "authorised_date": ["2014-02-07"]}),
    case("a day with an offset that no place has", details("2014-01-03+25:00"),
         CINDETAILS="unreadable"),
    case("an assessment without a start", details("2014-01-03", assessment("")),
         ASSESSMENTS="started_date_missing"),
    case("an assessment authorised in words", details("2014-01-03", assessment("2014-01-06", MARK)),
         ASSESSMENTS="unreadable"),
    Case("a conference of a UK date", one(details("2014-01-03", enquiry("2014-01-07", held=UK))),
         {"CONFERENCES": "unreadable"}, "section_47_enquiry", {"outcome": ["initial_conference"]}),
    case("a review of a UK date", details("2014-01-03", plan("2014-01-20", UK, "2014-04-14")),
         REVIEWS="unreadable"),
    case("a plan that ends before it starts", details("2014-01-03", plan("2014-01-20",
         ended="2014-01-19")), CHILDPROTECTIONPLANS="ended_before_started"),
    # Flags, numbers and codes.
    case("a conference that is not needed, in words", details("2014-01-03", enquiry(
         "2014-01-07", not_needed=MARK)), SECTION47="unreadable"),
    Case("flags in words that are flags", one(details("2014-01-03", enquiry(
         "2014-01-07", not_needed="true"), ReferralNFA="false")), {}, "section_47_enquiry",
         {"outcome": ["no_conference"]}),
    case("a number of earlier plans in words", details("2014-01-03", plan("2014-01-20",
         previous=MARK)), CHILDPROTECTIONPLANS="unreadable"),
    Case("a code that is a note", one(details("2014-01-03", PrimaryNeedCode=f"{MARK} and his mum")),
         {}, "referral", {"need_code": ["words of few"]}),
    # Children.
    Case("a child twice, whose birth dates differ",
         twice(every("03"), PersonBirthDate="2011-05-05"), ALL),
    Case("a child twice, a boy and a girl", twice(Sex="M"), ALL),
    Case("a child twice, with the same and another record",
         twice(every("03"), details("2014-06-06")), {}, "referral",
         {"received_date": ["2014-01-03", "2014-06-06"]}),
    Case("a child without an id", with_every_record("11", LAchildID=""), ALL),
    Case("a child whose id is a name", with_every_record("12", LAchildID=f"{MARK} Ann"), ALL),
    Case("a child with two ids",
         with_every_record("13", LAchildID="1001</LAchildID><LAchildID>1002"), ALL),
    Case("a child whose id is longer than any", with_every_record("14", LAchildID="1" * 37), ALL),
    Case("a child of two sexes by the years", one(Sex="", GenderCurrent="9"), {}, "child",
         {"sex": ["U"]}),
    Case("a child to be born", one(PersonBirthDate="", ExpectedPersonBirthDate="2015-01-01"), {},
         "child", {"is_unborn": [True]}),
    case("a child that no block is about"),
    # Elements.
    case("an element that nobody knows", details("2014-01-03", element(
         "ShoeSize", MARK, of(Left=MARK)))),
    case("an element whose name is no name", details("2014-01-03", element("Mus\u00e9e", MARK))),
    Case("two records of a day that differ",
         one(details("2014-01-03"), details("2014-01-03", PrimaryNeedCode="N2")), {}, "referral",
         {"need_code": ["N1", "N2"]}),
    Case("two records of a day that are the same",
         one(details("2014-01-03"), details("2014-01-03", ReferralNFA="false")), {}, "referral",
         {"need_code": ["N1"]}),
]  # fmt: skip
