"""Text as a terminal shows it: nothing that moves the cursor or changes colours, and how wide it is."""

from __future__ import annotations

import unicodedata


def visible(text: str) -> str:
    """Return *text* with one visible character for each of its own; a tab is one blank wide."""
    if text.isprintable():
        return text
    return "".join(" " if char == "\t" else char if char.isprintable() else "\ufffd" for char in text)


def columns(text: str) -> int:
    """Return how many columns of a terminal *text* takes."""
    return len(text) if text.isascii() else sum(map(_width, text))


def _width(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
