"""Which rows of an answer are the page, and whether there are pages on either side."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.queries.feature import Page

Row = Mapping[str, Any]


class Turned:
    """A page of rows that were asked for with one more than the limit.

    Attributes:
        rows: The rows of the page, in order.
        last: Place of its last row where a page follows; None where this is the last.
        first: Place of its first row where a page lies before; None where this is the first.
    """

    def __init__(self, asked: Sequence[Row], part: Page) -> None:
        """Take the page out of what was asked.

        The page from which the client came lies on the other side, even if its rows are gone by
        now; of an empty page no place is known.
        """
        more = len(asked) > part.limit
        backward = part.before is not None
        self.rows = asked[-part.limit :] if backward else asked[: part.limit]
        follows = backward or more
        precedes = more if backward else part.after is not None
        self.last: str | None = self.rows[-1]["place"] if self.rows and follows else None
        self.first: str | None = self.rows[0]["place"] if self.rows and precedes else None
