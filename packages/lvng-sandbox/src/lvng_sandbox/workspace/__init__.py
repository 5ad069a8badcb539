"""Users, workspaces and organizations, their members, and the messages between them."""
