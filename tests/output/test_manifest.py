"""The manifest is deterministic, and whatever lies in its place leads to a located finding, never to harm."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obsgen.output import OutputError
from obsgen.output.manifest import compose, join, parse
from obsgen.output.places import FileKey
from tests.output.trees import RULES, TEXT, build, codes, findings, on_disk, places_in

SHA = hashlib.sha256(TEXT.encode()).hexdigest()
OTHER = "0" * 64
GOOD = f'{{\n  "obsgen_manifest": 1,\n  "output": {{\n    "{RULES}": "{SHA}"\n  }},\n  "project": {{}}\n}}\n'


def test_its_text(tmp_path):
    """It names path and sha256 of every file, sorted, in two sections, with nothing of this machine or this minute."""
    places = places_in(tmp_path)
    build(places, {"b.yml": TEXT, RULES: TEXT}, {"service/metrics.py": TEXT})
    assert places.manifest.read_text() == (
        f'{{\n  "obsgen_manifest": 1,\n  "output": {{\n    "b.yml": "{SHA}",\n    "{RULES}": "{SHA}"\n  }},\n'
        f'  "project": {{\n    "service/metrics.py": "{SHA}"\n  }}\n}}\n'
    )


FAULTS = {
    "": ("is not JSON", 1, 1),
    "{": ("is not JSON", 1, 2),
    GOOD[:-3]: ("is not JSON", 6, 16),
    "\ufeff" + GOOD: ("is not JSON", 1, 1),
    "[" * 100_000: ("is not JSON", 1, 1),
    "1" * 10_000: ("is not JSON", 1, 1),
    "[]": ("is not a manifest of obsgen", 1, 1),
    "null": ("is not a manifest of obsgen", 1, 1),
    "{}": ("is not a manifest of obsgen", 1, 1),
    GOOD.replace(": 1,", ": 2,"): ("has a format this obsgen cannot read (it reads 1)", 2, 3),
    GOOD.replace(": 1,", ": true,"): ("has a format this obsgen cannot read (it reads 1)", 2, 3),
    GOOD.replace('"project"', '"projects"'): ("has missing or unknown keys", 1, 1),
    GOOD.replace("{}", "[]"): ("has no files in `project`", 6, 3),
    GOOD.replace(SHA, SHA.upper()): (f"has no sha256 for '{RULES}'", 4, 5),
    GOOD.replace(f'"{SHA}"', "7"): (f"has no sha256 for '{RULES}'", 4, 5),
    GOOD.replace(f'"{SHA}"', "[]"): (f"has no sha256 for '{RULES}'", 4, 5),
    GOOD.replace(f'"{SHA}"', "[null]"): (f"has no sha256 for '{RULES}'", 4, 5),
    GOOD.replace(f'"{SHA}"', "{}"): (f"has no sha256 for '{RULES}'", 4, 5),
    GOOD.replace('"project"', '"output"'): ("names 'output' twice", 3, 3),
    GOOD.replace(RULES, "../../etc/passwd"): ("names the path '../../etc/passwd', which has the part '..'", 4, 5),
    GOOD.replace(RULES, "/etc/passwd"): ("names the path '/etc/passwd', which is absolute", 4, 5),
    GOOD.replace(RULES, "a\\ud800"): ("names the path 'a\\ud800', which has a control character", 4, 5),
    GOOD.replace(RULES, "Manifest.json"): ("names the path 'Manifest.json', which is the manifest itself", 4, 5),
    "<<<<<<< ours\nnonsense\n=======\n" + GOOD + ">>>>>>> theirs\n": ("holds merge markers", 1, 1),
}


@pytest.mark.parametrize("text", FAULTS, ids=range(len(FAULTS)))
def test_a_faulty_manifest(text):
    """Each fault is told in words and at its place, and nothing the manifest says is believed."""
    known, fault = parse(text.encode())
    assert known == {}
    assert (fault.message, fault.line, fault.column) == FAULTS[text]


def test_bytes_that_are_no_text():
    """A manifest that is not UTF-8 is faulty."""
    assert parse(b"\xff\xfe")[1].message == "is not UTF-8 text"


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes(raw):
    """No content raises."""
    parse(raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.just(SHA),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.fixed_dictionaries({"obsgen_manifest": JSON | st.just(1), "output": JSON, "project": JSON}))
def test_any_json(document):
    """No shape raises, and no path that is believed leads anywhere else."""
    known, fault = parse(json.dumps(document).encode())
    assert fault is not None or all(".." not in key.path.split("/") for key in known)


HASHES = st.sets(st.text("0123456789abcdef", min_size=64, max_size=64), min_size=1, max_size=3)


@given(st.dictionaries(st.builds(FileKey, st.booleans(), st.sampled_from(["a", "b/c", "é/d"])), HASHES), st.booleans())
def test_round_trip(entries, open_ended):
    """What is composed is read back, in the middle of a build too."""
    known = {key: join(tuple(hashes), (None,) if open_ended else ()) for key, hashes in entries.items()}
    assert parse(compose(known).encode()) == (known, None)


def conflict(places, ours, theirs):
    """Leave the manifest as git leaves it when both branches were built."""
    lines = places.manifest.read_text().splitlines(keepends=True)
    at = next(index for index, line in enumerate(lines) if RULES in line)
    sides = [
        "<<<<<<< HEAD\n",
        lines[at].replace(SHA, ours),
        "=======\n",
        lines[at].replace(SHA, theirs),
        ">>>>>>> topic\n",
    ]
    places.manifest.write_text("".join([*lines[:at], *sides, *lines[at + 1 :]]))


def test_merge_markers_heal(tmp_path):
    """After a merge conflict both sides' hashes count, so that a build heals without force."""
    places = places_in(tmp_path)
    build(places, {RULES: TEXT})
    theirs = hashlib.sha256(b"theirs\n").hexdigest()
    conflict(places, OTHER, theirs)
    (places.out / RULES).write_text("theirs\n")
    found = findings(places, {RULES: TEXT})
    assert codes(found) == [("drift/manifest", "generated/manifest.json"), ("drift/out-of-date", f"generated/{RULES}")]
    assert found[0].message == "the manifest `generated/manifest.json` holds merge markers"
    assert found[0].primary.span.line == 4
    build(places, {RULES: TEXT})
    assert findings(places, {RULES: TEXT}) == []


