"""The grade of a high-consequence area that is already known by its severity."""

from layers.grading.assessment import Assessment, Step, UngradableInput, Words
from layers.grading.hca import ROMAN, SEVERITY
from layers.grading.hca_rules import HcaRules
from layers.grading.rule_set import RuleBook
from layers.grading.verdict import assessed


def grade(severity: int, decided_by: str | None = None, book: RuleBook | None = None) -> Assessment:
    """Grade an area by its severity, of the consequence alone.

    Args:
        severity: 0 none, 1 Ⅰ, 2 Ⅱ, 3 Ⅲ.
        decided_by: The row of the standard that decided, as the register tells it.
        book: Rule sets that replace the shipped ones; None: all shipped.

    Raises:
        UngradableInput: A severity that is none.

    Source: GB 32167-2015 6.1; the colour is that of the consequence.
    """
    rules = HcaRules.among(book)
    if isinstance(severity, bool) or severity not in range(len(rules.colours)):
        raise UngradableInput("severity", severity, "须为 0 至 3", "is not 0 to 3")
    rank = ROMAN[severity]
    because = Words(f"{rank.zh} 级高后果区", f"high-consequence area of grade {rank.en}")
    inputs = {"severity": severity, "decided_by": decided_by}
    down = None
    if severity:
        lower = ROMAN[severity - 1]
        down = Words(f"等级降为 {lower.zh}", f"its grade falls to {lower.en}")
    steps = (Step(SEVERITY, rank),)
    return assessed(rules, rules.colours[severity], inputs, steps, because=(because, down))
