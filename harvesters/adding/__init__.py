"""«Ajouter un portail»: the operator's three steps from an address to a source.

The address → what was found there, on a map with ten records → a dry run, and the source is accepted. What is found
out is `harvesters/discovery`'s; here a person looks at it and corrects it. Nothing is stored before it is accepted,
and nothing is kept between the steps but what the person said, which travels in the form.
"""
