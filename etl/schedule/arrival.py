"""The task that waits for a night's extract. It looks once, then hands over to Airflow's triggerer
(``arrival_trigger``) and takes no worker's slot until the extract is whole or its hour has come.
Light until it runs: Airflow reads a DAG's file, and so this, every minute and in every task."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from airflow.sdk import BaseSensorOperator
from airflow.sdk.exceptions import AirflowSensorTimeout

from etl import settings
from etl.errors import NightError, NotArrived, WrongUsage, without_values
from etl.log import logger, of_run
from etl.night.begin import asks_a_database, authority_of
from etl.schedule.asked import BACKFILL
from etl.schedule.connections import sftp_login, warehouse_url
from etl.sources.arrival.login import logins_from
from etl.sources.arrival.place import is_url, parted, place_at
from etl.sources.arrival.readiness import Readiness, State, arrived, readiness

LONDON = ZoneInfo("Europe/London")
# Started by hand after the hour while files still come: nobody must start it again for that.
LONGEST_AFTER_THE_HOUR = timedelta(hours=1)
# The triggerer is asked to end the wait itself; where it is down, Airflow's scheduler does.
TRIGGERER_MAY_BE_LATE = timedelta(minutes=10)
_LOOKS_EVERY = 30.0  # seconds
_MOST_NAMES = 5
_NEXT = (
    "then clear this task, and those after it go on. If it comes as late every night, set "
    "CSC_ETL_WAIT_UNTIL to a later hour."
)


def last_moment(extract_date: date, wait_until: time) -> datetime:
    """Until when the extract of a date is waited for: an hour of that day in London."""
    return datetime.combine(extract_date, wait_until, LONDON)


def in_words(moment: datetime) -> str:
    """A moment as people in London say it: 09:58 GMT on 29 November 2026."""
    local = moment.astimezone(LONDON)
    return f"{local:%H:%M %Z} on {local.day} {local:%B %Y}"


def looked(
    extract: str, *, now: datetime, quiet: timedelta, earlier: Readiness | None = None
) -> Readiness:
    """``readiness`` of what stands at a path or URL; a fault of the program holds no words of a
    file."""
    folder, name = parted(extract)
    try:
        with place_at(folder) as place:
            return readiness(place, name, now=now, quiet=quiet, earlier=earlier)
    except NightError:
        raise
    except Exception as error:  # its message could quote a record
        raise without_values(error, extract) from None


def extract_of(extract: str) -> str | None:
    """The path of what came of a night, None where nothing did; of what is elsewhere its URL, as
    whoever fetches it looks."""
    if is_url(extract):
        return extract
    folder, name = parted(extract)
    with place_at(folder) as place:
        found = arrived(place, name)
        return place.shown(found.name) if found else None


class ExtractSensor(BaseSensorOperator):
    """Waits until the extract of one council's night is whole.

    night: text only, with ``la_code``, ``authority_file``, ``extract`` (its path or URL, without
    an ending) and ``extract_date``. poke_interval: seconds between two looks.

    It waits until CSC_ETL_WAIT_UNTIL in London on the extract date. Started after that, it waits
    for files that are still coming, an hour at most. Raises NotArrived where the extract is not
    there then, WrongUsage where the authority's file or a setting is wrong or several files are the
    council's, and ConnectionFault where nobody can tell. Nothing is passed on.
    """

    template_fields = ("night",)

    def __init__(
        self, *, night: dict[str, str], poke_interval: float = _LOOKS_EVERY, **kwargs: Any
    ) -> None:
        super().__init__(poke_interval=poke_interval, **kwargs | {"do_xcom_push": False})
        self.night = night

    def execute(self, context: Any) -> None:
        """Look once; return where the extract is whole, else wait or raise."""
        with of_run(self.night["la_code"]), logins_from(sftp_login):
            # What is wrong with its file is told before its extract comes.
            authority = authority_of(Path(self.night["authority_file"]))
            self._check_is_stated_once()
            if asks_a_database(authority):
                self._check_is_of_today()
                return
            now, quiet = datetime.now(UTC), settings.quiet()
            hour = self._hour()
            found = looked(self._extract, now=now, quiet=quiet)
            if found.is_whole:
                self._tell_whole(found.told_by)
            elif found.state == State.ABSENT and self._is_loaded_and_put_away():
                logger.info("the extract is loaded, and was put away: nothing is waited for")
            elif now < hour:
                self._wait(found, hour, now)
            elif _still_comes(found, now, quiet):
                self._wait(found, now + LONGEST_AFTER_THE_HOUR, now)
            else:
                raise self._not_arrived(found)

    def execute_complete(self, context: Any, event: dict[str, str | None] | None = None) -> None:
        """Go on after the wait. event: of the trigger: ``until`` when was waited, and by what the
        extract is ``told_by`` to be whole, None where it is not; no event where there was none in
        time."""
        with of_run(self.night["la_code"]), logins_from(sftp_login):
            told_by = event["told_by"] if event else None
            if told_by and extract_of(self._extract):
                self._tell_whole(told_by)
                return
            now = datetime.now(UTC)
            found = looked(self._extract, now=now, quiet=settings.quiet())
            until = datetime.fromisoformat(str(event["until"])) if event else now
            if found.is_whole:
                self._tell_whole(found.told_by)
            elif now < until:  # taken away again, or this machine's clock is behind
                self._wait(found, until, now)
            else:
                raise self._not_arrived(found)

    def resume_execution(
        self, next_method: str, next_kwargs: dict[str, Any] | None, context: Any
    ) -> Any:
        """Where the triggerer said nothing in time, look again here: it may be down."""
        try:
            return super().resume_execution(next_method, next_kwargs, context)
        except AirflowSensorTimeout:
            with of_run(self.night["la_code"]):
                logger.warning("Airflow's triggerer did not end the wait: see that it runs")
            return self.execute_complete(context)

    def _check_is_stated_once(self) -> None:
        """Raises WrongUsage where several files are this council's: it alone is not loaded."""
        if several := self.night.get("stated_in"):
            raise WrongUsage(
                f"Several authority files state the la_code {self.night['la_code']}: {several}.",
                where=str(Path(self.night["authority_file"]).parent),
                means="Nothing was loaded of this council, as nobody can tell which file counts.",
                next="Take all of them but one out of the folder, such as copies that were kept; "
                "then clear find_nights, or trigger the DAG for this council.",
            )

    def _check_is_of_today(self) -> None:
        """Of a database there is nothing to wait for; and it knows no day but the one it is. Raises
        NotArrived where a missed night is to be put before later ones."""
        night = self.night["extract_date"]
        if self.night.get("how") == BACKFILL:
            raise NotArrived(
                f"The night of {night} cannot be had any more: a database holds the records as "
                "they are now.",
                where=str(self.night["authority_file"]),
                means=_MEANS,
                next="Leave it. Where there is a copy of the database of that day: "
                f"`csc-etl load --backfill --date {night}` with its URL.",
            )
        if night != f"{datetime.now(LONDON):%Y-%m-%d}":
            logger.warning("the database is asked today for the night of %s", night)
        logger.info("the records are asked of a database: there is no extract to wait for")

    @property
    def _extract(self) -> str:
        return self.night["extract"]

    def _hour(self) -> datetime:
        return last_moment(date.fromisoformat(self.night["extract_date"]), settings.wait_until())

    def _is_loaded_and_put_away(self) -> bool:
        """Whether what is not there was taken from there by us, and the task after this one has
        nothing to do."""
        archive = settings.archive()
        if not archive or not is_url(self._extract):
            return False
        folder, name = parted(self._extract)
        with place_at(folder) as place:
            if not arrived(place, f"{archive}/{name}"):
                return False
        from etl.answers.accounts import accounts_of

        extract_date = date.fromisoformat(self.night["extract_date"])
        [account] = accounts_of(warehouse_url(), [self.night["la_code"]], extract_date)
        return account.became == "loaded"

    def _tell_whole(self, told_by: str | None) -> None:
        logger.info("the extract is whole: told by %s; %s", told_by, extract_of(self._extract))

    def _wait(self, found: Readiness, until: datetime, now: datetime) -> None:
        from etl.schedule.arrival_trigger import ExtractTrigger

        logger.info(
            "the extract of %s %s; waiting until %s, looking every %g s for folder or file: %s",
            self.night["extract_date"], progress(found), in_words(until), self.poke_interval,
            self._extract,
        )  # fmt: skip
        self.defer(
            trigger=ExtractTrigger(
                la_code=self.night["la_code"],
                extract=self._extract,
                until=until.isoformat(),
                quiet_seconds=settings.quiet().total_seconds(),
                poke_interval=self.poke_interval,
            ),
            method_name="execute_complete",
            timeout=until - now + TRIGGERER_MAY_BE_LATE,
        )

    def _not_arrived(self, found: Readiness) -> NotArrived:
        extract_date = self.night["extract_date"]
        if found.state == State.ABSENT:
            return NotArrived(
                f"The extract of {extract_date} has not arrived: there is neither folder nor "
                f"file, and it is waited for until {in_words(self._hour())}, no longer.",
                where=self._extract,
                means=_MEANS,
                next="Ask the systems team whether the extract was made; copy it there, named for "
                f"its date, or mend CSC_ETL_EXTRACTS; {_NEXT}",
            )
        return NotArrived(
            f"The extract of {extract_date} {progress(found, self._known_tables)}.",
            where=self._extract,
            means=_MEANS,
            next=f"See that the copy ends, or copy the extract again, whole; {_NEXT}",
        )

    @property
    def _known_tables(self) -> Collection[str]:
        """The tables of the authority's source: what else a manifest lists may be anything."""
        from etl.sources.mapping import known_columns
        from etl.sources.register import SOURCES

        kind = authority_of(Path(self.night["authority_file"])).door.kind
        return known_columns(SOURCES[kind]).keys()


