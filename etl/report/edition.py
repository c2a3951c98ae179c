"""Which edition of a month's report is asked for, and the files that it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from etl.errors import NightStopped, WrongUsage
from etl.publish.freezes import default_label
from etl.publish.months import check_month, month_before
from etl.report.asked import Asked
from etl.report.commentary import Comment
from etl.report.files import names, pdf, writing
from etl.report.outline import SECTION_OF
from etl.report.page import page
from etl.report.reading import read_report
from etl.report.record import Report
from etl.report.sentences import about, plain
from etl.report.suppression import public
from etl.report.surroundings import JUDGED_BY
from etl.report.workbook import write_workbook
from etl.warehouse import Session, existing_warehouse, night_known_on, the_authority

# Two years and the same month of the year before them; three.
MONTHS = (25, 37)
NOTHING_WRITTEN = "Nothing was written."
# How many public editions are made again before one is: what an older one withheld for the sake of
# another is of months that the charts have almost left, and each costs the reading of a month.
EARLIER_EDITIONS = 6


@dataclass(frozen=True)
class Wanted:
    """The report of a month, its first day. known_on: as known on this day; frozen: as frozen
    under this label; by default the month's freeze, if it has one, else the last extract.
    stale_anyway: also where the extract does not reach to the month's end."""

    month: date
    known_on: date | None = None
    frozen: str | None = None
    months: int = MONTHS[0]
    is_public: bool = False
    stale_anyway: bool = False
    la_code: str | None = None


def read_edition(url: str, wanted: Wanted) -> Report:
    """The record of the edition that is wanted, suppressed if it is to be public.

    Raises WrongUsage where there is no such warehouse, authority, night or freeze, the month was
    not over, or a public edition of more months is asked for; NightStopped where its extract is too
    old to judge the month.
    """
    if wanted.is_public and wanted.months != MONTHS[0]:
        raise _not_public(wanted.months)
    warehouse = existing_warehouse(url)
    la_code = the_authority(warehouse, wanted.la_code)
    with warehouse.reading() as session:
        asked = _asked(session, la_code, wanted)
        found = read_report(session, asked)
        if found.is_stale and not wanted.stale_anyway:
            raise _stale(found)
        if not wanted.is_public:
            return found
        return public(found, _published_before(session, asked))


def _not_public(months: int) -> WrongUsage:
    """Of more months other figures are withheld: from two editions of one month, each with what
    the other withholds, small numbers follow exactly."""
    return WrongUsage(
        f"The public edition shows {MONTHS[0]} months, not {months}: one of each would tell "
        "together what each withholds.",
        where="command line, --months",
        means=NOTHING_WRITTEN,
        next="Leave --months away, or leave --public away for an internal edition.",
    )


def _asked(session: Session, la_code: str, wanted: Wanted) -> Asked:
    """The freeze or extract that is shown. Raises WrongUsage where there is none."""
    if wanted.known_on is None:
        freeze = _freeze(session, la_code, wanted)
        if freeze:
            label, known_on = freeze
            return Asked(la_code, wanted.month, known_on, label, wanted.months)
    extract = night_known_on(session, la_code, wanted.known_on or date.max).extract_date
    check_month(wanted.month, extract)
    return Asked(la_code, wanted.month, extract, None, wanted.months)


def _freeze(session: Session, la_code: str, wanted: Wanted) -> tuple[str, date] | None:
    """The freeze asked for, else the month's own, else its only one."""
    freezes = dict(
        session.rows(
            "select label, known_on from report.frozen_month "
            "where la_code = :la_code and month = :month order by frozen_at",
            la_code=la_code,
            month=wanted.month,
        )
    )
    label = default_label(wanted.month) if wanted.frozen is None else wanted.frozen
    if label in freezes:
        return label, freezes[label]
    if wanted.frozen is None and len(freezes) <= 1:
        return next(iter(freezes.items()), None)
    raise WrongUsage(
        f"{wanted.month:%B %Y} has several freezes, none of them its own."
        if wanted.frozen is None
        else f"{wanted.month:%B %Y} has no freeze of that label.",
        where=f"authority {la_code}",
        means=NOTHING_WRITTEN,
        next=f"Say which with --frozen: {'; '.join(freezes)}."
        if freezes
        else "Leave --frozen away, or freeze the month first with `csc-etl freeze`.",
    )


def _stale(found: Report) -> NightStopped:
    newest = "; ".join(f"{thing} {found.newest[thing] or 'none'}" for thing in JUDGED_BY)
    return NightStopped(
        f"The extract of {found.known_on} does not reach to the end of {found.month:%B %Y}: the "
        f"newest records in it are of these days: {newest}.",
        where=f"authority {found.la_code}, the month's last day {found.last_day}",
        means=f"{NOTHING_WRITTEN} Figures of the month would be too low, and look like figures.",
        next="Wait for an extract that holds the whole month, or mend the export. To have the "
        "report all the same, with this said on every page, add --stale-anyway.",
    )


