"""An expression that does not parse. What there is to say about it stands in `faults`, which takes a while to import."""

from __future__ import annotations


class PromqlError(ValueError):
    """
    An expression that does not parse.

    Attributes:
        start, end: The part at fault, as offsets; the whole text where nothing better is known.
    """

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.start = start
        self.end = end
