// Runs a script of steps through the Snowflake JDBC driver, unmodified.
// Enters: a JSON file (see ../drivers.md). Leaves: one JSON line a step on standard output.

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.Timer;
import java.util.TimerTask;
import net.snowflake.client.api.statement.SnowflakeStatement;
import net.snowflake.client.jdbc.internal.fasterxml.jackson.databind.JsonNode;
import net.snowflake.client.jdbc.internal.fasterxml.jackson.databind.ObjectMapper;
import net.snowflake.client.jdbc.internal.fasterxml.jackson.databind.node.ArrayNode;
import net.snowflake.client.jdbc.internal.fasterxml.jackson.databind.node.ObjectNode;

public class Jdbc {
  static final ObjectMapper JSON = new ObjectMapper();

  static void say(ObjectNode line) throws Exception {
    System.out.println(JSON.writeValueAsString(line));
    System.out.flush();
  }

  static ObjectNode failed(SQLException error) {
    ObjectNode line = JSON.createObjectNode().put("ok", false);
    line.putObject("error").put("code", error.getErrorCode()).put("state", error.getSQLState()).put("message", String.valueOf(error.getMessage()));
    return line;
  }

  static void rows(ResultSet result, ArrayNode columns, ArrayNode rows) throws SQLException {
    int width = result.getMetaData().getColumnCount();
    for (int i = 1; i <= width && columns != null; i++) columns.add(result.getMetaData().getColumnName(i));
    while (result.next()) {
      ArrayNode row = rows.addArray();
      for (int i = 1; i <= width; i++) row.add(result.getString(i));
    }
  }

  /** Several statements at once, or one that is waited for by its id. */
  static ObjectNode otherwise(Connection connection, JsonNode step) {
    ObjectNode line = JSON.createObjectNode().put("ok", true);
    ArrayNode columns = line.putArray("columns");
    ArrayNode rows = line.putArray("rows");
    try (Statement statement = connection.createStatement()) {
      SnowflakeStatement own = statement.unwrap(SnowflakeStatement.class);
      if (step.has("async")) {
        try (ResultSet result = own.executeAsyncQuery(step.get("sql").asText())) {
          rows(result, columns, rows);
        }
        return line;
      }
      own.setParameter("MULTI_STATEMENT_COUNT", step.get("statements").asInt());
      statement.execute(step.get("sql").asText());
      rows(statement.getResultSet(), columns, rows);
      ArrayNode more = line.putArray("more");
      while (statement.getMoreResults()) rows(statement.getResultSet(), null, more.addArray());
      return line;
    } catch (SQLException error) {
      return failed(error);
    }
  }

  static ObjectNode run(Connection connection, JsonNode step) {
    if (step.has("async") || step.has("statements")) return otherwise(connection, step);
    try (PreparedStatement statement = connection.prepareStatement(step.get("sql").asText())) {
      int number = 1;
      for (JsonNode bind : step.path("binds")) {
        if (bind.isNull()) statement.setObject(number++, null);
        else if (bind.isIntegralNumber()) statement.setLong(number++, bind.asLong());
        else statement.setString(number++, bind.asText());
      }
      Timer timer = new Timer(true);
      if (step.has("cancel_after_s")) {
        timer.schedule(new TimerTask() {
          @Override public void run() {
            try { statement.cancel(); } catch (SQLException ignored) { }
          }
        }, step.get("cancel_after_s").asLong() * 1000);
      }
      ObjectNode line = JSON.createObjectNode().put("ok", true);
      ArrayNode columns = line.putArray("columns");
      ArrayNode rows = line.putArray("rows");
      if (statement.execute()) {
        rows(statement.getResultSet(), columns, rows);
      } else {
        line.put("updated", statement.getUpdateCount());
      }
      timer.cancel();
      return line;
    } catch (SQLException error) {
      return failed(error);
    }
  }

  public static void main(String[] args) throws Exception {
    JsonNode script = JSON.readTree(Files.readString(Path.of(args[0])));
    JsonNode login = script.get("login");
    Properties properties = new Properties();
    properties.put("account", "firn");
    properties.put("authenticator", "oauth");
    properties.put("token", login.get("token").asText());
    properties.put("JDBC_QUERY_RESULT_FORMAT", "JSON");
    for (String[] pair : new String[][] {{"database", "db"}, {"schema", "schema"}, {"warehouse", "warehouse"}})
      if (login.has(pair[0])) properties.put(pair[1], login.get(pair[0]).asText());
    String protocol = script.path("protocol").asText("http");
    properties.put("ssl", protocol.equals("https") ? "on" : "off");
    String url = "jdbc:snowflake://" + protocol + "://" + script.get("host").asText() + ":" + script.get("port").asInt() + "/";
    try (Connection connection = DriverManager.getConnection(url, properties)) {
      say(JSON.createObjectNode().put("step", "login").put("ok", true));
      int number = 0;
      for (JsonNode step : script.get("steps")) {
        Thread.sleep(step.path("pause_s").asLong(0) * 1000);
        say(run(connection, step).put("step", number++));
      }
    } catch (SQLException error) {
      say(failed(error).put("step", "login"));
      return;
    }
    say(JSON.createObjectNode().put("step", "close").put("ok", true));
    System.exit(0);
  }
}
