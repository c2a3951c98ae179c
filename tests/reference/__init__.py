"""A plain-loop calculation of what a night must give: slow, independent of `etl`, easy to follow.

`extract` reads a night's files and says which rows are held back, `clocks` says how time is
counted, `timescales` what was owed by when, `measures` counts. The fast product and this page must
agree on every extract.
"""
