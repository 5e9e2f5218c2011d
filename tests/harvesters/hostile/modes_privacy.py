"""What is a person's own, in every field of free text: none of it is published."""

from tests.harvesters.hostile.mode import COMPLETE, Mode, Record, each, one

EMAIL, PHONE = "jeanne.dupont@mail.example", "0470 12 34 56"
ADDRESSES = [EMAIL, "j-d+asbl@ville-de-mons.example", "JEANNE@EXAMPLE.ORG"]
PHONES = [PHONE, "+32 470 12 34 56", "0032470123456", "06.12.34.56.78", "(514) 555-1234", "065/40.51.11"]
PLANTED = [*ADDRESSES, *PHONES, "Impasse-du-Secret"]


def private(record: Record) -> Record:
    return record | {"contact": f"Jeanne Dupont {EMAIL}", "tel": PHONE, "domicile": "Impasse-du-Secret 3"}


MODES = [
    Mode("columns nobody asked for", COMPLETE, records=each(private), touches="none"),
    Mode("addresses in a text", COMPLETE, records=one(texte="Écrire à " + " ou ".join(ADDRESSES))),
    Mode("telephones in a text", COMPLETE, records=one(texte="Appeler le " + ", ou le ".join(PHONES))),
    Mode("an address in a title", COMPLETE, records=one(titre=f"Yoga ({EMAIL})")),
    Mode("a telephone in a title", COMPLETE, records=one(titre=f"Yoga : {PHONE}")),
    Mode("an address among the tags", COMPLETE, records=one(mots=f"yoga;{EMAIL};{PHONE}")),
    Mode("an address behind a link", COMPLETE, records=one(texte=f'<a href="mailto:{EMAIL}">écrire</a> ou {EMAIL}')),
    Mode("an address for a website", COMPLETE, records=one(site=f"mailto:{EMAIL}")),
    Mode("an address cut by the limit of a title", COMPLETE, records=one(titre="x" * 290 + f" {EMAIL}")),
    Mode("a name and a password in a link", COMPLETE, records=one(site=f"https://jeanne:{PHONE}@site.example/")),
]
