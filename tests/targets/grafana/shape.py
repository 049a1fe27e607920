"""The shape of the JSON that obsgen emits, as a JSON Schema of its own: only these keys, only these values."""


def closed(required=(), **properties):
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def array(items, at_least=0):
    return {"type": "array", "items": items, "minItems": at_least}


def one_of(*values):
    return {"enum": list(values)}


TEXT = {"type": "string"}
WORDS = {"type": "string", "minLength": 1}
NUMBER = {"type": "number"}
COUNT = {"type": "integer", "minimum": 0}
FLAG = {"type": "boolean"}
OPEN = {"type": "object"}
DURATION = {"type": "string", "pattern": r"^([0-9]+(ms|[smhdwy]))+$"}
DATASOURCE = {"const": {"type": "prometheus", "uid": "${datasource}"}}
GRID = closed(
    "hwxy",
    h={"type": "integer", "minimum": 1},
    w={"type": "integer", "minimum": 1, "maximum": 24},
    x={"type": "integer", "minimum": 0, "maximum": 23},
    y=COUNT,
)
LINK = closed(("title", "url", "targetBlank"), title=WORDS, url=WORDS, targetBlank=FLAG)

STEP = closed(("color", "value"), color=WORDS, value={"type": ["number", "null"]})
THRESHOLDS = closed(("mode", "steps"), mode={"const": "absolute"}, steps=array(STEP, at_least=1))
HIDE_FROM = closed(tooltip=FLAG, viz=FLAG, legend=FLAG)
TIMESERIES_CUSTOM = closed(
    ("drawStyle", "fillOpacity", "lineWidth", "showPoints", "spanNulls", "stacking", "thresholdsStyle"),
    axisPlacement=one_of("auto", "left", "right", "hidden"),
    axisLabel=WORDS,
    barAlignment=one_of(-1, 0, 1),
    drawStyle=one_of("line", "bars", "points"),
    fillOpacity={"const": 10},
    gradientMode=one_of("none", "opacity", "hue", "scheme"),
    hideFrom=HIDE_FROM,
    lineInterpolation=one_of("linear", "smooth", "stepBefore", "stepAfter"),
    lineWidth={"const": 1},
    pointSize=COUNT,
    scaleDistribution=closed(("type",), type={"const": "linear"}),
    showPoints={"const": "never"},
    spanNulls={"type": "integer", "minimum": 1},
    stacking=closed(("group", "mode"), group={"const": "A"}, mode=one_of("none", "normal")),
    thresholdsStyle=closed(("mode",), mode=one_of("off", "dashed")),
)
TABLE_CUSTOM = closed(
    ("cellOptions",),
    align=one_of("auto", "left", "center", "right"),
    cellOptions=closed(("type",), type=one_of("auto", "color-text")),
    filterable=FLAG,
    inspect=FLAG,
)
OVERRIDE = closed(
    ("matcher", "properties"),
    matcher=closed(("id", "options"), id={"const": "byName"}, options=WORDS),
    properties=array(closed(("id", "value"), id=WORDS, value={}), at_least=1),
)

REDUCE = closed(
    ("calcs", "fields", "values"), calcs={"const": ["lastNotNull"]}, fields={"const": ""}, values={"const": False}
)
LEGEND = {
    "displayMode": one_of("list", "table"),
    "placement": one_of("bottom", "right"),
    "showLegend": {"const": True},
    "calcs": array(one_of("lastNotNull", "max", "min", "mean", "sum")),
}
TOOLTIP = closed(("mode", "sort"), mode=one_of("single", "multi", "none"), sort=one_of("asc", "desc", "none"))
ORIENTATION = one_of("auto", "horizontal", "vertical")

