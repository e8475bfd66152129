"""How often a password may be guessed, from where, and what is said then; and whose address counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client, RequestFactory
from django.utils import timezone

from reports.models import Event, User
from reports.models.event import Act, Result
from reports.views.origin import client_address

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
NEW = "lanterns over the river 7"


@pytest.fixture(autouse=True)
def _limited(settings: Any) -> None:
    settings.AXES_ENABLED = True


def log_in(client: Client, name: str, password: str = "no", address: str = "10.0.0.1", **headers: str) -> int:
    form = {"username": name, "password": password}
    return client.post("/login/", form, REMOTE_ADDR=address, **headers).status_code


def spread(name: str, count: int, *, first: int = 1) -> None:
    """``count`` failures of ``name``, each from an address of its own."""
    for number in range(first, first + count):
        AccessAttempt.objects.create(
            username=name, ip_address=f"10.1.{number // 200}.{number % 200}", failures_since_start=1
        )


class TestOneAccountFromOneAddress:
    def test_the_fifth_failure_locks(self, client: Client, reader: User) -> None:
        assert [log_in(client, reader.username) for _ in range(5)] == [200, 200, 200, 200, 429]
        assert log_in(client, reader.username, PASSWORD) == 429

    def test_others_at_that_address_and_the_account_elsewhere_are_free(
        self, client: Client, reader: User, editor: User
    ) -> None:
        for _ in range(5):
            log_in(client, reader.username)
        assert log_in(client, editor.username, PASSWORD) == 302
        assert log_in(Client(), reader.username, PASSWORD, "10.0.0.2") == 302

    def test_another_browser_is_no_way_round(self, client: Client, reader: User) -> None:
        for number in range(5):
            log_in(client, reader.username, HTTP_USER_AGENT=f"browser {number}")
        assert log_in(client, reader.username, PASSWORD) == 429

    def test_events_tell_the_failures_then_the_lock_then_what_was_refused(
        self, client: Client, reader: User
    ) -> None:
        for _ in range(6):
            log_in(client, reader.username)
        told = Event.objects.filter(act__in=[Act.LOGIN_FAILED, Act.LOCKOUT]).order_by("id")
        expected = [(Act.LOGIN_FAILED, Result.FAILED)] * 5
        expected += [(Act.LOCKOUT, Result.DONE), (Act.LOGIN_FAILED, Result.REFUSED)]
        assert list(told.values_list("act", "result")) == expected
        assert set(told.values_list("name", "address")) == {(reader.username, "10.0.0.1")}


class TestOneAddress:
    def test_thirty_failures_over_any_accounts_lock_it(self, client: Client, reader: User) -> None:
        statuses = [log_in(client, f"名字{number}") for number in range(30)]
        assert statuses == [200] * 29 + [429]
        assert log_in(client, reader.username, PASSWORD) == 429
        assert log_in(client, reader.username, PASSWORD, "10.0.0.2") == 302

    def test_going_on_does_not_make_it_last_longer(self, client: Client, reader: User) -> None:
        for number in range(30):
            log_in(client, f"名字{number}")
        before = list(AccessAttempt.objects.order_by("id").values())
        for number in range(10):
            log_in(client, f"名字{number}")
        assert list(AccessAttempt.objects.order_by("id").values()) == before

    def test_the_sentence_is_about_the_address(self, client: Client) -> None:
        for number in range(31):
            response = client.post("/login/", {"username": f"名字{number}", "password": "no"})
        text = response.content.decode()
        assert "这个地址暂时锁定" in text
        assert "请等 15 分钟" in text


class TestOneAccountFromAnywhere:
    def test_fifty_failures_lock_it(self, client: Client, reader: User) -> None:
        spread(reader.username, 49)
        assert log_in(client, reader.username, PASSWORD) == 302
        spread(reader.username, 1, first=50)
        assert log_in(Client(), reader.username, PASSWORD) == 429


class TestWaiting:
    def test_the_minutes_are_those_that_are_left(self, client: Client, reader: User) -> None:
        for _ in range(5):
            log_in(client, reader.username)
        AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=8, seconds=30))
        response = client.post(
            "/login/", {"username": reader.username, "password": "no"}, REMOTE_ADDR="10.0.0.1"
        )
        assert response.status_code == 429
        assert "请等 7 分钟" in response.content.decode()
        assert response["Retry-After"] == "420"

    def test_then_it_is_open_again(self, client: Client, reader: User) -> None:
        for _ in range(5):
            log_in(client, reader.username)
        AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
        assert log_in(client, reader.username, PASSWORD) == 302

    def test_one_forgotten_failure_may_be_enough(self, client: Client, reader: User) -> None:
        spread(reader.username, 50)
        oldest = AccessAttempt.objects.order_by("id").first()
        assert oldest is not None
        AccessAttempt.objects.filter(pk=oldest.pk).update(
            attempt_time=timezone.now() - timedelta(minutes=14, seconds=30)
        )
        response = client.post("/login/", {"username": reader.username, "password": "no"})
        assert "请等 1 分钟" in response.content.decode()


class TestAdminLogin:
    def test_counts_with_the_other_form(self, client: Client, administrator: User) -> None:
        form = {"username": administrator.username, "password": "no"}
        for path in ("/login/", "/admin/login/") * 2:
            client.post(path, form)
        assert client.post("/admin/login/", form).status_code == 429
        response = client.post("/admin/login/", {**form, "password": PASSWORD})
        assert response.status_code == 429
        assert "这个账号暂时锁定" in response.content.decode()


class TestOldPassword:
    FORM = {"new_password1": NEW, "new_password2": NEW}  # noqa: RUF012

    @pytest.fixture
    def inside(self, client: Client, reader: User) -> Client:
        client.force_login(reader)
        return client

    def test_the_fifth_wrong_one_locks_and_says_so(self, inside: Client, reader: User) -> None:
        wrong = {**self.FORM, "old_password": "no"}
        responses = [inside.post("/password/", wrong) for _ in range(5)]
        assert [response.status_code for response in responses] == [200, 200, 200, 200, 429]
        assert "也不能修改密码" in responses[-1].content.decode()
        right = inside.post("/password/", {**self.FORM, "old_password": PASSWORD})
        assert right.status_code == 429
        reader.refresh_from_db()
        assert reader.check_password(PASSWORD)

    def test_counts_with_the_login(self, inside: Client, reader: User) -> None:
        for _ in range(3):
            inside.post("/password/", {**self.FORM, "old_password": "no"}, REMOTE_ADDR="10.0.0.1")
        for _ in range(2):
            log_in(Client(), reader.username)
        assert log_in(Client(), reader.username, PASSWORD) == 429

    def test_a_new_one_that_does_not_please_is_no_guess(self, inside: Client) -> None:
        for _ in range(6):
            form = {"old_password": PASSWORD, "new_password1": "kurz", "new_password2": "kurz"}
            assert inside.post("/password/", form).status_code == 200

    def test_the_new_password_is_no_question_about_the_old_one(self, inside: Client) -> None:
        """Whether it equals the account's password is told only to whoever knows that password."""
        form = {"old_password": "", "new_password1": PASSWORD, "new_password2": PASSWORD}
        assert "不能与现在的相同" not in inside.post("/password/", form).content.decode()

    def test_the_admin_leads_to_the_same_form(self, client: Client, administrator: User) -> None:
        client.force_login(administrator)
        own = f"/admin/reports/user/{administrator.pk}/password/"
        for path in ("/admin/password_change/", own):
            for response in (client.get(path), client.post(path, {"password1": NEW, "password2": NEW})):
                assert (response.status_code, response["Location"]) == (302, "/password/")


