"""Sizes of pipes as registers write them: the diameter in millimetres, and the wall beside it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from app.ingest.column import Unreadable
from app.ingest.pipe_sizes import sized
from tests.builders import load_text, row

NUMBERS = st.integers(20, 2000)


def stored(engine: Engine) -> tuple[object, object]:
    found = row(engine, "pipelines", code="G1")
    return found["outside_diameter_mm"], found["wall_thickness_mm"]


@pytest.mark.parametrize(
    ("cell", "size"),
    [("DN500", (500, None)), ("DN 500", (500, None)), ("dn500mm", (500, None)),
     ("ＤＮ５００", (500, None)), ("公称直径500", (500, None)), ("Φ529×8", (529, 8)),
     ("φ529*8", (529, 8)), ("Ø711", (711, None)), ("Ф529х8", (529, 8)), ("D529x8.5", (529, 8.5)),
     ("508×7.1", (508, 7.1)), ("Φ508 × δ7.1 mm", (508, 7.1)), ("管径：529", (529, None)),
     ("De110*10", (110, 10)), ("529", (529, None)), ("529mm", (529, None)), ("20英寸", (508, None))],
)  # fmt: skip
def test_size_is_read_with_its_wall(
    empty_engine: Engine, tmp_path: Path, cell: str, size: tuple[float, float | None]
) -> None:
    report = load_text(empty_engine, "pipelines", tmp_path, f"管道编号,管径\nG1,{cell}\n")
    assert (report.added, report.rejected) == (1, 0), report.rejects
    assert stored(empty_engine) == size
    nominal = any("公称直径" in each for each in report.warnings)
    assert nominal == cell.upper().startswith(("DN", "ＤＮ", "公称"))


@pytest.mark.parametrize(
    "cell", ["Φ529×8/Φ426×7", "DN500/DN400", "Φ8×529", "Φ529×8×1200", "DN", "DN5000", "Φ十", "DN-5"]
)
def test_what_is_not_one_size_is_refused_at_the_diameter(
    empty_engine: Engine, tmp_path: Path, cell: str
) -> None:
    report = load_text(empty_engine, "pipelines", tmp_path, f"管道编号,管径\nG1,{cell}\n")
    assert report.rejected == 1
    assert {each.field for each in report.rejects} == {"outside_diameter_mm"}


def test_wall_of_a_column_stays_and_another_is_refused_there(
    empty_engine: Engine, tmp_path: Path
) -> None:
    head = "管道编号,管径,壁厚\n"
    report = load_text(empty_engine, "pipelines", tmp_path, f"{head}G1,Φ529×8,\nG2,Φ529×8,8\n")
    assert (report.added, stored(empty_engine)) == (2, (529, 8))
    other = load_text(empty_engine, "pipelines", tmp_path, f"{head}G3,Φ529×8,9\n")
    assert [(each.field, each.value) for each in other.rejects] == [("wall_thickness_mm", "Φ529×8")]


def test_file_of_diameters_leaves_walls_as_they_are(empty_engine: Engine, tmp_path: Path) -> None:
    load_text(empty_engine, "pipelines", tmp_path, "管道编号,管径,壁厚\nG1,529,8\n")
    load_text(empty_engine, "pipelines", tmp_path, "管道编号,管径\nG1,DN600\nG2,Φ325×6\n")
    assert stored(empty_engine) == (600, 8)


@pytest.mark.parametrize("header", ["管径(DN)", "公称直径", "管径规格（DN）"])
def test_header_that_says_nominal_is_told(
    empty_engine: Engine, tmp_path: Path, header: str
) -> None:
    report = load_text(empty_engine, "pipelines", tmp_path, f"管道编号,{header}\nG1,500\nG2,\n")
    assert (report.added, stored(empty_engine)[0]) == (2, 500)
    assert [each for each in report.warnings if each.startswith("1 行管径为公称直径 DN")]


def test_size_under_a_header_in_inches_is_refused(empty_engine: Engine, tmp_path: Path) -> None:
    """Nobody knows which of the two it is in."""
    report = load_text(empty_engine, "pipelines", tmp_path, "管道编号,管径(英寸)\nG1,Φ20×8\n")
    assert report.rejected == 1


@given(
    NUMBERS, st.integers(1, 60), st.sampled_from(["Φ", "D", "", "外径"]), st.sampled_from("×xX*")
)
def test_any_size_is_read_or_refused_as_a_whole(
    diameter: int, wall: int, sign: str, cross: str
) -> None:
    text = f"{sign}{diameter}{cross}{wall}"
    if 2 * wall >= diameter:
        with pytest.raises(Unreadable):
            sized(text)
    else:
        size = sized(text)
        assert size is not None
        assert (float(size), size.wall_mm) == (diameter, wall)
