"""Operations and their tags: ids, order, authentication, and what the document says about them."""

from __future__ import annotations

import pytest

from codegen.documents import api, document, operation
from lvng_codegen.errors import SpecError
from lvng_codegen.model.api import Api
from lvng_codegen.model.operations import build


def built(text: str, *, strict: bool = True) -> Api:
    return build(document(text), strict=strict)


NONE = "responses: {204: {description: none}}"


def test_tags_with_operations_keep_the_order_of_the_document() -> None:
    made = built(
        f"""
        tags:
          - {{name: unused}}
          - {{name: second pets, description: More., x-package: lvng-pets}}
          - {{name: first}}
        paths:
          /a: {{get: {{operationId: a, tags: [unlisted, first], {NONE}}}}}
          /b: {{get: {{operationId: b, tags: [first], {NONE}}}}}
          /c: {{get: {{operationId: c, {NONE}}}}}
          /d: {{get: {{operationId: d, tags: [second pets], {NONE}}}}}
        """
    )
    assert [(tag.name, tag.wire, tag.class_name) for tag in made.tags] == [
        ("second_pets", "second pets", "SecondPets"),
        ("first", "first", "First"),
        ("unlisted", "unlisted", "Unlisted"),
        ("default", "default", "Default"),
    ]
    assert [(tag.description, tag.package) for tag in made.tags[:2]] == [
        ("More.", "lvng-pets"),
        ("Operations of `first`.", ""),
    ]


def test_methods_without_an_id_are_named_by_their_path() -> None:
    made = api(
        "/pets/{id}: {get: {tags: [pets], parameters: [{name: id, in: path}], responses: {}}}"
    )
    assert [one.id for one in made.operations()] == ["pets.get_pets_by_id"]


def test_every_http_method_makes_an_operation_and_the_safe_ones_may_be_repeated() -> None:
    methods = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
    item = ", ".join(f"{http}: {{operationId: {http}_it, {NONE}}}" for http in methods)
    made = api(f"/a: {{{item}, summary: ignored, x-more: {{}}}}")
    assert {one.http for one in made.operations() if one.idempotent} == {
        "GET",
        "PUT",
        "DELETE",
        "OPTIONS",
        "HEAD",
        "TRACE",
    }
    assert [one.http for one in made.operations()] == [http.upper() for http in methods]


def test_an_operation_may_say_itself_whether_it_can_be_repeated() -> None:
    assert operation("x-idempotent: true").idempotent
    assert not operation("x-idempotent: false", http="put").idempotent
    assert not operation("x-idempotent: false", http="delete").idempotent
    with pytest.raises(SpecError, match="x-idempotent: expected true or false, found 'yes'"):
        operation("x-idempotent: 'yes'")


def test_extensions_beside_the_paths_are_no_paths() -> None:
    made = api(f"x-note: {{get: 5}}\n/a: {{get: {{operationId: a, {NONE}}}}}")
    assert len(list(made.operations())) == 1


def test_references_to_path_items_and_operations_are_followed() -> None:
    made = built(
        f"""
        paths:
          /a: {{$ref: '#/components/pathItems/A'}}
          /b: {{post: {{$ref: '#/components/x-operations/B'}}}}
        components:
          pathItems: {{A: {{get: {{operationId: a, {NONE}}}}}}}
          x-operations: {{B: {{operationId: b, summary: It., {NONE}}}}}
        """
    )
    assert [(one.http, one.path, one.summary) for one in made.operations()] == [
        ("GET", "/a", ""),
        ("POST", "/b", "It."),
    ]


AUTH = {
    "nothing said": ("", "", "key"),
    "a key": ("", "[{key: []}]", "key"),
    "a jwt": ("", "[{jwt: []}]", "jwt"),
    "a jwt elsewhere": ("", "[{other: []}]", "jwt"),
    "either": ("", "[{jwt: []}, {key: []}]", "key"),
    "nothing needed": ("", "[]", "public"),
    "optional": ("", "[{key: []}, {}]", "public"),
    "of the document": ("security: [{jwt: []}]", "", "jwt"),
    "against the document": ("security: [{jwt: []}]", "[]", "public"),
    "unknown": ("", "[{nowhere: []}]", "key"),
}


@pytest.mark.parametrize(("root", "own", "auth"), AUTH.values(), ids=AUTH)
def test_the_security_of_an_operation_determines_its_credentials(
    root: str, own: str, auth: str
) -> None:
    security = f"security: {own}, " if own else ""
    made = built(
        f"""
        {root}
        paths: {{/a: {{get: {{operationId: a, {security}{NONE}}}}}}}
        components:
          securitySchemes:
            key: {{type: http, scheme: bearer}}
            jwt: {{type: http, scheme: bearer, bearerFormat: jwt}}
            other: {{$ref: '#/components/securitySchemes/jwt'}}
        """
    )
    assert [one.auth for one in made.operations()] == [auth]


