"""Builds children in need censuses that show only what matters."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
from unit.builders import KEY, a_run, an_authority_file, read

from etl.conform.conform import conform
from etl.contracts.hand_overs import CONFORMED_TABLES, IDENTITIES
from etl.contracts.register import BY_NAME
from etl.land.landing import land_extract
from etl.recall.earlier import look_back
from etl.run import Arrival, Run
from etl.sources.cin_census.files import read_census
from etl.sources.cin_census.source import CIN_CENSUS
from etl.sources.mapping import known_columns, mappings
from etl.sources.source import Expected
from etl.warehouse import open_warehouse

HEADER = (
    "<Header><CollectionDetails><Collection>CIN</Collection><Year>2015</Year>"
    "<ReferenceDate>2014-11-03</ReferenceDate></CollectionDetails>"
    "<Source><LEA>874</LEA></Source></Header>"
)


def element(name: str, *content: str) -> str:
    """An element that holds others, or a text."""
    return f"<{name}>{''.join(content)}</{name}>"


def texts(**values: str) -> str:
    """Elements that hold a text each."""
    return "".join(element(name, value) for name, value in values.items())


def a_census(*children: str, header: str = HEADER) -> str:
    """A whole file."""
    content = element("Children", *children)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<Message>{header}\n{content}\n</Message>\n'


def a_child(number: str, *blocks: str, characteristics: str = "", **identifiers: str) -> str:
    """A girl, unless the identifiers say otherwise, with these blocks."""
    about = {"LAchildID": number, "PersonBirthDate": "2010-05-05", "Sex": "F", **identifiers}
    about = {name: value for name, value in about.items() if value}
    return "\n" + element(
        "Child",
        element("ChildIdentifiers", texts(**about)),
        element("ChildCharacteristics", texts(Ethnicity="WBRI"), characteristics),
        *blocks,
    )


def details(received: str, *blocks: str, **values: str) -> str:
    """A ``CINdetails`` with these blocks."""
    plain = {"CINreferralDate": received, "ReferralSource": "6", "PrimaryNeedCode": "N1",
             "ReferralNFA": "0", **values}  # fmt: skip
    return element("CINdetails", texts(**plain), *blocks)


def assessment(started: str, authorised: str = "") -> str:
    """An assessment, open unless it was authorised."""
    ended = {"AssessmentAuthorisationDate": authorised} if authorised else {}
    return element("Assessments", texts(AssessmentActualStartDate=started, **ended))


def enquiry(started: str, held: str = "", not_needed: str = "0", target: str = "") -> str:
    """A section 47 enquiry, with its conference if one was held."""
    dates = {"InitialCPCtarget": target, "DateOfInitialCPC": held}
    there = {name: value for name, value in dates.items() if value}
    return element(
        "Section47", texts(S47ActualStartDate=started, **there, ICPCnotRequired=not_needed)
    )


def plan(started: str, *reviews: str, ended: str = "", previous: str = "0") -> str:
    """A child protection plan with one block of reviews, if there are any."""
    ends = {"CPPendDate": ended} if ended else {}
    held = element("Reviews", *(texts(CPPreviewDate=day) for day in reviews)) if reviews else ""
    return element(
        "ChildProtectionPlans",
        texts(CPPstartDate=started, **ends, InitialCategoryOfAbuse="NEG",
              LatestCategoryOfAbuse="EMO", NumberOfPreviousCPP=previous),
        held,
    )  # fmt: skip


def an_authority_of_a_census(folder: Path, more: str = "") -> Path:
    """An authority's file whose nights are censuses, with these further lines."""
    path = an_authority_file(folder, more)
    path.write_text(path.read_text(encoding="utf-8").replace("liquidlogic_files", "cin_census"))
    return path


def landed(census: Path, night: date) -> Run:
    """The run of a census, as far as it landed."""
    authority = an_authority_of_a_census(census.parent)
    arrival = Arrival("cin_census", census, night)
    run = replace(a_run(census, authority, night=night), arrival=arrival)
    expected = Expected(known_columns(CIN_CENSUS), 1 << 30, "874", read(authority).door)
    land_extract(run, read_census(arrival, expected))
    return run


def conformed(census: Path, night: date) -> dict[str, pd.DataFrame]:
    """Our tables of a census, as read; every child by the id that the file has for it."""
    run = landed(census, night)
    look_back(run, open_warehouse(run.warehouse), KEY)
    conform(run, read(run.authority_file), [CIN_CENSUS], KEY)
    identities = IDENTITIES.read(run, BY_NAME["child"])
    numbers = identities.set_index("child_token")["case_number"]
    tables = mappings(CIN_CENSUS).tables
    found = {name: CONFORMED_TABLES.read(run, BY_NAME[name]) for name in tables}
    for frame in found.values():
        frame["child"] = frame["child_token"].map(numbers)
    return found
