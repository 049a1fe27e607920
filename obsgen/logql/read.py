"""
The labels that a LogQL query names: in its stream selectors, and behind them as long as no parser has added others.

Loki's grammar is much larger. What is unknown here is stepped over, so that nothing is said about it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from obsgen.promql.tokens import Token, tokens, unquoted
from obsgen.promql.tree import Matcher, Word

# Stages that take labels out of the line, or make them.
_PARSERS = frozenset({"json", "logfmt", "pattern", "regexp", "unpack", "xml", "label_format"})
# Stages that name no label that has to be there.
_OTHERS = frozenset({"line_format", "decolorize", "drop", "keep"})
_CONVERSIONS = frozenset({"bytes", "duration", "duration_seconds"})
_MATCHES = ("=", "!=", "=~", "!~")
_COMPARES = frozenset({*_MATCHES, "==", ">", ">=", "<", "<="})
_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Selector:
    """
    A stream selector.

    Attributes:
        matchers: In their order.
        braces: The text from brace to brace.
    """

    matchers: tuple[Matcher, ...]
    braces: Word


@dataclass(frozen=True, slots=True)
class Reading:
    """
    What is certain about a query.

    Attributes:
        selectors: Every stream selector that can be read.
        whole: Whether these are all.
        filters: Comparisons of labels with texts that stand before any parser.
        names: Other labels that are named where no parser can have added them: compared with numbers, unwrapped, grouped by.
    """

    selectors: tuple[Selector, ...] = ()
    whole: bool = True
    filters: tuple[Matcher, ...] = ()
    names: tuple[Word, ...] = ()


def read(text: str) -> Reading:
    """Return what is certain about the LogQL *text*; never raises."""
    if len(text) > _LONGEST:
        return Reading(whole=False)
    return _Reader(text, tokens(text)).query()


@dataclass
class _Reader:
    """Walks over the tokens of one query."""

    text: str
    found: tuple[Token, ...]
    at: int = 0
    parsed: bool = False
    whole: bool = True
    selectors: list[Selector] = field(default_factory=list)
    filters: list[Matcher] = field(default_factory=list)
    names: list[Word] = field(default_factory=list)
    groups: list[Word] = field(default_factory=list)

    def query(self) -> Reading:
        depth, balanced = 0, True
        while self.at < len(self.found):
            token = self.found[self.at]
            if token.kind == "sign" and token.text == "{":
                self._selector()
                self._pipeline()
                continue
            if token.kind == "sign":
                depth += (token.text == "(") - (token.text == ")")
                balanced = balanced and depth >= 0
            elif token.kind == "name" and token.text.lower() == "by":
                self._grouping()
            self.at += 1
        known = balanced and depth == 0 and self.selectors and self.whole and not self._makes_labels()
        groups = self.groups if known else ()
        return Reading(tuple(self.selectors), self.whole, tuple(self.filters), (*self.names, *groups))

    def _makes_labels(self) -> bool:
        """Return whether something anywhere in the query may add labels."""
        made = {*_PARSERS, "label_replace"}
        # `$__interval` and its like are Grafana's own, and hold lengths of time.
        return any(
            one.text.lower() in made or (one.kind == "variable" and not one.text.lstrip("${").startswith("__"))
            for one in self.found
        )

    def _text(self, ahead: int = 0) -> str:
        """Return the token *ahead* of the present one, empty at the end and for strings, which are no signs."""
        at = self.at + ahead
        return self.found[at].text if at < len(self.found) and self.found[at].kind != "string" else ""

    def _kind(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.found[at].kind if at < len(self.found) else ""

    def _selector(self) -> None:
        """Read a selector and go behind it; one that cannot be read is left out."""
        opening = self.found[self.at]
        self.at += 1
        matchers: list[Matcher] = []
        while self._kind() == "name" and (matcher := self._matcher()) is not None:
            matchers.append(matcher)
            self.at += 3
            if self._text() != ",":
                break
            self.at += 1
        if self._text() == "}":
            closing = self.found[self.at]
            braces = Word(self.text[opening.start : closing.end], opening.start, closing.end)
            self.selectors.append(Selector(tuple(matchers), braces))
        else:
            self.whole = False
            while self._text() not in ("}", "") or self._kind() == "string":
                self.at += 1
        self.at += 1

    def _matcher(self) -> Matcher | None:
        """Return the comparison of a label with a text that begins here, if there is one."""
        op = self._text(1)
        if op not in _MATCHES or self._kind(2) != "string":
            return None
        name, value = self.found[self.at], self.found[self.at + 2]
        content, places = unquoted(value.text)
        places = tuple(value.start + place for place in places)
        return Matcher(_word(name), op, Word(content, places[0], places[-1]), places)

    def _pipeline(self) -> None:
        """Read the stages behind a selector."""
        while (start := self._text()) in ("|", "!=", "!~", "!"):
            if start != "|" or self._is_line_filter():
                self._line_filter()
                continue
            self.at += 1
            name = self._text().lower() if self._kind() == "name" else ""
            if name in _PARSERS and self._text(1) not in _COMPARES:
                self.parsed = True
                self._skip()
            elif name in _OTHERS and self._text(1) not in _COMPARES:
                self._skip()
            elif name == "unwrap":
                self._unwrap()
            else:
                self._filters()

    def _is_line_filter(self) -> bool:
        """Return whether `|=`, `|~` or `|>` stands here, which our tokens take for two."""
        return self._text(1) in ("=", "~", ">") and self.found[self.at + 1].start == self.found[self.at].end

    def _line_filter(self) -> None:
        """Go behind a filter of lines: its sign, texts joined by `or`, and `ip(..)` in place of a text."""
        self.at += 2 if self._text() in ("|", "!") else 1
        while True:
            if self._text().lower() == "ip" and self._text(1) == "(":
                self.at += 4
            elif self._kind() in ("string", "variable"):
                self.at += 1
            if self._text().lower() != "or":
                return
            self.at += 1

    def _skip(self) -> None:
        """Go to the end of a stage."""
        while self._kind() and self._text() not in ("|", "[", ")", "!~", "!=", "!"):
            self.at += 1

    def _unwrap(self) -> None:
        self.at += 1
        if self._text().lower() in _CONVERSIONS and self._text(1) == "(":
            self.at += 2
        if self._kind() == "name" and not self.parsed:
            self.names.append(_word(self.found[self.at]))
        self.at += 1
        if self._text() == ")" and self._text(-2) == "(":
            self.at += 1

    def _filters(self) -> None:
        """Read comparisons of labels up to the end of the stage."""
        depth = 0
        while self._kind() and self._text() not in ("|", "["):
            depth += (self._text() == "(") - (self._text() == ")")
            if depth < 0:
                return
            if self._kind() == "name" and self._text(1) in _COMPARES:
                matcher = self._matcher()
                if matcher is not None and not self.parsed:
                    self.filters.append(matcher)
                elif not self.parsed:
                    self.names.append(_word(self.found[self.at]))
                self.at += 1 if matcher is None else 2
            self.at += 1

    def _grouping(self) -> None:
        """Take the labels of `by (..)`, the brackets being read like any others."""
        ahead = 1
        if self._text(1) != "(":
            return
        words: list[Word] = []
        while self._kind(ahead + 1) == "name":
            words.append(_word(self.found[self.at + ahead + 1]))
            if self._text(ahead + 2) != ",":
                break
            ahead += 2
        if words and self._text(ahead + 2) == ")":
            self.groups += words


def _word(token: Token) -> Word:
    return Word(token.text, token.start, token.end)
