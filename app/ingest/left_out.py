"""Messages of a log that are no position, by reason: counted and told, so that none is lost."""

from collections.abc import Mapping

MEANINGS = {
    "type_4": "基站", "type_5": "静态数据", "type_8": "二进制广播", "type_9": "搜救飞机",
    "type_11": "授时应答", "type_21": "航标", "type_24": "静态数据",
    "checksum": "校验和不符", "clock_ahead": "时钟超前", "distress": "遇险信号",
    "distress_test": "遇险测试", "garbage": "不是语句", "net_beacon": "网位仪",
    "no_instant": "没有接收时刻", "no_position": "定位不可用", "no_ship_number": "不是船舶识别码",
    "other_sentence": "不是 AIS", "too_long": "过长", "undecodable": "无法解码",
    "unfinished": "分段未收全",
}  # fmt: skip
"""Reason to what it means, Chinese; of other message types the number speaks.

Source: ITU-R M.1371-5, table 46.
"""


def told(left_out: Mapping[str, int]) -> str:
    """All reasons with their numbers, the most frequent first.

    >>> told({"type_5": 2, "garbage": 3})
    '不是语句 garbage 3、静态数据 type_5 2'
    """
    ordered = sorted(left_out.items(), key=lambda pair: (-pair[1], pair[0]))
    return "、".join(f"{MEANINGS.get(why, '')} {why} {many}".strip() for why, many in ordered)
