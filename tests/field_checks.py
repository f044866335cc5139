"""Checks an export by the field's own libraries; run by the Python that ``FIELD_PYTHON`` names.

KGX and sssom-py bring LinkML, database drivers and older versions of what the project uses, so
they live in an environment of their own (``pip install -r tests/field_checks.txt``). KGX would
fetch the Biolink Model and its prefixes from the network: here it takes those of
``biolink-model``. Prints the errors as JSON, by kind.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def kgx(folder: Path, ending: str, ours: list[str]) -> Any:
    """What KGX's validator finds in nodes and edges.

    :param ours: prefixes that Biolink cannot know: those of the project's own things.
    """
    import biolink_model
    from bmt import Toolkit
    from linkml_runtime.utils.schemaview import SchemaView

    model = Path(next(iter(biolink_model.__path__)))

    def held(toolkit: Toolkit, *_: object) -> None:
        toolkit.view = SchemaView(str(model / "schema" / "biolink_model.yaml"))
        toolkit.pmap = {"predicate mappings": []}

    Toolkit.__init__ = held
    import kgx.config

    text = (model / "prefixmaps" / "biolink_model_prefix_map.json").read_text(encoding="utf-8")
    own = dict.fromkeys(ours, "https://w3id.org/drugfacts/")
    kgx.config.jsonld_context_map["biolink"] = json.loads(text) | own
    from kgx.transformer import Transformer
    from kgx.validator import Validator

    validator = Validator()
    Transformer(stream=True).transform(
        input_args={
            "filename": [str(folder / f"{name}.{ending}") for name in ("nodes", "edges")],
            "format": ending,
        },
        output_args={"format": "null"},
        inspector=validator,
    )
    return validator.get_errors()


def sssom(file: Path) -> Any:
    """What sssom-py finds in a mapping set, with the number of its rows."""
    from sssom.constants import SchemaValidationType as Type
    from sssom.parsers import parse_sssom_table
    from sssom.validators import validate

    found = parse_sssom_table(str(file))
    kinds = [Type.JsonSchema, Type.PrefixMapCompleteness]
    reports = validate(found, kinds, fail_on_error=False)
    return {
        "rows": len(found.df),
        "errors": [str(one) for report in reports.values() for one in report.results],
    }


if __name__ == "__main__":
    what, path, *more = sys.argv[1:]
    checked = sssom(Path(path)) if what == "sssom" else kgx(Path(path), more[0], more[1:])
    print(json.dumps(checked))
