"""Everything the bot can be asked: the features, and the registry of them all."""
