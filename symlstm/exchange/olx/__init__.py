"""Open edX: problems as OLX that its capa shows and marks without a script."""
