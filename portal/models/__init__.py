from portal.models.activity import Activity
from portal.models.run import Rejection, Run
from portal.models.source import Source

__all__ = ["Activity", "Rejection", "Run", "Source"]
