"""Real servers of other projects on the loopback, harvested as any portal is: `python -m bench.servers`.

Each serves the same records; a harvest is right when it takes all of them as they are, takes them again without a
change, and says that it is not complete where a server pages wrongly. Servers that are not installed are named and
passed over. Nothing is installed by this module; where `FOLDER` is given by `--folder`:

    python -m venv FOLDER/pygeoapi && FOLDER/pygeoapi/bin/pip install pygeoapi gunicorn
    python -m venv FOLDER/tipg && FOLDER/tipg/bin/pip install tipg uvicorn
    npm install --prefix FOLDER/koop @koopjs/koop-core @koopjs/provider-file-geojson
    apt-get install cgi-mapserver qgis-server
"""
