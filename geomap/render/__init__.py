"""Views → things to take away: drawings, sheets, data, office documents, screens, reports."""
