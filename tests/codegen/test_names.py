"""From the wire's names to Python's: words, keywords, digits, letters of all alphabets, and clashes."""

from __future__ import annotations

import keyword

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lvng_codegen.model.method_names import (
    RESERVED_ATTRIBUTES,
    TagNames,
    Unnamed,
    from_path,
    method_names,
)
from lvng_codegen.names import Names, constant, pascal, singular, snake
from lvng_core import AsyncClient, Client

SNAKE = {
    "workspaceId": "workspace_id",
    "workspace_id": "workspace_id",
    "Workspace-ID": "workspace_id",
    "HTTPServer": "http_server",
    "getHTTP2Server": "get_http2_server",
    "userIDs": "user_ids",
    "API Keys": "api_keys",
    "$top": "top",
    "filter[name]": "filter_name",
    "a.b/c:d": "a_b_c_d",
    "__dunder__": "dunder",
    "class": "class_",
    "Import": "import_",
    "None": "none",
    "match": "match",
    "2nd": "value_2nd",
    "+1": "value_1",
    "??": "value",
    "": "value",
    "größe": "größe",
    "ﬁle": "file",
    "名前": "名前",
}


@pytest.mark.parametrize(("wire", "name"), SNAKE.items(), ids=SNAKE)
def test_snake_case(wire: str, name: str) -> None:
    assert snake(wire) == name


PASCAL = {
    "pet": "Pet",
    "api_keys": "ApiKeys",
    "pet-item": "PetItem",
    "HTTPError": "HTTPError",
    "v1.Pod": "V1Pod",
    "none": "NoneSchema",
    "true": "TrueSchema",
    "2fa": "Schema2fa",
    "": "Schema",
    "größe": "Größe",
    "List[Pet]": "ListPet",
}


@pytest.mark.parametrize(("wire", "name"), PASCAL.items(), ids=PASCAL)
def test_pascal_case(wire: str, name: str) -> None:
    assert pascal(wire) == name


@given(st.text(max_size=20))
@settings(derandomize=True, database=None, max_examples=300)
def test_every_text_becomes_names_that_python_takes(text: str) -> None:
    for name in (snake(text), pascal(text), constant(snake(text))):
        assert name.isidentifier()
        assert not keyword.iskeyword(name)


def test_constants_of_different_methods_are_different() -> None:
    assert constant("list_runs") == "_LIST_RUNS"
    assert constant("groß") != constant("gross")


SINGULAR = {
    "pets": "pet",
    "pet": "pet",
    "companies": "company",
    "ties": "tie",
    "boxes": "box",
    "matches": "match",
    "addresses": "address",
    "address": "address",
}


@pytest.mark.parametrize(("many", "one"), SINGULAR.items(), ids=SINGULAR)
def test_singular(many: str, one: str) -> None:
    assert singular(many) == one


def test_a_name_is_given_once() -> None:
    names = Names({"self"}, suffix="_")
    assert [names.give("a") for _ in range(3)] == ["a", "a_", "a2"]
    assert [names.give("self"), names.give("b2"), names.give("b2")] == ["self_", "b2", "b2_"]
    assert "a2" in names
    assert "c" not in names


def test_a_number_after_a_digit_is_separated_by_an_underscore() -> None:
    names = Names()
    assert [names.give("v1") for _ in range(3)] == ["v1", "v1_2", "v1_3"]
    assert [names.give("a2"), names.give("a"), names.give("a")] == ["a2", "a", "a3"]


METHODS = {
    "dotted": (["pets.list", "pets.get"], ["list", "get"]),
    "camel": (["listPets", "getPet", "createPet"], ["list", "get", "create"]),
    "pascal": (["Pets_List", "Pets_Create"], ["list", "create"]),
    "slashed": (["pets/list-all"], ["list_all"]),
    "singular": (["pet.update"], ["update"]),
    "unrelated": (["findPetsByStatus", "uploadFile"], ["find_pets_by_status", "upload_file"]),
    "the tag alone": (["pets"], ["pets"]),
    "a verb of its own": (["adoptPet"], ["adopt_pet"]),
    "keyword": (["pets.import"], ["import_"]),
    "the first has the short name": (["deletePet", "pets.delete"], ["delete", "pets_delete"]),
    "named by its path": (["listPets", "list"], ["list", "get_1"]),
    "numbered": (
        ["pets.delete", "petsDelete", "delete_pet", "Pets-Delete", "pets_delete", "get_4"],
        ["delete", "pets_delete", "delete_pet", "get_3", "get_4", "get_5"],
    ),
    "without ids": (["", ""], ["get_0", "get_1"]),
}


def unnamed(ids: list[str]) -> list[Unnamed]:
    """Operations with these ids, under paths of their own."""
    return [Unnamed(f"GET /{n}", id, f"get_{n}") for n, id in enumerate(ids)]


@pytest.mark.parametrize(("ids", "names"), METHODS.values(), ids=METHODS)
def test_methods_are_named_without_their_tag(ids: list[str], names: list[str]) -> None:
    assert method_names("pets", unnamed(ids)) == names


def test_a_tag_of_several_words_is_dropped_as_a_whole() -> None:
    ids = ["listAPIKeys", "api_keys.rotate", "apiKeyCreate", "keys.list"]
    assert method_names("API Keys", unnamed(ids)) == ["list", "rotate", "create", "keys_list"]


def test_a_locked_name_is_kept_when_operations_are_added() -> None:
    before = unnamed(["listPets"])
    locked = {before[0].key: "list"}
    added = [Unnamed("POST /new", "list", "post_new"), *before]
    assert method_names("pets", added, locked) == ["post_new", "list"]
    assert method_names("pets", added) == ["list", "list_pets"]


def test_a_long_tag_is_cut_between_words() -> None:
    tag = "operations of " * 40
    names = TagNames()
    given = [names.attribute(tag), names.attribute(tag + "x"), names.attribute("名" * 200)]
    assert given[0].startswith("operations_of_operations")
    assert len(given[0]) <= 120
    assert given[1] == f"{given[0]}_"
    assert given[2] == "名" * 40
    assert len(names.class_name(tag)) <= 120


PATHS = {
    "/pets": "get_pets",
    "/pets/{petId}/toys": "get_pets_by_pet_id_toys",
    "/": "get",
    "/pets.json": "get_pets_json",
}


@pytest.mark.parametrize(("path", "name"), PATHS.items(), ids=PATHS)
def test_an_operation_without_an_id_is_named_by_its_path(path: str, name: str) -> None:
    assert from_path("GET", path) == name


def test_a_tag_never_hides_what_a_client_has() -> None:
    public = {name for cls in (Client, AsyncClient) for name in dir(cls) if name[0] != "_"}
    assert public <= RESERVED_ATTRIBUTES
    names = TagNames()
    assert [
        names.attribute(tag)
        for tag in ("close", "types", "Pets", "pets", "class", "Cached Property")
    ] == [
        "close_",
        "types_",
        "pets",
        "pets_",
        "class_",
        "cached_property_",
    ]


def test_a_class_is_named_so_that_its_async_twin_is_free_too() -> None:
    names = TagNames()
    tags = ["pets", "async pets", "Pets", "PETS", "client", "API Keys", "2fa", "SSEEvent"]
    assert [names.class_name(tag) for tag in tags] == [
        "Pets",
        "AsyncPetsResource",
        "PetsResource1",
        "PETS",
        "ClientResource",
        "APIKeys",
        "Schema2fa",
        "SSEEventResource",
    ]
    assert names.class_name("pets") == "PetsResource2"
