"""What the sheets say in more than one place."""

from __future__ import annotations

from etl.report.record import COUNT, PER_10000, PER_WORKER, PERCENT, Report
from etl.report.sentences import footer

CONTENTS, ALL_FIGURES = "Contents", "All figures"
UNITS = {COUNT: "number", PERCENT: "per cent", PER_10000: "per 10,000 children",
         PER_WORKER: "per worker"}  # fmt: skip
# What the column of a share's or rate's value is called.
VALUE = {PERCENT: "%", PER_10000: "per 10,000", PER_WORKER: "per worker"}
BETTER = {"higher": "higher is better", "lower": "lower is better", "neither": "neither"}


def of_what(report: Report) -> str:
    """Whose, of which month and day, and for whom; in the public edition what c stands for too, as
    each sheet may be printed alone."""
    return " ".join(footer(report)[:-1])


HOW_TO_READ = (
    "Months run down. Shares and rates are formulas over the numerator and the denominator beside "
    "them, and are not rounded: they are shown to one decimal place.",
    "n/c: not comparable, as the extract’s history is not complete then. It is a text, so that no "
    "sum can use it. An empty cell: not counted, or nothing to be divided by.",
    "A share of fewer than 10 is shown as a text, such as 2 of 3, and has no percentage, no "
    "distance from its target and no place in a chart.",
    "From target: in percentage points for a measure that is itself a percentage, else in per cent "
    "of the target; below the target with a minus. Targets and comparators stand in the rows of "
    "the financial year of the report’s month.",
    "◊ after a figure: not final, as some records are awaited. † after a figure: it was published "
    "as another, which the sheet Every figure holds.",
    "The columns headed Drawn, right of a table, are what its charts show: there a month without "
    "a figure is empty, as a chart would make a zero of a text.",
)
HOW_TO_READ_PUBLIC = (
    "Months run down. Shares and rates are values: they are not rounded, and are shown to one "
    "decimal place.",
    "c: 1 to 5, or withheld to protect them. It is a text, so that no sum can use it.",
    *HOW_TO_READ[1:],
)
