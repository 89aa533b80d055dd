"""Everything that can go wrong, on one screen.

RiskMapError
├── BadParameter          a query parameter or path part is not what it should be
├── BadDocument           a body is not what it should be
├── NotFound              no such layer, feature, tile or file
├── UnknownParameter      a parameter that nothing here understands
├── DatabaseAway          PostGIS does not answer
├── StatementTooSlow      a statement ran into its limit
├── ClientLeft            who asked is gone; what ran for them was stopped
├── NotMigrated           the database has another schema than this program
├── ImportRefused         a file can't be read, or lacks a required field
├── UndoRefused           an import can't be undone any more
├── CaptureDiffers        a capture or photo came before under the same key, with other content
├── Forbidden             this service, or this sender, may not write
├── TooLarge              a file is larger than the service takes
├── NoSuchRange           a part of a file is asked for that it does not have
├── Busy                  too much waits already
└── CommandFailed         a command can't be carried out; says the mend
"""

from typing import ClassVar


class RiskMapError(Exception):
    """Anything that the program tells its caller in words of its own."""

    code: ClassVar[str] = "error"
    title: ClassVar[str] = "Error"


class BadParameter(RiskMapError):
    """A parameter of the request has a value that can't be used."""

    code = "bad-parameter"
    title = "Bad parameter 参数无效"

    def __init__(self, parameter: str, detail: str) -> None:
        """Name the parameter and say what is expected of it."""
        super().__init__(f"{parameter}: {detail}")
        self.parameter = parameter
        self.detail = detail


class Misplaced(BadParameter):
    """The database can't bring coordinates from or to a reference system.

    Attributes:
        srid: EPSG code of the system that it does not know; None where a place lies outside.
        parameters: What may have brought the system.
    """

    def __init__(
        self, detail: str, srid: int | None = None, parameters: tuple[str, ...] = ("crs",)
    ) -> None:
        """Keep them; the database does not know which parameter it was."""
        super().__init__(", ".join(parameters), detail)
        self.srid = srid
        self.parameters = parameters


class BadDocument(RiskMapError):
    """A part of the request's body has a value that can't be used."""

    code = "bad-document"
    title = "Bad document 内容无效"

    def __init__(self, pointer: str, detail: str) -> None:
        """Name the part by its JSON pointer and say what is expected of it."""
        super().__init__(f"{pointer}: {detail}")
        self.pointer = pointer
        self.detail = detail


class UnknownParameter(RiskMapError):
    """The request names parameters that nothing here understands."""

    code = "unknown-parameter"
    title = "Unknown parameter 未知参数"

    def __init__(self, parameters: list[str], known: list[str]) -> None:
        """Name the strangers, and what would be understood."""
        super().__init__(f"unknown: {', '.join(parameters)}; known: {', '.join(known)}")
        self.parameters = parameters
        self.known = known


class NotFound(RiskMapError):
    """There is no such layer, feature, tile or file."""

    code = "not-found"
    title = "Not found 未找到"


class DatabaseAway(RiskMapError):
    """PostGIS does not answer; the service heals by itself when it is back."""

    code = "database-away"
    title = "Database away 数据库暂不可用"


class StatementTooSlow(RiskMapError):
    """A statement ran into its limit; a smaller area or a narrower filter helps."""

    code = "statement-too-slow"
    title = "Statement too slow 查询超时"


class ClientLeft(RiskMapError):
    """Who asked is gone, and what was read for them was stopped; told to nobody but the log."""

    code = "client-left"
    title = "Client left 客户端已离开"


class NotMigrated(RiskMapError):
    """The database has another schema than this program."""

    code = "not-migrated"
    title = "Database not migrated 数据库结构未更新"


class ImportRefused(RiskMapError):
    """A file can't be imported at all; nothing was written."""

    code = "import-refused"
    title = "Import refused 导入被拒绝"


class UndoRefused(RiskMapError):
    """An import can't be undone: it is already, or later changes stand on it; nothing changed."""

    code = "undo-refused"
    title = "Undo refused 无法撤销"


class CaptureDiffers(RiskMapError):
    """A capture or a photo came before under the same key and said something else."""

    code = "capture-differs"
    title = "Capture differs 与已收到的不同"


class Forbidden(RiskMapError):
    """What was asked is not allowed here, or not from there."""

    code = "forbidden"
    title = "Forbidden 不允许"


class TooLarge(RiskMapError):
    """A file is larger than the service takes."""

    code = "too-large"
    title = "Too large 文件过大"


class NoSuchRange(RiskMapError):
    """A part of a file is asked for that it does not have."""

    code = "no-such-range"
    title = "Range not satisfiable 文件没有所请求的部分"

    def __init__(self, size: int) -> None:
        """Tell the size of the file in bytes."""
        super().__init__(f"the file has {size} bytes 文件共 {size} 字节")
        self.size = size


class Busy(RiskMapError):
    """Too much waits already; it may be asked for again."""

    code = "busy"
    title = "Busy 繁忙"


class CommandFailed(RiskMapError):
    """A command can't be carried out; the message says the mend."""

    code = "command-failed"
    title = "Command failed 命令失败"
