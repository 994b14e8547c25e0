"""Lists as files: Markdown, a table, JSON that can be brought back, and a calendar. Pure."""
