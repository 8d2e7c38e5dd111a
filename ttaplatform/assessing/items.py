"""Item statistics over a matrix of scores: one row an attempt, one column an item, NaN where it was not asked.

Scores are shares earned, 0 to 1; an item that was asked and not answered has 0. All functions are vectorised (numpy)
and take the same matrix. Coefficients with fewer than FEWEST attempts behind them are NaN: too few to say.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
FEWEST = 30
TAIL = 0.27  # Kelley (1939), J. Educ. Psychol. 30, 17-24: upper and lower 27 % separate best


@dataclass(frozen=True)
class ItemFigures:
    """One array a figure, one entry an item."""

    asked: NDArray[np.int64]
    facility: Array
    discrimination: Array
    upper_lower: Array


def item_figures(scores: Array) -> ItemFigures:
    """Return how often each item was asked, its facility, corrected point-biserial and upper-lower index.

    facility: mean share earned (classical test theory: p). discrimination: Pearson correlation of the item's score with
    the mean of the other items of the same attempt (item-rest: Henrysson 1963, Psychometrika 28, 211-218; the mean
    instead of the sum, for attempts may draw different items). upper_lower: facility in the upper 27 % of attempts by
    score less that in the lower 27 %.
    """
    was_asked = ~np.isnan(scores)
    mask = was_asked.astype(np.float64)
    earned = np.where(was_asked, scores, 0.0)
    totals, counts = earned.sum(axis=1), mask.sum(axis=1)
    asked = was_asked.sum(axis=0)
    facility = _divide(earned.sum(axis=0), asked)
    rest = (totals[:, None] - earned) * mask / np.maximum(counts - 1, 1)[:, None]
    mask *= (counts > 1)[:, None]
    discrimination = _correlation(earned * mask, rest * mask, mask)
    few = asked < FEWEST
    return ItemFigures(
        asked,
        facility,
        np.where(few, np.nan, discrimination),
        np.where(few, np.nan, _upper_lower(earned, was_asked, _divide(totals, counts))),
    )


def _divide(above: Array, below: NDArray[np.generic]) -> Array:
    found: Array = np.divide(above, below, out=np.full(above.shape, np.nan), where=np.asarray(below) > 0)
    return found


def _correlation(one: Array, two: Array, mask: Array) -> Array:
    """Return Pearson's r of each column pair over the rows where `mask` is 1; NaN without variance."""
    n = mask.sum(axis=0)
    sums = one.sum(axis=0), two.sum(axis=0)
    products = np.einsum("ij,ij->j", one, two) - _divide(sums[0] * sums[1], n)
    first = np.einsum("ij,ij->j", one, one) - _divide(sums[0] ** 2, n)
    second = np.einsum("ij,ij->j", two, two) - _divide(sums[1] ** 2, n)
    spread = np.sqrt(np.maximum(first, 0) * np.maximum(second, 0))
    return np.where(spread > 1e-9, np.clip(_divide(products, spread), -1, 1), np.nan)


def _upper_lower(earned: Array, was_asked: NDArray[np.bool_], means: Array) -> Array:
    lower, upper = tails(means)
    tops, bottoms = was_asked & upper[:, None], was_asked & lower[:, None]
    high = _divide(np.where(tops, earned, 0).sum(axis=0), tops.sum(axis=0))
    low = _divide(np.where(bottoms, earned, 0).sum(axis=0), bottoms.sum(axis=0))
    return np.asarray(high - low)


def tails(means: Array) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which attempts are in the lower and in the upper 27 % by their mean score; ties by order of attempts."""
    count = max(1, round(TAIL * len(means))) if len(means) else 0
    order = np.argsort(means, kind="stable")
    lower, upper = np.zeros(len(means), bool), np.zeros(len(means), bool)
    lower[order[:count]] = True
    upper[order[len(means) - count :]] = True
    return lower, upper


def alpha(scores: Array, length: float | None = None) -> float:
    """Return Cronbach's alpha of a test of `length` items (default: the columns); NaN when it is too few to say.

    k * mean covariance / (mean variance + (k - 1) * mean covariance), which for complete data is Cronbach (1951,
    Psychometrika 16, 297-334), and KR-20 for scores of 0 and 1. With pools, covariances are pairwise complete, at least
    FEWEST attempts a pair, and the result is that of a test as long as the one that is asked (Spearman-Brown).
    """
    was_asked = ~np.isnan(scores)
    mask = was_asked.astype(np.float64)
    earned = np.where(was_asked, scores, 0.0)
    pairs = mask.T @ mask
    sums = earned.T @ mask
    with np.errstate(divide="ignore", invalid="ignore"):
        covariance = (earned.T @ earned - sums * sums.T / pairs) / (pairs - 1)
    enough = pairs >= FEWEST
    others = enough & ~np.eye(len(pairs), dtype=bool)
    if not others.any():
        return float("nan")
    between = float(covariance[others].mean())
    own = float(np.diag(covariance)[np.diag(enough)].mean())
    k = float(scores.shape[1]) if length is None else length
    whole = own + (k - 1) * between
    return k * between / whole if whole > 1e-12 else float("nan")


def standard_error(totals: Array, reliability: float) -> float:
    """Return the standard error of measurement: SD * sqrt(1 - reliability) (Lord and Novick 1968, chapter 3).

    In the unit of `totals`; NaN when the reliability is, or below FEWEST attempts.
    """
    if len(totals) < FEWEST or np.isnan(reliability):
        return float("nan")
    return float(np.std(totals, ddof=1) * np.sqrt(max(0.0, 1 - reliability)))


def histogram(percents: Array) -> list[int]:
    """Return how many scores fall in each ten percent; 100 belongs to the last."""
    counts, _edges = np.histogram(np.clip(percents, 0, 100), bins=10, range=(0, 100))
    return [int(count) for count in counts]
