"""An agent at work, through the ordinary Snowflake connector: it knows a host, a port and its own OIDC token.

Enters: FIRN_HOST, FIRN_PORT, FIRN_TOKEN. Leaves: what the agent saw, on standard output.
"""

import os

import snowflake.connector


def show(cursor):
    names = [column[0] for column in cursor.description]
    rows = [[str(value) for value in row] for row in cursor.fetchall()]
    widths = [max(len(cell) for cell in column) for column in zip(names, *rows)]
    for row in [names, *rows]:
        print("    " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def ask(cursor, sql):
    print(f"\n  agent> {sql}", flush=True)
    try:
        cursor.execute(sql)
        show(cursor)
    except snowflake.connector.errors.DatabaseError as error:
        print("    refused: " + str(error).replace("\n", "\n    "))


def main():
    connection = snowflake.connector.connect(
        account="demo", host=os.environ["FIRN_HOST"], port=int(os.environ["FIRN_PORT"]), protocol="http",
        user="agent-7", authenticator="oauth", token=os.environ["FIRN_TOKEN"], database="SHOP", schema="PUBLIC",
        session_parameters={"QUERY_TAG": "demo: monthly refunds"},
    )
    cursor = connection.cursor()
    ask(cursor, "SELECT id, full_name, email, ssn, segment FROM customers ORDER BY id")
    ask(cursor, "SELECT o.order_no, o.note, p.card_number, p.amount FROM orders o JOIN payments p ON p.order_id = o.id ORDER BY o.id")
    ask(cursor, "DROP TABLE customers")
    print("\n  (the next statement needs a person; the driver just waits)")
    ask(cursor, "UPDATE orders SET status = 'refunded' WHERE id = 2")
    ask(cursor, "SELECT status, count(*) AS orders FROM orders GROUP BY status ORDER BY status")
    connection.close()


main()
