"""What an assessment carries, the row of a risk point, and that no threshold stands in Python."""

import ast
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from layers.grading import guard, lec, risk_point
from layers.grading.assessment import UngradableInput, plain

ROOM = Path(lec.__file__).parent
PLAIN = {0, 1, 2, -1}
ALLOWED = {
    ("assessment.py", 3): "grades are 1 to 4 by definition",
    ("assessment.py", 4): "grades are 1 to 4 by definition",
    ("rule_set.py", 4): "grades are 1 to 4 by definition",
    ("area.py", 4): "a weight for each of the four grades",
    ("expert.py", 4): "a name for each of the four grades",
    ("pipeline.py", 4): "an entry for no HCA, Ⅰ, Ⅱ, Ⅲ",
    ("hca.py", 3): "class locations are 1 to 4 by definition",
    ("hca.py", 4): "class locations are 1 to 4 by definition",
    ("hca_rules.py", 3): "severities are Ⅰ to Ⅲ by definition",
    ("hca_rules.py", 4): "class locations are 1 to 4; an entry for no HCA, Ⅰ, Ⅱ, Ⅲ",
    ("class_location.py", 4): "class locations are 1 to 4 by definition",
    ("substance.py", 3): "third group of a CAS number",
    ("substance.py", 10): "base of the check digit",
    ("dynamic.py", 12): "months of a year",
    ("pipeline_law.py", 3): "decimals of a metre: no distance is finer than a millimetre",
    ("planning_nearby.py", 1000): "kilograms of a tonne",
    ("planning_rules.py", 3): "decimals of a metre: no distance is finer than a millimetre",
    ("planning_rules.py", 4): "sensitivity levels of the comparison are 1 to 4 by definition",
    ("pipeline_risk.py", 100): "all of it, in per cent",
}


