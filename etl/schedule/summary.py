"""What became of a run's councils, in words: the summary of a night, and whose figures are due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from etl.errors import NightStopped, NotArrived
from etl.schedule.failure import in_words

if TYPE_CHECKING:  # what reads the warehouse is heavy
    from etl.answers.accounts import Account

WAITING = "wait_for_extract"
_LOAD = "load"
Outcome = Literal[
    "loaded", "loaded already", "would load", "stopped", "not arrived", "failed", "not loaded"
]
_GOOD = ("loaded", "loaded already", "would load")
_WHAT_TO_DO = (
    "What to do: the log of each failed task ends with it, and so does the message that it sent; "
    "docs/when-a-night-stops.md. Mend what it says, then clear the task."
)


@dataclass(frozen=True)
class CouncilNight:
    """failed: the names of its tasks that failed. why: what the first of them said, as far as it
    is known."""

    la_code: str
    name: str
    outcome: Outcome
    failed: tuple[str, ...]
    why: str | None
    account: Account

    @property
    def is_good(self) -> bool:
        """Whether its night is loaded or, of a dry run, would be."""
        return self.outcome in _GOOD


def failed_of(states: Mapping[str, str | None]) -> tuple[str, ...]:
    """The names of the tasks that failed."""
    return tuple(name for name, state in states.items() if state == "failed")


def became_of(
    night: Mapping[str, str], states: Mapping[str, str | None], account: Account,
    why: Mapping[str, str] | None = None, *, dry_run: bool,
) -> CouncilNight:  # fmt: skip
    """What became of a council. night: as ``find_nights`` gave it. states: of its tasks, by their
    names. why: what the first that failed left (``failure.why_of``). The audit counts before a
    task's colour: what is loaded is loaded."""
    outcome = _outcome(states, account, dict(why or {}).get("kind"), dry_run=dry_run)
    said = dict(why or {}).get("what")
    if outcome == "stopped" and said is None:  # the audit knows of checks that stopped a night
        said = account.message
    return CouncilNight(
        night["la_code"], night.get("name", ""), outcome, failed_of(states), said, account
    )


def _outcome(
    states: Mapping[str, str | None], account: Account, kind: str | None, *, dry_run: bool
) -> Outcome:
    failed = failed_of(states)
    is_loaded = states.get(_LOAD) == "success" and not dry_run
    # A dry run is asked what would become of its extract, which that of a loaded day may not be.
    if account.became == "loaded" and not (dry_run and failed):
        return "loaded" if is_loaded else "loaded already"
    if is_loaded and account.became == "not_known":
        return "loaded"
    if WAITING in failed and kind in (None, NotArrived.__name__):
        return "not arrived"
    if failed:
        is_known_to_be_stopped = kind is None and account.became == "stopped" and not dry_run
        is_stopped = kind == NightStopped.__name__ or is_known_to_be_stopped
        return "stopped" if is_stopped else "failed"
    return "would load" if dry_run and "success" in states.values() else "not loaded"


def counted(nights: Sequence[CouncilNight], *, dry_run: bool) -> list[CouncilNight]:
    """Those whose night is loaded; of a dry run those whose night would be, which one that is
    loaded already would not."""
    return [
        each for each in nights
        if each.is_good and not (dry_run and each.outcome == "loaded already")
    ]  # fmt: skip


def headline(nights: Sequence[CouncilNight], *, dry_run: bool) -> str:
    """7 of 9 loaded: 907 stopped: why; 908 has not arrived; 12 rows held back; newest event ..."""
    good = counted(nights, dry_run=dry_run)
    said = [f"{each.la_code} {_in_words(each)}" for each in nights if each not in good]
    held_back = sum(each.account.held_back for each in good)
    said += [rows(held_back)] if held_back else []
    said += _newest(each.account for each in good)
    begins = f"Dry run, nothing was loaded: {len(good)} of {len(nights)} would be loaded"
    begins = begins if dry_run else f"{len(good)} of {len(nights)} loaded"
    return f"{begins}: {'; '.join(said)}" if said else begins


def rows(held_back: int) -> str:
    """12 rows held back."""
    return f"{held_back:,} row{'' if held_back == 1 else 's'} held back"


def _newest(accounts: Iterable[Account]) -> list[str]:
    """One day where all councils' are the same; else the earliest too: a feed that stands still
    must not hide behind the others."""
    days = sorted({each.newest_event for each in accounts if each.newest_event})
    if not days:
        return []
    if len(days) == 1:
        return [f"newest event {in_words(days[0])}"]
    return [f"newest events {in_words(days[0])} to {in_words(days[-1])}"]


def line(night: CouncilNight) -> str:
    """A council's line."""
    said = [_in_words(night)]
    if night.is_good and night.account.became == "loaded":
        account = night.account
        said.append(rows(account.held_back))
        said.append(f"{account.new:,} new versions, {account.closed:,} closed")
        said += _newest([account])
        said += [account.message.rstrip(".")] if account.message else []
    if night.is_good and night.failed:
        why = f": {night.why.rstrip('.')}" if night.why else ""
        said.append(f"but failed: {', '.join(night.failed)}{why}")
    return f"{named(night.la_code, night.name)}: {'; '.join(said)}"


def named(la_code: str, name: str) -> str:
    """907 Eastford."""
    return f"{la_code} {name}".rstrip()


def _in_words(night: CouncilNight) -> str:
    why = (night.why or "its log says why").rstrip(".")
    return {
        "loaded": "loaded",
        "loaded already": "was loaded already",
        "would load": "would be loaded",
        "stopped": f"stopped: {why}",
        "not arrived": "has not arrived",
        "failed": f"failed ({', '.join(night.failed)}): {why}",
        "not loaded": "was not loaded",
    }[night.outcome]


def text_of_night(nights: Sequence[CouncilNight], *, dry_run: bool) -> str:
    """The whole summary."""
    lines = [f"{headline(nights, dry_run=dry_run)}.", "", *map(line, nights)]
    unknown = {str(each.account.message) for each in nights if each.account.became == "not_known"}
    if unknown:
        lines += ["", *(f"The warehouse was not asked: {why}" for why in sorted(unknown))]
    if any(each.failed or not each.is_good for each in nights):
        lines += ["", _WHAT_TO_DO]
    return "\n".join(lines)


def text_of_figures_due(
    lacking: Sequence[tuple[str, Account]], councils: int, extract_date: date
) -> str:
    """Whose night of the day is not loaded, and why. lacking: the councils' names, and accounts."""
    lines = [
        f"No night of {in_words(extract_date)} is loaded for {len(lacking)} of {councils} "
        "councils. Their figures are those of an earlier night.",
        "",
        *(f"{named(each.la_code, name)}: {_why_due(each)}" for name, each in lacking),
        "",
        "What to do: look at the run of nightly_load of that day in Airflow. Where there is none, "
        "the DAG is paused or its scheduler did not run: start it. `csc-etl status` shows the last "
        "nights; docs/when-a-night-stops.md says what a stopped one needs.",
    ]
    return "\n".join(lines)


def _why_due(account: Account) -> str:
    message = (account.message or "").rstrip(".")
    return {
        "stopped": f"stopped: {message}",
        "undone": "was loaded and taken back",
        "nothing": "no run has loaded it, and no check stopped it: its extract did not come, or "
        "its task failed or is not done",
        "not_known": f"not known: {message}",
    }[account.became]
