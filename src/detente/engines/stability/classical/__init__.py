"""Nash, general metarational, symmetric metarational and sequential stability of listed moves."""
