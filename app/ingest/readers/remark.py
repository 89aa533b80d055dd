"""Lines between and below the rows of a sheet that are no rows: remarks, totals, signatures."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

REMARKS = (
    "注",
    "备注",
    "说明",
    "填表",
    "制表",
    "审核",
    "合计",
    "总计",
    "小计",
    "单位负责人",
    "联系人",
    "示例",
)
"""How a line of one cell begins that offices write below or between the rows."""

ALONE = re.compile(
    r"[（(].*[）)]|"  # （以上坐标为WGS84）
    r"[\u4e00-\u9fff]{2,8}\s*[：:].*|"  # 数据来源：…
    r"\d{1,2}\s*[.．、]\s*(?=.*[\u4e00-\u9fff]{2})\D.*",  # 1. 本表由…
    re.DOTALL,
)
"""What else stands alone in a line of a sheet of several columns and is no row."""

SIGNED = re.compile(
    r"(填表|填报|填写|制表|编制|统计|审核|复核|校对|审批|批准|经办|单位负责|联系)"
    r"[\u4e00-\u9fff]{0,4}\s*[：:]"
)
"""How a line of several cells begins that says who filled in the sheet and when."""

TOTALS = {"合计", "总计", "小计", "共计", "总数"}

NUMBER = re.compile(r"[-+]?[\d,.]+\s*[\u4e00-\u9fff%]{0,2}")
"""A number, maybe with what it counts: 12 处."""

SEVERAL = 3
"""Columns of a sheet in which one filled cell can be no row."""


def filled(cells: Sequence[Any]) -> Iterator[str]:
    """The texts of the cells that have one."""
    return (text for cell in cells if cell is not None and (text := str(cell).strip()))


def is_remark(cells: Sequence[Any], width: int) -> bool:
    """Whether a line is a remark, a total or a signature, and no row.

    Args:
        cells: Of the line.
        width: Columns of the sheet.
    """
    # Nearly every line is a row, which its first two cells show: the others are not looked at.
    texts = filled(cells)
    first, second = next(texts, None), next(texts, None)
    if first is None:
        return False
    if second is None:
        return first.startswith(REMARKS) or (width >= SEVERAL and bool(ALONE.fullmatch(first)))
    if "".join(first.split()) in TOTALS:
        return all(NUMBER.fullmatch(each) for each in (second, *texts))
    return bool(SIGNED.match(first))
