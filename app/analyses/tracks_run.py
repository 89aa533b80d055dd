"""The analysis `tracks`: every track made anew, after zones, rules or the program changed."""

from dataclasses import asdict

from sqlalchemy import Connection, func, select

from app.analyses.analysis import Order, Outcome
from app.analyses.tracks import tracks_of
from app.city import City
from app.db.tables import table_of
from layers.declare import Layer
from layers.sea.cleaning_rules import CleaningRules
from layers.sea.rules import SeaEventRules


def run(connection: Connection, layers: dict[str, Layer], city: City, _order: Order) -> Outcome:
    """Make the tracks and stays in port of every number that has positions; equal ones stay."""
    tracks, positions = (table_of(layers[name]).c for name in ("vessel_tracks", "vessel_positions"))
    many = select(func.count(), func.coalesce(func.max(tracks.fid), 0)).select_from(
        tracks.fid.table
    )
    before, last = connection.execute(many).one()
    heard = connection.scalars(select(positions.mmsi).distinct()).all()
    made = tracks_of(connection, layers, city, dict.fromkeys(sorted(heard)))
    after, _ = connection.execute(many).one()
    touched = select(
        func.count().filter(tracks.fid > last), func.count().filter(tracks.fid <= last)
    ).where(tracks.changed_at == func.now())
    added, changed = connection.execute(touched).one()
    changes = {"added": added, "changed": changed, "gone": before + added - after}
    return Outcome(
        parameters={},
        rule_sets=[CleaningRules.among(None), SeaEventRules.among(None)],
        result={**asdict(made), "left_out": dict(made.left_out)},
        changes=changes,
        lines=[
            *made.lines(),
            "新增 new: {added}, 变化 changed: {changed}, 消除 gone: {gone}".format(**changes),
        ],
    )
