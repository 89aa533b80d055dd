"""What is on the map: one file a layer, data only; `layers.registry` finds them."""
