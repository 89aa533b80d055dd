"""What routes ask for: the state, a layer by its id, parameters that are known."""

from typing import Annotated, cast

from fastapi import Depends, Path, Query, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from app.errors import BadParameter, NotFound
from app.http.parameters import refuse_unknown
from app.http.spelled import Cql2Language, Cql2Text, CrsName, layer_ids
from app.queries.filters.cql2 import Filter, read_filter
from app.state import State
from layers.declare import Layer

LayerId = Annotated[
    str, Path(description="Id of a layer.", json_schema_extra={"enum": layer_ids()})
]


def _state(request: Request) -> State:
    return cast("State", request.app.state.riskmap)


def _layer(request: Request, layer: LayerId) -> Layer:
    layers = _state(request).layers
    if layer not in layers:
        raise NotFound(f"there is no layer {layer[:60]!r}; there are: {', '.join(layers)}")
    return layers[layer]


def only_known(request: Request) -> None:
    """Refuse query parameters that the route does not declare."""
    route = request.scope.get("route")
    if isinstance(route, APIRoute):
        refuse_unknown(request.query_params, _declared(route.dependant))


def _declared(dependant: Dependant) -> list[str]:
    """Names of the query parameters that a route and what it depends on declare."""
    names = [field.alias for field in dependant.query_params]
    return names + [name for part in dependant.dependencies for name in _declared(part)]


def layers_named(text: str | None, state: State, default: list[Layer]) -> list[Layer]:
    """The layers of a comma-separated list, each once, in its order.

    Raises:
        BadParameter: One of them does not exist.
    """
    if text is None:
        return default
    names = [name for name in dict.fromkeys(text.split(",")) if name]
    for name in names:
        if name not in state.layers:
            raise BadParameter(
                "layers", f"there is no layer {name[:60]!r}; there are: {', '.join(state.layers)}"
            )
    if not names:
        raise BadParameter("layers", "names no layer")
    return [state.layers[name] for name in names]


def _filter(
    request: Request,
    text: Annotated[
        Cql2Text | None, Query(alias="filter", description="A CQL2 filter over the fields.")
    ] = None,
    language: Annotated[
        Cql2Language | None,
        Query(alias="filter-lang", description="cql2-text, the default, or cql2-json."),
    ] = None,
    crs: Annotated[
        CrsName | None,
        Query(alias="filter-crs", description="Of its geometries; CRS84 unless given."),
    ] = None,
) -> Filter | None:
    return read_filter(text, language, crs, _state(request).city.time_zone)


CqlFilter = Annotated[Filter | None, Depends(_filter)]
"""The CQL2 filter of a request that is not about one layer's items."""

Parts = Annotated[State, Depends(_state)]
"""The state of the service."""

OneLayer = Annotated[Layer, Depends(_layer)]
"""The layer that the path names."""
