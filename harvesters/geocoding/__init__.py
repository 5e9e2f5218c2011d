"""Online geocoders, off unless a source says so: addresses that come without a point are asked for, once.

    [options]
    geocoder = "geoplateforme"                          # or nominatim, photon
    geocoder_url = "https://data.geopf.fr/geocodage"    # needed for the two others: no public server allows thousands

A score is not a precision: what a service found (a house, a street, a town) decides whether there is a pin.
"""

from harvesters.geocoding.placing import Placer
from harvesters.geocoding.services import SERVICES, check_geocoder

__all__ = ["SERVICES", "Placer", "check_geocoder"]
