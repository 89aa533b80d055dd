"""The name of a layer on the command line."""

from typing import Annotated, Any

import typer

from layers.declare import Layer
from layers.registry import LAYERS


def layer_named(name: str) -> Layer:
    """The layer of a name.

    Raises:
        typer.BadParameter: There is none.
    """
    if name not in LAYERS:
        raise typer.BadParameter(f"there is no layer {name!r}; there are: {', '.join(LAYERS)}")
    return LAYERS[name]


LayerName = Annotated[Any, typer.Argument(parser=layer_named, metavar="LAYER")]
