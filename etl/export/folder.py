"""The folder of an export, in which nothing else lies: written apart, then put in place."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from etl import settings
from etl.errors import ConnectionFault, WrongUsage, reason
from etl.outgoing import WRITING, begun, outgoing

# Says what an export is of. It is put in place last, so that where it is, the others are.
ABOUT = "export.json"


@contextmanager
def replacing(folder: Path, names: Collection[str]) -> Iterator[Path]:
    """A folder to write into. What is in it at the block's end takes the place of an earlier
    export; where the block raises, that stays. names: of the files that exports may hold.

    Raises WrongUsage where the folder holds something else, ConnectionFault where it cannot be
    written.
    """
    try:
        with outgoing(folder):
            _check_is_ours(folder, names)
            with begun(folder) as writing:
                yield writing
                _put_in_place(folder)
    except OSError as error:
        raise _not_written(error, folder) from None


def _check_is_ours(folder: Path, names: Collection[str]) -> None:
    """Whatever is there is an export's, by its name or by what the export there says."""
    ours = {ABOUT, WRITING, *names, *_named_in(folder / ABOUT)}
    others = sorted(path.name for path in folder.iterdir() if path.name not in ours)
    if others:
        raise WrongUsage(
            f"The folder holds what no export wrote: {', '.join(others[:3])}"
            f"{' and more' if len(others) > 3 else ''}.",
            where=str(folder),
            means="Nothing was written: an export replaces all that is in its folder.",
            next="Name a folder of its own for the export, or one that is not there yet.",
        )


def _named_in(about: Path) -> list[str]:
    """The files of the export that is there: an earlier release may have had other views."""
    try:
        found = json.loads(about.read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [name for name in found if isinstance(name, str)]


def _put_in_place(folder: Path) -> None:
    """File by file. Between the first and the last of them there is no file that says whole."""
    written = sorted((folder / WRITING).iterdir(), key=lambda path: (path.name == ABOUT, path.name))
    (folder / ABOUT).unlink(missing_ok=True)
    named = {path.name for path in written}
    for path in folder.iterdir():
        if path.name not in named and path.name != WRITING:
            path.unlink()
    for path in written:
        path.chmod(settings.warehouse_mode())
        path.replace(folder / path.name)


def _not_written(error: OSError, folder: Path) -> ConnectionFault:
    is_held = isinstance(error, BlockingIOError)
    why = "another export writes it" if is_held else reason(error)
    return ConnectionFault(
        f"The export cannot be written ({why}).",
        where=str(folder),
        means=f"No new export is whole. Where {ABOUT} lies in the folder, the export before is as "
        "it was. The warehouse was only read.",
        next="Free space, mend the folder's permissions, close its files, or wait for the other "
        "export; then export again.",
    )
