"""Lines with stakes: pipelines and roads on which a place is metres along the flow."""
