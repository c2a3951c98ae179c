"""Entries of the catalogue whose right outcome is being made elsewhere. Each must fail as long as
it is listed here (strict), so that this list empties itself."""

AWAITING: list[str] = [
    # Times and births.
    "a time that no day has",
    "seven years before the child's birth",
    "a visit seven years before birth",
    "born in the year 1",
    "born in 1899",
    # Codes and control characters.
    "a code of a visit with its label",
    "a null byte in a name",
    # Ids.
    "an id of 0",
    "a child's id as a spreadsheet writes it",
    "a child's id that is not a number",
    "a child's id that is negative",
    "a child's id of 0",
    "a child's id of 300,000 letters",
    "a family that is not a number",
    "a worker that is none",
    "a worker with decimals",
    # Two rows of one child.
    "two births",
    # Hollow and stale.
    "answers of forms emptied",
    "meetings emptied",
    "a column of held dates emptied",
    "nothing newer than a week",
]
