"""The blocks of a census as records with ids: which referral a block stands under, which conference
a block tells of, and what a record without an id is called.

Ids are made from content, see ``etl.sources.content_ids``: of a block's own columns, and of the
referral or enquiry it belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pandas as pd

from etl.contracts.contract import Kind
from etl.sources.arranging import RECORD_NUMBER, Arrangement, Arranging
from etl.sources.cin_census.elements import UNKNOWN_ELEMENTS, landed_columns
from etl.sources.spelling import plain

CHILD_ID, CHILD, DETAILS, PLAN = "LACHILDID", "CHILD_NUMBER", "CINDETAILS_NUMBER", "PLAN_NUMBER"
REFERRAL_ID, ENQUIRY_ID, CONFERENCE_ID = "REFERRAL_ID", "ENQUIRY_ID", "CONFERENCE_ID"
RECORD_ID, IS_HELD = "RECORD_ID", "IS_HELD"
YES, NO, NONE = "1", "0", "none"
ELEMENT_NOT_KNOWN = "element_not_known"
OTHER_ELEMENTS = "others, whose names may be something else than names"
_A_NAME = re.compile(r"[A-Za-z0-9]+/[A-Za-z][A-Za-z0-9_]{0,63}")

_NEEDS = {
    table: {name.upper(): False for name in columns} for table, columns in landed_columns().items()
}
_OF_A_RECORD = (RECORD_ID, CHILD_ID, REFERRAL_ID)
_MAKES = {
    "CHILD": (CHILD_ID, "SEX", "ETHNICITY", "BIRTHDATE", "IS_EXPECTED", "PERSONDEATHDATE",
              "IS_DISABLED"),
    "CINDETAILS": (RECORD_ID, CHILD_ID, "CINREFERRALDATE", "CINCLOSUREDATE", "REFERRALSOURCE",
                   "PRIMARYNEEDCODE", "REASONFORCLOSURE", "REFERRALNFA", "IS_TRANSFER_IN"),
    "ASSESSMENTS": (*_OF_A_RECORD, "ASSESSMENTACTUALSTARTDATE", "ASSESSMENTAUTHORISATIONDATE"),
    "CINPLANDATES": (*_OF_A_RECORD, "CINPLANSTARTDATE", "CINPLANENDDATE", "PLAN_TYPE"),
    "SECTION47": (*_OF_A_RECORD, "S47ACTUALSTARTDATE", IS_HELD, "ICPCNOTREQUIRED"),
    "CONFERENCES": (*_OF_A_RECORD, ENQUIRY_ID, "DATEOFINITIALCPC", "INITIALCPCTARGET",
                    "IS_TRANSFER_IN", "IS_CANCELLED", "OUTCOME"),
    "CHILDPROTECTIONPLANS": (*_OF_A_RECORD, CONFERENCE_ID, "CPPSTARTDATE", "CPPENDDATE",
                             "INITIALCATEGORYOFABUSE", "LATESTCATEGORYOFABUSE",
                             "NUMBEROFPREVIOUSCPP", "IS_TEMPORARY"),
    "REVIEWS": (RECORD_ID, CHILD_ID, "PLAN_ID", "CPPREVIEWDATE", "IS_CANCELLED"),
}  # fmt: skip


def make(arranging: Arranging) -> Iterator[tuple[str, pd.DataFrame]]:
    """The tables, each with the number of its block in the file; of a conference that of its
    ``CINdetails``."""
    _note_unknown_elements(arranging)
    details = _details(arranging)
    under = _Under(arranging, details.set_index(DETAILS)[RECORD_ID])
    enquiries, plans = under.enquiries(), under.plans()
    conferences = under.conferences(enquiries, details, plans)
    plans[CONFERENCE_ID] = _held_on_the_first_day(arranging, conferences, plans)
    made = {
        "CHILD": _children(arranging),
        "CINDETAILS": details,
        "ASSESSMENTS": under.assessments(),
        "CINPLANDATES": under.child_in_need_plans(),
        "SECTION47": enquiries,
        "CONFERENCES": conferences,
        "CHILDPROTECTIONPLANS": plans,
        "REVIEWS": _reviews(arranging, plans),
    }
    for name, rows in made.items():
        yield name, rows[[*_MAKES[name], RECORD_NUMBER]]


ARRANGEMENT = Arrangement(needs=_NEEDS, makes=_MAKES, make=make)


def _note_unknown_elements(arranging: Arranging) -> None:
    """Each by its name, in how many places it is; all together whose names are none."""
    rows = arranging.rows(UNKNOWN_ELEMENTS)
    are_names = rows["ELEMENT"].str.fullmatch(_A_NAME.pattern).astype(bool)
    times = rows["TIMES"].astype("int64")
    for name, count in zip(rows["ELEMENT"][are_names], times[are_names], strict=True):
        arranging.note(ELEMENT_NOT_KNOWN, name, int(count))
    arranging.note(ELEMENT_NOT_KNOWN, OTHER_ELEMENTS, int(times[~are_names].sum()))


def _rows(arranging: Arranging, table: str) -> pd.DataFrame:
    """The landed table with the numbers of its records."""
    rows = arranging.rows(table)
    return rows.assign(**{RECORD_NUMBER: rows.index.to_numpy(dtype="int64") + 1})


def _tokens(arranging: Arranging, rows: pd.DataFrame) -> pd.Series:
    return arranging.child_tokens(arranging.read(rows[CHILD_ID], Kind.ID).values)


def _is_there(arranging: Arranging, words: pd.Series, kind: Kind) -> pd.Series:
    """Where something is written that does not mean nothing, whether it can be read or not."""
    found = arranging.read(words, kind)
    return found.values.notna() | found.unreadable


def _flag(is_so: pd.Series) -> pd.Series:
    return is_so.map({True: YES, False: NO}).astype("str")


def _nothing(rows: pd.DataFrame) -> pd.Series:
    return pd.Series(pd.NA, index=rows.index, dtype="str")


def _read(arranging: Arranging, rows: pd.DataFrame, kinds: Mapping[str, Kind]) -> pd.DataFrame:
    """Columns of the rows as they are read, codes in one spelling: so rows are told apart."""
    found = {name: arranging.read(rows[name], kind).values for name, kind in kinds.items()}
    codes = [name for name, kind in kinds.items() if kind is Kind.CODE]
    return pd.DataFrame({**found, **{name: plain(found[name]) for name in codes}})


def _children(arranging: Arranging) -> pd.DataFrame:
    """Of two records of one child what the other lacks of a disability and a death is no dispute:
    they are read as one."""
    rows = _rows(arranging, "CHILD")
    has_sex = _is_there(arranging, rows["SEX"], Kind.CODE)
    rows["SEX"] = rows["SEX"].where(has_sex, rows["GENDERCURRENT"])
    is_born = _is_there(arranging, rows["PERSONBIRTHDATE"], Kind.DATE)
    rows["BIRTHDATE"] = rows["PERSONBIRTHDATE"].where(is_born, rows["EXPECTEDPERSONBIRTHDATE"])
    rows["IS_EXPECTED"] = _flag(~is_born)
    child = _tokens(arranging, rows).fillna("of " + rows[CHILD])
    has_died = _is_there(arranging, rows["PERSONDEATHDATE"], Kind.DATE)
    died = rows["PERSONDEATHDATE"].where(has_died)
    rows["PERSONDEATHDATE"] = died.groupby(child).transform("first").astype("str")
    rows["IS_DISABLED"] = child.map(_disabled(arranging, child.set_axis(rows[CHILD])))
    return rows


def _disabled(arranging: Arranging, child: pd.Series) -> pd.Series:
    """By child, whether any disability is told of; none of a child without such a block. child: by
    number of ``Child``."""
    rows = arranging.rows("DISABILITIES")
    codes = plain(arranging.read(rows["DISABILITY"], Kind.CODE).values)
    known = codes.notna()
    has_one = codes[known].ne(NONE).groupby(rows[CHILD][known].map(child)).any()
    return _flag(has_one)


def _details(arranging: Arranging) -> pd.DataFrame:
    rows = _rows(arranging, "CINDETAILS")
    kinds = {
        "CINREFERRALDATE": Kind.DATE, "CINCLOSUREDATE": Kind.DATE, "REFERRALSOURCE": Kind.CODE,
        "PRIMARYNEEDCODE": Kind.CODE, "REASONFORCLOSURE": Kind.CODE, "REFERRALNFA": Kind.FLAG,
        "DATEOFINITIALCPC": Kind.DATE,
    }  # fmt: skip
    content = _read(arranging, rows, kinds)
    received = content.pop("CINREFERRALDATE")
    tokens = _tokens(arranging, rows)
    rows[RECORD_ID] = arranging.content_ids("referral", tokens, received, content)
    rows[IS_HELD] = _is_there(arranging, rows["DATEOFINITIALCPC"], Kind.DATE)
    rows["IS_TRANSFER_IN"] = _flag(rows[IS_HELD])
    return rows.assign(**{REFERRAL_ID: rows[RECORD_ID], ENQUIRY_ID: _nothing(rows)})


class _Under:
    """The blocks that stand in a ``CINdetails``. referrals: the id of its referral by its number;
    null where it has none."""

    def __init__(self, arranging: Arranging, referrals: pd.Series) -> None:
        self.arranging = arranging
        self.referrals = referrals

    def assessments(self) -> pd.DataFrame:
        kinds = {"ASSESSMENTACTUALSTARTDATE": Kind.DATE, "ASSESSMENTAUTHORISATIONDATE": Kind.DATE}
        return self._identified("ASSESSMENTS", "single_assessment", kinds)

    def child_in_need_plans(self) -> pd.DataFrame:
        kinds = {"CINPLANSTARTDATE": Kind.DATE, "CINPLANENDDATE": Kind.DATE}
        rows = self._identified("CINPLANDATES", "child_in_need_plan", kinds)
        return rows.assign(PLAN_TYPE="child_in_need")

    def enquiries(self) -> pd.DataFrame:
        kinds = {
            "S47ACTUALSTARTDATE": Kind.DATE, "INITIALCPCTARGET": Kind.DATE,
            "DATEOFINITIALCPC": Kind.DATE, "ICPCNOTREQUIRED": Kind.FLAG,
        }  # fmt: skip
        rows = self._identified("SECTION47", "section_47_enquiry", kinds)
        is_held = _is_there(self.arranging, rows["DATEOFINITIALCPC"], Kind.DATE)
        rows[IS_HELD] = is_held.map({True: YES}).astype("str")
        return rows.assign(**{ENQUIRY_ID: rows[RECORD_ID]})

    def plans(self) -> pd.DataFrame:
        kinds = {
            "CPPSTARTDATE": Kind.DATE, "CPPENDDATE": Kind.DATE,
            "INITIALCATEGORYOFABUSE": Kind.CODE, "LATESTCATEGORYOFABUSE": Kind.CODE,
            "NUMBEROFPREVIOUSCPP": Kind.WHOLE,
        }  # fmt: skip
        rows = self._identified("CHILDPROTECTIONPLANS", "child_protection_plan", kinds)
        return rows.assign(IS_TEMPORARY=NO)

    def conferences(
        self, enquiries: pd.DataFrame, details: pd.DataFrame, plans: pd.DataFrame
    ) -> pd.DataFrame:
        """Those that enquiries led to, then those of children who moved here on a plan."""
        of_enquiries = enquiries[enquiries[IS_HELD].notna()].assign(IS_TRANSFER_IN=NO)
        of_transfers = details[details[IS_HELD]].assign(IS_TRANSFER_IN=YES)
        of_transfers["INITIALCPCTARGET"] = _nothing(of_transfers)
        named = {"initial_conference": of_enquiries, "transfer_in": of_transfers}
        rows = pd.concat([self._held(kind, rows) for kind, rows in named.items()])
        rows = rows.reset_index(drop=True)
        leads_to_plan = self._days(rows, "DATEOFINITIALCPC").isin(self._days(plans, "CPPSTARTDATE"))
        rows["OUTCOME"] = leads_to_plan.map({True: "child_protection_plan"}).astype("str")
        rows[RECORD_NUMBER] = rows[DETAILS].astype("int64")
        return rows.assign(IS_CANCELLED=NO)

    def _held(self, kind: str, rows: pd.DataFrame) -> pd.DataFrame:
        held = self.arranging.read(rows["DATEOFINITIALCPC"], Kind.DATE).values
        target = self.arranging.read(rows["INITIALCPCTARGET"], Kind.DATE).values
        content = rows[[REFERRAL_ID, ENQUIRY_ID]].assign(target=target)
        tokens = _tokens(self.arranging, rows)
        return rows.assign(**{RECORD_ID: self.arranging.content_ids(kind, tokens, held, content)})

    def _days(self, rows: pd.DataFrame, column: str) -> pd.Series:
        """The referral of each row, else its ``CINdetails``, with a day; null without one."""
        days = self.arranging.read(rows[column], Kind.DATE).values.dt.strftime("%Y-%m-%d")
        return rows[REFERRAL_ID].fillna("of " + rows[DETAILS]).str.cat(days, sep=" ")

    def _identified(self, table: str, kind: str, kinds: Mapping[str, Kind]) -> pd.DataFrame:
        """The table's rows with their ids and those of their referrals. kinds: of the columns that
        they have beside; the first is the day that places them."""
        rows = _rows(self.arranging, table)
        rows[REFERRAL_ID] = rows[DETAILS].map(self.referrals).astype("str")
        content = _read(self.arranging, rows, kinds)
        days = content.pop(next(iter(kinds)))
        content[REFERRAL_ID] = rows[REFERRAL_ID]
        tokens = _tokens(self.arranging, rows)
        rows[RECORD_ID] = self.arranging.content_ids(kind, tokens, days, content)
        return rows


def _held_on_the_first_day(
    arranging: Arranging, conferences: pd.DataFrame, plans: pd.DataFrame
) -> pd.Series:
    """The id of the child's conference of the day on which its plan began: of several the one of
    the same referral, else the first."""
    of_child = [
        _tokens(arranging, rows).str.cat(
            arranging.read(rows[column], Kind.DATE).values.dt.strftime("%Y-%m-%d"), sep=" "
        )
        for rows, column in ((conferences, "DATEOFINITIALCPC"), (plans, "CPPSTARTDATE"))
    ]
    of_referral = [
        days.str.cat(rows[REFERRAL_ID], sep=" ")
        for days, rows in zip(of_child, (conferences, plans), strict=True)
    ]
    found = _nothing(plans)
    for held, began in (of_referral, of_child):
        ids = conferences[RECORD_ID].set_axis(held)
        ids = ids[ids.index.notna() & ~ids.index.duplicated()]
        found = found.fillna(began.map(ids).astype("str"))
    return found


def _reviews(arranging: Arranging, plans: pd.DataFrame) -> pd.DataFrame:
    rows = _rows(arranging, "REVIEWS")
    rows["PLAN_ID"] = rows[PLAN].map(plans.set_index(PLAN)[RECORD_ID]).astype("str")
    held = arranging.read(rows["CPPREVIEWDATE"], Kind.DATE).values
    rows[RECORD_ID] = arranging.review_ids(rows["PLAN_ID"], held)
    return rows.assign(IS_CANCELLED=NO)
