"""The service over the demonstration city, listening; its page is not needed."""

from collections.abc import Iterator

import pytest

from tests.serving import listening


@pytest.fixture(scope="package")
def served(demo_url: str) -> Iterator[str]:
    """Its address."""
    with listening(demo_url) as address:
        yield address
