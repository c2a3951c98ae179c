"""What stands at the head, at the foot and in section A: what the figures are, and are not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from etl.report.numbers import is_of_few, of, whole
from etl.report.outline import SECTION_OF
from etl.report.record import PERCENT, Point, Report, Restated, Rule
from etl.report.sentences.brief import not_final
from etl.report.sentences.comparing import stated
from etl.report.sentences.reviews import reviews_of
from etl.report.sentences.words import (
    bold,
    capitalised,
    day_of,
    listed,
    month_of,
    number_of,
    typographic,
    year_to_date,
)

WITHHELD_MEANS = "c: 1 to 5, or withheld to protect them."


@dataclass(frozen=True)
class Header:
    """What stands at the head of the page. meta: of which day and edition it is. warnings: what
    must be read before any figure."""

    organisation: str
    title: str
    meta: list[str]
    edition: str
    warnings: list[str]


@dataclass(frozen=True)
class Note:
    """A note of section A: paragraphs, then items of a list."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()


def header(report: Report) -> Header:
    """The head of every page."""
    warnings = []
    if report.is_stale:
        days = [day for day in report.newest.values() if day]
        last = max(days) if days else report.known_on
        warnings.append(f"This extract ends on {day_of(last)}. Figures for "
                        f"{month_of(report.month)} are not complete.")  # fmt: skip
    if not report.has_targets:
        warnings.append(f"No targets are set for {report.financial_year}.")
    return Header(
        report.authority, f"Monthly performance, {month_of(report.month)}", _meta(report),
        _edition(report), warnings,
    )  # fmt: skip


def _meta(report: Report) -> list[str]:
    account = report.account
    edition = report.label or "not frozen"
    said = [
        f"As known on {bold(day_of(report.known_on))}",
        f"Edition {bold(edition)}",
        f"Checks: {bold(whole(account.held_back))} of {number_of(account.read, 'row', 'rows')} "
        "held back",
    ]
    if count := len(not_final(report)):
        said.append(f"{bold(count)} {'figure' if count == 1 else 'figures'} not final ◊")
    return said


def _edition(report: Report) -> str:
    if report.is_public:
        return f"Public edition. {WITHHELD_MEANS}"
    return (
        "Internal edition: numbers from 1 to 5 are shown. For publication use the public edition."
    )


def footer(report: Report) -> list[str]:
    """The running foot, and below the last page how the report is made again."""
    edition = "Public edition" if report.is_public else "Internal edition"
    said = [
        f"{report.authority} children’s social care, {month_of(report.month)}. "
        f"As known on {day_of(report.known_on)}. {edition}."
    ]
    if report.is_public:
        said.append(WITHHELD_MEANS)
    known = f'--frozen "{report.label}"' if report.label else f"--known-on {report.known_on}"
    public = " --public" if report.is_public else ""
    month = f"{report.month:%Y-%m}"
    return [*said, f"Made by csc-etl from the warehouse: csc-etl report {month} {known}{public}"]


def about(report: Report) -> list[Note]:
    """The notes of section A, in their order."""
    notes = [
        _known(report), _held_back(report), _absent(report), _team(report), _rules(report),
        _how_to_read(report), _restated(report),
    ]  # fmt: skip
    return [note for note in notes if note]


def _known(report: Report) -> Note:
    newest = "; ".join(
        f"{thing} {day_of(day) if day else 'none'}" for thing, day in report.newest.items()
    )
    said = [
        f"Every figure is counted from the extract of {day_of(report.known_on)} and holds what the "
        "system held that night."
    ]
    if newest:
        said.append(f"Newest records in it: {newest}.")
    return Note("As known on", (" ".join(said),))


