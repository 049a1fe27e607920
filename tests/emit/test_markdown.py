"""Markdown: nothing that a catalog says breaks out of its cell, code, heading, link or section."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from obsgen.emit import markdown as md
from obsgen.emit.prose import prose

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])

PIECES = (
    "`", "``", "```", "~~~", "````", "|", "\\", "<b>", "</b>", "<!-- ", "<script>", "<https://a.b/c>", "a", "b c", " ", "  ", "    ",
    "\t", "# ", "###### ", "#", "===", "---", "-", "- ", "* ", "+ ", "1. ", "2) ", "10. ", "> ", ">", "[x](y)", "[x](", "](", ")", "[", "]",
    '"', "'", ":-", "|-|", "a|b", "*", "**", "_", "__", "&lt;", "&", "![i](j)", "[r]: /u", "[^1]: ", "$", "{{ $labels.x }}", "é", "\u2028",
    "\u202e", "\x85", "<?php", "<![CDATA[", "<a href='", "=", "0", "9.", "!", "(", ":", "~~", "http://a.b", "\\`", "\\|", "\\<",
)  # fmt: skip
LINE = st.lists(st.sampled_from(PIECES), max_size=9).map("".join) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\x00"), max_size=20
)
INDENTS = st.sampled_from(("", "", " ", "  ", "   ", "    ", "      ", "        ", "\t"))
STARTS = st.sampled_from(
    ("", "", "- ", "* ", "1. ", "2. ", "10. ", "> ", ">", "1. - ", "> - ", "- > ", "# ", "-     ", "[^1]: ")
)
BLOCK_LINE = st.builds("{}{}{}".format, INDENTS, STARTS, LINE)
TEXT = st.lists(LINE | BLOCK_LINE | st.just(""), max_size=9).map("\n".join)


def tokens(text: str) -> list[Token]:
    found: list[Token] = []
    for token in READER.parse(text):
        found += [token, *(token.children or ())]
    return found


def words(text: str) -> str:
    """Return what a reader of the one paragraph *text* sees."""
    (inline,) = [token for token in READER.parse(text) if token.type == "inline"]
    assert inline.children is not None
    assert {token.type for token in inline.children} <= {"text", "code_inline", "text_special"}
    return "".join(token.content for token in inline.children)


@settings(deadline=None)
@given(LINE)
@example("1. a")
@example("foo #")
@example("a_b_ _c_")
def test_literal_text_is_read_as_it_was(text: str) -> None:
    """Escaped text is one paragraph of plain words wherever in a line it stands."""
    expected = md.one_line(text)
    assert words(f"x {md.escaped(text)} y") == f"x {expected} y"
    if expected.strip():
        assert words(md.escaped(text)).strip() == expected.strip()


@settings(deadline=None)
@given(LINE.filter(bool))
@example(" ")
@example(" ` ")
@example("` a")
@example("\\")
def test_code_is_read_as_it_was(text: str) -> None:
    """A code span holds exactly its text."""
    (_, span, _) = READER.parse(f"a {md.code(text)} b")[1].children or ()
    assert (span.type, span.content) == ("code_inline", text)


@settings(deadline=None)
@given(LINE)
def test_one_line_of_prose_keeps_its_code(text: str) -> None:
    """In a line that people wrote, backticks mark code and everything else is literal."""
    assert words(f"x{md.inline(text)}y") == f"x{md.plain(text)}y"


@settings(deadline=None)
@given(st.lists(LINE, min_size=1, max_size=4), st.sampled_from([md.escaped, md.inline, md.code]))
@example(["`a|b`", "`a\\|b`", "`|\\`", "\\|"], md.inline)
def test_a_row_has_its_cells(texts: list[str], write) -> None:
    """Every cell of a table arrives with its own words, pipes included."""
    texts = [text for text in texts if text.strip()] or ["a"]
    header = md.row(*("h" for _ in texts))
    table = f"{header}\n{'|---' * len(texts)}|\n{md.row(*map(write, texts))}\n"
    found = READER.parse(table)
    cells = [found[k + 1] for k, token in enumerate(found) if token.type == "td_open"]
    assert len(cells) == len(texts)
    seen = ["".join(child.content for child in cell.children or ()) for cell in cells]
    expected = [
        text if write is md.code else md.plain(text) if write is md.inline else md.one_line(text) for text in texts
    ]
    assert [text.split() for text in seen] == [text.split() for text in expected]


@settings(deadline=None)
@given(TEXT)
@example("```\n````\n")
def test_a_fence_ends_where_it_should(text: str) -> None:
    """Code of several lines stays in its block."""
    found = READER.parse(f"{md.fence(text, 'promql')}\n\nafter\n")
    assert [token.type for token in found] == ["fence", "paragraph_open", "inline", "paragraph_close"]
    assert (found[0].info, found[2].content) == ("promql", "after")


@settings(deadline=None)
@given(LINE, st.integers(1, 6))
def test_a_heading_is_one_heading(text: str, level: int) -> None:
    """A heading has the level and the words it was given."""
    found = READER.parse(md.heading(level, f"x {text}"))
    assert [token.type for token in found] == ["heading_open", "inline", "heading_close"]
    assert found[0].tag == f"h{level}"
    assert "".join(child.content for child in found[1].children or ()).split() == md.plain(f"x {text}").split()


@settings(deadline=None)
@given(LINE, LINE)
def test_a_link_is_one_link(text: str, target: str) -> None:
    """A link has one target, whatever is written into it."""
    found = READER.parse(f"a {md.link('x' + md.inline(text), '../' + target)} b")[1].children or []
    assert [token.type for token in found if token.type.startswith("link")] == ["link_open", "link_close"]


@settings(max_examples=400, deadline=None)
@given(TEXT, st.integers(1, 4))
@example("a\n===", 3)
@example("a\nb\n===\n===", 3)
@example("- a\n  ---\nb", 3)
@example("> a\n> ===\n> # b", 3)
@example("# Taken\n## Taken ##\nTaken\n---", 3)
@example("[x](\na`b) <b> `", 3)
@example("```\nnever closed", 3)
@example("- ```\n  <b>", 3)
@example("|a|\n|-|\n|`<b>|`|", 3)
def test_prose_stays_in_its_section(text: str, level: int) -> None:
    """Whatever people write: no HTML, no heading as high as the section's, and what follows is untouched."""
    written = prose(text, level, {"taken"})
    page = f"# before\n\n{written}\n\n# after\n\n| a | b |\n|---|---|\n| c | d |\n"
    found = READER.parse(page)
    assert not [token for token in tokens(page) if token.type.startswith("html")]
    assert [token.type for token in found[-len(_AFTER) :]] == _AFTER
    assert all(line == line.rstrip(" \t") for line in written.split("\n"))
    headings = [(token, found[k + 1]) for k, token in enumerate(found) if token.type == "heading_open"]
    assert [inline.content for token, inline in headings if int(token.tag[1]) <= level] == ["before", "after"]
    assert "taken" not in ["".join(c.content for c in inline.children or ()).lower() for _, inline in headings]


