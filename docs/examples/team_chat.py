"""Three people in three workspaces: test permissions in the sandbox.

pip install "lvng[sandbox]"
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from lvng import LvngClient, NotFoundError, PermissionDeniedError
from lvng_sandbox import Sandbox

PEOPLE = {"ana": "ana@example.com", "li": "li@example.com", "mia": "mia@example.com"}
MEMBERS = {"kitchen": ["ana", "li"], "garden": ["li", "mia"], "attic": ["ana", "mia"]}


def refused(call: Callable[[], object]) -> str:
    """Make a call that must fail; returns the name of its error."""
    try:
        call()
    except (NotFoundError, PermissionDeniedError) as error:
        return type(error).__name__
    raise AssertionError("the call was not refused")


class Team:
    """The clients of three people, a workspace for each pair, and a channel in each workspace."""

    def __init__(self, clients: dict[str, LvngClient]) -> None:
        self.clients = clients
        self.ids = {name: client.users.me()["data"]["id"] for name, client in clients.items()}
        self.workspaces: dict[str, str] = {}
        self.channels: dict[str, str] = {}
        for room, (owner, other) in MEMBERS.items():
            self._open(room, owner, other)

    def _open(self, room: str, owner: str, other: str) -> None:
        client = self.clients[owner]
        made = client.workspaces.create(name=room.title(), slug=room)["workspace"]
        self.workspaces[room] = made["id"]
        invited = client.invitations.create(made["id"], email=PEOPLE[other])["invitation"]
        self.clients[other].invitations.accept(invited["invite_link"].rpartition("/")[2])
        channel = client.channels.create(workspace_id=made["id"], name="talk")["channel"]
        self.channels[room] = channel["id"]

    def say(self, name: str, room: str, text: str) -> str:
        """Post a message; its id."""
        client = self.clients[name]
        return client.messages.create(channel_id=self.channels[room], content=text)["data"]["id"]

    def heard(self, name: str, room: str) -> list[str]:
        """The messages that somebody can read in a room, oldest first."""
        found = self.clients[name].messages.list(channel_id=self.channels[room])["data"]
        return [one["content"] for one in reversed(found)]


def main() -> None:
    with Sandbox() as sandbox, ExitStack() as stack:
        sandbox.create_account(PEOPLE["mia"], name="Mia")  # in a new organization
        team = Team(
            {
                name: stack.enter_context(
                    LvngClient(sandbox.account(email).api_key, base_url=sandbox.base_url)
                )
                for name, email in PEOPLE.items()
            }
        )
        for room, (first, second) in MEMBERS.items():
            team.say(first, room, f"Shall we paint the {room}?")
            team.say(second, room, "Yes, in green.")
            assert team.heard(first, room) == team.heard(second, room)
            print(f"{room}: {team.heard(second, room)}")

        for room, members in MEMBERS.items():
            (outsider,) = PEOPLE.keys() - set(members)
            client, channel = team.clients[outsider], team.channels[room]
            print(f"{outsider} in the {room}:", *_attempts(team, client, room, channel))

        first = team.say("li", "garden", "The roses are mine.")
        mia = team.clients["mia"]
        print(
            "mia edits a message of li:",
            refused(lambda: mia.messages.update(first, content="Ours")),
        )
        workspace = team.workspaces["garden"]
        print("mia deletes the garden:", refused(lambda: mia.workspaces.delete(workspace)))
        mia.workspaces.remove_member(workspace, team.ids["mia"])
        print("mia has left:", refused(lambda: team.say("mia", "garden", "Hello?")))


def _attempts(team: Team, client: LvngClient, room: str, channel: str) -> list[str]:
    """Try to read, write, join and invite without being a member."""
    workspace, me = team.workspaces[room], client.users.me()["data"]["id"]
    return [
        refused(lambda: client.channels.get(channel)),
        refused(lambda: client.messages.create(channel_id=channel, content="Hi")),
        refused(lambda: client.channels.add_member(channel, user_id=me)),
        refused(lambda: client.invitations.create(workspace, email="kim@example.com")),
    ]


if __name__ == "__main__":
    main()
