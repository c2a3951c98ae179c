"""Builds children in need censuses that show only what matters."""

from __future__ import annotations

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
