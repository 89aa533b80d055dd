"""What a file format is: a statement that makes its rows, and what is written round them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select

from app.queries.feature import Shape
from app.queries.where import Where
from layers.declare import Layer


@dataclass(frozen=True)
class Form:
    """A file format.

    Attributes:
        media_type: Media type of the answer.
        ending: Ending of the file name.
        statement: From a layer, a filter and a shape to the select whose text column is the rows.
        written: From the chunks of those rows to the bytes of the file.
    """

    media_type: str
    ending: str
    statement: Callable[[Layer, Where, Shape], Select[Any]]
    written: Callable[[Iterator[bytes], Layer], Iterator[bytes]]
