"""`/items/`: in a box, near a point, by page."""

from django.db.models import QuerySet
from django.urls import path
from plain.models import Activity
from rest_framework.generics import ListAPIView
from rest_framework.pagination import LimitOffsetPagination
from rest_framework_gis.filters import DistanceToPointFilter, DistanceToPointOrderingFilter, InBBoxFilter
from rest_framework_gis.serializers import GeoFeatureModelSerializer

FEW = (
    "kind", "title", "themes", "organisation", "precision", "address", "starts", "ends", "status", "remote",
)  # fmt: skip


class ActivitySerializer(GeoFeatureModelSerializer):
    class Meta:
        model = Activity
        geo_field = "geometry"
        id_field = "public_id"
        fields = "__all__"


class BriefSerializer(ActivitySerializer):
    class Meta(ActivitySerializer.Meta):
        fields = ("public_id", "geometry", *FEW)


class Pages(LimitOffsetPagination):
    default_limit, max_limit = 100, 10_000


class Items(ListAPIView):
    serializer_class = ActivitySerializer
    pagination_class = Pages
    filter_backends = [InBBoxFilter]
    bbox_filter_field = "geometry"
    bbox_filter_include_overlapping = True

    def get_serializer_class(self) -> type[ActivitySerializer]:
        return BriefSerializer if "brief" in self.request.query_params else ActivitySerializer

    def get_queryset(self) -> QuerySet[Activity]:
        asked = self.request.query_params
        wanted = {
            "kind": asked.get("kind"),
            "themes__contains": asked.getlist("theme"),
            "starts__gte": asked.get("since"),
        }
        found = Activity.objects.filter(**{name: value for name, value in wanted.items() if value}).order_by("id")
        return found.only("public_id", "geometry", *FEW) if "brief" in asked else found


class Near(Items):
    filter_backends = [DistanceToPointFilter, DistanceToPointOrderingFilter]
    distance_filter_field = distance_ordering_filter_field = "geometry"
    distance_filter_convert_meters = True


urlpatterns = [path("items/", Items.as_view()), path("near/", Near.as_view())]
