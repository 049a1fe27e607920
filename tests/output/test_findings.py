"""The exact words of every drift finding."""

from dataclasses import replace
from pathlib import Path

import pytest

from obsgen.diagnostics import Label, Severity, Span, error
from tests.output.trees import RULES, TEXT, blocked, build, findings, places_in

NAME = f"generated/{RULES}"
MANIFEST = "generated/manifest.json"
KEEP = (
    "make the change in the catalog, then run `obsgen build`; the next build replaces what was written here by hand "
    "and names the file"
)
DIFF = f"--- {NAME} (on disk)\n+++ {NAME} (generated)\n"


@pytest.fixture
def places(tmp_path):
    """A project whose output holds one current file."""
    places = places_in(tmp_path)
    build(places, {RULES: TEXT})
    return places


def test_nothing_to_say(places):
    """A current output has no findings."""
    assert findings(places, {RULES: TEXT}) == []


def test_missing(places):
    """A file that is not there."""
    (places.out / RULES).unlink()
    assert findings(places, {RULES: TEXT}) == [
        replace(
            error("drift/missing", f"`{NAME}` is missing", Span.of_file(NAME), help="run `obsgen build`"),
            detail=DIFF + "@@ -0,0 +1,3 @@\n+groups:\n+  - name: persona\n+    rules: []",
        )
    ]


def test_out_of_date(places):
    """A file of ours that the catalog now renders otherwise."""
    assert findings(places, {RULES: TEXT.replace("persona", "workflow")}) == [
        replace(
            error(
                "drift/out-of-date",
                f"`{NAME}` is out of date",
                Span(NAME, 2, 1, 2, 18),
                "the catalog gives another text",
                help="run `obsgen build`",
            ),
            detail=DIFF + "@@ -1,3 +1,3 @@\n groups:\n-  - name: persona\n+  - name: workflow\n     rules: []",
        )
    ]


def test_edited(places):
    """A file that somebody changed."""
    (places.out / RULES).write_bytes(TEXT.replace("[]", "[]  # mine").replace("\n", "\r\n").encode())
    assert findings(places, {RULES: TEXT}) == [
        replace(
            error(
                "drift/edited",
                f"`{NAME}` was changed by hand",
                Span(NAME, 1, 1, 1, 8),
                "differs from here on",
                help=KEEP,
            ),
            detail=DIFF
            + "@@ -1,3 +1,3 @@\n-groups:\\r\n-  - name: persona\\r\n-    rules: []  # mine\\r\n"
            + "+groups:\n+  - name: persona\n+    rules: []",
        )
    ]


def test_edited_with_merge_markers(places):
    """Merge markers in a generated file are a hand edit, and the first marker is pointed at."""
    (places.out / RULES).write_text(TEXT + ">>>>>>> main\n")
    (found,) = findings(places, {RULES: TEXT})
    assert (found.code, found.primary.span) == ("drift/edited", Span(NAME, 4, 1, 4, 13))


def test_edited_into_a_link(places, tmp_path):
    """A link in place of a generated file is a hand edit, even if it leads to the right content."""
    (tmp_path / "copy").write_text(TEXT)
    (places.out / RULES).unlink()
    (places.out / RULES).symlink_to(tmp_path / "copy")
    assert findings(places, {RULES: TEXT}) == [
        error(
            "drift/edited",
            f"`{NAME}` was changed by hand and is a symbolic link",
            Span.of_file(NAME),
            "differs from here on",
            help=KEEP,
        )
    ]


def test_stale(places):
    """A file of ours that is no longer rendered."""
    assert findings(places, {}) == [
        replace(
            error(
                "drift/stale",
                f"`{NAME}` is no longer generated",
                Span.of_file(NAME),
                help="run `obsgen build`, which removes it",
            ),
            detail=DIFF + "@@ -1,3 +0,0 @@\n-groups:\n-  - name: persona\n-    rules: []",
        )
    ]


def test_stale_and_edited(places):
    """A file that is no longer rendered, but that somebody changed."""
    (places.out / RULES).write_text("mine\n")
    assert findings(places, {}) == [
        replace(
            error(
                "drift/stale",
                f"`{NAME}` is no longer generated, but was changed by hand",
                Span.of_file(NAME),
                help="move it away, or run `obsgen build --force` to remove it",
            ),
            detail=DIFF + "@@ -1 +0,0 @@\n-mine",
        )
    ]


def test_foreign_file(places):
    """A file that obsgen did not write; `build` refuses with the same words."""
    (places.out / "a.yml").write_text("mine\n")
    expected = replace(
        error(
            "drift/foreign-file",
            "`generated/a.yml` is in the way: obsgen did not write it",
            Span("generated/a.yml", 1, 1, 1, 5),
            help="move it away, or run `obsgen build --force` to overwrite it",
        ),
        detail="--- generated/a.yml (on disk)\n+++ generated/a.yml (generated)\n@@ -1 +1 @@\n-mine\n+ours",
    )
    assert findings(places, {RULES: TEXT, "a.yml": "ours\n"}) == [expected]
    assert blocked(places, {RULES: TEXT, "a.yml": "ours\n"}) == [expected]


