"""How somebody is told: by mail, and by whichever of Airflow's notifiers the settings name."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from airflow.sdk import BaseHook, BaseNotifier
from airflow.sdk.exceptions import AirflowNotFoundException

from etl import settings
from etl.errors import ConnectionFault, NightError, WrongUsage, reason
from etl.log import logger

Kind = Literal["failure", "summary", "figures_due", "warning"]
SMTP_CONNECTION = "smtp_default"
_MAIL = f"mail, connection {SMTP_CONNECTION}"
_MEANS = "Nobody is told this way. The nights are not touched by it."
_FORM = (
    '[{"notifier": "package.module.Class", "arguments": {"text": "{{ told.text }}"}}]; '
    "docs/telling.md"
)
# A notifier by its name, and what makes it.
_Way = tuple[str, Callable[[], BaseNotifier]]


@dataclass(frozen=True)
class Told:
    """A message. kind: what it is about. subject: one line. text: lines. la_code: of the council,
    where it is about one. None of it is a value of a record."""

    kind: Kind
    subject: str
    text: str
    la_code: str | None = None


def tell(told: Told, context: Mapping[str, Any]) -> int:
    """Give the message to everybody that the settings name. Returns how many ways it went.

    context: what Airflow knows of the task; a notifier's arguments may name ``told`` besides. One
    way that fails keeps no other from being taken. Raises ConnectionFault, which is tried again,
    where none could be taken; WrongUsage where a setting is why; NightError where only some could,
    as another try would tell the others twice.
    """
    ways, faults = _ways()
    taken = 0
    for name, make in ways:
        try:
            make()({**context, "told": told})
            taken += 1
        except NightError as error:
            faults.append(error)
        except Exception as error:
            faults.append(_not_sent(name, error))
    for fault in faults:
        logger.error("%s (%s)", fault.what, fault.where)
    if faults:
        raise _as_one(faults, taken)
    if not taken:
        logger.warning(
            f"Nobody is told: neither {settings.MAIL_TO} nor {settings.NOTIFIERS} is set."
        )
    return taken


def _as_one(faults: list[NightError], taken: int) -> NightError:
    if not taken:
        return next((each for each in faults if isinstance(each, ConnectionFault)), faults[0])
    return NightError(
        f"{len(faults)} of {len(faults) + taken} ways to tell of it failed: {faults[0].what}",
        where="; ".join(fault.where for fault in faults),
        means="The others were taken, so that it is not tried again. The nights are not touched.",
        next=faults[0].next,
    )


def _not_sent(name: str, error: Exception) -> ConnectionFault:
    """Without the error's own words, which may hold anything."""
    return ConnectionFault(
        f"A message could not be sent ({type(error).__name__}).",
        where=name,
        means=_MEANS,
        next="See that Airflow's machines reach the server, and that Airflow's connection to it is "
        "right; then clear this task. It is tried again every 10 minutes for an hour.",
    )


def _ways() -> tuple[list[_Way], list[NightError]]:
    """Every way that the settings name, and what is wrong with a setting: it closes its own way
    alone."""
    ways: list[_Way] = []
    faults: list[NightError] = []
    for named in (_by_mail, _by_notifiers):
        try:
            ways += named()
        except NightError as fault:
            faults.append(fault)
    return ways, faults


def _by_mail() -> list[_Way]:
    addresses = settings.mail_to()
    return [(_MAIL, partial(_mail, addresses))] if addresses else []


def _mail(addresses: list[str]) -> BaseNotifier:
    """Raises WrongUsage where Airflow has no mail server, or no sender's address."""
    from airflow.providers.smtp.notifications.smtp import SmtpNotifier

    try:
        sender = BaseHook.get_connection(SMTP_CONNECTION).extra_dejson.get("from_email")
    except AirflowNotFoundException:
        sender = None
    if not sender:
        raise WrongUsage(
            f"Airflow has no connection {SMTP_CONNECTION} with a from_email.",
            where=_MAIL,
            means=_MEANS,
            next=f"Add it to Airflow: docs/telling.md, or leave {settings.MAIL_TO} out.",
        )
    return SmtpNotifier(
        smtp_conn_id=SMTP_CONNECTION,
        from_email=sender,
        to=addresses,
        # Named, not put in: the notifier reads its arguments as templates, and a text that came
        # from elsewhere must be none.
        subject="{{ told.subject }}",
        html_content='<pre style="white-space: pre-wrap">{{ told.text | e }}</pre>',
    )


def _by_notifiers() -> list[_Way]:
    file = settings.notifiers_file()
    if file is None:
        return []
    named = ((f"{file}, entry {n}", entry) for n, entry in enumerate(_entries(file), start=1))
    return [(where, partial(_made, entry, where)) for where, entry in named]


def _entries(file: Path) -> list[Any]:
    try:
        entries = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise _wrong(f"The file of notifiers cannot be read ({reason(error)}).", file) from None
    except ValueError:
        raise _wrong("The file of notifiers is no JSON.", file) from None
    if not isinstance(entries, list) or not entries:
        raise _wrong("The file of notifiers holds no list of them.", file)
    return entries


def _made(entry: Any, where: str) -> BaseNotifier:
    """Raises WrongUsage where the entry names no notifier, or its arguments do not make it."""
    if not isinstance(entry, dict) or not entry.keys() <= {"notifier", "arguments"}:
        raise _wrong("An entry is no object of `notifier` and `arguments`.", where)
    path, arguments = entry.get("notifier"), entry.get("arguments", {})
    if not isinstance(path, str) or not isinstance(arguments, dict):
        raise _wrong("An entry lacks the path of a notifier, or has no object of arguments.", where)
    module, _, name = path.rpartition(".")
    try:
        kind = getattr(import_module(module), name)
    except Exception as error:  # a module may fail with anything while it is imported
        raise _wrong(
            f"The notifier {path} cannot be imported ({type(error).__name__}).", where
        ) from None
    if not (isinstance(kind, type) and issubclass(kind, BaseNotifier)):
        raise _wrong(f"{path} is no notifier of Airflow.", where)
    try:
        return kind(**arguments)
    except Exception as error:
        raise _wrong(
            f"The notifier {path} cannot be made of these arguments ({type(error).__name__}).",
            where,
        ) from None


def _wrong(what: str, where: Path | str) -> WrongUsage:
    return WrongUsage(
        what,
        where=f"{settings.NOTIFIERS}, {where}",
        means=_MEANS,
        next=f"Write it as {_FORM}. A provider's notifier needs the provider installed on every "
        "machine of Airflow.",
    )