def test_unsupported_authentication_schemes_are_noted() -> None:
    made = built(
        f"""
        paths: {{/a: {{get: {{operationId: a, security: [{{lost: []}}], {NONE}}}}}}}
        components:
          securitySchemes:
            fine: {{type: http, scheme: Bearer}}
            digest: {{type: http, scheme: digest}}
        """
    )
    assert list(map(str, made.notes.found)) == [
        (
            "api.yaml#/components/securitySchemes/digest: digest is 'digest': "
            "give an `http_client` that does it"
        ),
        "api.yaml#/paths/~1a/get/security/0: 'lost' is no security scheme; taken for a bearer token",
    ]


def test_an_invalid_security_scheme_or_requirement_is_noted() -> None:
    made = built(
        f"""
        paths:
          /a: {{get: {{operationId: a, security: [{{fine: []}}], {NONE}}}}}
          /b: {{get: {{operationId: b, security: {{fine: []}}, {NONE}}}}}
        components:
          securitySchemes:
            fine: {{type: http, scheme: Bearer}}
            body: {{type: apiKey, in: body, name: key}}
            lost: {{$ref: '#/components/securitySchemes/nowhere'}}
        """,
        strict=False,
    )
    assert [one.method for one in made.operations()] == ["a"]
    assert [str(note).partition(": ")[0] for note in made.notes.found] == [
        "api.yaml#/paths/~1b/get/security",
        "api.yaml#/components/securitySchemes/body",
        "api.yaml#/components/securitySchemes/lost",
    ]


def test_empty_members_are_treated_as_absent() -> None:
    made = built(
        """
        tags:
        servers:
        security:
        components:
        paths:
          /a:
            description:
            parameters:
            get:
              operationId: a
              tags:
              summary:
              description:
              parameters:
              security:
              responses:
                "200": {description: ok, content: }
        """
    )
    (one,) = made.operations()
    assert (one.tag, one.method, one.auth, one.security) == ("default", "a", "key", None)
    assert not made.notes.found


def test_a_scheme_may_be_named_by_its_place() -> None:
    made = built(
        f"""
        security: [{{'#/components/securitySchemes/key': []}}]
        paths: {{/a: {{get: {{operationId: a, {NONE}}}}}}}
        components: {{securitySchemes: {{key: {{type: apiKey, in: header, name: X-Key}}}}}}
        """
    )
    assert made.security.default == (("key",),)
    assert not made.notes.found


def test_a_server_of_an_operation_that_cannot_be_called_is_warned_of() -> None:
    servers = "servers: [{url: https://b.example.com}, {url: https://c.example.com}]"
    holes = "servers: [{url: 'https://{b}.example.com'}]"
    made = api(f"/a: {{{servers}, get: {{operationId: a.b, tags: [a], {holes}, {NONE}}}}}")
    assert list(map(str, made.notes.found)) == [
        (
            "api.yaml#/paths/~1a/get/servers: a.b: https://{b}.example.com has a variable "
            "without a default; called at `base_url`"
        ),
        "api.yaml#/paths/~1a/servers: a.b: only https://b.example.com, the first of them, is called",
    ]


def test_summary_description_and_extensions_of_an_operation_are_kept() -> None:
    made = operation(
        """
        summary: It
        description: More of it.
        deprecated: true
        x-scope: write
        x-provenance: inferred
        x-source: a guess
        x-client-method: do_it
        """
    )
    assert (made.summary, made.description, made.deprecated) == ("It", "More of it.", True)
    assert (made.scope, made.provenance, made.source) == ("write", "inferred", "a guess")
    assert (made.id, made.client_method) == ("things.it", "do_it")


def test_the_document_itself_is_described() -> None:
    made = built(f"servers: [{{url: https://api.example.com}}]\npaths: {{/a: {{get: {{{NONE}}}}}}}")
    assert (made.title, made.version, made.servers[0].url) == (
        "Test",
        "1",
        "https://api.example.com",
    )


WRONG = {
    "no operations": ("paths: {}", "#/: there are no operations in the document"),
    "no paths": ("webhooks: {}", "#/: there are no operations in the document"),
    "paths": ("paths: []", "#/paths: expected an object, found a list"),
    "a path": ("paths: {/a: 5}", "#/paths/~1a: expected an object, found 5"),
    "an operation": ("paths: {/a: {get: []}}", "#/paths/~1a/get: expected an object, found a list"),
    "tags": ("paths: {/a: {get: {tags: a}}}", "#/paths/~1a/get/tags: expected a list, found 'a'"),
    "security": (
        "paths: {/a: {get: {security: [a]}}}",
        "#/paths/~1a/get/security/0: expected an object, found 'a'",
    ),
    "the same id twice": (
        "paths: {/a: {get: {operationId: x}}, /b: {get: {operationId: x}}}",
        "#/paths/~1b/get: operationId 'x' is that of api.yaml#/paths/~1a/get too",
    ),
    "a client method": (
        "paths: {/a: {get: {x-client-method: a-b}}}",
        "#/paths/~1a/get: x-client-method is 'a-b', which Python does not take as a name",
    ),
    "a keyword": (
        "paths: {/a: {get: {x-client-method: class}}}",
        "#/paths/~1a/get: x-client-method is 'class', which Python does not take as a name",
    ),
}


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG)
def test_invalid_documents_are_reported_with_their_place(text: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        built(text)
    assert str(caught.value) == f"api.yaml{message}"
