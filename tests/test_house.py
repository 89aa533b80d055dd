"""Rules of the house that no linter has."""

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, text

from app.db import schema
from app.db.engine import writing
from app.db.tables import METADATA
from app.settings import CHECKOUT

ROOMS = ("app", "layers", "data")

LONGEST_FILE, LONGEST_FUNCTION = 300, 60

FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "manager", "managers",
                   "service_", "services", "misc"}  # fmt: skip


def sources(*rooms: str) -> list[Path]:
    """Python files of rooms; migrations, which are generated, and built pages left out."""
    return sorted(
        path for room in rooms for path in (CHECKOUT / room).rglob("*.py")
        if "versions" not in path.parts and "node_modules" not in path.parts
    )  # fmt: skip


def shown(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def test_no_two_test_files_have_one_name() -> None:
    """Pytest takes the second for the first and stops."""
    names = Counter(path.name for path in (CHECKOUT / "tests").rglob("test_*.py"))
    assert [name for name, many in names.items() if many > 1] == []


def test_files_are_short() -> None:
    lengths = {shown(path): len(path.read_text(encoding="utf-8").splitlines())
               for path in sources(*ROOMS)}  # fmt: skip
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_functions_are_short() -> None:
    long = [
        f"{shown(path)}:{node.lineno} {node.name}"
        for path in sources(*ROOMS)
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


def test_modules_are_named_for_what_they_hold() -> None:
    assert [shown(path) for path in sources(*ROOMS) if path.stem in FORBIDDEN_NAMES] == []


def test_every_module_and_public_thing_says_what_it_is() -> None:
    silent = []
    for path in sources(*ROOMS):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if not ast.get_docstring(tree):
            silent.append(shown(path))
        public = [
            node for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        ]  # fmt: skip
        silent += [f"{shown(path)}:{node.lineno}" for node in public if not ast.get_docstring(node)]
    assert silent == []


def test_machinery_names_no_city() -> None:
    files = [*sources("app"), *(CHECKOUT / "app" / "web" / "src").rglob("*.*")]
    named = [
        f"{shown(path)}:{number}"
        for path in files
        if path.is_file()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(r"yuyao|余姚|330281", line, re.IGNORECASE)
        # The default profile has to be named once.
        and not (path.name == "settings.py" and '"yuyao"' in line)
    ]
    assert named == []


HOSTS = re.compile(r"https?://([^/\s\"'`<>)\\,;:$&?]+)")

KNOWN_HOSTS = {
    "www.opengis.net", "geojson.org", "json-schema.org", "localhost", "127.0.0.1", "www.w3.org",
    "www.topografix.com",
}  # fmt: skip
"""Names of standards, which nothing fetches, and this machine."""


def test_sources_name_no_host() -> None:
    files = [*sources("app"), *(CHECKOUT / "app" / "web" / "src").rglob("*.*")]
    named = {
        f"{shown(path)}: {host}"
        for path in files
        if path.is_file()
        for host in HOSTS.findall(path.read_text(encoding="utf-8"))
        if host not in KNOWN_HOSTS and "{" not in host
    }
    assert {each for each in named if not each.startswith("app/bootstrap")} == set()


DIST = CHECKOUT / "app" / "web" / "dist"
BUILT = [DIST / name for name in ("index.html", "import.html", "check.html", "inspect.html")]


@pytest.mark.parametrize("page", [each for each in BUILT if each.is_file()])
def test_built_page_loads_nothing_from_elsewhere(page: Path) -> None:
    content = page.read_text(encoding="utf-8")
    loaded = re.findall(r"""(?:src|href)=["']([^"']+)""", content)
    assert loaded
    assert [each for each in loaded if "//" in each] == []


@pytest.mark.parametrize("path", sorted(CHECKOUT.glob("requirements*.txt")), ids=lambda p: p.name)
def test_lock_names_no_registry_and_pins_everything(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if "://" in line or "index-url" in line] == []
    named = [line for line in lines if line and not line.startswith((" ", "#", "\t"))]
    assert named
    assert [line for line in named if "==" not in line] == []
    assert "--hash=sha256:" in path.read_text(encoding="utf-8")


def test_lock_of_the_web_page_names_no_registry() -> None:
    locks = [*(CHECKOUT / "app" / "web").glob("package-lock.json")]
    assert locks
    for path in locks:
        hosts = set(re.findall(r'"resolved": "https?://([^/"]+)', path.read_text(encoding="utf-8")))
        assert hosts == set()


@pytest.fixture
def migrated(make_database: Callable[[str], str], template: str) -> Iterator[Engine]:
    engine = writing(make_database(template))
    yield engine
    engine.dispose()


def test_migrations_make_exactly_the_declared_tables(migrated: Engine) -> None:
    schema.differences(migrated)


def test_schema_can_be_taken_back_to_nothing_and_made_again(migrated: Engine) -> None:
    with migrated.begin() as connection:
        command.downgrade(schema._config(connection), "base")  # noqa: SLF001
    left = text(
        "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' "
        "AND tablename NOT IN ('spatial_ref_sys', 'alembic_version')"
    )
    functions = text(
        "SELECT count(*) FROM pg_proc p JOIN pg_language l ON l.oid = prolang "
        "WHERE lanname IN ('plpgsql', 'sql') AND pronamespace = 'public'::regnamespace "
        "AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND deptype = 'e')"
    )
    with migrated.begin() as connection:
        assert connection.scalar(left) == 0
        assert connection.scalar(functions) == 0
    assert schema.migrate(migrated) == schema.head()
    schema.differences(migrated)
    with migrated.begin() as connection:
        made = set(connection.scalars(text("SELECT tablename FROM pg_tables")))
        assert set(METADATA.tables) <= made


def test_migrating_twice_changes_nothing(migrated: Engine) -> None:
    assert schema.migrate(migrated) == schema.migrate(migrated) == schema.head()


def test_migration_that_breaks_leaves_the_schema_as_it_was(
    make_database: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.errors import CommandFailed

    engine = writing(make_database("template1"))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE vessels (mine text)"))
    with pytest.raises(Exception) as broken:  # noqa: PT011 - its kind is asserted below
        schema.migrate(engine)
    with engine.begin() as connection:
        tables = text("SELECT string_agg(tablename, ',') FROM pg_tables WHERE schemaname = 'public' "
                      "AND tablename <> 'spatial_ref_sys'")  # fmt: skip
        assert connection.scalar(tables) == "vessels"
    engine.dispose()
    assert isinstance(broken.value, CommandFailed), "a broken migration is told in one clear line"
