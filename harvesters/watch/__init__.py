"""How harvests fare, for everybody: pages, a feed of incidents, metrics and alarms."""
