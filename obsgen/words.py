"""Words for messages: the nearest known one, and lists of them."""

from __future__ import annotations

import functools
from collections.abc import Iterable

_LONGEST = 200


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that *word* is most likely a misspelling of, or None."""
    return None if len(word) > _LONGEST else _nearest(word, tuple(sorted(set(known))))


@functools.lru_cache(maxsize=64)  # a metric that was renamed is asked for by every query on it
def _nearest(word: str, names: tuple[str, ...]) -> str | None:
    import difflib  # noqa: PLC0415 - most runs have nothing to suggest

    folded = {name.lower().replace("-", "_"): name for name in reversed(names)}
    if (same := folded.get(word.lower().replace("-", "_"))) is not None:
        return same
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    return close[0] if close else None


def listed(words: Iterable[str], limit: int = 12) -> str:
    """Return *words* in backquotes, the surplus counted."""
    names = [f"`{word}`" for word in words]
    rest = len(names) - limit
    return ", ".join(names) if rest <= 0 else ", ".join(names[:limit]) + f" and {rest} more"
