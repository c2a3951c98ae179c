"""What is made of the dataset's tables before they are mapped: flags of outcomes, the source of a
contact or referral, births, families, periods of care, and visits of one table."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd

from etl.contracts.code_lists import national_codes
from etl.contracts.contract import Kind
from etl.sources.arranging import RECORD_NUMBER, Arrangement, Arranging
from etl.sources.spelling import any_of
from etl.sources.ssd.outcomes import flags_of
from etl.sources.ssd.visits import COLUMNS as VISIT_COLUMNS
from etl.sources.ssd.visits import TABLES, VISITS, VISITS_IN_NEED, visits

_PERSON, _FAMILY, _CONTACTS = "SSD_PERSON", "SSD_FAMILY", "SSD_CONTACTS"
_REFERRALS, _ASSESSMENTS = "SSD_CIN_EPISODES", "SSD_CIN_ASSESSMENTS"
_ENQUIRIES, _CONFERENCES = "SSD_S47_ENQUIRY", "SSD_INITIAL_CP_CONFERENCE"
_PLAN_REVIEWS, _CARE_REVIEWS = "SSD_CP_REVIEWS", "SSD_CLA_REVIEWS"
_EPISODES, _PERIODS = "SSD_CLA_EPISODES", "SSD_CLA_PERIODS"

# By table, the columns that go on as they are.
_KEPT = {
    _PERSON: ("PERS_PERSON_ID", "PERS_LEGACY_ID", "PERS_SEX", "PERS_ETHNICITY"),
    _CONTACTS: ("CONT_CONTACT_ID", "CONT_PERSON_ID", "CONT_CONTACT_DATE"),
    _REFERRALS: (
        "CINE_REFERRAL_ID", "CINE_PERSON_ID", "CINE_REFERRAL_DATE", "CINE_CLOSE_DATE",
        "CINE_CIN_PRIMARY_NEED_CODE", "CINE_CLOSE_REASON", "CINE_REFERRAL_NFA",
        "CINE_REFERRAL_TEAM",
    ),
    _ENQUIRIES: (
        "S47E_S47_ENQUIRY_ID", "S47E_PERSON_ID", "S47E_REFERRAL_ID", "S47E_S47_START_DATE",
        "S47E_S47_END_DATE", "S47E_S47_NFA", "S47E_S47_COMPLETED_BY_TEAM",
    ),
    _CONFERENCES: (
        "ICPC_ICPC_ID", "ICPC_PERSON_ID", "ICPC_REFERRAL_ID", "ICPC_S47_ENQUIRY_ID",
        "ICPC_ICPC_MEETING_ID", "ICPC_ICPC_TARGET_DATE", "ICPC_ICPC_DATE", "ICPC_ICPC_TRANSFER_IN",
        "ICPC_ICPC_OUTCOME_CP_FLAG",
    ),
    _PLAN_REVIEWS: (
        "CPPR_CP_REVIEW_ID", "CPPR_PERSON_ID", "CPPR_CP_PLAN_ID", "CPPR_CP_REVIEW_MEETING_ID",
        "CPPR_CP_REVIEW_DUE", "CPPR_CP_REVIEW_DATE",
    ),
    _CARE_REVIEWS: (
        "CLAR_CLA_REVIEW_ID", "CLAR_CLA_ID", "CLAR_CLA_REVIEW_DUE_DATE", "CLAR_CLA_REVIEW_DATE",
        "CLAR_CLA_REVIEW_CANCELLED",
    ),
    _PERIODS: ("CLAE_CLA_ID", "CLAE_PERSON_ID", "CLAE_REFERRAL_ID", "CLAE_ENTERED_CARE_DATE"),
}  # fmt: skip
# By table, the outcomes column, which an export may lack, and the flags that are read from it.
_OUTCOMES = {
    _CONTACTS: (
        "CONT_CONTACT_OUTCOME_JSON",
        ("NEW_REFERRAL_FLAG", "EXISTING_REFERRAL_FLAG", "ADVICE_FLAG", "NFA_FLAG"),
    ),
    _REFERRALS: ("CINE_REFERRAL_OUTCOME_JSON", ("CP_TRANSFER_IN_FLAG",)),
    _ENQUIRIES: (
        "S47E_S47_OUTCOME_JSON",
        (
            "CP_CONFERENCE_FLAG", "LEGAL_ACTION_FLAG", "PROV_OF_SERVICES_FLAG",
            "PROV_OF_SB_CARE_FLAG", "NFA_CONTINUE_SINGLE_FLAG", "MONITOR_FLAG", "NFA_FLAG",
        ),
    ),
    _CONFERENCES: (
        "ICPC_ICPC_OUTCOME_JSON",
        (
            "CP_FLAG", "PROV_OF_SERVICES_FLAG", "SINGLE_ASSESSMENT_FLAG",
            "REFERRAL_TO_OTHER_AGENCY_FLAG", "NFA_FLAG",
        ),
    ),
}  # fmt: skip
# By table, what is made of others of its columns.
_ADDED = {
    _PERSON: ("BIRTH_DATE", "IS_BIRTH_EXPECTED", "PERS_DEATH_DATE"),
    _CONTACTS: ("SOURCE", "FAMILY_ID"),
    _REFERRALS: ("SOURCE",),
    _PLAN_REVIEWS: ("IS_QUORATE", "IS_FINALISED"),
    _CARE_REVIEWS: ("PERSON_ID",),
    VISITS: VISIT_COLUMNS,
}
_ALSO_NEEDED = {
    _PERSON: ("PERS_DOB", "PERS_EXPECTED_DOB"),
    _FAMILY: ("FAMI_TABLE_ID", "FAMI_FAMILY_ID", "FAMI_PERSON_ID"),
    _CONTACTS: ("CONT_CONTACT_SOURCE_CODE", "CONT_CONTACT_SOURCE_DESC"),
    _REFERRALS: ("CINE_REFERRAL_SOURCE_CODE", "CINE_REFERRAL_SOURCE_DESC"),
    _ASSESSMENTS: ("CINA_REFERRAL_ID",),
    _PLAN_REVIEWS: ("CPPR_CP_REVIEW_QUORATE",),
    _EPISODES: _KEPT[_PERIODS],
    **TABLES,
}
_MAY_LACK = {
    _PERSON: ("PERS_DEATH_DATE",),
    _CARE_REVIEWS: ("CLAR_CLA_PERSON_ID",),
    **{table: (column,) for table, (column, _) in _OUTCOMES.items()},
}


def _contacts(arranging: Arranging) -> pd.DataFrame:
    rows = _with_flags(arranging, _CONTACTS)
    persons = arranging.read(rows["CONT_PERSON_ID"], Kind.ID).values
    return rows.assign(
        SOURCE=_source(arranging, rows, "CONT_CONTACT_SOURCE"),
        FAMILY_ID=persons.map(_families(arranging)),
    )


def _referrals(arranging: Arranging) -> pd.DataFrame:
    rows = _with_flags(arranging, _REFERRALS)
    return rows.assign(SOURCE=_source(arranging, rows, "CINE_REFERRAL_SOURCE"))


def _enquiries(arranging: Arranging) -> pd.DataFrame:
    return _with_flags(arranging, _ENQUIRIES)


def _conferences(arranging: Arranging) -> pd.DataFrame:
    return _with_flags(arranging, _CONFERENCES)


def _persons(arranging: Arranging) -> pd.DataFrame:
    """A birth date is certain; where there is none, the expected one is not."""
    rows = _records(arranging, _PERSON)
    is_certain = _is_there(arranging, rows["PERS_DOB"], Kind.DATE)
    is_expected = ~is_certain & _is_there(arranging, rows["PERS_EXPECTED_DOB"], Kind.DATE)
    return rows.assign(
        BIRTH_DATE=rows["PERS_DOB"].mask(is_expected, rows["PERS_EXPECTED_DOB"]),
        IS_BIRTH_EXPECTED=_yes_or_no(is_expected),
    )


def _families(arranging: Arranging) -> pd.Series:
    """By person, the family of the record that was made last, which has the highest number. The
    records are one for each contact, but contacts do not name theirs."""
    if not arranging.has(_FAMILY):
        return pd.Series(dtype="str")
    rows = arranging.rows(_FAMILY)
    rows["person"] = arranging.read(rows["FAMI_PERSON_ID"], Kind.ID).values
    rows = rows[rows["person"].notna() & _is_there(arranging, rows["FAMI_FAMILY_ID"], Kind.ID)]
    numbers = arranging.read(rows["FAMI_TABLE_ID"], Kind.ID).values
    rows = rows.assign(number=numbers.where(numbers.str.isdigit().eq(True)).str.zfill(20))
    rows = rows.sort_values("number", na_position="first", kind="stable")
    return rows.drop_duplicates("person", keep="last").set_index("person")["FAMI_FAMILY_ID"]


def _plan_reviews(arranging: Arranging) -> pd.DataFrame:
    """Whether enough were there is an answer of the outcome form: where there is one, the form is
    on record. An answer in words says no more than that."""
    rows = _records(arranging, _PLAN_REVIEWS)
    answers = rows["CPPR_CP_REVIEW_QUORATE"]
    flags = arranging.read(answers, Kind.FLAG)
    arranging.note(
        "quorate_in_words",
        f"{_PLAN_REVIEWS}: an answer other than yes or no on whether the review was quorate",
        int(flags.unreadable.sum()),
    )
    return rows.assign(
        IS_QUORATE=answers.mask(flags.unreadable),
        IS_FINALISED=_yes_or_no(_is_there(arranging, answers, Kind.FLAG)),
    )


def _care_reviews(arranging: Arranging) -> pd.DataFrame:
    """Of an export that names no children of reviews, the children of their periods of care."""
    rows = _records(arranging, _CARE_REVIEWS)
    named = rows["CLAR_CLA_PERSON_ID"]
    if _is_there(arranging, named, Kind.ID).any():
        return rows.assign(PERSON_ID=named)
    periods = arranging.read(rows["CLAR_CLA_ID"], Kind.ID).values
    return rows.assign(PERSON_ID=periods.map(_children_in_care(arranging)))


def _children_in_care(arranging: Arranging) -> pd.Series:
    """By period of care, its child; none where its episodes name several."""
    rows = arranging.rows(_EPISODES)
    of_period = pd.DataFrame(
        {
            "period": arranging.read(rows["CLAE_CLA_ID"], Kind.ID).values,
            "child": arranging.read(rows["CLAE_PERSON_ID"], Kind.ID).values,
        }
    )
    known = of_period.dropna().drop_duplicates()
    return known[~known["period"].duplicated(keep=False)].set_index("period")["child"]


def _periods(arranging: Arranging) -> pd.DataFrame:
    """The periods of care that the episodes name, one for all episodes that say the same of it;
    those that do not are left for validation to hold back. What an episode leaves out of its
    period, another says."""
    rows = _records(arranging, _EPISODES)
    is_named = _is_there(arranging, rows["CLAE_CLA_ID"], Kind.ID)
    said = pd.DataFrame(index=rows.index)
    for name in _KEPT[_PERIODS]:
        kind = Kind.DATE if name == "CLAE_ENTERED_CARE_DATE" else Kind.ID
        read = arranging.read(rows[name], kind)
        said[name] = read.values.astype("str").where(~read.unreadable, rows[name])
    by_period = said.groupby("CLAE_CLA_ID", sort=False)
    for name in ("CLAE_REFERRAL_ID", "CLAE_ENTERED_CARE_DATE"):
        is_left_out = said[name].isna()
        said[name] = said[name].fillna(by_period[name].transform("first"))
        rows[name] = rows[name].mask(is_left_out & said[name].notna(), said[name])
    return rows[is_named & ~said.duplicated()]


def _with_flags(arranging: Arranging, table: str) -> pd.DataFrame:
    """The table's records with the flags of their outcomes."""
    rows = _records(arranging, table)
    column, keys = _OUTCOMES[table]
    return pd.concat([rows.drop(columns=column), flags_of(rows[column], keys)], axis=1)


