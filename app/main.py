"""The application: rooms put together, nothing else."""

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware

from app.exports import EXPORTS
from app.http import (
    along_routes,
    analysis_routes,
    capture_routes,
    catalogue_routes,
    changes_routes,
    check_routes,
    definition_routes,
    export_routes,
    health_routes,
    import_routes,
    item_routes,
    live_routes,
    locate_routes,
    nearby_routes,
    nearest_routes,
    page_routes,
    patrol_routes,
    played_routes,
    problems,
    qgis_routes,
    sheet_routes,
    stakes_routes,
    summary_routes,
    tile_routes,
    tiling_routes,
    verdict_routes,
    warning_routes,
    workbook_routes,
)
from app.http.encodings import TagByEncoding
from app.http.leaving import Leaving
from app.http.watch import Watch
from app.state import State

ROUTES = (
    page_routes, catalogue_routes, item_routes, export_routes, tile_routes, nearby_routes,
    summary_routes, changes_routes, analysis_routes, health_routes, import_routes,
    locate_routes, along_routes, verdict_routes, warning_routes, live_routes, played_routes,
    nearest_routes,
    qgis_routes, definition_routes, tiling_routes,
    sheet_routes,
    check_routes,
    stakes_routes,
    capture_routes,
    patrol_routes,
    workbook_routes,
)  # fmt: skip

WHOLE_FILES = tuple(form.media_type for form in EXPORTS.values() if form.filled)
"""What is sent by ranges, and is compressed by its format where that helps."""


def create_app(state: State) -> FastAPI:
    """The service over its parts; the API's page comes without another host."""
    app = FastAPIOffline(
        title=f"{state.city.title} {state.city.title_en}",
        version="0.1.0",
        openapi_url="/api/openapi.json",
        docs_url="/api/docs",
        redoc_url=None,
        static_url="/api/docs/files",
    )
    app.state.riskmap = state
    # Our own route serves the definition, in either version of OpenAPI.
    app.router.routes[:] = [
        each for each in app.router.routes if getattr(each, "path", "") != app.openapi_url
    ]
    for module in ROUTES:
        app.include_router(module.router)
    problems.install(app, [route for module in ROUTES for route in module.router.routes])
    app.add_middleware(
        GZipMiddleware,
        minimum_size=1000,
        compresslevel=5,
        exclude_content_types=(*DEFAULT_EXCLUDED_CONTENT_TYPES, *WHOLE_FILES),
    )
    app.add_middleware(TagByEncoding)
    app.add_middleware(Leaving)
    app.add_middleware(Watch)
    return app
