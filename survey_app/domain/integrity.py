"""Sensitive items (phiền hà, đưa tiền ngoài quy định) are shown to who holds the permission, to others not at all.

Leaving out a scored item is not enough: the factor it belongs to, read beside its other items, would give it away.
"""

from __future__ import annotations

from dataclasses import replace

from survey_app.domain.scoring import Figure, Outline, Scorecard, SectionScore


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
    whole = {now.section.id for now, before in zip(sections, card.sections, strict=True) if now is before}
    return replace(
        card,
        overall=card.overall if is_whole else _hidden(card.overall),
        sections=tuple(section for section in sections if section.items),
        dimensions=tuple(
            dimension
            if whole.issuperset(dimension.dimension.sections)
            else replace(dimension, figure=_hidden(dimension.figure))
            for dimension in card.dimensions
        ),
        counted=tuple(counted for counted in card.counted if not counted.item.is_sensitive),
    )


def outline_without_sensitive(outline: Outline) -> Outline:
    """The same figures as ``without_sensitive`` leaves on the scorecard of the same releases."""
    scored = outline.questionnaire.scored_sections(outline.recipe.scale)
    guarded = {section.id: [item.is_sensitive for item in items] for section, items in scored}
    if not any(any(items) for items in guarded.values()):
        return outline
    sections = tuple(
        replace(own, figure=_hidden(own.figure)) if any(guarded[own.section.id]) else own
        for own in outline.sections
        if not all(guarded[own.section.id])
    )
    return replace(outline, overall=_hidden(outline.overall), sections=sections)
