"""What a night of 20,000 children costs through each door, as far as it is read: ``make bench``.

Each night is written by ``bench.<kind>`` and read in processes of their own, so that the peak of
memory is that of reading. Process time counts, since machines are shared.
"""

from __future__ import annotations

import importlib
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

CHILDREN, NIGHT = 20_000, date(2025, 10, 6)
LA_CODE = "900"
KEY = b"a key for this measurement alone"


@dataclass(frozen=True)
class Limits:
    """As many process seconds, and MiB at the most, as a night may take."""

    seconds: float
    mebibytes: float


# By kind, which is the name of the module here that writes the night: ``write_night(folder,
# children, night)`` returns where it is, of the authority LA_CODE.
DOORS = {
    "cin_census": Limits(15, 500),
    "annex_a": Limits(30, 600),
    "ssda903": Limits(15, 600),
}


def write(kind: str, folder: Path) -> None:
    """Write the night, and beside it its authority's file."""
    extract = importlib.import_module(f"bench.{kind}").write_night(folder, CHILDREN, NIGHT)
    (folder / "extract").write_text(str(extract), encoding="utf-8")
    (folder / "authority.toml").write_text(
        f'[authority]\nla_code = "{LA_CODE}"\nname = "Anyshire"\n[source]\nkind = "{kind}"\n',
        encoding="utf-8",
    )


def read(kind: str, folder: Path) -> int:
    """Land and conform it; say what that took, and return 1 where it is above a limit."""
    from etl.night.begin import begin
    from etl.night.walk import read_night

    extract = Path((folder / "extract").read_text(encoding="utf-8"))
    before = time.process_time()
    run = begin(
        extract,
        folder / "authority.toml",
        f"duckdb:///{folder / 'none.duckdb'}",
        extract_date=NIGHT,
        landing=folder / "landing",
    )
    rows = sum(account["rows"] for account in read_night(run, KEY)["accounts"].values())
    seconds = time.process_time() - before
    mebibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    limits = DOORS[kind]
    sys.stdout.write(
        f"{kind}, {CHILDREN:,} children: {rows:,} rows conformed in {seconds:.1f} process seconds "
        f"(limit {limits.seconds:g}), peak {mebibytes:.0f} MiB (limit {limits.mebibytes:g})\n"
    )
    return int(seconds > limits.seconds or mebibytes > limits.mebibytes)


def main() -> int:
    """Print the figures of every door; 1 where one is above its limit."""
    failed = 0
    for kind in DOORS:
        with tempfile.TemporaryDirectory() as folder:
            for step in ("write", "read"):
                asked = [sys.executable, "-m", "bench.doors", step, kind, folder]
                failed |= subprocess.run(asked, check=False).returncode
    return failed


if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.exit(main())
    step, kind, folder = sys.argv[1:]
    sys.exit({"write": write, "read": read}[step](kind, Path(folder)))