OPTIONS = {
    "timeseries": closed(
        ("legend", "tooltip"),
        legend=closed(LEGEND, **LEGEND),
        tooltip={"const": {"mode": "multi", "sort": "desc"}},
    ),
    "stat": closed(
        ("reduceOptions", "graphMode", "wideLayout", "showPercentChange"),
        colorMode=one_of("value", "background", "none"),
        graphMode=one_of("none", "area"),
        justifyMode=one_of("auto", "center"),
        orientation=ORIENTATION,
        reduceOptions=REDUCE,
        showPercentChange={"const": False},
        textMode=one_of("auto", "value", "value_and_name", "name"),
        wideLayout={"const": True},
    ),
    "gauge": closed(
        ("reduceOptions", "showThresholdMarkers", "showThresholdLabels"),
        orientation=ORIENTATION,
        reduceOptions=REDUCE,
        showThresholdLabels={"const": False},
        showThresholdMarkers={"const": True},
    ),
    "bargauge": closed(
        ("reduceOptions", "displayMode"),
        displayMode=one_of("basic", "lcd", "gradient"),
        orientation=ORIENTATION,
        reduceOptions=REDUCE,
        showUnfilled=FLAG,
        valueMode=one_of("color", "text", "hidden"),
    ),
    "table": closed(
        ("showHeader", "sortBy"),
        cellHeight=one_of("sm", "md", "lg"),
        showHeader={"const": True},
        sortBy=array(closed(("displayName", "desc"), displayName=WORDS, desc=FLAG)),
    ),
    "piechart": closed(
        ("legend", "pieType", "reduceOptions", "displayLabels"),
        displayLabels={"const": ["percent"]},
        legend=closed(("showLegend", "values"), values={"const": ["value", "percent"]}, **LEGEND),
        pieType=one_of("pie", "donut"),
        reduceOptions=REDUCE,
        tooltip=TOOLTIP,
    ),
    "heatmap": closed(
        ("calculate", "color", "rowsFrame", "yAxis"),
        calculate={"const": False},
        cellGap=COUNT,
        color=closed(
            ("mode", "scheme"),
            exponent=NUMBER,
            fill=WORDS,
            mode={"const": "scheme"},
            reverse=FLAG,
            scale=one_of("exponential", "linear"),
            scheme=WORDS,
            steps={"type": "integer", "minimum": 2, "maximum": 128},
        ),
        exemplars=closed(color=WORDS),
        filterValues=closed(le=NUMBER),
        legend=closed(show=FLAG),
        rowsFrame=closed(("layout",), layout=one_of("auto", "le")),
        showValue=one_of("never", "auto", "always"),
        tooltip=closed(mode=one_of("single", "multi", "none"), showColorScale=FLAG, yHistogram=FLAG),
        yAxis=closed(("unit",), axisPlacement=one_of("left", "right"), decimals=COUNT, unit=WORDS),
    ),
    "text": closed(("content", "mode"), content=TEXT, mode={"const": "markdown"}),
}
CUSTOM = {"timeseries": TIMESERIES_CUSTOM, "table": TABLE_CUSTOM}
COLOR_MODES = {
    **dict.fromkeys(("stat", "gauge", "bargauge", "table"), "thresholds"),
    **dict.fromkeys(("timeseries", "piechart"), "palette-classic"),
}

TARGET = closed(
    ("datasource", "editorMode", "expr", "format", "instant", "legendFormat", "range", "refId"),
    datasource=DATASOURCE,
    editorMode={"const": "code"},
    exemplar={"const": True},
    expr=WORDS,
    format=one_of("time_series", "table", "heatmap"),
    instant=FLAG,
    legendFormat=WORDS,
    range=FLAG,
    refId={"type": "string", "pattern": "^[A-Z]+$"},
)


def panel(kind):
    """Return the schema of one kind of panel, by Grafana's name for it."""
    text = kind == "text"
    defaults = {
        "decimals": COUNT,
        "max": NUMBER,
        "min": NUMBER,
        "noValue": WORDS,
        "thresholds": THRESHOLDS,
        "unit": WORDS,
    }
    if kind in COLOR_MODES:
        defaults["color"] = {"const": {"mode": COLOR_MODES[kind]}}
    if kind in CUSTOM:
        defaults["custom"] = CUSTOM[kind]
    needed = {"color", "custom"} & defaults.keys()
    data = {} if text else {"datasource": DATASOURCE, "targets": array(TARGET, at_least=1)}
    return closed(
        ("fieldConfig", "gridPos", "id", "options", "title", "type", *data),
        description=WORDS,
        fieldConfig=closed(
            ("defaults", "overrides"), defaults=closed(sorted(needed), **defaults), overrides=array(OVERRIDE)
        ),
        gridPos=GRID,
        id={"type": "integer", "minimum": 1},
        interval=DURATION,
        links=array(LINK, at_least=1),
        options=OPTIONS[kind],
        timeFrom=DURATION,
        title=TEXT,
        transformations=array(closed(("id", "options"), id=WORDS, options=OPEN), at_least=1),
        type={"const": kind},
        **data,
    )


