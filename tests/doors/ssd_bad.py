"""The dataset's catalogue of bad input: what is wrong with the whole extract, and what must come of
it. None ends in a stack trace, and none shows a value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from nights.marking import MARK
from unit.builders import Rows, write_manifest

from doors.ssd_extract import a_dataset

FRESH = "2014-11-01 00:00:00.000"
FLAGS = '"NEW_REFERRAL_FLAG": "Y", "ADVICE_FLAG": "N", "NFA_FLAG": "N", "NUMBER_OF_OUTCOMES": 1'
OUTCOME = "cont_contact_outcome_json"
CHILDREN: Rows = [
    {"pers_person_id": str(number), "pers_legacy_id": f"L{number}", "pers_forename": f"{MARK} Ann",
     "pers_surname": f"{MARK}-Smith", "pers_upn": f"{MARK}1"}
    for number in (1, 2)
]  # fmt: skip
# By table, the records that every extract of the catalogue has.
WHOLE: dict[str, Rows] = {
    "ssd_person": CHILDREN,
    "ssd_contacts": [
        {"cont_contact_date": FRESH, OUTCOME: f'{{{FLAGS}, "COMMENTS": "{MARK} said so"}}'},
        {"cont_contact_id": "2", "cont_person_id": "2"},
    ],
    "ssd_cin_episodes": [{"cine_referral_worker_id": f"{MARK} Jones"}],
    "ssd_cin_assessments": [{"cina_assessment_auth_date": "2014-02-03"}],
    "ssd_s47_enquiry": [{}],
    "ssd_initial_cp_conference": [{}],
    "ssd_cp_plans": [{}],
    "ssd_cp_reviews": [{"cppr_cp_review_date": "2014-03-03", "cppr_cp_review_quorate": "Yes"}],
    "ssd_cp_visits": [{}],
    "ssd_cla_episodes": [{}],
    "ssd_cla_placement": [{}],
    "ssd_cla_reviews": [{}],
    "ssd_cla_visits": [{"clav_cla_visit_date": "2014-01-28"}],
}  # fmt: skip


@dataclass(frozen=True)
class Bad:
    """records: put into the extract beside the whole ones, by table. without: columns or tables
    that are left out. spoil: what is then done to its files. exit_code, says: of the command.
    held: the reason, by table and number of the record, of those that are held back. loads: by
    table of ours, ids and values of a column that must be there."""

    name: str
    records: dict[str, Rows] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    spoil: Callable[[Path], object] = lambda extract: None
    exit_code: int = 0
    says: str = ""
    held: dict[tuple[str, int], str] = field(default_factory=dict)
    loads: dict[tuple[str, str, str], object] = field(default_factory=dict)


def extract_of(bad: Bad, folder: Path) -> Path:
    """The extract with what is wrong."""
    tables = {
        name: [*WHOLE.get(name, []), *bad.records.get(name, [])]
        for name in {**WHOLE, **bad.records}
    }
    extract = a_dataset(folder, without=bad.without, **tables)
    bad.spoil(extract)
    return extract


def contact(**fields: str) -> dict[str, Rows]:
    """A third contact."""
    return {"ssd_contacts": [{"cont_contact_id": "3", "cont_contact_date": FRESH, **fields}]}


def changed(table: str, change: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    """Changes the bytes of a table's file."""

    def spoil(extract: Path) -> None:
        file = extract / f"{table}.csv"
        file.write_bytes(change(file.read_bytes()))

    return spoil


def doubled(extract: Path) -> None:
    """A table is there twice, in two spellings of its name."""
    (extract / "SSD_CONTACTS.csv.gz").write_bytes(b"")


def outcome(name: str, text: str, **flags: object) -> Bad:
    """A third contact with these outcomes, and the flags that it must have."""
    loads = {("contact", "3", flag): value for flag, value in flags.items()}
    return Bad(name, contact(**{OUTCOME: text}), loads=loads)


