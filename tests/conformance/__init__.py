"""The whole document under Schemathesis; `hatch run schemathesis:test` brings it along."""
