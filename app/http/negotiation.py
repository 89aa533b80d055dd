"""Which form of an answer a client gets: JSON for programs, a page for people.

`f=` decides; without it the Accept header does, and JSON where that has no preference.
Source: RFC 9110, 12.5.1; OGC API – Features Part 1, 7.5.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from app.http.shapes import ref

Form = Literal["json", "html"]

HTML, JSON, GEOJSON = "text/html", "application/json", "application/geo+json"

SCHEMA = "application/schema+json"

CSV, GPX, PDF = "text/csv", "application/gpx+xml", "application/pdf"

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

VARY = {"Vary": "Accept"}
"""Headers of an answer that has two forms at one address."""

Said = dict[int | str, dict[str, Any]]


def said(*media_types: str, revalidated: bool = False, geojson: str = "FeatureCollection") -> Said:
    """What the definition says of the answers of a route: their media types, whether 304.

    Args:
        media_types: Of what is answered with 200.
        revalidated: Whether a client that has the present version is told so.
        geojson: Shape of GeoJSON among them.
    """
    shapes = {GEOJSON: {"schema": ref(geojson)}}
    told: Said = {
        200: {"description": "OK", "content": {each: shapes.get(each, {}) for each in media_types}}
    }
    return {**told, 304: {"description": "Unchanged"}} if revalidated else told


def written(description: str) -> Said:
    """What the definition says of a route that writes once: 201 the first time, 200 after it."""
    content: dict[str, Any] = {JSON: {"schema": {"type": "object"}}}
    return {
        201: {"description": description, "content": content},
        200: {"description": "It was there already.", "content": content},
    }


FORMS = said(JSON, HTML, revalidated=True)
"""Of routes with two forms."""

FORMS_OF_FEATURES = said(GEOJSON, HTML, "application/vnd.apache.arrow.stream", revalidated=True)

FORMS_OF_A_FEATURE = said(GEOJSON, HTML, geojson="Feature")

FORMS_OF_SCHEMAS = said(SCHEMA, HTML)

TITLES = {"json": "JSON", "html": "网页 Page"}


def _form(
    request: Request,
    f: Annotated[
        Form | None, Query(description="json or html; the Accept header decides unless given.")
    ] = None,
) -> Form:
    return f or preferred(request.headers.get("accept", ""))


AskedForm = Annotated[Form, Depends(_form)]
"""The form that the client wants."""


def preferred(accept: str) -> Form:
    """What an Accept header prefers.

    >>> preferred("text/html,application/xhtml+xml,*/*;q=0.8"), preferred("*/*"), preferred("")
    ('html', 'json', 'json')
    >>> preferred("application/geo+json, text/html;q=0.5"), preferred("text/html, application/json")
    ('json', 'json')
    """
    html, json = _of_forms(_weights(accept))
    return "html" if html > json else "json"


def prefers(accept: str, media_type: str) -> bool:
    """Whether an Accept header names a media type and likes none of the two forms better.

    >>> arrow = "application/vnd.apache.arrow.stream"
    >>> prefers(arrow, arrow), prefers(f"{arrow}, */*", arrow), prefers("*/*", arrow)
    (True, True, False)
    >>> prefers(f"text/html, {arrow};q=0.5", arrow), prefers(f"{arrow};q=0", arrow)
    (False, False)
    """
    weights = _weights(accept)
    weight = weights.get(media_type, 0.0)
    return weight > 0 and weight >= max(_of_forms(weights))


def _weights(accept: str) -> dict[str, float]:
    return dict(_weighted(part) for part in accept.lower().split(",") if part.strip())


def _of_forms(weights: Mapping[str, float]) -> tuple[float, float]:
    """How much HTML and JSON are liked."""
    any_weight = weights.get("*/*", 0.0)
    html = weights.get(HTML, weights.get("text/*", any_weight))
    others = weights.get("application/*", any_weight)
    return html, max(weights.get(each, others) for each in (JSON, GEOJSON, SCHEMA))


def _weighted(part: str) -> tuple[str, float]:
    name, *parameters = (each.strip() for each in part.split(";"))
    for each in parameters:
        if each.startswith("q="):
            try:
                return name, float(each[2:])
            except ValueError:
                return name, 0.0
    return name, 1.0


def root_of(request: Request) -> str:
    """Scheme and host as the client sees them, without a slash at the end."""
    return str(request.base_url).rstrip("/")


def address_of(request: Request, **changed: str | None) -> str:
    """The address that was asked, with parameters set anew or, where None, left out."""
    query = {**request.query_params, **changed}
    kept = {name: value for name, value in query.items() if value is not None}
    path = f"{root_of(request)}{request.url.path}"
    return f"{path}?{urlencode(kept)}" if kept else path


def form_links(request: Request, form: Form, media_type: str = JSON) -> list[dict[str, str]]:
    """`self` for the form that is answered, `alternate` for the other."""
    types: dict[Form, str] = {"json": media_type, "html": HTML}
    other: Form = "html" if form == "json" else "json"
    return [
        {"href": address_of(request), "rel": "self", "type": types[form], "title": TITLES[form]},
        {"href": address_of(request, f=other), "rel": "alternate", "type": types[other],
         "title": TITLES[other]},
    ]  # fmt: skip


def answer(
    content: dict[str, Any], page: str | None, headers: Mapping[str, str], media_type: str = JSON
) -> Response:
    """The page where there is one, the content otherwise."""
    said = {**headers, **VARY}
    if page is not None:
        return HTMLResponse(page, headers=said)
    return JSONResponse(content, headers=said, media_type=media_type)
