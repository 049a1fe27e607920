"""The tree that YAML text is read into: nodes that know where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from obsgen.diagnostics import Diagnostic, Span
from obsgen.source.scalars import ScalarValue
from obsgen.source.text import SourceText

Plain: TypeAlias = "ScalarValue | list[Plain] | dict[str, Plain]"


# A catalog of some size has tens of thousands of nodes, and few are ever pointed at: so a node keeps offsets and makes its
# span when somebody asks, and it is not `frozen`, which doubles the time to make one. Nothing writes to a node all the same.


@dataclass(slots=True, eq=False)
class Scalar:
    """
    One value.

    Attributes:
        value: By the YAML 1.2 core schema.
        text: The text it was read from, unescaped and unfolded.
        style: `plain`, `'`, `"`, `|` or `>`.
        start, end: The token as offsets in the file's text.
        source: The file.
        part: The place, where it is only a part of what stands between *start* and *end*.
    """

    value: ScalarValue
    text: str
    style: str
    start: int
    end: int
    source: SourceText
    part: Span | None = None

    @property
    def span(self) -> Span:
        """The whole token, quotes included."""
        return self.part or self.source.span(self.start, visible_end(self))


def visible_end(scalar: Scalar) -> int:
    """Return where people see *scalar* end: a block's token goes on to the start of the line behind it."""
    if scalar.style not in ("|", ">"):
        return scalar.end
    return scalar.start + len(scalar.source.text[scalar.start : scalar.end].rstrip())


@dataclass(slots=True, eq=False)
class Sequence:
    """
    A list of nodes.

    Attributes:
        items: The entries.
        start, end: From the first entry or bracket to the last, as offsets in the file's text.
        source: The file.
        complete: False if an entry was left out because it could not be read; that has been reported.
    """

    items: tuple[Node, ...]
    start: int
    end: int
    source: SourceText
    complete: bool = True

    @property
    def span(self) -> Span:
        """From the first entry or bracket to the last."""
        return self.source.span(self.start, self.end)


@dataclass(slots=True, eq=False)
class Mapping:
    """
    Keys and their values.

    Attributes:
        entries: Key -> the key's node and the value's, in the order of the file.
        start, end: From the first key or brace to the last value or brace, as offsets in the file's text.
        source: The file.
        complete: False if an entry was left out because it could not be read; that has been reported.
    """

    entries: dict[str, tuple[Scalar, Node]]
    start: int
    end: int
    source: SourceText
    complete: bool = True

    @property
    def span(self) -> Span:
        """From the first key or brace to the last value or brace."""
        return self.source.span(self.start, self.end)

    def get(self, key: str) -> Node | None:
        """Return the value under *key*, or None."""
        entry = self.entries.get(key)
        return entry[1] if entry else None

    def key_span(self, key: str) -> Span:
        """Return the place of *key* itself, or of the mapping if it has no such key."""
        entry = self.entries.get(key)
        return entry[0].span if entry else self.span


Node: TypeAlias = Scalar | Sequence | Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One file: its root node, or None where there is nothing to decode, and all that is wrong with its YAML."""

    path: str
    root: Node | None
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """A file of another tool: the root node of each document that has content, and all that is wrong with its YAML."""

    roots: tuple[Node, ...]
    diagnostics: tuple[Diagnostic, ...]


def parse_all(text: str, path: str) -> Documents:
    """Return the trees of all documents of *text*, which another tool reads, and what is wrong with it; never raises."""
    from obsgen.source.reader import read_all  # noqa: PLC0415

    return read_all(SourceText(path, text))


def parse(text: str, path: str) -> Document:
    """Return the tree of *text* and all that is wrong with it; never raises."""
    # PyYAML takes time to import, and most modules only want the nodes.
    from obsgen.source.reader import read  # noqa: PLC0415

    return read(SourceText(path, text))


def plain(node: Node) -> Plain:
    """Return *node* as plain Python data, each collection converted once however often it is aliased."""
    done: dict[Node, Plain] = {}

    def convert(node: Node) -> Plain:
        if isinstance(node, Scalar):
            return node.value
        if node not in done:
            if isinstance(node, Sequence):
                done[node] = [convert(item) for item in node.items]
            else:
                done[node] = {name: convert(value) for name, (_, value) in node.entries.items()}
        return done[node]

    return convert(node)


def short(text: str, limit: int = 60) -> str:
    """Return *text* on one line, cut to *limit* characters."""
    # Cut first: splitting all of a huge scalar for a message that shows its first words would be waste.
    line = " ".join(text[: limit * 20].split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
