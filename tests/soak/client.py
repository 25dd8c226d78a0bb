"""One client process of the soak: real sessions through the unmodified Python connector.

Enters: host, port, token, sessions, statements, a file. Leaves: in the file, one JSON line for each answer received, with the
digest of its rows as the record defines it (rows as u64 BE; per cell 0x00 for NULL, else 0x01, u32 BE length, UTF-8 text).
"""

import hashlib
import json
import struct
import sys
import time

import snowflake.connector


def digest(rows):
    hasher = hashlib.sha256(struct.pack(">Q", len(rows)))
    for row in rows:
        for value in row:
            if value is None:
                hasher.update(b"\0")
            else:
                text = str(value).encode()
                hasher.update(b"\1" + struct.pack(">I", len(text)) + text)
    return hasher.hexdigest()


def statements(session, count):
    for number in range(count):
        match number % 5:
            case 0:
                yield f"select id, segment from customers where id > {number} order by id"
            case 1:
                yield f"select id, email, ssn, note from made_up /* upstream: rows={5 + number} */"
            case 2:
                yield "select id, full_name, ssn from customers order by id"
            case 3:
                yield f"drop table customers -- {session}/{number}"
            case _:
                yield f"select id, email, note from made_up where id = {number} /* upstream: rows=40 width=300 */"


def main():
    host, port, token, first, sessions, count, path = sys.argv[1:8]
    with open(path, "w") as out:
        for session in range(int(first), int(first) + int(sessions)):
            connection = None
            while connection is None:
                try:
                    connection = snowflake.connector.connect(
                        account="soak", host=host, port=int(port), protocol="http", user="agent", authenticator="oauth",
                        token=token, database="SHOP", schema="PUBLIC", session_parameters={"QUERY_TAG": f"soak-{session}"},
                    )
                except snowflake.connector.errors.Error as error:
                    print(f"session {session}: login again after {error}", file=sys.stderr, flush=True)
                    time.sleep(0.5)
            cursor = connection.cursor()
            for sql in statements(session, int(count)):
                try:
                    rows = cursor.execute(sql).fetchall()
                    line = {"session": session, "sql": sql, "query_id": cursor.sfqid, "rows": len(rows), "digest": digest(rows)}
                except snowflake.connector.errors.Error as error:
                    line = {"session": session, "sql": sql, "query_id": error.sfqid, "error": error.errno, "message": str(error.msg)}
                out.write(json.dumps(line) + "\n")
            connection.close()


main()
