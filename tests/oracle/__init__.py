"""An oracle: the same questions answered by plain Python from plain records, to hold the API to it from outside.

It knows the rules as docs/api.md tells them and nothing of how they are asked of the database. Three things are
borrowed, and no more: the stem of each single word and its stop words (`lexicon.py`), and the distance to lines and
polygons on the ellipsoid (`ground.py`), for which pyproj has no function.
"""
