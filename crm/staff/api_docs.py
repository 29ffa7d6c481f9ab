"""The API's documentation: the OpenAPI schema for programs, and a page made from it for people."""

from collections.abc import Iterable

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema, extend_schema_view
from drf_spectacular.views import SpectacularAPIView

from core.access import needs
from core.api import Needs

METHODS = ("get", "post", "patch", "put", "delete")
#: Keys under which OpenAPI lists several schemas for one value.
COMBINATIONS = ("allOf", "oneOf", "anyOf")


@extend_schema_view(get=extend_schema(summary=_("This description, as OpenAPI 3")))
class SchemaView(SpectacularAPIView):
    permission_classes = [Needs]
    needs = "insight.view"


@needs("insight.view")
def api_docs(request):
    """Every operation with its parameters, body and answers.

    No script: the strict CSP stays as it is.
    """
    # Without a request: the page describes what there is, not what this person may do.
    schema = SchemaGenerator().get_schema(request=None, public=True)
    models = schema["components"]["schemas"]
    context = {
        "info": schema["info"],
        "groups": groups_of(schema),
        "models": [(name, fields_of(model)) for name, model in sorted(models.items())],
        "base": request.build_absolute_uri(reverse("api:token")).removesuffix("token/"),
    }
    return render(request, "crm/staff/api_docs.html", context)


def groups_of(schema: dict) -> list[tuple[str, list[dict]]]:
    """Operations by their first path segment, in the order of the routes.

    [(segment, operations)], as the page of the API draws them; ``schema`` is the whole OpenAPI
    document.
    """
    groups: dict[str, list[dict]] = {}
    for path, operations in schema["paths"].items():
        # In our order, so that reading stands before changing whatever order a class declares.
        for method in METHODS:
            if method not in operations:
                continue
            operation = operations[method]
            first_segment = operation["tags"][0]
            group = groups.setdefault(first_segment, [])
            group.append(operation_of(path, method, operation))
    return list(groups.items())


def operation_of(path: str, method: str, operation: dict) -> dict:
    """One operation for the template: address, parameters, body and answers."""
    body = schema_of(operation.get("requestBody", {}))
    type_of_body = ""
    if body:
        type_of_body = type_of(body)
    parameters = list(map(parameter_of, operation.get("parameters", [])))
    answers = []
    for code, answer in operation["responses"].items():
        answers.append((code, answer_of(answer)))

    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "text": operation.get("summary", ""),
        "parameters": parameters,
        "body": type_of_body,
        "answers": answers,
    }


def parameter_of(parameter: dict) -> dict:
    """One parameter for the template: its name, where it stands, its type and what it means."""
    return {
        "name": parameter["name"],
        "in": parameter["in"],
        "type": type_of(parameter["schema"]),
        "text": parameter.get("description", ""),
    }


def answer_of(answer: dict) -> str:
    """What an answer holds, as a type; what it means, where it holds nothing.

    ``answer`` is one entry of an operation's responses; "" where it says neither.
    """
    schema = schema_of(answer)
    if schema:
        return type_of(schema)
    return answer.get("description", "")


def schema_of(message: dict) -> dict:
    """The schema of a body or an answer; empty where it has none."""
    content = message.get("content", {})
    # Every answer of ours is JSON; other kinds of content are not described.
    return content.get("application/json", {}).get("schema", {})


def fields_of(model: dict) -> list[tuple[str, str, str]]:
    """(name, type, description) of a model's fields; for an enumeration its values as one line.

    ``model`` is one entry of the document's schemas.
    """
    if "enum" in model:
        return [("", one_of(model["enum"]), "")]

    rows = []
    for name, field in model["properties"].items():
        rows.append((name, type_of(field), field.get("description", "")))
    return rows


def type_of(schema: dict) -> str:
    """A schema in a few words: Reader, array of Reader, integer or null.

    The last part of a reference, the members of a combination with bars between them. "any" where
    it says nothing.
    """
    if "$ref" in schema:
        # "#/components/schemas/Reader"
        return schema["$ref"].rsplit("/", 1)[-1]

    for key in COMBINATIONS:
        if key in schema:
            return one_of(map(type_of, schema[key]))

    if schema.get("type") == "array":
        return f"array of {type_of(schema['items'])}"
    if "enum" in schema:
        return one_of(schema["enum"])

    kind = schema.get("format") or schema.get("type", "any")
    if schema.get("nullable"):
        return f"{kind} or null"
    return kind


def one_of(values: Iterable) -> str:
    """The values as the documentation lists them."""
    return " | ".join(map(str, values))
