"""Rule sets: what ships is valid and round-trips; what is wrong is refused with its place."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.grading import bands, lec, rule_set, toml_text
from layers.grading.rule_set import InvalidRuleSet

KINDS = sorted(rule_set.MODELS)
FILES = sorted(path.stem for path in rule_set.RULES.glob("*.toml"))


def source(kind: str) -> str:
    """Text of a shipped rule set."""
    return (rule_set.RULES / f"{kind}.toml").read_text(encoding="utf-8")


def refused(text: str) -> InvalidRuleSet:
    """The refusal of a text."""
    with pytest.raises(InvalidRuleSet) as fault:
        rule_set.parse(text, "rules.toml")
    return fault.value


def test_every_kind_ships_a_rule_set() -> None:
    assert set(KINDS) <= set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_shipped_rule_set_round_trips(name: str) -> None:
    rules = rule_set.load(name)
    text = rule_set.dump(rules)
    assert rule_set.parse(text) == rules
    assert rule_set.dump(rule_set.parse(text)) == text


@pytest.mark.parametrize("name", FILES)
def test_a_rule_set_says_what_it_is(name: str) -> None:
    rules = rule_set.load(name)
    assert rules.id == name
    assert rules.kind in KINDS
    assert rules.title.zh
    assert rules.title.en
    assert rules.source
    assert rules.effective_to is None


@pytest.mark.parametrize("kind", KINDS)
def test_the_default_of_a_kind_is_of_that_kind(kind: str) -> None:
    assert (rule_set.default(kind).kind, rule_set.default(kind).id) == (kind, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_misspelt_key_is_refused(kind: str) -> None:
    fault = refused("treshold = 3\n" + source(kind))
    assert (fault.line, fault.key) == (1, "treshold")


@pytest.mark.parametrize("kind", KINDS)
def test_a_shipped_rule_set_is_frozen(kind: str) -> None:
    with pytest.raises(ValueError, match="frozen"):
        rule_set.default(kind).version = "2"  # type: ignore[misc]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("key", ["id", "version", "effective_from", "title", "source", "method"])
def test_a_missing_key_is_refused(kind: str, key: str) -> None:
    lines = [line for line in source(kind).splitlines() if not line.startswith(f"{key} =")]
    assert refused("\n".join(lines)).key == key


def test_limits_that_do_not_fall_are_refused_with_their_line() -> None:
    text = source("lec").replace("at_least = 160", "at_least = 400", 1)
    fault = refused(text)
    line = text.splitlines().index(
        '  { grade = 2, at_least = 400, zh = "较大风险", en = "significant" },'
    )
    assert (fault.file, fault.line, fault.key) == ("rules.toml", line + 1, "bands.1.at_least")
    assert "400 is not below 320" in str(fault)


@pytest.mark.parametrize(
    ("kind", "old", "new", "key"),
    [
        ("lec", "at_least = 160", "at_least = 320", "bands.1.at_least"),
        ("lec", "at_least = 160", "at_least = nan", "bands.1.at_least"),
        ("lec", "at_least = 160", 'at_least = "160"', "bands.1.at_least"),
        ("lec", "at_least = 160", "at_least = true", "bands.1.at_least"),
        ("lec", "grade = 2,", "grade = 1,", "bands.1.grade"),
        ("lec", "grade = 2,", "grade = 5,", "bands.1.grade"),
        ("lec", "grade = 2, at_least = 160,", "grade = 2,", "bands.1.at_least"),
        ("lec", "{ grade = 4,", "{ grade = 4, at_least = 1,", "bands.3.at_least"),
        ("lec", "value = 0.1", "value = -0.1", "likelihood.6.value"),
        ("lec", "lower_inclusive = true", "lower_inclusive = 1", "lower_inclusive"),
        ("ls", "{ value = 3, zh", "{ value = 7, zh", "likelihood.2.value"),
        ("direct", 'id = "grave_accident"', 'id = "law"', "cases.1.id"),
        ("road", "grade = 3, zh", "grade = 1, zh", "rules.4.grade"),
        ("road", "otherwise = 4", "otherwise = 1", "otherwise"),
        ("roadside", "severe_drop_m = 8", "severe_drop_m = 4", "severe_drop_m"),
        ("roadside", "severe_grade = 1", "severe_grade = 3", "severe_grade"),
        ("accident", "deaths = 10", "deaths = 40", "classes.1.deaths"),
        ("gb18218", "grade = 3 }", "grade = 1 }", "levels.3.grade"),
        ("gb18218", "alpha = 1.5", "alpha = 2.5", "exposure.1.alpha"),
        ("gb18218", '"7803-51-2"', '"7803-51-1"', "substances.8.cas.0"),
        ("gb18218", 'hazard_class = "J1"', 'hazard_class = "J9"', "substances.1.hazard_class"),
        ("gb18218", "number = 2,", "number = 1,", "substances.1.number"),
        ("gb18218", "beta = 20, number = 30", "beta = 20, number = 99", "toxic_gases.13.number"),
        ("gb18218", "critical_t = 0.75", "critical_t = 0", "substances.29.critical_t"),
        ("class_location", "households = 16", "households = 100", "classes.2.households"),
        ("class_location", "households = 0", "households = 5", "classes.4.households"),
        ("class_location", "area_class = 2", "area_class = 4", "classes.2.area_class"),
        ("hca", "colours = [4, 3, 2, 1]", "colours = [4, 2, 3, 1]", "colours"),
        ("hca", 'kinds = ["water"]', 'kinds = ["lake"]', "rows.5.kinds"),
        ("area", "weights = [8, 4, 2, 1]", "weights = [8, 4, 4, 1]", "weights.2"),
        ("area", "weights = [8, 4, 2, 1]", "weights = [8, 4, 2, -1]", "weights.3"),
        ("individual_risk", "new = 3e-6", "new = 3e-7", "criteria.1.new"),
        ("individual_risk", "new = 3e-7", "new = 3e-5", "criteria.0.new"),
        ("dynamic", 'id = "active_warnings"', 'id = "open_major_dangers"', "bumps.2.id"),
        ("quantity", "maximum = 20\n", "maximum = 0.1\n", "measures.0.maximum"),
        ("pipeline", "at_least = 7800", "at_least = 12700", "gbt27512.bands.1.at_least"),
        ("pipeline", "value = 4 }", "value = 5 }", "population_consequence.1.value"),
        (
            "pipeline",
            "at_least = 30, points = 2",
            "at_least = 30, points = 0",
            "factors.0.bands.0.points",
        ),
        ("class_location", ", households = 0", "", "classes.4.households"),
        ("hca", "other_reading = 1,", "use_other_reading = true,", "rows.4.use_other_reading"),
        ("hca", "area_class = 4,", "within_m = 4,", "rows.0.kinds"),
        ("hca", '["water"],', '["water"], within_radius = true,', "rows.5.within_m"),
        ("roadside", "\ngrade = 2", "\ngrade = 4", "grade"),
        ("hca", "内有水源", "{lake} 内有水源", "rows.5.zh"),
        ("direct", "违反法律法规及", "{at_least} 次违反法律法规及", "cases.0.zh"),
        ("direct", "少于 {at_least} 人", "少于 {most} 人", "cases.4.down"),
        ("individual_risk", "in_service = 1e-5", "in_service = 3e-6", "criteria.1.in_service"),
        ("quantity", 'unit = "MPa"', 'unit = "atm"', "measures.0.unit"),
        ("area", "{ grade = 2, any_of", "{ grade = 1, any_of", "count_rules.1.grade"),
        ("lec", "value = 0.2,", "value = 0.5,", "likelihood.5.value"),
        ("pipeline", 'id = "cover_m"', 'id = "colour"', "factors.4.id"),
        ("vessel", "at_least = 7,", "at_least = 11,", "bands.1.at_least"),
    ],
)
def test_a_value_that_must_not_be_used_is_refused(kind: str, old: str, new: str, key: str) -> None:
    text = source(kind).replace(old, new, 1)
    assert text != source(kind)
    fault = refused(text)
    assert fault.key == key
    before = source(kind)[: source(kind).index(old) + old.startswith("\n")]
    assert fault.line == before.count("\n") + 1


def test_bands_need_one_and_one_is_enough() -> None:
    with pytest.raises(ValueError, match="no band"):
        bands.descending([])
    only = [bands.Limit()]
    assert bands.position(5, only) == 0
    assert bands.decided("D", 5, only).zh == "D = 5"
    assert bands.one_step_down("D", 5, only) is None


def test_no_toml_is_refused_with_its_line() -> None:
    fault = refused('kind = "lec"\nid = \n')
    assert fault.line == 2


def test_an_unknown_kind_is_refused() -> None:
    assert refused('id = "x"\nkind = "weather"\n').key == "kind"
    assert refused('id = "x"\n').key == "kind"
    assert refused('id = "x"\nkind = 3\n').line == 2


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidRuleSet, match="cannot be read"):
        rule_set.load(tmp_path / "none.toml")
    with pytest.raises(InvalidRuleSet, match="cannot be read"):
        rule_set.load("weather")
    wrong = tmp_path / "wrong.toml"
    wrong.write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidRuleSet, match="UTF-8"):
        rule_set.load(wrong)


def test_a_file_elsewhere_is_read_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "local.toml"
    path.write_text(source("lec").replace('id = "lec"', 'id = "lec-yuyao"'), encoding="utf-8")
    assert rule_set.load(path).id == "lec-yuyao"
    assert lec.grade(6, 6, 15, rule_set.load(path)).rule_set == "lec-yuyao"  # type: ignore[arg-type]


def test_both_ends_of_the_time_in_force_count() -> None:
    rules = rule_set.default("lec").model_copy(
        update={"effective_from": date(2020, 1, 1), "effective_to": date(2020, 12, 31)}
    )
    days = [date(2019, 12, 31), date(2020, 1, 1), date(2020, 12, 31), date(2021, 1, 1)]
    assert [rules.applies_on(day) for day in days] == [False, True, True, False]
    assert rule_set.default("lec").applies_on(date(2100, 1, 1))
    assert rule_set.parse(rule_set.dump(rules)) == rules


def test_a_rule_set_ends_after_it_begins() -> None:
    text = source("lec").replace("2016-10-09", "2016-10-09\neffective_to = 2016-10-08", 1)
    assert (refused(text).key, refused(text).line) == ("effective_to", 7)


def test_more_faults_are_counted() -> None:
    assert "and 1 more" in str(refused("a = 1\nb = 2\n" + source("lec")))


@given(st.lists(st.floats(min_value=-1e9, max_value=1e9, allow_nan=False), min_size=3, max_size=3))
def test_only_falling_limits_are_accepted(limits: list[float]) -> None:
    rules = lec.LecRules.shipped()
    changes = [
        band.model_dump() | {"at_least": limit}
        for band, limit in zip(rules.bands, [*limits, None], strict=True)
    ]
    falls = limits[0] > limits[1] > limits[2]
    try:
        rules.model_copy(update={"bands": changes})
    except ValueError:
        assert not falls
    else:
        assert falls


@given(st.floats(allow_nan=False, allow_infinity=False), st.booleans())
def test_a_value_lies_in_one_band(value: float, inclusive: bool) -> None:
    rows = lec.LecRules.shipped().bands
    index = bands.position(value, rows, lower_inclusive=inclusive)
    lower = rows[index].at_least
    upper = rows[index - 1].at_least if index else None
    if lower is not None:
        assert value > lower or (inclusive and value == lower)
    if upper is not None:
        assert value < upper or (not inclusive and value == upper)


plain_values: Any = st.recursive(
    st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False)
    | st.text(st.characters(min_codepoint=32, max_codepoint=0xD7FF, exclude_characters="\x7f")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abc-_ 键", min_size=1), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text("abc-_ 键", min_size=1), plain_values, max_size=4))
def test_plain_data_round_trips_through_toml(data: dict[str, Any]) -> None:
    import tomllib

    assert tomllib.loads(toml_text.write(data)) == data


def test_what_has_no_toml_form_is_refused() -> None:
    with pytest.raises(TypeError):
        toml_text.write({"a": object()})


def test_keys_are_found_under_tables_and_arrays_of_tables() -> None:
    text = """# c
a = 1
[b]
c = 2
[[d]]
e = 3
[[d]]
e = "x # y"
f = [
  { g = 1 },
  # no
  { g = 2 },
]
"""
    places = {
        ("a",): 2,
        ("b", "c"): 4,
        ("d", 0, "e"): 6,
        ("d", 1, "e"): 8,
        ("d", 1, "f", 0, "g"): 10,
        ("d", 1, "f", 1, "g"): 12,
    }
    assert {path: toml_text.line_of(text, path) for path in places} == places
    assert toml_text.line_of(text, ("d", 1, "missing")) == 7
    assert toml_text.line_of(text, ("nowhere",)) == 1
