"""
Unit tests for alerting rules, derived from the shapes of their conditions.

For each alert the cases stand around everything the condition says: the threshold, `for`, the window, `min_events`,
the labels. Input series are built to put the query on a wanted level (`drivers`), what the alert then has to do is
worked out from the shape (`oracle`, `verdicts`, `states`), and promtool compares that with the compiled rule.
"""

from obsgen.plan.rule_tests.document import RuleTestFile
from obsgen.plan.rule_tests.files import test_files, untestable

__all__ = ["RuleTestFile", "test_files", "untestable"]
