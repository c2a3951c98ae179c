"""How a period of care ends, which no column of the source says.

Used where a period's dates are judged and where its end is written, so that both agree.
"""

from __future__ import annotations

import pandas as pd

from etl.contracts.care_episode import ANOTHER_EPISODE_FOLLOWS
from etl.contracts.frames import in_id_order


def ends(episodes: pd.DataFrame) -> pd.DataFrame:
    """When and why each period ended, by looked_after_id: ``ended_date``, ``end_reason_code``.

    episodes: looked_after_id, episode_id, started_date, ended_date, end_reason_code. A period has
    ended when none of its episodes is open and the last of them did not end because another
    follows (X1). The last is the one with the latest start, then end, then id.
    """
    last = _last_of_those_without_an_open_one(episodes)
    return last.loc[~_is_followed(last), ["ended_date", "end_reason_code"]]


def cut_off(episodes: pd.DataFrame) -> pd.Series:
    """The looked_after_id of each period whose last episode ended because another follows (X1),
    and none does: it goes on without an episode."""
    last = _last_of_those_without_an_open_one(episodes)
    return pd.Series(last.index[_is_followed(last)], dtype="str")


def _last_of_those_without_an_open_one(episodes: pd.DataFrame) -> pd.DataFrame:
    ordered = in_order(episodes.dropna(subset=["looked_after_id"]))
    is_open = ordered["ended_date"].isna().groupby(ordered["looked_after_id"]).any()
    last = ordered.drop_duplicates("looked_after_id", keep="last").set_index("looked_after_id")
    return last[~is_open.reindex(last.index)]


def _is_followed(last: pd.DataFrame) -> pd.Series:
    return last["end_reason_code"].eq(ANOTHER_EPISODE_FOLLOWS).fillna(False).astype(bool)


def in_order(episodes: pd.DataFrame) -> pd.DataFrame:
    """Episodes by start, end (open ones last) and id."""
    return episodes.sort_values(
        ["started_date", "ended_date", "episode_id"],
        key=lambda column: in_id_order(column) if column.name == "episode_id" else column,
        na_position="last",
        kind="stable",
    )
