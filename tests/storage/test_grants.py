"""The two PostgreSQL roles, over connections of their own: what they may do and what they may not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

import psycopg
import pyotp
import pytest
from sqlalchemy import Engine, event, select, text
from sqlalchemy.exc import ProgrammingError

from survey_app import create_app
from survey_app.domain.availability import DatabaseUnavailable
from survey_app.domain.comment_reply import ReplyText
from survey_app.domain.comments import Status
from survey_app.domain.disclosure import Audience
from survey_app.domain.permissions import Role
from survey_app.domain.wave import WaveStatus
from survey_app.domain.wave_approval import Step
from survey_app.domain.working_calendar import DayRule
from survey_app.services import (
    accounts,
    calendar,
    comment_replies,
    counters,
    invitations,
    officers,
    own_account,
    questionnaires,
    second_factor,
    settings_desk,
    sign_in,
    unit_changes,
    units,
    wave_approval,
    wave_desk,
    waves,
)
from survey_app.services.comments import CommentChange, handle_comments
from survey_app.services.database_roles import CITIZEN_ROLE, OFFICER_ROLE, grant_roles
from survey_app.services.province_settings import read_settings
from survey_app.services.recount import recount
from survey_app.services.release import run_releases
from survey_app.services.results import ResultsQuery, results_page
from survey_app.services.settings_changes import change_settings
from survey_app.services.staff_names import change_names
from survey_app.storage import audit_log, counter_codes, grants, inbox, org_units
from survey_app.storage import questionnaires as stored_questionnaires
from survey_app.storage import waves as stored_waves
from survey_app.storage.backup import write_backup
from survey_app.storage.database import begin_read, begin_write, make_engine
from survey_app.storage.every_table import Base
from survey_app.storage.recipe_files import load_recipes
from survey_app.storage.tables import VIEWS, ResponseInboxRow
from tests import comment_scenes, scenes
from tests.pages import read_page
from tests.postgresql_server import PostgresqlServer

pytestmark = pytest.mark.postgresql

EVERY_RELATION = sorted([*Base.metadata.tables, *VIEWS, "alembic_version"])
PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN")
HIDDEN_FROM_CITIZENS = sorted(set(EVERY_RELATION) - {t for t, may in grants.CITIZEN.items() if may == "SELECT"})


@pytest.fixture
def no_roles(postgresql_server: PostgresqlServer) -> Iterator[None]:
    """Roles belong to the server: none is there before the test, none stays."""
    yield
    postgresql_server.execute(f"DROP ROLE IF EXISTS {CITIZEN_ROLE}, {OFFICER_ROLE}, other_citizen, other_officer")


@pytest.fixture
def owner(no_roles: None, postgresql_engine: Engine) -> Engine:
    """The owner's connection to a database with both roles."""
    assert grant_roles(postgresql_engine, scenes.NOW)
    return postgresql_engine


@pytest.fixture
def as_role(owner: Engine) -> Iterator[Callable[[str], Engine]]:
    """Connections of a role to the same database."""
    with ExitStack() as open_engines:

        def connect(role: str) -> Engine:
            url = owner.url.set(username=role).render_as_string(hide_password=False)
            made = make_engine(url)
            open_engines.callback(made.dispose)
            return made

        yield connect


def refused(engine: Engine, statement: str) -> bool:
    """Whether PostgreSQL denies the statement for want of a privilege."""
    try:
        with begin_write(engine) as connection:
            connection.execute(text(statement))
    except DatabaseUnavailable as error:
        cause = error.__cause__
        return isinstance(cause, ProgrammingError) and isinstance(cause.orig, psycopg.errors.InsufficientPrivilege)
    return False


@pytest.mark.parametrize(("role", "mapping"), [(CITIZEN_ROLE, grants.CITIZEN), (OFFICER_ROLE, grants.OFFICER)])
def test_privileges_are_exactly_those_of_the_table(owner: Engine, role: str, mapping: dict[str, str]) -> None:
    query = text("SELECT has_table_privilege(:role, 'public.' || :relation, :privilege)")
    with begin_read(owner) as connection:
        found = {
            (relation, privilege)
            for relation in EVERY_RELATION
            for privilege in PRIVILEGES
            if connection.scalar(query, {"role": role, "relation": relation, "privilege": privilege})
        }
    assert found == {(relation, name) for relation, names in mapping.items() for name in names.split(", ")}


