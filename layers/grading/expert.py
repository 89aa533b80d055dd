"""EXPERT: a grade set by experts, who must say why.

Source: 安委办〔2016〕11号, 专家评估定级.
"""

from typing import Annotated, Literal

from pydantic import Field

from layers.grading import guard
from layers.grading.assessment import Assessment, UngradableInput, Words
from layers.grading.rule_set import RuleSet, Title, Whole
from layers.grading.verdict import assessed, unassessed


class ExpertRules(RuleSet):
    """What an expert grade must bring.

    Attributes:
        reason_characters: Least number of characters of the reason, blanks not counted.
        grades: Names of the grades 1 to 4, in order.
    """

    kind: Literal["expert"]
    method: Literal["EXPERT"]
    reason_characters: Annotated[Whole, Field(ge=1)]
    grades: Annotated[tuple[Title, ...], Field(min_length=4, max_length=4)]


def grade(
    expert_grade: int | None, reason: str | None, rules: ExpertRules | None = None
) -> Assessment:
    """Take over the grade of experts with their reason.

    Args:
        expert_grade: 1 重大 … 4 低; None: not assessed.
        reason: Why they chose it.
        rules: The shipped rule set when None.

    Raises:
        UngradableInput: A grade outside 1..4, or no reason worth the name.

    Source: 安委办〔2016〕11号.
    """
    rules = rules or ExpertRules.shipped()
    inputs = {"expert_grade": expert_grade, "level_reason": reason}
    if expert_grade is None:
        return unassessed(rules, inputs, ("expert_grade",))
    chosen = guard.count("expert_grade", expert_grade)
    if chosen not in range(1, len(rules.grades) + 1):
        raise UngradableInput("expert_grade", expert_grade, "须为 1 至 4", "is not 1 to 4")
    stated = "".join((reason or "").split())
    if len(stated) < rules.reason_characters:
        least = rules.reason_characters
        reason_zh = f"专家评定须说明理由(不少于 {least} 字)"
        reason_en = f"an expert grade needs a reason of {least} characters or more"
        raise UngradableInput("level_reason", reason, reason_zh, reason_en)
    down = Words("须由专家重新评定并说明理由", "experts must assess it again and say why")
    name, why = rules.grades[chosen - 1], (reason or "").strip()
    decided = Words(f"专家评定为{name.zh}:{why}", f"assessed by experts as {name.en}: {why}")
    because = (decided, down if chosen < len(rules.grades) else None)
    return assessed(rules, chosen, inputs, (), because=because)
