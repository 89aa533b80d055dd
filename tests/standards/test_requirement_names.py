"""Every requirement of the standards that are claimed has a test of its name."""

import ast
from pathlib import Path

import pytest

REQUIREMENTS = {
    "core": (
        "root-op root-success api-definition-op api-definition-success conformance-op conformance-success "
        "http query-param-unknown query-param-invalid crs84 fc-md-op fc-md-success fc-md-links fc-md-items "
        "fc-md-items-links fc-md-extent sfc-md-op sfc-md-success fc-op fc-limit-definition "
        "fc-limit-response-1 fc-bbox-definition fc-bbox-response fc-time-definition fc-time-response "
        "fc-response fc-links fc-rel-type fc-timeStamp fc-numberMatched fc-numberReturned f-op f-success "
        "f-links tc-op tc-tilematrix-definition tc-tilerow-definition tc-tilecol-definition tc-success "
        "tc-error"
    ),
    "html": "definition content",
    "geojson": "definition content",
    "oas30": "oas-definition-1 oas-definition-2 oas-impl completeness exceptions-codes security",
    "crs": (
        "crs-uri fc-md-crs-list-A fc-md-crs-list-B fc-md-crs-list-global fc-md-storageCrs "
        "fc-md-storageCrs-valid-value fc-bbox-crs-definition fc-bbox-crs-valid-value "
        "fc-bbox-crs-default-value fc-bbox-crs-action fc-crs-definition fc-crs-valid-value "
        "fc-crs-default-value fc-crs-action geojson ogc-crs-header ogc-crs-header-value"
    ),
    "queryables": "queryables-link queryables-response",
    "queryables-query-parameters": "parameters",
    "filter": (
        "filter-param filter-lang-param filter-crs-wgs84 filter-crs-param mixing-expressions "
        "expression-construction"
    ),
    "features-filter": "response",
    "tileset": "description",
    "tilesets-list": "tileset-links",
    "geodata-tilesets": "desc-links",
}
"""Class to the names of its requirements.

Source: OGC 17-069r4, 18-058r1, 19-079r2, 20-057. A requirement that a test cannot tell from another
(`queryables` of Part 3, tile set metadata of Tiles) stands under the name of that one.
"""

NAMES = [f"{kind}/{name}" for kind, names in REQUIREMENTS.items() for name in names.split()]


@pytest.mark.parametrize("name", NAMES)
def test_requirement_has_a_test_of_its_name(name: str) -> None:
    wanted = f"test_req_{name.replace('/', '_').replace('-', '_')}"
    found = {
        each.name
        for path in Path(__file__).parent.glob("test_requirements_*.py")
        for each in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(each, ast.FunctionDef)
    }
    assert wanted in found
