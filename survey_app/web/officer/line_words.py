"""What is wrong with a line of a file, in the language of the page."""

from __future__ import annotations

from survey_app.domain.marked_text import OneOf
from survey_app.domain.unit_lines import LineProblem
from survey_app.web.rendering import gettext as _


def _shown(value: object) -> object:
    if not isinstance(value, OneOf):
        return value
    shown, *others = map(_, value.texts)
    for other in others:
        shown = _("%(one)s hoặc %(other)s", one=shown, other=other)
    return shown


def problem_text(problem: LineProblem) -> str:
    """What is to be put right."""
    return _(problem.text, **{name: _shown(value) for name, value in problem.values.items()})
