"""Engines that answer questions instead of extraction, such as a model behind an OpenAI-compatible endpoint.

A request or job that needs an engine is rolled back, and repeated when the answer is there. So it remains one
transaction, and no other request has to wait.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias
from urllib.parse import urlsplit

import httpx

from ..network import is_local
from ..problems import Problem, engine_failed, failed

logger: logging.Logger = logging.getLogger("lvng_sandbox")

TIMEOUT = 120.0
_CONNECT_TIMEOUT = 5.0
_MAX_QUESTIONS = 20
_TEMPORARY = {408, 425, 429, 500, 502, 503, 504}
_RULES = (
    "Answer from the numbered texts as far as they help, and name those that you use by their numbers, such as [1]. "
    "Say so where they do not tell."
)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question to an engine.

    Args:
        question: the question.
        texts: numbered texts to answer from.
        instructions: how to answer: an agent's or a personality's instructions.
        streams: whether the answer is to arrive in pieces.
    """

    question: str
    texts: tuple[str, ...] = ()
    instructions: str = ""
    streams: bool = False


class EngineError(Exception):
    """An engine cannot answer.

    Args:
        message: the reason, for the response.
        temporary: whether a later attempt may succeed.
    """

    def __init__(self, message: str, *, temporary: bool = False) -> None:
        super().__init__(message)
        self.temporary = temporary


class Engine(Protocol):
    """Answers questions."""

    @property
    def model(self) -> str:
        """Name of the model."""
        ...

    def answer(self, prompt: Prompt) -> AsyncIterator[str]:
        """The answer in pieces; in one piece if the prompt does not stream.

        Raises:
            EngineError: the engine cannot answer.
        """
        ...


