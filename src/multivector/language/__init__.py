"""The product in three languages: messages by their English text, numbers and dates as a reader writes them.

The lowest layer: it knows nothing of worlds and results. `docs/languages.md` says how to add a language, how to
correct a translation, and how a school changes a term in one place.
"""

from multivector.language.speaker import LANGUAGES, NAMES, Speaker, chosen, speaker

__all__ = ["LANGUAGES", "NAMES", "Speaker", "chosen", "speaker"]
