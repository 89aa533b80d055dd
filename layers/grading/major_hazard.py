"""A major hazard installation as the register describes it: GB 18218 from its inventory.

A row is anything with the attributes of `Installation`; the layer's own class is one.
"""

from typing import Protocol

from layers.grading import gb18218, inventory
from layers.grading.assessment import Assessment
from layers.grading.gb18218 import MajorHazardRules
from layers.grading.quantity import QuantityRules
from layers.grading.rule_set import RuleBook
from layers.grading.verdict import unassessed


class Installation(Protocol):
    """What is read of a unit."""

    @property
    def inventory(self) -> str | None:
        """What it holds; None: not known."""

    @property
    def population(self) -> int | None:
        """People counted on the map within the band; None: nothing could be counted."""

    @property
    def reported_population(self) -> int | None:
        """People as the enterprise reported them; None: not reported."""


def grade(row: Installation, book: RuleBook | None = None) -> Assessment:
    """Grade a unit; the larger of the counted and the reported population is exposed.

    Args:
        row: The unit.
        book: Rule sets that replace the shipped ones; None: all shipped.

    Returns:
        Grade None when the inventory is not known, when no population is known but would matter,
        and when the unit is no major hazard installation.

    Raises:
        UngradableInput: An inventory that can't be read, a population below zero.

    Source: GB 18218-2018 4.2, 4.3.
    """
    rules = MajorHazardRules.among(book)
    known = [each for each in (row.population, row.reported_population) if each is not None]
    exposed = max(known, default=None)
    if row.inventory is None:
        return unassessed(rules, {"inventory": None, "population": exposed}, ("inventory",))
    holdings = inventory.read(row.inventory, rules, QuantityRules.among(book))
    return gb18218.grade(holdings, exposed, rules)
