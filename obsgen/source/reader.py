"""
YAML text as a tree of nodes with places.

YAML 1.2 scalars (`on`, `no`, `010`, `12:30` stay text), no merge keys, no duplicate keys, aliases within bounds.
The tree is built from PyYAML's events, not from its composer, which recurses and expands without limit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import yaml

from obsgen.diagnostics import Diagnostic, Label, Span, error
from obsgen.source.faults import forbidden_character, syntax_error
from obsgen.source.nodes import Document, Documents, Mapping, Node, Scalar, Sequence, short, visible_end
from obsgen.source.scalars import NotFiniteError, ScalarValue, resolve
from obsgen.source.text import SourceText

MAX_DEPTH = 64
MAX_NODES = 500_000

_STR_TAGS = frozenset({"!", "tag:yaml.org,2002:str"})
_PLAIN_TAGS = _STR_TAGS | {f"tag:yaml.org,2002:{name}" for name in ("int", "float", "bool", "null", "map", "seq")}
_BLOCK_STYLES = frozenset({"|", ">"})
_SURROGATE = re.compile("[\ud800-\udfff]")
# What may stand before a value and is no part of it.
_PROPERTIES = re.compile(r"(?:[!&][^\s,\[\]{}]*\s+)*")


def read(source: SourceText) -> Document:
    """Return the tree of a file and all that is wrong with it; never raises."""
    if bad := forbidden_character(source):
        return Document(path=source.path, root=None, diagnostics=(bad,))
    reader = _Reader(source)
    root: Node | None = None
    try:
        root = reader.read()
    except yaml.MarkedYAMLError as problem:
        reader.problems.append(syntax_error(problem, source))
    except _GiveUp:
        pass  # the reason is among the problems
    if root is None and not reader.problems:
        reader.report("yaml/empty", "the file is empty", Span.of_file(source.path), help="start it with `obsgen: 1`")
    return Document(path=source.path, root=root, diagnostics=tuple(reader.problems))


def read_all(source: SourceText) -> Documents:
    """
    Return the tree of every document of a file that another tool reads, and all that is wrong with it; never raises.

    Tags mean nothing here, merge keys are resolved, and documents without content are left out. What stands before a
    fault that ends the reading is returned, too.
    """
    if bad := forbidden_character(source, where="the file"):
        return Documents(roots=(), diagnostics=(bad,))
    reader = _Reader(source, foreign=True)
    try:
        reader.read()
    except yaml.MarkedYAMLError as problem:
        reader.problems.append(syntax_error(problem, source))
    except _GiveUp:
        pass  # the reason is among the problems
    return Documents(roots=tuple(reader.roots), diagnostics=tuple(reader.problems))


class _GiveUp(Exception):  # noqa: N818 - a jump out of the event loop, never seen outside
    """The document cannot be read any further; the reason is among the problems."""


class _Open:
    """A collection that is still being read; a mapping takes keys and values in turn."""

    __slots__ = (
        "anchor", "complete", "depth", "end", "entries", "expects_key", "items", "key", "mapping", "merged", "merges",
        "size", "start",
    )  # fmt: skip

    def __init__(self, start: int, anchor: str | None, *, mapping: bool) -> None:
        self.start = self.end = start
        self.anchor = anchor
        self.mapping = self.expects_key = mapping
        self.items: list[Node] = []
        self.entries: dict[str, tuple[Scalar, Node]] = {}
        # None behind a key that was refused, whose value is left out, too.
        self.key: Scalar | None = None
        self.complete = True
        self.merges = False
        self.merged: tuple[Node | None, ...] = ()
        # Aliases expanded: how many values, how many levels below.
        self.size = 1
        self.depth = 0


class _Reader:
    """Takes the events of one file and collects its tree and its problems."""

    def __init__(self, source: SourceText, *, foreign: bool = False) -> None:
        self.source = source
        self.foreign = foreign
        self.problems: list[Diagnostic] = []
        # None while the marked collection is still open: an alias to it would never end.
        self.anchors: dict[str, Node | None] = {}
        self.open: list[_Open] = []
        # Collections with their aliases expanded: how many values, how many levels.
        self.sizes: dict[Node, tuple[int, int]] = {}
        self.root: Node | None = None
        self.documents = 0
        self.roots: list[Node] = []

    def report(
        self, code: str, message: str, span: Span, text: str = "", *, also: tuple[Label, ...] = (), help: str = ""
    ) -> None:
        self.problems.append(error(code, message, span, text, also=also, help=help))

    def read(self) -> Node | None:
        takers: dict[type[yaml.Event], Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._start,
            yaml.SequenceStartEvent: self._start,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._start_document,
            yaml.DocumentEndEvent: self._end_document,
        }
        for event in _events(self.source.text):
            if take := takers.get(type(event)):
                take(event)
        return self.root

    def _span(self, event: yaml.Event) -> Span:
        return self.source.span(*_offsets(event))

    def _start_document(self, event: yaml.DocumentStartEvent) -> None:
        self.documents += 1
        if self.documents > 1 and not self.foreign:
            self.report(
                "yaml/several-documents",
                "a file holds one document, here a second one begins",
                self._span(event),
                help="move it to a file of its own",
            )
            raise _GiveUp
        # An alias leads to an anchor of its own document.
        self.anchors, self.root = {}, None

    def _end_document(self, _: yaml.DocumentEndEvent) -> None:
        if self.root is not None:
            self.roots.append(self.root)

    def _start(self, event: yaml.CollectionStartEvent) -> None:
        if len(self.open) >= MAX_DEPTH:
            self._too_deep(self._span(event))
        start = self._behind_properties(event)
        self.open.append(_Open(start, event.anchor, mapping=isinstance(event, yaml.MappingStartEvent)))
        if event.anchor:
            self.anchors[event.anchor] = None

    def _end(self, event: yaml.Event) -> None:
        done = self.open.pop()
        if done.merged:
            self._merge(done)
        bracket, behind = _offsets(event)
        # A flow collection ends with its bracket; a block has none and ends with its last child.
        end = behind if behind > bracket else done.end
        node: Node = (
            Mapping(done.entries, done.start, end, self.source, done.complete)
            if done.mapping
            else Sequence(tuple(done.items), done.start, end, self.source, done.complete)
        )
        size = (done.size, done.depth + 1)
        self._measure(node, *size)
        self.sizes[node] = size
        self._add(node, done.anchor, end, *size)

    def _merge(self, done: _Open) -> None:
        """Take over from merged mappings what is not written out; an earlier one counts more."""
        for one in done.merged:
            if isinstance(one, Mapping):
                done.entries = {**one.entries, **done.entries}
        sizes = [self.sizes.get(value, (1, 0)) for _, value in done.entries.values()]
        done.size = 1 + sum(size for size, _ in sizes)
        done.depth = max((depth for _, depth in sizes), default=0)

    def _too_deep(self, span: Span) -> NoReturn:
        advice = "look for brackets that are never closed"
        advice = advice if self.foreign else f"a catalog needs a dozen; {advice}"
        self.report("yaml/too-deep", f"nested more than {MAX_DEPTH} levels deep", span, help=advice)
        raise _GiveUp

    def _measure(self, node: Node, size: int, depth: int) -> None:
        """Give up where aliases make a small file large."""
        if depth > MAX_DEPTH:
            self._too_deep(node.span)
        if size > MAX_NODES:
            self.report(
                "yaml/too-large",
                f"this holds more than {MAX_NODES} values, each alias counted as what it stands for",
                node.span,
                help="write a part that is repeated once, where it is needed",
            )
            raise _GiveUp

    def _add(self, node: Node | None, anchor: str | None, end: int, size: int = 1, depth: int = 0) -> None:
        """
        Put *node*, None where it was refused, into the innermost open collection.

        Its *size* are the values in it, its *depth* the levels, aliases expanded.
        """
        if node is not None and anchor and (isinstance(node, Scalar) or self.anchors[anchor] is None):
            self.anchors[anchor] = node
        if not self.open:
            self.root = node
            return
        parent = self.open[-1]
        parent.end = max(parent.end, end)
        if node is None:
            parent.complete = False
        if parent.expects_key:
            parent.expects_key = False
            self._key(parent, node)
            return
        if node is not None and (parent.key is not None or not parent.mapping):
            parent.size += size
            parent.depth = max(parent.depth, depth)
        if not parent.mapping:
            if node is not None:
                parent.items.append(node)
            return
        if parent.key is not None and node is not None:
            parent.entries[parent.key.text] = (parent.key, node)
        elif parent.merges:
            parent.merged += node.items if isinstance(node, Sequence) else (node,)
        parent.key, parent.expects_key, parent.merges = None, True, False

    def _refuse_key(self, node: Node) -> None:
        span = node.span
        if self.source.text[max(node.start - 1, 0) : node.start + 1] == "{{":
            before = self.source.span(node.start - 1, node.start + 1)
            advice = 'put the whole text in double quotes: "{{ $labels.NAME }} ..."'
            self.report("yaml/key-not-text", "a text that begins with `{{` needs quotes", before, help=advice)
            # What follows is no YAML, and saying so would hide the reason.
            raise _GiveUp
        self.report("yaml/key-not-text", "a key has to be a word", span, help="write a plain word before the colon")

    def _key(self, parent: _Open, node: Node | None) -> None:
        if not isinstance(node, Scalar):
            parent.complete = False
            if node is not None:
                self._refuse_key(node)
        elif node.text == "<<" and node.style == "plain" and self.foreign:
            parent.merges = True
        elif node.text == "<<" and node.style == "plain":
            parent.complete = False
            self.report(
                "yaml/merge-key",
                "merge keys (`<<`) are not part of the catalog",
                node.span,
                help="write the fields out; what several things share belongs in a label, a severity or a `shared: true` file",
            )
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
        else:
            parent.key = node

    def _alias(self, event: yaml.AliasEvent) -> None:
        node = self._meant_by(event)
        size = self.sizes.get(node, (1, 0)) if node is not None else (1, 0)
        self._add(node, None, _offsets(event)[1], *size)

    def _meant_by(self, event: yaml.AliasEvent) -> Node | None:
        if event.anchor not in self.anchors:
            self.report(
                "yaml/unknown-alias",
                f"nothing is marked `&{event.anchor}` above this",
                self._span(event),
                help="write the value out, or put quotes around a text that begins with `*`",
            )
            return None
        node = self.anchors[event.anchor]
        if node is None:
            self.report(
                "yaml/recursive-alias",
                f"`*{event.anchor}` stands inside what it stands for",
                self._span(event),
                help="write out what is meant" if self.foreign else "a catalog has an end; write out what is meant",
            )
            raise _GiveUp
        return node

    def _refuse_tag(self, tag: str | None, event: yaml.Event) -> None:
        if tag is not None and tag not in _PLAIN_TAGS and not self.foreign:
            self.report(
                "yaml/tag", f"the tag `{short(tag)}` is not part of the catalog", self._span(event), help="remove it"
            )

    def _behind_properties(self, event: Any) -> int:
        """Return where a value begins, its anchor and tag left out."""
        start: int = event.start_mark.index
        if event.tag is None and event.anchor is None:
            return start
        self._refuse_tag(event.tag, event)
        found = _PROPERTIES.match(self.source.text, start, event.end_mark.index)
        return found.end() if found else start

    def _scalar(self, event: Any) -> None:
        text: str = event.value
        style: str = event.style or "plain"
        scalar = Scalar(text, text, style, self._behind_properties(event), event.end_mark.index, self.source)
        # A key is the word that was typed: `on`, `1` and `null` are names like others.
        if style == "plain" and event.tag not in _STR_TAGS and not (self.open and self.open[-1].expects_key):
            scalar.value = self._resolved(text, scalar)
        self._add(scalar, event.anchor, visible_end(scalar) if style in _BLOCK_STYLES else scalar.end)

    def _resolved(self, text: str, scalar: Scalar) -> ScalarValue:
        try:
            return resolve(text)
        except NotFiniteError as reason:
            if self.foreign:
                return text
            self.report(
                "yaml/not-finite",
                f"`{short(text)}` {reason}",
                scalar.span,
                help="leave the key out where there is no bound",
            )
            return 0  # a number, so that it is not refused a second time for its type


def _events(text: str) -> Iterator[yaml.Event]:
    # libyaml's parser where PyYAML was built with it, six times as fast; both report the same events and places.
    if hasattr(yaml, "CSafeLoader"):
        return iter(yaml.CSafeLoader(text).get_event, None)
    return _pure_events(text)


def _pure_events(text: str) -> Iterator[yaml.Event]:
    parser: Any = yaml.SafeLoader(text)
    try:
        while (event := _next_event(parser)) is not None:
            yield event
    finally:
        parser.dispose()


def _next_event(parser: Any) -> yaml.Event | None:
    try:
        event: yaml.Event | None = parser.get_event()
    except (ValueError, OverflowError):
        # The scanner hands an escape such as `\UFFFFFFFF` to `chr` unchecked.
        raise yaml.MarkedYAMLError(problem="found an escape of no character", problem_mark=parser.get_mark()) from None
    if isinstance(event, yaml.ScalarEvent) and _SURROGATE.search(event.value):
        # libyaml refuses half a character itself.
        raise yaml.MarkedYAMLError(problem="found an escape of no character", problem_mark=parser.get_mark())
    return event


def _offsets(event: Any) -> tuple[int, int]:
    return event.start_mark.index, event.end_mark.index
