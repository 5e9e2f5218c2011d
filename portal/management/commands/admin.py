"""`./parages admin NAME`: an operator's account, or a new password for it."""

import secrets
import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

GENERATED_BYTES = 15


class Command(BaseCommand):
    help = "Make an operator of the site, or give one a new password: asked for, or made up and shown once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", default="admin", help="default: %(default)s")
        parser.add_argument("--generate", action="store_true", help="make the password up, as without a terminal")

    def handle(self, *_args: Any, name: str, generate: bool, **_options: Any) -> None:
        made_up = generate or not sys.stdin.isatty()
        user = _operator(name)
        password = secrets.token_urlsafe(GENERATED_BYTES) if made_up else self._asked(user)
        user.set_password(password)
        user.save()
        self.stdout.write(f"{name} may enter {settings.SITE_URL}/{settings.ADMIN_PATH}")
        if made_up:
            self.stdout.write(f"Password, shown this once: {password}")

    def _asked(self, user: User) -> str:
        self.stderr.write("\n".join(password_validators_help_texts()))
        password = getpass("Password: ")
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        if password != getpass("The same again: "):
            raise CommandError("the two are not the same; nothing was changed")
        return password


def _operator(name: str) -> User:
    user = User.objects.filter(username=name).first() or User(username=name)
    user.is_staff = user.is_superuser = user.is_active = True
    try:
        user.clean_fields(exclude=["password"])
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from None
    return user
