"""Stories for other tools and from them: every exchange says what it loses."""
