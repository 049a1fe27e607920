"""Generated tests notice mistakes in the rules; scripts/mutate_rules.py makes every one of them."""

from pathlib import Path

from obsgen.plan.rules import rule_groups
from tests.plan.rule_tests.mutants import campaign, mutants
from tests.plan.rule_tests.test_files import catalog as every_shape
from tests.shipped import shipped

#: One mistake of each kind, the ones that a single firing and quiet case would miss.
QUICK = frozenset(
    {
        "threshold x 0.9", "threshold x 1.1", "threshold -1", "equal too, or no longer", "for + 1m", "window x 2",
        "rate -> irate", "sum -> max", "by dropped", "guard removed", "summary prints another label",
    }
)  # fmt: skip


def test_shipped_alerts(tmp_path: Path) -> None:
    """No quick mutant of a shipped alert goes unnoticed."""
    scores = list(campaign(shipped(), tmp_path, only=QUICK))
    survivors = {score.alert: {one.name for one in score.survivors} for score in scores}
    assert set(survivors) == {alert.name for alert in shipped().alerts}
    # Floats do not meet every threshold exactly, and a case that misses it by a hair would prove nothing.
    assert set().union(*survivors.values()) <= {"equal too, or no longer"}
    assert sum(map(len, survivors.values())) <= len(survivors) / 2
    assert all(len(score.killed) >= 2 for score in scores)


def test_every_shape(tmp_path: Path) -> None:
    """A comparison the wrong way round is noticed for every shape of the vocabulary."""
    scores = list(campaign(every_shape(), tmp_path, only=frozenset({"operator turned round"})))
    assert [score.alert for score in scores if score.survivors] == []
    assert sum(len(score.killed) for score in scores) > 40


def test_mutants_differ() -> None:
    """No mutant is the rule itself, and no two are called the same."""
    for group in rule_groups(shipped()):
        for rule in group.rules:
            found = list(mutants(rule))
            assert all(one.rule != rule for one in found)
            assert len({one.name for one in found}) == len(found)
