"""Puts the demo's tables into fakesnow. Enters: a port and a SQL file. Leaves: nothing but the tables."""

import sys

import snowflake.connector

connection = snowflake.connector.connect(account="demo", user="seed", password="seed", host="127.0.0.1", port=int(sys.argv[1]), protocol="http")
for statement in open(sys.argv[2]).read().split(";"):
    if statement.strip():
        connection.cursor().execute(statement)
connection.close()