def test_the_officer_role_reads_every_table(owner: Engine) -> None:
    assert {name for name, may in grants.OFFICER.items() if "SELECT" in may} == set(EVERY_RELATION)


def test_no_role_but_the_owner_and_the_two_may_touch_a_table(owner: Engine) -> None:
    query = """
        SELECT DISTINCT coalesce(pg_get_userbyid(nullif(acl.grantee, 0)), 'PUBLIC')
        FROM pg_class CROSS JOIN aclexplode(relacl) AS acl WHERE relnamespace = 'public'::regnamespace
    """
    with begin_read(owner) as connection:
        assert set(connection.scalars(text(query))) == {"postgres", CITIZEN_ROLE, OFFICER_ROLE}


def test_granting_again_changes_nothing_and_takes_back_what_was_added(owner: Engine) -> None:
    acl = "SELECT relname, relacl::text FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1"

    def standing() -> list[tuple[str, str]]:
        with begin_read(owner) as connection:
            return [tuple(row) for row in connection.execute(text(acl))]

    before = standing()
    with begin_write(owner) as connection:
        connection.execute(text(f"GRANT SELECT ON response TO {CITIZEN_ROLE}"))
        connection.execute(text(f"GRANT SELECT (record) ON response_inbox TO {CITIZEN_ROLE}"))
        connection.execute(text("GRANT SELECT ON comment TO PUBLIC"))
    assert standing() != before
    assert grant_roles(owner, scenes.NOW)
    assert standing() == before


def test_the_citizen_role_cannot_read_what_others_answered(as_role: Callable[[str], Engine]) -> None:
    citizen = as_role(CITIZEN_ROLE)
    for table in HIDDEN_FROM_CITIZENS:
        assert refused(citizen, f"SELECT 1 FROM {table}"), table
    assert {"response_inbox", "response", "comment", "tally", "unit_tally", "release", "spent_key"} <= set(
        HIDDEN_FROM_CITIZENS
    )
    assert {"officer", "officer_grant", "officer_session", "audit_entry", "answer"} <= set(HIDDEN_FROM_CITIZENS)


def test_the_citizen_role_changes_nothing(as_role: Callable[[str], Engine]) -> None:
    citizen = as_role(CITIZEN_ROLE)
    for table in (*Base.metadata.tables, "alembic_version"):
        assert refused(citizen, f"DELETE FROM {table}"), table
        assert refused(citizen, f"TRUNCATE {table}"), table
        if table != "response_inbox":
            assert refused(citizen, f"INSERT INTO {table} DEFAULT VALUES"), table
    assert refused(citizen, "UPDATE response_inbox SET flagged = true")
    assert refused(citizen, "UPDATE wave SET status = 'open'")
    assert refused(citizen, "CREATE TABLE mine (id integer)")


def test_the_citizen_role_stores_a_response_once(owner: Engine, as_role: Callable[[str], Engine], rng: Random) -> None:
    province = scenes.build_province(owner)
    citizen, one = as_role(CITIZEN_ROLE), scenes.entry(province, province.counters[0], rng, comment="Rất tốt")
    for is_new in (True, False, False):
        with begin_write(citizen) as connection:
            assert inbox.put(connection, one) is is_new
    with begin_read(owner) as connection:
        assert list(connection.scalars(select(ResponseInboxRow.key))) == [one.key]


def test_the_citizen_role_reads_what_a_page_shows(owner: Engine, as_role: Callable[[str], Engine]) -> None:
    province = scenes.build_province(owner)
    with begin_read(as_role(CITIZEN_ROLE)) as connection:
        assert len(org_units.read_all(connection)[0]) == len(province.ids)
        assert len(stored_questionnaires.every(connection)) == 2
        assert [wave.code for wave in stored_waves.every(connection).values()] == [province.wave]
        assert counter_codes.history(connection, province.codes[province.counters[0]])
        assert read_settings(connection).thresholds.release == 10