def literals() -> Iterator[tuple[str, float]]:
    """Every number that stands in the grading methods, by file."""
    for path in sorted(ROOM.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and type(node.value) in (int, float, complex):
                yield path.name, node.value  # type: ignore[misc]


def test_no_threshold_stands_in_python() -> None:
    found = {place for place in literals() if place[1] not in PLAIN}
    assert found <= set(ALLOWED), sorted(found - set(ALLOWED))
    assert found == set(ALLOWED), "an exception is no longer needed"


def test_methods_import_the_standard_library_and_pydantic_only() -> None:
    import sys

    allowed = {"layers", "pydantic", *sys.stdlib_module_names}
    for path in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [item.name for item in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            for name in names:
                assert name.split(".")[0] in allowed, f"{path.name} imports {name}"
                assert not name.startswith("layers.") or name.startswith("layers.grading")


@pytest.mark.parametrize("path", sorted(ROOM.glob("*.py")), ids=lambda path: path.name)
def test_every_public_function_names_its_clause(path: Path) -> None:
    methods = {
        "accident", "area", "class_location", "direct", "dynamic", "expert", "gb18218", "hca",
        "individual_risk", "lec", "ls", "pipeline", "pipeline_risk", "quantity", "risk_point",
        "road", "road_segment", "roadside", "substance", "tally", "vessel", "vessel_risk",
    }  # fmt: skip
    if path.stem not in methods:
        return
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            assert "Source:" in (ast.get_docstring(node) or ""), f"{path.name}: {node.name}"


def test_no_file_is_longer_than_300_lines() -> None:
    for path in ROOM.glob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 300, path.name


def test_an_assessment_is_json() -> None:
    found = lec.grade(6, 6, 15).as_json()
    assert json.loads(json.dumps(found, ensure_ascii=False)) == found
    assert set(found) == {
        "grade", "method", "rule_set", "rule_version", "inputs", "steps", "decided_by", "source",
        "one_step_down", "decided_by_en", "one_step_down_en",
    }  # fmt: skip
    danger = next(step for step in found["steps"] if step["name"] == "D")
    assert danger == {
        "name": "D",
        "value": 540.0,
        "unit": None,
        "formula": "L × E × C = 6 × 6 × 15",
    }


def test_a_refusal_tells_field_value_and_reason() -> None:
    fault = UngradableInput("l_value", 4, "不在取值表内", "is not in the table")
    assert (fault.field, fault.value) == ("l_value", 4)
    assert "l_value = 4" in str(fault)
    assert isinstance(fault, ValueError)


@pytest.mark.parametrize(
    ("number", "text"), [(540.0, "540"), (8.4, "8.4"), (1e8, "100000000"), (0.1 + 0.2, "0.3")]
)
def test_numbers_are_written_as_people_do(number: float, text: str) -> None:
    assert plain(number) == text


def point(**known: Any) -> Any:
    """A row of the register of risk points."""
    fields = (
        "grading_method", "l_value", "e_value", "c_value", "s_value", "direct_rule",
        "expert_grade", "level_reason",
    )  # fmt: skip
    return SimpleNamespace(**{**dict.fromkeys(fields), **known})


@pytest.mark.parametrize(
    ("row", "grade", "method"),
    [
        (point(grading_method="LEC", l_value=6, e_value=6, c_value=15), 1, "LEC"),
        (point(grading_method="LS", l_value=3, s_value=4), 3, "LS"),
        (point(grading_method="EXPERT", expert_grade=2, level_reason="边坡有裂缝"), 2, "EXPERT"),
        (point(grading_method="LS", l_value=1, s_value=1, direct_rule="major_hazard"), 1, "DIRECT"),
        (point(direct_rule="law, explosive_area"), 1, "DIRECT"),
        (point(grading_method="LS", l_value=1, s_value=1, direct_rule="ammonia"), 4, "LS"),
        (point(grading_method="LS", l_value=1, s_value=1, direct_rule=" , "), 4, "LS"),
        (point(grading_method="LEC", l_value=6), None, "LEC"),
        (point(), None, "LEC"),
    ],
)
def test_a_risk_point_is_graded_by_its_direct_rules_then_by_its_method(
    row: Any, grade: int | None, method: str
) -> None:
    found = risk_point.grade(row)
    assert (found.grade, found.method) == (grade, method)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (point(grading_method="DICE"), "grading_method"),
        (point(direct_rule="weather"), "direct_rule"),
        (point(grading_method="LEC", l_value=4, e_value=6, c_value=15), "l_value"),
        (point(grading_method="EXPERT", expert_grade=2), "level_reason"),
    ],
)
def test_a_wrong_risk_point_is_refused(row: Any, field: str) -> None:
    with pytest.raises(UngradableInput) as fault:
        risk_point.grade(row)
    assert fault.value.field == field


def test_other_rule_sets_come_in_a_book(changed: Any) -> None:
    book = {
        "lec": changed("lec", ("lower_inclusive",), False),
        "direct": changed("direct", ("cases", 7, "active"), True),
    }
    border = point(grading_method="LEC", l_value=1, e_value=10, c_value=7)
    assert risk_point.grade(border).grade == 3
    assert risk_point.grade(border, book).grade == 4
    cold = point(grading_method="LS", l_value=1, s_value=1, direct_rule="ammonia")
    assert risk_point.grade(cold, book).grade == 1
    assert risk_point.grade(point(), book).grade is None
    with pytest.raises(TypeError):
        risk_point.grade(border, {"lec": changed("ls", ("version",), "9")})


@pytest.mark.parametrize("value", [10**400, Decimal("sNaN"), Decimal("-Infinity"), object(), 1j])
def test_a_number_that_is_none_is_refused(value: Any) -> None:
    with pytest.raises(UngradableInput):
        guard.number("field", value)
    assert guard.number("field", Decimal("1.5"), at_least=1.5) == 1.5
    with pytest.raises(UngradableInput):
        guard.number("field", 1.5, more_than=1.5)
