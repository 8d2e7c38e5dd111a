"""What a course changed: paired scores before, after and later, in percent."""

from dataclasses import dataclass
from math import isnan, nan, sqrt

import numpy as np
from numpy.typing import NDArray

from ttaplatform.assessing.items import FEWEST

Array = NDArray[np.float64]
Z95 = 1.959963984540054


@dataclass(frozen=True)
class Gain:
    """A paired difference in percentage points. Below FEWEST pairs only the means are there; the rest is NaN.

    `low`, `high`: 95 % interval of the mean difference. `effect`: Cohen's d_av. `normalised`: Hake's gain. `left`:
    people with a first score and no second (drop-out).
    """

    pairs: int
    left: int
    before: float
    after: float
    difference: float
    low: float
    high: float
    effect: float
    normalised: float

    @property
    def is_enough(self) -> bool:
        """Say whether there are pairs enough for a coefficient."""
        return not isnan(self.low)


def paired_gain(before: Array, after: Array) -> Gain:
    """Return the gain from `before` to `after` (same people in the same order; NaN where one is missing).

    Interval: mean difference +- t * SD of differences / sqrt(n). Effect: mean difference / mean of the two SD (Lakens
    2013, Front. Psychol. 4:863, eq. 10). Normalised gain: (after - before) / (100 - before) of the means (Hake 1998,
    Am. J. Phys. 66, 64-74).
    """
    both = ~np.isnan(before) & ~np.isnan(after)
    left = int((~np.isnan(before) & np.isnan(after)).sum())
    one, two = before[both], after[both]
    pairs = len(one)
    means = (float(one.mean()), float(two.mean())) if pairs else (nan, nan)
    difference = means[1] - means[0]
    if pairs < FEWEST:
        return Gain(pairs, left, *means, difference, nan, nan, nan, nan)
    half = student_t(pairs - 1) * float(np.std(two - one, ddof=1)) / sqrt(pairs)
    spread = (float(np.std(one, ddof=1)) + float(np.std(two, ddof=1))) / 2
    effect = difference / spread if spread > 1e-9 else nan
    normalised = difference / (100 - means[0]) if means[0] < 100 else nan
    return Gain(pairs, left, *means, difference, difference - half, difference + half, effect, normalised)


def student_t(freedom: int) -> float:
    """Return the 97.5 % point of Student's t, by its expansion around the normal (Abramowitz and Stegun 26.7.5).

    From 29 degrees of freedom on the error is below 0.00001.
    """
    z, v = Z95, float(freedom)
    return (
        z
        + (z**3 + z) / (4 * v)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * v**4)
    )
