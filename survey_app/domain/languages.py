"""Languages the product knows. A name here is a slot; texts come from native speakers, never from us.

Tags are BCP 47, at most eight characters (what a response stores). Own names are spelled as official Vietnamese
publications print them until a translator confirms or corrects them.
"""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.domain.questionnaire import MAIN_LANGUAGE

LONGEST_TAG = 8


@dataclass(frozen=True)
class Language:
    """A language; one that ``needs_dialect`` is nothing to translate into before a dialect is named."""

    tag: str
    own_name: str
    vietnamese_name: str
    needs_dialect: bool = False


LANGUAGES = (
    Language("vi", "Tiếng Việt", "tiếng Việt"),
    Language("en", "English", "tiếng Anh"),
    Language("sed", "Xơ Đăng", "tiếng Xơ Đăng"),
    Language("bdq", "Bahnar", "tiếng Ba Na"),
    Language("jra", "Jrai", "tiếng Gia Rai"),
    Language("jeh", "Jeh", "tiếng Giẻ-Triêng"),
    Language("hre", "Hrê", "tiếng Hrê"),
    Language("cua", "Cor", "tiếng Co"),
    Language("km", "ភាសាខ្មែរ", "tiếng Khmer"),
    Language("hmn", "Hmôngz", "tiếng Mông", needs_dialect=True),
    Language("hmn-x-do", "Hmôngz Đơư", "tiếng Mông, phương ngữ Mông Đơ"),
)

BY_TAG = {language.tag: language for language in LANGUAGES}

TRANSLATABLE = tuple(
    language.tag for language in LANGUAGES if language.tag != MAIN_LANGUAGE and not language.needs_dialect
)
"""Tags that a translator may fill; Vietnamese is what they translate from."""
