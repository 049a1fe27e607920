"""Findings that a foreign YAML file allows: `# obsgen: allow CODE reason`, on its line or on the one above."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator

from obsgen.allowing import Allowance
from obsgen.diagnostics import Diagnostic, Span, error, warning
from obsgen.source.nodes import Mapping, Node, Sequence, short
from obsgen.source.text import SourceText

_COMMENT = re.compile(
    r"(?:^|(?<=[ \t]))#[ \t]*obsgen:[ \t]*allow(?:[ \t]+(?P<code>[^\s]+))?"
    r"(?:[ \t]+until[ \t]+(?P<until>[^\s]+))?(?:[ \t]+(?P<reason>[^\r\n]*\S))?",
    re.MULTILINE,
)
# Other linters have other words; `allow` is the only one here.
_OTHER_WORD = re.compile(r"(?:^|(?<=[ \t]))#[ \t]*obsgen:[ \t]*+(?!allow)(?P<word>[^\s]*)", re.MULTILINE)
_FORM = "write `# obsgen: allow CODE reason`, with `until YYYY-MM-DD` before the reason if it ends"
_ONLY_COMMENT = re.compile(r"[ \t]*(#|\Z)")


def allowed(path: str, text: str, roots: Iterable[Node]) -> tuple[tuple[Allowance, ...], tuple[Diagnostic, ...]]:
    """
    Return what the comments of a file allow, and the comments that allow nothing as they are written.

    A comment covers its line or, standing alone, the next one that holds something, and with it whatever begins there: an
    expression, a rule, a group. One that stands above everything else covers the whole file.

    Args:
        path: The file as shown to people.
        text: All of it.
        roots: Its documents.
    """
    if "obsgen:" not in text:
        return (), ()
    source = SourceText(path, text)
    lines = text.split("\n")
    begun = _begun(roots)
    found, problems = [], []
    for match in _COMMENT.finditer(text):
        place = source.span(match.start("code"), match.end("code")) if match["code"] else source.span(*match.span())
        line = _meant(lines, place.line)
        until = _day(match["until"])
        fault = _fault(match, until)
        if fault:
            problems.append(error("allow/bad-comment", *fault[:1], place, help=fault[1]))
            continue
        # The end of the line belongs to it, whatever stands there.
        whole = Span(path, line, 1, line, len(lines[line - 1]) + 1)
        everything = Span(path, 1, 1, len(lines), len(lines[-1]) + 1)
        at_top = (everything,) if _is_at_top(lines, place.line) else ()
        found.append(
            Allowance(
                code=match["code"],
                span=place,
                until=until,
                until_span=place,
                depth=line,
                reach=(whole, *at_top, *begun.get(line, ())),
                foreign=True,
            )
        )
    return tuple(found), (*problems, *(_other(match, source) for match in _OTHER_WORD.finditer(text)))


def _other(match: re.Match[str], source: SourceText) -> Diagnostic:
    """Return the finding that a comment does nothing; a warning, for it may be a remark for people."""
    if not match["word"]:
        return warning("allow/bad-comment", "this does not say what is allowed", source.span(*match.span()), help=_FORM)
    said = f"obsgen knows no comment `{short(match['word'])}`, so that this one does nothing"
    return warning("allow/bad-comment", said, source.span(*match.span("word")), "write `allow`", help=_FORM)


def _fault(match: re.Match[str], until: dt.date | None) -> tuple[str, str] | None:
    if match["code"] is None:
        return "this does not say what is allowed", _FORM
    if match["until"] is not None and until is None:
        return f"`{match['until'][:40]}` is no day", _FORM
    if match["reason"] is None:
        return f"this does not say why `{match['code'][:80]}` is allowed", _FORM
    return None


def _day(text: str | None) -> dt.date | None:
    try:
        return None if text is None else dt.date.fromisoformat(text)
    except ValueError:
        return None


def _meant(lines: list[str], number: int) -> int:
    """Return the line, counted from 1, that a comment on line *number* is about."""
    if not _ONLY_COMMENT.match(lines[number - 1]):
        return number
    for index in range(number, len(lines)):
        if not _ONLY_COMMENT.match(lines[index].rstrip("\r")):
            return index + 1
    return number


def _is_at_top(lines: list[str], number: int) -> bool:
    """Return whether nothing but comments stands on line *number*, counted from 1, and above."""
    return all(_ONLY_COMMENT.match(line.rstrip("\r")) for line in lines[:number])


def _begun(roots: Iterable[Node]) -> dict[int, list[Span]]:
    """Return the nodes that begin on each line."""
    found: dict[int, list[Span]] = {}
    # A list begins where its first entry does, and a comment there is about that one.
    for span in (node.span for root in roots for node in _nodes(root) if not isinstance(node, Sequence)):
        found.setdefault(span.line, []).append(span)
    return found


def _nodes(root: Node) -> Iterator[Node]:
    left, seen = [root], set[int]()
    while left:
        node = left.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        if isinstance(node, Mapping):
            left += [value for _, value in node.entries.values()]
        elif isinstance(node, Sequence):
            left += node.items
