"""Settings: where a value comes from, and what is said about one that makes no sense."""

import pytest
from obsgen_runtime.settings import read_settings

SECRET = "sk-lf-not-for-logs"


@pytest.fixture
def env_file(tmp_path):
    """Write a file of variables that only its owner may read."""

    def write(text, mode=0o600):
        path = tmp_path / "service.env"
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return path

    return write


def read(environment=None, env_file=None, **arguments):
    return read_settings({"service_name": "s", **arguments}, environment=environment or {}, env_file=env_file)


def test_arguments_come_first_then_the_environment_then_the_file(env_file):
    """The nearest place that says something wins, for each setting on its own; empty variables say nothing."""
    path = env_file("SERVICE_NAME=file\nLANGFUSE_RELEASE=file\nOBSGEN_PROMETHEUS_PORT=1\nLANGFUSE_TIMEOUT=3\n")
    environment = {"SERVICE_NAME": "env", "LANGFUSE_RELEASE": "env", "LANGFUSE_TIMEOUT": ""}
    settings = read_settings({"service_name": "argument"}, environment=environment, env_file=path)
    assert settings.service_name == "argument"
    assert settings.langfuse_release == "env"
    assert settings.prometheus_port == 1
    assert settings.langfuse_timeout_seconds == 3.0


def test_the_file_as_people_write_it(env_file, monkeypatch):
    """Quotes, inline comments, `export` and `~` work, and a dollar sign in a key stays one."""
    path = env_file(
        "export SERVICE_NAME='my service'  # the name\n"
        'LANGFUSE_SECRET_KEY="sk-${HOME}-1"\nLANGFUSE_PUBLIC_KEY=pk-1 # half\n\nLANGFUSE_RELEASE\n'
    )
    monkeypatch.setenv("HOME", str(path.parent))
    settings = read_settings(env_file="~/service.env", environment={})
    assert settings.service_name == "my service"
    assert (settings.langfuse_public_key, settings.langfuse_secret_key) == ("pk-1", "sk-${HOME}-1")
    assert read_settings(environment={"OBSGEN_ENV_FILE": str(path)}) == settings


def test_a_named_file_has_to_be_there_and_private(env_file, tmp_path):
    """A file that was named and is not there, or that others may read, is an error that says what to do."""
    with pytest.raises(FileNotFoundError, match="correct env_file or OBSGEN_ENV_FILE"):
        read(env_file=tmp_path / "gone.env")
    with pytest.raises(PermissionError, match=r"may be read by others \(mode 644\).*chmod 600"):
        read(env_file=env_file("A=1", mode=0o644))


def test_langfuse_addresses():
    """The new variable comes before the old one, and without either it is the cloud."""
    assert read().langfuse_base_url == "https://cloud.langfuse.com"
    old = {"LANGFUSE_HOST": "http://old:3000/"}
    assert read(old).langfuse_base_url == "http://old:3000"
    assert read({**old, "LANGFUSE_BASE_URL": "http://new"}).langfuse_base_url == "http://new"


@pytest.mark.parametrize(
    ("word", "switch"), [("1", True), ("TRUE", True), ("yes", True), ("On", True), ("0", False), ("no", False)]
)
def test_switches(word, switch):
    """Switches take the words people write, in any case."""
    assert read({"LANGFUSE_ENABLED": word}).langfuse_enabled is switch


