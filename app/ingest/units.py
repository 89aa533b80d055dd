"""Units as registers write them, and how many of a field's own each is: one table.

A unit that is not in the table is never guessed: its cell is refused, or, where it stands in a
header, the import.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from fractions import Fraction

Kind = Mapping[str, str]
"""Name of a unit, plain, to how many of the kind's first unit it is."""

MULTIPLES = {"百万": 10**6, "千万": 10**7, "十万": 10**5, "百": 100, "千": 1000, "万": 10**4,
             "亿": 10**8}  # fmt: skip
"""What stands before a unit and counts it: 万吨, 亿元."""

_PERIODS = {
    "1": ("d", "day", "天", "日", "昼夜"),
    "7": ("w", "week", "周", "星期"),
    "365.25/12": ("month", "月"),
    "365.25/4": ("季", "季度"),
    "365.25/2": ("半年",),
    "365.25": ("a", "y", "yr", "year", "年"),
}
"""Days of a period, a year having 365.25, to its names."""


def _fraction(text: str) -> Fraction:
    above, _, below = text.partition("/")
    return Fraction(above) / Fraction(below or 1)


def _names(named: Mapping[str, str]) -> dict[str, Fraction]:
    """From lines of names, each with its factor, to a kind."""
    return {name: _fraction(factor) for factor, names in named.items() for name in names.split()}


def _rates(what: str) -> dict[str, Fraction]:
    """How often in a period, in times a day; 每天 alone is once a day."""
    return {
        f"{one}/{period}": 1 / _fraction(days)
        for days, periods in _PERIODS.items()
        for period in periods
        for one in (*what.split(), "")
    }


def _a_year(named: Mapping[str, str]) -> dict[str, Fraction]:
    """How much in a year; days and hours of work in a year differ, so nothing else is taken."""
    return {
        f"{name}/{year}": factor for name, factor in _names(named).items()
        for year in _PERIODS["365.25"]
    }  # fmt: skip


KINDS: tuple[dict[str, Fraction], ...] = (
    _names({"1": "m 米 公尺 meter meters metre metres", "1000": "km 公里 千米 kilometer kilometre",
            "0.1": "dm 分米", "0.01": "cm 厘米 公分", "0.001": "mm 毫米 公厘",
            "500": "里 华里 市里", "1852": "海里 nm nmi 浬",
            "1609.344": "英里 mi mile miles", "0.3048": "ft feet 英尺",
            "0.0254": 'in inch inches 英寸 " ″'}),
    _names({"1": "m2 平方米 平米 平方", "1000000": "km2 平方公里 平方千米", "10000": "ha hm2 公顷",
            "2000/3": "亩 市亩", "0.0001": "cm2 平方厘米"}),
    _names({"1": "mpa 兆帕 mpag mpa(g) mpa(表压)", "0.001": "kpa 千帕 kpag kpa(g)",
            "0.1": "bar 巴 barg bar(g)", "0.006894757293168": "psi psig psi(g)",
            "0.0980665": "kgf/cm2 kg/cm2 公斤 公斤力 公斤/平方厘米 千克力/平方厘米",
            "0.000001": "pa 帕", "0.101325": "atm 标准大气压 大气压"}),
    _names({"1": "km/h kmh km/hr kph kmph 公里/小时 千米/小时 公里/时 千米/时",
            "1.852": "kn kt kts knot knots 节 海里/小时 海里/时 nmi/h",
            "3.6": "m/s 米/秒", "1.609344": "mph 英里/小时"}),
    _names({"1": "kw 千瓦", "0.7355": "马力 ps 公制马力 米制马力", "0.001": "w 瓦",
            "1000": "mw 兆瓦"}),
    _names({"1": "元 cny rmb ¥ 人民币 人民币元 元人民币"}) | {"": Fraction(1)},
    _names({"1": "gt 总吨 总吨位 吨 吨位 t"}),
    _names({"1": "deg ° 度 degree degrees"}),
    _names({"1": "% 百分比 百分数 percent pct", "0.1": "‰"}),
    _names({"1": "h hr hour hours 小时 时", "24": "d day days 天 日", "1/60": "min 分钟 分",
            "1/3600": "s sec 秒"}),
    _rates("1 次 次数 回 遍 times"),
    _rates("veh 辆 辆次 自然车辆 车次"),
    _a_year({"1": "m3 立方米 立方 方 标方 标立方米 标准立方米 nm3 sm3", "1000000000": "bcm"}),
    _a_year({"1": "t 吨", "0.001": "kg 公斤 千克"}),
)  # fmt: skip
"""Every kind of quantity that a field has; names are plain."""

