"""Paths that must not be written are refused before anything is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obsgen.output import OutputError, Places, changes
from obsgen.output.places import path_problem
from tests.output.trees import TEXT, artifacts, blocked, build, on_disk, places_in

UNSAFE = {
    "": "is empty",
    "/etc/passwd": "is absolute",
    "C:/rules.yml": "is absolute",
    "c:rules.yml": "is absolute",
    "../rules.yml": "has the part '..'",
    "a/../../rules.yml": "has the part '..'",
    "a/./rules.yml": "has the part '.'",
    "a//rules.yml": "has the part ''",
    "a/": "has the part ''",
    "a\\b": "has a backslash",
    "a\0b": "has a control character",
    "a\nb": "has a control character",
    "a\u2028b": "has a control character",
    "a\ud800b": "has a control character",
    "é" * 128: "has a part longer than 255 bytes",
    "a/.git/config": "has the reserved part '.git'",
    ".GIT/hooks/post-merge": "has the reserved part '.GIT'",
    "a/nul": "has the reserved part 'nul'",
    "a/COM1.yml": "has the reserved part 'COM1.yml'",
    "a/rules.": "has the reserved part 'rules.'",
    "a/rules ": "has the reserved part 'rules '",
    ".obsgen-0123456789abcdef.tmp": "has the reserved part '.obsgen-0123456789abcdef.tmp'",
}


@pytest.mark.parametrize("path", UNSAFE)
@pytest.mark.parametrize("in_project", [False, True])
def test_unsafe_paths(tmp_path, path, in_project):
    """An unsafe path is our bug, told exactly, and nothing is written, not even the files beside it."""
    places = places_in(tmp_path)
    section = {path: TEXT}
    with pytest.raises(ValueError, match="artifact path") as caught:
        build(places, {"fine.yml": TEXT, **({} if in_project else section)}, section if in_project else None)
    assert str(caught.value) == f"artifact path {path!r} {UNSAFE[path]}"
    assert on_disk(tmp_path) == {}


@pytest.mark.parametrize(
    "path", ["a", "a/b.yml", "é/ß.json", "a/..b", "...a", "console/null.yml", ".gitignore", "é" * 127]
)
def test_safe_paths(path):
    """Ordinary names pass, also those that only look like reserved ones."""
    assert path_problem(path) == ""


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("rules.yml", "Rules.YML"),
        ("straße", "STRASSE"),
        ("caf\u00e9", "cafe\u0301"),
        ("a", "a/b"),
        ("A", "a/b/c"),
        ("a/b", "a/B/c"),
        ("manifest.json", None),
        ("Manifest.JSON", None),
        ("manifest.json/x", None),
    ],
)
def test_clashes(tmp_path, first, second):
    """Two paths that are one file on some system, or a file and its folder, are our bug; so is the manifest's name."""
    found = artifacts({first: TEXT})
    found += artifacts({second: TEXT}) if second else []
    for order in (found, found[::-1]):
        with pytest.raises(ValueError, match="cannot both be files"):
            changes(order, places_in(tmp_path))


def test_the_same_path_twice(tmp_path):
    """Two artifacts with one path are refused even if their texts agree."""
    with pytest.raises(ValueError, match=r"artifact paths 'a\.yml' and 'a\.yml' cannot both be files"):
        changes([*artifacts({"a.yml": TEXT}), *artifacts({"a.yml": TEXT})], places_in(tmp_path))


def test_one_name_in_both_folders(tmp_path):
    """The same relative path below the output folder and below the project are two files."""
    places = places_in(tmp_path)
    build(places, {"a.yml": "out\n"}, {"a.yml": "project\n"})
    assert (places.out / "a.yml").read_text() == "out\n"
    assert (places.root / "a.yml").read_text() == "project\n"


