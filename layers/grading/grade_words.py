"""How registers write a grade: by name, by colour, by Roman or Chinese numeral."""

_WRITTEN = {
    "1": ("重大", "红", "Ⅰ", "I", "一"),
    "2": ("较大", "橙", "Ⅱ", "II", "二"),
    "3": ("一般", "黄", "Ⅲ", "III", "三"),
    "4": ("低", "蓝", "Ⅳ", "IV", "四"),
}  # fmt: skip
"""Grade to name, colour and numerals."""

GRADE_SPELLINGS: dict[str, str] = {
    f"{word}{end}": grade
    for grade, (name, colour, *numerals) in _WRITTEN.items()
    for word, ends in (
        (name, ("", "风险", "级")), (colour, ("", "色", "色风险")),
        *((each, ("", "级", "级风险")) for each in (grade, *numerals)),
    )
    for end in ends
}  # fmt: skip
"""What stands for a grade, to its number.

Source: DOMAIN 1.2: 重大 is 1 and red, 低 is 4 and blue.
"""
