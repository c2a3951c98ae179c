"""The elements of a children in need census that are known, and which landed table a block becomes
a row of. Those of every census year together: a file is read by what is there.

Numbers of persons, factors and the dates of internal reviews are known and not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

# In every landed table: the child, and which ``Child`` of the file, which ``CINdetails`` and which
# ``ChildProtectionPlans`` a row stands in, each counted through the file from 1.
CHILD_ID = "LAchildID"
CHILD_NUMBER, DETAILS_NUMBER, PLAN_NUMBER = "Child_number", "CINdetails_number", "Plan_number"
# Where the elements that nobody knows are counted.
UNKNOWN_ELEMENTS, ELEMENT, TIMES = "UNKNOWN_ELEMENTS", "Element", "Times"


@dataclass(frozen=True, eq=False)  # each is the only one of its kind
class Block:
    """An element that holds others.

    table: the landed one that it becomes a row of, if it does. values: the elements in it that hold
    a text, each at most once. every: those of which each becomes a row, of the table named.
    blocks: those that hold others. not_read: known, and passed over with all in them. numbered: the
    column that holds its number in its own row and in those of the blocks in it.
    """

    table: str = ""
    values: tuple[str, ...] = ()
    every: Mapping[str, str] = field(default_factory=dict)
    blocks: Mapping[str, Block] = field(default_factory=dict)
    not_read: tuple[str, ...] = ()
    numbered: str = ""

    @cached_property
    def known(self) -> dict[str, Block | str | None]:
        """By name, what an element in it is: a block; a value, by the table it becomes a row of, or
        "" where it belongs to the row of the block; None where it is not read."""
        values = dict.fromkeys(self.values, "")
        return {**dict.fromkeys(self.not_read), **values, **self.every, **self.blocks}


PLANS = Block(
    table="CHILDPROTECTIONPLANS",
    values=(
        "CPPstartDate", "CPPendDate", "InitialCategoryOfAbuse", "LatestCategoryOfAbuse",
        "NumberOfPreviousCPP",
    ),
    blocks={"Reviews": Block(every={"CPPreviewDate": "REVIEWS"})},
    numbered=PLAN_NUMBER,
)  # fmt: skip
DETAILS = Block(
    table="CINDETAILS",
    values=(
        "CINreferralDate", "ReferralSource", "PrimaryNeedCode", "CINclosureDate",
        "ReasonForClosure", "DateOfInitialCPC", "ReferralNFA",
    ),
    blocks={
        "Assessments": Block(
            table="ASSESSMENTS",
            values=("AssessmentActualStartDate", "AssessmentAuthorisationDate"),
            not_read=("AssessmentInternalReviewDate", "FactorsIdentifiedAtAssessment"),
        ),
        "CINPlanDates": Block(
            table="CINPLANDATES", values=("CINPlanStartDate", "CINPlanEndDate")
        ),
        "Section47": Block(
            table="SECTION47",
            values=(
                "S47ActualStartDate", "InitialCPCtarget", "DateOfInitialCPC", "ICPCnotRequired",
            ),
        ),
        "ChildProtectionPlans": PLANS,
    },
    not_read=("PreProceedingsandFGDM",),
    numbered=DETAILS_NUMBER,
)  # fmt: skip
# What both hold becomes one row: the child's.
CHILD = Block(
    table="CHILD",
    blocks={
        "ChildIdentifiers": Block(
            values=(
                CHILD_ID, "PersonBirthDate", "ExpectedPersonBirthDate", "Sex", "GenderCurrent",
                "PersonDeathDate",
            ),
            not_read=("UPN", "FormerUPN", "UPNunknown"),
        ),
        "ChildCharacteristics": Block(
            values=("Ethnicity",),
            blocks={"Disabilities": Block(every={"Disability": "DISABILITIES"})},
        ),
        "CINdetails": DETAILS,
    },
    numbered=CHILD_NUMBER,
)  # fmt: skip
HEADER = Block(
    blocks={
        "CollectionDetails": Block(values=("Collection", "Year", "ReferenceDate")),
        "Source": Block(
            values=("LEA",),
            not_read=("SourceLevel", "SoftwareCode", "Release", "SerialNo", "DateTime"),
        ),
    },
    not_read=("Content",),
)
MESSAGE = Block(blocks={"Header": HEADER, "Children": Block(blocks={"Child": CHILD})})
ROOT = Block(blocks={"Message": MESSAGE})


def landed_columns() -> dict[str, tuple[str, ...]]:
    """The columns of each landed table, as they are written."""
    found: dict[str, tuple[str, ...]] = {}
    _add_columns(CHILD, (CHILD_ID,), found)
    return found | {UNKNOWN_ELEMENTS: (ELEMENT, TIMES)}


def _add_columns(
    block: Block, outer: tuple[str, ...], found: dict[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """Add the tables of a block and of those in it; returns its values, and those of the blocks in
    it that are no row of their own. outer: what its rows say of where they stand."""
    outer = (*outer, block.numbered) if block.numbered else outer
    values = tuple(name for name in block.values if name != CHILD_ID)
    for name, table in block.every.items():
        found[table] = (*outer, name)
    if block.table:
        found[block.table] = ()  # before what it holds
    for inner in block.blocks.values():
        values += _add_columns(inner, outer, found)
    if not block.table:
        return values
    found[block.table] = (*outer, *values)
    return ()
