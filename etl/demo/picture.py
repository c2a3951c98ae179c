"""Makes docs/monthly-report.png, the picture of the README, of the report that the demo left.

Run as ``python -m etl.demo.picture`` after ``make demo``; it needs a Chromium.
"""

from __future__ import annotations

import subprocess
import sys

from etl.demo.nights import REPORTS
from etl.report.files import browser
from etl.settings import PROJECT

PICTURE = PROJECT / "docs" / "monthly-report.png"
# As wide as the page is on a screen, and as high as its head, tiles and brief.
SIZE = (1280, 1180)


def main() -> None:
    """Take the picture of the internal edition."""
    page = min(REPORTS.glob("*.html"), key=lambda path: len(path.name), default=None)
    if page is None:
        sys.exit("There is no report of the demo yet: run `make demo` first.")
    width, height = SIZE
    subprocess.run(  # noqa: S603 - our own command, no shell
        [browser(), "--headless=new", "--no-sandbox", "--hide-scrollbars",
         f"--window-size={width},{height}", f"--screenshot={PICTURE}", page.as_uri()],
        check=True, capture_output=True,
    )  # fmt: skip


if __name__ == "__main__":
    main()
