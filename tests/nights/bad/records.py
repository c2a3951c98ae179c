"""Faults of what an extract says: one record each, added to the whole extract. No record touches
another's, so that one night judges them all; each is of a child, or a number, of its own."""

from __future__ import annotations

from dataclasses import dataclass

from unit.builders import NIGHT, Rows

from nights.marking import MARK

LATER = "2014-11-04"
BORN, BEFORE_BORN = "2010-05-05", "2003-05-05"
HELD = "held back"  # for whichever reason


@dataclass(frozen=True)
class Record:
    """table, fields: of the record. held: the reason it is held back for, if it is. ours, empty:
    the table of ours that it is loaded into, and a column that is then missing. counted: the column
    of its table for which a replaced spelling is counted. beside: records of other tables that it
    needs."""

    name: str
    table: str
    fields: dict[str, str]
    held: str | None = None
    ours: str = ""
    empty: str = ""
    counted: str = ""
    beside: tuple[tuple[str, dict[str, str]], ...] = ()


def contact(name: str, held: str | None = None, **fields: str) -> Record:
    return Record(name, "FACT_CONTACTS", fields, held, "contact")


def child(name: str, held: str | None = None, **fields: str) -> Record:
    return Record(name, "DIM_PERSON", fields, held, "child")


def referral(name: str, held: str | None = None, **fields: str) -> Record:
    return Record(name, "FACT_REFERRALS", fields, held, "referral")


def assessment(name: str, answer: str, held: str | None = None, empty: str = "") -> Record:
    """One of a form whose answer says when it was authorised."""
    form = str(7_000 + len(name))
    answers = {"FACT_FORM_ID": form, "ANSWER": answer, "ANSWERED_DTTM": "2014-02-03"}
    return Record(
        name, "FACT_SINGLE_ASSESSMENT", {"FACT_FORM_ID": form}, held, "single_assessment", empty,
        beside=(("FACT_FORM_ANSWERS", answers),),
    )  # fmt: skip


def visit(name: str, held: str | None = None, **fields: str) -> Record:
    return Record(name, "FACT_CASENOTES", fields, held, "visit")


