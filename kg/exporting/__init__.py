"""Exports: the formats of the field, each with a report of what it cannot say.

A fact that is denied, not studied, not demonstrated, hedged, unreviewed or not current is no
plain statement. A format gets such a fact only if it declares that it can say it as what it is;
otherwise the fact is left out and counted (:mod:`kg.exporting.facts`).
"""
