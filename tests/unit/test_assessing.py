"""Item and gain statistics: against worked examples, and against an independent computation."""

import statistics
from math import isnan, nan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from ttaplatform.assessing.flags import Flag, OptionCount, flags_of
from ttaplatform.assessing.gains import paired_gain, student_t
from ttaplatform.assessing.items import alpha, histogram, item_figures, standard_error, tails

# Six people, four items of 0 and 1: a form small enough to do by hand; repeated ten times it has enough attempts.
SMALL = np.array([[1, 1, 1, 1], [1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]], float)
MANY = np.tile(SMALL, (10, 1))


def by_hand(scores, column):
    """Return facility and item-rest correlation with Python's own statistics."""
    pairs = []
    for row in scores:
        others = [value for place, value in enumerate(row) if place != column and not isnan(value)]
        if not isnan(row[column]) and others:
            pairs.append((row[column], sum(others) / len(others)))
    items, rests = zip(*pairs, strict=True)
    return sum(items) / len(items), statistics.correlation(items, rests)


def test_facility_and_discrimination_are_those_of_an_independent_computation():
    figures = item_figures(MANY)

    for column in range(4):
        facility, discrimination = by_hand(MANY, column)
        assert figures.facility[column] == pytest.approx(facility)
        assert figures.discrimination[column] == pytest.approx(discrimination)


@given(some.integers(0, 2**32 - 1))
def test_with_items_that_were_not_asked_it_still_is_the_independent_computation(seed):
    chance = np.random.default_rng(seed)
    skill = chance.normal(size=(80, 1))
    scores = (skill + chance.normal(size=(80, 6)) > 0).astype(float)
    scores[chance.random((80, 6)) < 0.3] = np.nan
    figures = item_figures(scores)

    for column in range(6):
        if figures.asked[column] >= 30:
            assert figures.discrimination[column] == pytest.approx(by_hand(scores, column)[1], nan_ok=True)


def test_the_upper_lower_index_compares_27_percent():
    # 60 attempts: the upper and lower 16 by score. Item 4 is right in the 10 best only.
    assert item_figures(MANY).upper_lower[3] == pytest.approx(10 / 16)
    lower, upper = tails(MANY.mean(axis=1))
    assert (lower.sum(), upper.sum()) == (16, 16)


def test_alpha_is_kr20_for_scores_of_0_and_1():
    k, totals = 4, MANY.sum(axis=1)
    p = MANY.mean(axis=0)
    n = len(MANY)
    kr20 = k / (k - 1) * (1 - (p * (1 - p)).sum() * n / (n - 1) / totals.var(ddof=1))

    assert alpha(MANY) == pytest.approx(kr20)
    assert isnan(alpha(SMALL)), "six attempts are too few to say"


def test_alpha_of_a_worked_example():
    # Three parallel items with covariance 0.5 and variance 1: alpha = 3 * 0.5 / (1 + 2 * 0.5) = 0.75 (Spearman-Brown of
    # a reliability of 0.5, tripled: 3 * 0.5 / (1 + 2 * 0.5)).
    chance = np.random.default_rng(1)
    shared = chance.normal(size=(200_000, 1))
    scores = shared * sqrt(0.5) + chance.normal(size=(200_000, 3)) * sqrt(0.5)

    assert alpha(scores) == pytest.approx(0.75, abs=0.005)
    assert alpha(scores, length=6) == pytest.approx(6 * 0.5 / (1 + 5 * 0.5), abs=0.005)


def test_alpha_with_pools_is_near_that_of_the_whole_form():
    chance = np.random.default_rng(2)
    whole = (chance.normal(size=(20_000, 1)) + chance.normal(size=(20_000, 8)) > 0).astype(float)
    drawn = whole.copy()
    for row in drawn:
        row[chance.permutation(8)[:4]] = np.nan

    assert alpha(drawn) == pytest.approx(alpha(whole), abs=0.03)


def test_the_standard_error_of_measurement_is_in_the_unit_of_the_scores():
    totals = MANY.mean(axis=1) * 100

    assert standard_error(totals, 0.75) == pytest.approx(np.std(totals, ddof=1) * 0.5)
    assert isnan(standard_error(totals[:29], 0.75))
    assert isnan(standard_error(totals, nan))


def test_a_perfect_score_is_in_the_last_bar():
    assert histogram(np.array([0, 9.9, 10, 99, 100])) == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]


def test_the_paired_gain_of_a_worked_example():
    # 30 pairs, differences 5, 10, 15 ten times: mean 10, SD sqrt(500 / 29), t(29) = 2.0452.
    before = np.full(30, 50.0)
    after = before + np.tile([5.0, 10.0, 15.0], 10)
    gain = paired_gain(before + np.tile([0.0, 1.0, -1.0], 10), after + np.tile([0.0, 1.0, -1.0], 10))
    half = 2.04523 * sqrt(500 / 29) / sqrt(30)

    assert gain.difference == pytest.approx(10)
    assert (gain.low, gain.high) == pytest.approx((10 - half, 10 + half), abs=1e-4)
    assert gain.normalised == pytest.approx(10 / 50)


def test_the_effect_is_the_difference_by_the_mean_spread():
    chance = np.random.default_rng(3)
    before, after = chance.normal(50, 10, 5000), chance.normal(58, 10, 5000)

    assert paired_gain(before, after).effect == pytest.approx(0.8, abs=0.05)


def test_those_who_left_are_counted_and_below_30_pairs_it_is_too_few_to_say():
    before, after = np.full(40, 50.0), np.full(40, 60.0)
    after[29:] = np.nan
    gain = paired_gain(before, after)

    assert (gain.pairs, gain.left, gain.difference) == (29, 11, 10)
    assert not gain.is_enough


@pytest.mark.parametrize(("freedom", "point"), [(29, 2.045230), (60, 2.000298), (120, 1.979930), (1000, 1.962339)])
def test_students_t_is_that_of_the_tables(freedom, point):
    assert student_t(freedom) == pytest.approx(point, abs=1e-5)


def options(**counts):
    return {key: OptionCount(key, key == "a", *given) for key, given in counts.items()}


@pytest.mark.parametrize(
    ("facility", "discrimination", "counts", "expected"),
    [
        (0.97, 0.2, {"a": (97, 27, 25), "b": (3, 0, 2)}, [Flag("easy", "97%")]),
        (0.25, 0.3, {"a": (25, 15, 5), "b": (75, 12, 22)}, [Flag("hard", "25%")]),
        (0.40, -0.2, {"a": (40, 7, 14), "b": (60, 20, 13)}, [Flag("key", "B")]),
        (0.60, 0.05, {"a": (60, 17, 16), "b": (40, 10, 11)}, [Flag("weak")]),
        (0.60, 0.35, {"a": (60, 25, 8), "b": (39, 2, 18), "c": (1, 0, 1)}, [Flag("idle", "C")]),
        (0.60, nan, {"a": (6, 2, 1), "b": (4, 0, 2)}, []),
    ],
)
def test_flags_say_what_is_worth_a_look(facility, discrimination, counts, expected):
    assert flags_of(100, facility, discrimination, options(**counts)) == expected
