"""Dashboards as plan data: the two of the persona system, and one with every kind of panel."""

from dataclasses import replace

from obsgen.plan.model import Column, Dashboard, Grid, Panel, PanelLink, PanelQuery, Row, Step, Variable

RUNBOOKS = "https://example.org/runbooks"


def query(expr, legend="", *, ref="A", instant=False, format="time_series", exemplars=False):
    return PanelQuery(ref_id=ref, expr=expr, legend=legend, instant=instant, format=format, exemplars=exemplars)


def quantile(q, matchers=""):
    series = f"hypertool_workflow_stage_duration_seconds_bucket{{{matchers}}}"
    return f"histogram_quantile({q}, sum by (le, persona, stage) (rate({series}[$__rate_interval])))"


STAGE_FILTER = 'workflow=~"$workflow",persona=~"$persona"'

OVERVIEW = Dashboard(
    key="persona-overview",
    uid="obsgen-hypertool-persona-overview",
    service="hypertool",
    title="Hypertool / Persona Overview",
    description="Who works, for how long, and what it costs in tokens.",
    tags=("obsgen", "persona-team", "hypertool"),
    variables=(
        Variable(name="persona", title="Persona", query="label_values(hypertool_persona_info, persona)"),
        Variable(
            name="chatmode",
            title="Chatmode",
            query='label_values(hypertool_persona_tokens_used_total{persona=~"$persona"}, chatmode)',
        ),
    ),
    time_from="now-24h",
    alerts=("HighPersonaSwitchRate", "PersonaTokenBudgetExceeded"),
    rows=(
        Row(
            key="activity",
            id=811,
            title="Activity",
            collapsed=False,
            grid=Grid(x=0, y=0, width=24, height=1),
            panels=(
                Panel(
                    key="switches",
                    id=120,
                    kind="timeseries",
                    title="Persona switches",
                    description="Switches per second, over the last day.",
                    queries=(
                        query(
                            "sum by (to_persona) (rate(hypertool_persona_switches_total"
                            '{chatmode=~"$chatmode"}[$__rate_interval]))',
                            "{{to_persona}}",
                        ),
                    ),
                    unit="suffix:switches/s",
                    steps=(Step(at=None, means="good"), Step(at=10.0, means="bad")),
                    grid=Grid(x=0, y=1, width=16, height=8),
                    links=(PanelLink(title="Runbook: HighPersonaSwitchRate", url=f"{RUNBOOKS}#highpersonaswitchrate"),),
                    interval="15s",
                    time_from="24h",
                    minimum=0.0,
                ),
                Panel(
                    key="session-duration",
                    id=344,
                    kind="stat",
                    title="Average session",
                    description="Mean length of a session in the time range.",
                    queries=(
                        query(
                            'sum(increase(hypertool_persona_duration_seconds_sum{persona=~"$persona"}[$__range])) / '
                            'sum(increase(hypertool_persona_duration_seconds_count{persona=~"$persona"}[$__range]))',
                            instant=True,
                        ),
                    ),
                    unit="s",
                    no_value="no session",
                    grid=Grid(x=16, y=1, width=8, height=8),
                    interval="15s",
                ),
            ),
        ),
        Row(
            key="tokens",
            id=512,
            title="Tokens and chatmodes",
            collapsed=False,
            grid=Grid(x=0, y=9, width=24, height=1),
            panels=(
                Panel(
                    key="token-usage",
                    id=77,
                    kind="pie",
                    title="Token usage by persona",
                    description="Tokens used in the time range.",
                    queries=(
                        query(
                            'sum by (persona) (increase(hypertool_persona_tokens_used_total{persona=~"$persona"}[$__range]))',
                            "{{persona}}",
                            instant=True,
                        ),
                    ),
                    unit="suffix:tokens",
                    decimals=0,
                    grid=Grid(x=0, y=10, width=12, height=8),
                    interval="15s",
                ),
                Panel(
                    key="top-chatmodes",
                    id=903,
                    kind="table",
                    title="Top chatmodes",
                    description="The ten chatmodes with the most switches in the time range.",
                    queries=(
                        query(
                            "topk(10, sum by (chatmode) (increase(hypertool_persona_switches_total"
                            '{chatmode=~"$chatmode"}[$__range])))',
                            instant=True,
                            format="table",
                        ),
                    ),
                    columns=(
                        Column(name="chatmode", title="Chatmode"),
                        Column(name="Value", title="Switches", unit="short"),
                    ),
                    grid=Grid(x=12, y=10, width=12, height=8),
                    interval="15s",
                ),
            ),
        ),
    ),
)

