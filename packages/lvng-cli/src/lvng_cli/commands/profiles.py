"""`lvng profiles`: list, select and remove profiles."""

from __future__ import annotations

import click

from .. import help_pages, terminal
from .. import profiles as store
from ..help_pages import Command


@click.pass_context
def _default(context: click.Context, /) -> None:
    if context.invoked_subcommand is None:
        _list()


def _list() -> None:
    loaded = store.load()
    if not loaded.known:
        terminal.note(f"There are no profiles in {store.path()}; create one with lvng login.")
    for name, one in loaded.known.items():
        mark = "*" if name == loaded.current else " "
        click.echo(f"{mark} {name:<16} {one.key:<24} {one.base_url}".rstrip())


def _use(name: str) -> None:
    loaded = store.load()
    loaded.get(name)
    loaded.current = name
    loaded.save()
    click.echo(f"The profile in use is {name!r}.")


def _path() -> None:
    click.echo(str(store.path()))


profiles = click.Group(
    "profiles",
    callback=_default,
    invoke_without_command=True,
    help="Profiles are named settings in a TOML file. Select one with --profile or LVNG_PROFILE.",
    context_settings=help_pages.settings(),
    commands=[
        Command("list", callback=_list, help="List the profiles; * is the one in use."),
        Command("use", callback=_use, params=[click.Argument(["name"])], help="Choose a profile."),
        Command("path", callback=_path, help="Print the path of the file."),
    ],
)
