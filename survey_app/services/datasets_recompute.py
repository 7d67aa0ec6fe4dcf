"""Recomputing the scores of a package from its own files: responses, codebook and recipes; no database is opened.

The arithmetic is written anew and plainly, with exact fractions, so that it checks the product instead of repeating
it. A figure the package withholds is compared by its base alone and never worked out. Intervals are not worked out
either; it is only seen to that they hold their value.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from pathlib import Path
from typing import Any

from survey_app.services.datasets_columns import REASONS
from survey_app.services.datasets_reading import Package, open_package

UNIT_NAMES = ("province", "department", "commune", "centre", "counter", "unit")
FULL_PLACES = 6
UNIT_LEVELS = {"overall", "dimension", "factor", "item"}

Cut = tuple[str, str]
"""(unit, visit stage)"""


@dataclass(frozen=True)
class Difference:
    """A figure that does not follow from the responses: what the package says and what follows."""

    unit: str
    recipe: str
    stage: str
    level: str
    id: str
    column: str
    published: str
    recomputed: str


@dataclass
class Recomputed:
    """What was compared: figures worked out, figures withheld (by base only), and those that cannot be worked out."""

    responses: int = 0
    compared: int = 0
    withheld: int = 0
    skipped: int = 0
    broken: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        return not self.broken and not self.differences


@dataclass
class _Answers:
    """The answers of one unit and stage: item -> code -> number, and who answered anything of a section."""

    responses: int = 0
    counts: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    bases: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class _Form:
    """What the codebook says of scored items: section -> its items, item -> its levels."""

    sections: Mapping[str, Sequence[str]]
    levels: Mapping[str, Sequence[int]]

    @property
    def items(self) -> list[str]:
        return [item for items in self.sections.values() for item in items]


def _levels(codes: str) -> list[int]:
    return [int(part.split(" = ")[0]) for part in codes.split(" | ")]


def _form(codebook: Sequence[Mapping[str, str]], scale: str) -> _Form:
    sections: defaultdict[str, list[str]] = defaultdict(list)
    levels: dict[str, list[int]] = {}
    for row in codebook:
        if row["scored"] == "1" and row["scale"] == scale:
            sections[row["section_id"]].append(row["item"])
            levels[row["item"]] = _levels(row["codes_vi"])
    return _Form(dict(sections), levels)


def _tally(package: Package, sections: Mapping[str, Mapping[str, Sequence[str]]]) -> tuple[dict[Cut, _Answers], int]:
    """(unit, stage) -> answers, from one pass over the responses; and how many responses there are."""
    found: defaultdict[Cut, _Answers] = defaultdict(_Answers)
    items = sorted({item for own in sections.values() for ids in own.values() for item in ids})
    number = 0
    for row in package.responses():
        number += 1
        units = {row[name] for name in UNIT_NAMES if row.get(name)}
        stages = {"all", row.get("release_stage", "all")}
        given = {item: row[item] for item in items if row[item].isdigit()}
        groups = [
            f"{scale} {section}"
            for scale, own in sections.items()
            for section, ids in (*own.items(), ("", [item for ids in own.values() for item in ids]))
            if any(item in given for item in ids)
        ]
        for unit in units:
            for stage in stages:
                answers = found[unit, stage]
                answers.responses += 1
                for item, code in given.items():
                    answers.counts[item][code] += 1
                answers.bases.update(groups)
    return dict(found), number


def _index(formula: str, levels: Sequence[int], counts: Mapping[str, int]) -> Fraction:
    """One item's index, as the recipe says in words."""
    base = sum(counts.values())
    total = sum(int(code) * number for code, number in counts.items())
    if formula == "top_two_box":
        best = {str(level) for level in sorted(levels)[-2:]}
        return Fraction(100 * sum(number for code, number in counts.items() if code in best), base)
    if formula == "mean_to_100":
        return Fraction(100 * total, max(levels) * base)
    if formula == "points":
        return Fraction(total, base)
    low, high = min(levels), max(levels)
    return 1 + 9 * (Fraction(total, base) - low) / (high - low)


def _mean(values: Sequence[Fraction], weights: Sequence[int | Fraction]) -> Fraction:
    total = sum((value * weight for value, weight in zip(values, weights, strict=True)), Fraction(0))
    return total / sum(weights)