WORKFLOW = Dashboard(
    key="workflow-performance",
    uid="obsgen-hypertool-workflow-performance",
    service="hypertool",
    title="Hypertool / Workflow Performance",
    description="How long stages take, and how often quality gates pass.",
    tags=("obsgen", "persona-team", "hypertool"),
    variables=(
        Variable(
            name="workflow",
            title="Workflow",
            query="label_values(hypertool_workflow_stage_duration_seconds_count, workflow)",
        ),
        Variable(
            name="persona",
            title="Persona",
            query='label_values(hypertool_workflow_stage_duration_seconds_count{workflow=~"$workflow"}, persona)',
        ),
    ),
    alerts=("WorkflowQualityGateFailure", "WorkflowStageSlow"),
    rows=(
        Row(
            key="quality",
            id=31,
            title="Quality",
            collapsed=False,
            grid=Grid(x=0, y=0, width=24, height=1),
            panels=(
                Panel(
                    key="gate-pass-rate",
                    id=415,
                    kind="gauge",
                    title="Quality gate pass rate",
                    description="Share of quality gates that passed in the time range.",
                    queries=(
                        query(
                            "sum(increase(hypertool_workflow_quality_gate_total"
                            '{workflow=~"$workflow",result="passed"}[$__range])) / '
                            'sum(increase(hypertool_workflow_quality_gate_total{workflow=~"$workflow"}[$__range]))',
                            instant=True,
                        ),
                    ),
                    unit="percentunit",
                    steps=(
                        Step(at=None, means="bad"),
                        Step(at=0.8, means="warn"),
                        Step(at=0.95, means="good"),
                    ),
                    no_value="no gate ran",
                    grid=Grid(x=0, y=1, width=8, height=8),
                    links=(
                        PanelLink(
                            title="Runbook: WorkflowQualityGateFailure",
                            url=f"{RUNBOOKS}#workflowqualitygatefailure",
                        ),
                    ),
                    interval="15s",
                ),
                Panel(
                    key="slow-stages",
                    id=266,
                    kind="table",
                    title="Slow stages",
                    description="Stages whose alert is pending or firing.",
                    queries=(
                        query(
                            'ALERTS{alertname="WorkflowStageSlow",workflow=~"$workflow"}', instant=True, format="table"
                        ),
                    ),
                    columns=(
                        Column(name="workflow", title="Workflow"),
                        Column(name="stage", title="Stage"),
                        Column(name="alertstate", title="State"),
                    ),
                    no_value="no slow stage",
                    grid=Grid(x=8, y=1, width=16, height=8),
                    links=(PanelLink(title="Runbook: WorkflowStageSlow", url=f"{RUNBOOKS}#workflowstageslow"),),
                    interval="15s",
                ),
            ),
        ),
        Row(
            key="duration",
            id=640,
            title="Duration",
            collapsed=False,
            grid=Grid(x=0, y=9, width=24, height=1),
            panels=(
                Panel(
                    key="execution-time",
                    id=58,
                    kind="heatmap",
                    title="Execution time",
                    description="How many stages took how long.",
                    queries=(
                        query(
                            f"sum by (le) (increase(hypertool_workflow_stage_duration_seconds_bucket{{{STAGE_FILTER}}}[$__rate_interval]))",
                            "{{le}}",
                            format="heatmap",
                        ),
                    ),
                    unit="s",
                    grid=Grid(x=0, y=10, width=12, height=9),
                    interval="15s",
                ),
                Panel(
                    key="stage-duration",
                    id=702,
                    kind="timeseries",
                    title="Stage duration by persona",
                    description="Median and 95th percentile of each stage.",
                    queries=(
                        query(quantile(0.5, STAGE_FILTER), "{{persona}} {{stage}} p50", exemplars=True),
                        query(quantile(0.95, STAGE_FILTER), "{{persona}} {{stage}} p95", ref="B", exemplars=True),
                    ),
                    unit="s",
                    steps=(Step(at=None, means="neutral"), Step(at=300.0, means="warn")),
                    grid=Grid(x=12, y=10, width=12, height=9),
                    links=(PanelLink(title="Runbook: WorkflowStageSlow", url=f"{RUNBOOKS}#workflowstageslow"),),
                    interval="15s",
                    minimum=0.0,
                ),
            ),
        ),
    ),
)