def _held_back(report: Report) -> Note:
    account = report.account
    rows = f"{whole(account.held_back)} of {number_of(account.read, 'row', 'rows')}"
    if not account.held_back:
        return Note(
            "Held back",
            (f"{rows} of the extract were held back by a check, so no figure lacks a child for "
             "that reason.",),
        )  # fmt: skip
    are = "was" if account.held_back == 1 else "were"
    what = "whether" if report.is_public else "how many"
    said = [
        f"{rows} of the extract {are} held back by a check. Below each table stands {what} "
        "children may be missing from it for that (‡)."
    ]
    if account.kept:
        said.append(f"Of {whole(account.kept)} of them the version known before is counted still.")
    # By table they are few, and the public edition tells no number of a few.
    items = (
        ()
        if report.is_public
        else tuple(
            f"{capitalised(thing)}: {number_of(count, 'row', 'rows')}"
            for thing, count in account.by_table.items()
        )
    )
    return Note("Held back", (" ".join(said),), items)


def _absent(report: Report) -> Note:
    if not report.absent:
        return Note("Not in this extract", ("Nothing: every table that is read was there.",))
    items = []
    for each in report.absent:
        costs = _COSTS.get(each.thing, "no figure of this report needs it")
        if each.titles:
            costs = f"for want of it these are not published: {'; '.join(each.titles)}"
        items.append(typographic(f"{bold(capitalised(each.thing))}: {costs}."))
    return Note("Not in this extract", (), tuple(items))


# What a table that is not there costs, where that is no measure.
_COSTS = {
    "child in need plan": "visits under such plans are not reported",
    "health check": "health assessments in care are not reported",
    "legal status": "short breaks cannot be told apart from other care",
}


def _team(report: Report) -> Note | None:
    if report.is_public:
        return None
    return Note(
        "Team",
        ("A figure by team uses the team of the record, else of the child’s referral. It may not "
         "be the team that has the child now.",),
    )  # fmt: skip


def _rules(report: Report) -> Note | None:
    if not report.rules:
        return None
    return Note("Rules in force", (), tuple(_rule(rule) for rule in report.rules))


_LOCAL = "local standard"


def _rule(rule: Rule) -> str:
    """``Single assessment completed in time: 35 working days (local standard)``, with its days
    where it changed within the year."""
    cited = rule.citation or ""
    is_said = not rule.is_local or cited.startswith(_LOCAL)
    source = cited if is_said else ", ".join(each for each in (_LOCAL, cited) if each)
    days = [f"since {day_of(rule.since)}" if rule.since else "",
            f"until {day_of(rule.until)}" if rule.until else ""]  # fmt: skip
    time = ", ".join(day for day in days if day)
    said = f"{rule.title}: {bold(rule.allowance)}" + (f" ({source})" if source else "")
    return typographic(said + (f", {time}" if time else ""))


def _how_to_read(report: Report) -> Note:
    items = [
        f"{bold('Year to date')}: {year_to_date(report)}. It is never compared with a single "
        "month.",
        f"{bold('n/c')}, hatched: not comparable, the extract’s history is not complete then. "
        f"{bold('–')}: none set or none published, or nothing to take a share of.",
        f"{bold('Percentage points')}: the plain difference of two percentages. "
        f"{bold('From target')}: 100 × (figure − target) ÷ target.",
        f"{bold('Above, below, more, fewer')} say where a figure is, not whether that is good. "
        "Where more or less is better, the table says so.",
    ]
    if not report.is_public:
        items.insert(1, _what_is_usual())
    items += _comparators(report)
    items.append(_rates(report))
    if not_final(report):
        items.append(f"{bold('◊')} Not final: {_what_is_awaited(report)}.")
    if report.is_public:
        items.append(f"{bold('c')}: 1 to 5, or withheld to protect them.")
    return Note("How to read this", (), tuple(items))


def _rates(report: Report) -> str:
    """By what rates are divided, or why there are none."""
    found = report.population
    if found is None:
        return (
            f"{bold('Rates')} are not given: the council’s file has no number of children of "
            f"{report.month.year} or a year before."
        )
    return (
        f"{bold('Rates')} are per 10,000 children aged 0 to 17: {whole(found.children)} in the "
        f"middle of {found.year}."
    )


