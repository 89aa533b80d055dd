"""The registry: every module of this folder that holds a `LAYER` is a layer."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from layers.declare import DeclarationError, Layer

_WORDS = frozenset({"declare", "registry", "stake"})
"""Modules of this folder that declare no layer."""


def _find() -> dict[str, Layer]:
    found: dict[str, Layer] = {}
    for module in iter_modules([str(Path(__file__).parent)]):
        if module.ispkg or module.name in _WORDS:
            continue
        layer = import_module(f"layers.{module.name}").LAYER
        if layer.id != module.name:
            raise DeclarationError(f"layers/{module.name}.py declares {layer.id!r}")
        found[layer.id] = layer
    return found


LAYERS = _find()
"""Every layer by its id, in alphabetical order."""