_QUEUE = Panel(
    key="queue",
    id=21,
    kind="bargauge",
    title="Budget left",
    description="Tokens left.",
    queries=(query('min by (persona) (hypertool_persona_token_budget_remaining{persona=~"$persona"})', "{{persona}}"),),
    unit="suffix:tokens",
    steps=(Step(at=None, means="bad"), Step(at=0.0, means="good")),
    grid=Grid(x=0, y=1, width=6, height=6),
    maximum=2000.0,
    decimals=1,
)

EVERY_KIND = Dashboard(
    key="every-kind",
    uid="obsgen-hypertool-every-kind",
    service="hypertool",
    title="Hypertool / Every kind",
    tags=("obsgen",),
    variables=(OVERVIEW.variables[0],),
    refresh="",
    rows=(
        Row(
            key="open",
            id=1,
            title="Open",
            collapsed=False,
            grid=Grid(x=0, y=0, width=24, height=1),
            panels=(
                _QUEUE,
                replace(
                    _QUEUE, key="plain-gauge", id=22, kind="gauge", steps=(), grid=Grid(x=6, y=1, width=6, height=6)
                ),
                replace(
                    _QUEUE,
                    key="trend",
                    id=23,
                    kind="stat",
                    description="",
                    unit="",
                    grid=Grid(x=12, y=1, width=6, height=6),
                ),
                Panel(
                    key="notes",
                    id=24,
                    kind="text",
                    title="Notes",
                    text="# Budgets\n\nSee the *catalog*.\n",
                    grid=Grid(x=18, y=1, width=6, height=6),
                ),
            ),
        ),
        Row(
            key="closed",
            id=2,
            title="Closed",
            collapsed=True,
            grid=Grid(x=0, y=7, width=24, height=1),
            panels=(
                replace(
                    _QUEUE,
                    key="stacked",
                    id=25,
                    kind="timeseries",
                    steps=(),
                    stacked=True,
                    grid=Grid(x=0, y=8, width=24, height=8),
                ),
                Panel(
                    key="used-and-left",
                    id=26,
                    kind="table",
                    title="Used and left",
                    description="Tokens used and left.",
                    queries=(
                        query("sum by (persona) (hypertool_persona_tokens_used_total)", instant=True, format="table"),
                        query(
                            "min by (persona) (hypertool_persona_token_budget_remaining)",
                            ref="B",
                            instant=True,
                            format="table",
                        ),
                    ),
                    columns=(
                        Column(name="persona", title="Persona"),
                        Column(name="Value #B", title="Left", unit="short"),
                        Column(name="Value #A", title="Used", unit="short"),
                    ),
                    steps=(Step(at=None, means="bad"), Step(at=0.0, means="neutral")),
                    grid=Grid(x=0, y=16, width=24, height=8),
                ),
            ),
        ),
    ),
)

PERSONA_SYSTEM = (OVERVIEW, WORKFLOW)
ALL = (*PERSONA_SYSTEM, EVERY_KIND)