class TestAddress:
    @pytest.mark.parametrize(
        ("proxies", "forwarded", "peer", "expected"),
        [
            (0, None, "10.0.0.1", "10.0.0.1"),
            (0, "6.6.6.6", "10.0.0.1", "10.0.0.1"),
            (1, None, "10.0.0.1", "10.0.0.1"),
            (1, "10.5.5.5", "127.0.0.1", "10.5.5.5"),
            (1, "6.6.6.6, 10.5.5.5", "127.0.0.1", "10.5.5.5"),
            (2, "6.6.6.6, 10.5.5.5, 10.0.0.9", "127.0.0.1", "10.5.5.5"),
            (2, "10.0.0.9", "127.0.0.1", "10.0.0.9"),
            (1, "2001:DB8::0:1", "127.0.0.1", "2001:db8::1"),
            (0, None, "::ffff:10.0.0.1", "10.0.0.1"),
            (1, "10.5.5.5", "", "10.5.5.5"),
            (1, "<script>", "127.0.0.1", "127.0.0.1"),
            (1, ",,", "127.0.0.1", "127.0.0.1"),
            (0, None, "", None),
        ],
    )
    def test_is_believed_through_so_many_proxies(
        self, settings: Any, proxies: int, forwarded: str | None, peer: str, expected: str | None
    ) -> None:
        settings.ARCHIVE_PROXIES = proxies
        headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
        assert client_address(RequestFactory().get("/", REMOTE_ADDR=peer, **headers)) == expected

    def test_limits_and_events_use_it(self, client: Client, reader: User, settings: Any) -> None:
        settings.ARCHIVE_PROXIES = 1
        for number in range(5):
            log_in(client, reader.username, HTTP_X_FORWARDED_FOR=f"6.6.6.{number}, 10.5.5.5")
        assert log_in(client, reader.username, PASSWORD, HTTP_X_FORWARDED_FOR="10.5.5.5") == 429
        assert log_in(client, reader.username, PASSWORD, HTTP_X_FORWARDED_FOR="10.5.5.6") == 302
        addresses = Event.objects.filter(act=Act.LOGIN_FAILED).values_list("address", flat=True)
        assert set(addresses) == {"10.5.5.5"}

    def test_nothing_is_believed_where_no_proxy_is_named(self, client: Client, reader: User) -> None:
        for number in range(5):
            log_in(client, reader.username, HTTP_X_FORWARDED_FOR=f"6.6.6.{number}")
        assert log_in(client, reader.username, PASSWORD, HTTP_X_FORWARDED_FOR="6.6.7.7") == 429
