"""Chat in a terminal: type a question and read the answer as it arrives; an empty line ends the program.

pip install lvng; set LVNG_API_KEY
"""

from __future__ import annotations

import sys

from lvng import LvngClient, StreamError


def answer(client: LvngClient, question: str) -> None:
    # Ctrl+C or an error leaves the block, which releases the connection.
    with client.stream_chat(message=question) as stream:
        try:
            for piece in stream.text_deltas():
                print(piece, end="", flush=True)
        except StreamError as error:
            print(f"\n(cut off: {error.message})", file=sys.stderr)
    print()


def main() -> None:
    with LvngClient() as client:
        while question := input("> ").strip():
            answer(client, question)


if __name__ == "__main__":
    try:
        main()
    except (EOFError, KeyboardInterrupt):
        print()
