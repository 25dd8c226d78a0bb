"""What fakesnow does not know of an account: tags on columns.

Enters: SQL. Leaves: columns and rows, or None where fakesnow answers. Never here: tables, views and columns; fakesnow's own information
schema tells of those, so that our questions meet a schema that we did not write.
"""

import re

SET_TAG = re.compile(r"ALTER\s+TABLE\s+(\S+)\s+MODIFY\s+COLUMN\s+(\S+)\s+SET\s+TAG\s+(\S+)\s*=\s*'([^']*)'", re.IGNORECASE)
TAGS_OF = re.compile(r"SELECT '(\d+)', COLUMN_NAME, TAG_NAME, TAG_VALUE\s+FROM TABLE\(\S+\.INFORMATION_SCHEMA\.TAG_REFERENCES_ALL_COLUMNS\('([^']+)', 'table'\)\)")

tags: dict[str, list[tuple[str, str, str]]] = {}  # by table, as stored


def answer(sql: str) -> tuple[list[str], list[list[str]]] | None:
    """The answer's column names and rows."""
    if found := SET_TAG.fullmatch(sql.strip()):
        table, column, tag, value = found.groups()
        tags.setdefault(table.upper(), []).append((column.upper(), tag.upper(), value))
        return ["status"], [["Statement executed successfully."]]
    if asked := TAGS_OF.findall(sql):
        return ["PLACE", "COLUMN_NAME", "TAG_NAME", "TAG_VALUE"], [[place, *one] for place, table in asked for one in tags.get(table, [])]
    return None
