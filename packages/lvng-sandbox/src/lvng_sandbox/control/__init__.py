"""Control of a running sandbox: from Python, over HTTP at `/_sandbox/`, and from the command line."""
