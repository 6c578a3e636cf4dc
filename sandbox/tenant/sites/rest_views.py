"""Views of a list, by SharePoint's own interface.

https://learn.microsoft.com/previous-versions/office/developer/sharepoint-rest-reference/dn531433(v=office.15)
"""

from __future__ import annotations

from xml.etree import ElementTree

from sandbox.tenant.graph_http import Answer, Call, JsonObject
from sandbox.tenant.sites.columns import BUILT_IN
from sandbox.tenant.sites.rest import (
    ARGUMENT,
    QUERY,
    RestError,
    RestRoutes,
    chosen,
    entity,
    list_of,
    sent_object,
    typed,
    words,
)
from sandbox.tenant.state import SharePointList, Tenant, View

routes = RestRoutes()

_VIEW_SET = frozenset(
    {"Title", "ViewQuery", "RowLimit", "Paged", "CustomFormatter", "Hidden", "PersonalView"}
)
_VIEW_READ = frozenset(
    {"Id", "DefaultView", "ServerRelativeUrl", "ViewType", "ReadOnlyView", "HtmlSchemaXml"}
)
_ADDED = frozenset({"Title", "ViewFields", "Query", "RowLimit", "Paged", "PersonalView", "SetAsDefaultView",
                    "ViewTypeKind"})  # fmt: skip
"""https://learn.microsoft.com/previous-versions/office/sharepoint-server/ee546791(v=office.15)"""


def _view(tenant: Tenant, call: Call) -> tuple[SharePointList, View]:
    found = list_of(tenant, call)
    for view in found.views:
        if view.id == call.args["v"].lower():
            return found, view
    raise RestError(404, ARGUMENT, "The specified view is invalid.")


def _fields_json(view: View) -> JsonObject:
    return {
        "SchemaXml": "".join(f'<FieldRef Name="{name}" />' for name in view.fields),
        "Items": list(view.fields),
    }


def _view_json(tenant: Tenant, found: SharePointList, view: View) -> JsonObject:
    return {
        "CustomFormatter": view.formatter or None,
        "DefaultView": view.default,
        "Hidden": view.hidden,
        "Id": view.id,
        "Paged": view.paged,
        "PersonalView": view.personal,
        "ReadOnlyView": False,
        "RowLimit": view.row_limit,
        "ServerRelativeUrl": f"{tenant.site_path}/Lists/{found.leaf}/{view.title}.aspx",
        "Title": view.title,
        "ViewQuery": view.query,
        "ViewType": "HTML",
        "ViewFields": _fields_json(view),
    }


def _internal(found: SharePointList, name: str) -> str:
    """The internal name of a field that is named by it or by what people see."""
    if name in found.columns or name in BUILT_IN:
        return name
    if column := found.by_display(name):
        return column.name
    raise RestError(
        400, ARGUMENT, f"Column '{name}' does not exist. It may have been deleted by another user."
    )


def _caml(query: str) -> str:
    """A view's query: a fragment of XML with what CamlQueryRoot holds, each once.

    https://learn.microsoft.com/previous-versions/office/developer/sharepoint-2010/ee543773(v=office.14)
    """
    try:
        parts = [part.tag for part in ElementTree.fromstring(f"<Query>{query}</Query>")]
    except ElementTree.ParseError as fault:
        raise RestError(400, ARGUMENT, f"The query is not valid: {fault}.") from fault
    if not {*parts} <= {"Where", "OrderBy", "GroupBy"} or len(parts) > len({*parts}):
        raise RestError(400, ARGUMENT, "The query is not valid.")
    return query


def _title(given: JsonObject) -> str:
    title: str = typed(given, "Title", str, "")
    if not title or len(title) > 255:
        raise RestError(400, ARGUMENT, "A view needs a title of 255 characters at most.")
    return title


@routes.on("GET", "web/lists{l}/views", "read")
def get_views(tenant: Tenant, call: Call) -> Answer:
    found = list_of(tenant, call)
    bodies = [_view_json(tenant, found, view) for view in found.views if not view.personal]
    return Answer(body={"value": chosen(call, "SP.View", bodies, ("ViewFields",))})


