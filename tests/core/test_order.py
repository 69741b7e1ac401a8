"""How unusual a tag's company is: the log-likelihood ratio, held against the textbook."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tagtui.core.order import association

counts = st.integers(0, 10_000) | st.integers(0, 3)


def log_likelihood_ratio(both: int, tag_only: int, matched_only: int, neither: int) -> float:
    """Return −2 log λ of a 2 × 2 table as Dunning (1993) defines it: by the likelihoods of two binomials.

    The share of the tag among the matches is p1, elsewhere p2; under the null hypothesis both are p.
    """

    def log_likelihood(k: int, n: int, p: float) -> float:
        return (k * math.log(p) if k else 0.0) + ((n - k) * math.log(1 - p) if n - k else 0.0)

    k1, n1, k2, n2 = both, both + matched_only, tag_only, tag_only + neither
    p = (k1 + k2) / (n1 + n2)
    return 2 * (
        log_likelihood(k1, n1, k1 / n1 if n1 else p)
        + log_likelihood(k2, n2, k2 / n2 if n2 else p)
        - log_likelihood(k1, n1, p)
        - log_likelihood(k2, n2, p)
    )


@given(counts, counts, counts, counts)
def test_the_association_is_dunnings_ratio_negative_where_the_tag_is_rarer(a: int, b: int, c: int, d: int) -> None:
    total = a + b + c + d
    assume(total)
    found = association(a, a + b, a + c, total)
    assert abs(found) == pytest.approx(log_likelihood_ratio(a, b, c, d), rel=1e-6, abs=1e-6)
    surplus = a * total - (a + b) * (a + c)
    assert found * surplus >= 0


def test_the_textbook_example_of_dunning() -> None:
    """The paper's first bigram, "the swiss": 110, 2,442, 111 and 29,114 of 31,777 bigrams give −2 log λ = 270.72."""
    assert association(110, 110 + 2_442, 110 + 111, 31_777) == pytest.approx(270.72, abs=0.01)
