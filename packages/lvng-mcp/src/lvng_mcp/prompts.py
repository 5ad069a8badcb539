"""Prompts for the recipes of the cookbook, as steps with the tools of this server."""

from __future__ import annotations

from dataclasses import dataclass

from mcp_types import GetPromptResult, Prompt, PromptArgument, PromptMessage, TextContent


@dataclass(frozen=True, slots=True)
class Recipe:
    """A prompt with one argument."""

    name: str
    description: str
    argument: str
    about: str
    text: str


RECIPES = (
    Recipe(
        "research",
        "Research a topic and keep the report",
        "topic",
        "What to find out",
        "Research this topic in LVNG: {topic}\n"
        "1. knowledge_search for what is known already.\n"
        "2. agents_create a research agent, then agents_message it with the topic and what you found.\n"
        "3. Write a report with its sources, and keep it by call_operation artifacts.create.\n"
        "4. Tell me the id of the artifact and what is still open.",
    ),
    Recipe(
        "answer_from_knowledge",
        "Answer a question from the knowledge base alone",
        "question",
        "The question",
        "Answer from the LVNG knowledge base and from nothing else: {question}\n"
        "Use knowledge_search, quote the passages that you rely on with their titles, and say so if the answer "
        "is not in there.",
    ),
    Recipe(
        "weekly_report",
        "Write a report of the week",
        "focus",
        "What the report is about",
        "Write the weekly report on: {focus}\n"
        "Gather what happened by knowledge_search, workflows_list and workflows_list_runs, write one page with "
        "figures and what to do next, and keep it by call_operation artifacts.create.",
    ),
    Recipe(
        "content_pipeline",
        "Write, review and edit a text with three agents",
        "brief",
        "What to write, and for whom",
        "Produce a text from this brief: {brief}\n"
        "Make a writer, a reviewer and an editor by agents_create. Pass the draft from one to the next by "
        "agents_message, keep the final text by call_operation artifacts.create, and stop the agents.",
    ),
    Recipe(
        "automate",
        "Turn a description into a workflow",
        "description",
        "What should happen, and when",
        "Automate this: {description}\n"
        "workflows_parse the description, show me the steps and any warnings, and after I agree, workflows_create "
        "it, workflows_execute a trial run and report how it ended.",
    ),
)


def prompts() -> list[Prompt]:
    """List the prompts."""
    return [
        Prompt(
            name=one.name,
            description=one.description,
            arguments=[PromptArgument(name=one.argument, description=one.about, required=True)],
        )
        for one in RECIPES
    ]


def prompt(name: str, arguments: dict[str, str]) -> GetPromptResult:
    """Fill in the argument of a prompt.

    Raises:
        ValueError: there is no such prompt, or its argument is missing.
    """
    recipe = next((one for one in RECIPES if one.name == name), None)
    if recipe is None:
        names = ", ".join(one.name for one in RECIPES)
        raise ValueError(f"There is no prompt {name!r}. Prompts: {names}.")
    if not arguments.get(recipe.argument, "").strip():
        raise ValueError(f"The prompt {name} needs {recipe.argument}.")
    text = recipe.text.replace(f"{{{recipe.argument}}}", arguments[recipe.argument])
    message = PromptMessage(role="user", content=TextContent(type="text", text=text))
    return GetPromptResult(description=recipe.description, messages=[message])