ROW = closed(
    ("collapsed", "gridPos", "id", "panels", "title", "type"),
    collapsed=FLAG,
    gridPos=GRID,
    id={"type": "integer", "minimum": 1},
    panels=array(OPEN),
    title=TEXT,
    type={"const": "row"},
)

COMMON_VARIABLE = {
    "hide": {"const": 0},
    "label": WORDS,
    "name": {"type": "string", "pattern": r"^[A-Za-z_][A-Za-z0-9_]*$"},
    "options": {"const": []},
    "regex": {"const": ""},
    "sort": {"const": 1},
}
DATASOURCE_VARIABLE = closed(
    ("current", "label", "name", "query", "type"),
    **COMMON_VARIABLE
    | {
        "current": {"const": {}},
        "includeAll": {"const": False},
        "label": {"const": "Data source"},
        "multi": {"const": False},
        "name": {"const": "datasource"},
        "query": {"const": "prometheus"},
        "refresh": {"const": 1},
        "type": {"const": "datasource"},
    },
)
QUERY_VARIABLE = closed(
    ("allValue", "current", "datasource", "definition", "includeAll", "multi", "name", "query", "refresh", "type"),
    **COMMON_VARIABLE,
    allValue={"const": ".+"},
    current={"const": {"text": ["All"], "value": ["$__all"]}},
    datasource=DATASOURCE,
    definition=WORDS,
    includeAll={"const": True},
    multi={"const": True},
    query=closed(("query", "refId"), query=WORDS, refId=WORDS),
    refresh={"const": 2},
    type={"const": "query"},
)

BUILT_IN = closed(
    ("builtIn", "datasource", "enable", "hide", "iconColor", "name", "type"),
    builtIn={"const": 1},
    datasource={"const": {"type": "grafana", "uid": "-- Grafana --"}},
    enable={"const": True},
    hide={"const": True},
    iconColor=WORDS,
    name={"const": "Annotations & Alerts"},
    type={"const": "dashboard"},
)
FIRING = closed(
    ("datasource", "enable", "expr", "iconColor", "name"),
    datasource=DATASOURCE,
    enable={"const": True},
    expr={"type": "string", "pattern": r'^ALERTS\{alertstate="firing",alertname=~?".+"\}$'},
    iconColor=WORDS,
    name={"const": "Firing alerts"},
    tagKeys=WORDS,
    textFormat=WORDS,
    titleFormat=WORDS,
)
DASHBOARD_LINK = closed(
    ("asDropdown", "icon", "includeVars", "keepTime", "tags", "targetBlank", "title", "tooltip", "type", "url"),
    asDropdown={"const": True},
    icon=WORDS,
    includeVars={"const": True},
    keepTime={"const": True},
    tags=array(WORDS, at_least=1),
    targetBlank={"const": False},
    title=WORDS,
    tooltip=TEXT,
    type={"const": "dashboards"},
    url=TEXT,
)

DASHBOARD = closed(
    (
        *("annotations", "editable", "graphTooltip", "links", "panels", "schemaVersion", "tags", "templating"),
        *("time", "timepicker", "timezone", "title", "uid"),
    ),
    annotations=closed(
        ("list",), list={"type": "array", "prefixItems": [BUILT_IN, FIRING], "minItems": 1, "items": False}
    ),
    description=WORDS,
    editable={"const": False},
    graphTooltip={"const": 1},
    links=array(DASHBOARD_LINK),
    panels=array(OPEN),
    refresh=DURATION,
    schemaVersion={"const": 42},
    tags=array(WORDS),
    templating=closed(
        ("list",),
        list={"type": "array", "prefixItems": [DATASOURCE_VARIABLE], "minItems": 1, "items": QUERY_VARIABLE},
    ),
    time=closed(("from", "to"), **{"from": {"type": "string", "pattern": "^now-"}, "to": {"const": "now"}}),
    timepicker={"const": {}},
    timezone={"const": "browser"},
    title={"type": "string", "minLength": 1, "maxLength": 5000},
    uid={"type": "string", "pattern": "^[A-Za-z0-9_-]{1,40}$"},
)
