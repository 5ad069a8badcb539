"""`lvng chat`: print an answer as it arrives, or hold a conversation."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any

import click

from lvng import LvngClient, LvngError, RequestOptions, operations

from .. import output, terminal
from ..help_pages import Command
from ..operation_commands import TagGroup
from ..session import Session, common_options, session_of
from ..values import PREFIX, parameter_of, value_of

_OPTIONS = ("model", "personality", "channel_id", "context", "message_type", "use_firecrawl")


@dataclass(slots=True)
class Answer:
    """The part of an answer that has arrived.

    Attributes:
        text: its text.
        sources: the sources found by tools: `kind`, `id`, `title`.
        done: the payload of the `done` event.
    """

    text: str = ""
    sources: list[dict[str, Any]] = field(default_factory=list)
    done: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The answer as one JSON object."""
        return {
            "reply": self.text or self.done.get("reply") or "",
            "sources": self.sources,
            "model": self.done.get("model"),
            "conversationId": self.done.get("conversationId"),
            "usage": self.done.get("usage"),
        }


def chat_options() -> list[click.Parameter]:
    """Options for the arguments of `chat.stream` that are useful in a terminal."""
    known = {one.name: one for one in operations.get("chat.stream").arguments}
    params = [
        parameter_of(known[name], f"{PREFIX}{name}", f"--{name.replace('_', '-')}")
        for name in _OPTIONS
        if name in known
    ]
    conversation = click.Option(
        ["--conversation", "conversation_id"],
        metavar="ID",
        help="Conversation to continue; the question and the answer are stored there.",
    )
    return [*params, conversation]


def question_options(params: dict[str, Any]) -> dict[str, Any]:
    """The arguments of `chat.stream` from the values of the options."""
    known = {one.name: one for one in operations.get("chat.stream").arguments}
    arguments = {
        name: value_of(known[name], params[f"{PREFIX}{name}"])
        for name in _OPTIONS
        if params.get(f"{PREFIX}{name}") not in (None, ())
    }
    if id := params.get("conversation_id"):
        arguments["options"] = in_conversation(id)
    return arguments


def in_conversation(id: str) -> RequestOptions:
    """Options that store a question in a conversation. The contract does not have this member; the response does."""
    return RequestOptions(extra_body={"conversationId": id})


def answer(session: Session, message: str, arguments: dict[str, Any]) -> None:
    """Ask, and print the answer: as it arrives, or in the chosen output format."""
    session.operation = "chat.stream"
    if session.dry_run:
        _print_curl(session, message, arguments)
        return
    client = session.client()
    format = session.format()
    if (format and format != "table") or session.query:
        output.show(session, _read(client, message, arguments, show=False).as_json())
        return
    found = _read(client, message, arguments, show=True)
    if terminal.for_people():
        _print_sources(found)


def _print_curl(session: Session, message: str, arguments: dict[str, Any]) -> None:
    from ..curl import DryRun, RequestNotSentError, curl

    client = session.client(transport=DryRun())
    try:
        _read(client, message, arguments, show=False)
    except RequestNotSentError as kept:
        click.echo(curl(kept.request, {}))


def _read(client: LvngClient, message: str, arguments: dict[str, Any], *, show: bool) -> Answer:
    """Read an answer to its end. Its connection is always closed."""
    found = Answer()
    stream = client.chat.stream(message=message, **arguments)
    try:
        with stream:
            for event in stream:
                data: Any = event.data
                if isinstance(data, dict):
                    _take(found, event.event, data, show=show)
    finally:
        if show and found.text:
            click.echo()
    if show and not found.text:
        output.say(str(found.done.get("reply") or ""))
    return found


def _take(found: Answer, event: str, data: dict[str, Any], *, show: bool) -> None:
    if event == "text_delta":
        piece = str(data.get("delta") or "")
        found.text += piece
        if show:
            sys.stdout.write(terminal.printable(piece) if terminal.for_people() else piece)
            sys.stdout.flush()
    elif event == "tool_use":
        result = data.get("output")
        sources = result.get("sources") if isinstance(result, dict) else None
        found.sources += [one for one in sources or () if isinstance(one, dict)]
    elif event == "done":
        found.done = data


def _print_sources(found: Answer) -> None:
    """Print the sources, except those that the answer cites itself."""
    unnamed = [one for one in found.sources if str(one.get("id")) not in found.text]
    if unnamed:
        click.echo(terminal.dim("\nSources:"))
    for one in unnamed:
        title = one.get("title") or one.get("url") or ""
        output.say(terminal.dim(f"  {one.get('kind', '')} {one.get('id', '')}  {title}".rstrip()))


