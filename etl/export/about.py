"""What an export is of: whose night, by which release, and how many rows each view has."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from etl import __version__
from etl.errors import WrongUsage
from etl.warehouse import Session

_NIGHTS = """
select last_extract.la_code, authority.name, last_extract.extract_date
from report.last_extract as last_extract
join report.authority as authority on authority.la_code = last_extract.la_code
order by last_extract.la_code
"""


@dataclass(frozen=True)
class About:
    """The last night of each authority: its code, its name and the extract's date."""

    nights: tuple[tuple[str, str, date], ...]

    @property
    def latest(self) -> date:
        """The date of the latest extract."""
        return max(extract_date for _, _, extract_date in self.nights)

    def lines(self) -> list[tuple[str, str | date]]:
        """It in words, a name and what it is."""
        nights: list[tuple[str, str | date]] = []
        for la_code, name, extract_date in self.nights:
            nights += [("authority", f"{la_code} {name}"), ("extract date", extract_date)]
        return [*nights, ("software version", __version__)]

    def as_json(self, form: str, rows: dict[str, int], files: list[str]) -> str:
        """It for a program."""
        return json.dumps(
            {
                "authorities": [
                    {"la_code": la_code, "name": name, "extract_date": extract_date.isoformat()}
                    for la_code, name, extract_date in self.nights
                ],
                "software_version": __version__,
                "format": form,
                "rows": rows,
                "files": sorted(files),
            },
            indent=2,
            ensure_ascii=False,
        )


def about(session: Session, where: str) -> About:
    """What the session sees. Raises WrongUsage where it sees no authority's night."""
    nights = session.rows(_NIGHTS)
    if not nights:
        raise WrongUsage(
            "The warehouse shows no night of any authority.",
            where=where,
            means="Nothing was written.",
            next="Load a night; in PostgreSQL, see that this login has the role of an authority: "
            "docs/postgresql.md.",
        )
    return About(tuple((la_code, name, day) for la_code, name, day in nights))
