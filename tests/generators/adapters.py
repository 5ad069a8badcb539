"""Three generators, and how the clients that they write are called."""

from __future__ import annotations

import base64
import importlib
import os
import re
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from documents.reading import Operation, Reading
from documents.request import Given

from .arguments import NoArgument, arguments

_BRACES = re.compile(r"{[^{}]*}")
Credentials = Mapping[str, str]


class Generator(ABC):
    """One generator.

    Attributes:
        name: of its distribution.
    """

    name: str

    @abstractmethod
    def generate(self, document: Path, folder: Path, package: str) -> None:
        """Write a package into a folder."""

    @abstractmethod
    def client(
        self, package: str, base_url: str, reading: Reading, credentials: Credentials
    ) -> Any:
        """A client of a package."""

    @abstractmethod
    def call(self, client: Any, operation: Operation, given: Given, text: str) -> None:
        """Call an operation.

        Args:
            client: as `client` makes it.
            operation: the operation.
            given: the values.
            text: the call as the package of lvng-codegen takes it.
        """

    @property
    def title(self) -> str:
        return f"{self.name} {version(self.name)}"

    def imports(self, package: str) -> str:
        """What a program imports first."""
        return f"from {package} import Client"


def _run(folder: Path, *command: str | Path) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    subprocess.run(
        command, cwd=folder, check=True, capture_output=True, env={**os.environ, "PATH": path}
    )


class LvngCodegen(Generator):
    name = "lvng-codegen"

    def generate(self, document: Path, folder: Path, package: str) -> None:
        _run(folder, "lvng-codegen", "generate", document, "--package", package)

    def client(
        self, package: str, base_url: str, reading: Reading, credentials: Credentials
    ) -> Any:
        module = importlib.import_module(package)
        return module.Client(dict(credentials) or None, base_url=base_url, max_retries=0)

    def call(self, client: Any, operation: Operation, given: Given, text: str) -> None:
        result = eval(text, {"client": client})
        if hasattr(result, "read"):
            result.read()
        elif hasattr(result, "close"):
            list(result)


class OpenapiPythonClient(Generator):
    name = "openapi-python-client"

    def generate(self, document: Path, folder: Path, package: str) -> None:
        config = folder / "config.yaml"
        config.write_text(f"project_name_override: {package}\npackage_name_override: {package}\n")
        options = ["--path", str(document), "--output-path", str(folder / package)]
        meta = ["--meta", "none", "--config", str(config), "--overwrite"]
        _run(folder, "openapi-python-client", "generate", *options, *meta)

    def client(
        self, package: str, base_url: str, reading: Reading, credentials: Credentials
    ) -> Any:
        return package, base_url, reading, credentials

    def call(self, client: Any, operation: Operation, given: Given, text: str) -> None:
        package, base_url, reading, credentials = client
        module = self._modules(package).get((operation.method, _BRACES.sub("{}", operation.path)))
        if module is None:
            raise NoArgument("there is no such operation")
        function = importlib.import_module(module).sync_detailed
        function(
            client=self._made(package, base_url, reading, credentials, operation),
            **arguments(function, given),
        )

    def _modules(self, package: str) -> dict[tuple[str, str], str]:
        """The modules of operations, by method and path."""
        (home,) = importlib.import_module(package).__path__
        found: dict[tuple[str, str], str] = {}
        for file in Path(home, "api").rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            method, url = (
                re.search(r'"method": "(\w+)"', text),
                re.search(r'"url": "([^"]+)"', text),
            )
            if method and url:
                module = ".".join([package, *file.relative_to(home).with_suffix("").parts])
                found[method[1].upper(), _BRACES.sub("{}", url[1])] = module
        return found

    def _made(
        self,
        package: str,
        base_url: str,
        reading: Reading,
        credentials: Credentials,
        operation: Operation,
    ) -> Any:
        """A client with the one credential that it can hold, of the first alternative."""
        module = importlib.import_module(package)
        wanted = next(iter(operation.security or [[]]), [])
        if not wanted or reading.schemes[wanted[0]].get("in") in {"query", "cookie"}:
            return module.Client(base_url=base_url)
        scheme, token = reading.schemes[wanted[0]], credentials[wanted[0]]
        if scheme["type"] == "apiKey":
            return module.AuthenticatedClient(
                base_url, token, prefix="", auth_header_name=scheme["name"]
            )
        if scheme.get("scheme", "").lower() == "basic":
            pair = base64.b64encode(token.encode()).decode()
            return module.AuthenticatedClient(base_url, pair, prefix="Basic")
        return module.AuthenticatedClient(base_url, token)


class OpenapiGenerator(Generator):
    name = "openapi-generator-cli"

    def generate(self, document: Path, folder: Path, package: str) -> None:
        options = ["-g", "python", "-i", str(document), "-o", str(folder), "--skip-validate-spec"]
        _run(folder, "openapi-generator-cli", "generate", *options, "--package-name", package)

    def imports(self, package: str) -> str:
        return f"from {package} import ApiClient"

    def client(
        self, package: str, base_url: str, reading: Reading, credentials: Credentials
    ) -> Any:
        module = importlib.import_module(package)
        configuration = module.Configuration(host=base_url, retries=0)
        for name, credential in credentials.items():
            scheme = reading.schemes[name]
            if scheme["type"] == "apiKey":
                configuration.api_key[name] = credential
            elif scheme.get("scheme", "").lower() == "basic":
                configuration.username, _, configuration.password = credential.partition(":")
            else:
                configuration.access_token = credential
        return package, module.ApiClient(configuration)

    def call(self, client: Any, operation: Operation, given: Given, text: str) -> None:
        package, api_client = client
        found = self._methods(package).get((operation.method, _BRACES.sub("{}", operation.path)))
        if found is None:
            raise NoArgument("there is no such operation")
        module, class_name, method = found
        api = getattr(importlib.import_module(module), class_name)(api_client)
        function: Callable[..., Any] = getattr(api, method)
        function(**arguments(inspect_target(function), given))

    def _methods(self, package: str) -> dict[tuple[str, str], tuple[str, str, str]]:
        """Module, class and method of operations, by HTTP method and path."""
        (home,) = importlib.import_module(package).__path__
        found: dict[tuple[str, str], tuple[str, str, str]] = {}
        for file in Path(home, "api").glob("*_api.py"):
            text = file.read_text(encoding="utf-8")
            class_name = re.search(r"^class (\w+)", text, re.MULTILINE)
            serialized = r"def _(\w+)_serialize\(.*?method='(\w+)',\s+resource_path='([^']+)'"
            for method, http, path in re.findall(serialized, text, re.DOTALL):
                key = http, _BRACES.sub("{}", path)
                if class_name:
                    found[key] = f"{package}.api.{file.stem}", class_name[1], method
        return found


def inspect_target(function: Any) -> Callable[..., Any]:
    """The function that pydantic has wrapped, which has the annotations."""
    target: Callable[..., Any] = getattr(function, "__wrapped__", function)
    return target


GENERATORS: list[Generator] = [LvngCodegen(), OpenapiGenerator(), OpenapiPythonClient()]
