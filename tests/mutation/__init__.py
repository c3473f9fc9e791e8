"""Small defects that a library makes in the code of `reconciler/`, and whether the tests notice them (`make mutation`)."""
