"""Invented names: no company, brand, person or telephone of this file exists.

A company carries （示意） inside its name, as no real one does; telephones use the exchange 5550.
"""

import numpy as np

_FIRST = "澄岚沐栩霁珩筠蓼芷蘅漪潆沅汀渚霖霏曦昱旻晏皓弈骁骐翀翊翎鹭鹇"
_SECOND = "舟庐埭畴圃苑陌桁棹橹帆篷笠蓑簑砚墨弦笙筝磬钟鼎彝簋罍觞盏瓯罐"
_SURNAMES = "陈王张徐沈周吴郑孙朱胡叶黄何施毛谢诸戚邵龚方史魏宋冯韩杜阮邹"
_GIVEN_FIRST = "望听知行守向临怀若亦如思景清远嘉承惟以允"
_GIVEN_SECOND = "舒澜远简拙晴川瑾初安棠樵洲屿崖谷野禾粟桑"
_LANES = (
    "示意东路",
    "示意西路",
    "示意南路",
    "示意北路",
    "示范一路",
    "示范二路",
    "样例大道",
    "样例街",
)

_SCRAMBLE = 7_919
"""A prime, so that neighbours in number are strangers in name."""


def brands(numbers: np.ndarray) -> list[str]:
    """Return a two-character trade name for each number."""
    count = len(_FIRST) * len(_SECOND)
    mixed = (numbers.astype(np.int64) * _SCRAMBLE + 331) % count
    first, second = np.divmod(mixed, len(_SECOND))
    return [_FIRST[i] + _SECOND[j] for i, j in zip(first.tolist(), second.tolist(), strict=True)]


def company(brand: str, trade: str) -> str:
    """Return the full name of an invented company."""
    return f"{brand}（示意）{trade}有限公司"


def persons(random: np.random.Generator, size: int) -> list[str]:
    """Return invented personal names."""
    surnames = random.integers(len(_SURNAMES), size=size).tolist()
    first = random.integers(len(_GIVEN_FIRST), size=size).tolist()
    second = random.integers(len(_GIVEN_SECOND), size=size).tolist()
    return [
        _SURNAMES[a] + _GIVEN_FIRST[b] + _GIVEN_SECOND[c]
        for a, b, c in zip(surnames, first, second, strict=True)
    ]


def telephones(random: np.random.Generator, size: int) -> list[str]:
    """Return telephone numbers of an exchange that does not exist."""
    return [f"0574-5550-{number:04d}" for number in random.integers(10_000, size=size).tolist()]


def lanes(random: np.random.Generator, size: int) -> list[str]:
    """Return invented street names with a number."""
    streets = random.integers(len(_LANES), size=size).tolist()
    numbers = random.integers(1, 980, size=size).tolist()
    return [f"{_LANES[i]}{number}号" for i, number in zip(streets, numbers, strict=True)]