_AFTER = [token.type for token in READER.parse("# after\n\n| a | b |\n|---|---|\n| c | d |\n")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Run `curl <host>` first.", "Run `curl <host>` first."),
        ("Wait <now> or <!-- not -->.", "Wait \\<now> or \\<!-- not -->."),
        ("See <https://a.b/c?d=e>.", "See <https://a.b/c?d=e>."),
        ("a < 5 and b > 3", "a < 5 and b > 3"),
        ("Ask for `up\nor down` here.", "Ask for `up or down` here."),
        ("See [the page](https://a.b/c) and run `x <y>`.", "See [the page](https://a.b/c) and run `x <y>`."),
        ("# Steps\n\n1. one\n2. two", "#### Steps\n\n1. one\n2. two"),
        ("Steps\n=====\n\none", "#### Steps\n\none"),
        ("Steps\n-----\none", "##### Steps\n\none"),
        ("1. Run:\n   ```sh\n   curl <host>\n   ```\n2. Look.", "1. Run:\n   ```sh\n   curl <host>\n   ```\n2. Look."),
        ("Run:\n\n    curl <host>\n\nthen wait.", "Run:\n\n    curl <host>\n\nthen wait."),
        ("> Say `<a>`\n> # Loud\n\nquiet", "> Say `<a>`\n> #### Loud\n\nquiet"),
        ("> one\ntwo", "> one\n\ntwo"),
        ("- one\n  > two", "- one\n  \\> two"),
        ("```sh\necho <a>", "```sh\necho <a>\n```"),
        ("- a\n  ```\nb <b>\n  ```", "- a\n  \\`\\`\\`\nb \\<b>\n  \\`\\`\\`"),
        ("~~~\n# no heading\n~~~", "~~~\n# no heading\n~~~"),
        ("a `stray tick", "a \\`stray tick"),
        ("| a | b |\n|---|---|\n| `x` | <y> |", "| a | b |\n|---|---|\n| `x` | &lt;y> |"),
        ("one\ntwo\n===\nthree", "one\ntwo\n\nthree"),
        ("- one\n- two\n---\nthree", "- one\n- two\n\n---\nthree"),
        ("one\n- # ", "one\n\n-"),
        ("# Taken", "**Taken**"),
        ("  \n\n", ""),
    ],
)
def test_prose_reads_as_people_wrote_it(text: str, expected: str) -> None:
    """What is harmless stays as it is, and what is not changes as little as it can."""
    assert prose(text, 3, {"taken"}) == expected


def test_what_nobody_sees_is_made_visible() -> None:
    """Characters that hide, break or reorder text are written as their numbers; letters of any script stay."""
    assert md.visible("a\u202eb\x85c\ufeffé\u4e2d\n") == "a\\u202eb\\u0085c\\ufeffé\u4e2d\n"
