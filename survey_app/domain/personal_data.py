"""What looks like personal data in a text: patterns by kind, found before a comment is stored and before it is read."""

from __future__ import annotations

import re
from enum import StrEnum


class PersonalData(StrEnum):
    """What was found."""

    EMAIL = "email"
    IDENTITY = "identity"
    PHONE = "phone"
    DOSSIER = "dossier"
    PLATE = "plate"
    ACCOUNT = "account"
    STAFF_NAME = "staff_name"
    PERSON_NAME = "person_name"


SENT: tuple[tuple[PersonalData, re.Pattern[str]], ...] = (
    (PersonalData.EMAIL, re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    (PersonalData.IDENTITY, re.compile(r"(?<!\d)(?<!\d\.)0(?:[ .\-]?\d){11}(?!\d)")),
    (PersonalData.PHONE, re.compile(r"(?<!\d)(?<!\d\.)(?:\+?84|0)(?:[ .\-()]{0,2}\d){8,10}(?!\d)")),
    (PersonalData.IDENTITY, re.compile(r"(?<!\d)\d{3}[ \-]?\d{3}[ \-]?\d{3}(?:[ \-]?\d{3})?(?!\d)")),
)
"""E-mail; CCCD, 12 digits from 0; phone; 9 or 12 digits together. Points part thousands of đồng: they are kept."""

NAMED_NUMBERS: tuple[tuple[PersonalData, re.Pattern[str]], ...] = (
    (PersonalData.DOSSIER, re.compile(r"(?i)\b(?:\d{3}\.\d{2}\.\d{2}\.)?[A-Z]\d{2}(?:[.\-]\d{1,4})*-\d{6}-\d{3,6}\b")),
    (
        PersonalData.DOSSIER,
        re.compile(
            r"(?i)\b(?:mã(?: số)? hồ sơ|ma(?: so)? ho so|hồ sơ(?: mã)? số|ho so(?: ma)? so|số hồ sơ|so ho so"
            r"|biên nhận(?: số)?|bien nhan(?: so)?)\s*:?\s*(?P<hidden>(?=[\w./-]*\d{4})[\w./-]*\w)"
        ),
    ),
    (
        PersonalData.ACCOUNT,
        re.compile(
            r"(?i)\b(?:stk|số tài khoản|so tai khoan|tài khoản|tai khoan|số tk|so tk)"
            r"(?: ngân hàng| ngan hang| số| so)?\s*:?\s*(?P<hidden>\d(?:[ .\-]?\d){5,18})(?!\d)"
        ),
    ),
    (PersonalData.PLATE, re.compile(r"(?<![\w.])\d{2}[ -]?[A-ZĐ](?:[A-Z]|\d)?[ -]?(?:\d{3}\.\d{2}|\d{4,5})(?!\w)")),
    (PersonalData.PLATE, re.compile(r"(?<![\w.])\d{2}[a-zđ](?:[a-z]|\d)?-\d{3}\.?\d{2}(?!\w)")),
)
"""Dossier codes, bank accounts after their name, licence plates: found before what only counts digits."""

LONG_NUMBERS: tuple[tuple[PersonalData, re.Pattern[str]], ...] = (
    (PersonalData.ACCOUNT, re.compile(r"(?<!\d)\d(?:[ \-]?\d){9,18}(?!\d)")),
)
"""Ten digits or more in a row that are no sum of money."""
