"""What pydantic found wrong with a value, in Chinese beside its English, for every door."""

from collections.abc import Mapping
from typing import Any

REASONS = {
    "missing": "缺少必填值",
    "extra_forbidden": "不是已知的字段",
    "string_type": "应为文本",
    "string_unicode": "含有非文本字符",
    "string_too_long": "文字过长",
    "string_too_short": "文字过短",
    "string_pattern_mismatch": "格式不符",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_parsing_size": "数值过大",
    "int_from_float": "应为整数",
    "int_too_large": "数值过大",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "finite_number": "应为有限数值",
    "greater_than": "数值过小",
    "greater_than_equal": "数值过小",
    "less_than": "数值过大",
    "less_than_equal": "数值过大",
    "bool_type": "应为是或否",
    "bool_parsing": "应为是或否",
    "literal_error": "不在允许的取值之内",
    "enum": "不在允许的取值之内",
    "date_type": "不是有效日期",
    "date_parsing": "不是有效日期",
    "date_from_datetime_parsing": "不是有效日期",
    "date_from_datetime_inexact": "不是有效日期",
    "datetime_type": "不是有效时间",
    "datetime_parsing": "不是有效时间",
    "datetime_object_invalid": "不是有效时间",
    "datetime_from_date_parsing": "不是有效时间",
    "timezone_aware": "时间缺少时区",
    "uuid_type": "不是有效的 UUID",
    "uuid_parsing": "不是有效的 UUID",
    "json_invalid": "不是有效的 JSON",
    "dict_type": "应为对象",
    "model_attributes_type": "应为对象",
    "list_type": "应为数组",
    "tuple_type": "应为数组",
    "too_long": "个数过多",
    "too_short": "个数过少",
    "in_future": "时间在将来",
    "distress": "遇险示位标的识别码，不是船",
    "no_ship_number": "不是船舶识别码",
    "stake": "不是桩号，请写成 K12+300",
    "stakes_fall": "止点桩号须大于起点桩号",
}
"""By pydantic's name of what is wrong, and by our own."""

BOUNDS = {
    "ge": "应不小于", "gt": "应大于", "le": "应不大于", "lt": "应小于", "max_length": "最多",
    "min_length": "至少",
}  # fmt: skip
"""By pydantic's name of a bound."""


def in_chinese(error: Mapping[str, Any]) -> str | None:
    """What is wrong, with the bound where the error tells it; None where the table has no word.

    Args:
        error: One of `ValidationError.errors()`.

    >>> in_chinese({"type": "greater_than_equal", "ctx": {"ge": 1}}), in_chinese({"type": "odd"})
    ('数值过小，应不小于 1', None)
    """
    reason = REASONS.get(error["type"])
    if reason is None:
        return None
    told = {name: value for name, value in error.get("ctx", {}).items() if name in BOUNDS}
    bounds = [
        f"{BOUNDS[name]} {value:g}" if isinstance(value, float) else f"{BOUNDS[name]} {value}"
        for name, value in told.items()
    ]
    return "，".join([reason, *bounds])


def in_words(error: Mapping[str, Any]) -> str:
    """What is wrong, English and Chinese; what our own validators say has both already.

    >>> in_words({"type": "int_parsing", "msg": "Input should be a valid integer"})
    'Input should be a valid integer 应为整数'
    """
    chinese = in_chinese(error)
    told = str(error["msg"]).removeprefix("Value error, ")
    return told if chinese is None else f"{told} {chinese}"
