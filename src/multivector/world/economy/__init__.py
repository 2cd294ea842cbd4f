"""The economy of a quarter: routes, customs, trade and oil; and what small changes of it would do."""
