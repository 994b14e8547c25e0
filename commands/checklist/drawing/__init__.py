"""How lists look: views in, cards, forms and the picture of the season out. Pure."""
