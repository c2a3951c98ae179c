"""What several doors make together: one list of children, and one account of what was read."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from etl.conform.present import columns_not_known
from etl.conform.work import Conforming
from etl.contracts.hand_overs import Account, Reading
from etl.contracts.register import CONFORMED

Read = tuple[pd.DataFrame, Account]


def one_list(works: Sequence[Conforming], read: Sequence[Read]) -> Read:
    """The children of all doors. Of one after the first come those about whom there is a record
    that is taken from it; who came through a door before is the same child, and a repeat here. The
    numbers of the records go on from door to door.

    works: with all their tables read. read: by door, its children and their account.
    """
    children, account = read[0]
    for work, (others, of_others) in zip(works[1:], read[1:], strict=True):
        token = others["child_token"]
        is_wanted = token.isna() | token.isin(work.about)
        is_known = is_wanted & token.notna() & token.isin(children["child_token"].dropna())
        new = others[is_wanted & ~is_known]
        new = new.assign(record_number=new["record_number"] + account["rows"])
        children = pd.concat([children, new], ignore_index=True)
        account = {
            "source_table": f"{account['source_table']}, {of_others['source_table']}",
            "rows": account["rows"] + of_others["rows"],
            "repeats": account["repeats"] + of_others["repeats"] + int(is_known.sum()),
            "outside": account["outside"] + of_others["outside"] + int((~is_wanted).sum()),
        }
    return children, account


def counted_of(works: Sequence[Conforming], accounts: dict[str, Account]) -> Reading:
    """What was counted while reading, through all doors."""
    replaced: dict[tuple[str, str, str], int] = {}
    found: Reading = {
        "accounts": accounts, "replaced": [], "not_known": [], "not_named": [], "lacking": [],
        "left_out": [], "looked_up": {}, "codes": [], "noted": [],
    }  # fmt: skip
    there = set()
    for work in works:
        for (table, column, _part), spellings in work.replaced.items():
            for spelling, rows in spellings.items():
                name = (work.told(table), column, spelling)
                replaced[name] = replaced.get(name, 0) + rows
        not_known, not_named = columns_not_known(work)
        found["not_known"] += not_known
        found["not_named"] += not_named
        found["left_out"] += [(work.told(each[0]), *each[1:]) for each in sorted(work.left_out)]
        found["looked_up"] |= {
            work.told(name): len(numbers) for name, numbers in work.looked_up.items()
        }
        found["codes"] += [
            {**read, "source_table": work.told(read["source_table"])} for read in work.codes
        ]
        found["noted"] += work.noted
        there |= {
            name for name, part in work.mappings.tables.items()
            if work.has(part.source) and (name in work.gives or work is works[0])
        }  # fmt: skip
    found["replaced"] = [(*name, rows) for name, rows in sorted(replaced.items())]
    found["lacking"] = [table.name for table in CONFORMED if table.name not in there]
    return found
