"""Record the exchanges with a live service, and replay them without it."""
