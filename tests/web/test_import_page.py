"""What people do with the import page, done in a real Chromium on a database that may be written."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from app.db.engine import writing
from tests.builders import rows, sql
from tests.web.conftest import serving
from tests.web.screens import DESK, PATIENCE_MS, PHONE
from tests.web.windows import Windows

expect.set_options(timeout=PATIENCE_MS)

HEADER = "编号,名称,类别,评估方法,L,E,C,经度,纬度,备注\n"
POINTS = "".join(
    f"WEB-{n:02},示意{n},01,LEC,6,6,{7 + 8 * (n % 2)},{121.0 + n / 50},30.05,x\n" for n in range(8)
)
WRONG = "WEB-90,示意,99,,,,,121.1,30.05,\nWEB-91,示意,01,,,,,12.1,30.05,\n"

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def url(make_database: Callable[[str], str], template: str) -> str:
    return make_database(template)


@pytest.fixture(scope="module")
def engine(url: str) -> Iterator[Engine]:
    made = writing(url)
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def address(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(url, home=tmp_path_factory.mktemp("home")) as served:
        yield served


@pytest.fixture
def open_import(windows: Windows, address: str) -> Open:
    """Opens the page in a window of its own, which takes downloads."""

    def opening(hash_: str = "", size: tuple[int, int] = DESK, scheme: str = "light") -> Page:
        url = f"{address}/import{hash_}"
        return windows.open(url, size, color_scheme=scheme, accept_downloads=True)

    return opening


def choose(page: Page, folder: Path, content: str, encoding: str = "utf-8") -> None:
    """Choose the layer and a file, and look at it."""
    path = folder / "风险点.csv"
    path.write_text(content, encoding=encoding)
    page.get_by_test_id("layer").select_option("risk_points")
    page.get_by_test_id("file").set_input_files(path)
    page.get_by_test_id("look").click()


def count(page: Page, name: str) -> int:
    return int(page.get_by_test_id(f"count-{name}").get_attribute("data-count") or -1)


def test_file_is_looked_at_imported_and_undone(
    open_import: Open, engine: Engine, tmp_path: Path
) -> None:
    page = open_import()
    page.get_by_test_id("actor").fill("王工")
    choose(page, tmp_path, HEADER + POINTS + WRONG, "gb18030")

    expect(page.get_by_test_id("import")).to_have_text("导入 8 行")
    assert {name: count(page, name) for name in ("read", "added", "rejected")} == {
        "read": 10, "added": 8, "rejected": 2,
    }  # fmt: skip
    expect(page.get_by_test_id("column-编号")).to_have_value("code")
    expect(page.get_by_test_id("column-备注")).to_have_value("")
    expect(page.get_by_test_id("rejects").locator("tbody tr")).to_have_count(2)
    expect(page.get_by_test_id("rejects")).to_contain_text("坐标超出本市范围")
    expect(page.get_by_test_id("rejects")).to_contain_text("lies outside the city's extent")
    page.wait_for_function(
        "riskmap.map.queryRenderedFeatures({layers: ['incoming-point']}).length === 8"
    )
    assert rows(engine, "risk_points") == 0

    page.get_by_test_id("import").click()
    expect(page.get_by_test_id("report-title")).to_contain_text("导入完成")
    assert rows(engine, "risk_points") == 8
    number = sql(engine, "SELECT max(id) FROM imports")
    expect(page.get_by_test_id(f"past-{number}")).to_contain_text("王工")
    assert sql(engine, "SELECT changed_by FROM risk_points LIMIT 1").startswith("王工")

    page.get_by_test_id("undo").click()
    expect(page.get_by_test_id("undo")).to_have_text("确定撤销？再点一次")
    assert rows(engine, "risk_points") == 8
    page.get_by_test_id("undo").click()
    expect(page.get_by_test_id("undone")).to_contain_text("删除 8 行")
    assert rows(engine, "risk_points") == 0
    expect(page.get_by_test_id(f"past-{number}")).to_contain_text("已撤销")


def test_columns_are_mapped_by_hand_and_checked_before_they_can_be_imported(
    open_import: Open, engine: Engine, tmp_path: Path
) -> None:
    page = open_import()
    choose(page, tmp_path, (HEADER + POINTS).replace("编号", "号").replace("名称", "叫什么"))
    expect(page.get_by_test_id("missing")).to_contain_text("风险点编号")
    expect(page.get_by_test_id("import")).to_have_count(0)
    page.get_by_test_id("column-号").select_option("code")
    page.get_by_test_id("column-叫什么").select_option("name")
    page.get_by_test_id("check-again").click()
    expect(page.get_by_test_id("import")).to_be_enabled()

    # A field stands in one column only, and what was edited is not imported unseen.
    page.get_by_test_id("column-备注").select_option("name")
    expect(page.get_by_test_id("column-叫什么")).to_have_value("")
    expect(page.get_by_test_id("import")).to_be_disabled()
    page.get_by_test_id("column-叫什么").select_option("name")
    page.get_by_test_id("check-again").click()
    page.get_by_test_id("import").click()
    expect(page.get_by_test_id("report-title")).to_contain_text("导入完成")
    assert sql(engine, "SELECT name FROM risk_points WHERE code = 'WEB-03'") == "示意3"

    # The next file with these columns needs no hand.
    page.get_by_test_id("another").click()
    choose(page, tmp_path, (HEADER + POINTS).replace("编号", "号").replace("名称", "叫什么"))
    expect(page.get_by_test_id("column-号")).to_have_value("code")
    expect(page.get_by_test_id("import")).to_have_text("没有可写入的行")
    assert count(page, "unchanged") == 8


def test_undo_that_is_refused_says_which_rows_stand_in_its_way(
    open_import: Open, engine: Engine, tmp_path: Path
) -> None:
    page = open_import()
    numbers = []
    for name in ("早", "晚"):
        choose(page, tmp_path, HEADER + f"LATE-1,{name},01,,,,,121.1,30.05,\n")
        page.get_by_test_id("import").click()
        expect(page.get_by_test_id("report-title")).to_contain_text("导入完成")
        numbers.append(sql(engine, "SELECT max(id) FROM imports"))
        page.get_by_test_id("another").click()
    page.get_by_test_id(f"past-{numbers[0]}").get_by_role("button").click()
    page.get_by_test_id("undo").click()
    page.get_by_test_id("undo").click()
    expect(page.get_by_test_id("fault")).to_contain_text("LATE-1")
    expect(page.get_by_test_id("undo")).to_be_enabled()
    assert sql(engine, "SELECT name FROM risk_points WHERE code = 'LATE-1'") == "晚"


def test_rejects_are_downloaded_as_they_came(open_import: Open, tmp_path: Path) -> None:
    page = open_import()
    choose(page, tmp_path, HEADER + WRONG)
    with page.expect_download() as download:
        page.get_by_test_id("rejects-file").click()
    sheet = load_workbook(io.BytesIO(Path(download.value.path()).read_bytes())).active
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["WEB-90", "WEB-91"]


def test_file_that_cannot_be_read_is_told(open_import: Open, tmp_path: Path) -> None:
    page = open_import()
    choose(page, tmp_path, "")
    expect(page.get_by_test_id("fault")).to_contain_text("文件为空")


@pytest.mark.parametrize(("size", "scheme"), [(DESK, "dark"), (PHONE, "light"), (PHONE, "dark")])
def test_page_fits_every_screen_in_both_languages(
    open_import: Open, tmp_path: Path, size: tuple[int, int], scheme: str
) -> None:
    page = open_import("#lang=en", size, scheme)
    choose(page, tmp_path, HEADER + POINTS.replace("WEB", "FIT") + WRONG)
    expect(page.get_by_test_id("import")).to_have_text("Import 8 rows")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.get_by_test_id("language").click()
    expect(page.get_by_test_id("import")).to_have_text("导入 8 行")
    expect(page.get_by_test_id("title")).to_contain_text("导入数据")
    if size == PHONE:
        small = page.evaluate(
            """[...document.querySelectorAll('button, select, a.link, a.plain, a.tool')]
              .filter((each) => each.offsetParent && each.getBoundingClientRect().height < 44)
              .filter((each) => !each.closest('.maplibregl-map'))
              .map((each) => each.outerHTML.slice(0, 80))"""
        )
        assert small == []


def test_map_page_leads_to_the_import_page_and_back(open_import: Open) -> None:
    page = open_import("#lang=en")
    page.get_by_test_id("back").click()
    page.wait_for_selector("html[data-ready=true]", state="attached")
    expect(page.get_by_test_id("import-link")).to_have_attribute("href", "/import#lang=en")


def test_zone_and_system_are_declared_on_the_page(open_import: Open, tmp_path: Path) -> None:
    """Nothing is declared that nobody said; without a zone, times at sea are refused."""
    page = open_import()
    path = tmp_path / "船位.csv"
    path.write_text("MMSI,时间,经度,纬度\n412345678,2026-11-03 08:00:00,121.5,30.2\n", "utf-8")
    page.get_by_test_id("layer").select_option("vessel_positions")
    page.get_by_test_id("file").set_input_files(path)
    page.get_by_test_id("look").click()
    expect(page.get_by_test_id("declared")).to_have_text("坐标系 EPSG:4326（未声明）")
    expect(page.get_by_test_id("warnings")).to_contain_text("时刻没有写时区")
    assert count(page, "rejected") == 1

    page.get_by_test_id("timezone").select_option("Asia/Shanghai")
    page.get_by_test_id("crs").select_option("EPSG:4326")
    page.get_by_test_id("look").click()
    expect(page.get_by_test_id("declared")).to_have_text(
        "坐标系 EPSG:4326（已声明） · 时区 Asia/Shanghai（已声明）"
    )
    assert (count(page, "added"), count(page, "rejected")) == (1, 0)
