"""Who submitted and who approved a wave: the steps are kept, the state follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from survey_app.domain.wave import Wave, WaveStatus


class Step(StrEnum):
    """One thing somebody did with a planned wave."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    """Taken back, by hand or because the wave was changed after it had been submitted."""


class Preparation(StrEnum):
    """How far a planned wave has come."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"


ALLOWED_STEPS = {
    Preparation.DRAFT: {Step.SUBMITTED},
    Preparation.RETURNED: {Step.SUBMITTED},
    Preparation.SUBMITTED: {Step.APPROVED, Step.RETURNED, Step.WITHDRAWN},
    Preparation.APPROVED: {Step.RETURNED, Step.WITHDRAWN},
}
LEADS_TO = {
    Step.SUBMITTED: Preparation.SUBMITTED,
    Step.APPROVED: Preparation.APPROVED,
    Step.RETURNED: Preparation.RETURNED,
    Step.WITHDRAWN: Preparation.DRAFT,
}


class StepRefused(Exception):
    """The wave is not where this step can be taken (somebody else was quicker, or it has been opened)."""


class OwnSubmission(Exception):
    """A wave is approved by a second person, never by the one who submitted it."""


class NotApproved(Exception):
    """A planned wave is opened only after a second person approved it."""


@dataclass(frozen=True)
class ApprovalStep:
    """A step as it was taken; ``by`` is a login."""

    step: Step
    by: str
    at: datetime
    note: str = ""


def preparation(steps: Sequence[ApprovalStep]) -> Preparation:
    """Where a planned wave stands after ``steps``, oldest first."""
    return LEADS_TO[steps[-1].step] if steps else Preparation.DRAFT


def submitted_by(steps: Sequence[ApprovalStep]) -> str | None:
    """Who submitted last."""
    return next((one.by for one in reversed(steps) if one.step is Step.SUBMITTED), None)


def check_step(wave: Wave, steps: Sequence[ApprovalStep], step: Step, by: str) -> None:
    """Raises StepRefused or OwnSubmission unless ``by`` may take ``step`` now."""
    if wave.status is not WaveStatus.PLANNED or step not in ALLOWED_STEPS[preparation(steps)]:
        raise StepRefused(f"{wave.code}: {step}")
    if step is Step.APPROVED and submitted_by(steps) == by:
        raise OwnSubmission(wave.code)


def check_opening(wave: Wave, steps: Sequence[ApprovalStep]) -> None:
    """Raises NotApproved when a planned wave would open without a second person's approval."""
    if wave.status is WaveStatus.PLANNED and preparation(steps) is not Preparation.APPROVED:
        raise NotApproved(wave.code)
