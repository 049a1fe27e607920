"""How the bounds of a histogram's buckets are spelled in the label `le`."""

from __future__ import annotations

from decimal import Decimal


def spellings(bound: float) -> tuple[str, ...]:
    """
    Return the texts that *bound* may have in `le`: Go's first, then what other clients and servers write.

    Prometheus compares texts. For 60, Go clients write `60`, Python clients and Prometheus 3 `60.0`; a million is `1e+06`
    to all of them.

    Source:
        Go `strconv.FormatFloat(f, 'g', -1, 64)`; `floatToGoString` of prometheus_client.
    """
    exact = Decimal(repr(float(bound))).normalize()
    exponent = exact.adjusted()
    if exact == 0 or -4 <= exponent < 6:
        plain = format(exact, "f")
        return (plain,) if "." in plain else (plain, f"{plain}.0")
    _, digits, _ = exact.as_tuple()
    head = "-" * (exact < 0) + str(digits[0]) + ("." + "".join(map(str, digits[1:])) if len(digits) > 1 else "")
    return (f"{head}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}",)
