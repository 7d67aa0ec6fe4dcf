"""Sensitive items (phiền hà, đưa tiền ngoài quy định) are shown to who holds the permission, to others not at all.

Leaving out a scored item is not enough: the factor it belongs to, read beside its other items, would give it away.
"""

from __future__ import annotations

from dataclasses import replace

from survey_app.domain.scoring import Figure, Scorecard, SectionScore


def _hidden(figure: Figure) -> Figure:
    return Figure(figure.base, None, None)


def _section(section: SectionScore) -> SectionScore:
    kept = tuple(score for score in section.items if not score.item.is_sensitive)
    if len(kept) == len(section.items):
        return section
    return replace(section, figure=_hidden(section.figure), items=kept)


def without_sensitive(card: Scorecard) -> Scorecard:
    """The card without any sensitive item, nor a figure from which one follows; factors made of nothing else go."""
    sections = tuple(_section(section) for section in card.sections)
    is_whole = sections == card.sections
    return replace(
        card,
        overall=card.overall if is_whole else _hidden(card.overall),
        sections=tuple(section for section in sections if section.items),
        counted=tuple(counted for counted in card.counted if not counted.item.is_sensitive),
    )