def _published_before(
    session: Session, asked: Asked, most: int = EARLIER_EDITIONS
) -> Report | None:
    """The public record that was published last before this one: the month's own freeze, where this
    is known later, else that of the month before. What its readers know already.

    It was itself made after the one before it, so that it is made so again, back to the first
    month of those that are frozen one after the other, but for most editions at most: another would
    withhold other figures than the one that was read. None where there is none.
    """
    if not most:
        return None
    for month in (asked.month, month_before(asked.month)):
        if freeze := _freeze_before(session, asked, month):
            label, known_on = freeze
            earlier = replace(asked, month=month, known_on=known_on, label=label)
            # Measures of no section are in no public edition.
            read = read_report(session, earlier, only=SECTION_OF)
            return public(read, _published_before(session, earlier, most - 1))
    return None


def _freeze_before(session: Session, asked: Asked, month: date) -> tuple[str, date] | None:
    """The freeze of a month that was made before the edition: its own, else its last; of those of
    which the source held anything."""
    rows = session.rows(
        "select label, known_on from report.frozen_month as frozen where la_code = :la_code "
        "and month = :of and (known_on < :known_on or known_on = :known_on and month <> :month) "
        "and exists (select 1 from report.monthly_measure as published where published.la_code = "
        "frozen.la_code and published.label = frozen.label) order by frozen_at",
        la_code=asked.la_code, of=month, known_on=asked.known_on, month=asked.month,
    )  # fmt: skip
    freezes = dict(rows)
    own = default_label(month)
    label = own if own in freezes else next(reversed(freezes), None)
    return None if label is None else (label, freezes[label])


@dataclass(frozen=True)
class Written:
    """The files of an edition."""

    page: Path
    workbook: Path
    pdf: Path | None = None

    @property
    def every(self) -> tuple[Path, ...]:
        """Those that there are."""
        return tuple(path for path in (self.page, self.workbook, self.pdf) if path)


def write_edition(
    found: Report, folder: Path, commentary: Mapping[str, Comment], *, with_pdf: bool = False
) -> Written:
    """Write an edition's files into the folder, all or none; an earlier one of the same month, day
    and kind is replaced.

    Raises WrongUsage where no Chromium is there for the PDF, ConnectionFault where the folder
    cannot be written.
    """
    called = names(found.la_code, found.month, found.known_on, is_public=found.is_public)
    with writing(folder) as place:
        (place / called.page).write_text(page(found, commentary), encoding="utf-8")
        write_workbook(found, _notes(found), place / called.workbook)
        if with_pdf:
            pdf(place / called.page, place / called.pdf)
    return Written(
        folder / called.page, folder / called.workbook, folder / called.pdf if with_pdf else None
    )


def _notes(found: Report) -> list[tuple[str, list[str]]]:
    """What is said about the figures, without its marks, by heading."""
    return [
        (note.heading, [plain(text) for text in (*note.paragraphs, *note.items)])
        for note in about(found)
    ]


@dataclass(frozen=True)
class Frozen:
    """A month, its first day, that was frozen under its own label."""

    la_code: str
    month: date
    known_on: date


def frozen_lately(url: str, la_code: str) -> list[Frozen]:
    """The months of an authority that were frozen under their own labels, the earliest first: the
    last of them, and those of the year before it."""
    with existing_warehouse(url).reading() as session:
        rows = session.rows(
            "select month, label, known_on from report.frozen_month where la_code = :la_code "
            "order by month",
            la_code=la_code,
        )
    own = [
        Frozen(la_code, month, known_on)
        for month, label, known_on in rows
        if label == default_label(month)
    ]
    return [each for each in own if each.month > own[-1].month.replace(year=own[-1].month.year - 1)]


def is_written(frozen: Frozen, folder: Path) -> bool:
    """Whether the folder holds both editions of a frozen month, each whole. Those of other days,
    which somebody made by hand, are not what was published."""
    return all(
        (folder / name).exists()
        for is_public in (False, True)
        for name in names(frozen.la_code, frozen.month, frozen.known_on, is_public)[:2]
    )


def write_frozen(url: str, frozen: Frozen, folder: Path) -> list[Path]:
    """Write both editions of a frozen month; returns their files."""
    wanted = Wanted(frozen.month, frozen=default_label(frozen.month), la_code=frozen.la_code)
    found: list[Path] = []
    for is_public in (False, True):
        edition = read_edition(url, replace(wanted, is_public=is_public))
        found += write_edition(edition, folder, {}).every
    return found
