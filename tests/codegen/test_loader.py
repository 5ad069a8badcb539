"""Files as plain data: YAML by the rules of JSON, and faults named by file and line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lvng_codegen.errors import SpecError
from lvng_codegen.openapi.loader import read, read_json, read_yaml

PLAIN: dict[str, Any] = {
    "on": "on",
    "off": "off",
    "yes": "yes",
    "no": "no",
    "y": "y",
    "NO": "NO",
    "2026-11-24": "2026-11-24",
    "2026-11-24T12:00:00Z": "2026-11-24T12:00:00Z",
    "12:30:45": "12:30:45",
    "1_000": "1_000",
    "0b11": "0b11",
    "=": "=",
    ".inf": ".inf",
    "true": True,
    "False": False,
    "null": None,
    "~": None,
    "": None,
    "010": 10,
    "0o10": 8,
    "0xff": 255,
    "-3": -3,
    "+3": 3,
    "1.5": 1.5,
    "1.": 1.0,
    ".5": 0.5,
    "1e3": 1000.0,
    "-1E-2": -0.01,
    "3.1.0": "3.1.0",
    "'200'": "200",
    "!!str 200": "200",
}


@pytest.mark.parametrize(("text", "value"), PLAIN.items(), ids=map(repr, PLAIN))
def test_a_plain_value_is_what_yaml_1_2_says(text: str, value: Any) -> None:
    found: Any = read_yaml(f"key: {text}", "a.yaml")
    assert found == {"key": value}
    assert type(found["key"]) is type(value)


def test_keys_are_strings_as_in_json() -> None:
    text = "on: 1\n200: 2\nnull: 3\ntrue: 4\n1.5: 5\n2026-11-24: 6\nno: 7"
    assert read_yaml(text, "a.yaml") == {
        "on": 1,
        "200": 2,
        "null": 3,
        "true": 4,
        "1.5": 5,
        "2026-11-24": 6,
        "no": 7,
    }


def test_anchors_and_merge_keys_are_resolved_and_own_keys_win() -> None:
    text = "base: &base {a: 1, b: 1}\nuse: {<<: *base, b: 2}\nagain: *base"
    assert read_yaml(text, "a.yaml") == {
        "base": {"a": 1, "b": 1},
        "use": {"a": 1, "b": 2},
        "again": {"a": 1, "b": 1},
    }


YAML_FAULTS = {
    "a: 1\nb: 2\na: 3": "a.yaml: line 3: the key 'a' is duplicated in one mapping",
    "a: {200: 1, '200': 2}": "a.yaml: line 1: the key '200' is duplicated in one mapping",
    "a: b: c": "a.yaml: line 1: mapping values are not allowed",
    "a: [1": "a.yaml: line 2: did not find expected ',' or ']'",
    "a: *missing": "a.yaml: line 1: found undefined alias",
    "---\na: 1\n---\nb: 2": "a.yaml: line 3: but found another document",
    "[a, b]: c": "a.yaml: line 1: a key must be a string",
    "a: !!python/object:os.system {}": "a.yaml: line 1: could not determine a constructor",
    "a: !!timestamp 2026-11-24": "a.yaml: line 1: could not determine a constructor",
    "a: !!set {b}": "a.yaml: line 1: could not determine a constructor",
    "a: !!bool maybe": "a.yaml: is not YAML: 'maybe' is neither true nor false",
    "a: !!int one": "a.yaml: is not YAML: invalid literal",
    "a: &a {b: *a}": "a.yaml: line 1: found unconstructable recursive node",
    "a: " + "9" * 5000: "a.yaml: is not YAML: Exceeds the limit",
    "a: \x00": "a.yaml: is not YAML: ",
}


@pytest.mark.parametrize(("text", "message"), YAML_FAULTS.items(), ids=YAML_FAULTS.values())
def test_invalid_yaml_is_reported_with_its_line(text: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        read_yaml(text, "a.yaml")
    assert str(caught.value).startswith(message)


JSON_FAULTS = {
    '{\n"a": 1,\n"b"}': "a.json: line 3: is not JSON: ",
    '{"a": 1, "b": {"c": 1, "c": 2}}': "a.json: the key 'c' is duplicated in one object",
    '{"a": NaN}': "a.json: NaN is not JSON",
    '{"a": -Infinity}': "a.json: -Infinity is not JSON",
    '{"a": ' + "9" * 5000 + "}": "a.json: cannot be read: Exceeds the limit",
    "": "a.json: line 1: is not JSON: ",
}


@pytest.mark.parametrize(("text", "message"), JSON_FAULTS.items(), ids=JSON_FAULTS.values())
def test_invalid_json_is_reported_with_its_line(text: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        read_json(text, "a.json")
    assert str(caught.value).startswith(message)


FILES = {
    "a.json": '{"on": "2026-11-24"}',
    "a.yaml": "on: 2026-11-24",
    "b.yaml": "{on: 2026-11-24}",
    "json.yaml": '{"on": "2026-11-24", "pair": "\\ud83d\\ude00"}',
    "openapi": ' {"on": "2026-11-24"}',
    "a.txt": "on: 2026-11-24",
    "bom.json": '\ufeff{"on": "2026-11-24"}',
}


@pytest.mark.parametrize(("name", "text"), FILES.items(), ids=FILES)
def test_a_file_is_json_or_yaml_by_its_name_or_its_beginning(
    name: str, text: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = read(tmp_path / name)
    assert isinstance(found, dict)
    assert found.pop("pair", "😀") == "😀"
    assert found == {"on": "2026-11-24"}


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"a: \xe9")
    (tmp_path / "folder.yaml").mkdir()
    for name, message in (
        ("absent.yaml", "no such file"),
        ("latin.yaml", "cannot be read: "),
        ("folder.yaml", "cannot be read: "),
    ):
        with pytest.raises(SpecError) as caught:
            read(tmp_path / name)
        assert str(caught.value).startswith(f"{tmp_path / name}: {message}")


@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_a_file_that_is_nested_without_end_is_refused(suffix: str, tmp_path: Path) -> None:
    file = tmp_path / f"deep.{suffix}"
    file.write_text("[" * 100_000)
    with pytest.raises(SpecError, match=r"nested too deeply|exceeded maximum"):
        read(file)
