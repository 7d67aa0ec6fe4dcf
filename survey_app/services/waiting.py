"""How many responses wait for release, unit by unit: a count, nothing of what they say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import Connection

from survey_app.domain.org_tree import OrgTree
from survey_app.storage import inbox


def waiting_below(connection: Connection, tree: OrgTree, ids: Mapping[str, int], version_id: int) -> dict[str, int]:
    """Unit code -> responses of this version waiting at it and below."""
    code_of = {number: code for code, number in ids.items()}
    found: dict[str, int] = defaultdict(int)
    for (counter, _, version), number in inbox.groups(connection):
        if version == version_id:
            for code in (code_of[counter], *(unit.code for unit in tree.ancestors(code_of[counter]))):
                found[code] += number
    return found
