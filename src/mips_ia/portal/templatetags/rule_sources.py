"""The sources of rules as links: to the clause, and to the paragraph of the regulation."""

from django import template

from mips_ia.portal.told.sources import sources as of_clauses

register = template.Library()


@register.inclusion_tag("parts/sources.html")
def sources(rules, *clauses):
    """What the clauses cite; one argument may be several clauses."""
    every = clauses[0] if len(clauses) == 1 and isinstance(clauses[0], tuple) else clauses
    return {"year": rules.year, "sources": of_clauses(rules, every)}


@register.inclusion_tag("parts/source_read.html")
def source_read(rules, clause):
    """Where the text of a clause is read, or that it was not."""
    return {"source": of_clauses(rules, [clause])[0]}