@pytest.mark.parametrize(
    "path", ["generated/a.yml", "generated/A.yml", "generated/a.yml/b", "generated", "generated/manifest.json"]
)
def test_a_project_file_inside_the_output(tmp_path, path):
    """A package folder in the settings that would put one file onto another is refused, by name, as the user's fault."""
    places = places_in(tmp_path)
    with pytest.raises(OutputError, match="would be written twice") as caught:
        build(places, {"a.yml": TEXT}, {path: TEXT})
    assert "tool.obsgen.python.packages" in caught.value.help
    assert on_disk(tmp_path) == {}


def test_a_link_out_of_the_output_folder(tmp_path):
    """A symbolic link that leads out is named, and nothing is written behind it or beside it."""
    places = places_in(tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    places.out.mkdir()
    (places.out / "prometheus").symlink_to(elsewhere)
    with pytest.raises(OutputError) as caught:
        build(places, {"a.yml": TEXT, "prometheus/deep/rules.yml": TEXT}, force=True)
    assert str(caught.value) == (
        f"{places.out / 'prometheus'}: is a symbolic link that leads out of the folder obsgen writes to"
    )
    assert list(elsewhere.iterdir()) == []
    assert on_disk(places.out) == {"prometheus": f"-> {elsewhere}"}


def test_a_link_loop(tmp_path):
    """A link that leads to itself is in the way, not a traceback."""
    places = places_in(tmp_path)
    places.out.mkdir()
    (places.out / "loop").symlink_to("loop")
    assert [each.message for each in blocked(places, {"loop/a.yml": TEXT})] == [
        "`generated/loop/a.yml` needs the folder `loop`, but a file of that name is in the way"
    ]
    with pytest.raises(OutputError):
        build(places, {"loop/a.yml": TEXT}, force=True)


def test_a_link_within_the_output_folder(tmp_path):
    """A link that stays inside is followed, unless it makes two artifacts one file."""
    places = places_in(tmp_path)
    (places.out / "real").mkdir(parents=True)
    (places.out / "alias").symlink_to("real")
    build(places, {"alias/a.yml": TEXT})
    assert (places.out / "real/a.yml").read_text() == TEXT
    with pytest.raises(OutputError, match="would be written twice"):
        build(places, {"alias/b.yml": TEXT, "real/b.yml": TEXT})


def test_the_output_folder_itself_may_be_a_link(tmp_path):
    """Somebody may keep the output folder elsewhere."""
    places = places_in(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    places.out.symlink_to(tmp_path / "elsewhere")
    build(places, {"a.yml": TEXT})
    assert sorted(on_disk(tmp_path / "elsewhere")) == ["a.yml", "manifest.json"]


def test_an_output_folder_outside_the_project(tmp_path):
    """The output folder may lie anywhere, also in folders that are not there yet."""
    root = places_in(tmp_path).root
    places = Places(root=root, out=tmp_path / "far" / "away")
    build(places, {"a.yml": TEXT}, {"service/metrics.py": TEXT})
    assert sorted(on_disk(tmp_path)) == ["far/away/a.yml", "far/away/manifest.json", "project/service/metrics.py"]


@pytest.mark.parametrize("name", ["generated", "generated/deeper"])
def test_an_output_folder_that_is_a_file(tmp_path, name):
    """A file where the output folder or one of its parents should be is one clear error."""
    root = places_in(tmp_path).root
    (root / "generated").write_text("mine")
    with pytest.raises(OutputError) as caught:
        build(Places(root=root, out=root / name), {"a.yml": TEXT})
    assert str(caught.value) == f"{root / 'generated'}: is not a folder"


def test_an_output_folder_that_leads_nowhere(tmp_path):
    """A dangling link in place of the output folder is one clear error."""
    places = places_in(tmp_path)
    places.out.symlink_to("nowhere")
    with pytest.raises(OutputError) as caught:
        build(places, {"a.yml": TEXT})
    assert str(caught.value) == f"{places.out}: is a symbolic link to nothing"


@given(st.text())
def test_any_text_as_path(path):
    """A path that passes has only parts that stay inside, whatever text it is made of."""
    if not path_problem(path):
        assert not path.startswith("/")
        assert all(part not in {"", ".", ".."} for part in path.split("/"))
        assert path.isprintable() or not any(ord(character) < 32 for character in path)
        path.encode()
