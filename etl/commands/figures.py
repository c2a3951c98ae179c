"""Commands that tell what a figure is, was, and why."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from etl.commands.arguments import LOADED, add_warehouse, day, month
from etl.errors import NOTHING_CHANGED, NightStopped

if TYPE_CHECKING:  # the command line starts without pandas
    from etl.answers.known_on import Compared
    from etl.answers.restated import Restated, Restatement
    from etl.publish.counting import Figure


def add_measures(measures: argparse.ArgumentParser) -> None:
    """Arguments of ``csc-etl measures``."""
    add_warehouse(measures)
    measures.add_argument(
        "--known-on", type=day, metavar="DATE", required=True,
        help="as known on this day: what the last extract up to it held",
    )  # fmt: skip
    measures.add_argument(
        "--month", type=month, metavar="YYYY-MM",
        help="default: the last month that was over on that day",
    )  # fmt: skip
    _add_authority(measures)
    _add_csv(measures)
    measures.set_defaults(command=_measures)


def add_freeze(freeze: argparse.ArgumentParser) -> None:
    """Arguments of ``csc-etl freeze``."""
    _add_month(freeze)
    add_warehouse(freeze)
    freeze.add_argument("--label", help='its name for ever (default: "YYYY-MM published")')
    freeze.add_argument(
        "--known-on", type=day, metavar="DATE",
        help="as known on this day (default: the last extract's)",
    )  # fmt: skip
    _add_authority(freeze)
    freeze.set_defaults(command=_freeze)


def add_restate(restate: argparse.ArgumentParser) -> None:
    """Arguments of ``csc-etl restate``."""
    _add_month(restate)
    add_warehouse(restate)
    restate.add_argument("--label", help="of the freeze, where the month has several")
    restate.add_argument(
        "--measure", help="list what moved in this one, by the ids of the source's records"
    )
    _add_authority(restate)
    _add_csv(restate)
    restate.set_defaults(command=_restate)


def _add_month(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("month", type=month, metavar="YYYY-MM", help="the month, such as 2014-10")


def _add_authority(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--la-code", help="where the warehouse holds several authorities")


def _add_csv(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--csv", action="store_true", help="as CSV, for a spreadsheet")


def add_recount(recount: argparse.ArgumentParser) -> None:
    """Arguments of ``csc-etl recount``."""
    add_warehouse(recount)
    _add_authority(recount)
    recount.add_argument(
        "--mend", action="store_true", help="where anything differs, publish what was counted"
    )
    recount.set_defaults(command=_recount)


def add_explain(explain: argparse.ArgumentParser) -> None:
    explain.add_argument("timescale", metavar="TIMESCALE", help="see docs/timescales/")
    explain.add_argument(
        "subject_id", metavar="SUBJECT_ID",
        help="the source's id of what it is owed on: an assessment, referral, plan, placement ...",
    )  # fmt: skip
    add_warehouse(explain)
    explain.add_argument(
        "--on", type=day, metavar="DATE", help="as at this day (default: that of --known-on)"
    )
    explain.add_argument(
        "--known-on", type=day, metavar="DATE",
        help="as known on this day (default: the last extract's)",
    )  # fmt: skip
    explain.add_argument("--la-code", help="where several authorities have the id")
    explain.set_defaults(command=_explain)


def _explain(asked: argparse.Namespace) -> int:
    from etl.answers.explain import explain, in_words

    found = explain(
        asked.warehouse, asked.timescale, asked.subject_id,
        on=asked.on, known_on=asked.known_on, la_code=asked.la_code,
    )  # fmt: skip
    print(in_words(found))
    return LOADED


def _measures(asked: argparse.Namespace) -> int:
    from etl.answers.known_on import figures_known_on

    found = figures_known_on(
        asked.warehouse, asked.known_on, month=asked.month, la_code=asked.la_code
    )
    rows = [
        (figure.measure, figure.numerator, figure.denominator, figure.value)
        for figure in found.figures
    ]
    title = f"{found.month:%B %Y} of authority {found.la_code}, as known on {found.known_on}"
    _show(title, ("measure", "numerator", "denominator", "value"), rows, asked.csv)
    for compared in found.freezes:
        print(_in_words(compared), file=sys.stderr if asked.csv else sys.stdout)
    return LOADED


def _in_words(compared: Compared) -> str:
    """How the freeze of the same month and extract compares with what is counted today."""
    if not compared.differs:
        return f"The freeze '{compared.label}' says the same."
    lines = [f"The freeze '{compared.label}' says otherwise, and stays as it was published:"]
    lines += [f"  {figure.measure}: {_of(figure)}" for figure in compared.differs]
    lines.append("Since it was frozen:")
    lines += [f"  {reason}" for reason in compared.reasons or ("nothing that the audit knows of",)]
    return "\n".join(lines)


def _freeze(asked: argparse.Namespace) -> int:
    from etl.night.publishing import records, titles
    from etl.publish.freezes import freeze

    made = freeze(
        asked.warehouse, asked.month, frozen_at=datetime.now(UTC), titles=titles(),
        records=records(), label=asked.label, known_on=asked.known_on, la_code=asked.la_code,
    )  # fmt: skip
    print(
        f"{made.month:%B %Y} of authority {made.la_code}, as known on {made.known_on}, is frozen "
        f"as '{made.label}'."
    )
    return LOADED


def _restate(asked: argparse.Namespace) -> int:
    from etl.answers.restated import moved_subjects, restatement

    found = restatement(asked.warehouse, asked.month, label=asked.label, la_code=asked.la_code)
    if asked.measure:
        moved = moved_subjects(asked.warehouse, found, asked.measure)
        if moved or asked.csv:
            title = f"{asked.measure}, what moved in {_compared_with(found)}"
            _show(title, ("id", "cause", "then", "now"), moved, asked.csv)
        else:
            print(f"{asked.measure}: nothing moved in {_compared_with(found)}")
        return LOADED
    if asked.csv:
        _write_csv(_RESTATED_COLUMNS, [_as_row(restated) for restated in found.measures])
        return LOADED
    print(_compared_with(found))
    if found.nights_since:
        since = "; ".join(found.nights_since)
        print(
            f"Since it was frozen, {since}: why something moved is told by what is known of "
            f"{found.published_known_on} now."
        )
    moved_measures = [restated for restated in found.measures if restated.has_moved]
    for restated in moved_measures:
        print(_told(restated))
    gone = [restated.measure for restated in found.measures if not restated.is_published]
    still = len(found.measures) - len(moved_measures) - len(gone)
    print(f"\n{still} of {len(found.measures)} measures have not moved.")
    if gone:
        print(
            f"Of {len(gone)} this month is no longer published, as the source does not hold any "
            f"more all that they look at: {', '.join(gone)}."
        )
    return LOADED


def _compared_with(found: Restatement) -> str:
    """What a restatement is of, in words."""
    return (
        f"{found.month:%B %Y} of authority {found.la_code}: '{found.label}', as known on "
        f"{found.published_known_on}, and now, as known on {found.now_known_on}."
    )


def _told(restated: Restated) -> str:
    difference = f"  ({rounded(restated.difference):+,})" if restated.difference else ""
    because = ", ".join(f"{count:,} {cause}" for cause, count in restated.causes.items())
    return (
        f"\n{restated.measure}\n"
        f"  published  {_of(restated.published):>16}  {_value(restated.published.value):>8}\n"
        f"  now        {_of(restated.now):>16}  {_value(restated.now.value):>8}{difference}\n"
        f"  because    {because or 'what it is divided by changed'}"
    )


def _recount(asked: argparse.Namespace) -> int:
    from etl.night.recount import recount

    found = recount(asked.warehouse, la_code=asked.la_code, mend=asked.mend)
    where = f"authority {found.la_code}, as known on {found.known_on}"
    if not found.unlike:
        print(f"{found.measures} measures of {where}, counted whole, are what is published.")
        return LOADED
    rows = [(each.measure, each.rows, each.figures, each.by_team) for each in found.unlike]
    _show(f"What is published otherwise, of {where}", _UNLIKE_COLUMNS, rows, as_csv=False)
    if found.is_mended:
        print("What was counted is published now.")
        return LOADED
    means, next_ = _BY_THIS_RELEASE if found.is_of_this_release else _BY_ANOTHER_RELEASE
    raise NightStopped(
        f"What is published of {len(found.unlike)} of {found.measures} measures is not what they "
        "count.",
        where=where,
        means=means,
        next=next_,
    )


# What a difference means, and what to do about it.
_BY_THIS_RELEASE = (
    NOTHING_CHANGED,
    "Give the same command with --mend: it publishes what was counted. Then tell the "
    "maintainers which measures differed.",
)
_BY_ANOTHER_RELEASE = (
    "Another release published it: after an upgrade figures stay as they were until the next "
    f"night, which counts everything whole. {NOTHING_CHANGED}",
    "Load the next night, then give the same command again.",
)
_UNLIKE_COLUMNS = ("measure", "things counted", "figures", "figures by team")
_RESTATED_COLUMNS = (
    "measure", "published_numerator", "published_denominator", "published", "now_numerator",
    "now_denominator", "now", "difference", "because",
)  # fmt: skip


def _as_row(restated: Restated) -> tuple[object, ...]:
    published, now = restated.published, restated.now
    because = "; ".join(f"{count} {cause}" for cause, count in restated.causes.items())
    return (
        restated.measure, published.numerator, published.denominator, published.value,
        now.numerator, now.denominator, now.value, restated.difference, because,
    )  # fmt: skip


def _show(
    title: str, columns: tuple[str, ...], rows: Sequence[tuple[object, ...]], as_csv: bool
) -> None:
    if as_csv:
        _write_csv(columns, rows)
        return
    print(title)
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, no_wrap=True)
    for row in rows:
        table.add_row(*(_text(value) for value in row))
    Console().print(table)


def _write_csv(columns: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow(columns)
    writer.writerows([_plain(value) for value in row] for row in rows)


def _plain(value: object) -> object:
    """A decimal without the zeros at its end."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{rounded(value):,}" if isinstance(value, Decimal) else str(value)


def _of(figure: Figure) -> str:
    """A figure's count, of how many where it is a share."""
    if figure.denominator is None:
        return _whole(figure.numerator)
    return f"{_whole(figure.numerator)} of {_whole(figure.denominator)}"


def _whole(number: int | None) -> str:
    return "" if number is None else f"{number:,}"


def _value(value: Decimal | None) -> str:
    return "" if value is None else f"{rounded(value):,}"


def rounded(value: Decimal) -> Decimal:
    """To one decimal place as SQL does it, a half upwards; Python's own formats round a half to
    the even digit."""
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)