BAD = [
    # Outcomes that are no JSON.
    outcome("a comment with quotation marks and line breaks",
            f'{{{FLAGS}, "COMMENTS": "{MARK} said "help",\r\nthen rang off"}}',
            is_new_referral=True, is_no_further_action=False),
    outcome("a comment that looks like a flag",
            f'{{"NFA_FLAG": "N", "COMMENTS": "{MARK}", "NEW_REFERRAL_FLAG": "Y"}}',
            is_new_referral=None, is_no_further_action=False),
    outcome("outcomes that were cut off", '{"NEW_REFERRAL_FLAG": "Y", "ADVICE_FLAG": "',
            is_new_referral=True, is_advice=None),
    outcome("outcomes without a space", '{"NEW_REFERRAL_FLAG":"N","ADVICE_FLAG":"Y","COMMENTS":""}',
            is_new_referral=False, is_advice=True),
    outcome("flags that say nothing", '{"NEW_REFERRAL_FLAG": "", "ADVICE_FLAG": null}',
            is_new_referral=None, is_advice=None),
    outcome("outcomes that are a note", f"{MARK} rang", is_new_referral=None),
    Bad("a flag that is none", contact(**{OUTCOME: f'{{"NFA_FLAG": "{MARK}"}}'}),
        held={("SSD_CONTACTS", 3): "unreadable"}),
    # Dates.
    Bad("a date of the other form", contact(cont_contact_date="03/02/2014"),
        held={("SSD_CONTACTS", 3): "unreadable"}),
    Bad("a number of a spreadsheet for a date", contact(cont_contact_date="41673"),
        held={("SSD_CONTACTS", 3): "unreadable"}),
    Bad("an assessment authorised in 1900 is open",
        {"ssd_cin_assessments": [{"cina_assessment_id": "3",
                                  "cina_assessment_auth_date": "1900-01-01 00:00:00.000"}]},
        loads={("single_assessment", "3", "authorised_date"): None}),
    # Ids, and who records are about.
    Bad("a child that is not there", contact(cont_person_id="404"),
        held={("SSD_CONTACTS", 3): "child_unknown"}),
    Bad("an id that is a name", contact(cont_contact_id=MARK),
        held={("SSD_CONTACTS", 3): "unreadable"}),
    Bad("a visit whose id is a name", {"ssd_cp_visits": [{"cppv_cp_visit_id": MARK}]},
        held={("SSD_VISITS", 2): "unreadable"}),
    Bad("a visit whose id has a prefix already", {"ssd_cp_visits": [{"cppv_cp_visit_id": "cp-7"}]},
        held={("SSD_VISITS", 2): "unreadable"}),
    Bad("visits of two tables under one id are two",
        {"ssd_cp_visits": [{"cppv_cp_visit_id": "7", "cppv_cp_visit_date": "2014-02-03"}],
         "ssd_cla_visits": [{"clav_cla_visit_id": "7", "clav_cla_visit_date": "2014-02-04"}]},
        loads={("visit", "cp-7", "visit_type"): "child_protection",
               ("visit", "la-7", "visit_type"): "looked_after"}),
    Bad("episodes that disagree about their period",
        {"ssd_cla_episodes": [{"clae_cla_episode_id": "2", "clae_cla_id": "2"},
                              {"clae_cla_episode_id": "3", "clae_cla_id": "2",
                               "clae_entered_care_date": "2014-02-02"}]},
        held={("SSD_CLA_PERIODS", 2): "id_shared", ("SSD_CLA_PERIODS", 3): "id_shared"}),
    Bad("an episode that leaves out what another says of their period",
        {"ssd_cla_episodes": [{"clae_cla_episode_id": "2", "clae_cla_id": "2",
                               "clae_entered_care_date": "NULL"},
                              {"clae_cla_episode_id": "3", "clae_cla_id": "2",
                               "clae_referral_id": "1"}]},
        loads={("looked_after_period", "2", "started_date"): "2014-01-06",
               ("looked_after_period", "2", "referral_id"): "1"}),
    Bad("a conference of two plans is one",
        {"ssd_initial_cp_conference": [{"icpc_icpc_id": "2", "icpc_cp_plan_id": "1"},
                                       {"icpc_icpc_id": "2", "icpc_cp_plan_id": "2"}]},
        loads={("initial_conference", "2", "held_date"): "2014-01-06"}),
    Bad("a review whose quorum is told in words is read without it",
        {"ssd_cp_reviews": [{"cppr_cp_review_id": "2", "cppr_cp_review_date": "2014-06-03",
                             "cppr_cp_review_quorate": f"{MARK}: most were there"}]},
        loads={("child_protection_review", "2", "is_quorate"): None,
               ("child_protection_review", "2", "is_finalised"): True}),
    Bad("a local legal status that few have is not carried, as it may be a note",
        {"ssd_legal_status": [{"lega_legal_status_id": "1", "lega_person_id": "1",
                               "lega_legal_status_start_date": "2014-01-06",
                               "lega_legal_status": MARK}]},
        loads={("legal_status", "1", "legal_status_code"): "words of few"}),
    # Files.
    Bad("a table that is lacking", without=("ssd_cin_assessments",), exit_code=3,
        says="SSD_CIN_ASSESSMENTS"),
    Bad("a column that is lacking", without=("cppl_cp_plan_ola",), exit_code=3,
        says="CPPL_CP_PLAN_OLA"),
    Bad("outcomes that are lacking", without=(OUTCOME,),
        loads={("contact", "1", "is_new_referral"): None}),
    Bad("a manifest of a record more",
        spoil=lambda extract: write_manifest(extract, {
            path.stem: 3 if path.stem == "ssd_contacts" else path.read_bytes().count(b"\r\n") - 1
            for path in extract.glob("*.csv")}),
        exit_code=3, says="the manifest says 3"),
    Bad("a table of UTF-16", exit_code=3, says="UTF-16",
        spoil=changed("ssd_contacts", lambda raw: raw.decode().encode("utf-16"))),
    Bad("a table with semicolons", exit_code=3, says="semicolons",
        spoil=changed("ssd_cp_plans", lambda raw: raw.replace(b",", b";"))),
    Bad("a table without its header", exit_code=3, says="header",
        spoil=changed("ssd_person", lambda raw: raw.partition(b"\r\n")[2])),
    Bad("a table that is there twice", spoil=doubled, exit_code=3, says="twice"),
    Bad("a table that is not gzipped whole", exit_code=3, says="ssd_missing.csv.gz",
        spoil=lambda extract: (extract / "ssd_missing.csv.gz").write_bytes(b"\x1f\x8b\x08 cut")),
    Bad("an address book that nobody needs", records={"ssd_address": [{"addr_address": MARK}]}),
]  # fmt: skip
