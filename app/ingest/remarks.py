"""What a report remarks on a file: what nobody declared of it, which messages gave no position."""

from collections.abc import Iterable, Iterator, Mapping

from app.ingest.left_out import told
from app.ingest.locate import Locator
from app.refusals import REASONS


def on_system(claimed: str | None, crs: str | None, locator: Locator) -> Iterator[str]:
    """What a file says of its coordinates, where a person should know what they are taken for.

    Args:
        claimed: What it says; None where it says nothing.
        crs: What was declared; None where nobody did.
        locator: Takes them for something.
    """
    if not claimed:
        return
    name = " ".join(claimed.split())[:80]
    if locator.same_as(claimed):
        if crs is None and locator.moves:
            yield f"坐标系未声明，按文件自述的 {name} 读取 undeclared: read as {name}, as it says"
    elif crs is None:
        yield (
            f"文件自称 {name}，但未声明坐标系，按 EPSG:{locator.srid} 导入 the file says {name}, "
            f"nobody declared it: taken as EPSG:{locator.srid}; --crs says otherwise"
        )
    else:
        yield f"文件自称 {name}，按声明的 {crs} 导入 it says {name}, taken as {crs} as declared"


def on_clocks(reasons: Iterable[str]) -> Iterator[str]:
    """How to say whose clock a file has, where rows were refused because nobody said it.

    Args:
        reasons: Why rows were refused, Chinese.
    """
    if any(each.endswith(REASONS["timezone_aware"]) for each in reasons):
        yield (
            "时刻没有写时区：如确知是哪里的时间，请声明，如 --timezone Asia/Shanghai times name no "
            "zone: declare whose clock it is if you know it, as --timezone Asia/Shanghai"
        )


def on_messages(left_out: Mapping[str, int]) -> Iterator[str]:
    """Which messages of a log gave no position, by reason."""
    if left_out:
        yield f"不是船位的报文 messages that are no position: {told(left_out)}"
