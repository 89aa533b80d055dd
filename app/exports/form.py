"""What a file format is: from an order to the bytes of a file, or to a file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from app.queries.feature import Shape
from app.queries.where import Where
from layers.declare import Layer


@dataclass(frozen=True)
class Order:
    """What is to be exported.

    Attributes:
        engine: Where rows are read.
        layer: The layer.
        where: Which of its features.
        shape: Which properties, in which reference system.
    """

    engine: Engine
    layer: Layer
    where: Where
    shape: Shape


@dataclass(frozen=True)
class Form:
    """A file format; it has either `streamed` or `filled`.

    Attributes:
        media_type: Media type of the answer.
        ending: Ending of the file name.
        told_in: Where in the file stands where it comes from (licence, data time, rule sets,
            filter, reference system, count); None: the format has no place, so it stands beside it.
        continues: Whether the file of what comes after a feature can be put behind the file of what
            comes before it, so that a stream that broke off can be continued by `after`.
        streamed: From an order to the bytes, made while they are read.
        filled: Writes a file that can only be made as a whole; the same data give the same bytes,
            so that a download that broke off can be resumed.
    """

    media_type: str
    ending: str
    told_in: str | None = None
    continues: bool = False
    streamed: Callable[[Order], Iterator[bytes]] | None = None
    filled: Callable[[Order, Path], None] | None = None
