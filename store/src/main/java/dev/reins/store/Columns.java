package dev.reins.store;

import dev.reins.contracts.Wire;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads one row's columns by name, with the types and nulls of the records they become. */
public record Columns(ResultSet row) {

    public String text(String column) throws SQLException {
        return required(column, row.getString(column));
    }

    public @Nullable String textOrNull(String column) throws SQLException {
        return row.getString(column);
    }

    public @Nullable Integer integerOrNull(String column) throws SQLException {
        int value = row.getInt(column);
        return row.wasNull() ? null : value;
    }

    public @Nullable Long longOrNull(String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }

    /** A numeric column whose fraction, if any, does not matter. */
    public @Nullable Long wholeOrNull(String column) throws SQLException {
        BigDecimal value = row.getBigDecimal(column);
        return value == null ? null : value.longValue();
    }

    public Instant instant(String column) throws SQLException {
        return required(column, instantOrNull(column));
    }

    public @Nullable Instant instantOrNull(String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    public JsonNode json(String column) throws SQLException {
        return StoredJson.read(text(column));
    }

    public @Nullable JsonNode jsonOrNull(String column) throws SQLException {
        String json = row.getString(column);
        return json == null ? null : StoredJson.read(json);
    }

    public <E extends Enum<E> & Wire> E word(String column, Class<E> type) throws SQLException {
        return Wire.of(type, text(column));
    }

    public <E extends Enum<E> & Wire> @Nullable E wordOrNull(String column, Class<E> type) throws SQLException {
        String word = row.getString(column);
        return word == null ? null : Wire.of(type, word);
    }

    private static <T> T required(String column, @Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("Column " + column + " is null");
        }
        return value;
    }
}
