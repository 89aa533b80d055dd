"""The program `riskmap`: one function a command, each a few lines over the rooms."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from app.city import read_city
from app.cluster import Cluster, ClusterFailure
from app.commands import backup, doctor
from app.commands.ais import program as ais
from app.commands.analyse import command as analyse
from app.commands.common_options import taken_out
from app.commands.database import opened, prepared
from app.commands.demo import is_empty, load_demo
from app.commands.export import export
from app.commands.grade import LISTED, read_rules
from app.commands.grade import grade as grade_again
from app.commands.importing import Asked
from app.commands.importing import import_file as run_import
from app.commands.layer_name import layer_named
from app.commands.notebooks import laboratory, write_pages
from app.commands.service import serve as run_service
from app.commands.service import take_port
from app.commands.sheets import template, unlocated
from app.commands.terminal import answer, say
from app.commands.undo import undo_import
from app.db.schema import revise
from app.errors import CommandFailed, RiskMapError
from app.settings import CHECKOUT, Settings
from layers.registry import LAYERS

USAGE = """Risk map of a city: graded layers, tiles, proximity queries.

Common options, anywhere: --host, --port, --home, --database-url, --json.
"""

program = typer.Typer(help=USAGE, add_completion=False, no_args_is_help=True,
                      pretty_exceptions_enable=False)  # fmt: skip
db = typer.Typer(help="The private cluster, or the configured database.", no_args_is_help=True)
program.add_typer(db, name="db")
program.add_typer(ais, name="ais")
program.command("analyse")(analyse)
program.command()(export)
program.command()(template)
program.command()(unlocated)


def main(arguments: list[str] | None = None) -> int:
    """Run the program; 0 done, 1 failed with one line on standard error, 2 wrong usage."""
    rest, options = taken_out(sys.argv[1:] if arguments is None else arguments)
    os.environ.update(options)
    try:
        program(rest, standalone_mode=True, prog_name="riskmap")
    except (RiskMapError, ValidationError) as fault:
        return _failed(fault)
    except KeyboardInterrupt:
        return 130
    except Exception as fault:
        if Settings().log_level.upper() == "DEBUG":
            raise
        words = str(fault).strip().splitlines() or [""]
        sys.stderr.write(
            f"riskmap: {type(fault).__name__}: {words[0]} (RISKMAP_LOG_LEVEL=DEBUG shows where)\n"
        )
        return 1
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    return 0


def _failed(fault: Exception) -> int:
    if isinstance(fault, ValidationError):
        error = fault.errors()[0]
        sys.stderr.write(f"riskmap: --{'.'.join(map(str, error['loc']))}: {error['msg']}\n")
        return 2
    sys.stderr.write(f"riskmap: {' '.join(str(fault).split())}\n")
    return 1


def _as_json() -> bool:
    return os.environ.get("RISKMAP_JSON") == "1"


@program.command()
def demo(
    scale: Annotated[
        int, typer.Option(min=1, max=200, help="Multiplies points and positions.")
    ] = 1,
) -> None:
    """Everything: database, schema, demonstration city, service."""
    settings = Settings()
    listener = take_port(settings)
    city = read_city(settings.city_folder)
    with prepared(settings) as engine:
        if is_empty(engine):
            load_demo(engine, city, scale)
        url = engine.url.render_as_string(hide_password=False)
        engine.dispose()
        run_service(settings, url, listener)


@program.command()
def serve() -> None:
    """The service against RISKMAP_DATABASE_URL, or the private cluster when that is unset."""
    settings = Settings()
    listener = take_port(settings)
    with opened(settings) as url:
        run_service(settings, url, listener)


@program.command("import")
def import_file(  # noqa: PLR0913, PLR0917 - one option of the command each
    layer: Annotated[
        Any, typer.Argument(parser=layer_named, metavar="[LAYER]", show_default=False)
    ] = None,
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", show_default=False)] = None,
    crs: Annotated[
        str | None,
        typer.Option(help="EPSG code, wgs84, cgcs2000, gcj02 or bd09; undeclared: EPSG:4326."),
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(help="Zone of times that name none, such as Asia/Shanghai.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say all, write nothing.")] = False,
    rejects: Annotated[
        Path | None, typer.Option(help="Write refused rows: .xlsx to put right, or a .csv list.")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="JSON of headers and fields, where headers do not tell.")
    ] = None,
    save_mapping: Annotated[
        Path | None, typer.Option(help="Write what the columns are taken for, for --mapping.")
    ] = None,
    undo: Annotated[
        int | None, typer.Option(metavar="ID", help="Undo an import instead.", show_default=False)
    ] = None,
) -> None:
    """Load a file and print a report; or undo an import."""
    if undo is not None:
        done = undo_import(undo, alone=layer is None and file is None)
        answer(done.as_json(), as_json=_as_json(), as_text=done.as_text())
        return
    if layer is None or file is None:
        raise typer.BadParameter("name a LAYER and a FILE, or --undo ID")
    report = run_import(Asked(layer, file, crs, timezone, dry_run, mapping, rejects, save_mapping))
    answer(report.as_json(), as_json=_as_json(), as_text=report.as_text())


@program.command()
def grade(
    layer: Annotated[
        Any, typer.Argument(parser=layer_named, metavar="[LAYER]", show_default=False)
    ] = None,
    rules: Annotated[
        Path | None, typer.Option(help="A rule set (TOML) instead of the shipped one of its kind.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say all, write nothing.")] = False,
) -> None:
    """Apply the rule sets again; prints what changed."""
    checked = read_rules(rules)
    listed = None if _as_json() else LISTED
    with prepared(Settings()) as engine:
        report = grade_again(engine, layer, checked, dry_run=dry_run, listed=listed)
    answer(report.as_json(), as_json=_as_json(), as_text=report.as_text())


@program.command("map")
def draw_map(
    file: Annotated[Path, typer.Argument(metavar="OUT.html")],
    layers: Annotated[str, typer.Option(help="Ids split by commas; those that count.")] = "",
) -> None:
    """Draw the map into one file that opens without a network."""
    # folium and geopandas take a second to load, which no other command should wait for.
    from app.commands.map import write_map

    settings = Settings()
    city = read_city(settings.city_folder)
    chosen = [layer_named(name) for name in layers.split(",") if name] or [
        layer for layer in LAYERS.values() if layer.counted
    ]
    with prepared(settings) as engine:
        size = write_map(engine, chosen, city, file)
    told = {"file": str(file), "bytes": size, "layers": [layer.id for layer in chosen]}
    answer(told, as_json=_as_json(), as_text=f"{file}: {size:,} bytes")


@program.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def bench(context: typer.Context) -> None:
    """Answers of the service beside the bare SQL of the same answers, in one run."""
    raise typer.Exit(_module("bench", context.args))


@program.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def notebook(
    context: typer.Context,
    html: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Run every notebook and write its page instead.", show_default=False
        ),
    ] = None,
) -> None:
    """JupyterLab on the same data; an empty private cluster gets the demonstration city first."""
    settings = Settings()
    with prepared(settings) as engine:
        if settings.database_url is None and is_empty(engine):
            load_demo(engine, read_city(settings.city_folder), scale=1)
        url = engine.url.render_as_string(hide_password=False)
        engine.dispose()
        if html is None:
            raise typer.Exit(laboratory(url, context.args))
        written = write_pages(url, html)
    told = {"pages": [str(each) for each in written]}
    answer(told, as_json=_as_json(), as_text="\n".join(told["pages"]))


def _module(name: str, arguments: list[str]) -> int:
    """Run a module in this environment, with the checkout importable; returns its exit code."""
    path = os.pathsep.join(part for part in (str(CHECKOUT), os.environ.get("PYTHONPATH")) if part)
    command = [sys.executable, "-m", name, *arguments]
    environment = {**os.environ, "PYTHONPATH": path}
    return subprocess.run(command, env=environment, cwd=CHECKOUT, check=False).returncode  # noqa: S603


@program.command("doctor")
def examine() -> None:
    """What is installed, reachable, migrated, stale; each fault with its mend."""
    findings = doctor.examine(Settings())
    answer([vars(each) for each in findings], as_json=_as_json(),
           as_text="\n".join(each.as_text() for each in findings))  # fmt: skip
    if not all(each.well for each in findings):
        raise typer.Exit(1)


@db.command()
def start() -> None:
    """Start the private cluster and leave it running."""
    try:
        Cluster(Settings().home).ensure_ready(say, keep=True)
    except ClusterFailure as fault:
        raise CommandFailed(str(fault)) from None


@db.command()
def stop() -> None:
    """Stop the private cluster."""
    try:
        Cluster(Settings().home).stop()
    except ClusterFailure as fault:
        raise CommandFailed(str(fault)) from None


@db.command()
def migrate() -> None:
    """Bring the database to this program's schema."""
    with prepared(Settings()):
        say("migrated")


@db.command("revise", hidden=True)
def write_revision(revision: str, message: str) -> None:
    """For developers: write the revision of a new layer."""
    with prepared(Settings()) as engine:
        revise(engine, message, revision)


@db.command("backup")
def back_up(file: Annotated[Path, typer.Argument()]) -> None:
    """Write the whole database to a file."""
    settings = Settings()
    with opened(settings) as url:
        backup.backup(settings, url, file)


@db.command()
def restore(file: Annotated[Path, typer.Argument()]) -> None:
    """Replace the database's content with that of a backup."""
    settings = Settings()
    with opened(settings) as url:
        backup.restore(settings, url, file)


@db.command()
def shell() -> None:
    """Open psql."""
    settings = Settings()
    with opened(settings) as url:
        raise typer.Exit(backup.shell(settings, url))


if __name__ == "__main__":
    sys.exit(main())
