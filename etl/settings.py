"""The only reader of environment variables, and the place of the project's own folders."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import time, timedelta
from functools import cache
from pathlib import Path

from etl.errors import WrongUsage, reason
from etl.log import logger

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

PREFIX = "CSC_ETL_"
# Every setting there is; docs/settings.md says what each is for.
NAMES = tuple(
    f"{PREFIX}{name}"
    for name in (
        "AUTHORITIES", "EXTRACTS", "WAREHOUSE", "LANDING", "REPORTS", "WORKLISTS", "UMASK", "LOG",
        "PSEUDONYM_KEY", "PSEUDONYM_KEY_FILE", "NEW_PSEUDONYM_KEY", "NEW_PSEUDONYM_KEY_FILE",
        "SOURCE_URL", "SOURCE_URL_FILE",
        "WAIT_UNTIL", "QUIET_MINUTES", "ONE_TASK", "FIGURES_BY", "MAIL_TO", "NOTIFIERS", "BACKUPS",
        "SFTP_PASSWORD", "SFTP_PASSWORD_FILE", "SFTP_KEY_FILE", "SFTP_KEY_PASSPHRASE",
        "SFTP_KEY_PASSPHRASE_FILE", "SFTP_HOST_KEY", "SFTP_KNOWN_HOSTS", "ARCHIVE",
        "KEEP_BACKUPS_DAYS", "KEEP_PAGES_MONTHS", "KEEP_AUDIT_MONTHS", "KEEP_LOGS_DAYS",
    )
)  # fmt: skip
# One of an authority's own, by its la_code.
_OF_AN_AUTHORITY = re.compile(f"{PREFIX}SOURCE_URL_[0-9]{{3}}(?:_FILE)?")


def check_names() -> None:
    """Raises WrongUsage naming every variable of the environment that begins as ours do and is
    none: a mistyped setting would else be taken for one that nobody made."""
    unknown = sorted(
        name for name in os.environ
        if name.startswith(PREFIX) and name not in NAMES and not _OF_AN_AUTHORITY.fullmatch(name)
    )  # fmt: skip
    if unknown:
        raise WrongUsage(
            f"Not settings of csc-etl: {', '.join(map(_with_nearest, unknown))}.",
            where="settings",
            means="Nothing was begun.",
            next="Mend or take away each of them in the environment; docs/settings.md has them "
            "all.",
        )


def _with_nearest(unknown: str) -> str:
    ours = [name.removeprefix(PREFIX) for name in NAMES]
    nearest = difflib.get_close_matches(unknown.removeprefix(PREFIX), ours, n=1)
    return f"{unknown} (is {PREFIX}{nearest[0]} meant?)" if nearest else unknown


PSEUDONYM_KEY = f"{PREFIX}PSEUDONYM_KEY"
NEW_PSEUDONYM_KEY = f"{PREFIX}NEW_PSEUDONYM_KEY"
# Beside the name of a secret: the variable with the path of a file that holds it.
OF_FILE = "_FILE"
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
    """The secret that turns ids into tokens: of its variable, else of the file that the variable
    with ``_FILE`` names, else of a scheduler's store. Raises WrongUsage where it is missing or
    short, or where its file cannot be read."""
    return _key(
        PSEUDONYM_KEY,
        means="No night was begun: without the key, children cannot be pseudonymised.",
        next=f"Set {PSEUDONYM_KEY} to the authority's secret, or {PSEUDONYM_KEY}{OF_FILE} to the "
        "path of a file that holds it, the same every night: another key gives every child "
        f"another token. {_MAKES_ONE}",
    )


def new_pseudonym_key() -> bytes:
    """The secret to change to, found as the other is. Raises WrongUsage as that does."""
    return _key(
        NEW_PSEUDONYM_KEY,
        means="Nothing was changed.",
        next=f"Set {NEW_PSEUDONYM_KEY} to the new secret, or {NEW_PSEUDONYM_KEY}{OF_FILE} to the "
        f"path of a file that holds it, and {PSEUDONYM_KEY} to the one until now. {_MAKES_ONE}",
    )


SOURCE_URL = f"{PREFIX}SOURCE_URL"


def source_url(la_code: str, connection: str | None) -> tuple[str, str]:
    """The URL of the database that an authority's records are in, and what it was said by.

    connection: one of a scheduler's, ``airflow://<connection id>``; it is asked for inside
    ``secrets_from``, and there before all else. Then the setting of this authority counts, then
    that of all: the variable, else the file that the variable with ``_FILE`` names, else a
    scheduler's store. Raises WrongUsage where there is none.
    """
    lookup = _secrets.get()
    if connection and lookup:
        return lookup(connection) or "", f"The connection {connection}"
    means = "No night was begun: nobody said where the database is."
    names = (f"{SOURCE_URL}_{la_code}", SOURCE_URL)
    for name in names:
        url, place = _found(name, means)
        if url:
            return url, place
    raise WrongUsage(
        f"Neither {' nor '.join(names)} is set, nor a file that holds it.",
        where="settings",
        means=means,
        next=f"Set one of them to the database's URL, or the one with {OF_FILE} behind it to the "
        "path of a file that holds the URL; docs/settings.md."
        + (" The connection in the authority's file is Airflow's own." if connection else ""),
    )


_MAKES_ONE = '`python -c "import secrets; print(secrets.token_hex(32))"` makes one.'


def _key(name: str, *, means: str, next: str) -> bytes:
    key, place = _found(name, means)
    if len(key) < SHORTEST_KEY:
        said = "too short" if key else "empty" if place != name else "not set"
        raise WrongUsage(
            f"{place} is {said}: it needs at least {SHORTEST_KEY} characters.",
            where="settings",
            means=means,
            next=next,
        )
    return key.encode()


def _found(name: str, means: str) -> tuple[str, str]:
    """The secret, and the words for where it is."""
    said, path = os.environ.get(name), os.environ.get(f"{name}{OF_FILE}")
    if said and path:
        raise WrongUsage(
            f"{name} and {name}{OF_FILE} are both set: they may hold two secrets.",
            where="settings",
            means=means,
            next="Take one of them away; the file is the safer place.",
        )
    if path:
        return _in_file(Path(path), name, means), f"The file that {name}{OF_FILE} names"
    lookup = _secrets.get()
    return said or (lookup(name) if lookup else None) or "", name


def _in_file(path: Path, name: str, means: str) -> str:
    """What the file holds, without the mark of UTF-8 at its start and the end of its line, which
    editors put there."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        _warn_if_anybody_reads(path, name)
    except (OSError, UnicodeDecodeError) as error:
        why = reason(error) if isinstance(error, OSError) else "it is no text in UTF-8"
        raise WrongUsage(
            f"The file that {name}{OF_FILE} names cannot be read ({why}).",
            where=str(path),
            means=means,
            next="Mend the path, or let the account that loads the nights read the file, which "
            "holds the secret and nothing else.",
        ) from None
    return text.removesuffix("\n").removesuffix("\r")