def test_the_citizen_role_serves_the_code_of_a_whole_centre(owner: Engine, as_role: Callable[[str], Engine]) -> None:
    province = scenes.build_province(owner)
    centre = province.centres[0]
    code = counters.issue_missing_for_centres(as_role(OFFICER_ROLE), centre, scenes.NOW, "an")[centre]
    settings = {"DATABASE_URL": as_role(CITIZEN_ROLE).url.render_as_string(hide_password=False), "PAGE_KEY": "key"}
    app = create_app(settings | {"NOW": lambda: scenes.NOW}, surface="citizen")
    client = app.test_client()
    assert "Quầy 1" in client.get(f"/q/{code}").text
    page = read_page(client.get(f"/q/{code}.{province.ids[province.counters[0]]}?form=quick_pulse"))
    assert client.post(page.form.action, data=page.form.with_answers(overall="5")).status_code == 303
    app.extensions["hailong_engine"].dispose()
    with begin_read(owner) as connection:
        assert list(connection.scalars(select(ResponseInboxRow.counter_id))) == [province.ids[province.counters[0]]]


def test_the_officer_role_releases_recounts_and_vacuums(
    owner: Engine, as_role: Callable[[str], Engine], rng: Random
) -> None:
    province = scenes.build_province(owner)
    scenes.fill_inbox(owner, province, province.counters[0], 12, rng, stage="filing", comment="Tốt")
    officer, notices = as_role(OFFICER_ROLE), list[str]()

    @event.listens_for(officer, "connect")
    def listen(connection: psycopg.Connection, _record: object) -> None:
        connection.add_notice_handler(lambda notice: notices.append(notice.message_primary or ""))

    assert run_releases(officer, scenes.NOW).responses == 12
    assert run_releases(officer, scenes.NOW + timedelta(days=60)).responses == 0
    assert recount(officer) == []
    assert notices == [], "VACUUM warns where it is not allowed"


def test_the_officer_role_runs_a_province(as_role: Callable[[str], Engine], tmp_path: Path) -> None:
    officer, now = as_role(OFFICER_ROLE), scenes.NOW
    province = scenes.build_province(officer)
    line = f"code,kind,name,parent_code,valid_from,valid_to,service_fields\nQ9,counter,Quầy 9,{province.centres[0]}"
    (tmp_path / "units.csv").write_text(f"{line},2026-01-01,,Hộ tịch\n", "utf-8")
    for _ in range(2):
        units.import_units(officer, tmp_path / "units.csv", now, "an")
    questionnaires.publish(officer, questionnaires.load_files(scenes.QUESTIONNAIRES_DIR), now, "an")
    codes = counters.issue_missing(officer, "51", now, "an")
    counters.move(officer, codes["Q9"], province.counters[0], now, "an")
    counters.revoke(officer, province.codes[province.counters[0]], now, "an")
    counters.reissue(officer, counters.issue_missing_for_centres(officer, "51", now, "an")["51-TT"], now, "an")
    unit_changes.edit(officer, "Q9", {"name": "Quầy chín"}, now, "an")
    unit_changes.succeed(officer, "Q9", "Q10", province.centres[1], now.date(), now, "an")
    units.retire(officer, "Q10", now.date() + timedelta(days=1), now, "an")
    waves.change_status(officer, province.wave, WaveStatus.CLOSED, now, "an")
    change_settings(officer, now, "an", {"mixed_release_days": 7})
    change_settings(officer, now, "an", {"mixed_release_days": 8})
    query = ResultsQuery("51", "sipas_desk", 1, audience=Audience.PUBLIC)
    with begin_read(officer) as connection:
        assert read_settings(connection).mixed_release_days == 8
        recipes = load_recipes(scenes.QUESTIONNAIRES_DIR / "recipes")
        assert results_page(connection, recipes, query).result.card is None


