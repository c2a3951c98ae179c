"""A seeded return of looked after children of any number, for ``make bench``."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

MOST_EPISODES, MOST_REVIEWS = 5, 10
SEXES, ETHNICITIES = ("1", "2", "M", "F", "U"), ("WBRI", "MOTH", "APKN", "BAFR", "REFU")
STATUSES, PLACES = ("C1", "C2", "E1", "V2", "V4"), ("U1", "U4", "U6", "K2", "P1", "T0")
GOES_ON = ("L", "P", "B", "T", "U")


def write_night(folder: Path, children: int, night: date) -> Path:
    """The night's folder: each child with one to five episodes, one after another, and up to ten
    reviews."""
    rng = np.random.default_rng(903)
    extract = folder / str(night)
    extract.mkdir(parents=True)
    numbers = pd.Series(np.arange(children) + 3_000_000).astype("str")
    header = pd.DataFrame({
        "CHILD": numbers, "SEX": rng.choice(SEXES, children),
        "DOB": _written(night, rng.integers(2_000, 6_000, children)),
        "ETHNIC": rng.choice(ETHNICITIES, children), "UPN": "", "MOTHER": "", "MC_DOB": "",
    })  # fmt: skip
    header.to_csv(extract / "header.csv", index=False)
    _episodes(rng, numbers, night).to_csv(extract / "episodes.csv", index=False)
    of = np.repeat(np.arange(children), rng.integers(0, MOST_REVIEWS + 1, children))
    reviews = pd.DataFrame({
        "CHILD": numbers.to_numpy()[of], "DOB": header["DOB"].to_numpy()[of],
        "REVIEW": _written(night, rng.integers(1, 1_500, len(of))), "REVIEW_CODE": "PN1",
    })  # fmt: skip
    reviews.to_csv(extract / "reviews.csv", index=False)
    return extract


def _episodes(rng: np.random.Generator, numbers: pd.Series, night: date) -> pd.DataFrame:
    """Each begins on the day on which the child's last one ended; half of the children are still
    looked after."""
    many = rng.integers(1, MOST_EPISODES + 1, len(numbers))
    of = np.repeat(np.arange(len(numbers)), many)
    at = np.arange(len(of)) - np.repeat(np.cumsum(many) - many, many)  # 0, 1, ... of each child
    length = 1_500 // MOST_EPISODES
    began = 1_500 - length * at - rng.integers(0, 100, len(numbers))[of]
    is_first, is_last = at == 0, at == np.repeat(many, many) - 1
    is_open = is_last & (rng.random(len(numbers)) < 1 / 2)[of]
    ended = _written(night, np.maximum(began - length, 0)).to_numpy()
    return pd.DataFrame({
        "CHILD": numbers.to_numpy()[of], "DECOM": _written(night, began),
        "RNE": np.where(is_first, "S", rng.choice(GOES_ON, len(of))),
        "LS": rng.choice(STATUSES, len(of)), "CIN": "N1", "PLACE": rng.choice(PLACES, len(of)),
        "PLACE_PROVIDER": "PR1", "DEC": np.where(is_open, "", ended),
        "REC": np.where(is_open, "", np.where(is_last, "E4A", "X1")),
        "REASON_PLACE_CHANGE": "", "HOME_POST": "", "PL_POST": "", "URN": "",
    })  # fmt: skip


def _written(night: date, days_before: np.ndarray) -> pd.Series:
    """Days so many before the night, as the return writes them."""
    days = pd.Timestamp(night) - pd.to_timedelta(days_before, unit="D")
    return pd.Series(days.strftime("%d/%m/%Y"))
