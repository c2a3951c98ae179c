"""Makes of the lists of Annex A tables of which a record is a row of ours: one child of all lists,
ids made of what a record says, several tables of ours from a list that has the columns of all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import pandas as pd

from etl.contracts.contract import Kind
from etl.sources.annex_a import choices
from etl.sources.annex_a.gathering import IS_MERGED
from etl.sources.annex_a.lists import CHILD_ID, LISTS, Cells, ListColumn, table_of
from etl.sources.arranging import RECORD_NUMBER, Arrangement, Arranging

_KINDS = {
    Cells.ID: Kind.ID, Cells.DATE: Kind.DATE, Cells.WHOLE: Kind.WHOLE, Cells.FLAG: Kind.FLAG,
    Cells.WORDS: Kind.CODE,
}  # fmt: skip


@dataclass(frozen=True)
class _Choice:
    """What is chosen from a drop-down list of Ofsted's. put: so that a list of codes knows it.
    codes: the list; whole: in which a code before a label is none."""

    put: Callable[[pd.Series], pd.Series]
    codes: str
    whole: bool = False


def _coded(codes: str) -> _Choice:
    return _Choice(partial(choices.codes, code_list=codes), codes)


# By the column, wherever it stands.
_CHOSEN: Mapping[str, _Choice] = {
    "SEX": _Choice(choices.without_letter, "sex"),
    "ETHNICITY": _Choice(choices.ethnicities, "ethnicity"),
    "SOURCE": _Choice(choices.sources, "contact_source", whole=True),
    "INITIAL_CATEGORY": _Choice(choices.categories, "abuse_category"),
    "LATEST_CATEGORY": _Choice(choices.categories, "abuse_category"),
    "NEED": _coded("need"),
    "CLOSURE_REASON": _coded("closure_reason"),
    "END_REASON": _coded("care_end_reason"),
    "LEGAL_STATUS": _coded("legal_status"),
    "PLACEMENT_TYPE": _coded("placement_type"),
}
_OF_A_CHILD = ("SEX", "ETHNICITY", "DATE_OF_BIRTH", "DISABILITY")
# Flags that no column of ours is, so that a record is not held back where one cannot be read.
_SAID_ELSEWHERE = ("DISABILITY", "CONFERENCE_UNNECESSARY", "LED_TO_PLAN")
_CHILD = CHILD_ID.name

MAKES: Mapping[str, tuple[str, ...]] = {
    "TEAM": ("TEAM_ID", "NAME"),
    "WORKER": ("WORKER_ID", "NAME"),
    "CHILD": (_CHILD, *_OF_A_CHILD, "IS_ESTIMATED"),
    "CONTACT": ("CONTACT_ID", _CHILD, "CONTACT_DATE", "SOURCE"),
    "EARLY_HELP": ("EARLY_HELP_ID", _CHILD, "START_DATE", "COMPLETION_DATE", "ORGANISATION"),
    "REFERRAL": ("REFERRAL_ID", _CHILD, "REFERRAL_DATE", "SOURCE", "NFA", "CLOSURE_DATE", "NEED",
                 "CLOSURE_REASON", "TEAM_ID", "WORKER_ID"),
    "SINGLE_ASSESSMENT": ("ASSESSMENT_ID", _CHILD, "START_DATE", "AUTHORISATION_DATE",
                          "CHILD_SEEN", "TEAM_ID", "WORKER_ID"),
    "SECTION_47_ENQUIRY": ("ENQUIRY_ID", _CHILD, "START_DATE", "OUTCOME", "TEAM_ID"),
    "INITIAL_CONFERENCE": ("CONFERENCE_ID", _CHILD, "ENQUIRY_ID", "CONFERENCE_DATE", "OUTCOME"),
    "CHILD_PROTECTION_PLAN": ("PLAN_ID", _CHILD, "START_DATE", "END_DATE", "INITIAL_CATEGORY",
                              "LATEST_CATEGORY", "PREVIOUS_PLANS", "LATEST_REVIEW_DATE",
                              "LATEST_VISIT_DATE"),
    "LOOKED_AFTER_PERIOD": ("LOOKED_AFTER_ID", _CHILD, "START_DATE", "LATEST_REVIEW_DATE"),
    "CARE_EPISODE": ("EPISODE_ID", _CHILD, "LOOKED_AFTER_ID", "START_DATE", "END_DATE",
                     "END_REASON", "LEGAL_STATUS"),
    "PLACEMENT": ("PLACEMENT_ID", _CHILD, "LOOKED_AFTER_ID", "PLACEMENT_DATE", "END_DATE",
                  "PLACEMENT_TYPE", "LATEST_VISIT_DATE"),
}  # fmt: skip


@dataclass(frozen=True)
class _List:
    """A list that landed. text: its records, what is chosen put so that lists of codes know it,
    with RECORD_NUMBER. content: the same as conform reads it. tokens: of the children."""

    arranging: Arranging
    text: pd.DataFrame
    content: pd.DataFrame
    tokens: pd.Series

    def ids(self, kind: str, dated_by: str, of: pd.Series | None = None) -> pd.Series:
        """Ids of its records, or of those marked in ``of``, as records of a kind."""
        rows = self.content if of is None else self.content[of]
        return self.arranging.content_ids(kind, self.tokens[rows.index], rows[dated_by], rows)

    def made(self, name: str, *, of: pd.Series | None = None, **more: pd.Series) -> pd.DataFrame:
        """A made table: columns of the list, and these."""
        rows = self.text if of is None else self.text[of]
        # (A frame without rows would take those of what it is given.)
        rows = rows.assign(
            **{column: values.reindex(rows.index) for column, values in more.items()}
        )
        return rows[[*MAKES[name], RECORD_NUMBER]].reset_index(drop=True)


def _read(arranging: Arranging, number: int) -> _List:
    text = arranging.rows(table_of(number))
    for column in LISTS[number]:
        if column.cells is Cells.FLAG:
            text[column.name] = choices.chosen(text[column.name], choices.flags)
        elif column.name in _CHOSEN:
            # What is missing stays as it was written, and is counted.
            is_there = arranging.read(text[column.name], Kind.CODE).values.notna()
            chosen = choices.chosen(text[column.name], _CHOSEN[column.name].put)
            text[column.name] = chosen.where(is_there, text[column.name])
    content = pd.DataFrame({
        column.name: _as_read(arranging, column, text[column.name]) for column in LISTS[number]
    })  # fmt: skip
    for named in ("TEAM", "WORKER"):
        if named in text:
            text[named] = content[named]
            text[f"{named}_ID"] = _ids_of_names(text[named])
    text[RECORD_NUMBER] = range(1, len(text) + 1)
    return _List(arranging, text, content, arranging.child_tokens(content[_CHILD]))


def _as_read(arranging: Arranging, column: ListColumn, words: pd.Series) -> pd.Series:
    """A column as it is compared: one code is the same however it is spelt."""
    values = arranging.read(words, _KINDS[column.cells]).values
    chosen = _CHOSEN.get(column.name)
    return arranging.coded(values, chosen.codes, whole=chosen.whole) if chosen else values


def _ids_of_names(names: pd.Series) -> pd.Series:
    """The SHA-256 of each name in UUID shape: lists have no other id of a team or worker."""
    digests = {name: hashlib.sha256(name.encode()).hexdigest() for name in names.dropna().unique()}
    shaped = {
        name: "-".join((d[:8], d[8:12], d[12:16], d[16:20], d[20:32]))
        for name, d in digests.items()
    }
    return names.map(shaped).astype("str")


def _named(lists: Mapping[int, _List], column: str) -> Iterator[pd.DataFrame]:
    """Every team or worker that a list names, once."""
    of = [each.text for each in lists.values() if column in each.text]
    if of:
        named = pd.concat(of, ignore_index=True)[[f"{column}_ID", column]].dropna()
        named = named.drop_duplicates(ignore_index=True).rename(columns={column: "NAME"})
        yield named.assign(**{RECORD_NUMBER: range(1, len(named) + 1)})


def _children(lists: Mapping[int, _List], extract_date: pd.Timestamp) -> pd.DataFrame:
    """Each child once, with what the first list says that says anything; one with several dates of
    birth once for each, so that it is held back."""
    every = pd.concat([_about_children(each) for each in lists.values()], ignore_index=True)
    every = every[every["id"].notna()]
    first = every.groupby("id", sort=False)[[_CHILD, "SEX", "ETHNICITY", "DISABILITY"]].first()
    births = every[["id", "birth", "DATE_OF_BIRTH"]].dropna(subset=["birth"])
    births = births.drop_duplicates(["id", "birth"]).set_index("id")
    # The lists have one column for both: a day that is still to come is the expected one.
    is_expected = births["birth"] > extract_date
    births = births[["DATE_OF_BIRTH"]].assign(IS_ESTIMATED=is_expected.map({True: "yes"}))
    # Of whom no date can be read: what stands there.
    unread = every[~every["id"].isin(births.index)].groupby("id", sort=False)
    births = pd.concat([births, unread[["DATE_OF_BIRTH"]].first()])
    found = first.join(births, how="left").reset_index(drop=True)
    found[RECORD_NUMBER] = range(1, len(found) + 1)
    found["IS_ESTIMATED"] = found["IS_ESTIMATED"].fillna("no")
    return found[[*MAKES["CHILD"], RECORD_NUMBER]]


def _about_children(each: _List) -> pd.DataFrame:
    """What a list says of its children: as text where it says anything."""
    columns = [name for name in _OF_A_CHILD if name in each.text]
    said = each.text[[_CHILD, *columns]].where(each.content[[_CHILD, *columns]].notna())
    said["DATE_OF_BIRTH"] = each.text["DATE_OF_BIRTH"]
    said["DISABILITY"] = said.get("DISABILITY", pd.Series(pd.NA, said.index, dtype="str"))
    return said.assign(id=each.content[_CHILD], birth=each.content["DATE_OF_BIRTH"])


def _contact(contacts: _List) -> pd.DataFrame:
    return contacts.made("CONTACT", CONTACT_ID=contacts.ids("contact", "CONTACT_DATE"))


def _early_help(episodes: _List) -> pd.DataFrame:
    return episodes.made("EARLY_HELP", EARLY_HELP_ID=episodes.ids("early_help", "START_DATE"))


def _referral(referrals: _List, in_need: _List | None) -> pd.DataFrame:
    """Referrals, with the closure and need of the child's episode that begins that day."""
    ids = referrals.ids("referral", "REFERRAL_DATE")
    of_episode = ["CLOSURE_DATE", "NEED", "CLOSURE_REASON"]
    if in_need is None:
        nothing = {name: pd.Series(pd.NA, ids.index, dtype="str") for name in of_episode}
        return referrals.made("REFERRAL", REFERRAL_ID=ids, **nothing)
    key = [_CHILD, "START_DATE"]
    episodes = in_need.content[key].dropna().drop_duplicates()
    episodes = episodes.join(in_need.text[of_episode])
    begun = referrals.content[[_CHILD, "REFERRAL_DATE"]]
    found = begun.merge(
        episodes, how="left", left_on=[_CHILD, "REFERRAL_DATE"], right_on=key
    ).set_index(begun.index)
    return referrals.made(
        "REFERRAL", REFERRAL_ID=ids, **{name: found[name] for name in of_episode}
    )  # fmt: skip