RECORDS = [
    # Dates.
    contact("a date in words", "unreadable", CONTACT_DTTM=f"{MARK} May"),
    contact("a date of the other form", "unreadable", CONTACT_DTTM="03/02/2014"),
    contact("a day that no month has", "unreadable", CONTACT_DTTM="2014-02-30"),
    contact("a month that no year has", "unreadable", CONTACT_DTTM="2014-13-01"),
    contact("a time that no day has", HELD, CONTACT_DTTM="2014-02-03 25:61:00"),
    contact("a number of a spreadsheet for a date", "unreadable", CONTACT_DTTM="41673"),
    contact("a date of a year of five digits", "unreadable", CONTACT_DTTM="20144-02-03"),
    contact("no date that places it", "received_date_missing", CONTACT_DTTM=""),
    contact("for ever, as the date that places it", "received_date_missing",
            CONTACT_DTTM="9999-12-31"),
    contact("after the extract date", "after_extract_date", CONTACT_DTTM=LATER),
    contact("on the last second of the extract date", CONTACT_DTTM=f"{NIGHT} 23:59:59.997"),
    contact("before the calendar", "before_1990", CONTACT_DTTM="1989-12-31"),
    referral("closed before it was received", "closed_before_received",
             REFRL_END_DTTM="2014-01-05"),
    referral("closed after the extract date", "after_extract_date", REFRL_END_DTTM=LATER),
    referral("seven years before the child's birth", HELD, REFRL_START_DTTM=BEFORE_BORN),
    visit("a visit that was recorded after the extract date", "after_extract_date",
          CREATED_DTTM=LATER),
    visit("a visit seven years before birth", HELD, EVENT_DTTM=BEFORE_BORN),
    child("born after the extract date", "born_after_extract_date", BIRTH_DTTM=LATER),
    child("expected later than anybody is", "born_after_extract_date", BIRTH_DTTM="2015-08-31",
          DOB_ESTIMATED="Y"),
    child("born in the year 1", HELD, BIRTH_DTTM="0001-01-01"),
    child("born in 1899", HELD, BIRTH_DTTM="1899-12-31"),
    child("born in words", "unreadable", BIRTH_DTTM=MARK),
    assessment("authorised in a UK date", "04/02/2014"),
    assessment("authorised in words", MARK, "unreadable"),
    assessment("authorised before its start", "2014-01-05", "authorised_before_started"),
    assessment("authorised after the extract date", LATER, "after_extract_date"),
    assessment("not authorised yet, said by an empty answer", "", empty="authorised_date"),
    # Flags and codes.
    contact("a flag that is none", "unreadable", OUTCOME_NFA_FLAG=MARK),
    contact("flags in any case", OUTCOME_NFA_FLAG="tRuE", OUTCOME_ADVICE_FLAG=" yes "),
    referral("a code that is a note", DIM_LOOKUP_CATEGORY_OF_NEED_CODE=f"{MARK} and his mother"),
    visit("a code of a visit in small letters", DIM_LOOKUP_CASNT_TYPE_ID_CODE="stvc"),
    visit("a code of a visit with its label",
          DIM_LOOKUP_CASNT_TYPE_ID_CODE="STVC: statutory visit"),
    # Ids.
    contact("no id", "id_missing", FACT_CONTACT_ID=""),
    contact("an id that is a name", HELD, FACT_CONTACT_ID=MARK),
    contact("an id as a spreadsheet writes it", HELD, FACT_CONTACT_ID="1.2E+03"),
    contact("an id with decimals", HELD, FACT_CONTACT_ID="1001.0"),
    contact("an id of 0", HELD, FACT_CONTACT_ID="0"),
    contact("a negative id", HELD, FACT_CONTACT_ID="-5"),
    contact("an id that is not a number", HELD, FACT_CONTACT_ID="NaN"),
    contact("no child", "child_missing", DIM_PERSON_ID="-1"),
    contact("a child that is not there", "child_unknown", DIM_PERSON_ID="404"),
    contact("a child of a spreadsheet", HELD, DIM_PERSON_ID="1.2E+03"),
    child("a child's id as a spreadsheet writes it", HELD, DIM_PERSON_ID="1.2E+04"),
    child("a child's id that is not a number", HELD, DIM_PERSON_ID="NaN"),
    child("a child's id that is negative", HELD, DIM_PERSON_ID="-7"),
    child("a child's id of 0", HELD, DIM_PERSON_ID="0"),
    child("a child's id of 300,000 letters", HELD, DIM_PERSON_ID=MARK * 100_000),
    child("a child's id that is a GUID", DIM_PERSON_ID="6F9619FF-8B86-D011-B42D-00C04FC964FF"),
    child("a child without an id", "id_missing", DIM_PERSON_ID=""),
    Record("a family that is not a number", "FACT_CONTACTS",
           {"DIM_LOOKUP_FAMILYOFRESIDENCE_ID": "nan"}, None, "contact", "contact_family_token"),
    Record("a worker that is none", "FACT_REFERRALS", {"DIM_WORKER_ID": "None"}, None, "referral",
           "worker_token"),
    Record("a worker with decimals", "FACT_REFERRALS", {"DIM_WORKER_ID": "1.0"}, HELD),
    Record("a referral that is not there", "FACT_S47", {"FACT_REFERRAL_ID": "404"}, None,
           "section_47_enquiry"),
    Record("a referral as a spreadsheet writes it", "FACT_S47", {"FACT_REFERRAL_ID": "1.2E+03"},
           HELD),
    # Spellings of missing, and what is no part of a value.
    Record("an end of NULL", "FACT_REFERRALS", {"REFRL_END_DTTM": "NULL"}, None, "referral",
           "closed_date", "REFRL_END_DTTM"),
    Record("an end of #N/A", "FACT_S47", {"END_DTTM": "#N/A"}, None, "section_47_enquiry",
           "completed_date", "END_DTTM"),
    Record("an end of for ever", "FACT_CP_PLAN", {"END_DTTM": "99991231"}, None,
           "child_protection_plan", "ended_date", "END_DTTM"),
    Record("a due date of 1900", "FACT_CP_REVIEW", {"DUE_DTTM": "1900-01-01"}, None,
           "child_protection_review", "source_due_date", "DUE_DTTM"),
    Record("a placeholder's code", "FACT_CAF_EPISODE",
           {"DIM_LOOKUP_ORIGINATING_ORGANISATION_CODE": "SSD_PH"}, None, "early_help",
           "organisation_code", "DIM_LOOKUP_ORIGINATING_ORGANISATION_CODE"),
    contact("spaces around every value", DIM_PERSON_ID=" 1\u00a0",
            CONTACT_DTTM="\t2014-02-03 ", OUTCOME_NFA_FLAG="\u00a0N"),
    Record("a null byte in a name", "DIM_DEPARTMENT", {"NAME": "Team\x00A"}, None, "team",
           counted="NAME"),
    Record("a post of a hundred thousand letters", "DIM_WORKER", {"JOB_TITLE": "x" * 100_000},
           None, "worker"),
    # What is owed another look, and loads.
    child("a merged child", DUPLICATED_DTTM="2014-05-01"),
    Record("a plan of another authority", "FACT_CP_PLAN", {"IS_OLA": "Y"}, None,
           "child_protection_plan"),
    Record("a review that is due and not held", "FACT_CP_REVIEW", {"DUE_DTTM": "2015-02-01"}, None,
           "child_protection_review"),
    Record("a draft", "FACT_SINGLE_ASSESSMENT", {"DIM_LOOKUP_STEP_SUBSTATUS_CODE": "D"}, None,
           "single_assessment"),
]  # fmt: skip

# Records that share an id: of one content they are loaded once, of two all are held back.
REPEATED: Rows = [{"FACT_CONTACT_ID": "801"}, {"FACT_CONTACT_ID": " 801 "}]
DISPUTED: Rows = [{"FACT_CONTACT_ID": "802"}, {"FACT_CONTACT_ID": "802", "OUTCOME_NFA_FLAG": "Y"}]
# Two rows of one child, who is loaded without what they differ in, and whose contact is loaded.
TWO_BIRTHS: Rows = [
    {"DIM_PERSON_ID": "803", "BIRTH_DTTM": BORN},
    {"DIM_PERSON_ID": "803", "BIRTH_DTTM": "2011-05-05"},
]
OF_TWO_BIRTHS = {"FACT_CONTACT_ID": "803", "DIM_PERSON_ID": "803"}
