"""Crashes in the words of the police's own lists; what nobody knows is refused by its column."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from layers.blackspots.police_words import LIGHT, PROCEDURES, TYPES, WEATHER
from layers.registry import LAYERS
from tests.builders import load_text, row

HEADER = "事故编号,事故时间,处理程序,事故形态,天气,照明条件\n"


def test_words_of_the_police_are_read(empty_engine: Engine, tmp_path: Path) -> None:
    content = HEADER + (
        "T1,2026-05-01T08:00+08:00,一般,尾随相撞,小雨,夜间有路灯照明\n"
        "T2,2026-05-01T08:00+08:00,简易程序,同向刮擦,多云,夜间无路灯照明\n"
        "T3,2026-05-01T08:00+08:00,一般程序,碾压,晴,白天\n"
        "T4,2026-05-01T08:00+08:00,一般程序,飞碟,晴,白天\n"
    )
    report = load_text(empty_engine, "crashes", tmp_path, content)
    assert (report.added, report.rejected) == (3, 1), report.rejects
    assert (report.rejects[0].field, report.rejects[0].value) == ("crash_type", "飞碟")
    names = ("procedure", "crash_type", "weather", "light")
    told = [[row(empty_engine, "crashes", code=f"T{n}")[name] for name in names] for n in (1, 2, 3)]
    assert told == [
        ["一般程序", "追尾碰撞", "雨", "夜间有路灯"],
        ["简易程序", "刮擦", "阴", "夜间无路灯"],
        ["一般程序", "碾压", "晴", "白天"],
    ]


@pytest.mark.parametrize(
    ("field", "words"),
    [("procedure", PROCEDURES), ("crash_type", TYPES), ("weather", WEATHER), ("light", LIGHT)],
)
def test_every_word_says_something_that_is_known(field: str, words: dict[str, str]) -> None:
    base = {"code": "T", "occurred_at": "2026-05-01T08:00+08:00"}
    for word in set(words.values()):
        assert getattr(LAYERS["crashes"].row.model_validate({**base, field: word}), field) == word