@dataclass(frozen=True)
class _Scoring:
    """One recipe, over one unit and stage. ``shown``: the items the package does not withhold."""

    recipe: Mapping[str, Any]
    form: _Form
    answers: _Answers
    shown: frozenset[str]
    imported: Mapping[str, Fraction]

    def item(self, item: str) -> Fraction:
        return _index(self.recipe["formula"], self.form.levels[item], self.answers.counts[item])

    def _weight(self, item: str) -> int:
        return int(self.recipe["item_weights"].get(item, 1))

    def _mean_of(self, items: Sequence[str]) -> Fraction:
        return _mean([self.item(item) for item in items], [self._weight(item) for item in items])

    def factor(self, section: str) -> Fraction:
        """A factor: the mean of its items; a part of a dimension with k parts is divided by k."""
        parts = [len(d["sections"]) for d in self.recipe["dimensions"] if section in d["sections"]]
        return self._mean_of(self.form.sections[section]) / (parts[0] if parts else 1)

    def dimension(self, name: str) -> Fraction:
        sections = next(d["sections"] for d in self.recipe["dimensions"] if d["id"] == name)
        return sum((self.factor(section) for section in sections), Fraction(0))

    def overall(self, _name: str) -> Fraction:
        """The overall figure as the recipe makes it."""
        kind = self.recipe["overall"]
        if kind == "mean_of_items":
            return self._mean_of(self.form.items)
        if kind == "mean_of_sections":
            weights = [int(self.recipe["section_weights"].get(section, 1)) for section in self.form.sections]
            return _mean([self.factor(section) for section in self.form.sections], weights)
        if kind == "sum_of_dimensions":
            return sum((self.dimension(d["id"]) for d in self.recipe["dimensions"]), Fraction(0))
        known = [item for item in self.form.items if item in self.shown]
        values = [self._mean_of(known) * len(known), *self.imported.values()]
        return sum(values, Fraction(0)) * int(self.recipe["indices"]) / (len(known) + len(self.imported))

    def base(self, level: str, name: str) -> int | None:
        """How many answered; None where the package alone does not tell."""
        if level == "item":
            return sum(self.answers.counts[name].values())
        section = "" if level == "overall" else name
        return None if level == "dimension" else self.answers.bases[f"{self.recipe['scale']} {section}"]


def _rounded(value: Fraction, places: int) -> Decimal:
    with localcontext() as context:
        context.prec = 80
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _unsound(row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(column, what it had to be) of what cannot be, whatever was answered: reason and interval."""
    if row["withheld"] == "1":
        if row["reason"] not in REASONS:
            yield "reason", ", ".join(REASONS)
        return
    if row["reason"]:
        yield "reason", "trống"
    value = Decimal(row["value"])
    if not Decimal(row["low"]) <= value:
        yield "low", f"≤ {value}"
    if not value <= Decimal(row["high"]):
        yield "high", f"≥ {value}"


def _numbers(row: Mapping[str, str], scoring: _Scoring) -> Iterator[tuple[str, str]]:
    """(column, what follows from the responses) of numbers that are not what follows."""
    base = scoring.base(row["level"], row["id"])
    for column, recomputed in (("responses", scoring.answers.responses), ("base", base)):
        if recomputed is not None and recomputed != int(row[column]):
            yield column, str(recomputed)
    if row["withheld"] == "1":
        return
    work: dict[str, Callable[[str], Fraction]] = {
        "item": scoring.item,
        "factor": scoring.factor,
        "dimension": scoring.dimension,
        "overall": scoring.overall,
    }
    try:
        value = work[row["level"]](row["id"])
    except (ZeroDivisionError, KeyError):
        yield "value", "không tính được"
        return
    for column, places in (("value", FULL_PLACES), ("published", scoring.recipe["rounding"]["places"])):
        if (recomputed_value := _rounded(value, places)) != Decimal(row[column]):
            yield column, str(recomputed_value)


def _compare(row: Mapping[str, str], scoring: _Scoring, result: Recomputed) -> None:
    """One line of the scores."""
    where = (row["unit"], row["recipe"], row["stage"], row["level"], row["id"])
    for column, recomputed in (*_numbers(row, scoring), *_unsound(row)):
        result.differences.append(Difference(*where, column, row[column], recomputed))
    if row["withheld"] == "1":
        result.withheld += 1
    else:
        result.compared += 1


def _cards(scores: Iterator[Mapping[str, str]]) -> Iterator[list[Mapping[str, str]]]:
    """The lines of one unit, recipe and stage at a time; they stand together."""
    card: list[Mapping[str, str]] = []
    for row in scores:
        if card and any(row[key] != card[0][key] for key in ("unit", "recipe", "stage")):
            yield card
            card = []
        card.append(row)
    if card:
        yield card


def recompute(path: Path) -> Recomputed:
    """Check the hashes of a package (folder or ZIP) and recompute every score it publishes.

    Raises:
        NotAPackage: there is no manifest, or a file cannot be read.
    """
    with open_package(path) as package:
        result = Recomputed(broken=package.broken_files())
        recipes = {recipe["slug"]: recipe for recipe in package.recipes()}
        codebook = package.codebook()
        forms = {slug: _form(codebook, recipe["scale"]) for slug, recipe in recipes.items()}
        sections = {recipes[slug]["scale"]: form.sections for slug, form in forms.items()}
        tallies, result.responses = _tally(package, sections)
        for card in _cards(package.scores()):
            recipe = recipes[card[0]["recipe"]]
            lines = [row for row in card if row["level"] in UNIT_LEVELS]
            result.skipped += len(card) - len(lines)
            scoring = _Scoring(
                recipe,
                forms[recipe["slug"]],
                tallies.get((card[0]["unit"], card[0]["stage"]), _Answers()),
                frozenset(row["id"] for row in lines if row["level"] == "item" and row["withheld"] == "0"),
                {row["id"]: Fraction(row["value"]) for row in card if row["level"] == "imported"},
            )
            for row in lines:
                _compare(row, scoring, result)
        return result
