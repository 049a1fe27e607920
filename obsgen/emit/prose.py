"""
Paragraphs that people write in Markdown, kept inside the section they belong to.

The text goes through line by line. Where a line is certainly code it stays as it is; where that cannot be told without
a whole Markdown parser, the safe reading wins, even if a reader then sees one backslash too many.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby

from obsgen.emit.fences import fenced
from obsgen.emit.markdown import heading, inline, plain

_DEEPEST = 6
_QUOTES_AT_MOST = 5

# What may stand before the content of a line: indentation and list markers.
_PREFIX = r"\ *(?:(?:[-+*]|\d{1,9}[.)])\ +)*"
_HEADING = re.compile(rf"({_PREFIX})(\#{{1,6}})(?:\ +(.*))?", re.VERBOSE)
_PLAIN_HEADING = re.compile(r" {0,3}#")
_UNDERLINE = re.compile(r" *(=+|-+)")
_QUOTE_MARK = re.compile(rf"\A({_PREFIX})>", re.VERBOSE)
_LIST = re.compile(r" *(?:(?:[-+*]|\d{1,9}[.)])(?: |$)|\[\^[^\]]+\]:)")
_RUN = re.compile(r"`+")
_HIDDEN_FENCE = re.compile(rf"({_PREFIX})(`{{3,}}(?=[^`]*\Z)|~{{3,}})", re.VERBOSE)
# The row of dashes that makes a table of the lines around it.
_TABLE = re.compile(r"(?=.*-)(?=.*[|:])[ >|:*+.)0-9-]+")
_CONTINUES = re.compile(r" *[A-Za-z({$\"'/.]")
_MARK = re.compile(
    r"""
      \\[!-/:-@\[-`{-~]                                                       # an escaped mark
    | `+                                                                      # the start or end of code
    | \]\([A-Za-z0-9._~:/?\#@!$&*+,;=%-]*(?:\ "[^"`\\<]*")?\)                 # the plain end of a link
    | \]\(                                                                    # any other
    | <(?:https?://|mailto:)[A-Za-z0-9._~:/?\#\[\]@!$&'()*+,;=%-]*>           # an address
    | <(?=[A-Za-z/!?])                                                        # a tag, a comment
    """,
    re.VERBOSE,
)


def prose(text: str, level: int, taken: Collection[str] = ()) -> str:
    """
    Return Markdown that people wrote so that nothing of it reaches beyond its section.

    Headings sink below the heading at *level*; one whose anchor is among *taken* becomes a bold line, so that links
    to that anchor still lead where they should. Raw HTML is shown as text; code that is left open is closed.

    Returns:
        Lines without trailing blanks, without a line break at the end; empty if *text* has only white space.
    """
    return "\n".join(_Section(level=level, taken=frozenset(taken)).lines(text, 0))


@dataclass(frozen=True, kw_only=True)
class _Section:
    level: int
    taken: frozenset[str]

    def lines(self, text: str, depth: int) -> list[str]:
        """Return the lines of *text*, without empty ones at the ends."""
        out = _Reader(self, _split(text), depth).read()
        while out and not out[-1]:
            del out[-1]
        while out and not out[0]:
            del out[0]
        return out

    def heading(self, text: str, level: int) -> str:
        """Return a heading that was written at *level*; its text is one line of the simple sort."""
        text = re.sub(r"(?:^| )#+ *$", "", text.strip(" "))
        if not text:
            return ""
        if _slug(plain(text)) in self.taken:
            return f"**{inline(text)}**"
        return heading(min(_DEEPEST, self.level + level), text)


def _split(text: str) -> list[str]:
    lines = re.split(r"\r\n|\r|\n", text)
    return [_indentation(line).rstrip(" \t") for line in lines]


def _indentation(line: str) -> str:
    blanks = len(line) - len(line.lstrip(" \t"))
    return line[:blanks].expandtabs(4) + line[blanks:].replace("\t", "    ")


def _slug(text: str) -> str:
    return re.sub(r"[^\w -]", "", text.lower()).replace(" ", "-")


class _Reader:
    """
    Walks once over the lines of a text, or of a quotation in it.

    Attributes:
        section, source, depth: What is read, and how many quotations it stands in.
        at: Position of the line to read next.
        out: Lines to write.
        paragraph: Lines of the paragraph so far as they were written, joined ones as one.
        lists: Whether a list has begun, so that indentation need not mean code.
        careful: Whether code cannot be told from text up to the next empty line.
    """

    def __init__(self, section: _Section, source: list[str], depth: int) -> None:
        self.section = section
        self.source = source
        self.depth = depth
        self.tables = _tables(source)
        self.at = 0
        self.out: list[str] = []
        self.paragraph: list[str] = []
        self.lists = False
        self.careful = False

    def read(self) -> list[str]:
        """Return the lines to write."""
        while self.at < len(self.source):
            line = self.source[self.at]
            if not line:
                self.careful = False
                self.block([""])
            elif (block := fenced(self.source, self.at)) is not None:
                self.block(list(block.lines), block.end)
            elif self.is_code(line):
                self.indented_code()
            elif self.is_quoted(line):
                self.quotation()
            else:
                self.lists = self.lists or _LIST.match(line) is not None
                # A quotation inside of a list would bring its own paragraphs; its mark is shown instead.
                self.line(_QUOTE_MARK.sub(r"\1\\>", line, count=1))
        return self.out

    def block(self, lines: list[str], end: int | None = None) -> None:
        """Write what is no part of a paragraph and go on at *end*, or at the next line."""
        self.out += lines
        self.paragraph.clear()
        self.at = self.at + 1 if end is None else end

    def is_code(self, line: str) -> bool:
        """Return whether *line* is certainly code by its indentation."""
        return line.startswith("    ") and not self.lists and (self.at == 0 or not self.source[self.at - 1])

    def indented_code(self) -> None:
        end = self.at
        while end < len(self.source) and self.source[end].startswith("    "):
            end += 1
        self.block(self.source[self.at : end], end)

    def is_quoted(self, line: str) -> bool:
        """Return whether *line* certainly belongs to a quotation that is part of nothing else."""
        return self.depth < _QUOTES_AT_MOST and line.startswith(">" if self.lists else (">", " >", "  >", "   >"))

    def quotation(self) -> None:
        """Read the lines of a quotation as a text of its own."""
        end = self.at
        while end < len(self.source) and self.is_quoted(self.source[end]):
            end += 1
        quoted = [_QUOTE_MARK.sub("", line, count=1).removeprefix(" ") for line in self.source[self.at : end]]
        lines = self.section.lines("\n".join(quoted), self.depth + 1) or [""]
        # Without the empty line a line of text below would go on with the last paragraph of the quotation.
        self.block([*(f"> {line}".rstrip(" ") for line in lines), *self.gap(end)], end)

    def line(self, line: str) -> None:
        """Read a line that is no code and no quotation."""
        if self.paragraph and (match := _UNDERLINE.fullmatch(line)) is not None:
            self.underline(line, match[1])
        elif (match := _HEADING.fullmatch(line)) is None:
            self.text(line)
        elif self.careful and not _PLAIN_HEADING.match(line):
            # It may as well go on with code that the paragraph above has left open.
            self.text(f"{match[1]}\\{line[match.end(1) :]}")
        else:
            text = self.section.heading(match[3] or "", len(match[2]))
            written = f"{match[1]}{text}".rstrip(" ")
            # What is left of an empty heading in a list would underline the paragraph above it.
            apart = [""] if self.paragraph and _UNDERLINE.fullmatch(written) else []
            self.block([*apart, written, *self.gap(self.at + 1)])

    def underline(self, line: str, marks: str) -> None:
        """Make a heading of the one line above, or take its underline from a paragraph that would be one heading."""
        above = self.paragraph[0]
        if len(self.paragraph) == 1 and not above.startswith(" ") and not _LIST.match(above):
            self.out[-1] = self.section.heading(above, 1 if marks[0] == "=" else 2)
            self.block(self.gap(self.at + 1))
        else:
            self.block(["", line] if marks.startswith("---") else [""])

    def gap(self, end: int) -> list[str]:
        """Return the empty line that has to stand before line *end*, unless there is one or nothing follows."""
        return [""] if "".join(self.source[end : end + 1]) else []

    def text(self, line: str) -> None:
        """Write a line of a paragraph, with the lines that a piece of code in it goes on to."""
        self.careful = self.careful or self.tables[self.at]
        line = _HIDDEN_FENCE.sub(lambda match: match[1] + "".join(f"\\{mark}" for mark in match[2]), line, count=1)
        out = []
        position = 0
        while (match := _MARK.search(line, position)) is not None:
            out.append(line[position : match.start()])
            position = match.end()
            mark = match[0]
            if mark[0] == "`" and not self.careful:
                line = self.with_closing(line, position, len(mark))
                closing = _closing(line, position, len(mark))
                out.append("\\`" * len(mark) if closing is None else line[match.start() : closing])
                position = position if closing is None else closing
                continue
            # The target of a link may go on for lines, and backticks in it are no code.
            self.careful = self.careful or mark == "]("
            out.append(("&lt;" if self.careful else "\\<") if mark == "<" else mark)
        self.out.append("".join((*out, line[position:])))
        self.paragraph.append(line)
        self.at += 1

    def with_closing(self, line: str, position: int, length: int) -> str:
        """Return *line* with the next one behind it if code that starts before *position* ends there."""
        if _closing(line, position, length) is not None or self.at + 1 == len(self.source):
            return line
        below = self.source[self.at + 1]
        if not _CONTINUES.match(below) or self.tables[self.at + 1] or _closing(below, 0, length) is None:
            return line
        self.at += 1
        return f"{line} {below.lstrip(' ')}"


def _closing(line: str, position: int, length: int) -> int | None:
    """Return where code ends that starts before *position* with *length* backticks, or None where it does not."""
    return next((run.end() for run in _RUN.finditer(line, position) if len(run[0]) == length), None)


def _tables(lines: list[str]) -> list[bool]:
    """Return for each line whether it may belong to a table, whose cells would cut code in two."""
    found: list[bool] = []
    for empty, group in groupby(lines, key=lambda line: not line):
        part = list(group)
        found += [not empty and any(_TABLE.fullmatch(line) for line in part)] * len(part)
    return found