def test_the_officer_role_plans_fieldwork(as_role: Callable[[str], Engine]) -> None:
    officer, now = as_role(OFFICER_ROLE), scenes.NOW
    province = scenes.build_province(officer)
    [running] = waves.every(officer)
    waves.create(officer, replace(running, code="plan", status=WaveStatus.PLANNED), now, "an")
    for step, who in ((Step.SUBMITTED, "an"), (Step.APPROVED, "binh")):
        wave_approval.take_step(officer, "plan", step, now, who)
    waves.change(officer, replace(running, code="plan", units=("51-TT",)), now, "an")
    wave_desk.enter_transactions(officer, "plan", {"51-TT": 500}, now, "an")
    wave_desk.enter_transactions(officer, "plan", {"51-TT": None}, now, "an")
    calendar.set_week(officer, province.centres[0], {}, now, "an")
    number = calendar.add_rule(officer, "51", DayRule(0, now.date(), now.date(), (), "Tết"), now, "an")
    calendar.remove_rule(officer, "51", number, now, "an")
    settings_desk.reset_group(officer, now, "an", "pace")
    [planned] = [wave for wave in waves.every(officer) if wave.code == "plan"]
    assert (planned.status, planned.units) == (WaveStatus.PLANNED, ("51-TT",))
    with begin_read(officer) as connection:
        told = {entry.action for entry in audit_log.latest_of(connection, "an", at_most=20)}
    assert {"wave.create", "wave.change", "calendar.week", "calendar.remove"} <= told


def test_the_officer_role_looks_after_officers(as_role: Callable[[str], Engine]) -> None:
    officer, now = as_role(OFFICER_ROLE), scenes.NOW
    scenes.build_province(officer)
    officers.create_officer(officer, now, login="lan", name="Lan", role=Role.PROVINCE_ADMIN, unit_code="51")
    officers.grant_role(officer, now, login="lan", role=Role.PROVINCE_ANALYST, unit_code="51")
    password = officers.reset_password(officer, now, "lan")
    with pytest.raises(sign_in.SignInFailed):
        sign_in.sign_in(officer, now, "lan", "wrong")
    token = sign_in.sign_in(officer, now, "lan", password)
    later = now + timedelta(minutes=20)
    lan = sign_in.resume_session(officer, later, token)
    assert lan is not None
    assert lan.must_enrol
    sign_in.sign_out(officer, later, token, lan.officer)
    assert sign_in.resume_session(officer, later, token) is None


def test_the_officer_role_looks_after_second_factors(as_role: Callable[[str], Engine]) -> None:
    officer, now, keys = as_role(OFFICER_ROLE), scenes.NOW, ["key"]
    scenes.build_province(officer)
    role = Role.PROVINCE_ADMIN
    password = officers.create_officer(officer, now, login="lan", name="Lan", role=role, unit_code="51")
    token = sign_in.sign_in(officer, now, "lan", password)
    (lan,) = officers.list_officers(officer)
    offer = second_factor.new_offer(keys, now, lan)
    code = pyotp.TOTP(offer.key.replace(" ", "")).at
    recovery = second_factor.enrol(officer, keys, now, lan, token, offer, code(now))
    for moment, typed in ((now, recovery[0]), (now + timedelta(minutes=1), code(now + timedelta(minutes=1)))):
        with pytest.raises(sign_in.CodeNeeded) as needed:
            sign_in.sign_in(officer, moment, "lan", password)
        token = sign_in.send_code(officer, keys, moment, needed.value.token, typed)
        assert sign_in.resume_session(officer, moment, token)
    own_account.sign_out_everywhere(officer, now, lan)
    assert second_factor.take_away(officer, now, "lan")