def _what_is_awaited(report: Report) -> str:
    reviews = reviews_of(report)
    if reviews is None or not reviews.awaiting:
        return "some of what is counted as late only lacks its record"
    are = "review is" if reviews.awaiting == 1 else "reviews are"
    return f"{reviews.awaiting:,} child protection {are} awaiting a record, see section 9"


def _what_is_usual() -> str:
    return (
        f"{bold('Usual range')}: what the 12 months before would lead one to expect by chance. It "
        "is tested only for monthly numbers of 10 or more and shares of 30 or more; never for "
        "12-month rates, which share eleven months with the month before."
    )


def _comparators(report: Report) -> list[str]:
    years = {
        value.financial_year
        for measure, series in report.series.items()
        if measure in SECTION_OF
        for value in (series.england, series.neighbours)
        if value
    }
    if not years:
        return ["England and neighbours: none entered in the council’s file."]
    return [
        f"England and neighbours: as entered in the council’s file for {listed(sorted(years))}."
    ]


# Restated.


def _restated(report: Report) -> Note:
    heading = "Restated since publication"
    if report.restated:
        count = len(report.restated)
        are = "1 figure is" if count == 1 else f"{count:,} figures are"
        return Note(heading, (f"{are} no longer what was published.",))
    month = month_of(report.month)
    if report.earlier:
        return Note(heading, ("Nothing: every figure published before is as it was.",))
    frozen = f", frozen as {bold(report.label)}" if report.label else ""
    return Note(heading, (f"Nothing: this is the first edition of {month}{frozen}.",))


def restated_rows(report: Report) -> list[tuple[str, ...]]:
    """Of each figure that moved: what it is, as published and when, as it is now, and why."""
    return [
        (
            f"{_title(report, each)}, {month_of(each.month)}",
            f"{_shown(report, each, each.published)} on {day_of(each.published_on)}",
            _shown(report, each, each.now),
            _why(report, each),
        )
        for each in report.restated
    ]


def _title(report: Report, each: Restated) -> str:
    series = report.of(each.measure)
    return typographic(series.title if series else each.measure)


def _shown(report: Report, each: Restated, point: Point) -> str:
    """``71.9% (46 of 64)``."""
    series = report.of(each.measure)
    unit = series.unit if series else PERCENT
    shown = stated(unit, point)
    is_share = unit == PERCENT and of(point) and not is_of_few(unit, point)
    return f"{shown} ({of(point)})" if is_share else shown


# By cause, of one and of more.
_CAUSES: Mapping[str, tuple[str, str]] = {
    "merged child": ("{n} merged child", "{n} merged children"),
    "changed rule": ("rule changed", "rule changed"),
    "corrected date": ("{n} date corrected", "{n} dates corrected"),
    "recorded late": ("{n} recorded late", "{n} recorded late"),
    "changed status": ("{n} status changed", "{n} statuses changed"),
    "added": ("{n} added", "{n} added"),
    "removed": ("{n} removed", "{n} removed"),
}
_HELD_IN_TIME = "{n} held in time, recorded late"
_HELD = ("reviews_in_time_pct", "plans_reviewed_in_time_pct", "initial_conferences_in_time_pct")


def _why(report: Report, each: Restated) -> str:
    """How many for which cause; in the public edition the causes alone, as most are of a few."""
    if each.causes is None:
        return "told only in the edition of the last extract"
    said = []
    for cause, number in each.causes.items():
        one, many = _CAUSES[cause]
        if cause == "recorded late" and each.measure in _HELD:
            one = many = _HELD_IN_TIME
        text = one if number == 1 else many
        said.append(text.format(n="" if report.is_public else f"{number:,}").strip())
    return ", ".join(said) or "no single cause found"