@click.pass_context
def _say(context: click.Context, /, words: tuple[str, ...], **params: Any) -> None:
    session, arguments = session_of(context), question_options(params)
    if words:
        answer(session, " ".join(words), arguments)
    elif not terminal.can_ask():
        answer(session, sys.stdin.read().strip(), arguments)
    else:
        Conversation(session, arguments, params.get("conversation_id")).run()


_COMMANDS = {
    "/help": "this list",
    "/new": "start a new conversation",
    "/model NAME": "answer with another model",
    "/quit": "end the conversation; also Ctrl+D",
}


class Conversation:
    """A loop of questions and answers until the user ends it.

    Args:
        session: the common options.
        arguments: arguments of `chat.stream`.
        id: id of a conversation to continue; None to start one with the first question.
    """

    def __init__(self, session: Session, arguments: dict[str, Any], id: str | None) -> None:
        self._session, self._arguments, self._id = session, arguments, id
        self._client = session.client()

    def run(self) -> None:
        """Read questions and print the answers. An error or Ctrl+C ends an answer, not the conversation."""
        terminal.note("Ctrl+D or /quit ends the conversation; /help lists more.")
        with _line_editing():
            while (question := _next_question()) is not None:
                if question.startswith("/"):
                    if not self._command(question):
                        return
                elif question:
                    self._ask(question)

    def _ask(self, question: str) -> None:
        from ..failures import describe

        try:
            if self._id is None:
                self._id = _new_conversation(self._client, question)
            self._arguments["options"] = in_conversation(self._id)
            found = _read(self._client, question, self._arguments, show=True)
            _print_sources(found)
        except KeyboardInterrupt:
            terminal.note("(stopped)")
        except LvngError as error:
            for line in describe(error, self._session):
                click.echo(line, err=True)
        click.echo()

    def _command(self, line: str) -> bool:
        """Run a command; returns whether the conversation continues."""
        name, _, value = line.partition(" ")
        if name in {"/quit", "/exit"}:
            return False
        if name == "/new":
            self._id = None
            terminal.note("A new conversation.")
        elif name == "/model" and value.strip():
            self._arguments["model"] = value.strip()
        else:
            for command, meaning in _COMMANDS.items():
                click.echo(f"  {command:<12} {meaning}")
        return True


def _new_conversation(client: LvngClient, question: str) -> str:
    """Start a conversation, named after its first question."""
    name = question if len(question) <= 60 else f"{question[:59]}…"
    made = client.conversations.create(name=name, conversation_type="direct")
    return made["data"]["id"]


def _next_question() -> str | None:
    """Read a line, continued on the next one after a backslash; None at the end of the input."""
    lines: list[str] = []
    try:
        while True:
            line = input("... " if lines else "> ")
            lines.append(line.removesuffix("\\"))
            if not line.endswith("\\"):
                return "\n".join(lines).strip()
    except EOFError:
        click.echo()
        return None
    except KeyboardInterrupt:
        click.echo()
        return ""


class _line_editing:  # noqa: N801 - a context manager
    """Enable line editing with a history that is saved between conversations; Windows has its own."""

    def __enter__(self) -> None:
        try:
            import readline
        except ImportError:
            self._readline = None
            return
        import platformdirs

        self._readline = readline
        self._file = platformdirs.user_state_path("lvng", appauthor=False) / "history"
        try:
            readline.read_history_file(self._file)
        except OSError:
            readline.clear_history()

    def __exit__(self, *exc: object) -> None:
        if self._readline is None:
            return
        self._readline.set_history_length(1_000)
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.touch(mode=0o600)
            self._readline.write_history_file(self._file)
        except OSError as error:
            terminal.note(f"The history was not saved: {error}")


class ChatGroup(TagGroup):
    """`lvng chat`: an argument that is not the name of an operation is a question."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Insert the default command, unless an operation or --help is given."""
        if not args or args[0] not in {*self.list_commands(ctx), "-h", "--help"}:
            args = ["say", *args]
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options of a question, then the operations."""
        say.format_options(ctx, formatter)
        self.format_commands(ctx, formatter)


say = Command(
    "say",
    callback=_say,
    params=[click.Argument(["words"], nargs=-1, metavar="[QUESTION]"), *chat_options()],
    common=common_options(),
    short_help="The default: ask a question, or have a conversation",
    arguments_help={"words": "The question; without it, a conversation begins."},
    help=(
        "Ask a question; the answer is printed as it arrives, followed by its sources. Without a question, "
        "hold a conversation with history and line editing.\n\n\b\nExamples:\n"
        '  lvng chat "Summarize the latest sales report"\n'
        "  lvng chat"
    ),
)
chat = ChatGroup("chat", {"say": say})
chat.help = say.help
chat.subcommand_metavar = "[QUESTION] | OPERATION ..."
