"""Writes the files that offices have, so that a test shows only what is odd about one."""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
from openpyxl import Workbook
from shapely.geometry import Point

HEADERS = ("风险点编号", "名称", "类别", "经度", "纬度")
ROW = ("P1", "一号罐区", "危险化学品", 121.15, 30.04)


def workbook(path: Path, lines: Sequence[Sequence[Any]], *, title: str = "台账") -> Path:
    """An .xlsx with the lines in its first sheet; None is an empty cell."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for line in lines:
        sheet.append(list(line))
    book.save(path)
    return path


def frame(many: int = 3, crs: str = "EPSG:4326") -> gpd.GeoDataFrame:
    """A few risk points as GIS have them."""
    return gpd.GeoDataFrame(
        {
            "code": [f"P{number}" for number in range(many)],
            "name": [f"{number}号罐区" for number in range(many)],
            "category": ["01"] * many,
        },
        geometry=[Point(121.15 + number / 1000, 30.04) for number in range(many)],
        crs="EPSG:4326",
    ).to_crs(crs)


def zipped_shapefile(path: Path, frame: gpd.GeoDataFrame, encoding: str, *drop: str) -> Path:
    """A zipped Shapefile without the parts whose endings are dropped."""
    folder = path.parent / f"{path.stem}-parts"
    folder.mkdir()
    frame.to_file(folder / "点.shp", encoding=encoding)
    with zipfile.ZipFile(path, "w") as archive:
        for part in folder.iterdir():
            if part.suffix not in drop:
                archive.write(part, f"数据/{part.name}")
    return path
