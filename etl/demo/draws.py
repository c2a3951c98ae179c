"""Random draws, as the other modules ask for them: in bands, so that a reader sees the shares.

Bands are rows of (share, shortest, longest): `((0.9, 0, 3), (0.1, 14, 56))` reads "nine in ten take
nought to three, the rest fourteen to fifty-six".
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

Bands = tuple[tuple[float, int, int], ...]


def draw_option(rng: np.random.Generator, size: int, shares: tuple[float, ...]) -> np.ndarray:
    """The number of one option per row; shares need not add up to one."""
    upper = np.cumsum(shares) / np.sum(shares)
    return np.searchsorted(upper, rng.random(size), side="right").astype(np.int64)


def draw_days(rng: np.random.Generator, size: int, bands: Bands) -> np.ndarray:
    """Whole numbers of days (or working days), both ends of a band included."""
    shares, shortest, longest = (np.array(column) for column in zip(*bands, strict=True))
    band = draw_option(rng, size, tuple(shares))
    width = (longest - shortest + 1)[band]
    return shortest[band] + (rng.random(size) * width).astype(np.int64)


def happens(rng: np.random.Generator, size: int, chance: float | np.ndarray) -> np.ndarray:
    """True for the given share of rows."""
    return rng.random(size) < chance


def words(options: np.ndarray, labels: tuple[str | None, ...]) -> pa.Array:
    """The label of each option number, as text."""
    return pa.array(labels, pa.string()).take(pa.array(options))


def yes_or_no(flags: np.ndarray) -> pa.Array:
    """Y and N, the way the case system spells flags."""
    return words(flags.astype(np.int8), ("N", "Y"))
