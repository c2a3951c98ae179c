"""Takes the last night back: the figures are again those of the night before."""

from __future__ import annotations

from datetime import date, datetime

from etl.errors import WrongUsage
from etl.load.undo import forget, take_back
from etl.night.publishing import publish
from etl.publish.publish import publish_nothing
from etl.warehouse import LoadedNight, existing_warehouse, loaded_nights, the_authority


def undo(
    url: str, extract_date: date, *, undone_at: datetime, la_code: str | None = None
) -> tuple[str, list[str]]:
    """Take the authority's last night back: the warehouse is as the night before left it.

    Returns the authority, and the labels of freezes made of that night, which stay. Raises
    WrongUsage where that is not the last night loaded.
    """
    warehouse = existing_warehouse(url)
    la_code = the_authority(warehouse, la_code)
    with warehouse.writing(la_code) as session:
        nights = loaded_nights(session, la_code)
        _check_last(nights, extract_date, la_code)
        take_back(session, la_code, extract_date, undone_at)
        if len(nights) > 1:
            before = nights[-2]
            publish(session, la_code, before.extract_date, before.run_id)
        else:
            publish_nothing(session, la_code)
        frozen = session.rows(
            "select label from report.frozen_month where la_code = :la_code and known_on = :day "
            "order by label",
            la_code=la_code,
            day=extract_date,
        )
        forget(session, la_code, extract_date)
    return la_code, [label for (label,) in frozen]


def _check_last(nights: list[LoadedNight], extract_date: date, la_code: str) -> None:
    last = nights[-1].extract_date
    if extract_date == last:
        return
    is_loaded = extract_date in [night.extract_date for night in nights]
    raise WrongUsage(
        f"The night of {extract_date} is not the last one: that is {last}."
        if is_loaded
        else f"No night of {extract_date} is loaded; the last one is {last}.",
        where=f"undo, authority {la_code}",
        means="Nothing was changed.",
        next=f"Take back {last} first; nights are taken back from the last one on."
        if is_loaded
        else "`csc-etl status` shows which nights are loaded.",
    )
