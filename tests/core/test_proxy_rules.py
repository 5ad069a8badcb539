"""Which hosts go through a proxy of the environment: HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY."""

from __future__ import annotations

import traceback

import pytest

from lvng_core import ConfigurationError
from lvng_core._http.proxies import Proxy, environment_proxy

PROXY = "http://proxy.example:3128"


@pytest.fixture(autouse=True)
def proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", PROXY)


NAMED: dict[str, tuple[str, ...]] = {
    "api.lvng.ai": ("https://api.lvng.ai", "https://a.api.lvng.ai", "https://API.LVNG.AI"),
    "lvng.ai": ("https://api.lvng.ai", "https://lvng.ai"),
    ".lvng.ai": ("https://api.lvng.ai", "https://lvng.ai"),
    "*.lvng.ai": ("https://api.lvng.ai", "https://lvng.ai"),
    "lvng.ai.": ("https://api.lvng.ai", "https://api.lvng.ai."),
    "*": ("https://api.lvng.ai", "https://10.1.2.3", "https://[fd00::1]"),
    "a.example, ,lvng.ai": ("https://api.lvng.ai", "https://a.example"),
    "a.example lvng.ai": ("https://api.lvng.ai", "https://a.example"),
    "lvng.ai:443": ("https://api.lvng.ai",),
    "lvng.ai:8443": ("https://api.lvng.ai:8443",),
    "https://lvng.ai": ("https://api.lvng.ai",),
    "all://lvng.ai": ("https://api.lvng.ai",),
    "10.1.2.3": ("https://10.1.2.3", "https://10.1.2.3:8443"),
    "10.1.2.3:8443": ("https://10.1.2.3:8443",),
    "10.0.0.0/8": ("https://10.1.2.3",),
    "10.1.2.3/8": ("https://10.1.2.3", "https://10.200.0.1"),
    "fd00::1": ("https://[fd00::1]", "https://[fd00:0:0:0:0:0:0:1]:8443"),
    "[fd00::1]": ("https://[fd00::1]",),
    "[fd00::1]:8443": ("https://[fd00::1]:8443",),
    "fd00::/8": ("https://[fd00::1]",),
    "[fd00::]/8": ("https://[fd00::1]",),
    "fd07:b51a:cc66:f0::/64": ("https://[fd07:b51a:cc66:f0::9]",),
    "10.0.0.0/8 ": ("https://[::ffff:10.1.2.3]",),
}
ELSEWHERE: dict[str, tuple[str, ...]] = {
    "lvng.ai": ("https://xlvng.ai", "https://lvng.ai.example"),
    "lvng.ai:8443": ("https://lvng.ai",),
    "http://lvng.ai": ("https://lvng.ai",),
    "10.0.0.0/8": ("https://11.1.2.3", "https://10.example"),
    "fd00::/8": ("https://[fe00::1]",),
    "[fd00::1]:8443": ("https://[fd00::1]",),
    "nonsense/99": ("https://api.lvng.ai", "https://10.1.2.3"),
    "[": ("https://api.lvng.ai",),
    "": ("https://api.lvng.ai",),
}


@pytest.mark.parametrize(("value", "urls"), NAMED.items(), ids=repr)
def test_a_host_that_no_proxy_names_is_reached_directly(
    monkeypatch: pytest.MonkeyPatch, value: str, urls: tuple[str, ...]
) -> None:
    monkeypatch.setenv("NO_PROXY", value)
    assert [environment_proxy(url) for url in urls] == [None] * len(urls)


@pytest.mark.parametrize(("value", "urls"), ELSEWHERE.items(), ids=repr)
def test_any_other_host_goes_through_the_proxy(
    monkeypatch: pytest.MonkeyPatch, value: str, urls: tuple[str, ...]
) -> None:
    monkeypatch.setenv("NO_PROXY", value)
    assert [environment_proxy(url) for url in urls] == [Proxy(PROXY, None)] * len(urls)


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:8080",
        "http://127.0.0.1",
        "http://127.8.8.8:1",
        "http://[::1]:80",
        "http://a.localhost",
        "http://localhost.:8080",
        "http://[::ffff:127.0.0.1]:8080",
    ],
)
@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_plain_http_to_this_machine_never_leaves_it(
    monkeypatch: pytest.MonkeyPatch, url: str, variable: str
) -> None:
    monkeypatch.setenv(variable, PROXY)
    assert environment_proxy(url) is None


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("proxy.example:3128", "http://proxy.example:3128"),
        ("http://proxy.example", "http://proxy.example:80"),
        ("https://proxy.example", "https://proxy.example:443"),
        ("http://[fd00::1]:3128", "http://[fd00::1]:3128"),
        ("http://10.0.0.1:3128/", "http://10.0.0.1:3128"),
        (" http://proxy.example:3128\n", "http://proxy.example:3128"),
    ],
)
def test_the_address_of_a_proxy(monkeypatch: pytest.MonkeyPatch, value: str, url: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", value)
    assert environment_proxy("https://api.lvng.ai") == Proxy(url, None)


def test_user_name_and_password_are_decoded_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://us%40er:hunter%3A2@proxy.example:3128")
    found = environment_proxy("https://api.lvng.ai")
    assert found == Proxy(PROXY, ("us@er", "hunter:2"))
    assert "hunter" not in repr(found)


@pytest.mark.parametrize(
    "value", ["ftp://proxy.example", "http://:3128", "http://proxy:x", "http://[::1", "://hunter2"]
)
def test_an_invalid_proxy_url_is_refused_without_showing_it(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", value)
    with pytest.raises(ConfigurationError, match="HTTPS_PROXY is not a valid proxy URL") as caught:
        environment_proxy("https://api.lvng.ai")
    assert value not in str(caught.value)
    assert caught.value.__cause__ is None
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    frames = [line for line in shown.format() if "test_proxy_rules" not in line]
    assert value not in "".join(frames)


def test_a_variable_for_the_scheme_wins_over_all_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://other.example:1")
    assert environment_proxy("https://api.lvng.ai") == Proxy(PROXY, None)
    assert environment_proxy("http://api.lvng.ai") == Proxy("http://other.example:1", None)