def _assessment(assessments: _List) -> pd.DataFrame:
    ids = assessments.ids("single_assessment", "START_DATE")
    return assessments.made("SINGLE_ASSESSMENT", ASSESSMENT_ID=ids)


def _enquiries(enquiries: _List) -> Iterator[tuple[str, pd.DataFrame]]:
    """Enquiries, and the conferences that were held from them."""
    content, ids = enquiries.content, enquiries.ids("section_47_enquiry", "START_DATE")
    none = pd.Series(pd.NA, ids.index, dtype="str")
    is_unnecessary = content["CONFERENCE_UNNECESSARY"].fillna(False).astype(bool)
    outcome = none.mask(is_unnecessary, "no_conference")
    outcome = outcome.mask(content["CONFERENCE_DATE"].notna(), "initial_conference")
    yield (
        "SECTION_47_ENQUIRY",
        enquiries.made("SECTION_47_ENQUIRY", ENQUIRY_ID=ids, OUTCOME=outcome),
    )
    date = enquiries.arranging.read(enquiries.text["CONFERENCE_DATE"], Kind.DATE)
    is_one = date.values.notna() | date.unreadable
    led_to = content["LED_TO_PLAN"]
    result = none.mask(led_to.eq(True).fillna(False), "child_protection_plan")
    result = result.mask(led_to.eq(False).fillna(False), "no_further_action")
    conferences = enquiries.made(
        "INITIAL_CONFERENCE",
        of=is_one,
        CONFERENCE_ID=enquiries.ids("initial_conference", "CONFERENCE_DATE", is_one),
        ENQUIRY_ID=ids,
        OUTCOME=result,
    )
    yield "INITIAL_CONFERENCE", conferences


