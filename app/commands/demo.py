"""The demonstration city: made once, imported like any file."""

import tempfile
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, func, select

from app.analyses.analysis import ANALYSES
from app.analyses.analysis import Order as Question
from app.analyses.carry_out import carry_out
from app.city import City
from app.commands.demo_history import write_past
from app.commands.demo_plans import write_plans
from app.commands.terminal import counting, say
from app.db.tables import table_of
from app.ingest.run import Order, run
from layers.registry import LAYERS


def is_empty(engine: Engine) -> bool:
    """Whether no layer has a feature yet."""
    with engine.connect() as connection:
        return all(
            connection.scalar(select(func.count()).select_from(
                select(table_of(layer).c.fid).limit(1).subquery()
            )) == 0
            for layer in LAYERS.values()
        )  # fmt: skip


def load_demo(engine: Engine, city: City, scale: int) -> None:
    """Make the demonstration city and import it, file by file."""
    # Only a first start needs the generator; every other is faster without it.
    from data.demo.generate import AS_OF, generate

    with tempfile.TemporaryDirectory(prefix="riskmap-demo-") as folder:
        say("making the demonstration city 生成示意数据")
        files = generate(city.folder, Path(folder), scale=scale)
        for name, path in files:
            layer = LAYERS[name]
            with counting(layer.title_en) as tick:
                report = run(engine, Order(layer, path, actor="demo"), city, LAYERS, tick)
            say(report.as_text().splitlines()[0])
    # The crashes of the demonstration end on the day before it stands still.
    last = AS_OF - timedelta(days=1)
    for analysis in (each for each in ANALYSES.values() if not each.follows):
        order = Question(last=last if analysis.dated else None)
        carry_out(engine, analysis, order, (city, LAYERS), actor="demo")
        say(f"analysed {analysis.title_en} {analysis.title}")
    say(f"{write_plans(engine, LAYERS)} plans of high-consequence areas 示意一区一案")
    say(f"{write_past(engine, LAYERS)} risk points with an earlier grade 示意历史")
