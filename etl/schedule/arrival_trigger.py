"""What Airflow's triggerer does while a night's extract is waited for: it looks, now and again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from airflow.triggers.base import BaseTrigger, TriggerEvent

from etl.errors import NightError
from etl.log import logger, of_run
from etl.schedule.arrival import looked, progress
from etl.schedule.connections import sftp_login, sftp_login_in_triggerer
from etl.sources.arrival.login import LoginOf, logins_from
from etl.sources.arrival.place import AIRFLOW
from etl.sources.arrival.readiness import Readiness


class ExtractTrigger(BaseTrigger):
    """Ends when an extract is whole, or a moment has come.

    la_code: for the log. extract: its path or URL, without an ending. until: the moment, in ISO
    8601 with its zone. quiet_seconds: see ``readiness``. poke_interval: seconds between two looks.

    Its one event says ``until``, and by what the extract is ``told_by`` to be whole, None where it
    is not.
    """

    def __init__(
        self, *, la_code: str, extract: str, until: str, quiet_seconds: float, poke_interval: float
    ) -> None:
        super().__init__()
        self.la_code = la_code
        self.extract = extract
        self.until = until
        self.quiet_seconds = quiet_seconds
        self.poke_interval = poke_interval

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """The class and its arguments, as Airflow keeps them."""
        names = ("la_code", "extract", "until", "quiet_seconds", "poke_interval")
        kind = type(self)
        return f"{kind.__module__}.{kind.__name__}", {name: getattr(self, name) for name in names}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look until there is something to say."""
        told_by = await self._whole_or_over()
        yield TriggerEvent({"until": self.until, "told_by": told_by})

    async def _whole_or_over(self) -> str | None:
        """By what the extract is told to be whole; None when the moment has come."""
        until = datetime.fromisoformat(self.until)
        found: Readiness | None = None
        with of_run(self.la_code), logins_from(await self._login()):
            while True:
                now = datetime.now(UTC)
                found = await asyncio.to_thread(self._look, now, found)
                told_by = found.told_by if found else None
                if told_by or now >= until:
                    return told_by
                left = (until - now).total_seconds()
                await asyncio.sleep(min(self.poke_interval, left))

    async def _login(self) -> LoginOf:
        """What Airflow knows of the SFTP server, asked before the looks: those are in threads, from
        which a triggerer cannot be asked."""
        if urlsplit(self.extract).scheme != AIRFLOW:
            return sftp_login
        found = await sftp_login_in_triggerer(urlsplit(self.extract).netloc)
        return lambda _: found

    def _look(self, now: datetime, earlier: Readiness | None) -> Readiness | None:
        """What is found; what was found earlier where nobody can tell: an outage in the middle of a
        wait is waited out, and the task tells it if it lasts until the end."""
        try:
            found = looked(
                self.extract,
                now=now,
                quiet=timedelta(seconds=self.quiet_seconds),
                earlier=earlier,
            )
        except NightError as error:
            logger.warning("%s", error.what)
            return earlier
        if earlier is None or earlier.state != found.state:
            logger.info("the extract %s", progress(found) if not found.told_by else "is whole")
        return found
