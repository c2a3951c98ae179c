"""Faults of a return of looked after children: of its files, and of what they say."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path

from doors.returns import a_return, an_authority_of_the_return
from unit.builders import Rows

from nights.bad.files import (
    COPIES,
    MENDS,
    Fault,
    a_bomb,
    as_zip,
    bytes_of,
    damaged,
    header,
    line,
    manifest,
    packed,
    put,
    text_of,
    without,
)
from nights.bad.records import HELD
from nights.marking import LIMITS, MARK

ONE_COLLECTION = "one file of each module"
_EPISODES: Rows = [
    {"CHILD": "1", "DEC": "03/02/2014", "REC": "X1", "HOME_POST": f"{MARK}1 1AA"},
    {"CHILD": "1", "DECOM": "03/02/2014", "RNE": "P", "PL_POST": f"{MARK}2 1AA"},
    {"CHILD": "2", "DECOM": "27/10/2014", "URN": MARK},
]
_CHILDREN: Rows = [
    {"CHILD": "1", "UPN": f"{MARK}-1"}, {"CHILD": "2", "UPN": f"{MARK}-2"},
]  # fmt: skip
# The same of a census of another return, as if it were a CSV.
_ANOTHER_RETURN = f"<Message><Header/><Children>{MARK}</Children></Message>\r\n"


def whole(folder: Path) -> Path:
    """A return with a marker in every field that nobody needs to see again."""
    return a_return(
        folder, header=_CHILDREN, episodes=_EPISODES,
        reviews=[{"CHILD": "1", "REVIEW_CODE": f"{MARK}"}], uasc=[{"CHILD": "2", "DUC": MARK}],
    )  # fmt: skip


def authority(folder: Path, more: str = "") -> Path:
    """An authority whose rows may all be held back, with these further limits."""
    return an_authority_of_the_return(folder, LIMITS + more)


def renamed(module: str, file: str) -> Fault:
    """A module's file is called so."""
    return Fault(f"the {module} are in '{file}'", lambda extract: (
        (extract / f"{module}.csv").rename(extract / file), None)[-1], 0)  # fmt: skip


def again_as(module: str, file: str) -> Fault:
    """A module is there once more."""
    return Fault(
        f"the {module} again in '{file}'",
        lambda extract: put(file, (extract / f"{module}.csv").read_bytes())(extract),
        says=f"are both of the module {module.upper()}", next=ONE_COLLECTION,
    )  # fmt: skip


def only_xml(extract: Path) -> None:
    """The collection is there as XML alone."""
    for path in extract.iterdir():
        path.unlink()
    (extract / "collection.xml").write_text(f"<MESSAGE><CHILDID>{MARK}</CHILDID></MESSAGE>")


