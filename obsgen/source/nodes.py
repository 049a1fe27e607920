"""
YAML text as a tree of nodes with places.

YAML 1.2 scalars (`on`, `no`, `010`, `12:30` stay text), no merge keys, no duplicate keys, aliases within bounds.
The tree is built from PyYAML's events, not from its composer, which recurses and expands without limit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

from obsgen.diagnostics import Diagnostic, Label, Span, error
from obsgen.source.text import SourceText

MAX_DEPTH = 64
MAX_NODES = 500_000

Plain: TypeAlias = "None | bool | int | float | str | list[Plain] | dict[str, Plain]"


@dataclass(frozen=True, slots=True, eq=False)
class Scalar:
    """
    One value.

    Attributes:
        value: By the YAML 1.2 core schema.
        text: The text it was read from, unescaped and unfolded.
        span: The whole token, quotes included.
        style: `plain`, `'`, `"`, `|` or `>`.
        start, end: The token as offsets in the file's text.
        source: The file.
    """

    value: None | bool | int | float | str
    text: str
    span: Span
    style: str
    start: int
    end: int
    source: SourceText


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """A list of nodes."""

    items: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Mapping:
    """Keys and their values in the order of the file; keys are unique strings."""

    entries: dict[str, tuple[Scalar, Node]]
    span: Span

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
    """One file: its root node, or None where there is nothing to decode."""

    path: str
    root: Node | None
    diagnostics: tuple[Diagnostic, ...]


def parse(text: str, path: str) -> Document:
    """Return the tree of *text* and all that is wrong with it; never raises."""
    reader = _Reader(SourceText(path, text))
    root: Node | None = None
    if bad := _NOT_YAML.search(text):
        return Document(path=path, root=None, diagnostics=(_character_error(path, text, bad.start()),))
    try:
        root = reader.read(text)
    except yaml.MarkedYAMLError as problem:
        reader.problems.append(_syntax_error(problem, path, text))
    except _GiveUp:
        root = None
    if root is None and not reader.problems:
        reader.report("yaml/empty", "the file is empty", Span.of_file(path), help="start it with `obsgen: 1`")
    return Document(path=path, root=root, diagnostics=tuple(reader.problems))


def plain(node: Node) -> Plain:
    """Return *node* as plain Python data, each node converted once however often it is aliased."""
    done: dict[int, Plain] = {}

    def convert(node: Node) -> Plain:
        key = id(node)
        if key not in done:
            if isinstance(node, Scalar):
                done[key] = node.value
            elif isinstance(node, Sequence):
                done[key] = [convert(item) for item in node.items]
            else:
                done[key] = {name: convert(value) for name, (_, value) in node.entries.items()}
        return done[key]

    return convert(node)


_INT = re.compile(r"[-+]?[0-9]+\Z")
_OTHER_INT = re.compile(r"0o([0-7]+)\Z|0x([0-9a-fA-F]+)\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)\Z|\.(nan|NaN|NAN)\Z")
_WORDS: dict[str, None | bool] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


class _GiveUp(Exception):  # noqa: N818 - a jump out of the event loop, never seen outside
    """The document cannot be read any further; the reason is among the problems."""


@dataclass
class _Open:
    """A collection that is still being read."""

    start: yaml.Mark
    anchor: str | None
    mapping: bool
    items: list[Node] = field(default_factory=list)
    entries: dict[str, tuple[Scalar, Node]] = field(default_factory=dict)
    key: Scalar | None = None
    skip_value: bool = False
    merge: bool = False


class _Reader:
    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.path = source.path
        self.problems: list[Diagnostic] = []
        self.anchors: dict[str, Node] = {}
        self.open: list[_Open] = []
        self.sizes: dict[int, int] = {}
        self.root: Node | None = None
        self.documents = 0

    def report(self, code: str, message: str, span: Span, text: str = "", *, also: tuple[Label, ...] = (), help: str = "") -> None:
        self.problems.append(error(code, message, span, text, also=also, help=help))

    def read(self, text: str) -> Node | None:
        for event in _events(text):
            self._take(event)
        return self.root

    def span(self, start: yaml.Mark, end: yaml.Mark) -> Span:
        return Span(self.path, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.report(
                    "yaml/several-documents",
                    "a file holds one document, here a second one begins",
                    self.span(event.start_mark, event.end_mark),
                    help="move it to a file of its own",
                )
                raise _GiveUp
        elif isinstance(event, yaml.ScalarEvent):
            self._add(self._scalar(event), event.anchor)
        elif isinstance(event, yaml.AliasEvent):
            self._add(self._alias(event), None)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._start(event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._end(event)

    def _start(self, event: yaml.CollectionStartEvent) -> None:
        if len(self.open) >= MAX_DEPTH:
            self.report(
                "yaml/too-deep", f"nested more than {MAX_DEPTH} levels deep", self.span(event.start_mark, event.end_mark)
            )
            raise _GiveUp
        self._refuse_tag(event, event.tag, self.span(event.start_mark, event.end_mark))
        self.open.append(_Open(event.start_mark, event.anchor, isinstance(event, yaml.MappingStartEvent)))

    def _end(self, event: yaml.Event) -> None:
        done = self.open.pop()
        # Block collections end where the next token begins; their last child is the better end.
        span = self.span(done.start, event.end_mark)
        children = [value for _, value in done.entries.values()] if done.mapping else done.items
        if children and event.end_mark.index == event.start_mark.index:
            last = children[-1].span
            span = Span(self.path, span.line, span.column, last.end_line, last.end_column)
        node: Node = Mapping(done.entries, span) if done.mapping else Sequence(tuple(done.items), span)
        self._measure(node, children)
        self._add(node, done.anchor)

    def _measure(self, node: Node, children: list[Node]) -> None:
        size = 1 + sum(self.sizes.get(id(child), 1) for child in children)
        self.sizes[id(node)] = size
        if size > MAX_NODES:
            self.report(
                "yaml/too-large",
                f"aliases expand this to more than {MAX_NODES} values",
                node.span,
                help="write the repeated part once, where it is needed",
            )
            raise _GiveUp

    def _add(self, node: Node | None, anchor: str | None) -> None:
        if node is not None and anchor:
            self.anchors[anchor] = node
        if not self.open:
            self.root = node
            return
        parent = self.open[-1]
        if not parent.mapping:
            if node is not None:
                parent.items.append(node)
        elif parent.key is None and not parent.skip_value:
            self._key(parent, node)
        else:
            self._value(parent, node)

    def _key(self, parent: _Open, node: Node | None) -> None:
        if not isinstance(node, Scalar):
            if node is not None:
                self.report("yaml/key-not-text", "a key has to be a word", node.span, help="write a plain word before the colon")
            parent.skip_value = True
        elif node.text == "<<" and node.style == "plain":
            self.report(
                "yaml/merge-key",
                "merge keys (`<<`) are not part of the catalog",
                node.span,
                help="write the fields out; what several things share belongs in a label, a severity or a `shared: true` file",
            )
            parent.skip_value = True
        elif node.text in parent.entries:
            first = parent.entries[node.text][0]
            self.report(
                "yaml/duplicate-key",
                f"`{short(node.text)}` stands here twice",
                node.span,
                "the second one",
                also=(Label(first.span, "the first one"),),
                help="rename one of them, or put both together",
            )
            parent.skip_value = True
        else:
            # A key is the word that was typed: `on`, `1` and `null` are names like others.
            parent.key = node

    def _value(self, parent: _Open, node: Node | None) -> None:
        if parent.key is not None and node is not None:
            parent.entries[parent.key.text] = (parent.key, node)
        parent.key, parent.skip_value = None, False

    def _alias(self, event: yaml.AliasEvent) -> Node | None:
        span = self.span(event.start_mark, event.end_mark)
        if any(level.anchor == event.anchor for level in self.open):
            self.report("yaml/recursive-alias", f"`*{event.anchor}` stands inside what it stands for", span)
            raise _GiveUp
        if event.anchor not in self.anchors:
            self.report("yaml/unknown-alias", f"nothing is marked `&{event.anchor}` above this", span)
            return None
        return self.anchors[event.anchor]

    def _refuse_tag(self, event: yaml.NodeEvent, tag: str | None, span: Span) -> None:
        if tag is not None and tag not in _PLAIN_TAGS:
            self.report("yaml/tag", f"the tag `{short(tag)}` is not part of the catalog", span, help="remove it")

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        span = self.span(event.start_mark, event.end_mark)
        style = event.style or "plain"
        if style in ("|", ">"):
            span = _block_span(span, event)
        self._refuse_tag(event, event.tag, span)
        value = event.value
        resolved: None | bool | int | float | str = value
        if style == "plain" and event.tag != "tag:yaml.org,2002:str":
            resolved = self._resolve(value, span)
        return Scalar(resolved, value, span, style, event.start_mark.index, event.end_mark.index, self.source)

    def _resolve(self, text: str, span: Span) -> None | bool | int | float | str:
        if text in _WORDS:
            return _WORDS[text]
        if not text or text[0] not in "+-.0123456789":
            return text
        if _NOT_FINITE.match(text):
            self.report("yaml/not-finite", f"`{text}` is not a number that a catalog can hold", span, help="leave the field out for `no bound`")
            return text
        if _INT.match(text):
            return _whole(text)
        if match := _OTHER_INT.match(text):
            return int(match[1], 8) if match[1] else int(match[2], 16)
        if _FLOAT.match(text):
            number = float(text)
            if number in (float("inf"), float("-inf")):
                self.report("yaml/not-finite", f"`{short(text)}` is larger than any number that a computer holds", span)
                return text
            return number
        return text


_PLAIN_TAGS = frozenset({"!", *(f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq"))})


def _whole(text: str) -> int | float | str:
    # `010` is a text to YAML 1.1 readers' surprise and 10 to YAML 1.2; what was typed is kept.
    digits = text.lstrip("+-")
    if len(digits) > 1 and digits[0] == "0":
        return text
    return int(text) if len(digits) <= 18 else float(text) if len(digits) <= 300 else text


def _events(text: str) -> Iterator[yaml.Event]:
    # libyaml's parser where PyYAML was built with it; both report the same events and places.
    parser = yaml.CParser(text) if hasattr(yaml, "CParser") else yaml.Loader(text)
    try:
        while (event := parser.get_event()) is not None:
            yield event
    finally:
        parser.dispose()


def _block_span(span: Span, event: yaml.ScalarEvent) -> Span:
    # A block scalar's token ends at the start of the line behind it.
    lines = event.value.rstrip("\n").count("\n") + 1
    return Span(span.path, span.line, span.column, span.line + lines, max(span.end_column, 2)) if span.end_line > span.line else span


def short(text: str, limit: int = 60) -> str:
    """Return *text* on one line, cut to *limit* characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _syntax_error(problem: yaml.MarkedYAMLError, path: str, text: str) -> Diagnostic:
    mark = problem.problem_mark or problem.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    message = (problem.problem or problem.context or "cannot be read").strip()
    advice = ""
    lines = text.split("\n")
    if line <= len(lines) and "\t" in lines[line - 1][: max(column, 1)]:
        advice = "YAML is indented with spaces, this line has a tab"
    elif message.startswith("mapping values are not allowed"):
        advice = "a text with `: ` inside needs quotes; otherwise look at the indentation"
    elif message.startswith("did not find expected"):
        advice = "look for a missing comma, bracket or quote, or for a line that is indented differently"
    return error("yaml/syntax", message, Span(path, line, column, line, column + 1), help=advice)


_NOT_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _character_error(path: str, text: str, offset: int) -> Diagnostic:
    before = text[:offset]
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    return error(
        "yaml/character",
        f"character U+{ord(text[offset]):04X} may not stand in YAML",
        Span(path, line, column, line, column + 1),
        help="remove it, or write it as an escape in double quotes",
    )