@routes.on("POST", "web/lists{l}/views", "manage")
def create_view(tenant: Tenant, call: Call) -> Answer:
    """A view with no columns yet but that of the title."""
    found, given = list_of(tenant, call), entity(call, "SP.View", _VIEW_SET, _VIEW_READ)
    view = View(_title(given), ["LinkTitle"], personal=typed(given, "PersonalView", bool, False))
    _change(view, given)
    found.views.append(view)
    return Answer(201, chosen(call, "SP.View", [_view_json(tenant, found, view)], ("ViewFields",))[0])


@routes.on("POST", "web/lists{l}/views/add", "manage")
def add_view(tenant: Tenant, call: Call) -> Answer:
    """A whole view at once, by SP.ViewCreationInformation.

    https://learn.microsoft.com/previous-versions/office/sharepoint-server/ee539911(v=office.15)
    """
    found, given = list_of(tenant, call), sent_object(call).get("parameters")
    if not isinstance(given, dict):
        raise RestError(400, QUERY, "The parameter 'parameters' is missing.")
    about = {name: value for name, value in given.items() if name != "__metadata"}
    if unknown := [name for name in about if name not in _ADDED]:
        raise RestError(
            400, QUERY, f"The property '{unknown[0]}' does not exist on type 'SP.ViewCreationInformation'. Make sure "
            "to only use property names that are defined by the type.",
        )  # fmt: skip
    fields = [_internal(found, name) for name in words(call, about.get("ViewFields", []))]
    view = View(
        _title(about), fields or ["LinkTitle"], _caml(typed(about, "Query", str, "")),
        typed(about, "RowLimit", int, 30), typed(about, "Paged", bool, False),
        typed(about, "PersonalView", bool, False),
    )  # fmt: skip
    if typed(about, "SetAsDefaultView", bool, False):
        for each in found.views:
            each.default = False
        view.default = True
    found.views.append(view)
    return Answer(body=chosen(call, "SP.View", [_view_json(tenant, found, view)], ("ViewFields",))[0])


@routes.on("GET", "web/lists{l}/views{v}", "read")
def get_view(tenant: Tenant, call: Call) -> Answer:
    found, view = _view(tenant, call)
    return Answer(body=chosen(call, "SP.View", [_view_json(tenant, found, view)], ("ViewFields",))[0])


@routes.on("MERGE", "web/lists{l}/views{v}", "manage")
def merge_view(tenant: Tenant, call: Call) -> Answer:
    _, view = _view(tenant, call)
    _change(view, entity(call, "SP.View", _VIEW_SET - {"PersonalView"}, _VIEW_READ | {"PersonalView"}))
    return Answer(204)


def _change(view: View, given: JsonObject) -> None:
    view.title = _title({"Title": view.title, **given})
    view.query = _caml(typed(given, "ViewQuery", str, view.query))
    view.row_limit = typed(given, "RowLimit", int, view.row_limit)
    view.paged = typed(given, "Paged", bool, view.paged)
    view.hidden = typed(given, "Hidden", bool, view.hidden)
    view.formatter = typed(given, "CustomFormatter", str, view.formatter)


@routes.on("GET", "web/lists{l}/views{v}/viewfields", "read")
def get_view_fields(tenant: Tenant, call: Call) -> Answer:
    return Answer(body=_fields_json(_view(tenant, call)[1]))


@routes.on("POST", r"web/lists{l}/views{v}/viewfields/addviewfield\('(?P<f>[^']+)'\)", "manage")
def add_view_field(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/previous-versions/office/sharepoint-visio/jj246043(v=office.15)"""
    found, view = _view(tenant, call)
    name = _internal(found, call.args["f"])
    if name not in view.fields:
        view.fields.append(name)
    return Answer(body={"odata.null": True})


@routes.on("POST", r"web/lists{l}/views{v}/viewfields/removeallviewfields(\(\))?", "manage")
def remove_view_fields(tenant: Tenant, call: Call) -> Answer:
    """https://learn.microsoft.com/previous-versions/office/sharepoint-visio/jj246804(v=office.15)"""
    _view(tenant, call)[1].fields.clear()
    return Answer(body={"odata.null": True})
