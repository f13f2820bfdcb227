"""Views → the report pack and the folder of plates."""
