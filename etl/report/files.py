"""The files of a report: their names, how they come to be whole, and the page as a PDF."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import NamedTuple

from etl import settings
from etl.errors import ConnectionFault, WrongUsage, reason
from etl.outgoing import begun, outgoing

# Where those of an earlier edition lie while the new ones take their places.
_EARLIER = ".earlier"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
             "microsoft-edge", "microsoft-edge-stable", "msedge")  # fmt: skip
_PRINTING_SECONDS = 120


class Names(NamedTuple):
    """Of an edition's files."""

    page: str
    workbook: str
    pdf: str


def names(la_code: str, month: date, known_on: date, is_public: bool) -> Names:
    """The same edition has the same names, so that it takes its own place when written again."""
    edition = "-public" if is_public else ""
    stem = f"{la_code}-{month:%Y-%m}-known-{known_on:%Y-%m-%d}{edition}"
    return Names(f"{stem}.html", f"{stem}.xlsx", f"{stem}.pdf")


@contextmanager
def writing(folder: Path) -> Iterator[Path]:
    """A folder to write a report's files into. At the block's end they all go where they belong,
    in the places of an earlier edition's. Where the block raises, or is told to end, that edition
    stays as it was. Raises ConnectionFault where the folder cannot be written.
    """
    try:
        with outgoing(folder), begun(folder) as into:
            yield into
            _put_in_place(into, folder)
    except OSError as error:
        raise _not_written(error, folder) from None


def _put_in_place(into: Path, folder: Path) -> None:
    """All or none: a page and a workbook of two editions would contradict each other."""
    written = sorted(into.iterdir())
    earlier = into / _EARLIER
    earlier.mkdir()
    try:
        for path in written:
            path.chmod(settings.warehouse_mode())
            if (folder / path.name).exists():
                (folder / path.name).rename(earlier / path.name)
            path.rename(folder / path.name)
    except BaseException:
        _put_back(written, earlier, folder)
        raise


def _put_back(written: list[Path], earlier: Path, folder: Path) -> None:
    for path in written:
        if (earlier / path.name).exists():
            (earlier / path.name).replace(folder / path.name)
        elif not path.exists():
            (folder / path.name).unlink(missing_ok=True)


def _not_written(error: OSError, folder: Path) -> ConnectionFault:
    is_held = isinstance(error, BlockingIOError)
    why = "another report is written into it" if is_held else reason(error)
    return ConnectionFault(
        f"The report cannot be written ({why}).",
        where=str(folder),
        means="No file of it was written. Those of an earlier edition are as they were. The "
        "warehouse was only read.",
        next="Free space, mend the folder's permissions, or wait for the other report; then make "
        "this one again.",
    )


def pdf(page: Path, out: Path) -> None:
    """Print the page into a PDF, as a browser would: while the report is being written, so that
    one that is not printed is not there.

    Raises WrongUsage where no browser is found, ConnectionFault where it fails or hangs.
    """
    program = browser()
    with tempfile.TemporaryDirectory(
        prefix="csc-etl-browser-", ignore_cleanup_errors=True
    ) as profile:
        code = _run([
            program, "--headless=new", "--no-pdf-header-footer", "--no-first-run",
            "--disable-background-networking", f"--user-data-dir={profile}",
            # As root, as in a container, Chromium has no sandbox and does not start without this.
            *(["--no-sandbox"] if os.geteuid() == 0 else []),
            f"--print-to-pdf={out}", page.resolve().as_uri(),
        ], profile)  # fmt: skip
    if code or not out.exists() or out.stat().st_size == 0:
        raise _not_printed(f"It ended with status {code} and wrote no PDF.", program)


def browser() -> str:
    found = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        raise WrongUsage(
            "No Chromium is found on the path, which --pdf needs.",
            where="command line, --pdf",
            means="No report was written.",
            next="Install the package chromium (Debian) or chromium-browser (Ubuntu), or leave "
            "--pdf out: the page prints from any browser.",
        )
    return found


def _run(command: list[str], profile: str) -> int:
    """Run a browser to its end, and give its status. No process of it outlives this.

    It is given none of the environment: that may hold the secret of the pseudonyms.
    """
    try:
        browser = subprocess.Popen(  # noqa: S603 (found by its name; the arguments are ours)
            command, env={"PATH": os.defpath, "HOME": profile}, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        raise _not_printed(f"It does not start ({reason(error)}).", command[0]) from None
    with browser:
        try:
            return browser.wait(_PRINTING_SECONDS)
        except subprocess.TimeoutExpired:
            why = f"It was not done after {_PRINTING_SECONDS} seconds."
            raise _not_printed(why, command[0]) from None
        finally:
            with suppress(ProcessLookupError):
                os.killpg(browser.pid, signal.SIGKILL)


def _not_printed(why: str, browser: str) -> ConnectionFault:
    return ConnectionFault(
        f"The browser did not print the page. {why}",
        where=browser,
        means="No report was written.",
        next="Make the report again. If this stays so, leave --pdf out and print the page from "
        "any browser.",
    )
