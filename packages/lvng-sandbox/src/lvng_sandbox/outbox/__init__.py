"""Outgoing messages: emails (simulated), notifications and webhook deliveries."""
