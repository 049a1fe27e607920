"""Whatever a catalog says, its pages keep their structure."""

import re

from hypothesis import HealthCheck, example, given, reject, settings
from hypothesis import strategies as st

from obsgen.emit.yaml_text import yaml_text
from obsgen.load import load_texts
from obsgen.spec.values import LABEL_VALUE, LINE, PROSE
from tests.emit.hostile import TEXT
from tests.targets.docs.pages import READER, dead_links, headings, pages, tokens

MARKS = (
    "`", "``", "```", "~~~", "|", "\\", "\\|", "<b>", "</table>", "<!--", "<script>", "# ", "## Mitigation", "===", "---", "- ", "1. ",
    "> ", "    ", "[x](y)", "[x](", "](#impact)", "![a](b)", "*", "**", "_", "&lt;", "&#35;", "$", "{% raw %}", "{# x #}", "{{ self }}",
    "\u2028", "\u202e", "\x85", "\ufeff", "<https://a.b>", "[r]: /u", "Slow", "a b", ":-", "|---|", "+", "~~", "!", "%s",
)  # fmt: skip
PIECES = st.lists(st.sampled_from(MARKS) | TEXT, min_size=1, max_size=5).map("".join)


def _like(pattern: str, pieces: st.SearchStrategy[str] = PIECES) -> st.SearchStrategy[str]:
    return pieces.filter(lambda text: re.fullmatch(pattern, text) is not None)


LINES = _like(LINE.pattern)
VALUES = _like(LABEL_VALUE.pattern)
PROSES = _like(PROSE.pattern, st.lists(PIECES | st.just(""), max_size=6).map("\n".join))
#: Texts of one line in a catalog, by the place that `_catalog` puts them to.
PLACES = (
    "owner", "label", "example", "metric", "info", "means", "summary", "record", "dashboard", "description", "row", "panel", "value", "other_value",
)  # fmt: skip


def _catalog(texts: dict[str, str], prose: str) -> dict[str, str]:
    value, other = texts["value"], texts["other_value"]
    bakery = {
        "obsgen": 1,
        "service": "bakery",
        "owner": texts["owner"],
        "labels": {
            "kind": {"help": texts["label"], "values": {value: {"price": 3}, other: {"price": 4}}},
            "shop": {"help": texts["label"], "at_most": 3, "example": texts["example"]},
        },
        "metrics": {
            "bakery_orders_total": {"counter": texts["metric"], "labels": ["kind", "shop"], "notes": prose},
            "bakery_bread_info": {"info": texts["info"], "labels": {"kind": {}, "price": {"value_of": "kind.price"}}},
        },
        "alerts": {
            "Slow": {
                "when": {
                    "ratio": "bakery_orders_total",
                    "part": {"kind": [value, other]},
                    "where": {"shop": {"not": texts["example"]}},
                    "over": "5m",
                    "above": "20%",
                },
                "severity": "warning",
                "summary": texts["summary"],
                "impact": prose,
                "diagnosis": prose,
                "mitigation": prose,
            }
        },
        "records": {
            "job:bakery:rate": {"record": texts["record"], "query": {"rate": "bakery_orders_total", "over": "5m"}}
        },
        "dashboards": {
            "shop": {
                "title": texts["dashboard"],
                "description": texts["description"],
                "rows": {
                    "one": {
                        "title": texts["row"],
                        "panels": {"a": {"stat": texts["panel"], "show": {"rate": "bakery_orders_total"}}},
                    }
                },
            }
        },
    }
    shared = {"obsgen": 1, "shared": True, "severities": {"warning": {"means": texts["means"], "respond_in": "1d"}}}
    return {"bakery.yaml": yaml_text(bakery), "shared.yaml": yaml_text(shared)}


def _pages(texts: dict[str, str], prose: str) -> dict[str, str]:
    loaded = load_texts(_catalog(texts, prose))
    # Some texts are refused for other reasons, such as a template in the summary that is none.
    if loaded.has_errors:
        reject()
    return pages(loaded.catalog)


TAME = {place: place for place in PLACES}
TAME_PAGES = _pages(TAME, "Quiet.")


def _blocks(page: str) -> list[str]:
    """Return the blocks of a page, without what stands inside of a line."""
    return [f"{token.type} {token.tag}" for token in READER.parse(page)]


def _texts() -> st.SearchStrategy[dict[str, str]]:
    hostile = {place: VALUES if place in ("value", "other_value", "example") else LINES for place in PLACES}
    return st.fixed_dictionaries(hostile).filter(lambda texts: texts["value"] != texts["other_value"])


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], deadline=None)
@given(_texts())
@example(dict.fromkeys(PLACES, "| a | <b> ``` [x](y) # `c|d`") | {"value": "`", "other_value": "\\|"})
def test_lines_stay_where_they_are(texts: dict[str, str]) -> None:
    """With any text in every field of one line the pages have the blocks they have with tame words, and no HTML."""
    found = _pages(texts, "Quiet.")
    assert found.keys() == TAME_PAGES.keys()
    for path, page in found.items():
        assert _blocks(page) == _blocks(TAME_PAGES[path]), path
        inside = {token.type for token in tokens(page)}
        assert not {name for name in inside if name.startswith(("html", "image"))}, path
    assert dead_links(found) == []


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], deadline=None)
@given(PROSES)
@example("# Slow\n\nSlow\n----\n\n<b>\n```\nnever closed")
@example("## Mitigation\n\n> # Slow\n> ```")
def test_prose_stays_in_its_section(prose: str) -> None:
    """With any text in every field of prose the sections are those that obsgen wrote, and links to them work."""
    for path, page in _pages(TAME, prose).items():
        level = 3 if path.startswith("runbooks/") else 2
        expected = [found for found in headings(TAME_PAGES[path]) if found[0] <= level]
        assert [found for found in headings(page) if found[0] <= level] == expected
        assert not [token for token in tokens(page) if token.type.startswith("html")]
        if level == 3:
            assert "slow" not in [words.lower() for depth, words in headings(page) if depth > 2]
        rows = re.findall(r"^\|.*\|$", TAME_PAGES[path], re.MULTILINE)
        assert all(row in page for row in rows)
