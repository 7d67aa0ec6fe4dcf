"""A dataset anybody may have: coarse units and periods, k-anonymous demographic answers, no small sensitive bases.

What is told is decided on all released responses of the version, whatever the filter, and then once more within the
file; the file never tells more of a response than the whole would. Responses get names of this export alone, and stand
in an order of their own within a place: neither tells what was released together.
"""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from hashlib import blake2b

from survey_app.domain.anonymity import WITHHELD, Vector, identifying_items
from survey_app.domain.disclosure import Audience, why_withheld
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.public_release import (
    SHOWN_KINDS,
    STEPS,
    Counts,
    Group,
    Step,
    Tell,
    Trial,
    first_that_serves,
    kept,
    merged,
    withhold,
)
from survey_app.domain.questionnaire import Item, ItemKind
from survey_app.domain.record import MISSING
from survey_app.domain.tally_many import matrix_of
from survey_app.services.datasets_batches import Batch, Block, Masked, masked
from survey_app.services.datasets_columns import UNIT_COLUMNS, DatasetColumn
from survey_app.services.datasets_public_columns import PUBLIC_FACTS, public_columns
from survey_app.services.datasets_routing import Routing, routing_of
from survey_app.services.datasets_rows import Dataset
from survey_app.storage import datasets
from survey_app.storage.datasets import ReleasedFilter

Found = dict[tuple[str, date, str], Counter[Vector]]
"""(unit, month, what was asked) -> how many responses have each combination of answers."""


class TooFewForPublic(Exception):
    """Not even the coarsest public dataset would hold ``k`` responses alike."""

    def __init__(self, k: int) -> None:
        super().__init__(f"Lựa chọn này có dưới {k} phiếu nên không lập được bản công khai. Hãy mở rộng lựa chọn.")
        self.k = k


def _published(record: str, stretches: Masked, withheld: Sequence[int]) -> str:
    """The record with what is withheld replaced in it."""
    text = masked(record, stretches)
    for place in withheld:
        text = text[:place] + WITHHELD + text[place + 1 :]
    return text


def _grouped(
    found: Found, unit_of: Mapping[str, str], step: Step, places: Sequence[int]
) -> dict[Group, Counter[Vector]]:
    groups: defaultdict[Group, Counter[Vector]] = defaultdict(Counter)
    for (unit, month, asked), vectors in found.items():
        own = groups[unit_of[unit], step.period.of(month), asked]
        for vector, number in vectors.items():
            own[kept(vector, places)] += number
    return dict(groups)


