"""What counts the same for every timescale, in words for those who sign."""

COUNTED = (
    "The start is day 0: something due within n working days is due on the n-th working day after "
    "it. On the due day it is in time, the day after it is late.",
    "A working day is Monday to Friday and no bank holiday in England, one-off ones included. "
    "Days, weeks and months are calendar time. A month ends on the day of the same number, or on "
    "the last day of a shorter month.",
    "A due date is never moved off a weekend or bank holiday.",
    "A clock that repeats starts again from what happened, not from when it was due. Late once is "
    "late once.",
    "A meeting or authorisation dated before its own clock starts meets nothing: a date is wrong, "
    "and the page of checks counts it.",
    "An event on the last day of a plan, placement or period of care counts and nothing more is "
    "owed; what comes after is ignored. For clocks that repeat, an event on the first day stops "
    "nothing.",
    "A child whose record was merged into another is owed nothing under the old one.",
    "An authority's file may set other allowances, several over time, and may count the start as "
    "day 1. The standard in force on the day a clock starts applies to it. Before its first dated "
    "one, England's holds. The source holds no interval set for one child's plan, so none is "
    "applied.",
)
STANDING = (
    ("in time, late", "it was done, by the due day or after it"),
    ("not due yet, overdue", "it is open, and the due day is not over, or is"),
    ("ended before due", "the plan or placement ended on or before the due day, and it was not "
     "done: nothing more is owed"),
    ("not done", "the plan or placement ended after the due day, and it was not done"),
)  # fmt: skip
LEFT_OUT = (
    "Not worked out, because some date of theirs is in no table of Liquidlogic's reporting "
    "database that we know."
)
SIGNED = (
    "Who signs a sheet signs the rule that its digits stand for: where the clock starts, stops and "
    "ends, the time it gives, and since when. Wording and bank holidays are no part of them. Put "
    "the digits into the authority's file, and each night on which the rule is another than the "
    "one signed says so in its log and in the audit."
)