@pytest.mark.parametrize(
    ("variable", "value", "advice"),
    [
        ("LANGFUSE_ENABLED", "maybe", "is no switch: write one of 1, true"),
        ("LANGFUSE_MASK_MESSAGES", "2", "is no switch"),
        ("OBSGEN_PROMETHEUS_PORT", "94.64", "is not a port"),
        ("OBSGEN_PROMETHEUS_PORT", "70000", "is not a port"),
        ("LANGFUSE_SAMPLE_RATE", "1.5", "write a share, such as 0.1, between 0 and 1"),
        ("LANGFUSE_SAMPLE_RATE", "nan", "between 0 and 1"),
        ("LANGFUSE_SAMPLE_RATE", "50%", "is no number: write a share, such as 0.1, between 0 and 1"),
        ("LANGFUSE_TIMEOUT", "soon", "is no number: write seconds between 0.1 and 300"),
        ("LANGFUSE_TIMEOUT", "1e9", "is out of range: write seconds between 0.1 and 300"),
        ("LANGFUSE_BASE_URL", "cloud.langfuse.com", r"write http\(s\)://host"),
        ("LANGFUSE_HOST", "http://[", "is no URL"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "grpc://x:4317", "is no URL"),
        ("LANGFUSE_TRACING_ENVIRONMENT", "langfuse-prod", "is no environment"),
        ("LANGFUSE_TRACING_ENVIRONMENT", "Production", "is no environment"),
    ],
)
def test_values_that_make_no_sense(variable, value, advice):
    """The error names the variable, its place, the value, and what to write."""
    with pytest.raises(ValueError, match=advice) as caught:
        read({variable: value})
    assert str(caught.value).startswith(f"{variable} in the environment: {value!r} ")


def test_secrets_are_never_shown(env_file):
    """Neither the settings nor an error about a key show it."""
    settings = read(langfuse_public_key="pk", langfuse_secret_key=SECRET)
    assert SECRET not in repr(settings)
    with pytest.raises(ValueError, match=r"LANGFUSE_SECRET_KEY in .*service.env: its value is no key") as caught:
        read(env_file=env_file(f"LANGFUSE_SECRET_KEY='{SECRET} with blanks'"))
    assert SECRET not in str(caught.value)
    with pytest.raises(ValueError, match=r"LANGFUSE_SECRET_KEY in .*: its value is no key"):
        read({"LANGFUSE_SECRET_KEY": "schlüssel"})


def test_keys_that_are_swapped():
    """A key that begins as the other one does is refused, unseen; keys that begin in neither way are taken."""
    for name, key, advice in (
        ("LANGFUSE_PUBLIC_KEY", SECRET, "begins with sk-, not pk-: swap it with LANGFUSE_SECRET_KEY"),
        ("LANGFUSE_SECRET_KEY", "pk-lf-1", "begins with pk-, not sk-: swap it with LANGFUSE_PUBLIC_KEY"),
    ):
        with pytest.raises(ValueError, match=f"{name} in the environment: its value {advice}") as caught:
            read({name: key})
        assert key not in str(caught.value)
    assert read(langfuse_public_key="own", langfuse_secret_key="made").langfuse_secret_key == "made"


def test_why_langfuse_is_off():
    """The reason is told in one phrase; None means on."""
    keys = {"langfuse_public_key": "pk", "langfuse_secret_key": "sk"}
    assert read().langfuse_off_because == "no LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY"
    assert read(langfuse_public_key="pk").langfuse_off_because == "no LANGFUSE_SECRET_KEY"
    assert read(**keys).langfuse_off_because is None
    assert read(**keys, langfuse_enabled=False).langfuse_off_because == "LANGFUSE_ENABLED is off"
    assert read({"OTEL_SDK_DISABLED": "true"}, **keys).langfuse_off_because == "OTEL_SDK_DISABLED is on"


def test_a_service_without_a_name():
    """The service has to be named somewhere, and settings that nobody knows are refused."""
    with pytest.raises(ValueError, match="set SERVICE_NAME"):
        read_settings(environment={})
    with pytest.raises(ValueError, match="no setting langfuse_colour: known are"):
        read(langfuse_colour="blue")