@cache
def _warn_if_anybody_reads(path: Path, name: str) -> None:
    """Once in a process. No more than that: within a container, where secrets often lie so, there
    may be nobody else."""
    if path.stat().st_mode & 0o004:
        logger.warning(
            "everybody on this machine can read the file that %s names: its mode should be 0400, "
            "or 0440 where a group is to read it",
            f"{name}{OF_FILE}",
        )


_NO_NIGHT = "No night was begun."


def sftp_password() -> str | None:
    """What lets us in at an SFTP server, where it is no key: of its variable, its file or a
    scheduler's store. Raises WrongUsage where its file cannot be read."""
    return _found(f"{PREFIX}SFTP_PASSWORD", _NO_NIGHT)[0] or None


def sftp_key_file() -> Path | None:
    """The private key that lets us in at an SFTP server; None where none is set."""
    asked = os.environ.get(f"{PREFIX}SFTP_KEY_FILE")
    return Path(asked) if asked else None


def sftp_key_passphrase() -> str | None:
    """What unlocks that key, found as the password is."""
    return _found(f"{PREFIX}SFTP_KEY_PASSPHRASE", _NO_NIGHT)[0] or None


def sftp_host_key() -> str | None:
    """The SFTP server's own key, ``type base64``; None: those of the file of known hosts count."""
    return os.environ.get(f"{PREFIX}SFTP_HOST_KEY") or None


def sftp_known_hosts() -> Path | None:
    """The file of SFTP servers' keys: the one that is set, else the account's own where there is
    one."""
    asked = os.environ.get(f"{PREFIX}SFTP_KNOWN_HOSTS")
    usual = Path.home() / ".ssh" / "known_hosts"
    return Path(asked) if asked else usual if usual.exists() else None


ARCHIVE = f"{PREFIX}ARCHIVE"


def archive() -> str | None:
    """The folder, beside the nights of an SFTP server or object store, that a loaded night is moved
    to; None: it is left where it stands. Raises WrongUsage where the setting is no name."""
    asked = os.environ.get(ARCHIVE)
    if not asked:
        return None
    if not re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]*", asked):
        raise WrongUsage(
            f"{ARCHIVE} is no name of a folder.",
            where="settings",
            means="No night was begun.",
            next=f"Set {ARCHIVE} to a plain name, such as loaded, which becomes a folder beside "
            "the nights; or to nothing, and nights are left where they stand.",
        )
    return asked


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


LOG = f"{PREFIX}LOG"
_FORMS_OF_LOG = ("text", "json")


def log_as_json() -> bool:
    """Whether what is told is JSON: ``CSC_ETL_LOG=json``. Anything else is plain text; whether it
    is a form that we know, ``check_log`` says."""
    return os.environ.get(LOG, "").lower() == "json"


def check_log() -> None:
    """Raises WrongUsage where the setting of the log is no form of it."""
    asked = os.environ.get(LOG)
    if asked and asked.lower() not in _FORMS_OF_LOG:
        raise WrongUsage(
            f"{LOG} is neither {' nor '.join(_FORMS_OF_LOG)}.",
            where="settings",
            means="Nothing was begun.",
            next=f"Set {LOG} to json for one JSON object a line, or take it away for plain text.",
        )


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
    return _time_of_day(
        FIGURES_BY,
        asked,
        means="Nobody is told of figures that are late.",
        next=f"Set {FIGURES_BY} to an hour and minute in London, such as 07:00, or leave it out.",
    )


