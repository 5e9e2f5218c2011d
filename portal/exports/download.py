"""A question's whole answer as a file to keep."""

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase

from portal.exports import FORMATS
from portal.exports.records import RecordsAnswer
from portal.results import Results


def download(form: str, results: Results, name: str, url: str) -> HttpResponseBase:
    """The answer that is asked for at `url`, in the format called `form`."""
    module = FORMATS[form]
    answer = RecordsAnswer(results, name, url)
    response = StreamingHttpResponse(module.write(answer), content_type=module.MEDIA_TYPE)
    response["Row-Count"] = str(sum(credit.records for credit in answer.credits))
    response["Content-Disposition"] = f'attachment; filename="parages-{name}{module.SUFFIX}"'
    return response
