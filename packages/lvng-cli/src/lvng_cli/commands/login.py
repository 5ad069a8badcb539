"""`lvng login` and `lvng logout`: save and remove the key of a profile."""

from __future__ import annotations

import os
import sys

import click

from lvng import ConfigurationError, LvngClient

from .. import profiles, terminal
from ..help_pages import Command
from ..session import Session, common_options, session_of


@click.pass_context
def _login(context: click.Context, /, key_env: str | None) -> None:
    session = session_of(context)
    loaded = profiles.load()
    name = profiles.check_name(_name(session, loaded))
    profile = loaded.known.get(name, profiles.Profile(name))
    profile.base_url = session.base_url or profile.base_url
    profile.output = session.output or profile.output
    key = _from_environment(key_env) if key_env else _typed(name)
    user = _user(session, key, profile.base_url)
    if key_env:
        profile.key = f"env:{key_env}"
    else:
        profiles.keyring().set_password(profiles.SERVICE, name, key)
        profile.key = "keyring"
    loaded.known[name] = profile
    if not loaded.known.get(loaded.current) or len(loaded.known) == 1:
        loaded.current = name
    loaded.save()
    where = f"read from {key_env}" if key_env else "in the keyring"
    click.echo(terminal.printable(f"Logged in as {user} (profile {name!r}, key {where})."))
    if os.environ.get("LVNG_API_KEY") and key_env != "LVNG_API_KEY":
        terminal.note("LVNG_API_KEY is set, and is used if no profile is given.")


def _name(session: Session, loaded: profiles.Profiles) -> str:
    return session.profile or os.environ.get("LVNG_PROFILE") or loaded.current


def _from_environment(variable: str) -> str:
    if key := os.environ.get(variable):
        return key
    raise ConfigurationError(f"The environment variable {variable} is not set.")


def _typed(name: str) -> str:
    """Read the key from a prompt without echo, or from a pipe."""
    profiles.keyring()  # fails before the user types a key that cannot be saved
    if not sys.stdin.isatty():
        key = sys.stdin.readline().strip()
    else:
        terminal.note("Create a key at Settings → Developer; your input is not shown.")
        key = click.prompt(f"API key of the profile {name!r}", hide_input=True, err=True).strip()
    if not key:
        raise click.UsageError("No key was given: type it, pipe it in, or use --key-env VARIABLE.")
    return str(key)


def _user(session: Session, key: str, base_url: str) -> str:
    """Test the key; returns the name of its user."""
    timeout = 30.0 if session.timeout is None else session.timeout
    with LvngClient(key, base_url=base_url or None, timeout=timeout) as client:
        user = client.users.me()["data"]
    return user.get("email") or user["id"]


@click.pass_context
def _logout(context: click.Context, /) -> None:
    session = session_of(context)
    loaded = profiles.load()
    profile = loaded.get(_name(session, loaded))
    if profile.key == "keyring":
        store = profiles.keyring()
        if store.get_password(profiles.SERVICE, profile.name) is not None:
            store.delete_password(profiles.SERVICE, profile.name)
    del loaded.known[profile.name]
    loaded.save()
    click.echo(f"The profile {profile.name!r} was removed; the key itself stays valid.")
    terminal.note("To revoke a key: Settings → Developer.")


login = Command(
    "login",
    callback=_login,
    params=[
        click.Option(
            ["--key-env"],
            metavar="VARIABLE",
            help="Read the key from this environment variable at each call, instead of the keyring.",
        )
    ],
    common=common_options(),
    help=(
        "Test a key and save it in a profile. Keys are stored in the keyring of the platform "
        "(lvng-cli[keyring]) or in an environment variable, never in a file.\n\n\b\nExamples:\n"
        "  lvng login\n"
        "  lvng login --profile staging --base-url https://staging.example.com --key-env STAGING_KEY"
    ),
)
logout = Command(
    "logout",
    callback=_logout,
    common=common_options(),
    help="Remove a profile, and its key from the keyring.",
)
