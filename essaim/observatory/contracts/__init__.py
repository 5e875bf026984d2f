"""Essential data of public contracts (DECP): read every published shape, one line per contract, indicators."""
