"""Views → the big screen."""
