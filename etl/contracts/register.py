"""Every contract, in the order in which the tables are read and loaded."""

from __future__ import annotations

from etl.contracts.assessment_factor import ASSESSMENT_FACTOR
from etl.contracts.care_episode import CARE_EPISODE
from etl.contracts.care_leaver import CARE_LEAVER, CARE_LEAVER_ELIGIBILITY
from etl.contracts.child import CHILD_TABLE
from etl.contracts.child_in_need_plan import CHILD_IN_NEED_PLAN
from etl.contracts.child_month import CHILD_MONTH
from etl.contracts.child_protection_plan import CHILD_PROTECTION_PLAN
from etl.contracts.child_protection_review import CHILD_PROTECTION_REVIEW
from etl.contracts.contact import CONTACT
from etl.contracts.contract import Table
from etl.contracts.dimensions import (
    AUTHORITY,
    CODE,
    COMPARATOR,
    DATE,
    POPULATION,
    POPULATION_GROUP,
    PUBLICATION_STEP,
    TARGET,
    TIMESCALE,
)
from etl.contracts.disability import DISABILITY
from etl.contracts.early_help import EARLY_HELP
from etl.contracts.family import FAMILY_TABLE
from etl.contracts.health_check import HEALTH_CHECK
from etl.contracts.initial_conference import INITIAL_CONFERENCE
from etl.contracts.involvement import INVOLVEMENT
from etl.contracts.legal_status import LEGAL_STATUS
from etl.contracts.looked_after_period import LOOKED_AFTER_PERIOD
from etl.contracts.looked_after_review import LOOKED_AFTER_REVIEW
from etl.contracts.missing_episode import MISSING_EPISODE
from etl.contracts.placement import PLACEMENT
from etl.contracts.referral import REFERRAL
from etl.contracts.section_47_enquiry import SECTION_47_ENQUIRY
from etl.contracts.single_assessment import SINGLE_ASSESSMENT
from etl.contracts.team import TEAM_TABLE
from etl.contracts.timescale_obligation import TIMESCALE_OBLIGATION
from etl.contracts.visit import VISIT
from etl.contracts.worker import WORKER_TABLE

# Children come before what refers to them, episodes before the periods that they end.
CONFORMED: tuple[Table, ...] = (
    TEAM_TABLE,
    WORKER_TABLE,
    CHILD_TABLE,
    CONTACT,
    EARLY_HELP,
    REFERRAL,
    SINGLE_ASSESSMENT,
    SECTION_47_ENQUIRY,
    INITIAL_CONFERENCE,
    CHILD_PROTECTION_PLAN,
    CHILD_PROTECTION_REVIEW,
    CHILD_IN_NEED_PLAN,
    CARE_EPISODE,
    LOOKED_AFTER_PERIOD,
    LEGAL_STATUS,
    PLACEMENT,
    LOOKED_AFTER_REVIEW,
    VISIT,
    INVOLVEMENT,
    HEALTH_CHECK,
    MISSING_EPISODE,
    DISABILITY,
    ASSESSMENT_FACTOR,
    CARE_LEAVER_ELIGIBILITY,
    CARE_LEAVER,
)

FACTS: tuple[Table, ...] = (
    *(table for table in CONFORMED if table.is_fact),
    TIMESCALE_OBLIGATION,
    CHILD_MONTH,
)

# Dimensions of persons and teams first: the facts need their keys.
KEYED_DIMENSIONS: tuple[Table, ...] = (
    TEAM_TABLE,
    WORKER_TABLE,
    CHILD_TABLE,
    FAMILY_TABLE,
    TIMESCALE,
)
# Of whom ``restricted`` knows an identity.
PERSONS: tuple[Table, ...] = (CHILD_TABLE, WORKER_TABLE, FAMILY_TABLE)
OTHER_DIMENSIONS: tuple[Table, ...] = (
    AUTHORITY,
    POPULATION,
    POPULATION_GROUP,
    PUBLICATION_STEP,
    CODE,
    TARGET,
    COMPARATOR,
)
DIMENSIONS: tuple[Table, ...] = (*KEYED_DIMENSIONS, *OTHER_DIMENSIONS)
STAR: tuple[Table, ...] = (DATE, *DIMENSIONS, *FACTS)
BY_NAME: dict[str, Table] = {table.name: table for table in (*CONFORMED, *STAR)}


def _check_names() -> None:
    """Raises ValueError where a contract names a row of a table that there is not."""
    for table in BY_NAME.values():
        for column in table.columns:
            if column.names is not None and column.names not in BY_NAME:
                raise ValueError(
                    f"contract '{table.name}': {column.name} names a row of '{column.names}', "
                    "which is no table"
                )


_check_names()
