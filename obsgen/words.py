"""Words for messages: the one that somebody meant, and lists of them."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable

_LONGEST = 200
_SEPARATORS = re.compile(r"[-_./: ]+")
# What one word may end in here and not there: `fails`, `failed`, `failing`.
_FORM = re.compile(r"(?<=[a-z]{3})(?:s|es|ed|ing)\Z")


def nearest(word: str, known: Iterable[str]) -> str | None:
    """
    Return the known word that *word* is a slip of, or None.

    A slip is another case or separator, a letter or a few by length, a beginning or end that is missing or too much, or the
    same words in another order. Words that are only alike are none.
    """
    return None if len(word) > _LONGEST else _nearest(word, tuple(sorted(set(known))))


@functools.lru_cache(maxsize=64)  # a metric that was renamed is asked for by every query on it
def _nearest(word: str, names: tuple[str, ...]) -> str | None:
    costs = ((cost, name) for name in names if (cost := _cost(word, name)) is not None)
    return min(costs, default=(0.0, None))[1]


def _cost(word: str, name: str) -> float | None:
    """Return how far *word* is from *name*, from 0 to 1; None if it is no slip of it."""
    mine, other = (_SEPARATORS.sub("_", text.lower()).strip("_") for text in (word, name))
    squeezed, whole = mine.replace("_", ""), other.replace("_", "")
    if squeezed == whole:
        return 0.0
    length = max(len(squeezed), len(whole))
    found = _slips(squeezed, whole, _most(mine.split("_"), other.split("_"), length))
    if found is not None:
        return found / length
    if _FORM.sub("", mine) == _FORM.sub("", other):
        return 0.3
    if _lacks_an_end(mine, other) or _lacks_an_end(other, mine):
        return 0.25 + 0.2 * abs(len(mine) - len(other)) / length
    return _moved(mine.split("_"), other.split("_"))


def _most(words: list[str], others: list[str], length: int) -> int:
    """Return how many slips two names of *length* letters may be apart."""
    if len(words) != len(others):
        return int(length > 3)
    apart = [(one, other) for one, other in zip(words, others, strict=True) if one != other]
    # One word for another is no slip, however long the name around it is.
    if all(_slips(one, other, _few(max(len(one), len(other)))) is not None for one, other in apart):
        return min(3, sum(_few(max(map(len, pair))) for pair in apart))
    return int(length > 3)


def _few(length: int) -> int:
    """Return how many slips a word of *length* letters may have."""
    return 0 if length < 3 else 1 if length < 8 else 2 if length < 12 else 3


@functools.lru_cache(maxsize=10_000)
def _letters(word: str) -> Counter[str]:
    return Counter(word)


def _slips(one: str, other: str, most: int) -> int | None:
    """Return how many letters are too many, missing, wrong or swapped with the next; None if these are more than *most*."""
    if abs(len(one) - len(other)) > most:
        return None
    lost, more = _letters(one), _letters(other)
    if max((lost - more).total(), (more - lost).total()) > most:
        return None
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        earlier, before, row = before, row, [at]
        for there, same in enumerate(other, start=1):
            least = min(before[there - 1] + (letter != same), before[there] + 1, row[-1] + 1)
            if at > 1 and there > 1 and letter == other[there - 2] and same == one[at - 2]:
                least = min(least, earlier[there - 2] + 1)
            row.append(least)
    return row[-1] if row[-1] <= most else None


def _lacks_an_end(short: str, long: str) -> bool:
    """Return whether *short* is the beginning or the end of *long*, and enough of it to be meant for all."""
    enough = len(short) >= 4 or (len(short) == 3 and len(long) <= 6)
    whole_words = f"_{short}_" in f"_{long}_"
    return enough and (long.startswith(short) or long.endswith(short)) and (whole_words or 2 * len(short) >= len(long))


def _moved(words: list[str], others: list[str]) -> float | None:
    """Return how far names apart are of which one has the words of the other in some order, and few besides; else None."""
    mine, theirs = (Counter(word.rstrip("s") for word in some) for some in (words, others))
    fewer, more = sorted((mine, theirs), key=Counter.total)
    if fewer.total() < 2 or 2 * fewer.total() < more.total():
        return None
    if not fewer <= more and not _is_part(*sorted((words, others), key=len)):
        return None
    return 0.3 + 0.2 * (more.total() - fewer.total()) / more.total()


def _is_part(words: list[str], others: list[str]) -> bool:
    """Return whether the *others* are the *words* with slips in them, and more words before or behind."""
    parts = others[: len(words)], others[len(others) - len(words) :]
    return any(
        all(
            _slips(one, other, _few(max(len(one), len(other)))) is not None
            for one, other in zip(words, part, strict=True)
        )
        for part in parts
        if len(words) < len(others)
    )


def listed(words: Iterable[str], limit: int = 12) -> str:
    """Return *words* in backquotes, the surplus counted."""
    names = [f"`{word}`" for word in words]
    rest = len(names) - limit
    return ", ".join(names) if rest <= 0 else ", ".join(names[:limit]) + f" and {rest} more"
