"""File formats: one file each, found by listing this folder."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from app.exports.form import Form

EXPORTS: dict[str, Form] = {
    module.name: import_module(f"app.exports.{module.name}").FORM
    for module in iter_modules([str(Path(__file__).parent)])
    if module.name != "form" and not module.ispkg
}
"""Every format by its id, which is its file name and the value of `f`."""
