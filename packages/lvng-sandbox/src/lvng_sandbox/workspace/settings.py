"""Settings of workspaces."""

from __future__ import annotations

from ..platform.context import Context
from ..platform.registry import define_collection
from ..store.database import Record

DEFAULTS: Record = {"visibility": "private", "allow_member_invites": True, "default_role": "member"}

define_collection(
    "workspaces.settings", "/api/v2/workspaces/{id}/settings", "workspace_id", "WorkspaceSettings"
)


def workspace_settings(context: Context, workspace_id: str) -> Record:
    """The settings of a workspace: the stored ones, or the defaults."""
    settings = context.records("workspaces.settings", workspace_id)
    fields = {**DEFAULTS, "workspace_id": workspace_id}
    return settings.find(workspace_id) or context.defaults.record(settings.kind.schema, fields)
