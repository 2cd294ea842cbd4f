"""Tables that come with the project, read and refused when the model has changed: facts, evidence, fitted vectors."""
