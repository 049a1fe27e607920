"""What a step pays for being a primitive, measured as `scripts/bench_runtime.py` does, with few rounds."""

import sys

import pytest

from tests import tools

#: The bar of 1.05 is held by the benchmark on a quiet machine; here others run at the same time.
AT_MOST = 1.10
ATTEMPTS = 4
ROUNDS = 8


@pytest.fixture
def bench(monkeypatch):
    """Return the parts of the benchmark."""
    monkeypatch.syspath_prepend(str(tools.CHECKOUT / "scripts"))
    from bench_parts import measuring, primitives

    yield measuring, primitives
    for name in [name for name in sys.modules if name.partition(".")[0] == "bench_parts"]:
        del sys.modules[name]


def test_ten_milliseconds_cost_little_more(bench):
    """
    As a primitive with span and metrics a step of 10 ms takes little more than alone, and than below a bare span.

    It takes about half a percent more. The time is the processor's, and a busy machine has some attempts.
    """
    measuring, primitives = bench
    section = primitives.SECTIONS["primitives, 10 ms"]
    bars = [
        measuring.Bar(what=against, contender="as a primitive", against=against, at_most=AT_MOST)
        for against in ("the work alone", "below a bare span")
    ]
    assert next(bar.at_most for bar in section.bars) == 1.05
    best = {bar.against: float("inf") for bar in bars}
    for _ in range(ATTEMPTS):
        rounds = measuring.measure(section, ROUNDS)
        best = {bar.against: min(best[bar.against], bar.ratio(rounds)) for bar in bars}
        if max(best.values()) <= AT_MOST:
            break
    assert max(best.values()) <= AT_MOST, best