class PublicDataset(Dataset):
    """Released responses as anybody may read them."""

    audience = Audience.PUBLIC
    level = "public"

    @property
    def k(self) -> int:
        """How many responses must be alike."""
        return self.settings.thresholds.demographic

    @cached_property
    def demographic(self) -> tuple[Item, ...]:
        """The identifying items that may be told: all but the commune of residence."""
        return tuple(i for i in identifying_items(self.version.questionnaire) if i.kind is not ItemKind.COMMUNE)

    @cached_property
    def tell(self) -> Tell:
        """What is generalised; what is withheld is counted while the responses are written."""
        return Tell(self.k, self._step, self._left_out(self._step))

    @cached_property
    def columns(self) -> tuple[DatasetColumn, ...]:
        sensitive, routed = ({item.id for item in items} for items in (self._sensitive_items(), self._routing.items))
        return public_columns(self.version.questionnaire, self.tell.items_left_out, sensitive, routed)

    @cached_property
    def _routing(self) -> Routing:
        return routing_of(self.version.questionnaire, self.spans_of)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        return (Block(len(self.facts) - 1),)

    def shows(self, unit: OrgUnit) -> bool:
        return unit.kind in SHOWN_KINDS[self.tell.step.unit]

    def _left_out(self, step: Step) -> tuple[str, ...]:
        told = {self.demographic[place].id for place in self._told_places(step)}
        form = self.version.questionnaire
        gone = {item.id for item in identifying_items(form) if item.id not in told} | {form.stage_item}
        return tuple(item.id for item in form.items() if item.id in gone)

    def _told_places(self, step: Step) -> list[int]:
        """Which of the demographic items this step tells."""
        return step.items(self.demographic)

    def _found(self, wanted: ReleasedFilter, items: Sequence[Item], *, apart: bool) -> Found:
        """``apart``: who was asked different things is told apart."""
        found: defaultdict[tuple[str, date, str], Counter[Vector]] = defaultdict(Counter)
        stage = self._routing.stage if apart else ()
        spans = [*stage, *self.spans_of(items).all]
        for unit, month, parts, number in datasets.count_record_parts(self.connection, wanted, spans):
            asked = "".join(map(self._routing.asked.__getitem__, parts[: len(stage)]))
            found[self.codes[unit], month, asked][parts[len(stage) :]] += number
        return dict(found)

    def shown_unit(self, code: str, kind: UnitKind) -> str:
        """The unit told for this one: itself or the first above it of a kind that is told."""
        path = (self.tree.units[code], *self.tree.ancestors(code))
        return next((unit.code for unit in path if unit.kind in SHOWN_KINDS[kind]), path[-1].code)

    def _units_shown(self, kind: UnitKind) -> dict[str, str]:
        return {code: self.shown_unit(code, kind) for code in self.tree.units}

    @cached_property
    def _everywhere(self) -> dict[str, list[str]]:
        """Place -> all units at it, of every province."""
        roots = tuple(unit.code for unit in self.tree.units.values() if unit.parent_code is None)
        return replace(self, query=replace(self.query, unit_codes=roots)).places()

    def _counts_of_places(self, *, is_whole: bool) -> Iterator[Found]:
        """Place by place: of all released responses, or of those the query asks for."""
        places = self._everywhere if is_whole else self.places()
        for _, units in sorted(places.items()):
            wanted = ReleasedFilter(self.version.id, [self.ids[code] for code in units])
            yield self._found(wanted if is_whole else self.wanted(units), self.demographic, apart=True)

    def _trials(self, *, is_whole: bool) -> dict[Step, Trial]:
        """What every step would do; groups that cross places are added up before they are judged."""
        trials = {step: Trial() for step in STEPS}
        crossing: dict[Step, dict[Group, Counter[Vector]]] = {}
        shown = {step: self._units_shown(step.unit) for step in STEPS}
        for found in self._counts_of_places(is_whole=is_whole):
            for step in STEPS:
                groups = _grouped(found, shown[step], step, self._told_places(step))
                roots = {unit for unit, _, _ in groups if self.tree.units[unit].kind is UnitKind.PROVINCE}
                across = {group: vectors for group, vectors in groups.items() if group[0] in roots}
                crossing[step] = merged([crossing.get(step, {}), across])
                trials[step].add({group: v for group, v in groups.items() if group not in across}, self.k)
        for step, groups in crossing.items():
            trials[step].add(groups, self.k)
        return trials

    @cached_property
    def _step(self) -> Step:
        whole = first_that_serves(self._trials(is_whole=True), self.k)
        own = None if whole is None else first_that_serves(self._trials(is_whole=False), self.k, whole)
        if own is None:
            raise TooFewForPublic(self.k)
        return STEPS[own]

    def _place_groups(self, place: str, *, is_whole: bool) -> dict[Group, Counter[Vector]]:
        """The groups of a place, of all released responses or of those the query asks for."""
        units = (self._everywhere if is_whole else self.places()).get(place, [])
        wanted = ReleasedFilter(self.version.id, [self.ids[code] for code in units])
        found = self._found(wanted if is_whole else self.wanted(units), self.demographic, apart=True)
        step = self.tell.step
        return _grouped(found, self._units_shown(step.unit), step, self._told_places(step))

    def _crosses(self, group: Group) -> bool:
        """Whether responses of several places share the group."""
        return self.tree.units[group[0]].kind is UnitKind.PROVINCE

    @cached_property
    def _across(self) -> dict[Group, Masked]:
        """How answers are published in groups that cross places."""

        def shared(places: Iterable[str], *, is_whole: bool) -> dict[Group, Counter[Vector]]:
            found = (self._place_groups(place, is_whole=is_whole) for place in places)
            return merged({g: vectors for g, vectors in part.items() if self._crosses(g)} for part in found)

        return self._published_in(shared(self._everywhere, is_whole=True), shared(self.places(), is_whole=False))

    def _published_in(self, whole: Counts, own: Counts) -> dict[Group, Masked]:
        items = [self.demographic[place] for place in self._told_places(self.tell.step)]
        published = withhold(whole, own, self.k)
        for group, vectors in published.items():
            for vector, told in vectors.items():
                for item, value in zip(items, told, strict=True):
                    self.tell.withheld[item.id] += own[group][vector] if value == WITHHELD else 0
        spans = self.spans_of(items)
        return {group: Masked(spans, vectors) for group, vectors in published.items()}

    def _masks_of(self, place: str) -> dict[Group, Masked]:
        """How answers are published in the groups of a place."""
        whole, own = (self._place_groups(place, is_whole=is_whole) for is_whole in (True, False))
        inside = {group: vectors for group, vectors in own.items() if not self._crosses(group)}
        return {**self._across, **self._published_in(whole, inside)}

    @cached_property
    def _sensitive(self) -> dict[Group, list[int]]:
        """Group -> the places of sensitive answers it withholds: too few, or all of them alike."""
        shown = self._units_shown(self.tell.step.unit)
        withheld: defaultdict[Group, list[int]] = defaultdict(list)
        for item in self._sensitive_items():
            [(start, stop)] = self.spans_of([item]).all
            wanted = self.wanted([code for units in self.places().values() for code in units])
            groups = _grouped(self._found(wanted, [item], apart=False), shown, self.tell.step, [0])
            for group, vectors in groups.items():
                if any(self._is_withheld(item, vectors, place) for place in range(stop - start)):
                    withheld[group] += range(start, stop)
                    self.tell.withheld[item.id] += sum(vectors.values())
        return dict(withheld)

    def _sensitive_items(self) -> list[Item]:
        """Sensitive items that are not demographic, and items shown only for certain answers to one."""
        questionnaire = self.version.questionnaire
        found = {item.id: item for item in questionnaire.items() if item.is_sensitive}
        found |= {i.id: i for i in questionnaire.items() if i.show_if is not None and i.show_if.item in found}
        left_out = {item.id for item in identifying_items(questionnaire)}
        kinds = (ItemKind.CHOICE, ItemKind.CHOICES)
        return [item for item in found.values() if item.id not in left_out and item.kind in kinds]

    def _is_withheld(self, item: Item, vectors: Counter[Vector], place: int) -> bool:
        answers: Counter[str] = Counter()
        for (part,), number in vectors.items():
            if part[place] not in MISSING:
                answers[part[place]] += number
        return why_withheld(item, answers, self.settings.thresholds.score(self.audience, is_sensitive=True)) is not None

    def batches(self) -> Iterator[Batch]:
        key, sensitive, routing = secrets.token_bytes(16), self._sensitive, self._routing
        shown, period = self._units_shown(self.tell.step.unit), self.tell.step.period
        rows: dict[tuple[str, str], int] = {}
        for place, units in sorted(self.places().items()):
            wanted = self.wanted(units)
            heads = datasets.release_heads(self.connection, wanted)
            groups = {n: (shown[self.codes[head.unit_id]], period.of(head.month)) for n, head in heads.items()}
            for told in groups.values():
                if told not in rows:
                    rows[told] = len(rows)
                    self.blocks[0].rows.append(self._cells(*told))
            masks = self._masks_of(place) if heads else {}
            stream = datasets.stream_responses(self.connection, wanted, is_shuffled=True) if heads else ()
            for found in stream:
                at = [groups[release] for _, release, *_ in found]
                yield Batch(
                    [f"p{_name(key, number)}" for number, *_ in found],
                    [[rows[told] for told in at]],
                    matrix_of(
                        [
                            _published(
                                routing.hidden(row[-1]),
                                masks[(*told, routing.asked_of(row[-1]))],
                                sensitive.get((*told, ""), ()),
                            )
                            for row, told in zip(found, at, strict=True)
                        ]
                    ),
                )

    def _cells(self, unit: str, period: str) -> tuple[str, ...]:
        above = dict(zip(UNIT_COLUMNS, self.unit_cells(unit), strict=True))
        told = {**above, "period": period, "questionnaire": self.query.slug, "version": str(self.query.version)}
        told["sample"] = self.sample_cell
        return tuple(told[name] for name in PUBLIC_FACTS[1:])


def _name(key: bytes, number: int) -> str:
    """A name of this export alone: two exports cannot be joined by it."""
    return blake2b(number.to_bytes(8, "big", signed=True), key=key, digest_size=8).hexdigest()
