"""What leaves the sandbox, or would: emails, notifications, webhook deliveries."""
