"""What people write for PromQL that is none: where it is, what is wrong, and what to write instead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obsgen.promql.faults import PromqlError
from obsgen.promql.parse import parse
from obsgen.promql.scan import KEYWORDS
from obsgen.promql.slips import slip
from obsgen.promql.tokens import tokens
from tests.promql.test_parse import EXPRESSIONS, PIECES

# The word at fault stands between two `§`.
SLIPS = [
    ("sum§(§rate(x_total[5m])", "`(` is never closed"),
    ("sum(rate(x_total[5m]))§)§ > 1", "`)` closes nothing"),
    ("x §=§ 5", "`=` is for labels, in braces; values are compared with `==`"),
    ("x == §=§ 5", "`=` is for labels, in braces; values are compared with `==`"),
    ("§rate§(x_total)", "`rate` needs a window, such as `[5m]` behind the selector"),
    ("rate(x_total§[§5m)", "`[` is never closed"),
    ("rate(x_total§[§5m", "`[` is never closed"),
    ("sum §by label§ (x)", "the labels of `by` stand in parentheses, such as `by (label)`"),
    ("§sum by (a)§ x", "what `sum` takes stands in parentheses, such as `sum by (a) (x)`"),
    ("§sum x§", "what `sum` takes stands in parentheses, such as `sum(x)`"),
    ("sum(x) §by a§", "the labels of `by` stand in parentheses, such as `by (a)`"),
    ("sum(x) by §(§a", "`(` is never closed"),
    ("x{a=§b§}", 'a value stands in quotes, such as `a="b"`'),
    ('x{a=§"§b}', '`"` is never closed'),
    ("x{a=§'§b\"}", "`'` is never closed; a text ends with the quote that it begins with"),
    ('x{a="b" §c§="d"}', "a comma is missing before `c`"),
    ('x{a§!=~§"b"}', "`!=~` is written `!~`"),
    ('x{a§~§"b"}', "between a label and its value `~` is written `=~`"),
    ('x{a§==§"b"}', "between a label and its value `==` is written `=`"),
    ('x{a§:§"b"}', "between a label and its value `:` is written `=`"),
    ('x§{§a="b"', "`{` is never closed"),
    ('x{a §in§ ("b","c")}', '`in` is no word of PromQL; write `a=~"b|c"`'),
    ('x{a=~"§(§"}', "`(` is no regular expression"),
    ("x{a=~§b.*§}", 'a value stands in quotes, such as `a=~"b.*"`'),
    ("x §and and§ y", "nothing stands between `and` and `and`"),
    ("x §&&§ y", "`&&` is written `and`"),
    ("x §||§ y", "`||` is written `or`"),
    ("x §|§ y", "`|` has no meaning here; write `or`, or `|` inside of a regular expression"),
    ("§!§x", "`!` turns nothing round; compare with `== 0`, or write `unless`"),
    ("§not§ x", "`not` is no word of PromQL; write `unless`, or compare with `== 0`"),
    ("x > §1,000§", "a number has no separators; write `1000`"),
    ("x > §1_000§", "a number has no separators; write `1000`"),
    ("x > §5%§", "`%` is the rest of a division here; 5 percent are `0.05`"),
    ("x > §5MB§", "`5MB` is no number and no time; write `5e6`"),
    ("rate(x_total[§5min§])", "`5min` is no time; write `5m`"),
    ("rate(x_total[§5 m§])", "`5 m` is no time; write `5m`"),
    ('rate(x_total[§"5m"§])', "a time stands without quotes, such as `5m`"),
    ("rate(x_total[§5M§])", "`5M` is no time; write a number with a unit, such as `5m`"),
    ("rate(x_total[§1.5h§])", "`1.5h` is no time; write `1h30m`"),
    ("rate(x_total[§1h 30m§])", "`1h 30m` is no time; write `1h30m`"),
    ('rate(x_total{a="b"}§,§[5m])', "a window stands right behind its selector, without a comma"),
    ("§rate§(x_total,5m)", "`rate` takes 1 argument, here are 2"),
    ("rate(x_total[5m]§,§)", "nothing stands behind this comma"),
    ("sum(x§,§)", "nothing stands behind this comma"),
    ('x{a="b",§,§c="d"}', "nothing stands before this comma"),
    ("x §offset 5m§ [5m]", "`offset` stands behind the window, such as `[5m] offset 5m`"),
    ("rate(x_total §offset 5m§[5m])", "`offset` stands behind the window, such as `[5m] offset 5m`"),
    ("rate(x_total[5m]) §offset§ 1h", "`offset` stands behind a selector or a window, inside of the parentheses"),
    ('x §offset "5m"§', "a time stands without quotes, such as `offset 5m`"),
    ("x §offset§", "behind `offset` a time is missing, such as `offset 1h`"),
    ('x[5m]§{§a="b"}', "the braces stand before the window, such as `x{..}[5m]`"),
    ("§{{ .Values.metric }}§ > 5", "`{{ .. }}` is for templates, which are filled in before or after; PromQL has none"),
    ("x > §{{ threshold }}§", "`{{ .. }}` is for templates, which are filled in before or after; PromQL has none"),
    ("x{a=§\u201c§b\u201d}", '`\u201c` is written `"`'),
    ("x{a=§\u2018§b\u2019}", "`\u2018` is written `'`"),
    ("x §\u2014§ 5", "`\u2014` is written `-`"),
    ("x §\u2013§ y", "`\u2013` is written `-`"),
    (
        "§histogram_quantile§(x, 0.95)",
        "`histogram_quantile` is given series for a number; write it like `histogram_quantile(0.95, sum by (le) (rate(x_bucket[5m])))`",
    ),
    (
        "§histogram_quantile§(0.95)",
        "`histogram_quantile` takes 2 arguments, here is 1; write it like `histogram_quantile(0.95, sum by (le) (rate(x_bucket[5m])))`",
    ),
    (
        "histogram_quantile(§0.95 sum§ by (le) (rate(x_bucket[5m])))",
        "between `0.95` and `sum` an operator or a comma is missing",
    ),
    (
        "§avg_over_time§(rate(x_total[5m]))",
        "`avg_over_time` needs a window; behind `rate(..)` it has a colon, such as `[1h:]`",
    ),
    ("avg_over_time(rate(x_total[5m])§[§1h])", "behind `)` a range needs a colon, such as `[1h:]`"),
    ("max_over_time(sum(x)§[§1h])", "behind `)` a range needs a colon, such as `[1h:]`"),
    ("§count_values§(x)", '`count_values` is written like `count_values("label", x)`'),
    ('§count_values§(x, "a")', '`count_values` is written like `count_values("label", x)`'),
    ("§topk§(x)", "`topk` is written like `topk(5, x)`"),
    ("§topk§(x, 5)", "`topk` is written like `topk(5, x)`"),
    ("§topk 5§ (x)", "`topk` takes its number inside, such as `topk(5, ..)`"),
    ("§quantile§(x, 0.9)", "`quantile` is written like `quantile(0.95, x)`"),
    (
        '§label_replace§(x, "a", "b", "c")',
        '`label_replace` takes 5 arguments, here are 4; write it like `label_replace(x, "new", "$1", "old", "(.*)")`',
    ),
    (
        '§label_replace§(x, a, "b", "c", "d")',
        '`label_replace` is given series for a text in quotes; write it like `label_replace(x, "new", "$1", "old", "(.*)")`',
    ),
    ("§absent§()", "`absent` takes 1 argument, here are none; write it like `absent(x)`"),
    ("§time§(x)", "`time` takes no arguments, here is 1; write it like `time()`"),
    ("§sum§()", "`sum` has no argument; write `sum(x)`"),
    (
        "sum(rate(x_total[5m])) by (a) / sum(rate(y_total[5m])) by (a) §group_left§",
        "`group_left` stands behind `on (..)` or `ignoring (..)`",
    ),
    ("x / on (a) §group_left(b)§", "nothing stands behind `/`"),
    ("x / §on a§ y", "the labels of `on` stand in parentheses, such as `on (a)`"),
    ("x §on§ (a) y", "`on` stands behind an operator, such as `/ on (..)`"),
    ("x / §group_left§(a) y", "`group_left` stands behind `on (..)` or `ignoring (..)`"),
    ("x and on(a) §group_left§(b) y", "`and` compares labels only, so that it needs no `group_left`"),
    ("x or §bool§ y", "`bool` stands behind a comparison, such as `> bool`"),
    ("x > §bool§", "nothing stands behind `bool`"),
    ("x §bool§ > y", "`bool` stands behind a comparison, such as `> bool`"),
    ("§1 > 2§", "two numbers are compared, which needs `bool`"),
    ("x§[5m]§ > 1", "a window cannot be compared or counted with; put a function around it, such as `rate(x[5m])`"),
    ('§-"a"§', "a text has no sign"),
    ("x§.§y", "`.` has no meaning here; write `_`, which is what becomes of a dot in Prometheus"),
    ("x§.§y > 5", "`.` has no meaning here; write `_`, which is what becomes of a dot in Prometheus"),
    ("§my metric§ > 5", "between `my` and `metric` an operator is missing; a name with a blank is written `my_metric`"),
    ("§5xx_total§", "`5xx_total` is no name, which never begins with a digit"),
    ("avg(x) §per§ (a)", "`per` is no word of PromQL; write `by`"),
    ("sum(x) §group§ by (a)", "`group` is no word of PromQL; write `by (..)` alone"),
    ('sum(x) §where§ a="b"', "`where` is no word of PromQL; labels are asked for in braces behind the metric"),
    ("§SELECT§ x", "`SELECT` is no word of PromQL; a query is the metric itself"),
    ("§if§ x > 5", "`if` is no word of PromQL; a condition is a comparison, such as `x > 5`"),
    ("x > 5 §?§ 1 : 0", "`?` has no meaning here; a condition is a comparison, such as `x > 5`"),
    ("x >= 5 and x §=<§ 10", "`=<` is written `<=`"),
    ("x §=>§ 5", "`=>` is written `>=`"),
    ("x §<>§ 5", "`<>` is written `!=`"),
    ("x §!==§ 5", "`!==` is written `!=`"),
    ("x §===§ 5", "`===` is written `==`"),
    ("x §is§ 5", "`is` is no word of PromQL; write `==`"),
    ("x > 5 §for§ 5m", "`for` is no word of PromQL; how long it lasts stands in `for:` of the alert"),
    ("rate(x_total[5m])§)§", "`)` closes nothing"),
    ("§(§x > 5", "`(` is never closed"),
    ("x > 5§)§", "`)` closes nothing"),
    ("rate§[§5m](x_total)", "the window stands behind the selector, such as `rate(x[5m])`"),
    ("§rate x_total§[5m]", "what `rate` takes stands in parentheses, such as `rate(x_total[5m])`"),
    ("§rate§(sum(x_total))", "`rate` needs a window; take it first, such as `sum(rate(x[5m]))`"),
    ("rate(sum(x_total)§[§5m])", "behind `)` a range needs a colon, such as `[5m:]`"),
    ("§irate§(x_total{})", "`irate` needs a window, such as `[5m]` behind the selector"),
    ("increase(x_total [5m]) §>§ ", "nothing stands behind `>`"),
    ("§>§ 5", "nothing stands before `>`"),
    ("§and§ x", "nothing stands before `and`"),
    ("x §+§", "nothing stands behind `+`"),
    ("§+§ ", "nothing stands behind `+`"),
    ("§sumby§(a)(x)", "`sumby` is written `sum by`"),
    ("§sum by(a)§", "what `sum` takes stands in parentheses, such as `sum by(a) (..)`"),
    ("sum(x) without(a) §by§ (b)", "an aggregation has one `by` or one `without`, and this is the second"),
    ("§RATE§(x_total[5m])", "there is no function `RATE`; did you mean `rate`?"),
    ("§rates§(x_total[5m])", "there is no function `rates`; did you mean `rate`?"),
    ("§histogram_quantil§(0.9, x)", "there is no function `histogram_quantil`; did you mean `histogram_quantile`?"),
    ("§avg_overtime§(x[5m])", "there is no function `avg_overtime`; did you mean `avg_over_time`?"),
    ('x == §"a"§', "a text cannot be compared; the value of a label is asked for in braces"),
    ("x §@ start§", "`@ start` is written `@ start()`"),
    ("x §//§ comment", "`//` begins no comment; a comment begins with `#`"),
    ("x§;§ y", "`;` has no meaning here; an expression has no sign at its end"),
    ("§x y§", "between `x` and `y` an operator is missing; a name with a blank is written `x_y`"),
    ('x{a="b"§} y§', "between `}` and `y` an operator or a comma is missing"),
    ('x{a="b"}§{§c="d"}', "a selector has one pair of braces; put a comma between its labels"),
    ("rate(x_total§[§$__rate_interval)", "`[` is never closed"),
    ("rate(x_total§[[interval]]§)", "`[[interval]]` is a variable alone; a window is written `[$interval]`"),
    ('x{a="b§\\d§"}', "`\\d` is no escape; a backslash in quotes is written `\\\\`"),
    ('x{a=~"b§\\d§"}', "`\\d` is no escape; a backslash in quotes is written `\\\\`"),
    ('x{§1a§="b"}', "`1a` is no name of a label; write `_1a`, if it is called so"),
    ('x{§a-b§="c"}', "`a-b` is no name of a label; write `a_b`, if it is called so"),
    ('x{§a.b§="c"}', "`a.b` is no name of a label; write `a_b`, if it is called so"),
    ("§{}§", "a selector needs a metric, or a label with a value that is not empty"),
    ('§{a=""}§', "a selector needs a metric, or a label with a value that is not empty"),
    ('§{a=~".*"}§', "a selector needs a metric, or a label with a value that is not empty"),
    ('x{§__name__§="y"}', "the metric has two names, `x` and `y`; remove `__name__`"),
    (
        "§predict_linear§(x[1h])",
        "`predict_linear` takes 2 arguments, here is 1; write it like `predict_linear(x[1h], 3600)`",
    ),
    ("§vector§(x)", "`vector` is given series for a number; write it like `vector(1)`"),
    ("§scalar§(5)", "`scalar` is given a number; put `vector(..)` around it"),
    (
        "§clamp_max§(5, x)",
        "`clamp_max` is given a number; put `vector(..)` around it, or swap the arguments: `clamp_max(x, 1)`",
    ),
    ("§round§(x, 0.1, 2)", "`round` takes at most 2 arguments, here are 3; write it like `round(x, 0.1)`"),
    ("§deriv§(x)", "`deriv` needs a window, such as `[5m]` behind the selector"),
    ("§sort_desc§(5)", "`sort_desc` is given a number; put `vector(..)` around it"),
    ("§day_of_week§(x,y)", "`day_of_week` takes at most 1 argument, here are 2"),
    ("sum by (a §b§) (x)", "a comma is missing before `b`"),
    ("x §unless§", "nothing stands behind `unless`"),
    ("x §ignoring§(a) / y", "`ignoring` stands behind an operator, such as `/ ignoring (..)`"),
    ("x > §0x§", "`0x` is no number and no time"),
    ("x > §1e§", "`1e` is no number and no time"),
    ("x > §1.2.3§", "`1.2.3` is no number and no time"),
    ("x > §.§", "`.` has no meaning here; write `_`, which is what becomes of a dot in Prometheus"),
    ("x > §5 s§", "a time has no blank in it; write `5s`"),
    ("x{}§[]§", "a window needs a time, such as `[5m]`"),
    ("rate(x_total§[]§)", "a window needs a time, such as `[5m]`"),
    ("rate(x_total[§-§5m])", "a window has no sign; it always ends now, or where `offset` says"),
    ("rate(x_total[§0s§])", "`0s` is no window, which has to be longer than nothing"),
    ("rate(x_total[5m] )§)§ ", "`)` closes nothing"),
    ("x§\xa0§> 5", "here stands U+00A0, which looks like a blank or like nothing; write a plain blank"),
    ("x > 5§\u200b§", "here stands U+200B, which looks like a blank or like nothing; write a plain blank"),
    ('x{a§\u2265§"b"}', "`\u2265` is written `>=`"),
    ("x §\u2265§ 5", "`\u2265` is written `>=`"),
    ('sum(x)§{§a="b"}', "labels are asked for at the metric, inside of the parentheses, such as `sum(x{..})`"),
    ('sum by (a§=§"b") (x)', "here stand labels alone; their values are asked for in braces behind the metric"),
    ("x{§a§}", 'the label `a` has no value; write `a="..."`'),
    ("x{a§=§}", "behind `=` a value is missing"),
    ("x{a§>§5}", "`>` compares numbers, and the values of labels are texts; write `=`, `!=`, `=~` or `!~`"),
    ('x{§,§a="b"}', "nothing stands before this comma"),
    ("rate(x[§:§5m])", "before the colon a time is missing, such as `[1h:]`"),
    ("rate(x[§5minutes§])", "`5minutes` is no time; write `5m`"),
    ("increase(x[§24 hours§])", "`24 hours` is no time; write `24h`"),
    ("x > §10k§", "`10k` is no number and no time; write `10e3`"),
    ("x > §5MiB§", "`5MiB` is no number and no time; write `5 * 2^20`"),
    ("x offset §5min§", "`5min` is no time; write `5m`"),
    ('x{a="b"} §=§ 1', "`=` is for labels, in braces; values are compared with `==`"),
    ('x §=~§ "a"', "`=~` is for labels, in braces; values are compared with `==` or `>`"),
    ("x §^^§ 2", "nothing stands between `^` and `^`"),
    ("(x > 5) and (y < 3§) z§", "between `)` and `z` an operator or a comma is missing"),
    ("§rate§(x[5m], y)", "`rate` takes 1 argument, here are 2"),
    ('x == §"a"§ or y', "a text cannot be compared; the value of a label is asked for in braces"),
    ("sum(x) by (a)§,§ b", "a comma joins no queries; write `or`, or two queries"),
    ("max(§x y§)", "between `x` and `y` an operator is missing; a name with a blank is written `x_y`"),
    ("x §**§ 2", "`**` is written `^`"),
    ('x{a="b" §and§ c="d"}', "between two labels `and` is written `,`"),
    ('x{a§!§"b"}', "between a label and its value `!` is written `!=`"),
    ('x{a="b"§;§c="d"}', "between two labels `;` is written `,`"),
    ("x{a=§'§b\"}", "`'` is never closed; a text ends with the quote that it begins with"),
    ("x§[5m]§ + y", "a window cannot be compared or counted with; put a function around it, such as `rate(x[5m])`"),
    ("§avg_over_time§(x)", "`avg_over_time` needs a window, such as `[5m]` behind the selector"),
    (
        "§avg_over_time§(sum by (a) (x))",
        "`avg_over_time` needs a window; behind `sum(..)` it has a colon, such as `[1h:]`",
    ),
    ("x > §on§", "nothing stands behind `on`"),
    ("topk(§5 x§)", "between `5` and `x` an operator or a comma is missing"),
    ("§count_values§(a, x)", '`count_values` is written like `count_values("label", x)`'),
    ("x{a=§`§b}", "``` is never closed"),
]


@pytest.mark.parametrize(("marked", "said"), SLIPS, ids=[marked for marked, _ in SLIPS])
def test_slips(marked: str, said: str) -> None:
    """Each slip is told at its word, with what to write instead."""
    before, fault, behind = marked.split("§")
    with pytest.raises(PromqlError) as caught:
        parse(before + fault + behind)
    assert (str(caught.value), caught.value.start, caught.value.end) == (said, len(before), len(before) + len(fault))


def test_no_message_of_the_parser_behind_us() -> None:
    """None of these is explained by the words of a library that nobody knows, or by a guess about the whole."""
    foreign = ("unexpected", "expected type", "invalid promql", "not allowed", "argument(s)", "look for a missing")
    assert [said for _, said in SLIPS if any(word in said for word in foreign)] == []


# Words of the language may be names of metrics; such a name cannot be told from a slip.
RIGHT = [text for text in EXPRESSIONS if text not in ("offset", "sum(by)")]


@pytest.mark.parametrize("text", RIGHT)
def test_right_expressions_have_no_slip(text: str) -> None:
    """What parses is not taken for a slip, so that the first one that is seen is what is wrong."""
    assert slip(text, tokens(text)) is None


@given(PIECES.map(" ".join) | PIECES.map("".join))
def test_no_slip_in_what_parses(text: str) -> None:
    """Whatever words stand together, none of them is a slip where the whole parses."""
    try:
        parse(text)
    except PromqlError:
        return
    found = tokens(text)
    if not any(token.kind == "variable" or token.text.lower() in KEYWORDS for token in found):
        assert slip(text, found) is None


@given(st.lists(st.sampled_from(RIGHT), min_size=2, max_size=3), st.sampled_from([" + ", " and ", " > bool "]))
def test_a_slip_is_not_put_down_to_something_right(parts: list[str], operator: str) -> None:
    """Behind right expressions a slip is found at its own place."""
    whole = operator.join(f"({part})" for part in parts)
    with pytest.raises(PromqlError) as caught:
        parse(f"{whole}{operator}x {{a=b}}")
    assert caught.value.start >= len(whole)
