"""Reading what a sentence says: by rules that are data, without a model.

``cues.yaml`` says what words do to a statement, ``frames.yaml`` how each kind of fact is said,
``wordings.yaml`` how running text may call what the graph names otherwise.
"""
