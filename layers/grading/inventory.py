"""What a unit holds, as a register writes it: `液氯 250 t；氨 12 t；柴油 4000 t（W5.4）`."""

import re
import unicodedata

from layers.grading import gb18218, quantity
from layers.grading.assessment import UngradableInput
from layers.grading.gb18218 import MajorHazardRules
from layers.grading.quantity import QuantityRules
from layers.grading.substance import Holding

_ENTRY = re.compile(
    r"^(?P<name>.+?)\s*[:=\s]\s*(?P<amount>[-+]?[0-9.,]+(?:[eE][-+]?[0-9]+)?\s*[^\s(\[]*)"
    r"\s*(?:[(\[](?P<hazard>[A-Za-z][0-9.]*)[)\]])?$"
)
"""Name, number with unit, and where the name is in no table its hazard class in brackets."""


def read(
    text: str, rules: MajorHazardRules | None = None, units: QuantityRules | None = None
) -> tuple[Holding, ...]:
    """Return the holdings that a text lists.

    Args:
        text: Entries split by semicolons or line ends, each a name or CAS number, a mass with its
            unit, and a hazard class in brackets where the tables do not know one. Full-width
            characters are read as half-width ones.
        rules: The shipped tables of substances when None.
        units: The shipped units when None.

    Raises:
        UngradableInput: No entry, an entry that can't be read, a mass without a unit, negative or
            implausible, an unknown substance or class.

    Source: GB 18218-2018 4.2.1 (q is the design maximum in the unit).
    """
    entries = [
        part.strip() for part in re.split(r"[;\n]", unicodedata.normalize("NFKC", text or ""))
    ]
    holdings = tuple(_holding(entry, rules, units) for entry in entries if entry)
    if not holdings:
        raise UngradableInput("inventory", text, "未列出任何危险化学品", "lists no substance")
    return holdings


def _holding(entry: str, rules: MajorHazardRules | None, units: QuantityRules | None) -> Holding:
    """Return one entry; a refusal names the inventory, the column in which its parts stand."""
    try:
        return _parsed(entry, rules, units)
    except UngradableInput as fault:
        reason = fault.reason if fault.field == "inventory" else f"{entry}：{fault.reason}"
        raise UngradableInput("inventory", entry, reason, f"{entry}: {fault.reason_en}") from None


def _parsed(entry: str, rules: MajorHazardRules | None, units: QuantityRules | None) -> Holding:
    found = _ENTRY.match(entry)
    if found is None:
        reason = "应写作“名称 数量 单位（类别）”，如 液氯 250 t"
        raise UngradableInput("inventory", entry, reason, "is not written as name, mass, unit")
    amount = found["amount"]
    if amount.lstrip().startswith("-"):
        raise UngradableInput("inventory", entry, "数量不得小于 0", "holds a negative mass")
    mass = quantity.parse("mass", amount, units)
    return gb18218.holding(found["name"].strip(), mass.value, found["hazard"], rules)