def _plan(plans: _List) -> pd.DataFrame:
    ids = plans.ids("child_protection_plan", "START_DATE")
    return plans.made("CHILD_PROTECTION_PLAN", PLAN_ID=ids)


def _care(periods: _List) -> Iterator[tuple[str, pd.DataFrame]]:
    """Periods of care; for each an episode as long as it, and the latest placement, which ends with
    it."""
    ids = periods.ids("looked_after_period", "START_DATE")
    ended = periods.arranging.read(periods.text["END_DATE"], Kind.DATE)
    # A period has no end of its own: one whose end cannot be read would be taken for open.
    dated = periods.text["START_DATE"].mask(ended.unreadable, periods.text["END_DATE"])
    yield (
        "LOOKED_AFTER_PERIOD",
        periods.made("LOOKED_AFTER_PERIOD", LOOKED_AFTER_ID=ids, START_DATE=dated),
    )
    episodes = periods.ids("care_episode", "START_DATE")
    yield (
        "CARE_EPISODE",
        periods.made("CARE_EPISODE", EPISODE_ID=episodes, LOOKED_AFTER_ID=ids),
    )
    began = periods.arranging.read(periods.text["PLACEMENT_DATE"], Kind.DATE)
    is_one = began.values.notna() | began.unreadable | periods.content["PLACEMENT_TYPE"].notna()
    placements = periods.ids("placement", "PLACEMENT_DATE", is_one)
    yield (
        "PLACEMENT",
        periods.made("PLACEMENT", of=is_one, PLACEMENT_ID=placements, LOOKED_AFTER_ID=ids),
    )