FILES = [
    # What loads.
    Fault("nothing is wrong", lambda _: None, 0),
    Fault("a zip", as_zip(packed), 0),
    renamed("reviews", "903 Reviews (final) 2014-15.CSV"),
    renamed("episodes", "header.txt.csv"),
    Fault("headings in small letters, with spaces",
          text_of("episodes", header(lambda names: [f" {name.lower()} " for name in names])), 0),
    Fault("columns in another order", text_of("reviews", lambda text: "".join(
        ",".join(reversed(each.split(","))) + "\r\n" for each in text.split("\r\n")[:-1])), 0),
    Fault("Windows-1252", bytes_of("header", lambda raw: raw.replace(b"-1", b"\xe9")), 0),
    Fault("a column that nobody knows",
          text_of("episodes", header(lambda names: [*names[:-1], "TEST_COLUMN"])), 0,
          listed=(("EPISODES", "TEST_COLUMN"),)),
    Fault("a file of no module, called as tables are",
          put("schools.csv", f"CHILD,SCHOOL\r\n1,{MARK}\r\n"), 0, listed=(("SCHOOLS", ""),)),
    Fault("a file of no module, called as a child",
          put(f"{MARK} Smith.csv", f"CHILD,SCHOOL\r\n1,{MARK}\r\n"), 0,
          listed=(("OTHER_FILE_1", ""),)),
    Fault("a manifest that agrees", manifest(dict), 0),
    Fault("a module that is not used is missing", without("uasc"), 0),
    # Modules.
    again_as("episodes", "last year.csv"),
    again_as("header", "header_2014.csv"),
    again_as("reviews", "Reviews 2013.csv"),
    Fault("the episodes again, gzipped", lambda extract: put(
        "old.csv.gz", gzip.compress((extract / "episodes.csv").read_bytes(), mtime=0))(extract),
        says="are both of the module EPISODES", next=ONE_COLLECTION),
    Fault("no reviews", without("reviews"), says="lacks the module REVIEWS"),
    Fault("no header", without("header"), says="lacks the module HEADER"),
    Fault("two modules in one file",
          put("reviews.csv", f"CHILD,REVIEW,REVIEW_CODE,DUC\r\n1,,,{MARK}\r\n"),
          says="has the columns of the modules REVIEWS and UASC"),
    Fault("a column that is read is missing", text_of("episodes", lambda text: text.replace(
        "REASON_PLACE_CHANGE", MARK)), says="lacks column REASON_PLACE_CHANGE of EPISODES.csv"),
    Fault("a column twice", text_of("episodes", header(lambda names: [*names[:-1], "decom"])),
          says="has the column DECOM twice", next=MENDS),
    Fault("no header line", text_of("episodes", lambda text: text.partition("\r\n")[2]),
          says="has no header line", next=MENDS),
    # What is no CSV.
    Fault("XML in place of CSVs", only_xml, says="came as XML", next="as CSV"),
    Fault("another return as if it were a CSV", put("census.csv", _ANOTHER_RETURN),
          says="has no header line"),
    Fault("UTF-16", bytes_of("header", lambda raw: raw.decode().encode("utf-16")),
          says="is in UTF-16", next=MENDS),
    Fault("UTF-16 of a module that is not used",
          bytes_of("uasc", lambda raw: raw.decode().encode("utf-16")), says="is in UTF-16"),
    Fault("semicolons", text_of("episodes", lambda text: text.replace(",", ";")),
          says="is separated by semicolons", next=MENDS),
    Fault("a million columns", put("wide.csv", ",".join(f"{MARK}{n}" for n in range(1_000_000))),
          says="is not text with a header line"),
    Fault("a photograph", put("photo.csv", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"),
          says="is not text"),
    # Cut off, counted, packed.
    Fault("cut off within the last record", bytes_of("reviews", lambda raw: raw[:-2]),
          says="ends within its last record", next=COPIES),
    Fault("a record with a field more", text_of("episodes", line(1, lambda text: f"{text},{MARK}")),
          says="not as many fields as its header in record 1"),
    Fault("a manifest with a row more", manifest(lambda rows: {**rows, "reviews": 2}),
          says="has 1 rows; the manifest says 2", next=COPIES),
    Fault("a manifest with a file more", manifest(lambda rows: {**rows, MARK: 2}),
          says="lists 1 file that the return lacks", next=COPIES),
    Fault("a manifest that leaves out a file", manifest(
        lambda rows: {name: many for name, many in rows.items() if name != "uasc"}),
        says="leaves out 1 of the files", next=COPIES),
    Fault("a damaged zip", as_zip(damaged(8)), says="cannot be unpacked", next=COPIES),
    Fault("a zip bomb", as_zip(a_bomb), says="is bigger than 0.03125 GiB once unpacked",
          next="extract_gib"),
    Fault("an empty zip", as_zip(lambda _: b"PK\x05\x06" + bytes(18)), says="holds no CSV"),
]  # fmt: skip


@dataclass(frozen=True)
class Record:
    """A record of a module. held: why its rows are held back, by the table that they were made
    for; where it is empty all are loaded."""

    name: str
    module: str
    fields: dict[str, str]
    held: dict[str, str]


_EVERY = ("EPISODES", "PERIODS", "PLACEMENTS")
# Of an end that cannot be read: the placement ends with the episode.
OF_AN_END = {"EPISODES": "unreadable", "PLACEMENTS": "unreadable"}


def episode(name: str, held: dict[str, str] | None = None, **fields: str) -> Record:
    return Record(name, "episodes", fields, held or {})


def of_every(reason: str) -> dict[str, str]:
    """The episode, its period and its placement are held back alike."""
    return dict.fromkeys(_EVERY, reason)


RECORDS = [
    # Dates.
    episode("a start in ISO", {"EPISODES": "unreadable"}, DECOM="2014-02-03"),
    episode("a start of two digits of a year", {"EPISODES": "unreadable"}, DECOM="03/02/14"),
    episode("an end of two digits of a year", OF_AN_END, DEC="03/02/14", REC="E4A"),
    episode("an end in words", OF_AN_END, DEC=MARK),
    episode("a start of no day", {"EPISODES": "unreadable"}, DECOM="31/02/2014"),
    episode("no start", {"EPISODES": "started_date_missing"}, DECOM=""),
    episode("a start of NaN", {"EPISODES": "started_date_missing"}, DECOM="NaN"),
    episode("an end of NaN", DEC="NaN", REC="nan"),
    # Its period is judged by the episodes that are left.
    episode("an end before its start", dict.fromkeys(("EPISODES", "PLACEMENTS"),
            "ended_before_started"), DEC="05/01/2014", REC="E4A"),
    episode("a start after the extract date", of_every("after_extract_date"), DECOM="04/11/2014"),
    episode("a start seven years before birth", of_every(HELD), DECOM="05/05/2003"),
    # Codes.
    episode("codes in small letters", RNE="s", LS="c2", PLACE="u6", PLACE_PROVIDER="pr1",
            DEC="03/02/2014", REC="e4a"),
    episode("a code of a year that is over", PLACE="H5", LS="D1"),
    episode("codes that are notes", RNE="S", LS=f"{MARK} said so", PLACE=f"{MARK} home"),
    episode("no code at all", RNE="", LS="", PLACE="", PLACE_PROVIDER=""),
    # Whose it is.
    episode("a child who is not in the header", of_every("child_unknown"), CHILD="404"),
    episode("no child", {"EPISODES": "child_missing"}, CHILD=""),
    episode("a child as a spreadsheet writes it", {"EPISODES": "unreadable"}, CHILD="1.2E+03"),
    episode("a child that is a formula", {"EPISODES": "unreadable"}, CHILD=f"=HYPERLINK({MARK})"),
    Record("a review of a child who is not in the header", "reviews", {"CHILD": "404"},
           {"REVIEWS": "child_unknown"}),
    Record("a review without its day", "reviews", {"REVIEW": ""}, {"REVIEWS": "id_missing"}),
    Record("a review in ISO", "reviews", {"REVIEW": "2014-03-03"}, {"REVIEWS": "unreadable"}),
    Record("a review after the extract date", "reviews", {"REVIEW": "04/11/2014"},
           {"REVIEWS": "after_extract_date"}),
    Record("a review outside every period", "reviews", {"REVIEW": "03/03/2012"}, {}),
    # Children.
    Record("a child without an id", "header", {"CHILD": ""}, {"HEADER": "id_missing"}),
    Record("a child with decimals", "header", {"CHILD": "1001.0"}, {"HEADER": "unreadable"}),
    Record("a child born after the extract date", "header", {"DOB": "04/11/2014"},
           {"HEADER": "born_after_extract_date"}),
    Record("a child born in ISO", "header", {"DOB": "2010-05-05"}, {"HEADER": "unreadable"}),
    Record("a child of a sex that nobody knows", "header", {"SEX": MARK}, {}),
]  # fmt: skip