@pytest.mark.parametrize("path", ["../victim", "/VICTIM", "sub/../../victim", "link/victim"])
@pytest.mark.parametrize("force", [False, True])
def test_a_hostile_manifest_removes_nothing(tmp_path, path, force):
    """A file outside stays, although the manifest names it with its true sha256 and it is not rendered."""
    places = places_in(tmp_path)
    build(places, {RULES: TEXT})
    victim = places.root / "victim"
    victim.write_text("precious")
    (places.out / "link").symlink_to(places.root)
    path = path.replace("/VICTIM", str(victim))
    places.manifest.write_text(compose({FileKey(False, path): (hashlib.sha256(b"precious").hexdigest(),)}))
    before = findings(places, {RULES: TEXT})
    assert before[0].code == "drift/manifest"
    report = build(places, {RULES: TEXT}, force=force)
    assert report.removed == ()
    assert victim.read_text() == "precious"
    assert findings(places, {RULES: TEXT}) == []


@pytest.mark.parametrize("path", ["generated/" + RULES, "generated/manifest.json", "alias.yml"])
def test_a_manifest_that_names_a_rendered_file_under_another_name(tmp_path, path):
    """A file that is rendered is not removed because the manifest also knows it by another way."""
    places = places_in(tmp_path)
    build(places, {RULES: TEXT})
    (places.root / "alias.yml").symlink_to(places.out / RULES)
    known = {FileKey(False, RULES): (SHA,), FileKey(True, path): (SHA,)}
    places.manifest.write_text(compose(known))
    build(places, {RULES: TEXT}, force=True)
    assert (places.out / RULES).read_text() == TEXT
    assert places.manifest.read_text() == GOOD


def test_a_foreign_manifest_is_not_overwritten(tmp_path):
    """A `manifest.json` of a web page, say, is somebody's file: only force replaces it."""
    places = places_in(tmp_path)
    places.out.mkdir()
    places.manifest.write_text('{"name": "Bakery", "icons": []}\n')
    before = on_disk(tmp_path)
    with pytest.raises(OutputError) as caught:
        build(places, {RULES: TEXT})
    assert str(caught.value) == f"{places.manifest}: is in the way: it is not a manifest of obsgen"
    assert on_disk(tmp_path) == before
    build(places, {RULES: TEXT}, force=True)
    assert places.manifest.read_text() == GOOD


def test_a_manifest_that_is_a_link(tmp_path):
    """A link in the manifest's place is not followed, neither to read nor to write."""
    places = places_in(tmp_path)
    places.out.mkdir()
    (tmp_path / "victim").write_text(GOOD)
    places.manifest.symlink_to(tmp_path / "victim")
    with pytest.raises(OutputError, match="it is not a regular file"):
        build(places, {})
    build(places, {"a.yml": TEXT}, force=True)
    assert (tmp_path / "victim").read_text() == GOOD
    assert not places.manifest.is_symlink()


def test_a_manifest_that_is_a_folder(tmp_path):
    """A folder in the manifest's place is one clear error, with force too, and nothing is left behind."""
    places = places_in(tmp_path)
    places.manifest.mkdir(parents=True)
    for force in (False, True):
        with pytest.raises(OutputError) as caught:
            build(places, {"a.yml": TEXT}, force=force)
        assert caught.value.path == places.manifest
    assert [path.name for path in places.out.iterdir()] == ["manifest.json"]


def test_a_damaged_manifest_of_ours_heals(tmp_path):
    """If the files are current, a damaged or lost manifest is written anew without force."""
    places = places_in(tmp_path)
    for damage in (b"", b'{"obsgen_manifest": 1,', None):
        build(places, {RULES: TEXT})
        if damage is None:
            places.manifest.unlink()
        else:
            places.manifest.write_bytes(damage)
        assert codes(findings(places, {RULES: TEXT})) == [("drift/manifest", "generated/manifest.json")]
        report = build(places, {RULES: TEXT})
        assert report == type(report)()
        assert places.manifest.read_text() == GOOD


def test_every_single_byte(tmp_path):
    """Changing any one byte of the manifest, or of a file, is drift that names a file."""
    places = places_in(tmp_path)
    build(places, {RULES: TEXT}, {"service/metrics.py": "a = 1\n"})
    for file in (places.manifest, places.out / RULES, places.root / "service/metrics.py"):
        good = file.read_bytes()
        for at in range(len(good)):
            for other in (b"X", b" ", b"\xff", b""):
                damaged = good[:at] + other + good[at + 1 :]
                if damaged != good:
                    file.write_bytes(damaged)
                    assert findings(places, {RULES: TEXT}, {"service/metrics.py": "a = 1\n"}), (file, at, other)
        file.write_bytes(good)
    assert findings(places, {RULES: TEXT}, {"service/metrics.py": "a = 1\n"}) == []