def test_a_foreign_file_with_the_rendered_content(places):
    """A file with the right content is adopted; only the manifest lacks it."""
    (places.out / "a.yml").write_text("ours\n")
    assert [each.message for each in findings(places, {RULES: TEXT, "a.yml": "ours\n"})] == [
        f"the manifest `{MANIFEST}` does not name `generated/a.yml`"
    ]
    assert blocked(places, {RULES: TEXT, "a.yml": "ours\n"}) == []
    build(places, {RULES: TEXT, "a.yml": "ours\n"})
    assert findings(places, {RULES: TEXT, "a.yml": "ours\n"}) == []


def test_a_folder_in_the_way(places):
    """A folder with somebody's files where a file is generated."""
    (places.out / "a.yml").mkdir()
    (places.out / "a.yml/mine").write_text("mine\n")
    expected = error(
        "drift/foreign-file",
        "`generated/a.yml` is a folder, but a file is generated there",
        Span.of_file("generated/a.yml"),
        help="move it away, then run `obsgen build`",
    )
    assert findings(places, {RULES: TEXT, "a.yml": "ours\n"}) == [expected]
    assert blocked(places, {RULES: TEXT, "a.yml": "ours\n"}) == [expected]


def test_a_file_in_the_way_of_a_folder(places):
    """Somebody's file where a folder is needed."""
    (places.out / "a").write_text("mine\n")
    assert [each.message for each in blocked(places, {RULES: TEXT, "a/b/c.yml": "ours\n"})] == [
        "`generated/a/b/c.yml` needs the folder `a`, but a file of that name is in the way"
    ]


def test_manifest_missing(places):
    """A lost manifest."""
    places.manifest.unlink()
    assert findings(places, {RULES: TEXT}) == [
        error(
            "drift/manifest",
            f"the manifest `{MANIFEST}` is missing",
            Span.of_file(MANIFEST),
            help="run `obsgen build`, which writes it; files that are no longer generated then stay and have to be "
            "removed by hand",
        )
    ]


def test_manifest_damaged(places):
    """A manifest that is no JSON any more is pointed at where it breaks."""
    places.manifest.write_text(places.manifest.read_text().replace('": {},', '": {').replace('"project"', "project"))
    assert findings(places, {RULES: TEXT}) == [
        error(
            "drift/manifest",
            f"the manifest `{MANIFEST}` is not JSON",
            Span(MANIFEST, 6, 3, 6, 3),
            help="run `obsgen build`, which writes it anew; if that finds foreign files, restore the manifest from "
            "version control",
        )
    ]


def test_manifest_foreign(places):
    """Somebody's `manifest.json` keeps a build from writing anything."""
    places.manifest.write_text("{}\n")
    expected = error(
        "drift/manifest",
        f"the manifest `{MANIFEST}` is not a manifest of obsgen",
        Span.of_file(MANIFEST),
        help="move it away, name another output folder, or run `obsgen build --force` to overwrite it",
    )
    assert findings(places, {RULES: TEXT}) == [expected]
    assert blocked(places, {RULES: TEXT}) == [expected]


def test_manifest_out_of_step(places):
    """A manifest with another hash for a file that is current."""
    text = places.manifest.read_text()
    old = text.split('"')[-4]
    places.manifest.write_text(text.replace(old, "0" * 64))
    (found,) = findings(places, {RULES: TEXT})
    assert found.message == f"the manifest `{MANIFEST}` has another sha256 for `{NAME}`"
    assert found.primary == Label(Span(MANIFEST, 4, 1, 4, 95))
    assert found.detail.split("\n")[:2] == [f"--- {MANIFEST} (on disk)", f"+++ {MANIFEST} (generated)"]
    assert f'-    "{RULES}": "{"0" * 64}"' in found.detail
    assert found.help == "run `obsgen build`"


def test_manifest_names_a_file_that_is_gone(places):
    """A stale file that somebody removed already."""
    (places.out / RULES).unlink()
    (found,) = findings(places, {})
    assert found.message == f"the manifest `{MANIFEST}` names `{NAME}`, which is not there"
    assert found.primary.span.line == 4


def test_manifest_reformatted(places):
    """A manifest that says the same in other bytes."""
    places.manifest.write_text(places.manifest.read_text().replace("  ", "\t"))
    (found,) = findings(places, {RULES: TEXT})
    assert found.message == f"the manifest `{MANIFEST}` is not as `obsgen build` writes it"


def test_manifest_of_a_killed_build(places):
    """A manifest with two hashes for a file tells of a build that did not finish."""
    text = places.manifest.read_text()
    old = text.split('"')[-4]
    places.manifest.write_text(text.replace(f'"{old}"', f'["{"0" * 64}", "{old}"]'))
    (found,) = findings(places, {RULES: TEXT})
    assert found.message == f"the manifest `{MANIFEST}` records a build that did not finish, at `{NAME}`"


def test_every_finding_is_an_error_with_help_and_a_page(places):
    """Drift always fails a check, always names the command that heals, and always has a page with the five headings."""
    (places.out / "edited").write_text("mine\n")
    pages = Path(__file__).parents[2] / "docs" / "checks" / "drift"
    headings = ["## What", "## Why", "## Flagged", "## Accepted", "## How to allow"]
    for found in findings(places, {"a": "x\n", "edited": "x\n"}):
        assert found.severity is Severity.ERROR
        assert "obsgen build" in found.help
    for name in ("missing", "out-of-date", "edited", "stale", "foreign-file", "manifest"):
        page = (pages / f"{name}.md").read_text().splitlines()
        assert [line for line in page if line.startswith("## ")] == headings
        assert page[0] == f"# drift/{name}"