_MEANS = (
    "Nothing was loaded of this council. The warehouse is as the last loaded night left it; a "
    "missed night needs no repair, as the next extract holds everything."
)


def _still_comes(found: Readiness, now: datetime, quiet: timedelta) -> bool:
    """Whether files came so lately that more may come."""
    return found.changed_at is not None and now - found.changed_at < quiet


def progress(found: Readiness, known: Collection[str] = ()) -> str:
    """How far an extract that is not whole has come, as the end of a sentence. known: tables that
    may be named."""
    if found.changed_at is None:
        return "is not there yet"
    lacks = [found.lacks] if found.lacks else []
    if found.missing:
        lacks.append(_missing_in_words(found.missing, known))
    if found.temporary:
        lacks.append(f"{_counted(found.temporary, 'file')} of a copy tool that are not finished")
    told = "".join(f"; {each}" for each in lacks)
    return f"is still being copied: last changed at {in_words(found.changed_at)}{told}"


def _missing_in_words(missing: tuple[str, ...], known: Collection[str]) -> str:
    named = [name for name in missing if name in known][:_MOST_NAMES]
    others = len(missing) - len(named)
    if not named:
        return f"{_counted(others, 'table')} of its manifest missing"
    more = f" and {others:,} more" if others else ""
    is_one = len(missing) == 1
    return (
        f"table{'' if is_one else 's'} {', '.join(named)}{more} of its manifest "
        f"{'is' if is_one else 'are'} missing"
    )


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
