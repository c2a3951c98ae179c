"""Read a nightly extract as files and say which of its rows must be held back.

Rules: the page on extracts, "A nightly extract from Liquidlogic, as files" and "What must happen
to a row". A row becomes a plain dict: our words for the columns that are used, the source's own
names for the rest, `record` (its number in the file) and `unreadable` (column: text as written).

Two readings of the page are taken throughout:
- a row that becomes a row of the warehouse is judged by every value it is made of, also those it
  finds in a lookup table (the held date of its meeting, the authorised date of its form);
- a row of a lookup table is held back only where its id is missing or is shared; a row that needs
  it is then held back too.
"""

import csv
import gzip
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path

from .tables import TABLES, Table

Row = dict
Tables = dict[str, list[Row]]

CALENDAR_START = date(1990, 1, 1)
MISSING_SPELLINGS = {"", "NULL", "#N/A", "#VALUE!", "-1", "SSD_PH", "99991231"}
MISSING_DATES = {date(1900, 1, 1), date(9999, 12, 31)}
FLAG_SPELLINGS = {
    "y": True, "yes": True, "true": True, "1": True,
    "n": False, "no": False, "false": False, "0": False,
}  # fmt: skip
TIME_OF_DAY = r"(?:[ T]+(\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?"
ISO_DATE = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})" + TIME_OF_DAY)
UK_DATE = re.compile(r"(?P<day>\d{2})/(?P<month>\d{2})/(?P<year>\d{4})" + TIME_OF_DAY)
DATE_PATTERNS = {"iso": (ISO_DATE,), "uk": (UK_DATE,), "either": (ISO_DATE, UK_DATE)}
# What they are called in the years of the pandemic.
VISIT_TYPES = {
    "STVC": "STVC", "STVL": "STVL", "CNSTAT": "CNSTAT",
    "STVCPCOVID": "STVC", "STVLCOVID": "STVL", "CNSTATCOVID": "CNSTAT",
}  # fmt: skip
NOT_HAPPENINGS = {"due", "expected_end"}
# By itself, or before a dash or a colon and more words.
COMPLETED = re.compile(r"completed?\s*([-\u2013\u2014:].*)?", re.IGNORECASE | re.DOTALL)


def held_back(extract: Path, authority: dict, extract_date: date) -> list[tuple[str, int, str]]:
    """Every row that must not be loaded, as (source table, number of its record, reason)."""
    return judge(read_extract(extract, authority), extract_date)[1]


def loaded_rows(extract: Path, authority: dict, extract_date: date) -> Tables:
    """The rows that are loaded, each once, with the values they find in lookup tables."""
    return judge(read_extract(extract, authority), extract_date)[0]


def read_extract(extract: Path, authority: dict) -> Tables:
    """Every row of every known table of a night's folder or zip, repeats included."""
    date_format = authority["source"].get("date_format", "iso")
    contents = dict(table_contents(extract))
    tables = {}
    for table in TABLES:
        if table.name in contents:
            tables[table.name] = read_table(table, contents[table.name], date_format)
        elif table.is_optional:
            tables[table.name] = []
        else:
            raise FileNotFoundError(f"{table.name} is missing from the extract {extract.name}")
    return tables


def table_contents(extract: Path) -> Iterator[tuple[str, bytes]]:
    """The name and the bytes of each table, from a folder or a zip, gzipped or not."""
    if extract.is_dir():
        files = [(path.name, path.read_bytes()) for path in sorted(extract.iterdir())]
    else:
        with zipfile.ZipFile(extract) as archive:
            files = [(Path(name).name, archive.read(name)) for name in archive.namelist()]
    for name, content in files:
        if name.endswith(".csv.gz"):
            yield name.removesuffix(".csv.gz"), gzip.decompress(content)
        elif name.endswith(".csv"):
            yield name.removesuffix(".csv"), content


