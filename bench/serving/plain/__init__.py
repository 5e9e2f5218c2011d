"""The plainest Django site on the same table: django-rest-framework-gis as its own documentation uses it."""
