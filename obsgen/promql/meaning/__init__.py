"""
What PromQL expressions mean: type, kind, unit, labels, label values and range of every part.

`World.of(catalog)` says what names mean, `read(tree, world)` gives the `Meanings` of all nodes of a tree. Only what is
certain is claimed: an unknown name or function makes what stands on it open.
"""

from obsgen.promql.meaning.amounts import Amount
from obsgen.promql.meaning.label_sets import NAME, Labels
from obsgen.promql.meaning.matching import compared
from obsgen.promql.meaning.model import RISING_KINDS, Kind, Meaning, SeriesFacts
from obsgen.promql.meaning.operators import verdict
from obsgen.promql.meaning.parts import COMPARISONS
from obsgen.promql.meaning.reading import Meanings, read
from obsgen.promql.meaning.world import Recorded, World

__all__ = [
    "COMPARISONS",
    "NAME",
    "RISING_KINDS",
    "Amount",
    "Kind",
    "Labels",
    "Meaning",
    "Meanings",
    "Recorded",
    "SeriesFacts",
    "World",
    "compared",
    "read",
    "verdict",
]