class OpenAIEngine:
    """A model behind an OpenAI-compatible endpoint, such as Ollama, llama.cpp, vLLM or LM Studio.

    Args:
        url: base URL of the API, to which `/chat/completions` is added, such as `http://127.0.0.1:11434/v1`.
        model: name of the model.
        key: API key of the endpoint, if it needs one.
        timeout: seconds for the whole answer.
    """

    def __init__(
        self, url: str, model: str, key: str | None = None, *, timeout: float = TIMEOUT
    ) -> None:
        address = urlsplit(url)
        if address.scheme not in {"http", "https"} or not address.hostname:
            raise ValueError(
                f"The URL of an engine must begin with http:// or https://; got {url!r}."
            )
        key = (key or "").strip()
        if not (key.isascii() and key.isprintable()):
            raise ValueError("The engine's key has characters that a header cannot contain.")
        self.model: str = model
        self._url, self._key, self._timeout = f"{url.rstrip('/')}/chat/completions", key, timeout
        # Shared by all calls: loading the certificates takes longer than a call.
        self._tls = ssl.create_default_context() if address.scheme == "https" else False

    def __repr__(self) -> str:
        return f"<OpenAIEngine {self.model}>"

    async def answer(self, prompt: Prompt) -> AsyncGenerator[str]:
        """Get the answer from the endpoint."""
        deadline = asyncio.get_running_loop().time() + self._timeout
        async with self._client() as client, contextlib.AsyncExitStack() as stack:
            with self._translated_errors():
                async with asyncio.timeout_at(deadline):
                    response = await stack.enter_async_context(
                        client.stream("POST", self._url, json=self._body(prompt))
                    )
                _check(response)
            pieces = _pieces(response) if prompt.streams else _whole(response)
            await stack.enter_async_context(contextlib.aclosing(pieces))
            while True:
                with self._translated_errors():
                    # Around each wait: around a `yield`, the timeout would interrupt the consumer.
                    async with asyncio.timeout_at(deadline):
                        piece = await anext(pieces, None)
                if piece is None:
                    return
                yield piece

    def _client(self) -> httpx.AsyncClient:
        headers = {"User-Agent": "lvng-sandbox"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        timeout = httpx.Timeout(self._timeout, connect=min(_CONNECT_TIMEOUT, self._timeout))
        return httpx.AsyncClient(
            headers=headers,
            verify=self._tls,
            timeout=timeout,
            trust_env=not is_local(self._url),  # a proxy cannot reach loopback addresses
        )

    def _body(self, prompt: Prompt) -> dict[str, Any]:
        system = "\n\n".join([prompt.instructions, _RULES, *prompt.texts]).strip()
        messages = [
            {"role": "system", "content": system},
            {"role": "user", "content": prompt.question},
        ]
        return {"model": self.model, "messages": messages, "stream": prompt.streams}

    @contextlib.contextmanager
    def _translated_errors(self) -> Iterator[None]:
        """Convert errors to `EngineError`, without the text of the endpoint, which may contain the key."""
        try:
            yield
        except (TimeoutError, httpx.TimeoutException):
            message = f"The engine did not respond within {self._timeout:g} seconds"
            raise EngineError(message, temporary=True) from None
        except httpx.TransportError:
            raise EngineError("The engine cannot be reached", temporary=True) from None
        except (ValueError, LookupError, TypeError, AttributeError, httpx.HTTPError):
            raise EngineError(
                "The engine did not respond in the format of the OpenAI API"
            ) from None


def _check(response: httpx.Response) -> None:
    status = response.status_code
    if status != httpx.codes.OK:
        raise EngineError(f"The engine responded with {status}", temporary=status in _TEMPORARY)


async def _whole(response: httpx.Response) -> AsyncGenerator[str]:
    answer = json.loads(await response.aread())
    yield _text(answer["choices"][0]["message"]["content"])


async def _pieces(response: httpx.Response) -> AsyncGenerator[str]:
    """The pieces of a streamed answer, which must end with a finish reason or `[DONE]`."""
    ended = False
    async for line in response.aiter_lines():
        name, _, data = line.partition(":")
        if name != "data":
            continue
        if data.strip() == "[DONE]":
            return
        chunk = json.loads(data)
        for choice in chunk["choices"][:1]:  # the chunk with the usage has none
            ended = ended or choice.get("finish_reason") is not None
            if piece := choice["delta"].get("content"):
                yield _text(piece)
    if not ended:
        raise EngineError("The engine ended the stream too early", temporary=True)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError
    return value


class StreamedAnswer:
    """A streamed answer whose first piece has arrived.

    Args:
        first: the first piece.
        rest: the other pieces.
    """

    def __init__(self, first: str, rest: AsyncIterator[str]) -> None:
        self._first, self._rest = first, rest

    async def pieces(self, ending: str) -> AsyncIterator[str]:
        """All pieces of the answer, and an ending.

        Raises:
            EngineError: the stream fails.
        """
        yield self._first
        try:
            async for piece in self._rest:
                yield piece
        except EngineError:
            raise
        except Exception:
            logger.exception("the engine failed")
            raise EngineError("The engine failed; the log says why") from None
        if ending:
            yield ending

    async def aclose(self) -> None:
        """Close the connection to the engine, if the answer has not ended."""
        if isinstance(self._rest, AsyncGenerator):
            await self._rest.aclose()


EngineAnswer: TypeAlias = "str | StreamedAnswer | Problem"
Answers: TypeAlias = dict[Prompt, EngineAnswer]
"""The answers of an engine to the questions of one request or job."""


class EngineCallNeeded(Exception):  # noqa: N818 - control flow, not an error
    """Raised to get an answer of an engine: the transaction is rolled back, and repeated with the answer.

    Args:
        engine: the engine.
        prompt: the question.
    """

    def __init__(self, engine: Engine, prompt: Prompt) -> None:
        super().__init__(prompt)
        self._engine, self._prompt = engine, prompt

    async def ask(self, answers: Answers) -> EngineAnswer:
        """Ask the engine, and add its answer to the known ones."""
        if len(answers) < _MAX_QUESTIONS:
            answer = await _answer(self._engine, self._prompt)
        else:
            message = "The stored data changes faster than the engine answers"
            answer = engine_failed(message, temporary=True)
        answers[self._prompt] = answer
        return answer


async def _answer(engine: Engine, prompt: Prompt) -> EngineAnswer:
    """The answer of an engine, or a problem."""
    pieces = engine.answer(prompt)
    try:
        first = await anext(pieces, "")
        if prompt.streams:
            return StreamedAnswer(first, pieces)
        return first + "".join([piece async for piece in pieces])
    except EngineError as error:
        return engine_failed(str(error), temporary=error.temporary)
    except Exception:
        logger.exception("the engine failed")
        return failed()