def _make(arranging: Arranging) -> Iterator[tuple[str, pd.DataFrame]]:
    lists = {n: _read(arranging, n) for n in LISTS if arranging.has(table_of(n))}
    _note(arranging, lists)
    for column in ("TEAM", "WORKER"):
        for named in _named(lists, column):
            yield column, named
    yield "CHILD", _children(lists, arranging.extract_date)
    if 1 in lists:
        yield "CONTACT", _contact(lists[1])
    if 2 in lists:
        yield "EARLY_HELP", _early_help(lists[2])
    if 3 in lists:
        yield "REFERRAL", _referral(lists[3], lists.get(6))
    if 4 in lists:
        yield "SINGLE_ASSESSMENT", _assessment(lists[4])
    if 5 in lists:
        yield from _enquiries(lists[5])
    if 7 in lists:
        yield "CHILD_PROTECTION_PLAN", _plan(lists[7])
    if 8 in lists:
        yield from _care(lists[8])


def _note(arranging: Arranging, lists: Mapping[int, _List]) -> None:
    """What is lost on the way and shows nowhere else."""
    for number, each in lists.items():
        merged = int(each.text[IS_MERGED].notna().sum())
        arranging.note("child_id_in_merged_cell", table_of(number), merged)
        for column in LISTS[number]:
            if column.name in _SAID_ELSEWHERE:
                read = arranging.read(each.text[column.name], Kind.FLAG)
                detail = f"{table_of(number)}: {column.heading}"
                arranging.note("flag_in_words", detail, int(read.unreadable.sum()))
    if 6 in lists:
        # Every other list is a table of ours, which holds such a record back.
        without = int(lists[6].content[_CHILD].isna().sum())
        arranging.note("record_without_child", table_of(6), without)
        began = arranging.read(lists[6].text["START_DATE"], Kind.DATE)
        arranging.note("start_not_read", table_of(6), int(began.unreadable.sum()))


def _needed(number: int) -> dict[str, bool]:
    return {column.name: column.may_lack for column in LISTS[number]} | {IS_MERGED: True}


ARRANGEMENT = Arrangement(
    needs={table_of(number): _needed(number) for number in LISTS},
    makes=MAKES,
    make=_make,
    # Which of them must be there the authority's file says; the reader has seen to it.
    optional_tables=frozenset(map(table_of, LISTS)),
)
