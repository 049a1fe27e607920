"""What once broke obsgen, and what the fuzzer begins with."""

import random
import sys
from pathlib import Path

import pytest

from tests import tools

sys.path.insert(0, str(Path(tools.__file__).resolve().parent.parent / "scripts"))
from fuzz_parts.mutate import mutated
from fuzz_parts.targets import TARGETS

SEEDS = sorted(Path(__file__).with_name("seeds").glob("*.txt"))


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_what_broke_once(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """An input that once ended in a traceback, or in words on standard error, is answered with findings."""
    target = TARGETS[path.stem.partition("-")[0]]
    assert target.run(path.read_text(encoding="utf-8"))
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("name", TARGETS)
def test_every_kind_of_input(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Seeds of each kind, and changes of them, go through reading, checks and reports without a sound."""
    dice = random.Random(3)
    seeds = [text for text in TARGETS[name].seeds() if len(text) <= 8000]
    assert seeds
    for _ in range(100):
        TARGETS[name].run(mutated(dice.choice(seeds), seeds, dice))
    assert capfd.readouterr().err == ""
