"""The whole extract that every fault is planted in: two children with a record of every kind, and a
marker in every field that nobody needs to see again."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from unit.builders import Rows, an_authority_file, an_extract, write_csv

from nights.marking import LIMITS, MARK

FRESH = "2014-11-01 10:00:00.000"
CHILDREN = [
    {"DIM_PERSON_ID": str(number), "LEGACY_ID": f"{MARK}-L{number}", "FORENAME": f"{MARK} Ann",
     "SURNAME": f"{MARK}-Smith"}
    for number in (1, 2)
]  # fmt: skip
ADDRESSES = [
    {"DIM_PERSON_ADDRESS_ID": str(number), "DIM_PERSON_ID": str(number),
     "STREET": f"{MARK} Street", "TOWN": f"{MARK}town", "POSTCODE": f"{MARK}1 2CD"}
    for number in (1, 2)
]  # fmt: skip


def whole(folder: Path) -> Path:
    """The extract, in a folder of its night."""
    contacts: Rows = [
        {"FACT_CONTACT_ID": str(number), "DIM_PERSON_ID": str(child), "CONTACT_DTTM": FRESH,
         "OUTCOME_COMMENTS": f"{MARK} said so"}
        for number, child in ((1, 1), (2, 2), (3, 1))
    ]  # fmt: skip
    extract = an_extract(
        folder,
        DIM_DEPARTMENT=[{}], DIM_WORKER=[{}], DIM_PERSON=CHILDREN, FACT_CONTACTS=contacts,
        FACT_REFERRALS=[{"OUTCOME_COMMENTS": MARK}], FACT_SINGLE_ASSESSMENT=[{"FACT_FORM_ID": "1"}],
        FACT_FORM_ANSWERS=[{"ANSWER": "2014-02-03", "ANSWERED_DTTM": "2014-02-03"}],
        FACT_S47=[{}], FACT_MEETINGS=[{}], FACT_CP_CONFERENCE=[{}], FACT_CP_PLAN=[{}],
        FACT_CASENOTES=[{"SEEN_BEDROOM_FLAG": MARK}], FACT_CLA=[{}], FACT_CARE_EPISODES=[{}],
    )  # fmt: skip
    write_csv(extract / "DIM_PERSON_ADDRESS.csv", list(ADDRESSES[0]), ADDRESSES)
    return extract


def authority(folder: Path, more: str = "") -> Path:
    """An authority whose rows may all be held back, with these further limits."""
    return an_authority_file(folder, LIMITS + more)


def rows_of(extract: Path) -> dict[str, int]:
    """How many records each table has."""
    return {
        path.stem: len(list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))) - 1
        for path in extract.glob("*.csv")
    }
