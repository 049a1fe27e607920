"""Changes to PromQL as text, word by word; an expression is never printed from its tree."""

from __future__ import annotations

import re
from fractions import Fraction

from obsgen.promql.tokens import tokens
from obsgen.spec.values import Duration

_LENGTH = re.compile(r"(?:[0-9]+(?:ms|[smhdwy]))+\Z")


def rescaled(text: str, factor: Fraction) -> str:
    """Return *text* with every duration literal times *factor*."""
    out, position = [], 0
    for token in tokens(text):
        if token.kind == "number" and _LENGTH.match(token.text):
            out += [text[position : token.start], str(Duration.parse(token.text).scaled(factor))]
            position = token.end
    return "".join([*out, text[position:]])
