"""Four nights of one council in which known things happen, one of each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from etl.demo.extract import write_extract
from nights import editing
from nights.editing import Row
from nights.loading import WESTMERE, Council, Engine, content

FIRST, FORMS_RENUMBERED, CHANGED, RETURNED = (date(2026, 3, day) for day in (3, 4, 5, 6))
NIGHTS = (FIRST, FORMS_RENUMBERED, CHANGED, RETURNED)
CLOSED_DAY = date(2026, 3, 2)
LIMITS = "\n[limits]\nrows_held_back_percent = 60\n"


@dataclass(frozen=True)
class Chosen:
    """The ids of what something happens to; none has to do with another.

    referral: closed. contact: vanishes and returns. plan: cannot be read, then can. child: is
    missing, then returns. sex_of: another sex. review: first held on the third night, on held_on.
    """

    referral: str
    contact: str
    plan: str
    child: str
    sex_of: str
    review: str
    held_on: str

    @property
    def held_day(self) -> date:
        return date.fromisoformat(self.held_on[:10])


@dataclass(frozen=True)
class FourNights:
    """The council after the fourth night; stars: the star's content after each night."""

    council: Council
    chosen: Chosen
    extracts: tuple[Path, ...]
    stars: list[dict[str, Counter[tuple[object, ...]]]] = field(default_factory=list)


def choose(extract: Path) -> Chosen:
    """Rows of the first night, each of a child of its own."""
    taken: set[str] = set()

    def first(rows: list[Row]) -> Row:
        found = next(row for row in rows if row["DIM_PERSON_ID"] not in taken)
        taken.add(found["DIM_PERSON_ID"])
        return found

    plans = editing.read(extract, "FACT_CP_PLAN")
    ids = [plan["FACT_CP_PLAN_ID"] for plan in plans]
    sound = [plan for plan in plans if ids.count(plan["FACT_CP_PLAN_ID"]) == 1]
    starts = {plan["FACT_CP_PLAN_ID"]: plan["START_DTTM"] for plan in sound}
    open_plans = [plan for plan in sound if plan["END_DTTM"] == "" and plan["IS_OLA"] == "N"]
    reviews = editing.read(extract, "FACT_CP_REVIEW")
    review = first(
        [row for row in reviews if row["MEETING_DTTM"] > starts.get(row["FACT_CP_PLAN_ID"], "9")]
    )
    plan = first(open_plans)
    child = first(editing.read(extract, "FACT_CLA"))
    referrals = editing.read(extract, "FACT_REFERRALS")
    referral = first([row for row in referrals if row["REFRL_END_DTTM"] == ""])
    taken |= {row["DIM_PERSON_ID"] for row in referrals}
    contact = first(editing.read(extract, "FACT_CONTACTS")[50:])
    person = first(
        [row for row in editing.read(extract, "DIM_PERSON")[200:] if row["GENDER_MAIN_CODE"] == "F"]
    )
    return Chosen(
        referral=referral["FACT_REFERRAL_ID"], contact=contact["FACT_CONTACT_ID"],
        plan=plan["FACT_CP_PLAN_ID"], child=child["DIM_PERSON_ID"], sex_of=person["DIM_PERSON_ID"],
        review=review["FACT_CP_REVIEW_ID"], held_on=review["MEETING_DTTM"],
    )  # fmt: skip


def write_nights(folder: Path) -> tuple[Chosen, tuple[Path, ...]]:
    """The four extracts, and what happens to what in them."""
    drawn = write_extract(folder, children=1000, extract_date=FIRST, faults_per_thousand=3.0)
    chosen = choose(drawn)
    first, renumbered, changed, returned = (
        editing.copy_as(drawn, folder / "extracts", night.isoformat()) for night in NIGHTS
    )
    for extract in (first, renumbered):
        change_review(extract, chosen, "")
    for extract, number in ((renumbered, 7_000_000), (changed, 8_000_000), (returned, 9_000_000)):
        editing.add_to_numbers(extract, editing.FORM_COLUMNS, number)
    for extract in (changed, returned):
        editing.change_row(
            extract, "FACT_REFERRALS", "FACT_REFERRAL_ID", chosen.referral,
            REFRL_END_DTTM=f"{CLOSED_DAY} 00:00:00.000",
        )  # fmt: skip
        editing.change_row(
            extract, "DIM_PERSON", "DIM_PERSON_ID", chosen.sex_of, GENDER_MAIN_CODE="M"
        )
    editing.drop_row(changed, "FACT_CONTACTS", "FACT_CONTACT_ID", chosen.contact)
    editing.drop_row(changed, "DIM_PERSON", "DIM_PERSON_ID", chosen.child)
    editing.change_row(changed, "FACT_CP_PLAN", "FACT_CP_PLAN_ID", chosen.plan, START_DTTM="n/k")
    return chosen, (first, renumbered, changed, returned)


def change_review(extract: Path, chosen: Chosen, held: str) -> None:
    """Give the chosen review another held date."""
    editing.change_row(
        extract, "FACT_CP_REVIEW", "FACT_CP_REVIEW_ID", chosen.review, MEETING_DTTM=held
    )


def load_nights(folder: Path, engine: Engine) -> FourNights:
    """Write and load the four nights in order."""
    chosen, extracts = write_nights(folder)
    authority = folder / "westmere.toml"
    authority.write_text(WESTMERE.read_text(encoding="utf-8") + LIMITS, encoding="utf-8")
    nights = FourNights(engine.council(folder / "council", authority), chosen, extracts)
    for extract in extracts:
        ran = nights.council.load(extract)
        assert ran.exit_code == 0, ran.err
        nights.stars.append(content(nights.council.url, without=("audit", "report")))
    return nights
