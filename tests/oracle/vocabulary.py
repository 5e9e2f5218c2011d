"""Three hundred words of civic life in three languages: with accents, plurals, stop words, and roots they share."""


def _words(text: str) -> list[str]:
    return text.split()


FRENCH = _words(
    """
    atelier ateliers vélo vélos quartier quartiers jardin jardins partagé partagée partagés école écoles élève
    élèves fontaine place places marché marchés lecture lectures bibliothèque bibliothèques repas solidaire
    solidaires solidarité accueil rénovation toiture cour cours arbre arbres planter plantation plantations
    berge berges rivière sentier éclairage banc bancs jeux enfants enfant aînés musique musiques collecte
    collectes tri compost ressourcerie réparation réparer café cafés associatif association associations
    nettoyage trottoir piste pistes cyclable cyclables traversée cœur œuvre œuvres forêt forêts été hiver fête
    fêtes voisin voisins voisine maison maisons bénévole bénévoles bénévolat cuisine potager potagers numérique
    aide aider santé sport sports théâtre danse chant chorale de la les des et pour avec sans
    """
)

DUTCH = _words(
    """
    fiets fietsen fietspad wijk wijken buurt buurten tuin tuinen gedeeld school scholen leerling leerlingen
    plein markt markten bibliotheek bibliotheken maaltijd maaltijden solidair onthaal vernieuwing dak boom bomen
    planten oever rivier pad paden verlichting bank banken spelen kinderen kind ouderen muziek inzameling
    compost herstel herstellen café vereniging verenigingen schoonmaak stoep oversteek hart werk bos bossen
    zomer winter feest feesten buur buren huis huizen vrijwilliger vrijwilligers keuken moestuin moestuinen
    digitaal hulp helpen gezondheid sport toneel dans koor coördinatie ideeën het een van en voor met zonder de
    """
)

ENGLISH = _words(
    """
    workshop workshops bike bikes cycling neighbourhood garden gardens shared school schools pupil pupils
    fountain square market markets reading library libraries meal meals solidarity welcome renovation roof tree
    trees planting bank banks river path paths lighting bench benches games children child elders music
    collection collections compost repair repairing repairs café association associations cleaning pavement
    crossing heart work works forest forests summer winter party parties neighbour neighbours house houses
    volunteer volunteers volunteering kitchen digital help helping health sport sports theatre dance choir fire
    station the and for with without of
    """
)

VOCABULARY = {"fr": FRENCH, "nl": DUTCH, "en": ENGLISH}
STRANGERS = ["ornithorynque", "zeppelin", "xylophone"]
"""Words of questions that no record has."""

EVERY_WORD = sorted({*FRENCH, *DUTCH, *ENGLISH, *STRANGERS})