COUNTS = _names({"1": "人 名 位 人次 户 家 户数 人数 起 件 处 个 所 次 条 座 栋 幢 间 艘 只 辆 项 "
                      "分 级 年 年度 岁 份 宗 例 台 套 组 村"}) | {"": Fraction(1)}  # fmt: skip
"""What stands beside the number of a field that has no unit; nothing at all, as in 3.2万, too."""

_REMARKS = re.compile(
    r"必填|必选|选填|可选|可空|如有|若有|估算|大约|示例|整数|保留.位小数|按(?:设计|竣工|登记).*|"
    r"dn|公称(?:直径|通径)|外径|[φø⌀]|外径[×x*]壁厚|[φø⌀][×x*]壁厚|"
    r"required|optional|k?m?\d*\+[m\d.]*|\d+[-~–—至]\d+[分级]?|如:.*"
)
"""What headers say in brackets beside units, and what they say of the form of a number."""

_LIKE = re.compile(
    r"[元米里亩顷吨次度瓦节寸尺升斤克帕巴磅力方人户辆年月周天日时分秒比倍成%‰°]|小数"
)
"""Signs of Chinese units."""

_LETTERS = re.compile(r"^(?=.*[^\d.])[\x21-\x7e°²³µ]{1,12}$")
LONGEST = 10
"""Characters of a Chinese unit; more are a phrase."""

_POWER = re.compile(r"^(?:10\^?4|1e4|×10\^?4)(?=\D)")
_BRACKET = re.compile(r"^(.*?)\s*[(\[【]([^()\[\]【】]*(?:\([^()]*\))?)[)\]】]\s*\*?$", re.DOTALL)


def plain(unit: str) -> str:
    """A unit without case, blanks, and other ways of writing a power: `10⁴ m³/a` is 万m3/a.

    >>> plain("10⁴ m³/a"), plain("平方米"), plain("次每天")
    ('万m3/a', '平方米', '次/天')
    """
    text = "".join(unicodedata.normalize("NFKC", unit).split()).casefold()
    return _POWER.sub("万", text).replace("每", "/").replace("^", "")


def factor(named: str, unit: str | None) -> Fraction | None:
    """How many of `unit` one of `named` is; None where the table does not know that.

    Args:
        named: As a cell or a header writes it.
        unit: Of the field; None for a field that counts things, for which 万人 is 10 000.

    >>> factor("bar", "MPa"), factor("万元", "元"), factor("次/周", "1/d"), factor("km", "kn")
    (Fraction(1, 10), Fraction(10000, 1), Fraction(1, 7), None)
    """
    if unit is None:
        return _among(plain(named), COUNTS)
    own, other = plain(unit), plain(named)
    if own == other:
        return Fraction(1)
    for kind in KINDS:
        one, many = _among(own, kind), _among(other, kind)
        if one is not None and many is not None:
            return many / one
    return None


def known(unit: str | None) -> str:
    """The units that a field takes, one name of each, for a person who wrote another."""
    if unit is None:
        return "人、户、处、万人"
    kind = next(kind for kind in KINDS if _among(plain(unit), kind) is not None)
    names = {times: name for name, times in reversed(kind.items()) if name}
    return "、".join((unit, *reversed(names.values())))


def in_brackets(header: str) -> Iterator[str]:
    """What stands in brackets at the end of a header, the last first, split at commas."""
    rest = unicodedata.normalize("NFKC", header).strip()
    while (found := _BRACKET.match(rest)) and found[1]:
        yield from (part.strip() for part in re.split(r"[,;、]", found[2]) if part.strip())
        rest = found[1]


def of_header(header: str, unit: str | None) -> str | None:
    """The unit that a header names in brackets; None where it names none that is known."""
    return next((each for each in in_brackets(header) if factor(each, unit) is not None), None)


def looks_like_one(words: str, unit: str | None) -> bool:
    """Whether words in brackets may be a unit, though none that is known.

    Letters are a unit only beside a field that has one: L值(LEC) names a method.

    >>> looks_like_one("华尺", "m"), looks_like_one("必填", "m"), looks_like_one("bbl", "m")
    (True, False, True)
    """
    text = _REMARKS.sub("", plain(words))
    signs = len(text) <= LONGEST and _LIKE.search(text)
    return bool(signs or (unit is not None and _LETTERS.match(text)))


def _among(name: str, kind: Mapping[str, Fraction]) -> Fraction | None:
    if name in kind:
        return kind[name]
    for multiple, times in MULTIPLES.items():
        rest = name.removeprefix(multiple)
        if rest != name and rest in kind:
            return kind[rest] * times
    return None
