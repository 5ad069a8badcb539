"""`lvng completion SHELL`: print the completion script for a shell."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem, ShellComplete, add_completion_class

from ..help_pages import Command

_INSTALL = {
    "bash": 'eval "$(lvng completion bash)"          # in ~/.bashrc',
    "zsh": 'eval "$(lvng completion zsh)"           # in ~/.zshrc, after compinit',
    "fish": "lvng completion fish | source          # in ~/.config/fish/config.fish",
    "powershell": "lvng completion powershell | Out-String | Invoke-Expression   # in $PROFILE",
}

_POWERSHELL = """\
Register-ArgumentCompleter -Native -CommandName %(prog_name)s -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $line = $commandAst.Extent.Text
    if ($cursorPosition -gt $line.Length) { $line += ' ' }
    $env:COMP_WORDS = $line
    $env:COMP_CWORD = $wordToComplete
    $env:%(complete_var)s = 'powershell_complete'
    %(prog_name)s | ForEach-Object {
        $type, $value, $help = $_ -split "`t", 3
        if ($type -eq 'plain') {
            if (-not $help) { $help = $value }
            [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $help)
        }
    }
    Remove-Item Env:COMP_WORDS, Env:COMP_CWORD, Env:%(complete_var)s
}
"""


class PowerShellComplete(ShellComplete):
    """Completion for PowerShell, which click does not support; the shell itself completes files."""

    name = "powershell"
    source_template = _POWERSHELL

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the incomplete one, and the incomplete word."""
        import os

        from click.shell_completion import split_arg_string

        words = split_arg_string(os.environ["COMP_WORDS"])[1:]
        incomplete = os.environ["COMP_CWORD"]
        return (words[:-1] if incomplete and words else words), incomplete

    def format_completion(self, item: CompletionItem) -> str:
        """Format a completion as a line."""
        return f"{item.type}\t{item.value}\t{item.help or ''}"


def register() -> None:
    """Register PowerShell with click."""
    add_completion_class(PowerShellComplete)


@click.pass_context
def _run(context: click.Context, /, shell: str) -> None:
    from click.shell_completion import get_completion_class

    register()
    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"There is no completion for {shell}.")
    click.echo(found(context.find_root().command, {}, "lvng", "_LVNG_COMPLETE").source())


completion = Command(
    "completion",
    callback=_run,
    params=[click.Argument(["shell"], type=click.Choice(list(_INSTALL)))],
    help="Print the completion script of a shell. To use it:\n\n\b\n"
    + "\n".join(_INSTALL.values()),
)