def _source(arranging: Arranging, rows: pd.DataFrame, column: str) -> pd.Series:
    """Who made a contact or referral: the description, where a national code leads it, else the
    code, where one does; else whichever there is."""
    described, coded = rows[f"{column}_DESC"], rows[f"{column}_CODE"]
    pattern = f"(?i)(?:{any_of(national_codes()['contact_source'])})(?![0-9A-Za-z])"
    has_code = {
        name: words.str.strip().str.match(pattern).eq(True)
        for name, words in (("described", described), ("coded", coded))
    }
    is_described = _is_there(arranging, described, Kind.CODE)
    return coded.where(~has_code["described"] & (has_code["coded"] | ~is_described), described)


def _hint_at_open_assessments(arranging: Arranging) -> None:
    """Say how many referrals seem to wait for an assessment: in most exports the assessments that
    are still open are lost, and these are the referrals that would show them."""
    if arranging.door.open_assessments:
        return
    referrals = arranging.rows(_REFERRALS)
    received = arranging.read(referrals["CINE_REFERRAL_DATE"], Kind.DATE).values
    is_open = ~_is_there(arranging, referrals["CINE_CLOSE_DATE"], Kind.DATE)
    assessed = arranging.read(arranging.rows(_ASSESSMENTS)["CINA_REFERRAL_ID"], Kind.ID).values
    ids = arranging.read(referrals["CINE_REFERRAL_ID"], Kind.ID).values
    is_older = received < arranging.extract_date - pd.Timedelta(days=1)
    arranging.note(
        "referrals_without_assessment",
        "open for more than a day with no assessment at all: in most exports of the dataset the "
        "assessments that are not authorised yet are lost",
        int((is_open & is_older & ids.notna() & ~ids.isin(assessed.dropna())).sum()),
    )