def _time_of_day(name: str, asked: str, *, means: str, next: str) -> time:
    if not re.fullmatch("([01][0-9]|2[0-3]):[0-5][0-9]", asked):
        raise WrongUsage(
            f"{name} is no time of day.", where="settings of the DAGs", means=means, next=next
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


WAIT_UNTIL = "CSC_ETL_WAIT_UNTIL"
_USUAL_HOUR = "10:00"


def wait_until() -> time:
    """Until when, on its own day in London, a scheduled night waits for its extract. Raises
    WrongUsage where the setting is no time of day."""
    return _time_of_day(
        WAIT_UNTIL,
        os.environ.get(WAIT_UNTIL) or _USUAL_HOUR,
        means="Nothing was begun.",
        next=f"Set {WAIT_UNTIL} to an hour and minute in London, such as 09:30, for the workers; "
        f"{_USUAL_HOUR} without the setting.",
    )


QUIET_MINUTES = "CSC_ETL_QUIET_MINUTES"
_USUAL_QUIET = "10"
_LONGEST_QUIET = 240


def quiet() -> timedelta:
    """For how long no file of an extract without marker and manifest may have changed, until it is
    taken to be whole. Raises WrongUsage where the setting is no number of minutes, 1 to 240."""
    asked = os.environ.get(QUIET_MINUTES) or _USUAL_QUIET
    if not re.fullmatch(r"[1-9]\d{0,2}", asked, re.ASCII) or int(asked) > _LONGEST_QUIET:
        raise WrongUsage(
            f"{QUIET_MINUTES} is no number of minutes from 1 to {_LONGEST_QUIET}.",
            where="settings of the DAGs",
            means="Nothing was begun.",
            next=f"Set {QUIET_MINUTES} to longer than the copy of an extract ever pauses; "
            f"{_USUAL_QUIET} without the setting. A marker or a manifest needs no such wait: "
            "docs/extract.md.",
        )
    return timedelta(minutes=int(asked))


@dataclass(frozen=True)
class Schedule:
    """What the scheduled DAG needs to know, from ``CSC_ETL_*``.

    authorities: folder of authority files. extracts: path or URL of the folder with
    ``<la_code>/<date>``, or a file of that name and an ending, such as ``<la_code>/<date>.zip``.
    warehouse: URL, or ``airflow://<connection id>``. landing: folder, or None for the default.
    """

    authorities: Path
    extracts: str
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
        extracts=os.environ["CSC_ETL_EXTRACTS"],
        warehouse=os.environ["CSC_ETL_WAREHOUSE"],
        landing=Path(landing) if landing else None,
    )


BACKUPS_FOLDER = "CSC_ETL_BACKUPS"
KEEP_BACKUPS_DAYS = "CSC_ETL_KEEP_BACKUPS_DAYS"
KEEP_PAGES_MONTHS = "CSC_ETL_KEEP_PAGES_MONTHS"
KEEP_AUDIT_MONTHS = "CSC_ETL_KEEP_AUDIT_MONTHS"
KEEP_LOGS_DAYS = "CSC_ETL_KEEP_LOGS_DAYS"
# A century; 35 days cover a month, and the days in which its figures are looked at.
_MOST_DAYS, _MOST_MONTHS = 36_500, 1200


def backups_folder() -> Path | None:
    """Where the upkeep DAG puts backups; None: nowhere."""
    asked = os.environ.get(BACKUPS_FOLDER)
    return Path(asked) if asked else None


def keep_backups_days() -> int:
    """How long a backup is kept. Raises WrongUsage where that is no number of days."""
    return _how_many(KEEP_BACKUPS_DAYS, "days", usual=35, most=_MOST_DAYS)


def keep_pages_months() -> int:
    """How long pages of checks are kept. Raises WrongUsage where that is no number of months."""
    return _how_many(KEEP_PAGES_MONTHS, "months", usual=24, most=_MOST_MONTHS)


def keep_audit_months() -> int:
    """How long the audit's lines of single records and checks are kept. Raises WrongUsage where
    that is no number of months."""
    return _how_many(KEEP_AUDIT_MONTHS, "months", usual=24, most=_MOST_MONTHS)


def keep_logs_days() -> int:
    """How long logs of tasks are kept. Raises WrongUsage where that is no number of days."""
    return _how_many(KEEP_LOGS_DAYS, "days", usual=90, most=_MOST_DAYS)


def _how_many(name: str, of_what: str, *, usual: int, most: int) -> int:
    asked = os.environ.get(name) or str(usual)
    if not re.fullmatch("[0-9]{1,6}", asked) or not 1 <= int(asked) <= most:
        raise WrongUsage(
            f"{name} is not a whole number of {of_what} from 1 to {most:,}.",
            where="settings",
            means="Nothing was begun.",
            next=f"Set {name} to such a number, or to nothing for {usual}; docs/upkeep.md.",
        )
    return int(asked)
