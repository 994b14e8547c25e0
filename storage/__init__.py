"""What the bot remembers: tables, and query functions by subject. The only package that knows SQL."""
