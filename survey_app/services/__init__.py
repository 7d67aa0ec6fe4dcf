"""Floor 3: one function per thing a person wants done; owns the transaction and the audit entry."""