def test_where_a_collector_is():
    """The endpoint is a base, that of traces a whole address which comes first, and an argument before both."""
    base, whole = (
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318/"},
        {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://t/x"},
    )
    assert read().traces_url is None
    assert read(base).traces_url == "http://c:4318/v1/traces"
    assert read(whole).traces_url == read({**base, **whole}).traces_url == "http://t/x"
    assert read(whole, otlp_endpoint="http://c:4318").traces_url == "http://c:4318/v1/traces"


def test_headers_of_a_collector():
    """They are percent-decoded, one value for each name, those of traces come first, and none is ever shown."""
    text = f"Authorization=Basic%20{SECRET}%3D , x-tenant=a%2Cb,,x-tenant=blue, Content-Type=text/plain"
    settings = read({"OTEL_EXPORTER_OTLP_HEADERS": text})
    assert settings.otlp_headers == (("authorization", f"Basic {SECRET}="), ("x-tenant", "blue"))
    assert SECRET not in repr(settings)
    both = {"OTEL_EXPORTER_OTLP_HEADERS": text, "OTEL_EXPORTER_OTLP_TRACES_HEADERS": "x-only=this"}
    assert read(both).otlp_headers == (("x-only", "this"),)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"x=1,{SECRET}", "see its item 2: write name=value"),
        (f"a b={SECRET}", "see its item 1"),
        (f"=={SECRET}", "see its item 1"),
        (f"x={SECRET}%0d%0aHost: evil", "write printable ASCII"),
        (f"x={SECRET}%C3%A4", "write printable ASCII"),
        (f"x={SECRET}%FF", "no UTF-8"),
        (f"a=1,x={SECRET}%zz", "a % without two hexadecimal digits, see its item 2: write %25"),
        (f"x={SECRET}%4", "write %25 for a percent sign"),
        (f"x%={SECRET}", "write %25 for a percent sign"),
    ],
)
def test_headers_that_are_none(text, says):
    """The error says which item, and nothing of what is in it."""
    with pytest.raises(ValueError, match=says) as caught:
        read({"OTEL_EXPORTER_OTLP_HEADERS": text})
    assert str(caught.value).startswith("OTEL_EXPORTER_OTLP_HEADERS in the environment: its value ")
    assert SECRET not in f"{caught.value!r} {caught.getrepr(chain=True)}".partition("def test_")[0]


@pytest.mark.parametrize(("text", "seconds"), [("10000", 10.0), ("100", 0.1), ("10", 10.0), ("2.5", 2.5)])
def test_time_for_a_collector(text, seconds):
    """Milliseconds by the specification, seconds where these make no sense; that of traces comes first."""
    assert read({"OTEL_EXPORTER_OTLP_TIMEOUT": text}).otlp_timeout_seconds == seconds
    both = {"OTEL_EXPORTER_OTLP_TIMEOUT": "7000", "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT": text}
    assert read(both).otlp_timeout_seconds == seconds
    advice = "write milliseconds between 100 and 300000, or seconds below 100, without a unit"
    for number in ("inf", "-1", "0", "99999999"):
        with pytest.raises(ValueError, match=f"is out of range: {advice}"):
            read({"OTEL_EXPORTER_OTLP_TIMEOUT": number})
    for none in ("nan", "soon", "10s", "5 s"):
        with pytest.raises(ValueError, match=f"is no number: {advice}"):
            read({"OTEL_EXPORTER_OTLP_TIMEOUT": none})


def test_a_password_in_an_address_is_not_shown():
    """The error about it does not hold it."""
    with pytest.raises(ValueError, match="holds a user name") as caught:
        read({"OTEL_EXPORTER_OTLP_ENDPOINT": f"https://me:{SECRET}@collector"})
    assert SECRET not in str(caught.value)


def test_bytes_of_the_queue():
    """Less than a megabyte, or no whole number, is an error."""
    assert read({"OBSGEN_EXPORT_QUEUE_BYTES": "2000000"}).export_queue_bytes == 2_000_000
    for nonsense in ("64M", "-1", "1000", "1e9"):
        with pytest.raises(ValueError, match="write a whole number of bytes"):
            read({"OBSGEN_EXPORT_QUEUE_BYTES": nonsense})
