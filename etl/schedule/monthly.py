"""What the tasks of the monthly DAG do: freeze the months that are due, and write their reports.
Light until a task runs: Airflow reads a DAG's file, and so this, every minute and in every task."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowSkipException

from etl import settings
from etl.councils import Council, council_in, councils_in
from etl.errors import NightError, without_values
from etl.log import logger, of_run
from etl.night.begin import authority_of
from etl.schedule.connections import WAREHOUSE, warehouse_url


def freeze_what_is_due(authority_file: Path, *, frozen_at: datetime) -> list[dict[str, str]]:
    """Freeze an authority's months that are due. Returns what was frozen, as text only.

    Raises AirflowSkipException where nothing was, saying why, and NightError.
    """
    with of_run(council_in(authority_file).la_code):
        try:
            return _freeze(authority_file, frozen_at)
        except (AirflowSkipException, NightError):
            raise
        except Exception as error:  # its message could quote a record
            raise without_values(error, f"monthly_report, {authority_file.name}") from None


def _freeze(authority_file: Path, frozen_at: datetime) -> list[dict[str, str]]:
    from etl.night.publishing import records, titles
    from etl.publish.freezes import freeze_when_due
    from etl.warehouse import authorities, open_warehouse

    authority, url = authority_of(authority_file), warehouse_url()
    warehouse = open_warehouse(url)
    if not warehouse.exists() or authority.la_code not in authorities(warehouse):
        raise AirflowSkipException(
            f"No night of authority {authority.la_code} is loaded yet: there is nothing to freeze."
        )
    frozen = freeze_when_due(
        url, authority, frozen_at=frozen_at, titles=titles(), records=records()
    )
    if not frozen:
        raise AirflowSkipException(
            f"Authority {authority.la_code} has no month to freeze: none has come to its day, "
            f"working day {authority.freeze_working_day} of the next month, that is not frozen yet."
        )
    return [{name: str(value) for name, value in asdict(made).items()} for made in frozen]


def find_authorities() -> list[dict[str, str]]:
    """The councils of whose nights the run was told; of a run by hand all of them."""
    settings.check_names()
    context: Any = get_current_context()
    events = context["triggering_asset_events"].get(WAREHOUSE, [])
    loaded = [(event.extra or {}).get("la_code") for event in events]
    councils = councils_in(settings.schedule().authorities)
    return [council.to_json() for council in those_loaded(councils, loaded)]


def those_loaded(councils: list[Council], loaded: list[str | None]) -> list[Council]:
    """The councils among them of which a night was loaded, by their codes.

    An event without a code, as somebody may send by hand, is about all of them. One whose code no
    file states is about a council whose file was broken since: files that cannot be read then have
    tasks of their own, which say what is wrong with them.
    """
    if not loaded or None in loaded:
        return councils
    is_known = set(loaded) <= {council.la_code for council in councils if council.is_read}
    return [
        council
        for council in councils
        if council.la_code in loaded or not (is_known or council.is_read)
    ]


def freeze_months(council: dict[str, str]) -> list[dict[str, str]]:
    """One council's months that are due."""
    return freeze_what_is_due(Path(council["authority_file"]), frozen_at=datetime.now(UTC))


def write_what_is_frozen(authority_file: Path) -> list[str]:
    """Write both editions of the report of each month of the last year that was frozen as published
    and of which the authority's folder does not hold them. Returns the files, which the log says
    too.

    A run that failed here is made good by the next one: what it does goes by the files, not by
    what was frozen just now. A month that cannot be written keeps no other from being. Raises
    AirflowSkipException where nothing is to be written, saying why, and NightError.
    """
    with of_run(council_in(authority_file).la_code):
        try:
            return _write_reports(authority_file)
        except (AirflowSkipException, NightError):
            raise
        except Exception as error:  # its message could quote a record
            raise without_values(error, f"monthly_report, {authority_file.name}") from None


def _write_reports(authority_file: Path) -> list[str]:
    from etl.report.edition import frozen_lately, is_written, write_frozen
    from etl.warehouse import authorities, open_warehouse

    authority, url = authority_of(authority_file), warehouse_url()
    warehouse = open_warehouse(url)
    if not warehouse.exists() or authority.la_code not in authorities(warehouse):
        raise AirflowSkipException(f"No night of authority {authority.la_code} is loaded yet.")
    folder = _folder(authority.la_code, warehouse.default_folder())
    frozen = [
        each for each in frozen_lately(url, authority.la_code) if not is_written(each, folder)
    ]
    if not frozen:
        raise AirflowSkipException(
            f"Authority {authority.la_code} has no month that was frozen and whose report is not "
            f"in {folder}."
        )
    written: list[str] = []
    failed: list[NightError] = []
    for each in frozen:
        try:
            written += [str(path) for path in write_frozen(url, each, folder)]
        except NightError as error:
            logger.error("no report of %s: %s", f"{each.month:%B %Y}", error.what)
            failed.append(error)
    for path in written:
        logger.info("written: %s", path)
    if failed:
        raise failed[0]
    return written


def _folder(la_code: str, beside: Path | None) -> Path:
    """Where an authority's reports go. Raises AirflowSkipException where nobody said."""
    asked = settings.reports_folder()
    if asked is None and beside is None:
        raise AirflowSkipException(
            f"The report of authority {la_code} is not written: a warehouse in a database has no "
            f"folder for it. Set {settings.REPORTS_FOLDER} for Airflow's workers."
        )
    return (asked or Path(str(beside)) / "reports") / la_code


def write_reports(council: dict[str, str]) -> list[str]:
    """One council's reports of the months that were frozen."""
    return write_what_is_frozen(Path(council["authority_file"]))
