"""`lvng whoami`: show the user, the key and the base URL in use."""

from __future__ import annotations

from typing import Any

import click

from .. import output
from ..help_pages import Command
from ..session import common_options, session_of


@click.pass_context
def _run(context: click.Context, /) -> None:
    session = session_of(context)
    profile = session.chosen_profile()
    client = session.client()
    user: dict[str, Any] = dict(client.users.me()["data"])
    found = {
        "email": user.get("email"),
        "id": user.get("id"),
        "display_name": user.get("display_name"),
        "organization_id": user.get("organization_id"),
        "profile": profile.name if profile else None,
        "key": session.key_source(),
        # The repr of a client masks its key.
        "client": repr(client).strip("<>"),
    }
    output.show(session, found)


whoami = Command(
    "whoami",
    callback=_run,
    common=common_options(),
    help="Show the user, where the key comes from, and the base URL in use.",
)
