"""What routes ask for: the state, a layer by its id, parameters that are known."""

from typing import Annotated, cast

from fastapi import Depends, Path, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from app.errors import BadParameter, NotFound
from app.http.parameters import refuse_unknown
from app.state import State
from layers.declare import Layer


def _state(request: Request) -> State:
    return cast("State", request.app.state.riskmap)


def _layer(request: Request, layer: Annotated[str, Path(description="Id of a layer.")]) -> Layer:
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


Parts = Annotated[State, Depends(_state)]
"""The state of the service."""

OneLayer = Annotated[Layer, Depends(_layer)]
"""The layer that the path names."""
