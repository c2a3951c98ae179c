"""What is known of a care leaver: whether the child is one, and how each contact found them."""

from __future__ import annotations

from etl.contracts.contract import OF_A_CHILD, Maker, Table, code, day, flag, identifier, text

SUITABLE, UNSUITABLE = "suitable", "unsuitable"

CARE_LEAVER_ELIGIBILITY = Table(
    name="care_leaver_eligibility",
    warehouse="fact_care_leaver_eligibility",
    grain="a child's entitlement as one who leaves, or has left, care",
    noun="care leaver",
    plural="care leavers",
    key=("eligibility_id",),
    dated_by="pathway_plan_reviewed_date",
    columns=(
        identifier("eligibility_id", "the source's id"),
        *OF_A_CHILD,
        code(
            "eligibility",
            "eligible, relevant, former_relevant or qualifying, else the source's own words; "
            "empty: none today",
            "care_leaver_eligibility",
            hangs_on=("relevant", "former_relevant"),
        ),
        day("pathway_plan_reviewed_date", "when the pathway plan was last changed"),
    ),
)

CARE_LEAVER = Table(
    name="care_leaver",
    warehouse="fact_care_leaver",
    grain="a care leaver's state, as a contact found it",
    noun="care leaver's contact",
    plural="care leavers' contacts",
    key=("care_leaver_id",),
    dated_by="contacted_date",
    columns=(
        identifier("care_leaver_id", "the source's id of the contact"),
        *OF_A_CHILD,
        code(
            "eligibility",
            "the child's entitlement today, of several that of the highest id",
            "care_leaver_eligibility",
            made_by=Maker.DERIVE,
            of_others=True,
            made_of=("care_leaver_eligibility.eligibility",),
        ),
        code(
            "in_touch",
            "YES, NO, DIED, REFU (refuses contact), NREQ (needs none), RHOM (is home again)",
            "in_touch",
            hangs_on=("YES", "DIED", "RHOM"),
        ),
        day("contacted_date", "when the authority was in touch, or tried", word="date of contact"),
        code("accommodation_code", "where the care leaver lives", "accommodation"),
        text(
            "suitability",
            "whether that is suitable",
            stored=False,
            code_list="accommodation_suitability",
            hangs_on=(SUITABLE, UNSUITABLE),
            recalled_as=f"case when fact.is_suitable then '{SUITABLE}' "
            f"when not fact.is_suitable then '{UNSUITABLE}' end",
        ),
        flag(
            "is_suitable",
            "the accommodation is suitable; empty where the record does not say",
            made_by=Maker.DERIVE,
            made_of=("suitability",),
        ),
        code("activity_code", "in education, training or employment, or not", "activity"),
        day(
            "pathway_plan_reviewed_date",
            "when the pathway plan was last changed, as known today",
            made_by=Maker.DERIVE,
            of_others=True,
            made_of=("care_leaver_eligibility.pathway_plan_reviewed_date",),
        ),
    ),
)
