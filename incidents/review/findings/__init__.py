"""What people say of the findings of the check: the editor, the review and the publish page share it."""
