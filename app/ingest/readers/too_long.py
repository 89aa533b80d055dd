"""What a person is told of a value that no machine should hold, and what they can do."""

from app.errors import ImportRefused


def too_long(name: str, where: str, most: str) -> ImportRefused:
    """The refusal of a file with a value that is longer than any is.

    Args:
        name: Of the file.
        where: What holds it, in English: a column, a part, a place.
        most: How long it may be, with its unit.
    """
    return ImportRefused(
        f"{name}: {where} is longer than {most}; shorten or remove it, then import again "
        "单个值过长，请缩短或删除后重新导入"
    )
