"""How the loopback Slack reaches the app: signed HTTP, or a WebSocket that the app opened."""