def _records(arranging: Arranging, table: str) -> pd.DataFrame:
    """The table's rows, each with its number."""
    rows = arranging.rows(table)
    return rows.assign(**{RECORD_NUMBER: range(1, len(rows) + 1)})


def _is_there(arranging: Arranging, words: pd.Series, kind: Kind) -> pd.Series:
    """Where a text says something, readable or not."""
    read = arranging.read(words, kind)
    return read.values.notna() | read.unreadable


def _yes_or_no(chosen: pd.Series) -> pd.Series:
    return chosen.map({True: "Y", False: "N"})


# Of these tables, each takes the place of the landed one of its name where there is one.
_MADE: dict[str, Callable[[Arranging], pd.DataFrame]] = {
    _PERSON: _persons,
    _CONTACTS: _contacts,
    _REFERRALS: _referrals,
    _ENQUIRIES: _enquiries,
    _CONFERENCES: _conferences,
    _PLAN_REVIEWS: _plan_reviews,
    _CARE_REVIEWS: _care_reviews,
    _PERIODS: _periods,
    VISITS: visits,
}
_OPTIONAL = frozenset({_FAMILY, VISITS_IN_NEED})
# By table, the landed ones that it is made of: where it is taken from another source, an extract
# may lack them.
_OF = {
    **{table: (table,) for table in _MADE},
    _CONTACTS: (_CONTACTS, _FAMILY),
    _CARE_REVIEWS: (_CARE_REVIEWS, _EPISODES),
    _PERIODS: (_EPISODES,),
    VISITS: tuple(TABLES),
}
_MAKES = {
    table: (*_KEPT.get(table, ()), *_OUTCOMES.get(table, ("", ()))[1], *_ADDED.get(table, ()))
    for table in _MADE
}


def _make(arranging: Arranging) -> Iterator[tuple[str, pd.DataFrame]]:
    """Every table of which the extract has what it is made of, one by one."""
    if arranging.has(_REFERRALS) and arranging.has(_ASSESSMENTS):
        _hint_at_open_assessments(arranging)
    for table, made in _MADE.items():
        if all(map(arranging.has, {*_OF[table]} - _OPTIONAL)):
            yield table, made(arranging)[[*_MAKES[table], RECORD_NUMBER]]


def _needs() -> dict[str, dict[str, bool]]:
    needed: dict[str, dict[str, bool]] = {}
    kept = {table: columns for table, columns in _KEPT.items() if table != _PERIODS}
    for columns_of, may_be_lacking in ((kept, False), (_ALSO_NEEDED, False), (_MAY_LACK, True)):
        for table, columns in columns_of.items():
            needed.setdefault(table, {}).update(dict.fromkeys(columns, may_be_lacking))
    return needed


ARRANGEMENT = Arrangement(
    needs=_needs(),
    makes=_MAKES,
    make=_make,
    optional_tables=_OPTIONAL,
    of=_OF,
)
