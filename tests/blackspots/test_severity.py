"""Weights of crashes: the published examples, and that a graver crash never counts less."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.blackspots.severity import CrashWeights, classes, scores, total
from layers.grading.rule_set import RULES, InvalidRuleSet, load, parse
from tests.blackspots.crash_lists import crash_list

SETS = sorted(path.stem for path in RULES.glob("crash_weights*.toml"))


def weights(name: str) -> CrashWeights:
    found = load(name)
    assert isinstance(found, CrashWeights)
    return found


@pytest.mark.parametrize(
    ("name", "counts", "expected"),
    [
        ("crash_weights", {"fatal": 1, "slight": 4, "damage": 10}, 596),
        ("crash_weights_kentucky", {"fatal": 1, "slight": 4, "damage": 10}, 33.5),
        ("crash_weights_hin", {"serious": 1, "slight": 1, "possible": 2, "damage": 5}, 7),
    ],
)
def test_the_published_examples(name: str, counts: dict[str, int], expected: float) -> None:
    assert total(counts, weights(name)) == expected


def test_the_equivalent_total_counts_persons_beside_crashes() -> None:
    crashes = crash_list([(0, "F"), (1, "I"), (2, "P"), (3, "M")])
    # ETAN = F + 2.0 D + 1.5 J
    assert scores(crashes, weights("crash_weights_etan")).sum() == 4 + 2 * 4 + 1.5 * 1


def test_a_crash_is_classed_by_its_worst_harm() -> None:
    crashes = crash_list([(0, "F"), (1, "S"), (2, "I"), (3, "P")])
    assert classes(crashes).tolist() == [0, 1, 2, 4]
    assert scores(crashes).tolist() == [542, 11, 11, 1]


@pytest.mark.parametrize("name", SETS)
@given(st.lists(st.sampled_from("FSIP"), min_size=1, max_size=20))
def test_a_graver_crash_never_counts_less(name: str, words: list[str]) -> None:
    rules = weights(name)
    order = {"F": 0, "S": 1, "I": 2, "P": 3}
    listed = crash_list(list(enumerate(sorted(words, key=order.__getitem__))))
    found = scores(listed, rules).tolist()
    assert found == sorted(found, reverse=True)


def test_weights_that_rise_or_are_negative_are_refused() -> None:
    text = (RULES / "crash_weights.toml").read_text(encoding="utf-8")
    for old, new, key in (("slight = 11", "slight = 12", "slight"),
                          ("damage = 1", "damage = -1", "damage")):  # fmt: skip
        with pytest.raises(InvalidRuleSet) as fault:
            parse(text.replace(old, new), "weights.toml")
        assert fault.value.key == key
