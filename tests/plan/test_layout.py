"""Panels fill their lines, never overlap, and keep their ids whatever happens around them."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from obsgen.plan.dashboards import dashboards, uid
from obsgen.plan.layout import COLUMNS, ids
from obsgen.spec.dashboards import PANEL_KINDS
from tests.plan.catalogs import catalog, dashboard

KEYS = st.from_regex(r"[a-z]{1,3}(-[a-z]{1,2})?", fullmatch=True)
SIZES = {"width": st.integers(1, 24), "height": st.integers(2, 40)}
PANELS = st.sampled_from([kind for kind in PANEL_KINDS if kind not in ("table", "heatmap")]).flatmap(
    lambda kind: st.fixed_dictionaries(
        {kind: st.just("Title"), **({"body": st.just("x")} if kind == "text" else {"show": st.just({"promql": "up"})})},
        optional=SIZES,
    )
)


@st.composite
def rows(draw):
    """Return rows with panels, all keys of the dashboard unique."""
    keys = draw(st.lists(KEYS, min_size=1, max_size=12, unique=True))
    panels = {key: draw(PANELS) for key in keys}
    cuts = draw(st.lists(st.integers(1, len(keys)), max_size=3))
    ends = sorted({*cuts, len(keys)})
    parts = [keys[start:end] for start, end in itertools.pairwise([0, *ends])]
    return {
        f"row{number}": {"title": "Row", "collapsed": draw(st.booleans()), "panels": {key: panels[key] for key in part}}
        for number, part in enumerate(parts)
    }


def planned(written):
    """Return the planned dashboard with these rows."""
    (found,) = dashboards(catalog(dashboards={"d": {"title": "D", "rows": written}}))
    return found


@given(rows())
def test_nothing_overlaps(written):
    """No two panels of rows that can be open at once cover the same place, and all stand below their row's title."""
    found = planned(written)
    covered = {}
    for row in found.rows:
        grids = [row.grid] if row.collapsed else [row.grid, *(panel.grid for panel in row.panels)]
        for grid in grids:
            assert grid.x >= 0
            assert grid.x + grid.width <= COLUMNS
            for place in itertools.product(range(grid.x, grid.x + grid.width), range(grid.y, grid.y + grid.height)):
                assert place not in covered, (covered[place], grid)
                covered[place] = grid
        assert all(panel.grid.y > row.grid.y for panel in row.panels)


@given(rows())
def test_lines_are_full(written):
    """Every line with a panel of free width reaches across the page; panels come in the order of the catalog."""
    for row in planned(written).rows:
        spec = written[row.key]["panels"]
        for _, line in itertools.groupby(row.panels, key=lambda panel: panel.grid.y):
            panels = list(line)
            assert [panel.grid.x for panel in panels] == [
                sum(one.grid.width for one in panels[:end]) for end in range(len(panels))
            ]
            if any("width" not in spec[panel.key] for panel in panels):
                assert sum(panel.grid.width for panel in panels) == COLUMNS
            for panel in panels:
                assert panel.grid.width >= spec[panel.key].get("width", 1)
                assert spec[panel.key].get("height", panel.grid.height) == panel.grid.height
        assert [panel.key for panel in row.panels] == list(spec)


def test_written_widths_are_kept():
    """A written width is what is drawn, even where the line then has a gap."""
    shows = {"show": {"promql": "up"}}
    found = planned(
        {
            "r": {
                "title": "R",
                "panels": {"a": {"stat": "A", "width": 5, **shows}, "b": {"stat": "B", "width": 7, **shows}},
            }
        }
    )
    assert [(panel.grid.x, panel.grid.width) for panel in found.rows[0].panels] == [(0, 5), (5, 7)]


def test_closed_rows_take_one_line():
    """The rows behind a closed one follow directly below its title."""
    panels = {"panels": {"a": {"stat": "A", "show": {"promql": "up"}}}}
    other = {"panels": {"b": {"stat": "B", "show": {"promql": "up"}}}}
    found = planned({"one": {"title": "1", "collapsed": True, **panels}, "two": {"title": "2", **other}})
    assert [row.grid.y for row in found.rows] == [0, 1]
    assert [row.panels[0].grid.y for row in found.rows] == [1, 2]


@given(rows(), st.data())
def test_ids_do_not_move(written, data):
    """An id stays when other panels come, go or change places, and no two are equal."""
    before = numbers(planned(written))
    assert len(set(before.values())) == len(before)
    assert all(0 < number <= 2_000_000 for number in before.values())
    left = [(row, key) for row, spec in written.items() for key in spec["panels"]]
    kept = data.draw(st.permutations(left).flatmap(lambda all_: st.integers(1, len(all_)).map(lambda end: all_[:end])))
    fewer = {"other": {"title": "Other", "panels": {key: written[row]["panels"][key] for row, key in kept}}}
    fewer["other"]["panels"]["new-one-here"] = {"text": "New", "body": "x"}
    after = numbers(planned(fewer))
    assert {key: after[key] for _, key in kept} == {key: before[key] for _, key in kept}


def numbers(found):
    """Return the id of each panel, and of each row, by key."""
    rows = {f"row {row.key}": row.id for row in found.rows}
    return rows | {panel.key: panel.id for row in found.rows for panel in row.panels}


def test_ids_that_meet_are_told_apart():
    """Keys with the same check sum get different ids, in whatever order they come."""
    keys = ["panel-1", "panel-1+", *(f"k{number}" for number in range(5000))]
    found = ids(keys)
    assert len(set(found.values())) == len(keys)
    assert found == ids(reversed(keys))


def test_a_uid_comes_from_names_alone():
    """A title can change, the address of the dashboard stays."""
    first = catalog(dashboards={"d": dashboard({"p": {"text": "T", "body": "x"}}, title="Before")})
    second = catalog(dashboards={"d": dashboard({"q": {"text": "T", "body": "x"}}, title="After")})
    assert [one.uid for one in dashboards(first)] == [one.uid for one in dashboards(second)] == ["obsgen-shop--d"]


NAMES = st.from_regex(r"[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,6}){0,9}", fullmatch=True)


@given(st.lists(st.tuples(NAMES, NAMES), min_size=2, max_size=2, unique=True))
def test_uids_are_short_and_different(names):
    """Grafana takes at most 40 characters; two dashboards never share an address, wherever the dashes stand."""
    found = [uid(*pair) for pair in names]
    assert len(set(found)) == len(names)
    assert all(len(one) <= 40 for one in found)


def test_dashes_do_not_make_two_dashboards_one():
    """`b` of `c-a` and `a-b` of `c` are different dashboards."""
    assert uid("c-a", "b") != uid("c", "a-b")
