"""Ids of the example data that every sandbox starts with; most are the contract's examples."""

from __future__ import annotations

USER_ID = "usr_4f1a2b3c"
"""The user of `Sandbox.api_key`."""
COLLEAGUE_ID = "usr_8d6e0b17"
"""Li Wei, another user of the same organization."""
ORGANIZATION_ID = "org_5e9f2c80"
WORKSPACE_ID = "ws_1b7e4d92"
API_KEY_ID = "key_6a7b8c9d"
WEBHOOK_ID = "whk_f5b81c06"
"""A paused endpoint."""

CHANNEL_ID = "ch_2a9c4e61"
SALES_CHANNEL_ID = "b81f6e0c-52d4-4a97-8c3b-0e9d7f1a2653"
CONVERSATION_ID = "conv_0f8b6c52-41d7-4c3e-9a5b-6d2f7e1c8b40"
MESSAGE_ID = "msg_6e0c3f81"

AGENT_ID = "agt_7d2e9f10"
IDLE_AGENT_ID = "agt_1c8b5a42"
MCP_SERVER_ID = "mcp_d85a2f30"
PERSONALITY_ID = "per_1e8d4a06"
SWARM_SESSION_ID = "swm_60e9c1d4"
WORKSPACE_TWIN_ID = "wtw_b9c30e75"

WORKFLOW_ID = "wf_8c1d2e3f"
RUN_ID = "run_a1f4c9e0"
SCHEDULE_ID = "sch_4d70b6e2"
PROJECT_ID = "prj_c8e15d73"

DOCUMENT_ID = "doc_4c7a1e93"
ENTITY_ID = "ent_b3f08a6d"
CODE_FILE_ID = "cf_19d4e7b2"
ARTIFACT_ID = "art_5b1d8e27"
FILE_ID = "file_2e91b7d0"
