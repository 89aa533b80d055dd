"""FlatGeobuf: typed and quick to read from the first feature to the last."""

from pathlib import Path

import pyogrio

from app.exports.form import Form, Order
from app.exports.parts.arrow_table import reader_of
from app.exports.parts.ogr import geometry_type
from app.exports.parts.origin import as_text, origin_of


def filled(order: Order, file: Path) -> None:
    """Write the file."""
    pyogrio.write_arrow(
        reader_of(order),
        file,
        driver="FlatGeobuf",
        layer=order.layer.id,
        geometry_name="geometry",
        geometry_type=geometry_type(order.layer),
        crs=f"EPSG:{order.shape.crs.srid}",
        # An indexed file can't hold a feature that is not located, and none may be lost.
        layer_options={
            "SPATIAL_INDEX": "NO",
            "TITLE": order.layer.title,
            "DESCRIPTION": as_text(origin_of(order)),
        },
    )


FORM = Form(
    media_type="application/vnd.flatgeobuf",
    ending="fgb",
    told_in="DESCRIPTION of the layer",
    filled=filled,
)
