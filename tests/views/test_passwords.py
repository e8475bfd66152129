"""What is wrong with a new password is said in Chinese."""

import re

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from reports.models import User


@pytest.mark.parametrize("password", ["kurz7", "password", "12345678901", "shenmeren"])
def test_every_refusal_is_chinese(password: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        validate_password(password, User(username="shenmeren"))
    for message in refusal.value.messages:
        assert re.search("[一-鿿]", message)
        assert not re.search("[A-Za-z]{4}", message)