def read_table(table: Table, content: bytes, date_format: str) -> list[Row]:
    """The rows of one file. Blank lines are no records."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    csv.field_size_limit(100_000_000)
    records = csv.reader(io.StringIO(text, newline=""))
    header = [name.strip() for name in next(records)]
    rows = []
    for cells in records:
        if cells:
            written = dict(zip(header, cells, strict=False))
            rows.append(read_row(table, written, len(rows) + 1, date_format))
    return rows


def read_row(table: Table, written: dict[str, str], record: int, date_format: str) -> Row:
    """One record, each column read as its type; what cannot be read is kept in `unreadable`."""
    row: Row = {"record": record, "unreadable": {}}
    for column, word in table.texts.items():
        row[word] = read_text(written.get(column, ""))
    for column in table.other_columns:
        row[column] = read_text(written.get(column, ""))
    for column, word in table.dates.items():
        read_or_note(row, word, read_date, written.get(column, ""), date_format)
    for column, word in table.flags.items():
        read_or_note(row, word, read_flag, written.get(column, ""))
    for column, word in table.moments.items():
        read_or_note(row, word, read_moment, written.get(column, ""), date_format)
    return row


def read_or_note(row: Row, word: str, read, *written: str) -> None:
    """Put the value under its word, or nothing there and the text under `unreadable`."""
    try:
        row[word] = read(*written)
    except ValueError:
        row[word] = None
        row["unreadable"][word] = written[0].strip()


def read_text(written: str) -> str | None:
    """The text without the white space around it; none for every spelling of missing."""
    text = written.strip()
    return None if text in MISSING_SPELLINGS else text


def read_flag(written: str) -> bool | None:
    """Yes or no: Y/N, Yes/No, TRUE/FALSE, 1/0 in any case."""
    text = read_text(written)
    if text is None:
        return None
    if text.lower() not in FLAG_SPELLINGS:
        raise ValueError("not a flag")
    return FLAG_SPELLINGS[text.lower()]


def read_date(written: str, date_format: str) -> date | None:
    """The day; the time of day, where there is one, is left out."""
    moment = read_moment(written, date_format)
    return moment.date() if moment else None


@cache
def read_moment(written: str, date_format: str) -> datetime | None:
    """The day and time. The two dates that stand for missing do so in either format."""
    text = read_text(written)
    if text is None:
        return None
    for pattern in DATE_PATTERNS["either"]:
        found = pattern.fullmatch(text)
        if found:
            day = [int(found[part]) for part in ("year", "month", "day")]
            moment = datetime(*day, *(int(part or 0) for part in found.groups()[3:]))
            if moment.date() in MISSING_DATES:
                return None
            if pattern in DATE_PATTERNS[date_format]:
                return moment
    raise ValueError("not a date")


def judge(tables: Tables, extract_date: date) -> tuple[Tables, list[tuple[str, int, str]]]:
    """Divide the rows into those that are loaded and those that are held back."""
    loaded: Tables = {}
    held: list[tuple[str, int, str]] = []
    children: dict[str, Row] = {}
    shared_meetings: set[str] = set()
    for table in TABLES:
        rows = tables[table.name]
        add_values_found_elsewhere(table.name, rows, loaded)
        shared_ids = ids_with_several_contents(table, rows)
        if table.name == "FACT_MEETINGS":
            shared_meetings = shared_ids
        if table.name == "DIM_PERSON":
            rows = tables[table.name] = one_of_each_disputed_child(rows, shared_ids)
        for row in rows:
            if "meeting" in row and row["meeting"] in shared_meetings:
                row["unreadable"]["meeting"] = ""
        loaded[table.name] = []
        for row in without_repeats(table, rows, shared_ids):
            if not is_of_a_type_of_ours(table, row):
                continue
            reason = fault(table, row, shared_ids, children, extract_date)
            if reason:
                held.append((table.name, row["record"], reason))
            else:
                loaded[table.name].append(row)
        if table.name == "DIM_PERSON":
            children = {child["id"]: child for child in loaded["DIM_PERSON"]}
    return loaded, held


def is_of_a_type_of_ours(table: Table, row: Row) -> bool:
    """Casenotes are rows of ours where they are visits, plans where they are child in need plans.

    The rest of these two tables is outside, whatever is wrong with it.
    """
    if table.name == "FACT_CASENOTES":
        return row["type"] in VISIT_TYPES
    if table.name == "FACT_CARE_PLAN_SUMMARY":
        return (row["type"] or "").upper() == "FP"
    return True


def id_order(row: Row) -> tuple[int, str]:
    """Puts ids in the order they were given out: 9 before 10. Decides between equal dates."""
    return len(row["id"]), row["id"]


def content(table: Table, row: Row) -> tuple:
    """What a row says, once read: the spelling of a value is no part of it."""
    return tuple(row["unreadable"].get(word, row[word]) for word in table.words())


def ids_with_several_contents(table: Table, rows: list[Row]) -> set[str]:
    """The ids that rows of different content share: all of those rows are held back."""
    first_content: dict[str, tuple] = {}
    shared = set()
    for row in rows if table.has_id else ():
        what_it_says = content(table, row)
        if row["id"] and first_content.setdefault(row["id"], what_it_says) != what_it_says:
            shared.add(row["id"])
    return shared


def one_of_each_disputed_child(rows: list[Row], shared_ids: set[str]) -> list[Row]:
    """One row for each child whose rows agree on whether it was merged: the child is loaded, and
    what its rows differ in is missing. Takes these children from the shared ids."""
    for id in sorted(shared_ids):
        own = [row for row in rows if row["id"] == id]
        if len({row["merged"] for row in own}) > 1:
            continue
        shared_ids.discard(id)
        child = {word: value if all(row[word] == value for row in own) else None
                 for word, value in own[0].items()}  # fmt: skip
        child |= {"record": own[0]["record"], "unreadable": {}}
        rows = [child if row is own[0] else row for row in rows if row is own[0] or row["id"] != id]
    return rows


def without_repeats(table: Table, rows: list[Row], shared_ids: set[str]) -> Iterator[Row]:
    """The rows, of equal ones the first; rows that share an id with other content all stay."""
    seen = set()
    for row in rows:
        what_it_says = content(table, row)
        if row.get("id") in shared_ids or what_it_says not in seen:
            yield row
        seen.add(what_it_says)


def add_values_found_elsewhere(name: str, rows: list[Row], loaded: Tables) -> None:
    """Give rows the dates and flags that other tables hold for them."""
    if name == "FACT_SINGLE_ASSESSMENT":
        add_authorised_dates(rows, loaded["FACT_FORM_ANSWERS"])
    if name in ("FACT_CP_CONFERENCE", "FACT_CP_REVIEW", "FACT_CLA_REVIEW"):
        add_meetings(name, rows, loaded["FACT_MEETINGS"])
    if name == "FACT_CP_REVIEW":
        add_quorums(rows, loaded["FACT_MEETING_SUBJECTS"], loaded["FACT_FORM_ANSWERS"])
    if name == "FACT_CASENOTES":
        for row in rows:
            row["type"] = VISIT_TYPES.get(row["type"], row["type"])
    if name == "FACT_CLA":
        add_ends_of_care(rows, loaded["FACT_CARE_EPISODES"])


def add_authorised_dates(assessments: list[Row], answers: list[Row]) -> None:
    """The manager authorised on the date in the form's `FormEndDate` answer, the last one given.

    It is free text: ISO and UK dates are read, empty means not authorised, anything else is a
    fault of the assessment.
    """
    last_answer: dict[str, Row] = {}
    for answer in sorted(answers, key=lambda a: (a["answered"] or datetime.min, a["record"])):
        if answer["question"] == "FormEndDate":
            last_answer[answer["form"]] = answer
    for assessment in assessments:
        answer = last_answer.get(assessment["form"]) if assessment["form"] else None
        text = answer["answer"] or "" if answer else ""
        read_or_note(assessment, "authorised", read_date, text, "either")
        answered = answer["answered"] if answer else None
        assessment["recorded"] = answered.date() if answered and assessment["authorised"] else None


def add_meetings(name: str, rows: list[Row], meetings: list[Row]) -> None:
    """Whether the meeting was cancelled and, for a conference, when it was held.

    A review carries its held date itself. A meeting that does not exist cancels nothing.
    """
    by_id = {meeting["id"]: meeting for meeting in meetings}
    read_there = ["is_cancelled", "held"] if name == "FACT_CP_CONFERENCE" else ["is_cancelled"]
    for row in rows:
        meeting = by_id.get(row["meeting"])
        for word in read_there:
            row[word] = meeting[word] if meeting else None
            if meeting and word in meeting["unreadable"]:
                row["unreadable"][word] = meeting["unreadable"][word]


def add_quorums(reviews: list[Row], subjects: list[Row], answers: list[Row]) -> None:
    """Whether an outcome form of the child at the meeting says that it was quorate; of several
    forms that disagree, yes wins. What a form says is the last that was answered."""
    said: dict[str | None, str | None] = {}
    for answer in sorted(answers, key=lambda a: (a["answered"] or datetime.min, a["record"])):
        if answer["question"] == "WasConf":
            said[answer["form"]] = answer["answer"]
    for review in reviews:
        whose = (review["meeting"], review["child"])
        forms = [row["form"] for row in subjects
                 if row["form"] in said and (row["meeting"], row["child"]) == whose]  # fmt: skip
        found = {read_flag(said[form] or "") for form in forms}
        review["is_quorate"] = True if True in found else False if False in found else None


def add_ends_of_care(periods: list[Row], episodes: list[Row]) -> None:
    """A period of care ends with its last episode, when none is open; X1 never ends a period."""
    by_period: dict[str | None, list[Row]] = {}
    for episode in episodes:
        by_period.setdefault(episode["period"], []).append(episode)
    for period in periods:
        its_episodes = by_period.get(period["id"], [])
        period["ended"] = None
        if its_episodes and all(episode["ended"] for episode in its_episodes):
            last = max(its_episodes, key=lambda e: (e["started"], e["ended"], id_order(e)))
            if last["end_reason"] != "X1":
                period["ended"] = last["ended"]


def fault(
    table: Table, row: Row, shared_ids: set[str], children: dict[str, Row], extract_date: date
) -> str | None:
    """Why a row must be held back, or None: "What must happen to a row", third line."""
    if not table.has_id:
        return None
    if row["id"] is None:
        return "no id"
    if row["id"] in shared_ids:
        return "id shared with other content"
    if table.is_lookup:
        return None
    if row["unreadable"]:
        return "cannot be read: " + ", ".join(row["unreadable"])
    if "child" in row and row["child"] is None:
        return "no child"
    if "child" in row and row["child"] not in children:
        return "child does not exist or is held back"
    if table.placed_by and row[table.placed_by] is None:
        return "no date that places it"
    return impossible_date(table, row, children.get(row.get("child")), extract_date)


def impossible_date(table: Table, row: Row, child: Row | None, extract_date: date) -> str | None:
    """Which of its dates cannot be true, or None.

    Where a meeting was cancelled its held date was only booked, as is the day of a health check
    that is not completed; an estimated birth is expected.
    """
    if table.placed_by and row[table.placed_by] < CALENDAR_START:
        return "before the calendar begins"
    for word in happened(table, row):
        if row[word] and row[word] > extract_date:
            return f"{word} after the extract date"
    began = row["born"] if is_born_for_certain(row) else None
    if table.placed_by:
        began = row[table.placed_by]
    if began and table.ended_by and row[table.ended_by] and row[table.ended_by] < began:
        return "ends before it starts"
    if child and table.impossible_before_birth in happened(table, row):
        day = row[table.impossible_before_birth]
        is_other_visit = table.name == "FACT_CASENOTES" and row["type"] != "STVL"
        if not is_other_visit and is_born_for_certain(child) and day and day < child["born"]:
            return "looked after before birth"
    return None


def happened(table: Table, row: Row) -> list[str]:
    """The words of this row's dates that are about things done, not due, planned or booked."""
    words = [*table.dates.values(), "authorised", "held", "ended"]
    words = [word for word in dict.fromkeys(words) if word in row and word not in NOT_HAPPENINGS]
    if row.get("is_cancelled"):
        words.remove("held")
    if row.get("is_birth_estimated"):
        words.remove("born")
    if table.name == "FACT_HEALTH_CHECK" and not is_completed(row):
        words.remove("checked")
    return words


def is_completed(check: Row) -> bool:
    """Whether a health check was made: what its status says first is completed, or complete."""
    return COMPLETED.fullmatch(check["status"] or "") is not None


def is_born_for_certain(child: Row) -> bool:
    """Whether the birth date is a real one: an estimated one is that of an unborn child."""
    return bool(child.get("born")) and not child["is_birth_estimated"]
