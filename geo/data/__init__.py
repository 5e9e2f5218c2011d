"""The bundled gazetteer and the scripts that rebuild it and the base map from registry packages."""
