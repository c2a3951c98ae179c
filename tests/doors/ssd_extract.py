"""Small extracts of the Standard Safeguarding Dataset: a test names only what it is about."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from unit.builders import LONG_BEFORE, NIGHT, Rows, write_csv

from etl.sources.mapping import columns_read, optional_tables
from etl.sources.ssd.source import SSD_FILES

# The least that makes a row of each table fit.
PLAIN = {
    "ssd_person": {
        "pers_person_id": "1", "pers_legacy_id": "L1", "pers_sex": "F", "pers_dob": "2010-05-05",
    },
    "ssd_family": {"fami_table_id": "1", "fami_family_id": "1", "fami_person_id": "1"},
    "ssd_contacts": {
        "cont_contact_id": "1", "cont_person_id": "1", "cont_contact_date": LONG_BEFORE,
    },
    "ssd_cin_episodes": {
        "cine_referral_id": "1", "cine_person_id": "1", "cine_referral_date": LONG_BEFORE,
    },
    "ssd_cin_assessments": {
        "cina_assessment_id": "1", "cina_person_id": "1", "cina_referral_id": "1",
        "cina_assessment_start_date": LONG_BEFORE,
    },
    "ssd_s47_enquiry": {
        "s47e_s47_enquiry_id": "1", "s47e_person_id": "1", "s47e_s47_start_date": LONG_BEFORE,
    },
    "ssd_initial_cp_conference": {
        "icpc_icpc_id": "1", "icpc_person_id": "1", "icpc_icpc_date": LONG_BEFORE,
    },
    "ssd_cp_plans": {
        "cppl_cp_plan_id": "1", "cppl_person_id": "1", "cppl_cp_plan_start_date": LONG_BEFORE,
        "cppl_cp_plan_ola": "N",
    },
    "ssd_cp_reviews": {
        "cppr_cp_review_id": "1", "cppr_person_id": "1", "cppr_cp_plan_id": "1",
    },
    "ssd_cp_visits": {
        "cppv_cp_visit_id": "1", "cppv_person_id": "1", "cppv_cp_visit_date": "2014-01-27",
        "cppv_cp_visit_seen": "Y",
    },
    "ssd_cin_visits": {
        "cinv_cin_visit_id": "1", "cinv_person_id": "1", "cinv_cin_visit_date": "2014-01-27",
        "cinv_cin_visit_seen": "Y",
    },
    "ssd_cla_episodes": {
        "clae_cla_episode_id": "1", "clae_person_id": "1", "clae_cla_id": "1",
        "clae_cla_episode_start_date": LONG_BEFORE, "clae_entered_care_date": LONG_BEFORE,
    },
    "ssd_cla_placement": {
        "clap_cla_placement_id": "1", "clap_person_id": "1", "clap_cla_id": "1",
        "clap_cla_placement_start_date": LONG_BEFORE,
    },
    "ssd_cla_reviews": {"clar_cla_review_id": "1", "clar_cla_id": "1", "clar_cla_person_id": "1"},
    "ssd_cla_visits": {
        "clav_cla_visit_id": "1", "clav_person_id": "1", "clav_cla_visit_date": "2014-01-27",
        "clav_cla_visit_seen": "Y",
    },
    "ssd_cla_health": {
        "clah_health_check_id": "1", "clah_person_id": "1", "clah_health_check_date": LONG_BEFORE,
    },
}  # fmt: skip


@cache
def headers() -> dict[str, list[str]]:
    """The columns that are read, by table, those of optional tables included; as the scripts write
    them, in small letters."""
    return {
        table.lower(): [name.lower() for name in columns]
        for table, columns in columns_read(SSD_FILES).items()
    }


def a_dataset(
    folder: Path, *, night: date = NIGHT, without: tuple[str, ...] = (), **rows: Rows
) -> Path:
    """The folder of one night with these rows, and child 1 unless children are named.

    without: columns, or whole tables, to leave out.
    """
    extract = folder / night.isoformat()
    extract.mkdir(parents=True, exist_ok=True)
    rows = {"ssd_person": [{}], **rows}
    may_lack = {table.lower() for table in optional_tables(SSD_FILES)}
    for table, columns in {**{table: [] for table in rows}, **headers()}.items():
        if table in without or (table in may_lack and table not in rows):
            continue
        own = [{**PLAIN.get(table, {}), **fields} for fields in rows.get(table, [])]
        named = dict.fromkeys([*columns, *(name for row in own for name in row)])
        write_csv(extract / f"{table}.csv", [n for n in named if n not in without], own)
    return extract
