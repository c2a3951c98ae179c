"""The only reader of environment variables, and the place of the project's own folders."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import time
from pathlib import Path

from etl.errors import WrongUsage

_PACKAGE = Path(__file__).resolve().parent
# The checkout, for its tools and tests alone: an installed package has none.
PROJECT = _PACKAGE.parent


def _folder(name: str) -> Path:
    """A folder of files that people read and edit: inside an installed package, and at the top of
    a checkout. Raises RuntimeError where it is in neither: the installation is broken."""
    for place in (_PACKAGE / name, PROJECT / name):
        if place.is_dir():
            return place
    raise RuntimeError(
        f"The installation of csc-etl is not whole: it lacks the folder {name}/, which is neither "
        f"in {_PACKAGE} nor beside it. No night was begun. Install csc-etl again, whole."
    )


EXPECTATIONS = _folder("expectations")
MEASURES = _folder("sql/measures")
QUERIES = _folder("sql/queries")
REPORT = _folder("sql/report")
VIEWS = _folder("sql/views")
ACCESS = _folder("sql/access")
WORKLISTS = _folder("sql/worklists")

PSEUDONYM_KEY = "CSC_ETL_PSEUDONYM_KEY"
NEW_PSEUDONYM_KEY = "CSC_ETL_NEW_PSEUDONYM_KEY"
SHORTEST_KEY = 16
Lookup = Callable[[str], str | None]
_secrets: ContextVar[Lookup | None] = ContextVar("secrets", default=None)


@contextmanager
def secrets_from(lookup: Lookup) -> Iterator[None]:
    """Inside it, a secret that the environment does not hold is asked of ``lookup`` by the
    variable's name: a scheduler's own store."""
    token = _secrets.set(lookup)
    try:
        yield
    finally:
        _secrets.reset(token)


def pseudonym_key() -> bytes:
    """The secret that turns ids into tokens. Raises WrongUsage where it is missing or short."""
    return _key(
        PSEUDONYM_KEY,
        means="No night was begun: without the key, children cannot be pseudonymised.",
        next=f"Set {PSEUDONYM_KEY} to the authority's secret, the same every night: another key "
        f"gives every child another token. {_MAKES_ONE}",
    )


def new_pseudonym_key() -> bytes:
    """The secret to change to. Raises WrongUsage where it is missing or short."""
    return _key(
        NEW_PSEUDONYM_KEY,
        means="Nothing was changed.",
        next=f"Set {NEW_PSEUDONYM_KEY} to the new secret, and {PSEUDONYM_KEY} to the one until "
        f"now. {_MAKES_ONE}",
    )


_MAKES_ONE = '`python -c "import secrets; print(secrets.token_hex(32))"` makes one.'


def _key(name: str, *, means: str, next: str) -> bytes:
    lookup = _secrets.get()
    key = os.environ.get(name) or (lookup(name) if lookup else None) or ""
    if len(key) < SHORTEST_KEY:
        raise WrongUsage(
            f"{name} is {'too short' if key else 'not set'}: "
            f"it needs at least {SHORTEST_KEY} characters.",
            where="settings",
            means=means,
            next=next,
        )
    return key.encode()


UMASK = "CSC_ETL_UMASK"
_USUAL_UMASK = "027"


def warehouse_mode() -> int:
    """Who may read a warehouse file that is made: by default its owner and its group. Nobody but
    the owner ever writes it. Raises WrongUsage where the setting is no mask."""
    asked = os.environ.get(UMASK) or _USUAL_UMASK
    if not re.fullmatch("0?[0-7]{3}", asked):
        raise WrongUsage(
            f"{UMASK} is no mask of three octal digits.",
            where="settings",
            means="Nothing was begun.",
            next=f"Set {UMASK} to 077 (a new warehouse file is its owner's alone), 027 (its group "
            "reads it too, as without the setting) or 022 (everybody does); docs/privacy.md.",
        )
    return 0o600 | 0o044 & ~int(asked, 8)


def log_as_json() -> bool:
    """Whether log lines are JSON: ``CSC_ETL_LOG=json``; any other value is plain text."""
    return os.environ.get("CSC_ETL_LOG", "text").lower() == "json"


WORKLISTS_FOLDER = "CSC_ETL_WORKLISTS"


def worklists_folder() -> Path | None:
    """Where a scheduled night writes the teams' work lists, a folder for each authority; None:
    nowhere."""
    asked = os.environ.get(WORKLISTS_FOLDER)
    return Path(asked) if asked else None


REPORTS_FOLDER = "CSC_ETL_REPORTS"


def reports_folder() -> Path | None:
    """The folder below which the monthly DAG writes reports; None where nobody said."""
    asked = os.environ.get(REPORTS_FOLDER)
    return Path(asked) if asked else None


FIGURES_BY = "CSC_ETL_FIGURES_BY"


def figures_by() -> time | None:
    """The time of day in London by which every council's night should be loaded; None where nobody
    said. Raises WrongUsage where the setting is no time."""
    asked = os.environ.get(FIGURES_BY)
    if not asked:
        return None
    if not re.fullmatch("([01][0-9]|2[0-3]):[0-5][0-9]", asked):
        raise WrongUsage(
            f"{FIGURES_BY} is no time of day.",
            where="settings of the DAGs",
            means="Nobody is told of figures that are late.",
            next=f"Set {FIGURES_BY} to an hour and minute in London, such as 07:00, or leave it "
            "out.",
        )
    return time.fromisoformat(asked)


MAIL_TO = "CSC_ETL_MAIL_TO"


def mail_to() -> list[str]:
    """The addresses that are told by mail; none where nobody said. Raises WrongUsage where one is
    no address."""
    asked = [each.strip() for each in os.environ.get(MAIL_TO, "").split(",")]
    if asked == [""]:
        return []
    if not all(re.fullmatch(r"[^@\s,<>]+@[^@\s,<>]+", each) for each in asked):
        raise WrongUsage(
            f"{MAIL_TO} holds what is no address.",
            where="settings of the DAGs",
            means="Nobody is told by mail.",
            next=f"Set {MAIL_TO} to plain addresses with commas between them, such as "
            "data.team@council.example,on.call@council.example.",
        )
    return asked


NOTIFIERS = "CSC_ETL_NOTIFIERS"


def notifiers_file() -> Path | None:
    """The JSON file that names Airflow notifiers to tell by; None where nobody said."""
    asked = os.environ.get(NOTIFIERS)
    return Path(asked) if asked else None


ONE_TASK = "CSC_ETL_ONE_TASK"


def one_task() -> bool:
    """Whether one task of the nightly DAG does all of a council's night: where its workers share no
    disk. Raises WrongUsage where the setting is neither 0 nor 1."""
    asked = os.environ.get(ONE_TASK) or "0"
    if asked not in ("0", "1"):
        raise WrongUsage(
            f"{ONE_TASK} is neither 0 nor 1.",
            where="settings",
            means="The nightly DAG is not there: no night is begun.",
            next=f"Set {ONE_TASK} to 1 where the workers share no disk, else to 0 or not at all.",
        )
    return asked == "1"


@dataclass(frozen=True)
class Schedule:
    """What the scheduled DAG needs to know, from ``CSC_ETL_*``.

    authorities: folder of authority files. extracts: folder with ``<la_code>/<date>`` or
    ``<la_code>/<date>.zip``. warehouse: URL, or ``airflow://<connection id>``. landing: folder,
    or None for the default.
    """

    authorities: Path
    extracts: Path
    warehouse: str
    landing: Path | None


def schedule() -> Schedule:
    """The DAG's settings. Raises WrongUsage naming every variable that is missing."""
    names = ("CSC_ETL_AUTHORITIES", "CSC_ETL_EXTRACTS", "CSC_ETL_WAREHOUSE")
    missing = [name for name in names if not os.environ.get(name)]
    if missing:
        raise WrongUsage(
            f"Not set: {', '.join(missing)}.",
            where="settings of the DAGs",
            means="Nothing was begun.",
            next="Set them in the environment of Airflow's workers; README, 'On a schedule'.",
        )
    landing = os.environ.get("CSC_ETL_LANDING")
    return Schedule(
        authorities=Path(os.environ["CSC_ETL_AUTHORITIES"]),
        extracts=Path(os.environ["CSC_ETL_EXTRACTS"]),
        warehouse=os.environ["CSC_ETL_WAREHOUSE"],
        landing=Path(landing) if landing else None,
    )
