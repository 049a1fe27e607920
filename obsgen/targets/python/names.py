"""Names of the catalog as names of Python, where every one of them works and no two meet."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

# Spelt out, because `keyword.kwlist` grows with the interpreter and the same catalog has to give the same bytes.
# fmt: off
KEYWORDS = frozenset({
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif",
    "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or",
    "pass", "raise", "return", "try", "while", "with", "yield",
})
# fmt: on

#: What a generated method reads from outside; an argument of that name would hide it.
READ_IN_METHODS = frozenset({"Exception", "INFINITY", "ValueError"})

#: What the generated module itself says at its top level, needed or not, so that no import moves another name.
READ_IN_MODULE = READ_IN_METHODS | {
    "CollectorRegistry",
    "Counter",
    "DESCRIPTORS",
    "Final",
    "Gauge",
    "Histogram",
    "Info",
    "LabelDescriptor",
    "Literal",
    "Mapping",
    "MappingProxyType",
    "MetricDescriptor",
    "ModelPrice",
    "PRICES",
    "PriceTable",
    "TypeAlias",
    "ValueOf",
}


class Names:
    """The names of one module, given out once each."""

    def __init__(self) -> None:
        self._taken = {*KEYWORDS, *READ_IN_MODULE}

    def take(self, plain: str, second: str) -> str:
        """Return *plain* if it is free, else *second*, else *second* with the first free number from 2 on."""
        spelling, count = plain, 1
        while spelling in self._taken:
            spelling = second if count == 1 else f"{second}{count}"
            count += 1
        self._taken.add(spelling)
        return spelling


def camel(name: str, word: str) -> str:
    """Return *name* in CamelCase; *word* stands in front where there is no letter to begin with."""
    parts = [part for part in re.split("[-_]", name) if part]
    joined = "".join(part[0].upper() + part[1:] for part in parts)
    return joined if joined[:1].isalpha() else word + joined


def constant(label: str, datum: str) -> str:
    """Return the name of the constant that holds *datum* of *label*: `PERSONA_TOKEN_BUDGET`."""
    joined = f"{label}_{datum}".upper().strip("_")
    return joined if joined[:1].isalpha() else f"DATA_{joined}".rstrip("_")


def identifiers(names: Iterable[str], *, word: str, avoid: Collection[str] = ()) -> dict[str, str]:
    """
    Return an identifier for each of *names* that stands in a class: the name itself wherever Python takes it.

    Keywords and what is in *avoid* get an underscore behind them. Names with two underscores in front get *word* there,
    since Python reads those as private or as its own.
    """
    listed = tuple(names)
    found = {name: name for name in listed if not _needs_change(name, avoid)}
    taken = set(found)
    for name in listed:
        if name in found:
            continue
        spelling = f"{word}{name}" if name.startswith("__") else f"{name}_"
        found[name] = free(spelling, taken)
        taken.add(found[name])
    return {name: found[name] for name in listed}


def _needs_change(name: str, avoid: Collection[str]) -> bool:
    return name in KEYWORDS or name in avoid or name.startswith("__")


def free(name: str, taken: Collection[str]) -> str:
    """Return *name* with as few underscores behind it as it takes to be none of *taken*."""
    while name in taken:
        name += "_"
    return name


def module(service: str) -> str:
    """Return the name of the package that holds the collectors of *service*."""
    return f"{service.replace('-', '_')}_metrics"
