"""Where the layout of generated code would depend on the reader's line length."""

from __future__ import annotations

NARROW = 88
"""Narrowest line that the code is laid out for, `ruff format`'s own default; wider ones change nothing."""


def skip(line: str) -> str:
    """
    Return the comment that keeps a statement as it is, if *line* of it is too long for some settings; else nothing.

    Only for statements that a formatter would join on wide lines and split on narrow ones whatever commas they hold.
    """
    columns = sum(1 if character < "\x80" else 2 for character in line)
    return "  # fmt: skip" if columns > NARROW else ""
