"""The tables that questions are answered from: made of Activities, never the truth themselves.

`portal/read/` keeps them right and `./parages read rebuild` makes them anew. Words of vocabularies are numbers here,
by their place in `portal/vocabularies.py`; a set of themes is a mask of bits. No foreign keys: rows are written in
bulk, under one lock, in the transaction of what they follow from.
"""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GistIndex
from django.db.models import Q

from portal.vocabularies import Kind


class BoxField(models.Field):
    """PostgreSQL's own `box`: its index walks outwards from a point in half the time of one on geometries."""

    def db_type(self, connection: object) -> str:
        return "box"


class Found(models.Model):
    """What an Activity is found by, in the order of Hilbert's curve after a rebuild.

    Each kind has an index of its own beside that of all: who asks for the nearest missions meets nothing else.

    geometry: EPSG:4326, the thing's own place alone. extent: its box in EPSG:3857, for the index; what reaches beyond
    89.9° of latitude ends there. place: of a cluster's records the lowest is shown. seen: when it was last listed, as
    far as the record alone tells; of one that is not `missing` its source may have been read whole since.
    """

    activity_id = models.BigIntegerField(primary_key=True)
    public_id = models.UUIDField(unique=True)
    kind = models.SmallIntegerField()
    themes = models.IntegerField()
    status = models.SmallIntegerField()
    precision = models.SmallIntegerField()
    remote = models.SmallIntegerField()
    source_id = models.BigIntegerField()
    area_id = models.BigIntegerField(null=True)
    starts = models.DateTimeField(null=True)
    ends = models.DateTimeField(null=True)
    changed = models.DateTimeField()
    cluster = models.BigIntegerField(null=True)
    place = models.SmallIntegerField(default=0)
    seen = models.TextField()
    missing = models.BooleanField()
    geometry = models.GeometryField(srid=4326, null=True, spatial_index=False)
    extent = BoxField(null=True)

    class Meta:
        abstract = True
        indexes = [
            GistIndex(fields=["extent"], name="%(class)s_extent"),
            *(
                GistIndex(fields=["extent"], name=f"%(class)s_{kind}", condition=Q(kind=number))
                for number, kind in enumerate(Kind.values)
            ),
            models.Index(fields=["area_id"], name="%(class)s_area", condition=Q(area_id__isnull=False)),
            models.Index(fields=["precision"], name="%(class)s_beside", condition=Q(precision__in=[6, 7])),
            models.Index(fields=["source_id"], name="%(class)s_source"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class ReadItem(Found):
    """What an Activity is found and counted by, in a row of some 280 bytes.

    mercator: its place in EPSG:3857. plain: a single point that no other source tells of. What is not plain is counted
    at one place, that of its thing's first record: x and y are its cell of level 16, from the north-west
    (`portal/read/cells.py`), for all records of the thing, `stands` marks the first, and `whole` is the box that holds
    them all, in EPSG:3857; none of these where a record of the thing has no place of its own, or another kind.
    """

    plain = models.BooleanField()
    stands = models.BooleanField()
    x = models.IntegerField(null=True)
    y = models.IntegerField(null=True)
    mercator = models.GeometryField(srid=3857, null=True, spatial_index=False)
    whole = BoxField(null=True)

    class Meta(Found.Meta):
        db_table = "read_item"
        indexes = [
            *Found.Meta.indexes,
            models.Index(fields=["cluster"], name="%(class)s_cluster", condition=Q(cluster__isnull=False)),
            GistIndex(fields=["extent"], name="%(class)s_not_plain", condition=Q(plain=False)),
            GistIndex(fields=["whole"], name="%(class)s_whole", condition=Q(plain=False, whole__isnull=False)),
            GistIndex(
                fields=["extent"],
                name="%(class)s_apart",
                condition=Q(plain=False, whole__isnull=True) & (Q(cluster__isnull=False) | Q(area_id__isnull=True)),
            ),
            models.Index(
                fields=["area_id"],
                name="%(class)s_shared",
                condition=Q(area_id__isnull=False, cluster__isnull=False),
            ),
        ]


class Told(Found):
    """What is found and its text, in one row: an answer is read in one go. Open at the end, where follows what is the
    question's or the source's (`portal/read/render.py`)."""

    text = models.TextField()

    class Meta(Found.Meta):
        abstract = True


class ReadFeature(Told):
    """As a GeoJSON Feature, to 7 decimals of a degree; its geometry is null where that is the area's."""

    class Meta(Told.Meta):
        db_table = "read_feature"


class ReadBrief(Told):
    """The same with the few properties that lists and maps show: `portal.api.properties.BRIEF`."""

    class Meta(Told.Meta):
        db_table = "read_brief"


class ReadLine(Told):
    """As a line of CSV. By public id after a rebuild: that is the order of files."""

    class Meta(Told.Meta):
        db_table = "read_line"


class ReadSource(models.Model):
    """When each source was last read whole, as a moment and as text."""

    source_id = models.BigIntegerField(primary_key=True)
    confirmed = models.DateTimeField(null=True)
    stamp = models.TextField(null=True)

    class Meta:
        db_table = "read_source"

    def __str__(self) -> str:
        return str(self.source_id)


class ReadArea(models.Model):
    """The areas that published items concern, with how they are drawn: GeoJSON of EPSG:4326."""

    area_id = models.BigIntegerField(primary_key=True)
    geojson = models.TextField()

    class Meta:
        db_table = "read_area"

    def __str__(self) -> str:
        return str(self.area_id)


class ReadPiece(models.Model):
    """Those areas in pieces of at most 64 corners, EPSG:4326: a small box then meets small shapes.

    Between the corners there are more, every 0.05°, so that the straight cuts are not bent by distances.
    """

    area_id = models.BigIntegerField()
    piece = models.GeometryField(srid=4326, spatial_index=False)

    class Meta:
        db_table = "read_piece"
        indexes = [
            GistIndex(fields=["piece"], name="read_piece_shape"),
            models.Index(fields=["area_id"], name="read_piece_area"),
        ]

    def __str__(self) -> str:
        return str(self.area_id)


class ReadConcern(models.Model):
    """How many items of a kind concern an area, of those that no other source tells of.

    themes and statuses: how many have each, one by one. extent: the area's box in EPSG:3857; x and y: the cell of level
    16 of a point in it, from the north-west.
    """

    area_id = models.BigIntegerField()
    kind = models.SmallIntegerField()
    n = models.IntegerField()
    themes = ArrayField(models.IntegerField())
    statuses = ArrayField(models.IntegerField())
    extent = BoxField()
    x = models.IntegerField()
    y = models.IntegerField()

    class Meta:
        db_table = "read_concern"
        constraints = [models.UniqueConstraint(fields=["area_id", "kind"], name="read_concern_once")]
        indexes = [GistIndex(fields=["extent"], name="read_concern_extent")]

    def __str__(self) -> str:
        return f"{self.n} of area {self.area_id}"


class ReadCell(models.Model):
    """How many items of a kind lie in a cell: level 0 is the world, each level halves the sides.

    sort (`portal.read.cells.CellSort`): plain ones; or, of those that are not, each thing counted once, with the themes
    and statuses of all its records; or those that concern an area, at a point in it.

    n, themes and statuses (one by one), sums of coordinates in centimetres of EPSG:3857, and the sum of ids: of a
    cell with one item, the item and its place. All can be added and taken away, so that a change costs 17 cells.
    """

    level = models.SmallIntegerField()
    x = models.IntegerField()
    y = models.IntegerField()
    kind = models.SmallIntegerField()
    sort = models.SmallIntegerField()
    n = models.IntegerField()
    themes = ArrayField(models.IntegerField())
    statuses = ArrayField(models.IntegerField())
    sum_x = models.BigIntegerField()
    sum_y = models.BigIntegerField()
    sum_id = models.BigIntegerField()

    class Meta:
        db_table = "read_cell"
        constraints = [models.UniqueConstraint(fields=["level", "x", "y", "kind", "sort"], name="read_cell_once")]
        indexes = [
            models.Index(fields=["level"], name="read_cell_empty", condition=Q(n=0)),
        ]

    def __str__(self) -> str:
        return f"{self.level}/{self.x}/{self.y}"


class ReadStale(models.Model):
    """Activities that changed since the read tables followed, or the areas or sources they tell of; database triggers
    write here, whoever changes them."""

    activity_id = models.BigIntegerField(null=True)
    area_id = models.BigIntegerField(null=True)
    source_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "read_stale"

    def __str__(self) -> str:
        return str(self.activity_id)


class ReadState(models.Model):
    """The one data version: every change of what is answered moves it. recipe: of what code the tables are."""

    version = models.BigIntegerField()
    changed = models.DateTimeField()
    recipe = models.CharField(max_length=64, blank=True)
    site = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "read_state"

    def __str__(self) -> str:
        return str(self.version)
