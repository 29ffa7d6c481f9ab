"""The API's documentation: the OpenAPI schema for programs, and a page made from it for people."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema, extend_schema_view
from drf_spectacular.views import SpectacularAPIView

from core.access import needs
from core.api import Needs

METHODS = ("get", "post", "patch", "put", "delete")


@extend_schema_view(get=extend_schema(summary=_("This description, as OpenAPI 3")))
class SchemaView(SpectacularAPIView):
    permission_classes = [Needs]
    needs = "insight.view"


@needs("insight.view")
def api_docs(request):
    """Every operation with its parameters, body and answers.

    No script: the strict CSP stays as it is.
    """
    schema = SchemaGenerator().get_schema(request=None, public=True)
    context = {
        "info": schema["info"],
        "groups": groups_of(schema),
        "models": [
            (name, fields_of(model))
            for name, model in sorted(schema["components"]["schemas"].items())
        ],
        "base": request.build_absolute_uri(reverse("api:token")).removesuffix("token/"),
    }
    return render(request, "crm/staff/api_docs.html", context)


def groups_of(schema: dict) -> list[tuple[str, list[dict]]]:
    """Operations by their first path segment, in the order of the routes."""
    groups: dict[str, list[dict]] = {}
    for path, methods in schema["paths"].items():
        for method in METHODS:
            if method in methods:
                operation = methods[method]
                groups.setdefault(operation["tags"][0], []).append(
                    operation_of(path, method, operation)
                )
    return list(groups.items())


def operation_of(path: str, method: str, operation: dict) -> dict:
    body = (
        operation.get("requestBody", {})
        .get("content", {})
        .get("application/json", {})
        .get("schema", {})
    )
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "text": operation.get("summary", ""),
        "parameters": [
            {
                "name": p["name"],
                "in": p["in"],
                "type": type_of(p["schema"]),
                "text": p.get("description", ""),
            }
            for p in operation.get("parameters", [])
        ],
        "body": type_of(body) if body else "",
        "answers": [(code, answer_of(answer)) for code, answer in operation["responses"].items()],
    }


def answer_of(answer: dict) -> str:
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return type_of(schema) if schema else answer.get("description", "")


def fields_of(model: dict) -> list[tuple[str, str, str]]:
    """(name, type, description) of a model's fields; for an enumeration its values as one line."""
    if "enum" in model:
        return [("", " | ".join(map(str, model["enum"])), "")]
    return [
        (name, type_of(field), field.get("description", ""))
        for name, field in model["properties"].items()
    ]


def type_of(schema: dict) -> str:
    """A schema in a few words: Reader, array of Reader, integer or null."""
    if "$ref" in schema:
        return schema["$ref"].rsplit("/", 1)[-1]
    for key in ("allOf", "oneOf", "anyOf"):
        if key in schema:
            return " | ".join(type_of(part) for part in schema[key])
    if schema.get("type") == "array":
        return f"array of {type_of(schema['items'])}"
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    kind = schema.get("format") or schema.get("type", "any")
    return f"{kind} or null" if schema.get("nullable") else kind
