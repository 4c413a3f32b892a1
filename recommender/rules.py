"""Every rule of `recommender check`, with its severity where the configuration says none."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.settings import Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of finding.

    Attributes
    ----------
    name : str
        Stable; used in the configuration, in every format and in this table.
    severity : {"error", "warning", "note", "off"}
        Where the configuration says nothing.
    summary : str
        What is wrong, in a few words.
    advice : str
        What to do about it.
    repaired : bool
        ``--fix`` repairs it where the repair is certain.
    """

    name: str
    severity: Severity
    summary: str
    advice: str
    repaired: bool = False


_FRONT_MATTER = "Correct the front matter; until then the file is no article and links to it lead nowhere."

RULES: tuple[Rule, ...] = (
    Rule(
        "dangling-link",
        "error",
        "A link to an article that does not exist",
        "Link to the article that the message names as the likely one, or remove the link.",
    ),
    Rule(
        "renamed-target",
        "error",
        "A link whose target has another name now",
        "Use the new name. Certain, and repaired, where the link's id or title names exactly one article.",
        repaired=True,
    ),
    Rule(
        "ambiguous-link",
        "error",
        "A link by a name that several articles have",
        "Give the articles different names, or link by what only one of them has.",
    ),
    Rule(
        "self-link", "error", "An article that links to itself", "Remove the link or name the article that was meant."
    ),
    Rule(
        "repeated-link",
        "warning",
        "Two links of one article to the same target",
        "Remove the later one.",
        repaired=True,
    ),
    Rule(
        "numbering-gap",
        "warning",
        "A missing number between numbered link fields",
        "Number the fields from 1 without gaps: many templates stop at the first that is missing.",
        repaired=True,
    ),
    Rule(
        "unlinkable-target",
        "warning",
        "A link to an article that may not be linked",
        "Remove the link, or let the article be found; see which articles may be linked in the configuration.",
    ),
    Rule(
        "stale-title",
        "warning",
        "A link's title that is not its target's",
        "Copy the title of the target.",
        repaired=True,
    ),
    Rule(
        "stale-group",
        "warning",
        "A link's subject that is not its target's",
        "Copy the subject of the target.",
        repaired=True,
    ),
    Rule(
        "stale-id",
        "warning",
        "A link's id that is not its target's",
        "Copy the id of the target. Certain where the link has a title, and the two are not those of another article.",
        repaired=True,
    ),
    Rule("stale-url", "warning", "A link's url that is not its target's", "Copy the url of the target.", repaired=True),
    Rule("repeated-key", "error", "Two articles with the same key", "Give each article a key of its own."),
    Rule("repeated-url", "error", "Two articles with the same url", "Give each article a url of its own."),
    Rule("repeated-id", "warning", "Several articles with the same id", "Give each article an id of its own."),
    Rule(
        "repeated-question",
        "warning",
        "Several articles that ask the same question",
        "Merge them, or ask what is different about each.",
    ),
    Rule(
        "dead-text-link",
        "off",
        "A link inside a text that leads to no article",
        "Link to a page that is there; name pages that are no articles in check.pages.",
    ),
    Rule("missing-field", "error", "A file without a field that every article needs", "Fill the field."),
    Rule("wrong-type", "error", "A field of the wrong type", "Write what the message expects."),
    Rule("odd-value", "warning", "A value that its field does not expect", "Write what is expected, or nothing."),
    Rule("repeated-field", "error", "A field that is there twice", "Remove one of the two."),
    Rule("invalid-toml", "error", "Front matter that is not TOML", _FRONT_MATTER),
    Rule("invalid-json", "error", "Front matter that is not JSON", _FRONT_MATTER),
    Rule("invalid-javascript", "error", "Front matter that is not an object of JavaScript", _FRONT_MATTER),
    Rule(
        "invalid-row", "error", "A row of a table that cannot be read", "Correct the row; until then it is no article."
    ),
    Rule("invalid-yaml", "error", "Front matter that is not YAML", _FRONT_MATTER),
    Rule("unclosed-front-matter", "error", "Front matter without an end", "End the front matter with a line of ---."),
    Rule("yaml-limit", "error", "Front matter beyond what is read", _FRONT_MATTER),
    Rule("yaml-tag", "error", "A YAML tag that is not read", "Remove the tag: it asks for code, not for a value."),
    Rule("invalid-utf8", "error", "A file that is not UTF-8", "Save the file as UTF-8."),
    Rule("invalid-path", "error", "A file name that is not UTF-8", "Rename the file."),
    Rule("unreadable", "error", "A file or folder that cannot be read", "Correct its permissions."),
    Rule("outside", "warning", "A symbolic link out of the content folder", "Copy the file into the folder."),
    Rule(
        "too-large", "warning", "A file larger than is read", "Split it, exclude it, or raise content.max_file_bytes."
    ),
)

RULE_BY_NAME: dict[str, Rule] = {rule.name: rule for rule in RULES}