def test_the_officer_role_handles_comments(owner: Engine, as_role: Callable[[str], Engine]) -> None:
    officer, now = as_role(OFFICER_ROLE), scenes.NOW
    province = scenes.build_province(owner)
    comment_scenes.write_comments(owner, province, comment_scenes.TEXTS)
    run_releases(officer, comment_scenes.WRITTEN)
    assert run_releases(officer, now).comments == len(comment_scenes.TEXTS)
    centre, found = province.centres[0], comment_scenes.every_comment(officer)
    text = ReplyText("all", date(2026, 10, 1), "Mong bớt đợi.", "Thêm quầy.", "Trung tâm", None)
    reply_id = comment_replies.save_reply(officer, now, "an", unit_code=centre, text=text)
    comment_replies.publish_reply(officer, now, "an", centre, reply_id)
    change = CommentChange(Status.IN_PROGRESS, add_theme="online", remove_theme="waiting", reply_id=reply_id)
    ids = [one.id for one in found]
    assert handle_comments(officer, now, "an", unit_code=centre, ids=ids, change=change).changed == len(found)
    assert change_names(officer, now, "an", centre, ["Nguyễn Văn Tốt"]) == 0
    run_releases(officer, now + timedelta(days=400))
    assert comment_scenes.every_comment(officer) == []


def test_the_officer_role_cannot_rewrite_what_was_written(as_role: Callable[[str], Engine]) -> None:
    officer = as_role(OFFICER_ROLE)
    for table in ("audit_entry", "response", "release", "tally", "questionnaire_version", "record_column"):
        column = next(iter(Base.metadata.tables[table].columns)).name
        assert refused(officer, f"UPDATE {table} SET {column} = {column}"), table
        assert refused(officer, f"DELETE FROM {table}"), table
        assert refused(officer, f"TRUNCATE {table}"), table
    assert refused(officer, "INSERT INTO response_inbox SELECT * FROM response_inbox")
    assert refused(officer, "DELETE FROM unit_tally")
    assert refused(officer, "CREATE TABLE mine (id integer)")


def test_other_names_are_taken_and_bad_ones_refused(no_roles: None, postgresql_engine: Engine) -> None:
    assert grant_roles(postgresql_engine, scenes.NOW, "other_citizen", "other_officer")
    with begin_read(postgresql_engine) as connection:
        names = set(connection.scalars(text("SELECT rolname FROM pg_roles WHERE rolcanlogin")))
    assert {"other_citizen", "other_officer"} <= names
    assert CITIZEN_ROLE not in names


def test_the_officer_role_backs_up(as_role: Callable[[str], Engine], tmp_path: Path) -> None:
    assert write_backup(as_role(OFFICER_ROLE), tmp_path / "copy.dump") > 0


def test_a_refusal_is_told_in_the_log_without_the_statement(
    as_role: Callable[[str], Engine], caplog: pytest.LogCaptureFixture
) -> None:
    assert refused(as_role(CITIZEN_ROLE), "SELECT * FROM response WHERE record = 'secret'")
    assert "permission denied for table response" in caplog.text
    assert "secret" not in caplog.text


def test_a_missing_table_is_the_database_not_a_fault_of_ours(owner: Engine) -> None:
    with pytest.raises(DatabaseUnavailable, match="lacks a table"), begin_read(owner) as connection:
        connection.execute(text("SELECT 1 FROM no_such_table"))


def test_the_officer_role_invites_and_closes_accounts(as_role: Callable[[str], Engine]) -> None:
    officer, now = as_role(OFFICER_ROLE), scenes.NOW
    scenes.build_province(officer)
    place = {"role": Role.HELPER, "unit_code": "51-TT"}
    made = invitations.invite_officer(officer, now, login="hoa", name="Hoà", **place, valid_to=None, actor="lan")
    invitations.accept(officer, now, made.secret, "bốn từ dễ nhớ lâu")
    for days in range(2):
        assert sign_in.sign_in(officer, now + timedelta(days=days), "hoa", "bốn từ dễ nhớ lâu")
    invitations.invite_again(officer, now, "hoa", "lan")
    accounts.end_grant(officer, now, login="hoa", **place, actor="lan")
    accounts.rename(officer, now, login="hoa", name="Hòa", actor="lan")
    accounts.disable(officer, now, "hoa", "lan")
    accounts.enable(officer, now, "hoa", "lan")
    accounts.sign_out_everywhere(officer, now, "hoa", "lan")
