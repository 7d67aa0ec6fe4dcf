"""Floor 4: addresses, forms, pages. Asks services, never the database."""
