"""The service keeps what its definition promises: every operation, with good data and with bad."""

from collections.abc import Callable, Iterator

import pytest
import schemathesis
from fastapi.routing import APIRoute
from schemathesis import Config
from schemathesis.engine import from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished
from schemathesis.schemas import BaseSchema
from sqlalchemy import insert, select
from starlette.types import ASGIApp

from app.db.captures import CAPTURE_PHOTOS, CAPTURES
from app.db.engine import writing
from app.db.tables import table_of
from app.main import ROUTES, create_app
from app.settings import Settings
from app.state import open_state
from layers.registry import LAYERS
from tests.standards import meant

SEED = 20261126

EXAMPLES = 8
"""Of each operation, beside the edges of every parameter, which come each time."""


@pytest.fixture(scope="module")
def application(
    make_database: Callable[[str], str],
    demo_template: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[ASGIApp]:
    """The service over a demonstration of its own, since what writes is asked too."""
    url = make_database(demo_template)
    prepare(url)
    state = open_state(Settings(home=tmp_path_factory.mktemp("home")), url, LAYERS)
    yield create_app(state)
    state.close()


def prepare(url: str) -> None:
    """A capture with a photo; which pipeline can be walked, which import undone."""
    engine = writing(url)
    with engine.begin() as connection:
        connection.execute(insert(CAPTURES).values(
            key=meant.KEY, layer="encroachments", fid=1, code="X", actor="a", sha256="",
            seen_at="2026-11-25T00:00:00Z",
        ))  # fmt: skip
        photo = insert(CAPTURE_PHOTOS)
        connection.execute(photo.values(key=meant.KEY, number=1, sha256="", content=b"photo"))
        pipelines = table_of(LAYERS["pipelines"])
        meant.WALKED["code"] = connection.scalar(
            select(pipelines.c.code).where(pipelines.c.fid == 7)
        )
    engine.dispose()


@pytest.fixture(scope="module")
def definition(application: ASGIApp) -> Iterator[BaseSchema]:
    """The definition as the service gives it; the same data at every run."""
    meant.register()
    for hook in (meant.before_call, meant.filter_failure):
        schemathesis.hook(hook)
    yield schemathesis.openapi.from_asgi("/api/openapi.json", application, config=Config.from_dict({
        "seed": SEED,
        "continue-on-failure": True,
        "request-timeout": 300,
        "generation": {"max-examples": EXAMPLES, "deterministic": True, "database": "none",
                       "no-shrink": True},
        "phases": {"examples": {"enabled": False}, "stateful": {"enabled": False}},
    }))  # fmt: skip
    schemathesis.hooks.unregister_all()


OPERATIONS = sorted(
    f"{method} {route.path}"
    for module in ROUTES
    for route in module.router.routes
    if isinstance(route, APIRoute) and route.include_in_schema
    for method in route.methods or ()
)


def test_definition_names_every_operation(definition: BaseSchema) -> None:
    assert sorted(each.ok().label for each in definition.get_all_operations()) == OPERATIONS


# Hypothesis warns where it would print a large body; what is printed is for people only.
@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@pytest.mark.parametrize("operation", OPERATIONS)
def test_operation_keeps_its_promise(definition: BaseSchema, operation: str) -> None:
    faults: dict[str, str] = {}
    asked = 0
    for event in from_schema(definition.include(name=operation)).execute():
        assert not isinstance(event, FatalError | NonFatalError), str(event)
        if isinstance(event, ScenarioFinished):
            asked += len(event.recorder.cases)
            faults |= dict(_faults(event))
    assert asked > 1
    assert not faults, "\n\n".join(faults.values())


def _faults(event: ScenarioFinished) -> Iterator[tuple[str, str]]:
    """What was promised otherwise, one of a kind, with the request and its answer."""
    for case, checks in event.recorder.checks.items():
        asked = event.recorder.interactions[case].response
        answer = asked.content[:600].decode(errors="replace") if asked is not None else ""
        for check in checks:
            if check.failure_info is not None:
                failure, sample = check.failure_info.failure, check.failure_info.code_sample
                kind = f"{check.name}: {failure.title}"
                yield kind, f"{kind}\n{failure.message}\n{answer}\n{sample[:3000]}"
